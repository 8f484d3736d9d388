"""From a table of purchases to what is counted of each customer: reading, checking, netting.

The rules: the purchases of one day count once; their amounts are netted; a net above zero or of exactly zero is a
purchase, a net below zero is refused or dropped; the first purchase day is no repeat; both ends belong to the period.
A table in memory is sorted here; a lazy frame is summarized by its own engine
(:mod:`~relmodels.btyd.pushdown`), by the same rules and with the same result but for ``log_gaps``, which are ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.btyd.customer_days import CustomerDays, customer_days
from relmodels.btyd.pushdown import push_down
from relmodels.btyd.tally import Counts, Tally, tally
from relmodels.btyd.terms import Terms, check_some, checked_span, negative_days, no_dates, too_large
from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, check_finite, column
from relmodels.core.errors import InvalidData, Problems
from relmodels.frames.columns import Coded, Column, Columns, require, row_list
from relmodels.frames.dates import whole_days, written
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import Identifiers, identifiers
from relmodels.frames.table import open_frame

__all__ = ["Log", "Netted", "net_days", "read_log", "summarize"]

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Purchases row by row: who, on which day from 1970-01-01, how much; a column with faults is empty."""

    customer: Identifiers
    day: IntArray
    amount: FloatArray | None
    rows: int


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
        return push_down(opened, terms, problems)
    log = read_log(opened, terms, problems)
    check_some(log.rows, problems)
    if log.day.size == 0:  # without dates there is no span to check
        problems.raise_if_any()
        raise InvalidData(no_dates(terms))
    span = checked_span(int(log.day.min()), int(log.day.max()), terms, problems)
    problems.raise_if_any()
    found = net_days(log, span.end, terms)
    return tally(found.days, log.customer, span, terms, found.counts, found.refunded)


def read_log(opened: Columns, terms: Terms, problems: Problems) -> Log:
    """Return the rows of a table in memory; every fault of its columns is noted in ``problems``."""
    require(terms.named, opened.columns, problems)
    who, day, amount = Identifiers(np.empty(0, dtype=np.int64)), np.empty(0, dtype=np.int64), None
    if terms.customer in opened.columns:
        who = identifiers(opened.key(terms.customer), terms.customer, problems)
    if terms.date in opened.columns:
        day = whole_days(opened.column(terms.date), terms.date, problems)
    if terms.amount is not None and terms.amount in opened.columns:
        amount = _amounts(opened.column(terms.amount), terms.amount, problems)
    return Log(who, day, amount, len(opened))


def net_days(log: Log, end: int, terms: Terms) -> Netted:
    """Return the purchase days of a log up to the day ``end``, the amounts of each netted.

    Raises:
        InvalidData: naming the rows of days that net below zero, unless they are to be dropped, and of amounts whose
            sum is not a finite number.

    """
    kept = None
    codes, day, amount = log.customer.codes, log.day, log.amount
    if int(day.max()) > end:
        kept = np.flatnonzero(day <= end)
        codes, day, amount = codes[kept], day[kept], None if amount is None else amount[kept]
    if amount is not None:
        _check_sums(codes, amount, kept, terms)
    found = customer_days(codes, day, amount)
    counts = Counts(log.rows, log.rows - day.size, day.size - found.day.size)
    nobody = found.codes[:0]
    if found.net is None:
        return Netted(found, nobody, counts)
    if found.mixed is None:
        return Netted(found, nobody, replace(counts, zero_days=int(np.count_nonzero(found.net == 0))))
    below = found.net < 0
    if terms.negative == "raise":
        _refuse_negative(found, below, terms, kept)
    return _without(found, below, counts)


def _check_sums(codes: AnyArray, amount: FloatArray, kept: IntArray | None, terms: Terms) -> None:
    """Raise if the amounts of a customer, all taken as positive, add up to infinity; so no net or total can."""
    largest = max(float(amount.max()), -float(amount.min()))
    if largest <= np.finfo(np.float64).max / amount.size:
        return
    _, inverse = np.unique(codes, return_inverse=True)
    with np.errstate(over="ignore"):
        gross = np.bincount(inverse, weights=np.abs(amount))
    bad = ~np.isfinite(gross)[inverse]
    if bad.any():
        rows = np.flatnonzero(bad) if kept is None else kept[bad]
        marked = np.zeros(int(rows.max()) + 1, dtype=np.bool_)
        marked[rows] = True
        raise InvalidData(too_large(terms, row_list(marked)))


def _without(found: CustomerDays, below: BoolArray, counts: Counts) -> Netted:
    """Return the days that are not ``below`` zero."""
    bought = found.only(~below)
    refunded = np.setdiff1d(found.codes, bought.codes, assume_unique=True)
    counts = replace(
        counts,
        zero_days=int(np.count_nonzero(bought.net == 0)),
        netted_days=0 if bought.mixed is None else int(np.count_nonzero(bought.mixed)),
        dropped_days=int(np.count_nonzero(below)),
    )
    return Netted(bought, refunded, counts)


def _refuse_negative(found: CustomerDays, below: BoolArray, terms: Terms, kept: IntArray | None) -> None:
    """Raise if there are days below zero; ``kept`` are the rows of the table that ``found`` was made of."""
    if found.net is None or found.row is None or not below.any():
        return
    rows = found.row[below] if kept is None else kept[found.row[below]]
    order = np.argsort(rows)[:_SHOWN]
    shown = [
        f"row {row}, {written(int(day) + found.origin)}: {net:.10g}"
        for row, day, net in zip(rows[order], found.day[below][order], found.net[below][order], strict=True)
    ]
    raise InvalidData(negative_days(terms, int(below.sum()), shown))


def _amounts(raw: Column, name: str, problems: Problems) -> FloatArray | None:
    if isinstance(raw, Coded) and raw.words.size:
        row = np.flatnonzero(raw.codes >= 0)[:1]
        shown = f"{raw.texts(row)[0]!r} in row {row[0]}"
        problems.add(f"{name} holds text such as {shown}, numbers are needed; convert the column first")
        return None
    amount = column(raw.texts() if isinstance(raw, Coded) else raw, name, problems)
    check_finite(amount, name, problems)
    return amount
