"""Did the forecast come true over time? Repeat purchases per week or month, counted beside those expected.

The expectation knows when the customers came and nothing of what they did: it adds up, over all customers, the
purchases expected of anybody in the time since their first. Before the end of the calibration it shows whether the
model has understood the rise and the ebb of repeat buying, after it whether that carries on. Single periods follow
seasons and campaigns, of which no model here knows; sums since the beginning show whether the forecast drifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.activity import Activity
from relmodels.btyd.checks import same_unit
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, DateArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData
from relmodels.core.periods import DAYS, Unit
from relmodels.frames.table import Table

__all__ = ["NewCustomerForecaster", "Tracking", "tracking"]

# A period with fewer days was cut short by the beginning or the end of the observation.
_WHOLE: Final[dict[Unit, int]] = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


class NewCustomerForecaster(Protocol):
    """A model that expects a number of repeat purchases of a customer who has just come."""

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of its parameters."""
        ...

    def expected_purchases_new(self, horizon: ArrayLike) -> FloatArray:
        """Return the expected repeat purchases within ``horizon`` of the first, in the shape of ``horizon``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Repeat purchases by calendar period, counted and expected; print :meth:`table`.

    Attributes:
        period: the length of a period.
        end: ``(m,)`` the last day of each period.
        days: ``(m,)`` how many days of it were observed.
        actual: ``(m,)`` repeat purchases counted in the period.
        expected: ``(m,)`` repeat purchases expected in the period.
        split: the last day of the calibration; ``None`` if nothing is held out.
        holdout_actual: repeat purchases counted after that day; ``None`` if nothing is held out.
        holdout_expected: the same, expected.

    """

    period: Unit
    end: DateArray
    days: IntArray
    actual: FloatArray
    expected: FloatArray
    split: date | None = None
    holdout_actual: float | None = None
    holdout_expected: float | None = None

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of periods."""
        return int(self.end.size)

    @property
    def cumulative_actual(self) -> FloatArray:
        """Return the repeat purchases counted up to the end of each period, ``(m,)``."""
        return np.cumsum(self.actual)

    @property
    def cumulative_expected(self) -> FloatArray:
        """Return the repeat purchases expected up to the end of each period, ``(m,)``."""
        return np.cumsum(self.expected)

    @property
    def held_out(self) -> BoolArray:
        """Return which periods end after the calibration, ``(m,)``."""
        if self.split is None:
            return np.zeros(self.end.size, dtype=np.bool_)
        return np.asarray(self.end > np.datetime64(self.split, "D"))

    @property
    def whole(self) -> BoolArray:
        """Return which periods the observation does not cut short, ``(m,)``."""
        return np.asarray(self.days >= _WHOLE[self.period])

    def table(self) -> Table:
        """Return one row for each period: its end, its days, its purchases and those since the beginning."""
        return Table(
            {
                "end": self.end,
                "days": self.days,
                "actual": self.actual,
                "expected": self.expected,
                "cumulative_actual": self.cumulative_actual,
                "cumulative_expected": self.cumulative_expected,
                "held_out": self.held_out,
            }
        )


def tracking(model: NewCustomerForecaster, summary: PurchaseSummary, *, period: Unit | None = None) -> Tracking:
    """Return the repeat purchases of each calendar period, counted and expected, in calibration and holdout.

    Up to the end of a day ``Σ_i E[X(day - first_i)]`` are expected, over the customers i who had come by then; the
    expectation of a period is what it adds. Where all purchases lie a whole number of weeks apart, as those of a weekly
    market do, and the summary is in weeks, the expectation moves in weeks too, so that models of fixed occasions such
    as BG/BB can be asked.

    Args:
        model: any model with ``expected_purchases_new``, fitted to ``summary``.
        summary: made from dated purchases.
        period: blocks of a day or a week from the first purchase on, or calendar months, quarters or years; by default
            the week if the summary is in days or weeks, else the month.

    Raises:
        InvalidData: if ``summary`` has no dates or is in another unit than the model.
        InvalidParameters: if ``period`` is not a time unit.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> found = tracking(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary)
        >>> found.cumulative_actual[[38, 77]].tolist(), found.cumulative_expected[[38, 77]].round().tolist()
        ([2457.0, 4339.0], [2498.0, 4166.0])

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284, who draw both.

    """
    same_unit(model, model.unit, summary)
    activity = summary.activity
    if activity is None:
        message = "the summary has no dates; make it with PurchaseSummary.from_transactions to follow it over time"
        raise InvalidData(message)
    blocks = activity.per(period or ("week" if summary.unit in {"day", "week"} else "month"))
    sums = _expected(model, activity, summary.unit)
    last = (blocks.end - activity.day[0]).astype(np.int64)
    split = None if summary.intake is None else summary.intake.calibration_end
    held = None if split is None else (split - activity.start).days
    return Tracking(
        period=blocks.unit,
        end=blocks.end,
        days=read_only(blocks.days),
        actual=read_only(blocks.repeat_purchases.astype(np.float64)),
        expected=read_only(np.diff(sums[last], prepend=0.0)),
        split=split,
        holdout_actual=None if held is None else float(activity.repeat_purchases[held + 1 :].sum()),
        holdout_expected=None if held is None else float(sums[-1] - sums[held]),
    )


def _expected(model: NewCustomerForecaster, activity: Activity, unit: Unit) -> FloatArray:
    """Return the repeat purchases expected up to the end of each day, ``(d,)``."""
    step = 7 if unit == "week" and _in_weeks(activity) else 1
    places = np.arange(0, len(activity), step)
    per_customer = model.expected_purchases_new(places / DAYS[unit])
    sums = np.convolve(activity.new_customers[::step].astype(np.float64), per_customer)[: places.size]
    return np.repeat(sums, step)[: len(activity)]


def _in_weeks(activity: Activity) -> bool:
    bought = np.flatnonzero(activity.new_customers + activity.repeat_purchases)
    return bool((bought % 7 == 0).all())
