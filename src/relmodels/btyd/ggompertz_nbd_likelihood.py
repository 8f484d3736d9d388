"""The likelihood of Gompertz/NBD and its derivatives, by integration over the unseen time of leaving.

A row's likelihood is a mixture of two stories, still there and gone at some time ``u`` after the last purchase:
``L = exp(c) (exp(alive) + exp(gone))``. With ``G(u) = β + e^{bu} - 1`` the probability of being there at u is
``(β/G(u))^s``, and the ratio of the second story to the first is
``∫ s b e^{bu}/G(u) (G(T)/G(u))^s ((α+T)/(α+u))^R du`` from ``t_x`` to ``T``.
It is taken on the axis ``y = ln G(u)/G(t_x)``, where the hazard is nothing but ``exp(-sy)``; if the singularity at
``u = -α`` is much nearer, on the axis ``y = ln (α+u)/(α+t_x)`` instead. Everything is formed from ratios, so that
``e^{bu}`` may overflow and b may be as small as it likes.

Derivatives go under the integral: the nodes, with their masses as weights, are the distribution of the time of leaving
given the data, and the score and the Hessian of ``gone`` are means and covariances over it.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age; ``R = r + x`` and ``A = α + T``. Beside them
``H(u) = e^{bu}/G(u)`` and ``K(u) = 1/G(u)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.panels import Block, Integrand, integral, moments, shortened
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one

__all__ = [
    "derivatives_of_rows",
    "likelihood",
    "log_growth",
    "log_likelihood_of_rows",
    "log_odds_gone",
    "score_of_rows",
    "slack",
]

Number = FloatArray | float

# What lies beyond a fall by exp(-37) is less than rounding.
_ROUNDING: Final = 37.0
_LARGE: Final = 30.0
# The hazard saturates where ``e^{bu}`` reaches β, within a few units of b(u - t_x); if b is large, long before anything
# else happens. On the axis of the hazard the purchases bend there. Longer panels would miss it.
_SATURATED: Final = 5.0


def log_growth(w: FloatArray, H: FloatArray) -> FloatArray:
    """Return ``ln(1 + H (e^w - 1))`` for ``w >= 0`` and ``H > 0``, also where ``e^w`` overflows.

    With ``H = e^{bu}/G(u)`` it is ``ln G(u + w/b)/G(u)``; with ``1/H`` in place of ``H`` it is its inverse.
    """
    near = np.log1p(H * np.expm1(np.minimum(w, _LARGE)))
    growth: FloatArray = np.where(w < _LARGE, near, w + np.log(np.exp(-w) - H * np.expm1(-w)))
    return growth


def slack(b: Number, beta: Number, u: FloatArray) -> FloatArray:
    """Return ``1/H(u) = G(u) e^{-bu} = 1 + (β-1) e^{-bu}``, the β of a customer who is still there at ``u``."""
    left: FloatArray = beta * np.exp(-b * u) - np.expm1(-b * u)
    return left


def log_odds_gone(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return ``gone - alive``, the log odds of having left, ``(n,)``; minus infinity where ``T = t_x``."""
    story = _story(r, alpha, b, s, beta, x, t_x, T)
    return story.fall + np.log(story.s) + _log_integral(story)


def log_likelihood_of_rows(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    story = _story(r, alpha, b, s, beta, x, t_x, T)
    return log_rise(story.r, story.x) + _either(story, np.log(story.s) + _log_integral(story))


def score_of_rows(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r, alpha, b, s and beta, ``(n, 5)``."""
    return derivatives_of_rows(r, alpha, b, s, beta, x, t_x, T)[1].T


def derivatives_of_rows(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each row's log-likelihood ``(n,)``, its gradient ``(5, n)`` and its Hessian ``(5, 5, n)``."""
    value, gradient, hessian = _timing(_story(r, alpha, b, s, beta, x, t_x, T))
    gradient[0] += digamma_rise(r, x)
    hessian[0, 0] += trigamma_rise(r, x)
    return value + log_rise(r, x), gradient, hessian


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (r, alpha, b, s, beta), equal rows counted once."""
    grouped = data.grouped()
    x, t_x, T = grouped.frequency, grouped.recency, grouped.age
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight
    of_x = distinct(x)
    counts, weight_x = x[of_x.rows], of_x.total(weight)

    def evaluate(parameters: FloatArray) -> Evaluation:
        r, alpha, b, s, beta = parameters.tolist()
        try:
            found = _timing(_story(r, alpha, b, s, beta, x, t_x, T))
        except InvalidParameters:  # a step too far, where the integral does not settle: the search has to turn back
            return Evaluation(np.nan, np.full(5, np.nan), np.full((5, 5), np.nan))
        value, gradient, hessian = (np.einsum("...n,n->...", part, weight) for part in found)
        gradient[0] += dot(weight_x, digamma_rise(r, counts))
        hessian[0, 0] += dot(weight_x, trigamma_rise(r, counts))
        return Evaluation(float(value) + dot(weight_x, log_rise(r, counts)), gradient, hessian)

    def scores(parameters: FloatArray) -> FloatArray:
        r, alpha, b, s, beta = parameters.tolist()
        return score_of_rows(r, alpha, b, s, beta, x, t_x, T)

    def value(parameters: FloatArray) -> float:
        r, alpha, b, s, beta = parameters.tolist()
        return dot(weight, log_likelihood_of_rows(r, alpha, b, s, beta, x, t_x, T))

    values = one_by_one(value)
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


@dataclass(frozen=True, slots=True, eq=False)
class _Story:
    """Rows with their parameters, all ``(n,)``, and the axis on which each integral is taken.

    Attributes:
        r: as in the model; likewise ``alpha``, ``b``, ``s`` and ``beta``.
        x: frequency; ``t_x`` recency and ``T`` age.
        H: H at the last purchase.
        fall: by how much the silence from ``t_x`` to ``T`` lowers the log-likelihood of being there.
        by_hazard: whether the axis is ``ln G(u)/G(t_x)``, else it is ``ln (α+u)/(α+t_x)``.
        log_factor: by what the logarithm of the integral has to be raised.
        end: where the axis ends, or the integrand has fallen to nothing.
        nodes: about how many nodes that takes.
        first: how long a panel may be at the beginning of the axis.

    """

    r: FloatArray
    alpha: FloatArray
    b: FloatArray
    s: FloatArray
    beta: FloatArray
    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    H: FloatArray
    fall: FloatArray
    by_hazard: BoolArray
    log_factor: FloatArray
    end: FloatArray
    nodes: FloatArray
    first: FloatArray


def _story(
    r: Number, alpha: Number, b: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> _Story:
    r, alpha, b, s, beta, x, t_x, age = np.broadcast_arrays(r, alpha, b, s, beta, x, t_x, T)
    left, A_x, R = slack(b, beta, t_x), alpha + t_x, r + x
    H, near = 1.0 / left, b * A_x / left
    growth, longer = log_growth(b * (age - t_x), H), np.log1p((age - t_x) / A_x)
    by_hazard = left <= -2.0 * np.expm1(-b * A_x)
    end = np.where(by_hazard, growth, longer)
    steepness = np.where(by_hazard, s + R / near, R + (s + 1.0) * near)
    rise = np.where(by_hazard, 0.0, longer + np.maximum(np.log(left), 0.0))

    def log_bound(y: FloatArray, rows: IntArray) -> FloatArray:
        axis, b_A_x = by_hazard[rows], b[rows] * A_x[rows]
        on_hazard = _coordinates(np.where(axis, y, 0.0), b_A_x, H[rows], by_hazard=True)
        otherwise = _coordinates(np.where(axis, 0.0, y), b_A_x, H[rows], by_hazard=False)
        hazard, bought, _ = np.where(axis, on_hazard, otherwise)
        bound: FloatArray = rise[rows] - s[rows] * hazard - R[rows] * bought
        return bound

    end = shortened(log_bound, end, _ROUNDING + np.log1p(steepness * end))
    fall = R * longer + s * growth
    nodes = 7.0 + 3.8 * np.sqrt(np.minimum(fall, _ROUNDING)) + end
    log_factor = np.where(by_hazard, 0.0, np.log(near))
    first = np.where(by_hazard, _SATURATED, np.log1p(_SATURATED / (b * A_x)))
    return _Story(r, alpha, b, s, beta, x, t_x, age, H, fall, by_hazard, log_factor, end, nodes, first)


def _coordinates(
    y: FloatArray, b_A_x: FloatArray, H: FloatArray, *, by_hazard: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``ln G(u)/G(t_x)``, ``ln (α+u)/(α+t_x)`` and ``b (u - t_x)`` at points of an axis."""
    if by_hazard:
        w = log_growth(y, 1.0 / H)
        return y, np.log1p(w / b_A_x), w
    w = b_A_x * np.expm1(y)
    return log_growth(w, H), y, w


def _integrand(on: _Story, rows: IntArray, *, by_hazard: bool) -> Integrand:
    b_A_x, H, s, R = (on.b * (on.alpha + on.t_x))[rows], on.H[rows], on.s[rows], (on.r + on.x)[rows]

    def integrand(y: FloatArray, some: IntArray) -> tuple[FloatArray, ...]:
        hazard, bought, w = _coordinates(y, b_A_x[some], H[some], by_hazard=by_hazard)
        log_height = -s[some] * hazard - R[some] * bought
        return log_height if by_hazard else log_height + (w - hazard) + bought, hazard, bought, w

    return integrand


def _log_integral(on: _Story) -> FloatArray:
    total = np.zeros_like(on.end)
    for by_hazard in (True, False):
        rows = np.flatnonzero(on.by_hazard == by_hazard)
        integrand = _integrand(on, rows, by_hazard=by_hazard)
        total[rows] = integral(integrand, np.zeros(rows.size), on.end[rows], on.nodes[rows], on.first[rows])
    return _log(total) + on.log_factor


def _log(total: FloatArray) -> FloatArray:
    return np.log(total, out=np.full_like(total, -np.inf), where=total > 0)


def _time_of_leaving(on: _Story) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the log integral ``(n,)`` and means ``(8, n)`` and mean products ``(5, 5, n)`` over the time u.

    The first five are what the derivatives of ``gone`` by r, alpha, b, s and beta vary with, 0 at ``u = t_x``:
    ``ln (α+u)/(α+t_x)``, ``(α+t_x)/(α+u) - 1``, ``u - (s+1) u H(u)``, ``ln G(u)/G(t_x)`` and ``G(t_x)/G(u) - 1``.
    The others are ``u H(u)``, ``u² H(u) (1 - H(u))`` and ``u H(u) K(u)``.
    """
    total, mean, square = np.zeros_like(on.end), np.zeros((8, on.end.size)), np.zeros((5, 5, on.end.size))
    for by_hazard in (True, False):
        rows = np.flatnonzero(on.by_hazard == by_hazard)
        if rows.size:
            integrand = _integrand(on, rows, by_hazard=by_hazard)
            features = _features(on, rows)
            found = moments(integrand, features, 8, 5, on.end[rows], on.nodes[rows], on.first[rows])
            total[rows], mean[:, rows], square[:, :, rows] = found
    return _log(total) + on.log_factor, mean, square


def _features(on: _Story, rows: IntArray) -> Callable[[Block], tuple[FloatArray, ...]]:
    b, t_x, H_x, power, beta = on.b[rows], on.t_x[rows], on.H[rows], on.s[rows] + 1.0, on.beta[rows]
    K_x = np.exp(-b * t_x) * H_x

    def features(block: Block) -> tuple[FloatArray, ...]:
        (hazard, bought, w), of = block.carried, block.rows
        later = w / b[of]
        u_H = (t_x[of] + later) * H_x[of] * np.exp(w - hazard)
        K = K_x[of] * np.exp(-hazard)
        by_b = later - power[of] * (u_H - t_x[of] * H_x[of])
        extra = (u_H, (t_x[of] + later) * u_H * (beta[of] - 1.0) * K, u_H * K)
        return bought, np.expm1(-bought), by_b, hazard, np.expm1(-hazard), *extra

    return features


def _either(on: _Story, log_share: FloatArray) -> FloatArray:
    """Return ``ln(exp(alive) + exp(gone))``, each formed on its own so that nothing large cancels."""
    alive, until_last = (
        -on.r * np.log1p(t / on.alpha) - on.x * np.log(on.alpha + t) - on.s * log_growth(on.b * t, 1.0 / on.beta)
        for t in (on.T, on.t_x)
    )
    both: FloatArray = np.logaddexp(alive, until_last + log_share)
    return both


def _timing(on: _Story) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what :func:`derivatives_of_rows` does, without ln Γ(r + x)/Γ(r).

    With ``u = gone - alive`` and ``w`` the probability of having gone it is ``alive + ln(1 + exp(u))``, the gradient
    ``∇alive + w ∇u`` and the Hessian ``∇²alive + w ∇²u + w (1 - w) ∇u ∇uᵀ``.
    """
    from scipy import special

    log_share, mean, square = _time_of_leaving(on)
    u = on.fall + np.log(on.s) + log_share
    gone, there = special.expit(u), special.expit(-u)
    slope, bend = _odds_derivatives(on, mean, square)
    gradient, hessian = _alive_derivatives(on)
    gradient += gone * slope
    hessian += gone * (bend + there * slope[:, None] * slope)
    return _either(on, np.log(on.s) + log_share), gradient, hessian


def _odds_derivatives(on: _Story, mean: FloatArray, square: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradient ``(5, n)`` and the Hessian ``(5, 5, n)`` of ``u = gone - alive``."""
    R, s, T, A, A_x, silence = on.r + on.x, on.s, on.T, on.alpha + on.T, on.alpha + on.t_x, on.T - on.t_x
    H, H_x = 1.0 / slack(on.b, on.beta, T), on.H
    K, K_x = np.exp(-on.b * T) * H, np.exp(-on.b * on.t_x) * H_x
    by_alpha, by_beta, u_H, u_u_H, u_H_K = mean[[1, 4, 5, 6, 7]]
    one = np.ones_like(R)

    factor = np.stack([-one, -R / A_x, one, -one, -(s + 1.0) * K_x])
    slope = factor * mean[:5]
    slope[0] += np.log1p(silence / A_x)
    slope[1] -= R * silence / (A * A_x)
    slope[2] += 1.0 / on.b + on.t_x - (s + 1.0) * on.t_x * H_x + s * T * H
    slope[3] += 1.0 / s + log_growth(on.b * silence, H_x)
    slope[4] += s * K - (s + 1.0) * K_x

    bend = factor[:, None] * factor * (square - mean[:5, None] * mean[:5])
    bend[0, 1] -= (silence / A + by_alpha) / A_x
    bend[1, 1] += R * (silence * (A + A_x) / A**2 + 2.0 * by_alpha + square[1, 1]) / A_x**2
    bend[2, 2] += s * T**2 * H * (on.beta - 1.0) * K - (s + 1.0) * u_u_H - 1.0 / on.b**2
    bend[2, 3] += T * H - u_H
    bend[2, 4] += (s + 1.0) * u_H_K - s * T * H * K
    bend[3, 3] -= 1.0 / s**2
    bend[3, 4] += K - K_x * (1.0 + by_beta)
    bend[4, 4] += (s + 1.0) * K_x**2 * (1.0 + 2.0 * by_beta + square[4, 4]) - s * K**2
    return slope, _mirrored(bend)


def _alive_derivatives(on: _Story) -> tuple[FloatArray, FloatArray]:
    """Return the gradient ``(5, n)`` and the Hessian ``(5, 5, n)`` of ``alive``."""
    s, T, A, growth = on.s, on.T, on.alpha + on.T, log_growth(on.b * on.T, 1.0 / on.beta)
    H, fewer = 1.0 / slack(on.b, on.beta, T), -np.expm1(-growth) / on.beta  # 1/β - K
    K = np.exp(-on.b * T) * H
    by_A = T / (on.alpha * A)
    gradient = np.stack([-np.log1p(T / on.alpha), on.r * by_A - on.x / A, -s * T * H, -growth, s * fewer])
    hessian = np.zeros((5, 5, T.size))
    hessian[0, 1] = by_A
    hessian[1, 1] = on.x / A**2 - on.r * by_A * (1.0 / on.alpha + 1.0 / A)
    hessian[2, 2] = -s * T**2 * H * (on.beta - 1.0) * K
    hessian[2, 3] = -T * H
    hessian[2, 4] = s * T * H * K
    hessian[3, 4] = fewer
    hessian[4, 4] = -s * fewer * (1.0 / on.beta + K)
    return gradient, _mirrored(hessian)


def _mirrored(upper: FloatArray) -> FloatArray:
    """Return the symmetric matrices ``(p, p, n)`` of which the upper triangles are given."""
    for i in range(upper.shape[0]):
        upper[i, :i] = upper[:i, i]
    return upper
