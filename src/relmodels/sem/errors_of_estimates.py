"""Covariances of estimates: from the expected or the observed information, or from the spread of single answers.

The information is that of one case, times the cases; under constraints only what they leave free is inverted. The
sandwich puts the covariance of the scores of single respondents between two inverses of the observed information, and
holds whatever the distribution of the answers.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import NotIdentified
from relmodels.sem.discrepancy import Target
from relmodels.sem.linear import inverse_of
from relmodels.sem.prepare import Prepared
from relmodels.sem.search import Problem, total_curvature, total_second_slopes
from relmodels.sem.structure import Implied, Structure

__all__ = ["Information", "case_scores", "free_directions", "inverse_on", "of_information", "weakest", "with_free"]

Information: TypeAlias = Literal["expected", "observed"]

_SMALLEST = 1e-10
_UNLIKE = 1e3  # between standard deviations


def free_directions(problem: Problem, theta: FloatArray) -> FloatArray:
    """Return ``(q, k)`` directions in which parameters may move under the constraints."""
    if problem.constraints is None:
        return np.eye(theta.size)
    _, jacobian = problem.constraints(theta)
    _, values, turned = np.linalg.svd(jacobian, full_matrices=True)
    rank = int((values > 1e-10 * max(float(values.max(initial=0.0)), 1e-300)).sum())
    return np.asarray(turned[rank:].T, dtype=np.float64)


def with_free(directions: FloatArray, more: int) -> FloatArray:
    """Return directions ``(q + m, k + m)`` in which ``m`` parameters more, after the others, move as they like."""
    size, count = directions.shape
    found = np.zeros((size + more, count + more))
    found[:size, :count] = directions
    found[size:, count:] = np.eye(more)
    return found


def inverse_on(matrix: FloatArray, directions: FloatArray) -> FloatArray:
    """Return ``K (K' M K)^{-1} K'``, the inverse on the directions left free, by way of units of 1."""
    inner = directions.T @ matrix @ directions
    unit = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(inner)), 1e-300))
    found = inverse_of(inner * np.outer(unit, unit)) * np.outer(unit, unit)
    return directions @ found @ directions.T


def of_information(found: Prepared, problem: Problem, theta: FloatArray, kind: Information) -> FloatArray:
    """Return ``(q, q)`` the information of one case."""
    matrix = total_curvature(problem, theta) if kind == "expected" else total_second_slopes(problem, theta)
    inner = (directions := free_directions(problem, theta)).T @ matrix @ directions
    if (concerned := weakest(inner, directions, found)) is not None:
        raise NotIdentified(concerned)
    return matrix


def weakest(inner: FloatArray, directions: FloatArray, found: Prepared) -> str | None:
    """Return a sentence that names the parameters which the data cannot tell apart, ``None`` if there are none."""
    unit = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(inner)), 1e-300))
    values, vectors = np.linalg.eigh(inner * np.outer(unit, unit))
    if values[0] > _SMALLEST * max(float(values[-1]), 1.0):
        return None
    # As much as each would move beside its own error, so that units do not decide.
    moved = np.abs(directions @ (unit * vectors[:, 0])) * np.linalg.norm(directions / np.maximum(unit, 1e-300), axis=1)
    most = np.argsort(-moved)[:4]
    names = {one.index: one.name for one in reversed(found.parameters)}
    concerned = ", ".join(names[place] for place in most.tolist() if moved[place] > 0.1 * moved.max())
    spread = np.sqrt(np.einsum("gpp->gp", found.moments.covariance))
    if found.form == "ULS" and float(spread.max()) > _UNLIKE * float(spread.min()):
        return (
            f"unweighted least squares see next to nothing of variables in small units, so that {concerned} cannot be "
            "told apart; bring all variables to like units, or fit with ML"
        )
    return (
        f"the model is not identified: the data cannot tell apart {concerned}; "
        "hold one of them, make some equal, or add indicators"
    )


def case_scores(target: Target, structure: Structure, implied: Implied, values: FloatArray) -> FloatArray:
    """Return ``(n, q)`` the derivatives of the log-likelihood of each respondent of a group by the parameters.

    Args:
        target: whose covariances are in standard deviations of the data.
        structure: the cells.
        implied: what they imply.
        values: ``(n, p)`` answers, in standard deviations from the mean of the group, or as they are with means.

    """
    first, second, mean = structure.factors(implied)
    inverse = inverse_of(implied.covariance)
    apart = values - implied.mean if target.mean is not None else values
    weighed = apart @ inverse
    found = (weighed @ first) * (weighed @ second) - np.einsum("pr,pr->r", first, inverse @ second)
    if target.mean is not None:
        found = found + weighed @ mean
    return np.asarray(found @ structure.linear, dtype=np.float64)
