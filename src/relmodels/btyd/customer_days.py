"""From rows of purchases to the days of each customer, by one sort.

Customer and day are packed into one whole number, the row number below them where amounts have to follow,
and sorting these numbers puts the rows of a customer together in the order of time.
Rows of one customer and day are then neighbors; their amounts are added up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray

__all__ = ["NETTING", "CustomerDays", "customer_days"]

# Amounts that cancel leave a rounding error of this order, relative to their sizes: 0.1 + 0.2 - 0.3 is a net of zero.
NETTING: Final = 2.0**-40
_WORD: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class CustomerDays:
    """The days on which each customer appears, sorted by customer, then day; ``m`` days of ``k`` customers.

    Attributes:
        codes: ``(k,)`` the codes of the customers, rising.
        starts: ``(k,)`` where each customer's days begin.
        day: ``(m,)`` days counted from ``origin``.
        origin: the first day, counted from 1970-01-01.
        net: ``(m,)`` the sum of the amounts of that day; ``None`` without amounts.
        mixed: ``(m,)`` whether a negative amount is among them; ``None`` if none is negative.
        row: ``(m,)`` a row of that day; ``None`` without amounts.

    """

    codes: AnyArray
    starts: IntArray
    day: AnyArray
    origin: int
    net: FloatArray | None = None
    mixed: BoolArray | None = None
    row: IntArray | None = None

    @property
    def counts(self) -> IntArray:
        """Return the number of days of each customer, ``(k,)``."""
        return np.diff(self.starts, append=self.day.size)

    def only(self, kept: BoolArray) -> CustomerDays:
        """Return the days marked, ``(m,)``, with the customers who have any."""
        left = np.add.reduceat(kept, self.starts, dtype=np.int64) if self.starts.size else self.starts
        some = left > 0
        return replace(
            self,
            codes=self.codes[some],
            starts=_offsets(left[some]),
            day=self.day[kept],
            net=None if self.net is None else self.net[kept],
            mixed=None if self.mixed is None else self.mixed[kept],
            row=None if self.row is None else self.row[kept],
        )

    def customers(self, kept: BoolArray) -> CustomerDays:
        """Return the customers marked, ``(k,)``, with all their days."""
        return self if kept.all() else self.only(np.repeat(kept, self.counts))


def customer_days(codes: AnyArray, day: IntArray, amount: FloatArray | None) -> CustomerDays:
    """Return the days of each customer.

    Args:
        codes: ``(n,)`` whole numbers, one for each customer; ``n`` is at least 1.
        day: ``(n,)`` whole numbers.
        amount: ``(n,)`` or ``None``.

    Examples:
        >>> found = customer_days(np.array([7, 7, 3]), np.array([10, 10, 12]), np.array([1.0, 2.0, 5.0]))
        >>> found.codes.tolist(), (found.day + found.origin).tolist(), found.net.tolist()
        ([3, 7], [12, 10], [5.0, 3.0])

    """
    ordered = _sorted(codes, day, rows=amount is not None)
    begins = _changes(ordered.key)
    key = ordered.key if begins is None else ordered.key[begins]
    code = key >> ordered.day_bits
    starts = _positions(_changes(code), code.size)
    found = CustomerDays(
        codes=ordered.original(code[starts]),
        starts=starts,
        day=(key & ((1 << ordered.day_bits) - 1)).astype(np.int32),
        origin=int(day.min()),
    )
    if amount is None or ordered.row is None:
        return found
    return _with_amounts(found, amount[ordered.row], _positions(begins, ordered.key.size), ordered.row)


def _with_amounts(found: CustomerDays, amount: FloatArray, begins: IntArray, row: IntArray) -> CustomerDays:
    """Return the days with the sums of ``amount``, ``(n,)`` in sorted order, a new day at each of ``begins``."""
    merged = begins.size < amount.size
    net: FloatArray = np.add.reduceat(amount, begins) if merged else amount
    first_row = row[begins] if merged else row
    if amount.min() >= 0:
        return replace(found, net=net, row=first_row)
    gross = np.add.reduceat(np.abs(amount), begins)
    net = np.where(np.abs(net) <= NETTING * gross, 0.0, net)
    return replace(found, net=net, mixed=np.logical_or.reduceat(amount < 0, begins), row=first_row)


@dataclass(frozen=True, slots=True, eq=False)
class _Ordered:
    """Rows in order: ``key`` is customer and day packed, ``row`` the rows they come from."""

    key: AnyArray
    row: IntArray | None
    day_bits: int
    lowest: int
    dtype: np.dtype[np.generic]
    dense: AnyArray | None

    def original(self, code: AnyArray) -> AnyArray:
        """Return packed customer numbers as the codes they were made from."""
        if self.dense is not None:
            return self.dense[code]
        # Modular arithmetic: a negative lowest code wraps around, and so back.
        return (code.astype(np.uint64) + np.uint64(self.lowest % 2**64)).astype(self.dtype)


def _sorted(codes: AnyArray, day: IntArray, *, rows: bool) -> _Ordered:
    lowest, dtype, dense = int(codes.min()), codes.dtype, None
    code_bits = (int(codes.max()) - lowest).bit_length()
    day_bits = (int(day.max()) - int(day.min())).bit_length()
    row_bits = (codes.size - 1).bit_length() if rows else 0
    if code_bits + day_bits + row_bits > _WORD:
        dense, codes = np.unique(codes, return_inverse=True)
        lowest, code_bits = 0, (dense.size - 1).bit_length()
    bits = code_bits + day_bits + row_bits
    word = np.uint32 if bits <= _WORD // 2 else np.uint64
    key = _above(codes, lowest, word)
    key <<= day_bits
    key |= (day - day.min()).astype(word)
    row: IntArray | None = None
    if not rows:
        key.sort()
    elif bits <= _WORD:
        key, row = _sorted_with_rows(key, row_bits)
    else:
        row = np.argsort(key, kind="stable")
        key = key[row]
    return _Ordered(key, row, day_bits, lowest, dtype, dense)


def _sorted_with_rows(key: AnyArray, row_bits: int) -> tuple[AnyArray, IntArray]:
    """Return the sorted keys and the rows they come from; the row numbers ride in the lowest bits."""
    key <<= row_bits
    key |= np.arange(key.size, dtype=key.dtype)
    key.sort()
    row = (key & ((1 << row_bits) - 1)).astype(np.int64)
    key >>= row_bits
    return key, row


def _above(codes: AnyArray, lowest: int, word: type[np.uint32 | np.uint64]) -> AnyArray:
    """Return how far each code lies above the lowest, as a fresh array of unsigned numbers."""
    if codes.dtype == np.uint64:
        return (codes - np.uint64(lowest)).astype(word)
    return (codes.astype(np.int64, copy=False) - np.int64(lowest)).view(np.uint64).astype(word)


def _changes(values: AnyArray) -> BoolArray | None:
    """Return where sorted ``values`` differ from the one before, ``(n,)``; ``None`` if all differ."""
    changed = np.empty(values.size, dtype=np.bool_)
    changed[0] = True
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return None if changed.all() else changed


def _positions(changed: BoolArray | None, size: int) -> IntArray:
    return np.arange(size) if changed is None else np.flatnonzero(changed)


def _offsets(counts: IntArray) -> IntArray:
    offsets = np.zeros(counts.size, dtype=np.int64)
    np.cumsum(counts[:-1], out=offsets[1:])
    return offsets
