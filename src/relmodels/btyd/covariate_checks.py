"""What the paths of covariates have to obey: everybody has one, without holes, from the first purchase to the end.

Every fault is noted with how many customers it concerns and which rows of the summary they are, since an identifier
never appears in a message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.terms import Terms
from relmodels.core.arrays import AnyArray, BoolArray, IntArray
from relmodels.core.errors import Problems
from relmodels.frames.columns import row_list
from relmodels.frames.dates import written

__all__ = ["Customers", "Dated", "Reach", "check_once", "check_paths"]

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """Who needs a path, ``n`` customers, and from when to when, in days from 1970-01-01.

    Attributes:
        customer: ``(n,)`` identifiers, sorted.
        first: ``(n,)`` the day of the first purchase.
        end: the last day of observation.
        terms: how the log of their purchases is read up to that day.

    """

    customer: AnyArray
    first: IntArray
    end: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Reach:
    """How long values hold: the last of a path to the day ``until``, and none longer than ``longest`` days."""

    until: int | None
    longest: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """The dates of covariates, ``k`` rows sorted by customer, then day.

    Attributes:
        row: ``(k,)`` the customer.
        day: ``(k,)`` days from 1970-01-01.
        counts: ``(n,)`` how many rows each customer has.

    """

    row: IntArray
    day: IntArray
    counts: IntArray

    @property
    def starts(self) -> IntArray:
        """Return where the rows of each customer begin, ``(n,)``."""
        return np.cumsum(self.counts) - self.counts


def check_once(dated: Dated, order: IntArray, date: str, problems: Problems) -> None:
    """Note the days that a customer has twice; ``order`` are the rows of the table that ``dated`` was made of."""
    again = order[1:][(np.diff(dated.row) == 0) & (np.diff(dated.day) == 0)]
    if again.size:
        marked = np.zeros(int(again.max()) + 1, dtype=np.bool_)
        marked[again] = True
        problems.add(
            f"{date} in {row_list(marked)} is one that the same customer has in an earlier row; "
            "keep one row for each customer and date"
        )


def check_paths(dated: Dated, of: Customers, reach: Reach, problems: Problems) -> IntArray:
    """Return the day up to which each customer's values are known, ``(n,)``; what is missing of a path is noted."""
    some = dated.counts > 0
    if not some.all():
        problems.add(
            f"{_many(~some)} of the summary without any covariates ({row_list(~some)}); "
            "give every customer a path, or make the summary of those who have one"
        )
    starts = np.where(some, dated.starts, 0)
    begun = dated.day[starts] if dated.day.size else of.first
    _note(
        some & (begun > of.first),
        "whose path begins after the first purchase",
        lambda i: f"row {i}: bought on {written(int(of.first[i]))}, covariates from {written(int(begun[i]))} on",
        "add the values that held on the day of the first purchase, dated then or before",
        problems,
    )
    if reach.longest is not None:
        _note_holes(dated, of, reach.longest, problems)
    return _known(dated, of, reach, problems)


def _known(dated: Dated, of: Customers, reach: Reach, problems: Problems) -> IntArray:
    """Return the day up to which each customer's values are known, ``(n,)``; it is noted if all end too early."""
    until, stated = reach.until, "until"
    if until is None and reach.longest is None and dated.day.size:
        until, stated = int(dated.day.max()), "the last date of any of these customers"
    if until is not None and until < of.end:
        problems.add(
            f"the covariates are known to {written(until)} only ({stated}), and the observation ends on "
            f"{written(of.end)}; add later rows, or pass until={written(of.end).isoformat()!r} if the last values "
            "hold to then"
        )
    known = np.full(of.first.size, of.end if until is None else until)
    if reach.longest is not None:
        last = np.flatnonzero(_is_last(dated))
        own = dated.day[last] + reach.longest
        known[dated.row[last]] = own if until is None else np.minimum(own, until)
    return known


def _note_holes(dated: Dated, of: Customers, longest: int, problems: Problems) -> None:
    """Note values that would have to hold for more than ``longest`` days, from the first purchase on."""
    last = _is_last(dated)
    following = np.append(dated.day[1:], of.end)
    following = np.where(last, of.end, following[: last.size])
    holes = (following - dated.day > longest) & (following > of.first[dated.row])
    _note(
        holes,
        f"of more than {longest} days without a new value",
        lambda i: f"row {dated.row[i]}: {written(int(dated.day[i]))} to {written(int(following[i]))}",
        "fill the rows that are missing, or let values hold longer",
        problems,
        noun="period",
    )


def _is_last(dated: Dated) -> BoolArray:
    """Return which rows are the last of a customer, ``(k,)``."""
    changes: BoolArray = np.append(np.diff(dated.row) > 0, np.True_)[: dated.row.size]
    return changes


def _note(
    bad: BoolArray,
    what: str,
    describe: Callable[[int], str],
    remedy: str,
    problems: Problems,
    noun: str = "customer",
) -> None:
    """Note what is ``bad`` with its number and descriptions of the first few."""
    places = np.flatnonzero(bad)
    if places.size == 0:
        return
    shown = [describe(i) for i in places[:_SHOWN].tolist()]
    more = f"; and {places.size - _SHOWN} more" if places.size > _SHOWN else ""
    problems.add(f"{_many(bad, noun)} {what} ({'; '.join(shown)}{more}); {remedy}")


def _many(marked: BoolArray, noun: str = "customer") -> str:
    many = int(np.count_nonzero(marked))
    return f"{many:,} {noun}{'s' if many > 1 else ''}"
