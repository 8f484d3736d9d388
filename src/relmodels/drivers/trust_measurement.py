"""How the constructs of the commitment-trust theory are measured, as lines of a model: several questions, or one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.sem.data import Survey

__all__ = ["measured_lines"]


def measured_lines(
    items: Mapping[str, Sequence[str]],
    reliability: Mapping[str, float],
    variance: Mapping[str, float] | Survey,
    codes: tuple[str, ...],
) -> tuple[list[str], dict[str, str]]:
    """Return the lines that measure the constructs, and the name each has in the model: its code wherever it can.

    A single question without a reliability is the construct itself: observed if it has the name of the construct.

    Args:
        items: by the code of the construct its questions.
        reliability: of single questions.
        variance: of those questions, by construct, or the survey they are of.
        codes: of all constructs.

    Raises:
        InvalidParameters: naming constructs that are lacking or unknown, questions that stand twice or are no list, and
            reliabilities and variances that are none.

    """
    problems = Problems("constructs")
    _check_items(items, codes, problems)
    _check_reliability(items, reliability, problems)
    stated = _variances(items, reliability, variance, problems)
    problems.raise_if_any(InvalidParameters)
    lines, names = [], {}
    for code in codes:
        questions = list(items[code])
        names[code] = code
        if len(questions) > 1:
            lines.append(f"{code} =~ {' + '.join(questions)}")
        elif code in reliability:
            names[code] = f"{code}_true" if code == questions[0] else code
            error = (1.0 - reliability[code]) * stated.get(code, 1.0)
            lines += [f"{names[code]} =~ 1*{questions[0]}", f"{questions[0]} ~~ {error!r}*{questions[0]}"]
        elif code != questions[0]:
            lines.append(f"{code} =~ {questions[0]}")  # the only one of its construct has no error
    return lines, names


def _check_items(items: Mapping[str, Sequence[str]], codes: tuple[str, ...], problems: Problems) -> None:
    for code in (code for code in items if code not in codes):
        problems.add(f"{code!r} is no construct; they are {', '.join(codes)}")
    given: Mapping[str, object] = items
    for code in codes:
        questions = given.get(code)
        if isinstance(questions, Sequence | None) and not questions:
            problems.add(f"{code} has no question; give one at least")
    used: list[str] = []
    for code, questions in given.items():
        if isinstance(questions, str) and questions:
            problems.add(f"the questions of {code} are a text, {questions!r}; write [{questions!r}]")
        elif not isinstance(questions, Sequence | None):
            problems.add(f"the questions of {code} are {questions!r}; give a list of their names")
        elif questions and (wrong := [name for name in questions if not isinstance(name, str)]):
            problems.add(f"questions of {code} are named {', '.join(map(repr, wrong))}; names are texts, such as 'fc1'")
        elif questions:
            used += questions
    for name in sorted({name for name in used if used.count(name) > 1}):
        problems.add(f"{name} measures two constructs; a question belongs to one")


def _check_reliability(
    items: Mapping[str, Sequence[str]], reliability: Mapping[str, float], problems: Problems
) -> None:
    for code, value in reliability.items():
        if not _single(items, code):
            problems.add(f"reliability of {code!r}: only a construct with a single question takes one")
        elif not (is_number(value) and 0.0 < value <= 1.0):
            problems.add(f"reliability of {code} is {value!r}; it lies above 0 and up to 1")


def _variances(
    items: Mapping[str, Sequence[str]],
    reliability: Mapping[str, float],
    variance: Mapping[str, float] | Survey,
    problems: Problems,
) -> Mapping[str, float]:
    """Return variances of single questions by construct; what is wrong with them is noted."""
    if isinstance(variance, Survey):
        return _of_survey({code: items[code][0] for code in reliability if _single(items, code)}, variance, problems)
    for code, value in variance.items():
        if not _single(items, code):
            problems.add(f"variance of {code!r}: only a construct with a single question takes one")
        elif not (is_number(value) and 0.0 < value < np.inf):
            problems.add(f"variance of {code} is {value!r}; it is a number above 0, the variance of its question")
    return variance


def _of_survey(asked: Mapping[str, str], survey: Survey, problems: Problems) -> dict[str, float]:
    """Return the variances of answers, with the divisor ``n`` as in the moments of a survey."""
    if len(survey.groups) > 1:
        problems.add(f"variance is a survey of {len(survey.groups)} groups; state variances by construct")
        return {}
    found: dict[str, float] = {}
    for code, question in asked.items():
        if question not in survey.names:
            problems.add(f"variance of {code}: the survey has no question {question}")
            continue
        answers = survey.values[:, survey.names.index(question)]
        answers = answers[~np.isnan(answers)]
        found[code] = float(answers.var()) if answers.size else 0.0
        if not found[code] > 0.0:
            problems.add(f"variance of {code}: all answers to {question} are alike")
    return found


def _single(items: Mapping[str, Sequence[str]], code: str) -> bool:
    """Return whether a construct has one question; a text in place of a list counts, which is told by itself."""
    questions: object = items.get(code, ())
    return isinstance(questions, str) or (isinstance(questions, Sequence) and len(questions) == 1)
