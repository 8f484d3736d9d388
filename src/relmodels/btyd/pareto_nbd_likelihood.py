"""The likelihood of Pareto/NBD and its derivatives, by integration over the unseen time of leaving.

A row's likelihood is a mixture of two stories, still there and gone at some time ``u`` after the last purchase:
``L = exp(c) (exp(alive) + exp(gone))`` with ``gone = ln ∫ s (β+u)^-(s+1) (α+u)^-R du`` from ``t_x`` to ``T``, up to
what both share. The published form of the integral is a difference of two hypergeometric functions, which overflow and
cancel. Here it is taken as it stands (:mod:`relmodels.btyd.time_of_leaving`), with no special case at α = β.

Derivatives go under the integral: the nodes, with their masses as weights, are the distribution of the time of leaving
given the data, and the score and the Hessian of ``gone`` are means and covariances over it.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age; ``R = r + x`` and ``A = α + T``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_of_leaving import log_integral, time_of_leaving
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one

__all__ = ["derivatives_of_rows", "likelihood", "log_likelihood_of_rows", "log_odds_gone", "score_of_rows"]

Number = FloatArray | float


def log_odds_gone(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return ``gone - alive``, the log odds of having left, ``(n,)``; minus infinity where ``T = t_x``."""
    rows = _Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T))
    return rows.fall() + np.log(rows.s) + log_integral(*rows.silence())


def log_likelihood_of_rows(
    r: Number, alpha: Number, s: Number, beta: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    rows = _Rows(*np.broadcast_arrays(r, alpha, s, beta, x, t_x, T))
    return log_rise(rows.r, rows.x) + _either(rows, np.log(rows.s) + log_integral(*rows.silence()))


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

    def silence(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the arguments of :func:`~relmodels.btyd.time_of_leaving.log_integral`, from ``t_x`` to ``T``."""
        return self.r + self.x, self.alpha + self.t_x, self.s, self.beta + self.t_x, self.T - self.t_x

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

    leaving = time_of_leaving(*rows.silence())
    log_share = np.log(rows.s) + leaving.log_integral
    u = rows.fall() + log_share
    gone, there = special.expit(u), special.expit(-u)
    slope, bend = _odds_derivatives(rows, leaving.mean, leaving.square)
    gradient, hessian = _alive_derivatives(rows)
    gradient += gone * slope
    hessian += gone * (bend + there * slope[:, None] * slope)
    return _either(rows, log_share), gradient, hessian


def _either(of: _Rows, log_share: FloatArray) -> FloatArray:
    """Return ``ln(exp(alive) + exp(gone))``, each formed on its own so that nothing large cancels."""
    alive, until_last = (
        -of.r * np.log1p(t / of.alpha) - of.x * np.log(of.alpha + t) - of.s * np.log1p(t / of.beta)
        for t in (of.T, of.t_x)
    )
    both: FloatArray = np.logaddexp(alive, until_last + log_share)
    return both


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
