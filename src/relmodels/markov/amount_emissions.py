"""Amounts of a period that scatter around a mean: the normal distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields
from relmodels.core.errors import Problems
from relmodels.inference.transforms import POSITIVE, REAL
from relmodels.markov.emissions import Quantity, Trials, checked_values, given_shape

__all__ = ["Gaussian"]

_CENTER: Final = Quantity("center", "μ", "expected amount in a period", REAL, (-3.0, 3.0))
_SPREAD: Final = Quantity("spread", "σ", "standard deviation", POSITIVE, (0.3, 2.0))
_HALF_LOG_TWO_PI: Final = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Gaussian:
    """Amounts, or logarithms of amounts, with a mean and a standard deviation in each state.

    Attributes:
        center: ``(S,)`` expected amount; empty for the family alone.
        spread: ``(S,)`` standard deviation.

    Examples:
        >>> Gaussian([0.0, 5.0], [1.0, 2.0]).theta.tolist()
        [[0.0, 5.0], [1.0, 2.0]]

    """

    center: FloatArray
    spread: FloatArray

    __reduce__ = by_fields

    def __init__(self, center: ArrayLike | None = None, spread: ArrayLike | None = None) -> None:
        """Take a mean and a deviation for each state, or none for the family."""
        object.__setattr__(self, "center", given_shape(center))
        object.__setattr__(self, "spread", given_shape(spread))
        checked_values(self.family, self.quantities, (self.center, self.spread))

    @property
    def family(self) -> str:
        """Return the name of the family."""
        return "Gaussian"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return mean and deviation."""
        return (_CENTER, _SPREAD)

    @property
    def in_order(self) -> bool:
        """Return True: means have an order."""
        return True

    @property
    def tabled(self) -> bool:
        """Return False: amounts hardly repeat."""
        return False

    @property
    def theta(self) -> FloatArray:
        """Return ``(2, S)`` means and deviations."""
        return np.array([self.center, self.spread])

    def of(self, theta: FloatArray) -> Self:
        """Return the family with means and deviations ``(2, S)``."""
        return type(self)(theta[0], theta[1])

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note nothing: every finite number is an amount."""

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)``: ``-(y - μ)² / (2 σ²) - ln σ - ½ ln 2π``."""
        center, spread = theta[0][:, None], theta[1][:, None]
        scaled = (values - center) / spread
        return np.asarray(-0.5 * scaled * scaled - np.log(spread) - _HALF_LOG_TWO_PI, dtype=np.float64)

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(2, S, m)`` the derivatives by mean and deviation."""
        center, spread = theta[0][:, None], theta[1][:, None]
        scaled = (values - center) / spread
        return np.array([scaled / spread, (scaled * scaled - 1.0) / spread])

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(3, S)`` the weights and the first two weighted powers of what lies off the old means."""
        off = values - theta[0][:, None]
        first = weight * off
        return np.array([weight.sum(axis=1), first.sum(axis=1), np.einsum("sm,sm->s", first, off)])

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(2, S)`` the weighted means and deviations; 0 where a state has shrunk onto one amount."""
        weight = np.maximum(moments[0], 1e-300)
        off = moments[1] / weight
        spread = np.sqrt(np.maximum(moments[2] / weight - off**2, 0.0))
        some = moments[0] > 0.0
        return np.array([np.where(some, theta[0] + off, theta[0]), np.where(some, spread, theta[1])])

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S,)`` the means."""
        found: FloatArray = theta[0]
        return found

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn amounts."""
        found: FloatArray = rng.normal(theta[0][state], theta[1][state])
        return found
