"""Pfeifer, P. E. and Carraway, R. L. (2000), Modeling customer relationships as Markov chains, JIM 14(2), 43-55.

The layout is the paper's. Its figures reached us at second hand and reproduce to every digit; the value of stopping one
state earlier is derived. The figures of the migration example are those of an open test that cites the paper; the
shares of two cereals are from J. E. Beasley's OR-Notes, the long run derived; the eight segments are from A. De Bruyn's
course Foundations of Marketing Analytics, by way of a public walk-through.
"""

import numpy as np
import pytest

import relmodels as rm

BUYING = [0.3, 0.2, 0.15, 0.05]
CONTRIBUTION, COST, RATE = 40.0, 4.0, 0.2


def rewards(states: int) -> list[float]:
    """Return what each state of recency brings: the contribution in the first, the cost in all but the last."""
    return [CONTRIBUTION - COST, *[-COST] * (states - 1), 0.0]


def test_value_over_four_periods():
    """Up to period 4, its first included, the states are worth 50.115, 4.220, .592, -1.980 and nothing."""
    value = rm.markov_clv(rm.markov.recency_chain(BUYING), rewards(4), RATE, horizon=4)
    np.testing.assert_allclose(value, [50.115, 4.220, 0.592, -1.980, 0.0], atol=5e-4)


def test_value_for_ever():
    """Without an end they are worth 52.320, 5.554, 1.251, -1.820 and nothing."""
    value = rm.markov_clv(rm.markov.recency_chain(BUYING), rewards(4), RATE)
    np.testing.assert_allclose(value, [52.320, 5.554, 1.251, -1.820, 0.0], atol=5e-4)


def test_stopping_once_the_fourth_state_is_reached():
    """Who is written to for three periods after a purchase and then no more is worth 53.149, 6.621, 2.644."""
    value = rm.markov_clv(rm.markov.recency_chain(BUYING[:3]), rewards(3), RATE)
    np.testing.assert_allclose(value, [53.149, 6.621, 2.644, 0.0], atol=5e-4)


def test_stopping_one_state_earlier_is_worth_less():
    """Two periods after a purchase are worth 51.574 at the start, derived from the same layout."""
    assert rm.markov_clv(rm.markov.recency_chain(BUYING[:2]), rewards(2), RATE)[0] == pytest.approx(51.574, abs=5e-4)


def test_the_best_rule_writes_in_three_states():
    """Value iteration finds the rule of the paper: go on in states 1 to 3, stop in 4."""
    best = rm.markov.best_stopping(BUYING, CONTRIBUTION, COST, RATE)
    assert best.go_on.tolist() == [True, True, True, False]
    np.testing.assert_allclose(best.value, [53.149, 6.621, 2.644, 0.0], atol=5e-4)


def test_a_migration_example_over_four_periods():
    """With chances .3, .2, .05 and gains 36, -4, -4 the states are worth 49.40, 2.69, -1.98 and nothing."""
    value = rm.markov_clv(rm.markov.recency_chain([0.3, 0.2, 0.05]), [36.0, -4.0, -4.0, 0.0], 0.2, horizon=4)
    np.testing.assert_allclose(value, [49.40, 2.69, -1.98, 0.0], atol=6e-3)


def test_the_fourth_power_of_its_matrix():
    """Four steps lead to each state with the printed chances."""
    printed = [
        [0.0823, 0.0973, 0.1288, 0.6916],
        [0.0370, 0.0406, 0.0560, 0.8664],
        [0.0070, 0.0080, 0.0084, 0.9766],
        [0.0, 0.0, 0.0, 1.0],
    ]
    np.testing.assert_allclose(rm.markov.recency_chain([0.3, 0.2, 0.05]).after(4), printed, atol=5.1e-5)


def test_purchases_after_each_period_are_powers_of_the_chain():
    """Berger and Nasr's case 5 counts the same buyers: 1, .3, .23, .195, .1397 in periods 0 to 4."""
    chain = rm.markov.recency_chain(BUYING)
    buyers = [chain.after(period)[0, 0] for period in range(5)]
    np.testing.assert_allclose(buyers, [1.0, 0.3, 0.23, 0.195, 0.1397], atol=1e-12)
    np.testing.assert_allclose(rm.buyers_by_recency(BUYING, 4), buyers, atol=1e-12)


def test_two_brands_of_cereal():
    """A quarter of the market becomes 33.25 % and 39.2725 %, and 15/27 in the long run."""
    chain = rm.MarkovChain([[0.88, 0.12], [0.15, 0.85]], ["ours", "theirs"])
    np.testing.assert_allclose(chain.path([0.25, 0.75], 2)[1:, 0], [0.3325, 0.392725], atol=1e-12)
    np.testing.assert_allclose(chain.stationary(), [15 / 27, 12 / 27], atol=1e-15)


SEGMENTS = [
    "inactive",
    "cold",
    "warm high value",
    "warm low value",
    "new warm",
    "active high value",
    "active low value",
    "new active",
]
MOVES_2014_TO_2015 = [
    [7227, 0, 0, 0, 0, 35, 250, 0],
    [1931, 0, 0, 0, 0, 22, 200, 0],
    [0, 75, 0, 0, 0, 35, 1, 0],
    [0, 689, 0, 0, 0, 1, 266, 0],
    [0, 1139, 0, 0, 0, 15, 96, 0],
    [0, 0, 119, 0, 0, 354, 2, 0],
    [0, 0, 0, 901, 0, 22, 2088, 0],
    [0, 0, 0, 0, 938, 89, 410, 0],
]
CUSTOMERS_2015 = [9158, 1903, 119, 901, 938, 573, 3313, 1512]
REVENUE = [0.0, 0.0, 0.0, 0.0, 0.0, 323.57, 52.31, 79.17]


def test_eight_segments_over_ten_years():
    """Sizes, revenue and discounted revenue come out to the unit, with whole customers after every year as there."""
    chain = rm.markov.estimate_chain(MOVES_2014_TO_2015, SEGMENTS).chain
    found = rm.markov.forecast_segments(chain, CUSTOMERS_2015, REVENUE, 0.1, 10, whole_customers=True)
    assert found.sizes[1].tolist() == [10517, 1584, 144, 991, 987, 657, 3537, 0]
    assert found.sizes[5].tolist() == [13185, 782, 152, 884, 0, 594, 2820, 0]
    assert found.sizes[10].tolist() == [13834, 651, 139, 756, 0, 548, 2490, 0]
    yearly = [478414, 397606, 379698, 366171, 351254, 339715, 330444, 322700, 316545, 311445, 307568]
    assert found.revenue.tolist() == yearly
    today = [478414, 361460, 313800, 275110, 239911, 210936, 186527, 165596, 147671, 132083, 118581]
    assert np.abs(found.discounted - today).max() <= 1.0


def test_what_eight_segments_are_worth_together():
    """The discounted revenue of all eleven years adds up to 2,630,089, derived from the same inputs."""
    chain = rm.markov.estimate_chain(MOVES_2014_TO_2015, SEGMENTS).chain
    found = rm.markov.forecast_segments(chain, CUSTOMERS_2015, REVENUE, 0.1, 10, whole_customers=True)
    assert found.total == pytest.approx(2_630_089, abs=1.0)
