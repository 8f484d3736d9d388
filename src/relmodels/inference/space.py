"""The declaration of a model's parameters, from which everything else about them is derived.

A :class:`Space` says of each parameter its name, symbol, domain, typical range and how it scales with the units of
the data. Documentation, validation, start values, optimizer coordinates and the strategies of the property tests
come from this one declaration. It declares and converts; it never decides how a model behaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.inference.transforms import POSITIVE, Domain

__all__ = ["Effect", "Parameter", "Scale", "Space"]

Scale: TypeAlias = Literal["none", "time", "1/time", "money"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a set of covariates ``z`` with coefficients ``g`` does to a parameter: it is multiplied by ``exp(± g'z)``.

    Attributes:
        block: the name of the set, such as ``"purchase"`` or ``"attrition"``.
        sign: 1 or -1; -1 for a parameter that falls when what the set is about rises.

    """

    block: str
    sign: int


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter of a model.

    Attributes:
        name: the field of the model, ASCII.
        symbol: the letter the paper prints.
        meaning: half a sentence for tables and docs.
        typical: the range in which published estimates lie; tests draw from it.
        domain: where the value may lie.
        scales: the unit of the data the parameter is proportional to:
            ``"time"`` doubles when time is counted in units half as long, ``"1/time"`` halves, ``"money"`` is as time.
        effect: what covariates do to it; ``None`` if it is the same for all customers.
        block: the set of covariates of which this is a coefficient; ``None`` if it is none.

    Examples:
        >>> rate = Parameter("rate", "μ", "endings per unit of time", (0.01, 2.0))
        >>> rate.domain.contains(0.0)
        False

    """

    name: str
    symbol: str
    meaning: str
    typical: tuple[float, float]
    domain: Domain = POSITIVE
    scales: Scale = "none"
    effect: Effect | None = None
    block: str | None = None

    @property
    def power(self) -> int:
        """Return the power with which the unit enters: a factor on times or amounts changes the value by this power.

        Examples:
            >>> Parameter("growth", "b", "growth per unit of time", (0.01, 2.0), scales="1/time").power
            -1

        """
        return {"none": 0, "time": 1, "1/time": -1, "money": 1}[self.scales]


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The parameters of one model, in the order of its paper.

    Attributes:
        parameters: their declarations.
        clock: whether time passes in the model, so that it also has a keyword-only field ``unit``.

    Examples:
        >>> from relmodels import BGNBD
        >>> BGNBD.space.names
        ('r', 'alpha', 'a', 'b')

    """

    parameters: tuple[Parameter, ...]
    clock: bool = True

    def __len__(self) -> int:
        """Return the number of parameters."""
        return len(self.parameters)

    def __iter__(self) -> Iterator[Parameter]:
        """Yield the parameters in the order of the paper."""
        return iter(self.parameters)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters, in order."""
        return tuple(parameter.name for parameter in self)

    def check(self, model: object) -> None:
        """Check every parameter of ``model`` against its domain.

        Raises:
            InvalidParameters: naming every parameter outside its domain, its value and what is allowed.

        """
        problems = Problems(type(model).__name__)
        for parameter in self:
            value = getattr(model, parameter.name)
            if isinstance(value, bool) or not isinstance(value, int | float | np.number):
                problems.add(f"{parameter.name} = {value!r} is not a number; it must be {parameter.domain.name}")
            elif not parameter.domain.contains(float(value)):
                problems.add(f"{parameter.name} = {float(value)!r} must be {parameter.domain.name}")
        problems.raise_if_any(InvalidParameters)

    def values(self, model: object) -> FloatArray:
        """Return the parameters of ``model`` as a ``(p,)`` array, in order."""
        return np.array([float(getattr(model, name)) for name in self.names])

    def named(self, values: FloatArray) -> dict[str, float]:
        """Return ``values``, shape ``(p,)``, as a dictionary by name."""
        return dict(zip(self.names, values.tolist(), strict=True))

    def pack(self, values: Mapping[str, float]) -> FloatArray:
        """Return named values as a ``(p,)`` array in order.

        Raises:
            InvalidParameters: if a name is missing or unknown.

        """
        if set(values) != set(self.names):
            message = f"parameters {sorted(values)} given, {list(self.names)} needed"
            raise InvalidParameters(message)
        return np.array([float(values[name]) for name in self.names])

    def to_free(self, natural: FloatArray) -> FloatArray:
        """Return natural values, shape ``(p,)``, as coordinates on the real line."""
        return np.array([p.domain.to_free(value) for p, value in zip(self, natural, strict=True)])

    def to_natural(self, free: FloatArray) -> FloatArray:
        """Return coordinates on the real line, shape ``(p,)``, as natural values."""
        return np.array([p.domain.to_natural(value) for p, value in zip(self, free, strict=True)])

    def slope(self, natural: FloatArray) -> FloatArray:
        """Return the derivative of each natural value by its free coordinate, shape ``(p,)``."""
        return np.array([p.domain.slope(value) for p, value in zip(self, natural, strict=True)])

    def reach(self) -> FloatArray:
        """Return how far each free coordinate may wander in a search before its parameter counts as running off.

        A step of 12 changes a positive parameter by a factor of 160,000; a parameter without an edge may go anywhere.
        """
        return np.array([p.domain.reach for p in self])

    def curvature(self, natural: FloatArray) -> FloatArray:
        """Return the second derivative of each natural value by its free coordinate, shape ``(p,)``."""
        return np.array([p.domain.curvature(value) for p, value in zip(self, natural, strict=True)])
