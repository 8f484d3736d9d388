"""Gamma-gamma with fifty digits: its closed forms, and the sum of coming purchases by a series."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp
from tools.accuracy.sums import DIGITS, Number, log_rise

__all__ = ["Spend", "log_likelihood", "truth"]


@dataclass(frozen=True, slots=True)
class Spend:
    """One row: parameters, frequency, mean spend, and an amount that ``k`` coming purchases may cost."""

    p: Number
    q: Number
    gamma: Number
    x: Number
    m: Number
    amount: Number
    k: int


def log_likelihood(of: Spend) -> Number:
    """Return the log-likelihood."""
    shape, total = of.p * of.x, of.x * of.m
    value = log_rise(of.q, shape) - mp.loggamma(shape) + of.q * mp.log(of.gamma)
    return value + shape * mp.log(total) - mp.log(of.m) - (shape + of.q) * mp.log(of.gamma + total)


def below(a: Number, b: Number, share: Number) -> Number:
    """Return the regularized incomplete beta function by its series of positive terms, from the nearer end."""
    if share > max(a / (a + b), 0.5):
        return 1 - below(b, a, 1 - share)
    term = mp.exp(log_rise(a, b) - mp.loggamma(b) + a * mp.log(share) + b * mp.log1p(-share)) / a
    total, n = mp.mpf(0), 0
    while term > total * mp.mpf(10) ** -DIGITS:
        total += term
        n += 1
        term *= (a + b + n - 1) / (a + n) * share
    return total


def truth(of: Spend) -> dict[str, Number]:
    """Return every quantity; the mean spend only where it is finite."""
    total, rest = of.x * of.m, of.p * of.x + of.q - 1
    found = {
        "log_likelihood": log_likelihood(of),
        "total_spend_cdf": below(of.p * of.k, of.p * of.x + of.q, of.amount / (of.amount + of.gamma + total)),
    }
    if rest > 0:
        found["expected_spend"] = of.p * (of.gamma + total) / rest
    return found
