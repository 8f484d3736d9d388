"""Second derivatives of the likelihood of answers of which some are missing, exact and expected.

With ``V`` the inverse of a pattern's table, ``X`` the derivative of the covariances by a cell and ``z`` the answers
from their means by ``V``, a pattern adds traces of ``X V X V`` and products of ``X z``. As ``V`` is the inverse of the
whole table less the squares of a few vectors ``q``, all that differs between patterns are the numbers ``q' X q`` and
``q' X z``: sums over patterns are products of tall matrices of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.sem.patterns import Inverse, Patterns, inverse_of_patterns, parts_of, standing
from relmodels.sem.structure import Implied

__all__ = ["Factors", "exact_of_patterns", "expected_of_patterns", "traced"]

_PART: Final = 8_000  # rows of the tall matrices that are formed at a time


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Derivatives of the implied moments by cells: covariances move by ``U W' + W U'``, means by ``D``.

    Attributes:
        first: ``(p, c)`` ``U`` of the cells that bear on covariances, which come first.
        second: ``(p, c)`` their ``W``.
        mean: ``(p, r)`` ``D`` of all cells.

    """

    first: FloatArray
    second: FloatArray
    mean: FloatArray


def traced(first: FloatArray, second: FloatArray, left: FloatArray, right: FloatArray) -> FloatArray:
    """Return ``tr(X_a left X_b right)`` of all pairs of cells, ``X = U W' + W U'``; what is between is symmetric."""
    count = first.shape[1]
    whole = np.hstack([first, second])
    by_left, by_right = whole.T @ left @ whole, whole.T @ right @ whole
    head, tail = slice(count), slice(count, 2 * count)
    crossed = by_left[head, tail].T * by_right[head, tail]
    found: FloatArray = crossed + crossed.T
    return found + by_left[tail, tail] * by_right[head, head] + by_left[head, head] * by_right[tail, tail]


def exact_of_patterns(patterns: Patterns, factors: Factors, implied: Implied) -> FloatArray:
    """Return ``(r, r)`` what products of first derivatives add to the exact second ones, of half of one case's value.

    Args:
        patterns: the answers.
        factors: the derivatives of the moments.
        implied: the moments.

    """
    first, second, mean = factors.first, factors.second, factors.mean
    count, found = first.shape[1], np.zeros((mean.shape[1],) * 2)
    for few in parts_of(patterns, _PART):
        inverse = inverse_of_patterns(few.seen, implied.covariance)
        rows, place = standing(few, implied.mean)
        weighed = inverse.times(rows, place)
        total, lacking = few.count.sum(), inverse.lacking(few.count)
        between = weighed.T @ weighed - 0.5 * total * inverse.whole + lacking
        found[:count, :count] += traced(first, second, between, inverse.whole)
        found += mean.T @ (total * inverse.whole - lacking) @ mean
        level = np.sqrt(few.count) @ weighed[: len(few.count)]
        crossed = (first * (level @ second) + second * (level @ first)).T @ inverse.whole @ mean
        apart = _apart(few, inverse, factors, weighed, place)
        found[:count, :count] -= apart[0]
        crossed -= apart[1]
        found[:count] += crossed
        found[:, :count] += crossed.T
    return np.asarray(found / patterns.count.sum(), dtype=np.float64)


def expected_of_patterns(patterns: Patterns, factors: Factors, implied: Implied) -> FloatArray:
    """Return ``(r, r)`` the expected second derivatives of half of one case's value: its information."""
    first, second, mean = factors.first, factors.second, factors.mean
    count, found = first.shape[1], np.zeros((mean.shape[1],) * 2)
    for few in parts_of(patterns, _PART):
        inverse = inverse_of_patterns(few.seen, implied.covariance)
        total, lacking = few.count.sum(), inverse.lacking(few.count)
        found[:count, :count] += 0.5 * traced(first, second, total * inverse.whole - 2.0 * lacking, inverse.whole)
        found += mean.T @ (total * inverse.whole - lacking) @ mean
        roots, owner = inverse.roots()
        inner = _among(roots @ first, roots @ second, owner, few.count)
        found[:count, :count] += 0.5 * inner.T @ inner
    return np.asarray(found / patterns.count.sum(), dtype=np.float64)


def _apart(
    few: Patterns, inverse: Inverse, factors: Factors, weighed: FloatArray, place: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return what patterns lack of the products of cells with cells, and of cells with means."""
    roots, owner = inverse.roots()
    by_first, by_second = roots @ factors.first, roots @ factors.second
    inner = _among(by_first, by_second, owner, few.count)
    row, root = _together(place, owner)
    by_row = weighed @ factors.first, weighed @ factors.second
    outer = by_first[root] * by_row[1][row] + by_second[root] * by_row[0][row]
    of_means = row < len(few.count)
    level = np.sqrt(few.count)[owner[root[of_means]], None] * (roots @ factors.mean)[root[of_means]]
    return outer.T @ outer + 0.5 * inner.T @ inner, outer[of_means].T @ level


def _among(by_first: FloatArray, by_second: FloatArray, owner: IntArray, count: FloatArray) -> FloatArray:
    """Return ``q' X q`` of all pairs of vectors of a pattern, by the root of how often it counts."""
    left, right = _together(owner, owner)
    once = left <= right
    left, right = left[once], right[once]
    weight = np.sqrt(count[owner[left]] * np.where(left == right, 1.0, 2.0))
    found = by_first[left] * by_second[right] + by_second[left] * by_first[right]
    return np.asarray(found * weight[:, None], dtype=np.float64)


def _together(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Return the places of all pairs that are of one pattern; the second are in the order of patterns."""
    begin, end = np.searchsorted(second, first, "left"), np.searchsorted(second, first, "right")
    times = end - begin
    left = np.repeat(np.arange(len(first)), times)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    return left, np.repeat(begin, times) + offset
