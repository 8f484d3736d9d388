"""Densities of two parameters together, for beliefs that are not about either of them alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.inference.densities import Density

__all__ = ["PairDensity", "ShareAndTotal"]


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
        return np.asarray(np.where(inside, found, -np.inf))

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
