"""Test statistics corrected for answers that are not normal: Satorra and Bentler's, Yuan and Bentler's, and shifted.

The first two divide the statistic by the mean weight with which squared normals add up to it, ``tr(U Γ) / df``. What
has as many rows as there are moments squared is never formed for them: the trace over all moments is a mean over
respondents, and the part that parameters take away is a product of matrices no wider than their number. A statistic
that is divided and shifted has the mean and the variance of a chi-square, which also takes ``tr(U Γ U Γ)``; there the
spread ``Γ`` of the moments of each group is formed, and nothing larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.discrepancy import Target, cell_slopes, weighed
from relmodels.sem.linear import inverse_of
from relmodels.sem.search import Problem
from relmodels.sem.structure import Implied
from relmodels.sem.weights import normal_weight

__all__ = ["Traces", "moment_trace", "scale_and_shift", "traces"]


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """What the spread of moments makes of estimates and of the test statistic.

    Attributes:
        meat: ``(q, q)`` the covariance of the scores of one case.
        first: ``tr(U Γ)``, the mean of the test statistic if the model holds.
        second: ``tr(U Γ U Γ)``, half its variance.

    """

    meat: FloatArray
    first: float
    second: float


def moment_trace(target: Target, weight: FloatArray, values: FloatArray) -> float:
    """Return ``tr(V Γ)`` of one group: ``V`` the normal-theory weight at ``weight``, ``Γ`` the spread of moments.

    Args:
        target: with the observed moments.
        weight: ``(p, p)`` the inverse of the covariances at which ``V`` is taken.
        values: ``(n, p)`` answers in standard deviations, from their mean.

    """
    turned = values @ weight
    seen = target.covariance @ weight
    square = np.einsum("np,np->n", values, turned)
    crossed = np.einsum("np,pq,nq->n", turned, target.covariance, turned)
    found = 0.5 * (np.mean(square**2) - 2.0 * np.mean(crossed) + np.sum(seen * seen.T))
    return float(found + (np.mean(square) if target.mean is not None else 0.0))


def traces(problem: Problem, theta: FloatArray, bread: FloatArray, spreads: Sequence[FloatArray]) -> Traces:
    """Return the covariance of scores and the traces of a test statistic.

    ``U = W - W Δ B Δ' W`` is what of the weight ``W`` no parameter takes away; all groups count by their shares.

    Args:
        problem: what was minimized.
        theta: ``(q,)`` where.
        bread: ``(q, q)`` ``B``, the inverse of ``Δ' W Δ`` on the directions left free.
        spreads: of each group ``(P, P)``, of the covariances of one case.

    """
    meat, twice = np.zeros(bread.shape), np.zeros(bread.shape)
    first = second = 0.0
    for target, structure, spread in zip(problem.targets, problem.structures, spreads, strict=True):
        implied = structure.implied(theta)
        weight = _full_weight(target, implied)
        pulled = weighed(weight, cell_slopes(target, structure, implied) @ structure.linear)
        carried, product = spread @ pulled, weighed(weight, spread)
        meat += target.share * (pulled.T @ carried)
        twice += target.share * (carried.T @ weighed(weight, carried))
        first += float(np.trace(product))
        second += float(np.sum(product * product.T))
    taken = bread @ meat
    first -= float(np.trace(taken))
    second += float(np.sum(taken * taken.T) - 2.0 * np.sum(bread * twice))
    return Traces(meat, first, second)


def _full_weight(target: Target, implied: Implied) -> FloatArray:
    if target.moments is not None:
        return target.moments
    weight = inverse_of(implied.covariance) if target.weight is None else target.weight
    return normal_weight(weight, means=target.mean is not None)


def scale_and_shift(found: Traces, df: int) -> tuple[float, float]:
    """Return by what a statistic is divided, and what is added, so that mean and variance are those of a chi-square.

    Examples:
        >>> scale_and_shift(Traces(np.zeros((0, 0)), 30.0, 40.0), 10)
        (2.0, -5.0)

    Reference:
        Asparouhov, T. and Muthén, B. (2010), Simple second order chi-square correction, Mplus technical appendix.

    """
    scale = float(np.sqrt(found.second / df))
    return scale, df - found.first / scale
