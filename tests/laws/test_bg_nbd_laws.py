"""What holds for BG/NBD in particular: its story, its closed forms, its limits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.core.periods import Rate
from tests.strategies import clock, customers, log_uniform, models, one, summaries

few = settings(max_examples=15)


def grid(low: float, high: float) -> np.ndarray:
    """Return the nodes of a trapezoidal sum fine enough for functions that vary on the scale of 1."""
    return np.arange(low, high, 0.2)


def log_beta_density(log_odds, a: float, b: float):
    """Return the log density of p ~ Beta(a, b) by its log odds, and ln p and ln(1 - p)."""
    log_p, log_q = -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)
    return a * log_p + b * log_q - special.betaln(a, b), log_p, log_q


@settings(max_examples=10)
@given(model=models(BGNBD), x=st.integers(0, 6), share=st.floats(0.05, 1.0), T=st.floats(1.0, 60.0))
def test_likelihood_is_the_story_integrated_by_brute_force(model, x, share, T) -> None:
    """The likelihood is the individual one of the paper (equation 3) integrated numerically over rate and dropout."""
    t_x = share * T if x else 0.0
    r, alpha, a, b = BGNBD.space.values(model).tolist()
    log_rate = grid(-np.log(alpha + T) - 40 / r - 10, -np.log(alpha) + 6)[:, None]
    rate = np.exp(log_rate)
    prior_rate = r * log_rate - alpha * rate + r * np.log(alpha) - special.gammaln(r)
    prior_p, log_p, log_q = log_beta_density(grid(-40 / a - 10, 40 / b + 10), a, b)
    story = x * log_q - rate * T
    if x:
        story = np.logaddexp(story, log_p + (x - 1) * log_q - rate * t_x)
    truth = special.logsumexp(prior_rate + prior_p + x * log_rate + story) + 2 * np.log(0.2)
    assert model.log_likelihood(one(x, t_x, T))[0] == pytest.approx(truth, rel=1e-10, abs=1e-10)


@given(model=models(BGNBD), T=st.floats(0.0, 1e4))
def test_one_time_buyers_are_alive(model, T) -> None:
    """A customer who never came back has had no occasion to leave: P(alive) is exactly 1, whatever the silence."""
    assert model.p_alive(one(0, 0, T))[0] == 1.0


@given(model=models(BGNBD), data=st.data())
def test_score_equals_the_complex_step(model, data) -> None:
    """The score equals the complex-step derivative of the paper's equation 6, written out with complex gammas."""
    summary = data.draw(summaries(spend=False))
    x, t_x, T = summary.frequency, summary.recency, summary.age
    lgamma = special.loggamma

    def log_likelihood(r, alpha, a, b):
        shared = lgamma(r + x) - lgamma(r) + lgamma(a + b) - lgamma(b) + lgamma(b + x) - lgamma(a + b + x)
        log_odds = np.log(a) - np.log(np.where(x > 0, b + x - 1, 1)) + (r + x) * np.log((alpha + T) / (alpha + t_x))
        gone = np.where(x > 0, np.exp(np.minimum(log_odds.real, 600.0) + 1j * log_odds.imag), 0.0)
        capped = np.where((x > 0) & (log_odds.real > 600.0), log_odds, np.log(1.0 + gone))
        return shared + r * np.log(alpha) - (r + x) * np.log(alpha + T) + capped

    at = BGNBD.space.values(model).astype(complex)
    slopes = [log_likelihood(*(at + 1e-200j * move)).imag / 1e-200 for move in np.eye(4)]
    size = np.abs(BGNBD.space.values(model) * model.score(summary)).max(axis=1, keepdims=True) + x[:, None] + 1.0
    error = np.abs(model.score(summary) - np.transpose(slopes)) * BGNBD.space.values(model)
    assert np.all(error <= 1e-11 * size)


@few
@given(model=models(BGNBD), customer=customers(busiest=3000), reach=log_uniform(0.01, 100.0))
def test_expectation_is_the_papers_closed_form(model, customer, reach) -> None:
    """Expected purchases equal the paper's equation 10, evaluated with 120 digits so that its pole does no harm."""
    mp.mp.dps = 120
    x, t_x, T = customer
    horizon = reach * clock(model)
    r, alpha, a, b = (mp.mpf(value) for value in BGNBD.space.values(model).tolist())
    assume(a != 1)
    R, A, t = r + x, alpha + T, mp.mpf(horizon)
    gauss = mp.hyp2f1(R, b + x, a + b + x - 1, t / (A + t))
    if_alive = (a + b + x - 1) / (a - 1) * (1 - (A / (A + t)) ** R * gauss)
    gone = a / (b + x - 1) * (A / (alpha + t_x)) ** R if x else 0
    found = model.expected_purchases(one(*customer), horizon)[0]
    assert found == pytest.approx(float(if_alive / (1 + gone)), rel=1e-11, abs=1e-300)


@few
@given(model=models(BGNBD), customer=customers(busiest=3000), reach=log_uniform(0.01, 100.0))
def test_survival_is_its_closed_form(model, customer, reach) -> None:
    """P(alive) later is P(alive) now times a Gauss hypergeometric function, evaluated with 60 digits."""
    mp.mp.dps = 60
    x, _, T = customer
    ahead = reach * clock(model)
    r, alpha, a, b = (mp.mpf(value) for value in BGNBD.space.values(model).tolist())
    stays = mp.hyp2f1(r + x, a, a + b + x, -mp.mpf(ahead) / (alpha + T))
    now, later = model.p_alive(one(*customer))[0], model.p_alive(one(*customer), ahead=ahead)[0]
    assert later == pytest.approx(float(now * stays), rel=1e-11, abs=1e-300)


@settings(max_examples=10)
@given(model=models(BGNBD), customer=customers(most=6, busiest=60), force=st.sampled_from([0.0027, 0.05]))
def test_residual_is_the_story_integrated_by_brute_force(model, customer, force) -> None:
    """The discounted residual is the discounted purchase rate integrated numerically over time and dropout."""
    x, _, T = customer
    r, alpha, a, b = BGNBD.space.values(model).tolist()
    R, A = r + x, alpha + T
    log_time = grid(-np.log(R / A + force) - 45, np.log(60 / force))[:, None]
    posterior, log_p, _ = log_beta_density(grid(-40 / a - 10, 40 / b + 10), a, b + x)
    purchases = np.log(R / A) - (R + 1) * np.log1p(np.exp(log_p + log_time) / A)
    if_alive = np.exp(special.logsumexp(posterior + log_time - force * np.exp(log_time) + purchases)) * 0.2**2
    found = model.discounted_residual(one(*customer), Rate(force, per="week", kind="continuous"))[0]
    assert found == pytest.approx(if_alive * model.p_alive(one(*customer))[0], rel=1e-9, abs=1e-300)


@given(model=models(BGNBD), data=st.data(), reach=log_uniform(0.01, 3.0))
def test_without_dropout_it_is_the_negative_binomial(model, data, reach) -> None:
    """As a goes to 0 nobody leaves: likelihood, expectation and counts are those of the NBD model."""
    r, alpha, b = model.r, model.alpha, model.b
    loyal = BGNBD(r, alpha, 1e-250, b)
    summary = data.draw(summaries(spend=False))
    summary = summary.take(summary.frequency <= 12)
    x, T, horizon = summary.frequency, summary.age, reach * alpha
    timing = special.gammaln(r + x) - special.gammaln(r) - r * np.log1p(T / alpha) - x * np.log(alpha + T)
    np.testing.assert_allclose(loyal.log_likelihood(summary), timing, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(loyal.p_alive(summary), 1.0)
    np.testing.assert_allclose(loyal.expected_purchases(summary, horizon), (r + x) / (alpha + T) * horizon, rtol=1e-11)
    k = np.arange(6)
    counts = special.gammaln(r + k) - special.gammaln(r) - special.gammaln(k + 1)
    counts += k * np.log(horizon / (alpha + horizon)) - r * np.log1p(horizon / alpha)
    np.testing.assert_allclose(loyal.pmf(k, horizon), np.exp(counts), rtol=1e-11)


@given(model=models(BGNBD), data=st.data())
def test_purchases_begin_at_the_expected_rate(model, data) -> None:
    """The slope of expected purchases at horizon 0 is P(alive) (r + x) / (alpha + T)."""
    summary = data.draw(summaries(spend=False))
    moment = 1e-12 * clock(model)
    rate = (model.r + summary.frequency) / (model.alpha + summary.age)
    slope = model.expected_purchases(summary, moment) / moment
    np.testing.assert_allclose(slope, model.p_alive(summary) * rate, rtol=1e-8, atol=1e-300)


@given(model=models(BGNBD), data=st.data(), step=st.sampled_from([1e-12, 1e-9, 1e-6]))
def test_nothing_happens_at_the_pole_of_the_closed_form(model, data, step) -> None:
    """At a = 1, where the published formula divides by 0, the expectation is continuous."""
    summary = data.draw(summaries(spend=False))
    at, near = (BGNBD(model.r, model.alpha, a, model.b) for a in (1.0, 1.0 + step))
    horizon = clock(model)
    slack = 20 * step + 1e-12
    expected = at.expected_purchases(summary, horizon)
    np.testing.assert_allclose(near.expected_purchases(summary, horizon), expected, rtol=slack * 50, atol=1e-300)
