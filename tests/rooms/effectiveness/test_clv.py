"""Customer value in known cases, and its ranges against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.effectiveness.clv import clv, clv_interval, purchases_interval

BUYING = BGNBD(0.243, 4.414, 0.793, 2.426)
SPENDING = GammaGamma(6.25, 3.74, 15.44)
DRAWS = 200_000


def one(frequency: float, recency: float, spend: float = 0.0) -> PurchaseSummary:
    """Return a single customer of age 38.86 weeks."""
    return PurchaseSummary.from_arrays(frequency=[frequency], recency=[recency], age=[38.86], spend=[spend])


def futures(customer: PurchaseSummary, horizon: float) -> tuple[np.ndarray, np.ndarray]:
    """Return simulated numbers and totals of the future purchases of one customer."""
    rng = np.random.default_rng(20260101)
    x, T, m = customer.frequency[0], customer.age[0], customer.spend[0]  # type: ignore[index]
    there = rng.random(DRAWS) < BUYING.p_alive(customer)[0]
    wanted = rng.poisson(rng.gamma(BUYING.r + x, 1 / (BUYING.alpha + T), DRAWS) * horizon)
    leaves_after = rng.geometric(rng.beta(BUYING.a, BUYING.b + x, DRAWS))
    number = np.where(there, np.minimum(wanted, leaves_after), 0)
    level = rng.gamma(SPENDING.p * x + SPENDING.q, 1 / (SPENDING.gamma + x * m), DRAWS)
    total = np.where(number > 0, rng.gamma(np.maximum(SPENDING.p * number, 1e-3)) / level, 0.0)
    return number, total


def test_value_is_margin_times_spend_times_discounted_purchases() -> None:
    """The value of one customer is the product of its three parts."""
    customer = one(2, 30.43, 22.35)
    parts = 0.3 * SPENDING.expected_spend(customer) * BUYING.discounted_residual(customer, 0.15, horizon=52)
    np.testing.assert_allclose(clv(BUYING, SPENDING, customer, horizon=52, discount_rate=0.15, margin=0.3), parts)


def test_an_unlimited_horizon_is_the_discounted_residual() -> None:
    """``math.inf`` values the purchases of all time."""
    customer = one(2, 30.43, 22.35)
    for_ever = SPENDING.expected_spend(customer) * BUYING.discounted_residual(customer, 0.15)
    np.testing.assert_allclose(clv(BUYING, SPENDING, customer, horizon=math.inf, discount_rate=0.15), for_ever)


@pytest.mark.parametrize("customer", [one(9, 38.0, 30.0), one(2, 30.43, 22.35), one(0, 0.0)])
def test_spend_ranges_are_the_quantiles_of_simulated_futures(customer: PurchaseSummary) -> None:
    """Of many simulated futures, a tenth fall below and a tenth above the 80 % range, within sampling error."""
    _, total = futures(customer, 52)
    low, high = clv_interval(BUYING, SPENDING, customer, horizon=52, discount_rate=0.0)[0]
    error = 4 * math.sqrt(0.09 / DRAWS)
    assert abs((total <= high).mean() - 0.9) < error
    if low > 0:
        assert abs((total <= low).mean() - 0.1) < error
    else:
        assert (total == 0).mean() > 0.1


@pytest.mark.parametrize("customer", [one(9, 38.0), one(2, 30.43), one(0, 0.0)])
def test_purchase_ranges_are_the_quantiles_of_simulated_futures(customer: PurchaseSummary) -> None:
    """The ends of the range are the quantiles of many simulated numbers of purchases."""
    number, _ = futures(customer, 52)
    for end, share in zip(purchases_interval(BUYING, customer, horizon=52)[0], (0.1, 0.9), strict=True):
        error = 4 * math.sqrt(0.09 / DRAWS)
        assert (number <= end).mean() >= share - error
        assert (number < end).mean() < share + error


def test_spend_ranges_of_many_are_those_of_each() -> None:
    """Asked together, customers have the ranges they have alone; equal ones, wherever they stand, equal ranges."""
    x, t_x, m = np.array([9, 0, 2, 9, 0, 300]), [38.0, 0, 30.43, 38, 0, 38.8], [30.0, 0, 22.35, 30, 0, 4]
    many = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=[38.86] * 6, spend=m)
    found = clv_interval(BUYING, SPENDING, many, horizon=52, discount_rate=0.15)
    for row in range(6):
        alone = clv_interval(BUYING, SPENDING, many.take([row]), horizon=52, discount_rate=0.15)
        np.testing.assert_allclose(found[row], alone[0], rtol=1e-9)
    np.testing.assert_array_equal(found[[0, 1]], found[[3, 4]])


def test_the_ends_have_the_probabilities_asked_for() -> None:
    """Summed over the numbers of purchases, the probability of at most each end is 10 % and 90 %."""
    customer, counts = one(9, 38.0, 30.0), np.arange(200.0)
    chance = BUYING.pmf_given(counts, customer, 52)[0]
    copies = customer.take(np.zeros(200, dtype=int))
    for end, share in zip(
        clv_interval(BUYING, SPENDING, customer, horizon=52, discount_rate=0)[0], (0.1, 0.9), strict=True
    ):
        assert chance @ SPENDING.total_spend_cdf(end, counts, copies) == pytest.approx(share, abs=1e-9)


def test_a_range_without_end_is_refused() -> None:
    """Spend with so heavy a tail that no number holds the upper end is refused, naming the customer's row."""
    customers = PurchaseSummary.from_arrays(frequency=[9, 0], recency=[38, 0], age=[38.86] * 2, spend=[30, 0])
    with pytest.raises(InvalidParameters, match="customer row 1 has a tail so heavy"):
        clv_interval(BUYING, GammaGamma(6.25, 1e-4, 15.44), customers, horizon=1e3, discount_rate=0.15)


def test_nobody_has_no_range() -> None:
    """A summary without customers has ranges without rows."""
    nobody = one(9, 38.0, 30.0).take([])
    assert clv_interval(BUYING, SPENDING, nobody, horizon=52, discount_rate=0.15).shape == (0, 2)


def test_discounting_scales_the_range_by_the_customers_own_ratio() -> None:
    """The discounted range is the undiscounted one times discounted over undiscounted expected purchases."""
    customer = one(9, 38.0, 30.0)
    ratio = BUYING.discounted_residual(customer, 0.15, horizon=52) / BUYING.expected_purchases(customer, 52)
    plain = clv_interval(BUYING, SPENDING, customer, horizon=52, discount_rate=0.0)
    later = clv_interval(BUYING, SPENDING, customer, horizon=52, discount_rate=0.15)
    np.testing.assert_allclose(later, ratio[:, None] * plain, rtol=1e-8)


def test_a_heavy_buyer_has_a_finite_range() -> None:
    """Thousands of past purchases give a range of the right size, without overflow."""
    customer = PurchaseSummary.from_arrays(frequency=[3000], recency=[520], age=[520.1], spend=[20])
    low, high = purchases_interval(BUYING, customer, horizon=10)[0]
    assert 0 <= low < 60 < high < 90


def test_counts_without_end_are_refused() -> None:
    """A customer who may buy millions of times is refused instead of being cut off."""
    customer = PurchaseSummary.from_arrays(frequency=[10**6], recency=[10], age=[10.0])
    with pytest.raises(InvalidParameters, match="shorten the horizon"):
        purchases_interval(BUYING, customer, horizon=1e4)


def test_no_horizon_gives_empty_ranges() -> None:
    """A horizon of 0 gives ranges from 0 to 0."""
    customer = one(9, 38.0, 30.0)
    assert purchases_interval(BUYING, customer, horizon=0).tolist() == [[0.0, 0.0]]
    assert clv_interval(BUYING, SPENDING, customer, horizon=0, discount_rate=0.15).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("margin", [-0.1, 30, math.nan, True])
def test_a_margin_is_a_share(margin: float) -> None:
    """Percentages, negative and missing margins are refused with the remedy."""
    with pytest.raises(InvalidParameters, match=r"thirty per cent as 0\.3"):
        clv(BUYING, SPENDING, one(2, 30.43, 22.35), horizon=52, discount_rate=0.15, margin=margin)


@pytest.mark.parametrize("horizon", [-1.0, math.nan])
def test_a_horizon_is_a_length_of_time(horizon: float) -> None:
    """Negative and missing horizons are refused."""
    with pytest.raises(InvalidParameters, match="horizon"):
        clv(BUYING, SPENDING, one(2, 30.43, 22.35), horizon=horizon, discount_rate=0.15)


def test_ranges_need_an_end() -> None:
    """An unlimited horizon has no distribution of purchases to take quantiles of."""
    with pytest.raises(InvalidParameters, match="an interval needs an end"):
        purchases_interval(BUYING, one(2, 30.43), horizon=math.inf)


@pytest.mark.parametrize("level", [0, 1, 80, math.nan])
def test_a_level_is_a_probability(level: float) -> None:
    """Levels outside (0, 1) are refused."""
    with pytest.raises(InvalidParameters, match="level"):
        purchases_interval(BUYING, one(2, 30.43), horizon=52, level=level)


def test_value_needs_amounts() -> None:
    """A summary without spend cannot be valued."""
    customer = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
    with pytest.raises(InvalidData, match="spend"):
        clv(BUYING, SPENDING, customer, horizon=52, discount_rate=0.15)


def test_value_needs_the_models_unit() -> None:
    """A model in weeks refuses customers in days."""
    customer = PurchaseSummary.from_arrays(frequency=[2], recency=[200], age=[270], spend=[20], unit="day")
    with pytest.raises(InvalidData, match="week"):
        clv(BGNBD(0.243, 4.414, 0.793, 2.426, unit="week"), SPENDING, customer, horizon=52, discount_rate=0.15)


@pytest.mark.parametrize(
    "options",
    [
        {"discount_rate": "0.1"},
        {"discount_rate": None},
        {"discount_rate": [0.1]},
        {"margin": "0.3"},
        {"margin": None},
        {"margin": np.array([0.3, 0.4])},
        {"horizon": None},
        {"horizon": np.array([1.0, 2.0])},
        {"horizon": "52"},
    ],
    ids=str,
)
def test_what_is_no_number_is_refused_by_name(options: dict[str, object]) -> None:
    """Text, nothing and arrays in place of a rate, a margin or a horizon are refused with one sentence."""
    terms = {"horizon": 52, "discount_rate": 0.1} | options
    with pytest.raises(InvalidParameters, match="is not a number"):
        clv(BUYING, SPENDING, one(2, 30.43, 22.35), **terms)  # type: ignore[arg-type]


@pytest.mark.parametrize("ask", [BUYING.p_alive, SPENDING.expected_spend])
def test_a_frame_in_place_of_a_summary_is_refused(ask) -> None:
    """A formula asked about a mapping of columns says how to make a summary."""
    with pytest.raises(InvalidData, match="a PurchaseSummary is needed, got dict; make one with"):
        ask({"frequency": [1.0], "spend": [2.0]})
