"""From a table of purchases to what is counted of each customer: reading, checking, netting.

The rules: the purchases of one day count once; their amounts are netted; a net above zero or of exactly zero is a
purchase, a net below zero is refused or dropped; the first purchase day is no repeat; both ends belong to the period.
A table in memory is sorted here; a lazy frame is summarized by its own engine
(:mod:`~relmodels.btyd.pushdown`), by the same rules and with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from relmodels.btyd.customer_days import CustomerDays, customer_days
from relmodels.btyd.intake import Negative
from relmodels.btyd.tally import Counts, Span, Tally, Terms, tally
from relmodels.core.arrays import AnyArray, FloatArray, IntArray, check_finite, column
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.frames.columns import Coded, Columns, require, row_list
from relmodels.frames.dates import day_of, whole_days, written
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import Identifiers, identifiers
from relmodels.frames.table import open_frame

__all__ = ["Log", "Netted", "checked_span", "end_day", "net_days", "read_log", "summarize", "terms_of"]

SUBJECT = "purchase table"


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Purchases row by row, checked: who, on which day from 1970-01-01, how much."""

    customer: Identifiers
    day: IntArray
    amount: FloatArray | None

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.day.size)


@dataclass(frozen=True, slots=True, eq=False)
class Netted:
    """The purchase days of a log, the codes of customers who have none, and the counts."""

    days: CustomerDays
    refunded: AnyArray
    counts: Counts


def summarize(frame: object, terms: Terms, problems: Problems) -> Tally:
    """Return what is counted of each customer of ``frame``.

    Args:
        frame: any supported table.
        terms: what is asked for.
        problems: faults of the arguments found so far; they are reported with those of the table.

    Raises:
        InvalidData: naming every fault with its column, rows and values.

    """
    opened = open_frame(frame)
    if isinstance(opened, Lazy):
        from relmodels.btyd.pushdown import push_down

        return push_down(opened, terms, problems)
    log = read_log(opened, terms, problems)
    check_some(len(log), problems)
    span = checked_span(int(log.day.min()), int(log.day.max()), terms, problems)
    problems.raise_if_any()
    found = net_days(log, span.end, terms)
    return tally(found.days, log.customer, span, terms, found.counts, found.refunded)


def terms_of(
    customer: str,
    date: str,
    amount: str | None,
    calibration_end: object,
    observation_end: object,
    negative: Negative,
    problems: Problems,
) -> Terms:
    """Return what a summary is asked for; ends that are no dates are noted in ``problems``.

    Raises:
        InvalidParameters: if ``negative`` is neither ``"raise"`` nor ``"drop"``.

    """
    if negative not in get_args(Negative):
        message = f"negative = {negative!r} is not a rule; use 'raise' or 'drop'"
        raise InvalidParameters(message)
    return Terms(
        customer=customer,
        date=date,
        amount=amount,
        calibration_end=end_day(calibration_end, "calibration_end", problems),
        observation_end=end_day(observation_end, "observation_end", problems),
        negative=negative,
    )


def end_day(value: object, name: str, problems: Problems) -> int | None:
    """Return an end as a day from 1970-01-01, ``None`` if it is not given or, noted in ``problems``, not a date."""
    if value is None:
        return None
    day = day_of(value)
    if day is None:
        problems.add(f"{name} = {value!r} is not a date; give ISO text such as '2026-11-23', a date or a datetime64")
    return day


def read_log(opened: Columns, terms: Terms, problems: Problems) -> Log:
    """Return the rows of a table in memory.

    Raises:
        InvalidData: with every fault of the columns, and those already in ``problems``, if there are any.

    """
    require(terms.named, opened.columns, problems)
    present = set(terms.named) & set(opened.columns)
    who = (
        identifiers(opened.column(terms.customer), terms.customer, problems)
        if terms.customer in present
        else Identifiers(np.empty(0, dtype=np.int64))
    )
    day = whole_days(opened.column(terms.date), terms.date, problems) if terms.date in present else np.empty(0, np.int64)
    amount = _amounts(opened, terms.amount, problems) if terms.amount in present else None
    problems.raise_if_any()
    return Log(who, day, amount)


def check_some(rows: int, problems: Problems) -> None:
    """Check that there are rows.

    Raises:
        InvalidData: if there are none, with the faults already in ``problems``.

    """
    if rows == 0:
        problems.add("there are no rows; at least one purchase is needed")
        problems.raise_if_any()


def checked_span(first: int, last: int, terms: Terms, problems: Problems) -> Span:
    """Return the span of a log whose rows go from day ``first`` to ``last``; ends that do not fit are noted."""
    end = last if terms.observation_end is None else terms.observation_end
    stated = "the last date of the table" if terms.observation_end is None else "given"
    if end < first:
        problems.add(
            f"observation_end = {written(end)} lies before the first date, {written(first)}; give a day from then on"
        )
    split = terms.calibration_end
    if split is not None and split >= end:
        problems.add(
            f"calibration_end = {written(split)} does not lie before observation_end = {written(end)} ({stated}); "
            "leave some days for the holdout"
        )
    if split is not None and split < first:
        problems.add(
            f"calibration_end = {written(split)} lies before the first date, {written(first)}; give a day from then on"
        )
    return Span(end, split)


def net_days(log: Log, end: int, terms: Terms) -> Netted:
    """Return the purchase days of a log up to the day ``end``, the amounts of each netted.

    Raises:
        InvalidData: naming the rows of days that net below zero, unless they are to be dropped.

    """
    rows, kept = len(log), None
    codes, day, amount = log.customer.codes, log.day, log.amount
    if int(day.max()) > end:
        kept = np.flatnonzero(day <= end)
        codes, day, amount = codes[kept], day[kept], None if amount is None else amount[kept]
    found = customer_days(codes, day, amount)
    counts = Counts(rows, rows - day.size, day.size - found.day.size)
    nobody = found.codes[:0]
    if found.net is None:
        return Netted(found, nobody, counts)
    if found.mixed is None:
        zero = int(np.count_nonzero(found.net == 0))
        return Netted(found, nobody, Counts(rows, counts.rows_after_end, counts.same_day_rows, zero))
    return _without_negative(found, counts, terms, kept)


def _without_negative(found: CustomerDays, counts: Counts, terms: Terms, kept: IntArray | None) -> Netted:
    """Return the days that net to zero or more; ``kept`` are the rows of the table that ``found`` was made of."""
    assert found.net is not None  # noqa: S101 # for the type checker: called with amounts only
    assert found.mixed is not None  # noqa: S101 # the same
    below = found.net < 0
    if below.any() and terms.negative == "raise":
        _refuse(found, below, terms, kept)
    bought = found.only(~below)
    assert bought.net is not None  # noqa: S101 # the same
    assert bought.mixed is not None  # noqa: S101 # the same
    return Netted(
        bought,
        np.setdiff1d(found.codes, bought.codes, assume_unique=True),
        Counts(
            rows=counts.rows,
            rows_after_end=counts.rows_after_end,
            same_day_rows=counts.same_day_rows,
            zero_days=int(np.count_nonzero(bought.net == 0)),
            netted_days=int(np.count_nonzero(bought.mixed)),
            dropped_days=int(np.count_nonzero(below)),
        ),
    )


def _refuse(found: CustomerDays, below: AnyArray, terms: Terms, kept: IntArray | None) -> None:
    assert found.net is not None  # noqa: S101 # for the type checker: called with amounts only
    assert found.row is not None  # noqa: S101 # the same
    rows = found.row[below] if kept is None else kept[found.row[below]]
    order = np.argsort(rows)
    days = found.day[below][order[:5]] + found.origin
    shown = [
        f"row {row}, {written(int(day))}: {net:.10g}"
        for row, day, net in zip(rows[order], days, found.net[below][order], strict=False)
    ]
    raise InvalidData(negative_days(terms, int(below.sum()), shown))


def negative_days(terms: Terms, count: int, shown: list[str]) -> str:
    """Return the sentence that refuses days that net below zero."""
    more = "" if count <= len(shown) else f" and {count - len(shown)} more"
    return (
        f"{SUBJECT}: {terms.amount} nets below zero on {count} day{'s' if count > 1 else ''} of a customer "
        f"({'; '.join(shown)}{more}); correct these rows, or pass negative='drop' to leave such days out"
    )


def _amounts(opened: Columns, name: str | None, problems: Problems) -> FloatArray | None:
    if name is None:
        return None
    raw = opened.column(name)
    if isinstance(raw, Coded):
        some = raw.codes >= 0
        first = np.flatnonzero(some)[:1]
        shown = f" such as {raw.texts(first)[0]!r} in {row_list(np.arange(len(raw)) == first[0])}" if first.size else ""
        problems.add(f"{name} holds text{shown}, numbers are needed; convert the column first")
        return None
    amount = column(raw, name, problems)
    check_finite(amount, name, problems)
    return amount
