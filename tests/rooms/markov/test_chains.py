"""Chains, their estimation, recency and segments: edges, and errors that name every fault."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.markov import best_stopping, estimate_chain, forecast_segments, recency_chain, transition_counts


def test_a_matrix_that_is_no_chain_is_refused():
    """Every row that does not add up, names that are too few, and other shapes are named."""
    with pytest.raises(rm.InvalidData) as caught:
        rm.MarkovChain([[0.5, 0.4], [1.2, -0.2]], states=["one"])
    assert len(caught.value.problems) == 3
    with pytest.raises(rm.InvalidData, match="as many states down as across"):
        rm.MarkovChain([[0.5, 0.5]])
    with pytest.raises(rm.InvalidData, match=r"transition\[0, 1\] = nan"):
        rm.MarkovChain([[1.0, float("nan")], [0.0, 1.0]])


def test_one_state_stays():
    """A chain of one state is absorbing and its own stationary distribution."""
    chain = rm.MarkovChain([[1.0]], ["all"])
    assert chain.absorbing == ("all",)
    assert chain.stationary().tolist() == [1.0]


def test_what_has_no_one_answer_is_refused():
    """Two sets that are never left have no one stationary distribution; without an end there is no absorption."""
    with pytest.raises(rm.InvalidData, match="2 sets of states are never left: loyal; lost"):
        rm.MarkovChain([[0.5, 0.3, 0.2], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], ["new", "loyal", "lost"]).stationary()
    with pytest.raises(rm.InvalidData, match="every state must lead to one that is never left"):
        rm.MarkovChain([[0.5, 0.5], [0.5, 0.5]]).absorption()
    with pytest.raises(rm.InvalidData, match="an amount of 0 or more for each of"):
        rm.MarkovChain([[0.5, 0.5], [0.5, 0.5]]).distribution([1.0], 2)


def test_gaps_break_a_history_and_the_last_state_leads_nowhere():
    """Transitions are counted between periods that follow each other, in whatever order rows stand."""
    counts = transition_counts([1, 1, 2, 1], [5, 1, 1, 2], ["b", "a", "a", "b"], ["a", "b"])
    assert counts.tolist() == [[0, 1], [0, 0]]


def test_faults_of_observed_states_are_named():
    """Unknown states, fractional periods and two states in one period are errors with what is allowed."""
    with pytest.raises(rm.InvalidData) as caught:
        transition_counts([1, 1], [1.5, 2], ["a", "z"], ["a", "b"])
    assert len(caught.value.problems) == 2
    with pytest.raises(rm.InvalidData, match="two states in one period"):
        transition_counts([1, 1], [1, 1], ["a", "b"], ["a", "b"])


def test_a_state_that_was_never_left_needs_a_prior():
    """Without counts in a row there is no estimate; a prior of some cells only leaves the others impossible."""
    with pytest.raises(rm.InvalidData, match="state 'lost' was never left"):
        estimate_chain([[3, 1], [0, 0]], ["active", "lost"])
    found = estimate_chain([[3, 1], [0, 0]], ["active", "lost"], prior=[[0, 0], [0, 1]])
    assert found.chain.transition.tolist() == [[0.75, 0.25], [0.0, 1.0]]
    assert found.chain.absorbing == ("lost",)
    with pytest.raises(rm.InvalidParameters, match="number of 0 or more"):
        estimate_chain([[3, 1], [1, 1]], prior=-1)


def test_what_a_recency_chain_refuses():
    """Chances outside 0 to 1, none at all, and a rate of 0 for a value without end."""
    with pytest.raises(rm.InvalidParameters, match=r"purchase\[1\] = 1.2 is no chance"):
        recency_chain([0.3, 1.2])
    with pytest.raises(rm.InvalidParameters, match="at least one chance"):
        recency_chain([])
    with pytest.raises(rm.InvalidParameters, match="not above 0"):
        best_stopping([0.3], 40, 4, 0.0)
    with pytest.raises(rm.InvalidParameters, match="above 0 for a value without end"):
        rm.markov_clv([[1.0]], [1.0], 0.0)


def test_segments_need_an_amount_each():
    """Sizes and revenues of another length, negative sizes, and a rate of -1 are refused."""
    chain = rm.MarkovChain([[0.5, 0.5], [0.0, 1.0]], ["active", "lost"])
    with pytest.raises(rm.InvalidData, match="one for each of 2 segments"):
        forecast_segments(chain, [1, 2, 3], [1, 2], 0.1, 2)
    with pytest.raises(rm.InvalidData, match=r"sizes\[0\]"):
        forecast_segments(chain, [-1, 2], [1, 2], 0.1, 2)
    with pytest.raises(rm.InvalidParameters, match="above -1"):
        forecast_segments(chain, [1, 2], [1, 2], -1.0, 2)
    table = forecast_segments(chain, [8, 0], [1, 0], 0.0, 2).table()
    np.testing.assert_array_equal(table.column("revenue"), [8.0, 4.0, 2.0])
