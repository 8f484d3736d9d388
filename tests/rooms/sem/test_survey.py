"""Answers at the door: what a survey refuses, and what it says should be done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import relmodels as rm

TRUST = ["trust1", "trust2", "trust3", "trust4"]


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


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (("1", "7"), "reverse: t1: ('1', '7') holds what is no number"),
        ((7, 1), "reverse: t1: (7, 1) has its ends swapped; write (1, 7)"),
        ((4, 4), "reverse: t1: (4, 4) is a single answer"),
        ((1, np.inf), "reverse: t1: (1, inf) holds what is no number"),
    ],
)
def test_ends_of_a_scale_are_told_with_their_question(ends: Any, words: str) -> None:
    """Ends that are text, swapped, equal or without end are named with the question."""
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.Survey.from_frame({"t1": [1.0, 2.0]}, ["t1"], reverse={"t1": ends})
    assert words in str(caught.value)


def test_answers_off_the_scale_are_named_together() -> None:
    """Every question with an answer off the scale is named, with a value and its rows; on it all is read."""
    answers = {"t1": [1, 99, 7, 99], "t2": [5, 6, -1, 4], "t3": [1, 7, 3, None], "age": [40, 50, 60, 35]}
    with pytest.raises(rm.InvalidData) as caught:
        rm.Survey.from_frame(answers, ["t1", "t2", "t3"], scale=(1, 7))
    assert [problem.partition(";")[0] for problem in caught.value.problems] == [
        "survey: t1 = 99 is off the scale from 1 to 7 in rows 1, 3",
        "survey: t2 = -1 is off the scale from 1 to 7 in row 2",
    ]
    assert "name it in missing_codes if it means no answer" in str(caught.value)
    survey = rm.Survey.from_frame(answers, ["t3", "age"], scale={"t3": (1, 7)}, reverse=["t3"])
    assert survey.values[:3].tolist() == [[7.0, 40.0], [1.0, 50.0], [5.0, 60.0]]


def test_codes_are_gaps_before_anything_is_checked_or_turned() -> None:
    """Codes for no answer become gaps, in reversed questions as well, and only in questions."""
    answers = {"t1": [1, 99, 9], "t2": [-1, 6, 2], "n": [1, 1, 9]}
    options: Any = {"missing_codes": (9, 99, -1), "count": "n", "reverse": {"t2": (1, 7)}}
    survey = rm.Survey.from_frame(answers, ["t1", "t2"], scale=(1, 7), **options)
    assert len(survey) == 11
    assert np.isnan(survey.values).tolist() == [[False, True], [True, False], *[[True, False]] * 9]
    assert survey.values[1:3, 1].tolist() == [2.0, 6.0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scale": (1, 7), "missing_codes": [7, 99]}, "missing_codes: 7 lies on the scale of t1, 1 to 7"),
        ({"reverse": {"t2": (1, 7)}, "missing_codes": [4]}, "missing_codes: 4 lies on the scale of t2, 1 to 7"),
        ({"missing_codes": 99}, "missing_codes = 99 is no list of numbers; write (99,)"),
        ({"missing_codes": "99"}, "missing_codes = '99' is no list of numbers, such as (9, 99)"),
        ({"missing_codes": ["n/a", float("nan")]}, "missing_codes holds 'n/a', nan; codes are numbers"),
        ({"scale": 7}, "scale: 7 must be the lowest and the highest answer"),
        ({"scale": {"t9": (1, 7)}}, "scale: 't9' is none of the columns"),
        ({"scale": {"t1": (7, 1)}}, "scale: t1: (7, 1) has its ends swapped"),
        ({"scale": (1, 7), "reverse": {"t1": (1, 5)}}, "t1 is turned from 1 to 5, and its scale is 1 to 7"),
        ({"scale": {"t1": (1, 7)}, "reverse": ["t1", "t2"]}, "reverse={'t2': (1, 7)}"),
        ({"words": ["agree"]}, "words = ['agree'] must say which number each text stands for"),
        ({"words": {5: 1}}, "words: 5 is no text; numbers are read as they are"),
        ({"words": {"agree": "7"}}, "words: 'agree' stands for '7'; give a number, or None"),
    ],
)
def test_scales_codes_and_words_that_are_none_are_refused(options: Any, words: str) -> None:
    """What is no scale, code or word, and what contradicts another option, is refused before the table is read."""
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.Survey.from_frame({"t1": [1.0, 2.0], "t2": [2.0, 3.0]}, ["t1", "t2"], **options)
    assert words in str(caught.value)


def test_one_mistake_in_many_columns_is_one_sentence() -> None:
    """A table read as text is one problem, with the first text and its row; so are columns of booleans."""
    names = [f"t{place}" for place in range(9)]
    with pytest.raises(rm.InvalidData) as caught:
        rm.Survey.from_frame({name: ["5", "6"] for name in names}, names)
    assert str(caught.value) == (
        "survey: t0, t1, t2, t3, t4 and 4 more hold text such as '5' in row 0 of t0, numbers are needed; convert the "
        "columns first"
    )
    with pytest.raises(rm.InvalidData, match=r"t0, t1, t2, t3, t4 and 4 more hold booleans, numbers are needed"):
        rm.Survey.from_frame({name: [True, False] for name in names}, names)
    with pytest.raises(
        rm.InvalidData, match=r"t0 holds text such as 'n/a' in row 1, numbers are needed; convert the .* in words="
    ):
        rm.Survey.from_frame({"t0": ["5", "n/a"]}, ["t0"])
    with pytest.raises(rm.InvalidData, match=r"'often' in row 1, .* stands for, as in words=\{'often': 7\}"):
        rm.Survey.from_frame({"t0": [5, "often", None]}, ["t0"])


def test_words_are_read_as_the_numbers_they_stand_for() -> None:
    """Words become numbers or gaps beside numbers that stay, from any library; those without a number are named."""
    words = {"agree": 7, "disagree": 1, "no opinion": None}
    mixed: Any = {"t1": ["agree", "no opinion", None], "t2": [4, "disagree", 6.5]}
    for frame in (mixed, pd.DataFrame(mixed), pd.DataFrame(mixed).astype({"t1": "category"})):
        survey = rm.Survey.from_frame(frame, ["t1", "t2"], words=words, scale=(1, 7))
        assert np.array_equal(survey.values, np.array([[7, 4], [np.nan, 1], [np.nan, 6.5]]), equal_nan=True)
    with pytest.raises(rm.InvalidData) as caught:
        rm.Survey.from_frame(mixed, ["t1", "t2"], words={"agree": 7})
    assert [problem.partition(",")[0] for problem in caught.value.problems] == [
        "survey: t1 holds 'no opinion' in row 1",
        "survey: t2 holds 'disagree' in row 1",
    ]
    with pytest.raises(rm.InvalidData, match="2 more texts are not in words either"):
        rm.Survey.from_frame({"t1": list("abcdefg")}, ["t1"], words=words)


def test_one_text_is_no_list_of_columns() -> None:
    """A single name in place of a list is refused with how it is written, and is not taken for its letters."""
    survey = rm.Survey.from_frame({"t1": [1.0, 2.0], "t2": [2.0, 4.0]}, ["t1", "t2"])
    text: Any = "t1"
    for call, said in (
        (lambda: rm.Survey.from_frame({"t1": [1.0]}, text), "columns = 't1' is a text; write ['t1']"),
        (lambda: survey.of(text), "names = 't1' is a text; write ['t1']"),
        (lambda: rm.sem.cronbach_alpha(survey, text), "items = 't1' is a text; write ['t1']"),
        (lambda: rm.sem.heterotrait_monotrait(survey, {"a": text, "b": text}), "the items of a are a text, 't1'"),
        (lambda: survey.with_parcels({"t": text}), "the questions of t are a text, 't1'; write ['t1']"),
        (lambda: rm.SampleMoments.from_covariance(np.eye(2), text, n=9), "names = 't1' is a text; write ['t1']"),
    ):
        with pytest.raises(rm.InvalidData) as caught:
            call()
        assert said in str(caught.value)
    with pytest.raises(rm.InvalidData, match="'t1' is named twice; a question counts once"):
        rm.Survey.from_frame({"t1": [1.0]}, ["t1", "t1"])


def test_answers_far_off_all_others_are_a_remark() -> None:
    """A code far beyond the steps is remarked by every estimator, and by the error if the search fails."""
    columns = {name: np.array(rm.datasets.trust_survey().column(name), dtype=float) for name in TRUST}
    model = rm.PathModel.parse(f"trust =~ {' + '.join(TRUST)}")
    assert not rm.fit(model, rm.Survey.from_frame(columns, TRUST)).remarks
    columns["trust1"][[3, 90]] = 99.0
    columns["trust4"][60] = -9.0
    survey = rm.Survey.from_frame(columns, TRUST)
    options: tuple[Any, ...] = ({}, {"missing": "ml"}, {"estimator": "WLSMV"})
    for one in options:
        found = rm.fit(model, survey, check=False, **one)
        text = next(remark.text for remark in found.remarks if remark.kind == "far_off")
        assert "trust1 = 99 (2 of 204 answers, the others 1 to 7), trust4 = -9 (1 of 204" in text
        assert "missing_codes" in text
    told = rm.Survey.from_frame(columns, TRUST, scale=(1, 7), missing_codes=[99, -9])
    assert [remark.kind for remark in rm.fit(model, told).remarks] == ["left_out"]


@pytest.mark.parametrize(
    "odd", [np.linspace(0.0, 300.0, 204), np.arange(204) % 2, np.r_[np.arange(203) % 7 + 1, 9], np.r_[[1.5] * 203, 99]]
)
def test_answers_that_may_be_meant_are_no_remark(odd: Any) -> None:
    """Measured quantities, two answers, a neighbor of the scale and a single step beside another are left alone."""
    rng = np.random.default_rng(2)
    answers = {"x": odd, "y": np.asarray(odd) + rng.normal(size=204)}
    assert "far_off" not in [one.kind for one in rm.fit(rm.PathModel.parse("y ~ x"), _survey(answers)).remarks]


def test_many_questions_with_codes_are_counted() -> None:
    """The remark names five questions and counts the others."""
    rng = np.random.default_rng(3)
    answers = {f"t{place}": np.r_[rng.integers(1, 8, 199), 99.0] for place in range(7)}
    model = rm.PathModel.parse("t0 ~ " + " + ".join(list(answers)[1:]))
    text = next(one.text for one in rm.fit(model, _survey(answers)).remarks if one.kind == "far_off")
    assert "t4 = 99 (1 of 200 answers, the others 1 to 7) and of 2 questions more; if they mean" in text


def _survey(answers: dict[str, Any]) -> rm.Survey:
    return rm.Survey.from_frame(answers, list(answers))


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


@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
def test_codes_are_told_however_many_there_are(share):
    """Up to half of the answers may be a code far off a scale of several steps, and of two codes at either end both."""
    from relmodels.sem.far_off import far_off

    rng = np.random.default_rng(1)
    answers = rng.integers(1, 8, 400).astype(float)
    answers[: int(400 * share)] = 99.0
    answers[-2:] = -99.0
    (told,) = far_off(["q"], [answers[:, None]])
    assert f"({int(400 * share) + 2} of 400 answers, the others 1 to 7)" in told.text


def test_a_rare_lowest_answer_is_no_code():
    """Recommendations that are mostly 9 and 10 with many zeros, ages and halves have nothing far off."""
    from relmodels.sem.far_off import far_off

    rng = np.random.default_rng(1)
    recommended = np.repeat([10.0, 9.0, 8.0, 0.0], [80, 60, 5, 30])
    ages, halves = rng.integers(20, 60, 200).astype(float), rng.integers(2, 14, 200) / 2.0
    for values in (recommended, ages, halves):
        assert far_off(["q"], [values[:, None]]) == ()


def test_an_empty_list_turns_nothing():
    """A list of reversed questions may be empty, with a scale and without."""
    for scale in (None, (1.0, 7.0)):
        survey = rm.Survey.from_frame({"q": [1.0, 7.0]}, ["q"], scale=scale, reverse=[])
        assert survey.values[:, 0].tolist() == [1.0, 7.0]
