"""The likelihood of BG/NBD and its derivatives, row by row and summed over tables.

A row's likelihood is a mixture of two stories, still there and gone after the last purchase:
``L = exp(c) (exp(alive) + exp(gone))``. With ``u = gone - alive`` and ``w = 1 / (1 + exp(-u))``, the probability of
having gone, the log-likelihood is ``c + alive + ln(1 + exp(u))``, its gradient ``∇c + ∇alive + w ∇u`` and its Hessian
``∇²c + ∇²alive + w ∇²u + w (1 - w) ∇u ∇uᵀ``.
What depends on ``x`` only or on ``T`` only is evaluated for the distinct values and summed with their weights; only
``u`` and ``w`` are formed for every row.

The functions on rows broadcast, so that each row may have parameters of its own.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age; ``R = r + x`` and ``A = alpha + T``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.sums import dot, gram
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import in_blocks

__all__ = ["likelihood", "log_likelihood_of_rows", "log_odds_gone", "score_of_rows"]

Number = FloatArray | float


def log_odds_gone(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return ``u = ln[a/(b+x-1)] + R ln[(alpha+T)/(alpha+t_x)]``, and minus infinity where ``x`` is 0."""
    again = x > 0
    before = np.where(again, b + (x - 1.0), 1.0)  # never b + x - 1, which cancels for small b
    u: FloatArray = np.where(again, np.log(a / before) + (r + x) * np.log1p((T - t_x) / (alpha + t_x)), -np.inf)
    return u


def log_likelihood_of_rows(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    shared = log_rise(r, x) + log_rise(b, x) - log_rise(a + b, x)
    alive = -r * np.log1p(T / alpha) - x * np.log(alpha + T)
    total: FloatArray = shared + alive + np.logaddexp(0.0, log_odds_gone(r, alpha, a, b, x, t_x, T))
    return total


def score_of_rows(
    r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r, alpha, a and b, ``(n, 4)``."""
    gone = _probability(log_odds_gone(r, alpha, a, b, x, t_x, T))
    A, A_x, R = alpha + T, alpha + t_x, r + x
    of_both = digamma_rise(a + b, x)
    by_r = digamma_rise(r, x) - np.log1p(T / alpha) + gone * np.log1p((T - t_x) / A_x)
    by_alpha = (r * (T / alpha) - x) / A - gone * R * ((T - t_x) / A_x) / A
    by_a = gone / a - of_both
    by_b = digamma_rise(b, x) - of_both - gone / np.where(x > 0, b + (x - 1.0), 1.0)
    return np.stack([by_r, by_alpha, by_a, by_b], axis=-1)


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (r, alpha, a, b), equal rows counted once."""
    grouped = data.grouped()
    x, t_x, T = grouped.frequency, grouped.recency, grouped.age
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight
    tables = _tables(x, t_x, T, weight)

    def evaluate(parameters: FloatArray) -> Evaluation:
        r, alpha, a, b = parameters.tolist()
        return _evaluate(tables, r, alpha, a, b)

    def scores(parameters: FloatArray) -> FloatArray:
        r, alpha, a, b = parameters.tolist()
        return score_of_rows(r, alpha, a, b, x, t_x, T)

    values = in_blocks(partial(_values, tables), len(grouped))
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """The distinct values of x, t_x and T with what is summed over them, and the rows with x > 0 as indices.

    Attributes:
        x: ``(i,)`` distinct frequencies, with ``weight_x`` the customers of each.
        T: ``(k,)`` distinct ages, with ``weight_T`` the customers and ``purchases_T`` the purchases of each.
        t_x: ``(j,)`` distinct recencies.
        at_x: ``(m,)`` the index into ``x`` of each row that bought again; ``at_t_x`` and ``at_T`` likewise.
        row_x: ``(m,)`` the frequency of each of these rows.
        weight: ``(m,)`` the customers of each of these rows.

    """

    x: FloatArray
    weight_x: FloatArray
    T: FloatArray
    weight_T: FloatArray
    purchases_T: FloatArray
    t_x: FloatArray
    at_x: IntArray
    at_t_x: IntArray
    at_T: IntArray
    row_x: FloatArray
    weight: FloatArray


def _tables(x: FloatArray, t_x: FloatArray, T: FloatArray, weight: FloatArray) -> _Tables:
    of_x, of_t_x, of_T = distinct(x), distinct(t_x), distinct(T)
    again = np.flatnonzero(x > 0)
    return _Tables(
        x=x[of_x.rows],
        weight_x=of_x.total(weight),
        T=T[of_T.rows],
        weight_T=of_T.total(weight),
        purchases_T=of_T.total(weight * x),
        t_x=t_x[of_t_x.rows],
        at_x=of_x.inverse[again],
        at_t_x=of_t_x.inverse[again],
        at_T=of_T.inverse[again],
        row_x=x[again],
        weight=weight[again],
    )


def _evaluate(on: _Tables, r: float, alpha: float, a: float, b: float) -> Evaluation:
    value, gradient, hessian = _shared(on, r, alpha, a, b)
    log_before = np.log(np.where(on.x > 0, b + (on.x - 1.0), 1.0))
    A, A_x, R = alpha + on.T, alpha + on.t_x, r + on.row_x
    per_A, per_A_x = (1.0 / A)[on.at_T], (1.0 / A_x)[on.at_t_x]
    longer = np.log(A)[on.at_T] - np.log(A_x)[on.at_t_x]
    bend = per_A - per_A_x

    u = R * longer + (np.log(a) - log_before)[on.at_x]
    small = np.exp(-np.abs(u))
    value += dot(on.weight, np.maximum(u, 0.0) + np.log1p(small))
    share = on.weight / (1.0 + small)
    gone = share * np.where(u > 0, 1.0, small)
    unsure = share * small / (1.0 + small)

    slope = np.stack([longer, R * bend, np.full(u.size, 1.0 / a), -np.exp(-log_before)[on.at_x]])  # of u
    gradient += [dot(gone, row) for row in slope]
    hessian += gram(slope, unsure)
    hessian[0, 1] += dot(gone, bend)
    hessian[1, 0] = hessian[0, 1]
    hessian[1, 1] -= dot(gone, slope[1] * (per_A + per_A_x))
    hessian[2, 2] -= gone.sum() / a**2
    hessian[3, 3] += dot(gone, slope[3] ** 2)
    return Evaluation(value, gradient, hessian)


def _values(on: _Tables, points: FloatArray) -> FloatArray:
    """Return the value that :func:`_evaluate` gives at each of many points, ``(d, 4)`` to ``(d,)``."""
    r, alpha, a, b = points.T[:, :, None]
    log_A = np.log(alpha + on.T)
    shapes = log_rise(r, on.x) + log_rise(b, on.x) - log_rise(a + b, on.x)
    longer = log_A[:, on.at_T] - np.log(alpha + on.t_x)[:, on.at_t_x]
    start = np.log(a) - np.log(np.where(on.x > 0, b + (on.x - 1.0), 1.0))
    u = (r + on.row_x) * longer + start[:, on.at_x]
    total: FloatArray = (
        np.einsum("di,i->d", shapes, on.weight_x)
        - r[:, 0] * np.einsum("dk,k->d", np.log1p(on.T / alpha), on.weight_T)
        - np.einsum("dk,k->d", log_A, on.purchases_T)
        + np.einsum("dm,m->d", np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u))), on.weight)
    )
    return total


def _shared(on: _Tables, r: float, alpha: float, a: float, b: float) -> tuple[float, FloatArray, FloatArray]:
    """Return the sum of ``c + alive`` over all customers with its gradient and Hessian, from the tables alone."""
    A, by_x, by_T, bought = alpha + on.T, on.weight_x, on.weight_T, on.purchases_T
    part = on.T / A / alpha
    parts, both = dot(by_T, part), dot(by_x, digamma_rise(a + b, on.x))
    log_age = dot(by_T, np.log1p(on.T / alpha))
    shapes = log_rise(r, on.x) + log_rise(b, on.x) - log_rise(a + b, on.x)
    value = dot(by_x, shapes) - r * log_age - dot(bought, np.log(A))
    by_r = dot(by_x, digamma_rise(r, on.x)) - log_age
    by_alpha = r * parts - dot(bought, 1.0 / A)
    gradient = np.array([by_r, by_alpha, -both, dot(by_x, digamma_rise(b, on.x)) - both])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = dot(by_x, trigamma_rise(r, on.x))
    hessian[0, 1] = hessian[1, 0] = parts
    hessian[1, 1] = dot(bought, 1.0 / A**2) - r * dot(by_T, part * (1.0 / alpha + 1.0 / A))
    hessian[2:, 2:] = -dot(by_x, trigamma_rise(a + b, on.x))
    hessian[3, 3] += dot(by_x, trigamma_rise(b, on.x))
    return value, gradient, hessian


def _probability(u: FloatArray) -> FloatArray:
    from scipy import special

    probability: FloatArray = special.expit(u)
    return probability
