"""What is looked at when data come in for partial least squares: no more than the method needs of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, NotIdentified, Problems
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.pls.collinearity import made_up_of, one_among
from relmodels.sem.pls.spec import Layout

__all__ = ["Sample", "fewest", "largest_regression", "require_survey", "require_told_apart", "sample_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What is known of the items.

    Attributes:
        n: the number of cases.
        mean: ``(p,)``; ``None`` if they are not known.
        deviation: ``(p,)`` standard deviations, with the divisor ``n``.
        correlation: ``(p, p)``, of any rank.
        left_out: respondents who did not answer every question.

    """

    n: int
    mean: FloatArray | None
    deviation: FloatArray
    correlation: FloatArray
    left_out: int


def largest_regression(layout: Layout) -> int:
    """Return on how many the method regresses at most: causes of a construct, or items of one of mode B."""
    return max([layout.before(place).size for place in layout.explained] + [rows.size for rows in made_up_of(layout)])


def fewest(layout: Layout) -> int:
    """Return with how many respondents the largest regression leaves something over to be off by."""
    return largest_regression(layout) + 2


def sample_of(data: object, layout: Layout) -> Sample:
    """Return what is known of the items of a theory.

    Raises:
        InvalidData: if the data are of another kind or of several groups, naming items that are not in them, too few
            respondents, and questions whose answers are all alike.

    """
    if not isinstance(data, Survey | SampleMoments):
        message = f"partial least squares need a Survey or SampleMoments, and here is {type(data).__name__}"
        raise InvalidData(f"{message}; make one with Survey.from_frame or SampleMoments.from_correlation")
    own = data.of(layout.items)
    if len(own.groups) > 1:
        message = f"the data are of {len(own.groups)} groups; fit each by itself, and compare their bootstraps"
        raise InvalidData(message)
    if isinstance(own, SampleMoments):
        return _standardized(own.sizes[0], None if own.mean is None else own.mean[0], own.covariance[0], 0)
    answers = own.values[own.complete]
    _require_answers(answers, layout)
    mean = answers.mean(axis=0)
    apart = answers - mean
    return _standardized(len(answers), mean, apart.T @ apart / len(answers), len(own) - len(answers))


def _standardized(size: int, mean: FloatArray | None, covariance: FloatArray, left_out: int) -> Sample:
    deviation = np.sqrt(np.diag(covariance))
    return Sample(size, mean, deviation, covariance / np.outer(deviation, deviation), left_out)


def _require_answers(answers: FloatArray, layout: Layout) -> None:
    problems = Problems("survey")
    if len(answers) < fewest(layout):
        problems.add(
            f"{len(answers)} complete answers; a regression on {largest_regression(layout)} needs {fewest(layout)} or "
            "more; leave out questions that many did not answer, or ask more respondents"
        )
    if len(answers) > 1:
        for place in np.flatnonzero(np.ptp(answers, axis=0) == 0.0):
            problems.add(f"{layout.items[place]}: all answers are {answers[0, place]:g}; leave it out")
    problems.raise_if_any()


def require_told_apart(table: FloatArray, layout: Layout) -> None:
    """Raise if correlations leave weights of constructs of mode B open, naming the items.

    Raises:
        NotIdentified: naming every such construct with its items.

    """
    problems = []
    for rows in made_up_of(layout):
        if same := one_among(table, rows):
            names = " and ".join(layout.items[place] for place in same)
            problems.append(
                f"{layout.constructs[layout.block[rows[0]]]} is of mode B, and its items {names} cannot be told apart: "
                "one is a sum of the others; leave it out, or take mode A or unit, which need no regression"
            )
    if problems:
        raise NotIdentified("; ".join(problems))


def require_survey(data: object, asked: str) -> Survey:
    """Return the survey, or raise if something else was passed where answers are needed.

    Args:
        data: what was passed.
        asked: the function that needs it.

    Raises:
        InvalidData: saying what was passed and what is needed.

    Examples:
        >>> require_survey([[1.0, 0.5], [0.5, 1.0]], "bootstrap_pls")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: bootstrap_pls needs the answers of respondents, and here is list; pass the \
Survey, as Survey.from_frame makes it

    """
    if isinstance(data, Survey):
        return data
    message = (
        f"{asked} needs the answers of respondents, and here is {type(data).__name__}; pass the Survey, as "
        "Survey.from_frame makes it"
    )
    raise InvalidData(message)
