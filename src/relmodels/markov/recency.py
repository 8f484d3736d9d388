"""Customers by how long ago they bought last: the chain of Pfeifer and Carraway, and when to stop.

Who bought a period ago is in the first state; who does not buy moves on to the next, and whoever buys is back in the
first. After the last state nobody is written to any more, and the customer is lost. Writing to people who bought long
ago may cost more than it brings: the best rule says in which states to go on, and is found by value iteration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.markov.chain import MarkovChain

__all__ = ["StoppingRule", "best_stopping", "recency_chain"]

_ROUNDS = 100_000


def recency_chain(purchase: ArrayLike) -> MarkovChain:
    """Return the chain of customers by the periods since their last purchase, with an absorbing last state.

    Args:
        purchase: ``(k,)`` chance of buying in the next period for who bought 1, 2, … periods ago.

    Raises:
        InvalidParameters: if a chance is none, or there are none.

    Examples:
        >>> recency_chain([0.3, 0.2]).transition.tolist()
        [[0.3, 0.7, 0.0], [0.2, 0.0, 0.8], [0.0, 0.0, 1.0]]

    Reference:
        Pfeifer, P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of
        Interactive Marketing 14(2), 43-55.

    """
    chance = _chances(purchase)
    size = chance.size + 1
    matrix = np.zeros((size, size))
    matrix[-1, -1] = 1.0
    places = np.arange(chance.size)
    matrix[places, places + 1] = 1.0 - chance
    matrix[places, 0] += chance
    return MarkovChain(matrix, states=[*(f"recency {place + 1}" for place in places.tolist()), "lost"])


def _chances(purchase: ArrayLike) -> FloatArray:
    problems = Problems("recency")
    chance = column(purchase, "purchase", problems)
    for place, value in enumerate(chance.tolist()):
        if not 0.0 <= value <= 1.0:
            problems.add(f"purchase[{place}] = {value} is no chance between 0 and 1")
    if not problems and not chance.size:
        problems.add("give at least one chance of buying")
    problems.raise_if_any(InvalidParameters)
    return chance


@dataclass(frozen=True, slots=True, eq=False)
class StoppingRule:
    """In which states of recency it pays to go on.

    Attributes:
        go_on: ``(k,)`` whether to write to customers in each state.
        value: ``(k,)`` what they are worth under the best rule; 0 where one stops.

    """

    go_on: BoolArray
    value: FloatArray

    __reduce__ = by_fields


def best_stopping(purchase: ArrayLike, contribution: float, cost: float, discount_rate: float) -> StoppingRule:
    """Return the states of recency in which writing to customers pays, by value iteration.

    A customer in the first state has just bought, which brings the contribution whatever comes next. In every state one
    may pay the cost and let the chain go on, or stop, which is worth nothing more.

    Args:
        purchase: ``(k,)`` chance of buying in the next period for who bought 1, 2, … periods ago and is written to.
        contribution: of a purchase.
        cost: of writing to a customer for a period.
        discount_rate: of a period, above 0.

    Raises:
        InvalidParameters: if a chance is none, or the rate is not above 0.

    Examples:
        >>> best = best_stopping([0.3, 0.2, 0.15, 0.05], contribution=40, cost=4, discount_rate=0.2)
        >>> best.go_on.tolist(), best.value.round(3).tolist()
        ([True, True, True, False], [53.149, 6.621, 2.644, 0.0])

    Reference:
        Pfeifer, P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of
        Interactive Marketing 14(2), 43-55.

    """
    chance = _chances(purchase)
    gain, spent = finite(contribution, "contribution", "an amount"), finite(cost, "cost", "an amount")
    rate = finite(discount_rate, "discount_rate", "a rate above 0")
    if not rate > 0.0:
        message = f"discount_rate = {discount_rate!r} is not above 0; without it the value has no end"
        raise InvalidParameters(message)
    received = np.zeros(chance.size)
    received[0] = gain
    value = np.zeros(chance.size)
    go_on = np.ones(chance.size, dtype=bool)
    for _ in range(_ROUNDS):
        later = np.append(value[1:], 0.0)
        further = -spent + (chance * value[0] + (1.0 - chance) * later) / (1.0 + rate)
        go_on = further > 0.0
        renewed = received + np.maximum(further, 0.0)
        if np.abs(renewed - value).max() <= 1e-13 * max(1.0, float(np.abs(renewed).max())):
            break
        value = renewed
    return StoppingRule(read_only(go_on), read_only(value))
