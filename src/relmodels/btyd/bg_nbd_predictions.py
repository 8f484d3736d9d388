"""What BG/NBD predicts of a customer who is still there: averages over their dropout probability.

Given ``x`` purchases by time ``T`` and that they are there, their rate is Gamma(R, A) with ``R = r + x`` and
``A = alpha + T``, and their dropout probability p is Beta(a, b + x). With the rate averaged out in closed form, what is
left is the mean over p of ``(1 + pz)^-R`` for being there after a time t, and of ``(1 - (1 + pz)^-R) / p`` for the
purchases until then, where ``z = t / A``. At ``x = 0`` and ``T = 0`` these are the formulas for a new customer.
The functions broadcast over ``(m,)`` arrays, so that each row may have parameters of its own.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from relmodels.btyd.bg_nbd_likelihood import log_likelihood_of_rows, log_odds_gone, score_of_rows
from relmodels.btyd.distinct import distinct
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.histories import leaving_after_purchases
from relmodels.btyd.quadrature import Spread, integral_to, log_beta_mean
from relmodels.btyd.special import log_beta, log_rise
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters

__all__ = ["FORMULAS", "discounted_if_alive", "expected_if_alive", "lifetime", "pmf_if_alive", "pmf_new", "survival"]

Number = FloatArray | float

# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_TINY: Final = 1e-200


def survival(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the probability of being there after ``horizon`` given being there now, ``(m,)``."""
    R, z, a, b = np.broadcast_arrays(r + x, horizon / (alpha + T), a, b + x)
    return np.exp(_log_survival(R, z, a, b))


def expected_if_alive(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the purchases expected within ``horizon`` given being there now, ``(m,)``."""
    R, z, a, b = np.broadcast_arrays(r + x, horizon / (alpha + T), a, b + x)
    some = np.flatnonzero(z > 0)
    expected = np.zeros(z.size)
    expected[some] = _expected(R[some], z[some], a[some], b[some])
    return expected


def discounted_if_alive(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, force: float, horizon: float
) -> FloatArray:
    """Return the present value of the purchases within ``horizon``, which may be infinite, given being there, ``(m,)``.

    Args:
        r: as in the model; likewise ``alpha``, ``a`` and ``b``.
        x: ``(m,)`` frequency.
        T: ``(m,)`` age.
        force: the continuous rate of discount per time unit; positive if ``horizon`` is infinite.
        horizon: where the future ends.

    """
    R, A, a, b = np.broadcast_arrays(r + x, alpha + T, a, b + x)
    kinds = distinct(R, a, b)
    of = kinds.rows
    seen = min(horizon, _WORTHLESS / force) if force > 0 else horizon

    def log_shape(v: FloatArray) -> FloatArray:
        rows = np.tile(of, v.size)
        z = np.repeat(np.expm1(v), of.size)
        log_rate = _log_survival(R[rows] + 1.0, z, a[rows], b[rows])
        return v[:, None] + log_rate.reshape(v.size, of.size)

    def log_weight(v: FloatArray, rows: IntArray) -> FloatArray:
        return -force * A[rows, None] * np.expm1(v)

    return R * integral_to(log_shape, log_weight, kinds.inverse, np.log1p(seen / A))


def pmf_new(r: Number, alpha: Number, a: Number, b: Number, k: FloatArray, horizon: FloatArray) -> FloatArray:
    """Return the probability of ``k`` purchases within ``horizon`` of the start, in the shape all broadcast to."""
    from scipy import special

    r, alpha, a, b, k, t = np.broadcast_arrays(r, alpha, a, b, k, horizon)
    some, again = t > 0, k > 0
    t, n = np.where(some, t, 1.0), np.where(again, k, 1.0)
    count = np.where(again, -np.log(n) - log_beta(r, n) - n * np.log1p(alpha / t), 0.0) - r * np.log1p(t / alpha)
    # Each of the two forms of the incomplete beta function is exact where its argument is small.
    reached = np.where(t < alpha, special.betainc(n, r, t / (alpha + t)), special.betaincc(r, n, alpha / (alpha + t)))
    stayed = np.exp(log_rise(b, k) - log_rise(a + b, k))
    left = np.where(again, a / (b + (n - 1.0)) * reached, 0.0)
    result = np.where(some, stayed * (np.exp(count) + left), np.where(again, 0.0, 1.0))
    if not np.all(np.isfinite(result)):
        message = "these parameters are too large or too small for the probability of a count; check them and the units"
        raise InvalidParameters(message)
    return result


def pmf_if_alive(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, k: FloatArray, horizon: Number
) -> FloatArray:
    """Return the probability of each of ``k``, ``(m,)``, purchases given being there now, ``(n, m)``."""
    rows = np.broadcast_arrays(r + x, alpha + T, a, b + x, horizon)
    R, A, a, b, t = (column[:, None] for column in rows)
    return pmf_new(R, A, a, b, k, t)


def lifetime(r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray) -> FloatArray:
    """Return the mean time until they leave given being there now, ``(n,)``, infinite where there is none."""
    R, A, a, b = np.broadcast_arrays(r + x, alpha + T, a, b + x)
    finite = (R > 1.0) & (a > 1.0)
    purchases = (a + b - 1.0) / np.where(finite, a - 1.0, 1.0)
    return np.where(finite, A / np.where(finite, R - 1.0, 1.0) * purchases, np.inf)


def _log_survival(R: FloatArray, z: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ln E[(1 + pz)^-R] over p ~ Beta(a, b), ``(m,)``."""
    decline = R * np.log1p(z)
    return log_beta_mean(partial(_log_stay, R, np.log(np.maximum(z, _TINY))), a, b, Spread(R * z, R, decline))


def _log_stay(R: FloatArray, log_z: FloatArray, log_p: FloatArray, rows: IntArray) -> FloatArray:
    log_stay: FloatArray = -R[rows, None] * np.log1p(np.exp(log_p + log_z[rows, None]))
    return log_stay


def _expected(R: FloatArray, z: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return E[(1 - (1 + pz)^-R) / p] over p ~ Beta(a, b) for z > 0, ``(m,)``."""
    decline = np.log1p((R + 1.0) * z)
    spread = Spread((R + 1.0) * z, R + 1.0, decline)
    expected: FloatArray = R * z * np.exp(log_beta_mean(partial(_log_part, R, np.log(z)), a, b, spread))
    return expected


def _log_part(R: FloatArray, log_z: FloatArray, log_p: FloatArray, rows: IntArray) -> FloatArray:
    """Return ln of (1 - (1 + pz)^-R) / (Rpz), which falls from 1 at p = 0."""
    order = R[rows, None]
    pz = np.maximum(np.exp(log_p + log_z[rows, None]), _TINY)
    log_part: FloatArray = np.log(-np.expm1(-order * np.log1p(pz)) / (order * pz))
    return log_part


FORMULAS: Final = Formulas(
    log_likelihood=log_likelihood_of_rows,
    score=score_of_rows,
    log_odds_gone=log_odds_gone,
    survival=survival,
    expected=expected_if_alive,
    discounted=discounted_if_alive,
    pmf=pmf_if_alive,
    lifetime=lifetime,
    histories=partial(leaving_after_purchases, at_first=False),
)
