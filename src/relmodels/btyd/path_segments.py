"""Paths of covariates cut to a window of time, and sums along them.

A path holds the values of one customer's covariates as pieces in time: each begins somewhere and lasts until the next.
What a model needs of it lies between two moments of that customer: from the first purchase to the last, through the
silence after it, or over a horizon ahead. The part of a piece within such a window is a segment; the segments of all
customers stand in one array, customer by customer and in the order of time, so that nothing loops over customers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["Segments", "cut"]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """The parts of all paths within a window, ``m`` segments of ``n`` customers; those without a length are left out.

    Attributes:
        offsets: ``(n + 1,)`` where the segments of each customer begin, and the last one's end; some may have none.
        row: ``(m,)`` the customer of each segment, rising.
        piece: ``(m,)`` the piece of a path that it is part of, rising.
        begin: ``(m,)`` when it begins, from the first purchase on.
        length: ``(m,)`` how long it is, positive.

    """

    offsets: IntArray
    row: IntArray
    piece: IntArray
    begin: FloatArray
    length: FloatArray

    def total(self, values: FloatArray) -> FloatArray:
        """Return the sums of ``values``, ``(m,)`` or ``(m, p)``, by customer, ``(n,)`` or ``(n, p)``.

        Examples:
            >>> cut(np.array([0, 2]), np.array([0.0, 3.0]), np.zeros(1), np.full(1, 5.0)).total(np.ones(2)).tolist()
            [2.0]

        """
        sums = np.zeros((self.offsets.size - 1, *values.shape[1:]))
        some = np.flatnonzero(np.diff(self.offsets))
        sums[some] = np.add.reduceat(values, self.offsets[some], axis=0)
        return sums

    def largest(self, values: FloatArray) -> FloatArray:
        """Return the largest of ``values``, ``(m,)``, by customer, ``(n,)``; minus infinity for those without any."""
        found = np.full(self.offsets.size - 1, -np.inf)
        some = np.flatnonzero(np.diff(self.offsets))
        found[some] = np.maximum.reduceat(values, self.offsets[some])
        return found

    def before(self, values: FloatArray) -> FloatArray:
        """Return the sums over the segments of the same customer that come before each, in the shape of ``values``.

        They are formed customer by customer: a running sum over all of them would lose the digits of the small ones.

        Examples:
            >>> three = cut(np.array([0, 3]), np.array([0.0, 1.0, 2.0]), np.zeros(1), np.full(1, 5.0))
            >>> three.before(np.array([1.0, 10.0, 100.0])).tolist()
            [0.0, 1.0, 11.0]

        """
        return _running(values, self.offsets[:-1], np.diff(self.offsets), 1)

    def after(self, values: FloatArray) -> FloatArray:
        """Return the sums over the segments of the same customer that come after each, in the shape of ``values``.

        Examples:
            >>> three = cut(np.array([0, 3]), np.array([0.0, 1.0, 2.0]), np.zeros(1), np.full(1, 5.0))
            >>> three.after(np.array([1.0, 10.0, 100.0])).tolist()
            [110.0, 100.0, 0.0]

        """
        return _running(values, self.offsets[1:] - 1, np.diff(self.offsets), -1)


def cut(offsets: IntArray, begin: FloatArray, low: FloatArray, high: FloatArray) -> Segments:
    """Return the segments of all paths between two moments of each customer.

    Args:
        offsets: ``(n + 1,)`` where the pieces of each customer begin and the last one's end.
        begin: when each piece begins; the last piece of a path lasts forever.
        low: ``(n,)`` where the windows begin.
        high: ``(n,)`` where they end.

    Examples:
        >>> found = cut(np.array([0, 2]), np.array([0.0, 3.0]), np.array([1.0]), np.array([5.0]))
        >>> found.begin.tolist(), found.length.tolist()
        ([1.0, 3.0], [2.0, 2.0])

    """
    row = np.repeat(np.arange(low.size), np.diff(offsets))
    end = np.append(begin[1:], np.inf)
    end[offsets[1:] - 1] = np.inf
    start = np.maximum(begin, low[row])
    length = np.minimum(end, high[row]) - start
    piece = np.flatnonzero(length > 0)
    row = row[piece]
    bounds = np.append(0, np.cumsum(np.bincount(row, minlength=low.size)))
    return Segments(bounds, row, piece, start[piece], length[piece])


def _running(values: FloatArray, begin: IntArray, counts: IntArray, step: int) -> FloatArray:
    """Return the sums of what comes before each, place by place for all customers at once.

    Args:
        values: ``(m,)`` or ``(m, p)``, customer by customer.
        begin: ``(n,)`` where the sums of each customer begin.
        counts: ``(n,)`` how many segments each has.
        step: 1 for sums from the first segment on, -1 for sums from the last back.

    """
    sums = np.zeros_like(values)
    order = np.argsort(-counts, kind="stable")
    here, left = begin[order], counts[order]
    for place in range(1, int(counts.max(initial=0))):
        here = here[: np.searchsorted(-left, -place)] + step
        sums[here] = sums[here - step] + values[here - step]
    return sums
