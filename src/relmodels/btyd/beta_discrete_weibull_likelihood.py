"""The survival curve of the beta-discrete-Weibull model, its steps and its derivatives.

With ``u = (t-1)^c`` and ``w = t^c`` the contracts that outlast renewal t-1 outlast t with probability
``B(α, β+w)/B(α, β+u)``, and what they lack to 1 is formed from its logarithm, so that no difference of nearly equal
survival probabilities is taken.
Powers of t beyond the range of numbers are replaced by the limit for large ones, ``S(t) = Γ(α+β)/Γ(β) t^(-αc)``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.beta_ratio import log_beta_ratio, small_log_beta_ratio
from relmodels.btyd.special import digamma_rise, log_rise
from relmodels.core.arrays import BoolArray, FloatArray

__all__ = ["log_chance", "log_renewed", "log_survival", "score_of"]

# exp(200) squared is still a number, and what the limit leaves out is a part in exp(200).
_FAR: Final = 200.0


def log_survival(alpha: float, beta: float, c: float, t: FloatArray) -> FloatArray:
    """Return ln S(t), for whole ``t`` from 0 on, any shape."""
    power = c * np.log(np.maximum(t, 1.0))
    within = log_beta_ratio(alpha, beta, np.where(t > 0, np.exp(np.minimum(power, _FAR)), 0.0))
    curve: FloatArray = np.where(power > _FAR, log_rise(beta, alpha) - alpha * power, within)
    return curve


def log_renewed(alpha: float, beta: float, c: float, t: FloatArray) -> FloatArray:
    """Return ln S(t) - ln S(t-1), for whole ``t`` from 1 on, any shape."""
    u, step, longer = _powers(c, t)
    within = small_log_beta_ratio(alpha, beta + u, step) - alpha * np.maximum(longer - _FAR, 0.0)
    ratio: FloatArray = np.where(_is_far(c, t), -alpha * longer, within)
    return ratio


def log_chance(alpha: float, beta: float, c: float, t: FloatArray, lost: BoolArray) -> FloatArray:
    """Return ln P(T = t) where ``lost``, elsewhere ln S(t), for ``t`` from 1 on."""
    hazard = -np.expm1(log_renewed(alpha, beta, c, t))
    at_last: FloatArray = np.log(np.where(lost, hazard, 1.0))
    return log_survival(alpha, beta, c, np.where(lost, t - 1.0, t)) + at_last


def score_of(alpha: float, beta: float, c: float, t: FloatArray, lost: BoolArray) -> FloatArray:
    """Return the derivatives of :func:`log_chance` by alpha, beta and c, ``(m, 3)``."""
    renewed = log_renewed(alpha, beta, c, t)
    odds = np.exp(renewed) / -np.expm1(renewed)  # of renewing
    outlasted = _slope_of_survival(alpha, beta, c, np.where(lost, t - 1.0, t))
    slope = outlasted - np.where(lost, odds, 0.0) * _slope_of_renewed(alpha, beta, c, t)
    return np.moveaxis(slope, 0, -1)


def _powers(c: float, t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (t-1)^c, what t^c is more than that, both no larger than is safe, and their logarithms' difference."""
    before = c * np.log(np.maximum(t - 1.0, 1.0))
    longer = np.where(t > 1, c * np.log1p(1.0 / np.maximum(t - 1.0, 1.0)), 0.0)
    u = np.where(t > 1, np.exp(np.minimum(before, _FAR)), 0.0)
    step = np.where(t > 1, u * np.expm1(np.minimum(longer, _FAR)), 1.0)
    return u, step, longer


def _is_far(c: float, t: FloatArray) -> BoolArray:
    far: BoolArray = c * np.log(np.maximum(t - 1.0, 1.0)) > _FAR
    return far


def _slope_of_survival(alpha: float, beta: float, c: float, t: FloatArray) -> FloatArray:
    """Return the derivatives of ln S(t) by alpha, beta and c, ``(3, m)``."""
    power = c * np.log(np.maximum(t, 1.0))
    w = np.where(t > 0, np.exp(np.minimum(power, _FAR)), 0.0)
    beyond = np.maximum(power - _FAR, 0.0)
    of_both = digamma_rise(alpha + beta, w) + beyond
    by_c = -_elasticity(alpha, beta, w) * np.log(np.maximum(t, 1.0))
    return np.stack([-of_both, digamma_rise(beta, w) + beyond - of_both, by_c])


def _slope_of_renewed(alpha: float, beta: float, c: float, t: FloatArray) -> FloatArray:
    """Return the derivatives of ln S(t) - ln S(t-1) by alpha, beta and c, ``(3, m)``."""
    u, step, longer = _powers(c, t)
    far, beyond = _is_far(c, t), np.maximum(longer - _FAR, 0.0)
    of_both = np.where(far, longer, digamma_rise(alpha + beta + u, step) + beyond)
    of_beta = np.where(far, longer, digamma_rise(beta + u, step) + beyond)
    later = _elasticity(alpha, beta, u + step) * np.log(t)
    by_c = _elasticity(alpha, beta, u) * np.log(np.maximum(t - 1.0, 1.0)) - later
    return np.stack([-of_both, of_beta - of_both, by_c])


def _elasticity(alpha: float, beta: float, w: FloatArray) -> FloatArray:
    """Return the negative derivative of ln B(α, β+w) by ln w, which tends to α as w grows."""
    size = np.minimum(w, np.exp(_FAR))
    elasticity: FloatArray = size * digamma_rise(beta + size, alpha)
    return elasticity
