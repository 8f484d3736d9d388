"""The classic ABC analysis: who brings the first 80 % of the value, who the next 15 %, who the rest.

Customers are lined up from the most to the least valuable and the shares of the total are added up.
Those who are needed to reach the first cut-off are class A, those needed to reach the second one class B,
all others class C. The classes say where attention pays, not who is a good customer: a class is a place in a line,
and it moves when others move. The cut-offs of 80 % and 95 % are custom, not law; 70/95 and others are in print too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.effectiveness.amounts import shareable
from relmodels.frames.table import Table

__all__ = ["ABCAnalysis", "ABCClass", "Boundary", "abc_analysis"]

Boundary: TypeAlias = Literal["before", "after"]

_NAMES: Final = ("A", "B", "C")
# Adding up a million shares loses some 1e-10; closer than this to a cut-off counts as having reached it,
# so that neither the order of the rows nor the currency can move a customer from one class to another.
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ABCClass:
    """One class of customers and what it holds.

    Attributes:
        name: ``"A"``, ``"B"`` or ``"C"``.
        count: how many customers are in it.
        share_of_customers: ``count`` as a share of all customers.
        value: the sum of their values.
        share_of_value: ``value`` as a share of the total; 0 if the total is 0.
        threshold: the smallest value in the class, ``None`` if nobody is in it.

    """

    name: str
    count: int
    share_of_customers: float
    value: float
    share_of_value: float
    threshold: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ABCAnalysis:
    """The class of each customer and the curve the classes were read from.

    Attributes:
        cutoffs: the shares of value at which class A and class B end.
        classes: ``(n,)`` ``"A"``, ``"B"`` or ``"C"``, in the order of the input.
        order: ``(n,)`` the rows of the input from the most to the least valuable; equal values keep their order.
        cumulative_share: ``(n,)`` share of the value held by the rows ``order[: i + 1]``; 0 if the total is 0.
        groups: the three classes with their counts, shares and thresholds.
        total: the sum of all values.

    """

    cutoffs: tuple[float, float]
    classes: NDArray[np.str_]
    order: IntArray
    cumulative_share: FloatArray
    groups: tuple[ABCClass, ABCClass, ABCClass]
    total: float

    __reduce__ = by_fields

    def count(self, name: str) -> int:
        """Return how many customers are in class ``name``; 0 for a name that is not a class.

        Examples:
            >>> abc_analysis([50, 40, 10]).count("A")
            2

        """
        return sum(group.count for group in self.groups if group.name == name)

    def table(self) -> Table:
        """Return one row for each class: count, share of customers, value, share of value, smallest value in it."""
        return Table(
            {
                "class": [group.name for group in self.groups],
                "customers": [group.count for group in self.groups],
                "share_of_customers": [group.share_of_customers for group in self.groups],
                "value": [group.value for group in self.groups],
                "share_of_value": [group.share_of_value for group in self.groups],
                "threshold": [math.nan if group.threshold is None else group.threshold for group in self.groups],
            }
        )


def abc_analysis(
    values: ArrayLike, cutoffs: tuple[float, float] = (0.80, 0.95), *, boundary: Boundary = "before"
) -> ABCAnalysis:
    """Return the ABC class of each customer, with the size, share and threshold of each class.

    A customer belongs to A while the share of all those above them is still below the first cut-off, so the one
    who carries the sum across the line is the last A; likewise B with the second cut-off (``boundary="before"``,
    a default of ours). With ``boundary="after"`` the share including the customer must not exceed the cut-off,
    the text-book rule ``c_i ≤ 80 %``; the most valuable customer is A in any case.
    Equal values always share a class, the better one, so the answer does not depend on the order of the rows.
    Customers of value 0 are class C; if all values are 0, everybody is.

    Args:
        values: ``(n,)`` what each customer is worth, in any one currency, 0 or more.
        cutoffs: shares of the total where A and B end, ``0 < first < second <= 1``.
        boundary: whether a customer is judged by the share before or after them.

    Raises:
        InvalidData: if a value is negative or not finite, with its row, or there are no values.
        InvalidParameters: if the cut-offs are not two rising shares or the boundary rule is unknown.

    Examples:
        >>> result = abc_analysis([10, 600, 60, 230, 100])
        >>> result.classes.tolist()
        ['C', 'A', 'B', 'A', 'B']
        >>> [group.count for group in result.groups]
        [2, 2, 1]

    Reference:
        Dickie, H. F. (1951). ABC inventory analysis shoots for dollars, not pennies.
        Factory Management and Maintenance 109(7), 92-94.

    """
    first, second = _checked_cutoffs(cutoffs, boundary)
    amounts = shareable(values, "ABC analysis")
    order = np.argsort(-amounts, kind="stable").astype(np.int64)
    falling = amounts[order]
    share = _cumulative_share(falling)
    rank = _ranks(falling, share, (first, second), boundary)
    classes = np.empty(amounts.size, dtype="U1")
    classes[order] = np.array(_NAMES)[rank]
    return ABCAnalysis(
        cutoffs=(first, second),
        classes=read_only(classes),
        order=read_only(order),
        cumulative_share=read_only(share),
        groups=(_group(0, falling, share, rank), _group(1, falling, share, rank), _group(2, falling, share, rank)),
        total=float(amounts.sum()),
    )


def _checked_cutoffs(cutoffs: tuple[float, float], boundary: str) -> tuple[float, float]:
    if boundary not in get_args(Boundary):
        message = f"boundary = {boundary!r} is not a rule; use 'before' or 'after'"
        raise InvalidParameters(message)
    try:
        first, second = (float(cutoff) for cutoff in cutoffs)
    except (TypeError, ValueError):
        first, second = np.nan, np.nan
    if not 0 < first < second <= 1:
        message = (
            f"cutoffs = {cutoffs!r} must be two rising shares of the total, 0 < first < second <= 1, as (0.80, 0.95)"
        )
        raise InvalidParameters(message)
    return first, second


def _cumulative_share(falling: FloatArray) -> FloatArray:
    if falling[0] == 0:
        return np.zeros_like(falling)
    held = np.cumsum(falling / falling[0])
    return np.asarray(held / held[-1], dtype=np.float64)


def _ranks(falling: FloatArray, share: FloatArray, cutoffs: tuple[float, float], boundary: Boundary) -> IntArray:
    first, second = cutoffs
    before = np.concatenate(([0.0], share[:-1]))
    if boundary == "before":
        reached = [before >= cutoff - _SLACK for cutoff in (first, second)]
    else:
        reached = [(share > cutoff + _SLACK) & (before > 0) for cutoff in (first, second)]
    rank = reached[0].astype(np.int64) + reached[1]
    starts = np.flatnonzero(np.concatenate(([True], falling[1:] != falling[:-1])))
    best = np.repeat(rank[starts], np.diff(np.append(starts, falling.size)))
    return np.where(falling > 0, best, 2)


def _group(place: int, falling: FloatArray, share: FloatArray, rank: IntArray) -> ABCClass:
    members = np.flatnonzero(rank == place)
    if not members.size:
        return ABCClass(_NAMES[place], 0, 0.0, 0.0, 0.0, None)
    first, last = members[0], members[-1]
    before = float(share[first - 1]) if first else 0.0
    return ABCClass(
        name=_NAMES[place],
        count=members.size,
        share_of_customers=members.size / falling.size,
        value=float(falling[members].sum()),
        share_of_value=float(share[last]) - before,
        threshold=float(falling[last]),
    )
