"""Refits to resampled customers spread as theory says, can be repeated, and own up to failures."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import relmodels as rm
from relmodels.inference.bootstrap import bootstrap
from tests.rooms.inference.toys import Normal, Numbers, OnlyTheProduct
from tests.rooms.inference.weighted import Counted, WeightedNormal

VALUES = Counted(np.random.default_rng(7).normal(1.5, 0.7, 400))
NORMAL = rm.fit(WeightedNormal, VALUES)
AGAIN = bootstrap(NORMAL, VALUES, draws=300, rng=1)


def test_the_mean_spreads_as_its_standard_error() -> None:
    """The standard deviation of 300 bootstrapped means is s/√n within 15 per cent, more than three of its errors."""
    assert AGAIN.standard_errors["mean"] == pytest.approx(NORMAL.model.sd / math.sqrt(400), rel=0.15)
    assert AGAIN.parameters.shape == (300, 2)
    assert AGAIN.failures == 0
    assert not AGAIN.parameters.flags.writeable
    assert "300 refits; standard errors: mean" in str(AGAIN)


def test_intervals_are_percentiles() -> None:
    """The ends of the 90 per cent interval are the 5th and 95th percentiles of the refits."""
    low, high = AGAIN.interval(0.9)["sd"]
    assert [low, high] == pytest.approx(np.percentile(AGAIN.parameters[:, 1], [5, 95]))
    with pytest.raises(rm.InvalidParameters, match="level"):
        AGAIN.interval(1.0)


def test_functions_are_those_of_the_refits() -> None:
    """A function of the model has one value for each refit, and its estimate is the spread of these."""
    ratios = AGAIN.of(lambda model: [model.mean / model.sd, model.sd])
    assert ratios[:, 0] == pytest.approx(AGAIN.parameters[:, 0] / AGAIN.parameters[:, 1])
    found = AGAIN.estimate(lambda model: [model.mean / model.sd, model.sd], level=0.9)
    assert found.standard_error == pytest.approx(ratios.std(axis=0, ddof=1))
    assert (found.low[1], found.high[1]) == AGAIN.interval(0.9)["sd"]
    assert found.value[1] == NORMAL.model.sd
    assert float(AGAIN.estimate(lambda model: model.mean).value) == NORMAL.model.mean


def test_a_seed_repeats_the_draws_with_or_without_a_progress_bar() -> None:
    """The same seed gives the same refits, whether a bar is shown or not; another seed gives others."""
    one, other = (bootstrap(NORMAL, VALUES, draws=3, rng=5, progress=shown) for shown in (False, True))
    assert one.parameters.tolist() == other.parameters.tolist()
    generator = bootstrap(NORMAL, VALUES, draws=3, rng=np.random.default_rng(5))
    assert generator.parameters.tolist() == one.parameters.tolist()
    assert bootstrap(NORMAL, VALUES, draws=3, rng=6).parameters.tolist() != one.parameters.tolist()
    assert len(bootstrap(NORMAL, VALUES, draws=2).parameters) == 2


def test_weights_count_as_customers() -> None:
    """Five rows that stand for 500 customers spread like 500 customers, not like five."""
    few = Counted(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]), np.full(5, 100.0))
    again = bootstrap(rm.fit(WeightedNormal, few), few, draws=200, rng=3)
    assert again.standard_errors["mean"] == pytest.approx(math.sqrt(0.5 / 500), rel=0.2)


def test_held_parameters_stay_held() -> None:
    """A parameter held in the fit has no spread."""
    fit = rm.fit(WeightedNormal, VALUES, fixed={"sd": 1.0})
    again = bootstrap(fit, VALUES, draws=5, rng=1)
    assert again.standard_errors["sd"] == 0.0
    assert again.standard_errors["mean"] > 0.0


def test_customers_are_drawn_for_purchases_and_for_spend() -> None:
    """BG/NBD and gamma-gamma spread as their standard errors say, within a factor, on 1,000 customers."""
    log = rm.datasets.cdnow()
    summary = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date", amount="amount").every(2)
    buying = rm.fit(rm.BGNBD, summary)
    spread = bootstrap(buying, summary, draws=20, rng=1).standard_errors
    assert spread["r"] == pytest.approx(buying.robust_standard_errors["r"], rel=0.5)
    spending = rm.fit(rm.GammaGamma, summary)
    assert len(bootstrap(spending, summary, draws=5, rng=1).parameters) == 5


def test_a_whole_number_is_chosen_anew_in_each_sample() -> None:
    """The number of phases that BG/CNBD chose is chosen again, and no refit fails for it."""
    summary = rm.PurchaseSummary.from_transactions(rm.datasets.cdnow(), customer="customer", date="date").every(4)
    again = bootstrap(rm.fit(rm.BGCNBD, summary), summary, draws=2, rng=1)
    assert again.failures == 0
    assert set(again.of(lambda model: model.k).tolist()) <= set(range(1, 13))


def test_refits_that_fail_are_counted_and_said() -> None:
    """Samples without a spread are left out and counted; without two good ones there is no result."""
    few = Counted(np.array([0.0, 0.0, 1.0]), np.array([1.0, 1.0, 2.0]))
    fit = rm.fit(WeightedNormal, few)
    again = bootstrap(fit, few, draws=40, rng=1)
    assert 0 < again.failures == 40 - len(again.parameters)
    assert f"{again.failures} more did not converge" in str(again)
    lonely = Counted(np.array([0.0, 1.0]), np.array([1e6, 1e-3]))
    with pytest.raises(rm.NotConverged, match="2 of 2 refits did not converge"):
        bootstrap(rm.fit(WeightedNormal, lonely), lonely, draws=2, rng=1)


def test_what_cannot_be_drawn_is_refused() -> None:
    """Data without weights, other data, and a fit without a maximum are refused."""
    with pytest.raises(rm.InvalidData, match="Numbers cannot be drawn again"):
        bootstrap(rm.fit(Normal, Numbers(VALUES.values)), Numbers(VALUES.values))  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidData, match="the rows stand for 200 customers, the fit for 400"):
        bootstrap(NORMAL, VALUES.every(2))
    flat = rm.fit(OnlyTheProduct, Numbers(np.ones(9)), check=False)
    with pytest.raises(rm.NotConverged, match="no maximum to begin from"):
        bootstrap(flat, VALUES)


@pytest.mark.parametrize("draws", [1, 2.5, True])
def test_draws_are_two_or_more(draws: int) -> None:
    """A number of draws that is not whole or below two is refused."""
    with pytest.raises(rm.InvalidParameters, match="draws = "):
        bootstrap(NORMAL, VALUES, draws=draws)


@pytest.mark.parametrize("rng", [-1, True, "seed"])
def test_a_seed_is_a_whole_number(rng: int) -> None:
    """A seed that is negative or no number is refused."""
    with pytest.raises(rm.InvalidParameters, match="is not a source of randomness"):
        bootstrap(NORMAL, VALUES, draws=2, rng=rng)


def test_a_bar_without_rich_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rich a progress bar raises with the command that installs it."""
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with pytest.raises(rm.MissingExtra, match="rich is not installed"):
        bootstrap(NORMAL, VALUES, draws=2, rng=1, progress=True)
