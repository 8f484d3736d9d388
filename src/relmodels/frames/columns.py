"""Columns as the rest of the package sees them: numpy arrays, and text as codes of its distinct values.

Nothing here knows a frame library. A column of ten million words with a few distinct values is looked at once for each
distinct value, so text is carried as integers from the door on.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, IntArray
from relmodels.core.errors import Problems

__all__ = [
    "Coded",
    "Column",
    "Columns",
    "as_array",
    "coded",
    "is_missing",
    "object_array",
    "require",
    "row_list",
    "text_order",
    "whole_numbers",
]

_ROWS_SHOWN = 5
_WORD, _WIDEST = 8, 64


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of text.

    Attributes:
        codes: ``(n,)`` whole numbers, the place of each row's text in ``words``, -1 where it is missing.
        words: ``(k,)`` the distinct texts as objects, sorted by code point.

    """

    codes: AnyArray
    words: AnyArray

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.codes.size)

    def texts(self, rows: AnyArray | slice = slice(None)) -> AnyArray:
        """Return the texts of some rows as objects, ``None`` where missing."""
        return np.append(self.words, np.array([None], dtype=object))[self.codes[rows]]


Column: TypeAlias = AnyArray | Coded


class Columns(Protocol):
    """A table in memory: named columns of equal length."""

    @property
    def columns(self) -> tuple[Hashable, ...]:
        """Return the names of the columns."""
        ...

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def column(self, name: Hashable) -> Column:
        """Return one column; times come without their zone, as they stand in it."""
        ...

    def key(self, name: Hashable) -> Column:
        """Return one column as it identifies: no number loses a digit."""
        ...


def require(wanted: Iterable[Hashable], present: Sequence[Hashable], problems: Problems) -> bool:
    """Return whether every wanted column is present; those that are not get noted, with the nearest names.

    Examples:
        >>> problems = Problems("table")
        >>> require(["custmer"], ["customer", "date"], problems)
        False
        >>> problems.found
        ["there is no column 'custmer' (did you mean 'customer'?); the columns are: 'customer', 'date'"]

    """
    missing = [name for name in wanted if name not in present]
    for name in missing:
        near = difflib.get_close_matches(str(name).lower(), [str(other).lower() for other in present], n=3, cutoff=0.5)
        meant = [repr(other) for other in present if str(other).lower() in near]
        hint = f" (did you mean {' or '.join(meant)}?)" if meant else ""
        listed = ", ".join(repr(other) for other in present) or "none"
        problems.add(f"there is no column {name!r}{hint}; the columns are: {listed}")
    return not missing


def coded(values: Iterable[str | None]) -> Coded:
    """Return a column of texts as codes.

    Examples:
        >>> found = coded(["b", None, "a", "b"])
        >>> found.codes.tolist(), found.words.tolist()
        ([1, -1, 0, 1], ['a', 'b'])

    """
    rows = list(values)
    distinct = sorted({value for value in rows if value is not None})
    place: dict[str | None, int] = {value: code for code, value in enumerate(distinct)} | {None: -1}
    codes = np.fromiter(map(place.__getitem__, rows), dtype=np.int64, count=len(rows))
    return Coded(codes, object_array(distinct))


def text_order(texts: Sequence[str]) -> IntArray:
    """Return the order that sorts distinct ``texts`` by code point, ``(k,)``.

    Examples:
        >>> text_order(["b", "007", "a"]).tolist()
        [1, 2, 0]

    """
    try:
        packed = np.array(texts, dtype=np.bytes_)
    except UnicodeEncodeError:  # not ASCII
        return _slow_order(texts)
    if packed.size == 0 or packed.dtype.itemsize > _WIDEST:
        return _slow_order(texts)
    if packed.dtype.itemsize <= _WORD:
        # Eight bytes are one whole number, and those sort fast.
        order = np.argsort(packed.astype(f"S{_WORD}").view(">u8").astype(np.uint64))
    else:
        order = np.argsort(packed)
    rising = packed[order]
    # Texts that end in null characters look equal here.
    return _slow_order(texts) if np.any(rising[1:] == rising[:-1]) else order


def _slow_order(texts: Sequence[str]) -> IntArray:
    return np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)


def object_array(values: Sequence[object]) -> AnyArray:
    """Return ``values`` as an ``(n,)`` array of objects, whatever they are."""
    return np.fromiter(values, dtype=object, count=len(values))


def as_array(values: object) -> AnyArray:
    """Return ``values`` as an array; a series that numpy cannot take comes as objects, what is no series without shape.

    Examples:
        >>> as_array([1, 2]).shape, as_array({"a": 1}).shape
        ((2,), ())

    """
    try:
        return np.asarray(values)
    except Exception:  # noqa: BLE001  # each library has its own error for a type that numpy lacks
        return whole_numbers(list(values)) if isinstance(values, Iterable) else object_array([values]).reshape(())


def whole_numbers(values: Sequence[object]) -> AnyArray:
    """Return ``values`` as an ``(n,)`` array of 64-bit numbers if all are whole numbers that fit, else of objects.

    Examples:
        >>> whole_numbers([1, 2]).dtype.name, whole_numbers([1, 2**80]).dtype.name
        ('int64', 'object')

    """
    low, high = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    fits = all(type(value) is int and low <= value <= high for value in values)
    return np.array(values, dtype=np.int64) if fits else object_array(values)


def is_missing(value: object) -> bool:
    """Return whether ``value`` stands for nothing: ``None``, or not equal to itself as NaN, NaT and NA are."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124
    except (TypeError, ArithmeticError):  # pandas.NA has no truth value, a signaling NaN none that compares
        return True
    except ValueError:  # an array of several values is something
        return False


def row_list(bad: BoolArray) -> str:
    """Return the numbers of the rows marked as bad, the first few in full.

    Examples:
        >>> row_list(np.array([False, True, True]))
        'rows 1, 2'

    """
    rows = np.flatnonzero(bad)
    shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
    more = "" if rows.size <= _ROWS_SHOWN else f" and {rows.size - _ROWS_SHOWN} more"
    return f"row{'s' if rows.size > 1 else ''} {shown}{more}"
