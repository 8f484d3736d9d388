# ruff: noqa: D102 - the methods are those of the Protocol, which documents them
"""A normal distribution for rows with weights: the toy for whatever draws customers again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from relmodels.core.arrays import AnyArray, FloatArray
from relmodels.core.errors import InvalidData
from relmodels.core.periods import Unit
from relmodels.inference.derivatives import likelihood_of_rows
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL
from tests.rooms.inference.toys import Normal, Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Rows that hold one number each and say how often it was seen."""

    values: FloatArray
    weight: FloatArray | None = None
    unit: Unit | None = None

    def __len__(self) -> int:
        return self.values.size

    def take(self, rows: AnyArray | slice) -> Self:
        return type(self)(self.values[rows], None if self.weight is None else self.weight[rows], self.unit)

    def every(self, step: int) -> Self:
        return self.take(slice(None, None, step))


@dataclass(frozen=True, slots=True)
class WeightedNormal:
    """The normal distribution of counted numbers."""

    mean: float
    sd: float
    space: ClassVar[Space] = Space(
        (Parameter("mean", "μ", "center", (-5, 5), REAL), Parameter("sd", "σ", "spread", (0.1, 5))), clock=False
    )

    @classmethod
    def start(cls, data: Counted) -> Mapping[str, float]:
        return {"mean": 0.0, "sd": 1.0 + 0.0 * len(data)}

    @classmethod
    def likelihood(cls, data: Counted) -> Likelihood:
        if len(data) < 2:
            message = "one row has no spread; give two or more"
            raise InvalidData(message)
        weight = np.ones(len(data)) if data.weight is None else data.weight
        return likelihood_of_rows(lambda p: cls(*p).log_likelihood(data), lambda p: cls(*p).score(data), weight)

    def log_likelihood(self, data: Counted) -> FloatArray:
        return Normal(self.mean, self.sd).log_likelihood(Numbers(data.values))

    def score(self, data: Counted) -> FloatArray:
        return Normal(self.mean, self.sd).score(Numbers(data.values))
