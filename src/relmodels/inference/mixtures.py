"""Mixtures of multivariate t distributions: proposals with tails heavier than those of what they stand for.

A single one is laid over the top of a posterior; several, fitted to weighted draws, follow one that is bent or skewed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["Mixture", "fitted", "single"]

_DF: Final = 6.0
_ROUNDS: Final = 12
# A component that less than one draw in a hundred belongs to is dropped.
_SMALLEST: Final = 0.01
# Each scale gets this share of the scale of the whole, so that none collapses on a few draws.
_SHARED: Final = 0.02
_RIDGE: Final = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """A mixture of ``k`` t distributions in ``q`` dimensions, all with 6 degrees of freedom.

    Attributes:
        share: ``(k,)`` adding up to 1.
        center: ``(k, q)``.
        root: ``(k, q, q)`` lower triangular square roots of the scale matrices.

    """

    share: FloatArray
    center: FloatArray
    root: FloatArray

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return draws, ``(size, q)``, of each component as many as its share says."""
        q = self.center.shape[1]
        ends = np.rint(np.cumsum(self.share) * size).astype(np.int64)
        component = np.searchsorted(ends, np.arange(size), side="right")
        component = np.minimum(component, self.share.size - 1)
        normal, stretch = rng.standard_normal((size, q)), np.sqrt(_DF / rng.chisquare(_DF, size))
        moved: FloatArray = np.einsum("nij,nj->ni", self.root[component], normal) * stretch[:, None]
        return self.center[component] + moved

    def log_density(self, points: FloatArray) -> FloatArray:
        """Return the logarithm of the density at ``points``, ``(n, q)`` to ``(n,)``."""
        return _log_sum(np.log(self.share) + self.log_parts(self.distance(points)))

    def widened(self, factor: float) -> Mixture:
        """Return the mixture with every scale matrix times ``factor``."""
        return Mixture(self.share, self.center, math.sqrt(factor) * self.root)

    def distance(self, points: FloatArray) -> FloatArray:
        """Return the squared distance of each point from each center, in its scale, ``(n, k)``."""
        q = self.center.shape[1]
        inverse = np.linalg.solve(self.root, np.broadcast_to(np.eye(q), self.root.shape))
        away = np.einsum("kij,nkj->nki", inverse, points[:, None] - self.center)
        return np.asarray(np.einsum("nki,nki->nk", away, away))

    def log_parts(self, distance: FloatArray) -> FloatArray:
        """Return the logarithm of each component's density at these distances, ``(n, k)``."""
        q = self.center.shape[1]
        size = np.log(np.diagonal(self.root, axis1=1, axis2=2)).sum(axis=1)
        whole = math.lgamma((_DF + q) / 2) - math.lgamma(_DF / 2) - q / 2 * math.log(_DF * math.pi)
        return np.asarray(whole - size - (_DF + q) / 2 * np.log1p(distance / _DF))


def single(center: FloatArray, scale: FloatArray) -> Mixture:
    """Return one t distribution with its center ``(q,)`` and scale matrix ``(q, q)``."""
    return Mixture(np.ones(1), center[None], np.asarray(np.linalg.cholesky(scale), dtype=np.float64)[None])


def fitted(points: FloatArray, weight: FloatArray, components: int) -> Mixture:
    """Return the mixture under which weighted draws are likeliest, by the EM algorithm.

    It starts from as many equal parts of the draws, cut along the direction in which they spread most.

    Args:
        points: ``(n, q)``.
        weight: ``(n,)`` adding up to 1.
        components: how many t distributions at most; parts that nearly nothing belongs to are dropped.

    Reference:
        Cappé, O., Douc, R., Guillin, A., Marin, J.-M. and Robert, C. P. (2008). Adaptive importance sampling in general
        mixture classes. Statistics and Computing 18(4), 447-459.

    """
    some = weight > 0
    points, weight = points[some], weight[some]
    whole = _moments(points, weight)[1]
    mixture = _parts(points, weight, whole, components)
    for _ in range(_ROUNDS):
        mixture = _step(points, weight, whole, mixture)
    return mixture


def _parts(points: FloatArray, weight: FloatArray, whole: FloatArray, count: int) -> Mixture:
    """Return one component for each of ``count`` parts of equal weight along the longest axis of the draws."""
    axis = np.linalg.eigh(whole)[1][:, -1]
    along = points @ (axis * np.sign(axis[np.argmax(np.abs(axis))]))  # the sign of an axis is arbitrary
    order = np.argsort(along, kind="stable")
    reached = np.cumsum(weight[order])
    part = np.minimum((reached / reached[-1] * count).astype(np.int64), count - 1)
    found = [_moments(points[order[part == i]], weight[order[part == i]]) for i in np.unique(part)]
    scales = np.array([(1 - _SHARED) * scale + _SHARED * whole for _, scale in found])
    return Mixture(np.full(len(found), 1.0 / len(found)), np.array([at for at, _ in found]), _roots(scales))


def _step(points: FloatArray, weight: FloatArray, whole: FloatArray, mixture: Mixture) -> Mixture:
    """Return the mixture after one step of the EM algorithm: a far draw counts for less, as under a t distribution."""
    distance = mixture.distance(points)
    log_parts = np.log(mixture.share) + mixture.log_parts(distance)
    mass = weight[:, None] * np.exp(log_parts - _log_sum(log_parts)[:, None])
    light = (_DF + points.shape[1]) / (_DF + distance)
    keep = mass.sum(axis=0) >= _SMALLEST * mass.sum()
    mass, pull = mass[:, keep], (mass * light)[:, keep]
    center = np.einsum("nk,nq->kq", pull, points) / pull.sum(axis=0)[:, None]
    away = points[:, None] - center
    scale = np.einsum("nki,nkj->kij", pull[..., None] * away, away) / mass.sum(axis=0)[:, None, None]
    share = mass.sum(axis=0) / mass.sum()
    return Mixture(share, center, _roots((1 - _SHARED) * scale + _SHARED * whole))


def _roots(scales: FloatArray) -> FloatArray:
    # Draws that run off along a line leave matrices that rounding makes singular.
    variances = np.einsum("kii->ki", scales)
    return np.asarray(np.linalg.cholesky(scales + _RIDGE * variances[..., None] * np.eye(variances.shape[1])))


def _moments(points: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    share = weight / weight.sum()
    mean: FloatArray = np.einsum("n,nq->q", share, points)
    away = points - mean
    return mean, np.einsum("ni,nj->ij", share[:, None] * away, away)


def _log_sum(log_parts: FloatArray) -> FloatArray:
    """Return the logarithm of the sum over the last axis."""
    top = log_parts.max(axis=-1)
    total: FloatArray = top + np.log(np.exp(log_parts - top[..., None]).sum(axis=-1))
    return total
