"""From a fit back to the problem it solved: of the same answers or others, in the standard deviations it had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData
from relmodels.sem.complete import fixed_causes
from relmodels.sem.data import Survey
from relmodels.sem.discrepancy import Target
from relmodels.sem.errors_of_estimates import free_directions, inverse_on
from relmodels.sem.patterns import patterns_of
from relmodels.sem.prepare import FORMS, constraints_of, group_weights
from relmodels.sem.result import PathFit
from relmodels.sem.search import Problem, total_gradient, total_second_slopes
from relmodels.sem.structure import Structure, structures

__all__ = ["another_survey", "answers_behind", "curvature_at", "problem_of", "same_covariances", "spreads_of"]

_ROUNDING: Final = 1e-6
_OTHER: Final = 1e-4  # standard errors of one case between the estimates and where the answers lead


def another_survey(fit: PathFit) -> str:
    """Return that answers are not those that a fit was made of, and what to do."""
    return (
        f"survey: the fit is of {' and '.join(str(size) for size in fit.sizes)} respondents ({', '.join(fit.groups)}), "
        "and these are others or answered otherwise; pass the survey it was made of"
    )


def same_covariances(first: FloatArray, second: FloatArray) -> bool:
    """Return whether ``(G, p, p)`` covariances are the same but for rounding, each in standard deviations.

    Examples:
        >>> one = 1e-12 * np.array([[[1.0, 0.5], [0.5, 1.0]]])
        >>> same_covariances(one, one * (1.0 + 1e-12)), same_covariances(one, one + 1e-13)
        (True, False)

    """
    spread = np.sqrt(np.einsum("gpp->gp", second))
    units = spread[:, :, None] * spread[:, None, :]
    return bool(np.allclose(first / units, second / units, rtol=0.0, atol=_ROUNDING))


def answers_behind(fit: PathFit, survey: Survey) -> list[FloatArray]:
    """Return for each group the ``(n, p)`` answers that counted in a fit.

    Raises:
        InvalidData: if the survey has other groups, or other numbers of respondents who count.

    """
    own = survey.of(fit.names)
    gaps = fit.missing == "ml"
    kept = own.rows(np.isnan(own.values).sum(axis=1) < len(own.names) if gaps else own.complete)
    parts = [kept.values[kept.group == place] for place in range(len(own.groups))]
    if own.groups != fit.groups or tuple(len(part) for part in parts) != fit.sizes:
        raise InvalidData(another_survey(fit))
    return parts


def curvature_at(fit: PathFit, problem: Problem) -> FloatArray:
    """Return the curvature at the estimates, or raise if these answers would not have led to them."""
    bent = total_second_slopes(problem, fit.theta)
    slope = 0.5 * total_gradient(problem, fit.theta)
    promised = float(slope @ inverse_on(bent, free_directions(problem, fit.theta)) @ slope)
    if abs(promised) > _OTHER**2:
        raise InvalidData(another_survey(fit))
    return bent


def problem_of(fit: PathFit, groups: list[FloatArray]) -> Problem:
    """Return the problem of other answers, in the standard deviations of the first ones."""
    if fit.missing == "ml":
        return _problem_with_gaps(fit, groups)
    total = sum(len(part) for part in groups)
    form, less, modeled = FORMS[fit.estimator], 1.0 if fit.divisor == "n-1" else 0.0, fit.implied_mean is not None
    cases = total - less * len(groups)
    targets, covariances, means = [], [], []
    for part, structure in zip(groups, fit.structures, strict=True):
        scale = structure.scale[: part.shape[1]]
        scaled = part / scale
        level = scaled.mean(axis=0)
        apart = scaled - level
        covariance = apart.T @ apart / (len(part) - less)
        weight, moments = group_weights(form, covariance, scale, part, means=modeled)
        share = (len(part) - less) / cases
        targets.append(Target(covariance, level if modeled else None, share, weight, moments=moments))
        covariances.append(covariance * np.outer(scale, scale))
        means.append(level * scale)
    return Problem(targets, _cells(fit, covariances, means), constraints_of(fit.model, fit.parameters))


def _problem_with_gaps(fit: PathFit, groups: list[FloatArray]) -> Problem:
    """Return the problem of other answers with gaps; moments stand by for observed causes only.

    Causes with gaps of their own keep the moments that they had in the fit.
    """
    total = sum(len(part) for part in groups)
    causes = [fit.names.index(name) for name in fixed_causes(fit.model)]
    targets, covariances, means = [], [], []
    for group, (part, structure) in enumerate(zip(groups, fit.structures, strict=True)):
        scale = structure.scale[: part.shape[1]]
        covariance, level = fit.observed[group].copy(), np.nanmean(part, axis=0)
        if np.isnan(part[:, causes]).any() and fit.observed_mean is not None:
            level[causes] = fit.observed_mean[group][causes]
        elif causes:
            covariance[np.ix_(causes, causes)] = np.cov(part[:, causes], rowvar=False, bias=True)
        patterns = patterns_of(part / scale)
        scaled = covariance / np.outer(scale, scale)
        targets.append(Target(scaled, level / scale, len(part) / total, patterns=patterns))
        covariances.append(covariance)
        means.append(level)
    return Problem(targets, _cells(fit, covariances, means), constraints_of(fit.model, fit.parameters))


def _cells(fit: PathFit, covariances: list[FloatArray], means: list[FloatArray]) -> Sequence[Structure]:
    """Return the structures of a fit, with the moments of observed causes that other answers have."""
    names = fixed_causes(fit.model)
    if not names:
        return fit.structures
    chosen = [fit.names.index(name) for name in names]
    fixed = (names, [one[np.ix_(chosen, chosen)] for one in covariances], [one[chosen] for one in means])
    return structures(fit.model, fit.parameters, fit.names, spreads_of(fit), fixed)


def spreads_of(fit: PathFit) -> list[FloatArray]:
    """Return for each group ``(p,)`` the standard deviations in which the problem is stated."""
    return [structure.scale[: len(fit.names)] for structure in fit.structures]
