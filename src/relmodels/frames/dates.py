"""Dates of any form as whole days, never guessed.

A day is counted from 1970-01-01. The date of a time is the one that stands in the column, in its own zone.
Text is read only as ISO (``2026-11-23``, with or without a time): whether ``03.04.2026`` is in March or in April cannot
be told from the column, so any other text is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, DateArray, IntArray
from relmodels.core.errors import Problems
from relmodels.frames.columns import Coded, Column, is_missing, row_list

__all__ = ["DateLike", "as_dates", "day_of", "days_of_texts", "whole_days", "written"]

DateLike: TypeAlias = str | date | np.datetime64
_EPOCH: Final = date(1970, 1, 1).toordinal()
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_FIRST, _LAST = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH
_NOT_A_TIME: Final = np.iinfo(np.int64).min
_UNREADABLE: Final = "is not an ISO date (2026-11-23); parse the column before passing it, so that no date is guessed"
_FINER_THAN_WEEK: Final = ("D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as")


@dataclass(frozen=True, slots=True)
class _Stamp:
    """One date as read: its day, and the zone if it has a time with one."""

    day: int
    zone: timedelta | str | None = None
    timed: bool = False


def as_dates(days: IntArray) -> DateArray:
    """Return days counted from 1970-01-01 as dates."""
    return days.astype(np.int64).view("datetime64[D]")


def written(day: int) -> date:
    """Return one day counted from 1970-01-01 as a date.

    Examples:
        >>> written(0).isoformat()
        '1970-01-01'

    """
    return date.fromordinal(day + _EPOCH)


def day_of(value: object) -> int | None:
    """Return the day of one date, time or ISO text; ``None`` if it is none of these, or only a week, month or year.

    Examples:
        >>> day_of("1970-01-02"), day_of("02.01.1970")
        (1, None)

    """
    stamp = _stamp(value)
    return None if stamp is None else stamp.day


def whole_days(column: Column, name: str, problems: Problems) -> IntArray:
    """Return the days of a column, ``(n,)``; rows without a usable date are noted in ``problems``.

    A column that cannot be used comes back empty.
    """
    if isinstance(column, Coded):
        return _of_coded(column, name, problems)
    if column.dtype.kind == "M":
        return _of_times(column, name, problems)
    if column.dtype == np.object_:
        return _of_objects(column, name, problems)
    if column.size:
        problems.add(
            f"{name} holds {column.dtype} values such as {column[0]}, dates are needed; convert the column first"
        )
    return np.empty(0, dtype=np.int64)


def days_of_texts(values: AnyArray, name: str, problems: Problems, where: Callable[[BoolArray], str]) -> IntArray:
    """Return the days of distinct texts, ``(k,)``; ``where`` says in which rows the marked ones stand."""
    stamps = [_stamp(value) for value in values]
    bad = np.array([stamp is None for stamp in stamps], dtype=np.bool_)
    if bad.any():
        _unreadable(where(bad), values[bad], name, problems)
    _one_zone(stamps, name, problems, where)
    return np.array([0 if stamp is None else stamp.day for stamp in stamps], dtype=np.int64)


def _of_coded(column: Coded, name: str, problems: Problems) -> IntArray:
    def where(marked: BoolArray) -> str:
        return row_list(np.append(marked, np.False_)[column.codes])

    before = len(problems.found)
    _missing(column.codes < 0, name, problems)
    days = days_of_texts(column.words, name, problems, where)
    return days[column.codes] if len(problems.found) == before else np.empty(0, dtype=np.int64)


def _of_times(column: AnyArray, name: str, problems: Problems) -> IntArray:
    precision = np.datetime_data(column.dtype)[0]
    if precision not in _FINER_THAN_WEEK:
        problems.add(f"{name} holds dates to the nearest {precision!r}, days are needed; give the day of each purchase")
        return np.empty(0, dtype=np.int64)
    days: IntArray = np.ascontiguousarray(column).astype("datetime64[D]").view(np.int64)
    if days.size and days.min() == _NOT_A_TIME:
        _missing(days == _NOT_A_TIME, name, problems)
        return np.empty(0, dtype=np.int64)
    return _in_calendar(days, name, problems)


def _in_calendar(days: IntArray, name: str, problems: Problems) -> IntArray:
    if days.size == 0 or (days.min() >= _FIRST and days.max() <= _LAST):
        return days
    outside = (days < _FIRST) | (days > _LAST)
    problems.add(f"{name} lies outside the years 1 to 9999 in {row_list(outside)}; correct or drop these rows")
    return np.empty(0, dtype=np.int64)


def _of_objects(column: AnyArray, name: str, problems: Problems) -> IntArray:
    before = len(problems.found)
    missing = np.array([is_missing(value) for value in column], dtype=np.bool_)
    _missing(missing, name, problems)
    stamps = [_Stamp(0) if gone else _stamp(value) for value, gone in zip(column, missing, strict=True)]
    bad = np.array([stamp is None for stamp in stamps], dtype=np.bool_)
    if bad.any():
        _unreadable(row_list(bad), column[bad], name, problems)
    _one_zone(stamps, name, problems, row_list)
    if len(problems.found) > before:
        return np.empty(0, dtype=np.int64)
    return np.array([stamp.day for stamp in stamps if stamp is not None], dtype=np.int64)


def _stamp(value: object) -> _Stamp | None:
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, datetime):
        if is_missing(value):
            return None
        # Zones are told apart by name where they have one: the offset of one place changes with the season.
        zone = None if value.tzinfo is None else str(value.tzinfo)
        return _Stamp(value.toordinal() - _EPOCH, zone, timed=True)
    if isinstance(value, np.datetime64):
        if np.datetime_data(value.dtype)[0] not in _FINER_THAN_WEEK:  # which day of the month is not said
            return None
        return _stamp(value.astype("datetime64[us]").item())
    return _Stamp(value.toordinal() - _EPOCH) if isinstance(value, date) else None


def _of_text(text: str) -> _Stamp | None:
    if _ISO.fullmatch(text) is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:  # such as 2026-02-30
        return None
    return _Stamp(read.toordinal() - _EPOCH, read.utcoffset(), timed=len(text) > len("2026-11-23"))


def _one_zone(stamps: list[_Stamp | None], name: str, problems: Problems, where: Callable[[BoolArray], str]) -> None:
    """Note a column whose times are in more than one zone; dates without a time have none."""
    zones = list(dict.fromkeys(stamp.zone for stamp in stamps if stamp is not None and stamp.timed))
    if len(zones) < 2:
        return
    listed = "; ".join(
        f"{_zone(zone)} in {where(np.array([s is not None and s.timed and s.zone == zone for s in stamps]))}"
        for zone in zones[:3]
    )
    problems.add(
        f"{name} mixes times in {len(zones)} time zones, so the same moment may fall on two days ({listed}); "
        "convert the column to one zone first"
    )


def _zone(zone: timedelta | str | None) -> str:
    if zone is None:
        return "none"
    return zone if isinstance(zone, str) else f"UTC{'-' if zone < timedelta() else '+'}{abs(zone)}"


def _missing(missing: BoolArray, name: str, problems: Problems) -> None:
    if missing.any():
        problems.add(f"{name} is missing in {row_list(missing)}; every row needs a date, fill or drop these rows")


def _unreadable(where: str, values: AnyArray, name: str, problems: Problems) -> None:
    shown = ", ".join(repr(value) for value in values[:5])
    problems.add(f"{name} in {where} ({shown}{', ...' if len(values) > 5 else ''}) {_UNREADABLE}")
