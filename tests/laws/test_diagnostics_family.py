"""Every model of a customer base is judged by the same diagnostics, with the same meaning and no special cases."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.summary import PurchaseSummary

ASKED = ("pmf", "expected_purchases", "expected_purchases_new")
KINDS = [
    kind
    for kind in (getattr(rm, name) for name in rm.__all__)
    if inspect.isclass(kind) and "space" in vars(kind) and all(name in vars(kind) for name in ASKED)
]
START = dt.date(2024, 1, 1)


def typical(kind: Any) -> Any:
    """Return a model whose parameters lie in the middle of their typical ranges, in free coordinates."""
    low, high = (kind.space.to_free(np.array([p.typical[end] for p in kind.space])) for end in (0, 1))
    middle = kind.space.named(kind.space.to_natural((low + high) / 2))
    return kind(**{name: round(value) if name == "k" else value for name, value in middle.items()})


@pytest.fixture(scope="module")
def market() -> PurchaseSummary:
    """Return the customers of a weekly market, 26 weeks seen and 14 held out, so that discrete models can be asked."""
    rng = np.random.default_rng(5)
    who, day = [], []
    for customer in range(300):
        chance, stays = rng.beta(1.0, 3.0), rng.geometric(0.05)
        first = int(rng.integers(0, 12))
        weeks = [first, *(w for w in range(first + 1, min(first + stays, 41)) if rng.random() < chance)]
        who += [customer] * len(weeks)
        day += [START + dt.timedelta(weeks=week) for week in weeks]
    return PurchaseSummary.from_transactions(
        {"who": who, "day": day, "paid": rng.gamma(3.0, 4.0, len(who))},
        customer="who",
        date="day",
        amount="paid",
        calibration_end=START + dt.timedelta(weeks=26),
        observation_end=START + dt.timedelta(weeks=40),
    )


def test_every_model_of_a_customer_base_is_here() -> None:
    """All models with a distribution and an expectation of purchases are tried, the discrete one among them."""
    assert {"BGNBD", "MBGNBD", "ParetoNBD", "GGompertzNBD", "NBD", "BGCNBD", "MBGCNBD", "BGBB"} <= {
        kind.__name__ for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_the_sums_of_the_customers_probabilities(kind, market) -> None:
    """Expected numbers of customers add up to all, and are those of the customers one by one."""
    model = typical(kind)
    found = rm.calibration_by_count(model, market, most=4)
    assert found.actual.sum() == len(market)
    assert found.expected.sum() == pytest.approx(len(market), rel=1e-12)
    np.testing.assert_allclose(found.expected[:4], [model.pmf(k, market.age).sum() for k in range(4)], rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_tracking_adds_up_the_customers_expectations(kind, market) -> None:
    """Up to any week the purchases expected are those of the customers one by one, and likewise in the holdout."""
    model = typical(kind)
    found = rm.tracking(model, market)
    weeks = (market.first - np.datetime64(START)).astype(np.int64) // 7

    def expected(week: int) -> float:
        return float(model.expected_purchases_new(np.maximum(week - weeks, 0).astype(np.float64)).sum())

    for week in (0, 11, 26, 40):
        assert found.cumulative_expected[week] == pytest.approx(expected(week), rel=1e-10, abs=1e-12)
    assert found.holdout_expected == pytest.approx(expected(40) - expected(26), rel=1e-10)
    assert found.holdout_actual == market.holdout.frequency.sum()
    assert found.cumulative_actual[26] == market.frequency.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_groups_by_count_hold_all_expected_purchases(kind, market) -> None:
    """The means of the groups times their sizes are all purchases expected and made in the holdout."""
    model = typical(kind)
    found = rm.holdout_by_count(model, market, most=5)
    assert found.customers.sum() == len(market)
    assert found.customers @ found.actual == pytest.approx(market.holdout.frequency.sum())
    assert found.customers @ found.expected == pytest.approx(model.expected_purchases(market, 14).sum(), rel=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_and_deciles_judge_purchases_and_revenue(kind, market) -> None:
    """Every measure has a value for purchases and revenue, and the groups have the means of the whole."""
    model, spending = typical(kind), rm.GammaGamma(3.0, 8.0, 28.0)
    errors = rm.forecast_errors(model, market, spend_model=spending)
    for measures, spend_model in ((errors.purchases, None), (errors.revenue, spending)):
        deciles = rm.forecast_deciles(model, market, spend_model=spend_model)
        assert measures is not None
        assert measures.spearman is not None
        assert 0 < measures.gini_predicted < 1
        assert deciles.predicted.mean() == pytest.approx(measures.mean_predicted, rel=1e-10)
        assert deciles.actual.mean() == pytest.approx(measures.mean_actual, rel=1e-10)
        assert (np.diff(deciles.predicted) <= 1e-12).all()


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_show_the_same_numbers(kind, market) -> None:
    """Each picture of a diagnostic draws the numbers of the function behind it."""
    model = typical(kind)
    track, single = rm.tracking(model, market), rm.plot.tracking(model, market, cumulative=False)
    np.testing.assert_array_equal(single.lines[1].get_ydata(), track.expected[track.whole])
    total = rm.plot.tracking(model, market, cumulative=True)
    np.testing.assert_array_equal(total.lines[1].get_ydata(), track.cumulative_expected)
    bars = rm.plot.frequency_calibration(model, market).containers
    assert [bar.get_height() for bar in bars[1]] == rm.calibration_by_count(model, market).expected.tolist()
    groups = rm.plot.holdout_calibration(model, market).lines[1].get_ydata()
    np.testing.assert_array_equal(groups, rm.holdout_by_count(model, market).expected)
    deciles = rm.forecast_deciles(model, market)
    bars = rm.plot.forecast_deciles(deciles).containers
    assert [bar.get_height() for bar in bars[1]] == deciles.predicted.tolist()
