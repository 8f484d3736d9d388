"""The time between two purchases at a known regularity, and integrals over it on its logarithm.

Given the regularity ``k`` and a history, the time ``v`` from the last purchase to the next one, if the customer stays,
has the density ``f(v) = v^(k-1) c^K / (B(k, K) (c+v)^(K+k))`` with ``K = r + kx`` and ``c = alpha/k + t_x``: the
unknown rate is integrated out. Integrals over ``v`` are taken over ``d``, the logarithm of ``v`` relative to the mode
``ck/K`` of its density. There the integrands are log-concave, smooth up to a distance of π from the real line, and fall
exponentially; each side of the highest point is mapped so that its tail becomes a power, which a Gauss-Legendre sum
takes well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np

from relmodels.btyd.special import log_beta
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["DEPTH", "Gap", "Given", "Sides", "edge", "reach"]

_Concave: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]

# What lies beyond a fall by exp(-34) is less than 1e-14 of the integral.
DEPTH: Final = 34.0
_MOST_STEPS: Final = 60
_LARGEST: Final = 700.0
_POWER: Final = 8.0
_LONGEST: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Histories with their parameters and regularity, all ``(m,)``.

    Attributes:
        k: regularity; 1 is buying at random.
        r: as in the model; likewise ``alpha``, ``s`` and ``beta``.
        x: frequency; ``t_x`` recency, ``T`` age.

    """

    k: FloatArray
    r: FloatArray
    alpha: FloatArray
    s: FloatArray
    beta: FloatArray
    x: FloatArray
    t_x: FloatArray
    T: FloatArray

    def gap(self) -> Gap:
        """Return the distribution of the time from the last purchase to the next one."""
        return Gap(self.k, self.r + self.k * self.x, self.alpha / self.k + self.t_x)


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """The distribution of the time to the next purchase.

    Attributes:
        k: ``(m,)`` regularity.
        K: ``(m,)`` shape of the rate.
        c: ``(m,)`` scale.

    """

    k: FloatArray
    K: FloatArray
    c: FloatArray

    def take(self, rows: IntArray) -> Self:
        """Return some rows."""
        return type(self)(self.k[rows], self.K[rows], self.c[rows])

    def log_at_mode(self) -> FloatArray:
        """Return the logarithm of the density of d at its mode, ``(m,)``."""
        both = self.k + self.K
        return self.k * np.log(self.k / both) + self.K * np.log(self.K / both) - log_beta(self.k, self.K)

    def place(self, v: FloatArray) -> FloatArray:
        """Return the d of ``v`` > 0, ``(m,)``."""
        return np.log(v / self.c) + np.log(self.K / self.k)

    def time(self, d: FloatArray, rows: IntArray) -> FloatArray:
        """Return v, in the shape of ``d``; the last axis are ``rows``."""
        v: FloatArray = self.c[rows] * (self.k[rows] / self.K[rows]) * np.exp(d)
        return v

    def at(self, d: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return ``ln(1 + v/c)``, ``v/(c+v)`` and the log density relative to its mode, in the shape of ``d``."""
        k, K = self.k[rows], self.K[rows]
        log_ratio = d + np.log(k / K)
        ratio = np.exp(np.minimum(log_ratio, _LARGEST))
        longer = np.log1p(ratio) + np.maximum(log_ratio - _LARGEST, 0.0)
        return longer, ratio / (1.0 + ratio), k * d - (K + k) * (longer - np.log1p(k / K))

    def height(self, d: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the log density relative to its mode and its slope, at one d for each row, ``(m,)``."""
        _, part, log_height = self.at(d, np.arange(d.size))
        return log_height, self.k - (self.K + self.k) * part


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """An interval of each row in two parts that meet at the highest point, all left parts first, then the right ones.

    A part is mapped to y from 0 to 1 by ``d = highest ± scale ln(1 - (1 - exp(-length/scale)) y)``.

    Attributes:
        highest: ``(m,)`` the d of the highest point.
        length: ``(2m,)`` of each part, 0 or more.
        scale: ``(2m,)`` positive.
        nodes: ``(2m,)`` about how many nodes each part takes.

    """

    highest: FloatArray
    length: FloatArray
    scale: FloatArray
    nodes: FloatArray

    @classmethod
    def between(cls, low: FloatArray, highest: FloatArray, high: FloatArray, falls: FloatArray) -> Self:
        """Return the parts from ``low`` to ``high``, ``(m,)``, to whose ends the integrand falls by ``falls``."""
        length = np.maximum(np.append(highest - low, high - highest), 0.0)
        some = np.where(length > 0.0, length, 1.0)
        scale = some * np.minimum(_POWER / np.maximum(falls, 1.0), _LONGEST)
        return cls(highest, length, scale, np.minimum(13.0 + 2.0 * falls, 25.0))

    @property
    def some(self) -> FloatArray:
        """Return 1 for parts that have a length, else 0, ``(2m,)``: where y ends."""
        return (self.length > 0.0).astype(np.float64)

    def at(self, y: FloatArray, parts: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return d and the logarithm of its slope by y, in the shape of ``y``, and the rows of ``parts``."""
        many = self.highest.size
        rows, length, scale = parts % many, self.length[parts], self.scale[parts]
        cut = -np.expm1(-length / scale)
        log_left = np.log1p(-cut * y)
        d = self.highest[rows] + np.where(parts < many, scale, -scale) * log_left
        return d, np.log(scale * cut) - log_left, rows


def reach(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a distance within which the log density of log odds ~ Beta(a, b) falls by the depth below its mode."""
    steepness = DEPTH * (a + b) / (a * b)
    distance: FloatArray = steepness + np.sqrt(2.0 * steepness)
    return distance


def edge(height: _Concave, start: FloatArray, target: FloatArray) -> FloatArray:
    """Return where a concave function passes ``target``, ``(m,)``, coming from ``start``; there if it is above.

    Args:
        height: takes points ``(m,)``; returns the function and its slope. Newton's steps from outside stay outside.
        start: ``(m,)`` from where to come.
        target: ``(m,)`` the value to be reached.

    """
    found = start
    for _ in range(_MOST_STEPS):
        value, slope = height(found)
        below = value < target
        found = found + np.where(below, (target - value) / np.where(below, slope, 1.0), 0.0)
        if np.all(value > target - 1.0):
            break
    return found
