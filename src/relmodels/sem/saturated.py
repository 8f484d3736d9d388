"""The covariances and means that make answers with gaps most likely, whatever the model.

A round of expectation and maximization adds to the moments what the slopes of the likelihood, carried by the
covariances, say is missing in them. Rounds alone take thousands where much is missing, and seem to stand still long
before they are at the end. Here a round is only the first guess of a step, and what slopes were met on the way bends
it: the limited memory of Broyden, Fletcher, Goldfarb and Shanno with a round as its first curvature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData
from relmodels.sem.patterns import Patterns, Pulled, pulled

__all__ = ["saturated"]

_ROUNDS: Final = 2_000
_PLAIN: Final = 10
_NO_VARIANCE: Final = 1e-6  # of the correlations: some sum of questions has next to none
_MEMORY: Final = 30
_HALVINGS: Final = 40
_ENOUGH: Final = 1e-12  # of what a step promises, beside the size of the likelihood of a case
_RISES: Final = 1e-4
_ROUNDING: Final = 1e-14
_PART_AT_ONCE: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Moments, in one vector, and what all answers say there."""

    moments: FloatArray
    known: Pulled
    slope: FloatArray

    def apart(self, size: int) -> tuple[FloatArray, FloatArray]:
        """Return covariances and means."""
        return self.moments[:-size].reshape(size, size), self.moments[-size:]


def saturated(patterns: Patterns) -> tuple[FloatArray, FloatArray, float]:
    """Return the covariances and means that make the answers most likely, and minus twice that likelihood of one case.

    Where few respondents answered many questions together, the likelihood grows without bound as some sum of questions
    comes to have no variance. Then it is ``nan``, and the moments are those after a few plain rounds, which are good
    for a start and for nothing else.

    Args:
        patterns: in which each pair of questions was answered together by somebody.

    Raises:
        InvalidData: if the search does not end.

    Reference:
        Jamshidian, M. and Jennrich, R. I. (1997), Acceleration of the EM algorithm by using quasi-Newton methods,
        Journal of the Royal Statistical Society B 59(3), 569-587.

    """
    size = patterns.seen.shape[1]
    first = _at(patterns, _first(patterns))
    for _ in range(_PLAIN):
        first = _at(patterns, first.moments - _round(first.slope, first.apart(size)[0]))
    place = _climbed(patterns, first)
    covariance, mean = (first if place is None else place).apart(size)
    return covariance, mean, np.nan if place is None else place.known.value


def _climbed(patterns: Patterns, place: _Place) -> _Place | None:
    """Return the maximum; ``None`` if the likelihood grows towards moments that are none."""
    size = patterns.seen.shape[1]
    steps: list[tuple[FloatArray, FloatArray]] = []
    for _ in range(_ROUNDS):
        covariance, _mean = place.apart(size)
        if _smallest(covariance) < _NO_VARIANCE:
            return None
        direction = -_bent(place.slope, steps, covariance)
        promised = -float(place.slope @ direction)
        if promised <= _ENOUGH * max(1.0, abs(place.known.value)):
            return place
        after = _nearer(patterns, place, direction, promised)
        if after is None:
            if not steps:
                return place
            steps.clear()
            continue
        step, change = after.moments - place.moments, after.slope - place.slope
        if float(step @ change) > 0.0:
            steps.append((step, change))
            del steps[:-_MEMORY]
        place = after
    message = (
        f"survey: the most likely covariances of answers with gaps are not found in {_ROUNDS} rounds; leave out "
        "questions that few answered, or count complete answers only"
    )
    raise InvalidData(message)


def _smallest(covariance: FloatArray) -> float:
    """Return the smallest eigenvalue of the correlations."""
    spread = np.sqrt(np.diag(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0])


def _first(patterns: Patterns) -> FloatArray:
    """Return means and variances of what was answered to each question."""
    there = (patterns.seen * patterns.count[:, None]).sum(axis=0)
    mean = (patterns.mean * patterns.count[:, None]).sum(axis=0) / there
    apart = np.where(patterns.seen, patterns.mean - mean, 0.0)
    variance = ((apart**2).T @ patterns.count + (patterns.rows**2).sum(axis=0)) / there
    return np.concatenate([np.diag(variance).ravel(), mean])


def _at(patterns: Patterns, moments: FloatArray) -> _Place:
    size = patterns.seen.shape[1]
    known = pulled(patterns, moments[:-size].reshape(size, size), moments[-size:])
    by_covariance = 0.5 * (known.by_covariance + known.by_covariance.T)
    return _Place(moments, known, np.concatenate([by_covariance.ravel(), known.by_mean]))


def _round(slope: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return what a round of expectation and maximization takes from the moments at a slope."""
    size = len(covariance)
    inner = covariance @ slope[:-size].reshape(size, size) @ covariance
    return np.concatenate([inner.ravel(), 0.5 * covariance @ slope[-size:]])


def _bent(slope: FloatArray, steps: list[tuple[FloatArray, FloatArray]], covariance: FloatArray) -> FloatArray:
    """Return the slope times the inverse curvature that the last steps have shown, beginning with a round."""
    found, shares = slope.copy(), []
    for step, change in reversed(steps):
        share = float(step @ found) / float(step @ change)
        shares.append(share)
        found -= share * change
    found = _round(found, covariance)
    for (step, change), share in zip(steps, reversed(shares), strict=True):
        found += step * (share - float(change @ found) / float(step @ change))
    return found


def _nearer(patterns: Patterns, place: _Place, direction: FloatArray, promised: float) -> _Place | None:
    """Return the first of ever shorter steps on which the likelihood grows enough; ``None`` if none is."""
    length, slack = _length(place, direction), _ROUNDING * max(1.0, abs(place.known.value))
    for _ in range(_HALVINGS):
        after = _at(patterns, place.moments + length * direction)
        if after.known.value <= place.known.value - _RISES * length * promised + slack:
            return after
        length *= 0.5
    return None


def _length(place: _Place, direction: FloatArray) -> float:
    """Return how much of a step may be taken at once: the variance of any sum of questions may change by a part of it.

    The likelihood may have no bound far from where it has its maximum, so that long steps would leave it behind.
    """
    size = int(np.sqrt(place.moments.size + 0.25))
    covariance, _ = place.apart(size)
    inner = np.linalg.inv(np.linalg.cholesky(covariance))
    turned = inner @ direction[:-size].reshape(size, size) @ inner.T
    most = float(np.abs(np.linalg.eigvalsh(0.5 * (turned + turned.T))).max())
    return min(1.0, _PART_AT_ONCE / max(most, 1e-300))
