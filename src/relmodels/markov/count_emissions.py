"""Counts of a period: Poisson, and the negative binomial where they vary more than that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_rows, read_only
from relmodels.core.errors import Problems
from relmodels.inference.transforms import POSITIVE
from relmodels.markov.emissions import Quantity, Trials, checked_values, given_shape

__all__ = ["NegativeBinomial", "Poisson", "check_counts"]

_RATE: Final = Quantity("rate", "λ", "expected number in a period", POSITIVE, (0.1, 8.0))
_MEAN: Final = Quantity("mean", "m", "expected number in a period", POSITIVE, (0.1, 8.0))
_SIZE: Final = Quantity("size", "k", "how alike customers are: the variance is m + m²/k", POSITIVE, (0.5, 8.0))
# Beyond this size a negative binomial is a Poisson distribution to more digits than a likelihood has.
_LARGEST: Final = 1e8
_SMALLEST: Final = 1e-4
_STEPS: Final = 50


def check_counts(values: FloatArray, name: str, problems: Problems) -> None:
    """Note values that are no whole numbers of 0 or more."""
    bad = ~((values >= 0.0) & (values == np.floor(values)))
    check_rows(bad, values, f"distinct {name}", "is no count; counts are whole numbers of 0 or more", problems)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Poisson:
    """Counts with a rate in each state.

    Attributes:
        rate: ``(S,)`` expected number in a period; empty for the family alone.

    Examples:
        >>> Poisson([0.2, 3.0]).mean(Poisson([0.2, 3.0]).theta).tolist(), Poisson().theta.shape
        ([0.2, 3.0], (1, 0))

    """

    rate: FloatArray

    __reduce__ = by_fields

    def __init__(self, rate: ArrayLike | None = None) -> None:
        """Take a rate for each state, or none for the family."""
        object.__setattr__(self, "rate", given_shape(rate))
        checked_values("Poisson", self.quantities, (self.rate,))

    @property
    def family(self) -> str:
        """Return the name of the family."""
        return "Poisson"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return the rate."""
        return (_RATE,)

    @property
    def in_order(self) -> bool:
        """Return True: rates have an order."""
        return True

    @property
    def tabled(self) -> bool:
        """Return True: counts take few distinct values."""
        return True

    @property
    def theta(self) -> FloatArray:
        """Return ``(1, S)`` the rates."""
        return self.rate[None, :]

    def of(self, theta: FloatArray) -> Self:
        """Return the family with rates ``(1, S)``."""
        return type(self)(theta[0])

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note observed values ``(m,)`` that are no counts."""
        check_counts(values, name, problems)

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)``: ``y ln λ - λ - ln y!``."""
        from scipy import special

        rate = theta[0][:, None]
        return np.asarray(special.xlogy(values, rate) - rate - special.gammaln(values + 1.0), dtype=np.float64)

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(1, S, m)``: ``y / λ - 1``."""
        found: FloatArray = (values / theta[0][:, None] - 1.0)[None]
        return found

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(2, S)`` the weights and the weighted counts, added up."""
        return np.array([weight.sum(axis=1), np.einsum("sm,m->s", weight, values)])

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(1, S)`` the weighted means."""
        found: FloatArray = np.where(moments[0] > 0.0, moments[1] / np.maximum(moments[0], 1e-300), theta[0])[None]
        return found

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S,)`` the rates."""
        found: FloatArray = theta[0]
        return found

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn counts."""
        found: FloatArray = rng.poisson(theta[0][state]).astype(np.float64)
        return found


@dataclass(frozen=True, slots=True, eq=False, init=False)
class NegativeBinomial:
    """Counts that vary more than Poisson: the variance is ``m + m² / k``.

    Attributes:
        mean_count: ``(S,)`` expected number in a period; empty for the family alone.
        size: ``(S,)`` k; as it grows the distribution becomes Poisson.

    Examples:
        >>> NegativeBinomial([1.0], [2.0]).theta.tolist()
        [[1.0], [2.0]]

    """

    mean_count: FloatArray
    size: FloatArray

    __reduce__ = by_fields

    def __init__(self, mean_count: ArrayLike | None = None, size: ArrayLike | None = None) -> None:
        """Take a mean and a size for each state, or none for the family."""
        object.__setattr__(self, "mean_count", given_shape(mean_count))
        object.__setattr__(self, "size", given_shape(size))
        checked_values(self.family, self.quantities, (self.mean_count, self.size))

    @property
    def family(self) -> str:
        """Return the name of the family."""
        return "negative binomial"

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Return the mean and the size."""
        return (_MEAN, _SIZE)

    @property
    def in_order(self) -> bool:
        """Return True: means have an order."""
        return True

    @property
    def tabled(self) -> bool:
        """Return True: counts take few distinct values."""
        return True

    @property
    def theta(self) -> FloatArray:
        """Return ``(2, S)`` means and sizes."""
        return np.array([self.mean_count, self.size])

    def of(self, theta: FloatArray) -> Self:
        """Return the family with means and sizes ``(2, S)``."""
        return type(self)(theta[0], theta[1])

    def check(self, values: FloatArray, trials: Trials, name: str, problems: Problems) -> None:
        """Note observed values ``(m,)`` that are no counts."""
        check_counts(values, name, problems)

    def log_density(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(S, m)``: ``Σ_{j<y} ln((k + j) / (k + m)) + y ln m - ln y! - k ln(1 + m / k)``."""
        from scipy import special

        mean, size = theta[0][:, None], theta[1][:, None]
        steps = np.arange(int(values.max(initial=0.0)))
        rises = _summed(np.log1p((steps - mean) / (size + mean)), values)
        found = rises + special.xlogy(values, mean) - special.gammaln(values + 1.0) - size * np.log1p(mean / size)
        return np.asarray(found, dtype=np.float64)

    def gradient(self, values: FloatArray, trials: Trials, theta: FloatArray) -> FloatArray:
        """Return ``(2, S, m)`` the derivatives by mean and size."""
        mean, size = theta[0][:, None], theta[1][:, None]
        steps = np.arange(int(values.max(initial=0.0)))
        rises = _summed(1.0 / (size + steps), values)
        by_mean = (values - mean) * size / (mean * (size + mean))
        by_size = rises - np.log1p(mean / size) + (mean - values) / (size + mean)
        return np.array([by_mean, by_size])

    def moments(self, values: FloatArray, trials: Trials, weight: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(c + 1, S)`` the weight of each count from 0 up to the largest."""
        counts = np.zeros((int(values.max(initial=0.0)) + 1, len(weight)))
        np.add.at(counts, values.astype(np.int64), weight.T)
        return counts

    def best(self, moments: FloatArray, theta: FloatArray) -> FloatArray:
        """Return ``(2, S)``: the weighted mean, and the size by Newton's method on its logarithm."""
        columns = [
            _best_size(weight, old_mean, old_size)
            for weight, old_mean, old_size in zip(moments.T, theta[0], theta[1], strict=True)
        ]
        return np.array(columns).T

    def mean(self, theta: FloatArray) -> FloatArray:
        """Return ``(S,)`` the means."""
        found: FloatArray = theta[0]
        return found

    def draw(self, theta: FloatArray, state: IntArray, trials: Trials, rng: np.random.Generator) -> FloatArray:
        """Return ``(m,)`` drawn counts, Poisson at gamma distributed rates."""
        size = theta[1][state]
        found: FloatArray = rng.poisson(rng.standard_gamma(size) * (theta[0][state] / size)).astype(np.float64)
        return found


def _summed(terms: FloatArray, values: FloatArray) -> FloatArray:
    """Return ``(S, m)`` for each value the sum of the terms of all smaller whole numbers."""
    sums = np.concatenate([np.zeros((len(terms), 1)), np.cumsum(terms, axis=1)], axis=1)
    return sums[:, values.astype(np.int64)]


def _best_size(weight: FloatArray, old_mean: float, old_size: float) -> tuple[float, float]:
    """Return mean and size of highest likelihood for weighted counts 0, 1, …; the old ones without weight."""
    total = float(weight.sum())
    counts = np.arange(weight.size, dtype=np.float64)
    mean = float(weight @ counts) / total if total > 0.0 else 0.0
    if mean <= 0.0:
        return (mean if total > 0.0 else old_mean), old_size
    spread = float(weight @ (counts - mean) ** 2) / total
    if spread <= mean * (1.0 + 1e-9):  # no more than Poisson: the likelihood rises with the size for ever
        return mean, _LARGEST
    family = NegativeBinomial()
    tail = read_only(np.append(np.cumsum(weight[::-1])[::-1][1:], 0.0))  # weight of counts above each
    log_size = float(np.log(min(max(old_size, _SMALLEST), _LARGEST)))
    for _ in range(_STEPS):
        size = float(np.exp(log_size))
        theta = np.array([[mean], [size]])
        slope = size * float(weight @ family.gradient(counts, None, theta)[1, 0])
        rises = float(tail @ (1.0 / (size + counts) ** 2))
        # With the mean at the weighted mean, the sum of (m - y) terms vanishes.
        bend = slope + size**2 * (total * mean / (size * (size + mean)) - rises)
        step = -slope / bend if bend < 0.0 else np.sign(slope)
        log_size += float(np.clip(step, -2.0, 2.0))
        log_size = float(np.clip(log_size, np.log(_SMALLEST), np.log(_LARGEST)))
        if abs(step) < 1e-9:
            break
    return mean, float(np.exp(log_size))
