"""A search that runs off says what the model becomes."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.inference.model import is_model

MODELS = [item for name in rm.__all__ if is_model(item := getattr(rm, name))]
CDNOW = rm.PurchaseSummary.from_transactions(
    rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_limits_are_about_parameters_of_the_model(model) -> None:
    """Each declared limit names parameters of its model and a direction for each, and every model has one."""
    assert model.space.limits
    for limit in model.space.limits:
        assert {name for name, _ in limit.moves} <= set(model.space.names)
        assert {sign for _, sign in limit.moves} <= {-1, 1}


def test_gompertz_nbd_that_collapses_names_pareto_nbd() -> None:
    """On the CDNOW sample the hazard does not grow: the diagnosis names Pareto/NBD, whose likelihood is reached."""
    found, plain = rm.fit(rm.GGompertzNBD, CDNOW, check=False), rm.fit(rm.ParetoNBD, CDNOW)
    assert "the model becomes Pareto/NBD" in found.diagnosis
    assert "fit rm.ParetoNBD" in found.diagnosis
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=0.01)
    assert found.parameters["beta"] / found.parameters["b"] == pytest.approx(plain.parameters["beta"], rel=0.05)


@pytest.mark.parametrize("model", [rm.BGNBD, rm.ParetoNBD, rm.MBGNBD])
def test_customers_who_are_alike_are_recognized(model) -> None:
    """Loyal customers with one rate send r and alpha off; no standard errors are given, and the limit is named."""
    rng = np.random.default_rng(3)
    x = rng.poisson(150.0, 200).astype(float)
    alike = rm.PurchaseSummary.from_arrays(frequency=x, recency=104.0 * rng.beta(x, 1.0), age=np.full(200, 104.0))
    found = rm.fit(model, alike, check=False)
    assert found.covariance is None
    assert "the model becomes" in found.diagnosis
    with pytest.raises(rm.NotConverged, match="r up, alpha up"):
        rm.fit(model, alike)


def test_a_flat_direction_has_no_sign() -> None:
    """A limit is found from a flat direction whichever way it points."""
    limit = rm.Limit((("b", -1), ("beta", -1)), "Pareto/NBD")
    assert limit.is_met({"b": -1, "beta": -1, "s": 1})
    assert not limit.is_met({"b": 1, "beta": 1})
    assert not limit.is_met({"b": -1})
