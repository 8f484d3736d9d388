"""Averages over an unknown dropout probability, by sums whose error is measured and not assumed.

Given that a customer is still there, a BG/NBD-type model knows the dropout probability only up to a beta distribution,
and everything it predicts is the mean of a simple function of that probability.
The published closed forms of these means are Gauss hypergeometric functions, which overflow for heavy buyers, cancel
near poles and are returned wrong by library routines in parts of the plane.
Here the means are taken directly, on the scale of the log odds: the integrand is positive and analytic there, its tails
are exactly exponential, and so the trapezoidal sum converges faster than any power of its step.
Every sum is compared with the four sums over every fourth node; where these lie apart the step is halved, and what does
not settle is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters

__all__ = ["Spread", "integral_to", "log_beta_mean"]

LogFactor: TypeAlias = Callable[[FloatArray, IntArray], FloatArray]

# exp(-37) is the machine precision: what changes by less at the end of the range is constant beyond it.
_ROUNDING: Final = 37.0
_NEGLIGIBLE: Final = 42.0
_STEP: Final = 0.28
_FEWEST: Final = 32
_MOST: Final = 1 << 15
# The error of a trapezoidal sum falls geometrically: with a quarter of the nodes it is the fourth root. It oscillates
# with the place of the nodes, so the four sums over every fourth node tell its size; this much leaves 1e-15 for all.
_AGREE: Final = 2e-4
_BLOCK: Final = 1 << 18
_NEWTON_STEPS: Final = 6
_FARTHEST: Final = 700.0
_GAUSS: Final = 32
_PANELS: Final = 64
_LARGEST_DEGREE: Final = 512
_HALVINGS: Final = 24
_NOTHING: Final = 70.0
_SETTLED: Final = 1e-13
_TOLERABLE: Final = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How fast a decreasing positive function g(p) on (0, 1) varies; all arrays ``(m,)``.

    Attributes:
        left: g is constant to a part in ``1/u`` for ``p < 1/(u * left)``.
        right: the same near ``p = 1``, in terms of ``1 - p``.
        decline: an upper bound of ln g(0) - ln g(1).

    """

    left: FloatArray
    right: FloatArray
    decline: FloatArray


def log_beta_mean(log_factor: LogFactor, a: FloatArray, b: FloatArray, spread: Spread) -> FloatArray:
    """Return ln E[g(P)] for P ~ Beta(a, b), shape ``(m,)``.

    Args:
        log_factor: takes ln p, shape ``(k, nodes)``, and which of the ``m`` rows they belong to, shape ``(k,)``;
            returns ln g(p), shape ``(k, nodes)``.
        a: ``(m,)`` positive.
        b: ``(m,)`` positive.
        spread: how fast g varies.

    Raises:
        InvalidParameters: if the sum does not settle for some row.

    """
    low, high = _range(a, b, spread)
    result = np.full(a.size, np.nan)
    rows = np.arange(a.size)
    nodes = max(_FEWEST, 4 * int(np.ceil(np.max(high - low, initial=0.0) / (4 * _STEP))))
    while rows.size and nodes <= _MOST:
        settled = np.zeros(rows.size, dtype=np.bool_)
        size = max(1, _BLOCK // nodes)
        for begin in range(0, rows.size, size):
            part = rows[begin : begin + size]
            result[part], apart = _sums(log_factor, part, a[part], b[part], low[part], high[part], nodes)
            settled[begin : begin + size] = apart <= _AGREE
        rows, nodes = rows[~settled], 2 * nodes
    if rows.size:
        where = f"a = {float(a[rows[0]])!r}, b + x = {float(b[rows[0]])!r}"
        message = (
            f"the average over the dropout probability does not settle at {where}; "
            "no prediction can be vouched for there, check the parameters"
        )
        raise InvalidParameters(message)
    return result


def integral_to(
    log_shape: Callable[[FloatArray], FloatArray], log_weight: LogFactor, kind: IntArray, end: FloatArray
) -> FloatArray:
    """Return the integral of exp(f(v) + w(v)) over v from 0 to ``end``, shape ``(m,)``.

    The shapes f are costly and shared by many rows: they are tabulated once, as Chebyshev series.
    The weights w are cheap and each row has its own. Panels of Gauss-Legendre nodes are halved until nothing changes.

    Args:
        log_shape: takes points v, shape ``(j,)``; returns f of every kind, shape ``(j, kinds)``.
        log_weight: takes v, shape ``(k, nodes)``, and their rows, shape ``(k,)``; returns w, shape ``(k, nodes)``.
        kind: ``(m,)`` which f belongs to each row.
        end: ``(m,)`` upper limits, 0 or more.

    Raises:
        InvalidParameters: if the series or the integral does not settle.

    """
    result = np.zeros(end.size)
    rows, panels = np.flatnonzero(end > 0), 1
    longest = _last_worth(log_shape, float(np.max(end, initial=0.0))) if rows.size else 0.0
    series = _chebyshev(log_shape, longest) if rows.size else np.empty((0, 0))
    end = np.minimum(end, longest)
    change = np.full(rows.size, np.inf)
    while rows.size and panels <= _PANELS:
        for part in np.array_split(np.arange(rows.size), 1 + rows.size * panels * _GAUSS // _BLOCK):
            row = rows[part]
            total = _panels(series[:, kind[row]], log_weight, row, end[row], longest, panels)
            change[part] = np.abs(total - result[row]) / np.where(total > 0, total, 1.0)
            result[row] = total
        moving = ~(change <= _SETTLED)
        rows, change, panels = rows[moving], change[moving], 2 * panels
    if not np.all(change <= _TOLERABLE):
        message = "the discounted sum of future purchases does not settle; shorten the horizon or check the parameters"
        raise InvalidParameters(message)
    return result


def _range(a: FloatArray, b: FloatArray, spread: Spread) -> tuple[FloatArray, FloatArray]:
    """Return the log odds between which the integrand is not negligible or not yet purely exponential."""
    mode = np.log(a) - np.log(b)
    depth = _NEGLIGIBLE + spread.decline
    low = np.maximum(-_ROUNDING - np.log1p(a + b + spread.left), mode - _reach(a, b, depth))
    high = np.minimum(_ROUNDING + np.log1p(a + b + spread.right), mode + _reach(b, a, depth))
    return low, high


def _reach(a: FloatArray, b: FloatArray, depth: FloatArray) -> FloatArray:
    """Return how far below its mode the log density of the log odds has dropped by ``depth``, or a little farther."""
    share, other = a / (a + b), b / (a + b)
    far = np.minimum(depth / (a * other) + np.sqrt(2 * depth / (a * other)), _FARTHEST)
    for _ in range(_NEWTON_STEPS):  # the drop is convex, so that Newton's steps from outside stay outside
        slope = -a * other * np.expm1(-far) / (other + share * np.exp(-far))
        far -= np.maximum(-_log_density(-far, a, b) - depth, 0.0) / slope
    return far


def _log_density(d: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the log density of the log odds at distance ``d`` from its mode, relative to the mode."""
    less = np.minimum(a, b)
    toward = np.minimum(np.where(a <= b, d, -d), _FARTHEST)  # of two equal forms, the one whose terms do not cancel
    density: FloatArray = less * toward - (a + b) * np.log1p(less / (a + b) * np.expm1(toward))
    return density


def _sums(
    log_factor: LogFactor, rows: IntArray, a: FloatArray, b: FloatArray, low: FloatArray, high: FloatArray, nodes: int
) -> tuple[FloatArray, FloatArray]:
    """Return the log of the mean by all nodes, and how far the means by every fourth node lie apart."""
    step = ((high - low) / nodes)[:, None]
    odds = low[:, None] + step * np.arange(nodes + 1)
    a, b = a[:, None], b[:, None]
    log_p = np.minimum(odds, 0.0) - np.log1p(np.exp(-np.abs(odds)))
    weight = _log_density(odds - (np.log(a) - np.log(b)), a, b)
    top, part = _quarters(weight + log_factor(log_p, rows), a * step, b * step)
    whole_top, whole = _quarters(weight, a * step, b * step)
    means = np.log(part) - np.log(whole)
    total = top - whole_top + np.log(part.sum(axis=1)) - np.log(whole.sum(axis=1))
    return total, means.max(axis=1) - means.min(axis=1)


def _quarters(log_terms: FloatArray, left: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the largest log term ``(m,)`` and the sums over every fourth node, relative to it, ``(m, 4)``.

    The nodes beyond either end are included as geometric series, which decay by ``left`` and ``right`` at each node.
    """
    top = np.max(log_terms, axis=1, keepdims=True)
    terms = np.exp(log_terms - top)
    sums = terms[:, :-1].reshape(terms.shape[0], -1, 4).sum(axis=1)
    sums[:, 0] += terms[:, -1]
    sums += terms[:, :1] * np.exp(-left * np.array([4, 3, 2, 1])) / -np.expm1(-4 * left)
    sums += terms[:, -1:] * np.exp(-right * np.array([4, 1, 2, 3])) / -np.expm1(-4 * right)
    return top[:, 0], sums


def _last_worth(log_shape: Callable[[FloatArray], FloatArray], longest: float) -> float:
    """Return a point up to ``longest`` beyond which every shape has fallen to nothing."""
    points: FloatArray = np.ldexp(longest, -np.arange(_HALVINGS))
    nothing = np.all(log_shape(points) < -_NOTHING, axis=1)
    beyond = _HALVINGS if nothing.all() else int(np.argmin(nothing))
    return float(points[max(beyond - 1, 0)])


def _chebyshev(log_shape: Callable[[FloatArray], FloatArray], longest: float) -> FloatArray:
    """Return the coefficients, ``(degree + 1, kinds)``, of each shape on (0, ``longest``)."""
    degree, left_over, series = 16, np.inf, np.empty((0, 0))
    while left_over > _SETTLED and degree < _LARGEST_DEGREE:
        degree *= 2
        nodes = np.polynomial.chebyshev.chebpts1(degree + 1).astype(np.float64)
        series = np.polynomial.chebyshev.chebvander(nodes, degree).T @ log_shape((nodes + 1.0) * (longest / 2))
        series *= np.where(np.arange(degree + 1) == 0, 1.0, 2.0)[:, None] / (degree + 1)
        left_over = float(np.max(np.abs(series[-4:]) / np.maximum(1.0, np.abs(series).max(axis=0))))
    if left_over > _TOLERABLE:
        message = "the rate of future purchases is too rough to be integrated; check the parameters"
        raise InvalidParameters(message)
    return series


def _panels(
    series: FloatArray, log_weight: LogFactor, rows: IntArray, end: FloatArray, longest: float, panels: int
) -> FloatArray:
    node, gauss = np.polynomial.legendre.leggauss(_GAUSS)
    within = ((node + 1.0) / 2 + np.arange(panels)[:, None]).ravel() / panels
    points = end[:, None] * within
    values = np.polynomial.chebyshev.chebval(points * (2 / longest) - 1.0, series[:, :, None], tensor=False)
    heights = np.exp(values + log_weight(points, rows))
    total: FloatArray = end * (heights @ np.tile(gauss / (2 * panels), panels))
    return total
