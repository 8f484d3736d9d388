"""Partial least squares: what is refused and why, what is remarked, and prediction against loops written out."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray
from relmodels.sem import PathModel, PLSFit, PLSSpec, SampleMoments, Survey
from relmodels.sem.pls.estimates import explained_by
from tests.laws.test_pls_laws import THEORY, drawn, fitted


def test_everything_that_has_no_place_is_named_at_once() -> None:
    """A theory with six things the method cannot express gives one error that names all of them."""
    theory = PathModel.parse("""
        t =~ 1*t1 + t2 + c1
        c =~ c1 + c2
        h =~ t
        c ~ a*t
        c1 ~ t2
        t ~~ c
        t ~ 1
        a == 0.5
    """)
    with pytest.raises(rm.InvalidParameters) as caught:
        PLSSpec(theory)
    text = str(caught.value)
    for part in (
        "t =~ t1: values, labels, starts and bounds are not used here",
        "c1 measures two constructs",
        "h =~ t: a construct that measures another",
        "c1 is an item of t and stands in a path",
        "t ~~ c: the method has no such parameter",
        "t ~ 1: the method has no such parameter (no means)",
        "a == 0.5: no constraints here",
    ):
        assert part in text


def test_options_that_say_nothing_are_named_at_once() -> None:
    """Unknown constructs, modes, schemes, markers and reliabilities are told together, with what is allowed."""
    theory = PathModel.parse(f"{THEORY}; alone =~ a1 + a2")
    options: dict[str, Any] = {"modes": {"t": "C", "z": "A"}, "markers": {"t": "b1"}}
    with pytest.raises(rm.InvalidParameters) as caught:
        PLSSpec(theory, scheme="paths", consistent=False, reliability={"t": 1.2, "c": 0.8}, **options)  # type: ignore[arg-type]
    text = str(caught.value)
    for part in (
        "alone has no path to or from it",
        "scheme = 'paths' is unknown; use path, factor, centroid",
        "modes names 'z', which is no construct; they are t, b, c, y, alone",
        "the mode of t is 'C'; use A, B, unit",
        "the reliability of t is 1.2",
        "the reliability of c corrects nothing, since consistent=False",
        "the marker of t is 'b1', none of its items t1, t2, t3",
    ):
        assert part in text


def test_circles_are_refused() -> None:
    """Paths that run in a circle are told with the constructs they run through."""
    with pytest.raises(rm.InvalidParameters, match="in a circle through b, a"):
        PLSSpec(PathModel.parse("a ~ b; b ~ a"))


def test_a_theory_without_paths_is_refused() -> None:
    """A theory without paths is told that weights need neighbors."""
    with pytest.raises(rm.InvalidParameters, match="no path"):
        PLSSpec(PathModel.parse("t =~ t1 + t2"))


def test_groups_are_fitted_one_by_one() -> None:
    """A survey of two groups is refused, with what to do instead."""
    survey = drawn(1)
    answers = {name: survey.values[:, place] for place, name in enumerate(survey.names)}
    grouped = Survey.from_frame({**answers, "who": ["a", "b"] * 75}, survey.names, group="who")
    with pytest.raises(rm.InvalidData, match="2 groups; fit each by itself"):
        fitted(grouped)


def test_items_with_nothing_in_common_cannot_be_corrected() -> None:
    """A construct whose items correlate negatively is named with its reliability, and no number comes out."""
    table = np.eye(4)
    table[0, 1] = table[1, 0] = -0.3
    table[2, 3] = table[3, 2] = 0.5
    table[0, 2] = table[2, 0] = table[1, 3] = table[3, 1] = 0.3
    table[0, 3] = table[3, 0] = table[1, 2] = table[2, 1] = 0.2
    moments = SampleMoments.from_correlation(table, ["t1", "t2", "l1", "l2"], n=100)
    theory = "t =~ t1 + t2; l =~ l1 + l2; l ~ t"
    with pytest.raises(rm.NotIdentified, match=r"t \(-0\.857\)"):
        fitted(moments, theory)
    assert fitted(moments, theory, consistent=False).converged


def three(shared: float) -> SampleMoments:
    """Return correlations of two causes and an effect."""
    table = [[1.0, shared, 0.3], [shared, 1.0, 0.2], [0.3, 0.2, 1.0]]
    return SampleMoments.from_correlation(table, list("abc"), n=50)


@pytest.mark.parametrize("shared", [0.5, 0.25])
def test_causes_that_are_one_after_correction_are_named(shared: float) -> None:
    """Two causes whose correlation is as high as their reliability are one after correction and are named."""
    spec = PLSSpec(PathModel.parse("c ~ a + b"), reliability={"a": shared, "b": shared})
    with pytest.raises(rm.NotIdentified, match="a and b cannot be told apart as causes of c"):
        rm.fit(spec, three(shared))


def test_causes_of_two_effects_that_are_one_are_told_once_for_each() -> None:
    """The error names every effect whose causes cannot be told apart."""
    table = np.array([[1.0, 0.5, 0.3, 0.2], [0.5, 1.0, 0.2, 0.3], [0.3, 0.2, 1.0, 0.1], [0.2, 0.3, 0.1, 1.0]])
    data = SampleMoments.from_correlation(table, list("abcd"), n=50)
    spec = PLSSpec(PathModel.parse("c ~ a + b; d ~ a + b"), reliability={"a": 0.5, "b": 0.5})
    with pytest.raises(rm.NotIdentified, match=r"causes of c: .* causes of d: "):
        rm.fit(spec, data)


def test_samples_whose_causes_are_one_count_as_failed() -> None:
    """A bootstrap counts samples in which the causes cannot be told apart, and gives the rest finite paths."""
    a = np.array([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0] * 2)
    b = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0])
    c = np.random.default_rng(1).normal(size=16) + a + b
    survey = Survey.from_frame({"a": a, "b": b, "c": c}, list("abc"))
    fit = rm.fit(PLSSpec(PathModel.parse("c ~ a + b"), reliability={"a": 0.5, "b": 0.5}), survey)
    found = rm.sem.bootstrap_pls(fit, survey, 500, rng=1)
    assert 0 < found.failed < 250
    assert np.abs(found.draws).max() < 1e6
    table = np.array([[[1.0, 1.0, 0.3], [1.0, 1.0, 0.3], [0.3, 0.3, 1.0]]])
    paths, share = explained_by(table, 2, np.array([0, 1]))
    assert np.isnan(paths).all()
    assert np.isnan(share).all()


@pytest.mark.parametrize("scheme", ["path", "factor", "centroid"])
def test_constructs_that_do_not_correlate_are_named(scheme: Any) -> None:
    """Items that correlate with nothing around them have no weights, which is said without a warning."""
    table = np.eye(4)
    table[0, 1] = table[1, 0] = table[2, 3] = table[3, 2] = 0.5
    moments = SampleMoments.from_correlation(table, ["e1", "e2", "f1", "f2"], n=50)
    with pytest.raises(rm.NotIdentified, match="no weights can be found for e, f: the items do not correlate"):
        fitted(moments, "e =~ e1 + e2; f =~ f1 + f2; f ~ e", scheme=scheme)


def test_one_weighted_item_shows_no_reliability() -> None:
    """Where only one item of a construct has a weight, the error says so instead of giving a number that is none."""
    table = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.0], [0.4, 0.0, 1.0]])
    moments = SampleMoments.from_correlation(table, ["f1", "f2", "y"], n=50)
    with pytest.raises(rm.NotIdentified, match=r"f \(only one item has a weight\)"):
        fitted(moments, "f =~ f1 + f2; y ~ f")


def test_parts_that_leave_one_respondent_are_refused() -> None:
    """Prediction and blindfolding from single respondents end in an error about them, without a warning."""
    survey = Survey.from_frame({"a": [1.0, 2.0, 4.0], "b": [1.0, 3.0, 2.0]}, ["a", "b"])
    fit = rm.fit(PLSSpec(PathModel.parse("b ~ a")), survey)
    with pytest.raises(rm.InvalidData, match="a part of 1 respondents does not tell 2 items apart"):
        rm.sem.pls_predict(fit, survey, folds=2, rng=1)
    with pytest.raises(rm.InvalidParameters, match="distance"):
        rm.sem.stone_geisser(fit, survey, 1)
    alike = Survey.from_frame({"a": [1.0, 1.0, 1.0, 4.0], "b": [1.0, 3.0, 2.0, 2.5]}, ["a", "b"])
    other = rm.fit(PLSSpec(PathModel.parse("b ~ a")), alike)
    with pytest.raises(rm.InvalidData, match="does not tell 2 items apart"):
        rm.sem.pls_predict(other, alike, folds=4, rng=1)


def test_options_of_other_models_are_refused() -> None:
    """An estimator is none of this method's options and is not lost in silence."""
    with pytest.raises(rm.InvalidParameters, match="PLSSpec has no option estimator"):
        rm.fit(PLSSpec(PathModel.parse(THEORY)), drawn(1), estimator="MLR")  # type: ignore[call-overload]


def test_an_item_that_was_not_turned_is_remarked() -> None:
    """An item that loads against the others of its construct is named with its loading."""
    survey = drawn(2)
    values = survey.values.copy()
    values[:, survey.names.index("b2")] *= -1.0
    mixed = Survey.from_frame({name: values[:, place] for place, name in enumerate(survey.names)}, survey.names)
    found = [one for one in fitted(mixed, consistent=False).remarks if one.kind == "against"]
    assert len(found) == 1
    assert found[0].text.startswith("b2 loads -0.")
    assert "on b, against the others" in found[0].text


def test_respondents_left_out_and_thin_samples_are_remarked() -> None:
    """Those who left a question out are counted, and 15 cases for a regression on two are called thin."""
    survey = drawn(3, 16)
    values = survey.values.copy()
    values[4, 2] = np.nan
    thin = Survey.from_frame({name: values[:, place] for place, name in enumerate(survey.names)}, survey.names)
    said = {one.kind: one.text for one in fitted(thin, consistent=False).remarks}
    assert said["left_out"].startswith("1 of 16 respondents")
    assert said["few_cases"].startswith("15 cases for a regression on 2")


def test_a_known_reliability_takes_the_place_of_the_estimate() -> None:
    """A single item with reliability .64 has a loading of .8, and its path is divided by .8."""
    survey = drawn(4)
    plain = fitted(survey, "c1 ~ t1")
    known = fitted(survey, "c1 ~ t1", reliability={"t1": 0.64})
    assert known.value("c1 ~ t1") == pytest.approx(plain.value("c1 ~ t1") / 0.8, rel=1e-12)
    assert known.loadings[known.layout.items.index("t1")] == pytest.approx(0.8, rel=1e-12)


def test_scores_are_standardized_sums_of_those_fitted() -> None:
    """Scores of the respondents fitted have mean 0 and variance 1, and correlate as the sums do."""
    survey = drawn(5)
    fit = fitted(survey)
    scores = fit.scores(survey)
    assert scores.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert scores.std(axis=0, ddof=1) == pytest.approx(np.ones(4), abs=1e-12)
    assert np.corrcoef(scores, rowvar=False) == pytest.approx(fit.sums(), abs=1e-12)
    values = survey.values.copy()
    values[7, 0] = np.nan
    gap = Survey.from_frame({name: values[:, place] for place, name in enumerate(survey.names)}, survey.names)
    with pytest.raises(rm.InvalidData, match="left out in row 7"):
        fit.scores(gap)


def test_the_weight_of_each_path_is_what_is_lost_without_it() -> None:
    """Cohen's f² is the loss of R² without the cause, by what is left unexplained with it."""
    survey = drawn(6)
    fit = fitted(survey, modes=dict.fromkeys("tbcy", "unit"))
    table = fit.paths()
    scores = fit.scores(survey)
    without = np.corrcoef(scores[:, fit.place("t")], scores[:, fit.place("c")])[0, 1] ** 2
    whole = fit.r_squared()["c"]
    row = [pair == ("b", "c") for pair in zip(table.column("cause"), table.column("effect"), strict=True)].index(True)
    assert np.asarray(table.column("effect size"))[row] == pytest.approx((whole - without) / (1.0 - whole), rel=1e-10)


def predicted(fit: PLSFit, survey: Survey, train: Any, part: Any) -> FloatArray:
    """Return predictions of the items of ``c`` along the classical way: sums, paths, loadings."""
    own = rm.fit(fit.spec, survey.rows(train))
    scores = own.scores(survey.rows(part))
    expected = scores[:, own.place("t")] * own.value("c ~ t") + scores[:, own.place("b")] * own.value("c ~ b")
    rows = own.layout.rows(own.place("c"))
    assert own.mean is not None
    return np.asarray(own.mean[rows] + np.outer(expected, own.loadings[rows]) * own.deviation[rows])


def test_prediction_is_sums_paths_and_loadings_of_all_others() -> None:
    """Uncorrected, PLSpredict's errors are those of the classical way, part by part, written out."""
    survey = drawn(7)
    fit = fitted(survey, consistent=False)
    found = rm.sem.pls_predict(fit, survey, folds=5, rng=3)
    order = np.random.default_rng(3).permutation(150)
    places = np.array([found.items.index(item) for item in ("c1", "c2", "c3")])
    columns = np.array([survey.names.index(item) for item in ("c1", "c2", "c3")])
    for part in np.array_split(order, 5):
        train = np.delete(np.arange(150), part)
        error = survey.values[np.ix_(part, columns)] - predicted(fit, survey, train, part)
        assert found.error[0][np.ix_(part, places)] == pytest.approx(error, abs=1e-9)
        mean = survey.values[np.ix_(train, columns)].mean(axis=0)
        assert found.by_mean[0][np.ix_(part, places)] == pytest.approx(survey.values[np.ix_(part, columns)] - mean)


def test_the_benchmark_is_least_squares_on_the_same_items() -> None:
    """The regression without theory is least squares of each item on the items of the direct causes."""
    survey = drawn(8)
    found = rm.sem.pls_predict(fitted(survey), survey, folds=4, rng=1)
    part = np.array_split(np.random.default_rng(1).permutation(150), 4)[2]
    train = np.delete(np.arange(150), part)
    known = [survey.names.index(name) for name in ("t1", "t2", "t3", "b1", "b2", "b3", "b4")]
    design = np.column_stack([np.ones(150), survey.values[:, known]])
    answer = survey.values[:, survey.names.index("c2")]
    by = np.linalg.lstsq(design[train], answer[train], rcond=None)[0]
    place = found.items.index("c2")
    assert found.by_regression[0, part, place] == pytest.approx(answer[part] - design[part] @ by, abs=1e-10)


def test_the_corrected_prediction_is_the_best_one_if_the_theory_holds() -> None:
    """With 4,000 answers the corrected theory predicts with smaller errors than sums do, and than by the mean."""
    survey = drawn(9, 4000)
    corrected, plain = (
        rm.sem.pls_predict(fitted(survey, consistent=one), survey, rng=1).q_squared.mean() for one in (True, False)
    )
    assert corrected > plain > 0.05


def test_the_earliest_causes_are_those_that_nothing_causes() -> None:
    """Predicting from the earliest causes, ``c`` is predicted as from its direct ones, and ``y`` worse."""
    survey = drawn(10, 1000)
    fit = fitted(survey)
    direct, earliest = (rm.sem.pls_predict(fit, survey, causes=one, rng=2) for one in ("direct", "earliest"))
    ends = [place for place, name in enumerate(direct.constructs) if name == "y"]
    starts = [place for place, name in enumerate(direct.constructs) if name == "c"]
    assert direct.error[:, :, starts] == pytest.approx(earliest.error[:, :, starts], abs=1e-12)
    assert (direct.q_squared[ends] > earliest.q_squared[ends]).all()


def test_blindfolding_is_its_loop_written_out() -> None:
    """Stone and Geisser's Q² is that of sets counted off, filled with means, fitted and predicted one by one."""
    survey = drawn(11, 60)
    fit = fitted(survey, consistent=False)
    own = survey.of(fit.layout.items)
    rows = fit.layout.rows(fit.place("c"))
    error = total = 0.0
    for start in range(7):
        hidden = np.zeros(own.values.shape, dtype=bool)
        count = 0
        for case in range(60):
            for item in rows:
                hidden[case, item] = count % 7 == start
                count += 1
        seen = np.where(hidden, np.nan, own.values)
        filled = np.where(hidden, np.nanmean(seen, axis=0), own.values)
        other = Survey.from_frame({name: filled[:, place] for place, name in enumerate(own.names)}, own.names)
        model = rm.fit(fit.spec, other)
        assert model.mean is not None
        scores = model.scores(other)
        expected = sum(scores[:, model.place(cause)] * model.value(f"c ~ {cause}") for cause in "tb")
        apart = (own.values - model.mean) / model.deviation
        guess = np.zeros(own.values.shape)
        guess[:, rows] = np.outer(expected, model.loadings[rows])
        error += float(np.square(apart - guess)[hidden].sum())
        total += float(np.square(apart)[hidden].sum())
    assert rm.sem.stone_geisser(fit, survey)["c"] == pytest.approx(1.0 - error / total, rel=1e-9)


def test_a_distance_may_not_take_all_answers_to_an_item() -> None:
    """A distance that divides the number of items would leave out one item whole and is refused."""
    survey = drawn(12)
    with pytest.raises(rm.InvalidParameters, match="divides the 3 items of c"):
        rm.sem.stone_geisser(fitted(survey), survey, 3)
    with pytest.raises(rm.InvalidParameters, match="distance"):
        rm.sem.stone_geisser(fitted(survey), survey, 1)


def test_another_survey_is_refused() -> None:
    """Bootstrap, prediction and blindfolding refuse answers that the fit was not made of."""
    fit = fitted(drawn(13))
    other: Any = drawn(14)
    for call in (
        lambda: rm.sem.bootstrap_pls(fit, other, 10, rng=1),
        lambda: rm.sem.pls_predict(fit, other, rng=1),
        lambda: rm.sem.stone_geisser(fit, other),
    ):
        with pytest.raises(rm.InvalidData, match="pass the survey it was made of"):
            call()


def test_efrons_interval_is_that_of_the_bootstrap_of_paths() -> None:
    """Efron's interval counts the estimates without each respondent, and lies elsewhere than percentiles."""
    survey = drawn(15, 60)
    fit = fitted(survey)
    plain, corrected = (rm.sem.bootstrap_pls(fit, survey, 400, interval=one, rng=1) for one in ("percentile", "bca"))
    assert corrected.without.shape == (60, len(corrected.names))
    assert corrected.draws == pytest.approx(plain.draws, abs=0.0)
    first, second = (np.asarray(one.table().column("low")) for one in (plain, corrected))
    assert np.abs(first - second).max() > 1e-3
    without = fitted(survey.rows(np.delete(np.arange(60), 7)))
    assert corrected.without[7, 0] == pytest.approx(without.value(corrected.names[0][1]), abs=1e-7)


def test_unknown_kinds_levels_and_intervals_are_refused() -> None:
    """A table of the bootstrap knows its kinds, its level is a share, and there are two intervals."""
    survey = drawn(16)
    fit = fitted(survey)
    found = rm.sem.bootstrap_pls(fit, survey, 20, rng=1)
    with pytest.raises(rm.InvalidParameters, match="use path, total effect, weight, loading, r squared"):
        found.table("weights")  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidParameters, match="not between 0 and 1"):
        found.table(level=95.0)
    with pytest.raises(rm.InvalidParameters, match="'percentile' or 'bca'"):
        rm.sem.bootstrap_pls(fit, survey, 20, interval="normal", rng=1)  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidParameters, match="more parts than respondents"):
        rm.sem.pls_predict(fit, survey, folds=151, rng=1)
    with pytest.raises(rm.InvalidParameters, match="'direct' or 'earliest'"):
        rm.sem.pls_predict(fit, survey, causes="all", rng=1)  # type: ignore[arg-type]


def test_a_theory_that_asks_too_much_says_so() -> None:
    """If most samples have no corrected solution, the bootstrap says so instead of giving intervals of the rest."""
    rng = np.random.default_rng(5)
    first, second, outcome, other = rng.normal(size=(4, 100))
    answers = {"t1": first, "t2": second - 0.5 * first, "l1": first + second + outcome, "l2": first + second + other}
    survey = Survey.from_frame(answers, list(answers))
    theory = "t =~ t1 + t2; l =~ l1 + l2; l ~ t"
    fit = fitted(survey, theory, consistent=False)
    corrected = replace(fit, spec=PLSSpec(PathModel.parse(theory)))
    with pytest.raises(rm.NotConverged, match="asks too much"):
        rm.sem.bootstrap_pls(corrected, survey, 200, rng=1)


def test_the_text_states_every_convention() -> None:
    """What is printed names the scheme, modes, correction, orientation and what was done with missing answers."""
    text = str(fitted(drawn(17), modes={"b": "B"}, scheme="factor"))
    for part in (
        "factor scheme",
        "t, c, y: mode A, by correlation",
        "b: mode B",
        "corrected for reliability",
        "turned",
    ):
        assert part in text
    assert "SRMR" in fitted(drawn(17))._repr_html_()


def test_a_specification_survives_a_copy() -> None:
    """A specification with all options comes out of pickle equal, and its options cannot be changed."""
    spec = PLSSpec(PathModel.parse(THEORY), modes={"t": "B"}, reliability={"y": 0.8}, markers={"c": "c1"})
    other = pickle.loads(pickle.dumps(spec))  # noqa: S301  the bytes were made on this line
    assert other == spec
    with pytest.raises(TypeError):
        spec.modes["t"] = "A"  # type: ignore[index]


def test_the_theory_is_judged_by_the_bootstrap_too() -> None:
    """The thirteen hypotheses have verdicts by partial least squares, and all signs are those expected."""
    survey = Survey.from_frame(
        rm.datasets.trust_survey(), [one for items in rm.morgan_hunt.ITEMS.values() for one in items]
    )
    fit = rm.fit(PLSSpec(rm.morgan_hunt.key_mediating()), survey)
    found = rm.morgan_hunt.hypotheses(rm.sem.bootstrap_pls(fit, survey, 300, rng=1))
    values = np.asarray(found.column("estimate"))
    assert [("+" if value > 0.0 else "-") for value in values] == list(found.column("expected"))
    assert list(found.column("verdict")).count("supported") >= 10
    assert "the other way round" not in found.column("verdict")
    small = fitted(drawn(19))
    with pytest.raises(rm.InvalidParameters, match="make it with key_mediating"):
        rm.morgan_hunt.hypotheses(rm.sem.bootstrap_pls(small, drawn(19), 10, rng=1))


def test_a_diagram_shows_sums_too() -> None:
    """A fit has all its arrows, and its bootstrap draws those that may be 0 dashed."""
    survey = drawn(20)
    fit = fitted(survey)
    plain, judged = rm.plot.paths(fit), rm.plot.paths(rm.sem.bootstrap_pls(fit, survey, 100, rng=1))
    assert len(plain.texts) == len(judged.texts) == 2 * 4 + 4
    assert any("explained" in one.get_text() for one in plain.texts)


def test_paths_that_do_not_exist_are_told() -> None:
    """Asking for a path or construct that is not in the theory gives the names there are."""
    fit = fitted(drawn(18))
    with pytest.raises(rm.InvalidParameters, match="there is no path 't ~ y'"):
        fit.value("t ~ y")
    with pytest.raises(rm.InvalidParameters, match="there are t, b, c, y"):
        fit.value("z ~ t")
