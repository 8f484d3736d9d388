"""A fit put together again with the answers it was made of, for what is asked of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData
from relmodels.sem.complete import fixed_causes
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.discrepancy import Target
from relmodels.sem.labels import at_limit
from relmodels.sem.missing import Answers, answers_of, with_patterns
from relmodels.sem.ordinal import correlations_of, shares_held, spread_of, targets_of
from relmodels.sem.prepare import FORMS, Prepared, constraints_of, group_weights, with_relations
from relmodels.sem.refit import another_survey, same_covariances
from relmodels.sem.result import PathFit
from relmodels.sem.search import Problem
from relmodels.sem.weights import moment_spread

__all__ = ["Rebuilt", "rebuilt"]


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilt:
    """A model with its data, as it was before it was solved, and the answers.

    Attributes:
        ready: the model with the moments of its data; the search would begin at the estimates.
        problem: what is minimized: of these moments, or of all answers if some are missing.
        answers: that count.
        spreads: of each group ``(P, P)``, of the moments of one case; empty if answers are missing.

    """

    ready: Prepared
    problem: Problem
    answers: Answers
    spreads: tuple[FloatArray, ...]


def rebuilt(fit: PathFit, survey: Survey) -> Rebuilt:
    """Return the problem that a fit solves, from the answers it was made of.

    Raises:
        InvalidData: if the survey is not the one the fit was made of.

    """
    if fit.thresholds is not None:
        answers, found = correlations_of(survey.of(fit.names), pairwise=fit.missing == "pairwise")
        _require_same(fit, answers.moments, answers.moments.covariance)
        targets = targets_of(found)
        ready = _ready(fit, answers, targets)
        return Rebuilt(ready, ready.problem, answers, tuple(spread_of(one) for one in found))
    answers = answers_of(fit.model, survey, listwise=fit.missing == "listwise")
    sizes = np.array(answers.moments.sizes)
    grow = sizes / (sizes - 1.0) if fit.divisor == "n-1" else np.ones(sizes.size)
    covariances = answers.moments.covariance * grow[:, None, None]
    _require_same(fit, answers.moments, covariances)
    ready = _ready(fit, answers, _targets(fit, answers, covariances))
    if answers.patterns:
        return Rebuilt(ready, with_patterns(ready, ready.problem, answers), answers, ())
    spreads = [
        moment_spread(values, means=target.mean is not None)
        for target, values in zip(ready.problem.targets, answers.scaled(ready.problem), strict=True)
    ]
    return Rebuilt(ready, ready.problem, answers, tuple(spreads))


def _require_same(fit: PathFit, moments: SampleMoments, covariances: FloatArray) -> None:
    same = (moments.groups, moments.sizes) == (fit.groups, fit.sizes)
    if not same or not same_covariances(covariances, fit.observed):
        raise InvalidData(another_survey(fit))


def _targets(fit: PathFit, answers: Answers, covariances: FloatArray) -> list[Target]:
    """Return what is fitted, in the standard deviations that the structures have."""
    form, modeled, level = FORMS[fit.estimator], fit.implied_mean is not None, answers.moments.mean
    sizes = np.array(answers.moments.sizes) - (1.0 if fit.divisor == "n-1" else 0.0)
    targets = []
    for group, structure in enumerate(fit.structures):
        scale = structure.scale[: len(fit.names)]
        table = covariances[group] / np.outer(scale, scale)
        weight, moments = group_weights(form, table, scale, answers.values[group], means=modeled)
        mean = level[group] / scale if modeled and level is not None else None
        targets.append(Target(table, mean, float(sizes[group] / sizes.sum()), weight, moments=moments))
    return targets


def _ready(fit: PathFit, answers: Answers, targets: Sequence[Target]) -> Prepared:
    bare = Prepared(
        model=fit.model,
        parameters=fit.parameters,
        moments=answers.moments,
        structures=fit.structures,
        problem=Problem(targets, fit.structures, constraints_of(fit.model, fit.parameters)),
        start=fit.theta,
        form=FORMS.get(fit.estimator, "DWLS"),
        cases=np.array(fit.sizes) - (1.0 if fit.divisor == "n-1" else 0.0),
        fixed=fixed_causes(fit.model),
        means=fit.implied_mean is not None,
        totals=() if fit.thresholds is None else shares_held(fit.model, fit.names, len(fit.groups)),
    )
    return replace(bare, problem=with_relations(bare, at_limit(fit.model, fit.parameters, fit.theta)))
