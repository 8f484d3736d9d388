"""Test statistics corrected for answers that are not normal: Satorra and Bentler's, Yuan and Bentler's.

Both divide the statistic by the mean weight with which squared normals add up to it, ``tr(U Γ) / df``. What has as many
rows as there are moments squared is never formed: the trace over all moments is a mean over respondents, and the part
that parameters take away is a product of matrices no wider than their number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.discrepancy import Target

__all__ = ["moment_trace", "observed_part"]


def moment_trace(target: Target, weight: FloatArray, values: FloatArray) -> float:
    """Return ``tr(V Γ)`` of one group: ``V`` the normal-theory weight at ``weight``, ``Γ`` the spread of moments.

    Args:
        target: with the observed moments.
        weight: ``(p, p)`` the inverse of the covariances at which ``V`` is taken.
        values: ``(n, p)`` answers in standard deviations, from their mean.

    """
    weighed = values @ weight
    seen = target.covariance @ weight
    square = np.einsum("np,np->n", values, weighed)
    crossed = np.einsum("np,pq,nq->n", weighed, target.covariance, weighed)
    found = 0.5 * (np.mean(square**2) - 2.0 * np.mean(crossed) + np.sum(seen * seen.T))
    return float(found + (np.mean(square) if target.mean is not None else 0.0))


def observed_part(bread: FloatArray, meat: Sequence[FloatArray]) -> float:
    """Return ``tr(A^{-1} B)``, what the parameters take away."""
    return float(np.sum(bread * sum(meat)))
