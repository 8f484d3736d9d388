"""Ends of intervals from draws: percentiles, or Efron's, which correct for bias and for errors that grow."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["interval_ends"]


def interval_ends(drawn: FloatArray, at: float, left: FloatArray | None, level: float) -> tuple[float, float]:
    """Return the ends of an interval, Efron's (BCa) if there are estimates without each respondent.

    Args:
        drawn: ``(b,)`` the estimate in each sample.
        at: the estimate of all.
        left: ``(n,)`` the estimate without each respondent; ``None`` for an interval of percentiles.
        level: of the interval, between 0 and 1.

    Examples:
        >>> interval_ends(np.arange(101.0), 50.0, None, 0.5)
        (25.0, 75.0)

    Reference:
        Efron, B. (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association
        82(397), 171-185.

    """
    from scipy.special import ndtr, ndtri

    tails = np.array([0.5 - level / 2.0, 0.5 + level / 2.0])
    if left is not None:
        below = np.clip((np.sum(drawn < at) + 0.5 * np.sum(drawn == at)) / drawn.size, 1e-6, 1.0 - 1e-6)
        bias, apart = float(ndtri(below)), left.mean() - left
        spread = float(np.sum(apart**2)) ** 1.5
        growth = float(np.sum(apart**3)) / (6.0 * spread) if spread > 0.0 else 0.0
        moved = bias + np.asarray(ndtri(tails), dtype=np.float64)
        tails = np.asarray(ndtr(bias + moved / (1.0 - growth * moved)), dtype=np.float64)
    low, high = np.quantile(drawn, tails)
    return float(low), float(high)
