"""What is counted of each customer and each day: the form in which engines hand over and updates are made.

Everything here is in days; :class:`~relmodels.btyd.summary.PurchaseSummary` turns it into its time unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.activity import Activity
from relmodels.btyd.customer_days import CustomerDays
from relmodels.btyd.intake import Intake
from relmodels.btyd.terms import Span, Terms
from relmodels.core.arrays import AnyArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData
from relmodels.frames.dates import written
from relmodels.frames.identifiers import Identifiers

__all__ = ["Counts", "LeftOut", "Tally", "daily_activity", "intake", "log_gaps", "require_customers", "tally"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of rows and days that :class:`~relmodels.btyd.intake.Intake` passes on."""

    rows: int
    rows_after_end: int
    same_day_rows: int
    zero_days: int = 0
    netted_days: int = 0
    dropped_days: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Identifiers of customers who are not in the summary, sorted, so that an update counts them once.

    Attributes:
        late: first bought after the end of the calibration.
        without_purchase: only have days that net below zero.

    """

    late: AnyArray
    without_purchase: AnyArray

    __reduce__ = by_fields

    def __post_init__(self) -> None:
        """Keep the identifiers from being written to, whoever found them."""
        object.__setattr__(self, "late", read_only(self.late))
        object.__setattr__(self, "without_purchase", read_only(self.without_purchase))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tally:
    """Customers sorted by identifier, ``(n,)`` each, and the figures of the whole population.

    Attributes:
        customer: identifiers.
        first: day of the first purchase, from 1970-01-01.
        last: day of the last purchase in the calibration.
        days: purchase days in the calibration.
        log_gaps: sum of the logarithms of the days between purchases, in the calibration.
        first_day_spend: net amount of the first day.
        repeat_spend: net amount of the later days in the calibration.
        holdout_days: purchase days after the calibration.
        holdout_spend: net amount of these days.

    """

    customer: AnyArray
    first: IntArray
    last: IntArray
    days: IntArray
    log_gaps: FloatArray | None
    first_day_spend: FloatArray | None
    repeat_spend: FloatArray | None
    holdout_days: IntArray | None
    holdout_spend: FloatArray | None
    activity: Activity
    left_out: LeftOut
    intake: Intake


_NOBODY: Final = (
    "no customer is left: nobody bought {when}; the purchases begin on {first}, "
    "give a later end or check the dates and amounts"
)


def tally(
    found: CustomerDays, labels: Identifiers, span: Span, terms: Terms, counts: Counts, refunded: AnyArray
) -> Tally:
    """Return what is counted of each customer.

    Args:
        found: purchase days up to the end of observation.
        labels: the identifiers that the codes in ``found`` stand for.
        span: the ends.
        terms: what was asked for.
        counts: of rows and days.
        refunded: the codes of customers without a purchase.

    Raises:
        InvalidData: if no customer is left.

    """
    known = found.day[found.starts] <= span.counted_to - found.origin
    left_out = LeftOut(labels.of(found.codes[~known]), labels.of(refunded))
    begins = int(found.day.min()) + found.origin if found.day.size else None
    found = found.customers(known)
    require_customers(found.codes.size, begins, span)
    first = found.day[found.starts].astype(np.int64) + found.origin
    activity = daily_activity(first, np.bincount(found.day), found.origin, span.end)
    held_days, held_spend = _held_out(found, span)
    within = found if span.calibration_end is None else found.only(found.day <= span.counted_to - found.origin)
    first_spend, repeat_spend = _spend(within)
    return Tally(
        customer=labels.of(found.codes),
        first=first,
        last=within.day[within.starts + within.counts - 1].astype(np.int64) + found.origin,
        days=within.counts,
        log_gaps=log_gaps(within),
        first_day_spend=first_spend,
        repeat_spend=repeat_spend,
        holdout_days=held_days,
        holdout_spend=held_spend,
        activity=activity,
        left_out=left_out,
        intake=intake(counts, span, terms, left_out, found.codes.size, activity),
    )


def require_customers(count: int, begins: int | None, span: Span) -> None:
    """Check that a summary has customers.

    Raises:
        InvalidData: if it has none.

    """
    if count == 0:
        period = "observation" if span.calibration_end is None else "calibration"
        when = f"up to {written(span.counted_to)}, the end of the {period}"
        first = "no day that nets to zero or more" if begins is None else str(written(begins))
        raise InvalidData(_NOBODY.format(when=when, first=first))


def daily_activity(first: IntArray, per_day: IntArray, origin: int, end: int) -> Activity:
    """Return the activity of customers.

    Args:
        first: ``(n,)`` the day of each customer's first purchase, from 1970-01-01.
        per_day: how many customers bought on each day from ``origin`` on.
        origin: a day not after the first purchase.
        end: the last day of observation.

    """
    start = int(first.min())
    size = end - start + 1
    came = np.bincount(first - start, minlength=size)
    bought = np.zeros(size, dtype=np.int64)
    tail = per_day[start - origin :]
    bought[: tail.size] = tail
    return Activity(written(start), read_only(came), read_only(bought - came))


def intake(counts: Counts, span: Span, terms: Terms, left_out: LeftOut, customers: int, activity: Activity) -> Intake:
    """Return the record of how the table was read."""
    return Intake(
        columns=terms.columns,
        rows=counts.rows,
        rows_after_end=counts.rows_after_end,
        same_day_rows=counts.same_day_rows,
        zero_days=counts.zero_days,
        netted_days=counts.netted_days,
        dropped_days=counts.dropped_days,
        customers=customers,
        late_customers=int(left_out.late.size),
        customers_without_purchase=int(left_out.without_purchase.size),
        start=activity.start,
        calibration_end=None if span.calibration_end is None else written(span.calibration_end),
        observation_end=written(span.end),
        negative=terms.negative,
    )


def log_gaps(found: CustomerDays) -> FloatArray:
    """Return the sum of the logarithms of the days between purchases of each customer, ``(k,)``."""
    gap = np.diff(found.day, prepend=0)
    gap[found.starts] = 1
    # Gaps are whole numbers, so their logarithms come from a table.
    logarithm = np.log(np.maximum(np.arange(int(gap.max()) + 1), 1))
    return np.add.reduceat(logarithm[gap], found.starts)


def _spend(found: CustomerDays) -> tuple[FloatArray, FloatArray] | tuple[None, None]:
    if found.net is None:
        return None, None
    # Later days are added up without the first: subtracting a large first day would cost digits.
    later = found.net.copy()
    later[found.starts] = 0.0
    return found.net[found.starts], np.add.reduceat(later, found.starts)


def _held_out(found: CustomerDays, span: Span) -> tuple[IntArray | None, FloatArray | None]:
    if span.calibration_end is None:
        return None, None
    after = found.day > span.counted_to - found.origin
    days = np.add.reduceat(after, found.starts, dtype=np.int64)
    if found.net is None:
        return days, None
    return days, np.add.reduceat(np.where(after, found.net, 0.0), found.starts)
