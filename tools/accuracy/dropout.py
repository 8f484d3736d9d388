"""BG/NBD, MBG/NBD and NBD with fifty digits: the published closed forms, and integrals over time for what has none.

Where integrals are taken the closed form of the expectation is compared with one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import mpmath as mp
from tools.accuracy.sums import Number, agree, count_chance, integral, log_rise, tail_of_counts

__all__ = ["Dropout", "costly", "log_likelihood", "nbd", "truth"]

# Published expectations subtract nearly equal numbers and have a pole at a = 1: more digits, and never exactly there.
_MORE_DIGITS = 100
_ASIDE = mp.mpf(10) ** -70


@dataclass(frozen=True, slots=True)
class Dropout:
    """One row: parameters, history, what is asked; ``first`` is 1 if customers may leave after the first purchase."""

    first: int
    r: Number
    alpha: Number
    a: Number
    b: Number
    x: Number
    t_x: Number
    T: Number
    horizon: Number
    force: Number
    k: int


def log_likelihood(of: Dropout) -> Number:
    """Return the log-likelihood."""
    R, occasions = of.r + of.x, of.x + of.first
    shared = log_rise(of.r, of.x) + of.r * mp.log(of.alpha)
    shared += log_rise(of.b, occasions) - log_rise(of.a + of.b, occasions)
    alive = mp.exp(-R * mp.log(of.alpha + of.T))
    gone = of.a / (of.b + occasions - 1) * mp.exp(-R * mp.log(of.alpha + of.t_x)) if occasions else 0
    return shared + mp.log(alive + gone)


def p_alive(of: Dropout) -> Number:
    """Return the probability of being there at the end of observation."""
    occasions = of.x + of.first
    if not occasions:
        return mp.mpf(1)
    longer = (of.r + of.x) * mp.log((of.alpha + of.T) / (of.alpha + of.t_x))
    return 1 / (1 + of.a / (of.b + occasions - 1) * mp.exp(longer))


def survival(R: Number, A: Number, a: Number, b: Number, time: Number) -> Number:
    """Return the mean of ``(1 + p time/A)^-R`` over p ~ Beta(a, b), by the one of two forms whose terms are smaller."""
    if a > R:
        return mp.power(A / (A + time), R) * mp.hyp2f1(R, b, a + b, time / (A + time))
    return mp.power(A / (A + time), a) * mp.hyp2f1(a, a + b - R, a + b, time / (A + time))


def expected(R: Number, A: Number, a: Number, b: Number, time: Number) -> Number:
    """Return the purchases expected within ``time`` of someone who is there."""
    with mp.extradps(_MORE_DIGITS):
        a = a + _ASIDE if a == 1 else a
        return (a + b - 1) / (a - 1) * (1 - survival(R, A, a - 1, b, time))


def residual(R: Number, A: Number, a: Number, b: Number, force: Number, span: Number) -> Number:
    """Return the present value of the purchases within ``span`` of someone who is there."""
    return R / A * integral(lambda t: mp.exp(-force * t) * survival(R + 1, A, a, b, t), span)


def pmf(r: Number, alpha: Number, a: Number, b: Number, first: int, k: int, time: Number) -> Number:
    """Return the probability of ``k`` repeat purchases within ``time``."""
    occasions = k + first
    stayed = mp.exp(log_rise(b, occasions) - log_rise(a + b, occasions)) * count_chance(r, alpha, k, time)
    if not occasions:
        return stayed
    left = mp.exp(log_rise(b, occasions - 1) - log_rise(a + b, occasions)) * a
    return stayed + left * tail_of_counts(r, alpha, k, time)


def truth(of: Dropout) -> dict[str, Number]:
    """Return every quantity that has a closed form."""
    R, A, b = of.r + of.x, of.alpha + of.T, of.b + of.x + of.first
    there, at_first = p_alive(of), (of.b / (of.a + of.b) if of.first else 1)
    return {
        "log_likelihood": log_likelihood(of),
        "p_alive": there,
        "p_alive ahead": there * survival(R, A, of.a, b, of.horizon),
        "expected_purchases": there * expected(R, A, of.a, b, of.horizon),
        "expected_purchases_new": at_first * expected(of.r, of.alpha, of.a, of.b + of.first, of.horizon),
        "pmf": pmf(of.r, of.alpha, of.a, of.b, of.first, of.k, of.horizon),
        "pmf_given": (1 - there) * (of.k == 0) + there * pmf(R, A, of.a, b, 0, of.k, of.horizon),
    }


def costly(of: Dropout) -> dict[str, Number]:
    """Return what is integrated over hypergeometric functions; the expectation is found in both ways."""
    R, A, b, there = of.r + of.x, of.alpha + of.T, of.b + of.x + of.first, p_alive(of)
    agree(residual(R, A, of.a, b, mp.mpf(0), of.horizon), expected(R, A, of.a, b, of.horizon))
    return {
        "discounted_residual": there * residual(R, A, of.a, b, of.force, mp.inf),
        "discounted_residual within": there * residual(R, A, of.a, b, of.force, of.horizon),
        "residual_lifetime within": there * integral(lambda t: survival(R, A, of.a, b, t), of.horizon),
    }


def nbd(of: Mapping[str, Number]) -> dict[str, Number]:
    """Return every quantity of NBD, whose customers never leave."""
    r, alpha, force, horizon, k = of["r"], of["alpha"], of["force"], of["horizon"], int(of["k_asked"])
    R, A = r + of["x"], alpha + of["T"]
    return {
        "log_likelihood": log_rise(r, of["x"]) + r * mp.log(alpha) - R * mp.log(A),
        "p_alive": mp.mpf(1),
        "p_alive ahead": mp.mpf(1),
        "expected_purchases": R / A * horizon,
        "expected_purchases_new": r / alpha * horizon,
        "discounted_residual": R / A / force,
        "discounted_residual within": R / A * -mp.expm1(-force * horizon) / force,
        "residual_lifetime within": horizon,
        "pmf": count_chance(r, alpha, k, horizon),
        "pmf_given": count_chance(R, A, k, horizon),
    }
