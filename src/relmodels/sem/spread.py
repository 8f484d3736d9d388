"""The spread of least-squares scores of normal answers, for errors where the weight is not the best one."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.search import Problem

__all__ = ["least_squares_spread"]


def least_squares_spread(problem: Problem, theta: FloatArray) -> FloatArray:
    """Return ``(q, q)`` the covariance of the scores of one case, at the observed moments."""
    found = np.zeros((theta.size, theta.size))
    for target, structure in zip(problem.targets, problem.structures, strict=True):
        weight = np.eye(len(target.covariance)) if target.weight is None else target.weight
        first, second, mean = structure.factors(structure.implied(theta))
        inner = weight @ target.covariance @ weight
        by_first, crossed, by_second = first.T @ inner @ first, first.T @ inner @ second, second.T @ inner @ second
        part = by_first * by_second + crossed * crossed.T
        if target.mean is not None:
            part = part + mean.T @ inner @ mean
        found += target.share * (structure.linear.T @ part @ structure.linear)
    return found
