"""What a customer is worth in each state of a chain."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, check_finite, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.markov.chain import MarkovChain

__all__ = ["markov_clv"]


def markov_clv(
    transition: MarkovChain | ArrayLike, rewards: ArrayLike, discount_rate: float, horizon: int | None = None
) -> FloatArray:
    """Return ``(k,)`` the value of a customer in each state: ``Σ_t (P / (1 + d))^t R``, now included.

    Without a horizon it is ``(I - P / (1 + d))^{-1} R``; with one the sum runs over ``t = 0 … T``.

    Args:
        transition: a chain, or its matrix.
        rewards: ``(k,)`` what a period in each state brings, less what it costs.
        discount_rate: of a period, as the field writes it; above 0 without a horizon.
        horizon: how many periods after this one are counted.

    Raises:
        InvalidData: if the matrix is no chain, or there is not one finite reward for each state.
        InvalidParameters: if the rate is out of range.

    Examples:
        >>> from relmodels.markov.recency import recency_chain
        >>> chain = recency_chain([0.3, 0.2, 0.15, 0.05])
        >>> markov_clv(chain, [36, -4, -4, -4, 0], 0.2).round(3).tolist()
        [52.32, 5.554, 1.251, -1.82, 0.0]

    Reference:
        Pfeifer, P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, Journal of
        Interactive Marketing 14(2), 43-55.

    """
    chain = transition if isinstance(transition, MarkovChain) else MarkovChain(transition)
    problems = Problems("value in each state")
    brings = column(rewards, "rewards", problems)
    check_finite(brings, "rewards", problems)
    if not problems and brings.size != len(chain):
        problems.add(f"rewards has {brings.size} rows; give one for each of {len(chain)} states")
    problems.raise_if_any()
    rate = finite(discount_rate, "discount_rate", "a rate of a period")
    if not -1.0 < rate < math.inf or (horizon is None and rate <= 0.0):
        message = f"discount_rate = {discount_rate!r}: it must lie above -1, and above 0 for a value without end"
        raise InvalidParameters(message)
    shrunk = chain.transition / (1.0 + rate)
    if horizon is None:
        return read_only(np.linalg.solve(np.eye(len(chain)) - shrunk, brings))
    value = np.zeros(len(chain))
    for _ in range(whole(horizon, "horizon", 0) + 1):
        value = brings + shrunk @ value
    return read_only(value)
