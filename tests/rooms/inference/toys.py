# ruff: noqa: D102 - the methods are those of the Protocol, which documents them
"""Models with textbook answers, for testing the engine on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Unit
from relmodels.inference.derivatives import likelihood_of_rows
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL, UNIT_INTERVAL


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Rows that hold one number each."""

    values: FloatArray
    unit: Unit | None = None

    def __len__(self) -> int:
        return self.values.size

    def every(self, step: int) -> Self:
        return type(self)(self.values[::step], self.unit)


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal distribution: estimates are the mean and the population standard deviation."""

    mean: float
    sd: float
    space: ClassVar[Space] = Space(
        (Parameter("mean", "μ", "center", (-5, 5), REAL), Parameter("sd", "σ", "spread", (0.1, 5))), clock=False
    )

    @classmethod
    def start(cls, data: Numbers) -> Mapping[str, float]:
        return {"mean": 0.0, "sd": 1.0 + 0.0 * len(data)}

    @classmethod
    def likelihood(cls, data: Numbers) -> Likelihood:
        return likelihood_of_rows(
            lambda p: cls(*p).log_likelihood(data), lambda p: cls(*p).score(data), np.ones(len(data))
        )

    def log_likelihood(self, data: Numbers) -> FloatArray:
        z = (data.values - self.mean) / self.sd
        value: FloatArray = -0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi)
        return value

    def score(self, data: Numbers) -> FloatArray:
        z = (data.values - self.mean) / self.sd
        return np.column_stack([z / self.sd, (z**2 - 1) / self.sd])


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin: the estimate is the share of heads."""

    p: float
    space: ClassVar[Space] = Space((Parameter("p", "p", "chance of heads", (0.1, 0.9), UNIT_INTERVAL),), clock=False)

    @classmethod
    def start(cls, data: Numbers) -> Mapping[str, float]:
        return {"p": 0.5 + 0.0 * len(data)}

    @classmethod
    def likelihood(cls, data: Numbers) -> Likelihood:
        return likelihood_of_rows(
            lambda p: cls(*p).log_likelihood(data), lambda p: cls(*p).score(data), np.ones(len(data))
        )

    def log_likelihood(self, data: Numbers) -> FloatArray:
        return np.asarray(np.where(data.values > 0, np.log(self.p), np.log1p(-self.p)))

    def score(self, data: Numbers) -> FloatArray:
        by_p: FloatArray = np.where(data.values > 0, 1 / self.p, -1 / (1 - self.p))
        return by_p[:, None]


@dataclass(frozen=True, slots=True)
class OnlyTheProduct:
    """An exponential rate written as a product: the data cannot tell the factors apart."""

    a: float
    b: float
    space: ClassVar[Space] = Space(
        (Parameter("a", "a", "one factor", (0.1, 5)), Parameter("b", "b", "the other", (0.1, 5))), clock=False
    )

    @classmethod
    def start(cls, data: Numbers) -> Mapping[str, float]:
        return {"a": 1.0, "b": 1.0 + 0.0 * len(data)}

    @classmethod
    def likelihood(cls, data: Numbers) -> Likelihood:
        return likelihood_of_rows(
            lambda p: cls(*p).log_likelihood(data), lambda p: cls(*p).score(data), np.ones(len(data))
        )

    def log_likelihood(self, data: Numbers) -> FloatArray:
        value: FloatArray = np.log(self.a * self.b) - self.a * self.b * data.values
        return value

    def score(self, data: Numbers) -> FloatArray:
        return np.column_stack([1 / self.a - self.b * data.values, 1 / self.b - self.a * data.values])
