"""What every model of buying in discrete time obeys: one vocabulary, one meaning, no special cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Rate
from tests import likelihoods
from tests.strategies import models, one

FAMILY = [BGBB]
family = pytest.mark.parametrize("kind", FAMILY)
horizons = st.one_of(st.integers(1, 20), st.sampled_from([1, 52]))


@st.composite
def histories(draw: st.DrawFn, most: int = 30) -> tuple[float, float, float]:
    """Draw frequency, recency and age of one customer in opportunities, the edges more often."""
    n = draw(st.one_of(st.integers(0, most), st.sampled_from([1, 6])))
    t_x = draw(st.one_of(st.integers(0, n), st.sampled_from([0, n])))
    x = draw(st.one_of(st.integers(1, t_x), st.sampled_from([1, t_x]))) if t_x else 0
    return float(x), float(t_x), float(n)


@st.composite
def summaries(draw: st.DrawFn) -> PurchaseSummary:
    """Draw summaries in discrete time."""
    x, t_x, n = np.array(draw(st.lists(histories(), min_size=1, max_size=8))).T
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n)


def every_history(n: int) -> tuple[PurchaseSummary, np.ndarray]:
    """Return all histories of n opportunities, and how many sequences of uses each stands for."""
    rows = [(0, 0, n)] + [(x, t_x, n) for t_x in range(1, n + 1) for x in range(1, t_x + 1)]
    x, t_x, age = np.array(rows, dtype=float).T
    ways = np.where(x > 0, special.comb(t_x - 1, x - 1), 1.0)
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=age), ways


@family
@given(data=st.data(), n=st.integers(0, 12))
def test_all_histories_together_are_certain(kind, data, n) -> None:
    """The likelihoods of all possible sequences of uses of n opportunities sum to 1."""
    model = data.draw(models(kind))
    summary, ways = every_history(n)
    assert ways @ np.exp(model.log_likelihood(summary)) == pytest.approx(1.0, rel=1e-12)


@family
@given(data=st.data(), n=st.integers(0, 12))
def test_counts_of_new_customers_are_sums_over_histories(kind, data, n) -> None:
    """The probability of k purchases is that of all histories with k, and P(alive) averages to survival."""
    model = data.draw(models(kind))
    summary, ways = every_history(n)
    chance = ways * np.exp(model.log_likelihood(summary))
    counted = np.bincount(summary.frequency.astype(int), weights=chance, minlength=n + 1)
    np.testing.assert_allclose(model.pmf(np.arange(n + 1), n), counted, rtol=1e-11)
    assert chance @ model.p_alive(summary) == pytest.approx(model.p_alive(one(0, 0, 0), ahead=n)[0], rel=1e-11)


@family
@given(data=st.data(), horizon=st.integers(0, 80))
def test_pmf_sums_to_one_with_the_expected_mean(kind, data, horizon) -> None:
    """The probabilities of 0, 1, 2, ... purchases of a new customer sum to 1, and their mean is the expectation."""
    model = data.draw(models(kind))
    k = np.arange(horizon + 3)
    probability = model.pmf(k, horizon)
    assert np.all((probability >= 0) & (probability <= 1))
    np.testing.assert_array_equal(probability[horizon + 1 :], 0.0)
    assert probability.sum() == pytest.approx(1.0, rel=1e-11)
    assert probability @ k == pytest.approx(float(model.expected_purchases_new(horizon)), rel=1e-11, abs=1e-300)


@family
@given(data=st.data(), horizon=horizons)
def test_pmf_given_sums_to_one_with_the_expected_mean(kind, data, horizon) -> None:
    """The same holds for each customer with a history; one k gives a column of the table for several."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    k = np.arange(horizon + 2)
    probability = model.pmf_given(k, summary, horizon)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, rtol=1e-11)
    np.testing.assert_allclose(probability @ k, model.expected_purchases(summary, horizon), rtol=1e-10, atol=1e-300)
    np.testing.assert_array_equal(model.pmf_given(1, summary, horizon), probability[:, 1])


@family
@given(data=st.data())
def test_p_alive_is_a_probability_that_never_rises_in_silence(kind, data) -> None:
    """P(alive) lies in [0, 1], is 1 right after a purchase, and falls with every opportunity passed over."""
    model, (x, t_x, _) = data.draw(models(kind)), data.draw(histories())
    later = t_x + np.arange(40.0)
    same = np.ones(40)
    alive = model.p_alive(PurchaseSummary.from_arrays(frequency=x * same, recency=t_x * same, age=later))
    assert alive[0] == 1.0
    assert np.all((alive >= 0) & (alive <= 1))
    assert np.all(np.diff(alive) < 0)


@family
@given(data=st.data())
def test_p_alive_falls_into_the_future(kind, data) -> None:
    """P(alive) some opportunities ahead starts at P(alive) now and falls."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    ahead = np.array([model.p_alive(summary, ahead=steps) for steps in (0, 1, 5, 100)])
    np.testing.assert_array_equal(ahead[0], model.p_alive(summary))
    assert np.all(np.diff(ahead, axis=0) < 0)
    assert np.all(ahead > 0)


@family
@given(data=st.data(), horizon=horizons)
def test_expectations_add_over_a_split_horizon(kind, data, horizon) -> None:
    """What is expected now is the chance of the next purchase plus what will be expected after it or without it."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    x, t_x, n = summary.frequency, summary.recency, summary.age
    bought = PurchaseSummary.from_arrays(frequency=x + 1, recency=n + 1, age=n + 1)
    silent = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n + 1)
    buys = model.pmf_given(1, summary, 1)
    then = buys * (1 + model.expected_purchases(bought, horizon))
    then += (1 - buys) * model.expected_purchases(silent, horizon)
    np.testing.assert_allclose(model.expected_purchases(summary, horizon + 1), then, rtol=1e-10)


@family
@given(data=st.data(), horizon=horizons, rate=st.sampled_from([-0.1, 0.0, 0.1, 1.0]))
def test_residual_is_the_discounted_sum_of_increments(kind, data, horizon, rate) -> None:
    """Up to a horizon the residual is the sum of the purchases expected at each opportunity, discounted to now."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    path = [model.expected_purchases(summary, step) for step in range(horizon + 1)]
    factors = (1 + rate) ** -np.arange(1.0, horizon + 1)
    per_opportunity = Rate(rate, per=summary.unit)
    found = model.discounted_residual(summary, per_opportunity, horizon=horizon)
    np.testing.assert_allclose(found, factors @ np.diff(path, axis=0), rtol=1e-10, atol=1e-300)


@family
@given(data=st.data(), rate=st.sampled_from([0.01, 0.1, 1.0]))
def test_an_unlimited_residual_is_the_limit_of_long_ones(kind, data, rate) -> None:
    """Without a horizon the residual is that of a horizon beyond which nothing is worth anything."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    per_opportunity = Rate(rate, per=summary.unit)
    far = model.discounted_residual(summary, per_opportunity, horizon=10_000)
    np.testing.assert_allclose(model.discounted_residual(summary, per_opportunity), far, rtol=1e-11)


@family
@given(data=st.data(), horizon=horizons)
def test_a_new_customer_is_one_without_history(kind, data, horizon) -> None:
    """A customer without opportunities so far is there, and is predicted like a new one."""
    model, newcomer = data.draw(models(kind)), one(0, 0, 0)
    assert model.p_alive(newcomer)[0] == 1.0
    assert model.log_likelihood(newcomer)[0] == 0.0
    expected = float(model.expected_purchases_new(horizon))
    assert model.expected_purchases(newcomer, horizon)[0] == pytest.approx(expected, rel=1e-13)
    k = np.arange(4)
    np.testing.assert_allclose(model.pmf_given(k, newcomer, horizon)[0], model.pmf(k, horizon), rtol=1e-12)


@family
@given(data=st.data())
def test_expected_purchases_rise_ever_more_slowly(kind, data) -> None:
    """Expected purchases are 0 at horizon 0, increase with it, and increase less and less, in the shape asked for."""
    model = data.draw(models(kind))
    path = model.expected_purchases_new(np.arange(60).reshape(3, 20))
    assert path.shape == (3, 20)
    assert path[0, 0] == 0
    assert np.all(np.diff(path.ravel()) > 0)
    assert np.all(np.diff(path.ravel(), 2) <= 1e-12 * path.max())


@family
@given(data=st.data(), horizon=horizons)
def test_order_and_company_do_not_matter(kind, data, horizon) -> None:
    """A customer's prediction is their own: it does not depend on who else is predicted, nor in which order."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    order = np.array(data.draw(st.permutations(range(len(summary)))))
    shuffled, alone = summary.take(order), summary.take(order[:1])
    for predict in (
        model.log_likelihood,
        lambda some: model.p_alive(some, ahead=horizon),
        lambda some: model.expected_purchases(some, horizon),
        lambda some: model.pmf_given([0, 1], some, horizon),
        lambda some: model.discounted_residual(some, 0.1),
    ):
        np.testing.assert_allclose(predict(shuffled), predict(summary)[order], rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(predict(alone)[0], predict(summary)[order[0]], rtol=1e-11, atol=1e-300)


@family
@given(data=st.data())
def test_total_is_the_sum_of_the_rows(kind, data) -> None:
    """The likelihood of a data set is the sum of its rows' log-likelihoods."""
    likelihoods.check_total(data.draw(models(kind)), data.draw(summaries()))


@family
@given(data=st.data())
def test_gradient_is_the_sum_of_the_scores(kind, data) -> None:
    """The gradient is the sum of the rows' scores, and the weighted sum of the distinct rows' scores."""
    likelihoods.check_gradient(data.draw(models(kind)), data.draw(summaries()))


@family
@given(data=st.data())
def test_score_is_the_slope_of_the_log_likelihood(kind, data) -> None:
    """The score of each row is the derivative of its log-likelihood by each parameter."""
    likelihoods.check_score(data.draw(models(kind)), data.draw(summaries()))


@family
@given(data=st.data())
def test_hessian_is_the_slope_of_the_gradient(kind, data) -> None:
    """The Hessian is symmetric and is the derivative of the gradient."""
    likelihoods.check_hessian(data.draw(models(kind)), data.draw(summaries()))


@family
@given(data=st.data())
def test_weight_two_is_the_row_twice(kind, data) -> None:
    """A row of weight 2 counts as the same row twice."""
    model, summary = data.draw(models(kind)), data.draw(summaries())
    weighted = PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency, age=summary.age, weight=np.full(len(summary), 2.0)
    )
    likelihoods.check_same(model, weighted, summary.take(np.repeat(np.arange(len(summary)), 2)))
    likelihoods.check_same(model, summary, summary.grouped())


@family
@given(data=st.data())
def test_start_lies_in_the_domain(kind, data) -> None:
    """Every summary yields a start inside the domain, from which the likelihood is finite."""
    likelihoods.check_start(kind, data.draw(summaries()))


@family
@settings(max_examples=10)
@given(data=st.data())
def test_simulation_agrees_with_the_formulas(kind, data) -> None:
    """The shares of all histories among many simulated customers are the model's, within sampling error."""
    model, many, n = data.draw(models(kind)), 20_000, 3
    simulated, again = (model.simulate(np.full(many, n), 20100101) for _ in range(2))
    np.testing.assert_array_equal(simulated.recency, again.recency)
    summary, ways = every_history(n)
    expected = ways * np.exp(model.log_likelihood(summary))
    pairs = zip(summary.frequency, summary.recency, strict=True)
    seen = [np.mean((simulated.frequency == x) & (simulated.recency == t_x)) for x, t_x in pairs]
    assert np.all(np.abs(seen - expected) <= 5.0 * np.sqrt(expected / many) + 2.0 / many)


@family
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_simulated_customers_are_possible(kind, data, seed) -> None:
    """Simulated histories are what the model accepts, for any number of opportunities, none included."""
    model = data.draw(models(kind))
    simulated = model.simulate(np.arange(100), seed, unit="month")
    assert simulated.unit == "month"
    np.testing.assert_array_equal(simulated.age, np.arange(100))
    assert np.isfinite(model.log_likelihood(simulated)).all()
