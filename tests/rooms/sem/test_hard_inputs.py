"""What other programs get wrong or say nothing of: each case with the outcome that is right."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import search

DATA = Path(__file__).parents[2] / "oracles" / "data"
MODEL = rm.PathModel.parse("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9")
ITEMS = MODEL.observed
FRAME = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA").select(ITEMS)
TABLE = rm.Survey.from_frame(FRAME, ITEMS).moments()


def fit(frame, **options):
    return rm.fit(MODEL, rm.Survey.from_frame(frame, ITEMS), **options)


def kinds(found):
    return {one.kind for one in found.remarks}


@pytest.mark.parametrize("factor", [1e6, 1e-6, 1e12])
def test_the_unit_of_a_variable_does_not_matter(factor):
    """One variable times a million gives the same 85.31, CFI and standardized values; its loading carries the unit."""
    found, plain = fit(FRAME.with_columns(x5=pl.col("x5") * factor)), fit(FRAME)
    assert found.chi_square == pytest.approx(85.30552, abs=1e-5)
    assert found.value("textual =~ x5") == pytest.approx(factor * plain.value("textual =~ x5"), rel=1e-8)
    values = [np.asarray(one.standardized().column("standardized")) for one in (found, plain)]
    np.testing.assert_allclose(values[0], values[1], atol=1e-9)


def test_a_negative_variance_is_a_remark():
    """A Heywood case is fitted, and the result says which variance is below 0."""
    table = [[1.0, 0, 0, 0], [0.8, 1.0, 0, 0], [0.8, 0.5, 1.0, 0], [0.3, 0.2, 0.25, 1.0]]
    data = rm.SampleMoments.from_correlation(table, list("abcd"), n=200)
    found = rm.fit(rm.PathModel.parse("f =~ a + b + c + d"), data)
    assert "negative_variance" in kinds(found)
    assert "a ~~ a is -" in " ".join(one.text for one in found.remarks)


def test_tables_that_no_data_can_have_are_refused():
    """Not positive definite, not symmetric, not finite, correlations beyond 1: named with the place, never mended."""
    with pytest.raises(rm.InvalidData, match="not positive definite"):
        rm.SampleMoments.from_covariance([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1]], list("abc"), n=100)
    with pytest.raises(rm.InvalidData, match=r"covariance\[0, 1\] = 0.5 but \[1, 0\] = 0.4"):
        rm.SampleMoments.from_covariance([[1, 0.5], [0.4, 1]], list("ab"), n=100)
    with pytest.raises(rm.InvalidData, match="not a finite number"):
        rm.SampleMoments.from_covariance([[1, np.nan], [np.nan, 1]], list("ab"), n=100)
    with pytest.raises(rm.InvalidData, match="this may be a covariance table"):
        rm.SampleMoments.from_correlation([[4, 1], [1, 9]], list("ab"), n=100)
    with pytest.raises(rm.InvalidData, match="variance of b is 0"):
        rm.SampleMoments.from_covariance([[1, 0], [0, 0]], list("ab"), n=100)


@pytest.mark.parametrize("noise", [0.0, 1e-6])
def test_a_column_that_stands_twice_is_named(noise):
    """A duplicate, exact or nearly so, is a singular table: the error names the columns to look at."""
    rng = np.random.default_rng(1)
    frame = FRAME.with_columns(x9=pl.col("x2") + noise * pl.Series(rng.normal(size=len(FRAME))))
    with pytest.raises(rm.InvalidData, match=r"singular.*x2, x9"):
        fit(frame)


def test_too_few_answers_are_refused_and_few_are_a_remark():
    """Seven rows for nine questions are an error; twelve are fitted with a remark."""
    with pytest.raises(rm.InvalidData, match="7 complete answers; 9 questions need more"):
        fit(FRAME.head(7))
    assert "few_cases" in kinds(fit(FRAME.head(40)))


def test_models_that_are_not_identified_are_refused():
    """Two indicators alone, and two variables that cause each other: the error names what cannot be told apart."""
    pair = rm.PathModel.parse("f =~ x1 + x2")
    with pytest.raises(rm.NotIdentified, match="4 parameters from 3 moments"):
        rm.fit(pair, TABLE)
    both = rm.PathModel.parse("x1 ~ x2; x2 ~ x1")
    with pytest.raises(rm.NotIdentified):
        rm.fit(both, TABLE)
    free = rm.PathModel.parse("f =~ NA*x1 + x2 + x3 + x4; f ~~ f")
    with pytest.raises(rm.NotIdentified, match="cannot tell apart"):
        rm.fit(free, TABLE)


def test_columns_that_are_no_numbers_are_refused():
    """Numbers written as text, infinite and constant answers are named; nothing is converted in silence."""
    with pytest.raises(rm.InvalidData, match="x4 holds text"):
        fit(FRAME.with_columns(pl.col("x4").cast(pl.String)))
    with pytest.raises(rm.InvalidData, match="x4 is infinite in row 0"):
        fit(FRAME.with_columns(x4=pl.when(pl.int_range(pl.len()) == 0).then(np.inf).otherwise(pl.col("x4"))))
    with pytest.raises(rm.InvalidData, match="x4: all answers are 3; leave it out"):
        fit(FRAME.with_columns(x4=pl.lit(3.0)))


def test_a_variable_that_is_not_there_is_named_with_its_neighbors():
    """The error says which one and what it may have been."""
    with pytest.raises(rm.InvalidData, match="'x10' is in the model and not in the data; did you mean x1"):
        rm.fit(rm.PathModel.parse("f =~ x1 + x2 + x10"), TABLE)
    with pytest.raises(rm.InvalidData, match="rename one"):
        rm.fit(rm.PathModel.parse("x9 =~ x1 + x2 + x3"), TABLE)


def test_missing_answers_are_left_out_or_counted_and_it_is_said():
    """By default a remark tells how many are left out; a respondent who answered nothing changes nothing."""
    missing = pl.read_csv(DATA / "holzinger_mcar10.csv", null_values="NA").select(ITEMS)
    found = fit(missing)
    assert "182 of 301 respondents" in " ".join(one.text for one in found.remarks)
    more = pl.concat([missing, pl.DataFrame({name: [None] for name in ITEMS}, schema=missing.schema)])
    assert fit(more, missing="ml").chi_square == pytest.approx(fit(missing, missing="ml").chi_square, abs=1e-8)
    apart = {"a": [1.0, 2.0, 4.0, None, None, None], "b": [None] * 3 + [1.0, 3.0, 2.0], "c": [1.0, 2, 3, 4, 6, 5]}
    never = rm.Survey.from_frame(apart, list("abc"))
    with pytest.raises(rm.InvalidData, match="nobody answered both a and b"):
        rm.fit(rm.PathModel.parse("c ~ a + b"), never, missing="ml")


def test_observed_causes_do_not_count_as_moments():
    """Regressing x1 on x2 and x3 leaves no degree of freedom, with fixed or with random causes; paths are the same."""
    for fixed in (True, False):
        found = rm.fit(rm.PathModel.parse("x1 ~ x2 + x3", fixed_causes=fixed), TABLE)
        assert found.df == 0
        design = np.column_stack([np.ones(len(FRAME)), FRAME["x2"], FRAME["x3"]])
        slopes = np.linalg.lstsq(design, FRAME["x1"].to_numpy(), rcond=None)[0]
        assert found.value("x1 ~ x2") == pytest.approx(slopes[1], rel=1e-9)
    chain = rm.fit(rm.PathModel.parse("x1 ~ x2; x3 ~ x1"), TABLE)
    assert chain.df == 1


def test_indices_are_never_above_one_nor_infinite():
    """A model that fits better than expected has CFI 1 and RMSEA 0; a saturated one has no interval of the RMSEA."""
    data = rm.SampleMoments.from_correlation([[1.0, 0.0, 0.0], [0.5, 1.0, 0.0], [0.25, 0.5, 1.0]], list("abc"), n=200)
    found = rm.fit(rm.PathModel.parse("b ~ a; c ~ b"), data).indices()
    assert (found.cfi, found.rmsea) == (1.0, 0.0)
    full = rm.fit(rm.PathModel.parse("b ~ a; c ~ a + b"), data).indices()
    saturated = rm.fit(rm.PathModel.parse("x1 ~ x2"), rm.Survey.from_frame(FRAME, ["x1", "x2"]), estimator="MLR")
    with pytest.raises(rm.InvalidParameters, match="no degree of freedom"):
        saturated.indices(corrected=True)
    assert "chi-square 0.000 on 0 degrees" in str(saturated)
    assert full.rmsea == 0.0
    assert np.isnan(full.rmsea_high)


def test_correlations_in_place_of_covariances_are_a_remark():
    """A table with ones on the diagonal is fitted, and the result says that errors are approximate."""
    data = rm.SampleMoments.from_correlation(np.corrcoef(FRAME.to_numpy().T), ITEMS, n=301)
    found = rm.fit(MODEL, data)
    assert found.chi_square == pytest.approx(85.30552, abs=1e-5)
    assert "correlations" in kinds(found)


def test_a_search_that_does_not_end_is_an_error_with_its_record(monkeypatch):
    """Stopped after two steps there are no errors, and asking for them says why; check=False returns the record."""
    monkeypatch.setattr(search, "_ROUNDS", 2)
    with pytest.raises(rm.NotConverged, match="ended after 2 steps") as caught:
        rm.fit(MODEL, TABLE)
    assert not caught.value.result.converged
    found = rm.fit(MODEL, TABLE, check=False)
    assert np.isnan(found.errors).all()
    with pytest.raises(rm.NotConverged, match="no errors"):
        found.require_minimum()


def test_options_that_do_not_go_together_are_named():
    """Robust errors and missing answers need answers; unknown words are listed with what there is."""
    with pytest.raises(rm.InvalidParameters, match="MLR needs the answers"):
        rm.fit(MODEL, TABLE, estimator="MLR")
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.fit(MODEL, TABLE, estimator="PLS", missing="mean")  # type: ignore[call-overload]
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidData, match="need a Survey or SampleMoments, got DataFrame"):
        rm.fit(MODEL, FRAME)  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidData, match="is for structural equations"):
        rm.fit(rm.BGNBD, TABLE)  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidParameters, match="no corrected test statistic: ML has none"):
        rm.fit(MODEL, TABLE).indices(corrected=True)
    with pytest.raises(rm.InvalidParameters, match="no parameter 'speed ~ visual'"):
        rm.fit(MODEL, TABLE).value("speed ~ visual")


def test_a_table_of_frequencies_is_the_respondents_it_counts():
    """Rows with a count give the fit of rows repeated so often, for normal and for ordinal answers."""
    rng = np.random.default_rng(3)
    trust = rng.normal(size=400)
    answers = {name: np.digitize(trust + rng.normal(size=400), [-0.8, 0.5]) for name in ("t1", "t2", "t3", "t4")}
    rows, counts = np.unique(np.array(list(answers.values())).T, axis=0, return_counts=True)
    table = {name: rows[:, place] for place, name in enumerate(answers)} | {"n": counts}
    model = rm.PathModel.parse("trust =~ t1 + t2 + t3 + t4")
    for estimator in ("ML", "MLR", "WLSMV"):
        whole, counted = (
            rm.fit(model, survey, estimator=estimator)
            for survey in (
                rm.Survey.from_frame(answers, list(answers)),
                rm.Survey.from_frame(table, list(answers), count="n"),
            )
        )
        assert counted.n == 400
        assert counted.theta == pytest.approx(whole.theta, abs=1e-10)
        assert counted.errors == pytest.approx(whole.errors, abs=1e-10)
        assert counted.chi_square == pytest.approx(whole.chi_square, abs=1e-8)


def test_counts_that_are_no_whole_numbers_are_named():
    """Halves, negative numbers, gaps and text in a column of counts are told with their rows."""
    answers = {"t1": [1.0, 2.0, 3.0, 4.0], "n": [1.0, 0.5, -1.0, None], "text": ["a", "b", "c", "d"]}
    with pytest.raises(rm.InvalidData, match=r"n must be whole numbers from 0 on; it is not in rows 1, 2, 3"):
        rm.Survey.from_frame(answers, ["t1"], count="n")
    with pytest.raises(rm.InvalidData, match="text holds text"):
        rm.Survey.from_frame(answers, ["t1"], count="text")
    with pytest.raises(rm.InvalidData, match="zero is 0 in every row"):
        rm.Survey.from_frame({"t1": [1.0, 2.0], "zero": [0, 0]}, ["t1"], count="zero")
    with pytest.raises(rm.InvalidData, match="weight"):
        rm.Survey.from_frame(answers, ["t1"], count="weight")


def test_an_inequality_that_another_makes_needless_is_let_go():
    """Both bounds are broken at first, but with the second held the first holds by itself and costs nothing."""
    table = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.4, 1.0]]
    data = rm.SampleMoments.from_correlation(table, ["x1", "x2", "y"], n=200)
    both = rm.fit(rm.PathModel.parse("y ~ a*x1 + b*x2; a < 0.4; a + b < 0.5"), data)
    alone = rm.fit(rm.PathModel.parse("y ~ a*x1 + b*x2; a + b < 0.5"), data)
    assert (both.value("a"), both.value("b")) == pytest.approx((0.3, 0.2), abs=1e-8)
    assert both.chi_square == pytest.approx(alone.chi_square, abs=1e-8)
    assert [one.text.split(" holds")[0] for one in both.remarks if one.kind == "limit"] == ["a + b < 0.5"]
    tight = rm.fit(rm.PathModel.parse("y ~ a*x1 + b*x2; a < 0.2; a + b < 0.5"), data)
    assert (tight.value("a"), tight.value("b")) == pytest.approx((0.2, 0.3), abs=1e-8)
    assert tight.df == 2
    free = rm.fit(rm.PathModel.parse("y ~ a*x1 + b*x2; a > 0.1; a + b < 1"), data)
    assert free.df == 0
    assert not [one for one in free.remarks if one.kind == "limit"]


@pytest.mark.parametrize("seed", [0, 18])
def test_the_unit_does_not_matter_to_the_second_way_either(seed):
    """Fourteen respondents, whose search goes a second way, have one minimum in any unit."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=14)
    second = 0.4 * first + rng.normal(size=14)
    answers = 0.7 * np.column_stack([first] * 3 + [second] * 3) + rng.normal(size=(14, 6))
    names = list("uvwxyz")
    model = rm.PathModel.parse("f =~ u + v + w; g =~ x + y + z")
    found = [
        rm.fit(model, rm.Survey.from_frame(dict(zip(names, answers.T * unit, strict=True)), names), check=False)
        for unit in (1.0, 1e-3, 1e3)
    ]
    assert len({one.converged for one in found}) == 1
    assert [one.chi_square for one in found] == pytest.approx([found[0].chi_square] * 3, abs=1e-5)
