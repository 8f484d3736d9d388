"""The commitment-trust theory: its models, its hypotheses, its rival, and what carries through."""

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.drivers.morgan_hunt import (
    CONSTRUCTS,
    HYPOTHESES,
    ITEMS,
    compared,
    hypotheses,
    key_mediating,
    measurement,
    mediation,
    rival,
)

QUESTIONS = [question for questions in ITEMS.values() for question in questions]
SURVEY = rm.Survey.from_frame(rm.datasets.trust_survey(), QUESTIONS)
THEORY = rm.fit(key_mediating(), SURVEY)


def test_the_theory_is_as_the_paper_has_it():
    """Twelve constructs, five before and five after; thirteen paths, three negative, twelve found supported."""
    assert len(CONSTRUCTS.rows) == 12
    assert len(HYPOTHESES) == 13
    assert [f"{one.cause}-{one.effect}" for one in HYPOTHESES if one.sign < 0] == [
        "opp-trust",
        "commitment-pl",
        "trust-unc",
    ]
    assert [one.cause for one in HYPOTHESES if not one.supported] == ["rb"]
    assert [row.group for row in CONSTRUCTS.rows].count("before") == 5
    assert all(row.name_ru and row.gloss.endswith(".") and row.gloss_ru.endswith(".") for row in CONSTRUCTS.rows)
    assert CONSTRUCTS["trust"].meaning("ru").startswith("Насколько можно положиться")
    assert [row.code for row in CONSTRUCTS.search("партнёра честность")] == ["trust"]


def test_degrees_of_freedom_are_those_of_the_stored_fits():
    """The theory leaves 837 degrees of freedom, with free disturbances 827, the rival 804, measurement alone 794."""
    models = [key_mediating(), key_mediating(disturbances="outcomes"), rival(), measurement()]
    assert [rm.fit(model, SURVEY).df for model in models] == [837, 827, 804, 794]


def test_the_table_of_hypotheses():
    """Each path has its interval and a verdict by the expected sign; benefits are not significant, as in the data."""
    found = hypotheses(THEORY)
    assert len(found) == 13
    verdict = dict(zip(found.column("path"), found.column("verdict"), strict=True))
    assert verdict["rb -> commitment"] == "not significant"
    assert verdict["opp -> trust"] == "supported"
    place = list(found.column("path")).index("trust -> commitment")
    assert np.asarray(found.column("estimate"))[place] == THEORY.value("commitment ~ trust")


def test_a_sign_that_is_turned_around_is_said():
    """If all answers about trust are turned, paths to and from it come out the other way round."""
    turned = dict.fromkeys(ITEMS["trust"], (1.0, 7.0))
    survey = rm.Survey.from_frame(rm.datasets.trust_survey(), QUESTIONS, reverse=turned)
    found = hypotheses(rm.fit(key_mediating(), survey))
    verdict = dict(zip(found.column("path"), found.column("verdict"), strict=True))
    assert verdict["trust -> commitment"] == "the other way round"
    assert verdict["commitment -> pl"] == "supported"


def test_the_four_criteria_and_the_difference():
    """The theory is as good by CFI with fewer parameters, and the rival's gain is no more than chance, as drawn."""
    other = rm.fit(rival(), SURVEY)
    found = compared(THEORY, other)
    theory, against = np.asarray(found.column("theory")), np.asarray(found.column("rival"))
    assert theory[0] == pytest.approx(THEORY.indices().cfi)
    assert theory[1] > against[1]
    assert theory[3] > against[3]
    assert theory[4] > 0.05
    with pytest.raises(rm.InvalidParameters, match="compare both under one rule"):
        compared(rm.fit(key_mediating(disturbances="outcomes"), SURVEY), other)


def test_what_is_carried_through_trust_and_commitment():
    """Total effects on the outcomes are products of the paths; every precursor has one on what commitment reaches."""
    found = {(one.cause[0], one.effect[0]): one for one in mediation(THEORY, draws=500)}
    through = found["com", "acq"]
    product = THEORY.value("trust ~ com") * THEORY.value("commitment ~ trust") * THEORY.value("acq ~ commitment")
    assert through.value[-1] == pytest.approx(product, rel=1e-12)
    assert ("rtc", "fc") not in found
    assert found["opp", "coop"].kind == ("through trust", "through trust, commitment", "all indirect", "total")


def test_constructs_of_one_question_and_a_published_matrix():
    """Means of items as a matrix of correlations give a path model; with reliabilities, latent variables."""
    means = {
        code: np.mean([SURVEY.values[:, SURVEY.names.index(one)] for one in ITEMS[code]], axis=0) for code in ITEMS
    }
    table = np.corrcoef(list(means.values()))
    data = rm.SampleMoments.from_correlation(table, list(ITEMS), n=204)
    single = {code: [code] for code in ITEMS}
    plain = rm.fit(key_mediating(single), data)
    assert plain.model.latent == ()
    assert len(hypotheses(plain)) == 13
    certain = rm.fit(key_mediating(single, reliability=dict.fromkeys(ITEMS, 0.85)), data, check=False)
    assert len(certain.model.latent) == 12
    assert abs(certain.value("commitment_true ~ trust_true")) > abs(plain.value("commitment ~ trust"))


def test_the_questionnaire_covers_the_items_in_two_languages():
    """Its codes are those of the survey, each construct has its questions, and turned answers go back."""
    table = rm.morgan_hunt.questionnaire()
    assert list(table.column("code")) == QUESTIONS
    by = dict(zip(table.column("code"), table.column("construct"), strict=True))
    assert all(by[question] == code for code, questions in ITEMS.items() for question in questions)
    russian = rm.morgan_hunt.questionnaire("ru").column("question")
    assert len(set(russian)) == 43
    turned = rm.morgan_hunt.reversed_questions()
    survey = rm.Survey.from_frame({"trust4": [1.0, 7.0, 3.0]}, ["trust4"], reverse={"trust4": turned["trust4"]})
    assert survey.values[:, 0].tolist() == [7.0, 1.0, 5.0]
    with pytest.raises(rm.InvalidParameters, match="'en' or 'ru'"):
        rm.morgan_hunt.questionnaire("de")  # type: ignore[arg-type]


def test_what_is_refused():
    """Constructs without questions, unknown ones, questions of two and wrong reliabilities are named together."""
    items = {**ITEMS, "trust": [], "love": ["l1"], "opp": ["com1", "opp2"]}
    with pytest.raises(rm.InvalidParameters) as caught:
        key_mediating(items, reliability={"rtc": 0.8})
    assert len(caught.value.problems) == 4
    with pytest.raises(rm.InvalidParameters, match="lies above 0 and up to 1"):
        key_mediating({code: [code] for code in ITEMS}, reliability={"rtc": 1.8})
    with pytest.raises(rm.InvalidParameters, match="no construct 'commitment'"):
        hypotheses(rm.fit(rm.PathModel.parse("trust =~ trust1 + trust2 + trust3"), SURVEY))


def test_texts_in_place_of_lists_and_wrong_variances_are_refused():
    """A text for questions is told how to be written; unknown variances and those not above 0 are named together."""
    single = {code: [code] for code in ITEMS}
    with pytest.raises(rm.InvalidParameters, match=r"a text, 'trust'; write \['trust'\]"):
        key_mediating({**single, "trust": "trust"})
    with pytest.raises(rm.InvalidParameters) as caught:
        key_mediating(single, reliability={"trust": 1.2}, variance={"love": 1.0, "trust": 0.0, "rb": float("nan")})
    assert len(caught.value.problems) == 4
    assert "variance of 'love': only a construct with a single question" in str(caught.value)
    assert "variance of trust is 0.0; it is a number above 0" in str(caught.value)


def test_names_of_questions_are_texts():
    """Questions that are numbers, or no list at all, are among the problems that are named together."""
    wrong: Any = {**ITEMS, "fc": [1, 2], "unc": 5, "sv": np.array(["sv1", "sv2"])}
    with pytest.raises(rm.InvalidParameters) as caught:
        key_mediating(wrong)
    assert len(caught.value.problems) == 3
    assert "questions of fc are named 1, 2; names are texts, such as 'fc1'" in str(caught.value)
    assert "the questions of unc are 5; give a list of their names" in str(caught.value)


def test_a_survey_gives_the_variances_of_single_questions():
    """With variances of a survey an error is ``(1 - r)`` of its question's variance, as if that had been stated."""
    single = {code: questions[:1] for code, questions in ITEMS.items()}
    certain = dict.fromkeys(ITEMS, 0.8)
    stated = {code: float(SURVEY.of(own).values.var()) for code, own in single.items()}
    for model in (key_mediating, rival):
        assert model(single, reliability=certain, variance=SURVEY) == model(
            single, reliability=certain, variance=stated
        )
    row = next(one for one in key_mediating(single, reliability=certain, variance=SURVEY).rows if one.left == "trust1")
    assert row.modifiers.fixed[0] == pytest.approx(0.2 * stated["trust"])


def test_a_survey_without_the_question_or_of_groups_gives_no_variance():
    """A question that the survey lacks, one with equal answers and several groups are refused."""
    single = {code: questions[:1] for code, questions in ITEMS.items()}
    answers = {"trust1": [3.0, 3.0, None], "firm": ["a", "b", "b"]}
    survey = rm.Survey.from_frame(answers, ["trust1"])
    with pytest.raises(rm.InvalidParameters) as caught:
        key_mediating(single, reliability={"trust": 0.8, "sv": 0.8}, variance=survey)
    assert "variance of sv: the survey has no question sv1" in str(caught.value)
    assert "variance of trust: all answers to trust1 are alike" in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match="a survey of 2 groups"):
        key_mediating(
            single, reliability={"trust": 0.8}, variance=rm.Survey.from_frame(answers, ["trust1"], group="firm")
        )


def test_a_part_of_the_questionnaire_is_turned():
    """Reversed questions can be restricted to the columns of a survey, and a text for columns is refused."""
    turned = rm.morgan_hunt.reversed_questions(ITEMS["trust"])
    assert turned == {"trust4": (1.0, 7.0)}
    survey = rm.Survey.from_frame(rm.datasets.trust_survey(), ITEMS["trust"], reverse=turned)
    assert survey.values[:, 3].tolist() == (8.0 - SURVEY.of(["trust4"]).values[:, 0]).tolist()
    with pytest.raises(rm.InvalidParameters, match=r"write \['trust4'\]"):
        rm.morgan_hunt.reversed_questions("trust4")


def test_hypotheses_have_a_source_and_the_scale_has_words():
    """Hypotheses cite the paper; the questionnaire says in its language how the scale ends and what is reversed."""
    assert {one.source.year for one in HYPOTHESES} == {1994}
    english, russian = rm.morgan_hunt.questionnaire(), rm.morgan_hunt.questionnaire("ru")
    assert {*english.column("lowest in words"), *english.column("highest in words")} == {
        "disagree entirely",
        "agree entirely",
    }
    assert {*russian.column("lowest in words"), *russian.column("highest in words")} == {
        "совершенно не согласны",
        "полностью согласны",
    }
    assert [one == "да" for one in russian.column("reversed")] == [one == "yes" for one in english.column("reversed")]
    assert set(russian.column("reversed")) == {"да", "нет"}
    assert {*russian.column("lowest"), *russian.column("highest")} == {1, 7}
