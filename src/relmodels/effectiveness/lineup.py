"""Customers lined up by what was predicted of them, and how much of what they really brought is found on the way.

Whoever stands first should have brought most. Customers of whom the same was predicted cannot be told apart: they
stand together and share what they brought evenly, so that no answer depends on the order of the rows.
A weight says how many customers a row stands for; a row of weight 3 is three equal rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.sums import dot

__all__ = ["Lineup", "average_ranks", "concentration", "line_up", "spearman"]


@dataclass(frozen=True, slots=True, eq=False)
class Lineup:
    """Corners of what the first customers of the line hold together; straight lines lie between them.

    Attributes:
        customers: ``(m + 1,)`` how many customers stand in the line so far, from 0 to all, the best predicted first.
        held: ``(m + 1,)`` what they brought together, from 0 to the total.

    """

    customers: FloatArray
    held: FloatArray

    def at(self, customers: FloatArray) -> FloatArray:
        """Return what the first ``customers`` ``(k,)`` of the line hold together, ``(k,)``."""
        return np.interp(customers, self.customers, self.held)

    def share_of_first(self, fraction: float) -> float:
        """Return the share of the whole held by the first ``fraction`` of the line; ``fraction`` if there is nothing.

        Examples:
            >>> line_up(np.array([9.0, 5, 5, 1]), np.array([6.0, 2, 0, 2]), np.ones(4)).share_of_first(0.5)
            0.7

        """
        total = float(self.held[-1])
        return float(self.at(fraction * self.customers[-1:])[0]) / total if total > 0 else fraction


def line_up(predicted: FloatArray, actual: FloatArray, weight: FloatArray) -> Lineup:
    """Return the line of customers from the largest prediction to the smallest, with what they really brought.

    All three columns are ``(n,)``: what was predicted of each row, what it brought, how many customers it stands for.

    Examples:
        >>> line = line_up(np.array([9.0, 5, 5, 1]), np.array([6.0, 2, 0, 2]), np.ones(4))
        >>> line.customers.tolist(), line.held.tolist()
        ([0.0, 1.0, 3.0, 4.0], [0.0, 6.0, 8.0, 10.0])

    """
    _, place = np.unique(-predicted, return_inverse=True)
    sums = [np.bincount(place, weights=values) for values in (weight, weight * actual)]
    customers, held = (read_only(np.concatenate(([0.0], np.cumsum(values)))) for values in sums)
    return Lineup(customers, held)


def concentration(predicted: FloatArray, actual: FloatArray, weight: FloatArray) -> float:
    """Return twice the area between the line of customers and the diagonal: the Gini coefficient in predicted order.

    With the customers in the order of ``actual`` itself this is the Gini coefficient; 0 if there is nothing to hold.

    Examples:
        >>> values = np.array([1.0, 1, 1, 1, 1, 1, 1, 10, 33, 50])
        >>> round(concentration(values, values, np.ones(10)), 6)
        0.71

    """
    line = line_up(predicted, actual, weight)
    if line.held[-1] <= 0:
        return 0.0
    customers, held = line.customers / line.customers[-1], line.held / line.held[-1]
    return dot(np.diff(customers), held[1:] + held[:-1]) - 1.0


def average_ranks(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the place of each value from the smallest up, ``(n,)``; equal values share the mean of their places.

    Examples:
        >>> average_ranks(np.array([7.0, 3.0, 7.0]), np.ones(3)).tolist()
        [2.5, 1.0, 2.5]

    """
    _, place = np.unique(values, return_inverse=True)
    size = np.bincount(place, weights=weight)
    ranks: FloatArray = (np.cumsum(size) - size / 2 + 0.5)[place]
    return ranks


def spearman(first: FloatArray, second: FloatArray, weight: FloatArray) -> float | None:
    """Return the correlation of the average ranks of two columns; ``None`` if one of them holds a single value.

    Examples:
        >>> spearman(np.array([1.0, 2, 3, 4]), np.array([10.0, 30, 20, 40]), np.ones(4))
        0.8

    """
    if any(values.min() == values.max() for values in (first, second)):
        return None
    share = weight / weight.sum()
    x, y = (_centered(average_ranks(values, share), share) for values in (first, second))
    # The two roots apart: a column with itself gives exactly 1.
    return min(max(dot(share, x * y) / math.sqrt(dot(share, x * x) * dot(share, y * y)), -1.0), 1.0)


def _centered(ranks: FloatArray, share: FloatArray) -> FloatArray:
    return ranks - dot(share, ranks)
