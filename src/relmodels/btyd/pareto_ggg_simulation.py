"""Simulated customers of Pareto/GGG: gaps are drawn one after the other until the customer leaves or time is over."""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters

__all__ = ["simulated"]

_MOST_PURCHASES: Final = 1e8
_GAPS_AT_ONCE: Final = 32


def simulated(
    regularity: FloatArray, rate: FloatArray, there: FloatArray, draw: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return frequency, recency and the sums of the logarithms of gaps of customers, each ``(n,)``.

    Args:
        regularity: ``(n,)`` the shape of each customer's gaps.
        rate: ``(n,)`` one over their mean.
        there: ``(n,)`` how long each customer is observed and there.
        draw: the source of randomness.

    Raises:
        InvalidParameters: if the customers would buy more than 1e8 times.

    """
    x, last, log_gaps = np.zeros(there.size), np.zeros(there.size), np.zeros(there.size)
    going = np.flatnonzero(there > 0)
    while going.size:
        gaps, logs = _gaps(regularity[going], rate[going], draw)
        times = last[going, None] + np.cumsum(gaps, axis=1)
        inside = times <= there[going, None]
        bought = inside.sum(axis=1)
        x[going] += bought
        log_gaps[going] += np.where(inside, logs, 0.0).sum(axis=1)
        last[going] = np.where(bought > 0, times[np.arange(going.size), bought - 1], last[going])
        going = going[bought == _GAPS_AT_ONCE]
        if x.sum() > _MOST_PURCHASES:
            message = "customers buy more than 1e8 times; check t, gamma, r, alpha and the ages"
            raise InvalidParameters(message)
    return x, np.where(x > 0, np.maximum(last, np.finfo(np.float64).tiny), 0.0), log_gaps


def _gaps(k: FloatArray, rate: FloatArray, draw: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return gaps ``(m, 32)`` and their logarithms, which stay finite for gaps below every float."""
    k, rate = k[:, None], rate[:, None]
    shape = (k.size, _GAPS_AT_ONCE)
    # A Gamma(k) variable is a Gamma(k + 1) one times a power of a uniform one.
    logs = np.log(draw.gamma(np.broadcast_to(k + 1.0, shape))) - draw.exponential(size=shape) / k - np.log(k * rate)
    return np.exp(np.minimum(logs, 700.0)), logs
