"""What follows from the story of Pareto/NBD with dependence: four groups of customers, and one number between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd_draws import rates_and_hazards
from relmodels.core.periods import Rate
from tests.strategies import clock, models, one, summaries

CUSTOMERS = [(0, 0.0, 5.0), (1, 3.0, 10.0), (4, 9.0, 9.5), (7, 2.0, 12.0)]
MODELS = [SarmanovParetoNBD(0.55, 3.0, 0.6, 8.0, 0.8), SarmanovParetoNBD(1.4, 12.0, 2.5, 2.0, -0.4)]
by_force = pytest.mark.parametrize("model", MODELS, ids=str)


def spread(shape: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Return values of a gamma distributed variable and their weights: a trapezoidal sum over its logarithm."""
    logs = np.linspace(-45.0 / shape, 6.0, 1501)
    values = np.exp(logs) / scale
    return values, np.exp(shape * logs - np.exp(logs) - special.gammaln(shape)) * (logs[1] - logs[0])


def density(model: SarmanovParetoNBD) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rates as a column, hazards as a row, and the weight of each pair, written down as the paper does."""
    (rate, of_rate), (hazard, of_hazard) = spread(model.r, model.alpha), spread(model.s, model.beta)
    a, b = model.alpha * (1.5 ** (1 / model.r) - 1.0), model.beta * (1.5 ** (1 / model.s) - 1.0)
    tilt = np.outer(np.exp(-a * rate) - 2 / 3, np.exp(-b * hazard) - 2 / 3)
    return rate[:, None], hazard, np.outer(of_rate, of_hazard) * (1.0 + 4.5 * model.kappa * tilt)


@by_force
def test_the_density_is_one_with_gamma_margins(model) -> None:
    """The joint density is nowhere negative, and its margins are the two gamma distributions."""
    _, _, weight = density(model)
    assert np.all(weight >= 0)
    np.testing.assert_allclose(weight.sum(axis=1), spread(model.r, model.alpha)[1], atol=1e-13)
    np.testing.assert_allclose(weight.sum(axis=0), spread(model.s, model.beta)[1], atol=1e-13)


@by_force
def test_correlation_is_that_of_the_density(model) -> None:
    """``correlation`` is the correlation of rate and hazard under the joint density, by brute force."""
    rate, hazard, weight = density(model)
    product = (weight * (rate - model.r / model.alpha) * (hazard - model.s / model.beta)).sum()
    size = np.sqrt(model.r * model.s) / (model.alpha * model.beta)
    assert model.correlation == pytest.approx(product / size, rel=1e-10)


@by_force
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_everything_is_a_mean_over_rates_and_hazards(model, customer) -> None:
    """Likelihood, P(alive), expectations, residuals and counts equal means over the joint density, by brute force."""
    rate, hazard, weight = density(model)
    x, t_x, age = customer
    both, t, force, k = rate + hazard, 20.0, 0.03, np.array([0, 1, 4])
    there = weight * rate**x * np.exp(-both * age)
    gone = weight * rate**x * hazard / both * np.exp(-both * t_x) * -np.expm1(-both * (age - t_x))
    total = there.sum() + gone.sum()
    count = [
        np.exp(-both * t + j * np.log(rate * t) - special.gammaln(j + 1))
        + hazard / both * (rate / both) ** j * special.gammainc(j + 1, both * t)
        for j in k
    ]
    summary, discount = one(*customer), Rate(force, "week", "continuous")
    assert model.log_likelihood(summary)[0] == pytest.approx(np.log(total), abs=1e-10)
    assert model.p_alive(summary)[0] == pytest.approx(there.sum() / total, rel=1e-10)
    later = (there * np.exp(-hazard * t)).sum() / total
    assert model.p_alive(summary, ahead=t)[0] == pytest.approx(later, rel=1e-10)
    bought = (there * rate * -np.expm1(-hazard * t) / hazard).sum() / total
    assert model.expected_purchases(summary, t)[0] == pytest.approx(bought, rel=1e-10)
    worth = (there * rate / (hazard + force)).sum() / total
    assert model.discounted_residual(summary, discount)[0] == pytest.approx(worth, rel=1e-10)
    chance = np.array([(there * each).sum() for each in count]) / total + np.where(k == 0, gone.sum() / total, 0.0)
    np.testing.assert_allclose(model.pmf_given(k, summary, t)[0], chance, rtol=1e-10)
    np.testing.assert_allclose(model.pmf(k, t), [(weight * each).sum() for each in count], rtol=1e-10)


@given(data=st.data())
def test_without_dependence_it_is_pareto(data) -> None:
    """At kappa = 0 every figure is that of Pareto/NBD, to the last digit, and the score up to rounding."""
    plain, summary = data.draw(models(ParetoNBD)), data.draw(summaries(spend=False))
    model, horizon = SarmanovParetoNBD(plain.r, plain.alpha, plain.s, plain.beta, 0.0), 2.0 * clock(plain)
    for ask in (
        lambda some: some.log_likelihood(summary),
        lambda some: some.p_alive(summary, ahead=horizon),
        lambda some: some.expected_purchases(summary, horizon),
        lambda some: some.expected_purchases_new([0.0, 1.0, horizon]),
        lambda some: some.discounted_residual(summary, 0.1),
        lambda some: some.pmf([0, 1, 5], horizon),
        lambda some: some.pmf_given([0, 1, 5], summary, horizon),
    ):
        np.testing.assert_array_equal(ask(model), ask(plain))
    np.testing.assert_allclose(model.score(summary)[:, :4], plain.score(summary), rtol=1e-14)
    assert model.correlation == 0.0


@given(data=st.data())
def test_the_likelihood_is_straight_in_kappa(data) -> None:
    """The likelihood of each row is a straight line in kappa, and the score by kappa its slope, also at 0."""
    model, summary = data.draw(models(SarmanovParetoNBD)), data.draw(summaries(spend=False))
    plain = replace(model, kappa=0.0)
    ratio = np.exp(model.log_likelihood(summary) - plain.log_likelihood(summary))
    np.testing.assert_allclose(1.0 + model.kappa * plain.score(summary)[:, 4], ratio, rtol=1e-10)
    np.testing.assert_allclose(model.score(summary)[:, 4] * ratio, plain.score(summary)[:, 4], atol=1e-10)


@given(data=st.data())
def test_rates_and_lifetimes_are_as_without_dependence(data) -> None:
    """The dependence changes neither how long new customers stay nor how fast they begin to buy."""
    model = data.draw(models(SarmanovParetoNBD))
    plain, newcomer, moment = replace(model, kappa=0.0), one(0, 0, 0), 1e-9 * clock(model)
    for time in (0.1, 1.0, 30.0):
        ahead = time * model.beta
        assert model.p_alive(newcomer, ahead=ahead)[0] == pytest.approx(plain.p_alive(newcomer, ahead=ahead)[0])
    expected = float(model.expected_purchases_new(moment)) / moment
    assert expected == pytest.approx(model.r / model.alpha, rel=1e-6)


@given(data=st.data(), kappa=st.floats(0.01, 0.9))
def test_frequent_buyers_leave_sooner_under_positive_dependence(data, kappa) -> None:
    """Positive dependence lowers the purchases expected of new customers, negative dependence raises them."""
    model = data.draw(models(SarmanovParetoNBD))
    low, none, high = (replace(model, kappa=value) for value in (kappa, 0.0, -kappa / 2))
    expected = [float(some.expected_purchases_new(2.0 * clock(model))) for some in (low, none, high)]
    assert expected[0] < expected[1] < expected[2]
    assert low.correlation > 0 > high.correlation


@settings(max_examples=40)
@given(data=st.data(), end=st.sampled_from([-0.5 + 1e-12, np.nextafter(-0.5, 0), 1 - 1e-12, np.nextafter(1, 0)]))
def test_next_to_the_ends_everything_stays_possible(data, end) -> None:
    """With kappa next to an end of its range probabilities stay probabilities and expectations positive."""
    model, summary = replace(data.draw(models(SarmanovParetoNBD)), kappa=float(end)), data.draw(summaries(spend=False))
    horizon = 2.0 * clock(model)
    assert np.isfinite(model.log_likelihood(summary)).all()
    assert np.isfinite(model.score(summary)).all()
    for chance in (model.p_alive(summary, ahead=horizon), model.pmf_given([0, 2], summary, horizon)):
        assert np.all((chance >= 0) & (chance <= 1))
    assert np.all(model.expected_purchases(summary, horizon) >= 0)


@by_force
def test_draws_have_the_margins_and_the_correlation(model) -> None:
    """Rates and hazards that are drawn have gamma distributions and the correlation of the model, within its error."""
    many = 400_000
    given_ = model.r, model.alpha, model.s, model.beta, model.kappa
    rate, hazard = rates_and_hazards(*given_, (many,), np.random.default_rng(20040301))
    for values, shape, scale in ((rate, model.r, model.alpha), (hazard, model.s, model.beta)):
        level = np.array([0.1, 0.5, 0.9, 0.99])
        below = (values[:, None] <= special.gammaincinv(shape, level) / scale).mean(axis=0)
        assert np.all(np.abs(below - level) <= 5.0 * np.sqrt(level * (1.0 - level) / many))
    products = (rate * model.alpha - model.r) * (hazard * model.beta - model.s) / np.sqrt(model.r * model.s)
    assert products.mean() == pytest.approx(model.correlation, abs=5.0 * products.std() / np.sqrt(many))
