"""Forward and backward through the histories of many customers at once.

The forward recursion carries, for each customer, the chances of the states given what was seen so far; they are made to
add up to 1 in every period, and the factors are the likelihood of the period given the past. Nothing underflows however
long a history is. Where a single observation is so unlikely that all its densities vanish beside the best one, the
customer is gone through again with logarithms.

Arrays have the axes period, segment, state, customer; customers stand in the order of falling length, so that those who
are still there in a period are the first ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "Moves",
    "Smoothed",
    "Taker",
    "active_counts",
    "backward",
    "filtered",
    "log_filtered",
    "log_smoothed",
    "log_totals",
    "lost",
    "smoothed",
]

Taker: TypeAlias = Callable[[int, FloatArray, FloatArray], None]
# A normalizer below this has lost digits to underflow.
_TINY: Final = 1e-200
# Stands for the logarithm of zero: far below anything that counts, and still a number that can be added to others.
_NONE: Final = -1e300
_IMPOSSIBLE: Final = -1e299
# States that cannot be reached may explain the future better by any factor; it is cut where it would overflow.
_LIMIT: Final = 690.0
_HUGE: Final = 1e290


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """The chances of the step into each period.

    Attributes:
        table: ``(G, S, S, m)`` distinct matrices, from, to.
        place: ``(T, n)`` which of them leads a customer into a period; ``None`` if there is only one.

    """

    table: FloatArray
    place: IntArray | None

    def into(self, period: int, count: int) -> FloatArray:
        """Return ``(G, S, S, k)`` the matrices of the first ``count`` customers, or one for all, ``(G, S, S, 1)``."""
        return self.table if self.place is None else self.table[..., self.place[period, :count]]


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What the whole history of a customer says.

    Attributes:
        log_likelihood: ``(n,)``.
        first: ``(G, S, n)`` the derivative of the log-likelihood by the chance of each state at the beginning.
        state: ``(T, S, n)`` chances of each state in each period, segments added up; 0 after the end.
        segment: ``(G, n)`` chances of each segment.

    """

    log_likelihood: FloatArray
    first: FloatArray
    state: FloatArray
    segment: FloatArray


def active_counts(length: IntArray, periods: int) -> IntArray:
    """Return ``(T,)`` how many customers are there in each period; ``length`` falls.

    Examples:
        >>> active_counts(np.array([3, 2, 2]), 3).tolist()
        [3, 3, 1]

    """
    return np.asarray((length[:, None] > np.arange(periods)).sum(axis=0), dtype=np.int64)


def filtered(density: FloatArray, start: FloatArray, moves: Moves, active: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the chances given the past and present, ``(T, G, S, n)``, and the normalizers, ``(T, n)``.

    Args:
        density: ``(T, S, n)`` of what was observed, in units of the best state's.
        start: ``(G, S)`` chances of segment and state at the beginning.
        moves: of the steps.
        active: ``(T,)`` customers still there.

    """
    periods, states, count = density.shape
    forward = np.zeros((periods, len(start), states, count))
    scale = np.ones((periods, count))
    np.multiply(start[:, :, None], density[0], out=forward[0])
    _normalize(forward[0], scale[0])
    for period in range(1, periods):
        there = int(active[period])
        now = forward[period, :, :, :there]
        _stepped(forward[period - 1, :, :, :there], moves, period, out=now)
        now *= density[period, :, :there]
        _normalize(now, scale[period, :there])
    return forward, scale


def _stepped(before: FloatArray, moves: Moves, period: int, out: FloatArray) -> None:
    """Write the chances of the states one step on, ``(G, S, k)``."""
    matrix = moves.into(period, before.shape[2])
    if moves.place is None:
        np.matmul(matrix[..., 0].transpose(0, 2, 1), before, out=out)
        return
    np.multiply(before[:, 0, None], matrix[:, 0], out=out)
    for state in range(1, before.shape[1]):
        out += before[:, state, None] * matrix[:, state]


def _normalize(values: FloatArray, scale: FloatArray) -> None:
    np.einsum("gsn->n", values, out=scale)
    with np.errstate(divide="ignore", invalid="ignore"):
        values /= scale


def backward(
    density: FloatArray, scale: FloatArray, moves: Moves, active: IntArray
) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Yield, from the last period to the first, the period, what the future adds, and what this period adds to that.

    The second is ``(G, S, k)``: the likelihood of all later periods given the state, in units of their normalizers; the
    third the same with this period's density and normalizer, the derivative by the chance of each state predicted.
    """
    periods, states, count = density.shape
    ahead = np.ones((moves.table.shape[0], states, count))
    for period in range(periods - 1, -1, -1):
        there = int(active[period])
        later = ahead[:, :, :there]
        with np.errstate(divide="ignore", invalid="ignore"):
            here = later * (density[period, :, :there] / scale[period, :there])
        yield period, later, here
        if period:
            matrix = moves.into(period, there)
            if moves.place is None:
                np.minimum(np.matmul(matrix[..., 0], here), _HUGE, out=ahead[:, :, :there])
            else:
                np.minimum(np.einsum("grsn,gsn->grn", matrix, here), _HUGE, out=ahead[:, :, :there])


def smoothed(
    density: FloatArray,
    forward: FloatArray,
    scale: FloatArray,
    moves: Moves,
    active: IntArray,
    shift: FloatArray,
    take: Taker,
) -> Smoothed:
    """Return what the whole histories say; ``take`` is given what each step adds to the derivatives by its chances.

    Args:
        density: ``(T, S, n)`` in units of the best state's.
        forward: ``(T, G, S, n)`` from :func:`filtered`, likewise ``scale``, ``(T, n)``.
        scale: the normalizers.
        moves: of the steps.
        active: ``(T,)`` customers still there.
        shift: ``(n,)`` the logarithms of the units, added up over the periods.
        take: called with period, chances before the step ``(G, S, k)`` and what they are multiplied by ``(G, S, k)``.

    """
    state = np.zeros_like(density)
    first, segment = np.empty(forward.shape[1:]), np.empty((forward.shape[1], density.shape[2]))
    for period, later, here in backward(density, scale, moves, active):
        there = later.shape[2]
        joint = forward[period, :, :, :there] * later
        state[period, :, :there] = joint.sum(axis=0)
        if period:
            take(period, forward[period - 1, :, :, :there], here)
        else:
            first[:], segment[:] = here, joint.sum(axis=1)
    return Smoothed(shift + np.log(scale).sum(axis=0), first, state, segment)


def lost(scale: FloatArray) -> BoolArray:
    """Return ``(n,)`` which customers lost digits to underflow: their normalizers are tiny, or none at all."""
    with np.errstate(invalid="ignore"):
        found: BoolArray = np.logical_not((scale >= _TINY).all(axis=0))
    return found


def log_smoothed(log_density: FloatArray, start: FloatArray, moves: Moves, active: IntArray, take: Taker) -> Smoothed:
    """Return the same by logarithms throughout, which takes longer and loses nothing.

    A history that no path of states can have brought about has the log-likelihood minus infinity and adds nothing.

    Args:
        log_density: ``(T, S, n)``.
        start: ``(G, S)``.
        moves: of the steps.
        active: ``(T,)`` customers still there.
        take: as for :func:`smoothed`.

    """
    forward = log_filtered(log_density, start, moves, active)
    periods, count = len(log_density), log_density.shape[2]
    total = log_totals(forward, active)
    known = np.isfinite(total)
    base = np.where(known, total, 0.0)
    state = np.zeros_like(log_density)
    ahead = np.zeros(forward.shape[1:])
    first, segment = np.zeros_like(ahead), np.zeros((len(start), count))
    for period in range(periods - 1, -1, -1):
        there = int(active[period])
        here = ahead[:, :, :there] + log_density[period, :, :there]
        joint = np.exp(forward[period, :, :, :there] + ahead[:, :, :there] - base[:there]) * known[:there]
        state[period, :, :there] = joint.sum(axis=0)
        if not period:
            first[:], segment[:] = np.exp(np.minimum(here - base, _LIMIT)) * known, joint.sum(axis=1)
            break
        before = forward[period - 1, :, :, :there]
        most = np.maximum(before.max(axis=(0, 1)), _NONE)
        after = np.exp(np.minimum(here + most - base[:there], _LIMIT)) * known[:there]
        take(period, np.exp(before - most), after)
        logs = _log(moves.into(period, there))
        ahead[:, :, :there] = _log_sum(logs + here[:, None], 2)
    return Smoothed(np.where(known, total, -np.inf), first, state, segment)


def log_filtered(log_density: FloatArray, start: FloatArray, moves: Moves, active: IntArray) -> FloatArray:
    """Return the logarithms of the likelihood of past and present with each state, ``(T, G, S, n)``."""
    forward = np.full((len(log_density), *start.shape, log_density.shape[2]), _NONE)
    forward[0] = _log(start)[:, :, None] + log_density[0]
    for period in range(1, len(log_density)):
        there = int(active[period])
        logs = _log(moves.into(period, there))
        stepped = _log_sum(forward[period - 1, :, :, None, :there] + logs, 1)
        forward[period, :, :, :there] = stepped + log_density[period, :, :there]
    return forward


def log_totals(forward: FloatArray, active: IntArray) -> FloatArray:
    """Return ``(n,)`` the log-likelihood of each customer, from :func:`log_filtered`."""
    count = forward.shape[3]
    length = (np.arange(count) < active[:, None]).sum(axis=0)
    last = forward[length - 1, :, :, np.arange(count)].reshape(count, -1)
    total = _log_sum(last, 1)
    return np.where(total > _IMPOSSIBLE, total, -np.inf)


def _log(values: FloatArray) -> FloatArray:
    return np.log(values, out=np.full(values.shape, _NONE), where=values > 0.0)


def _log_sum(values: FloatArray, axis: int) -> FloatArray:
    """Return the logarithm of the sum of exponentials; minus infinity where all are next to nothing."""
    most = values.max(axis=axis, keepdims=True)
    found = np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis)
    return np.where(found > _IMPOSSIBLE, found, _NONE)
