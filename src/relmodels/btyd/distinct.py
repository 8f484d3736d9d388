"""Rows that are equal are evaluated once: the distinct rows of a table, how often each occurs, and the way back.

Days are whole numbers and so are counts, hence a customer base of millions has few distinct histories.
Columns that lie on a grid (whole numbers, or whole days expressed in weeks, months, quarters or years)
are counted with integer arithmetic and without sorting; any other column is sorted first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.periods import DAYS

__all__ = ["Distinct", "distinct"]

_PEEK = 64
_LARGEST_WHOLE = 2.0**40
_DENSE_PER_ROW = 8
_DENSE_FLOOR = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """The distinct rows among ``n`` rows.

    Attributes:
        rows: ``(m,)`` the index of one row of each kind.
        inverse: ``(n,)`` the kind of each row, so that ``values_of_kinds[inverse]`` is in row order.
        counts: ``(m,)`` how many rows are of each kind.

    """

    rows: IntArray
    inverse: IntArray
    counts: IntArray

    __reduce__ = by_fields

    def total(self, weight: FloatArray | None) -> FloatArray:
        """Return the weight of each kind, ``(m,)``: the sum of ``weight`` ``(n,)``, or the number of rows."""
        if weight is None:
            return self.counts.astype(np.float64)
        return np.asarray(np.bincount(self.inverse, weights=weight, minlength=self.rows.size), dtype=np.float64)


def distinct(*columns: FloatArray) -> Distinct:
    """Return the distinct rows of ``columns``, each ``(n,)`` and finite, sorted by the first column, then the next.

    Examples:
        >>> found = distinct(np.array([2.0, 0.0, 2.0]), np.array([5.0, 5.0, 5.0]))
        >>> found.rows.size, found.inverse.tolist(), found.counts.tolist()
        (2, [1, 0, 1], [1, 2])

    """
    key, size = np.zeros(columns[0].size, dtype=np.int64), 1
    for column in columns:
        code, span = _codes(column)
        if span > np.iinfo(np.int64).max // max(size, 1):
            key, size = _ranks(key)
        key = code if size == 1 else key * span + code
        size *= span
    limit = max(_DENSE_FLOOR, _DENSE_PER_ROW * key.size)
    return _by_table(key, size) if size <= limit else _by_sorting(key)


def _codes(column: FloatArray) -> tuple[IntArray, int]:
    """Return whole numbers from 0 that order and equal each other as the values do, and one more than the largest."""
    for days in DAYS.values():
        whole = _on_grid(column, days)
        if whole is not None:
            lowest = int(whole.min(initial=0))
            return whole - lowest, int(whole.max(initial=0)) - lowest + 1
    return _ranks(column)


def _on_grid(column: FloatArray, step: float) -> IntArray | None:
    """Return the whole numbers ``k`` with ``k / step == column`` exactly, or ``None`` if there are none."""
    head = column[:_PEEK]
    if not np.array_equal(np.rint(head * step) / step, head):
        return None
    scaled = np.rint(column * step) if step != 1.0 else np.rint(column)
    exact = np.array_equal(scaled / step if step != 1.0 else scaled, column)
    small = float(np.abs(scaled).max(initial=0.0)) < _LARGEST_WHOLE
    return scaled.astype(np.int64) if exact and small else None


def _ranks(values: FloatArray | IntArray) -> tuple[IntArray, int]:
    found, code = np.unique(values, return_inverse=True)
    return code.astype(np.int64, copy=False), max(found.size, 1)


def _by_table(key: IntArray, size: int) -> Distinct:
    counts = np.bincount(key, minlength=size)
    present = np.flatnonzero(counts)
    kind = np.empty(size, dtype=np.int64)
    kind[present] = np.arange(present.size)
    somewhere = np.empty(size, dtype=np.int64)
    somewhere[key] = np.arange(key.size)
    return Distinct(rows=read_only(somewhere[present]), inverse=read_only(kind[key]), counts=read_only(counts[present]))


def _by_sorting(key: IntArray) -> Distinct:
    _, rows, inverse, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return Distinct(rows=read_only(rows), inverse=read_only(inverse), counts=read_only(counts))
