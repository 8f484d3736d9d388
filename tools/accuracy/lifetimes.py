"""Pareto/NBD and Gompertz/NBD with fifty digits: the definitions, integrated over the unseen time of leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import mpmath as mp
from tools.accuracy.sums import Number, count_chance, integral, log_rise

__all__ = ["Gompertz", "History", "Law", "Pareto", "costly", "log_odds", "truth"]


class Law(Protocol):
    """How long customers stay."""

    def stay(self, since: Number, until: Number) -> Number:
        """Return the probability of being there at ``until`` given being there at ``since``."""
        ...

    def hazard(self, time: Number) -> Number:
        """Return the hazard of leaving at ``time``."""
        ...


@dataclass(frozen=True, slots=True)
class Pareto:
    """Exponential lifetimes whose hazards are Gamma(s, beta)."""

    s: Number
    beta: Number

    def stay(self, since: Number, until: Number) -> Number:
        """Return the probability of being there at ``until`` given being there at ``since``."""
        return mp.power((self.beta + since) / (self.beta + until), self.s)

    def hazard(self, time: Number) -> Number:
        """Return the hazard of leaving at ``time``."""
        return self.s / (self.beta + time)


@dataclass(frozen=True, slots=True)
class Gompertz:
    """Lifetimes whose hazard grows as e^{bu} from levels that are Gamma(s, beta)."""

    b: Number
    s: Number
    beta: Number

    def stay(self, since: Number, until: Number) -> Number:
        """Return the probability of being there at ``until`` given being there at ``since``."""
        growth = (self.beta + mp.expm1(self.b * since)) / (self.beta + mp.expm1(self.b * until))
        return mp.power(growth, self.s)

    def hazard(self, time: Number) -> Number:
        """Return the hazard of leaving at ``time``."""
        return self.s * self.b * mp.exp(self.b * time) / (self.beta + mp.expm1(self.b * time))


@dataclass(frozen=True, slots=True)
class History:
    """One row: the parameters of buying, the history and what is asked."""

    r: Number
    alpha: Number
    x: Number
    t_x: Number
    T: Number
    horizon: Number
    force: Number
    k: int


def log_odds(law: Law, of: History) -> tuple[Number, Number]:
    """Return the log-likelihood and the odds of having gone."""
    R, A = of.r + of.x, of.alpha + of.T

    def gone(w: Number) -> Number:
        u = of.t_x + w
        return law.hazard(u) / law.stay(u, of.T) * mp.power(A / (of.alpha + u), R)

    odds = integral(gone, of.T - of.t_x)
    alive = of.r * mp.log(of.alpha) - R * mp.log(A) + mp.log(law.stay(0, of.T))
    return log_rise(of.r, of.x) + alive + mp.log1p(odds), odds


def pmf(law: Law, since: Number, r: Number, alpha: Number, k: int, time: Number) -> Number:
    """Return the probability of ``k`` purchases within ``time`` from ``since``, given being there at ``since``."""
    constant = mp.exp(log_rise(r, k) - mp.loggamma(k + 1))

    def left(u: Number) -> Number:
        chance = mp.power(alpha / (alpha + u), r) * mp.power(u / (alpha + u), k)
        return chance * law.stay(since, since + u) * law.hazard(since + u)

    return count_chance(r, alpha, k, time) * law.stay(since, since + time) + constant * integral(left, time)


def residual(law: Law, since: Number, rate: Number, force: Number, span: Number) -> Number:
    """Return the present value of the purchases within ``span`` of someone who is there."""
    return rate * integral(lambda v: mp.exp(-force * v) * law.stay(since, since + v), span)


def truth(law: Law, of: History) -> dict[str, Number]:
    """Return what one integral tells."""
    value, odds = log_odds(law, of)
    there = 1 / (1 + odds)
    return {"log_likelihood": value, "p_alive": there, "p_alive ahead": there * law.stay(of.T, of.T + of.horizon)}


def costly(law: Law, of: History) -> dict[str, Number]:
    """Return what takes more integrals."""
    R, A, start, free = of.r + of.x, of.alpha + of.T, mp.mpf(0), mp.mpf(0)
    there = 1 / (1 + log_odds(law, of)[1])
    return {
        "expected_purchases": there * residual(law, of.T, R / A, free, of.horizon),
        "expected_purchases_new": residual(law, start, of.r / of.alpha, free, of.horizon),
        "discounted_residual": there * residual(law, of.T, R / A, of.force, mp.inf),
        "discounted_residual within": there * residual(law, of.T, R / A, of.force, of.horizon),
        "residual_lifetime within": there * residual(law, of.T, mp.mpf(1), free, of.horizon),
        "pmf": pmf(law, start, of.r, of.alpha, of.k, of.horizon),
        "pmf_given": (1 - there) * (of.k == 0) + there * pmf(law, of.T, R, A, of.k, of.horizon),
    }
