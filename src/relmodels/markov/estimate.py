"""Chains counted from what was observed, with how sure the counts make them.

A customer's state in one period and in the next is a transition; the last state of each customer leads nowhere yet and
counts for nothing. Chances are shares of each row's counts; a prior adds the same number to every count, so that what
was never seen is not taken to be impossible. A row that was never left has no estimate without one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.markov.chain import MarkovChain

__all__ = ["ChainEstimate", "estimate_chain", "transition_counts"]


def transition_counts(
    customer: Sequence[Hashable] | ArrayLike, period: ArrayLike, state: Sequence[Hashable], states: Sequence[Hashable]
) -> IntArray:
    """Return ``(k, k)`` how often each state was followed by each in the next period.

    Periods that are missing break a customer's history: nothing is counted across the gap.

    Args:
        customer: ``(n,)`` keys of any kind.
        period: ``(n,)`` whole numbers.
        state: ``(n,)`` the state of the customer in the period.
        states: all states, in their order.

    Raises:
        InvalidData: naming unknown states, periods that are no whole numbers, and customers with two states in one.

    Examples:
        >>> transition_counts(
        ...     ["a", "a", "a", "b"], [1, 2, 3, 1], ["hot", "hot", "cold", "hot"], ["hot", "cold"]
        ... ).tolist()
        [[1, 1], [0, 0]]

    """
    problems = Problems("transitions")
    when = column(period, "period", problems)
    check_finite(when, "period", problems)
    if not problems and np.any(when != np.floor(when)):
        problems.add("period must be whole numbers, one for each period")
    places = {name: place for place, name in enumerate(states)}
    unknown = sorted({str(name) for name in state if name not in places})
    if unknown:
        problems.add(f"state names {', '.join(unknown)}; the states are {', '.join(map(str, states))}")
    keys: dict[Hashable, int] = {}
    who = np.array([keys.setdefault(key, len(keys)) for key in list(customer)], dtype=np.int64)  # type: ignore[arg-type]
    if not problems and not who.size == when.size == len(state):
        problems.add("customer, period and state differ in length; give all three for each row")
    problems.raise_if_any()
    at = np.array([places[name] for name in state], dtype=np.int64)
    order = np.lexsort((when, who))
    who, when, at = who[order], when[order], at[order]
    same = who[1:] == who[:-1]
    if np.any(same & (when[1:] == when[:-1])):
        message = "transitions: a customer has two states in one period; keep one"
        raise InvalidData(message)
    follows = same & (when[1:] == when[:-1] + 1.0)
    pairs = at[:-1][follows] * len(places) + at[1:][follows]
    return read_only(np.bincount(pairs, minlength=len(places) ** 2).reshape(len(places), -1).astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class ChainEstimate:
    """A chain, and the counts it was estimated from.

    Attributes:
        chain: the estimate.
        counts: ``(k, k)`` transitions from each state, down, to each, across.
        prior: ``(k, k)`` what was added to each count.

    """

    chain: MarkovChain
    counts: FloatArray
    prior: FloatArray

    __reduce__ = by_fields

    @property
    def log_likelihood(self) -> float:
        """Return the log-likelihood of the counted transitions under the chain."""
        seen = self.counts > 0.0
        return float(np.sum(self.counts[seen] * np.log(self.chain.transition[seen])))

    @property
    def standard_errors(self) -> FloatArray:
        """Return ``(k, k)`` standard errors of the chances, ``√(p (1 - p) / n)``; ``nan`` in rows without a count."""
        rows = self.counts.sum(axis=1, keepdims=True)
        spread = self.chain.transition * (1.0 - self.chain.transition)
        return read_only(np.sqrt(np.divide(spread, rows, out=np.full(spread.shape, np.nan), where=rows > 0.0)))

    def steps_to_end(
        self, *, rng: int | np.random.Generator, level: float = 0.95, draws: int = 2_000
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return ``(m,)`` the expected periods until the end from each transient state, with interval ends.

        Rows are drawn from their Dirichlet posteriors under the prior; where none was given, 1/2 is added to steps
        that were seen and to the chance of each end. Rows of absorbing states stay.

        Raises:
            InvalidData: if the chain has no end, or counts and prior are so small that some draws never reach it.
            InvalidParameters: if the level or the number of draws is out of range.

        """
        if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
            message = f"level = {level!r} is not between 0 and 1"
            raise InvalidParameters(message)
        central = self.chain.absorption().steps
        random = generator(rng)
        ends = np.array([name in self.chain.absorbing for name in self.chain.states])
        given = self.prior if self.prior.any() else 0.5 * ((self.counts > 0.0) | ends)
        weight = self.counts + given
        rows = [_drawn(row, whole(draws, "draws", 2), random) for row in weight[~ends]]
        within = np.stack(rows, axis=1)[:, :, ~ends]
        try:
            found = np.linalg.solve(np.eye(central.size) - within, np.ones((central.size, 1)))[:, :, 0]
        except np.linalg.LinAlgError as error:
            message = "too few transitions were counted to say when the end comes; count more, or give a larger prior"
            raise InvalidData(message) from error
        low, high = np.quantile(found, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
        return central, read_only(low), read_only(high)


def estimate_chain(counts: ArrayLike, states: Sequence[str] | None = None, *, prior: ArrayLike = 0.0) -> ChainEstimate:
    """Return the chain of counted transitions.

    Args:
        counts: ``(k, k)`` transitions from each state, down, to each, across; whole numbers or weights.
        states: their names.
        prior: added to the counts, one number for all or ``(k, k)``: the chances are then means under Dirichlet priors.
            Where it is 0, a step that was never seen stays impossible.

    Raises:
        InvalidData: if it is no such table, or a state was never left and there is no prior.
        InvalidParameters: if the prior is no number of 0 or more, or has another shape.

    Examples:
        >>> found = estimate_chain([[8, 2], [1, 3]], ["hot", "cold"])
        >>> found.chain.transition.tolist(), found.standard_errors.round(4).tolist()
        ([[0.8, 0.2], [0.25, 0.75]], [[0.1265, 0.1265], [0.2165, 0.2165]])

    Reference:
        Anderson, T. W. and Goodman, L. A. (1957), Statistical inference about Markov chains, Annals of Mathematical
        Statistics 28(1), 89-110.

    """
    try:
        seen = np.array(counts, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "counts is no table of numbers; give rows of equal length"
        raise InvalidData(message) from error
    if seen.ndim != 2 or seen.shape[0] != seen.shape[1] or not (np.isfinite(seen) & (seen >= 0.0)).all():
        message = f"counts has the shape {seen.shape}; it needs counts of 0 or more, as many states down as across"
        raise InvalidData(message)
    added = _prior(prior, len(seen))
    rows = (seen + added).sum(axis=1)
    if np.any(rows == 0.0):
        place = int(np.flatnonzero(rows == 0.0)[0])
        name = states[place] if states is not None and len(states) > place else str(place + 1)
        message = f"state {name!r} was never left; count a transition to itself if it is an end, or give a prior"
        raise InvalidData(message)
    chain = MarkovChain((seen + added) / rows[:, None], None if states is None else list(states))
    return ChainEstimate(chain, read_only(seen), added)


def _prior(prior: ArrayLike, size: int) -> FloatArray:
    try:
        given = np.array(prior, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.full(1, np.nan)
    if given.shape not in {(), (size, size)} or not (np.isfinite(given) & (given >= 0.0)).all():
        message = f"prior = {prior!r} must be a number of 0 or more, or one for each of {size} by {size} steps"
        raise InvalidParameters(message)
    return read_only(np.broadcast_to(given, (size, size)).copy())


def _drawn(weight: FloatArray, draws: int, random: np.random.Generator) -> FloatArray:
    """Return ``(draws, k)`` rows of chances from a Dirichlet distribution; a weight of 0 is a chance of 0."""
    found = np.zeros((draws, weight.size))
    found[:, weight > 0.0] = random.dirichlet(weight[weight > 0.0], size=draws)
    return found
