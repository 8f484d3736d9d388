"""Simulated histories of customers who buy at random while they are there.

The parameters may be numbers, or arrays with one value for each customer.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters

__all__ = ["leaving_after_purchases", "leaving_at_a_time"]

Number = FloatArray | float

_MOST_PURCHASES: Final = 1e15


def leaving_after_purchases(
    r: Number, alpha: Number, a: Number, b: Number, T: FloatArray, draw: np.random.Generator, *, at_first: bool
) -> dict[str, FloatArray]:
    """Return frequency and recency of customers who may leave after each purchase, ``(n,)``.

    The number of purchases within the age is drawn as if nobody left, then the purchase after which they would leave;
    given how many fall within the age, the time of the last one is the maximum or another order statistic of uniform
    times, which is beta distributed.

    Args:
        r: as in BG/NBD; likewise ``alpha``, ``a`` and ``b``.
        T: ``(n,)`` age.
        draw: the source of randomness.
        at_first: whether they may leave after the first purchase as well.

    Raises:
        InvalidParameters: if a customer would buy more than 1e15 times.

    """
    buys = draw.gamma(r, size=T.shape) * (T / alpha)
    _check(buys)
    possible = draw.poisson(buys).astype(np.float64)
    with np.errstate(divide="ignore"):  # a dropout probability that underflows to 0 means that they never leave
        survived = draw.exponential(size=T.shape) / -np.log1p(-draw.beta(a, b, size=T.shape))
    x = np.minimum(possible, np.floor(survived) + (0.0 if at_first else 1.0))
    when = draw.beta(np.maximum(x, 1.0), possible - x + 1.0)
    return {"frequency": x, "recency": np.where(x > 0, T * when, 0.0)}


def leaving_at_a_time(
    rate: FloatArray, lifetime: FloatArray, T: FloatArray, draw: np.random.Generator
) -> dict[str, FloatArray]:
    """Return frequency and recency of customers who leave at ``lifetime``, ``(n,)``, whatever they buy.

    The last of so many uniform times is beta distributed.

    Args:
        rate: ``(n,)`` purchases per unit of time while they are there.
        lifetime: ``(n,)`` time from the first purchase, which may be infinite.
        T: ``(n,)`` age.
        draw: the source of randomness.

    Raises:
        InvalidParameters: if a customer would buy more than 1e15 times.

    """
    there = np.minimum(lifetime, T)
    buys = rate * there
    _check(buys)
    x = draw.poisson(buys).astype(np.float64)
    last = there * draw.beta(np.maximum(x, 1.0), 1.0)
    return {"frequency": x, "recency": np.where(x > 0, last, 0.0)}


def _check(buys: FloatArray) -> None:
    if np.max(buys, initial=0.0) > _MOST_PURCHASES:
        message = "alpha makes a simulated customer buy more than 1e15 times; check alpha, r and the ages"
        raise InvalidParameters(message)
