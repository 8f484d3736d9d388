"""Integrals over the unknown regularity of each customer, by trapezoidal sums whose error is measured.

Given the regularity ``k``, everything else about a Pareto/GGG customer is a single integral
(:mod:`relmodels.btyd.pareto_ggg_silence`), so that the likelihood takes one more, over ``k ~ Gamma(t, gamma)``.
What a customer's purchases say of ``k`` has nearly the form ``k^p exp(-qk)`` with ``p`` between ``t`` and ``t + x``:
in ``y = ln k``, a constant minus ``p (e^d - 1 - d)`` with ``d`` the distance from the mode. On the axis ``z`` with
``e^d - 1 - d = z^2/2``, that is a normal density, for which the trapezoidal sum converges faster than any power of its
step. A cheap stand-in for the integrand tells where it is not negligible; there ``z`` goes in equal steps.
The sums over every other node are compared, and where these lie apart the step is halved; what does not settle is
refused. No customer's nodes depend on another's.

Letters are the paper's: ``x`` frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from relmodels.btyd.pareto_ggg_gap import Gap, Given
from relmodels.btyd.special import log_beta, log_rise
from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.core.errors import InvalidParameters

__all__ = [
    "COUNTS",
    "LIKELIHOOD",
    "PURCHASES",
    "THERE",
    "Aim",
    "GivenRegularity",
    "Histories",
    "Nodes",
    "log_prior",
    "log_timing",
    "nodes_of",
]

GivenRegularity: TypeAlias = Callable[[Given, IntArray], tuple[FloatArray, ...]]

_SCANNED: Final = 33
_RESOLVED: Final = 12
_SCANS: Final = 60
_FARTHEST: Final = 600.0
_HALVINGS: Final = 3
_LEVELS: Final = 6
_ROOM: Final = 12.0
_AT_ONCE: Final = 1024
_STEPS: Final = 5
_SMALL: Final = 0.02
_LARGE: Final = 16.0
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True)
class Aim:
    """What is integrated over k, and how well.

    Attributes:
        there: whether only the story is told in which the customer is still there; else also that of having left.
        clusters: whether not only probabilities are integrated but also numbers of purchases, which for small k, where
            they come in clusters, are proportional to 1/k.
        depth: what lies beyond a fall by ``exp(-depth)`` is left out.
        nodes: how many nodes there are at first, an odd number.
        agree: how far the sums over every other node may lie apart, relative to their sum. For a normal density, the
            error of the whole sum is the fourth power of that.
        negligible: a fall by ``exp(-negligible)`` needs no short steps.

    """

    there: bool
    clusters: bool
    depth: float
    nodes: int
    agree: float
    negligible: float

    def log_weight(self, log_k: FloatArray) -> FloatArray:
        """Return the logarithm of what the probabilities are multiplied by, about ``1 + 1/k`` or just 1."""
        return np.logaddexp(0.0, -log_k) if self.clusters else np.zeros(log_k.shape)


LIKELIHOOD: Final = Aim(there=False, clusters=False, depth=33.0, nodes=27, agree=3e-5, negligible=27.0)
THERE: Final = Aim(there=True, clusters=False, depth=33.0, nodes=27, agree=3e-5, negligible=27.0)
COUNTS: Final = Aim(there=True, clusters=False, depth=24.0, nodes=19, agree=1e-3, negligible=18.0)
PURCHASES: Final = Aim(there=True, clusters=True, depth=24.0, nodes=19, agree=1e-3, negligible=18.0)


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Histories with their parameters, all ``(n,)``.

    Attributes:
        t: as in the model; likewise ``gamma``, ``r``, ``alpha``, ``s`` and ``beta``.
        x: frequency; ``t_x`` recency, ``T`` age.
        gaps: the sum of the logarithms of the times between purchases.

    """

    t: FloatArray
    gamma: FloatArray
    r: FloatArray
    alpha: FloatArray
    s: FloatArray
    beta: FloatArray
    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    gaps: FloatArray

    def given(self, k: FloatArray, rows: IntArray) -> Given:
        """Return some of the rows with a regularity each."""
        others = (self.r, self.alpha, self.s, self.beta, self.x, self.t_x, self.T)
        return Given(k, *(column[rows] for column in others))


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Values of k for some rows, as many for each.

    Attributes:
        rows: ``(m,)`` which rows.
        k: ``(nodes, m)``.
        log_mass: ``(nodes, m)`` the logarithm of each node's share of the integral; they sum to the likelihood.
        carried: what was asked for given k beside the logarithm, each ``(..., nodes, m)``.

    """

    rows: IntArray
    k: FloatArray
    log_mass: FloatArray
    carried: tuple[FloatArray, ...]


def log_prior(t: FloatArray, gamma: FloatArray, k: FloatArray) -> FloatArray:
    """Return the log density of ln k for k ~ Gamma(t, gamma), formed around its mode so that nothing large cancels."""
    from scipy import special

    d = np.log(k * gamma / t)
    near = special.gammaln(np.minimum(t, _LARGE)) - np.minimum(t, _LARGE) * (np.log(np.minimum(t, _LARGE)) - 1.0)
    z = np.maximum(t, _LARGE)
    far = 0.5 * np.log(2.0 * np.pi / z) + (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / z**2) / z**2) / z**2) / z
    density: FloatArray = -t * _drop(d) - np.where(t < _LARGE, near, far)
    return density


def log_timing(given: Given, gaps: FloatArray) -> FloatArray:
    """Return the log density of the times of purchase given k and staying until the last, ``(m,)``."""
    from scipy import special

    k, x, t_x = given.k, given.x, given.t_x
    rates = log_rise(given.r, k * x) - given.r * np.log1p(k * t_x / given.alpha) - k * x * np.log(given.gap().c)
    stays = -given.s * np.log1p(t_x / given.beta)
    timing: FloatArray = rates + (k - 1.0) * gaps - x * special.gammaln(k) + stays
    return timing


def nodes_of(histories: Histories, inner: GivenRegularity, aim: Aim = LIKELIHOOD) -> Iterator[Nodes]:
    """Yield nodes for all rows, once each.

    Args:
        histories: the rows.
        inner: takes rows with a regularity each and which rows these are, both ``(m,)``; returns a tuple of arrays
            whose last axis is ``(m,)``, the first the logarithm of the likelihood given k.
        aim: what it is, and how well the integral over k is to be taken.

    Raises:
        InvalidParameters: if a sum does not settle.

    """
    rows = np.arange(histories.x.size)
    for part in np.array_split(rows, 1 + rows.size // _AT_ONCE):
        if part.size:
            yield from _settled(histories, inner, part, aim)


def _settled(of: Histories, inner: GivenRegularity, rows: IntArray, aim: Aim) -> Iterator[Nodes]:
    low, high = _range(of, rows, aim)
    begin, end = _axis(high - low)
    mode = low - _distance(begin)
    steps = np.linspace(0.0, 1.0, aim.nodes)[:, None]
    found = _evaluated(of, inner, rows, mode, begin + (end - begin) * steps)
    older, step = np.arange(aim.nodes) % 2 == 0, (end - begin) / (aim.nodes - 1)
    for _ in range(_LEVELS):
        good = _is_settled(found, older, aim)
        if good.any():
            yield _picked(found, good, np.log(step[good]))
        if good.all():
            return
        rows = rows[~good]
        mode, begin, end, step = (values[~good] for values in (mode, begin, end, step / 2.0))
        steps = (np.arange(older.size - 1)[:, None] + 0.5) / (older.size - 1)
        more = _evaluated(of, inner, rows, mode, begin + (end - begin) * steps)
        found = _joined(_picked(found, ~good, np.zeros(rows.size)), more)
        older = np.arange(2 * older.size - 1) < older.size
    message = (
        "an integral over the regularity does not settle; no result can be vouched for, check t, gamma, r and alpha"
    )
    raise InvalidParameters(message)


def _evaluated(of: Histories, inner: GivenRegularity, rows: IntArray, mode: FloatArray, z: FloatArray) -> Nodes:
    """Return the nodes at ``mode + d(z)``, ``(nodes, m)``, with the slope of d in their mass."""
    d = _distance(z)
    k, each = np.exp(mode + d), np.tile(rows, z.shape[0])
    given = of.given(k.ravel(), each)
    first, *carried = (part.reshape(*part.shape[:-1], *z.shape) for part in inner(given, each))
    log_mass = first + log_prior(of.t[rows], of.gamma[rows], k) + np.log(_slope(z, d))
    return Nodes(rows, k, log_mass, tuple(carried))


def _is_settled(found: Nodes, older: BoolArray, aim: Aim) -> BoolArray:
    """Return for which rows every other node would nearly do, and no step is long where the integrand is high.

    Singularities lie at a distance of π from the real ln k, so that a step h leaves an error of exp(-2π²/h) there.
    """
    height = found.log_mass + aim.log_weight(np.log(found.k))
    fall = height.max(axis=0) - height
    mass = np.exp(-fall)
    old, new = mass[older].sum(axis=0), mass[~older].sum(axis=0)
    order = np.argsort(found.k, axis=0)
    steps = np.diff(np.log(np.take_along_axis(found.k, order, axis=0)), axis=0)
    left = aim.negligible - np.take_along_axis(fall, order, axis=0)[1:]
    settled: BoolArray = (np.abs(old - new) <= aim.agree * (old + new)) & np.all(steps * left <= _ROOM, axis=0)
    return settled


def _picked(found: Nodes, keep: BoolArray, raised: FloatArray) -> Nodes:
    """Return the nodes of some rows, their mass raised by ``exp(raised)``."""
    carried = tuple(part[..., keep] for part in found.carried)
    return Nodes(found.rows[keep], found.k[:, keep], found.log_mass[:, keep] + raised, carried)


def _joined(one: Nodes, more: Nodes) -> Nodes:
    """Return both nodes of the same rows."""
    carried = tuple(np.concatenate(parts, axis=-2) for parts in zip(one.carried, more.carried, strict=True))
    k, log_mass = np.concatenate([one.k, more.k]), np.concatenate([one.log_mass, more.log_mass])
    return Nodes(one.rows, k, log_mass, carried)


def _range(of: Histories, rows: IntArray, aim: Aim) -> tuple[FloatArray, FloatArray]:
    """Return values of ln k between which the integrand is not negligible, ``(m,)`` each, by scans of a stand-in.

    Raises:
        InvalidParameters: if it does not become negligible.

    """
    low, high = _first_range(of, rows, aim)
    places, outer, inner = np.arange(rows.size), np.empty((2, rows.size)), np.empty((2, rows.size))
    floor = np.empty(rows.size)
    for _ in range(_SCANS):
        y = low + (high - low) * np.linspace(0.0, 1.0, _SCANNED)[:, None]
        height = _stand_in(of, rows[places], y, aim)
        floor[places] = height.max(axis=0) - aim.depth
        inside = height > floor[places]
        first, last = np.argmax(inside, axis=0), _SCANNED - 1 - np.argmax(inside[::-1], axis=0)
        column, width = np.arange(places.size), high - low
        inner[:, places] = y[first, column], y[last, column]
        low = np.maximum(np.where(first == 0, low - width, y[np.maximum(first - 1, 0), column]), -_FARTHEST)
        high = np.where(last == _SCANNED - 1, high + width, y[np.minimum(last + 1, _SCANNED - 1), column])
        high = np.minimum(high, _FARTHEST)
        outer[:, places] = low, high
        more = (first == 0) | (last == _SCANNED - 1) | (last - first < _RESOLVED)
        if not more.any():
            break
        places, low, high = places[more], low[more], high[more]
    else:
        message = (
            f"regularities from exp(-{_FARTHEST:.0f}) to exp({_FARTHEST:.0f}) do not hold all that matters with "
            f"t = {float(of.t[rows[places[0]]])!r}, gamma = {float(of.gamma[rows[places[0]]])!r}; check them"
        )
        raise InvalidParameters(message)
    for _ in range(_HALVINGS):
        middle = (outer + inner) / 2.0
        inside = _stand_in(of, rows, middle, aim) > floor
        outer, inner = np.where(inside, outer, middle), np.where(inside, middle, inner)
    return outer[0], outer[1]


def _first_range(of: Histories, rows: IntArray, aim: Aim) -> tuple[FloatArray, FloatArray]:
    """Return where ln k probably lies: as if it had the form k^p exp(-qk), and lower where a silence is long."""
    x, t_x = of.x[rows], of.t_x[rows]
    bought = x > 0
    mean_gap = np.where(bought, t_x, 1.0) / np.maximum(x, 1.0)
    uneven = np.maximum(x * np.log(mean_gap) - of.gaps[rows], 0.0)
    p, q = of.t[rows] + x / 2.0, of.gamma[rows] + np.where(bought, uneven, 0.0)
    overdue = np.where(bought, x * np.log1p((of.T[rows] - t_x) / np.where(bought, t_x, 1.0)), 0.0)
    depth = aim.depth
    below = (depth + np.sqrt(depth**2 + 8.0 * depth * p)) / (2.0 * p)
    above = np.minimum(np.sqrt(2.0 * depth / p), np.log1p(2.0 * depth / p + 2.0))
    middle = np.log(p / q)
    return middle - np.log1p(overdue / q) - below, middle + above


def _stand_in(of: Histories, rows: IntArray, y: FloatArray, aim: Aim) -> FloatArray:
    """Return nearly the log integrand: those who would have bought again are all taken to have left by one time."""
    k, each = np.exp(y), np.tile(rows, y.shape[0])
    given = of.given(k.ravel(), each)
    gap, silence = given.gap(), given.T - given.t_x
    log_later = _log_open(gap, silence)
    leaves = -np.expm1(-given.s * np.log1p(np.minimum(silence, gap.c * gap.k / gap.K) / (given.beta + given.t_x)))
    # As k falls to 0, so does the probability of a gap that is not nearly 0.
    leaves *= np.minimum(given.k, 1.0)
    log_gone = np.log(-np.expm1(np.minimum(log_later, 0.0)) * leaves + _TINY)
    height = log_timing(given, of.gaps[each]) + (log_later if aim.there else np.logaddexp(log_later, log_gone))
    return height.reshape(y.shape) + log_prior(of.t[rows], of.gamma[rows], k) + aim.log_weight(y)


def _log_open(gap: Gap, silence: FloatArray) -> FloatArray:
    """Return the logarithm of P(v > silence), where it is below every float that of the first term of its series."""
    from scipy import special

    k, K, ratio = gap.k, gap.K, silence / gap.c
    within, beyond = ratio / (1.0 + ratio), 1.0 / (1.0 + ratio)
    value = np.where(within < 0.5, special.betaincc(k, K, within), special.betainc(K, k, beyond))
    first = -K * np.log1p(ratio) + k * np.log(np.maximum(within, _TINY)) - np.log(K) - log_beta(K, k)
    logs: FloatArray = np.where(value > _TINY, np.log(np.maximum(value, _TINY)), first)
    return logs


def _axis(width: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return z, ``(m,)``, of either sign, between which d goes over ``width``."""
    z = np.minimum(width / 2.0, np.sqrt(2.0 * width))
    for _ in range(_STEPS):
        below, above = _distance(-z), _distance(z)
        z = z - (above - below - width) / (_slope(z, above) + _slope(-z, below))
    return -z, z


def _distance(z: FloatArray) -> FloatArray:
    """Return d with ``e^d - 1 - d = z^2/2`` and the sign of z."""
    half = z * z / 2.0
    d = np.where(z > 0.0, np.log1p(np.abs(z) + half), np.maximum(z - half, -1.0 - half))
    for _ in range(_STEPS):
        slope = np.expm1(d)
        d = d - (slope - d - half) / np.where(slope == 0.0, 1.0, slope)
    series = z * (1.0 + z * (-1 / 6 + z * (1 / 36 + z * (-1 / 270 + z * (1 / 4320 + z / 17010)))))
    return np.where(np.abs(z) < _SMALL, series, d)


def _slope(z: FloatArray, d: FloatArray) -> FloatArray:
    """Return the derivative of d by z."""
    rise = np.expm1(d)
    slope: FloatArray = np.where(z == 0.0, 1.0, z) / np.where(z == 0.0, 1.0, rise)
    return slope


def _drop(d: FloatArray) -> FloatArray:
    """Return ``e^d - 1 - d``."""
    series = d * d * (1 / 2 + d * (1 / 6 + d * (1 / 24 + d * (1 / 120 + d * (1 / 720 + d / 5040)))))
    return np.where(np.abs(d) < _SMALL, series, np.expm1(d) - d)
