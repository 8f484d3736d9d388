"""The likelihood of Pareto/NBD and its derivatives, by integration over the unseen time of leaving.

A row's likelihood is a mixture of two stories, still there and gone at some time ``u`` after the last purchase:
``L = exp(c) (exp(alive) + exp(gone))`` with ``gone = ln ∫ s (β+u)^-(s+1) (α+u)^-R du`` from ``t_x`` to ``T``, up to
what both share. The published form of the integral is a difference of two hypergeometric functions, which overflow and
cancel. Here it is taken as it stands, on the axis ``y = ln((c+u)/(c+t_x))`` with ``c`` the smaller of α and β.
There the integrand is ``exp(-py) (1 + θ(e^y - 1))^-q``, log-concave and free of singularities up to a distance of π
from the real line, whatever the parameters, with ``θ <= 1`` and no special case at α = β.

Derivatives go under the integral: the nodes, with their masses as weights, are the distribution of the time of leaving
given the data, and the score and the Hessian of ``gone`` are means and covariances over it.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age; ``R = r + x`` and ``A = α + T``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.panels import Block, Integrand, integral, moments
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one

__all__ = ["derivatives_of_rows", "likelihood", "log_likelihood_of_rows", "log_odds_gone", "score_of_rows"]

Number = FloatArray | float

# What lies beyond a fall by exp(-37) is less than rounding.
_ROUNDING: Final = 37.0
_NEWTON_STEPS: Final = 5


def log_odds_gone(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return ``gone - alive``, the log odds of having left, ``(n,)``; minus infinity where ``T = t_x``."""
    rows = _Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T))
    return rows.fall() + np.log(rows.s) + _log_integral(_axis(rows))


def log_likelihood_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    rows = _Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T))
    return log_rise(rows.r, rows.x) + _either(rows, np.log(rows.s) + _log_integral(_axis(rows)))


def score_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r, alpha, s and beta, ``(n, 4)``."""
    return derivatives_of_rows(r, alpha, s, beta, x, t_x, T)[1].T


def derivatives_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each row's log-likelihood ``(n,)``, its gradient ``(4, n)`` and its Hessian ``(4, 4, n)``."""
    value, gradient, hessian = _timing(_Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T)))
    gradient[0] += digamma_rise(r, x)
    hessian[0, 0] += trigamma_rise(r, x)
    return value + log_rise(r, x), gradient, hessian


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (r, alpha, s, beta), equal rows counted once."""
    grouped = data.grouped()
    x, t_x, T = grouped.frequency, grouped.recency, grouped.age
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight
    of_x = distinct(x)
    counts, weight_x = x[of_x.rows], of_x.total(weight)

    def evaluate(parameters: FloatArray) -> Evaluation:
        r, alpha, s, beta = parameters.tolist()
        try:
            found = _timing(_Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T)))
        except InvalidParameters:  # a step too far, where the integral does not settle: the search has to turn back
            return Evaluation(np.nan, np.full(4, np.nan), np.full((4, 4), np.nan))
        value, gradient, hessian = (np.einsum("...n,n->...", part, weight) for part in found)
        gradient[0] += dot(weight_x, digamma_rise(r, counts))
        hessian[0, 0] += dot(weight_x, trigamma_rise(r, counts))
        return Evaluation(float(value) + dot(weight_x, log_rise(r, counts)), gradient, hessian)

    def scores(parameters: FloatArray) -> FloatArray:
        r, alpha, s, beta = parameters.tolist()
        return score_of_rows(r, alpha, s, beta, x, t_x, T)

    def value(parameters: FloatArray) -> float:
        r, alpha, s, beta = parameters.tolist()
        return dot(weight, log_likelihood_of_rows(r, alpha, s, beta, x, t_x, T))

    values = one_by_one(value)
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Histories with their parameters, all ``(n,)``."""

    r: FloatArray
    alpha: FloatArray
    s: FloatArray
    beta: FloatArray
    x: FloatArray
    t_x: FloatArray
    T: FloatArray

    def fall(self) -> FloatArray:
        """Return by how much the silence from ``t_x`` to ``T`` lowers the log-likelihood of being there."""
        silence = self.T - self.t_x
        by_buying = (self.r + self.x) * np.log1p(silence / (self.alpha + self.t_x))
        fall: FloatArray = by_buying + self.s * np.log1p(silence / (self.beta + self.t_x))
        return fall


def _timing(rows: _Rows) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what :func:`derivatives_of_rows` does, without ln Γ(r + x)/Γ(r).

    With ``u = gone - alive`` and ``w`` the probability of having gone it is ``alive + ln(1 + exp(u))``, the gradient
    ``∇alive + w ∇u`` and the Hessian ``∇²alive + w ∇²u + w (1 - w) ∇u ∇uᵀ``.
    """
    from scipy import special

    log_share, mean, square = _time_of_leaving(_axis(rows))
    u = rows.fall() + np.log(rows.s) + log_share
    gone, there = special.expit(u), special.expit(-u)
    slope, bend = _odds_derivatives(rows, mean, square)
    gradient, hessian = _alive_derivatives(rows)
    gradient += gone * slope
    hessian += gone * (bend + there * slope[:, None] * slope)
    return _either(rows, np.log(rows.s) + log_share), gradient, hessian


def _either(of: _Rows, log_share: FloatArray) -> FloatArray:
    """Return ``ln(exp(alive) + exp(gone))``, each formed on its own so that nothing large cancels."""
    alive, until_last = (
        -of.r * np.log1p(t / of.alpha) - of.x * np.log(of.alpha + t) - of.s * np.log1p(t / of.beta)
        for t in (of.T, of.t_x)
    )
    both: FloatArray = np.logaddexp(alive, until_last + log_share)
    return both


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """The integral of ``exp(-py) (1 + theta (e^y - 1))^-q`` over y from 0 to ``end``, for each row.

    Attributes:
        p: ``(n,)`` the power of the nearer singularity, at ``u = -min(α, β)``.
        q: ``(n,)`` the power of the farther one.
        theta: ``(n,)`` the ratio of their distances from ``t_x``, at most 1.
        end: ``(n,)`` where the time of leaving ends or the integrand has fallen to nothing.
        nodes: ``(n,)`` about how many nodes that takes.
        log_factor: ``(n,)`` what the integral has to be multiplied with.
        beta_near: ``(n,)`` whether the nearer singularity is the one of β.

    """

    p: FloatArray
    q: FloatArray
    theta: FloatArray
    end: FloatArray
    nodes: FloatArray
    log_factor: FloatArray
    beta_near: BoolArray


def _axis(of: _Rows) -> _Axis:
    beta_near = of.beta <= of.alpha
    near = np.minimum(of.alpha, of.beta) + of.t_x
    theta = near / (np.maximum(of.alpha, of.beta) + of.t_x)
    p = np.where(beta_near, of.s, of.r + of.x - 1.0)
    q = np.where(beta_near, of.r + of.x, of.s + 1.0)
    end = np.log1p((of.T - of.t_x) / near)
    steepness = p + q * theta
    end = np.where(steepness * end > _ROUNDING, _ROUNDING / np.where(steepness > 0, steepness, 1.0), end)
    fall = p * end + q * np.log1p(theta * np.expm1(end))
    deep = np.flatnonzero(fall > _ROUNDING)
    end[deep] = _shortened(p[deep], q[deep], theta[deep], end[deep])
    nodes = 5.0 + 3.8 * np.sqrt(np.minimum(np.abs(fall), _ROUNDING)) + end
    return _Axis(p, q, theta, end, nodes, np.where(beta_near, 0.0, np.log(theta)), beta_near)


def _shortened(p: FloatArray, q: FloatArray, theta: FloatArray, end: FloatArray) -> FloatArray:
    """Return where the integrand has fallen to nothing; the fall is convex, so that Newton's steps stay beyond it."""
    for _ in range(_NEWTON_STEPS):
        growth = theta * np.expm1(end)
        fall = p * end + q * np.log1p(growth)
        end = end - (fall - _ROUNDING) / (p + q * (theta + growth) / (1.0 + growth))
    return end


def _integrand(axis: _Axis) -> Integrand:
    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        growth = np.expm1(y)
        farther = axis.theta[rows] * growth
        far = np.log1p(farther)
        return -axis.p[rows] * y - axis.q[rows] * far, y, growth, far, farther

    return integrand


def _log_integral(axis: _Axis) -> FloatArray:
    total = integral(_integrand(axis), np.zeros_like(axis.end), axis.end, axis.nodes)
    return _log(total) + axis.log_factor


def _log(total: FloatArray) -> FloatArray:
    return np.log(total, out=np.full_like(total, -np.inf), where=total > 0)


def _time_of_leaving(axis: _Axis) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the log integral ``(n,)`` and the means ``(4, n)`` and mean products ``(4, 4, n)`` over the time u.

    They are those of ``ln (α+u)/(α+t_x)``, ``(α+t_x)/(α+u) - 1`` and of the same two with β.
    """
    total, mean, square = moments(_integrand(axis), _features, 4, 4, axis.end, axis.nodes)
    swap = np.where(axis.beta_near, [[2], [3], [0], [1]], [[0], [1], [2], [3]])
    rows = np.arange(axis.end.size)
    return _log(total) + axis.log_factor, mean[swap, rows], square[swap[:, None], swap[None], rows]


def _features(block: Block) -> tuple[FloatArray, ...]:
    near, growth, far, farther = block.carried
    return near, -growth / (1.0 + growth), far, -farther / (1.0 + farther)


def _odds_derivatives(of: _Rows, mean: FloatArray, square: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradient ``(4, n)`` and the Hessian ``(4, 4, n)`` of ``u = gone - alive``."""
    R, s, silence = of.r + of.x, of.s, of.T - of.t_x
    A, A_x, B, B_x = of.alpha + of.T, of.alpha + of.t_x, of.beta + of.T, of.beta + of.t_x
    one = np.ones_like(R)
    factor = np.stack([-one, -R / A_x, -one, -(s + 1.0) / B_x])
    slope = factor * mean
    slope[0] += np.log1p(silence / A_x)
    slope[1] -= R * silence / (A * A_x)
    slope[2] += 1.0 / s + np.log1p(silence / B_x)
    slope[3] -= s * silence / (B * B_x) + 1.0 / B_x

    bend = factor[:, None] * factor * (square - mean[:, None] * mean)
    bend[0, 1] = bend[1, 0] = bend[0, 1] - (silence / A + mean[1]) / A_x
    bend[2, 3] = bend[3, 2] = bend[2, 3] - (silence / B + mean[3]) / B_x
    bend[1, 1] += R * (silence * (A + A_x) / A**2 + 2.0 * mean[1] + square[1, 1]) / A_x**2
    bend[2, 2] -= 1.0 / s**2
    bend[3, 3] += (s + 1.0) * (1.0 + 2.0 * mean[3] + square[3, 3]) / B_x**2 - s / B**2
    return slope, bend


def _alive_derivatives(of: _Rows) -> tuple[FloatArray, FloatArray]:
    """Return the gradient ``(4, n)`` and the Hessian ``(4, 4, n)`` of ``alive``."""
    A, B = of.alpha + of.T, of.beta + of.T
    by_A, by_B = of.T / (of.alpha * A), of.T / (of.beta * B)
    gradient = np.stack([-np.log1p(of.T / of.alpha), of.r * by_A - of.x / A, -np.log1p(of.T / of.beta), of.s * by_B])
    hessian = np.zeros((4, 4, of.T.size))
    hessian[0, 1] = hessian[1, 0] = by_A
    hessian[1, 1] = of.x / A**2 - of.r * by_A * (1.0 / of.alpha + 1.0 / A)
    hessian[2, 3] = hessian[3, 2] = by_B
    hessian[3, 3] = -of.s * by_B * (1.0 / of.beta + 1.0 / B)
    return gradient, hessian
