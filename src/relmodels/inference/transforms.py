"""Domains of parameters and the coordinates in which the optimizer walks.

A domain is an interval together with a smooth one-to-one map from the whole real line onto it.
The engine moves freely on the real line; the model only ever sees values inside its domain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray

__all__ = ["POSITIVE", "REAL", "UNIT_INTERVAL", "Domain", "coefficient"]

_Map = Callable[[FloatArray], FloatArray]

_FAR: Final = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """An open interval and its map from the real line.

    Attributes:
        name: how messages and docs call it.
        lower: the lower end, not included.
        upper: the upper end, not included.
        to_free: natural values to the real line, any shape.
        to_natural: the inverse of ``to_free``.
        slope: the first derivative of the natural value by the free one, as a function of the natural value.
        curvature: the second derivative, as a function of the natural value.
        reach: how far the free value may wander in a search before the parameter counts as running off.

    """

    name: str
    lower: float
    upper: float
    to_free: _Map
    to_natural: _Map
    slope: _Map
    curvature: _Map
    reach: float = _FAR

    def contains(self, value: float) -> bool:
        """Return whether ``value`` is finite and strictly inside the interval."""
        return bool(np.isfinite(value)) and self.lower < value < self.upper


def _logit(value: FloatArray) -> FloatArray:
    result: FloatArray = np.log(value) - np.log1p(-value)
    return result


def _expit(value: FloatArray) -> FloatArray:
    result: FloatArray = np.exp(-np.logaddexp(0.0, -value))
    return result


REAL: Final = Domain("a real number", -np.inf, np.inf, np.copy, np.copy, np.ones_like, np.zeros_like, np.inf)
POSITIVE: Final = Domain("a positive number", 0.0, np.inf, np.log, np.exp, np.copy, np.copy)
UNIT_INTERVAL: Final = Domain(
    "a number between 0 and 1",
    0.0,
    1.0,
    _logit,
    _expit,
    lambda value: value * (1 - value),
    lambda value: value * (1 - value) * (1 - 2 * value),
)


def coefficient(spread: float) -> Domain:
    """Return the real line as the domain of the coefficient of a covariate whose standard deviation is ``spread``.

    The free coordinate is the effect of one standard deviation, so that covariates of any size are treated alike, and
    an effect by a factor of ``exp(12)`` counts as running off.

    Examples:
        >>> float(coefficient(10.0).to_free(np.array(0.05)))
        0.5

    """
    return Domain(
        "a real number",
        -np.inf,
        np.inf,
        lambda value: value * spread,
        lambda free: free / spread,
        lambda value: np.full_like(value, 1.0 / spread),
        np.zeros_like,
    )
