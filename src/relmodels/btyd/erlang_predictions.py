"""What the BG/CNBD family predicts of a customer who is still there: sums over the purchases still possible.

Given ``x`` purchases by time ``T``, that the customer is there and that ``j`` of the ``k`` phases towards the next
purchase are over, the rate is Gamma(K + j, A) with ``K = r + kx`` and ``A = alpha + T``, and the dropout probability p
is Beta(a, b + x). The n-th further purchase takes ``kn - j`` more phases, and comes within a time t with probability
``I(q; kn-j, K+j)``, the regularized incomplete beta function at ``q = t / (A + t)``, provided that the customer is
still there after n - 1 of them, which has probability ``E[(1-p)^(n-1)]``. All predictions are sums of such terms with
positive signs. Over the phases they are averaged with the weights of :mod:`relmodels.btyd.erlang_likelihood`.
From one phase to the next and from one n to the next the incomplete beta function changes by probabilities of counts,
so that it is evaluated once for many terms, and the rest is added up with positive signs.

In the modified models the argument ``b`` is the model's plus 1, because one more occasion to leave was passed.
Each function returns ``(m, k)``, a column for each phase, but :func:`pmf_by_phase`, which returns ``(m, counts, k)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from relmodels.btyd.bg_nbd_predictions import survival
from relmodels.btyd.distinct import distinct
from relmodels.btyd.quadrature import integral_to
from relmodels.btyd.special import log_beta, log_rise
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters

__all__ = ["discounted_by_phase", "expected_by_phase", "lifetime_by_phase", "pmf_by_phase", "survival_by_phase"]

Number = FloatArray | float

_FIRST_BLOCK: Final = 16
_MOST_PURCHASES: Final = 1 << 17
_AT_ONCE: Final = 1 << 19
_LONGEST_BLOCK: Final = 1 << 12
_NEGLIGIBLE: Final = 1e-17
# exp(-45) of the largest value is less than rounding.
_DEPTH: Final = 45.0
# exp(-40) of the present value is less than rounding: purchases discounted by more need not be counted.
_WORTHLESS: Final = 40.0
_WIDEST: Final = 0.2
_PER_SPREAD: Final = 0.5
_LEFT: Final = 90.0

_Terms = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray, FloatArray | float]]


def expected_by_phase(
    k: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, horizon: Number
) -> FloatArray:
    """Return the purchases expected within ``horizon`` given being there, in each phase."""
    K, A, a, b, t = np.broadcast_arrays(r + k * x, alpha + T, a, b + x, horizon)

    def terms(n: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray, float]:
        there = _still_there(a[rows], b[rows], n[:1] - 1.0) * _fading(a[rows], b[rows], n)
        reached = there[..., None] * _reached_in_turn(k, K[rows], A[rows], t[rows], n)
        return reached, reached[:, -2:, -1], 0.0

    expected = np.zeros((t.size, k))
    some = np.flatnonzero(t > 0)
    expected[some] = _sum_over_purchases(terms, some, k, A[some], t[some])
    return expected


def survival_by_phase(
    k: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, horizon: float
) -> FloatArray:
    """Return the probability of being there after ``horizon`` > 0 given being there now, in each phase."""
    K, A, a, b, t = np.broadcast_arrays(r + k * x, alpha + T, a, b + x, horizon)

    def terms(n: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        # A customer who is there will leave at some n-th purchase, and is there as long as it lies beyond the horizon.
        there = _still_there(a[rows], b[rows], n[:1] - 1.0) * _fading(a[rows], b[rows], n)
        leaves = there * (a[rows, None] / ((a + b)[rows, None] + (n - 1.0)))
        beyond = leaves[..., None] * _beyond_in_turn(k, K[rows], A[rows], t[rows], n)
        last = leaves[:, -2:] * _incomplete(k * (n[-2:] - 1.0) + 1.0, K[rows] + (k - 1.0), A[rows], t[rows])
        passed = b[rows, None] + (n[-1:] - 1.0)
        return beyond, last, there[:, -1:] * (passed / (a[rows, None] + passed))

    return _sum_over_purchases(terms, np.arange(t.size), k, A, t)


def discounted_by_phase(
    k: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray, force: float, horizon: float
) -> FloatArray:
    """Return the present value of the purchases within ``horizon``, which may be infinite, in each phase.

    Args:
        k: as in the model; likewise ``r``, ``alpha``, ``a`` and ``b``.
        x: ``(m,)`` frequency.
        T: ``(m,)`` age.
        force: the continuous rate of discount per time unit; positive if ``horizon`` is infinite.
        horizon: where the future ends.

    """
    K, A, a, b = np.broadcast_arrays(r + k * x, alpha + T, a, b + x)
    if force * horizon >= _WORTHLESS:
        return _perpetuity(k, K, A, a, b, force)
    none = np.zeros(K.size)
    end = expected_by_phase(k, K, A, a, b, none, none, horizon)
    if force == 0.0 or horizon == 0.0:
        return end
    discounted: FloatArray = np.exp(-force * horizon) * end + force * _waiting(k, K, A, a, b, force, horizon)
    return discounted


def pmf_by_phase(
    k: int,
    r: Number,
    alpha: Number,
    a: Number,
    b: Number,
    x: FloatArray,
    T: FloatArray,
    counts: FloatArray,
    horizon: Number,
) -> FloatArray:
    """Return the probability of each of ``counts``, ``(c,)``, within ``horizon`` given being there, in each phase."""
    K, A, a, b, t = np.broadcast_arrays(r + k * x, alpha + T, a, b + x, horizon)
    some, again = t > 0, counts > 0
    t, n = np.where(some, t, 1.0), np.where(again, counts, 1.0)
    there = _still_there(a, b, n - 1.0)
    left = np.where(again, there * (a[:, None] / ((a + b)[:, None] + (n - 1.0))), 0.0)
    stayed = _still_there(a, b, counts)[..., None] * _exactly(k, K, A, t, counts)
    found = stayed + left[..., None] * _reached(k, K, A, t, n)
    result: FloatArray = np.where(some[:, None, None], found, np.where(again, 0.0, 1.0)[:, None])
    return result


def lifetime_by_phase(
    k: int, r: Number, alpha: Number, a: Number, b: Number, x: FloatArray, T: FloatArray
) -> FloatArray:
    """Return the mean time until they leave given being there, in each phase; infinite where there is none.

    They leave after 1/p further purchases on average, and each phase takes ``A / (K + j - 1)`` on average over the
    rate; of the phases towards the next purchase ``j`` are over.
    """
    K, A, a, b = (column[:, None] for column in np.broadcast_arrays(r + k * x, alpha + T, a, b + x))
    j = np.arange(float(k))
    finite = (K + j > 1.0) & (a > 1.0)
    purchases = (a + b - 1.0) / np.where(finite, a - 1.0, 1.0)
    phase = A / np.where(finite, K + j - 1.0, 1.0)
    return np.where(finite, (k * purchases - j) * phase, np.inf)


def _sum_over_purchases(terms: _Terms, rows: IntArray, k: int, A: FloatArray, t: FloatArray) -> FloatArray:
    """Return the sums over n = 1, 2, ... of what ``terms`` gives for ``rows``, ``(m, k)``.

    Args:
        terms: takes n, ``(j,)``, and rows, ``(l,)``; returns what to add, ``(l, j, k)``, the last two members of a
            falling sequence that bounds what later terms change, ``(l, 2)``, and what to add once after the last of
            these n, ``(l, 1)``.
        rows: ``(m,)`` passed on to ``terms`` in parts.
        k: the number of phases.
        A: ``(m,)`` inverse scale of the rates.
        t: ``(m,)`` horizon.

    """
    total, rest = np.zeros((rows.size, k)), np.zeros((rows.size, 1))
    tail = np.full(rows.size, np.inf)
    decay = np.exp(-k * np.log1p(A / t))
    active, past, block = np.arange(rows.size), 0, _FIRST_BLOCK
    while active.size and past < _MOST_PURCHASES:
        n = past + 1.0 + np.arange(float(block))
        for part in np.array_split(active, 1 + active.size * block * k // _AT_ONCE):
            added, falling, rest[part] = terms(n, rows[part])
            total[part] += added.sum(axis=1)
            tail[part] = _tail(falling, decay[part])
        active = active[tail[active] > _NEGLIGIBLE * (total[active] + rest[active]).min(axis=1)]
        past, block = past + block, min(2 * block, _LONGEST_BLOCK)
    if active.size:
        message = (
            f"within the horizon more than {_MOST_PURCHASES} purchases are possible, which are not counted one by one; "
            "shorten the horizon, or use the model with k = 1"
        )
        raise InvalidParameters(message)
    return total + rest


def _tail(falling: FloatArray, decay: FloatArray) -> FloatArray:
    """Return a bound of the sum of all later terms of a sequence that falls ever faster or by ``decay`` in the end."""
    before, last = falling.T
    ratio = np.maximum(decay, last / np.where(before > 0, before, 1.0))
    bound: FloatArray = np.where(ratio < 1.0, last * ratio / np.where(ratio < 1.0, 1.0 - ratio, 1.0), np.inf)
    return np.where(last > 0, bound, 0.0)


def _still_there(a: FloatArray, b: FloatArray, n: FloatArray) -> FloatArray:
    """Return E[(1-p)^n] over p ~ Beta(a, b), ``(m, j)`` for parameters ``(m,)`` and n ``(j,)``."""
    return np.exp(log_rise(b[:, None], n) - log_rise((a + b)[:, None], n))


def _fading(a: FloatArray, b: FloatArray, n: FloatArray) -> FloatArray:
    """Return ``E[(1-p)^(n-1)]`` for consecutive n, ``(m, j)``, relative to the first."""
    fading = np.ones((a.size, n.size))
    np.cumprod((b[:, None] + (n[:-1] - 1.0)) / ((a + b)[:, None] + (n[:-1] - 1.0)), axis=1, out=fading[:, 1:])
    return fading


def _reached(k: int, K: FloatArray, A: FloatArray, t: FloatArray, n: FloatArray) -> FloatArray:
    """Return the probability that the n-th purchase comes within t, ``(m, j, k)``, if the customer does not leave."""
    last = k * n
    return _over_k(_incomplete(last, K, A, t), _steps(k, K, A, t, last, _log_count(last, K, A, t)))


def _reached_in_turn(k: int, K: FloatArray, A: FloatArray, t: FloatArray, n: FloatArray) -> FloatArray:
    """Return the same for consecutive n: backwards from the last one, adding the counts of phases between them."""
    last = k * n
    counts = _log_counts(float(last[0]), int(last[-1] - last[0]), K, A, t)
    within: FloatArray = np.empty((K.size, n.size))
    within[:, -1:] = _incomplete(last[-1:], K, A, t)
    between = np.exp(counts[:, :-1]).reshape(K.size, n.size - 1, k).sum(axis=2)
    within[:, :-1] = within[:, -1:] + np.cumsum(between[:, ::-1], axis=1)[:, ::-1]
    return _over_k(within, _steps(k, K, A, t, last, counts[:, ::k]))


def _beyond_in_turn(k: int, K: FloatArray, A: FloatArray, t: FloatArray, n: FloatArray) -> FloatArray:
    """Return the probability that the n-th purchase comes later than t, ``(m, j, k)``, for consecutive n."""
    last = k * (n - 1.0) + 1.0
    counts = _log_counts(float(last[0]), int(last[-1] - last[0]), K + (k - 1.0), A, t)
    later = np.empty((K.size, n.size, k))
    later[:, :1, -1] = _incomplete(last[:1], K + (k - 1.0), A, t, beyond=True)
    between = np.exp(counts[:, :-1]).reshape(K.size, n.size - 1, k).sum(axis=2)
    later[:, 1:, -1] = later[:, :1, -1] + np.cumsum(between, axis=1)
    steps = _steps(k, K, A, t, k * n, _log_counts(float(k * n[0]), int(k * (n[-1] - n[0])), K, A, t)[:, ::k])[..., ::-1]
    later[..., :-1] = (later[..., -1:] + np.cumsum(steps, axis=-1))[..., ::-1]
    return np.minimum(later, 1.0)


def _over_k(within: FloatArray, steps: FloatArray) -> FloatArray:
    reached = np.concatenate([within[..., None], within[..., None] + np.cumsum(steps, axis=-1)], axis=-1)
    probability: FloatArray = np.minimum(reached, 1.0)
    return probability


def _log_count(c: FloatArray, d: FloatArray, A: FloatArray, t: FloatArray) -> FloatArray:
    """Return the log of the negative binomial probability of ``c`` > 0 phases within t at shape d, ``(m, j)``."""
    order, none, phase = d[:, None], np.log1p(t / A)[:, None], np.log1p(A / t)[:, None]
    log_count: FloatArray = -np.log(c) - log_beta(order, c) - order * none - c * phase
    return log_count


def _log_counts(c: float, more: int, d: FloatArray, A: FloatArray, t: FloatArray) -> FloatArray:
    """Return the same for c, c + 1, ... c + more, ``(m, more + 1)``."""
    counts = np.empty((d.size, more + 1))
    counts[:, :1] = _log_count(np.array([c]), d, A, t)
    before = c + np.arange(more)
    rises = np.log((d[:, None] + before) / (before + 1.0)) - np.log1p(A / t)[:, None]
    counts[:, 1:] = counts[:, :1] + np.cumsum(rises, axis=1)
    return counts


def _incomplete(c: FloatArray, d: FloatArray, A: FloatArray, t: FloatArray, *, beyond: bool = False) -> FloatArray:
    """Return I(t/(A+t); c, d), or 1 minus it, ``(m, j)``, with each argument in the form that is exact if small."""
    from scipy import special

    result, short = np.empty((d.size, c.size)), t < A
    for rows, direct in ((np.flatnonzero(short), True), (np.flatnonzero(~short), False)):
        order, share = d[rows, None], (t if direct else A)[rows, None] / (A + t)[rows, None]
        regular = special.betainc if direct != beyond else special.betaincc
        result[rows] = regular(c, order, share) if direct else regular(order, c, share)
    return result


def _steps(k: int, K: FloatArray, A: FloatArray, t: FloatArray, c: FloatArray, log_count: FloatArray) -> FloatArray:
    """Return I(q; c-j-1, K+j+1) - I(q; c-j, K+j) for j = 0 to k-2, ``(m, j, k-1)``: binomial probabilities."""
    order = K[:, None]
    j = np.arange(k - 1)
    first = log_count + np.log(c / order) + np.log1p(A / t)[:, None]
    ratio = (c[:, None] - j[1:]) / (order[..., None] + j[1:]) * (A / t)[:, None, None]
    steps: FloatArray = np.exp(np.cumsum(np.concatenate([first[..., None], np.log(ratio)], axis=-1), axis=-1))
    return steps[..., : k - 1]


def _exactly(k: int, K: FloatArray, A: FloatArray, t: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the probability of n purchases within t if the customer does not leave, ``(m, j, k)``.

    These are kn to kn + k - 1 phases in all, of which j were over before: sums of negative binomial probabilities.
    """
    total = np.zeros((K.size, counts.size, k))
    d, j = K[:, None], np.arange(k - 1)
    log_none, log_phase, log_odds = (-d * np.log1p(t / A)[:, None], -np.log1p(A / t)[:, None], np.log(A / t))
    for more in range(k):
        phases = k * counts + more
        some = np.maximum(phases, 1.0)
        first = np.where(phases > 0, -np.log(some) - log_beta(d, some) + phases * log_phase, 0.0) + log_none
        left = phases[:, None] - j
        steps = np.log(np.maximum(left, 1.0) / (d[..., None] + j)) + log_odds[:, None, None]
        steps = np.where(left > 0, steps, -np.inf)
        total += np.exp(np.cumsum(np.concatenate([first[..., None], steps], axis=-1), axis=-1))
    return total


def _waiting(
    k: int, K: FloatArray, A: FloatArray, a: FloatArray, b: FloatArray, force: float, horizon: float
) -> FloatArray:
    """Return the integral of exp(-force t) times the purchases expected by t, over t from 0 to ``horizon``, ``(m, k)``.

    What is expected depends on t / A only, for customers with the same K: it is tabulated on a scale of v, where
    t = A (e^v - 1), after division by the power of v as which it begins.
    """
    kinds = distinct(K, a, b)
    result = np.empty((K.size, k))
    for rows in np.split(np.argsort(kinds.inverse, kind="stable"), np.cumsum(kinds.counts)[:-1]):
        of_kind = float(K[rows[0]]), float(a[rows[0]]), float(b[rows[0]])
        result[rows] = _waiting_of_one(k, *of_kind, A[rows], force, horizon)
    return result


def _waiting_of_one(k: int, K: float, a: float, b: float, A: FloatArray, force: float, horizon: float) -> FloatArray:
    """Return the same for customers who differ in A only."""
    phase = np.arange(float(k))
    scale, power = np.repeat(A, k), np.tile(k - phase, A.size)

    def log_shape(v: FloatArray) -> FloatArray:
        none = np.zeros(v.size)
        expected = expected_by_phase(k, K, 1.0, a, b, none, none, np.expm1(v))
        shape: FloatArray = np.log(expected) - (k - phase) * np.log(v)[:, None]
        return shape

    def log_weight(v: FloatArray, at: IntArray) -> FloatArray:
        started = power[at, None] * np.log(v) + v + np.log(scale[at, None])
        return started - force * scale[at, None] * np.expm1(v)

    kind = np.tile(np.arange(k), A.size)
    return integral_to(log_shape, log_weight, kind, np.log1p(horizon / scale)).reshape(-1, k)


def _perpetuity(k: int, K: FloatArray, A: FloatArray, a: FloatArray, b: FloatArray, force: float) -> FloatArray:
    """Return the present value of all future purchases, ``(m, k)``.

    At a given rate, waiting for a phase leaves ``y = rate / (rate + force)`` of the value of what comes after it.
    Hence the purchases are worth ``y^-j z E[1 / (1 + pz)]`` with ``z = y^k / (1 - y^k)``, and this is averaged over the
    rate by trapezoidal sums on its logarithm.
    """
    kinds = distinct(K, a, b)
    members = np.split(np.argsort(kinds.inverse, kind="stable"), np.cumsum(kinds.counts)[:-1])
    grids = [_log_rates(k, float(K[rows[0]]), A[rows], force) for rows in members]
    log_rate, of = np.concatenate(grids), np.repeat(kinds.rows, [grid.size for grid in grids])
    log_y = -np.log1p(force * np.exp(-log_rate))
    log_z = k * log_y - np.log(-np.expm1(k * log_y))
    none = np.zeros(of.size)
    with np.errstate(divide="ignore"):  # a survival below every float is none
        log_worth = log_z + np.log(survival(1.0, 1.0, a[of], b[of], none, none, np.exp(log_z)))
    values = np.exp(log_worth[:, None] - np.arange(k) * log_y[:, None])
    result, begin = np.empty((K.size, k)), 0
    for rows, grid in zip(members, grids, strict=True):
        worth = values[begin : begin + grid.size]
        for part in np.array_split(rows, 1 + rows.size * worth.size // _AT_ONCE):
            result[part] = _mean_over_rates(float(K[rows[0]]), A[part], grid, worth)
        begin += grid.size
    return result


def _log_rates(k: int, K: float, A: FloatArray, force: float) -> FloatArray:
    """Return logarithms of rates, evenly spaced, outside which no customer with these ``A`` contributes anything."""
    # The log density falls by K (d - 1 + exp(-d)) >= K d^2 / (2 + d) at d below its mode, K (exp(d) - 1 - d) above.
    below = (_DEPTH + np.sqrt(_DEPTH**2 + 8.0 * _DEPTH * K)) / (2.0 * K)
    mode, depth = np.log(K / A), _DEPTH / (K + k)
    low = float(mode.min()) - below
    if K < 1.0:  # the purchases of one who hardly ever buys are worth nothing, long before the density is negligible
        low = max(low, min(float(mode.min()), float(np.log(force))) - _LEFT)
    above = min(np.sqrt(2.0 * depth), np.log1p(2.0 * depth + 2.0))
    high = float(np.log((K + k) / A.min())) + above
    step = min(_WIDEST, _PER_SPREAD / np.sqrt(K + k))
    nodes: FloatArray = low + step * np.arange(np.ceil((high - low) / step) + 1.0)
    return nodes


def _mean_over_rates(K: float, A: FloatArray, log_rate: FloatArray, values: FloatArray) -> FloatArray:
    """Return the means of ``values``, ``(nodes, k)``, over rates ~ Gamma(K + j, A) for column j, ``(m, k)``."""
    from scipy import special

    step, j = log_rate[1] - log_rate[0], np.arange(values.shape[1])
    far = log_rate - np.log(K / A)[:, None]
    with np.errstate(over="ignore"):  # rates far too high have no density
        density = np.exp(K * (far - np.expm1(far)))
    # For small K the range is cut, and the gamma function is exact; for large K it is the other way round.
    whole = density.sum(axis=1) if K >= 1.0 else np.exp(K + special.gammaln(K) - K * np.log(K)) / step
    more = np.cumsum(np.log1p(np.maximum(j - 1.0, 0.0) / K))
    powers = np.exp(np.clip(far[..., None] * j, -_DEPTH * 10, _DEPTH * 10) - more)
    mean: FloatArray = np.einsum("mn,mnk,nk->mk", density, powers, values) / np.reshape(whole, (-1, 1))
    return mean
