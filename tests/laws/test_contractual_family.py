"""What every model of contracts that are renewed or lost obeys: one vocabulary, one meaning, no special cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.core.periods import Rate
from tests import likelihoods
from tests.strategies import models

FAMILY = [ShiftedBetaGeometric, BetaDiscreteWeibull]
family = pytest.mark.parametrize("kind", FAMILY)
rates = st.sampled_from([0.01, 0.1, 0.5, 3.0])
t = np.arange(1, 61)


@st.composite
def tables(draw: st.DrawFn) -> RetentionTable:
    """Draw a few cohorts; at least one has seen a renewal."""
    longest = draw(st.integers(1, 12))
    rows = []
    for renewals in [longest, *draw(st.lists(st.integers(0, 12), max_size=3))]:
        lost = draw(st.lists(st.integers(0, 200), min_size=renewals, max_size=renewals))
        kept = draw(st.integers(1, 500))
        rows.append([float(kept + sum(lost[place:])) for place in range(renewals + 1)])
    return RetentionTable.from_survivors(rows)


def of_counts(table: RetentionTable, factor: float) -> RetentionTable:
    """Return the table with every count multiplied."""
    return replace(table, lost=table.lost * factor, kept=table.kept * factor)


@family
@given(data=st.data())
def test_survival_falls_from_one(kind, data) -> None:
    """Survival is 1 at the start and falls with every renewal, never below 0."""
    curve = data.draw(models(kind)).survival(np.arange(200))
    assert curve[0] == 1.0
    assert np.all(np.diff(curve) < 0)
    assert curve[-1] >= 0


@family
@given(data=st.data())
def test_lost_and_surviving_contracts_sum_to_one(kind, data) -> None:
    """The shares lost at each renewal up to one, and the share that outlasts it, sum to 1."""
    model = data.draw(models(kind))
    np.testing.assert_allclose(np.cumsum(model.pmf(t)) + model.survival(t), 1.0, rtol=1e-13)


@family
@given(data=st.data())
def test_survival_is_the_product_of_retention_rates(kind, data) -> None:
    """Survival is the running product of the retention rates, each between 0 and 1."""
    model = data.draw(models(kind))
    retention = model.retention_rate(t)
    assert np.all((retention > 0) & (retention < 1))
    np.testing.assert_allclose(np.cumprod(retention), model.survival(t), rtol=1e-12)
    np.testing.assert_allclose(model.survival(t - 1) * (1.0 - retention), model.pmf(t), rtol=1e-9)


@family
@given(data=st.data(), rate=rates, horizon=st.integers(0, 40))
def test_lifetime_is_the_discounted_sum_of_survival(kind, data, rate, horizon) -> None:
    """Up to a horizon the discounted lifetime is the sum of survival times the discount factor."""
    model = data.draw(models(kind))
    periods = np.arange(horizon)
    summed = float(model.survival(periods) @ (1 + rate) ** -periods.astype(float))
    assert model.discounted_lifetime(Rate(rate), horizon=horizon) == pytest.approx(summed, rel=1e-12)


@family
@given(data=st.data(), rate=rates, horizon=st.integers(0, 40))
def test_residual_is_the_discounted_sum_of_what_survives(kind, data, rate, horizon) -> None:
    """Up to a horizon the residual is the discounted sum of survival given the renewals made, in their shape."""
    model, made = data.draw(models(kind)), np.array([[0, 1], [7, 30]])
    periods = np.arange(horizon)
    later = model.survival(made[..., None] + 1 + periods) / model.survival(made)[..., None]
    found = model.discounted_residual(made, Rate(rate), horizon=horizon)
    np.testing.assert_allclose(found, later @ (1 + rate) ** -periods.astype(float), rtol=1e-11)


@family
@given(data=st.data(), rate=rates)
def test_an_unlimited_future_is_the_limit_of_long_ones(kind, data, rate) -> None:
    """Without a horizon the present values are those of a horizon beyond which nothing is worth anything."""
    model, far = data.draw(models(kind)), 4500
    assert model.discounted_lifetime(Rate(rate)) == pytest.approx(
        model.discounted_lifetime(Rate(rate), horizon=far), rel=1e-12
    )
    np.testing.assert_allclose(
        model.discounted_residual([0, 9], Rate(rate)),
        model.discounted_residual([0, 9], Rate(rate), horizon=far),
        rtol=1e-12,
    )


@family
@given(data=st.data(), rate=rates)
def test_a_renewal_pays_now_and_leaves_the_next_residual(kind, data, rate) -> None:
    """The residual is the retention rate times 1 plus the next residual discounted; a new contract pays 1 for sure."""
    model, made = data.draw(models(kind)), np.arange(12)
    residual, then = (model.discounted_residual(when, Rate(rate)) for when in (made, made + 1))
    np.testing.assert_allclose(residual, model.retention_rate(made + 1) * (1 + then / (1 + rate)), rtol=1e-12)
    assert model.discounted_lifetime(Rate(rate)) == pytest.approx(1 + residual[0] / (1 + rate), rel=1e-12)


@family
@given(data=st.data())
def test_a_plain_rate_is_effective_per_year(kind, data) -> None:
    """Contracts renewed each month discount by a twelfth power of the yearly factor; without a unit, by the year."""
    model = data.draw(models(kind))
    monthly = replace(model, unit="month")
    assert monthly.discounted_lifetime(0.12) == pytest.approx(
        model.discounted_lifetime(Rate(1.12 ** (1 / 12) - 1)), rel=1e-11
    )
    assert model.discounted_lifetime(0.12) == replace(model, unit="year").discounted_lifetime(0.12)


@family
@given(data=st.data())
def test_likelihood_is_the_product_over_contracts(kind, data) -> None:
    """The log-likelihood of a cohort adds up those of its contracts: the chance of its fate for each."""
    model, table = data.draw(models(kind)), data.draw(tables())
    expected = []
    for lost, kept, renewals in zip(table.lost, table.kept, table.renewals.astype(int), strict=True):
        fates = [np.full(int(many), place + 1) for place, many in enumerate(lost)]
        contracts = np.concatenate([np.array([], dtype=int), *fates])
        expected.append(np.log(model.pmf(contracts)).sum() + kept * np.log(model.survival(renewals)))
    np.testing.assert_allclose(model.log_likelihood(table), expected, rtol=1e-10, atol=1e-10)


@family
@given(data=st.data())
def test_total_is_the_sum_of_the_cohorts(kind, data) -> None:
    """The likelihood of a table is the sum of its cohorts' log-likelihoods."""
    likelihoods.check_total(data.draw(models(kind)), data.draw(tables()))


@family
@given(data=st.data())
def test_gradient_is_the_sum_of_the_scores(kind, data) -> None:
    """The gradient is the sum of the cohorts' scores, and the weighted sum of the scores of the distinct fates."""
    likelihoods.check_gradient(data.draw(models(kind)), data.draw(tables()))


@family
@given(data=st.data())
def test_score_is_the_slope_of_the_log_likelihood(kind, data) -> None:
    """The score of each cohort is the derivative of its log-likelihood by each parameter."""
    likelihoods.check_score(data.draw(models(kind)), data.draw(tables()))


@family
@given(data=st.data())
def test_hessian_is_the_slope_of_the_gradient(kind, data) -> None:
    """The Hessian is symmetric and is the derivative of the gradient."""
    likelihoods.check_hessian(data.draw(models(kind)), data.draw(tables()))


@family
@given(data=st.data())
def test_counts_are_weights(kind, data) -> None:
    """Twice the contracts are the same cohorts twice: value, gradient, Hessian and number of contracts double."""
    model, table = data.draw(models(kind)), data.draw(tables())
    likelihoods.check_same(model, of_counts(table, 2.0), table.take(np.tile(np.arange(len(table)), 2)))


@family
@given(data=st.data())
def test_order_of_cohorts_does_not_matter(kind, data) -> None:
    """Permuting the cohorts permutes their log-likelihoods and leaves the total."""
    model, table = data.draw(models(kind)), data.draw(tables())
    order = np.array(data.draw(st.permutations(range(len(table)))))
    np.testing.assert_allclose(model.log_likelihood(table.take(order)), model.log_likelihood(table)[order], rtol=1e-13)
    likelihoods.check_same(model, table, table.take(order))


@family
@given(data=st.data())
def test_start_lies_in_the_domain(kind, data) -> None:
    """Every table yields a start inside the domain, from which the likelihood is finite."""
    likelihoods.check_start(kind, data.draw(tables()))


@family
@settings(max_examples=10)
@given(data=st.data())
def test_simulation_agrees_with_the_formulas(kind, data) -> None:
    """The shares of simulated contracts lost at each renewal are the model's, within sampling error; seeds repeat."""
    model, many = data.draw(models(kind)), 20_000
    table, again = (model.simulate(np.full(many, 6), 20070101) for _ in range(2))
    np.testing.assert_array_equal(table.lost, again.lost)
    assert table.n == many
    expected = model.pmf(np.arange(1, 7))
    assert np.all(np.abs(table.lost[0] / many - expected) <= 5.0 * np.sqrt(expected / many))


@family
@given(data=st.data(), unit=st.sampled_from(["month", "quarter"]))
def test_simulated_contracts_have_the_unit_asked_for(kind, data, unit) -> None:
    """Simulated tables are in the model's unit, or the one asked for, or the year."""
    model = data.draw(models(kind))
    assert model.simulate([1, 2], 1).unit == "year"
    assert model.simulate([1, 2], 1, unit=unit).unit == unit
    assert replace(model, unit=unit).simulate([1, 2], 1).unit == unit
