"""BG/CNBD-k and MBG/CNBD-k with fifty digits: direct sums over the phases within the horizon.

Given the rate, phases end at random, so that their number within a time is negative binomial; each k-th is a purchase.
"""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp
from tools.accuracy.sums import DIGITS, Number, integral, log_rise

__all__ = ["Phases", "costly", "log_likelihood", "truth"]

_FEW = 10
_NOTHING = mp.mpf(10) ** -(DIGITS - 8)


@dataclass(frozen=True, slots=True)
class Phases:
    """One row; ``first`` is 1 if customers may leave after the first purchase, ``size`` the phases of a purchase."""

    size: int
    first: int
    r: Number
    alpha: Number
    a: Number
    b: Number
    x: int
    t_x: Number
    T: Number
    log_gaps: Number
    horizon: Number
    force: Number
    k: int

    @property
    def shape(self) -> Number:
        """Return the shape of the rate at the last purchase."""
        return self.r + self.size * self.x

    @property
    def scale(self) -> Number:
        """Return the inverse scale of the rate at the end of observation."""
        return self.alpha + self.T


def stories(of: Phases) -> tuple[list[Number], Number]:
    """Return the densities of being there in each phase, and of having gone, without what they share."""
    occasions, silence = of.x + of.first, of.T - of.t_x
    there = [
        mp.exp(log_rise(of.shape, j) - (of.shape + j) * mp.log(of.scale)) * silence**j / mp.factorial(j)
        for j in range(of.size)
    ]
    left = of.a / (of.b + occasions - 1) * mp.exp(-of.shape * mp.log(of.alpha + of.t_x)) if occasions else mp.mpf(0)
    return there, left


def log_likelihood(of: Phases) -> Number:
    """Return the log-likelihood."""
    there, left = stories(of)
    occasions = of.x + of.first
    shared = (of.size - 1) * of.log_gaps - of.x * mp.loggamma(of.size)
    shared += log_rise(of.r, of.size * of.x) + of.r * mp.log(of.alpha)
    shared += log_rise(of.b, occasions) - log_rise(of.a + of.b, occasions)
    return shared + mp.log(sum(there) + left)


@dataclass(frozen=True, slots=True)
class Future:
    """What someone who is there, with ``done`` phases of the next purchase over, does within a time."""

    staying: Number
    expected: Number
    pmf: Number

    def plus(self, share: Number, other: Future) -> Future:
        """Return this with a share of another added."""
        return Future(
            self.staying + share * other.staying,
            self.expected + share * other.expected,
            self.pmf + share * other.pmf,
        )


def future(size: int, done: int, shape: Number, scale: Number, a: Number, b: Number, k: int, time: Number) -> Future:
    """Return it, summed over the number of phases that end within the time until the rest is nothing."""
    staying = expected = exactly = beyond = within = before = mp.mpf(0)
    lasting, bought, m, share = mp.mpf(1), 0, 0, time / (scale + time)
    at_k, before_k = mp.mpf(k == 0), mp.mpf(0)
    chance = mp.exp(-shape * mp.log1p(time / scale))
    while True:
        while (m + done) // size > bought:
            within += lasting
            before, lasting = lasting, lasting * (b + bought) / (a + b + bought)
            bought += 1
            if bought == k:
                at_k, before_k = lasting, before
        staying += chance * lasting
        expected += chance * within
        exactly += chance * (bought == k)
        beyond += chance * (bought >= k)
        ratio = (shape + m) / (m + 1) * share
        rest = chance * ratio * (m + 2)
        if bought > k and ratio < 1 and rest < (1 - ratio) ** 2 * min(expected, beyond, staying) * _NOTHING:
            return Future(staying, expected, exactly * at_k + (beyond * (before_k - at_k) if k else 0))
        chance *= ratio
        m += 1


def perpetuity(of: Phases, shares: list[Number], b: Number) -> Number:
    """Return the present value of all purchases of someone who is there: the mean over the rate."""

    def density(rate: Number) -> Number:
        y = rate / (rate + of.force)
        log_height = (
            of.shape * mp.log(of.scale) - mp.loggamma(of.shape) - of.scale * rate + (of.shape - 1) * mp.log(rate)
        )
        if log_height < -1000:  # the mean is never so small
            return mp.mpf(0)
        turns = (share * (of.scale * rate / y) ** j / mp.rf(of.shape, j) for j, share in enumerate(shares))
        return mp.exp(log_height) * sum(turns) * y**of.size * mp.hyp2f1(1, b, of.a + b, y**of.size)

    return integral(density, mp.inf, of.shape / of.scale)


def arriving(of: Phases, done: int, b: Number, time: Number) -> Number:
    """Return how many purchases are expected per time at ``time`` from now, ``done`` phases of the next being over."""
    shape, share, total = of.shape + done, time / (of.scale + time), mp.mpf(0)
    chance, lasting, bought, m = mp.exp(-shape * mp.log1p(time / of.scale)), mp.mpf(1), 0, 0
    while True:
        ratio = (shape + m) / (m + 1) * share
        if (m + done + 1) % of.size == 0:  # the phase that ends now is the last of a purchase
            total += chance * lasting * (shape + m) / (of.scale + time)
            lasting *= (b + bought) / (of.a + b + bought)
            bought += 1
        if bought and ratio < 1 and chance * (m + 2) * (shape + m) < (1 - ratio) ** 2 * of.scale * total * _NOTHING:
            return total
        chance *= ratio
        m += 1


def annuity(of: Phases, shares: list[Number], b: Number) -> Number:
    """Return the present value of the purchases within the horizon of someone who is there."""

    def present(time: Number) -> Number:
        return mp.exp(-of.force * time) * sum(
            share * arriving(of, j, b, time) for j, share in enumerate(shares) if share > _NOTHING
        )

    return integral(present, of.horizon)


def truth(of: Phases) -> dict[str, Number]:
    """Return every quantity that is a sum."""
    there, left = stories(of)
    alive, b = sum(there) / (sum(there) + left), of.b + of.x + of.first
    shares = [story / sum(there) for story in there]
    ahead = Future(mp.mpf(0), mp.mpf(0), mp.mpf(0))
    for j, share in enumerate(shares):
        if share > _NOTHING:
            ahead = ahead.plus(share, future(of.size, j, of.shape + j, of.scale, of.a, b, of.k, of.horizon))
    new = future(of.size, 0, of.r, of.alpha, of.a, of.b + of.first, of.k, of.horizon)
    at_first = of.b / (of.a + of.b) if of.first else mp.mpf(1)
    return {
        "log_likelihood": log_likelihood(of),
        "p_alive": alive,
        "p_alive ahead": alive * ahead.staying,
        "expected_purchases": alive * ahead.expected,
        "expected_purchases_new": at_first * new.expected,
        "pmf": at_first * new.pmf + (1 - at_first) * (of.k == 0),
        "pmf_given": alive * ahead.pmf + (1 - alive) * (of.k == 0),
    }


def costly(of: Phases) -> dict[str, Number]:
    """Return what is integrated over such sums, or over hypergeometric functions."""
    there, left = stories(of)
    alive, b = sum(there) / (sum(there) + left), of.b + of.x + of.first
    shares = [story / sum(there) for story in there]
    found = {"discounted_residual": alive * perpetuity(of, shares, b)}
    if of.shape * of.horizon < _FEW * of.scale:
        found["discounted_residual within"] = alive * annuity(of, shares, b)
    return found
