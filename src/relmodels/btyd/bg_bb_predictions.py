"""What BG/BB predicts of a customer who is still there, and simulated histories.

Given x purchases at n opportunities and that the customer is still there, the probability of buying is
Beta(α + x, β + n - x) and that of leaving Beta(γ, δ + n), independently. The expected purchases at coming opportunities
are then the mean probability of buying times the discounted sum of the chances of still being there.
The functions broadcast over ``(m,)`` arrays.
"""

from __future__ import annotations

import numpy as np

from relmodels.btyd.annuities import annuity
from relmodels.btyd.beta_ratio import log_beta_ratio
from relmodels.btyd.distinct import distinct
from relmodels.core.arrays import FloatArray

__all__ = ["expected_if_alive", "histories", "survival"]

Number = FloatArray | float


def survival(gamma: Number, delta: Number, ahead: float) -> FloatArray:
    """Return the probability of still being there after ``ahead`` more opportunities, B(γ, δ+m)/B(γ, δ)."""
    return np.exp(log_beta_ratio(gamma, delta, ahead))


def expected_if_alive(
    alpha: Number,
    beta: Number,
    gamma: Number,
    delta: Number,
    x: FloatArray,
    n: FloatArray,
    horizon: Number,
    force: float = 0.0,
) -> FloatArray:
    """Return the present value of the purchases at the next ``horizon`` opportunities given being there, ``(m,)``.

    Args:
        alpha: as in the model; likewise ``beta``, ``gamma`` and ``delta``.
        x: ``(m,)`` opportunities used.
        n: ``(m,)`` opportunities there were.
        horizon: how many coming ones are counted; may be infinite if ``force`` is positive.
        force: the continuous rate of discount from one opportunity to the next.

    """
    horizon, gamma, delta = (np.broadcast_to(value, n.shape) for value in (horizon, gamma, delta))
    counted = np.where(np.isinf(horizon), -1.0, horizon)
    kinds = distinct(gamma, delta, n, counted)
    c, d, periods = gamma[kinds.rows], (delta + n)[kinds.rows], horizon[kinds.rows]
    # The first of these opportunities comes one period from now, and they have to outlast it.
    presence = np.exp(-force) * d / (c + d) * annuity(c, d + 1.0, force, periods)
    expected: FloatArray = (alpha + x) / (alpha + beta + n) * presence[kinds.inverse]
    return expected


def histories(
    alpha: float, beta: float, gamma: float, delta: float, n: FloatArray, draw: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return simulated frequency and recency, each ``(m,)``, for customers with ``n`` opportunities.

    Given how many opportunities there were while the customer was there and how many were used, each set of that size
    is equally likely; the number of unused ones at its end is drawn one by one.
    """
    with np.errstate(divide="ignore"):  # a probability that underflows to 0 means that the customer never leaves
        stay = draw.exponential(size=n.shape) / -np.log1p(-draw.beta(gamma, delta, size=n.shape))
    there = np.minimum(np.floor(stay), n)
    x = draw.binomial(there.astype(np.int64), draw.beta(alpha, beta, size=n.shape)).astype(np.float64)
    t_x = np.where(x > 0, there, 0.0)
    open_ = np.flatnonzero(x > 0)
    while open_.size:
        unused = draw.random(open_.size) * t_x[open_] < t_x[open_] - x[open_]
        open_ = open_[unused]
        t_x[open_] -= 1.0
    return x, t_x
