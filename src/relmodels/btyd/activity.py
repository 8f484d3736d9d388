"""Purchases of a customer base over calendar time: its size does not depend on the number of customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from relmodels.core.arrays import DateArray, IntArray, by_fields, read_only
from relmodels.core.periods import DAYS, Unit, as_unit

__all__ = ["Activity", "ActivityByPeriod"]

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, eq=False)
class ActivityByPeriod:
    """Purchases by calendar period.

    Attributes:
        unit: the length of a period.
        start: ``(k,)`` the first day of each period within the observation.
        end: ``(k,)`` the last day of each period within the observation.
        new_customers: ``(k,)`` customers who bought for the first time.
        repeat_purchases: ``(k,)`` later days with a purchase, summed over customers.

    """

    unit: Unit
    start: DateArray
    end: DateArray
    new_customers: IntArray
    repeat_purchases: IntArray

    __reduce__ = by_fields

    def __repr__(self) -> str:
        """Return the number of periods and the sums in one line."""
        came, again = int(self.new_customers.sum()), int(self.repeat_purchases.sum())
        return f"<ActivityByPeriod of {len(self):,} {self.unit}s: {came:,} new customers, {again:,} repeat purchases>"

    def __len__(self) -> int:
        """Return the number of periods."""
        return int(self.start.size)

    @property
    def days(self) -> IntArray:
        """Return how many days of each period were observed, ``(k,)``; the first and the last may be cut short."""
        return (self.end - self.start).astype(np.int64) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Purchases by day, of the customers of a summary, from their first purchase to the end of observation.

    Attributes:
        start: the day of the very first purchase.
        new_customers: ``(d,)`` customers who bought for the first time on each day from ``start`` on.
        repeat_purchases: ``(d,)`` customers who bought again on that day.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> log = {"who": ["Ann", "Bob", "Ann"], "day": ["2026-01-05", "2026-01-06", "2026-01-07"]}
        >>> activity = PurchaseSummary.from_transactions(log, customer="who", date="day").activity
        >>> activity.new_customers.tolist(), activity.repeat_purchases.tolist()
        ([1, 1, 0], [0, 0, 1])

    """

    start: date
    new_customers: IntArray
    repeat_purchases: IntArray

    __reduce__ = by_fields

    def __repr__(self) -> str:
        """Return the days and the sums in one line."""
        came, again = int(self.new_customers.sum()), int(self.repeat_purchases.sum())
        return f"<Activity of {len(self):,} days from {self.start}: {came:,} new customers, {again:,} repeat purchases>"

    def __len__(self) -> int:
        """Return the number of days."""
        return int(self.new_customers.size)

    @property
    def day(self) -> DateArray:
        """Return the days, ``(d,)``."""
        return np.datetime64(self.start, "D") + np.arange(len(self))

    @property
    def end(self) -> date:
        """Return the last day of observation."""
        found: date = self.day[-1].item()
        return found

    def per(self, unit: Unit) -> ActivityByPeriod:
        """Return the counts by period: blocks of 1 or 7 days from the start, or calendar months, quarters, years.

        Examples:
            >>> daily = Activity(date(2026, 1, 30), np.array([5, 1, 0]), np.array([0, 1, 2]))
            >>> monthly = daily.per("month")
            >>> monthly.new_customers.tolist(), monthly.repeat_purchases.tolist(), monthly.days.tolist()
            ([6, 0], [1, 2], [2, 1])

        """
        begins = _beginnings(self.day, as_unit(unit))
        ends = np.append(begins[1:], len(self)) - 1
        return ActivityByPeriod(
            unit,
            read_only(self.day[begins]),
            read_only(self.day[ends]),
            read_only(np.add.reduceat(self.new_customers, begins)),
            read_only(np.add.reduceat(self.repeat_purchases, begins)),
        )


def _beginnings(day: DateArray, unit: Unit) -> IntArray:
    """Return the positions at which a period begins, ``(k,)``."""
    if unit not in _MONTHS:
        return np.arange(0, day.size, round(DAYS[unit]))
    period = day.astype("datetime64[M]").astype(np.int64) // _MONTHS[unit]
    return np.flatnonzero(np.diff(period, prepend=period[0] - 1))
