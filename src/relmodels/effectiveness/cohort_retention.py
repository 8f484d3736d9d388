"""Cohort tables: of those who bought first in a month, how many bought in each month after.

A cohort is the customers whose first purchase lies in one calendar period; a column is a number of periods later. The
share of a cohort that is active is no survival: who skips a month may be back in the next. Periods that have not ended
by the last date are left out, since nobody has had the time to buy in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import DateArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.frames.columns import require
from relmodels.frames.dates import whole_days
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import Table, open_frame

__all__ = ["CohortRetention", "cohort_retention"]

Calendar: TypeAlias = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[Calendar, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, eq=False)
class CohortRetention:
    """Customers by the period of their first purchase and the periods since.

    Attributes:
        cohorts: ``(c,)`` the first day of each cohort's period.
        sizes: ``(c,)`` how many customers each has.
        active: ``(c, T)`` how many of them bought 0, 1, 2, … periods later; -1 where that is not over yet.
        unit: the period.

    """

    cohorts: DateArray
    sizes: IntArray
    active: IntArray
    unit: Calendar

    __reduce__ = by_fields

    @property
    def share(self) -> FloatArray:
        """Return ``(c, T)`` the share of each cohort that was active; ``nan`` where that is not over yet."""
        return read_only(np.where(self.active < 0, np.nan, self.active / self.sizes[:, None]))

    @property
    def overall(self) -> FloatArray:
        """Return ``(T,)`` the share of all customers whose cohorts have come so far."""
        seen = self.active >= 0
        return read_only((self.active * seen).sum(axis=0) / (self.sizes[:, None] * seen).sum(axis=0))

    def table(self) -> Table:
        """Return a row for each cohort: its period, its size, and the share active in each period since."""
        later = {f"+{place}": self.share[:, place] for place in range(self.active.shape[1])}
        return Table({"cohort": self.cohorts, "customers": self.sizes, **later})


def cohort_retention(
    frame: object, *, customer: str, date: str, unit: Calendar = "month", until: str | None = None
) -> CohortRetention:
    """Return how many customers of each cohort bought in each period after their first.

    Args:
        frame: any supported table with one purchase a row.
        customer: its column of identifiers.
        date: its column of dates.
        unit: the calendar period.
        until: the last day that was observed; the last date of the table by default. Its period counts only if this is
            its last day.

    Raises:
        InvalidData: if a column, an identifier or a date is missing, purchases lie after ``until``, or no period ended.
        InvalidParameters: if the unit or the day is none.

    Examples:
        >>> log = {"who": ["a", "a", "b", "b"], "day": ["2026-01-05", "2026-02-09", "2026-01-20", "2026-03-31"]}
        >>> found = cohort_retention(log, customer="who", date="day")
        >>> found.sizes.tolist(), found.active.tolist()
        ([2], [[2, 1, 1]])

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2009), Probability models for customer-base analysis, Journal of Interactive
        Marketing 23(1), 61-69, for what such tables can and cannot say.

    """
    if unit not in get_args(Calendar):
        message = f"unit = {unit!r} is no calendar period; use one of {', '.join(get_args(Calendar))}"
        raise InvalidParameters(message)
    problems = Problems("cohort table")
    opened = open_frame(frame)
    table = opened.collect() if isinstance(opened, Lazy) else opened
    require([customer, date], [str(name) for name in table.columns], problems)
    problems.raise_if_any()
    who = identifiers(table.key(customer), customer, problems)
    days = whole_days(table.column(date), date, problems)
    if not problems and not len(table):
        problems.add("there are no purchases")
    problems.raise_if_any()
    period = _periods(days, unit)
    ended = _last_ended(days, until, unit)
    customers = np.unique(who.codes, return_inverse=True)[1]
    return _counted(customers, period, ended, unit)


def _periods(days: IntArray, unit: Calendar) -> IntArray:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // _MONTHS[unit], dtype=np.int64)


def _last_ended(days: IntArray, until: str | None, unit: Calendar) -> int:
    try:
        last = int(days.max()) if until is None else int(np.datetime64(until, "D").astype(np.int64))
    except ValueError as error:
        message = f"until = {until!r} is no day; write it as 2026-03-31"
        raise InvalidParameters(message) from error
    if last < int(days.max()):
        message = f"until = {until} lies before the last purchase; leave later rows out, or give a later day"
        raise InvalidData(message)
    # The period of the day after the last one is the first that is not over.
    return int(_periods(np.array([last + 1]), unit)[0]) - 1


def _counted(who: IntArray, period: IntArray, ended: int, unit: Calendar) -> CohortRetention:
    first = np.full(int(who.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, who, period)
    start, length = int(first.min()), ended - int(first.min()) + 1
    if length < 1:
        message = "cohort table: no period is over yet; give a longer table, or shorter periods"
        raise InvalidData(message)
    seen = period <= ended
    bought = np.unique(who[seen] * length + period[seen] - start)
    customer, place = np.divmod(bought, length)
    cohort = first[customer] - start
    active = np.full((length, length), 0, dtype=np.int64)
    np.add.at(active, (cohort, place - cohort), 1)
    reach = length - np.arange(length)
    active[np.arange(length)[None, :] >= reach[:, None]] = -1
    rows = np.flatnonzero(active[:, 0] > 0)
    months = (start + rows) * _MONTHS[unit]
    return CohortRetention(
        cohorts=read_only(months.astype("datetime64[M]").astype("datetime64[D]")),
        sizes=read_only(active[rows, 0]),
        active=read_only(active[rows]),
        unit=unit,
    )
