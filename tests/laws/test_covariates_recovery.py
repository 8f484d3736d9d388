"""Known effects of covariates are found again, and their intervals cover them as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm

DATA_SETS, CUSTOMERS = 60, 1500
TRUTHS = [
    rm.WithCovariates(
        rm.ParetoNBD(0.8, 8.0, 0.9, 14.0, unit="week"),
        {"purchase.size": 0.3, "purchase.member": -0.5, "attrition.size": 0.4},
    ),
    rm.WithCovariates(
        rm.BGNBD(0.5, 5.0, 0.8, 2.4, unit="week"),
        {"purchase.size": 0.3, "purchase.member": -0.5, "attrition.a.size": 0.4, "attrition.b.size": 0.0},
    ),
    rm.WithCovariates(rm.NBD(0.6, 8.0, unit="week"), {"purchase.size": 0.3, "purchase.member": -0.5}),
]


def described(rng: np.random.Generator, sets: tuple[str, ...]) -> rm.PurchaseSummary[rm.Covariates]:
    """Return customers of random ages with two covariates on purchases and one of them on leaving."""
    size, member = rng.normal(size=CUSTOMERS), (rng.random(CUSTOMERS) < 0.4).astype(float)
    none, ages = np.zeros(CUSTOMERS), rng.integers(27 * 7, 39 * 7, CUSTOMERS) / 7
    nobody = rm.PurchaseSummary.from_arrays(frequency=none, recency=none, age=ages)
    return nobody.with_covariates(
        purchase={"size": size, "member": member}, attrition={"size": size} if "attrition" in sets else None
    )


@pytest.mark.slow
@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: type(truth.base).__name__)
def test_intervals_of_effects_cover_them(truth) -> None:
    """Of sixty 90 per cent intervals of each coefficient, some fifty-four hold the truth, and the mean error is 0."""
    rng, hits, errors = np.random.default_rng(20261125), [], []
    held = {"attrition.b.size": 0.0} if "attrition.b.size" in truth.coefficients else None
    for _ in range(DATA_SETS):
        data = truth.simulate(described(rng, tuple(truth.kind.names)), rng)
        fit = rm.fit(type(truth.base), data, fixed=held)
        ends = fit.interval(0.9)
        names = [name for name in truth.coefficients if name not in fit.fixed]
        hits.append([ends[name][0] < truth.coefficients[name] < ends[name][1] for name in names])
        errors.append([(fit.parameters[name] - truth.coefficients[name]) / fit.standard_errors[name] for name in names])
    # Binomial with 60 draws: 46 or fewer and 60 have less than one in a hundred together.
    assert np.all((np.sum(hits, axis=0) >= 46) & (np.sum(hits, axis=0) <= 60))
    assert np.all(np.abs(np.mean(errors, axis=0)) < 3.5 / np.sqrt(DATA_SETS))


@pytest.mark.slow
def test_effects_on_spend_are_covered() -> None:
    """The same for the effect of a covariate on amounts."""
    truth = rm.SpendWithCovariates(rm.GammaGamma(6.25, 3.74, 15.44), {"spend.size": 0.3})
    rng, hits = np.random.default_rng(20261126), 0
    for _ in range(DATA_SETS):
        x = rng.integers(1, 12, CUSTOMERS).astype(float)
        data = rm.PurchaseSummary.from_arrays(
            frequency=x, recency=np.full(CUSTOMERS, 30.0), age=np.full(CUSTOMERS, 39.0)
        )
        fit = rm.fit(
            rm.GammaGamma, truth.simulate(data.with_covariates(spend={"size": rng.normal(size=CUSTOMERS)}), rng)
        )
        low, high = fit.interval(0.9)["spend.size"]
        hits += low < 0.3 < high
    assert 46 <= hits <= 60
