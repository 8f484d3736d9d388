"""The likelihood of answers of which some are missing: every respondent counts with what was answered.

Respondents with the same questions answered are summed up first, and all patterns go through each step side by side, a
missing question standing in its pattern's table as one of variance 1 that is related to nothing. That costs the same
whether ten patterns there are or every row is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.sem.linear import inverse_of, root_of

__all__ = ["Patterns", "Pulled", "patterns_of", "pulled", "saturated"]

_ROUNDS: Final = 5_000
_TOLERANCE: Final = 1e-11
_PART: Final = 512  # patterns that go side by side


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Answers of one group, summed up by pattern.

    Attributes:
        seen: ``(K, p)`` which questions were answered.
        count: ``(K,)`` by how many.
        mean: ``(K, p)`` their means, 0 where nothing was answered.
        spread: ``(K, p, p)`` their covariances about those means, with the divisor ``n``.

    """

    seen: BoolArray
    count: FloatArray
    mean: FloatArray
    spread: FloatArray


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
    """Return answers ``(n, p)`` summed up by pattern; rows without any answer are left out."""
    there = ~np.isnan(values)
    kept = there.any(axis=1)
    seen, place = np.unique(there[kept], axis=0, return_inverse=True)
    filled = np.nan_to_num(values[kept], nan=0.0)
    place = place.ravel()
    count = np.bincount(place, minlength=len(seen)).astype(np.float64)
    mean = np.zeros(seen.shape)
    np.add.at(mean, place, filled)
    mean /= count[:, None]
    apart = np.where(seen[place], filled - mean[place], 0.0)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(count).astype(np.int64)
    spread = np.array([part.T @ part / len(part) for part in np.split(apart[order], ends[:-1])])
    return Patterns(seen, count, mean, spread)


def inverses(patterns: Patterns, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each pattern's inverse, ``(K, p, p)`` with zeros for what is missing, and log-determinants ``(K,)``.

    Raises:
        LinAlgError: if the covariances are none.

    """
    both = patterns.seen[:, :, None] & patterns.seen[:, None, :]
    table = np.where(both, covariance, 0.0)
    diagonal = np.arange(covariance.shape[0])
    table[:, diagonal, diagonal] += ~patterns.seen
    root = root_of(table)
    logs: FloatArray = 2.0 * np.log(root[:, diagonal, diagonal]).sum(axis=1)
    return np.where(both, inverse_of(table), 0.0), logs


def pulled(patterns: Patterns, covariance: FloatArray, mean: FloatArray) -> Pulled:
    """Return what all patterns say at some moments."""
    size = covariance.shape[0]
    value, by_covariance, by_mean = 0.0, np.zeros((size, size)), np.zeros(size)
    for begin in range(0, len(patterns.count), _PART):
        part = slice(begin, begin + _PART)
        few = Patterns(patterns.seen[part], patterns.count[part], patterns.mean[part], patterns.spread[part])
        try:
            inverse, logs = inverses(few, covariance)
        except np.linalg.LinAlgError:
            return Pulled(np.inf, by_covariance, by_mean)
        apart = np.where(few.seen, few.mean - mean, 0.0)
        weighed = np.einsum("kpq,kq->kp", inverse, apart)
        inner = inverse @ few.spread
        square = np.einsum("kp,kp->k", apart, weighed)
        value += float(few.count @ (logs + np.einsum("kpp->k", inner) + square))
        by_covariance += np.einsum("k,kpq->pq", few.count, inverse - inner @ inverse)
        by_covariance -= (weighed * few.count[:, None]).T @ weighed
        by_mean -= 2.0 * few.count @ weighed
    total = patterns.count.sum()
    return Pulled(value / total, by_covariance / total, by_mean / total)


def saturated(patterns: Patterns) -> tuple[FloatArray, FloatArray, float]:
    """Return the covariances and means that make the answers most likely, and minus twice that likelihood of one case.

    By expectation and maximization: a round adds to the moments what the slopes of the likelihood, carried by the
    covariances, say is missing in them.

    Raises:
        ValueError: if a question was never answered together with another, so that their covariance is not known.

    """
    there = (patterns.seen * patterns.count[:, None]).sum(axis=0)
    mean = (patterns.mean * patterns.count[:, None]).sum(axis=0) / there
    apart = np.where(patterns.seen, patterns.mean - mean, 0.0)
    variance = (np.einsum("kpp->kp", patterns.spread) + apart**2).T @ patterns.count / there
    covariance = np.diag(variance)
    before = np.inf
    for _ in range(_ROUNDS):
        now = pulled(patterns, covariance, mean)
        if before - now.value <= _TOLERANCE * max(1.0, abs(now.value)):
            break
        before = now.value
        step = -0.5 * covariance @ now.by_mean
        covariance = covariance - covariance @ now.by_covariance @ covariance - np.outer(step, step)
        covariance = 0.5 * (covariance + covariance.T)
        mean = mean + step
    return covariance, mean, pulled(patterns, covariance, mean).value


def never_together(patterns: Patterns) -> tuple[int, int] | None:
    """Return the first pair of questions that nobody answered both of, ``None`` if there is none."""
    both = (patterns.seen.T * patterns.count) @ patterns.seen
    places = np.argwhere(both == 0.0)
    return (int(places[0, 0]), int(places[0, 1])) if len(places) else None
