"""Fits of Pareto/NBD and Gompertz/NBD find the parameters that made the customers; hard data give a typed error."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary

MODELS: list[ParetoNBD | GGompertzNBD] = [
    ParetoNBD(0.553, 10.578, 0.606, 11.669),
    ParetoNBD(1.5, 20.0, 2.5, 400.0),
    ParetoNBD(0.6, 70.0, 0.9, 60.0, unit="day"),
    GGompertzNBD(1.2, 8.0, 0.1, 1.5, 4.0),
    GGompertzNBD(0.8, 60.0, 0.02, 0.9, 5.0, unit="day"),
]
# Five standard errors: with 22 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0
COVERED, REPEATS, MANY = 0.9, 100, 2_000
# The share covered has a standard deviation of .03.
SHARE = (0.80, 0.98)
HARD = {
    "nobody came back": PurchaseSummary.from_arrays(frequency=[0] * 9, recency=[0] * 9, age=range(1, 10)),
    "one customer": PurchaseSummary.from_arrays(frequency=[2], recency=[30.0], age=[39.0]),
    "seen for no time": PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[0, 0]),
    "all alike": PurchaseSummary.from_arrays(frequency=[150] * 50, recency=[104.0] * 50, age=[104.0] * 50),
    "thousands of purchases": PurchaseSummary.from_arrays(
        frequency=[5000, 1, 0, 7], recency=[3600.0, 9.0, 0.0, 55.0], age=[3652.0] * 4, unit="day"
    ),
}


def simulated(model: ParetoNBD | GGompertzNBD, many: int, seed: int = 19870101) -> PurchaseSummary:
    return model.simulate(np.linspace(2.0, 12.0, many) * model.alpha, seed)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_fits_recover_the_parameters(model) -> None:
    """Maximum likelihood on simulated customers lies within a few standard errors of the truth, and is no worse."""
    summary = simulated(model, 20_000)
    fit = rm.fit(type(model), summary)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(summary).sum()


@pytest.mark.parametrize("kind", [ParetoNBD, GGompertzNBD])
@pytest.mark.parametrize("summary", HARD.values(), ids=HARD)
def test_hard_data_give_an_answer_or_a_typed_error(kind, summary) -> None:
    """Data that cannot tell the parameters apart end in an error with a diagnosis, never in nan."""
    record = rm.fit(kind, summary, check=False)
    assert np.isfinite(record.log_likelihood)
    if record.status is rm.Status.CONVERGED:
        assert np.isfinite(list(record.standard_errors.values())).all()
        return
    with pytest.raises(rm.NotConverged, match=r"hold one of them with fixed|try another start"):
        rm.fit(kind, summary)


@pytest.mark.parametrize("factor", [1e-6, 7.0, 1e9])
def test_the_unit_of_time_does_not_matter_to_the_fit(factor) -> None:
    """The same histories in any unit of time give the same fit, alpha and beta in that unit."""
    weeks = simulated(MODELS[0], 3000)
    other = PurchaseSummary.from_arrays(
        frequency=weeks.frequency, recency=weeks.recency * factor, age=weeks.age * factor
    )
    fit, scaled = rm.fit(ParetoNBD, weeks).model, rm.fit(ParetoNBD, other).model
    assert (scaled.alpha, scaled.beta) == pytest.approx((fit.alpha * factor, fit.beta * factor), rel=1e-5)
    assert (scaled.r, scaled.s) == pytest.approx((fit.r, fit.s), rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("model", [MODELS[0], MODELS[3]], ids=str)
def test_intervals_cover_the_truth_as_often_as_they_say(model) -> None:
    """Over many simulated bases the 90 % intervals of every parameter hold the truth about as often."""
    covered = dict.fromkeys(type(model).space.names, 0)
    fits = [rm.fit(type(model), simulated(model, MANY, seed), check=False) for seed in range(REPEATS)]
    ended = [fit for fit in fits if fit.status is rm.Status.CONVERGED]
    for fit in ended:
        for name, (low, high) in fit.interval(COVERED).items():
            covered[name] += low <= getattr(model, name) <= high
    assert len(ended) >= 0.9 * REPEATS
    for name, count in covered.items():
        assert SHARE[0] <= count / len(ended) <= SHARE[1], name
