"""Hidden states under the names of phases: sums of states, over the calendar, and against a known truth."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.markov import HMM, FreeTransitions, Poisson, simulate_states

MOVES = FreeTransitions([[0.85, 0.13, 0.02], [0.08, 0.84, 0.08], [0.02, 0.08, 0.90]])
MODEL = HMM([0.6, 0.3, 0.1], MOVES, Poisson([0.1, 2.0, 7.0]))
NAMES = ["exploration", "expansion", "commitment"]
LABELED = rm.label(MODEL, rm.dwyer.PROCESS, NAMES)


def test_a_known_truth_is_found_in_ten_lines():
    """From a drawn panel to labeled phases: nine of ten customer-periods get the phase they were in."""
    panel, states = simulate_states(MODEL, 24, rng=8, customers=400)
    fit = rm.fit(rm.markov.HMMSpec(states=3, emission=Poisson()), panel, starts=4)
    found = rm.label(fit, rm.dwyer.PROCESS, NAMES)
    assert np.mean(found.path(panel) == states) > 0.9
    trajectory = found.trajectory(panel)
    truth = np.array([(states == state).sum(axis=0) for state in range(3)]).T
    assert np.abs(trajectory.expected - truth).max() < 20
    moved = np.zeros((3, 3))
    np.add.at(moved, (states[:, :-1].ravel(), states[:, 1:].ravel()), 1.0)
    np.testing.assert_allclose(trajectory.moves[0, 1], moved[0, 1], rtol=0.1)


def test_states_of_one_phase_are_added_up():
    """Two states that stand for one phase have its chance together, in filtering and in smoothing."""
    panel = rm.Panel.from_arrays([[0, 3, 1, 8], [0, 0, 2, 1]], lengths=[4, 3], starts=[2, 5])
    two = rm.label(MODEL, rm.dwyer.PROCESS, {1: "exploration", 2: "commitment", 3: "commitment"})
    assert two.names == ("Exploration", "Commitment")
    for phases, states in ((two.smooth(panel), MODEL.smooth(panel)), (two.filter(panel), MODEL.filter(panel))):
        np.testing.assert_allclose(phases[..., 1], states[..., 1] + states[..., 2])
    np.testing.assert_array_equal(two.path(panel)[1], [*np.minimum(MODEL.most_likely_path(panel)[1, :3], 1), -1])


def test_flows_connect_the_periods():
    """What leaves a period and what enters the next are the customers there; without newcomers both add up."""
    panel, _ = simulate_states(MODEL, 6, rng=4, customers=50)
    found = LABELED.trajectory(panel)
    np.testing.assert_allclose(found.flow.sum(axis=2), found.expected[:-1], rtol=1e-9)
    np.testing.assert_allclose(found.flow.sum(axis=1), found.expected[1:], rtol=1e-9)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1.0)


def test_the_calendar_runs_from_the_first_start_to_the_last_end():
    """Customers count in the periods of their histories; weights count for as many."""
    panel = rm.Panel.from_arrays([[0, 1], [2, 5]], starts=[10, 12], weight=[1, 3], unit=None)
    found = LABELED.trajectory(panel)
    assert found.periods.tolist() == [10, 11, 12, 13]
    np.testing.assert_allclose(found.expected.sum(axis=1), [1, 1, 3, 3])
    np.testing.assert_allclose(found.flow.sum(axis=(1, 2)), [1, 0, 3])
    assert found.table().columns == ("period", "customers", "Exploration", "Expansion", "Commitment")
    assert found.moves_table().columns[0] == "from"


def test_moves_outside_the_process_are_told():
    """Skipping a phase and falling back are no moves of the plain process; with loops falling to exploration is."""
    table = LABELED.not_in_process()
    pairs = set(zip(table.column("from"), table.column("to"), strict=True))
    assert pairs == {
        ("exploration", "commitment"),
        ("expansion", "exploration"),
        ("commitment", "exploration"),
        ("commitment", "expansion"),
    }
    loops = rm.label(MODEL, rm.dwyer.process(loops=True), NAMES).not_in_process(least=0.05)
    assert list(zip(loops.column("from"), loops.column("to"), strict=True)) == [("commitment", "expansion")]


def test_a_map_is_needed_and_checked():
    """With as many states as phases the order decides; else every state needs a phase, and every phase must be one."""
    with pytest.raises(rm.InvalidParameters, match="3 states and 5 phases"):
        rm.label(MODEL, rm.dwyer.PROCESS)
    four = HMM([0.25] * 4, FreeTransitions(np.full((4, 4), 0.25)), Poisson([1.0, 2.0, 3.0, 4.0]))
    assert rm.label(four, rm.dwyer.DISSOLUTION).phase_of_state == rm.dwyer.DISSOLUTION.stages.codes
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.label(MODEL, rm.dwyer.PROCESS, {1: "exploration", 2: "love", 7: "expansion"})
    assert len(caught.value.problems) == 3


def test_cdnow_from_log_to_phases():
    """The buyers of 1997 fall back: the share in expansion or commitment halves from March 1997 to June 1998."""
    log = rm.datasets.cdnow()
    panel = rm.Panel.from_transactions(log, customer="customer", date="date", unit="month")
    fit = rm.fit(rm.markov.HMMSpec(states=3, emission=Poisson()), panel, starts=4)
    found = rm.label(fit, rm.dwyer.PROCESS, NAMES)
    shares = found.trajectory(panel).shares
    assert 1.0 - shares[1, 0] > 2.0 * (1.0 - shares[-1, 0])
    assert fit.model.means()["purchases"][2] > 1.0
    assert len(found.current(panel)) == 2357
