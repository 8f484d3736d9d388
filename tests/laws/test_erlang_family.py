"""What the models of regular buying obey, and how they meet those of random buying at k = 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Rate
from tests.strategies import customers, differenced, log_uniform, one

FAMILY = [BGCNBD, MBGCNBD]
family = pytest.mark.parametrize("kind", FAMILY)
reach = log_uniform(0.01, 3.0)
few = settings(max_examples=25)


@st.composite
def regular(draw: st.DrawFn, kind, most: int = 12):
    """Draw a model of regular buying with any number of phases up to ``most``."""
    phases = draw(st.one_of(st.integers(1, 3), st.integers(1, most)))
    others = {p.name: draw(log_uniform(*p.typical)) for p in kind.space if p.name != "k"}
    return kind(k=phases, **others)


@st.composite
def histories(draw: st.DrawFn, most_rows: int = 6, busiest: int = 150) -> PurchaseSummary:
    """Draw summaries with the sums of the logarithms of times between purchases that belong to them."""
    rows = draw(st.lists(customers(busiest=busiest), min_size=1, max_size=most_rows))
    x, t_x, T = np.array(rows).T
    uneven = np.array([draw(st.floats(0.0, 0.5)) for _ in rows])
    gaps = np.where(x > 0, x * (np.log(np.where(x > 0, t_x / np.maximum(x, 1.0), 1.0)) - uneven * (x > 1)), 0.0)
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, log_gaps=gaps)


def pace(model) -> float:
    """Return the time between purchases at a rate of 1 / alpha, as the measure of what is long for this model."""
    return float(model.alpha * model.k)


@pytest.mark.parametrize(("kind", "plain"), [(BGCNBD, BGNBD), (MBGCNBD, MBGNBD)])
@few
@given(data=st.data())
def test_one_phase_is_random_buying(kind, plain, data) -> None:
    """At k = 1 every answer is that of BG/NBD or MBG/NBD, which the house computes in another way."""
    model, summary = replace(data.draw(regular(kind)), k=1), data.draw(histories())
    other, horizon = plain(model.r, model.alpha, model.a, model.b), data.draw(reach) * pace(model)
    np.testing.assert_allclose(model.log_likelihood(summary), other.log_likelihood(summary), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(model.score(summary)[:, 1:], other.score(summary), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(model.p_alive(summary), other.p_alive(summary), rtol=1e-13)
    for predict in (
        lambda m: m.residual_lifetime(summary, horizon=horizon),
        lambda m: m.time_to_next_purchase(summary, probability=0.3),
        lambda of: of.p_alive(summary, ahead=horizon),
        lambda of: of.expected_purchases(summary, horizon),
        lambda of: of.expected_purchases_new([0.0, horizon]),
        lambda of: of.discounted_residual(summary, 0.1),
        lambda of: of.discounted_residual(summary, 0.1, horizon=horizon),
        lambda of: of.pmf([0, 1, 5], horizon),
        lambda of: of.pmf_given([0, 1, 5], summary, horizon),
    ):
        np.testing.assert_allclose(predict(model), predict(other), rtol=2e-11, atol=1e-290)


def nodes(model, x: float, T: float, step: float = 0.1):
    """Return rates, ln p and ln (1 - p) on a grid, and their log prior density."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    log_rate = np.arange(-np.log(alpha + T) - 40 / (r + model.k * x) - 10, -np.log(alpha) + 6, step)[:, None]
    log_odds = np.arange(-40 / a - 10, 40 / b + 10, step)
    log_p, log_q = -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)
    prior = r * (log_rate + np.log(alpha)) - alpha * np.exp(log_rate) - special.gammaln(r)
    return np.exp(log_rate), log_p, log_q, prior + a * log_p + b * log_q - special.betaln(a, b) + 2 * np.log(step)


def silent_for(model, rate, silence):
    """Return the log probabilities of no purchase for some time while in phase 0, 1, ... k - 1, along a new axis."""
    return np.stack(
        [special.xlogy(j, rate * silence) - rate * silence - special.gammaln(j + 1) for j in range(model.k)]
    )


@family
@settings(max_examples=10)
@given(data=st.data(), x=st.integers(0, 4), share=st.floats(0.05, 1.0), T=st.floats(1.0, 60.0))
def test_likelihood_is_the_story_integrated_by_brute_force(kind, data, x, share, T) -> None:
    """The likelihood is the individual one, integrated numerically over the rate of phases and the dropout."""
    model, t_x, first = data.draw(regular(kind, most=4)), share * T if x else 0.0, int(kind is MBGCNBD)
    k, gaps = model.k, float(x) * np.log(t_x / x) if x else 0.0
    rate, log_p, log_q, prior = nodes(model, x, T)
    bought = k * x * np.log(rate) + (k - 1) * gaps - rate * t_x - x * special.gammaln(k)
    story = (x + first) * log_q + special.logsumexp(silent_for(model, rate, T - t_x), axis=0)
    if x + first:
        story = np.logaddexp(story, log_p + (x + first - 1) * log_q)
    summary = PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[T], log_gaps=[gaps])
    truth = special.logsumexp(prior + bought + story)
    assert model.log_likelihood(summary)[0] == pytest.approx(truth, rel=1e-10, abs=1e-10)


@family
@settings(max_examples=8)
@given(data=st.data(), x=st.integers(0, 3), share=st.floats(0.2, 1.0), T=st.floats(2.0, 20.0))
def test_predictions_are_the_story_integrated_by_brute_force(kind, data, x, share, T) -> None:
    """P(alive) later, expected and discounted purchases equal sums over purchases, phases, rates and dropouts."""
    model = replace(data.draw(regular(kind, most=3)), r=1.3, alpha=4.0)
    t_x, horizon, force, first = share * T if x else 0.0, 8.0, 0.05, int(kind is MBGCNBD)
    rate, _, log_q, prior = nodes(model, x, T, 0.05)
    there = prior + model.k * x * np.log(rate) - rate * t_x + (x + first) * log_q
    weight = np.exp(there + silent_for(model, rate, T - t_x))
    weight *= model.p_alive(one(x, t_x, T))[0] / weight.sum()
    stays, expected, worth = 0.0, 0.0, 0.0
    for j in range(model.k):
        reached, rates = np.ones(rate.size), rate[:, 0]
        for n in range(1, 120):
            phases, stayed = model.k * n - j, weight[j] @ np.exp((n - 1) * log_q)
            next_one = special.gammainc(phases, rates * horizon)
            stays += float((reached - next_one) @ stayed)
            expected += float(next_one @ stayed)
            tilted = (rates / (rates + force)) ** phases * special.gammainc(phases, (rates + force) * horizon)
            worth += float(tilted @ stayed)
            reached = next_one
    customer, per_week = one(x, t_x, T), Rate(force, per="week", kind="continuous")
    assert model.p_alive(customer, ahead=horizon)[0] == pytest.approx(stays, rel=1e-9)
    assert model.expected_purchases(customer, horizon)[0] == pytest.approx(expected, rel=1e-9)
    assert model.discounted_residual(customer, per_week, horizon=horizon)[0] == pytest.approx(worth, rel=1e-9)


@family
@few
@given(data=st.data())
def test_pmf_sums_to_one_with_the_expected_mean(kind, data) -> None:
    """The probabilities of 0, 1, 2, ... purchases of new customers and of others sum to 1; their mean is expected."""
    model, summary = data.draw(regular(kind)), data.draw(histories(busiest=20))
    horizon, k = data.draw(reach) * min(pace(model), 10.0), np.arange(600)
    new, others = model.pmf(k, horizon), model.pmf_given(k, summary, horizon)
    assert new.sum() == pytest.approx(1.0, abs=1e-12)
    assert new @ k == pytest.approx(float(model.expected_purchases_new(horizon)), rel=1e-10)
    np.testing.assert_allclose(others.sum(axis=1), 1.0, atol=1e-11)
    np.testing.assert_allclose(others @ k, model.expected_purchases(summary, horizon), rtol=1e-9, atol=1e-290)


@family
@few
@given(data=st.data())
def test_p_alive_is_a_probability_that_never_rises(kind, data) -> None:
    """P(alive) lies in [0, 1], never rises with the silence, and falls into the future."""
    model, (x, t_x, T) = data.draw(regular(kind)), data.draw(customers(busiest=150))
    silence, same = np.array([0.0, 0.1, 1.0, 5.0, 30.0, 500.0]), np.full(6, 1.0)
    later = PurchaseSummary.from_arrays(frequency=x * same, recency=t_x * same, age=t_x + silence + (T - t_x))
    assert np.all(np.diff(model.p_alive(later)) <= 1e-14)
    ahead = np.array([model.p_alive(later, ahead=share * pace(model)) for share in (0.0, 0.1, 1.0, 10.0)])
    assert np.all((ahead >= 0) & (ahead <= 1))
    assert np.all(np.diff(ahead, axis=0) <= 1e-14)


@family
@few
@given(data=st.data(), factor=st.sampled_from([7.0, 12.0, 1 / 7, 365.2425]))
def test_time_unit_rescales_one_parameter(kind, data, factor) -> None:
    """With times in another unit only alpha changes; the log-likelihood shifts by x ln k."""
    model, summary = data.draw(regular(kind)), data.draw(histories())
    other, horizon, x = replace(model, alpha=model.alpha * factor), pace(model), summary.frequency
    changed = PurchaseSummary.from_arrays(
        frequency=x,
        recency=summary.recency * factor,
        age=summary.age * factor,
        log_gaps=summary.log_gaps + x * np.log(factor),
    )
    shift = x * np.log(factor)
    rows = model.log_likelihood(summary)
    size = 1e-12 * (np.abs(shift) * model.k + np.abs(rows) + 10.0).max()
    np.testing.assert_allclose(other.log_likelihood(changed) + shift, rows, rtol=1e-11, atol=size)
    np.testing.assert_allclose(other.p_alive(changed), model.p_alive(summary), rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(
        other.expected_purchases(changed, horizon * factor),
        model.expected_purchases(summary, horizon),
        rtol=1e-8,
        atol=1e-290,
    )


@family
@few
@given(data=st.data())
def test_score_and_hessian_are_slopes(kind, data) -> None:
    """Score and Hessian are the derivatives of log-likelihood and gradient, in all parameters but k."""
    model, summary = data.draw(regular(kind)), data.draw(histories())
    at, likelihood = kind.space.values(model)[1:], kind.likelihood(summary)
    whole = kind.space.values(model)
    slopes = differenced(lambda values: kind(model.k, *values).log_likelihood(summary), at)
    scale = np.abs(model.log_likelihood(summary)) + 1.0
    score = model.score(summary)
    assert np.all(score[:, 0] == 0.0)
    assert np.all(np.abs(score[:, 1:] - slopes.T) * at <= 1e-7 * (scale[:, None] + np.abs(score[:, 1:]) * at))
    found = likelihood.evaluate(whole)
    assert found.value == pytest.approx(model.log_likelihood(summary).sum(), rel=1e-11, abs=1e-10)
    np.testing.assert_allclose(found.gradient, likelihood.weight @ likelihood.scores(whole), rtol=1e-8, atol=1e-8)
    bends = differenced(lambda v: likelihood.evaluate(np.concatenate([[model.k], v])).gradient[1:], at)
    size = np.abs(score[:, 1:] * at).sum() + np.abs(found.hessian[1:, 1:] * np.outer(at, at)).max()
    assert np.all(np.abs(found.hessian[1:, 1:] - bends) * np.outer(at, at) <= 1e-7 * (size + 1e-3))


@family
@few
@given(data=st.data())
def test_residual_agrees_with_the_expectation_and_with_its_limit(kind, data) -> None:
    """Undiscounted it is the expectation, it falls with the rate, and a horizon beyond all worth changes nothing."""
    model, summary = data.draw(regular(kind)), data.draw(histories(busiest=20))
    horizon = data.draw(reach) * pace(model)
    by_rate = [model.discounted_residual(summary, rate, horizon=horizon) for rate in (0.0, 0.05, 0.2, 2.0)]
    np.testing.assert_array_equal(by_rate[0], model.expected_purchases(summary, horizon))
    assert np.all(np.diff(by_rate, axis=0) <= 1e-11 * by_rate[0])


@family
@few
@given(data=st.data())
def test_two_ways_to_the_unlimited_residual(kind, data) -> None:
    """The sum over purchases up to a far horizon meets the unlimited residual, which is averaged over rates instead."""
    model, summary = replace(data.draw(regular(kind)), alpha=20.0), data.draw(histories(busiest=5))
    heavy = Rate(0.3, per="week", kind="continuous")
    near = model.discounted_residual(summary, heavy, horizon=39.0 / 0.3)
    np.testing.assert_allclose(near, model.discounted_residual(summary, heavy), rtol=1e-9, atol=1e-290)


@family
@few
@given(data=st.data())
def test_order_company_and_weight_do_not_matter(kind, data) -> None:
    """A prediction does not depend on who else is predicted, and a row of weight 2 counts as the row twice."""
    model, summary = data.draw(regular(kind)), data.draw(histories())
    order, horizon = np.array(data.draw(st.permutations(range(len(summary))))), pace(model)
    shuffled, alone = summary.take(order), summary.take(order[:1])
    for predict in (
        model.log_likelihood,
        lambda some: model.p_alive(some, ahead=horizon),
        lambda some: model.expected_purchases(some, horizon),
        lambda some: model.pmf_given([0, 3], some, horizon),
        lambda some: model.discounted_residual(some, 0.1),
    ):
        np.testing.assert_allclose(predict(shuffled), predict(summary)[order], rtol=1e-11, atol=1e-290)
        np.testing.assert_allclose(predict(alone)[0], predict(summary)[order[0]], rtol=1e-11, atol=1e-290)
    at, twice = kind.space.values(model), replace(summary, weight=np.full(len(summary), 2.0))
    left = kind.likelihood(twice).evaluate(at)
    right = kind.likelihood(summary.take(np.repeat(np.arange(len(summary)), 2))).evaluate(at)
    assert left.value == pytest.approx(right.value, rel=1e-12)
    np.testing.assert_allclose(left.hessian, right.hessian, rtol=1e-8, atol=1e-10 * np.abs(right.hessian).max())


@family
@settings(max_examples=8)
@given(data=st.data())
def test_simulation_agrees_with_the_formulas(kind, data) -> None:
    """Counts, expectations over a split horizon and the score of simulated customers are the model's."""
    model, many = data.draw(regular(kind)), 20_000
    first, second = 1.5 * pace(model), pace(model)
    simulated = model.simulate(np.full(many, first), 20210101)
    again = model.simulate(np.full(many, first), 20210101)
    np.testing.assert_array_equal(simulated.log_gaps, again.log_gaps)
    x = simulated.frequency
    expected = model.pmf(np.arange(4), first)
    seen = np.bincount(x.astype(int), minlength=4)[:4] / many
    assert np.all(np.abs(seen - expected) <= 5.0 * np.sqrt(expected / many) + 1e-12)
    then = model.expected_purchases(simulated, second)
    now = float(model.expected_purchases_new(first + second) - model.expected_purchases_new(first))
    assert then.mean() == pytest.approx(now, abs=5.0 * then.std() / np.sqrt(many))
    score = model.score(simulated)[:, 1:]
    assert np.all(np.abs(score.mean(axis=0)) <= 5.0 * score.std(axis=0) / np.sqrt(many) + 1e-12)


@family
@few
@given(data=st.data())
def test_simulated_gaps_belong_to_the_times(kind, data) -> None:
    """The logarithms of simulated gaps sum to no more than for equal gaps, and to just that for a single one."""
    model = data.draw(regular(kind))
    simulated = model.simulate(pace(model) * np.linspace(0.0, 5.0, 200), 20210102)
    x, t_x, gaps = simulated.frequency, simulated.recency, simulated.log_gaps
    bought = x > 0
    assert np.all((t_x > 0) == bought)
    assert np.all(gaps[~bought] == 0.0)
    assert np.all(gaps[bought] <= x[bought] * np.log(t_x[bought] / x[bought]) + 1e-9 * (1 + np.abs(gaps[bought])))
    np.testing.assert_allclose(gaps[x == 1], np.log(t_x[x == 1]), rtol=1e-9, atol=1e-9)


@family
@few
@given(data=st.data())
def test_lifetimes_of_regular_buyers(kind, data) -> None:
    """The residual lifetime rises with the horizon to the unlimited one, and is P(alive) at first."""
    model, summary = data.draw(regular(kind, most=3)), data.draw(histories(most_rows=2, busiest=20))
    model = replace(model, a=model.a + 1.5, r=model.r + 1.5)  # so that there is a mean
    forever = model.residual_lifetime(summary)
    path = [model.residual_lifetime(summary, horizon=share * pace(model)) for share in (1e-6, 0.1, 1.0, 10.0)]
    np.testing.assert_allclose(path[0], 1e-6 * pace(model) * model.p_alive(summary), rtol=1e-4, atol=1e-300)
    assert np.all(np.diff([*path, forever], axis=0) >= -1e-12 * forever)


@family
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_mean_lifetime_is_that_of_simulated_customers(kind, k) -> None:
    """The unlimited lifetime of a new customer is the mean over rates and dropout of k phases for each purchase."""
    model, rng, many = kind(k, 6.0, 8.0, 5.0, 6.0), np.random.default_rng(20261125), 400_000
    rate, p = rng.gamma(model.r, size=many) / model.alpha, rng.beta(model.a, model.b, size=many)
    stays = rng.geometric(p) - (1 if kind is MBGCNBD else 0)  # purchases after the first until they leave
    seen = rng.gamma(np.maximum(k * stays, 1e-300)) / rate
    expected = model.residual_lifetime(one(0, 0, 0))[0]
    assert seen.mean() == pytest.approx(expected, abs=4 * seen.std() / np.sqrt(many))
