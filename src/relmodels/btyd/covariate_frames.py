"""From a table of dated covariates to the path of each customer.

The rules: one row for each customer and date; a value holds from its date to the customer's next date; a path begins
on the day of the first purchase or before it and is known to the end of observation at least. How far the last value of
a path holds cannot be seen in it: by default to the last date that any of these customers has.
Rows of people who are not in the summary are not read, as they are not in the likelihood.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from relmodels.btyd.covariate_checks import Customers, Dated, Reach, check_once, check_paths
from relmodels.core.arrays import AnyArray, FloatArray, IntArray, check_finite, column
from relmodels.core.errors import Problems
from relmodels.frames.columns import Coded, Column, Columns, require
from relmodels.frames.dates import whole_days
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import Identifiers, identifiers
from relmodels.frames.table import open_frame

__all__ = ["Paths", "in_memory", "places", "read_paths"]


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Dated values, ``k`` rows sorted by customer, then day; the first of each customer holds at the first purchase.

    Attributes:
        row: ``(k,)`` the customer.
        day: ``(k,)`` the day from which the values hold, from 1970-01-01.
        values: ``(k, c)`` the values, a column for each covariate.
        names: the covariates.
        known: ``(n,)`` the day up to which each customer's values are known.

    """

    row: IntArray
    day: IntArray
    values: FloatArray
    names: tuple[str, ...]
    known: IntArray

    def places(self, names: tuple[str, ...]) -> IntArray:
        """Return in which columns the covariates ``names`` stand."""
        return np.array([self.names.index(name) for name in names], dtype=np.int64)

    def added_up(self, row: IntArray, day: IntArray) -> FloatArray:
        """Return the values on some days of customers, added up by customer, ``(n, c)``.

        Args:
            row: ``(j,)`` the customer.
            day: ``(j,)`` the day, not before the path begins.

        """
        low = min(int(self.day.min()), int(day.min(initial=self.day[0])))
        span = max(int(self.day.max()), int(day.max(initial=self.day[0]))) - low + 1
        place = np.searchsorted(self.row * span + (self.day - low), row * span + (day - low), side="right") - 1
        total = np.zeros((self.known.size, len(self.names)))
        np.add.at(total, row, self.values[place])
        return total


def in_memory(frame: object) -> Columns:
    """Return a table in memory; the rows of a lazy frame are collected."""
    opened = open_frame(frame)
    return opened.collect() if isinstance(opened, Lazy) else opened


def read_paths(
    frame: object, customer: str, date: str, names: tuple[str, ...], of: Customers, reach: Reach, problems: Problems
) -> Paths | None:
    """Return the paths of customers; every fault is noted in ``problems``, and ``None`` returned if there is one.

    Args:
        frame: any supported table.
        customer: its column of identifiers.
        date: its column of dates.
        names: its columns of covariates.
        of: whose paths are needed, and for when.
        reach: how long values hold.
        problems: faults found so far.

    """
    before, table = len(problems.found), in_memory(frame)
    require(dict.fromkeys((customer, date, *names)), table.columns, problems)
    found = _dates(table, customer, date, of, problems)
    known = None if found is None else check_paths(found[1], of, reach, problems)
    values = [_numbers(table.column(name), name, problems) for name in names if name in table.columns]
    if found is None or known is None or len(problems.found) > before:
        return None
    order, dated = found
    kept = _holds(dated, of.first)
    return Paths(dated.row[kept], dated.day[kept], np.column_stack(values)[order[kept]], names, known)


def places(found: Identifiers, customers: AnyArray, name: str, problems: Problems) -> IntArray:
    """Return which of ``customers``, sorted, each row is of, ``(k,)``, -1 for none of them.

    Identifiers of another type, which never equal, are noted in ``problems``.
    """
    labels = found.codes if found.labels is None else found.labels
    if labels.size == 0:
        return np.full(len(found), -1, dtype=np.int64)
    if _kind(labels) != _kind(customers):
        problems.add(
            f"{name} holds {_kind(labels)}, but the identifiers of the summary are {_kind(customers)}; "
            "convert the column to the same type"
        )
        return np.empty(0, dtype=np.int64)
    if labels.dtype != customers.dtype:  # numpy compares whole numbers of different types as floats
        labels, customers = labels.astype(object), customers.astype(object)
    place = np.minimum(np.searchsorted(customers, labels), customers.size - 1)
    place = np.where(customers[place] == labels, place, -1)
    return place if found.labels is None else place[found.codes]


def _dates(
    table: Columns, customer: str, date: str, of: Customers, problems: Problems
) -> tuple[IntArray, Dated] | None:
    """Return which rows of the table are of customers, in the order of customer and day, and their dates."""
    before = len(problems.found)
    row, day = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if customer in table.columns:
        row = places(identifiers(table.key(customer), customer, problems), of.customer, customer, problems)
    if date in table.columns:
        day = whole_days(table.column(date), date, problems)
    if len(problems.found) > before or row.size != day.size:
        return None
    order = np.lexsort((day, row))
    order = order[row[order] >= 0]
    dated = Dated(row[order], day[order], np.bincount(row[order], minlength=of.first.size))
    check_once(dated, order, date, problems)
    return order, dated


def _holds(dated: Dated, first: IntArray) -> IntArray:
    """Return the rows whose values hold at some time from the first purchase on."""
    replaced = (np.diff(dated.row) == 0) & (dated.day[1:] <= first[dated.row[1:]])
    return np.flatnonzero(np.append(~replaced, np.True_))


def _numbers(raw: Column, name: Hashable, problems: Problems) -> FloatArray:
    if isinstance(raw, Coded) and raw.words.size:
        row = np.flatnonzero(raw.codes >= 0)[:1]
        problems.add(
            f"{name} holds text such as {raw.texts(row)[0]!r} in row {row[0]}, numbers are needed; code categories as "
            "numbers, for example a column of 0 and 1 for each category but one"
        )
        return np.empty(0)
    values = column(raw.texts() if isinstance(raw, Coded) else raw, str(name), problems)
    check_finite(values, str(name), problems)
    return values


def _kind(ids: AnyArray) -> str:
    if ids.dtype == np.object_:
        kind = type(ids[0]).__name__
        return {"int": "whole numbers", "str": "text"}.get(kind, kind)
    return "whole numbers" if ids.dtype.kind in "iu" else str(ids.dtype)
