"""Outcomes that are one of several: yes or no out of a number of trials, or one of some categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_rows, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.inference.transforms import POSITIVE, UNIT_INTERVAL
from relmodels.markov.emissions import Quantity, Trials, checked_values, cut_off, given_shape

__all__ = ["Binomial", "Categorical"]

_SHARE: Final = Quantity("probability", "m", "chance of a yes in each trial", UNIT_INTERVAL, (0.05, 0.95))


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Binomial:
    """Yes or no, or how many of the panel's ``trials``; one trial where the panel has none.

    Attributes:
        probability: ``(S,)`` chance of a yes; empty for the family alone.

    Examples:
        >>> Binomial([0.05, 0.4, 0.9]).theta.shape
        (1, 3)

    """

    probability: FloatArray

    __reduce__ = by_fields

    def __init__(self, probability: ArrayLike | None = None) -> None:
        """Take a chance for each state, or none for the family."""
        object.__setattr__(self, "probability", given_shape(probability))
        checked_values(self.family, self.quantities, (self.probability,))

    @property
    def family(self) -> str:
        """Return the name of the family."""
        return "binomial"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return the chance."""
        return (_SHARE,)

    @property
    def in_order(self) -> bool:
        """Return True: chances have an order."""
        return True

    @property
    def tabled(self) -> bool:
        """Return True: counts take few distinct values."""
        return True

    @property
    def theta(self) -> FloatArray:
        """Return ``(1, S)`` the chances."""
        return self.probability[None, :]

    def of(self, theta: FloatArray) -> Self:
        """Return the family with chances ``(1, S)``."""
        return type(self)(theta[0])

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note observed values ``(m,)`` that are no whole numbers between 0 and their trials."""
        most = np.ones_like(values) if trials is None else trials
        bad = ~((values >= 0.0) & (values <= most) & (values == np.floor(values)))
        rule = "is no whole number between 0 and its trials" if trials is not None else "is neither 0 nor 1"
        check_rows(bad, values, f"distinct {name}", f"{rule}; for more than one trial name their column", problems)

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)``: ``ln C(n, y) + y ln m + (n - y) ln(1 - m)``."""
        from scipy import special

        most = np.ones_like(values) if trials is None else trials
        ways = special.gammaln(most + 1.0) - special.gammaln(values + 1.0) - special.gammaln(most - values + 1.0)
        share = theta[0][:, None]
        found = ways + special.xlogy(values, share) + special.xlog1py(most - values, -share)
        return np.asarray(found, dtype=np.float64)

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(1, S, m)``: ``y / m - (n - y) / (1 - m)``."""
        most = np.ones_like(values) if trials is None else trials
        share = theta[0][:, None]
        found: FloatArray = (values / share - (most - values) / (1.0 - share))[None]
        return found

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(2, S)`` the weighted trials and successes, added up."""
        most = np.ones_like(values) if trials is None else trials
        return np.array([np.einsum("sm,m->s", weight, most), np.einsum("sm,m->s", weight, values)])

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(1, S)`` the weighted shares."""
        found: FloatArray = np.where(moments[0] > 0.0, moments[1] / np.maximum(moments[0], 1e-300), theta[0])[None]
        return found

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S,)`` the chances, the expected outcome of one trial."""
        found: FloatArray = theta[0]
        return found

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn successes."""
        most = np.ones(state.size) if trials is None else trials
        return rng.binomial(most.astype(np.int64), theta[0][state]).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Categorical:
    """One of ``K`` categories, numbered from 0: which channel, brand or answer.

    Attributes:
        categories: K.
        probability: ``(S, K)`` chances of each in each state; ``(0, K)`` for the family alone.

    Raises:
        InvalidParameters: if there are fewer than two categories, or rows are not chances that add up to 1.

    Examples:
        >>> Categorical(probability=[[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]).categories
        3

    """

    categories: int
    probability: FloatArray

    __reduce__ = by_fields

    def __init__(self, categories: int | None = None, probability: ArrayLike | None = None) -> None:
        """Take the number of categories for the family, or the chances of each state."""
        count = None if categories is None else whole(categories, "categories", 2)
        rows = np.empty((0, count or 0)) if probability is None else np.array(probability, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] < 2 or count not in {None, rows.shape[1]}:
            message = (
                f"categorical: {rows.shape[-1]} categories; give Categorical(3), or a row of chances for each state"
            )
            raise InvalidParameters(message)
        problems = Problems("categorical")
        for row, chances in enumerate(rows):
            if not ((chances >= 0.0).all() and abs(chances.sum() - 1.0) <= 1e-6):
                problems.add(f"probability[{row}] adds up to {chances.sum():g}; chances are 0 or more and add up to 1")
        problems.raise_if_any(InvalidParameters)
        object.__setattr__(self, "categories", int(rows.shape[1]))
        object.__setattr__(self, "probability", read_only(rows))

    @property
    def family(self) -> str:
        """Return the name of the family."""
        return "categorical"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return the odds of each category against the one that its state prefers."""
        return tuple(
            Quantity(f"odds_of_{place}", f"o{place}", f"odds of category {place}", POSITIVE, (0.2, 5.0))
            for place in range(self.categories)
        )

    @property
    def in_order(self) -> bool:
        """Return False: categories alone put no states in order."""
        return False

    @property
    def tabled(self) -> bool:
        """Return True: there are few categories."""
        return True

    @property
    def theta(self) -> FloatArray:
        """Return ``(K, S)`` the chances."""
        return self.probability.T

    def of(self, theta: FloatArray) -> Self:
        """Return the family with chances ``(K, S)``."""
        return type(self)(probability=theta.T)

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note observed values ``(m,)`` that are no category."""
        bad = ~((values >= 0.0) & (values < self.categories) & (values == np.floor(values)))
        rule = f"is no category; number them from 0 to {self.categories - 1}"
        check_rows(bad, values, f"distinct {name}", rule, problems)

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)`` the logarithms of the chances."""
        chance = theta[values.astype(np.int64)].T
        return np.log(chance, out=np.full(chance.shape, cut_off), where=chance > 0.0)

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(K, S, m)``: one over the chance of the category that was seen, 0 for the others."""
        place = values.astype(np.int64)
        found = np.zeros((self.categories, theta.shape[1], place.size))
        chance = theta[place].T
        rows = np.arange(theta.shape[1])[:, None]
        found[place, rows, np.arange(place.size)] = np.divide(
            1.0, chance, out=np.zeros(chance.shape), where=chance > 0.0
        )
        return found

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(K, S)`` the weight of each category."""
        seen = np.zeros((self.categories, len(weight)))
        np.add.at(seen, values.astype(np.int64), weight.T)
        return seen

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(K, S)`` the weighted shares."""
        total = moments.sum(axis=0)
        return np.where(total > 0.0, moments / np.maximum(total, 1e-300), theta)

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S, K)`` the chances."""
        return theta.T

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn categories."""
        bounds = np.cumsum(theta, axis=0)[:, state]
        drawn = (bounds <= rng.random(state.size)).sum(axis=0)
        found: FloatArray = np.minimum(drawn, self.categories - 1).astype(np.float64)
        return found
