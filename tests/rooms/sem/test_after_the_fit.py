"""What follows from a fit: effects, modification indices, reliability, scores of respondents, comparison."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

import relmodels as rm
from relmodels.core.arrays import FloatArray

DATA = Path(__file__).parents[2] / "oracles" / "data"
STORED = json.loads((DATA / "lavaan_sem.json").read_text(encoding="utf-8"))
MODELS = json.loads((DATA / "sem_models.json").read_text(encoding="utf-8"))
FILES = {"hs": "holzinger_swineford_1939", "pd": "political_democracy", "kmv": "kmv_n204"}
PLACES = {"hs": "holzinger", "pd": "political_democracy", "kmv": "kmv_n204"}


def fitted(name):
    model = rm.PathModel.parse(MODELS[name])
    frame = pl.read_csv(DATA / f"{FILES[name]}.csv", null_values="NA")
    survey = rm.Survey.from_frame(frame, model.observed)
    return rm.fit(model, survey), survey


@pytest.mark.parametrize("name", ["hs", "pd", "kmv"])
def test_modification_indices_agree_with_lavaan(name):
    """The ten largest, their order, and how far the parameters would go, are lavaan's stored ones."""
    fit, _ = fitted(name)
    found = rm.sem.modification_indices(fit)
    for place, (parameter, index, change) in enumerate(STORED[PLACES[name]]["ml"]["modindices"]):
        assert found.names[place] == parameter
        assert found.index[place] == pytest.approx(index, rel=1e-4)
        assert found.change[place] == pytest.approx(change, rel=1e-4)


def test_freeing_a_parameter_does_what_its_index_says():
    """The largest index of Holzinger and Swineford is about by how much the statistic falls when it is freed."""
    fit, survey = fitted("hs")
    first = rm.sem.modification_indices(fit)
    freed = rm.fit(rm.PathModel.parse(f"{MODELS['hs']}\n{first.names[0]}"), survey)
    found = rm.sem.compare(freed, fit)
    assert found.df == 1
    assert found.chi_square == pytest.approx(first.index[0], rel=0.15)
    assert "chi-square difference" in str(found)
    with pytest.raises(rm.InvalidParameters, match="must leave fewer degrees of freedom and stand first"):
        rm.sem.compare(fit, freed)


def test_reliability_agrees_with_semtools():
    """Composite reliability, variance extracted, alpha, and the geometric ratio of correlations, as stored."""
    fit, survey = fitted("hs")
    stored = {row["_row"]: row for row in STORED["holzinger"]["reliability"]["alpha_omega_ave"]}
    found = rm.sem.reliability(fit)
    items = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
    for place, name in enumerate(found.constructs):
        assert found.composite[place] == pytest.approx(stored["omega"][name], abs=2e-6)
        assert found.extracted[place] == pytest.approx(stored["avevar"][name], abs=2e-6)
        assert rm.sem.cronbach_alpha(survey.moments(), items[name]) == pytest.approx(stored["alpha"][name], abs=1e-9)
    assert found.distinct == (True, True, True)
    ratios = rm.sem.heterotrait_monotrait(survey.moments(), items, mean="geometric")
    matrix = {row["_row"]: row for row in STORED["holzinger"]["reliability"]["htmt"]}
    for first, second, ratio, _ in ratios.rows():
        assert ratio == pytest.approx(matrix[first][second], abs=1e-9)


def test_reliability_in_standard_deviations_does_not_depend_on_units():
    """A question on a hundredfold scale changes reliability in the units of the data, not in standard deviations."""
    _, survey = fitted("hs")
    model = rm.PathModel.parse(MODELS["hs"])
    larger = rm.Survey.from_frame(
        {name: survey.values[:, place] * (100.0 if name == "x2" else 1.0) for place, name in enumerate(survey.names)},
        survey.names,
    )
    fits = [rm.fit(model, one) for one in (survey, larger)]
    plain, other = (rm.sem.reliability(fit, units="standardized") for fit in fits)
    np.testing.assert_allclose(plain.composite, other.composite, rtol=1e-8)
    raw = [rm.sem.reliability(fit).composite[0] for fit in fits]
    assert abs(raw[0] - raw[1]) > 0.05


def test_scores_of_respondents_are_regressions():
    """They are conditional means of the normal distribution, given the questions that were answered."""
    fit, survey = fitted("hs")
    found = rm.sem.factor_scores(fit, survey)
    assert found.shape == (301, 3)
    structure = fit.structures[0]
    implied = structure.implied(fit.theta)
    unit = structure.scale[:9]
    weight = (implied.total[9:, :9] * unit) @ np.linalg.inv(fit.implied[0]) * structure.scale[9:, None]
    expected = (survey.values - survey.values.mean(axis=0)) @ weight.T
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)
    gaps = survey.values.copy()
    gaps[0, 3:] = np.nan
    some = rm.Survey.from_frame(dict(zip(survey.names, gaps.T, strict=True)), survey.names)
    less = rm.sem.factor_scores(fit, some)[0]
    assert abs(less[0]) < 3.0
    assert np.isfinite(less).all()
    np.testing.assert_allclose(rm.sem.factor_scores(fit, survey.rows(np.array([7])))[0], found[7], rtol=1e-12)
    table = rm.SampleMoments.from_covariance(fit.observed[0], fit.names, n=301, divisor="n")
    with pytest.raises(rm.InvalidParameters, match="no means to count from"):
        rm.sem.factor_scores(rm.fit(fit.model, table), survey)
    with pytest.raises(rm.InvalidData, match="no question x9"):
        rm.sem.factor_scores(fit, survey.of(survey.names[:8]))


def test_effects_of_political_democracy():
    """The indirect effect has lavaan's delta error, the interval by draws is skewed and reproducible by its seed."""
    fit, _ = fitted("pd")
    found = rm.sem.effects(fit, "ind60", "dem65")
    stored = STORED["political_democracy"]["ml"]["estimates"]
    key = next(name for name in stored if name.startswith("ind :="))
    place = found.kind.index("all indirect")
    assert found.value[place] == pytest.approx(stored[key][0], abs=1e-5)
    assert found.standard_error[place] == pytest.approx(stored[key][1], rel=1e-4)
    assert found.high[place] - found.value[place] > found.value[place] - found.low[place]
    again = rm.sem.effects(fit, "ind60", "dem65", rng=0)
    np.testing.assert_array_equal(found.low, again.low)
    with pytest.raises(rm.InvalidParameters, match="no way of the model leads from 'dem65' to 'ind60'"):
        rm.sem.effects(fit, "dem65", "ind60")
    with pytest.raises(rm.InvalidParameters, match="no variable 'love'"):
        rm.sem.effects(fit, "love", "ind60")


def test_a_fit_reads_like_a_report():
    """The text has fit, estimates, definitions, remarks and every convention."""
    fit, _ = fitted("pd")
    text = str(fit)
    for part in ("chi-square 38.125 on 35", "ind = 1.2418 (0.3554)", "Note: 75 cases", "divisor n", "uncorrelated"):
        assert part in text
    assert "<table" in fit._repr_html_()


def test_larger_surveys_tell_more():
    """The share of samples that tell a path from 0 rises with their size, and agrees with its error at one size."""
    table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.5, 0.5, 1.0, 0], [0.25, 0.25, 0.25, 1.0]]
    data = rm.SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=120)
    fit = rm.fit(rm.PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ b*trust"), data)
    found = rm.sem.power_by_size(fit, ["b"], [40, 120, 400], draws=150, rng=3)
    power = np.asarray(found.column("power"))
    assert (np.diff(power) > 0.0).all()
    ratio = fit.value("b") / fit.standard_error("b")
    assert power[1] == pytest.approx(stats.norm.cdf(ratio - 1.96), abs=0.12)
    with pytest.raises(rm.InvalidParameters, match="held parameters are not estimated"):
        rm.sem.power_by_size(fit, ["trust =~ t1"], [100], rng=1)


def test_power_to_see_a_mean_is_that_of_its_test():
    """A mean of .25 in 100 answers of deviation 1 is seen with the power of the two-sided z test."""
    data = rm.SampleMoments.from_correlation([[1.0, 0.3], [0.3, 1.0]], ["a", "b"], n=100, means=[0.25, 0.0])
    fit = rm.fit(rm.PathModel.parse("a ~~ b"), data, means=True)
    found = rm.sem.power_by_size(fit, ["a ~1", "b ~1"], [100], draws=1000, rng=1)
    power = np.asarray(found.column("power"))
    limit = stats.norm.ppf(0.975)
    assert power[0] == pytest.approx(stats.norm.sf(limit - 2.5) + stats.norm.cdf(-limit - 2.5), abs=0.04)
    assert power[1] == pytest.approx(0.05, abs=0.025)


def test_constructs_of_constructs_have_no_reliability_of_their_own():
    """A second-order construct has no items and is left out; the others are measured as without it."""
    rng = np.random.default_rng(3)
    whole = rng.normal(size=400)
    answers: dict[str, FloatArray] = {}
    for name in ("a", "b", "c"):
        part = whole + rng.normal(size=400)
        answers |= {f"{name}{place}": part + rng.normal(size=400) for place in (1, 2, 3)}
    survey = rm.Survey.from_frame(answers, list(answers))
    lines = [f"{name} =~ {name}1 + {name}2 + {name}3" for name in ("a", "b", "c")]
    free = rm.sem.reliability(rm.fit(rm.PathModel.parse("; ".join(lines)), survey))
    second = rm.sem.reliability(rm.fit(rm.PathModel.parse("; ".join([*lines, "whole =~ a + b + c"])), survey))
    assert second.constructs == ("a", "b", "c")
    assert second.composite == pytest.approx(free.composite, abs=1e-6)
    assert second.correlation == pytest.approx(free.correlation, abs=1e-5)
