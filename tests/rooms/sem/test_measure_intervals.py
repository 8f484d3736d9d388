"""How sure ratios of correlations and alpha are."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

import relmodels as rm
from relmodels.sem import cronbach_alpha, cronbach_alpha_intervals, heterotrait_monotrait
from relmodels.sem import heterotrait_monotrait_intervals as ratio_intervals

DATA = Path(__file__).parents[2] / "oracles" / "data"
ITEMS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
NAMES = [name for own in ITEMS.values() for name in own]
SURVEY = rm.Survey.from_frame(pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA"), NAMES)
# Three constructs that load .8, .7, .6 and correlate .8, .5 and .3: the ratios of their questions' correlations.
LOADINGS, BETWEEN = np.array([0.8, 0.7, 0.6]), np.array([[1.0, 0.8, 0.5], [0.8, 1.0, 0.3], [0.5, 0.3, 1.0]])
POPULATION = np.kron(BETWEEN, np.outer(LOADINGS, LOADINGS))
np.fill_diagonal(POPULATION, 1.0)


def value_of(table):
    return np.asarray(table.column("ratio"))


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_values_and_draws_are_those_of_a_slow_loop(mean):
    """The value is that of the table without intervals, and each draw that of the same respondents drawn one by one."""
    found = ratio_intervals(SURVEY, ITEMS, mean=mean, draws=6, rng=3)
    whole = heterotrait_monotrait(SURVEY.moments(), ITEMS, mean=mean)
    np.testing.assert_allclose(found.value, value_of(whole), rtol=1e-11)
    random = np.random.default_rng(3)
    slow = [
        value_of(heterotrait_monotrait(SURVEY.rows(random.integers(0, 301, 301)).moments(), ITEMS, mean=mean))
        for _ in range(6)
    ]
    np.testing.assert_allclose(np.transpose(found.drawn), slow, rtol=1e-10)
    np.testing.assert_allclose(found.low, np.quantile(slow, 0.025, axis=0), rtol=1e-10)
    np.testing.assert_allclose(found.high, np.quantile(slow, 0.975, axis=0), rtol=1e-10)


def test_efrons_intervals_are_those_of_the_formula():
    """Bias by the share of draws below the value, growth by leaving out each respondent, written out once more."""
    found = ratio_intervals(SURVEY, ITEMS, interval="bca", level=0.9, draws=400, rng=4)
    without = (SURVEY.rows(np.delete(np.arange(301), row)).moments() for row in range(301))
    left = np.array([value_of(heterotrait_monotrait(one, ITEMS)) for one in without])
    for place in range(3):
        drawn, apart = found.drawn[place], left[:, place].mean() - left[:, place]
        bias = stats.norm.ppf(np.mean(drawn < found.value[place]))
        growth = np.sum(apart**3) / (6.0 * np.sum(apart**2) ** 1.5)
        for end, tail in ((found.low, 0.05), (found.high, 0.95)):
            moved = bias + stats.norm.ppf(tail)
            wanted = np.quantile(drawn, stats.norm.cdf(bias + moved / (1.0 - growth * moved)))
            assert end[place] == pytest.approx(wanted, rel=1e-9)


def test_alpha_and_its_draws_are_those_of_a_slow_loop():
    """Alpha and each of its draws agree with alpha of the same respondents; so do intervals by percentiles."""
    found = cronbach_alpha_intervals(SURVEY, {"visual": ITEMS["visual"]}, interval="percentile", draws=5, rng=5)
    random = np.random.default_rng(5)
    slow = [cronbach_alpha(SURVEY.rows(random.integers(0, 301, 301)).moments(), ITEMS["visual"]) for _ in range(5)]
    assert found.value[0] == pytest.approx(cronbach_alpha(SURVEY.moments(), ITEMS["visual"]), rel=1e-12)
    np.testing.assert_allclose(found.drawn[0], slow, rtol=1e-10)
    np.testing.assert_allclose([found.low[0], found.high[0]], np.quantile(slow, [0.025, 0.975]), rtol=1e-10)


def test_feldts_interval_is_that_of_the_f_distribution():
    """From answers or from their table, its ends are those at which F has the tails, and Efron's lies near."""
    found = cronbach_alpha_intervals(SURVEY, ITEMS)
    table = cronbach_alpha_intervals(SURVEY.moments(), ITEMS)
    np.testing.assert_allclose([found.low, found.high], [table.low, table.high], rtol=1e-10)
    ratio = (1.0 - found.low) / (1.0 - found.value), (1.0 - found.high) / (1.0 - found.value)
    np.testing.assert_allclose(stats.f.sf(ratio[0], 300, 600), 0.025, rtol=1e-8)
    np.testing.assert_allclose(stats.f.cdf(ratio[1], 300, 600), 0.025, rtol=1e-8)
    drawn = cronbach_alpha_intervals(SURVEY, ITEMS, interval="bca", draws=1000, rng=1)
    np.testing.assert_allclose([drawn.low, drawn.high], [found.low, found.high], atol=0.03)


def test_the_table_says_on_which_side_of_a_limit_an_interval_lies():
    """Ratios lie below limits and alphas above them, or not, by the end of the interval that is nearest."""
    found = ratio_intervals(SURVEY, ITEMS, limits=(0.5, 1.0), draws=200, rng=1)
    table = found.table()
    assert table.columns == ("first", "second", "ratio", "low", "high", "below 0.5", "below 1")
    assert table.column("below 0.5") == tuple("yes" if high < 0.5 else "no" for high in found.high)
    assert set(table.column("below 1")) == {"yes"}
    alpha = cronbach_alpha_intervals(SURVEY, ITEMS, limits=(0.8,))
    assert alpha.table().column("above 0.8") == tuple("yes" if low > 0.8 else "no" for low in alpha.low)


def test_many_draws_go_in_parts(monkeypatch):
    """Draws in small parts are those of one part; draws in which all answers are alike are left out and counted."""
    one = ratio_intervals(SURVEY, ITEMS, draws=25, rng=7)
    monkeypatch.setattr("relmodels.sem.measure_intervals._PART", 10)
    np.testing.assert_allclose(ratio_intervals(SURVEY, ITEMS, draws=25, rng=7).drawn, one.drawn, rtol=1e-12)
    few = {"a": [1.0, 2, 3, 4, 5], "b": [1.0, 1, 1, 1, 2], "c": [2.0, 1, 4, 3, 5], "d": [5.0, 2, 3, 1, 4]}
    small = rm.Survey.from_frame(few, list("abcd"))
    found = ratio_intervals(small, {"ab": ["a", "b"], "cd": ["c", "d"]}, draws=60, rng=1)
    assert found.failed[0] + len(found.drawn[0]) == 60
    assert found.failed[0] > 0


def test_what_is_refused():
    """Unknown questions, single ones, options out of range and tables that cannot be drawn from are named."""
    with pytest.raises(rm.InvalidData, match="no question x0"):
        ratio_intervals(SURVEY, {"a": ["x0", "x1"], "b": ["x2", "x3"]}, rng=1)
    with pytest.raises(rm.InvalidData, match="a has 1 items"):
        ratio_intervals(SURVEY, {"a": ["x1"], "b": ["x2", "x3"]}, rng=1)
    with pytest.raises(rm.InvalidParameters, match="two constructs or more"):
        ratio_intervals(SURVEY, {"visual": ITEMS["visual"]}, rng=1)
    with pytest.raises(rm.InvalidParameters, match="'arithmetic' or 'geometric'"):
        ratio_intervals(SURVEY, ITEMS, mean="harmonic", rng=1)  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidParameters) as caught:
        ratio_intervals(SURVEY, ITEMS, level=1.5, interval="normal", rng=1)  # type: ignore[arg-type]
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidParameters, match="a table of covariances has none"):
        cronbach_alpha_intervals(SURVEY.moments(), ITEMS, interval="bca")
    with pytest.raises(rm.InvalidParameters, match="is no group"):
        cronbach_alpha_intervals(SURVEY, ITEMS, group=1)
    alike = rm.Survey.from_frame({"a": [1.0, 2, 3], "b": [1.0, 1, 1]}, ["a", "b"])
    with pytest.raises(rm.InvalidData, match="all answers are 1"):
        cronbach_alpha_intervals(alike, {"ab": ["a", "b"]})
    with pytest.raises(rm.InvalidData, match="three or more are needed"):
        cronbach_alpha_intervals(alike.rows(np.arange(2)), {"ab": ["a", "b"]})
    few = {"a": [1.0, 2, 3], "b": [1.0, 1, 2], "c": [1.0, 2, 1], "d": [2.0, 1, 1]}
    three = rm.Survey.from_frame(few, list("abcd"))
    with pytest.raises(rm.InvalidData, match="all answers are alike"):
        ratio_intervals(three, {"ab": ["a", "b"], "cd": ["c", "d"]}, draws=50, rng=1)


@pytest.mark.slow
@pytest.mark.parametrize("interval", ["percentile", "bca"])
def test_intervals_hold_the_truth_as_often_as_they_say(interval):
    """Of 600 samples of 400 normal answers, about nine in ten intervals of level .9 hold the ratio, and alpha."""
    root = np.linalg.cholesky(POPULATION)
    constructs = {"a": ["0", "1", "2"], "b": ["3", "4", "5"], "c": ["6", "7", "8"]}
    names = [str(place) for place in range(9)]
    whole = rm.SampleMoments.from_covariance(POPULATION, names, n=400)
    truth, alpha = value_of(heterotrait_monotrait(whole, constructs)), cronbach_alpha(whole, constructs["a"])
    rng = np.random.default_rng(11)
    held = np.zeros(4)
    for _ in range(600):
        values = rng.normal(size=(400, 9)) @ root.T
        survey = rm.Survey.from_frame(dict(zip(names, values.T, strict=True)), names)
        found = ratio_intervals(survey, constructs, interval=interval, level=0.9, draws=500, rng=rng)
        held[:3] += (found.low <= truth) & (truth <= found.high)
        one = cronbach_alpha_intervals(survey, {"a": constructs["a"]}, interval=interval, level=0.9, draws=500, rng=rng)
        held[3] += one.low[0] <= alpha <= one.high[0]
    np.testing.assert_allclose(held / 600, 0.9, atol=0.04)


@pytest.mark.slow
def test_feldts_interval_holds_the_truth_as_often_as_it_says():
    """Of 4,000 samples of 60 normal answers to questions that measure alike, nine in ten intervals of .9 hold alpha."""
    names, rng = ["a", "b", "c", "d"], np.random.default_rng(12)
    truth = 4 * 0.5 / (1 + 3 * 0.5)
    held = 0
    for _ in range(4000):
        shared = rng.normal(size=(60, 1)) * np.sqrt(0.5)
        values = shared + rng.normal(size=(60, 4)) * np.sqrt(0.5)
        survey = rm.Survey.from_frame(dict(zip(names, values.T, strict=True)), names)
        found = cronbach_alpha_intervals(survey, {"it": names}, level=0.9)
        held += bool(found.low[0] <= truth <= found.high[0])
    assert held / 4000 == pytest.approx(0.9, abs=0.014)
