"""What holds for gamma-gamma: its story, its limits, its currency."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from tests.strategies import log_uniform, models, summaries

money = log_uniform(0.01, 1e5)


def spenders(frequency, spend) -> PurchaseSummary:
    x = np.atleast_1d(np.asarray(frequency, dtype=float))
    return PurchaseSummary.from_arrays(frequency=x, recency=x, age=x + 1, spend=np.atleast_1d(spend))


@given(model=models(GammaGamma), x=st.integers(1, 6), m=log_uniform(0.5, 500.0))
def test_density_is_the_story_integrated_by_brute_force(model, x, m) -> None:
    """The density of a mean is that of a gamma variable, integrated numerically over the customers' levels."""
    p, q, gamma = GammaGamma.space.values(model).tolist()
    shape = p * x
    log_level = np.log((shape + q) / (gamma + x * m)) + np.arange(-40.0, 6.0, 0.01)
    level = np.exp(log_level)
    own = shape * (log_level + np.log(x)) + (shape - 1) * np.log(m) - level * x * m - special.gammaln(shape)
    prior = q * (log_level + np.log(gamma)) - gamma * level - special.gammaln(q)
    truth = special.logsumexp(own + prior) + np.log(0.01)
    assert model.log_likelihood(spenders(x, m))[0] == pytest.approx(truth, rel=1e-10, abs=1e-10)


@given(model=models(GammaGamma), x=st.integers(1, 50))
def test_density_integrates_to_one(model, x) -> None:
    """Over all means, the density of a customer with x purchases integrates to 1."""
    log_mean = np.log(model.gamma * model.p / model.q) + np.arange(-90.0, 40.0, 0.02)
    log_density = model.log_likelihood(spenders(np.full(log_mean.size, x), np.exp(log_mean)))
    assert np.exp(log_density + log_mean).sum() * 0.02 == pytest.approx(1.0, abs=1e-9)


@given(model=models(GammaGamma), data=st.data())
def test_score_equals_the_complex_step(model, data) -> None:
    """The score equals the complex-step derivative of the density, written out with complex gammas."""
    summary = data.draw(summaries())
    inside = summary.frequency > 0
    x, m = summary.frequency[inside], summary.spend[inside]

    def log_density(p, q, gamma):
        gammas = special.loggamma(p * x + q) - special.loggamma(p * x) - special.loggamma(q)
        powers = q * np.log(gamma) + (p * x - 1) * np.log(m) + p * x * np.log(x)
        return gammas + powers - (p * x + q) * np.log(gamma + x * m)

    at = GammaGamma.space.values(model)
    slopes = np.array([log_density(*(at + 1e-200j * move)).imag / 1e-200 for move in np.eye(3)]).T
    found = model.score(summary)
    assert np.all(found[~inside] == 0)
    assert np.all(np.abs(found[inside] - slopes) * at <= 1e-10 * (1.0 + np.abs(slopes * at) + at * x[:, None]))


@given(model=models(GammaGamma), data=st.data())
def test_only_spending_repeat_buyers_enter(model, data) -> None:
    """Customers without a repeat purchase or with a mean of 0 have log-likelihood 0 and change no estimate."""
    summary = data.draw(summaries())
    idle = spenders([0, 3], [0.0, 0.0])
    names = ("frequency", "recency", "age", "spend")
    x, t_x, T, m = (np.append(getattr(summary, name), getattr(idle, name)) for name in names)
    both = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, spend=m)
    np.testing.assert_array_equal(model.log_likelihood(idle), [0.0, 0.0])
    at = GammaGamma.space.values(model)
    alone, together = GammaGamma.likelihood(summary), GammaGamma.likelihood(both)
    assert together.n == alone.n == (summary.frequency > 0).sum()
    assert GammaGamma.excluded(both) == 1.0
    assert together.evaluate(at).value == pytest.approx(alone.evaluate(at).value, rel=1e-13)


@given(model=models(GammaGamma), data=st.data(), factor=st.sampled_from([0.01, 7.5, 1e4]))
def test_currency_only_rescales(model, data, factor) -> None:
    """In another currency gamma and every amount change by the rate; the density of a mean by its inverse."""
    summary = data.draw(summaries())
    other = replace(model, gamma=model.gamma * factor)
    changed = PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency, age=summary.age, spend=summary.spend * factor
    )
    shift = np.where(summary.frequency > 0, np.log(factor), 0.0)
    np.testing.assert_allclose(
        other.log_likelihood(changed) + shift, model.log_likelihood(summary), rtol=1e-11, atol=1e-10
    )
    np.testing.assert_allclose(other.expected_spend(changed), factor * model.expected_spend(summary), rtol=1e-12)
    assert other.expected_spend_new() == pytest.approx(factor * model.expected_spend_new(), rel=1e-12)
    np.testing.assert_allclose(
        other.total_spend_cdf(50.0 * factor, 3, changed), model.total_spend_cdf(50.0, 3, summary), rtol=1e-9
    )


@given(model=models(GammaGamma), x=st.integers(1, 500), m=money)
def test_expected_spend_lies_between_own_and_population_mean(model, x, m) -> None:
    """Expected spend is between the customer's own mean and the population's, and nearer to his the more he bought."""
    own = model.expected_spend(spenders([x, x + 1], [m, m]))
    population = model.expected_spend_new()
    low, high = sorted((m, population))
    assert np.all((own >= low * (1 - 1e-12)) & (own <= high * (1 + 1e-12)))
    assert abs(own[1] - m) <= abs(own[0] - m) * (1 + 1e-9) + 1e-12 * m


@given(model=models(GammaGamma), m=money)
def test_many_purchases_speak_for_themselves(model, m) -> None:
    """With ever more purchases expected spend becomes the customer's own mean; with none it is the population's."""
    none, many = model.expected_spend(spenders([0, 1e12], [0.0, m]))
    assert none == pytest.approx(model.expected_spend_new(), rel=1e-13)
    assert many == pytest.approx(m, rel=1e-6)


@given(model=models(GammaGamma), x=st.integers(1, 50), m=money)
def test_expected_spend_rises_with_the_mean(model, x, m) -> None:
    """Of two customers with equally many purchases, the one who spent more is expected to spend more."""
    less, more = model.expected_spend(spenders([x, x], [m, 1.1 * m]))
    assert more > less


@given(model=models(GammaGamma), data=st.data(), amount=money, purchases=st.integers(0, 30))
def test_total_spend_is_distributed(model, data, amount, purchases) -> None:
    """The distribution of future spend lies in [0, 1], rises with the amount, falls with the number of purchases."""
    summary = data.draw(summaries())
    here, above = (model.total_spend_cdf(value, purchases, summary) for value in (amount, 2 * amount))
    further = model.total_spend_cdf(amount, purchases + 1, summary)
    assert np.all((here >= 0) & (here <= above) & (above <= 1))
    assert np.all(further <= here)
    np.testing.assert_array_equal(model.total_spend_cdf(amount, 0, summary), 1.0)


@settings(max_examples=10)
@given(model=models(GammaGamma), x=st.integers(0, 5), m=log_uniform(5.0, 100.0), N=st.integers(1, 5))
def test_total_spend_agrees_with_simulated_spend(model, x, m, N) -> None:
    """The distribution of future spend is that of sums of simulated purchases at levels drawn given the past."""
    many, rng = 20_000, np.random.default_rng(20130201)
    level = rng.gamma(model.p * x + model.q, size=many) / (model.gamma + x * m)
    total = rng.gamma(model.p * N, size=many) / level
    customer = spenders(x, m if x else 0.0)
    for amount in np.quantile(total, [0.1, 0.5, 0.9]):
        exact = model.total_spend_cdf(float(amount), N, customer)[0]
        assert np.mean(total <= amount) == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / many))


@settings(max_examples=10)
@given(model=models(GammaGamma), x=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
def test_simulated_means_have_the_models_distribution(model, x, seed) -> None:
    """Simulated means of new customers are distributed as the total of x purchases over x, and repeat with the seed."""
    many = 20_000
    means = model.simulate_spend(np.full(many, x), 20130202)
    newcomer = spenders(0, 0.0)
    for amount in np.quantile(means, [0.1, 0.5, 0.9]):
        exact = model.total_spend_cdf(float(x * amount), x, newcomer)[0]
        assert np.mean(means <= amount) == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / many))
    np.testing.assert_array_equal(model.simulate_spend([0, x], seed), model.simulate_spend([0, x], seed))
    assert model.simulate_spend([0, x], seed)[0] == 0
