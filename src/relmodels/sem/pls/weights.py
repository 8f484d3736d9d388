"""Weights of items by Wold's fixed point, for a stack of correlation tables at once.

A construct is the weighted sum of its items. Its neighbors in the theory say what it should be like; the items say what
it can be like; the two are adjusted to each other until nothing moves. All that is needed are correlations, so a
thousand samples of a bootstrap are one stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.sem.pls.spec import Layout

__all__ = ["Weights", "inner_weights", "solve_weights", "unit_variance"]

_ROUNDS: Final = 3000
_EXACT: Final = 1e-12
_NOTHING: Final = 1e-24  # variance of a weighted sum whose weights are rounding errors
_CANCELED: Final = 1e-14  # of the squared weights: variance of a sum of items that cancel each other out


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Where the search ended.

    Attributes:
        values: ``(B, p)`` weights of standardized items; constructs have a variance of 1.
        rounds: how many were needed for the slowest.
        converged: ``(B,)`` whether weights stopped moving; weights of a construct that goes with nothing around it are
            ``nan``, and the search of such a sample ends there.

    """

    values: FloatArray
    rounds: int
    converged: BoolArray


def solve_weights(
    tables: FloatArray, layout: Layout, *, start: FloatArray | None = None, tolerance: float = _EXACT
) -> Weights:
    """Return the weights of ``(B, p, p)`` correlations.

    Args:
        tables: of any rank, if those of the items of each construct of mode B are positive definite.
        layout: of the theory.
        start: ``(p,)`` where to begin; all items alike by default, as most programs do.
        tolerance: how much a weight may still move.

    """
    member = _member(layout)
    values = np.ones((len(tables), len(layout.block))) if start is None else np.tile(start, (len(tables), 1))
    values = unit_variance(values, tables, member)
    converged: BoolArray = np.zeros(len(tables), dtype=bool)
    lost: BoolArray = np.array(~np.isfinite(values).all(axis=1), dtype=bool)
    rounds = 0
    while rounds < _ROUNDS and not (converged | lost).all():
        rounds += 1
        moving = np.flatnonzero(~(converged | lost))
        after = _round(values[moving], tables[moving], layout, member)
        # A weight and its mirror image are the same: the sign scheme may turn a construct at every round.
        turned = np.einsum("bp,bp,pj->bj", after, values[moving], member) < 0.0
        after = after * np.where(turned, -1.0, 1.0)[:, layout.block]
        moved = np.abs(after - values[moving]).max(axis=1)
        values[moving] = after
        converged[moving[moved <= tolerance]] = True
        lost[moving[~np.isfinite(moved)]] = True
    return Weights(values, rounds, converged)


def _member(layout: Layout) -> FloatArray:
    return np.eye(len(layout.constructs))[layout.block]


def unit_variance(values: FloatArray, tables: FloatArray, member: FloatArray) -> FloatArray:
    """Return the weights in the unit in which each construct has a variance of 1; ``nan`` if it has none."""
    spread = values[:, :, None] * member
    variance = np.einsum("bpj,bpj->bj", spread, tables @ spread)
    least = np.maximum(_NOTHING, _CANCELED * (values**2 @ member))
    deviation = np.sqrt(np.where(variance > least, variance, np.nan))
    return np.asarray(values / deviation[:, member.argmax(axis=1)], dtype=np.float64)


def _round(values: FloatArray, tables: FloatArray, layout: Layout, member: FloatArray) -> FloatArray:
    """Return the weights after one round: what neighbors say, then what items can follow."""
    spread = values[:, :, None] * member
    with_constructs = tables @ spread
    between = np.swapaxes(spread, 1, 2) @ with_constructs
    with_neighbors = with_constructs @ np.swapaxes(inner_weights(between, layout), 1, 2)
    found = np.take_along_axis(with_neighbors, np.broadcast_to(layout.block[None, :, None], (*values.shape, 1)), axis=2)
    found = found[:, :, 0].copy()
    for place, mode in enumerate(layout.modes):
        rows = layout.rows(place)
        if mode == "B" and rows.size > 1:
            found[:, rows] = _solved(tables[:, rows[:, None], rows], found[:, rows])
        elif mode == "unit":
            found[:, rows] = 1.0
    return unit_variance(found, tables, member)


def inner_weights(between: FloatArray, layout: Layout) -> FloatArray:
    """Return ``(B, J, J)`` how much each construct (column) counts for its neighbor (row).

    Args:
        between: ``(B, J, J)`` correlations of the constructs.
        layout: of the theory.

    """
    causes, effects = layout.causes, layout.causes.T
    if layout.scheme == "centroid":
        return np.asarray(np.sign(between) * (causes | effects), dtype=np.float64)
    if layout.scheme == "factor":
        return np.asarray(between * (causes | effects), dtype=np.float64)
    found = between * effects
    for place in layout.explained:
        before = layout.before(place)
        found[:, place, before] = _solved(between[:, before[:, None], before], between[:, before, place])
    return np.asarray(found, dtype=np.float64)


def _solved(tables: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solutions; of sums that are one in this round, and may not be in the next, the shortest."""
    try:
        found = np.linalg.solve(tables, right[:, :, None])
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(tables, hermitian=True) @ right[:, :, None]
    return np.asarray(found[:, :, 0], dtype=np.float64)
