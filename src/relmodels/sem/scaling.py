"""Yuan and Bentler's correction where answers are missing, from the scores of single respondents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.discrepancy import second_slopes
from relmodels.sem.errors_of_estimates import free_directions, inverse_on, with_free
from relmodels.sem.linear import inverse_of
from relmodels.sem.patterns import inverse_of_patterns
from relmodels.sem.search import Problem
from relmodels.sem.structure import Implied, Structure, with_causes

__all__ = ["everything", "pattern_scores", "scaling_of_patterns"]


def pattern_scores(structure: Structure, implied: Implied, values: FloatArray) -> FloatArray:
    """Return ``(n, q)`` the scores of respondents of whom each counts with what was answered."""
    first, second, mean = structure.factors(implied)
    seen, place = np.unique(~np.isnan(values), axis=0, return_inverse=True)
    place = place.ravel()
    inverse = inverse_of_patterns(seen, implied.covariance)
    weighed = inverse.times(np.nan_to_num(values - implied.mean, nan=0.0), place)
    roots, owner = inverse.roots()
    carried = np.zeros((len(seen), first.shape[1]))
    np.add.at(carried, owner, (roots @ first) * (roots @ second))
    carried = np.einsum("pr,pr->r", first, inverse.whole @ second) - carried
    found = (weighed @ first) * (weighed @ second) - carried[place] + weighed @ mean
    return np.asarray(found @ structure.linear, dtype=np.float64)


def scaling_of_patterns(
    problem: Problem, theta: FloatArray, df: int, values: list[FloatArray], fixed: Sequence[str]
) -> float:
    """Return the correction: the trace over all moments, less that over the parameters, for each degree of freedom.

    Moments of observed causes count as parameters, as they were estimated from the same answers.
    """
    wide = with_causes(problem.structures, fixed)
    size = wide[0].linear.shape[1]
    whole, meat, bent = 0.0, np.zeros((size, size)), np.zeros((size, size))
    for target, structure, own, answers in zip(problem.targets, wide, problem.structures, values, strict=True):
        implied = own.implied(theta)
        scores = pattern_scores(structure, implied, answers)
        meat += target.share * (scores.T @ scores) / len(scores)
        bent += target.share * (structure.linear.T @ second_slopes(target, structure, implied) @ structure.linear)
        cells = everything(len(target.covariance))
        at = np.concatenate([target.covariance[np.tril_indices(len(target.covariance))], np.asarray(target.mean)])
        full = pattern_scores(cells, cells.implied(at), answers)
        bread = inverse_of(second_slopes(target, cells, cells.implied(at)))
        whole += float(np.sum(bread * (full.T @ full))) / len(full)
    directions = with_free(free_directions(problem, theta), size - theta.size)
    return (whole - float(np.sum(inverse_on(bent, directions) * meat))) / df


def everything(size: int) -> Structure:
    """Return the model in which every moment is a parameter."""
    row, column = np.tril_indices(size)
    count = row.size + size
    return Structure(
        observed=tuple(str(place) for place in range(size)),
        names=tuple(str(place) for place in range(size)),
        scale=np.ones(size),
        paths=np.empty(0, dtype=np.int64),
        moments=column * size + row,
        levels=np.arange(size),
        linear=np.eye(count),
        held_paths=np.zeros((size, size)),
        held_moments=np.zeros((size, size)),
        held_levels=np.zeros(size),
    )
