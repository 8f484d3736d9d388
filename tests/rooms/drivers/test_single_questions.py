"""Constructs of a single question: what is related to what does not depend on how a construct is measured."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.drivers.morgan_hunt import ITEMS, compared, hypotheses, key_mediating, mediation, rival

QUESTIONS = [question for questions in ITEMS.values() for question in questions]
SURVEY = rm.Survey.from_frame(rm.datasets.trust_survey(), QUESTIONS)


@pytest.mark.parametrize("code", ["sv", "trust", "coop"])
def test_a_single_question_without_error_is_one_of_reliability_one(code):
    """Both ways to say it leave the same freedom and fit, for the theory and for its rival."""
    items = {**ITEMS, code: ITEMS[code][:1]}
    for model in (key_mediating, rival):
        plain = rm.fit(model(items), SURVEY)
        certain = rm.fit(model(items, reliability={code: 1.0}, variance=SURVEY), SURVEY)
        assert plain.df == certain.df
        assert plain.chi_square == pytest.approx(certain.chi_square, rel=1e-7)


def test_what_comes_before_varies_together_however_it_is_measured():
    """Shared values by one question covary with the other four, and the theory has its thirteen paths."""
    fit = rm.fit(key_mediating({**ITEMS, "sv": ["sv1"]}), SURVEY)
    assert len(hypotheses(fit)) == 13
    assert len(mediation(fit, draws=100)) == 21
    assert fit.standard_error("rb ~~ sv") > 0.0


def test_theory_and_rival_are_compared_on_a_published_matrix():
    """With a row of a matrix for each construct both have one baseline, and the wider model fits no worse."""
    means = [np.mean(SURVEY.of(ITEMS[code]).values, axis=1) for code in ITEMS]
    data = rm.SampleMoments.from_correlation(np.corrcoef(means), list(ITEMS), n=204)
    single = {code: [code] for code in ITEMS}
    theory, other = rm.fit(key_mediating(single), data), rm.fit(rival(single), data)
    assert theory.baseline == other.baseline
    assert theory.baseline.df == 66
    table = compared(theory, other)
    assert theory.chi_square > other.chi_square
    assert 0.0 < np.asarray(table.column("theory"))[-1] < 1.0
    assert [row.left for row in theory.model.rows if row.operator == "=~"] == []


def test_scores_of_a_single_question():
    """Its answers are its scores, without an error, and with one if a reliability is given."""
    items = {**ITEMS, "trust": ["trust1"]}
    found = rm.respondent_scores(rm.fit(key_mediating(items), SURVEY), SURVEY)
    assert found.value[:, 0] == pytest.approx(SURVEY.of(["trust1"]).values[:, 0], abs=1e-8)
    assert found.standard_error[:, 0] == pytest.approx(0.0, abs=1e-6)
    named = rm.Survey.from_frame(
        {**{name: SURVEY.of([name]).values[:, 0] for name in QUESTIONS}, "trust": SURVEY.of(["trust1"]).values[:, 0]},
        [*QUESTIONS, "trust"],
    )
    certain = key_mediating({**ITEMS, "trust": ["trust"]}, reliability={"trust": 0.8}, variance=named)
    found = rm.respondent_scores(rm.fit(certain, named), named)
    assert found.constructs[:2] == ("trust", "commitment")
    assert (found.standard_error[:, 0] > 0.1).all()
    with pytest.raises(rm.InvalidParameters, match="trust is a question, whose answers are its scores"):
        rm.respondent_scores(rm.fit(key_mediating({**ITEMS, "trust": ["trust"]}), named), named)


def halves() -> rm.Survey:
    columns = {name: SURVEY.of([name]).values[:, 0] for name in QUESTIONS}
    return rm.Survey.from_frame({**columns, "half": ["a", "b"] * 102}, QUESTIONS, group="half")


def test_every_group_has_its_hypotheses():
    """Thirteen rows for each group with its name, one group if asked, and mediation of a group that is named."""
    fit = rm.fit(key_mediating(), halves(), equal=["loadings"])
    found = hypotheses(fit)
    assert found.column("group") == ("a",) * 13 + ("b",) * 13
    assert np.asarray(hypotheses(fit, group=1).column("estimate")) == pytest.approx(
        np.asarray(found.column("estimate"))[13:]
    )
    assert np.asarray(found.column("estimate"))[0] == pytest.approx(fit.value("commitment ~ rtc", 0))
    assert np.asarray(found.column("estimate"))[13] == pytest.approx(fit.value("commitment ~ rtc", 1))
    with pytest.raises(rm.InvalidParameters, match=r"2 groups \(a, b\); say which with group="):
        mediation(fit)
    first, second = (mediation(fit, group=place, draws=100)[0].value[-1] for place in (0, 1))
    assert first != second
    other = rm.fit(rival(), halves(), equal=["loadings"])
    explained = np.mean([fit.r_squared(place)[code] for place in (0, 1) for code in ("acq", "pl", "coop", "fc", "unc")])
    assert np.asarray(compared(fit, other).column("theory"))[2] == pytest.approx(explained)


def test_estimators_without_a_difference_have_the_other_criteria():
    """Of shifted statistics the last row is empty; fits of two estimators are refused."""
    theory, other = (rm.fit(model(), SURVEY, estimator="WLSMV") for model in (key_mediating, rival))
    table = compared(theory, other)
    assert np.isnan(np.asarray(table.column("theory"))[-1])
    assert np.asarray(table.column("theory"))[0] == pytest.approx(theory.indices(corrected=True).cfi)
    with pytest.raises(rm.InvalidParameters, match="fit both to the same answers by the same estimator"):
        compared(theory, rm.fit(rival(), SURVEY))


def test_a_path_that_is_held_has_no_verdict():
    """A path without an interval is said to be held, whatever its sign."""
    text = key_mediating().to_text().replace("pl ~ commitment", "pl ~ -0.5*commitment")
    found = hypotheses(rm.fit(rm.PathModel.parse(text), SURVEY))
    assert found.column("verdict")[8] == "held"


def test_a_first_question_that_was_not_turned_is_told():
    """Where the first question loads against the others of its construct a remark names it."""
    columns = {name: SURVEY.of([name]).values[:, 0] for name in QUESTIONS}
    columns["trust1"] = 8.0 - columns["trust1"]
    fit = rm.fit(key_mediating(), rm.Survey.from_frame(columns, QUESTIONS))
    told = [one.text for one in fit.remarks if one.kind == "against"]
    assert told == ["trust1 loads against the other questions of trust; is it turned?"]
    assert not [one for one in rm.fit(key_mediating(), SURVEY).remarks if one.kind == "against"]


def test_a_number_for_questions_is_told():
    """A number in place of a list is named, with a reliability of the construct too."""
    for variance in (SURVEY, None):
        with pytest.raises(rm.InvalidParameters, match="the questions of fc are 3; give a list of their names"):
            key_mediating({**ITEMS, "fc": 3}, reliability={"fc": 0.8}, variance=variance)  # type: ignore[dict-item]
