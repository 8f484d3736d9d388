"""Partial least squares of few respondents and of items that say the same: what is needed, and what has no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray
from relmodels.sem import PathModel, PLSFit, PLSSpec, SampleMoments, Survey
from tests.laws.test_pls_laws import THEORY, drawn, fitted
from tests.rooms.sem.test_pls import predicted

QUESTIONS = [one for items in rm.morgan_hunt.ITEMS.values() for one in items]
FEW = "t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; c ~ t"


def survey_of(answers: dict[str, FloatArray]) -> Survey:
    return Survey.from_frame(answers, list(answers))


def answers_of(survey: Survey) -> dict[str, FloatArray]:
    return {name: survey.values[:, place] for place, name in enumerate(survey.names)}


def trusting(respondents: int) -> Survey:
    """Return the first answers to the 43 questions of the theory."""
    return Survey.from_frame(rm.datasets.trust_survey(), QUESTIONS).rows(np.arange(respondents))


def written_out(fit: PLSFit, answers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``(n, J)`` scores and ``(J, J)`` paths by mode A and the path scheme, from the answers themselves.

    Answers stand in the order of the fit and in any unit; no correlation of items is ever computed.
    """
    causes, block = np.asarray(fit.layout.causes), np.asarray(fit.layout.block)
    count = len(causes)
    centered = answers - answers.mean(axis=0)
    scores = np.array([centered[:, block == one].sum(axis=1) for one in range(count)]).T
    for _ in range(500):
        scores = scores / scores.std(axis=0)
        after = np.empty_like(scores)
        for one in range(count):
            before = np.flatnonzero(causes[one])
            around = scores[:, before] @ np.linalg.lstsq(scores[:, before], scores[:, one], rcond=None)[0]
            for effect in np.flatnonzero(causes[:, one]):
                around = around + scores[:, effect] * np.corrcoef(scores[:, effect], scores[:, one])[0, 1]
            own = centered[:, block == one]
            after[:, one] = own @ (own.T @ around)
        scores = after
    scores = scores / scores.std(axis=0)
    paths = np.zeros((count, count))
    for one in range(count):
        before = np.flatnonzero(causes[one])
        paths[one, before] = np.linalg.lstsq(scores[:, before], scores[:, one], rcond=None)[0]
    return scores, paths


@pytest.mark.parametrize("respondents", [20, 41])
def test_fewer_respondents_than_questions_are_fitted(respondents: int) -> None:
    """Scores and paths of the theory's 43 questions are those of sums written out, with 41 and with 20 respondents."""
    survey = trusting(respondents)
    fit = rm.fit(PLSSpec(rm.morgan_hunt.key_mediating(), consistent=False), survey)
    answers = survey.of(fit.layout.items).values
    scores, paths = written_out(fit, answers / answers.std(axis=0))
    turned = np.sign(np.einsum("nj,nj->j", scores, fit.scores(survey)))
    unit = np.sqrt((respondents - 1) / respondents)
    assert fit.scores(survey) == pytest.approx(scores * turned * unit, abs=1e-8)
    assert fit.coefficients == pytest.approx(paths * np.outer(turned, turned), abs=1e-8)


def test_what_has_no_value_with_few_respondents_is_said() -> None:
    """With 41 respondents for 43 questions there is no geodesic distance, a remark says so, and the rest is numbers."""
    few, many = (rm.fit(PLSSpec(rm.morgan_hunt.key_mediating()), trusting(one)) for one in (41, 60))
    said = {one.kind: one.text for one in few.remarks}
    assert said["singular"].startswith("correlations of the 43 items are singular, as they are with 41 cases")
    assert "geodesic distance d_G" in said["singular"]
    assert few.indices().geodesic is None
    assert np.isfinite([few.indices().srmr, few.indices().unweighted]).all()
    assert "41 cases; SRMR" in str(few)
    assert "singular" not in {one.kind for one in many.remarks}
    assert many.indices().geodesic is not None


def test_the_bootstrap_of_few_respondents_keeps_its_samples() -> None:
    """With 50 respondents for 43 questions no sample of sums fails, and of corrected ones few have no correction."""
    survey = trusting(50)
    plain, corrected = (
        rm.sem.bootstrap_pls(
            rm.fit(PLSSpec(rm.morgan_hunt.key_mediating(), consistent=one), survey), survey, 200, rng=1
        )
        for one in (False, True)
    )
    assert plain.failed == 0
    assert corrected.failed < 50
    assert np.isfinite(corrected.draws).all()


def test_samples_in_which_an_item_does_not_vary_fail() -> None:
    """Samples without the only respondent who answered an item otherwise count as failed, about one in three."""
    answers = answers_of(drawn(21, 40).of(["t1", "t2", "t3", "c1", "c2", "c3"]))
    answers["t3"] = np.where(np.arange(40) == np.argmax(answers["t1"]), 7.0, 0.1)
    survey = survey_of(answers)
    fit = fitted(survey, FEW, consistent=False)
    rows = np.random.default_rng(2).integers(0, 40, (300, 40))
    alike = int((np.ptp(answers["t3"][rows], axis=1) == 0.0).sum())
    found = rm.sem.bootstrap_pls(fit, survey, 300, rng=2)
    assert found.failed == alike
    assert 60 < alike < 150


def test_an_item_asked_twice_is_that_item() -> None:
    """A construct of the same item twice has its paths, half its weight for each, and full reliability."""
    answers = answers_of(drawn(22))
    once = fitted(survey_of(answers), "t =~ t1; c =~ c1 + c2 + c3; c ~ t")
    survey = survey_of({**answers, "again": answers["t1"]})
    twice = fitted(survey, "t =~ t1 + again; c =~ c1 + c2 + c3; c ~ t")
    assert twice.value("c ~ t") == pytest.approx(once.value("c ~ t"), rel=1e-9)
    assert twice.weights[:2] == pytest.approx([0.5, 0.5], rel=1e-9)
    assert twice.loadings[:2] == pytest.approx([1.0, 1.0], rel=1e-9)
    assert twice.rho[0] == pytest.approx(1.0, rel=1e-9)
    assert [one.kind for one in twice.remarks] == ["singular"]
    assert "look at t1, again" in twice.remarks[0].text
    assert twice.indices().geodesic is None
    ours, theirs = (rm.sem.pls_predict(fit, own, rng=3) for fit, own in ((twice, survey), (once, survey_of(answers))))
    assert ours.error == pytest.approx(theirs.error, abs=1e-8)
    assert np.isnan(ours.by_regression).all()
    assert np.isfinite(theirs.by_regression).all()
    assert not theirs.remarks
    assert rm.sem.bootstrap_pls(twice, survey, 50, rng=1).failed == 0


def test_an_item_of_two_that_are_the_same_counts_for_both() -> None:
    """Asking one of three items twice gives the sums of that item in a unit smaller by the root of 2, written out."""
    answers = answers_of(drawn(23))
    theory = "t =~ t1 + t2 + t3 + again; c =~ c1 + c2 + c3; c ~ t"
    twice = fitted(survey_of({**answers, "again": answers["t1"]}), theory, consistent=False)
    once = fitted(survey_of(answers), FEW, consistent=False)
    columns = survey_of(answers).of(once.layout.items).values
    larger = columns / columns.std(axis=0) * np.where(np.array(once.layout.items) == "t1", np.sqrt(2.0), 1.0)
    _, paths = written_out(once, larger)
    assert twice.value("c ~ t") == pytest.approx(abs(paths[1, 0]), rel=1e-9)
    assert twice.weights[0] == pytest.approx(twice.weights[3], rel=1e-9)


def test_items_that_make_a_construct_up_may_not_be_the_same() -> None:
    """Of constructs of mode B all items that are sums of others are named at once; mode A takes them."""
    answers = answers_of(drawn(24))
    survey = survey_of({**answers, "both": answers["t1"] + answers["t2"], "again": answers["c2"]})
    theory = "t =~ t1 + t2 + t3 + both; c =~ c1 + c2 + again; c ~ t"
    with pytest.raises(rm.NotIdentified) as caught:
        fitted(survey, theory, modes={"t": "B", "c": "B"})
    assert "t is of mode B, and its items t1 and t2 and both cannot be told apart" in str(caught.value)
    assert "c is of mode B, and its items c2 and again cannot be told apart" in str(caught.value)
    assert fitted(survey, theory, consistent=False).converged


def test_causes_of_the_same_items_are_named() -> None:
    """Two causes whose items are the same cannot be told apart, corrected or not."""
    answers = answers_of(drawn(25))
    survey = survey_of({**answers, **{f"again{one}": answers[f"t{one}"] for one in (1, 2, 3)}})
    theory = "t =~ t1 + t2 + t3; s =~ again1 + again2 + again3; c =~ c1 + c2 + c3; c ~ t + s"
    for consistent in (True, False):
        with pytest.raises(rm.NotIdentified, match="t and s cannot be told apart as causes of c: their weighted sums"):
            fitted(survey, theory, consistent=consistent)


def test_causes_that_are_the_same_at_the_start_only_are_fitted() -> None:
    """Two causes of the same items, one a plain sum and one weighted, start as one and end as two."""
    answers = answers_of(drawn(26))
    survey = survey_of({**answers, **{f"again{one}": answers[f"t{one}"] for one in (1, 2, 3)}})
    theory = "t =~ t1 + t2 + t3; s =~ again1 + again2 + again3; c =~ c1 + c2 + c3; c ~ t + s"
    fit = fitted(survey, theory, modes={"s": "unit"}, consistent=False)
    assert fit.converged
    assert fit.value("c ~ t") == pytest.approx(
        np.linalg.lstsq(fit.scores(survey)[:, :2], fit.scores(survey)[:, 2], rcond=None)[0][0], rel=1e-6
    )


def test_items_that_cancel_each_other_out_are_told() -> None:
    """A construct of an item and its mirror image has no sum to begin with, and is told to turn one of them."""
    answers = answers_of(drawn(27))
    survey = survey_of({**answers, "mirror": -answers["t1"]})
    with pytest.raises(rm.NotIdentified, match=r"no weights can be found for t: .* turn those"):
        fitted(survey, "t =~ t1 + mirror; c =~ c1 + c2; c ~ t")


def test_too_few_answers_and_questions_all_answer_alike_are_told_together() -> None:
    """Five answers for a regression on four are too few, and questions that all answered alike are named beside it."""
    answers = answers_of(drawn(28, 5))
    answers["t1"] = np.full(5, 3.0)
    with pytest.raises(rm.InvalidData) as caught:
        fitted(survey_of(answers), "y1 ~ t1 + t2 + b1 + b2")
    assert len(caught.value.problems) == 2
    assert "5 complete answers; a regression on 4 needs 6 or more" in str(caught.value)
    assert "t1: all answers are 3; leave it out" in str(caught.value)
    with pytest.raises(rm.InvalidData, match="a regression on 4 needs 6"):
        fitted(drawn(28, 5), "t =~ t1 + t2 + t3 + b1; y1 ~ t", modes={"t": "B"})


def test_collinearity_of_sums_is_left_open_with_as_many_constructs_as_respondents() -> None:
    """With four respondents for four constructs their mutual inflation has no value."""
    fit = fitted(drawn(29, 4), consistent=False)
    assert np.isnan(np.asarray(fit.quality().column("full vif"))).all()
    assert "latent_covariance" not in {one.kind for one in fit.remarks}


def test_prediction_from_few_respondents_is_that_of_the_sums() -> None:
    """Six respondents predict two more from seven items by the sums of both causes, and no regression can."""
    survey = drawn(33, 8)
    fit = fitted(survey, consistent=False)
    found = rm.sem.pls_predict(fit, survey, folds=4, rng=3)
    order = np.random.default_rng(3).permutation(8)
    places = np.array([found.items.index(item) for item in ("c1", "c2", "c3")])
    columns = np.array([survey.names.index(item) for item in ("c1", "c2", "c3")])
    for part in np.array_split(order, 4):
        train = np.delete(np.arange(8), part)
        error = survey.values[np.ix_(part, columns)] - predicted(fit, survey, train, part)
        assert found.error[0][np.ix_(part, places)] == pytest.approx(error, abs=1e-8)
    assert np.isnan(found.by_regression[:, :, places]).all()
    assert np.isfinite(found.q_squared).all()
    assert [one.kind for one in found.remarks] == ["singular"]
    assert "no value for items of c" in str(found)
    assert str(rm.sem.pls_predict(fitted(drawn(7)), drawn(7), rng=1)).count("Note") == 0


def test_parts_without_which_items_do_not_vary_are_named() -> None:
    """If only one respondent answered an item differently, prediction without that one names the item."""
    answers = answers_of(drawn(31, 30))
    answers["t2"] = np.where(np.arange(30) == np.argmax(answers["t1"]), 7.0, 0.1)
    survey = survey_of(answers)
    fit = fitted(survey, consistent=False)
    with pytest.raises(rm.InvalidData, match="all answers to t2 are alike; take more parts"):
        rm.sem.pls_predict(fit, survey, rng=1)


def test_parts_without_which_a_regression_has_no_solution_are_told() -> None:
    """If items of mode B are one for all but one respondent, prediction without that one says so."""
    answers = answers_of(drawn(32, 30))
    answers["t2"] = answers["t1"] + (np.arange(30) == 4)
    survey = survey_of(answers)
    fit = fitted(survey, modes={"t": "B"}, consistent=False)
    with pytest.raises(rm.InvalidData, match="an item of a construct of mode B is a sum of its others"):
        rm.sem.pls_predict(fit, survey, rng=1)
    found = rm.sem.bootstrap_pls(fit, survey, 100, rng=1)
    assert 20 < found.failed < 50


def test_items_that_say_nearly_the_same_are_remarked() -> None:
    """Inflation of items of mode B is that of their regressions on each other, and above 5 it is remarked."""
    answers = answers_of(drawn(34))
    answers["t2"] = answers["t1"] + 0.2 * answers["t2"]
    survey = survey_of(answers)
    fit = fitted(survey, modes={"t": "B", "b": "B"})
    table = fit.measurement()
    found = dict(zip(table.column("item"), np.asarray(table.column("vif")).tolist(), strict=True))
    apart = survey.of(["t1", "t2", "t3"]).values - survey.of(["t1", "t2", "t3"]).values.mean(axis=0)
    left = apart[:, 0] - apart[:, 1:] @ np.linalg.lstsq(apart[:, 1:], apart[:, 0], rcond=None)[0]
    assert found["t1"] == pytest.approx((apart[:, 0] @ apart[:, 0]) / (left @ left), rel=1e-9)
    assert found["t1"] > 5.0 > found["t3"]
    assert np.isnan([found["c1"], found["y1"]]).all()
    said = [one.text for one in fit.remarks if one.kind == "collinear"]
    assert len(said) == 1
    assert said[0].startswith(f"variance inflation of items of t is above 5: t1 ({found['t1']:.3g}), t2 (")
    assert "t3" not in said[0]
    assert "collinear" not in {one.kind for one in fitted(survey).remarks}


def test_a_single_item_may_name_the_reliability_of_its_construct() -> None:
    """The reliability of a construct of one item is stated under either name, once."""
    theory = PathModel.parse("t =~ t1; c =~ c1 + c2 + c3; c ~ t")
    by_item, by_name = (PLSSpec(theory, reliability={one: 0.64}) for one in ("t1", "t"))
    assert by_item == by_name
    assert rm.fit(by_item, drawn(4)).loadings[0] == pytest.approx(0.8, rel=1e-12)
    with pytest.raises(rm.InvalidParameters, match=r"the reliability of t is stated twice, 0\.6 and 0\.7; keep one"):
        PLSSpec(theory, reliability={"t": 0.6, "t1": 0.7})
    with pytest.raises(rm.InvalidParameters, match="reliability names 'c1', an item of c; name the construct"):
        PLSSpec(theory, reliability={"c1": 0.6})


def test_a_known_error_points_to_the_reliability() -> None:
    """A theory with a known error of a single question is told where its reliability belongs."""
    items = {**rm.morgan_hunt.ITEMS, "sv": ["sv1"]}
    with pytest.raises(rm.InvalidParameters) as caught:
        PLSSpec(rm.morgan_hunt.key_mediating(items, reliability={"sv": 0.8}, variance=trusting(204)))
    assert len(caught.value.problems) == 2
    assert all("PLSSpec(..., reliability={'sv1': 0.8})" in one for one in caught.value.problems)
    plain = rm.morgan_hunt.key_mediating(items)
    assert PLSSpec(plain, reliability={"sv1": 0.8}) == PLSSpec(plain, reliability={"sv": 0.8})
    with pytest.raises(rm.InvalidParameters, match="an observed variable goes by its own name: sv1"):
        PLSSpec(PathModel.parse("t =~ t1 + t2; t ~ sv1"), reliability={"sv": 0.8})


@pytest.mark.parametrize(
    ("model", "shown"),
    [("trust =~ trust1 + trust2", "the text 'trust =~ trust1"), (None, "of type NoneType"), (3, "of type int")],
)
def test_what_is_no_model_is_told(model: Any, shown: str) -> None:
    """A text, nothing and a number in place of a model give an error that says how to make one."""
    with pytest.raises(rm.InvalidParameters) as caught:
        PLSSpec(model, modes="B")  # type: ignore[arg-type]
    assert shown in str(caught.value)
    assert "rm.PathModel.parse(text)" in str(caught.value)
    assert "modes = 'B' must be by construct, as in modes={'trust': 'B'}" in str(caught.value)


def test_a_table_has_no_answers() -> None:
    """Where answers are needed, a table of correlations and a frame are refused with what to pass."""
    survey = drawn(35)
    table = survey.moments()
    fit: Any = fitted(table)
    for other in (table, answers_of(survey)):
        for name, call in (
            ("bootstrap_pls", lambda data: rm.sem.bootstrap_pls(fit, data, 10, rng=1)),
            ("pls_predict", lambda data: rm.sem.pls_predict(fit, data, rng=1)),
            ("stone_geisser", lambda data: rm.sem.stone_geisser(fit, data)),
            ("scores", fit.scores),
        ):
            with pytest.raises(rm.InvalidData, match=rf"{name} needs the answers of respondents.*pass the Survey"):
                call(other)


def test_other_fits_and_specifications_are_refused() -> None:
    """A fit by covariances, a model and a frame are refused by name where partial least squares expect their own."""
    survey: Any = drawn(36)
    model: Any = PathModel.parse(FEW)
    with pytest.raises(rm.InvalidParameters, match=r"bootstrap_pls needs a PLSFit.* here is PathFit"):
        rm.sem.bootstrap_pls(rm.fit(model, survey), survey, 10, rng=1)
    with pytest.raises(rm.InvalidParameters, match=r"fit_pls needs a PLSSpec.* here is PathModel"):
        rm.sem.fit_pls(model, survey)
    frame: Any = answers_of(survey)
    with pytest.raises(rm.InvalidData, match="need a Survey or SampleMoments, and here is dict"):
        rm.sem.fit_pls(PLSSpec(model), frame)


def test_a_table_and_its_answers_give_the_same() -> None:
    """A table of the moments of a survey gives what its answers give."""
    survey = drawn(37)
    table = fitted(survey.moments(), THEORY)
    assert isinstance(survey.moments(), SampleMoments)
    assert table.coefficients == pytest.approx(fitted(survey).coefficients, abs=1e-14)


def test_answers_far_off_all_others_are_told() -> None:
    """A code for no answer among those that count has its remark by partial least squares too."""
    survey = trusting(204)
    columns = {name: survey.of([name]).values[:, 0].copy() for name in survey.names}
    columns["trust1"][[3, 5, 9]] = 99.0
    fit = rm.fit(PLSSpec(rm.morgan_hunt.key_mediating()), rm.Survey.from_frame(columns, survey.names))
    told = [one.text for one in fit.remarks if one.kind == "far_off"]
    assert len(told) == 1
    assert "trust1 = 99 (3 of 204 answers, the others 1 to 7)" in told[0]
