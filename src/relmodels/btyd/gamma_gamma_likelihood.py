"""The likelihood of gamma-gamma and its derivatives, row by row and summed over tables.

The functions on rows broadcast, so that each row may have parameters of its own. In sums, what depends on the frequency
only is evaluated for its distinct values.
Letters are the paper's: ``x`` frequency, ``m`` mean spend of the repeat purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from relmodels.btyd import checks
from relmodels.btyd.distinct import distinct
from relmodels.btyd.special import digamma_rise, log_beta, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, check_rows
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import in_blocks

__all__ = ["entering", "enters", "likelihood", "log_likelihood_of_rows", "score_of_rows", "spend_of"]

Number = FloatArray | float


def log_likelihood_of_rows(p: Number, q: Number, gamma: Number, x: FloatArray, m: FloatArray) -> FloatArray:
    """Return the log-likelihood of each row with positive ``x`` and ``m``, ``(n,)``."""
    total = x * m
    value: FloatArray = -log_beta(p * x, q) - q * np.log1p(total / gamma) - p * x * np.log1p(gamma / total) - np.log(m)
    return value


def score_of_rows(p: Number, q: Number, gamma: Number, x: FloatArray, m: FloatArray) -> FloatArray:
    """Return the derivative of each row's log-likelihood by p, q and gamma, ``(n, 3)``."""
    total = x * m
    by_p = x * (digamma_rise(p * x, q) - np.log1p(gamma / total))
    by_q = digamma_rise(q, p * x) - np.log1p(total / gamma)
    by_gamma = (q * (total / gamma) - p * x) / (gamma + total)
    return np.stack([by_p, by_q, by_gamma], axis=-1)


def likelihood(data: PurchaseSummary) -> Likelihood:
    """Return the log-likelihood of ``data`` as a function of (p, q, gamma), equal rows counted once."""
    x, m, weight = entering(data)
    tables = _tables(x, m, weight)

    def evaluate(parameters: FloatArray) -> Evaluation:
        p, q, gamma = parameters.tolist()
        return _evaluate(tables, p, q, gamma)

    def scores(parameters: FloatArray) -> FloatArray:
        p, q, gamma = parameters.tolist()
        return score_of_rows(p, q, gamma, x, m)

    values = in_blocks(partial(_values, tables), weight.size)
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


def spend_of(data: PurchaseSummary) -> FloatArray:
    """Return the mean spend of each row, checked where it is read."""
    checks.a_summary(data)
    if data.spend is None:
        message = (
            "the summary has no spend, which the gamma-gamma model needs; "
            "give amount= to from_transactions or spend= to from_arrays"
        )
        raise InvalidData(message)
    problems = Problems("spend")
    bad = (data.frequency > 0) & ~(np.isfinite(data.spend) & (data.spend >= 0))
    check_rows(bad, data.spend, "spend", "is not an amount of 0 or more; correct or drop these rows", problems)
    problems.raise_if_any()
    return data.spend


def enters(data: PurchaseSummary) -> BoolArray:
    """Return which rows enter the likelihood, ``(n,)``: repeat buyers who spent something."""
    return (data.frequency > 0) & (spend_of(data) > 0)


def entering(data: PurchaseSummary) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the distinct (x, m) that enter the likelihood, with their weights."""
    inside = enters(data)
    x, m = data.frequency[inside], spend_of(data)[inside]
    if m.size == 0 or m.min() == m.max():
        message = (
            f"{m.size} rows are repeat buyers with a positive spend"
            + (f", all of {m[0]}" if m.size else "")
            + "; the gamma-gamma model needs at least two with different mean spends"
        )
        raise InvalidData(message)
    found = distinct(x, m)
    return x[found.rows], m[found.rows], found.total(None if data.weight is None else data.weight[inside])


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """The rows as totals, and the distinct frequencies with the sums over them that no parameter changes.

    Attributes:
        total: ``(m,)`` x times m of each row, with ``weight`` the customers and ``purchases`` their purchases.
        x: ``(i,)`` distinct frequencies, with ``weight_x`` the customers of each.
        log_mean: the sum of ln m.
        log_total: the sum of x ln(x m).

    """

    total: FloatArray
    weight: FloatArray
    purchases: FloatArray
    x: FloatArray
    weight_x: FloatArray
    log_mean: float
    log_total: float


def _tables(x: FloatArray, m: FloatArray, weight: FloatArray) -> _Tables:
    of_x = distinct(x)
    return _Tables(
        total=x * m,
        weight=weight,
        purchases=weight * x,
        x=x[of_x.rows],
        weight_x=of_x.total(weight),
        log_mean=dot(weight, np.log(m)),
        log_total=dot(weight * x, np.log(x * m)),
    )


def _values(on: _Tables, points: FloatArray) -> FloatArray:
    """Return the value that :func:`_evaluate` gives at each of many points, ``(d, 3)`` to ``(d,)``."""
    p, q, gamma = points.T[:, :, None]
    log_excess = np.log1p(on.total / gamma)
    # The sum of x ln(xm / (gamma + xm)).
    log_share = on.log_total - on.purchases.sum() * np.log(gamma[:, 0]) - np.einsum("dm,m->d", log_excess, on.purchases)
    total: FloatArray = (
        p[:, 0] * log_share
        - q[:, 0] * np.einsum("dm,m->d", log_excess, on.weight)
        - on.log_mean
        - np.einsum("di,i->d", log_beta(p * on.x, q), on.weight_x)
    )
    return total


def _evaluate(on: _Tables, p: float, q: float, gamma: float) -> Evaluation:
    from scipy import special

    x, by_x, by_purchase = on.x, on.weight_x, on.weight_x * on.x
    near = 1.0 / (gamma + on.total)
    log_excess, portion = np.log1p(on.total / gamma), on.total * near
    excess, portions, near_bought = dot(on.weight, log_excess), dot(on.weight, portion), dot(on.purchases, near)
    # The sum of x ln(xm / (gamma + xm)).
    log_share = on.log_total - by_purchase.sum() * np.log(gamma) - dot(on.purchases, log_excess)
    value = p * log_share - q * excess - on.log_mean - dot(by_x, log_beta(p * x, q))
    by_p = dot(by_purchase, digamma_rise(p * x, q)) + log_share
    by_q = dot(by_x, digamma_rise(q, p * x)) - excess
    by_gamma = q * portions / gamma - p * near_bought
    hessian = np.empty((3, 3))
    hessian[0, 0] = dot(by_purchase * x, trigamma_rise(p * x, q))
    hessian[0, 1] = hessian[1, 0] = dot(by_purchase, special.polygamma(1, p * x + q))
    hessian[0, 2] = hessian[2, 0] = -near_bought
    hessian[1, 1] = dot(by_x, trigamma_rise(q, p * x))
    hessian[1, 2] = hessian[2, 1] = portions / gamma
    hessian[2, 2] = dot(on.purchases, near**2) * p - q * dot(on.weight, portion * (1.0 / gamma + near)) / gamma
    return Evaluation(value, np.array([by_p, by_q, by_gamma]), hessian)
