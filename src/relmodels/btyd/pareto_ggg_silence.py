"""The silence since the last purchase of a customer whose regularity is known: still there, or gone?

A silence of ``w = T - t_x`` has two explanations. Either the next purchase lies farther off: with ``f(v)`` the density
of the time from the last purchase to the next (:mod:`relmodels.btyd.pareto_ggg_gap`), that has the probability
``∫ f(v) dv`` from ``w`` on. Or it would have come at some ``v < w``, but the customer left before it, with probability
``D(v) = 1 - ((beta+t_x)/(beta+t_x+v))^s``. So the probability of the silence is a mean over ``v`` of elementary
functions, where other forms hold the incomplete beta function, whose derivatives by its parameters have no closed form.
Derivatives go under the integral.

Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age. All arrays are ``(m,)``, one row for each customer
and each value of the regularity ``k``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.panels import Block, Integrand, integral, moments
from relmodels.btyd.pareto_ggg_gap import DEPTH, Gap, Given, Sides, edge, reach
from relmodels.btyd.special import digamma_rise, trigamma_rise
from relmodels.core.arrays import FloatArray, IntArray

__all__ = ["log_open", "silence", "silence_slopes"]

_STEPS: Final = 4
# The slope of ln D by ln v is above this from its beginning up to v = b / (1 + s).
_FIRST_SLOPE: Final = 0.57


def log_open(given: Given) -> FloatArray:
    """Return the logarithm of the probability that the next purchase, of one who stays, is still to come, ``(m,)``."""
    return np.where(given.t_x < given.T, _log_integral(_open(given)), 0.0)


def silence(given: Given) -> tuple[FloatArray, FloatArray]:
    """Return the logarithms of the probabilities of both explanations of the silence, each ``(m,)``.

    The first is that the next purchase, of one who stays, lies beyond it; the second that leaving came before it.
    """
    return log_open(given), _log_integral(_left(given))


def silence_slopes(given: Given) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the logarithm of the probability of the silence, ``(m,)``, and what its derivatives are made of.

    These are the means over ``v``, ``(4, m)``, of ``ln(1 + v/c)``, ``v/(c+v)`` and the derivatives of ln D by s and by
    beta, and the means of their products, ``(4, 4, m)``, where those of D are its second derivatives over D.
    """
    log_far, far_mean, far_square = _open_moments(given)
    log_near, near_mean, near_square = _moments(_left(given), 7, 4)
    total = np.logaddexp(log_far, log_near)
    share, rest = np.exp(log_near - total), np.exp(log_far - total)
    mean, square = share * near_mean[:4], share * near_square
    square[2, 2], square[3, 3] = share * near_mean[4], share * near_mean[6]
    square[2, 3] = square[3, 2] = share * near_mean[5]
    mean[:2] += rest * far_mean
    square[:2, :2] += rest * far_square
    return total, mean, square


@dataclass(frozen=True, slots=True, eq=False)
class _Leaving:
    """The probability D of having left before a time after the last purchase.

    Attributes:
        s: ``(m,)`` its power.
        b: ``(m,)`` its scale.

    """

    s: FloatArray
    b: FloatArray

    def at(self, v: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return ``ln(1 + v/b)`` and D, in the shape of ``v``."""
        longer = np.log1p(v / self.b[rows])
        return longer, -np.expm1(-self.s[rows] * longer)

    def rise(self, v: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return ln D and its slope by ln v, between 0 and 1."""
        _, gone = self.at(v, rows)
        return np.log(gone), self.s[rows] * ((1.0 - gone) / gone) * (v / (self.b[rows] + v))

    def slopes(self, v: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        """Return D, and over D its derivatives by s, by b, and by s twice, by both and by b twice."""
        s, b = self.s[rows], self.b[rows]
        longer, gone = self.at(v, rows)
        odds, by_b = (1.0 - gone) / gone, -v / (b * (b + v))
        bend = -by_b * (2.0 * b + v) / (b * (b + v))
        return (
            gone,
            longer * odds,
            s * by_b * odds,
            -(longer**2) * odds,
            by_b * (1.0 - s * longer) * odds,
            s * (bend - s * by_b**2) * odds,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Story:
    """One explanation of the silence: an integral over the time to the next purchase.

    Attributes:
        gap: the distribution of this time.
        leaving: the factor D of those who left; ``None`` for those who stay.
        sides: where to integrate.
        peak: ``(m,)`` the height of the integrand at its highest point, relative to the mode of the density.

    """

    gap: Gap
    leaving: _Leaving | None
    sides: Sides
    peak: FloatArray

    def integrand(self) -> Integrand:
        """Return the integrand for panels, with the features of :func:`silence_slopes`."""
        lift = -self.peak

        def integrand(y: FloatArray, parts: IntArray) -> tuple[FloatArray, ...]:
            d, log_slope, rows = self.sides.at(y, parts)
            longer, part, log_height = self.gap.at(d, rows)
            log_height += log_slope + lift[rows]
            if self.leaving is None:
                return log_height, longer, part
            gone, *slopes = self.leaving.slopes(self.gap.time(d, rows), rows)
            return log_height + np.log(gone), longer, part, *slopes

        return integrand

    def log_total(self, parts: FloatArray) -> FloatArray:
        """Return the logarithm of the integral, ``(m,)``, from those of its parts, ``(2, m)``."""
        total = parts.sum(axis=0)
        logs: FloatArray = np.log(total, out=np.full_like(total, -np.inf), where=total > 0.0)
        logs += self.gap.log_at_mode() + self.peak
        return logs


def _open(given: Given) -> _Story:
    """Return the story of those who stay: the next purchase is later than the silence, of which there is some."""
    gap, silent = given.gap(), given.t_x < given.T
    begin = gap.place(np.where(silent, given.T - given.t_x, gap.c))
    highest = np.where(silent, np.maximum(begin, 0.0), 0.0)
    peak, _ = gap.height(highest)
    low = edge(gap.height, -reach(gap.k, gap.K), peak - DEPTH)
    low = np.maximum(low, begin)
    high = edge(gap.height, highest + reach(gap.K, gap.k), peak - DEPTH)
    falls = np.append(peak - gap.height(low)[0], peak - gap.height(high)[0])
    low, high = np.where(silent, low, highest), np.where(silent, high, highest)
    return _Story(gap, None, Sides.between(low, highest, high, falls), peak)


def _open_moments(given: Given) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what :func:`_moments` does for those who stay; without a silence these are of v/(c+v) ~ Beta(k, K)."""
    log_open_, mean, square = _moments(_open(given), 2, 2)
    at_once = np.flatnonzero(given.t_x >= given.T)
    gap = given.gap().take(at_once)
    part, longer = gap.k / (gap.K + gap.k), digamma_rise(gap.K, gap.k)
    both = part * digamma_rise(gap.K, gap.k + 1.0)
    longer_twice = longer**2 - trigamma_rise(gap.K, gap.k)
    log_open_[at_once] = 0.0
    mean[:, at_once] = longer, part
    square[:, :, at_once] = (longer_twice, both), (both, part * (gap.k + 1.0) / (gap.K + gap.k + 1.0))
    return log_open_, mean, square


def _left(given: Given) -> _Story:
    """Return the story of those who left before a purchase that would have come within the silence."""
    gap, leaving, silent = given.gap(), _Leaving(given.s, given.beta + given.t_x), given.t_x < given.T
    end = gap.place(np.where(silent, given.T - given.t_x, gap.c))
    every = np.arange(end.size)

    def height(d: FloatArray) -> tuple[FloatArray, FloatArray]:
        log_height, slope = gap.height(d)
        log_gone, rise = leaving.rise(gap.time(d, every), every)
        return log_height + log_gone, slope + rise

    highest = _highest(gap, leaving, end)
    peak, _ = height(highest)
    first = np.minimum(np.minimum(highest, 0.0), gap.place(leaving.b / (1.0 + leaving.s)))
    low = edge(height, first - np.minimum(reach(gap.k, gap.K), DEPTH / _FIRST_SLOPE), peak - DEPTH)
    high = edge(height, end, peak - DEPTH)
    falls = np.append(peak - height(low)[0], peak - height(high)[0])
    low, high = np.where(silent, low, highest), np.where(silent, high, highest)
    return _Story(gap, leaving, Sides.between(low, highest, high, falls), peak)


def _highest(gap: Gap, leaving: _Leaving, end: FloatArray) -> FloatArray:
    """Return about where the density times D is highest up to ``end``: where ``k + (ln D)' = (K+k) v/(c+v)``."""
    d, every = np.minimum(0.0, end), np.arange(end.size)
    for _ in range(_STEPS):
        _, rise = leaving.rise(gap.time(d, every), every)
        falls = rise < gap.K
        there = np.log((gap.k + rise) / gap.k * gap.K / np.where(falls, gap.K - rise, 1.0))
        d = np.where(falls, np.minimum(there, end), end)
    return d


def _log_integral(story: _Story) -> FloatArray:
    sides = story.sides
    total = integral(story.integrand(), np.zeros_like(sides.some), sides.some, sides.nodes)
    return story.log_total(total.reshape(2, -1))


def _moments(story: _Story, means: int, products: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the logarithm of the integral ``(m,)``, means ``(p, m)`` and means of products ``(q, q, m)``."""
    sides = story.sides
    found = moments(story.integrand(), _features, means, products, sides.some, sides.nodes)
    total, mean, square = (part.reshape(*part.shape[:-1], 2, -1) for part in found)
    both = total.sum(axis=0)
    share = total / np.where(both > 0.0, both, 1.0)
    return story.log_total(total), (share * mean).sum(axis=-2), (share * square).sum(axis=-2)


def _features(block: Block) -> tuple[FloatArray, ...]:
    return block.carried
