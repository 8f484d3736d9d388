"""New purchases added to what is counted already, so that a nightly job need not read the whole log again.

If every new purchase lies after the end of the old observation, the result equals counting the whole log: counts and
sums of disjoint days add up, and a first purchase that is known stays the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from relmodels.btyd.activity import Activity
from relmodels.btyd.customer_days import CustomerDays
from relmodels.btyd.intake import Intake
from relmodels.btyd.tally import Counts, LeftOut, Tally, intake, log_gaps
from relmodels.btyd.terms import SUBJECT, Span, Terms, end_day, too_large
from relmodels.btyd.transactions import Log, net_days, read_log
from relmodels.core.arrays import AnyArray, BoolArray, IntArray, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.frames.columns import row_list
from relmodels.frames.dates import written
from relmodels.frames.door import Lazy
from relmodels.frames.table import open_frame

__all__ = ["updated"]


def updated(old: Tally, frame: object, observation_end: object) -> Tally:
    """Return the tally of the old log with new purchases.

    Raises:
        InvalidData: naming every fault of the new rows; they must lie after the end of the old observation.

    """
    problems = Problems(SUBJECT)
    terms = _terms(old.intake, end_day(observation_end, "observation_end", problems))
    opened = open_frame(frame)
    log = read_log(opened.collect() if isinstance(opened, Lazy) else opened, terms, problems)
    span = _span(log, old, terms, problems)
    old = _aligned(old, log.customer.example, problems)
    problems.raise_if_any()
    if log.rows == 0 or int(log.day.min()) > span.end:
        return _without_new(old, span, terms, log.rows)
    found = net_days(log, span.end, terms)
    news = _News.of(found.days, log.customer.of(found.days.codes).astype(old.customer.dtype), old)
    counts = _added(old.intake, found.counts)
    refunded = log.customer.of(found.refunded).astype(old.customer.dtype)
    merged = _merged(old, news, span, terms, counts, refunded)
    totals = [total for total in (merged.repeat_spend, merged.holdout_spend) if total is not None]
    if not all(np.isfinite(total).all() for total in totals):
        raise InvalidData(too_large(terms, "the new rows, with those before,"))
    return merged


@dataclass(frozen=True, slots=True, eq=False)
class _News:
    """New purchase days: of customers in the summary (``place`` their rows), of late ones, of others."""

    days: CustomerDays
    customer: AnyArray
    place: IntArray
    known: BoolArray

    @classmethod
    def of(cls, days: CustomerDays, customer: AnyArray, old: Tally) -> _News:
        """Return the new days sorted out by who they belong to."""
        place, known = _find(customer, old.customer)
        return cls(days, customer, place, known)

    def part(self, chosen: BoolArray) -> CustomerDays:
        """Return the days of the customers marked."""
        return self.days.customers(chosen)


def _terms(read: Intake, end: int | None) -> Terms:
    customer, dates, amount = read.columns
    split = None if read.calibration_end is None else _day(read.calibration_end)
    return Terms(customer, dates, amount, split, end, read.negative)


def _span(log: Log, old: Tally, terms: Terms, problems: Problems) -> Span:
    """Return the new span; rows and ends that do not lie after the old end are noted."""
    before = _day(old.intake.observation_end)
    early = log.day <= before
    if early.any():
        problems.add(
            f"{terms.date} in {row_list(early)} does not lie after {written(before)}, the end of observation so far; "
            "pass new purchases only, or make the summary anew from the whole table"
        )
    end = terms.observation_end
    if end is None and log.rows == 0:
        problems.add("there are no new rows; pass observation_end to let time go by without a purchase")
    if end is None:
        end = int(log.day.max()) if log.day.size else before
    if end < before:
        problems.add(
            f"observation_end = {written(end)} lies before {written(before)}, the end of observation so far; "
            "give a day from then on, or make the summary anew from the whole table"
        )
    return Span(end, terms.calibration_end)


def _aligned(old: Tally, new: AnyArray, problems: Problems) -> Tally:
    """Return ``old`` with identifiers of a type that holds the new ones too; types that do not compare are noted."""
    ids = old.customer
    if new.size == 0 or (new.dtype == ids.dtype and (ids.dtype != np.object_ or type(new[0]) is type(ids[0]))):
        return old
    whole = ids.dtype.kind in "iu" and new.dtype.kind in "iu"
    wide = np.result_type(ids, new) if whole else ids.dtype
    if not whole or wide.kind == "f":  # no whole number holds both a signed and an unsigned 64-bit number
        problems.add(
            f"{old.intake.columns[0]} holds {_kind(new)}, but the identifiers so far are {_kind(ids)}; "
            "convert the column to the type it had"
        )
        return old
    left_out = LeftOut(old.left_out.late.astype(wide), old.left_out.without_purchase.astype(wide))
    return replace(old, customer=ids.astype(wide), left_out=left_out)


def _kind(ids: AnyArray) -> str:
    return type(ids[0]).__name__ if ids.dtype == np.object_ else str(ids.dtype)


def _added(read: Intake, new: Counts) -> Counts:
    # Old rows after the old end are not part of the summary; they are expected among the new rows.
    return Counts(
        rows=read.rows - read.rows_after_end + new.rows,
        rows_after_end=new.rows_after_end,
        same_day_rows=read.same_day_rows + new.same_day_rows,
        zero_days=read.zero_days + new.zero_days,
        netted_days=read.netted_days + new.netted_days,
        dropped_days=read.dropped_days + new.dropped_days,
    )


def _without_new(old: Tally, span: Span, terms: Terms, rows: int) -> Tally:
    """Return the old tally at a later end."""
    activity = _activity(old, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), span.end)
    counts = _added(old.intake, Counts(rows, rows, 0))
    found = intake(counts, span, terms, old.left_out, old.customer.size, activity)
    return replace(old, activity=activity, intake=found)


def _merged(old: Tally, news: _News, span: Span, terms: Terms, counts: Counts, refunded: AnyArray) -> Tally:
    if span.calibration_end is None:
        repeated = _longer(old, news)
        came = news.part(~news.known)
        merged = _with_newcomers(repeated, came, news.customer[~news.known])
        late, first = old.left_out.late, came.day[came.starts].astype(np.int64) + came.origin
    else:
        merged = _held_out(old, news)
        late, first = _union(old.left_out.late, news.customer[~news.known]), np.empty(0, dtype=np.int64)
    nobody = _union(old.left_out.without_purchase, refunded)
    nobody = _minus(_minus(nobody, merged.customer), late)
    active = news.days if span.calibration_end is None else news.part(news.known)
    activity = _activity(old, first, active.day.astype(np.int64) + active.origin, span.end)
    left_out = LeftOut(late, nobody)
    found = intake(counts, span, terms, left_out, merged.customer.size, activity)
    return replace(merged, activity=activity, left_out=left_out, intake=found)


def _longer(old: Tally, news: _News) -> Tally:
    """Return the old customers with their new days, all of which are repeats."""
    again, rows = news.part(news.known), news.place[news.known]
    if rows.size == 0:
        return old
    begin = again.day[again.starts].astype(np.int64) + again.origin
    end = again.day[again.starts + again.counts - 1].astype(np.int64) + again.origin
    gaps = None
    if old.log_gaps is not None:
        gaps = _plus(old.log_gaps, rows, log_gaps(again) + np.log(begin - old.last[rows]))
    spend = old.repeat_spend
    if spend is not None and again.net is not None:
        spend = _plus(spend, rows, np.add.reduceat(again.net, again.starts))
    last = old.last.copy()
    last[rows] = end
    return replace(old, last=last, days=_plus(old.days, rows, again.counts), log_gaps=gaps, repeat_spend=spend)


def _with_newcomers(old: Tally, came: CustomerDays, customer: AnyArray) -> Tally:
    """Return the old customers and those who bought for the first time, in the order of identifiers."""
    if customer.size == 0:
        return old
    at = np.searchsorted(old.customer, customer)
    first = came.day[came.starts].astype(np.int64) + came.origin
    last = came.day[came.starts + came.counts - 1].astype(np.int64) + came.origin
    gaps = None if old.log_gaps is None else np.insert(old.log_gaps, at, log_gaps(came))
    first_spend, repeat_spend = old.first_day_spend, old.repeat_spend
    if first_spend is not None and repeat_spend is not None and came.net is not None:
        later = came.net.copy()
        later[came.starts] = 0.0
        first_spend = np.insert(first_spend, at, came.net[came.starts])
        repeat_spend = np.insert(repeat_spend, at, np.add.reduceat(later, came.starts))
    return replace(
        old,
        customer=np.insert(old.customer, at, customer),
        first=np.insert(old.first, at, first),
        last=np.insert(old.last, at, last),
        days=np.insert(old.days, at, came.counts),
        log_gaps=gaps,
        first_day_spend=first_spend,
        repeat_spend=repeat_spend,
    )


def _held_out(old: Tally, news: _News) -> Tally:
    """Return the old customers with their new days in the holdout."""
    again, rows = news.part(news.known), news.place[news.known]
    if rows.size == 0 or old.holdout_days is None:
        return old
    spend = old.holdout_spend
    if spend is not None and again.net is not None:
        spend = _plus(spend, rows, np.add.reduceat(again.net, again.starts))
    return replace(old, holdout_days=_plus(old.holdout_days, rows, again.counts), holdout_spend=spend)


def _activity(old: Tally, first: IntArray, day: IntArray, end: int) -> Activity:
    """Return the old activity up to a later end, with first purchases and all purchase days added."""
    start, known = _day(old.activity.start), len(old.activity)
    size = end - start + 1
    came = np.bincount(first - start, minlength=size)
    repeats = np.bincount(day - start, minlength=size) - came
    came[:known] += old.activity.new_customers
    repeats[:known] += old.activity.repeat_purchases
    return Activity(old.activity.start, read_only(came), read_only(repeats))


def _day(value: date) -> int:
    return (value - written(0)).days


def _plus(values: AnyArray, rows: IntArray, more: AnyArray) -> AnyArray:
    """Return a copy of ``values`` with ``more`` added in distinct ``rows``."""
    longer = values.copy()
    with np.errstate(over="ignore"):  # totals are checked at the end
        longer[rows] += more
    return longer


def _find(wanted: AnyArray, among: AnyArray) -> tuple[IntArray, BoolArray]:
    """Return where each of ``wanted`` stands in the sorted ``among``, and whether it is there."""
    place = np.searchsorted(among, wanted)
    inside = np.minimum(place, max(among.size - 1, 0))
    known = np.asarray(among[inside] == wanted, dtype=np.bool_) if among.size else np.zeros(wanted.size, dtype=np.bool_)
    return inside, known


def _union(left: AnyArray, right: AnyArray) -> AnyArray:
    fresh = right[~_find(right, left)[1]]
    return np.insert(left, np.searchsorted(left, fresh), fresh) if fresh.size else left


def _minus(values: AnyArray, gone: AnyArray) -> AnyArray:
    return values[~_find(values, gone)[1]]
