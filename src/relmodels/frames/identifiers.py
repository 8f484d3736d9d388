"""Identifiers of any kind as whole numbers, to sort and compare by, with the way back.

Identifiers are opaque: whole numbers stay whole numbers, text stays text with its leading zeros, and no identifier ever
appears in a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from relmodels.core.arrays import AnyArray, IntArray
from relmodels.core.errors import Problems
from relmodels.frames.columns import Coded, Column, is_missing, object_array, row_list, whole_numbers

__all__ = ["Identifiers", "identifiers"]


@dataclass(frozen=True, slots=True, eq=False)
class Identifiers:
    """A column of identifiers.

    Attributes:
        codes: ``(n,)`` whole numbers in the order of the identifiers; the identifiers themselves if ``labels`` is
            ``None``.
        labels: ``(k,)`` the identifier of each code, sorted.

    """

    codes: AnyArray
    labels: AnyArray | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.codes.size)

    @property
    def example(self) -> AnyArray:
        """Return one identifier, ``(1,)``, or none if there is none."""
        return self.codes[:1] if self.labels is None else self.labels[:1]

    def of(self, codes: AnyArray) -> AnyArray:
        """Return the identifiers that ``codes`` stand for."""
        return codes if self.labels is None else self.labels[codes]


def identifiers(column: Column, name: str, problems: Problems, *, of: str = "customer") -> Identifiers:
    """Return a column as identifiers; rows without one are noted in ``problems``.

    Args:
        column: of a table.
        name: of the column.
        problems: what is wrong with it is added here.
        of: what it identifies, for messages.

    Examples:
        >>> identifiers(np.array([7, 3, 7]), "customer", Problems("log")).codes.tolist()
        [7, 3, 7]

    """
    if isinstance(column, Coded):
        _missing(column.codes < 0, name, problems, of)
        return Identifiers(column.codes, column.words)
    if column.dtype.kind in "iu":
        return Identifiers(column)
    if column.dtype == np.object_:
        return _of_objects(column, name, problems, of)
    if column.dtype.kind in "fMm":
        _missing(np.isnat(column) if column.dtype.kind in "Mm" else np.isnan(column), name, problems, of)
    labels, codes = np.unique(column, return_inverse=True)
    return Identifiers(codes, labels)


def _of_objects(column: AnyArray, name: str, problems: Problems, of: str) -> Identifiers:
    missing = np.array([is_missing(value) for value in column], dtype=np.bool_)
    _missing(missing, name, problems, of)
    kinds = sorted({type(value).__name__ for value, gone in zip(column, missing, strict=True) if not gone})
    if len(kinds) > 1:
        problems.add(
            f"{name} holds identifiers of several types ({', '.join(kinds)}), which may mean the same {of} or not; "
            "convert the column to one type"
        )
        return Identifiers(np.empty(0, dtype=np.int64))
    try:
        distinct = sorted({value for value, gone in zip(column, missing, strict=True) if not gone})
    except TypeError:
        problems.add(
            f"{name} holds {kinds[0]} values, which have no order; convert the column to text or whole numbers"
        )
        return Identifiers(np.empty(0, dtype=np.int64))
    place = {value: code for code, value in enumerate(distinct)}
    codes: IntArray = np.array([place.get(value, -1) for value in column if not is_missing(value)], dtype=np.int64)
    labels = _whole(distinct, name, problems) if kinds == ["Decimal"] else object_array(distinct)
    return Identifiers(codes, labels)


def _whole(distinct: Sequence[Decimal], name: str, problems: Problems) -> AnyArray:
    """Return decimals as the whole numbers they are; fractions, which no identifier has, are noted."""
    broken = sum(not value.is_finite() or value != int(value) for value in distinct)
    if broken:
        several = f"{broken} distinct value{'s' if broken > 1 else ''}"
        problems.add(
            f"{name} holds decimals with a fraction, {several}, which identify nobody safely; "
            "convert the column to whole numbers or text"
        )
        return object_array(distinct)
    return whole_numbers([int(value) for value in distinct])


def _missing(missing: AnyArray, name: str, problems: Problems, of: str) -> None:
    if missing.any():
        problems.add(f"{name} is missing in {row_list(missing)}; every row needs a {of}, fill or drop these rows")
