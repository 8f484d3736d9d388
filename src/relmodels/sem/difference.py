"""Corrections of a difference of two test statistics that take the answers, where figures of the two fits do not do.

Satorra's takes the weight, the spread of the moments and the directions in which the wide model may move from its own
estimates, and asks what of them the narrow one leaves out; it is divided and shifted as the test statistics are.
Satorra and Bentler's of 2010 takes the wide model's correction at the place where it implies what the narrow model
does. That there is such a place is what it means to be nested, so both look for it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.sem.causes import with_causes
from relmodels.sem.complete import Parameter
from relmodels.sem.data import Survey
from relmodels.sem.discrepancy import Target, cell_slopes
from relmodels.sem.errors_of_estimates import free_directions, inverse_on
from relmodels.sem.fit import correction
from relmodels.sem.rebuilt import Rebuilt, rebuilt
from relmodels.sem.result import PathFit
from relmodels.sem.robust import Traces, scale_and_shift, traces
from relmodels.sem.search import Problem, solve, total_curvature

__all__ = ["scale_and_shift_between", "scale_at_narrow"]

_SMALL: Final = 1e-6  # of a test statistic, and of a direction
_NOT_NESTED: Final = (
    "the wider model cannot imply the moments that the narrower one does: they are not nested, and their difference is "
    "no test; set them side by side with information_table or their indices"
)


def scale_at_narrow(wide: PathFit, narrow: PathFit, survey: Survey) -> float:
    """Return by what a difference is divided, with the wide model's correction where it implies what the narrow does.

    ``c = (df_0 c_0 - df_1 c_10) / (df_0 - df_1)``, in which ``c_10`` replaces the wide model's own ``c_1``.

    Args:
        wide: by ``MLR`` or ``MLM``.
        narrow: by the same.
        survey: the answers of both.

    Raises:
        InvalidData: if the survey is another one.
        InvalidParameters: if the models are not nested.

    Reference:
        Satorra, A. and Bentler, P. M. (2010), Ensuring positiveness of the scaled difference chi-square test statistic,
        Psychometrika 75(2), 243-248.

    """
    own = rebuilt(wide, survey)
    theta = _meeting(wide, narrow, own)
    there, _ = correction(own.ready, own.problem, theta, wide.df, wide, own.answers)
    return (narrow.df * (narrow.scaling or 1.0) - wide.df * (there or 0.0)) / (narrow.df - wide.df)


def scale_and_shift_between(wide: PathFit, narrow: PathFit, survey: Survey) -> tuple[float, float]:
    """Return by what a difference is divided, and what is added, so that mean and variance are those of a chi-square.

    ``U = W Δ (P⁻¹ - K (K' P K)⁻¹ K') Δ' W``, where ``P = Δ' W Δ`` at the wide model's estimates and ``K`` has the
    directions of the wide model's parameters in which the narrow one may move too, as the slopes of both show.

    Args:
        wide: by an estimator whose test statistic is shifted.
        narrow: by the same.
        survey: the answers of both.

    Raises:
        InvalidData: if the survey is another one.
        InvalidParameters: if the models are not nested.

    Reference:
        Satorra, A. (2000), Scaled and adjusted restricted tests in multi-sample analysis of moment structures, in
        Heijmans, Pollock and Satorra (eds.), Innovations in Multivariate Statistical Analysis, Kluwer, 233-247.

    """
    own, other = rebuilt(wide, survey), rebuilt(narrow, survey)
    _meeting(wide, narrow, own)
    problem, theta = with_causes(own.ready, own.problem, wide.theta)
    inner, at = with_causes(other.ready, other.problem, narrow.theta)
    free, unit = free_directions(problem, theta), _units(problem)
    slopes = _slopes(problem, theta, unit) @ free
    kept = _slopes(inner, at, unit, wide.names) @ free_directions(inner, at)
    shared = free @ _shared(slopes, kept)
    df = narrow.df - wide.df
    if free.shape[1] - shared.shape[1] != df:
        raise InvalidParameters(_NOT_NESTED)
    bent = total_curvature(problem, theta)
    bread = inverse_on(bent, free)
    meat = traces(problem, theta, bread, own.spreads).meat
    product = (bread - inverse_on(bent, shared)) @ meat
    return scale_and_shift(Traces(meat, float(np.trace(product)), float(np.sum(product * product.T))), df)


def _shared(slopes: FloatArray, kept: FloatArray) -> FloatArray:
    """Return the directions, among those of the slopes, that come nearest to what is kept; parameters in units of 1."""
    length = [1.0 / np.maximum(np.linalg.norm(one, axis=0), 1e-300) for one in (slopes, kept)]
    nearest = np.linalg.lstsq(slopes * length[0], kept * length[1])[0]
    turned, values, _ = np.linalg.svd(nearest, full_matrices=False)
    found = length[0][:, None] * turned[:, values > _SMALL * values.max(initial=0.0)]
    return np.asarray(found, dtype=np.float64)


def _units(problem: Problem) -> FloatArray:
    """Return ``(p,)`` the standard deviations that moments are measured in, the same in all groups."""
    scales = np.array([structure.scale[: len(structure.observed)] for structure in problem.structures])
    return np.asarray(np.sqrt(np.array([target.share for target in problem.targets]) @ scales**2), dtype=np.float64)


def _slopes(problem: Problem, theta: FloatArray, unit: FloatArray, names: Sequence[str] = ()) -> FloatArray:
    """Return the slopes of all moments that count by the parameters, one group after the other.

    Args:
        problem: with targets and structures.
        theta: where.
        unit: ``(p,)`` of the variables, in the order of the rows.
        names: the variables in that order; by default that of the problem.

    """
    found = []
    for target, structure in zip(problem.targets, problem.structures, strict=True):
        places = np.array([structure.observed.index(name) for name in names or structure.observed])
        grown = structure.scale[places] / unit
        row, column = np.tril_indices(places.size)
        factor, order = grown[row] * grown[column], _lower(places[row], places[column])
        if target.mean is not None:
            factor, order = np.concatenate([factor, grown]), np.concatenate([order, row.size + places])
        rows = cell_slopes(target, structure, structure.implied(theta)) @ structure.linear
        found.append((factor[:, None] * rows[order])[_counts(target)[order]])
    return np.vstack(found)


def _lower(first: IntArray, second: IntArray) -> IntArray:
    """Return where pairs of variables stand in a lower triangle."""
    high, low = np.maximum(first, second), np.minimum(first, second)
    return np.asarray(high * (high + 1) // 2 + low, dtype=np.int64)


def _counts(target: Target) -> BoolArray:
    """Return which moments count: variances of ordinal answers, which are 1, do not."""
    size = len(target.covariance)
    if target.moments is not None and target.moments.ndim == 1:
        return np.asarray(target.moments > 0.0, dtype=bool)
    return np.ones(size * (size + 1) // 2 + (0 if target.mean is None else size), dtype=bool)


def _meeting(wide: PathFit, narrow: PathFit, own: Rebuilt) -> FloatArray:
    """Return ``(q,)`` parameters of the wide model that imply what the narrow one does.

    Raises:
        InvalidParameters: if there are none.

    """
    if (wide.implied_mean is None) != (narrow.implied_mean is None):
        message = "means are modeled in one of the fits; fit the other with means=True, which leaves them free"
        raise InvalidParameters(message)
    order = [narrow.names.index(name) for name in wide.names]
    targets = []
    for group, (target, structure) in enumerate(zip(own.problem.targets, wide.structures, strict=True)):
        scale = structure.scale[: len(order)]
        table = narrow.implied[group][np.ix_(order, order)] / np.outer(scale, scale)
        mean = None if narrow.implied_mean is None else narrow.implied_mean[group][order] / scale
        targets.append(replace(target, covariance=table, mean=mean, patterns=None))
    problem = Problem(targets, own.problem.structures, own.problem.constraints)
    for start in (_by_name(wide, narrow), wide.theta):
        found = solve(problem, start)
        if own.ready.multiplier * found.value < _SMALL * max(1.0, narrow.chi_square):
            return found.theta
    raise InvalidParameters(_NOT_NESTED)


def _by_name(wide: PathFit, narrow: PathFit) -> FloatArray:
    """Return the narrow model's values of the wide one's parameters, 0 for those it does not have."""
    known = {_key(one): value for one, value in zip(narrow.parameters, narrow.values.tolist(), strict=True)}
    found = np.zeros(wide.theta.size)
    for one in wide.parameters:
        if one.index >= 0:
            found[one.index] = known.get(_key(one), 0.0)
    return found


def _key(one: Parameter) -> tuple[str, str, str, int]:
    left, right = sorted((one.left, one.right)) if one.operator == "~~" else (one.left, one.right)
    return left, one.operator, right, one.group
