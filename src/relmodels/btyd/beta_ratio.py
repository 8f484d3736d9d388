"""The ratio B(a, b + x) / B(a, b), the chance of lasting.

It is the mean of ``(1 - θ)^x`` over θ ~ Beta(a, b), and symmetric in ``a`` and ``x``. Its logarithm is formed from the
shorter of the two, so that large arguments cost no digits. Models of retention need the chance of *not* lasting as
well, and for that a second form keeps the digits of a logarithm close to 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.special import digamma_rise, log_rise
from relmodels.core.arrays import FloatArray

__all__ = ["log_beta_ratio", "small_log_beta_ratio"]

# Where the shorter argument is at most b, the integrand below is analytic in a region that gives 16 nodes 15 digits.
_NODES: Final = 16


def log_beta_ratio(a: FloatArray | float, b: FloatArray | float, x: FloatArray | float) -> FloatArray:
    """Return ln B(a, b + x) - ln B(a, b), for positive ``a`` and ``b`` and ``x >= 0``.

    Examples:
        >>> bool(np.isclose(log_beta_ratio(1.0, 2.0, 3.0), np.log(2 / 5)))
        True

    """
    short, long = np.minimum(a, x), np.maximum(a, x)
    return log_rise(b, short) - log_rise(b + long, short)


def small_log_beta_ratio(a: FloatArray | float, b: FloatArray | float, x: FloatArray | float) -> FloatArray:
    """Return the same with all its digits, also where it is close to 0.

    Where the shorter of ``a`` and ``x`` is at most ``b`` it is taken as the negative integral of ψ(b+s+l) - ψ(b+s) over
    s from 0 to the shorter, with l the longer.

    Examples:
        >>> bool(np.isclose(small_log_beta_ratio(1e-9, 2.0, 3.0), -1e-9 * (1 / 2 + 1 / 3 + 1 / 4), rtol=1e-8))
        True

    """
    short, long, b = np.broadcast_arrays(np.minimum(a, x), np.maximum(a, x), np.asarray(b, dtype=np.float64))
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    place, share = (np.reshape(half, (-1,) + (1,) * short.ndim) for half in ((node + 1.0) / 2.0, weight / 2.0))
    within = np.minimum(short, b)
    near = -within * np.sum(share * digamma_rise(b + within * place, long), axis=0)
    ratio: FloatArray = np.where(short <= b, near, log_beta_ratio(short, b, long))
    return ratio
