"""How far a model is from answers of which some are missing, as if none were: for indices that do not depend on gaps.

The test statistic of answers with gaps is smaller the more is missing, because every gap hides some of the misfit, and
indices made of it look the better for it. Zhang and Savalei measure the misfit with the discrepancy of complete
answers instead, between the moments that make the answers most likely and those that the fit implies. Sampling alone
makes that larger than 0; what it makes of it on average is taken off. With ``Δ`` the derivatives of the implied
moments, ``V`` the weight of complete answers, ``W`` the information of the answers about the moments and ``Γ`` the
spread of the estimated moments, that is the trace of ``V R Γ R'`` with ``R = I - Δ (Δ' W Δ)^{-1} Δ' W``. ``Γ`` is the
inverse of ``W`` for normal answers, and a sandwich with the scores of respondents for others. Without gaps it is the
degrees of freedom, or these times the usual correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.baseline import independence
from relmodels.sem.data import Survey
from relmodels.sem.discrepancy import Target, curvature, second_slopes
from relmodels.sem.errors_of_estimates import free_directions, inverse_on, with_free
from relmodels.sem.indices import Misfit
from relmodels.sem.linear import inverse_of
from relmodels.sem.missing import unrelated
from relmodels.sem.prepare import Prepared
from relmodels.sem.rebuilt import rebuilt
from relmodels.sem.result import PathFit
from relmodels.sem.scaling import everything, pattern_scores
from relmodels.sem.search import Problem, total_value
from relmodels.sem.structure import Implied, Structure, with_causes

__all__ = ["misfits"]


@dataclass(frozen=True, slots=True, eq=False)
class _Saturated:
    """The moments of one group as if they were parameters.

    Attributes:
        share: of all cases.
        weight: ``(s, s)`` of complete answers.
        spread: ``(s, s)`` the inverse of the information of the answers with gaps.
        information: ``(s, s)`` that information.
        scores: ``(n, s)`` of respondents; ``None`` if the answers are taken as normal.

    """

    share: float
    weight: FloatArray
    spread: FloatArray
    information: FloatArray
    scores: FloatArray | None


def misfits(fit: PathFit, survey: Survey) -> tuple[Misfit, Misfit]:
    """Return the misfit of a model and of the one in which nothing is related, on the scale of complete answers.

    Args:
        fit: that counted missing answers.
        survey: the answers it was made of.

    Raises:
        InvalidData: if the survey is not the one the fit was made of.

    Examples:
        >>> from relmodels.sem import PathModel, fit_paths
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "t3", "t4")}
        >>> answers["t1"][:60] = np.nan
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3 + t4"), survey, missing="ml")
        >>> round(misfits(fit, survey)[0].bias, 2), fit.df
        (2.68, 2)
        >>> round(fit.indices().tli, 4), round(fit.robust_indices(survey).tli, 4)
        (0.9704, 0.96)

    Reference:
        Zhang, X. and Savalei, V. (2023), New computations for RMSEA and CFI following FIML and TS estimation with
        missing data, Psychological Methods 28(2), 263-283.

    """
    own = rebuilt(fit, survey)
    found, problem, answers = own.ready, own.problem, own.answers
    alone, apart = independence(found)
    apart_problem, apart = unrelated(alone, apart, answers)
    saturated = [
        _saturated(target, values if fit.estimator == "MLR" else None)
        for target, values in zip(problem.targets, answers.scaled(problem), strict=True)
    ]
    return (
        _misfit(found, problem, fit.theta, fit.df, saturated),
        _misfit(alone, apart_problem, apart.theta, fit.baseline.df, saturated),
    )


def _saturated(target: Target, values: FloatArray | None) -> _Saturated:
    """Return what complete answers and those with gaps say of the moments themselves."""
    cells = everything(len(target.covariance))
    lower = target.covariance[np.tril_indices(len(target.covariance))]
    implied = cells.implied(np.concatenate([lower, np.asarray(target.mean)]))
    information = second_slopes(target, cells, implied)
    return _Saturated(
        share=target.share,
        weight=curvature(replace(target, patterns=None), cells, implied),
        spread=inverse_of(information),
        information=information,
        scores=None if values is None else pattern_scores(cells, implied, values),
    )


def _misfit(found: Prepared, problem: Problem, theta: FloatArray, df: int, saturated: Sequence[_Saturated]) -> Misfit:
    """Return the discrepancy of complete answers by the cases, and what sampling alone makes of it."""
    plain = Problem([replace(target, patterns=None) for target in problem.targets], problem.structures)
    wide = with_causes(problem.structures, found.fixed)
    slopes = [
        _slopes(cells, structure.implied(theta)) for cells, structure in zip(wide, problem.structures, strict=True)
    ]
    directions = with_free(free_directions(problem, theta), slopes[0].shape[1] - theta.size)
    bread = inverse_on(_summed(saturated, slopes, [one.information for one in saturated]), directions)
    weight = _summed(saturated, slopes, [one.weight for one in saturated])
    bias = sum(_spread_of_group(one, slope, bread, weight) for one, slope in zip(saturated, slopes, strict=True))
    return Misfit(found.multiplier * total_value(plain, theta), bias, df)


def _spread_of_group(one: _Saturated, slope: FloatArray, bread: FloatArray, weight: FloatArray) -> float:
    """Return what one group adds to the trace of ``V R Γ R'``."""
    if one.scores is None:
        taken = float(np.sum(bread * (slope.T @ one.weight @ slope)))
        return float(np.sum(one.weight * one.spread)) - one.share * taken
    moved, fitted = one.scores @ one.spread, one.scores @ slope @ bread
    carried = moved @ one.weight
    found = np.sum(carried * moved)
    found += one.share * (np.sum((fitted @ weight) * fitted) - 2.0 * np.sum(carried * (fitted @ slope.T)))
    return float(found) / len(moved)


def _summed(saturated: Sequence[_Saturated], slopes: Sequence[FloatArray], tables: Sequence[FloatArray]) -> FloatArray:
    """Return ``(q, q)`` tables of the moments by way of the parameters, over all groups."""
    return np.asarray(
        sum(one.share * slope.T @ table @ slope for one, slope, table in zip(saturated, slopes, tables, strict=True)),
        dtype=np.float64,
    )


def _slopes(structure: Structure, implied: Implied) -> FloatArray:
    """Return ``(s, q)`` derivatives of the implied moments by the parameters."""
    first, second, mean = structure.factors(implied)
    row, column = np.tril_indices(len(first))
    by_covariance = first[row] * second[column] + second[row] * first[column]
    return np.asarray(np.vstack([by_covariance, mean]) @ structure.linear, dtype=np.float64)
