"""Answers at the door: what a survey refuses, and what it says should be done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relmodels as rm


@pytest.mark.parametrize("reverse", [["t1"], "t1", ("t1", "t2"), np.array(["t1"])])
def test_reversed_questions_need_their_scale(reverse: Any) -> None:
    """Names of reversed questions without a scale are refused, with how they are written."""
    with pytest.raises(rm.InvalidParameters, match=r"does not say on which scale; .* reverse=\{'t1': \(1, 7\)\}"):
        rm.Survey.from_frame({"t1": [1.0, 2.0], "t2": [2.0, 3.0]}, ["t1", "t2"], reverse=reverse)


def test_ends_of_a_scale_are_two() -> None:
    """A scale that is a single number, a text or three numbers is named with the question, all together."""
    wrong: Any = {"t1": 7, "t2": "17", "t3": (1, 4, 7)}
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.Survey.from_frame({name: [1.0, 2.0] for name in wrong}, list(wrong), reverse=wrong)
    assert len(caught.value.problems) == 3
    assert "reverse: t1: 7 must be the lowest and the highest answer, such as (1, 7)" in str(caught.value)


@pytest.mark.parametrize("most", [1e9, 1e19, 1e300])
def test_counts_that_no_memory_holds_are_refused(most: float) -> None:
    """A count beyond ten million respondents is refused with its row, before a row of answers is made."""
    answers = {"t1": [1.0, 2.0, 3.0], "n": [2.0, most, 1.0]}
    with pytest.raises(rm.InvalidData, match=r"n stands for .* in row 1; a survey holds up to 10,000,000"):
        rm.Survey.from_frame(answers, ["t1"], count="n")


def test_a_respondent_without_a_group_is_told_so() -> None:
    """A missing group is called a group, and no customer."""
    answers = {"t1": [1.0, 2.0], "firm": ["a", None]}
    with pytest.raises(rm.InvalidData, match="firm is missing in row 1; every row needs a group, fill or drop"):
        rm.Survey.from_frame(answers, ["t1"], group="firm")


def test_too_few_complete_answers_say_what_to_do() -> None:
    """The error names fewer questions, parcels of what was answered, and fitting with gaps."""
    rng = np.random.default_rng(1)
    names = [f"t{place}" for place in range(5)]
    values = rng.normal(size=(12, 5))
    values[:8, 2] = np.nan
    gaps = rm.Survey.from_frame({name: values[:, place] for place, name in enumerate(names)}, names)
    for call in (gaps.moments, lambda: rm.fit(rm.PathModel.parse("t0 ~ t1 + t2 + t3 + t4"), gaps)):
        with pytest.raises(rm.InvalidData) as caught:
            call()
        for part in (
            "4 complete answers; 5 questions need more than as many; leave questions out",
            'with_parcels(..., missing="available")',
            'fit with missing="ml"',
        ):
            assert part in str(caught.value)
