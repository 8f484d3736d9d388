"""How far implied moments lie from observed ones, with the exact gradient and the expected curvature.

Normal theory (``ML``): ``log|Σ| + tr(S Σ⁻¹) - log|S| - p + (m - μ)' Σ⁻¹ (m - μ)``. Least squares: half the sum of
squares of ``S - Σ`` as measured by a weight, the identity in the units of the data (``ULS``) or the observed table
(``GLS``); or the squares of single residuals, weighted by how sure each moment is (``DWLS``), or their quadratic form
(``WLS``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.linear import inverse_of, root_of
from relmodels.sem.pattern_slopes import Factors, exact_of_patterns, expected_of_patterns, traced
from relmodels.sem.patterns import Patterns, pulled
from relmodels.sem.structure import Implied, Structure

__all__ = [
    "Form",
    "Target",
    "cell_slopes",
    "curvature",
    "discrepancy",
    "gradient",
    "moment_slopes",
    "second_slopes",
    "weighed",
]

Form: TypeAlias = Literal["ML", "GLS", "ULS", "WLS", "DWLS"]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Observed moments of one group, in standard deviations of the data.

    Attributes:
        covariance: ``(p, p)``.
        mean: ``(p,)``; ``None`` if means are not modeled.
        share: of all cases that are in the group.
        weight: ``(p, p)`` the matrix that measures residuals in least squares; ``None`` for normal theory.
        patterns: the answers, if some are missing; the moments are then those that make them most likely.
        moments: weights of the residuals of single moments, ``(P,)`` of their squares or ``(P, P)`` of their products:
            of the lower triangle of the covariances by rows, then of the means if they are modeled; ``None`` for
            others.

    """

    covariance: FloatArray
    mean: FloatArray | None
    share: float
    weight: FloatArray | None = None
    patterns: Patterns | None = None
    moments: FloatArray | None = None


def discrepancy(target: Target, implied: Implied) -> float:
    """Return the discrepancy of one group; infinite where the implied covariances are none."""
    if target.patterns is not None:
        return pulled(target.patterns, implied.covariance, implied.mean).value
    if target.moments is not None:
        apart = _residuals(target, implied)
        return float(apart @ weighed(target.moments, apart))
    if target.weight is not None:
        left = target.weight @ (target.covariance - implied.covariance)
        return float(0.5 * np.sum(left * left.T)) + _of_means(target, implied, target.weight)
    try:
        root = root_of(implied.covariance)
    except np.linalg.LinAlgError:
        return np.inf
    inverse = inverse_of(root)
    determinant = 2.0 * float(np.log(np.diag(root)).sum())
    observed = float(np.linalg.slogdet(target.covariance)[1])
    trace = float(np.sum((inverse @ target.covariance) * inverse))
    return determinant - observed + trace - len(root) + _of_means(target, implied, inverse.T @ inverse)


def _of_means(target: Target, implied: Implied, weight: FloatArray) -> float:
    if target.mean is None:
        return 0.0
    apart = target.mean - implied.mean
    return float(apart @ weight @ apart)


def _residuals(target: Target, implied: Implied) -> FloatArray:
    """Return ``(P,)`` observed less implied moments, in the order of their weights."""
    row, column = np.tril_indices(len(target.covariance))
    apart: FloatArray = (target.covariance - implied.covariance)[row, column]
    return apart if target.mean is None else np.concatenate([apart, target.mean - implied.mean])


def weighed(weight: FloatArray, what: FloatArray) -> FloatArray:
    """Return a weight times a vector or a matrix; a weight with one axis is a diagonal.

    Examples:
        >>> weighed(np.array([1.0, 2.0]), np.ones((2, 2))).tolist()
        [[1.0, 1.0], [2.0, 2.0]]

    """
    if weight.ndim == 2:
        return np.asarray(weight @ what, dtype=np.float64)
    return weight * what if what.ndim == 1 else weight[:, None] * what


def cell_slopes(target: Target, structure: Structure, implied: Implied) -> FloatArray:
    """Return ``(P, r)`` the derivatives of the implied moments by the cells, in the order of the weights."""
    first, second, mean = structure.factors(implied)
    row, column = np.tril_indices(len(target.covariance))
    found: FloatArray = first[row] * second[column] + second[row] * first[column]
    return found if target.mean is None else np.vstack([found, mean])


Slopes: TypeAlias = tuple[FloatArray, FloatArray | None]


def gradient(target: Target, structure: Structure, implied: Implied, slopes: Slopes | None = None) -> FloatArray:
    """Return ``(r,)`` the derivative of the discrepancy by each cell; ``slopes`` are those by the moments, if known."""
    first, second, mean = structure.factors(implied)
    by_covariance, by_mean = moment_slopes(target, implied) if slopes is None else slopes
    found: FloatArray = 2.0 * np.einsum("pr,pr->r", first, by_covariance @ second)
    return found if by_mean is None else found + by_mean @ mean


def moment_slopes(target: Target, implied: Implied) -> Slopes:
    """Return the derivatives of the discrepancy by the implied covariances, symmetric, and by the implied means."""
    if target.patterns is not None:
        found = pulled(target.patterns, implied.covariance, implied.mean)
        return found.by_covariance, found.by_mean
    if target.moments is not None:
        return _slopes_of_moments(target, -2.0 * weighed(target.moments, _residuals(target, implied)))
    if target.weight is not None:
        slope = -target.weight @ (target.covariance - implied.covariance) @ target.weight
        return slope, None if target.mean is None else -2.0 * target.weight @ (target.mean - implied.mean)
    inverse = inverse_of(implied.covariance)
    apart = None if target.mean is None else target.mean - implied.mean
    seen = target.covariance if apart is None else target.covariance + np.outer(apart, apart)
    slope = inverse - inverse @ seen @ inverse
    return slope, None if apart is None else -2.0 * inverse @ apart


def _slopes_of_moments(target: Target, slope: FloatArray) -> Slopes:
    """Return derivatives by single moments as a symmetric matrix and a vector."""
    size = len(target.covariance)
    row, column = np.tril_indices(size)
    found = np.zeros((size, size))
    found[row, column] = 0.5 * slope[: row.size]
    found += found.T
    return found, None if target.mean is None else slope[row.size :]


def curvature(target: Target, structure: Structure, implied: Implied) -> FloatArray:
    """Return ``(r, r)`` the expected second derivatives of half the discrepancy by the cells.

    For normal theory this is the information of one case.
    """
    if target.patterns is not None:
        return expected_of_patterns(target.patterns, _factors(structure, implied), implied)
    if target.moments is not None:
        slopes = cell_slopes(target, structure, implied)
        return np.asarray(slopes.T @ weighed(target.moments, slopes), dtype=np.float64)
    first, second, mean = structure.factors(implied)
    root = inverse_of(root_of(implied.covariance)) if target.weight is None else root_of(target.weight).T
    first, second = root @ first, root @ second
    crossed = first.T @ second
    found: FloatArray = (first.T @ first) * (second.T @ second) + crossed * crossed.T
    if target.mean is not None:
        mean = root @ mean
        found = found + mean.T @ mean
    return found


def second_slopes(target: Target, structure: Structure, implied: Implied, slopes: Slopes | None = None) -> FloatArray:
    """Return ``(r, r)`` the exact second derivatives of half the discrepancy by the cells.

    For normal theory this is the observed information of one case; ``slopes`` are those by the moments, if known.
    """
    known = moment_slopes(target, implied) if slopes is None else slopes
    found = 0.5 * _of_second_order(structure, implied, known)
    if target.weight is not None or target.moments is not None:
        return found + curvature(target, structure, implied)
    if target.patterns is not None:
        return found + exact_of_patterns(target.patterns, _factors(structure, implied), implied)
    first, second, mean = structure.factors(implied)
    inverse = inverse_of(implied.covariance)
    apart = np.zeros(len(inverse)) if target.mean is None else target.mean - implied.mean
    count = structure.paths.size + structure.moments.size
    return found + _of_first_order(
        first[:, :count],
        second[:, :count],
        mean if target.mean is not None else None,
        inverse,
        target.covariance,
        apart,
    )


def _factors(structure: Structure, implied: Implied) -> Factors:
    first, second, mean = structure.factors(implied)
    count = structure.paths.size + structure.moments.size
    return Factors(first[:, :count], second[:, :count], mean)


def _of_first_order(
    first: FloatArray,
    second: FloatArray,
    mean: FloatArray | None,
    inverse: FloatArray,
    covariance: FloatArray,
    apart: FloatArray,
) -> FloatArray:
    """Return what products of first derivatives add, at an inverse, observed covariances and residual means.

    ``first`` and ``second`` are of the cells that bear on covariances, which come first; ``mean`` is of all.
    """
    seen = inverse @ (covariance + np.outer(apart, apart)) @ inverse
    among = traced(first, second, seen - 0.5 * inverse, inverse)
    if mean is None:
        return among
    weighed, count = inverse @ apart, first.shape[1]
    carried = inverse @ mean
    crossed = (first * (weighed @ second) + second * (weighed @ first)).T @ carried
    found = mean.T @ carried
    found[:count, :count] += among
    found[:count] += crossed
    found[:, :count] += crossed.T
    return found


def _of_second_order(structure: Structure, implied: Implied, slopes: Slopes) -> FloatArray:
    """Return what the second derivatives of the implied moments add, with the slopes by the moments held."""
    size, count = len(structure.names), len(structure.observed)
    by_covariance, by_mean = slopes
    effect, total, level = implied.effect, implied.total, implied.level
    inner = effect[:count].T @ by_covariance @ effect[:count]
    outer = effect[:count].T @ by_covariance @ total[:count]
    pull = np.zeros(size) if by_mean is None else effect[:count].T @ by_mean
    to, source = np.divmod(structure.paths, size)
    left, right = np.divmod(structure.moments, size)
    half = np.where(left == right, 0.5, 1.0)
    paths, moments = to.size, left.size
    found = np.zeros((paths + moments + structure.levels.size,) * 2)
    back = effect[np.ix_(source, to)]  # E of each cell's source by another cell's target
    found[:paths, :paths] = 2.0 * (
        back.T * outer[np.ix_(to, source)].T + inner[np.ix_(to, to)] * total[np.ix_(source, source)]
    ) + 2.0 * (outer[np.ix_(to, source)] * back)
    crossed = (
        2.0
        * half
        * (
            inner[np.ix_(to, left)] * effect[np.ix_(source, right)]
            + inner[np.ix_(to, right)] * effect[np.ix_(source, left)]
        )
    )
    found[:paths, paths : paths + moments] = crossed
    found[paths : paths + moments, :paths] = crossed.T
    if by_mean is not None:
        carried = np.outer(pull[to], level[source])
        found[:paths, :paths] += back.T * carried.T + carried * back
        raised = pull[to][:, None] * effect[np.ix_(source, structure.levels)]
        found[:paths, paths + moments :] = raised
        found[paths + moments :, :paths] = raised.T
    return found
