"""The likelihood of Pareto/GGG and its derivatives, by integration over the regularity and the next purchase.

Given the regularity ``k``, a row's likelihood is the density of its times of purchase times the probability of the
silence since (:mod:`relmodels.btyd.pareto_ggg_silence`); this is integrated over ``k ~ Gamma(t, gamma)``
(:mod:`relmodels.btyd.pareto_ggg_regularity`). Under both integrals stand elementary functions of the parameters and
gamma functions, so that derivatives go under them: with the nodes' shares of the integral as weights, the gradient is
the mean of the gradients given k, the Hessian the mean of the Hessians plus the covariance of the gradients.

The constant is that of Pareto/NBD's density of the times of purchase: where ``k`` is 1 for everyone, the two
likelihoods are the same.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.pareto_ggg_gap import Given
from relmodels.btyd.pareto_ggg_regularity import Histories, Nodes, log_timing, nodes_of
from relmodels.btyd.pareto_ggg_silence import silence, silence_slopes
from relmodels.btyd.special import digamma_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.inference.model import Evaluation, Likelihood

__all__ = ["derivatives_of_rows", "likelihood", "log_likelihood_of_rows", "log_sum", "score_of_rows"]

Number = FloatArray | float

_MANY: Final = 6


def log_likelihood_of_rows(
    t: Number,
    gamma: Number,
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: FloatArray,
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    histories = Histories(*np.broadcast_arrays(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps))

    def inner(given: Given, rows: IntArray) -> tuple[FloatArray, ...]:
        return (log_timing(given, histories.gaps[rows]) + np.logaddexp(*silence(given)),)

    value = np.empty(histories.x.size)
    for nodes in nodes_of(histories, inner):
        value[nodes.rows] = log_sum(nodes.log_mass)
    return value


def score_of_rows(
    t: Number,
    gamma: Number,
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: FloatArray,
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by t, gamma, r, alpha, s and beta, ``(n, 6)``."""
    return derivatives_of_rows(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps)[1].T


def derivatives_of_rows(
    t: Number,
    gamma: Number,
    r: Number,
    alpha: Number,
    s: Number,
    beta: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each row's log-likelihood ``(n,)``, its gradient ``(6, n)`` and its Hessian ``(6, 6, n)``."""
    histories = Histories(*np.broadcast_arrays(t, gamma, r, alpha, s, beta, x, t_x, T, log_gaps))

    def inner(given: Given, rows: IntArray) -> tuple[FloatArray, ...]:
        value, gradient, hessian = _given_regularity(given)
        return value + log_timing(given, histories.gaps[rows]), gradient, hessian

    n = histories.x.size
    value, gradient, hessian = np.empty(n), np.empty((_MANY, n)), np.empty((_MANY, _MANY, n))
    for nodes in nodes_of(histories, inner):
        rows = nodes.rows
        value[rows] = log_sum(nodes.log_mass)
        gradient[:, rows], hessian[:, :, rows] = _mixed(histories, nodes, np.exp(nodes.log_mass - value[rows]))
    return value, gradient, hessian


def likelihood(data: PurchaseSummary, gaps: FloatArray) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of the parameters, equal rows counted once."""
    found = distinct(data.frequency, data.recency, data.age, gaps)
    weight = found.total(data.weight)
    columns = tuple(column[found.rows] for column in (data.frequency, data.recency, data.age, gaps))

    def evaluate(parameters: FloatArray) -> Evaluation:
        try:
            parts = derivatives_of_rows(*parameters.tolist(), *columns)
        except InvalidParameters:  # a step too far, where an integral does not settle: the search has to turn back
            return Evaluation(np.nan, np.full(_MANY, np.nan), np.full((_MANY, _MANY), np.nan))
        value, gradient, hessian = (np.einsum("...n,n->...", part, weight) for part in parts)
        return Evaluation(float(value), gradient, hessian)

    def scores(parameters: FloatArray) -> FloatArray:
        return score_of_rows(*parameters.tolist(), *columns)

    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores)


def log_sum(logs: FloatArray) -> FloatArray:
    """Return the logarithm of the sum of ``exp(logs)`` over the first axis."""
    top = logs.max(axis=0)
    total: FloatArray = top + np.log(np.exp(logs - top).sum(axis=0))
    return total


def _given_regularity(given: Given) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the log probability of the silence, ``(m,)``, and derivatives of the log-likelihood given k.

    These are by r, alpha, s and beta: the gradient ``(4, m)`` and the Hessian ``(4, 4, m)``.
    """
    k, r, alpha, s, beta, x, t_x = given.k, given.r, given.alpha, given.s, given.beta, given.x, given.t_x
    value, mean, square = silence_slopes(given)
    phases, A = k * x + k, alpha + k * t_x
    ready, sooner = (r + phases) / A, 1.0 - mean[1]
    lasted = t_x / (beta * (beta + t_x))

    gradient = np.stack(
        [digamma_rise(r, phases) - np.log1p(k * t_x / alpha), r / alpha - ready, -np.log1p(t_x / beta), s * lasted]
    )
    factor = np.stack([-np.ones_like(k), ready, np.ones_like(k), np.ones_like(k)])
    gradient += factor * mean
    hessian = factor[:, None] * factor * (square - mean[:, None] * mean)
    hessian[0, 0] += trigamma_rise(r, phases)
    hessian[0, 1] += 1.0 / alpha - sooner / A
    hessian[1, 0] = hessian[0, 1]
    hessian[1, 1] += ready / A * (1.0 - 2.0 * mean[1] + square[1, 1]) - r / alpha**2
    hessian[2, 3] += lasted
    hessian[3, 2] = hessian[2, 3]
    hessian[3, 3] -= s * lasted * (1.0 / beta + 1.0 / (beta + t_x))
    return value, gradient, hessian


def _mixed(of: Histories, nodes: Nodes, share: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradient ``(6, m)`` and the Hessian ``(6, 6, m)`` of some rows, ``share`` being the weight of k."""
    from scipy import special

    t, gamma = of.t[nodes.rows], of.gamma[nodes.rows]
    given_k, bends = nodes.carried
    far = np.log(nodes.k * gamma / t)
    slopes = np.concatenate([[far + (np.log(t) - special.digamma(t)), -t / gamma * np.expm1(far)], given_k])
    gradient = np.einsum("inm,nm->im", slopes, share)
    off = slopes - gradient[:, None]
    hessian = np.einsum("inm,jnm,nm->ijm", off, off, share)
    hessian[2:, 2:] += np.einsum("ijnm,nm->ijm", bends, share)
    hessian[0, 0] -= special.polygamma(1, t)
    hessian[0, 1] += 1.0 / gamma
    hessian[1, 0] = hessian[0, 1]
    hessian[1, 1] -= t / gamma**2
    return gradient, hessian
