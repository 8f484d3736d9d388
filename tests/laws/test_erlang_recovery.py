"""Fits to simulated customers find the parameters that made them, and the number of phases."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.inference.whole import best_of

MODELS = [
    NBD(0.385, 12.07),
    MBGNBD(0.525, 6.183, 0.891, 1.614),
    BGCNBD(2, 0.227, 1.463, 0.944, 2.074),
    BGCNBD(5, 1.2, 0.5, 0.4, 2.5, unit="week"),
    MBGCNBD(3, 0.533, 1.258, 1.289, 1.845),
]
# Five standard errors: with 18 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0


def simulated(model, many):
    return model.simulate(np.linspace(3.0, 12.0, many) * model.alpha * getattr(model, "k", 1), 20210201)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_fits_recover_the_parameters(model) -> None:
    """Maximum likelihood on simulated customers lies within a few standard errors of the truth."""
    summary = simulated(model, 20_000)
    held = {name: getattr(model, name) for name in model.space.names if name == "k"}
    fit = rm.fit(type(model), summary, fixed=held)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(summary).sum()


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS[2:], ids=str)
def test_the_profile_recovers_the_number_of_phases(model) -> None:
    """Among 1 to 12, the true number of phases has the highest likelihood."""
    summary = simulated(model, 5000)
    best = best_of("k", lambda k: rm.fit(type(model), summary, fixed={"k": k}, check=False))
    assert best.model.k == model.k
    assert best.status is rm.Status.CONVERGED
    assert best.free_parameters == 5
