"""The search on functions that show one trait each: a limit that is never reached, a plateau before a summit."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.inference.model import Evaluation
from relmodels.inference.solve import maximize

REACH = np.full(2, 12.0)


def towards_a_limit(point: np.ndarray) -> Evaluation:
    """Return -50 (x - 1)² - exp(y), which rises to 0 as y falls for ever."""
    x, y = point
    left = np.exp(y)
    return Evaluation(-50 * (x - 1) ** 2 - left, np.array([-100 * (x - 1), -left]), np.diag([-100.0, -left]))


def beyond_a_plateau(point: np.ndarray) -> Evaluation:
    """Return -50 (x - 1)² + exp(-(y-8)²/8), which is all but flat at y = 0 and highest at y = 8."""
    x, y = point
    height = np.exp(-((y - 8) ** 2) / 8)
    slope, bend = -(y - 8) / 4 * height, ((y - 8) ** 2 / 16 - 0.25) * height
    return Evaluation(-50 * (x - 1) ** 2 + height, np.array([-100 * (x - 1), slope]), np.diag([-100.0, bend]))


def test_a_limit_is_recognized_before_its_last_digit() -> None:
    """Where only an immaterial rise is left, the search ends and says in which direction the function rises."""
    found = maximize(towards_a_limit, np.array([0.0, 1.0]), REACH)
    assert found.status is rm.Status.RUNAWAY
    assert found.direction == pytest.approx([0.0, -1.0])
    assert found.point[0] == pytest.approx(1.0)
    assert -2e-3 < found.at.value < 0.0
    assert found.evaluations <= 10


def test_a_plateau_is_no_limit() -> None:
    """Where the function is as flat but curved upwards, the search goes on to the summit."""
    found = maximize(beyond_a_plateau, np.array([1.0, 0.0]), REACH)
    assert found.status is rm.Status.CONVERGED
    assert found.point == pytest.approx([1.0, 8.0])


def test_gompertz_nbd_on_customers_of_pareto_nbd_says_so_soon() -> None:
    """A fit that collapses to Pareto/NBD names b and beta, near the likelihood of the latter, after a short search."""
    data = rm.ParetoNBD(0.553, 10.578, 0.606, 11.669).simulate(np.repeat([30.0, 34.0, 38.0], 1000), 1, unit="week")
    plain, fit = rm.fit(rm.ParetoNBD, data), rm.fit(rm.GGompertzNBD, data, check=False)
    assert fit.status is rm.Status.RUNAWAY
    assert "(b down, beta down)" in fit.diagnosis
    assert plain.log_likelihood - 0.01 < fit.log_likelihood < plain.log_likelihood + 1e-6
    assert fit.evaluations <= 20
