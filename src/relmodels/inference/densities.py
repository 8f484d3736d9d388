"""Densities of one positive, bounded or free number, and of a pair of them: what is believed before the data speak.

Each is a frozen value with its logarithm, the slope and the curvature of that logarithm, and random draws. They are
densities of the parameter as the paper writes it, not of its logarithm: that of ``ln x`` is ``x`` times that of ``x``.
Outside its support a density is 0 and its logarithm minus infinity.
A density that reaches over the edge of a parameter's domain is cut there and not scaled up again, which changes the
posterior by a constant factor only: a ``Normal`` of mean 0 on a positive parameter is a half-normal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.inference.transforms import POSITIVE, REAL

__all__ = [
    "Beta",
    "Density",
    "Gamma",
    "LogNormal",
    "Normal",
    "PairDensity",
    "Pareto",
    "ShareAndTotal",
    "Uniform",
    "Weibull",
]

_LOG_ROOT: Final = 0.5 * math.log(2 * math.pi)


@runtime_checkable
class Density(Protocol):
    """A density of one number."""

    @property
    def support(self) -> tuple[float, float]:
        """Return the interval outside of which the density is 0."""
        ...

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return the logarithm of the density, of the shape of ``value``."""
        ...

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return the first derivative of the logarithm, of the shape of ``value``."""
        ...

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return the second derivative of the logarithm, of the shape of ``value``."""
        ...

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        ...


@runtime_checkable
class PairDensity(Protocol):
    """A density of two numbers together."""

    @property
    def pair_support(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return for each number the interval outside of which the density is 0."""
        ...

    def log_density(self, value: FloatArray) -> FloatArray:
        """Return the logarithm of the density of ``value``, ``(..., 2)`` to ``(...)``."""
        ...

    def slope(self, value: FloatArray) -> FloatArray:
        """Return the gradient of the logarithm at ``value``, both ``(2,)``."""
        ...

    def curvature(self, value: FloatArray) -> FloatArray:
        """Return the Hessian of the logarithm at ``value`` ``(2,)``, ``(2, 2)``."""
        ...

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size, 2)``."""
        ...


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal density.

    Args:
        mean: its center.
        sd: its standard deviation.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.Normal(mean=0.0, sd=2.0).log_density(1.0).round(4)
        np.float64(-1.7371)

    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Normal", (("mean", self.mean),), (("sd", self.sd),))

    @property
    def support(self) -> tuple[float, float]:
        """Return the whole line."""
        return -math.inf, math.inf

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``-z²/2 - ln(sd √2π)``, with ``z = (x - mean)/sd``."""
        z = (np.asarray(value) - self.mean) / self.sd
        return np.asarray(-0.5 * z**2 - math.log(self.sd) - _LOG_ROOT)

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``-z/sd``."""
        return np.asarray((self.mean - np.asarray(value)) / self.sd**2)

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``-1/sd²``."""
        return np.full(np.shape(value), -1.0 / self.sd**2)

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return rng.normal(self.mean, self.sd, size)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """The density of a positive number whose logarithm is normal.

    Args:
        median: the number above and below which lies one half.
        sd: the standard deviation of the logarithm.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.LogNormal(median=10.0, sd=2.0).log_density(10.0).round(4)
        np.float64(-3.9147)

    """

    median: float
    sd: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("LogNormal", (), (("median", self.median), ("sd", self.sd)))

    @property
    def support(self) -> tuple[float, float]:
        """Return the positive half of the line."""
        return 0.0, math.inf

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``-z²/2 - ln(x sd √2π)``, with ``z = ln(x/median)/sd``."""
        x, inside = _positive(value)
        log = np.log(x)
        z = (log - math.log(self.median)) / self.sd
        return _where(inside, -0.5 * z**2 - log - math.log(self.sd) - _LOG_ROOT)

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``-(1 + z/sd)/x``."""
        x, _ = _positive(value)
        return np.asarray(-(1.0 + np.log(x / self.median) / self.sd**2) / x)

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``(1 + z/sd - 1/sd²)/x²``."""
        x, _ = _positive(value)
        return np.asarray((1.0 + (np.log(x / self.median) - 1.0) / self.sd**2) / x**2)

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return rng.lognormal(math.log(self.median), self.sd, size)


@dataclass(frozen=True, slots=True)
class Gamma:
    """The gamma density, of mean ``shape · scale``; with ``shape = 1`` the exponential one.

    Args:
        shape: how often it is larger than its scale, on average.
        scale: in the unit of the parameter.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.Gamma(shape=2.0, scale=0.5).log_density(1.0).round(4)
        np.float64(-0.6137)

    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Gamma", (), (("shape", self.shape), ("scale", self.scale)))

    @property
    def support(self) -> tuple[float, float]:
        """Return the positive half of the line."""
        return 0.0, math.inf

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``(shape - 1) ln x - x/scale``, less the logarithm of ``Γ(shape) scale^shape``."""
        x, inside = _positive(value)
        whole = math.lgamma(self.shape) + self.shape * math.log(self.scale)
        return _where(inside, (self.shape - 1.0) * np.log(x) - x / self.scale - whole)

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``(shape - 1)/x - 1/scale``."""
        return np.asarray((self.shape - 1.0) / np.asarray(value) - 1.0 / self.scale)

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``-(shape - 1)/x²``."""
        return np.asarray((1.0 - self.shape) / np.square(value))

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return rng.gamma(self.shape, self.scale, size)


@dataclass(frozen=True, slots=True)
class Weibull:
    """The Weibull density, under which a number exceeds ``x`` with probability ``exp(-(x/scale)^shape)``.

    Args:
        shape: 2 is the Rayleigh density, which is 0 at 0; 1 is the exponential one.
        scale: in the unit of the parameter.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.Weibull(shape=2.0, scale=1.0).log_density([0.5, 1.0]).round(4).tolist()
        [-0.25, -0.3069]

    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Weibull", (), (("shape", self.shape), ("scale", self.scale)))

    @property
    def support(self) -> tuple[float, float]:
        """Return the positive half of the line."""
        return 0.0, math.inf

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``ln(shape/scale) + (shape - 1) ln(x/scale) - (x/scale)^shape``."""
        x, inside = _positive(value)
        log = np.log(x / self.scale)
        shape = self.shape
        return _where(inside, math.log(shape / self.scale) + (shape - 1.0) * log - np.exp(shape * log))

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``{shape - 1 - shape (x/scale)^shape} / x``."""
        x, shape = np.asarray(value), self.shape
        return np.asarray((shape - 1.0 - shape * (x / self.scale) ** shape) / x)

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``-(shape - 1) {1 + shape (x/scale)^shape} / x²``."""
        x, shape = np.asarray(value), self.shape
        return np.asarray((1.0 - shape) * (1.0 + shape * (x / self.scale) ** shape) / x**2)

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return self.scale * rng.weibull(self.shape, size)


@dataclass(frozen=True, slots=True)
class Pareto:
    """The Pareto density ``shape · minimum^shape / x^(shape + 1)`` from ``minimum`` on.

    Args:
        shape: how fast it falls; at 1 and below it has no mean.
        minimum: what nothing lies below.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.Pareto(shape=1.0, minimum=1.0).log_density([0.5, 2.0]).round(4).tolist()
        [-inf, -1.3863]

    """

    shape: float
    minimum: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Pareto", (), (("shape", self.shape), ("minimum", self.minimum)))

    @property
    def support(self) -> tuple[float, float]:
        """Return the part of the line above the minimum."""
        return self.minimum, math.inf

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``ln(shape/minimum) - (shape + 1) ln(x/minimum)``."""
        x, _ = _positive(value)
        inside = np.asarray(value) >= self.minimum
        return _where(inside, math.log(self.shape / self.minimum) - (self.shape + 1.0) * np.log(x / self.minimum))

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``-(shape + 1)/x``."""
        return np.asarray(-(self.shape + 1.0) / np.asarray(value))

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``(shape + 1)/x²``."""
        return np.asarray((self.shape + 1.0) / np.square(value))

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return self.minimum * (1.0 + rng.pareto(self.shape, size))


@dataclass(frozen=True, slots=True)
class Beta:
    """The beta density of a share, ``∝ x^(a-1) (1-x)^(b-1)``, of mean ``a/(a + b)``.

    Args:
        a: first shape.
        b: second shape.

    Raises:
        InvalidParameters: if a number is outside its domain.

    Examples:
        >>> from relmodels import priors
        >>> priors.Beta(a=2.0, b=2.0).log_density(0.5).round(4)
        np.float64(0.4055)

    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Beta", (), (("a", self.a), ("b", self.b)))

    @property
    def support(self) -> tuple[float, float]:
        """Return the interval from 0 to 1."""
        return 0.0, 1.0

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``(a - 1) ln x + (b - 1) ln(1 - x) - ln B(a, b)``."""
        given = np.asarray(value)
        inside = (given > 0) & (given < 1)
        x = np.where(inside, given, 0.5)
        whole = math.lgamma(self.a) + math.lgamma(self.b) - math.lgamma(self.a + self.b)
        return _where(inside, (self.a - 1.0) * np.log(x) + (self.b - 1.0) * np.log1p(-x) - whole)

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return ``(a - 1)/x - (b - 1)/(1 - x)``."""
        x = np.asarray(value)
        return np.asarray((self.a - 1.0) / x - (self.b - 1.0) / (1.0 - x))

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return ``-(a - 1)/x² - (b - 1)/(1 - x)²``."""
        x = np.asarray(value)
        return np.asarray((1.0 - self.a) / x**2 + (1.0 - self.b) / (1.0 - x) ** 2)

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return rng.beta(self.a, self.b, size)


@dataclass(frozen=True, slots=True)
class Uniform:
    """The density that is the same between two ends and 0 elsewhere; it holds the parameter between them.

    Args:
        low: the lower end.
        high: the upper end.

    Raises:
        InvalidParameters: if the ends are no numbers in this order.

    Examples:
        >>> from relmodels import priors
        >>> priors.Uniform(low=0.0, high=2.0).log_density([1.0, 3.0]).round(4).tolist()
        [-0.6931, -inf]

    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check("Uniform", (("low", self.low), ("high", self.high)), ())
        if self.low >= self.high:
            message = f"Uniform: low = {self.low!r} must be below high = {self.high!r}"
            raise InvalidParameters(message)

    @property
    def support(self) -> tuple[float, float]:
        """Return the ends."""
        return self.low, self.high

    def log_density(self, value: ArrayLike) -> FloatArray:
        """Return ``-ln(high - low)`` between the ends."""
        x = np.asarray(value)
        return _where((x >= self.low) & (x <= self.high), np.full(x.shape, -math.log(self.high - self.low)))

    def slope(self, value: ArrayLike) -> FloatArray:
        """Return 0."""
        return np.zeros(np.shape(value))

    def curvature(self, value: ArrayLike) -> FloatArray:
        """Return 0."""
        return np.zeros(np.shape(value))

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size,)``."""
        return rng.uniform(self.low, self.high, size)


@dataclass(frozen=True, slots=True)
class ShareAndTotal:
    """The density of two positive numbers whose share ``φ = a/(a + b)`` and total ``κ = a + b`` are independent.

    For the shapes of a beta distribution the share is its mean and the total says how alike the customers are, so that
    something can be believed of each by itself. The density of (a, b) is that of φ times that of κ over κ, the
    last from the change of variables: ``a = φκ, b = (1 - φ)κ, da db = κ dφ dκ``.

    Args:
        share: the density of φ, within 0 and 1.
        total: the density of κ, of positive numbers.

    Raises:
        InvalidParameters: if either is not such a density.

    Examples:
        >>> import numpy as np
        >>> from relmodels import priors
        >>> dropout = priors.ShareAndTotal(priors.Uniform(0, 1), priors.Pareto(shape=1, minimum=1))
        >>> dropout.log_density(np.array([0.5, 1.5])).round(4)  # -3 ln 2
        np.float64(-2.0794)

    """

    share: Density
    total: Density

    def __post_init__(self) -> None:
        """Check the two densities."""
        problems = Problems("ShareAndTotal")
        parts: tuple[tuple[str, object, float], ...] = (("share", self.share, 1.0), ("total", self.total, math.inf))
        for name, density, upper in parts:
            if not isinstance(density, Density):
                problems.add(f"{name} = {density!r} is not a density; give one such as priors.Uniform(0, 1)")
            elif density.support[0] < 0 or density.support[1] > upper:
                problems.add(f"{name} = {density!r} must lie within 0 and {upper:g}")
        problems.raise_if_any(InvalidParameters)

    @property
    def pair_support(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the positive half of the line twice."""
        return (0.0, math.inf), (0.0, math.inf)

    def log_density(self, value: FloatArray) -> FloatArray:
        """Return ``ln f(φ) + ln g(κ) - ln κ`` of ``value``, ``(..., 2)`` to ``(...)``."""
        a, b = value[..., 0], value[..., 1]
        inside = (a > 0) & (b > 0)
        a, b = np.where(inside, a, 1.0), np.where(inside, b, 1.0)
        total = a + b
        found = self.share.log_density(a / total) + self.total.log_density(total) - np.log(total)
        return _where(inside, found)

    def slope(self, value: FloatArray) -> FloatArray:
        """Return the gradient at ``value``, both ``(2,)``."""
        share, total, by_pair, _ = _share(value)
        return self.share.slope(share) * by_pair + (self.total.slope(total) - 1.0 / total)

    def curvature(self, value: FloatArray) -> FloatArray:
        """Return the Hessian at ``value`` ``(2,)``, ``(2, 2)``."""
        share, total, by_pair, bend = _share(value)
        of_share = self.share.curvature(share) * np.outer(by_pair, by_pair) + self.share.slope(share) * bend
        return of_share + (self.total.curvature(total) + 1.0 / total**2)

    def sample(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Return random draws, ``(size, 2)``."""
        share, total = self.share.sample(size, rng), self.total.sample(size, rng)
        return np.stack([share * total, (1.0 - share) * total], axis=-1)


def _share(value: FloatArray) -> tuple[float, float, FloatArray, FloatArray]:
    """Return φ and κ, and the gradient and the Hessian of φ by the pair."""
    a, b = value.tolist()
    total = a + b
    share = a / total
    cross = (2.0 * share - 1.0) / total**2
    bend = np.array([[-2.0 * (1.0 - share) / total**2, cross], [cross, 2.0 * share / total**2]])
    return share, total, np.array([1.0 - share, -share]) / total, bend


def _check(density: str, real: tuple[tuple[str, object], ...], positive: tuple[tuple[str, object], ...]) -> None:
    problems = Problems(density)
    for domain, numbers in ((REAL, real), (POSITIVE, positive)):
        for name, value in numbers:
            if not is_number(value) or not domain.contains(float(value)):  # type: ignore[arg-type]
                problems.add(f"{name} = {value!r} must be {domain.name}")
    problems.raise_if_any(InvalidParameters)


def _positive(value: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return ``value`` with 1 where it is not positive, and where it is."""
    given = np.asarray(value, dtype=np.float64)
    inside = given > 0
    return np.where(inside, given, 1.0), inside


def _where(inside: BoolArray, log_density: FloatArray) -> FloatArray:
    return np.asarray(np.where(inside, log_density, -np.inf))
