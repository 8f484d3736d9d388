"""Expected correlations: what a model with values implies, and what has no place in it."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import expected_moments

VALUES = {"b ~ a": 0.5, "c ~ a": -0.2, "c ~ b": 0.4}
TEXT = (
    "a =~ 0.9*a1 + 0.8*a2 + 0.7*a3; b =~ b1 + b2; c =~ c1 + c2;b ~ 0.5*a; c ~ -0.2*a + start(0.4)*b; a ~~ 0.1*x; b ~ x"
)


def test_the_model_without_values_finds_them_again() -> None:
    """Fitted to what it implies, the model fits exactly and its standardized values are those written."""
    expected = expected_moments(rm.PathModel.parse(TEXT), loading=0.8, path=0.15)
    model = rm.PathModel.parse("a =~ a1 + a2 + a3; b =~ b1 + b2; c =~ c1 + c2; b ~ a + x; c ~ a + b; a ~~ x; x ~~ x")
    fit = rm.fit(model, expected)
    assert fit.chi_square == pytest.approx(0.0, abs=1e-7)
    table = fit.standardized()
    found = dict(zip(table.column("parameter"), np.asarray(table.column("standardized")), strict=True))
    for name, value in {**VALUES, "b ~ x": 0.15, "a =~ a3": 0.7, "c =~ c2": 0.8, "a ~~ x": 0.1}.items():
        assert found[name] == pytest.approx(value, abs=1e-6), name


def test_the_theory_of_trust_can_be_planned_without_a_pilot() -> None:
    """The commitment-trust theory with usual values has a table of 43 questions, and a power for each path."""
    theory = rm.morgan_hunt.key_mediating()
    fit = rm.fit(theory, expected_moments(theory, path=0.25, n=200))
    assert fit.chi_square == pytest.approx(0.0, abs=1e-6)
    power = rm.sem.power_by_size(fit, ["acq ~ commitment"], [60, 200], draws=40, rng=1).column("power")
    few, many = np.asarray(power)
    assert 0.0 < few < many <= 1.0


def test_what_has_no_place_is_named() -> None:
    """Too much explained, circles, constraints, means and covariances of effects are told."""
    with pytest.raises(rm.InvalidParameters, match=r"y: its causes would explain 146% of it"):
        expected_moments(rm.PathModel.parse("y ~ 0.9*x + 0.7*z"), correlation=0.13)
    with pytest.raises(rm.InvalidParameters, match="in a circle through y, x"):
        expected_moments(rm.PathModel.parse("y ~ x; x ~ y"))
    with pytest.raises(rm.InvalidParameters) as caught:
        expected_moments(rm.PathModel.parse("y ~ a*x; y ~ 1; z ~ x; y ~~ z; a > 0"))
    for part in ("a > 0: there is nothing to constrain", "y ~ 1: all means are 0", "y ~~ z: variances are 1"):
        assert part in str(caught.value)
