"""The likelihood of answers of which some are missing: every respondent counts with what was answered.

Respondents with the same questions answered are summed up first. The inverse of a pattern's table is that of the whole
table less what the missing questions add to it, and that part is no wider than their number; so all patterns go through
each step side by side, at a cost that grows with what is missing and not with the number of questions squared. That
costs the same whether ten patterns there are or every row is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.sem.linear import inverse_of, root_of

__all__ = ["Inverse", "Patterns", "Pulled", "inverse_of_patterns", "parts_of", "patterns_of", "pulled"]

_PART: Final = 200_000  # pairs of missing questions that go side by side


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Answers of one group, summed up by pattern.

    Attributes:
        seen: ``(K, p)`` which questions were answered.
        count: ``(K,)`` by how many.
        mean: ``(K, p)`` their means, 0 where nothing was answered.
        rows: ``(M, p)`` the answers less those means, 0 where nothing was answered; those of more than ``p``
            respondents are ``p`` rows with the same sums of products.
        place: ``(M,)`` the pattern of each of those rows, in order.

    """

    seen: BoolArray
    count: FloatArray
    mean: FloatArray
    rows: FloatArray
    place: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """The inverses of the tables of all patterns: that of the whole table, and what each pattern lacks of it.

    With ``P`` the inverse of the whole and ``m`` what is missing, a pattern's is ``P - P_m (P_mm)^{-1} P_m'``, which is
    0 in the rows and columns of what is missing.

    Attributes:
        whole: ``(p, p)`` the inverse of the whole table.
        lost: ``(K, m)`` the places of the missing questions, ``p`` where a pattern has fewer than ``m``.
        inner: ``(K, m, m)`` the inverse of the whole one's block of the missing questions, 1 on the diagonal elsewhere.
        logs: ``(K,)`` logarithms of the determinants of the tables.

    """

    whole: FloatArray
    lost: IntArray
    inner: FloatArray
    logs: FloatArray

    def times(self, rows: FloatArray, place: IntArray) -> FloatArray:
        """Return ``(M, p)`` rows, 0 where nothing was answered, each by its pattern's inverse."""
        carried = rows @ self.whole
        wide = np.zeros((len(rows), carried.shape[1] + 1))
        wide[:, :-1] = carried
        lost = self.lost[place]
        part = np.einsum("kij,kj->ki", self.inner[place], np.take_along_axis(wide, lost, axis=1))
        wide[:] = 0.0
        np.put_along_axis(wide, lost, part, axis=1)
        return np.asarray(carried - wide[:, :-1] @ self.whole, dtype=np.float64)

    def lacking(self, count: FloatArray) -> FloatArray:
        """Return ``(p, p)`` the sum of what all patterns lack of the inverse of the whole."""
        size = len(self.whole) + 1
        cells = self.lost[:, :, None] * size + self.lost[:, None, :]
        weights = (self.inner * count[:, None, None]).ravel()
        table = np.bincount(cells.ravel(), weights, minlength=size * size).reshape(size, size)[:-1, :-1]
        return np.asarray(self.whole @ table @ self.whole, dtype=np.float64)

    def roots(self) -> tuple[FloatArray, IntArray]:
        """Return ``(E, p)`` vectors whose squares add up to what each pattern lacks, and ``(E,)`` its pattern."""
        size = len(self.whole)
        wide = np.zeros((size + 1, size))
        wide[:-1] = self.whole
        found = np.swapaxes(root_of(self.inner), 1, 2) @ wide[self.lost]
        real = self.lost < size
        return found[real], np.nonzero(real)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Pulled:
    """What all patterns say at some moments.

    Attributes:
        value: minus twice the log-likelihood of one case, without constants; infinite where moments are none.
        by_covariance: ``(p, p)`` its derivatives.
        by_mean: ``(p,)`` its derivatives.

    """

    value: float
    by_covariance: FloatArray
    by_mean: FloatArray


def patterns_of(values: FloatArray) -> Patterns:
    """Return answers ``(n, p)`` summed up by pattern, the fullest first; rows without any answer are left out."""
    there = ~np.isnan(values)
    kept = there.any(axis=1)
    seen, place = np.unique(there[kept], axis=0, return_inverse=True)
    order = np.argsort(-seen.sum(axis=1), kind="stable")
    seen, place = seen[order], np.argsort(order)[place.ravel()]
    filled = np.nan_to_num(values[kept], nan=0.0)
    count = np.bincount(place, minlength=len(seen)).astype(np.float64)
    mean = np.zeros(seen.shape)
    np.add.at(mean, place, filled)
    mean /= count[:, None]
    apart = np.where(seen[place], filled - mean[place], 0.0)[np.argsort(place, kind="stable")]
    found, places = [np.zeros((0, values.shape[1]))], [np.zeros(0, dtype=np.int64)]
    for pattern, part in enumerate(np.split(apart, np.cumsum(count).astype(np.int64)[:-1])):
        if len(part) > 1:
            found.append(part if len(part) <= part.shape[1] else np.asarray(np.linalg.qr(part, mode="r")))
            places.append(np.full(len(found[-1]), pattern))
    return Patterns(seen, count, mean, np.concatenate(found), np.concatenate(places))


def parts_of(patterns: Patterns, most: int = _PART) -> Iterator[Patterns]:
    """Return the patterns in parts that are small enough to go side by side.

    Args:
        patterns: all of them.
        most: pairs of missing questions, and of missing questions with rows, in a part of more than one pattern.

    """
    lost = (~patterns.seen).sum(axis=1)
    rows = np.bincount(patterns.place, minlength=len(lost)) + 1
    part = np.cumsum(lost * (lost + 2 * rows)) // (2 * most)
    ends = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(lost)]
    for begin, end in pairwise(ends):
        here, here_end = np.searchsorted(patterns.place, [begin, end])
        yield Patterns(
            patterns.seen[begin:end],
            patterns.count[begin:end],
            patterns.mean[begin:end],
            patterns.rows[here:here_end],
            patterns.place[here:here_end] - begin,
        )


def inverse_of_patterns(seen: BoolArray, covariance: FloatArray) -> Inverse:
    """Return the inverses of the tables of patterns.

    Args:
        seen: ``(K, p)`` which questions were answered.
        covariance: ``(p, p)`` the whole table.

    Raises:
        LinAlgError: if the covariances are none.

    """
    size = len(covariance)
    root = root_of(covariance)
    half = inverse_of(root)
    whole = half.T @ half
    lacking = size - seen.sum(axis=1)
    most = int(lacking.max(initial=0))
    lost = np.argsort(seen, axis=1, kind="stable")[:, :most]
    lost = np.where(np.arange(most) < lacking[:, None], lost, size)
    wide = np.zeros((size + 1, size + 1))
    wide[:-1, :-1] = whole
    block = wide[lost[:, :, None], lost[:, None, :]]
    diagonal = np.arange(most)
    block[:, diagonal, diagonal] += lost == size
    turned = inverse_of(root_of(block))
    logs = 2.0 * float(np.log(np.diag(root)).sum()) - 2.0 * np.log(turned[:, diagonal, diagonal]).sum(axis=1)
    return Inverse(whole, lost, np.swapaxes(turned, 1, 2) @ turned, logs)


def standing(patterns: Patterns, mean: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return ``(K + M, p)`` what stands for all answers, from a mean, and ``(K + M,)`` its pattern.

    The means of the patterns come first, by the root of how many they are of; then the rows about them.
    """
    apart = np.where(patterns.seen, patterns.mean - mean, 0.0) * np.sqrt(patterns.count)[:, None]
    return np.vstack([apart, patterns.rows]), np.concatenate([np.arange(len(apart)), patterns.place])


def pulled(patterns: Patterns, covariance: FloatArray, mean: FloatArray) -> Pulled:
    """Return what all patterns say at some moments."""
    size = covariance.shape[0]
    value, by_covariance, by_mean = 0.0, np.zeros((size, size)), np.zeros(size)
    for few in parts_of(patterns):
        try:
            inverse = inverse_of_patterns(few.seen, covariance)
        except np.linalg.LinAlgError:
            return Pulled(np.inf, by_covariance, by_mean)
        rows, place = standing(few, mean)
        weighed = inverse.times(rows, place)
        value += float(few.count @ inverse.logs) + float(np.sum(rows * weighed))
        by_covariance += few.count.sum() * inverse.whole - inverse.lacking(few.count) - weighed.T @ weighed
        by_mean -= 2.0 * np.sqrt(few.count) @ weighed[: len(few.count)]
    total = patterns.count.sum()
    return Pulled(value / total, by_covariance / total, by_mean / total)
