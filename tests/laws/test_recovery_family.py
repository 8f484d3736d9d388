"""Fits to simulated customers find the parameters that made them; hard data give an answer or a typed error."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary

MODELS: list[BGNBD | GammaGamma] = [
    BGNBD(0.243, 4.414, 0.793, 2.426),
    BGNBD(1.5, 20.0, 0.5, 4.0),
    BGNBD(0.6, 300.0, 1.8, 1.5, unit="day"),
    GammaGamma(6.25, 3.74, 15.44),
    GammaGamma(1.2, 8.0, 900.0),
]
# Five standard errors: with 18 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0

nobody = PurchaseSummary.from_arrays(frequency=[0] * 9, recency=[0] * 9, age=range(1, 10))
HARD = {
    "nobody came back": nobody,
    "one customer": PurchaseSummary.from_arrays(frequency=[2], recency=[30.0], age=[39.0]),
    "one customer, once": PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[39.0]),
    "seen for no time": PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[0, 0]),
    "all alike": PurchaseSummary.from_arrays(frequency=[150] * 50, recency=[104.0] * 50, age=[104.0] * 50),
    "thousands of purchases": PurchaseSummary.from_arrays(
        frequency=[5000, 1, 0, 7], recency=[3600.0, 9.0, 0.0, 55.0], age=[3652.0] * 4, unit="day"
    ),
}


def simulated(model: BGNBD | GammaGamma, many: int) -> PurchaseSummary:
    if isinstance(model, BGNBD):
        return model.simulate(np.linspace(2.0, 12.0, many) * model.alpha, 20050201)
    x = np.random.default_rng(20050202).poisson(1.5, many).astype(float)
    spend = model.simulate_spend(x, 20050203)
    return PurchaseSummary.from_arrays(frequency=x, recency=x, age=x + 1.0, spend=spend)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_fits_recover_the_parameters(model) -> None:
    """Maximum likelihood on simulated customers lies within a few standard errors of the truth."""
    fit = rm.fit(type(model), simulated(model, 20_000))
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(simulated(model, 20_000)).sum()


@pytest.mark.parametrize("summary", HARD.values(), ids=HARD)
def test_hard_data_give_an_answer_or_a_typed_error(summary) -> None:
    """Data that cannot tell the parameters apart end in an error with a diagnosis, never in nan."""
    record = rm.fit(BGNBD, summary, check=False)
    assert np.isfinite(record.log_likelihood)
    if record.status is rm.Status.CONVERGED:
        assert np.isfinite(list(record.standard_errors.values())).all()
        return
    with pytest.raises(rm.NotConverged, match=r"hold one of them with fixed|try another start"):
        rm.fit(BGNBD, summary)


@pytest.mark.parametrize("factor", [1e-6, 7.0, 1e9])
def test_the_unit_of_time_does_not_matter_to_the_fit(factor) -> None:
    """The same histories in any unit of time give the same fit, alpha in that unit."""
    weeks = simulated(MODELS[0], 3000)
    other = PurchaseSummary.from_arrays(
        frequency=weeks.frequency, recency=weeks.recency * factor, age=weeks.age * factor
    )
    fit, scaled = rm.fit(BGNBD, weeks).model, rm.fit(BGNBD, other).model
    assert scaled.alpha == pytest.approx(fit.alpha * factor, rel=1e-5)
    assert (scaled.r, scaled.a, scaled.b) == pytest.approx((fit.r, fit.a, fit.b), rel=1e-5)
