"""What comes in at the door: answers that cannot be counted, options that are unknown, surveys that are others."""

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray
from tests.oracles.test_lavaan_sem import DATA

NAMES = [f"x{number}" for number in range(1, 10)]
FRAME = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA")
PUPILS = FRAME.select(NAMES).to_numpy()
THREE = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"
SURVEY = rm.Survey.from_frame(FRAME, NAMES)
SCHOOLS = rm.Survey.from_frame(FRAME, NAMES, group="school")


def surveyed(values: FloatArray) -> rm.Survey:
    return rm.Survey.from_frame(dict(zip(NAMES, values.T, strict=True)), NAMES)


def with_gaps(seed: int = 1) -> FloatArray:
    values = PUPILS.astype(float)
    values[np.random.default_rng(seed).random(values.shape) < 0.15] = np.nan
    return values


def test_a_stated_mean_of_a_latent_variable_is_free():
    """Values of lavaan 0.6-14 for `f ~ 1` with the first intercept at 0: 11.798, and a mean of 4.936 (.067)."""
    model = rm.PathModel.parse("f =~ x1 + x2 + x3 + x4; f ~ 1; x1 ~ 0*1")
    fit = rm.fit(model, SURVEY)
    assert (fit.df, round(fit.chi_square, 3)) == (2, 11.798)
    assert fit.value("f ~ 1") == pytest.approx(4.936, abs=5e-4)
    assert fit.standard_error("f ~ 1") == pytest.approx(0.067, abs=5e-4)
    assert rm.fit(model, SCHOOLS).chi_square == pytest.approx(12.020, abs=5e-4)


def test_growth_curves():
    """A line through four of the tests has the means and the 704.748 on 5 degrees of freedom of lavaan 0.6-14."""
    text = "i =~ 1*x1 + 1*x2 + 1*x3 + 1*x4; s =~ 0*x1 + 1*x2 + 2*x3 + 3*x4; i ~ 1; s ~ 1"
    fit = rm.fit(rm.PathModel.parse(text + "".join(f"; x{place} ~ 0*1" for place in (1, 2, 3, 4))), SURVEY)
    assert (fit.df, round(fit.chi_square, 3)) == (5, 704.748)
    assert [fit.value(f"{name} ~ 1") for name in "is"] == pytest.approx([5.080, -0.817], abs=5e-4)


def test_moments_of_observed_causes_are_never_held_equal():
    """Equal intercepts and residuals leave means and variances of causes alone: 13.159 on 11 in lavaan 0.6-14."""
    model = rm.PathModel.parse("x1 ~ x4 + x5; x2 ~ x1", fixed_causes=False)
    fit = rm.fit(model, SCHOOLS, equal=["intercepts", "residuals", "regressions"])
    assert (fit.df, round(fit.chi_square, 3)) == (11, 13.159)


def test_unknown_options_are_refused():
    """A model names every option it does not know, and a scope of standardization that is none is told."""
    with pytest.raises(rm.InvalidData) as caught:
        rm.PathModel.parse("x1 ~ x2", unit="std", disturbances="correlated", fixed_causes="no")  # type: ignore[arg-type]
    assert len(caught.value.problems) == 3
    assert "disturbances = 'correlated' is unknown; use 'uncorrelated' or 'outcomes'" in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match=r"scope = 'std\.lv' is unknown; use 'all' or 'latent'"):
        rm.fit(rm.PathModel.parse(THREE), SURVEY).standardized("std.lv")  # type: ignore[arg-type]


def test_exceptions_and_means_are_printed():
    """What is free though its kind is equal, and what means are by convention, stand among the conventions."""
    fit = rm.fit(rm.PathModel.parse(THREE), SCHOOLS, equal=["loadings", "intercepts"], free=["visual =~ x2", "x3 ~ 1"])
    said = fit.conventions()
    assert said[-1] == "the same in all groups: loadings, intercepts, except visual =~ x2, x3 ~ 1"
    assert "means of latent variables are 0 in the first group and free in the others unless stated" in said[-2]
    mixed = rm.PathModel.parse("visual =~ x1 + x2 + x3; x9 ~ visual + x7")
    assert "unrelated to latent ones unless stated" in rm.fit(mixed, SURVEY).conventions()[-1]


def copied(values: FloatArray) -> FloatArray:
    values[:, 1] = 1.0 - 3.0 * values[:, 0]
    return values


def summed(values: FloatArray) -> FloatArray:
    values[:, 2] = values[:, 0] + values[:, 1]
    return values


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (copied, "x1 and x2 say the same"),
        (summed, "of those who answered everything: the table is singular.*x1, x2, x3"),
        (lambda values: values[:7], "7 respondents answered something; 9 questions need more"),
        (lambda values: values * 1e200, "x1 reaches .*too large a number; give it in a larger unit"),
    ],
)
def test_answers_with_gaps_that_cannot_be_counted(spoiled, message):
    """Questions that repeat or add up, too few respondents and numbers out of range are told before a search."""
    with pytest.raises(rm.InvalidData, match=message):
        rm.fit(rm.PathModel.parse(THREE), surveyed(spoiled(with_gaps())), missing="ml")


def test_all_that_is_wrong_with_answers_is_told_at_once():
    """Two questions without an answer, and one that is the same for all, are named together."""
    values = with_gaps()
    values[:, [0, 3]] = np.nan
    values[:, 5] = 4.0
    with pytest.raises(rm.InvalidData) as caught:
        rm.fit(rm.PathModel.parse(THREE), surveyed(values), missing="ml")
    assert len(caught.value.problems) == 3


def test_gaps_in_observed_causes_are_told():
    """Where causes are held at their most likely moments, a remark says so and how to count their gaps."""
    fit = rm.fit(rm.PathModel.parse("speed =~ x7 + x8 + x9; speed ~ x1"), surveyed(with_gaps()), missing="ml")
    told = [one.text for one in fit.remarks if one.kind == "gaps_in_causes"]
    assert len(told) == 1
    assert told[0].startswith(f"{np.isnan(with_gaps()[:, 0]).sum()} respondents left observed causes out")


def test_another_survey_of_the_same_size_is_refused():
    """Bootstraps and robust indices do not take other answers for those that were fitted."""
    fit, other = rm.fit(rm.PathModel.parse(THREE), SURVEY), surveyed(np.random.default_rng(3).permuted(PUPILS, axis=0))
    for draw in (rm.sem.bollen_stine, rm.sem.bootstrap_paths):
        with pytest.raises(rm.InvalidData, match="these are others or answered otherwise"):
            draw(fit, other, 10, rng=1)
    counted = rm.fit(rm.PathModel.parse(THREE), surveyed(with_gaps()), missing="ml")
    with pytest.raises(rm.InvalidData, match="these are others or answered otherwise"):
        counted.robust_indices(surveyed(with_gaps(2)))
    with pytest.raises(rm.InvalidData, match="these are others or answered otherwise"):
        rm.sem.bootstrap_paths(counted, surveyed(with_gaps(2)), 10, rng=1)


def test_a_correction_below_zero_is_told():
    """Twelve pupils make Yuan and Bentler's correction negative: the test stays plain, with a remark."""
    fit = rm.fit(rm.PathModel.parse(THREE), surveyed(PUPILS[:12]), estimator="MLR")
    assert fit.scaling is None
    assert "uncorrected" in {one.kind for one in fit.remarks}
    assert "the test is not corrected" in str(fit)
    with pytest.raises(rm.InvalidParameters, match="came out below 0"):
        fit.indices(corrected=True)
    narrow = rm.PathModel.parse(f"{THREE}; speed ~~ 0*textual")
    with pytest.raises(rm.InvalidParameters, match="correction of one of the statistics came out below 0"):
        rm.sem.compare(fit, rm.fit(narrow, surveyed(PUPILS[:12]), estimator="MLR"))


def test_texts_for_lists_and_tables_of_too_few_cases():
    """One text for kinds or exceptions, and a table of more variables than cases can have, are told as such."""
    with pytest.raises(rm.InvalidParameters, match=r"equal = 'loadings' is a text; write \['loadings'\]"):
        rm.fit(rm.PathModel.parse(THREE), SCHOOLS, equal="loadings")  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidParameters, match="free = 'x3 ~ 1' is a text"):
        rm.fit(rm.PathModel.parse(THREE), SCHOOLS, equal=["loadings"], free="x3 ~ 1")
    with pytest.raises(rm.InvalidData, match="n = 4 cases have no table of 4 variables that can be inverted"):
        rm.SampleMoments.from_correlation(np.eye(4), list("abcd"), n=4)


def test_correlations_passed_as_covariances_are_told():
    """A diagonal of ones is remarked upon, with either divisor."""
    table = 0.5 * np.eye(4) + 0.5
    for divisor in ("n", "n-1"):
        data = rm.SampleMoments.from_covariance(table, list("abcd"), n=100, divisor=divisor)
        fit = rm.fit(rm.PathModel.parse("f =~ a + b + c + d"), data)
        assert "correlations" in {one.kind for one in fit.remarks}


def test_least_squares_of_unlike_units_are_told():
    """Where a variable counts in millionths unweighted least squares say that units are the matter."""
    values = PUPILS.astype(float)
    values[:, 0] *= 1e6
    with pytest.raises(rm.NotIdentified, match="bring all variables to like units"):
        rm.fit(rm.PathModel.parse("f =~ x1 + x2 + x3 + x4"), surveyed(values), estimator="ULS")


def test_tables_of_several_groups():
    """Tables of groups are put together whatever the order of their variables, and what does not fit is named."""
    tables = {name: SCHOOLS.moments().of(NAMES[:4]) for name in ("both",)}
    with pytest.raises(rm.InvalidData, match="both has groups of its own: Grant-White, Pasteur"):
        rm.SampleMoments.of_groups(tables)
    parts = {
        name: rm.SampleMoments.from_covariance(
            SCHOOLS.moments().of(order).covariance[place], order, n=SCHOOLS.moments().sizes[place], divisor="n"
        )
        for place, (name, order) in enumerate((("Grant-White", NAMES[:4]), ("Pasteur", NAMES[3::-1])))
    }
    model = rm.PathModel.parse("f =~ x1 + x2 + x3 + x4")
    both = rm.fit(model, rm.SampleMoments.of_groups(parts), equal=["loadings"])
    assert both.chi_square == pytest.approx(rm.fit(model, SCHOOLS, equal=["loadings"]).chi_square, rel=1e-9)
    other = rm.SampleMoments.from_correlation(np.eye(2), ["x1", "z"], n=10)
    with pytest.raises(rm.InvalidData, match="Pasteur has x1, z, and the first x1, x2, x3, x4"):
        rm.SampleMoments.of_groups({"Grant-White": parts["Grant-White"], "Pasteur": other})
    with pytest.raises(rm.InvalidData, match="do not belong together; use SampleMoments"):
        rm.SampleMoments(names=("a", "b"), sizes=(10, 12), covariance=np.array([np.eye(2)] * 2))


def test_names_in_another_order_than_the_columns_are_told():
    """A frame of correlations whose columns stand otherwise than the names is refused."""
    table = pl.DataFrame({"a": [1.0, 0.5], "b": [0.5, 1.0]})
    with pytest.raises(rm.InvalidData, match="names are b, a and the columns a, b"):
        rm.SampleMoments.from_correlation(table, ["b", "a"], n=100)


def test_long_results_print_their_paths():
    """Of many parameters the paths are printed, and a line says where the others are."""
    survey = rm.datasets.trust_survey()
    questions = [name for own in rm.morgan_hunt.ITEMS.values() for name in own]
    fit = rm.fit(rm.morgan_hunt.key_mediating(), rm.Survey.from_frame(survey, questions))
    assert "commitment ~ rtc" in str(fit)
    assert "trust ~~ trust" not in str(fit)
    assert "(121 parameters in all; fit.table() has those that are no paths)" in str(fit)
    assert repr(fit).startswith("<structural equations fitted to 204 cases, 109 parameters: chi-square ")
    assert "cfi                  0.9" in str(fit.indices())
