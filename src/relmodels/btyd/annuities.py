"""What a customer is worth who pays 1 at each of equally spaced moments and leaves between them with one probability.

The probability θ of leaving is the customer's own and known only up to a beta distribution. With a force of interest f
and ``y = f - ln(1 - θ)`` the first N payments are worth ``1 + e^-y + ... = (1 - e^-Ny) / (1 - e^-y)``, and their mean
over θ is a Gauss hypergeometric function, or a difference of gamma functions with a pole at ``a = 1``. Here the mean is
taken directly (:mod:`relmodels.btyd.quadrature`), which holds for any number of payments and any rate.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from relmodels.btyd.quadrature import Spread, log_beta_mean
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["annuity"]

_TINY: Final = 1e-200
_NEARLY_ONE: Final = 1.0 - 2.0**-53


def annuity(a: FloatArray, b: FloatArray, force: float, periods: FloatArray) -> FloatArray:
    """Return the mean value of ``periods`` payments, the first at once, over θ ~ Beta(a, b), ``(m,)``.

    Args:
        a: ``(m,)`` positive.
        b: ``(m,)`` positive.
        force: the continuous rate of discount per period; positive where ``periods`` is infinite.
        periods: ``(m,)`` how many payments are counted; 0 or more, may be infinite.

    Examples:
        >>> annuity(np.array([1.0]), np.array([2.0]), 0.0, np.array([3.0])).round(4)  # 1 + 2/3 + 2/4
        array([2.1667])

    """
    some = np.flatnonzero(periods > 0)
    value = np.zeros(periods.size)
    N, a, b = periods[some], a[some], b[some]
    worth = np.minimum(N, 1.0 / -np.expm1(-force)) if force > 0 else N
    growth = max(-force, 0.0)
    decline = np.log(worth) + (N * growth if growth > 0 else 0.0)
    spread = Spread(worth, np.full(N.size, np.exp(growth)), decline)
    value[some] = np.exp(log_beta_mean(partial(_log_worth, force, N), a, b, spread))
    return value


def _log_worth(force: float, N: FloatArray, log_p: FloatArray, rows: IntArray) -> FloatArray:
    """Return ln of 1 + e^-y + ... + e^-(N-1)y."""
    count = N[rows, None]
    y = force - np.log1p(-np.clip(np.exp(log_p), _TINY, _NEARLY_ONE))
    size = np.maximum(np.abs(y), _TINY)
    worth: FloatArray = np.log(-np.expm1(-count * size)) - np.log(-np.expm1(-size))
    return worth if force >= 0 else worth + np.where(y < 0, (count - 1.0) * size, 0.0)
