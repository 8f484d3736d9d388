"""Contracts read from a table with one row each: how many renewals each has seen, and at which one it was lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, DateArray, FloatArray, IntArray
from relmodels.core.errors import Problems
from relmodels.core.periods import DAYS, Unit
from relmodels.frames.columns import Coded, Column, Columns, is_missing, require, row_list
from relmodels.frames.dates import as_dates, day_of, whole_days, written
from relmodels.frames.door import Lazy
from relmodels.frames.table import open_frame

__all__ = ["Contracts", "read_contracts"]

_MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "year": 12}
_ANY_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """Contracts that began within the observation.

    Attributes:
        lost_at: ``(m,)`` the renewal at which each was lost, from 1 on; infinite, or beyond ``renewals``, if it is
            still there.
        renewals: ``(m,)`` how many renewals have been due by the end of observation.
        last_day: the end of observation, as a day from 1970-01-01.
        left_out: how many rows began after it.

    """

    lost_at: FloatArray
    renewals: FloatArray
    last_day: int = 0
    left_out: int = 0


def read_contracts(frame: object, start: str, end: str, unit: Unit, observation_end: object) -> Contracts:
    """Return the contracts of a table, one a row.

    Raises:
        InvalidData: listing every fault of the table with its column, rows and values.

    """
    problems = Problems("table of contracts")
    begun, ended, there = _read(frame, start, end, problems)
    last = _last_day(observation_end, begun, ended[~there], problems)
    _check_order(begun, ended, there, (start, end), problems)
    inside = begun <= last
    if not problems and not (_renewals(begun[inside], np.full(int(inside.sum()), last), unit)[0] > 0).any():
        problems.add(
            f"no contract has reached its first renewal by {written(last)}; give a shorter unit than {unit!r} "
            "or a later observation_end"
        )
    problems.raise_if_any()
    begun, ended, there = begun[inside], ended[inside], there[inside]
    renewals = _renewals(begun, np.full(begun.size, last), unit)[0]
    lost_at = np.where(there, np.inf, np.maximum(_renewals(begun, ended, unit)[1], 1))
    return Contracts(lost_at, renewals.astype(np.float64), last, int(np.count_nonzero(~inside)))


def _read(frame: object, start: str, end: str, problems: Problems) -> tuple[IntArray, IntArray, BoolArray]:
    """Return the days on which contracts began and ended, and which have not ended.

    Raises:
        InvalidData: if a column cannot be used.

    """
    opened = open_frame(frame)
    columns: Columns = opened.collect() if isinstance(opened, Lazy) else opened
    require((start, end), columns.columns, problems)
    problems.raise_if_any()
    begun = whole_days(columns.column(start), start, problems)
    given, there = _filled(columns.column(end))
    ended = whole_days(given, end, problems)
    problems.raise_if_any()
    if begun.size == 0:
        problems.add("there are no rows; at least one contract is needed")
        problems.raise_if_any()
    return begun, ended, there


def _filled(values: Column) -> tuple[Column, BoolArray]:
    """Return a column with some date in place of each missing one, and where they were."""
    if isinstance(values, Coded):
        missing = values.codes < 0
        codes = np.where(missing, values.words.size, values.codes)
        return Coded(codes, np.append(values.words, np.array([_ANY_DAY.isoformat()], dtype=object))), missing
    if values.dtype.kind == "M":
        missing = np.isnat(values)
        return np.where(missing, np.datetime64(_ANY_DAY), values), missing
    blank = values.dtype == np.object_ or (values.dtype.kind == "f" and bool(np.isnan(values).all()))
    if not blank:
        return values, np.zeros(values.size, dtype=np.bool_)
    missing = np.array([is_missing(value) for value in values], dtype=np.bool_)
    dates = values.astype(object)
    dates[missing] = _ANY_DAY
    return dates, missing


def _last_day(observation_end: object, begun: IntArray, ended: IntArray, problems: Problems) -> int:
    newest = int(max(begun.max(), ended.max(initial=begun.max())))
    if observation_end is None:
        return newest
    day = day_of(observation_end)
    if day is None:
        problems.add(
            f"observation_end = {observation_end!r} is not a date; give ISO text such as '2026-11-23', a date or a "
            "datetime64"
        )
    elif day < begun.min():
        problems.add(
            f"observation_end = {written(day)} lies before the first contract, {written(int(begun.min()))}; "
            "give a day from then on"
        )
    return newest if day is None else day


def _check_order(
    begun: IntArray, ended: IntArray, there: BoolArray, names: tuple[str, str], problems: Problems
) -> None:
    early = ~there & (ended < begun)
    if early.any():
        row = int(np.flatnonzero(early)[0])
        problems.add(
            f"{names[1]} lies before {names[0]} in {row_list(early)} (such as {written(int(ended[row]))} before "
            f"{written(int(begun[row]))}); were the columns swapped?"
        )


def _renewals(begun: IntArray, until: IntArray, unit: Unit) -> tuple[IntArray, IntArray]:
    """Return how many renewals are due by a day, and which one is the first on or after it."""
    if unit in _MONTHS:
        passed, begun_too = _months(as_dates(begun), as_dates(until))
        return passed // _MONTHS[unit], -(-begun_too // _MONTHS[unit])
    days, length = until - begun, round(DAYS[unit])
    return days // length, -(-days // length)


def _months(begun: DateArray, until: DateArray) -> tuple[IntArray, IntArray]:
    """Return the whole months between two days, and the same counting a month begun as whole."""
    first, last = begun.astype("datetime64[M]"), until.astype("datetime64[M]")
    months = (last - first).astype(np.int64)
    length = _days((last + 1).astype("datetime64[D]") - last.astype("datetime64[D]"))
    due = np.minimum(_days(begun - first.astype("datetime64[D]")), length - 1)
    day = _days(until - last.astype("datetime64[D]"))
    return months - (day < due), months + (day > due)


def _days(span: AnyArray) -> IntArray:
    return span.astype(np.int64)
