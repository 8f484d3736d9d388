"""Posteriors on the CDNOW sample against an importance sampler and NUTS; versions and settings are in the data file.

The input is the published summary, with recency, age and mean spend rounded to two decimals.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.inference.draws import Posterior
from relmodels.inference.priors import Pareto, ShareAndTotal, Uniform, Weibull
from relmodels.inference.solve import maximize

STORED = json.loads((Path(__file__).parent / "data" / "cdnow_sample_posteriors.json").read_text(encoding="utf-8"))
DROPOUT = ShareAndTotal(Uniform(0, 1), Pareto(1, 1))
BY_DROPOUT = rm.Priors({"r": Weibull(2, 1), "alpha": Weibull(2, 10), ("a", "b"): DROPOUT})
BY_HAZARD = rm.Priors({"r": Weibull(2, 1), "alpha": Weibull(2, 10), "s": Weibull(2, 1), "beta": Weibull(2, 10)})
CASES: dict[str, tuple[Any, rm.Priors]] = {
    "bg_nbd": (rm.BGNBD, BY_DROPOUT),
    "mbg_nbd": (rm.MBGNBD, BY_DROPOUT),
    "pareto_nbd": (rm.ParetoNBD, BY_HAZARD),
    "gamma_gamma": (rm.GammaGamma, rm.Priors({})),
}
each = pytest.mark.parametrize("case", CASES)


@pytest.fixture(scope="module")
def summary() -> rm.PurchaseSummary:
    log = rm.datasets.cdnow()
    exact = rm.PurchaseSummary.from_transactions(
        log, customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )
    assert exact.spend is not None
    return rm.PurchaseSummary.from_arrays(
        frequency=exact.frequency,
        recency=exact.recency.round(2),
        age=exact.age.round(2),
        spend=np.round(exact.spend + 1e-9, 2),  # halves upwards, as they were published
        unit="week",
    )


@pytest.fixture(scope="module")
def posteriors(summary) -> dict[str, Posterior[Any]]:
    return {
        case: rm.posterior(rm.fit(kind, summary), summary, 4000, prior=prior, rng=1)
        for case, (kind, prior) in CASES.items()
    }


@each
def test_the_input_is_that_of_the_other_software(summary, case) -> None:
    """Maximum likelihood on the rounded input gives the stored parameters and log-likelihood."""
    fit, stored = rm.fit(CASES[case][0], summary), STORED["models"][case]
    assert fit.log_likelihood == pytest.approx(stored["log_likelihood"], rel=2e-10)
    for name, value in stored["maximum_likelihood"].items():
        assert fit.parameters[name] == pytest.approx(value, rel=1e-4)


@each
def test_means_and_spreads_are_those_of_the_importance_sampler(posteriors, case) -> None:
    """Posterior means agree within 0.1 standard deviations, and standard deviations within 5 per cent."""
    after = posteriors[case]
    for name, stored in STORED["models"][case]["importance_sampling"].items():
        if name != "ess":
            assert after.mean[name] == pytest.approx(stored["mean"], abs=0.1 * stored["sd"])
            assert after.sd[name] == pytest.approx(stored["sd"], rel=0.05)


@each
def test_shortest_intervals_are_those_of_the_importance_sampler(posteriors, case) -> None:
    """The ends of the shortest 94 per cent intervals agree within a fifth of a standard deviation, their noise."""
    found = posteriors[case].interval(0.94, hdi=True)
    for name, stored in STORED["models"][case]["importance_sampling"].items():
        if name != "ess":
            assert found[name] == pytest.approx((stored["low"], stored["high"]), abs=0.2 * stored["sd"])


@each
def test_means_are_those_of_nuts(posteriors, case) -> None:
    """Posterior means agree with NUTS within four of its Monte-Carlo errors and a twentieth of a standard deviation."""
    after = posteriors[case]
    for name, stored in STORED["models"][case]["nuts"].items():
        noise = 4 * stored["mcse_mean"] + 0.05 * stored["sd"]
        assert after.mean[name] == pytest.approx(stored["mean"], abs=noise)


@each
def test_the_weights_can_be_relied_on(posteriors, case) -> None:
    """On the whole sample two proposals do: a light tail, most draws count, and there is no warning."""
    after = posteriors[case]
    assert (after.warning, after.rounds) == (None, 2)
    assert after.pareto_k < 0.5
    assert after.ess > 4000


@pytest.mark.parametrize("case", ["pareto_nbd", "gamma_gamma"])
def test_the_mode_is_that_of_the_other_software(summary, case) -> None:
    """Maximum a posteriori of the natural parameters is PyMC's, as far as its optimizer went."""
    kind, prior = CASES[case]
    fit, stored = rm.fit(kind, summary, prior=prior), STORED["models"][case]["map"]
    for name, value in stored["parameters"].items():
        assert fit.parameters[name] == pytest.approx(value, rel=3e-4)
    there = np.array([stored["parameters"][name] for name in kind.space.names])
    assert fit.objective >= stored["log_likelihood"] + prior.evaluate(kind.space.names, there).value - 1e-6


@pytest.mark.parametrize("case", ["bg_nbd", "mbg_nbd"])
def test_a_mode_depends_on_the_coordinates_it_is_taken_in(summary, case) -> None:
    """PyMC's mode of the share and the total of a and b is found by leaving out 1/κ; that of a and b is another."""
    kind, prior = CASES[case]
    fit, stored = rm.fit(kind, summary, prior=prior), STORED["models"][case]["map"]["parameters"]
    likelihood, names = kind.likelihood(summary), kind.space.names

    def objective(free):
        # ln κ added to the log density of (a, b) makes it that of (φ, κ).
        natural = np.exp(free)
        kappa = natural[2:].sum()
        by_pair = np.array([0.0, 0.0, 1.0, 1.0]) / kappa
        at = likelihood.evaluate(natural) + prior.evaluate(names, natural)
        gradient = at.gradient + by_pair
        hessian = (at.hessian - np.outer(by_pair, by_pair)) * np.outer(natural, natural)
        return type(at)(at.value + np.log(kappa), gradient * natural, hessian + np.diag(gradient * natural))

    found = maximize(objective, np.log(kind.space.values(fit.model)), np.full(4, 12.0))
    theirs = [stored[name] for name in names]
    np.testing.assert_allclose(np.exp(found.point), theirs, rtol=3e-4)
    assert fit.parameters["b"] < 0.96 * stored["b"]


def test_a_day_is_as_good_as_a_week(summary) -> None:
    """Expected purchases of the next year do not depend on the unit, where fixed priors moved them by 18 per cent."""
    days = rm.PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency * 7, age=summary.age * 7, unit="day"
    )

    def year(data: rm.PurchaseSummary, horizon: float) -> rm.Estimate:
        after = rm.posterior(rm.fit(rm.BGNBD, data), data, 1000, rng=1)
        return after.estimate(lambda model: model.expected_purchases_new(horizon))

    found = year(summary, 52.0), year(days, 364.0)
    assert found[0].value == pytest.approx(found[1].value, rel=1e-6)
    assert found[0].standard_error == pytest.approx(found[1].standard_error, rel=1e-6)
