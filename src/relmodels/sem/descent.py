"""A second way to a minimum, where steps from the usual start did not get there: slower, and kept within bounds.

Few answers make the discrepancy so uneven that quadratic steps from afar run off, mostly to variances below 0. Least
squares with variances held above a small part of the data's give another start; from there the discrepancy itself goes
down with the same bounds, and the last steps are the usual ones, without bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.search import Problem, Solution, solve, total_gradient, total_value

__all__ = ["solve_again"]

_LEAST: Final = 0.02  # of the variance of a variable
_ROUNDS: Final = 2000
_NONE: Final = 1e8  # in place of the discrepancy where moments are none


def solve_again(problem: Problem, start: FloatArray, variances: Sequence[int]) -> Solution:
    """Return where a search ends that first keeps variances above 0.

    Args:
        problem: without constraints.
        start: ``(q,)``.
        variances: the places of variances among the parameters.

    """
    rough = Problem(
        [
            replace(target, weight=np.eye(len(target.covariance)), patterns=None, moments=None)
            for target in problem.targets
        ],
        problem.structures,
    )
    place = start
    for one in (rough, problem):
        place = _descended(one, place, variances)
    return solve(problem, place)


def _descended(problem: Problem, start: FloatArray, variances: Sequence[int]) -> FloatArray:
    from scipy.optimize import minimize

    unit = _units(problem)
    least = np.full(start.size, -np.inf)
    least[list(variances)] = _LEAST

    def at(place: FloatArray) -> tuple[float, FloatArray]:
        value = total_value(problem, place * unit)
        try:
            slope = total_gradient(problem, place * unit) * unit if np.isfinite(value) else None
        except np.linalg.LinAlgError:
            slope = None  # moments that are just none
        return (_NONE, np.zeros(place.size)) if slope is None else (value, slope)

    bounds = [(None if one == -np.inf else float(one), None) for one in least]
    first = np.maximum(start / unit, least)
    found = minimize(at, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _ROUNDS})
    return np.asarray(found.x * unit, dtype=np.float64)


def _units(problem: Problem) -> FloatArray:
    """Return ``(q,)`` what a parameter is in the units of the data where its cell, in standard deviations, is 1."""
    largest = np.max([np.abs(one.linear).max(axis=0) for one in problem.structures], axis=0)
    return np.asarray(1.0 / np.maximum(largest, 1e-300), dtype=np.float64)
