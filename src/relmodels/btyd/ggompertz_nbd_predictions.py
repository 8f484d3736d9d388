"""What Gompertz/NBD predicts of a customer who is still there: integrals with positive terms only.

Given ``x`` purchases by time ``T`` and that the customer is there, the rate is Gamma(R, A) with ``R = r + x`` and
``A = alpha + T``, and the time still to come follows the same law with ``1 + (β-1) e^{-bT}`` in place of β: the model
starts afresh with these parameters. At ``x = 0`` and ``T = 0`` the formulas are those for a new customer.
The functions broadcast over ``(m,)`` arrays, so that each row may have parameters of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from relmodels.btyd.formulas import Formulas
from relmodels.btyd.ggompertz_nbd_likelihood import (
    derivatives_of_rows,
    log_growth,
    log_likelihood_of_rows,
    log_odds_gone,
    score_of_rows,
    slack,
)
from relmodels.btyd.histories import leaving_at_a_time
from relmodels.btyd.negative_binomial import log_count_constant, log_timing
from relmodels.btyd.panels import integral, shortened
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["FORMULAS", "discounted_if_alive", "pmf_new", "survival"]

Number = FloatArray | float

# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_NODES: Final = 24.0
_PLACES: Final = 16
_GOLDEN: Final = (np.sqrt(5.0) - 1.0) / 2.0
_CUTS: Final = 24


def survival(b: Number, s: Number, beta: Number, T: FloatArray, horizon: Number) -> FloatArray:
    """Return the probability of being there after ``horizon`` given being there now, ``(m,)``."""
    stay: FloatArray = np.exp(-s * log_growth(np.asarray(b * horizon), 1.0 / slack(b, beta, T)))
    return stay


def discounted_if_alive(
    r: Number,
    alpha: Number,
    b: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    T: FloatArray,
    force: float,
    horizon: Number,
) -> FloatArray:
    """Return the present value of the purchases within ``horizon``, which may be infinite, given being there, ``(m,)``.

    ``R/A`` times the integral of ``exp(-δv)`` times the probability of being there, over v from 0 to ``horizon``, on
    the axis ``y = ln(1 + v/c)`` with c about the time in which the hazard changes.

    Args:
        r: as in the model; likewise ``alpha``, ``b``, ``s`` and ``beta``.
        x: ``(m,)`` frequency.
        T: ``(m,)`` age.
        force: the continuous rate of discount per time unit; positive if ``horizon`` is infinite. At 0 the result is
            the expected number of purchases.
        horizon: where the future ends.

    """
    rate, b, s, left, horizon = np.broadcast_arrays((r + x) / (alpha + T), b, s, slack(b, beta, T), horizon)
    seen = np.minimum(horizon, _WORTHLESS / force) if force > 0 else horizon
    c, H = np.log1p(left) / b, 1.0 / left
    end = np.log1p(seen / c)
    top = np.maximum(-force * seen, 0.0)

    def log_present(y: FloatArray, rows: IntArray) -> FloatArray:
        v = c[rows] * np.expm1(y)
        present: FloatArray = -force * v - s[rows] * log_growth(b[rows] * v, H[rows]) - top[rows]
        return present

    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        return (log_present(y, rows) + y,)

    if force >= 0:
        steepness = (force + s * b * H) * c
        end = shortened(log_present, end, _WORTHLESS + end + np.log1p(steepness * end))
    total = integral(integrand, np.zeros(end.size), end, np.full(end.size, _NODES))
    value: FloatArray = rate * c * np.exp(top) * total
    return value


def pmf_new(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, k: FloatArray, horizon: FloatArray
) -> FloatArray:
    """Return the probability of ``k`` purchases within ``horizon`` of the start, in the shape all broadcast to.

    Those who stay until then, with the negative binomial probability of the count, and those who leave before, with
    its mean over the time of leaving: positive terms only.
    """
    columns = np.broadcast_arrays(r, alpha, b, s, beta, k, horizon)
    shape = columns[0].shape
    r, alpha, b, s, beta, k, t = (column.astype(np.float64).ravel() for column in columns)
    constant = log_count_constant(r, k)
    stayed = np.exp(constant + log_timing(r, alpha, k, t) - s * log_growth(b * t, 1.0 / beta))
    left = _left(r, alpha, b, s, beta, k, t, constant + np.log(s * b / beta))
    return np.minimum(stayed + left, 1.0).reshape(shape)


def _left(
    r: FloatArray,
    alpha: FloatArray,
    b: FloatArray,
    s: FloatArray,
    beta: FloatArray,
    k: FloatArray,
    t: FloatArray,
    log_factor: FloatArray,
) -> FloatArray:
    """Return the integral over the time of leaving, on a logarithmic axis; the panels meet at the highest place."""
    many = k.size
    c = np.minimum(alpha, np.log1p(beta) / b)
    end = np.log1p(t / c)

    def log_height(y: FloatArray, rows: IntArray) -> FloatArray:
        u = c[rows] * np.expm1(y)
        growth = log_growth(b[rows] * u, 1.0 / beta[rows])
        leaving = (b[rows] * u - growth) - s[rows] * growth
        height: FloatArray = log_timing(r[rows], alpha[rows], k[rows], u) + leaving + np.log(c[rows]) + y
        return height

    middle = _highest(log_height, end)
    top = np.where(t > 0, log_height(middle, np.arange(many)), 0.0)

    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        return (log_height(y, rows % many) - top[rows % many],)

    low, high = np.append(np.zeros(many), middle), np.append(middle, end)
    halves = integral(integrand, low, high, np.full(2 * many, _NODES))
    left: FloatArray = np.exp(top + log_factor) * (halves[:many] + halves[many:])
    return left


def _highest(log_height: Callable[[FloatArray, IntArray], FloatArray], end: FloatArray) -> FloatArray:
    """Return about where between 0 and ``end`` each height is greatest: the best of a few places, then golden cuts."""
    rows, step = np.arange(end.size), end / _PLACES
    heights = log_height(step * np.arange(_PLACES + 1)[:, None], rows)
    best = np.argmax(heights, axis=0) * step
    low, high = np.maximum(best - step, 0.0), np.minimum(best + step, end)
    for _ in range(_CUTS):
        reach = _GOLDEN * (high - low)
        left, right = high - reach, low + reach
        rising = log_height(left, rows) < log_height(right, rows)
        low, high = np.where(rising, left, low), np.where(rising, high, right)
    return np.where(low > 0.0, (low + high) / 2.0, 0.0)


def _survival(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    del r, alpha, x  # whether they stay does not depend on what they buy
    return survival(b, s, beta, T, horizon)


def _expected(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    return discounted_if_alive(r, alpha, b, s, beta, x, T, 0.0, horizon)


def _pmf_if_alive(
    r: Number,
    alpha: Number,
    b: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    T: FloatArray,
    k: FloatArray,
    horizon: Number,
) -> FloatArray:
    rows = np.broadcast_arrays(r + x, alpha + T, b, s, slack(b, beta, T), horizon)
    R, A, b, s, left, t = (column[:, None] for column in rows)
    return pmf_new(R, A, b, s, left, k, t)


def _lifetime(r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, T: FloatArray) -> FloatArray:
    del r, alpha  # as above; nobody can stay longer than until the survival has fallen to nothing
    left = slack(b, beta, T)
    longest = (_WORTHLESS / np.asarray(s) + np.log1p(left)) / b
    return _expected(1.0, 1.0, b, s, left, np.zeros_like(x), np.zeros_like(T), longest)


def _histories(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, T: FloatArray, draw: np.random.Generator
) -> dict[str, FloatArray]:
    rate = draw.gamma(r, size=T.shape) / alpha
    with np.errstate(divide="ignore"):  # a hazard that underflows to 0 means that this customer never leaves
        level = draw.exponential(size=T.shape) / draw.gamma(s, size=T.shape)
    return leaving_at_a_time(rate, np.log1p(beta * level) / b, T, draw)


FORMULAS: Final = Formulas(
    log_likelihood=log_likelihood_of_rows,
    score=score_of_rows,
    log_odds_gone=log_odds_gone,
    survival=_survival,
    expected=_expected,
    discounted=discounted_if_alive,
    pmf=_pmf_if_alive,
    lifetime=_lifetime,
    histories=_histories,
    derivatives=derivatives_of_rows,
)
