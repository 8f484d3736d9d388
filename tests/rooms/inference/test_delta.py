"""The delta method gives textbook errors, whole arrays of them, and none where there is no covariance."""

from __future__ import annotations

import math

import numpy as np
import pytest

import relmodels as rm
from relmodels.inference.delta import delta_method, reach
from tests.rooms.inference.toys import Coin, Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(7).normal(1.5, 0.7, 400))
NORMAL = rm.fit(Normal, VALUES)


def test_the_error_of_a_parameter_is_its_standard_error() -> None:
    """The function that returns a parameter gets the standard error of the fit, plain and robust."""
    for robust, errors in ((False, NORMAL.standard_errors), (True, NORMAL.robust_standard_errors)):
        found = delta_method(NORMAL, lambda model: [model.mean, model.sd], robust=robust)
        assert found.standard_error == pytest.approx(list(errors.values()), rel=1e-6)
        assert found.value.tolist() == [NORMAL.model.mean, NORMAL.model.sd]


def test_the_error_of_a_ratio_is_the_closed_form() -> None:
    """For the standardized mean μ/σ of a normal the delta method gives sqrt((1 + μ²/(2σ²))/n)."""
    found = delta_method(NORMAL, lambda model: model.mean / model.sd)
    ratio = NORMAL.model.mean / NORMAL.model.sd
    error = math.sqrt((1 + ratio**2 / 2) / 400)
    assert float(found.standard_error) == pytest.approx(error, rel=1e-6)
    assert float(found.high - found.low) == pytest.approx(2 * 1.959963984540054 * error, rel=1e-6)
    assert "95% interval" in str(found)


def test_the_error_of_odds_is_the_closed_form() -> None:
    """For a coin the odds p/(1-p) have the error sqrt(p(1-p)/n)/(1-p)²."""
    fit = rm.fit(Coin, Numbers(np.repeat([1.0, 0.0], [30, 70])))
    found = delta_method(fit, lambda model: model.p / (1 - model.p))
    assert float(found.standard_error) == pytest.approx(math.sqrt(0.21 / 100) / 0.49, rel=1e-6)


def test_a_small_scale_makes_no_difference() -> None:
    """A mean of a millionth is differenced as well as one of size 1."""
    tiny = rm.fit(Normal, Numbers(VALUES.values * 1e-6), start={"mean": 1e-6, "sd": 1e-6})
    found = delta_method(tiny, lambda model: model.mean / model.sd)
    assert float(found.standard_error) == pytest.approx(
        float(delta_method(NORMAL, lambda model: model.mean / model.sd).standard_error), rel=1e-6
    )


def test_held_parameters_do_not_move() -> None:
    """The error of a held parameter is 0, also if every parameter is held, and its interval is its value."""
    part = delta_method(rm.fit(Normal, VALUES, fixed={"sd": 1.0}), lambda model: [model.mean, model.sd])
    assert part.standard_error == pytest.approx([0.05, 0.0], rel=1e-6)
    whole = delta_method(rm.fit(Normal, VALUES, fixed={"mean": 1.0, "sd": 2.0}), lambda model: model.mean * model.sd)
    assert (float(whole.low), float(whole.value), float(whole.high)) == (2.0, 2.0, 2.0)


def test_every_customer_gets_an_error() -> None:
    """P(alive) of many customers has one error each, read-only, equal to J V Jᵀ with a derivative taken by hand."""
    summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 1000, rng=2)
    fit = rm.fit(rm.BGNBD, summary)
    few = summary.take(slice(50))
    found = delta_method(fit, lambda model: model.p_alive(few))
    columns = []
    for name, value in fit.parameters.items():
        up, down = ({**fit.parameters, name: value * (1 + side * 1e-5)} for side in (1, -1))
        rise = rm.BGNBD(**up, unit="week").p_alive(few) - rm.BGNBD(**down, unit="week").p_alive(few)
        columns.append(rise / (2e-5 * value))
    assert fit.covariance is not None
    by_hand = np.sqrt(np.einsum("in,ij,jn->n", np.array(columns), fit.covariance, np.array(columns)))
    assert found.standard_error == pytest.approx(by_hand, rel=1e-5, abs=1e-12)
    assert not any(part.flags.writeable for part in (found.value, found.standard_error, found.low, found.high))
    assert str(found) == "50 quantities with 95% intervals"


def test_an_interval_of_a_wrong_level_is_refused() -> None:
    """A level outside (0, 1) is refused, and 0.95 reaches 1.96 standard errors."""
    assert reach(0.95) == pytest.approx(1.959963984540054)
    with pytest.raises(rm.InvalidParameters, match="level = 95 must lie between 0 and 1"):
        delta_method(NORMAL, lambda model: model.mean, level=95)


def test_a_fit_without_covariance_is_refused() -> None:
    """A search that did not converge has no covariance to carry over."""
    flat = rm.fit(OnlyTheProduct, Numbers(np.ones(9)), check=False)
    with pytest.raises(rm.NotConverged, match="no covariance"):
        delta_method(flat, lambda model: model.a)


def test_a_function_that_is_not_finite_is_refused() -> None:
    """A value that is not finite is named with its place."""
    with pytest.raises(rm.InvalidData, match="gives inf at place 1 of 2"):
        delta_method(NORMAL, lambda model: [model.mean, np.inf])
