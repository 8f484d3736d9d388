"""Gaps between answers, parcels of questions, and what is lost and won by them."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import balanced_parcels, reliability_of_difference

ANSWERS = {
    "own": [7.0, 4.0, np.nan, 1.0, 2.0, 5.0],
    "partner": [6.0, 7.0, 2.0, np.nan, 2.0, 1.0],
    "t1": [5.0, 6.0, 2.0, 3.0, 4.0, 7.0],
    "t2": [4.0, 6.0, np.nan, 2.0, 5.0, 6.0],
    "t3": [5.0, 7.0, 3.0, np.nan, 4.0, 6.0],
    "firm": ["b", "a", "a", "b", "b", "a"],
}
SURVEY = rm.Survey.from_frame(ANSWERS, ["own", "partner", "t1", "t2", "t3"], group="firm")


def column(survey, name):
    return survey.of([name]).values[:, 0]


@pytest.mark.parametrize(
    ("kind", "more", "wanted"),
    [
        ("absolute", None, [-1.0, -3.0, np.nan, np.nan, 0.0, -4.0]),
        ("absolute", "difference", [1.0, 3.0, np.nan, np.nan, 0.0, 4.0]),
        ("squared", "agreement", [-1.0, -9.0, np.nan, np.nan, 0.0, -16.0]),
        ("signed", None, [1.0, -3.0, np.nan, np.nan, 0.0, 4.0]),
    ],
)
def test_gaps_are_as_stated(kind, more, wanted):
    """Absolute, squared and signed gaps have the sign that was stated; where one answer is missing there is none."""
    found = SURVEY.with_gap("shared", "own", "partner", kind=kind, more=more)
    np.testing.assert_array_equal(column(found, "shared"), wanted)
    assert not np.signbit(column(found, "shared")[4])


def test_columns_made_of_others_keep_groups_and_respondents():
    """What was there stays as it was: questions, groups, and respondents who left something out."""
    found = SURVEY.with_gap("shared", "own", "partner").with_parcels({"t": ["t1", "t2"]})
    assert found.names == (*SURVEY.names, "shared", "t")
    assert found.groups == ("a", "b")
    np.testing.assert_array_equal(found.group, SURVEY.group)
    np.testing.assert_array_equal(found.of(SURVEY.names).values, SURVEY.values)
    np.testing.assert_array_equal(found.of(["shared", "t"]).complete, [True, True, False, False, True, True])
    assert not found.values.flags.writeable


def test_a_fit_says_who_was_left_out_of_parcels():
    """Respondents without a parcel are left out of a fit of parcels and counted in its remarks."""
    rng = np.random.default_rng(3)
    trust = rng.normal(size=120)
    answers = {name: trust + rng.normal(size=120) for name in ("t1", "t2", "t3", "t4", "t5", "t6")}
    answers["t1"][:20] = np.nan
    survey = rm.Survey.from_frame(answers, list(answers))
    parcels = {"a": ["t1", "t2"], "b": ["t3", "t4"], "c": ["t5", "t6"]}
    model = rm.PathModel.parse("trust =~ a + b + c")
    fit = rm.fit(model, survey.with_parcels(parcels))
    assert fit.n == 100
    assert any("20" in one.text for one in fit.remarks)
    assert rm.fit(model, survey.with_parcels(parcels, missing="available")).n == 120


def test_parcels_are_means_of_what_was_answered():
    """Listwise needs every question of a parcel, available any of them; nobody's mean is of nothing."""
    whole = SURVEY.with_parcels({"t": ["t1", "t2", "t3"]})
    np.testing.assert_allclose(column(whole, "t"), [14 / 3, 19 / 3, np.nan, np.nan, 13 / 3, 19 / 3])
    some = SURVEY.with_parcels({"t": ["t2", "t3"]}, missing="available")
    np.testing.assert_allclose(column(some, "t"), [4.5, 6.5, 3.0, 2.0, 4.5, 6.0])
    nothing = rm.Survey.from_frame({"a": [1.0, 2.0, np.nan], "b": [2.0, 1.0, np.nan]}, ["a", "b"])
    assert np.isnan(column(nothing.with_parcels({"p": ["a", "b"]}, missing="available"), "p")[2])


def test_everything_wrong_with_parcels_is_named_together():
    """A name that is taken, a parcel of one, unknown questions and questions in two parcels are one error."""
    with pytest.raises(rm.InvalidData) as caught:
        SURVEY.with_parcels({"t1": ["own", "partner"], "a": ["t2"], "b": ["t2", "t9"], "c": ["t3", "t3"]})
    text = str(caught.value)
    for part in ("'t1' already", "a has 1 questions", "'t9'", "'t2' is in a too", "'t3' is twice"):
        assert part in text
    with pytest.raises(rm.InvalidData, match="there are none"):
        SURVEY.with_parcels({})
    with pytest.raises(rm.InvalidParameters, match="'listwise' or 'available'"):
        SURVEY.with_parcels({"t": ["t1", "t2"]}, missing="pairwise")  # type: ignore[arg-type]


def test_questions_of_a_parcel_are_on_one_scale():
    """Very different spreads are asked about, stated scales decide, and answers off a stated scale are named."""
    values = {"a": [10.0, 90.0, 50.0, 30.0], "b": [1.0, 5.0, 3.0, 2.0]}
    survey = rm.Survey.from_frame(values, ["a", "b"])
    with pytest.raises(rm.InvalidData, match=r"varies 20\.0 times as much as 'b'"):
        survey.with_parcels({"p": ["a", "b"]})
    one = survey.with_parcels({"p": ["a", "b"]}, scales={"a": (0, 100), "b": (0, 100)})
    np.testing.assert_allclose(column(one, "p"), [5.5, 47.5, 26.5, 16.0])
    with pytest.raises(rm.InvalidData, match="a 0 to 100, b 1 to 5; bring them to one scale first"):
        survey.with_parcels({"p": ["a", "b"]}, scales={"a": (0, 100), "b": (1, 5)})
    with pytest.raises(rm.InvalidData, match="scale of 'b' is not stated"):
        survey.with_parcels({"p": ["a", "b"]}, scales={"a": (0, 100)})
    with pytest.raises(rm.InvalidData, match="b = 5 in row 1 is off its scale, 0 to 4"):
        survey.with_parcels({"p": ["a", "b"]}, scales={"a": (0, 100), "b": (0, 4)})
    flat = rm.Survey.from_frame({"a": [1.0, 1.0], "b": [np.nan, 2.0]}, ["a", "b"])
    assert np.isnan(column(flat.with_parcels({"p": ["a", "b"]}), "p")[0])


def test_gaps_that_make_no_sense_are_named():
    """Unknown questions, one with itself, names that are taken and signed agreement are refused."""
    with pytest.raises(rm.InvalidData) as caught:
        SURVEY.with_gap("own", "t8", "t9")
    assert len(caught.value.problems) == 3
    with pytest.raises(rm.InvalidData, match="compared with itself"):
        SURVEY.with_gap("gap", "own", "own")
    with pytest.raises(rm.InvalidParameters, match="grows with one of the two"):
        SURVEY.with_gap("gap", "own", "partner", kind="signed", more="agreement")
    with pytest.raises(rm.InvalidParameters) as both:
        SURVEY.with_gap("gap", "own", "partner", kind="cubed", more="love")  # type: ignore[arg-type]
    assert len(both.value.problems) == 2


def test_a_difference_is_as_reliable_as_its_parts_allow():
    """The formula gives the share of true variance of simulated differences, and falls as the parts correlate."""
    rng = np.random.default_rng(1)
    true = rng.multivariate_normal([0, 0], [[0.8 * 4, 1.0], [1.0, 0.7]], 400_000)
    seen = true + rng.normal(size=true.shape) * np.sqrt([0.2 * 4, 0.3])
    correlation = 1.0 / (2.0 * 1.0)
    found = reliability_of_difference(0.8, 0.7, correlation, deviations=(2.0, 1.0))
    share = np.var(true[:, 0] - true[:, 1]) / np.var(seen[:, 0] - seen[:, 1])
    assert found == pytest.approx(share, abs=0.005)
    falling = [reliability_of_difference(0.8, 0.8, one) for one in (-0.5, 0.0, 0.4, 0.7, 0.8)]
    assert np.diff(falling).max() < 0.0
    assert falling[-1] == pytest.approx(0.0, abs=1e-12)


def test_differences_that_cannot_be_are_refused():
    """No shares, deviations of 0, correlations beyond what reliability allows, and parts that are one are named."""
    with pytest.raises(rm.InvalidParameters) as caught:
        reliability_of_difference(1.2, -0.1, 0.5, deviations=(0.0, 1.0))
    assert len(caught.value.problems) == 3
    with pytest.raises(rm.InvalidParameters, match=r"beyond 0\.7"):
        reliability_of_difference(0.7, 0.7, 0.75)
    with pytest.raises(rm.InvalidParameters, match="the two parts are one"):
        reliability_of_difference(1.0, 1.0, 1.0)


def test_balanced_parcels_have_strong_and_weak_questions():
    """Nine questions go to three parcels of three with nearly the same sums of loadings, whatever their order."""
    loadings = {f"t{place}": 0.9 - 0.05 * place for place in range(9)}
    found = balanced_parcels({"trust": loadings})
    assert found == {"trust_a": ("t0", "t5", "t6"), "trust_b": ("t1", "t4", "t7"), "trust_c": ("t2", "t3", "t8")}
    turned = dict(reversed(loadings.items()))
    assert balanced_parcels({"trust": turned}) == found
    seven = balanced_parcels({"trust": {name: loadings[name] for name in list(loadings)[:7]}}, {"trust": 2})
    assert [len(one) for one in seven.values()] == [3, 4]


def test_parcels_of_a_fit_carry_its_theory():
    """Parcels by a fit of six questions each give a model of parcels with the correlation of the constructs."""
    rng = np.random.default_rng(2)
    known = rng.multivariate_normal([0, 0], [[1.0, 0.5], [0.5, 1.0]], 4000)
    answers = {
        f"{name}{place}": loading * known[:, column] + rng.normal(size=4000) * np.sqrt(1.0 - loading**2)
        for column, name in enumerate("tc")
        for place, loading in enumerate((0.85, 0.8, 0.75, 0.7, 0.65, 0.6))
    }
    survey = rm.Survey.from_frame(answers, list(answers))
    questions = {name: [f"{name}{place}" for place in range(6)] for name in "tc"}
    text = "\n".join(f"{name}rue =~ {' + '.join(own)}" for name, own in questions.items())
    parcels = balanced_parcels(rm.fit(rm.PathModel.parse(text), survey), 3)
    assert [len(own) for own in parcels.values()] == [2] * 6
    whole = survey.with_parcels(parcels)
    short = rm.PathModel.parse(
        "T =~ true_a + true_b + true_c; C =~ crue_a + crue_b + crue_c; C ~~ r*T", unit="variance"
    )
    fit = rm.fit(short, whole)
    assert fit.value("r") == pytest.approx(0.5, abs=0.04)
    loadings = [
        fit.value(f"T =~ true_{one}") / np.sqrt(fit.observed[0][place, place]) for place, one in enumerate("abc")
    ]
    assert np.ptp(loadings) < 0.03
    with pytest.raises(rm.InvalidData, match="'true_d' is in the model and not in the data; did you mean true_"):
        rm.fit(rm.PathModel.parse("T =~ true_a + true_b + true_d"), whole)


def test_parcels_that_cannot_be_balanced_are_named_together():
    """Unknown constructs, too few questions, loadings not above 0, and questions of two constructs are one error."""
    loadings = {"a": {"x": 0.8, "y": -0.4, "z": 0.5}, "b": {"x": 0.5, "u": 0.4, "v": 0.7, "w": 0.3}}
    with pytest.raises(rm.InvalidParameters) as caught:
        balanced_parcels(loadings, {"a": 2, "b": 2, "c": 2})
    text = str(caught.value)
    for part in ("a has 3 questions", "'y' is -0.4", "'x' measures a and b", "no construct 'c'"):
        assert part in text
    with pytest.raises(rm.InvalidParameters, match="there is no construct"):
        balanced_parcels({})
    many = {f"x{place}": 0.5 for place in range(60)}
    with pytest.raises(rm.InvalidParameters, match="26 are the most"):
        balanced_parcels({"a": many}, 27)
