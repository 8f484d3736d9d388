"""What every customer value obeys, whatever the parameters of the two models."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Rate
from relmodels.effectiveness.clv import clv, clv_interval, purchases_interval
from tests.strategies import models

BUYING = models(BGNBD)
SPENDING = models(GammaGamma)
CUSTOMERS = PurchaseSummary.from_arrays(
    frequency=[0, 1, 2, 9, 40], recency=[0, 5, 30.43, 38, 10], age=[38.86] * 5, spend=[0, 12, 22.35, 30, 8]
)


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING, horizon=st.floats(0.1, 200), margin=st.floats(0, 1))
def test_value_is_linear_in_the_margin(buying: BGNBD, spending: GammaGamma, horizon: float, margin: float) -> None:
    """Half the margin is half the value, and no margin is no value."""
    whole = clv(buying, spending, CUSTOMERS, horizon=horizon, discount_rate=0.15)
    part = clv(buying, spending, CUSTOMERS, horizon=horizon, discount_rate=0.15, margin=margin)
    np.testing.assert_allclose(part, margin * whole, rtol=1e-12, atol=1e-300)


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING, exchange=st.floats(0.001, 1000))
def test_value_is_linear_in_the_currency(buying: BGNBD, spending: GammaGamma, exchange: float) -> None:
    """Stating all amounts in another currency states the values in that currency."""
    assert CUSTOMERS.spend is not None
    abroad = replace(CUSTOMERS, spend=CUSTOMERS.spend * exchange)
    elsewhere = replace(spending, gamma=spending.gamma * exchange)
    here = clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=0.15)
    there = clv(buying, elsewhere, abroad, horizon=52, discount_rate=0.15)
    np.testing.assert_allclose(there, exchange * here, rtol=1e-10)


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING)
def test_no_horizon_no_value(buying: BGNBD, spending: GammaGamma) -> None:
    """A horizon of 0 leaves nothing to value."""
    assert clv(buying, spending, CUSTOMERS, horizon=0, discount_rate=0.15).tolist() == [0.0] * 5


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING, near=st.floats(0, 300), more=st.floats(0, 300))
def test_value_grows_with_the_horizon(buying: BGNBD, spending: GammaGamma, near: float, more: float) -> None:
    """Looking farther ahead never takes value away, and for ever is the most."""
    values = [
        clv(buying, spending, CUSTOMERS, horizon=horizon, discount_rate=0.15)
        for horizon in (near, near + more, math.inf)
    ]
    assert (values[0] <= values[1] * (1 + 1e-9) + 1e-12).all()
    assert (values[1] <= values[2] * (1 + 1e-9) + 1e-12).all()


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING, low=st.floats(0, 1), more=st.floats(0, 2))
def test_value_falls_with_the_rate(buying: BGNBD, spending: GammaGamma, low: float, more: float) -> None:
    """A higher discount rate never adds value."""
    cheap = clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=low)
    dear = clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=low + more)
    assert (dear <= cheap * (1 + 1e-9) + 1e-12).all()


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING)
def test_without_discounting_value_is_spend_times_purchases(buying: BGNBD, spending: GammaGamma) -> None:
    """At a rate of 0 the value is the product of expected spend and expected purchases."""
    plain = spending.expected_spend(CUSTOMERS) * buying.expected_purchases(CUSTOMERS, 52)
    np.testing.assert_allclose(clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=0.0), plain, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(buying=BUYING, spending=SPENDING, rate=st.floats(0.01, 1))
def test_equal_rates_give_equal_values(buying: BGNBD, spending: GammaGamma, rate: float) -> None:
    """A rate per year and the continuous rate per week that grows money as fast give one value."""
    weekly = Rate(Rate(rate).force("week"), per="week", kind="continuous")
    yearly = clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=rate)
    np.testing.assert_allclose(clv(buying, spending, CUSTOMERS, horizon=52, discount_rate=weekly), yearly, rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(buying=BUYING, level=st.floats(0.05, 0.95), horizon=st.floats(0.5, 60))
def test_purchase_ranges_hold_their_level(buying: BGNBD, level: float, horizon: float) -> None:
    """The probability of the counts within the range is at least the level, and the ends are in order."""
    ends = purchases_interval(buying, CUSTOMERS, horizon=horizon, level=level)
    counts = np.arange(ends.max() + 1)
    probability = buying.pmf_given(counts, CUSTOMERS, horizon)
    inside = (counts >= ends[:, :1]) & (counts <= ends[:, 1:])
    assert ((probability * inside).sum(axis=1) >= level - 1e-6).all()
    assert (ends[:, 0] <= ends[:, 1]).all()


@settings(max_examples=8, deadline=None)
@given(buying=BUYING, spending=SPENDING, narrow=st.floats(0.1, 0.5), more=st.floats(0.01, 0.45))
def test_wider_levels_give_wider_ranges(buying: BGNBD, spending: GammaGamma, narrow: float, more: float) -> None:
    """A range of a higher level contains the range of a lower one."""
    few = CUSTOMERS.take(np.array([1, 3]))
    inner = clv_interval(buying, spending, few, horizon=26, discount_rate=0.15, level=narrow)
    outer = clv_interval(buying, spending, few, horizon=26, discount_rate=0.15, level=narrow + more)
    slack = 1e-9 * outer[:, 1]
    assert (outer[:, 0] <= inner[:, 0] + slack).all()
    assert (inner[:, 1] <= outer[:, 1] + slack).all()
