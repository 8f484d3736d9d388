"""A Markov chain: the next state depends on the present one, and on nothing before it.

Row ``i`` of the matrix holds the chances of each state one period after state ``i``, and adds up to 1. A distribution
over states is a row; after a period it is the row times the matrix. A state that leads only to itself is absorbing: a
relationship that is over. From the others the fundamental matrix tells how often each is visited before the end, how
long that takes, and which end it will be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table

__all__ = ["Absorption", "MarkovChain"]

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Absorption:
    """What happens before and at the end, from each of ``m`` transient states.

    Attributes:
        transient: the names of the states that are left for good sooner or later.
        absorbing: the names of the states that are never left.
        visits: ``(m, m)`` the fundamental matrix: expected visits of each transient state, across, from each, down.
        steps: ``(m,)`` expected periods until the end.
        probability: ``(m, a)`` the chances of each end.

    Examples:
        >>> found = MarkovChain(
        ...     [[0.5, 0.3, 0.2], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], ["new", "loyal", "lost"]
        ... ).absorption()
        >>> found.steps.tolist(), found.probability.round(3).tolist()
        ([2.0], [[0.6, 0.4]])

    Reference:
        Kemeny, J. G. and Snell, J. L. (1960), Finite Markov Chains, Van Nostrand.

    """

    transient: tuple[str, ...]
    absorbing: tuple[str, ...]
    visits: FloatArray
    steps: FloatArray
    probability: FloatArray

    __reduce__ = by_fields

    @property
    def variance(self) -> FloatArray:
        """Return ``(m,)`` the variance of the number of periods until the end, ``(2 N - I) t - t²``."""
        return read_only((2.0 * self.visits - np.eye(self.steps.size)) @ self.steps - self.steps**2)

    def table(self) -> Table:
        """Return a row for each transient state: periods until the end, their deviation, chances of each end."""
        ends = {f"ends in {name}": self.probability[:, place] for place, name in enumerate(self.absorbing)}
        deviation = np.sqrt(np.maximum(self.variance, 0.0))
        return Table({"from": self.transient, "periods": self.steps, "deviation": deviation, **ends})


@dataclass(frozen=True, slots=True, eq=False, init=False)
class MarkovChain:
    """A chain over ``k`` states.

    Attributes:
        transition: ``(k, k)`` chances of each state next, across, from each, down.
        states: their names.

    Raises:
        InvalidData: naming every row whose chances do not add up to 1, and names that are not one for each state.

    Examples:
        >>> cereal = MarkovChain([[0.88, 0.12], [0.15, 0.85]], states=["ours", "theirs"])
        >>> cereal.distribution([0.25, 0.75], 1).round(4).tolist(), cereal.stationary().round(4).tolist()
        ([0.3325, 0.6675], [0.5556, 0.4444])

    Reference:
        Kemeny, J. G. and Snell, J. L. (1960), Finite Markov Chains, Van Nostrand.

    """

    transition: FloatArray
    states: tuple[str, ...]

    __reduce__ = by_fields

    def __init__(self, transition: ArrayLike, states: object = None) -> None:
        """Check the matrix; states without names are called by their numbers, from 1."""
        problems = Problems("Markov chain")
        matrix = _matrix(transition, problems)
        problems.raise_if_any()
        names = _names(states, len(matrix), problems)
        for row in np.flatnonzero(~((matrix >= 0.0).all(axis=1) & (abs(matrix.sum(axis=1) - 1.0) <= 1e-6))):
            total = matrix[row].sum()
            problems.add(f"row {row} adds up to {total:g}; chances are 0 or more and add up to 1, from each state")
        problems.raise_if_any()
        object.__setattr__(self, "transition", read_only(matrix / matrix.sum(axis=1, keepdims=True)))
        object.__setattr__(self, "states", names)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.states)

    def after(self, steps: int) -> FloatArray:
        """Return ``(k, k)`` the chances of each state after some periods, from each."""
        return read_only(np.linalg.matrix_power(self.transition, whole(steps, "steps", 0)))

    def distribution(self, initial: ArrayLike, steps: int) -> FloatArray:
        """Return ``(k,)`` the distribution over states after some periods.

        Args:
            initial: ``(k,)`` chances, or numbers of customers, in each state.
            steps: how many periods later.

        Raises:
            InvalidData: if it has not one amount of 0 or more for each state.

        """
        return read_only(self._row(initial) @ self.after(steps))

    def path(self, initial: ArrayLike, steps: int) -> FloatArray:
        """Return ``(steps + 1, k)`` the distributions from now on."""
        rows = [self._row(initial)]
        for _ in range(whole(steps, "steps", 0)):
            rows.append(rows[-1] @ self.transition)
        return read_only(np.array(rows))

    def _row(self, initial: ArrayLike) -> FloatArray:
        try:
            row = np.asarray(initial, dtype=np.float64)
        except (TypeError, ValueError):
            row = np.empty(0)
        if row.shape != (len(self),) or not (np.isfinite(row) & (row >= 0.0)).all():
            message = f"initial needs an amount of 0 or more for each of {', '.join(self.states)}"
            raise InvalidData(message)
        return row

    @property
    def absorbing(self) -> tuple[str, ...]:
        """Return the states that are never left."""
        stays = np.diag(self.transition) >= 1.0 - _SLACK
        return tuple(name for name, stay in zip(self.states, stays, strict=True) if stay)

    def closed_classes(self) -> tuple[tuple[str, ...], ...]:
        """Return the sets of states that lead to each other and to nothing else."""
        from scipy.sparse.csgraph import connected_components

        linked = self.transition > 0.0
        count, label = connected_components(linked, directed=True, connection="strong")
        found = []
        for component in range(count):
            inside = label == component
            if not linked[inside][:, ~inside].any():
                found.append(tuple(name for name, here in zip(self.states, inside, strict=True) if here))
        return tuple(sorted(found, key=lambda names: [self.states.index(name) for name in names]))

    def stationary(self) -> FloatArray:
        """Return ``(k,)`` the distribution that a period does not change.

        Raises:
            InvalidData: if there are several, because several sets of states are never left.

        """
        classes = self.closed_classes()
        if len(classes) > 1:
            listed = "; ".join(", ".join(names) for names in classes)
            message = f"there is no one stationary distribution: {len(classes)} sets of states are never left: {listed}"
            raise InvalidData(message)
        inside = np.array([self.states.index(name) for names in classes for name in names])
        found = np.zeros(len(self))
        found[inside] = _stationary(self.transition[np.ix_(inside, inside)])
        return read_only(found)

    def absorption(self) -> Absorption:
        """Return how long it takes to the end, by which visits, and which end it is.

        Raises:
            InvalidData: if no state is absorbing, or some states never lead to one.

        """
        ends = np.array([name in self.absorbing for name in self.states])
        classes = [names for names in self.closed_classes() if set(names) - set(self.absorbing)]
        if not ends.any() or classes:
            stuck = f"; {', '.join(classes[0])} lead to none" if classes else ""
            message = f"absorption: every state must lead to one that is never left{stuck}"
            raise InvalidData(message)
        within, out = self.transition[~ends][:, ~ends], self.transition[~ends][:, ends]
        visits = np.linalg.inv(np.eye(int((~ends).sum())) - within)
        return Absorption(
            transient=tuple(name for name, end in zip(self.states, ends, strict=True) if not end),
            absorbing=self.absorbing,
            visits=read_only(visits),
            steps=read_only(visits.sum(axis=1)),
            probability=read_only(visits @ out),
        )

    def simulate(self, initial: ArrayLike, steps: int, rng: int | np.random.Generator) -> IntArray:
        """Return ``(n, steps + 1)`` drawn paths of customers, states by their place.

        Args:
            initial: ``(n,)`` the place of each customer's first state, or ``(k,)`` numbers of customers in each.
            steps: how many periods.
            rng: a seed or a generator.

        """
        random = generator(rng)
        given = np.asarray(initial)
        if (
            given.dtype.kind not in "iu"
            or given.ndim != 1
            or (given.size and (given.min() < 0 or given.max() >= len(self)))
        ):
            message = f"initial must be the place of each customer's first state, from 0 to {len(self) - 1}"
            raise InvalidParameters(message)
        bounds = np.cumsum(self.transition, axis=1)
        paths = np.empty((given.size, whole(steps, "steps", 0) + 1), dtype=np.int64)
        paths[:, 0] = given
        for step in range(1, paths.shape[1]):
            drawn = random.random(given.size)
            paths[:, step] = np.minimum((bounds[paths[:, step - 1]] <= drawn[:, None]).sum(axis=1), len(self) - 1)
        return read_only(paths)

    def table(self) -> Table:
        """Return the matrix with a row for each state."""
        columns = {f"to {name}": self.transition[:, place] for place, name in enumerate(self.states)}
        return Table({"from": self.states, **columns})


def _matrix(transition: ArrayLike, problems: Problems) -> FloatArray:
    try:
        matrix = np.array(transition, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add("transition is no table of numbers; give rows of equal length")
        return np.empty((0, 0))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        problems.add(f"transition has the shape {matrix.shape}; it needs as many states down as across")
    elif not np.isfinite(matrix).all():
        row, place = np.argwhere(~np.isfinite(matrix))[0]
        problems.add(f"transition[{row}, {place}] = {matrix[row, place]} is not a finite number")
    return matrix


def _names(states: object, size: int, problems: Problems) -> tuple[str, ...]:
    if states is None:
        return tuple(str(place) for place in range(1, size + 1))
    names = tuple(str(name) for name in states) if isinstance(states, list | tuple) else ()
    if len(names) != size or len(set(names)) != size:
        problems.add(f"states = {states!r} must be {size} different names, one for each row")
    return names


def _stationary(matrix: AnyArray) -> FloatArray:
    """Return the stationary distribution of an irreducible chain, by the elimination of Grassmann, Taksar and Heyman.

    It subtracts nothing, so that small chances keep their digits.
    """
    work = matrix.astype(np.float64).copy()
    size = len(work)
    for last in range(size - 1, 0, -1):
        work[:last, last] /= work[last, :last].sum()
        work[:last, :last] += np.outer(work[:last, last], work[last, :last])
    found = np.zeros(size)
    found[0] = 1.0
    for place in range(1, size):
        found[place] = found[:place] @ work[:place, place]
    return np.asarray(found / found.sum(), dtype=np.float64)
