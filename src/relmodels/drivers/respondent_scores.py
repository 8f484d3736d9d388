"""Trust, commitment and their composite for each respondent of a survey, on the scale the questions were asked on.

A factor score counts in the unit of a first question, from a mean of 0; nobody reads that. Here a construct's score is
what the respondent would answer to its questions on average if answers had no error: the means of the questions, moved
by the factor score times the mean loading. The plain mean of the answers is on the same scale and is the other choice.
Both come with the error that the model says they have.

Relationship quality is the weighted mean of trust, commitment and, where it was asked, satisfaction. That the parts
count alike unless weights are given is a convention of ours; the papers agree that it is one thing with such parts, and
differ in which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.reference import Reference
from relmodels.frames.columns import row_list
from relmodels.frames.table import Table
from relmodels.sem.data import Survey
from relmodels.sem.factor_scores import latent_given
from relmodels.sem.guards import require_path_fit
from relmodels.sem.result import PathFit
from relmodels.sem.structure import Structure

__all__ = ["QUALITY", "RespondentScores", "ScoreKind", "respondent_scores"]

ScoreKind: TypeAlias = Literal["regression", "mean"]

QUALITY: Final = "relationship quality"
PALMATIER_2006: Final = Reference(
    ("Palmatier, R. W.", "Dant, R. P.", "Grewal, D.", "Evans, K. R."),
    2006,
    "Factors Influencing the Effectiveness of Relationship Marketing: A Meta-Analysis",
    "Journal of Marketing",
    "70(4)",
    "136-153",
    standing="secondary",
)

_PARTS: Final = ("trust", "commitment")
_WHERE_ASKED: Final = ("satisfaction",)


@dataclass(frozen=True, slots=True, eq=False)
class RespondentScores:
    """Scores of the respondents of a survey.

    Attributes:
        constructs: the constructs, and last their composite.
        value: ``(n, c)`` on the scale of the questions; ``nan`` of a construct of which nothing was answered.
        standard_error: ``(n, c)`` the error of measurement of each.
        scale: the lowest and highest answer.
        kind: how they were found.
        cut: how many values of constructs lay beyond an end of the scale and were set to it.

    """

    constructs: tuple[str, ...]
    value: FloatArray
    standard_error: FloatArray
    scale: tuple[float, float]
    kind: ScoreKind
    cut: int

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of respondents."""
        return len(self.value)

    def table(self) -> Table:
        """Return a row for each respondent: every score, and then every error."""
        errors = {f"error of {name}": self.standard_error[:, place] for place, name in enumerate(self.constructs)}
        return Table({**{name: self.value[:, place] for place, name in enumerate(self.constructs)}, **errors})

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The constructs that are scored: latent variables, questions by place among those of the fit, and weights."""

    names: tuple[str, ...]
    latent: tuple[str, ...]
    questions: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]


def respondent_scores(
    fit: PathFit,
    survey: Survey,
    *,
    scale: tuple[float, float] = (1.0, 7.0),
    kind: ScoreKind = "regression",
    constructs: Mapping[str, float] | None = None,
) -> RespondentScores:
    """Return trust, commitment and relationship quality of each respondent, on the scale of the questions, with errors.

    ``"regression"`` is ``mean(ν) + mean(λ) E(η | answers)`` over the questions of a construct; the error is the root of
    what the answers leave of the variance of ``η``, times ``mean(λ)``. Such scores use every answer, so that trust says
    something of commitment, and lie nearer to the mean the less reliable the questions are. ``"mean"`` is the mean of
    the answers given; its error is the root of the error variance of that mean. Neither counts the error of the
    estimates.

    Args:
        fit: of a model in which the constructs are latent variables.
        survey: of the same questions and groups; others than the fit was made of may be among them.
        scale: the lowest and highest answer.
        kind: which of the two.
        constructs: by the name of the latent variable its weight in the composite; trust, commitment and satisfaction
            alike if left out, the last if the model has it.

    Raises:
        InvalidParameters: naming constructs that are none of the model's, whose questions load negatively or that have
            none; weights, a scale or a kind that are none; and a fit of ordinal answers or of a table without means;
            and if another kind of fit is passed.
        InvalidData: naming questions that are lacking and answers off the scale with their rows, and if the groups are
            others.

    Examples:
        >>> import relmodels as rm
        >>> items = {name: rm.morgan_hunt.ITEMS[name] for name in ("trust", "commitment")}
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), [one for all in items.values() for one in all])
        >>> lines = [f"{name} =~ {' + '.join(questions)}" for name, questions in items.items()]
        >>> found = respondent_scores(rm.fit(rm.PathModel.parse("; ".join(lines)), survey), survey)
        >>> found.constructs, found.value[0].round(1).tolist(), found.standard_error[0].round(2).tolist()
        (('trust', 'commitment', 'relationship quality'), [3.8, 1.9, 2.8], [0.36, 0.34, 0.26])

    Reference:
        Palmatier, R. W., Dant, R. P., Grewal, D. and Evans, K. R. (2006), Factors influencing the effectiveness of
        relationship marketing: A meta-analysis, Journal of Marketing 70(4), 136-153; Hennig-Thurau, T. and Klee, A.
        (1997), The impact of customer satisfaction and relationship quality on customer retention, Psychology &
        Marketing 14(8), 737-764, for the composite; Thurstone, L. L. (1935), The Vectors of Mind, University of Chicago
        Press, for the scores.

    """
    require_path_fit(fit, "respondent_scores")
    asked = _asked(fit, scale, kind, constructs)
    own = _answers(fit, survey, scale, asked)
    value = np.full((len(own), len(asked.names) + 1), np.nan)
    error = np.full_like(value, np.nan)
    weight = np.array(asked.weights) / sum(asked.weights)
    low, high = scale
    cut = 0
    for group, rows, seen in _alike(own):
        found, left = _scored(fit, group, own.values[rows], seen, asked, kind)
        silent = np.array([not seen[list(places)].any() for places in asked.questions])
        found[:, silent], left[silent] = np.nan, np.nan
        cut += int(((found < low) | (found > high)).sum())
        found = np.clip(found, low, high)
        value[rows] = np.clip(np.column_stack([found, found @ weight]), low, high)
        error[rows] = np.sqrt(np.maximum([*np.diag(left), weight @ left @ weight], 0.0))
    return RespondentScores((*asked.names, QUALITY), read_only(value), read_only(error), (low, high), kind, cut)


def _asked(fit: PathFit, scale: tuple[float, float], kind: ScoreKind, constructs: Mapping[str, float] | None) -> _Asked:
    """Return what is to be scored, or raise naming all that stands against it."""
    problems = Problems("scores")
    given = dict(constructs or {})
    if constructs is None:
        given = dict.fromkeys(_PARTS, 1.0) | {name: 1.0 for name in _WHERE_ASKED if name in fit.model.latent}
    if not given:
        problems.add("constructs is empty; name latent variables of the model with their weights")
    latent = [_latent(fit, name) for name in given]
    questions = [_questions(fit, name, problems) for name in latent]
    for name, weight in given.items():
        if not finite(weight, name, "a weight above 0") > 0.0:
            problems.add(f"the weight of {name} is {weight!r}; it must be above 0")
    low, high = (finite(end, "scale", "a number") for end in scale)
    if not low < high:
        problems.add(f"scale = {scale!r} must be the lowest and the highest answer, such as (1, 7)")
    if kind not in {"regression", "mean"}:
        problems.add(f"kind = {kind!r} must be 'regression' or 'mean'")
    if fit.thresholds is not None:
        problems.add("the fit is of ordinal answers, whose questions have no unit; fit with MLR")
    elif fit.observed_mean is None and fit.implied_mean is None:
        problems.add("the table of the fit has no means to count from; give SampleMoments its means=")
    problems.raise_if_any(InvalidParameters)
    return _Asked(tuple(given), tuple(latent), tuple(questions), tuple(float(one) for one in given.values()))


def _latent(fit: PathFit, name: str) -> str:
    """Return the latent variable of a construct: its own name, or that beside a single question of this name."""
    beside = f"{name}_true"
    return beside if name not in fit.model.latent and beside in fit.model.latent else name


def _questions(fit: PathFit, name: str, problems: Problems) -> tuple[int, ...]:
    """Return the places of the questions of a construct; what is wrong with it is noted."""
    if name in fit.names:
        problems.add(
            f"{name} is a question, whose answers are its scores; to have it measured with an error, make the model by "
            "key_mediating with reliability="
        )
        return ()
    if name not in fit.model.latent:
        there = ", ".join(fit.model.latent) or "none"
        problems.add(f"{name!r} is no latent variable of the model; there are {there}")
        return ()
    loading = {
        (one.right, one.group): float(value)
        for one, value in zip(fit.parameters, fit.values, strict=True)
        if one.operator == "=~" and one.left == name and one.right in fit.names
    }
    if not loading:
        problems.add(f"{name} is measured by latent variables only, and has no scale; score those")
    for question in sorted({question for (question, _), value in loading.items() if value < 0.0}):
        why = "one of it and the first question asks the other way round"
        problems.add(
            f"{question} loads negatively on {name}: {why}; turn that when the answers are read (reverse= or "
            "--reverse) and fit again"
        )
    return tuple(dict.fromkeys(fit.names.index(question) for question, _ in loading))


def _answers(fit: PathFit, survey: Survey, scale: tuple[float, float], asked: _Asked) -> Survey:
    """Return the answers to the questions of the fit, or raise naming all that is wrong with them."""
    problems = Problems("survey")
    if lacking := [name for name in fit.names if name not in survey.names]:
        problems.add(f"there is no question {', '.join(lacking)}; the fit was made of {', '.join(fit.names)}")
    if survey.groups != fit.groups:
        problems.add(f"the groups are {', '.join(survey.groups)}, those of the fit {', '.join(fit.groups)}")
    low, high = scale
    for name in (fit.names[place] for places in asked.questions for place in places):
        values = survey.of([name]).values[:, 0] if name in survey.names else np.zeros(0)
        off: BoolArray = np.asarray(~np.isnan(values) & ~((values >= low) & (values <= high)), dtype=bool)
        if off.any():
            problems.add(f"{name} = {values[off][0]:g} is off the scale from {low:g} to {high:g} in {row_list(off)}")
    problems.raise_if_any()
    return survey.of(fit.names)


def _alike(own: Survey) -> Iterator[tuple[int, IntArray, BoolArray]]:
    """Yield group, rows and which questions, of the respondents of a group who answered the same questions."""
    for group in range(len(own.groups)):
        rows = np.flatnonzero(own.group == group)
        patterns, place = np.unique(~np.isnan(own.values[rows]), axis=0, return_inverse=True)
        for number, seen in enumerate(patterns):
            yield group, rows[place.ravel() == number], seen


def _scored(
    fit: PathFit, group: int, answers: FloatArray, seen: BoolArray, asked: _Asked, kind: ScoreKind
) -> tuple[FloatArray, FloatArray]:
    """Return ``(r, c)`` scores of respondents who answered the same questions, and ``(c, c)`` their covariance."""
    structure = fit.structures[group]
    if kind == "mean":
        weight = np.zeros((len(asked.names), len(fit.names)))
        for row, places in enumerate(asked.questions):
            own = [place for place in places if seen[place]]
            weight[row, own] = 1.0 / max(len(own), 1)
        return np.where(seen, answers, 0.0) @ weight.T, weight @ _errors(fit, structure) @ weight.T
    by, left = latent_given(structure, structure.implied(fit.theta), seen)
    mean, loading = _means(fit, group), _loadings(fit, group, asked)
    where = [fit.model.latent.index(name) for name in asked.latent]
    level = np.array([mean[list(places)].mean() for places in asked.questions])
    apart = (answers - mean)[:, seen] @ by[where].T
    return level + apart * loading, left[np.ix_(where, where)] * np.outer(loading, loading)


def _means(fit: PathFit, group: int) -> FloatArray:
    """Return ``(p,)`` the means of the questions: those implied where means are modeled."""
    means = fit.observed_mean if fit.implied_mean is None else fit.implied_mean
    return np.zeros(len(fit.names)) if means is None else means[group]


def _loadings(fit: PathFit, group: int, asked: _Asked) -> FloatArray:
    """Return ``(c,)`` the mean loading of the questions of each construct."""
    values = {
        (one.left, one.right): float(value)
        for one, value in zip(fit.parameters, fit.values, strict=True)
        if one.operator == "=~" and one.group == group
    }
    return np.array(
        [
            float(np.mean([values[name, fit.names[place]] for place in places]))
            for name, places in zip(asked.latent, asked.questions, strict=True)
        ]
    )


def _errors(fit: PathFit, structure: Structure) -> FloatArray:
    """Return ``(p, p)`` the covariances of the errors of the questions, in the units of the data."""
    count = len(fit.names)
    _, moments, _ = structure.cells(fit.theta)
    return moments[:count, :count] * np.outer(structure.scale[:count], structure.scale[:count])
