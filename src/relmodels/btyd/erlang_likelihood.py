"""The likelihood of the BG/CNBD family and its derivatives, row by row and summed over tables.

Times between purchases are sums of ``k`` exponential phases of one rate (Erlang-k); ``k = 1`` is buying at random.
Dropout may come after each repeat purchase, and in the modified models (``first = 1``) after the first one too.
At the end of observation the customer may be in any of the ``k`` phases since the last purchase. With ``K = r + kx``,
``A = alpha + T`` and ``z = (T - t_x) / A``, phase ``j`` has the relative weight ``s_j = K (K+1) ... (K+j-1) z^j / j!``.
A row's likelihood is again a mixture of two stories, ``L = exp(c) (S + exp(u))``: still there, where ``S`` sums the
``s_j``, and gone after the last purchase, ``u = ln[a/(b+x+first-1)] + K ln[A/(alpha+t_x)]``. With ``f = ln S`` and
``w = 1 / (1 + exp(f - u))``, the probability of having gone, the gradient of ``ln (S + exp(u))`` is
``(1-w) ∇f + w ∇u`` and its Hessian ``(1-w) ∇²f + w ∇²u + w (1-w) ∇(u-f) ∇(u-f)ᵀ``.

The functions on rows broadcast, so that each row may have parameters of its own, but for ``k`` and ``first``.
Letters are the papers': ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.distinct import distinct
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.sums import dot, gram
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import in_blocks

__all__ = ["likelihood", "log_likelihood_of_rows", "log_odds_gone", "phase_weights", "score_of_rows"]

Number = FloatArray | float

_TINY: Final = 1e-300


def log_odds_gone(
    k: int, first: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return ``u - f``, the log odds of having gone; minus infinity where there was no occasion to go."""
    f = _phases(k, r + k * x, (T - t_x) / (alpha + T)).log_sum
    odds: FloatArray = _log_gone(k, first, r, alpha, a, b, x, t_x, T) - f
    return odds


def phase_weights(k: int, r: Number, alpha: Number, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Return the probability of each phase at the end of observation given being there, ``(n, k)``."""
    return _phases(k, r + k * x, (T - t_x) / (alpha + T)).weight


def log_likelihood_of_rows(
    k: int,
    first: int,
    r: Number,
    alpha: Number,
    a: Number,
    b: Number,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    log_gaps: Number,
) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    shared = log_rise(r, k * x) + log_rise(b, x + first) - log_rise(a + b, x + first)
    shared = shared + (k - 1) * log_gaps - x * log_rise(1.0, k - 1.0)
    alive = -r * np.log1p(T / alpha) - k * x * np.log(alpha + T)
    f = _phases(k, r + k * x, (T - t_x) / (alpha + T)).log_sum
    total: FloatArray = shared + alive + np.logaddexp(f, _log_gone(k, first, r, alpha, a, b, x, t_x, T))
    return total


def score_of_rows(
    k: int, first: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r, alpha, a and b, ``(n, 4)``."""
    A, A_x, K = alpha + T, alpha + t_x, r + k * x
    phases = _phases(k, K, (T - t_x) / A)
    gone = _probability(_log_gone(k, first, r, alpha, a, b, x, t_x, T) - phases.log_sum)
    of_both = digamma_rise(a + b, x + first)
    by_r = digamma_rise(r, k * x) - np.log1p(T / alpha)
    by_r = by_r + (1.0 - gone) * phases.rise + gone * np.log1p((T - t_x) / A_x)
    by_alpha = (r * (T / alpha) - k * x) / A
    by_alpha = by_alpha - (1.0 - gone) * phases.number / A - gone * K * ((T - t_x) / A_x) / A
    by_a = gone / a - of_both
    by_b = digamma_rise(b, x + first) - of_both - gone / _before(b, x, first)
    return np.stack([by_r, by_alpha, by_a, by_b], axis=-1)


def likelihood(data: PurchaseSummary, first: int, k: int | None = None) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (r, alpha, a, b) at ``k``, equal rows counted once.

    Without ``k`` it is a function of (k, r, alpha, a, b), whose derivatives by k, a whole number, are given as 0.

    Args:
        data: any summary; with ``log_gaps`` if k may be above 1.
        first: whether customers may leave after the first purchase: 1, or 0.
        k: the number of phases of a time between purchases.

    """
    on = _tables(data)
    keep = np.arange(4) + (k is None)

    def split(parameters: FloatArray) -> tuple[int, FloatArray]:
        return (round(float(parameters[0])) if k is None else k), parameters[keep]

    def evaluate(parameters: FloatArray) -> Evaluation:
        phases, (r, alpha, a, b) = split(parameters)
        at = _evaluate(on, phases, first, float(r), float(alpha), float(a), float(b))
        if k is not None:
            return at
        gradient, hessian = np.zeros(5), np.zeros((5, 5))
        gradient[keep], hessian[np.ix_(keep, keep)] = at.gradient, at.hessian
        return Evaluation(at.value, gradient, hessian)

    def scores(parameters: FloatArray) -> FloatArray:
        phases, (r, alpha, a, b) = split(parameters)
        found = np.zeros((on.weight.size, parameters.size))
        found[:, keep] = score_of_rows(phases, first, r, alpha, a, b, on.row_x, on.row_t_x, on.row_T)
        return found

    def block(points: FloatArray) -> FloatArray:
        phases = np.array([split(point)[0] for point in points])
        found = np.empty(len(points))
        for one in np.unique(phases):
            found[phases == one] = _values(on, int(one), first, points[phases == one][:, keep])
        return found

    values = in_blocks(block, on.weight.size)
    return Likelihood(n=float(on.weight.sum()), weight=on.weight, evaluate=evaluate, scores=scores, values=values)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """Distinct rows of a summary, and the distinct values of x, t_x and T with what is summed over them.

    Attributes:
        row_x: ``(m,)`` the frequency of each distinct row; ``row_t_x`` the recency, ``row_T`` the age.
        weight: ``(m,)`` the customers of each distinct row.
        gaps: the sum of ``log_gaps`` over all customers.
        x: ``(i,)`` distinct frequencies, with ``weight_x`` the customers of each.
        T: ``(h,)`` distinct ages, with ``weight_T`` the customers and ``purchases_T`` the purchases of each.
        t_x: ``(j,)`` distinct recencies.
        at_x: ``(m,)`` the index into ``x`` of each row; ``at_t_x`` and ``at_T`` likewise.

    """

    row_x: FloatArray
    row_t_x: FloatArray
    row_T: FloatArray
    weight: FloatArray
    gaps: float
    x: FloatArray
    weight_x: FloatArray
    T: FloatArray
    weight_T: FloatArray
    purchases_T: FloatArray
    t_x: FloatArray
    at_x: IntArray
    at_t_x: IntArray
    at_T: IntArray


def _tables(data: PurchaseSummary) -> _Tables:
    grouped = data.grouped()
    x, t_x, T, gaps = grouped.frequency, grouped.recency, grouped.age, grouped.log_gaps
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight
    of_x, of_t_x, of_T = distinct(x), distinct(t_x), distinct(T)
    return _Tables(
        row_x=x,
        row_t_x=t_x,
        row_T=T,
        weight=weight,
        gaps=0.0 if gaps is None else dot(weight, gaps),
        x=x[of_x.rows],
        weight_x=of_x.total(weight),
        T=T[of_T.rows],
        weight_T=of_T.total(weight),
        purchases_T=of_T.total(weight * x),
        t_x=t_x[of_t_x.rows],
        at_x=of_x.inverse,
        at_t_x=of_t_x.inverse,
        at_T=of_T.inverse,
    )


def _evaluate(on: _Tables, k: int, first: int, r: float, alpha: float, a: float, b: float) -> Evaluation:
    value, gradient, hessian = _shared(on, k, first, r, alpha, a, b)
    A, A_x, K = alpha + on.T, alpha + on.t_x, r + k * on.row_x
    per_A, per_A_x = (1.0 / A)[on.at_T], (1.0 / A_x)[on.at_t_x]
    longer = np.log(A)[on.at_T] - np.log(A_x)[on.at_t_x]
    bend, before = per_A - per_A_x, _before(b, on.x, first)
    start = np.where(on.x + first > 0, np.log(a / before), -np.inf)

    phases = _phases(k, K, (on.row_T - on.row_t_x) * per_A)
    odds = K * longer + start[on.at_x] - phases.log_sum
    small = np.exp(-np.abs(odds))
    value += dot(on.weight, phases.log_sum + np.maximum(odds, 0.0) + np.log1p(small))
    share = on.weight / (1.0 + small)
    gone, there = share * np.where(odds > 0, 1.0, small), share * np.where(odds > 0, small, 1.0)
    unsure = share * small / (1.0 + small)

    stay = (phases.rise, -phases.number * per_A)
    leave = (longer, K * bend, np.full(K.size, 1.0 / a), (-1.0 / before)[on.at_x])
    gradient += [dot(gone, slope) for slope in leave]
    gradient[:2] += [dot(there, slope) for slope in stay]
    hessian += gram(np.stack([leave[0] - stay[0], leave[1] - stay[1], *leave[2:]]), unsure)
    hessian[0, 0] += dot(there, phases.rise_bend)
    cross = dot(gone, bend) - dot(there, phases.together * per_A)
    hessian[0, 1] += cross
    hessian[1, 0] += cross
    hessian[1, 1] += dot(there, (phases.number + phases.spread) * per_A**2) - dot(gone, leave[1] * (per_A + per_A_x))
    hessian[2, 2] -= gone.sum() / a**2
    hessian[3, 3] += dot(gone, leave[3] ** 2)
    return Evaluation(value, gradient, hessian)


@dataclass(frozen=True, slots=True, eq=False)
class _Phases:
    """The sum of the ``s_j`` and what its derivatives by ``K`` and ``ln z`` need; all but ``weight`` are ``(n,)``.

    Attributes:
        weight: ``(n, k)`` the share of each ``s_j``.
        log_sum: f, the logarithm of the sum.
        number: the mean of j, the derivative of f by ln z.
        rise: the mean of h_j = ψ(K+j) - ψ(K), the derivative of f by K.
        spread: the variance of j, the second derivative by ln z.
        together: the covariance of j and h_j, the mixed derivative.
        rise_bend: the mean of ψ'(K+j) - ψ'(K) plus the variance of h_j, the second derivative by K.

    """

    weight: FloatArray
    log_sum: FloatArray
    number: FloatArray
    rise: FloatArray
    spread: FloatArray
    together: FloatArray
    rise_bend: FloatArray


def _phases(k: int, shape: FloatArray, z: FloatArray) -> _Phases:
    """Return the phases for ``shape``, which is K, and ``z``."""
    shape, z = np.broadcast_arrays(shape, z)
    none = np.zeros(shape.shape)
    if k == 1:
        return _Phases(np.ones((*shape.shape, 1)), none, none, none, none, none, none)
    j = np.arange(k)
    order = shape[..., None] + j[:-1]
    log_terms = _log_terms(order, z)
    top = log_terms.max(axis=-1, keepdims=True)
    terms = np.exp(log_terms - top)
    total = terms.sum(axis=-1, keepdims=True)
    weight = terms / total
    steps, bends = _summed(1.0 / order), _summed(-1.0 / order**2)
    number, rise = (weight * j).sum(axis=-1), (weight * steps).sum(axis=-1)
    off_number, off_rise = j - number[..., None], steps - rise[..., None]
    return _Phases(
        weight=weight,
        log_sum=(top + np.log(total))[..., 0],
        number=number,
        rise=rise,
        spread=(weight * off_number**2).sum(axis=-1),
        together=(weight * off_number * off_rise).sum(axis=-1),
        rise_bend=(weight * (bends + off_rise**2)).sum(axis=-1),
    )


def _summed(steps: FloatArray) -> FloatArray:
    """Return the sums of the first 0, 1, 2, ... steps along the last axis."""
    total = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1))
    np.cumsum(steps, axis=-1, out=total[..., 1:])
    return total


def _before(b: Number, x: FloatArray, first: int) -> FloatArray:
    """Return ``b + x + first - 1`` where it is needed, formed without cancellation, and 1 elsewhere."""
    occasions = x + first
    before: FloatArray = np.where(occasions > 0, b + (occasions - 1.0), 1.0)
    return before


def _log_gone(
    k: int, first: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    rise = (r + k * x) * np.log1p((T - t_x) / (alpha + t_x))
    gone: FloatArray = np.where(x + first > 0, np.log(a / _before(b, x, first)) + rise, -np.inf)
    return gone


def _values(on: _Tables, k: int, first: int, points: FloatArray) -> FloatArray:
    """Return the value that :func:`_evaluate` gives at each of many points, ``(d, 4)`` to ``(d,)``."""
    r, alpha, a, b = points.T[:, :, None]
    occasions, A, K = on.x + first, alpha + on.T, r + k * on.row_x
    log_A = np.log(A)
    shapes = log_rise(r, k * on.x) + log_rise(b, occasions) - log_rise(a + b, occasions)
    start = np.where(occasions > 0, np.log(a / _before(b, on.x, first)), -np.inf)
    longer = log_A[:, on.at_T] - np.log(alpha + on.t_x)[:, on.at_t_x]
    f = _log_sum(k, K, (on.row_T - on.row_t_x) / A[:, on.at_T])
    odds = K * longer + start[:, on.at_x] - f
    total: FloatArray = (
        np.einsum("di,i->d", shapes - on.x * log_rise(1.0, k - 1.0), on.weight_x)
        - r[:, 0] * np.einsum("dh,h->d", np.log1p(on.T / alpha), on.weight_T)
        - k * np.einsum("dh,h->d", log_A, on.purchases_T)
        + np.einsum("dm,m->d", f + np.maximum(odds, 0.0) + np.log1p(np.exp(-np.abs(odds))), on.weight)
        + (k - 1) * on.gaps
    )
    return total


def _log_sum(k: int, shape: FloatArray, z: FloatArray) -> FloatArray:
    """Return f of :class:`_Phases` alone."""
    if k == 1:
        return np.zeros(shape.shape)
    log_terms = _log_terms(shape[..., None] + np.arange(k - 1), z)
    top = log_terms.max(axis=-1, keepdims=True)
    log_sum: FloatArray = (top + np.log(np.exp(log_terms - top).sum(axis=-1, keepdims=True)))[..., 0]
    return log_sum


def _log_terms(order: FloatArray, z: FloatArray) -> FloatArray:
    """Return the logarithms of the ``s_j``, ``(..., k)``; ``order`` is K + j of all but the last, ``(..., k - 1)``."""
    steps = order / np.arange(1.0, order.shape[-1] + 1.0) * np.maximum(z, _TINY)[..., None]
    return _summed(np.log(steps))


def _shared(
    on: _Tables, k: int, first: int, r: float, alpha: float, a: float, b: float
) -> tuple[float, FloatArray, FloatArray]:
    """Return the sum of ``c`` over all customers with its gradient and Hessian, from the tables alone."""
    A, by_x, by_T, bought, occasions = alpha + on.T, on.weight_x, on.weight_T, k * on.purchases_T, on.x + first
    part = on.T / A / alpha
    parts, both = dot(by_T, part), dot(by_x, digamma_rise(a + b, occasions))
    log_age = dot(by_T, np.log1p(on.T / alpha))
    shapes = log_rise(r, k * on.x) + log_rise(b, occasions) - log_rise(a + b, occasions)
    value = dot(by_x, shapes - on.x * log_rise(1.0, k - 1.0)) + (k - 1) * on.gaps
    value -= r * log_age + dot(bought, np.log(A))
    by_r = dot(by_x, digamma_rise(r, k * on.x)) - log_age
    by_alpha = r * parts - dot(bought, 1.0 / A)
    gradient = np.array([by_r, by_alpha, -both, dot(by_x, digamma_rise(b, occasions)) - both])
    hessian = np.zeros((4, 4))
    hessian[0, 0] = dot(by_x, trigamma_rise(r, k * on.x))
    hessian[0, 1] = hessian[1, 0] = parts
    hessian[1, 1] = dot(bought, 1.0 / A**2) - r * dot(by_T, part * (1.0 / alpha + 1.0 / A))
    hessian[2:, 2:] = -dot(by_x, trigamma_rise(a + b, occasions))
    hessian[3, 3] += dot(by_x, trigamma_rise(b, occasions))
    return value, gradient, hessian


def _probability(u: FloatArray) -> FloatArray:
    from scipy import special

    probability: FloatArray = special.expit(u)
    return probability
