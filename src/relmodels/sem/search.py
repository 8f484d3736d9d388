"""The search for the smallest discrepancy: scoring steps under constraints, to a score of next to nothing.

A step solves the quadratic model of the expected curvature with the constraints made linear, and is halved until the
discrepancy, with a penalty for what constraints are broken by, falls. It does not depend on the units of parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.sem.discrepancy import (
    Slopes,
    Target,
    curvature,
    discrepancy,
    gradient,
    moment_slopes,
    second_slopes,
)
from relmodels.sem.linear import root_of, solved
from relmodels.sem.structure import Structure

__all__ = [
    "HELD",
    "Constraints",
    "Problem",
    "Solution",
    "bindings",
    "solve",
    "total_curvature",
    "total_gradient",
    "total_second_slopes",
    "total_value",
]

_ROUNDS: Final = 500
_HALVINGS: Final = 30
_SMALL: Final = 1e-9
_ROUNDING: Final = 1e-13
HELD: Final = (
    1e-8  # to within this a constraint holds: the search asks no more, and rounding leaves no less for certain
)
_NEAR: Final = 0.05  # scores at which steps go by the exact second derivatives

Constraints = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is minimized: the discrepancies of all groups, weighted by their shares of the cases.

    Attributes:
        targets: observed moments of each group.
        structures: the cells of each group.
        constraints: what must be 0, and its derivatives; ``None`` if nothing is bound.

    """

    targets: Sequence[Target]
    structures: Sequence[Structure]
    constraints: Constraints | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Where the search ended.

    Attributes:
        theta: ``(q,)``.
        value: the discrepancy.
        score: the largest element of the gradient of half the discrepancy in units of a standard error of one case.
        rounds: steps taken.
        converged: whether the score is next to nothing and constraints hold.
        multipliers: ``(k,)`` of the constraints.

    """

    theta: FloatArray
    value: float
    score: float
    rounds: int
    converged: bool
    multipliers: FloatArray


def total_value(problem: Problem, theta: FloatArray) -> float:
    """Return the discrepancy of all groups."""
    with np.errstate(all="ignore"):
        try:
            return sum(
                target.share * discrepancy(target, structure.implied(theta))
                for target, structure in zip(problem.targets, problem.structures, strict=True)
            )
        except np.linalg.LinAlgError:
            return np.inf


def bindings(problem: Problem, theta: FloatArray) -> int:
    """Return how many parameters the constraints bind: those that repeat others bind none."""
    if problem.constraints is None:
        return 0
    return int(_independent(problem.constraints(theta)[1]).size)


def _independent(jacobian: FloatArray) -> IntArray:
    """Return the places of rows that are no combination of those before them."""
    kept: list[int] = []
    basis = np.zeros((0, jacobian.shape[1]))
    for place, row in enumerate(jacobian):
        size = float(np.linalg.norm(row))
        left = row - basis.T @ (basis @ row) if size > 0.0 and np.isfinite(size) else 0.0 * row
        if float(np.linalg.norm(left)) > 1e-9 * size > 0.0:
            kept.append(place)
            basis = np.vstack([basis, left / np.linalg.norm(left)])
    return np.array(kept, dtype=np.int64)


def _moment_slopes(problem: Problem, theta: FloatArray) -> list[Slopes]:
    return [
        moment_slopes(target, structure.implied(theta))
        for target, structure in zip(problem.targets, problem.structures, strict=True)
    ]


def total_gradient(problem: Problem, theta: FloatArray, known: Sequence[Slopes] | None = None) -> FloatArray:
    """Return ``(q,)`` the gradient of the discrepancy by the parameters."""
    found = np.zeros(theta.size)
    slopes = _moment_slopes(problem, theta) if known is None else known
    for target, structure, one in zip(problem.targets, problem.structures, slopes, strict=True):
        found += target.share * (structure.linear.T @ gradient(target, structure, structure.implied(theta), one))
    return found


def total_curvature(problem: Problem, theta: FloatArray) -> FloatArray:
    """Return ``(q, q)`` the expected second derivatives of half the discrepancy."""
    found = np.zeros((theta.size, theta.size))
    for target, structure in zip(problem.targets, problem.structures, strict=True):
        inner = curvature(target, structure, structure.implied(theta))
        found += target.share * (structure.linear.T @ inner @ structure.linear)
    return found


def total_second_slopes(problem: Problem, theta: FloatArray, known: Sequence[Slopes] | None = None) -> FloatArray:
    """Return ``(q, q)`` the exact second derivatives of half the discrepancy."""
    found = np.zeros((theta.size, theta.size))
    slopes = _moment_slopes(problem, theta) if known is None else known
    for target, structure, one in zip(problem.targets, problem.structures, slopes, strict=True):
        inner = second_slopes(target, structure, structure.implied(theta), one)
        found += target.share * (structure.linear.T @ inner @ structure.linear)
    return found


def _is_definite(matrix: FloatArray) -> bool:
    unit = 1.0 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        root_of(matrix * np.outer(unit, unit) - 1e-9 * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        return False
    return bool((np.diag(matrix) > 0.0).all())


def solve(problem: Problem, start: FloatArray, *, near: bool = False, tolerance: float = _SMALL) -> Solution:
    """Return where scoring steps end.

    Args:
        problem: what is minimized.
        start: ``(q,)``.
        near: whether the start is so good that exact steps can begin there.
        tolerance: the score at which the search ends; steps are quadratic, so that the last is far below it.

    """
    theta = start.copy()
    value, penalty = total_value(problem, theta), 1.0
    multipliers = np.zeros(0)
    if not np.isfinite(value):
        return Solution(theta, value, np.inf, 0, converged=False, multipliers=multipliers)
    score, broken, rounds = 0.0 if near else np.inf, 0.0, 0
    unit = np.zeros(0)
    while rounds < _ROUNDS:
        try:
            known = _moment_slopes(problem, theta)
            slope = 0.5 * total_gradient(problem, theta, known)
            if problem.constraints is None and unit.size:
                score = float(np.abs(slope * unit).max(initial=0.0))
                if score <= tolerance:
                    break
            bent = total_second_slopes(problem, theta, known) if score < _NEAR else None
            if bent is None or not _is_definite(bent):
                bent = total_curvature(problem, theta)
        except np.linalg.LinAlgError:
            score = np.inf  # moments that are just none: no slope can be told
            break
        gap, jacobian = (np.zeros(0), np.zeros((0, theta.size)))
        if problem.constraints is not None:
            gap, jacobian = problem.constraints(theta)
        step, multipliers = _step(slope, bent, gap, jacobian)
        unit = 1.0 / np.sqrt(np.maximum(np.diag(bent), 1e-300))
        score = float(np.abs((slope + jacobian.T @ multipliers) * unit).max(initial=0.0))
        broken = float(np.abs(gap).max(initial=0.0))
        if score <= tolerance and broken <= 1e-10:
            break
        rounds += 1
        penalty = max(penalty, 4.0 * float(np.abs(multipliers).max(initial=0.0)))
        moved, reached = _shorter(problem, theta, step, value + penalty * np.abs(gap).sum(), penalty)
        if moved is None:
            break
        theta, value = moved, reached
    converged = score <= max(tolerance, 1e-8) and broken <= HELD
    return Solution(theta, value, score, rounds, converged, multipliers)


def _step(slope: FloatArray, bent: FloatArray, gap: FloatArray, jacobian: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the scoring step and the multipliers: the minimum of the quadratic model on the linear constraints."""
    size = slope.size
    unit = 1.0 / np.sqrt(np.maximum(np.diag(bent), 1e-300))
    scaled = bent * np.outer(unit, unit) + 1e-12 * np.eye(size)
    if not gap.size:
        return -unit * solved(scaled, unit * slope), np.zeros(0)
    kept = _independent(jacobian * unit)
    bound = jacobian[kept] * unit
    height = np.maximum(np.abs(bound).max(axis=1), 1e-300)
    bound, wanted = bound / height[:, None], gap[kept] / height
    whole = np.block([[scaled, bound.T], [bound, np.zeros((kept.size, kept.size))]])
    found = -solved(whole, np.concatenate([unit * slope, wanted]))
    multipliers = np.zeros(gap.size)
    multipliers[kept] = found[size:] / height
    return unit * found[:size], multipliers


def _shorter(
    problem: Problem, theta: FloatArray, step: FloatArray, merit: float, penalty: float
) -> tuple[FloatArray | None, float]:
    """Return the first of ever shorter steps that does not raise the merit, and the discrepancy there."""
    length = 1.0
    for _ in range(_HALVINGS):
        moved = theta + length * step
        reached = total_value(problem, moved)
        broken = 0.0 if problem.constraints is None else float(np.abs(problem.constraints(moved)[0]).sum())
        if reached + penalty * broken <= merit + _ROUNDING * max(1.0, abs(merit)):
            return moved, reached
        length *= 0.5
    return None, np.inf
