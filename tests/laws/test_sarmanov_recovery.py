"""Fits of Pareto/NBD with dependence find the parameters that made the customers; hard data give a typed error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from tests.laws.test_death_time_recovery import HARD

MODELS = [
    SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.6),
    SarmanovParetoNBD(0.9, 12.0, 0.8, 20.0, -0.3),
    SarmanovParetoNBD(0.6, 70.0, 0.9, 60.0, 0.0, unit="day"),
]
# Five standard errors: with 15 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0
COVERED, REPEATS, MANY = 0.9, 100, 4_000
# The share covered has a standard deviation of .03.
SHARE = (0.80, 0.98)


def simulated(model: SarmanovParetoNBD, many: int, seed: int = 20040301) -> PurchaseSummary:
    return model.simulate(np.linspace(2.0, 12.0, many) * model.alpha, seed)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_fits_recover_the_parameters(model) -> None:
    """Maximum likelihood on simulated customers lies within a few standard errors of the truth, and is no worse."""
    summary = simulated(model, 20_000)
    fit = rm.fit(SarmanovParetoNBD, summary)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(summary).sum()


def test_independence_is_kept_where_it_holds_and_rejected_where_not() -> None:
    """The likelihood ratio finds the dependence of the first model, and none in customers without it."""
    tests = []
    for model in (MODELS[0], replace(MODELS[0], kappa=0.0)):
        summary = simulated(model, 20_000)
        tests.append(rm.likelihood_ratio(rm.fit(ParetoNBD, summary), rm.fit(SarmanovParetoNBD, summary)))
    assert tests[0].p_value < 1e-6
    assert tests[1].p_value > 0.01
    assert [test.df for test in tests] == [1, 1]


@pytest.mark.parametrize("summary", HARD.values(), ids=HARD)
def test_hard_data_give_an_answer_or_a_typed_error(summary) -> None:
    """Data that cannot tell the parameters apart end in an error with a diagnosis, never in nan."""
    record = rm.fit(SarmanovParetoNBD, summary, check=False)
    assert np.isfinite(record.log_likelihood)
    if record.status is rm.Status.CONVERGED:
        assert np.isfinite(list(record.standard_errors.values())).all()
        return
    with pytest.raises(rm.NotConverged, match=r"hold one of them with fixed|try another start"):
        rm.fit(SarmanovParetoNBD, summary)


@pytest.mark.parametrize("factor", [1e-6, 7.0, 1e9])
def test_the_unit_of_time_does_not_matter_to_the_fit(factor) -> None:
    """The same histories in any unit of time give the same fit, alpha and beta in that unit, and the same kappa."""
    weeks = simulated(MODELS[0], 3000)
    other = PurchaseSummary.from_arrays(
        frequency=weeks.frequency, recency=weeks.recency * factor, age=weeks.age * factor
    )
    fit, scaled = rm.fit(SarmanovParetoNBD, weeks).model, rm.fit(SarmanovParetoNBD, other).model
    assert (scaled.alpha, scaled.beta) == pytest.approx((fit.alpha * factor, fit.beta * factor), rel=1e-5)
    assert (scaled.r, scaled.s, scaled.kappa) == pytest.approx((fit.r, fit.s, fit.kappa), rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("model", [MODELS[0], MODELS[2]], ids=str)
def test_intervals_cover_the_truth_as_often_as_they_say(model) -> None:
    """Over many simulated bases the 90 % intervals of every parameter hold the truth about as often."""
    covered = dict.fromkeys(SarmanovParetoNBD.space.names, 0)
    fits = [rm.fit(SarmanovParetoNBD, simulated(model, MANY, seed), check=False) for seed in range(REPEATS)]
    ended = [fit for fit in fits if fit.status is rm.Status.CONVERGED]
    for fit in ended:
        for name, (low, high) in fit.interval(COVERED).items():
            covered[name] += low <= getattr(model, name) <= high
    assert len(ended) >= 0.9 * REPEATS
    for name, count in covered.items():
        assert SHARE[0] <= count / len(ended) <= SHARE[1], name
