"""Observed causes that are taken as they are, seen as what they are to a correction: moments that fit by themselves.

Estimates and their errors do not depend on how causes vary. The correction of a test statistic does: their moments must
not count among those which the model could miss.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.prepare import Prepared
from relmodels.sem.search import Constraints, Problem
from relmodels.sem.structure import Structure

__all__ = ["with_causes"]


def with_causes(found: Prepared, problem: Problem, theta: FloatArray) -> tuple[Problem, FloatArray]:
    """Return the problem in which the moments of observed causes are parameters too, and its solution.

    Args:
        found: the model with its data.
        problem: what was minimized.
        theta: ``(q,)`` where.

    """
    if not found.fixed:
        return problem, theta
    cells, added = [], list(theta)
    count = theta.size + len(problem.structures) * _count(found)
    for structure in problem.structures:
        freed, values = _freed(found, structure, len(added), count)
        cells.append(freed)
        added += values
    return Problem(problem.targets, cells, _widened(problem.constraints, theta.size, count)), np.array(added)


def _count(found: Prepared) -> int:
    causes = len(found.fixed)
    return causes * (causes + 1) // 2 + causes * found.means


def _freed(found: Prepared, structure: Structure, start: int, count: int) -> tuple[Structure, list[float]]:
    """Return the cells of a group with those of the causes, and the values of these, from a place on."""
    size = len(structure.names)
    chosen = np.array([structure.observed.index(name) for name in found.fixed])
    first, second = np.triu_indices(chosen.size)
    left, right = np.minimum(chosen[first], chosen[second]), np.maximum(chosen[first], chosen[second])
    levels = chosen if found.means else chosen[:0]
    values = [*structure.held_moments[left, right].tolist(), *structure.held_levels[levels].tolist()]
    own = np.zeros((len(values), count))
    own[np.arange(len(values)), start + np.arange(len(values))] = 1.0
    before = np.zeros((len(structure.linear), count))
    before[:, : structure.linear.shape[1]] = structure.linear
    middle = structure.paths.size + structure.moments.size
    freed = replace(
        structure,
        moments=np.concatenate([structure.moments, left * size + right]),
        levels=np.concatenate([structure.levels, levels]),
        linear=np.vstack([before[:middle], own[: left.size], before[middle:], own[left.size :]]),
    )
    return freed, values


def _widened(constraints: Constraints | None, size: int, count: int) -> Constraints | None:
    if constraints is None:
        return None

    def wider(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        gap, jacobian = constraints(theta[:size])
        return gap, np.hstack([jacobian, np.zeros((len(jacobian), count - size))])

    return wider
