"""What a customer does in a period, given the state: one distribution for each state.

An emission without values names a family, for a specification: ``Poisson()``. With a value for each state it is part of
a model: ``Poisson([0.1, 1.0, 4.0])``. Families share one vocabulary, so that a model may mix them: a count of visits
beside an amount and a yes or no. Given the state, several outcomes are independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, FloatArray, IntArray, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.inference.transforms import Domain

__all__ = ["Emission", "Quantity", "Trials", "checked_values", "cut_off", "given_shape"]

Trials: TypeAlias = FloatArray | None
# Where a density is zero, its logarithm is this: far below anything that counts, and still a number.
cut_off: Final = -1e300


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """What a family has one of in each state.

    Attributes:
        name: such as ``rate``.
        symbol: the letter in formulas.
        meaning: half a sentence.
        domain: where it may lie.
        typical: the range from which tests draw.

    """

    name: str
    symbol: str
    meaning: str
    domain: Domain
    typical: tuple[float, float]


@runtime_checkable
class Emission(Protocol):
    """A family of distributions of one outcome, with or without a value for each of ``S`` states."""

    @property
    def family(self) -> str:
        """Return the name of the family."""
        ...

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return what it has in each state; the first orders the states, where it can."""
        ...

    @property
    def in_order(self) -> bool:
        """Return whether states can be put in order by the first quantity."""
        ...

    @property
    def tabled(self) -> bool:
        """Return whether outcomes take few distinct values, for which densities are computed once."""
        ...

    @property
    def theta(self) -> FloatArray:
        """Return ``(q, S)`` its values; ``(q, 0)`` for a family without."""
        ...

    def of(self, theta: FloatArray) -> Self:
        """Return the family with values ``(q, S)``."""
        ...

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note observed values ``(m,)`` that the family cannot take."""
        ...

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)`` the logarithms of the densities of values ``(m,)`` in each state."""
        ...

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(q, S, m)`` their derivatives by the values of the state."""
        ...

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return sums over values weighted by ``weight``, ``(S, m)``, for :meth:`best`; they add up over parts."""
        ...

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(q, S)`` the values of highest weighted likelihood, near ``theta`` where that takes a search."""
        ...

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S,)`` the expected outcome in each state, of one trial for a share; ``(S, K)`` for categories."""
        ...

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn outcomes of customers in each ``state``, ``(m,)``."""
        ...


def given_shape(values: ArrayLike | None) -> FloatArray:
    """Return one quantity as ``(S,)`` numbers; none without values.

    Raises:
        InvalidParameters: if they are no numbers.

    """
    if values is None:
        return read_only(np.empty(0))
    try:
        return read_only(np.atleast_1d(np.array(values, dtype=np.float64)))
    except (TypeError, ValueError) as error:
        message = f"{values!r} is no row of numbers, one for each state"
        raise InvalidParameters(message) from error


def checked_values(family: str, quantities: tuple[Quantity, ...], columns: tuple[AnyArray, ...]) -> None:
    """Check that each quantity has as many values as the others, each in its domain.

    Raises:
        InvalidParameters: naming every fault with its place.

    """
    problems = Problems(family)
    for quantity, column in zip(quantities, columns, strict=True):
        if column.shape != columns[0].shape or column.ndim != 1:
            problems.add(f"{quantity.name} has the shape {column.shape}; give one value for each state")
            continue
        for place, value in enumerate(column.tolist()):
            if not quantity.domain.contains(value):
                problems.add(f"{quantity.name}[{place}] = {value} must be {quantity.domain.name}")
    problems.raise_if_any(InvalidParameters)
