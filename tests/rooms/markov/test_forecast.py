"""Forecasts, values and effects follow from the last states and the moves, as written out by hand."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.markov import HMM, Binomial, FreeTransitions, OrderedLogit, Poisson

MATRIX = np.array([[0.9, 0.1], [0.3, 0.7]])
MODEL = HMM([0.5, 0.5], FreeTransitions(MATRIX), Poisson([0.2, 3.0]))
PANEL = rm.Panel.from_arrays([[0, 0, 0], [2, 5, 4]])
LOGIT = OrderedLogit([[1.0, 3.0], [-1.0, 2.0], [-3.0, -0.5]], [[0.5], [0.8], [0.6]], covariates=["contact"])
CONTACTED = HMM([0.5, 0.3, 0.2], LOGIT, Binomial([0.05, 0.4, 0.9]))
HISTORY = rm.Panel.from_arrays([[1, 0, 1]], covariates=[[0, 1, 0]], covariate_names=["contact"])


def test_forecasts_are_powers_from_the_last_state():
    """Chances h periods ahead are the filtered ones times the power of the matrix; outcomes are their means."""
    last = MODEL.filter(PANEL)[:, -1]
    found = rm.markov.forecast(MODEL, PANEL, 4)
    for ahead in range(4):
        states = last @ np.linalg.matrix_power(MATRIX, ahead + 1)
        np.testing.assert_allclose(found.states[:, ahead], states, rtol=1e-12)
        np.testing.assert_allclose(found.outcomes["outcome"][:, ahead], states @ [0.2, 3.0], rtol=1e-12)
    assert len(found.table()) == 4


def test_a_plan_of_contacts_changes_the_forecast():
    """Two plans give two forecasts: each step has the matrix of its own covariate."""
    last = CONTACTED.filter(HISTORY)[0, -1]
    plan = rm.markov.forecast(CONTACTED, HISTORY, 2, covariates=[[1.0], [0.0]]).states[0]
    np.testing.assert_allclose(plan[1], last @ LOGIT.matrix([1.0]) @ LOGIT.matrix([0.0]), rtol=1e-12)
    none = rm.markov.forecast(CONTACTED, HISTORY, 2).states[0]
    assert plan[0, 2] > none[0, 2]


def test_a_plan_of_another_shape_is_refused():
    """The error says how many periods and which covariates are needed; a model without covariates wants none."""
    with pytest.raises(rm.InvalidData, match="2 periods and contact"):
        rm.markov.forecast(CONTACTED, HISTORY, 2, covariates=[[1.0]])
    with pytest.raises(rm.InvalidData, match="depend on none"):
        rm.markov.forecast(MODEL, PANEL, 2, covariates=[[1.0], [0.0]])
    with pytest.raises(rm.InvalidParameters, match="horizon"):
        rm.markov.forecast(MODEL, PANEL, 0)


def test_values_of_states_and_customers():
    """A state's value is that of the chain; a customer's is the mean of the next state's, discounted once."""
    rewards = np.array([2.0, 30.0])
    value = rm.markov.state_values(MODEL, rewards, 0.1)[0]
    np.testing.assert_allclose(value, np.linalg.solve(np.eye(2) - MATRIX / 1.1, rewards), rtol=1e-12)
    customers = rm.markov.customer_values(MODEL, PANEL, rewards, 0.1)
    np.testing.assert_allclose(customers, MODEL.filter(PANEL)[:, -1] @ MATRIX @ value / 1.1, rtol=1e-12)
    long = rm.markov.customer_values(MODEL, PANEL, rewards, 0.1, horizon=400)
    np.testing.assert_allclose(long, customers, rtol=1e-9)
    one = rm.markov.customer_values(MODEL, PANEL, rewards, 0.1, horizon=1)
    np.testing.assert_allclose(one, MODEL.filter(PANEL)[:, -1] @ MATRIX @ rewards / 1.1, rtol=1e-12)


def test_the_effect_of_a_contact_is_a_difference_of_rows():
    """Chances of moving up and down, with and without, are sums over rows of the matrices; the slope is their limit."""
    found = rm.markov.contact_effect(CONTACTED, "contact")
    without, with_it = LOGIT.matrix([0.0]), LOGIT.matrix([1.0])
    np.testing.assert_allclose(found.up[0], np.triu(without, 1).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.up_with[0], np.triu(with_it, 1).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.down_with[0], np.tril(with_it, -1).sum(axis=1), rtol=1e-12)
    step = (np.triu(LOGIT.matrix([1e-6]), 1) - np.triu(LOGIT.matrix([-1e-6]), 1)).sum(axis=1) / 2e-6
    np.testing.assert_allclose(found.slope[0], step, atol=1e-8)
    assert len(found.table()) == 3


def test_the_response_to_a_contact_adds_up():
    """What a single contact brings over two periods is the difference of the two forecasts, from each state."""
    mean = np.array([0.05, 0.4, 0.9])
    without, with_it = LOGIT.matrix([0.0]), LOGIT.matrix([1.0])
    expected = (with_it - without) @ mean + (with_it - without) @ without @ mean
    np.testing.assert_allclose(rm.markov.contact_response(CONTACTED, "contact", 2)[0], expected, rtol=1e-12)
    with pytest.raises(rm.InvalidParameters, match="do not depend on 'price'; they depend on: contact"):
        rm.markov.contact_effect(CONTACTED, "price")
