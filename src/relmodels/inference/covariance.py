"""Covariances of estimates: from the observed information, and robust to a wrong likelihood."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.sums import gram

__all__ = ["observed", "sandwich"]


def observed(hessian: FloatArray, jacobian: FloatArray) -> FloatArray:
    """Return the inverse of the observed information, ``(p, p)``, of natural parameters.

    The information is inverted in free coordinates, where it is best conditioned, and carried over with the slopes.
    Parameters that are held get rows and columns of zeros.

    Args:
        hessian: ``(q, q)`` of what was maximized, at its maximum, by the ``q`` free coordinates.
        jacobian: ``(p, q)`` derivative of each natural parameter by each free coordinate.

    """
    covariance = jacobian @ np.linalg.inv(-hessian) @ jacobian.T
    return read_only((covariance + covariance.T) / 2)


def sandwich(covariance: FloatArray, scores: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the covariance that stays valid when the likelihood is not quite the right one, ``(p, p)``.

    It is bread · meat · bread, the bread being ``covariance`` and the meat the weighted sum of ``score scoreᵀ``.

    Args:
        covariance: ``(p, p)`` from the observed information.
        scores: ``(m, p)`` derivative of each row's log-likelihood by the natural parameters.
        weight: ``(m,)`` how often each row counts.

    Reference:
        White (1982), Maximum likelihood estimation of misspecified models, Econometrica 50(1), 1-25.

    """
    meat = gram(scores.T, weight)
    robust = covariance @ meat @ covariance
    return read_only((robust + robust.T) / 2)
