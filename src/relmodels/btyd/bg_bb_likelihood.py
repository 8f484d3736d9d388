"""The likelihood of BG/BB and its derivatives, row by row and summed over tables.

A row's history is a mixture of stories: the customer was still there at exactly ``j`` of the ``n`` opportunities, for
``j`` from the last one used, ``t_x``, to ``n``; only the last story leaves them there. Each story has the probability
``B(α+x, β+j-x)/B(α, β)`` times ``B(γ+1, δ+j)/B(γ, δ)``, or ``B(γ, δ+n)/B(γ, δ)`` for the last. With ``w`` the share of
each story in the sum, the gradient is the mean of the stories' gradients ``g``, and the Hessian the mean of their
Hessians plus the covariance of ``g``, which adds no difference of large numbers.

The stories of all rows lie one after the other in flat arrays. What depends on a whole number only is tabulated.
Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``n`` the number of opportunities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.opportunities import Histories, distinct_histories
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.core.sums import dot, gram
from relmodels.inference.model import Evaluation, Likelihood

__all__ = ["alive_of_rows", "likelihood", "log_likelihood_of_rows", "pmf_of_rows", "score_of_rows"]

Number = FloatArray | float

_BLOCK: Final = 1 << 18


def log_likelihood_of_rows(
    alpha: Number, beta: Number, gamma: Number, delta: Number, x: FloatArray, t_x: FloatArray, n: FloatArray
) -> FloatArray:
    """Return the log-likelihood of each row, ``(m,)``."""
    parameters = _per_row((alpha, beta, gamma, delta), n.size)
    return _joined(lambda of: _mixture(of, _log_chance(of, parameters)).log_sum, x, t_x, n)


def alive_of_rows(
    alpha: Number, beta: Number, gamma: Number, delta: Number, x: FloatArray, t_x: FloatArray, n: FloatArray
) -> FloatArray:
    """Return the probability of still being there at the last opportunity, ``(m,)``."""
    parameters = _per_row((alpha, beta, gamma, delta), n.size)
    return _joined(lambda of: _mixture(of, _log_chance(of, parameters)).share[~of.left], x, t_x, n)


def pmf_of_rows(alpha: Number, beta: Number, gamma: Number, delta: Number, k: FloatArray, n: FloatArray) -> FloatArray:
    """Return the probability of ``k`` purchases at ``n`` opportunities, ``(m,)``."""
    chance, some = np.zeros(k.size), np.flatnonzero(k <= n)
    every = _per_row((alpha, beta, gamma, delta), k.size)
    parameters = [value[some] if isinstance(value, np.ndarray) else value for value in every]

    def log_sum(of: _Stories) -> FloatArray:
        return _mixture(of, _log_chance(of, parameters) + _log_choices(of.stayed, of.x)).log_sum

    chance[some] = np.exp(_joined(log_sum, k[some], k[some], n[some]))
    return chance


def score_of_rows(
    alpha: Number, beta: Number, gamma: Number, delta: Number, x: FloatArray, t_x: FloatArray, n: FloatArray
) -> FloatArray:
    """Return the derivative of each row's log-likelihood by alpha, beta, gamma and delta, ``(m, 4)``."""
    parameters = _per_row((alpha, beta, gamma, delta), n.size)

    def slope(of: _Stories) -> FloatArray:
        share = _mixture(of, _log_chance(of, parameters)).share
        return np.add.reduceat(share * _slopes(of, parameters), of.first, axis=1).T

    return _joined(slope, x, t_x, n) if n.size else np.empty((0, 4))


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (alpha, beta, gamma, delta), equal rows counted once."""
    rows = distinct_histories(data)
    blocks = list(_blocks(rows.x, rows.t_x, rows.n)) if _stories_in(rows) <= _BLOCK else None

    def evaluate(parameters: FloatArray) -> Evaluation:
        at: list[Number] = list(parameters.tolist())
        parts = [_evaluate(of, rows.weight, at) for of in blocks or _blocks(rows.x, rows.t_x, rows.n)]
        return Evaluation(
            sum(part.value for part in parts),
            np.sum([part.gradient for part in parts], axis=0),
            np.sum([part.hessian for part in parts], axis=0),
        )

    def scores(parameters: FloatArray) -> FloatArray:
        alpha, beta, gamma, delta = parameters.tolist()
        return score_of_rows(alpha, beta, gamma, delta, rows.x, rows.t_x, rows.n)

    return Likelihood(n=float(rows.weight.sum()), weight=rows.weight, evaluate=evaluate, scores=scores)


@dataclass(frozen=True, slots=True, eq=False)
class _Stories:
    """The stories of some rows, one after the other.

    Attributes:
        row: ``(k,)`` the row each belongs to, among all rows; the first is ``begin``.
        stayed: ``(k,)`` at how many opportunities the customer was still there.
        x: ``(k,)`` purchases.
        left: ``(k,)`` whether they left thereafter; false for the last story of each row.
        first: ``(m,)`` the first story of each row.
        begin: the first row.

    """

    row: IntArray
    stayed: IntArray
    x: IntArray
    left: BoolArray
    first: IntArray
    begin: int


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """Stories weighed against each other.

    Attributes:
        log_sum: ``(m,)`` the logarithm of the sum over each row's stories.
        share: ``(k,)`` what each story contributes to the sum of its row.

    """

    log_sum: FloatArray
    share: FloatArray


def _stories_in(rows: Histories) -> float:
    return float((rows.n - rows.t_x + 1.0).sum())


def _blocks(x: FloatArray, t_x: FloatArray, n: FloatArray) -> Iterator[_Stories]:
    """Yield the stories of as many rows at a time as fit into a block."""
    ends = np.cumsum(n - t_x + 1.0)
    begin = 0
    while begin < n.size:
        done = float(ends[begin - 1]) if begin else 0.0
        end = max(begin + 1, int(np.searchsorted(ends, done + _BLOCK, side="right")))
        yield _stories(x[begin:end], t_x[begin:end], n[begin:end], begin)
        begin = end


def _stories(x: FloatArray, t_x: FloatArray, n: FloatArray, begin: int) -> _Stories:
    many = (n - t_x).astype(np.int64) + 1
    first = np.cumsum(many) - many
    row = np.repeat(np.arange(many.size), many)
    stayed = t_x.astype(np.int64)[row] + np.arange(row.size) - first[row]
    return _Stories(row + begin, stayed, x.astype(np.int64)[row], stayed < n[row], first, begin)


def _joined(formula: Callable[[_Stories], FloatArray], x: FloatArray, t_x: FloatArray, n: FloatArray) -> FloatArray:
    """Return ``formula`` of the stories of all rows, block by block."""
    parts = [formula(of) for of in _blocks(x, t_x, n)]
    return np.concatenate(parts) if parts else np.empty(0)


def _per_row(parameters: tuple[Number, ...], rows: int) -> list[Number]:
    """Return parameters that are single numbers as they are, others as one for each row."""
    return [np.broadcast_to(value, rows) if np.ndim(value) else value for value in parameters]


def _log_chance(of: _Stories, parameters: Sequence[Number]) -> FloatArray:
    alpha, beta, gamma, delta = parameters
    left = of.left.astype(np.int64)
    used = _rise(log_rise, alpha, of.x, of.row) + _rise(log_rise, beta, of.stayed - of.x, of.row)
    lasted = _rise(log_rise, delta, of.stayed, of.row) - _rise(log_rise, gamma + delta, of.stayed + left, of.row)
    leaving = np.log(gamma[of.row] if isinstance(gamma, np.ndarray) else gamma)
    chance: FloatArray = used - _rise(log_rise, alpha + beta, of.stayed, of.row) + lasted + left * leaving
    return chance


def _slopes(of: _Stories, parameters: Sequence[Number]) -> FloatArray:
    """Return the derivatives of :func:`_log_chance`, ``(4, k)``."""
    alpha, beta, gamma, delta = parameters
    left = of.left.astype(np.int64)
    of_use = _rise(digamma_rise, alpha + beta, of.stayed, of.row)
    of_stay = _rise(digamma_rise, gamma + delta, of.stayed + left, of.row)
    by_alpha = _rise(digamma_rise, alpha, of.x, of.row) - of_use
    by_beta = _rise(digamma_rise, beta, of.stayed - of.x, of.row) - of_use
    by_gamma = left / (gamma[of.row] if isinstance(gamma, np.ndarray) else gamma) - of_stay
    by_delta = _rise(digamma_rise, delta, of.stayed, of.row) - of_stay
    return np.stack([by_alpha, by_beta, by_gamma, by_delta])


def _rise(rise: Callable[[Number, FloatArray], FloatArray], z: Number, steps: IntArray, row: IntArray) -> FloatArray:
    """Return ``rise(z, steps)``, tabulated if all rows share ``z``."""
    if isinstance(z, np.ndarray):
        return rise(z[row], steps.astype(np.float64))
    return rise(z, np.arange(steps.max(initial=0) + 1.0))[steps]


def _mixture(of: _Stories, log_chance: FloatArray) -> _Mixture:
    inside = of.row - of.begin
    top = np.maximum.reduceat(log_chance, of.first)
    height = np.exp(log_chance - top[inside])
    total = np.add.reduceat(height, of.first)
    return _Mixture(top + np.log(total), height / total[inside])


def _log_choices(n: IntArray, k: IntArray) -> FloatArray:
    """Return the logarithm of the number of ways to choose ``k`` of ``n``."""
    few = np.minimum(k, n - k).astype(np.float64)
    rest: FloatArray = n - few
    return log_rise(rest + 1.0, few) - log_rise(1.0, few)


def _evaluate(of: _Stories, weights: FloatArray, at: Sequence[Number]) -> Evaluation:
    mixture, slopes = _mixture(of, _log_chance(of, at)), _slopes(of, at)
    inside = of.row - of.begin
    weight = weights[of.begin : of.begin + of.first.size]
    mean = np.add.reduceat(mixture.share * slopes, of.first, axis=1)
    each = mixture.share * weight[inside]
    gradient = np.array([dot(weight, slope) for slope in mean])
    hessian = gram(slopes - mean[:, inside], each) + _bend(of, at, each)
    return Evaluation(dot(weight, mixture.log_sum), gradient, hessian)


def _bend(of: _Stories, at: Sequence[Number], each: FloatArray) -> FloatArray:
    """Return the weighted sum of the stories' own Hessians, ``(4, 4)``."""
    alpha, beta, gamma, delta = at
    left = of.left.astype(np.int64)
    bend = np.zeros((4, 4))
    bend[:2, :2] = -dot(each, _rise(trigamma_rise, alpha + beta, of.stayed, of.row))
    bend[2:, 2:] = -dot(each, _rise(trigamma_rise, gamma + delta, of.stayed + left, of.row))
    bend[0, 0] += dot(each, _rise(trigamma_rise, alpha, of.x, of.row))
    bend[1, 1] += dot(each, _rise(trigamma_rise, beta, of.stayed - of.x, of.row))
    bend[2, 2] -= dot(each, left / gamma**2)
    bend[3, 3] += dot(each, _rise(trigamma_rise, delta, of.stayed, of.row))
    return bend
