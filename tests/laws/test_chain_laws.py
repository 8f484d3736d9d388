"""What must hold for every Markov chain: powers, balance, the end, value, and the same under other names."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmodels as rm
from tests.strategies_chains import absorbing_chains, chains, recency_chances


@given(chains(), st.integers(0, 6), st.integers(0, 6))
def test_steps_add_up(chain, first, second):
    """Some steps and then some more lead where all of them at once lead, and every row adds up to 1."""
    both = chain.after(first + second)
    np.testing.assert_allclose(chain.after(first) @ chain.after(second), both, atol=1e-12)
    np.testing.assert_allclose(both.sum(axis=1), 1.0, atol=1e-12)


@given(chains())
def test_the_stationary_distribution_stays(chain):
    """A period does not change it, and it is a distribution."""
    level = chain.stationary()
    np.testing.assert_allclose(chain.distribution(level, 1), level, atol=1e-12)
    assert level.sum() == pytest.approx(1.0, abs=1e-12)
    assert (level >= 0.0).all()


@given(chains(), st.randoms(use_true_random=False))
def test_names_of_states_do_not_matter(chain, random):
    """A chain whose states stand in another order has the same stationary chances and values, in that order."""
    order = list(range(len(chain)))
    random.shuffle(order)
    other = rm.MarkovChain(chain.transition[np.ix_(order, order)])
    np.testing.assert_allclose(other.stationary(), chain.stationary()[order], atol=1e-12)
    rewards = np.arange(len(chain), dtype=float)
    np.testing.assert_allclose(
        rm.markov_clv(other, rewards[order], 0.1), rm.markov_clv(chain, rewards, 0.1)[order], rtol=1e-10, atol=1e-10
    )


@given(absorbing_chains())
def test_the_end_is_reached_as_the_sum_of_all_steps_says(chain):
    """Visits, periods, their variance and the chances of each end equal sums over powers of the matrix."""
    found = chain.absorption()
    places = [chain.states.index(name) for name in found.transient]
    ends = [chain.states.index(name) for name in found.absorbing]
    power, visits, square = np.eye(len(places)), np.zeros((len(places),) * 2), np.zeros(len(places))
    within = chain.transition[np.ix_(places, places)]
    for step in range(3000):
        visits += power
        still = power.sum(axis=1)
        square += (2 * step + 1) * still  # E[N²] = Σ (2 t + 1) P(N > t)
        power = power @ within
    np.testing.assert_allclose(found.visits, visits, rtol=1e-8)
    np.testing.assert_allclose(found.steps, visits.sum(axis=1), rtol=1e-8)
    np.testing.assert_allclose(found.variance, square - visits.sum(axis=1) ** 2, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.probability, chain.after(3000)[np.ix_(places, ends)], atol=1e-9)
    np.testing.assert_allclose(found.probability.sum(axis=1), 1.0, atol=1e-10)


@given(chains(), st.floats(0.05, 1.0), st.integers(0, 8))
def test_value_is_the_discounted_sum_over_powers(chain, rate, horizon):
    """Up to a period it is the sum of expected rewards so far; without an end it solves V = R + P V / (1 + d)."""
    rewards = np.linspace(-3.0, 7.0, len(chain))
    by_hand = sum(chain.after(period) @ rewards / (1.0 + rate) ** period for period in range(horizon + 1))
    np.testing.assert_allclose(rm.markov_clv(chain, rewards, rate, horizon), by_hand, rtol=1e-10, atol=1e-10)
    forever = rm.markov_clv(chain, rewards, rate)
    np.testing.assert_allclose(forever, rewards + chain.transition @ forever / (1.0 + rate), rtol=1e-10, atol=1e-10)


@given(recency_chances(), st.floats(0.5, 60.0), st.floats(0.01, 8.0), st.floats(0.02, 0.6))
def test_the_best_rule_is_the_best_of_all_rules(chance, gain, cost, rate):
    """Value iteration finds in each state the largest value over every rule of where to stop."""
    best = rm.markov.best_stopping(chance, gain, cost, rate)
    received = np.zeros(len(chance))
    received[0] = gain
    tried = []
    for go_on in product([False, True], repeat=len(chance)):
        within = np.zeros((len(chance), len(chance)))
        for state, goes in enumerate(go_on):
            if goes:
                within[state, 0] += chance[state] / (1.0 + rate)
                if state + 1 < len(chance):
                    within[state, state + 1] += (1.0 - chance[state]) / (1.0 + rate)
        tried.append(np.linalg.solve(np.eye(len(chance)) - within, received - cost * np.array(go_on, dtype=float)))
    np.testing.assert_allclose(best.value, np.max(tried, axis=0), rtol=1e-8, atol=1e-8)


@given(chains(), st.floats(0.0, 3.0))
def test_a_prior_moves_chances_toward_even(chain, prior):
    """With counts of 40 a row and a prior the chances are the means of the posterior, and still add up to 1."""
    counts = np.round(40 * chain.transition)
    counts[:, 0] += counts.sum(axis=1) == 0.0
    found = rm.markov.estimate_chain(counts, prior=prior).chain.transition
    size = len(chain)
    expected = (counts + prior) / (counts.sum(axis=1, keepdims=True) + prior * size)
    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_drawn_paths_give_the_chain_back():
    """Counted from 20,000 drawn customers over 10 periods, every chance is within 4 standard errors of the true one."""
    chain = rm.MarkovChain([[0.7, 0.2, 0.1], [0.3, 0.5, 0.2], [0.0, 0.1, 0.9]])
    paths = chain.simulate(np.zeros(20_000, dtype=int), 10, rng=7)
    rows, steps = np.indices(paths.shape)
    counts = rm.markov.transition_counts(rows.ravel(), steps.ravel(), paths.ravel().tolist(), [0, 1, 2])
    assert counts.sum() == 200_000
    found = rm.markov.estimate_chain(counts)
    errors = found.standard_errors
    moved = errors > 0.0
    assert np.abs((found.chain.transition - chain.transition)[moved] / errors[moved]).max() < 4.0
    assert found.chain.transition[2, 0] == 0.0


def test_intervals_of_the_time_to_the_end_cover_it():
    """Of 200 samples of 400 transitions, intervals of 90 % hold the true time to dissolution 166 to 194 times."""
    chain = rm.MarkovChain([[0.8, 0.15, 0.05], [0.3, 0.5, 0.2], [0.0, 0.0, 1.0]])
    truth = chain.absorption().steps
    rng = np.random.default_rng(11)
    held = np.zeros(2)
    for _ in range(200):
        counts = np.array([rng.multinomial(200, row) for row in chain.transition[:2]] + [[0, 0, 1]])
        _, low, high = rm.markov.estimate_chain(counts).steps_to_end(rng=rng, level=0.9, draws=400)
        held += (low <= truth) & (truth <= high)
    assert ((held >= 166) & (held <= 194)).all(), held
