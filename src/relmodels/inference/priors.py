"""What is believed of a model's parameters before the data speak, and the densities to say it with.

:class:`Priors` maps names of parameters to densities: of the parameters as the paper writes them, in the unit of the
data. A parameter that is not named is *flat*: its density is the same everywhere, which is no probability and may leave
a posterior that is none either, for example where the likelihood does not fall to nothing as a parameter grows.
:meth:`Priors.weak` avoids that without knowing anything of the business: it only takes for granted that times compare
with the customers' ages and amounts with what they spend, within a factor of a few dozen.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.inference.densities import (
    Beta,
    Density,
    Gamma,
    LogNormal,
    Normal,
    PairDensity,
    Pareto,
    ShareAndTotal,
    Uniform,
    Weibull,
)
from relmodels.inference.model import Evaluation
from relmodels.inference.space import Parameter, Scale, Space
from relmodels.inference.transforms import UNIT_INTERVAL
from relmodels.inference.whole import WHOLE

__all__ = [
    "Beta",
    "Density",
    "Described",
    "Gamma",
    "LogNormal",
    "Normal",
    "PairDensity",
    "Pareto",
    "Priors",
    "Scaled",
    "ShareAndTotal",
    "Uniform",
    "Weibull",
]

Described: TypeAlias = dict[str, Any]
AnyDensity: TypeAlias = Density | PairDensity
# Keys are names and pairs of names; a mapping takes no wider type of keys than its own, hence Any.
ByName: TypeAlias = Mapping[Any, AnyDensity]

_KNOWN: Final = {
    density.__name__: density for density in (Beta, Gamma, LogNormal, Normal, Pareto, ShareAndTotal, Uniform, Weibull)
}
_SPREAD: Final = 2.0


@runtime_checkable
class Scaled(Protocol):
    """Data that know their own measure of time and money."""

    def scale(self, kind: Scale) -> float:
        """Return a typical size, in the unit of the data, of what scales like ``kind``."""
        ...


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Priors:
    """Prior densities by the name of the parameter, or by a pair of names for a density of two.

    Args:
        densities: for example ``{"r": priors.Weibull(2, 1), ("a", "b"): priors.ShareAndTotal(...)}``; empty for a flat
            prior.

    Raises:
        InvalidParameters: naming every name that is none or occurs twice, and every value that is no density of as many
            parameters.

    Examples:
        >>> import relmodels as rm
        >>> prior = rm.Priors({"r": rm.priors.Weibull(shape=2, scale=1), "alpha": rm.priors.Weibull(shape=2, scale=10)})
        >>> print(prior)
        r ~ Weibull(shape=2, scale=1), alpha ~ Weibull(shape=2, scale=10)

    """

    items: tuple[tuple[tuple[str, ...], AnyDensity], ...]

    def __init__(self, densities: ByName) -> None:
        """Make priors of a mapping."""
        object.__setattr__(self, "items", _checked_items(densities))

    @classmethod
    def weak(cls, space: Space, data: object, *, spread: float = _SPREAD) -> Self:
        """Return priors that only know the scale of the data, so that no answer depends on the unit of time or money.

        A positive parameter is log-normal: its median is 1 if it has no unit, the mean age of the customers if it is a
        time, one over that if it is a rate, the mean spend of repeat buyers if it is an amount. A share is uniform. A
        coefficient is normal around 0, so that one standard deviation of its covariate changes the parameter by a
        factor of ``exp(spread)`` or less with a probability of 0.68. All this is a convention of ours.

        Args:
            space: the parameters of the model, such as ``rm.BGNBD.space``.
            data: what the model is to be fitted to, such as a ``PurchaseSummary``.
            spread: the standard deviation of the logarithms; with 2, 95 in 100 lie within a factor of 50 of the median.

        Raises:
            InvalidData: if the data do not know their scale and a parameter needs it.
            InvalidParameters: if ``spread`` is not positive.

        Examples:
            >>> import relmodels as rm
            >>> summary = rm.PurchaseSummary.from_arrays(frequency=[2, 0], recency=[9.0, 0.0], age=[10.0, 14.0])
            >>> print(rm.Priors.weak(rm.NBD.space, summary))
            r ~ LogNormal(median=1, sd=2), alpha ~ LogNormal(median=12, sd=2)

        """
        chosen = {parameter.name: _weak(parameter, data, spread) for parameter in space}
        return cls({name: density for name, density in chosen.items() if density is not None})

    def having(self, densities: Mapping[str, Density]) -> Self:
        """Return these priors with other densities for some parameters.

        Raises:
            InvalidParameters: if one of these is part of a pair.

        """
        own: dict[Any, AnyDensity] = {_key(names): density for names, density in self}
        return type(self)(own | dict(densities))

    def without(self, names: Collection[str]) -> Self:
        """Return these priors with the parameters of these names flat, and those they share a density with."""
        return type(self)({_key(own): density for own, density in self if not set(own) & set(names)})

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], AnyDensity]]:
        """Yield the names each density is of, and the density."""
        return iter(self.items)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters that are not flat."""
        return tuple(name for names, _ in self for name in names)

    def check(self, space: Space) -> None:
        """Check that the priors are of parameters of ``space`` and possible there.

        Raises:
            InvalidParameters: naming every unknown parameter and every density that does not fit its domain.

        """
        problems, parameters = Problems("prior"), {parameter.name: parameter for parameter in space}
        for names, density in self:
            for name, support in zip(names, _supports(density), strict=True):
                if name not in parameters:
                    problems.add(f"{name!r} is not a parameter; the model has {', '.join(space.names)}")
                else:
                    _check_support(parameters[name], density, support, problems)
        problems.raise_if_any(InvalidParameters)

    def evaluate(self, names: tuple[str, ...], natural: FloatArray) -> Evaluation:
        """Return the logarithm of the prior density with its derivatives by the natural parameters.

        Where the density is 0 the value is minus infinity and the derivatives are 0.

        Args:
            names: what ``natural`` holds, in order; a parameter the priors do not name has a derivative of 0.
            natural: ``(p,)`` values inside their domains.

        Raises:
            InvalidParameters: if the priors name a parameter that is not among ``names``.

        """
        value, gradient, hessian = 0.0, np.zeros(natural.size), np.zeros((natural.size, natural.size))
        for places, density in self._placed(names):
            at = natural[places] if isinstance(density, PairDensity) else natural[places[0]]
            height = float(density.log_density(at))
            value += height
            if np.isfinite(height):
                gradient[places] += density.slope(at)
                hessian[np.ix_(places, places)] += density.curvature(at)
        return Evaluation(value, gradient, hessian)

    def log_density(self, names: tuple[str, ...], points: FloatArray) -> FloatArray:
        """Return the logarithm of the prior density at many points, ``(d,)``.

        Args:
            names: as for :meth:`evaluate`.
            points: ``(d, p)`` natural values.

        Raises:
            InvalidParameters: if the priors name a parameter that is not among ``names``.

        """
        total = np.zeros(len(points))
        for places, density in self._placed(names):
            at = points[:, places] if isinstance(density, PairDensity) else points[:, places[0]]
            total += density.log_density(at)
        return total

    def sample(self, names: tuple[str, ...], size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws from the prior, ``(size, p)``, in the order of ``names``.

        A density that reaches over the edge of a domain is not cut.

        Raises:
            InvalidParameters: if a parameter is flat, or the priors name one that is not among ``names``.

        """
        flat = [name for name in names if name not in self.names]
        if flat:
            message = f"nothing can be drawn for {', '.join(flat)}, whose prior is flat; give every parameter a density"
            raise InvalidParameters(message)
        drawn = np.empty((size, len(names)))
        for places, density in self._placed(names):
            drawn[:, places] = density.sample(size, rng).reshape(size, len(places))
        return drawn

    def describe(self) -> list[Described]:
        """Return the priors as plain lists, text and numbers, from which :meth:`from_description` restores them.

        Examples:
            >>> import relmodels as rm
            >>> rm.Priors({"r": rm.priors.Weibull(shape=2, scale=1)}).describe()
            [{'parameters': ['r'], 'density': 'Weibull', 'shape': 2.0, 'scale': 1.0}]

        """
        return [{"parameters": list(names)} | _described(density) for names, density in self]

    @classmethod
    def from_description(cls, described: Sequence[Described]) -> Self:
        """Return the priors that :meth:`describe` wrote.

        Raises:
            InvalidData: if it is no such description.

        """
        try:
            found = {_key(item["parameters"]): _restored(item) for item in described}
        except (KeyError, TypeError, AttributeError) as error:
            message = f"{described!r} is not a description of priors; write it with Priors.describe"
            raise InvalidData(message) from error
        return cls(found)

    def __str__(self) -> str:
        """Return one clause for each density."""
        return ", ".join(f"{_joint(names)} ~ {_written(density)}" for names, density in self) or "flat"

    def __repr__(self) -> str:
        """Return the class and the same."""
        return f"<Priors {self}>"

    def _placed(self, names: tuple[str, ...]) -> Iterator[tuple[list[int], AnyDensity]]:
        unknown = [name for name in self.names if name not in names]
        if unknown:
            message = f"prior: {', '.join(unknown)} is not among the parameters {', '.join(names)}"
            raise InvalidParameters(message)
        for own, density in self:
            yield [names.index(name) for name in own], density


def _checked_items(densities: object) -> tuple[tuple[tuple[str, ...], AnyDensity], ...]:
    if not isinstance(densities, Mapping):
        message = f"Priors needs a mapping of names to densities, got {densities!r}; an empty one is a flat prior"
        raise InvalidParameters(message)
    problems, seen = Problems("prior"), set[str]()
    items = tuple(((key,) if isinstance(key, str) else key, density) for key, density in densities.items())
    for names, density in items:
        if not isinstance(names, tuple) or len(names) not in {1, 2} or not all(isinstance(one, str) for one in names):
            problems.add(f"{names!r} is not the name of a parameter or a pair of names")
            continue
        wanted, kind = (PairDensity, "two parameters") if len(names) == 2 else (Density, "one parameter")
        if not isinstance(density, wanted) or inspect.isclass(density):
            problems.add(f"{_joint(names)} has {density!r}, which is not a density of {kind}; see rm.priors")
        problems.found += [
            f"{name} has more than one density; give it one, by itself or in a pair" for name in names if name in seen
        ]
        seen |= set(names)
    problems.raise_if_any(InvalidParameters)
    return items


def _supports(density: AnyDensity) -> tuple[tuple[float, float], ...]:
    return density.pair_support if isinstance(density, PairDensity) else (density.support,)


def _check_support(parameter: Parameter, density: AnyDensity, support: tuple[float, float], problems: Problems) -> None:
    domain, (low, high) = parameter.domain, support
    if domain is WHOLE:
        problems.add(f"{parameter.name} is {domain.name}, chosen by its likelihood; it has no density")
    elif max(low, domain.lower) >= min(high, domain.upper):
        problems.add(f"{parameter.name} ~ {_written(density)} lies outside the domain, {domain.name}")
    elif low > domain.lower and np.isinf(domain.lower) and not isinstance(density, Uniform):
        problems.add(
            f"{parameter.name} ~ {_written(density)} leaves out half of the domain, {domain.name}; "
            "take a Normal, or a Uniform to bound it"
        )


def _weak(parameter: Parameter, data: object, spread: float) -> Density | None:
    if parameter.domain is WHOLE:
        return None
    if parameter.domain is UNIT_INTERVAL:
        return Uniform(0.0, 1.0)
    scale = 1.0
    if parameter.scales != "none":
        if not isinstance(data, Scaled):
            message = (
                f"{type(data).__name__} does not know how long a long time is, which the weak prior of "
                f"{parameter.name} needs; pass prior=rm.Priors({{...}})"
            )
            raise InvalidData(message)
        scale = data.scale(parameter.scales)
    if np.isinf(parameter.domain.lower):
        # The free coordinate of a coefficient is the effect of one standard deviation of its covariate.
        return Normal(0.0, spread * scale * float(parameter.domain.slope(np.zeros(()))))
    return LogNormal(scale, spread)


def _described(density: object) -> Described:
    if type(density) not in _KNOWN.values():
        message = f"{density!r} is not one of {', '.join(_KNOWN)} and cannot be written down"
        raise InvalidParameters(message)
    numbers = {
        name: float(value) if is_number(value) else _described(value) for name, value in _numbers(density).items()
    }
    return {"density": type(density).__name__} | numbers


def _numbers(density: Any) -> dict[str, Any]:
    """Return what a density of ours was made with, by name."""
    return {field.name: getattr(density, field.name) for field in fields(density)}


def _restored(item: Described) -> Any:
    density = _KNOWN[item["density"]]
    numbers = [item[field.name] for field in fields(density)]
    return density(*(_restored(number) if isinstance(number, dict) else number for number in numbers))


def _key(names: Sequence[str]) -> Any:
    return names[0] if len(names) == 1 else tuple(names)


def _joint(names: Sequence[object]) -> str:
    return str(names[0]) if len(names) == 1 else f"({', '.join(map(str, names))})"


def _written(density: object) -> str:
    """Return a density with its numbers to six digits."""
    if type(density) not in _KNOWN.values():
        return repr(density)
    listed = (
        f"{name}={value:.6g}" if is_number(value) else f"{name}={_written(value)}"
        for name, value in _numbers(density).items()
    )
    return f"{type(density).__name__}({', '.join(listed)})"
