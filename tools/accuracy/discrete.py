"""BG/BB and the models of contracts with fifty digits: the definitions, summed term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import mpmath as mp
from tools.accuracy.sums import DIGITS, Number, log_rise

__all__ = [
    "Contract",
    "Opportunities",
    "contract_costly",
    "contract_truth",
    "opportunities_truth",
    "stories",
    "survival",
]

_LONG = 100


@dataclass(frozen=True, slots=True)
class Opportunities:
    """One row of BG/BB: parameters, history and what is asked."""

    alpha: Number
    beta: Number
    gamma: Number
    delta: Number
    x: int
    t_x: int
    n: int
    horizon: int
    force: Number
    k: int


def ratio(a: Number, b: Number, more: Number, other: Number) -> Number:
    """Return B(a + more, b + other) / B(a, b)."""
    return mp.exp(log_rise(a, more) + log_rise(b, other) - log_rise(a + b, more + other))


def stories(of: Opportunities) -> list[Number]:
    """Return the probability of the history together with each number of opportunities the customer was there for."""
    left = [ratio(of.alpha, of.beta, of.x, i - of.x) * ratio(of.gamma, of.delta, 1, i) for i in range(of.t_x, of.n)]
    return [*left, ratio(of.alpha, of.beta, of.x, of.n - of.x) * ratio(of.gamma, of.delta, 0, of.n)]


def lasting(gamma: Number, delta: Number, horizon: int, force: Number) -> Number:
    """Return the discounted sum of the probabilities to be there at each of the next opportunities."""
    total, there = mp.mpf(0), mp.mpf(1)
    for i in range(horizon):
        there *= (delta + i) / (gamma + delta + i) * mp.exp(-force)
        total += there
    return total


def pmf(alpha: Number, beta: Number, gamma: Number, delta: Number, k: int, n: int) -> Number:
    """Return the probability of ``k`` purchases at ``n`` opportunities."""
    if k > n:
        return mp.mpf(0)
    stayed = mp.binomial(n, k) * ratio(alpha, beta, k, n - k) * ratio(gamma, delta, 0, n)
    left = (mp.binomial(i, k) * ratio(alpha, beta, k, i - k) * ratio(gamma, delta, 1, i) for i in range(k, n))
    return stayed + sum(left)


def opportunities_truth(of: Opportunities) -> dict[str, Number]:
    """Return every quantity of BG/BB."""
    told = stories(of)
    there = told[-1] / sum(told)
    buys, delta = (of.alpha + of.x) / (of.alpha + of.beta + of.n), of.delta + of.n
    v = mp.exp(-of.force)
    forever = v * delta / (of.gamma + delta) * mp.hyp2f1(1, delta + 1, of.gamma + delta + 1, v)
    ahead = pmf(of.alpha + of.x, of.beta + of.n - of.x, of.gamma, delta, of.k, of.horizon)
    return {
        "log_likelihood": mp.log(sum(told)),
        "p_alive": there,
        "p_alive ahead": there * ratio(of.gamma, delta, 0, of.horizon),
        "expected_purchases": there * buys * lasting(of.gamma, delta, of.horizon, mp.mpf(0)),
        "expected_purchases_new": of.alpha / (of.alpha + of.beta) * lasting(of.gamma, of.delta, of.horizon, mp.mpf(0)),
        "discounted_residual": there * buys * forever,
        "discounted_residual within": there * buys * lasting(of.gamma, delta, of.horizon, of.force),
        "pmf": pmf(of.alpha, of.beta, of.gamma, of.delta, of.k, of.horizon),
        "pmf_given": (1 - there) * (of.k == 0) + there * ahead,
    }


@dataclass(frozen=True, slots=True)
class Contract:
    """One row of a model of contracts; ``c`` is 1 for the shifted beta-geometric model."""

    alpha: Number
    beta: Number
    c: Number
    t: int
    horizon: int
    force: Number


def discounted(curve: Callable[[int], Number], first: int, periods: int | None, force: Number) -> Number:
    """Return the discounted sum of the survival curve from ``first`` on, the first term undiscounted."""
    total, i, left = mp.mpf(0), 0, mp.mpf(1)
    while periods is None or i < periods:
        term = curve(first + i) * mp.exp(-force * i)
        total, i, left = total + term, i + 1, term
        if periods is None and left < total * (1 - mp.exp(-force)) * mp.mpf(10) ** -(DIGITS // 2):
            break
    return total


def outlasted(alpha: Number, beta: Number, w: Number) -> Number:
    """Return B(α, β + w)/B(α, β), also for a w with hundreds of digits before the point."""
    size = int(mp.log10(1 + w))
    if size < _LONG:
        with mp.extradps(size):  # what cancels
            return ratio(alpha, beta, 0, w)
    with mp.extradps(20):
        tricomi = 1 - alpha * (alpha + 2 * beta - 1) / (2 * w)  # the next term is beyond all digits
        return mp.exp(mp.loggamma(alpha + beta) - mp.loggamma(beta) - alpha * mp.log(w)) * tricomi


def survival(of: Contract, t: int) -> Number:
    """Return the share of new contracts still there after their t-th renewal."""
    return outlasted(of.alpha, of.beta, mp.power(t, of.c) if t else mp.mpf(0))


def contract_truth(of: Contract) -> dict[str, Number]:
    """Return every quantity of a model of contracts that is no sum."""
    before, now = survival(of, of.t - 1), survival(of, of.t)
    return {
        "log_likelihood": mp.log(before - now),
        "log_likelihood kept": mp.log(now),
        "survival": now,
        "retention_rate": now / before,
        "pmf": before - now,
    }


def contract_costly(of: Contract) -> dict[str, Number]:
    """Return the sums, which are long."""
    before, curve = survival(of, of.t - 1), partial(survival, of)
    return {
        "discounted_lifetime": discounted(curve, 0, None, of.force),
        "discounted_lifetime within": discounted(curve, 0, of.horizon, of.force),
        "discounted_residual": discounted(curve, of.t, None, of.force) / before,
        "discounted_residual within": discounted(curve, of.t, of.horizon, of.force) / before,
    }
