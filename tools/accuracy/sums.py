"""Integrals and sums with fifty digits, each taken twice and refused if the two do not agree.

The library integrates with Gauss-Legendre panels and with trapezoidal sums over a dropout probability. Here the
variable is the time that has passed, on the axis of its log odds within the span, or of its logarithm if the span has
no end: whatever happens near an end, the terms of the sum fall off exponentially there, and each halving of the step
doubles the number of digits that are right. Numbers of mpmath have no largest exponent, so nothing is rescaled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import mpmath as mp

__all__ = ["DIGITS", "Number", "agree", "count_chance", "integral", "log_rise", "tail_of_counts"]

Number: TypeAlias = Any
"""A number of mpmath, which has no type of its own."""

DIGITS: Final = 50
# Each halving doubles the digits: where the last two sums agree to this, the last is right to twice as many.
_AGREE: Final = mp.mpf(10) ** -19
_NEGLIGIBLE: Final = mp.mpf(10) ** -36
_HALVINGS: Final = 14
_LOW: Final = -160
_HIGH: Final = 120
_SCAN: Final = 2


def integral(function: Callable[[Number], Number], span: Number, unit: Number = 1) -> Number:
    """Return the integral of a function that is not negative, over times from 0 to ``span``, which may be infinite.

    If it is, ``unit`` is a time around which the axis is scanned, needed where the function has a narrow peak.

    Raises:
        ArithmeticError: if halving the step does not settle the sum.

    """
    if span == 0:
        return mp.mpf(0)

    def term(y: Number) -> Number:
        e = mp.exp(y)
        if mp.isinf(span):
            return function(unit * e) * unit * e
        return function(span * e / (1 + e)) * span * e / (1 + e) ** 2

    # The axis is long and starts somewhere: scan it, then keep the part that matters.
    places = list(range(_LOW, _HIGH + 1, _SCAN))
    terms = [term(mp.mpf(y)) for y in places]
    limit = _NEGLIGIBLE * max(terms)
    kept = [place for place, value in zip(places, terms, strict=True) if value > limit]
    if not kept or kept[0] == _LOW or kept[-1] == _HIGH:
        message = "the integrand does not fall off within the axis"
        raise ArithmeticError(message)
    low, steps, step = mp.mpf(kept[0] - _SCAN), (kept[-1] - kept[0]) // _SCAN + 2, mp.mpf(_SCAN)
    total = sum(term(low + j * step) for j in range(steps + 1)) * step
    for _ in range(_HALVINGS):
        between = sum(term(low + (j + mp.mpf(1) / 2) * step) for j in range(steps))
        finer = (total + between * step) / 2
        if abs(finer - total) <= _AGREE * finer:
            return finer
        total, steps, step = finer, 2 * steps, step / 2
    message = "the sum does not settle"
    raise ArithmeticError(message)


def agree(one: Number, other: Number) -> None:
    """Check that two routes lead to the same number.

    Raises:
        ArithmeticError: if they do not.

    """
    if abs(one - other) > _AGREE * abs(other):
        message = f"one way the result is {mp.nstr(one, 20)}, another way {mp.nstr(other, 20)}"
        raise ArithmeticError(message)


def log_rise(z: Number, x: Number) -> Number:
    """Return ln Γ(z + x) - ln Γ(z)."""
    return mp.loggamma(z + x) - mp.loggamma(z)


def count_chance(shape: Number, scale: Number, k: Number, time: Number) -> Number:
    """Return the negative binomial probability of ``k`` events within ``time``, rates being Gamma(shape, scale)."""
    if time == 0:
        return mp.mpf(k == 0)
    chance = log_rise(shape, k) - mp.loggamma(k + 1) - shape * mp.log1p(time / scale) - k * mp.log1p(scale / time)
    return mp.exp(chance)


def tail_of_counts(shape: Number, scale: Number, k: int, time: Number) -> Number:
    """Return the probability of ``k`` events or more."""
    if k == 0 or time == 0:
        return mp.mpf(k == 0)
    share = time / (scale + time)
    below, chance = mp.mpf(0), mp.exp(-shape * mp.log1p(time / scale))
    for j in range(k):
        below += chance
        chance *= (shape + j) / (j + 1) * share
    if below < 1 - mp.mpf(10) ** -15:
        return 1 - below
    # What is left is small, so that the counts from k on fall off quickly.
    total, j = mp.mpf(0), k
    while chance > mp.mpf(10) ** -(DIGITS + 5) * total:
        total += chance
        chance *= (shape + j) / (j + 1) * share
        j += 1
    return total
