"""What the report on a survey is about: the fit of a model, what it says, and what a careful reader looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from relmodels.core.arrays import read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.drivers import morgan_hunt
from relmodels.drivers.respondent_scores import QUALITY, RespondentScores, respondent_scores
from relmodels.frames.columns import row_list
from relmodels.frames.table import Table
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.fit import Estimator, Missing, fit_paths
from relmodels.sem.guards import require_path_fit
from relmodels.sem.indices import FitIndices
from relmodels.sem.items import item_statistics
from relmodels.sem.model import PathModel
from relmodels.sem.modification import modification_indices
from relmodels.sem.reliability import Reliability, heterotrait_monotrait, reliability
from relmodels.sem.result import PathFit

__all__ = ["SurveyStudy", "survey_study"]

_SCORED: Final = 3  # constructs at most, where there is no relationship quality


@dataclass(frozen=True, slots=True, eq=False)
class SurveyStudy:
    """The numbers of the report on a survey.

    Attributes:
        fit: of the model.
        asked: how many respondents the survey has.
        scale: the lowest and highest answer.
        given: whether the scale was stated, or is that of the answers.
        questions: by latent variable the questions that measure it.
        names: what to write for variables, by name.
        indices: of fit, corrected if the estimator is; ``None`` without a test statistic, which a remark explains.
        items: a row for each question; ``None`` without latent variables.
        measured: reliability and variance extracted; ``None`` where a latent variable has no question of its own.
        ratios: heterotrait to monotrait, of pairs of constructs; ``None`` of fewer than two with two questions each,
            and where the correlations are none that all answers together can have.
        hypotheses: of the commitment-trust theory; ``None`` if the model is another.
        scores: of respondents; ``None`` if they cannot be found.
        no_scores: why not.
        changes: what would improve the fit most, the largest first; ``None`` if that cannot be said.

    """

    fit: PathFit
    asked: int
    scale: tuple[float, float]
    given: bool
    questions: dict[str, tuple[str, ...]]
    names: dict[str, str]
    indices: FitIndices | None
    items: Table | None
    measured: Reliability | None
    ratios: Table | None
    hypotheses: Table | None
    scores: RespondentScores | None
    no_scores: str
    changes: Table | None

    def name(self, variable: str) -> str:
        """Return what to write for a variable."""
        return self.names.get(variable, variable)


def survey_study(
    theory: PathModel | PathFit,
    survey: Survey,
    *,
    scale: tuple[float, float] | None = None,
    names: Mapping[str, str] | None = None,
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
) -> SurveyStudy:
    """Return the numbers of the report on a survey.

    Args:
        theory: a model, which is then fitted, or a fit of these answers.
        survey: the answers, of one group.
        scale: the lowest and highest answer; that of the answers given if left out.
        names: what to write for variables; those of the commitment-trust theory have their English names.
        estimator: of the fit, if a model is given.
        missing: what is done with respondents who left a question out, if a model is given.

    Raises:
        InvalidData: naming questions that are lacking, answers off the scale, and several groups.
        InvalidParameters: if the scale is none, the fit is of several groups or of another kind, or as
            :func:`~relmodels.sem.fit_paths`.
        NotConverged: if the search does not end at a minimum.
        NotIdentified: naming parameters that the answers cannot tell apart.

    Examples:
        >>> from relmodels.datasets.trust_survey import trust_survey
        >>> survey = Survey.from_frame(trust_survey(), [one for items in morgan_hunt.ITEMS.values() for one in items])
        >>> found = survey_study(morgan_hunt.key_mediating(), survey)
        >>> found.scale, found.asked, found.hypotheses.column("verdict").count("supported")
        ((1.0, 7.0), 204, 11)

    """
    if not isinstance(theory, PathModel):
        require_path_fit(theory, "survey_study")
    model = theory if isinstance(theory, PathModel) else theory.model
    ends = _checked(model, survey, scale)
    fit = fit_paths(theory, survey, estimator=estimator, missing=missing) if isinstance(theory, PathModel) else theory
    fit.require_minimum()
    if len(fit.groups) > 1:
        message = f"the fit is of {len(fit.groups)} groups; the report is on one, fit each"
        raise InvalidParameters(message)
    questions = {
        name: tuple(
            row.right for row in model.rows if row.operator == "=~" and row.left == name and row.right in fit.names
        )
        for name in model.latent
    }
    asked = {name: own for name, own in questions.items() if own}
    hypotheses = _hypotheses(fit)
    scores, why = _scores(fit, survey, ends, asked)
    return SurveyStudy(
        fit=fit,
        asked=len(survey),
        scale=ends,
        given=scale is not None,
        questions=questions,
        names={QUALITY: "Relationship quality", **({} if hypotheses is None else _english()), **(names or {})},
        indices=_indices(fit),
        items=item_statistics(survey, asked) if asked else None,
        measured=reliability(fit) if asked and all(questions.values()) else None,
        ratios=_ratios(fit, asked),
        hypotheses=hypotheses,
        scores=scores,
        no_scores=why,
        changes=_changes(fit, survey),
    )


def _checked(model: PathModel, survey: Survey, scale: tuple[float, float] | None) -> tuple[float, float]:
    """Return the ends of the scale, or raise naming all that is wrong with the answers."""
    problems = Problems("survey")
    if len(survey.groups) > 1:
        problems.add(f"it has {len(survey.groups)} groups; the report is on one, make a survey of each")
    if lacking := [name for name in model.observed if name not in survey.names]:
        problems.add(f"there is no question {', '.join(lacking)}; there are {', '.join(survey.names)}")
    problems.raise_if_any()
    measured = [row.right for row in model.rows if row.operator == "=~" and row.right in survey.names]
    own = survey.of(list(dict.fromkeys(measured or model.observed)))
    answers = own.values[np.isfinite(own.values)]
    if not answers.size:
        problems.add("nobody answered anything")
        problems.raise_if_any()
    if scale is None:
        low, high = float(np.floor(answers.min())), float(np.ceil(answers.max()))
        return low, max(high, low + 1.0)
    low, high = (finite(end, "scale", "a number") for end in scale)
    if not low < high:
        message = f"scale = {scale!r} must be the lowest and the highest answer, such as (1, 7)"
        raise InvalidParameters(message)
    for place, name in enumerate(own.names):
        values = own.values[:, place]
        off = ~np.isnan(values) & ~((values >= low) & (values <= high))
        if off.any():
            problems.add(f"{name} = {values[off][0]:g} is off the scale from {low:g} to {high:g} in {row_list(off)}")
    problems.raise_if_any()
    return low, high


def _english() -> dict[str, str]:
    own = {row.code: row.name for row in morgan_hunt.CONSTRUCTS.rows}
    return own | {f"{code}_true": name for code, name in own.items()}


def _hypotheses(fit: PathFit) -> Table | None:
    """Return the table of the theory, if it is the theory's model."""
    try:
        return morgan_hunt.hypotheses(fit)
    except InvalidParameters:
        return None


def _indices(fit: PathFit) -> FitIndices | None:
    """Return the indices of fit; ``None`` if there is no test statistic."""
    return None if np.isnan(fit.chi_square) else fit.indices(corrected=fit.scaling is not None)


def _ratios(fit: PathFit, asked: Mapping[str, tuple[str, ...]]) -> Table | None:
    several = {name: own for name, own in asked.items() if len(own) > 1}
    if len(several) < 2:
        return None
    try:
        data = SampleMoments.from_covariance(fit.observed[0], fit.names, n=fit.n, divisor="n")
    except InvalidData:
        return None
    return heterotrait_monotrait(data, several)


def _changes(fit: PathFit, survey: Survey) -> Table | None:
    try:
        return modification_indices(fit, survey).table(3)
    except (InvalidParameters, InvalidData):
        return None


def _scores(
    fit: PathFit, survey: Survey, scale: tuple[float, float], asked: Mapping[str, tuple[str, ...]]
) -> tuple[RespondentScores | None, str]:
    """Return scores of trust, commitment and quality, or else of the first constructs; and why there are none."""
    if not asked:
        return None, "the model has no construct that questions measure"
    whole = {"trust", "commitment"} <= asked.keys()
    weights = None if whole else dict.fromkeys(list(asked)[:_SCORED], 1.0)
    try:
        found = respondent_scores(fit, survey, scale=scale, constructs=weights)
    except InvalidParameters as error:
        return None, "; ".join(problem.removeprefix("scores: ") for problem in error.problems)
    except InvalidData:
        return None, "the fit is of other questions or groups"
    if whole:
        return found, ""
    kept = [place for place, name in enumerate(found.constructs) if name != QUALITY]
    return replace(
        found,
        constructs=found.constructs[:-1],
        value=read_only(found.value[:, kept]),
        standard_error=read_only(found.standard_error[:, kept]),
    ), ""
