"""The amounts at which the distributions of many customers reach given probabilities, found for all of them at once.

Amounts range from cents to millions, so they are sought on a logarithmic scale. Steps that double put a place on either
side of each answer; the bracket is then narrowed by inverse quadratic interpolation where that is safe and by halving
where it is not, the method of Chandrupatla, T. R. (1997), Advances in Engineering Software 28(3), 145-149.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["Distribution", "quantiles"]

Distribution: TypeAlias = Callable[[FloatArray, IntArray], FloatArray]

_FARTHEST: Final = 700.0  # near the logarithm of the largest float
_CLOSE: Final = 1e-13


def quantiles(distribution: Distribution, end: FloatArray, near: float) -> FloatArray:
    """Return the amounts at which ``distribution`` reaches the probabilities ``end``, ``(m,)``.

    0 where an amount of 0 reaches it; infinite where no amount does that a float can hold.

    Args:
        distribution: gives the probability of at most ``(k,)`` amounts, and takes with them which of the m it is about,
            ``(k,)``; it rises with the amount.
        end: ``(m,)`` probabilities, between 0 and 1.
        near: a positive amount of the right size, where the search begins.

    Examples:
        >>> rate = np.array([1.0, 0.1])
        >>> def waiting(time, which):
        ...     return -np.expm1(-rate[which] * time)
        >>> quantiles(waiting, np.array([0.5, 0.5]), near=1.0).round(4).tolist()
        [0.6931, 6.9315]

    """
    everyone = np.arange(end.size)
    some = np.flatnonzero(distribution(np.zeros(end.size), everyone) < end)

    def gap(place: FloatArray, which: IntArray) -> FloatArray:
        return distribution(np.exp(place), some[which]) - end[some[which]]

    low, high = _brackets(gap, np.full(some.size, np.log(near)))
    place = np.where(np.isfinite(low), high, low)
    between = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    place[between] = _narrowed(gap, between, low[between], high[between])
    found = np.zeros(end.size)
    found[some] = np.exp(place)
    return found


def _brackets(gap: Distribution, near: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return places with a gap of 0 or less and of 0 or more, ``(m,)`` each; infinite where floats end before that."""
    which = np.arange(near.size)
    side = np.where(gap(near, which) < 0, 1.0, -1.0)
    inner, outer, step = near.copy(), near + side, 1.0
    while which.size:
        short = side[which] * gap(outer[which], which) < 0
        lost = short & (np.abs(outer[which]) >= _FARTHEST)
        outer[which[lost]] *= np.inf
        which, step = which[short & ~lost], 2 * step
        inner[which] = outer[which]
        outer[which] = np.clip(near[which] + step * side[which], -_FARTHEST, _FARTHEST)
    return np.where(side > 0, inner, outer), np.where(side > 0, outer, inner)


def _narrowed(gap: Distribution, which: IntArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return where the gap between ``low`` and ``high`` is 0, ``(m,)``; ``which`` numbers the distributions."""
    found = np.empty(which.size)
    left = np.arange(which.size)
    # The newest place, the one across from it, and the one dropped last; then the gaps there.
    x = np.stack([low, high, high])
    y = np.stack([gap(low, which), gap(high, which), np.zeros(which.size)])
    share = np.full(which.size, 0.5)
    while left.size:
        at = x[0] + share * (x[1] - x[0])
        height = gap(at, which[left])
        same = np.sign(height) == np.sign(y[0])
        x = np.stack([at, np.where(same, x[1], x[0]), np.where(same, x[0], x[1])])
        y = np.stack([height, np.where(same, y[1], y[0]), np.where(same, y[0], y[1])])
        nearer = np.where(np.abs(y[0]) < np.abs(y[1]), x[0], x[1])
        slack = _CLOSE * np.maximum(1.0, np.abs(nearer)) / np.maximum(np.abs(x[1] - x[0]), np.finfo(np.float64).tiny)
        done = (slack > 0.5) | (height == 0)
        found[left[done]] = np.where(height == 0, at, nearer)[done]
        left, x, y, slack = left[~done], x[:, ~done], y[:, ~done], slack[~done]
        share = np.clip(_step(x, y), slack, 1 - slack)
    return found


def _step(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return how far to go from the newest place to the one across, as a share of the way, ``(m,)``."""
    flat = (y[0] == y[1]) | (y[1] == y[2]) | (y[0] == y[2])
    spread = np.where(flat, 1.0, y[1] - y[0])
    near, far = np.where(flat, 1.0, y[2] - y[1]), np.where(flat, 1.0, y[2] - y[0])
    place, height = (x[0] - x[1]) / (x[2] - x[1]), np.where(flat, 0.0, (y[0] - y[1]) / near)
    safe = ~flat & (height**2 < place) & ((1 - height) ** 2 < 1 - place)
    curve = (x[2] - x[0]) / (x[1] - x[0]) * y[0] / far * y[1] / near - y[0] / spread * y[2] / near
    return np.where(safe, curve, 0.5)
