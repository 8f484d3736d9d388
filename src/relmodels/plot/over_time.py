"""Did the forecast come true? Repeat purchases per week or month, counted and expected, in calibration and holdout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.activity import Activity
from relmodels.btyd.checks import same_unit
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, DateArray, FloatArray, by_fields
from relmodels.core.errors import InvalidData
from relmodels.core.periods import DAYS, Unit
from relmodels.plot.canvas import ACTUAL, EXPECTED, FAINT, INK, axes_for, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RepeatTracking", "holdout_totals", "repeat_tracking", "tracking"]

_DASHES: Final = (0, (5, 1.5))


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
class RepeatTracking:
    """Repeat purchases by calendar period, weeks or months.

    Attributes:
        period: the length of a period.
        end: ``(m,)`` the last day of each period.
        actual: ``(m,)`` repeat purchases counted in the period, or up to its end.
        expected: ``(m,)`` the same, expected.
        split: the last day of the calibration, ``None`` if nothing is held out.

    """

    period: Unit
    end: DateArray
    actual: FloatArray
    expected: FloatArray
    split: date | None

    __reduce__ = by_fields

    @property
    def held_out(self) -> BoolArray:
        """Return which periods end after the calibration, ``(m,)``."""
        if self.split is None:
            return np.zeros(self.end.size, dtype=np.bool_)
        return np.asarray(self.end > np.datetime64(self.split, "D"))


def tracking(
    model: NewCustomerForecaster, summary: PurchaseSummary, *, cumulative: bool, ax: Axes | None = None
) -> Axes:
    """Return repeat purchases over calendar time, counted and expected; a line marks the end of the calibration.

    The expectation up to a day is the sum over customers of ``expected_purchases_new`` for the time since their first
    purchase: it knows when they came, and nothing of what they did.

    Args:
        model: any model with ``expected_purchases_new``, fitted to ``summary``.
        summary: made from dated purchases.
        cumulative: sums since the beginning if true, single periods if false.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` has no dates or is in another unit than the model.
        MissingExtra: if matplotlib is not installed.

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284, figure 2.

    """
    track = repeat_tracking(model, summary, cumulative=cumulative)
    ax = axes_for(ax)
    ax.plot(track.end, track.actual, color=ACTUAL, linewidth=2 if cumulative else 1.4, label="counted")
    ax.plot(track.end, track.expected, color=EXPECTED, linewidth=2.4, linestyle=_DASHES, label="expected by the model")
    ax.set_ylim(bottom=0)
    title = f"Repeat purchases {'since the beginning' if cumulative else f'per {track.period}'}"
    dress(ax, title=title, x=f"End of the {track.period}", y="Repeat purchases")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    _date_axis(ax)
    if track.split is not None:
        _mark_split(ax, track.split)
    legend(ax, place="upper left" if cumulative else "upper right")
    return ax


def repeat_tracking(model: NewCustomerForecaster, summary: PurchaseSummary, *, cumulative: bool) -> RepeatTracking:
    """Return the numbers behind :func:`tracking`.

    Periods are weeks if the unit of the summary is the day or the week, else calendar months.
    Single periods that the observation cuts short are left out.

    Raises:
        InvalidData: if ``summary`` has no dates or is in another unit than the model.

    """
    activity, expected = _by_day(model, summary)
    period: Unit = "week" if summary.unit in {"day", "week"} else "month"
    blocks = activity.per(period)
    last = (blocks.end - activity.day[0]).astype(np.int64)
    actual = np.cumsum(blocks.repeat_purchases).astype(np.float64)
    split = _split(summary)
    if cumulative:
        return RepeatTracking(period, blocks.end, actual, expected[last], split)
    whole = blocks.days >= (7 if period == "week" else 28)
    single, forecast = (np.diff(sums, prepend=0.0)[whole] for sums in (actual, expected[last]))
    return RepeatTracking(period, blocks.end[whole], single, forecast, split)


def holdout_totals(model: NewCustomerForecaster, summary: PurchaseSummary) -> tuple[float, float]:
    """Return how many repeat purchases were made after the calibration ended, and how many were expected.

    Raises:
        InvalidData: if ``summary`` has no dates or no holdout, or is in another unit than the model.

    """
    activity, expected = _by_day(model, summary)
    split = _split(summary)
    if split is None:
        message = "the summary has no holdout; make it with calibration_end=..., a day before the end of the purchases"
        raise InvalidData(message)
    last = (split - activity.start).days
    return float(activity.repeat_purchases[last + 1 :].sum()), float(expected[-1] - expected[last])


def _by_day(model: NewCustomerForecaster, summary: PurchaseSummary) -> tuple[Activity, FloatArray]:
    """Return the activity by day, and the repeat purchases expected up to each of these days."""
    same_unit(model, model.unit, summary)
    activity = summary.activity
    if activity is None:
        message = "the summary has no dates; make it with PurchaseSummary.from_transactions to follow it over time"
        raise InvalidData(message)
    per_customer = model.expected_purchases_new(np.arange(len(activity)) / DAYS[summary.unit])
    expected = np.convolve(activity.new_customers.astype(np.float64), per_customer)[: len(activity)]
    return activity, expected


def _split(summary: PurchaseSummary) -> date | None:
    return None if summary.intake is None else summary.intake.calibration_end


def _date_axis(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _mark_split(ax: Axes, split: date) -> None:
    from matplotlib.dates import date2num

    place = float(date2num(split))  # type: ignore[no-untyped-call]
    ax.axvline(place, color=FAINT, linewidth=1.2)
    ax.annotate(
        "forecast from here",
        (place, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(5, 6),
        textcoords="offset points",
        fontsize=9.5,
        color=INK,
        va="bottom",
    )
