"""Specifications and fits: what is refused and why, order of states, edges, and numbers of states."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.markov import HMM, Binomial, Categorical, FreeTransitions, Gaussian, HMMSpec, OrderedLogit, Poisson

MOVES = FreeTransitions([[0.85, 0.12, 0.03], [0.10, 0.80, 0.10], [0.02, 0.13, 0.85]])
TRUTH = HMM([0.5, 0.3, 0.2], MOVES, Poisson([0.3, 2.0, 6.0]))
PANEL = TRUTH.simulate(15, rng=3, customers=300)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: HMMSpec(0, Poisson()), "states = 0"),
        (lambda: HMMSpec(2, Categorical(3)), "order_by="),
        (lambda: HMMSpec(2, Categorical(3), order_by=(0.0, 1.0)), "numbers are for the 3 categories"),
        (lambda: HMMSpec(2, {"x": Poisson()}, order_by="y"), "no outcome; the outcomes are x"),
        (lambda: HMMSpec(2, Poisson(), FreeTransitions(allowed=np.eye(3))), "allows moves of 3 states; there are 2"),
        (lambda: HMMSpec(1, Poisson(), segments=2), "two states or more"),
        (lambda: HMMSpec(2, Poisson(), initial="first"), "'free' or 'stationary'"),  # type: ignore[arg-type]
        (lambda: Categorical([0.2, 0.8]), "categories"),  # type: ignore[arg-type]
    ],
)
def test_a_specification_that_cannot_be_is_refused(make, said):
    """Each part that does not fit the others is named with what it could be."""
    with pytest.raises(rm.InvalidParameters, match=said):
        make()


def test_data_that_a_distribution_cannot_take_are_refused():
    """Fractions for counts, shares above their trials, missing covariates and other kinds of data are named."""
    with pytest.raises(rm.InvalidData, match=r"1\.5"):
        rm.fit(HMMSpec(2, Poisson()), rm.Panel.from_arrays([[1.5, 2.0]]))
    with pytest.raises(rm.InvalidData, match="neither 0 nor 1"):
        rm.fit(HMMSpec(2, Binomial()), rm.Panel.from_arrays([[1, 2]]))
    with pytest.raises(rm.InvalidData, match="no covariate call"):
        rm.fit(HMMSpec(2, Poisson(), OrderedLogit(covariates=["call"])), PANEL)
    with pytest.raises(rm.InvalidData, match="needs a Panel"):
        rm.fit(HMMSpec(2, Poisson()), [[1, 2]])  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidData, match="give a distribution for each, by its name"):
        rm.fit(HMMSpec(2, [Poisson(), Gaussian()]), PANEL)


def test_states_are_in_the_order_of_the_mean():
    """Whatever the start, the rates rise with the number of the state, and the fit is the same."""
    fits = [rm.fit(HMMSpec(3, Poisson()), PANEL, starts=3, rng=seed) for seed in (1, 2)]
    for fit in fits:
        assert (np.diff(fit.model.means()["outcome"]) > 0).all()
    assert fits[0].log_likelihood == pytest.approx(fits[1].log_likelihood, abs=1e-6)


def test_order_by_turns_the_states_around():
    """Numbers for categories decide which state comes first."""
    truth = HMM(
        [0.5, 0.5], FreeTransitions([[0.9, 0.1], [0.2, 0.8]]), Categorical(probability=[[0.8, 0.2], [0.1, 0.9]])
    )
    panel = truth.simulate(20, rng=5, customers=200)
    up = rm.fit(HMMSpec(2, Categorical(2), order_by=(0.0, 1.0)), panel, starts=2)
    down = rm.fit(HMMSpec(2, Categorical(2), order_by=(1.0, 0.0)), panel, starts=2)
    np.testing.assert_allclose(up.model.means()["outcome"], down.model.means()["outcome"][::-1], atol=1e-4)


def test_a_state_that_never_buys_is_held_at_the_edge():
    """A dormant state's rate and an impossible move end at 0, are named, and the others have errors."""
    moves = FreeTransitions([[1.0, 0.0], [0.2, 0.8]])
    panel = HMM([0.2, 0.8], moves, Poisson([1e-12, 3.0])).simulate(20, rng=2, customers=300)
    fit = rm.fit(HMMSpec(2, Poisson()), panel, starts=3)
    assert fit.edges
    assert "at the edge" in fit.diagnosis
    assert fit.model.means()["outcome"][0] < 1e-6
    assert fit.model.matrix()[0, 1, 1] == pytest.approx(0.8, abs=4 * float(fit.transition_errors()[0, 1, 1]))


def test_moves_that_are_not_allowed_are_never_found():
    """A specification that allows no way back has chances of 0 there, and one up is estimated."""
    allowed = [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
    fit = rm.fit(HMMSpec(3, Poisson(), FreeTransitions(allowed=allowed)), PANEL, starts=3)
    found = fit.model.matrix()[0]
    assert (found[np.tril_indices(3, -1)] == 0.0).all()
    assert found[0, 2] == 0.0


def test_one_state_is_a_plain_distribution():
    """With one state the estimate is the mean, and the likelihood that of independent counts."""
    fit = rm.fit(HMMSpec(1, Poisson()), PANEL)
    assert fit.model.means()["outcome"][0] == pytest.approx(np.nanmean(PANEL.values), rel=1e-8)


def test_a_held_parameter_stays():
    """A parameter fixed by its name keeps its value, and costs likelihood."""
    free = rm.fit(HMMSpec(2, Poisson()), PANEL, starts=3)
    name = next(iter(free.fit.parameters))
    held = rm.fit(HMMSpec(2, Poisson()), PANEL, starts=3, fixed={name: 0.5})
    assert held.fit.parameters[name] == 0.5
    assert held.log_likelihood <= free.log_likelihood


def test_criteria_find_the_number_of_states():
    """Schwarz's criterion and the held-out likelihood both choose three of one to four states."""
    found = rm.markov.choose_states(HMMSpec(1, Poisson()), PANEL, range(1, 5), folds=2, starts=3)
    assert found.by_bic.spec.states == 3
    assert found.by_held_out.spec.states == 3
    assert found.table().columns[0] == "states"


def test_a_fit_reads_like_a_table():
    """The text has a row for each quantity with its error, and says how the search ended."""
    text = str(rm.fit(HMMSpec(2, Poisson()), PANEL, starts=2))
    assert "standard_error" in text
    assert "the search ended at a maximum" in text
