"""Scores of respondents and relationships: what they are, how far off they are, and where they go."""

from datetime import date
from uuid import uuid4

import numpy as np
import pytest

import relmodels as rm

NAMES = ("t1", "t2", "t3", "c1", "c2", "c3")
MODEL = rm.PathModel.parse("trust =~ t1 + t2 + t3; commitment =~ c1 + c2 + c3; commitment ~ trust")
LOADING = np.array([[1.0, 0.8, 1.2, 0, 0, 0], [0, 0, 0, 1.0, 1.1, 0.7]])
LATENT = np.array([[1.0, 0.5], [0.5, 0.9]])
ERROR = np.array([0.5, 0.8, 0.6, 0.4, 0.9, 0.7])
MEAN = np.array([4.2, 4.0, 4.4, 3.8, 4.1, 4.0])
WIDE = (-30.0, 40.0)  # a scale at which nothing is cut off


def true_fit() -> rm.sem.PathFit:
    """Return a fit whose parameters are the true ones, because its moments are those of the population."""
    covariance = LOADING.T @ LATENT @ LOADING + np.diag(ERROR)
    return rm.fit(MODEL, rm.SampleMoments.from_covariance(covariance, NAMES, n=500, means=MEAN, divisor="n"))


FIT = true_fit()


def drawn(count: int, seed: int) -> tuple[rm.Survey, np.ndarray]:
    """Return answers drawn from the model, and the mean of each construct's questions without their errors."""
    rng = np.random.default_rng(seed)
    latent = rng.multivariate_normal([0, 0], LATENT, count)
    exact = MEAN + latent @ LOADING
    answers = exact + rng.normal(size=(count, 6)) * np.sqrt(ERROR)
    truth = np.column_stack([exact[:, :3].mean(axis=1), exact[:, 3:].mean(axis=1), exact.mean(axis=1)])
    return survey_of(answers), truth


def survey_of(answers: np.ndarray) -> rm.Survey:
    """Return a survey of the six questions."""
    return rm.Survey.from_frame(dict(zip(NAMES, answers.T, strict=True)), NAMES)


@pytest.mark.parametrize("kind", ["regression", "mean"])
@pytest.mark.parametrize("left_out", [(), (1, 4)])
def test_scores_are_as_far_off_as_their_errors_say(kind, left_out):
    """Over many respondents the mean square of score less truth is the squared error, of parts and composite."""
    survey, truth = drawn(40_000, 1)
    values = survey.values.copy()
    values[:, list(left_out)] = np.nan
    if kind == "mean":  # of the answers given, so the truth is that of the questions answered
        kept = [place for place in range(6) if place not in left_out]
        exact = truth_of_questions(1)
        parts = [exact[:, [place for place in kept if place // 3 == part]].mean(axis=1) for part in (0, 1)]
        truth = np.column_stack([*parts, np.mean(parts, axis=0)])
    found = rm.respondent_scores(FIT, survey_of(values), scale=WIDE, kind=kind)
    off = np.square(found.value - truth)
    np.testing.assert_allclose(off.mean(axis=0), found.standard_error[0] ** 2, rtol=0.03)
    assert found.cut == 0


def truth_of_questions(seed: int) -> np.ndarray:
    """Return what the respondents of :func:`drawn` would answer without errors."""
    latent = np.random.default_rng(seed).multivariate_normal([0, 0], LATENT, 40_000)
    return MEAN + latent @ LOADING


def test_regression_is_nearer_to_the_truth_than_the_mean():
    """Factor scores, which also use what is said of the other construct, have smaller errors than plain means."""
    survey, _ = drawn(10, 2)
    by, plain = (rm.respondent_scores(FIT, survey, scale=WIDE, kind=kind) for kind in ("regression", "mean"))
    assert (by.standard_error < plain.standard_error).all()


def test_factor_scores_are_those_of_the_workshop_on_another_scale():
    """A score is the mean of the questions' means plus the mean loading times the factor score."""
    survey, _ = drawn(20, 3)
    found = rm.respondent_scores(FIT, survey, scale=WIDE)
    scores = rm.sem.factor_scores(FIT, survey)
    for place in (0, 1):
        own = slice(3 * place, 3 * place + 3)
        expected = MEAN[own].mean() + scores[:, place] * LOADING[place, own].mean()
        np.testing.assert_allclose(found.value[:, place], expected, rtol=1e-6)
    np.testing.assert_allclose(found.value[:, 2], found.value[:, :2].mean(axis=1), rtol=1e-12)


def test_scores_average_to_the_questions():
    """Fitted to complete answers, the mean score of a construct is the mean of its questions, of either kind."""
    table = rm.datasets.trust_survey()
    survey = rm.Survey.from_frame(table, [one for asked in rm.morgan_hunt.ITEMS.values() for one in asked])
    fit = rm.fit(rm.morgan_hunt.key_mediating(), survey)
    for kind in ("regression", "mean"):
        found = rm.respondent_scores(fit, survey, kind=kind)
        trust = np.mean([table.column(name) for name in rm.morgan_hunt.ITEMS["trust"]])
        assert found.value[:, 0].mean() == pytest.approx(trust, abs=0.02 if found.cut else 1e-9)


def test_means_of_each_group_count_in_a_fit_of_groups():
    """In a fit of several groups each respondent is judged by the parameters and means of their own group."""
    survey, _ = drawn(400, 4)
    firm = np.repeat(["a", "b"], 200)
    shifted = survey.values + np.where(firm == "b", 2.0, 0.0)[:, None]
    frame = {**dict(zip(NAMES, shifted.T, strict=True)), "firm": firm}
    both = rm.Survey.from_frame(frame, NAMES, group="firm")
    found = rm.respondent_scores(rm.fit(MODEL, both), both, scale=WIDE)
    alone = survey_of(shifted[200:])
    single = rm.respondent_scores(rm.fit(MODEL, alone), alone, scale=WIDE)
    np.testing.assert_allclose(found.value[200:], single.value, rtol=1e-6)
    np.testing.assert_allclose(found.standard_error[200:], single.standard_error, rtol=1e-5)


def test_who_said_nothing_of_a_construct_has_no_score_of_it():
    """Trust alone gives a score of trust, none of commitment and none of the composite."""
    answers = np.tile(MEAN, (2, 1))
    answers[1, 3:] = np.nan
    for kind in ("regression", "mean"):
        found = rm.respondent_scores(FIT, survey_of(answers), kind=kind)
        assert np.isnan(found.value[1]).tolist() == [False, True, True]
        assert np.isnan(found.standard_error[1]).tolist() == [False, True, True]
        assert np.isfinite(found.value[0]).all()


def test_weights_are_shares_of_the_composite():
    """With three parts of trust and one of commitment the composite is three quarters trust."""
    survey, _ = drawn(10, 5)
    found = rm.respondent_scores(FIT, survey, scale=WIDE, constructs={"trust": 3, "commitment": 1})
    np.testing.assert_allclose(found.value[:, 2], found.value[:, :2] @ [0.75, 0.25])
    only = rm.respondent_scores(FIT, survey, scale=WIDE, constructs={"trust": 1})
    assert only.constructs == ("trust", "relationship quality")
    np.testing.assert_array_equal(only.value[:, 0], only.value[:, 1])


def test_satisfaction_counts_where_it_was_asked():
    """A model with satisfaction has it in the composite without being told."""
    model = rm.PathModel.parse("trust =~ t1 + t2; commitment =~ t3 + c1; satisfaction =~ c2 + c3")
    survey, _ = drawn(300, 6)
    fit = rm.fit(model, survey)
    found = rm.respondent_scores(fit, survey, scale=WIDE)
    assert found.constructs == ("trust", "commitment", "satisfaction", "relationship quality")
    np.testing.assert_allclose(found.value[:, 3], found.value[:, :3].mean(axis=1))


def test_scores_beyond_the_scale_are_set_to_its_end_and_counted():
    """Somebody who answers 7 to everything on questions, the best of which has a low mean, gets no more than 7."""
    covariance = 0.9 * np.ones((6, 6)) + np.diag([0.01, 5, 5, 5, 5, 5])
    data = rm.SampleMoments.from_covariance(covariance, NAMES, n=300, means=[1.2, 6.8, 6.8, 6.8, 6.8, 6.8])
    fit = rm.fit(rm.PathModel.parse("trust =~ " + " + ".join(NAMES)), data)
    found = rm.respondent_scores(fit, survey_of(np.full((1, 6), 7.0)), constructs={"trust": 1})
    assert found.value.tolist() == [[7.0, 7.0]]
    assert found.cut == 1


def test_means_of_the_highest_answers_are_on_the_scale():
    """Three parts of a third each of 6.9 do not add up to more than the end of a scale that ends there."""
    model = rm.PathModel.parse("trust =~ t1 + t2; commitment =~ t3 + c1; satisfaction =~ c2 + c3")
    survey, _ = drawn(300, 6)
    top = survey_of(np.full((7, 6), 6.9))
    found = rm.relationship_quality(
        rm.fit(model, survey), top, ["a"] * 7, scale=(1, 6.9), kind="mean", null_variance=4.0
    )
    assert found.scores()["a"].normalized == pytest.approx(1.0)


def test_all_that_is_wrong_with_the_fit_is_said_at_once():
    """Unknown constructs, weights, scales and kinds are named together."""
    survey, _ = drawn(10, 7)
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.respondent_scores(FIT, survey, scale=(7, 1), kind="median", constructs={"hope": 1, "trust": -1})  # type: ignore[arg-type]
    text = str(caught.value)
    for part in (
        "'hope' is no latent variable of the model; there are trust, commitment",
        "weight of trust is -1",
        "scale = (7, 1)",
        "kind = 'median'",
    ):
        assert part in text
    with pytest.raises(rm.InvalidParameters, match="constructs is empty"):
        rm.respondent_scores(FIT, survey, constructs={})
    higher = rm.PathModel.parse("trust =~ t1 + t2 + t3; commitment =~ c1 + c2 + c3; both =~ 1*trust + 1*commitment")
    wide, _ = drawn(500, 8)
    with pytest.raises(rm.InvalidParameters, match="both is measured by latent variables only"):
        rm.respondent_scores(rm.fit(higher, wide, check=False), wide, constructs={"both": 1})


def test_fits_that_cannot_be_scored_are_refused():
    """A question that was not turned, a table without means and ordinal answers are each named with what to do."""
    survey, _ = drawn(500, 9)
    turned = survey_of(np.column_stack([survey.values[:, :2], 8.0 - survey.values[:, 2], survey.values[:, 3:]]))
    with pytest.raises(
        rm.InvalidParameters, match=r"t3 loads negatively on trust: .* turn that when the answers are read"
    ):
        rm.respondent_scores(rm.fit(MODEL, turned), turned, scale=WIDE)
    table = rm.SampleMoments.from_covariance(FIT.observed[0], NAMES, n=100)
    with pytest.raises(rm.InvalidParameters, match="no means to count from"):
        rm.respondent_scores(rm.fit(MODEL, table), survey, scale=WIDE)
    coded = survey_of(np.clip(np.round(survey.values / 2.5), 1, 3))
    with pytest.raises(rm.InvalidParameters, match="ordinal answers, whose questions have no unit; fit with MLR"):
        rm.respondent_scores(rm.fit(MODEL, coded, estimator="WLSMV"), coded)


def test_all_that_is_wrong_with_the_answers_is_said_at_once():
    """Lacking questions, foreign groups, answers off the scale and unnamed relationships come in one error."""
    frame = {name: [4.0, 9.0, 4.0] for name in NAMES[:5]} | {"firm": ["a", "b", "b"]}
    survey = rm.Survey.from_frame(frame, NAMES[:5], group="firm")
    with pytest.raises(rm.InvalidData) as caught:
        rm.relationship_quality(FIT, survey, ["x", None])
    text = str(caught.value)
    for part in (
        "2 are named and 3 respondents answered",
        "none is named in row 1",
        "there is no question c3",
        "the groups are a, b, those of the fit all",
        "t1 = 9 is off the scale from 1 to 7 in row 1",
    ):
        assert part in text
    with pytest.raises(rm.InvalidData, match="none is named in row 0"):
        rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (1, 1))), [float("nan")])
    with pytest.raises(rm.InvalidParameters, match="'hope' is no latent variable"):
        rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (2, 1))), ["a", "a"], constructs={"hope": 1})
    with pytest.raises(rm.InvalidParameters, match="whole answers"):
        rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (2, 1))), ["a", "a"], scale=(0.5, 7))


def test_names_of_relationships_that_are_lists_are_refused():
    """A list in place of a name is told with its row and what a name is."""
    survey, _ = drawn(30, 8)
    with pytest.raises(rm.InvalidData, match="row 0 has a list in place of a name; name each by one text or number"):
        rm.relationship_quality(FIT, survey, [[1]] * 30)  # type: ignore[list-item]
    with pytest.raises(rm.InvalidData, match="row 0 has a tuple in place of a name"):
        rm.relationship_quality(FIT, survey, [([1],)] * 30)


def measured() -> tuple[rm.RelationshipQuality, rm.RespondentScores, list[str]]:
    """Return relationships of one to four respondents, the scores of these, and whom they judge."""
    rng = np.random.default_rng(10)
    survey, _ = drawn(40, 10)
    values = np.clip(np.round(survey.values), 1, 7)
    values[5, 3:] = np.nan
    judged = [f"r{place}" for place in rng.integers(0, 12, 40)]
    own = survey_of(values)
    return rm.relationship_quality(FIT, own, judged), rm.respondent_scores(FIT, own), judged


def test_relationships_are_means_of_their_respondents():
    """Count, mean, deviation and error of each relationship are those of its respondents' scores, one by one."""
    found, scores, judged = measured()
    assert found.relationships == tuple(dict.fromkeys(judged))
    for row, name in enumerate(found.relationships):
        for place in range(3):
            rows = np.array([one == name for one in judged]) & ~np.isnan(scores.value[:, place])
            own, error = scores.value[rows, place], scores.standard_error[rows, place]
            assert found.respondents[row, place] == own.size
            assert found.value[row, place] == pytest.approx(own.mean())
            assert found.standard_error[row, place] == pytest.approx(np.sqrt(np.square(error).sum()) / own.size)
            if own.size > 1:
                assert found.deviation[row, place] == pytest.approx(own.std(ddof=1))
            else:
                assert np.isnan(found.deviation[row, place])
                assert np.isnan(found.agreement[row, place])


def test_correlations_within_classes_are_those_of_the_scores():
    """For each construct the intraclass correlation is that of the respondents' scores in relationships."""
    found, scores, judged = measured()
    for place, one in enumerate(found.intraclass):
        assert one == rm.sem.intraclass(scores.value[:, place], judged)
    alone = rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (2, 1))), ["a", "b"])
    assert alone.intraclass == (None, None, None)


def test_respondents_who_disagree_are_shown():
    """Two who say 1 and 7 have no agreement and are contested; one alone, or two who say the same, are not."""
    answers = np.array([[1.0] * 6, [7.0] * 6, [4.0] * 6, [5.0] * 6, [5.0] * 6])
    found = rm.relationship_quality(FIT, survey_of(answers), ["torn", "torn", "alone", "sound", "sound"], kind="mean")
    assert found.contested().tolist() == [True, False, False]
    assert found.agreement[0].tolist() == [0.0, 0.0, 0.0]
    assert found.agreement[2].tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(found.value[:, 2], [4.0, 4.0, 5.0])
    with pytest.raises(rm.InvalidParameters, match="least = 2"):
        found.contested(2)


def test_agreement_on_the_whole_is_that_on_its_weakest_part():
    """Respondents who agree on trust and not on commitment do not agree on the relationship."""
    answers = np.array([[5.0, 5, 5, 1, 1, 1], [5.0, 5, 5, 7, 7, 7]])
    found = rm.relationship_quality(FIT, survey_of(answers), ["a", "a"])
    assert found.agreement[0].tolist() == [1.0, 0.0, 0.0]
    lenient = rm.relationship_quality(FIT, survey_of(answers), ["a", "a"], null_variance=100.0)
    assert lenient.agreement[0, 1] > 0.5


def test_the_table_has_a_row_for_each_relationship():
    """The table becomes a frame, with score, error, deviation and agreement of each construct."""
    found, scores, _ = measured()
    frame = found.table().to_frame(like="pandas")
    assert len(frame) == len(found)
    assert list(frame.columns)[:6] == [
        "relationship",
        "respondents",
        "trust",
        "error of trust",
        "deviation of trust",
        "agreement on trust",
    ]
    assert len(scores.table()) == len(scores) == 40
    assert scores.table().columns[-1] == "error of relationship quality"


def test_scores_become_records_with_their_scale_and_method():
    """A record has the scale of the questions, says how many answered and how far they agree, and reads back."""
    found, _, _ = measured()
    scores = found.scores("trust", as_of=date(2026, 3, 1))
    one = scores[found.relationships[0]]
    assert (one.scale_min, one.scale_max, one.as_of) == (1.0, 7.0, date(2026, 3, 1))
    assert one.value == found.value[0, 0]
    assert one.method.startswith(f"survey, factor scores of trust: {found.respondents[0, 0]} respondents, agreement ")
    assert rm.Score.from_json(one.to_json()) == one
    with pytest.raises(rm.InvalidParameters, match="no construct 'hope'"):
        found.scores("hope")
    plain = rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (1, 1))), ["a"], kind="mean").scores()["a"]
    assert plain.method == "survey, means of the answers of relationship quality: 1 respondent"


def tie(**more: object) -> rm.Relationship:
    """Return a relationship that says little."""
    return rm.Relationship(source_id=uuid4(), target_id=uuid4(), type="supplies", **more)  # type: ignore[arg-type]


def test_scores_go_to_their_relationships():
    """Quality is the strength, trust and commitment are properties; other judgments and relationships stay."""
    power = rm.RelationshipProperties(power=rm.Score(value=8), trust_risk_uncertainty=rm.Score(value=1))
    named = tie(external_ids=(rm.ExternalId(system="crm", value="0042"),), properties=power)
    known, other = tie(), tie(strength=rm.Score(value=2))
    found = rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (3, 1))), ["0042", known.id, known.id])
    first, second, third = found.attached([named, known, other], as_of=date(2026, 3, 1))
    assert third is other
    assert first.properties is not None
    assert first.strength == found.scores(as_of=date(2026, 3, 1))["0042"]
    assert first.properties.power == rm.Score(value=8)
    assert first.properties.trust_risk_uncertainty == found.scores("trust", as_of=date(2026, 3, 1))["0042"]
    assert second.properties is not None
    assert second.properties.commitment_dependency_importance is not None
    assert (second.id, second.strength) == (known.id, found.scores(as_of=date(2026, 3, 1))[known.id])
    assert rm.Relationship.from_json(second.to_json()) == second


def test_what_was_not_answered_is_not_attached():
    """A relationship judged on trust alone gets that property, and keeps the strength it had."""
    answers = np.array([[5.0, 5, 5, np.nan, np.nan, np.nan]])
    known = tie(strength=rm.Score(value=2))
    (found,) = rm.relationship_quality(FIT, survey_of(answers), [known.id]).attached([known])
    assert found.strength == rm.Score(value=2)
    assert found.properties is not None
    assert found.properties.trust_risk_uncertainty is not None
    assert found.properties.commitment_dependency_importance is None
    nothing = rm.relationship_quality(FIT, survey_of(np.full((1, 6), np.nan)), [known.id])
    assert nothing.attached([known]) == (known,)
    assert nothing.scores() == {}


def test_relationships_that_are_not_there_or_stand_twice_are_refused():
    """Surveyed relationships must be among those given, each once; identifiers are not repeated in the message."""
    known = tie(external_ids=(rm.ExternalId(system="crm", value="0042"),))
    found = rm.relationship_quality(FIT, survey_of(np.tile(MEAN, (3, 1))), ["secret", "0042", str(known.id)])
    with pytest.raises(rm.InvalidData) as caught:
        found.attached([known])
    assert "row 0 of the table are none of those given" in str(caught.value)
    assert "several fit one" in str(caught.value)
    assert "secret" not in str(caught.value)
