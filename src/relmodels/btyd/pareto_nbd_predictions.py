"""What Pareto/NBD predicts of a customer who is still there: in closed form, or an integral with positive terms only.

Given ``x`` purchases by time ``T`` and that the customer is there, the rate is Gamma(R, A) and the hazard of leaving
is Gamma(s, B), with ``R = r + x``, ``A = alpha + T`` and ``B = beta + T``: the model starts afresh with these
parameters. At ``x = 0`` and ``T = 0`` the formulas are those for a new customer.
The functions broadcast over ``(m,)`` arrays, so that each row may have parameters of its own.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.formulas import Formulas
from relmodels.btyd.histories import leaving_at_a_time
from relmodels.btyd.negative_binomial import log_count_constant, log_timing
from relmodels.btyd.panels import integral
from relmodels.btyd.pareto_nbd_likelihood import (
    derivatives_of_rows,
    log_likelihood_of_rows,
    log_odds_gone,
    score_of_rows,
)
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["FORMULAS", "discounted_if_alive", "expected_if_alive", "pmf_new", "survival"]

Number = FloatArray | float

# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_NODES: Final = 24.0


def survival(s: Number, beta: Number, T: FloatArray, horizon: Number) -> FloatArray:
    """Return the probability of being there after ``horizon`` given being there now, ``(m,)``."""
    stay: FloatArray = np.exp(-s * np.log1p(horizon / (beta + T)))
    return stay


def expected_if_alive(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the purchases expected within ``horizon`` given being there now, ``(m,)``.

    ``R B/A (1 - (B/(B+t))^(s-1)) / (s-1)``, which at s = 1 is ``R B/A ln((B+t)/B)``.
    """
    B = beta + T
    longer, excess = np.broadcast_arrays(np.log1p(horizon / B), np.asarray(s) - 1.0)
    divisor = np.where(excess == 0, 1.0, excess)
    stay = np.where(excess == 0, longer, -np.expm1(-excess * longer) / divisor)
    expected: FloatArray = (r + x) * (B / (alpha + T)) * stay
    return expected


def discounted_if_alive(
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    T: FloatArray,
    force: float,
    horizon: float,
) -> FloatArray:
    """Return the present value of the purchases within ``horizon``, which may be infinite, given being there, ``(m,)``.

    ``R B/A`` times the integral of ``exp(-δB(e^y - 1) - (s-1)y)`` over y from 0 to ``ln((B+t)/B)``.

    Args:
        r: as in the model; likewise ``alpha``, ``s`` and ``beta``.
        x: ``(m,)`` frequency.
        T: ``(m,)`` age.
        force: the continuous rate of discount per time unit; positive if ``horizon`` is infinite.
        horizon: where the future ends.

    """
    R, A, s, B = np.broadcast_arrays(r + x, alpha + T, s, beta + T)
    seen = min(horizon, _WORTHLESS / force) if force > 0 else horizon
    end = np.log1p(seen / B)
    steepness = s - 1.0 + force * B
    if force >= 0:  # the integrand is log-concave and falls at least as fast as it begins to
        end = np.where(steepness * end > _WORTHLESS, _WORTHLESS / np.where(steepness > 0, steepness, 1.0), end)
    top = max(-force * seen, 0.0) + np.maximum(1.0 - s, 0.0) * end

    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        return (-force * B[rows] * np.expm1(y) + (1.0 - s[rows]) * y - top[rows],)

    total = integral(integrand, np.zeros(end.size), end, np.full(end.size, _NODES))
    value: FloatArray = R * (B / A) * np.exp(top) * total
    return value


def pmf_new(r: Number, alpha: Number, s: Number, beta: Number, k: FloatArray, horizon: FloatArray) -> FloatArray:
    """Return the probability of ``k`` purchases within ``horizon`` of the start, in the shape all broadcast to.

    Those who stay until then, with the negative binomial probability of the count, and those who leave before, with
    its mean over the time of leaving: positive terms only.
    """
    columns = np.broadcast_arrays(r, alpha, s, beta, k, horizon)
    shape = columns[0].shape
    r, alpha, s, beta, k, t = (column.astype(np.float64).ravel() for column in columns)
    constant = log_count_constant(r, k)
    stayed = np.exp(constant + log_timing(r, alpha, k, t) - s * np.log1p(t / beta))
    left = _left(r, alpha, s, beta, k, t, constant + np.log(s))
    return np.minimum(stayed + left, 1.0).reshape(shape)


def _left(
    r: FloatArray,
    alpha: FloatArray,
    s: FloatArray,
    beta: FloatArray,
    k: FloatArray,
    t: FloatArray,
    log_factor: FloatArray,
) -> FloatArray:
    """Return the integral over the time of leaving, on the axis ``y = ln(1 + u/c)`` with c the smaller of α and β.

    The integrand is log-concave there; the panels meet at its mode.
    """
    c = np.minimum(alpha, beta)
    mode = np.minimum(_mode(r, alpha, s, beta, k), t)

    def log_height(y: FloatArray, rows: IntArray) -> FloatArray:
        u = c[rows] * np.expm1(y)
        timing = log_timing(r[rows], alpha[rows], k[rows], u)
        height: FloatArray = timing - s[rows] * np.log1p(u / beta[rows]) + np.log((c[rows] + u) / (beta[rows] + u))
        return height

    many = k.size
    middle, end = np.log1p(mode / c), np.log1p(t / c)
    top = np.where(t > 0, log_height(middle, np.arange(many)), 0.0)

    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        return (log_height(y, rows % many) - top[rows % many],)

    low, high = np.append(np.zeros(many), middle), np.append(middle, end)
    halves = integral(integrand, low, high, np.full(2 * many, _NODES))
    left: FloatArray = np.exp(top + log_factor) * (halves[:many] + halves[many:])
    return left


def _mode(r: FloatArray, alpha: FloatArray, s: FloatArray, beta: FloatArray, k: FloatArray) -> FloatArray:
    """Return the most likely time of leaving for somebody with ``k`` purchases before, on the logarithmic axis.

    It is the positive root of ``(r+s)u² + bu - kαβ = 0``.
    """
    alpha_near = alpha < beta
    power, other = np.where(alpha_near, r + k - 1.0, r + k), np.where(alpha_near, s + 1.0, s)
    b = power * beta + other * alpha - k * (alpha + beta)
    root = np.sqrt(b * b + 4.0 * (r + s) * k * alpha * beta)
    above = b + root
    mode: FloatArray = np.where(
        b > 0, 2.0 * k * alpha * beta / np.where(above > 0, above, 1.0), (root - b) / (2.0 * (r + s))
    )
    return mode


def _survival(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    del r, alpha, x  # whether they stay does not depend on what they buy
    return survival(s, beta, T, horizon)


def _pmf_if_alive(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray, k: FloatArray, horizon: Number
) -> FloatArray:
    rows = np.broadcast_arrays(r + x, alpha + T, s, beta + T, horizon)
    R, A, s, B, t = (column[:, None] for column in rows)
    return pmf_new(R, A, s, B, k, t)


def _lifetime(r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray) -> FloatArray:
    del r, alpha, x  # as above
    s, B = np.broadcast_arrays(s, beta + T)
    return np.where(s > 1.0, B / np.where(s > 1.0, s - 1.0, 1.0), np.inf)


def _histories(
    r: Number, alpha: Number, s: Number, beta: Number, T: FloatArray, draw: np.random.Generator
) -> dict[str, FloatArray]:
    rate = draw.gamma(r, size=T.shape) / alpha
    with np.errstate(divide="ignore"):  # a hazard that underflows to 0 means that this customer never leaves
        lifetime = beta * (draw.exponential(size=T.shape) / draw.gamma(s, size=T.shape))
    return leaving_at_a_time(rate, lifetime, T, draw)


FORMULAS: Final = Formulas(
    log_likelihood=log_likelihood_of_rows,
    score=score_of_rows,
    log_odds_gone=log_odds_gone,
    survival=_survival,
    expected=expected_if_alive,
    discounted=discounted_if_alive,
    pmf=_pmf_if_alive,
    lifetime=_lifetime,
    histories=_histories,
    derivatives=derivatives_of_rows,
)
