"""The time of leaving of a customer who may go at any moment, given a silence: its integral and its means.

Somebody who buys at a gamma distributed rate and leaves at a gamma distributed hazard has fallen silent. That they left
after a silence of ``v`` has, up to a factor, the density ``(1 + v/A)^-R (1 + v/B)^-(s+1)``: the first power for not
having bought so far, the second for having been there so far. Pareto/NBD integrates it over one silence, its relative
with covariates that change in time over the parts of a silence within which they do not.
The axis is ``y = ln(1 + v/c)`` with ``c`` the smaller of A and B. On it the integrand is
``exp(-py) (1 + θ(e^y - 1))^-q``, log-concave and free of singularities up to a distance of π from the real line,
whatever the parameters, with ``θ <= 1`` and no special case at A = B.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.panels import Block, Integrand, integral, moments
from relmodels.core.arrays import BoolArray, FloatArray, IntArray

__all__ = ["Leaving", "log_integral", "time_of_leaving"]

# What lies beyond a fall by exp(-37) is less than rounding.
_ROUNDING: Final = 37.0
_NEWTON_STEPS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """The time ``v`` of leaving within each of ``n`` silences.

    Attributes:
        log_integral: ``(n,)`` what :func:`log_integral` returns.
        mean: ``(4, n)`` the means of ``ln(1 + v/A)``, ``A/(A+v) - 1``, ``ln(1 + v/B)`` and ``B/(B+v) - 1``.
        square: ``(4, 4, n)`` the means of their products.

    """

    log_integral: FloatArray
    mean: FloatArray
    square: FloatArray


def log_integral(R: FloatArray, A: FloatArray, s: FloatArray, B: FloatArray, length: FloatArray) -> FloatArray:
    """Return ln of the integral of ``(1 + v/A)^-R (1 + v/B)^-(s+1) dv/B`` over a silence, ``(n,)``.

    It is minus infinity where the length is 0.

    Args:
        R: ``(n,)`` the power of not buying, positive.
        A: ``(n,)`` its scale, positive.
        s: ``(n,)`` the power of being there is one more than this, positive.
        B: ``(n,)`` its scale, positive.
        length: ``(n,)`` of the silence, 0 or more, in the unit of ``A`` and ``B``.

    Examples:
        >>> one = np.ones(1)
        >>> np.exp(log_integral(one, one, one, one, np.array([1.0])))  # of (1 + v)^-3
        array([0.375])

    """
    axis = _axis(R, A, s, B, length)
    total = integral(_integrand(axis), np.zeros_like(axis.end), axis.end, axis.nodes)
    return _log(total) + axis.log_factor


def time_of_leaving(R: FloatArray, A: FloatArray, s: FloatArray, B: FloatArray, length: FloatArray) -> Leaving:
    """Return the integral with the means that its derivatives need; the arguments are those of :func:`log_integral`."""
    axis = _axis(R, A, s, B, length)
    total, mean, square = moments(_integrand(axis), _features, 4, 4, axis.end, axis.nodes)
    swap = np.where(axis.B_near, [[2], [3], [0], [1]], [[0], [1], [2], [3]])
    rows = np.arange(axis.end.size)
    return Leaving(_log(total) + axis.log_factor, mean[swap, rows], square[swap[:, None], swap[None], rows])


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """The integral of ``exp(-py) (1 + theta (e^y - 1))^-q`` over y from 0 to ``end``, for each silence.

    Attributes:
        p: ``(n,)`` the power of the nearer singularity, at ``v = -min(A, B)``.
        q: ``(n,)`` the power of the farther one.
        theta: ``(n,)`` the ratio of their distances from the beginning of the silence, at most 1.
        end: ``(n,)`` where the silence ends or the integrand has fallen to nothing.
        nodes: ``(n,)`` about how many nodes that takes.
        log_factor: ``(n,)`` what the integral has to be multiplied with.
        B_near: ``(n,)`` whether the nearer singularity is the one of B.

    """

    p: FloatArray
    q: FloatArray
    theta: FloatArray
    end: FloatArray
    nodes: FloatArray
    log_factor: FloatArray
    B_near: BoolArray


def _axis(R: FloatArray, A: FloatArray, s: FloatArray, B: FloatArray, length: FloatArray) -> _Axis:
    B_near = B <= A
    near = np.minimum(A, B)
    theta = near / np.maximum(A, B)
    p = np.where(B_near, s, R - 1.0)
    q = np.where(B_near, R, s + 1.0)
    end = np.log1p(length / near)
    steepness = p + q * theta
    end = np.where(steepness * end > _ROUNDING, _ROUNDING / np.where(steepness > 0, steepness, 1.0), end)
    fall = p * end + q * np.log1p(theta * np.expm1(end))
    deep = np.flatnonzero(fall > _ROUNDING)
    end[deep] = _shortened(p[deep], q[deep], theta[deep], end[deep])
    nodes = 5.0 + 3.8 * np.sqrt(np.minimum(np.abs(fall), _ROUNDING)) + end
    return _Axis(p, q, theta, end, nodes, np.where(B_near, 0.0, np.log(theta)), B_near)


def _shortened(p: FloatArray, q: FloatArray, theta: FloatArray, end: FloatArray) -> FloatArray:
    """Return where the integrand has fallen to nothing; the fall is convex, so that Newton's steps stay beyond it."""
    for _ in range(_NEWTON_STEPS):
        growth = theta * np.expm1(end)
        fall = p * end + q * np.log1p(growth)
        end = end - (fall - _ROUNDING) / (p + q * (theta + growth) / (1.0 + growth))
    return end


def _integrand(axis: _Axis) -> Integrand:
    def integrand(y: FloatArray, rows: IntArray) -> tuple[FloatArray, ...]:
        growth = np.expm1(y)
        farther = axis.theta[rows] * growth
        far = np.log1p(farther)
        return -axis.p[rows] * y - axis.q[rows] * far, y, growth, far, farther

    return integrand


def _features(block: Block) -> tuple[FloatArray, ...]:
    near, growth, far, farther = block.carried
    return near, -growth / (1.0 + growth), far, -farther / (1.0 + farther)


def _log(total: FloatArray) -> FloatArray:
    return np.log(total, out=np.full_like(total, -np.inf), where=total > 0)
