"""The number of purchases of a customer who is there: a Poisson process whose rate is gamma distributed."""

from __future__ import annotations

import numpy as np

from relmodels.btyd.special import log_beta
from relmodels.core.arrays import FloatArray

__all__ = ["log_count_constant", "log_timing"]


def log_count_constant(r: FloatArray, k: FloatArray) -> FloatArray:
    """Return ``ln [Γ(r+k) / (Γ(r) k!)]``.

    Examples:
        >>> log_count_constant(np.array([2.0]), np.array([3.0])).round(12) == np.log(4).round(12)
        array([ True])

    """
    n = np.maximum(k, 1.0)
    constant: FloatArray = np.where(k > 0, -np.log(n) - log_beta(r, n), 0.0)
    return constant


def log_timing(r: FloatArray, alpha: FloatArray, k: FloatArray, u: FloatArray) -> FloatArray:
    """Return ``ln [(α/(α+u))^r (u/(α+u))^k]``, the rest of the probability of ``k`` purchases within ``u``.

    Examples:
        >>> log_timing(np.array([2.0]), np.array([1.0]), np.array([0.0]), np.array([1.0])).round(12)
        array([-1.38629436])

    """
    later = np.where(u > 0, u, 1.0)
    bought = np.where(u > 0, -k * np.log1p(alpha / later), np.where(k > 0, -np.inf, 0.0))
    timing: FloatArray = bought - r * np.log1p(u / alpha)
    return timing
