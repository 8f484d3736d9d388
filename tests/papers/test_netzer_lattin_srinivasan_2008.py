"""Netzer, Lattin and Srinivasan (2008), A hidden Markov model of customer relationship dynamics, MS 27(2), 185-204.

The structure is the paper's: three ordered states, an ordered logit of the moves, a binary choice. Its estimates could
not be obtained, so the figures are derived: from the structure with given parameters, by enumeration of all 81 paths.
"""

from itertools import product

import numpy as np
import pytest

import relmodels as rm

THRESHOLDS = np.array([[1.0, 3.0], [-1.0, 2.0], [-3.0, -0.5]])
SLOPES = np.array([0.5, 0.8, 0.6])
CHOICE = np.array([0.05, 0.4, 0.9])
INITIAL = np.array([0.5, 0.3, 0.2])
CHOSEN, CONTACT = [1, 0, 1, 1], [0.0, 1.0, 0.0, 1.0]

MODEL = rm.markov.HMM(
    INITIAL, rm.markov.OrderedLogit(THRESHOLDS, SLOPES[:, None], covariates=["contact"]), rm.markov.Binomial(CHOICE)
)
PANEL = rm.Panel.from_arrays([CHOSEN], covariates=[CONTACT], covariate_names=["contact"])


def moves(contact: float) -> np.ndarray:
    """Return the ordered logit written out: differences of logistic functions at the thresholds."""
    cumulative = 1.0 / (1.0 + np.exp(SLOPES[:, None] * contact - THRESHOLDS))
    return np.diff(np.column_stack([np.zeros(3), cumulative, np.ones(3)]), axis=1)


def paths() -> dict[tuple[int, ...], float]:
    """Return the chance of the four choices along each path of states; a contact bears on the step into its period."""
    found = {}
    for path in product(range(3), repeat=4):
        chance = INITIAL[path[0]]
        for period, state in enumerate(path):
            chance *= CHOICE[state] if CHOSEN[period] else 1.0 - CHOICE[state]
            if period:
                chance *= moves(CONTACT[period])[path[period - 1], state]
        found[path] = chance
    return found


@pytest.mark.parametrize(
    ("contact", "printed"),
    [
        (0.0, [[0.731059, 0.221516, 0.047426], [0.268941, 0.611856, 0.119203], [0.047426, 0.330115, 0.622459]]),
        (1.0, [[0.622459, 0.301682, 0.075858], [0.141851, 0.626674, 0.231475], [0.026597, 0.223143, 0.750260]]),
    ],
)
def test_moves_without_and_with_a_contact(contact, printed):
    """Derived: the three rows of the ordered logit, to six digits, and as logistic functions written out."""
    found = MODEL.matrix([contact])[0]
    np.testing.assert_allclose(found, printed, atol=5e-7)
    np.testing.assert_allclose(found, moves(contact), rtol=1e-13)


def test_the_likelihood_is_that_of_all_81_paths():
    """Derived: the forward recursion and the sum over paths both give .025690873."""
    likelihood = float(np.exp(MODEL.log_likelihood(PANEL))[0])
    assert round(likelihood, 9) == 0.025690873
    assert likelihood == pytest.approx(sum(paths().values()), rel=1e-13)


def test_the_state_after_the_fourth_choice():
    """Derived: filtered chances .010238, .303767, .685995, which are shares of the paths by their last state."""
    found = MODEL.filter(PANEL)[0, -1]
    np.testing.assert_allclose(found, [0.010238, 0.303767, 0.685995], atol=5e-7)
    chances = paths()
    total = sum(chances.values())
    shares = [sum(value for path, value in chances.items() if path[-1] == state) / total for state in range(3)]
    np.testing.assert_allclose(found, shares, rtol=1e-12)


def test_the_most_likely_path_is_the_best_of_all():
    """Of the 81 paths Viterbi's recursion finds the one with the largest chance."""
    assert tuple(MODEL.most_likely_path(PANEL)[0].tolist()) == max(paths(), key=lambda path: paths()[path])
