"""Ordinal answers: correlations behind them, and what is refused."""

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels.sem import polychorics
from relmodels.sem.polychoric import _both_below, _most_likely

RNG = np.random.default_rng(21)


@pytest.mark.parametrize("at", [-0.97, -0.5, 0.0, 0.3, 0.9])
def test_two_normal_values_lie_below(at):
    """The chance agrees with scipy's integration, at all signs of the ends and up to strong correlations."""
    ends = np.array([-2.0, -0.3, 0.0, 1.1])
    found = _both_below(ends[:, None], ends[None, :], at)
    for row, first in enumerate(ends):
        for column, second in enumerate(ends):
            expected = stats.multivariate_normal([0, 0], [[1, at], [at, 1]], seed=1).cdf([first, second])
            assert found[row, column] == pytest.approx(expected, abs=1e-7)


def test_two_steps_cut_in_the_middle_have_a_closed_form():
    """A table of halves with the share p of equal answers has the correlation sin(pi (p - 1/2))."""
    table = np.array([[35.0, 15.0], [15.0, 35.0]])
    cut = np.array([-60.0, 0.0, 60.0])
    assert _most_likely(table, cut, cut) == pytest.approx(np.sin(np.pi * 0.2), abs=1e-10)


def test_the_truth_and_its_spread_are_found():
    """Over 200 samples of 300 the mean is the truth, and the deviation is the square root of the stated spread."""
    truth = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.4], [0.3, 0.4, 1.0]])
    drawn, stated = [], []
    for _ in range(200):
        codes = np.digitize(RNG.multivariate_normal(np.zeros(3), truth, 300), [-0.8, 0.1, 0.9])
        found = polychorics(["a", "b", "c"], codes)
        drawn.append(found.correlation[np.triu_indices(3, 1)])
        stated.append(np.sqrt(np.diag(found.spread) / 300))
    np.testing.assert_allclose(np.mean(drawn, axis=0), [0.5, 0.3, 0.4], atol=0.015)
    np.testing.assert_allclose(np.std(drawn, axis=0), np.mean(stated, axis=0), rtol=0.2)


def test_what_is_refused():
    """Questions of one step, fractions, means, observed causes, and what needs answers as numbers, are refused."""
    with pytest.raises(rm.InvalidData, match="a has 1 different answers"):
        polychorics(["a", "b"], np.array([[1, 0], [1, 1], [1, 0]]))
    trust = RNG.normal(size=300)
    answers = {f"t{k}": np.digitize(trust + RNG.normal(size=300), [-1, 0, 1]) for k in range(4)}
    survey = rm.Survey.from_frame(answers, list(answers))
    model = rm.PathModel.parse("trust =~ t0 + t1 + t2 + t3")
    fit = rm.fit(model, survey, estimator="WLSMV")
    for work in (
        lambda: rm.sem.modification_indices(fit),
        lambda: rm.sem.factor_scores(fit, survey),
        lambda: rm.sem.bootstrap_paths(fit, survey, 5, rng=1),
        lambda: rm.sem.compare(fit, fit),
        fit.robust_indices,
        lambda: rm.fit(model, survey, estimator="WLSMV", missing="ml"),
        lambda: rm.fit(rm.PathModel.parse("t0 ~ t1 + t2"), survey, estimator="WLSMV"),
        lambda: rm.fit(rm.PathModel.parse("trust =~ t0 + t1 + t2; t0 ~ 1"), survey, estimator="WLSMV"),
    ):
        with pytest.raises(rm.InvalidParameters):
            work()
    half = rm.Survey.from_frame({name: values + 0.5 for name, values in answers.items()}, list(answers))
    with pytest.raises(rm.InvalidData, match="whole numbers"):
        rm.fit(model, half, estimator="WLSMV")
    with pytest.raises(rm.NotIdentified):
        rm.fit(rm.PathModel.parse("trust =~ t0 + t1"), survey, estimator="WLSMV")


def test_labels_and_constraints_hold_for_ordinal_answers():
    """Loadings that are one by a label or by a constraint are equal, with one more degree of freedom."""
    trust = RNG.normal(size=400)
    answers = {f"t{k}": np.digitize(trust + RNG.normal(size=400), [-1, 0, 1]) for k in range(4)}
    survey = rm.Survey.from_frame(answers, list(answers))
    first = rm.fit(rm.PathModel.parse("f =~ t0 + l*t1 + l*t2 + t3"), survey, estimator="WLSMV")
    second = rm.fit(rm.PathModel.parse("f =~ t0 + l*t1 + m*t2 + t3; l == m"), survey, estimator="WLSMV")
    assert first.df == second.df == 3
    assert first.chi_square == pytest.approx(second.chi_square, rel=1e-8)
    assert first.standard_error("f =~ t1") == pytest.approx(second.standard_error("f =~ t2"), rel=1e-6)
