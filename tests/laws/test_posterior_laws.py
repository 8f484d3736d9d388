"""What every posterior obeys: units, weights and the order of rows change nothing, and hard cases come out right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels import priors
from relmodels.core.arrays import FloatArray
from relmodels.inference.points import values_at

TRUE: dict[Any, Any] = {
    rm.BGNBD: rm.BGNBD(0.4, 4.0, 0.8, 2.4, unit="week"),
    rm.MBGNBD: rm.MBGNBD(0.5, 6.0, 0.9, 1.6, unit="week"),
    rm.ParetoNBD: rm.ParetoNBD(0.6, 10.0, 0.6, 12.0, unit="week"),
    rm.NBD: rm.NBD(0.4, 12.0, unit="week"),
}
each = pytest.mark.parametrize("kind", TRUE, ids=lambda kind: kind.__name__)
# Where two searches for the mode stop, relative to its size; the draws are laid out from there.
SAME = 1e-6


def simulated(kind: Any, n: int = 150) -> rm.PurchaseSummary:
    found: rm.PurchaseSummary = TRUE[kind].simulate(np.repeat([26.0, 39.0], n // 2), 1)
    return found


def scaled(data: rm.PurchaseSummary, factor: float) -> rm.PurchaseSummary:
    return rm.PurchaseSummary.from_arrays(
        frequency=data.frequency, recency=data.recency * factor, age=data.age * factor, unit="day"
    )


def drawn(kind: Any, data: rm.PurchaseSummary, rng: Any = 1) -> FloatArray:
    return rm.posterior(rm.fit(kind, data, check=False), data, 400, rng=rng).draws


@each
def test_the_unit_of_time_changes_nothing(kind) -> None:
    """With the default prior draws from days are those from weeks, times seven where a parameter is a time."""
    data = simulated(kind)
    factors = np.array([7.0**parameter.power for parameter in kind.space])
    np.testing.assert_allclose(drawn(kind, scaled(data, 7.0)), drawn(kind, data) * factors, rtol=SAME)


def test_the_unit_of_money_changes_nothing() -> None:
    """With the default prior draws from cents are those from euros, times a hundred where a parameter is an amount."""
    log = rm.datasets.cdnow()
    data = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date", amount="amount").every(10)
    assert data.spend is not None
    cents = rm.PurchaseSummary.from_arrays(
        frequency=data.frequency, recency=data.recency, age=data.age, spend=100 * data.spend
    )
    factors = np.array([100.0**parameter.power for parameter in rm.GammaGamma.space])
    np.testing.assert_allclose(drawn(rm.GammaGamma, cents), drawn(rm.GammaGamma, data) * factors, rtol=SAME)


def test_the_unit_of_a_covariate_changes_nothing() -> None:
    """A distance in meters has a thousandth of the coefficients it has in kilometers, and changes no other draw."""
    data = simulated(rm.ParetoNBD, 100)
    far = np.random.default_rng(3).normal(size=len(data))
    near, wide = (
        data.with_covariates(purchase={"far": far * size}, attrition={"far": far * size}) for size in (1.0, 1000.0)
    )
    first, second = (drawn(rm.ParetoNBD, summary) for summary in (near, wide))
    np.testing.assert_allclose(second * [1, 1, 1, 1, 1000, 1000], first, rtol=1e-5, atol=1e-6)


@each
def test_a_weight_of_two_is_a_row_twice(kind) -> None:
    """Rows that stand for two customers give the draws of a table with every row twice, whatever their order."""
    data = simulated(kind)
    columns = data.frequency, data.recency, data.age
    x, t_x, T = columns
    weighted = rm.PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, weight=np.full(len(data), 2.0))
    x, t_x, T = (np.concatenate([values[::-1], values]) for values in columns)
    twice = rm.PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T)
    np.testing.assert_allclose(drawn(kind, weighted), drawn(kind, twice), rtol=SAME)


def test_a_seed_repeats_the_draws() -> None:
    """The same seed or generator gives the same draws to the last bit, another seed gives others."""
    data = simulated(rm.BGNBD)
    first = drawn(rm.BGNBD, data, 5)
    assert drawn(rm.BGNBD, data, 5).tolist() == first.tolist()
    assert drawn(rm.BGNBD, data, np.random.default_rng(5)).tolist() == first.tolist()
    assert drawn(rm.BGNBD, data, 6).tolist() != first.tolist()
    assert drawn(rm.BGNBD, data, None).shape == (400, 4)


@pytest.mark.parametrize("kind", [rm.BGNBD, rm.MBGNBD, rm.NBD], ids=lambda kind: kind.__name__)
def test_ten_customers_are_as_the_prior_weighted_by_the_likelihood(kind) -> None:
    """Where the likelihood has no maximum, the draws have the moments of 200,000 draws from the prior, weighted."""
    log = rm.datasets.cdnow()
    few = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date").every(240)
    after = rm.posterior(rm.fit(kind, few, check=False), few, rng=1)
    assert after.warning is None
    before = after.prior.sample(kind.space.names, 200_000, np.random.default_rng(2))
    height = values_at(kind.likelihood(few), before)
    weight = np.exp(height - height.max())
    weight /= weight.sum()
    noise = 4 * np.sqrt((weight**2).sum() + 1 / min(after.ess, len(after.draws)))
    mean = weight @ np.log(before)
    spread = np.sqrt(weight @ (np.log(before) - mean) ** 2)
    np.testing.assert_array_less(np.abs(np.log(after.draws).mean(axis=0) - mean), noise * spread)
    np.testing.assert_allclose(np.log(after.draws).std(axis=0), spread, rtol=2 * noise)


def test_customers_who_say_nothing_of_leaving_have_a_posterior() -> None:
    """Seven customers of one steady pace, whose likelihood runs off, get draws that keep them nearly all alive."""
    steady = rm.PurchaseSummary.from_arrays(frequency=[50] * 7, recency=[51.0] * 7, age=[52.0] * 7, unit="week")
    fit = rm.fit(rm.BGNBD, steady, check=False)
    assert fit.status is rm.Status.RUNAWAY
    after = rm.posterior(fit, steady, rng=1)
    assert after.warning is None
    assert after.per_customer(rm.BGNBD.p_alive, steady).low.min() > 0.9


def test_a_sharp_prior_outweighs_the_data() -> None:
    """Under a prior that is sure of a parameter its posterior is that prior."""
    data = simulated(rm.NBD)
    sure = rm.Priors({"r": priors.LogNormal(2.0, 0.001), "alpha": priors.Gamma(1.0, 100.0)})
    after = rm.posterior(rm.fit(rm.NBD, data), data, prior=sure, rng=1)
    assert after.mean["r"] == pytest.approx(2.0, rel=1e-3)
    assert after.sd["r"] == pytest.approx(0.002, rel=0.05)
    assert after.prior == sure
