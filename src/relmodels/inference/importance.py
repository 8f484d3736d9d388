"""Weighted draws from a density that is known up to a factor, by importance sampling that adapts itself.

A few draws come from a t distribution laid over the top of the density, the others from one fitted to these.
If the weights are still uneven, mixtures of t distributions, twice as wide as the draws ask for, are fitted to all
draws so far, and more draws are made until two proposals in a row find the same mass under the density. Weights alone
cannot tell of a part of the density that no draw has come near; that two proposals agree is a sign that there is none.
No draw is thrown away: each is weighted by the density over the average of all the proposals there, so that an early
bad proposal costs time and does no harm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, read_only
from relmodels.inference.mixtures import Mixture, fitted, single
from relmodels.inference.pareto_smoothing import Smoothed, largest_good_k, smoothed

__all__ = ["Cloud", "resampled", "weighted_draws"]

_PILOT: Final = 4
_ROUNDS: Final = 6
_COMPONENTS: Final = 8
_WIDER: Final = 2.0
# A posterior close to a t distribution gives weights with a light tail that are worth most of the draws.
_EASY_K, _EASY_SHARE = 0.5, 0.5
# Masses found by two proposals agree if they are this close, relatively, and within four of their errors.
_CLOSE: Final = 0.05
# Proposals are fitted to weights that are worth at least so many draws per dimension, flattened if they are not.
_PER_DIMENSION: Final = 20.0
_LESS: Final = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Weighted draws.

    Attributes:
        points: ``(n, q)``.
        weight: ``(n,)`` adding up to 1.
        k: the shape of the tail of the weights before they were smoothed.
        rounds: how many proposals were used.
        settled: whether the last proposal found the same mass as those before, with weights that can be relied on.

    """

    points: FloatArray
    weight: FloatArray
    k: float
    rounds: int
    settled: bool

    @property
    def ess(self) -> float:
        """Return how many draws without weights these are worth, ``1 / Σ w²``."""
        return 1.0 / float(np.einsum("n,n->", self.weight, self.weight))


def weighted_draws(
    log_density: Callable[[FloatArray], FloatArray],
    mode: FloatArray,
    covariance: FloatArray,
    draws: int,
    rng: np.random.Generator,
) -> Cloud:
    """Return draws from the density whose logarithm is ``log_density``, up to a constant.

    Args:
        log_density: points ``(n, q)`` to values ``(n,)``, minus infinity where the density is 0.
        mode: ``(q,)`` where it is highest.
        covariance: ``(q, q)`` the inverse of its curvature there.
        draws: how many to make from each proposal after the first, 200 or more.
        rng: the source of randomness.

    Reference:
        Cornuet, J.-M., Marin, J.-M., Mira, A. and Robert, C. P. (2012). Adaptive multiple importance sampling.
        Scandinavian Journal of Statistics 39(4), 798-812.

    """
    proposal = single(mode, covariance)
    proposals = [(draws // _PILOT, proposal)]
    points = proposal.sample(draws // _PILOT, rng)
    heights = log_density(points)
    log_weight = heights - proposal.log_density(points)
    found, easy, settled = smoothed(log_weight), True, False
    while not settled and len(proposals) < _ROUNDS:
        shares, before = _flattened(log_weight, _PER_DIMENSION * mode.size), log_weight
        proposal = fitted(points, shares, 1) if easy else fitted(points, shares, _COMPONENTS).widened(_WIDER)
        new = proposal.sample(draws, rng)
        at_new = log_density(new)
        proposals.append((draws, proposal))
        points, heights = np.concatenate([points, new]), np.concatenate([heights, at_new])
        log_weight = heights - _log_average(proposals, points)
        found = smoothed(log_weight)
        settled = _settled(found, before, at_new - proposal.log_density(new), easy=easy)
        easy = False
    return Cloud(read_only(points), found.weight, found.k, len(proposals), settled)


def resampled(cloud: Cloud, draws: int, rng: np.random.Generator) -> IntArray:
    """Return indices into the cloud, ``(draws,)`` in random order: each as often as its weight says, rounded.

    One random number places an even comb over the cumulated weights, so that a draw with the weight of 3.4 is taken 3
    or 4 times.

    Reference:
        Kitagawa, G. (1996). Monte Carlo filter and smoother for non-Gaussian nonlinear state space models. Journal of
        Computational and Graphical Statistics 5(1), 1-25.

    """
    comb = (rng.random() + np.arange(draws)) / draws
    reached = np.cumsum(cloud.weight)
    return rng.permutation(np.searchsorted(reached / reached[-1], comb, side="right"))


def _settled(found: Smoothed, before: FloatArray, last: FloatArray, *, easy: bool) -> bool:
    """Return whether the weights of all draws can be relied on, given the log weights before the last proposal."""
    (mass, noise), (other, other_noise) = _mass(before), _mass(last)
    apart = abs(mass - other)
    if apart > 4.0 * math.sqrt(noise + other_noise):
        return False
    if easy:
        return found.k <= _EASY_K and found.ess >= _EASY_SHARE * found.weight.size
    limit = largest_good_k(last.size)
    return apart <= _CLOSE and found.k <= limit and smoothed(last).k <= limit


def _mass(log_weight: FloatArray) -> tuple[float, float]:
    """Return the logarithm of the mean weight, and the variance of that logarithm."""
    top = float(log_weight.max())
    weight = np.exp(log_weight - top)
    total = float(weight.sum())
    return top + math.log(total / weight.size), float(np.square(weight).sum()) / total**2 - 1.0 / weight.size


def _log_average(proposals: list[tuple[int, Mixture]], points: FloatArray) -> FloatArray:
    """Return the logarithm of the density of all proposals together at ``points``, ``(n,)``."""
    total = sum(size for size, _ in proposals)
    parts = [math.log(size / total) + proposal.log_density(points) for size, proposal in proposals]
    average: FloatArray = np.logaddexp.reduce(parts, axis=0)
    return average


def _flattened(log_weight: FloatArray, enough: float) -> FloatArray:
    """Return weights raised to a power, 1 or a little less at a time, at which they are worth ``enough`` draws."""
    enough = min(enough, 0.5 * float(np.count_nonzero(np.isfinite(log_weight))))
    power, flat = 1.0, np.exp(log_weight - log_weight.max())
    while flat.sum() ** 2 < enough * np.square(flat).sum():
        power *= _LESS
        flat = np.exp(power * (log_weight - log_weight.max()))
    return np.asarray(flat / flat.sum())
