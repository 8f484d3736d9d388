"""What holds for BG/BB in particular: its story, its closed forms, its limits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.core.periods import Rate
from tests.laws.test_discrete_family import histories, summaries
from tests.strategies import log_uniform, models, one

few = settings(max_examples=20)
wide = log_uniform(1e-3, 1e3)
anything = st.builds(BGBB, wide, wide, wide, wide)
# What is smaller than this cannot be told from 0 in 50 digits of its complement.
TINY = 1e-290


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def exact(model: BGBB, x: float, t_x: float, n: float):
    """Return the paper's likelihood as its two parts, there and gone, with 50 digits."""
    mp.mp.dps = 50
    a, b, c, d = (mp.mpf(value) for value in BGBB.space.values(model).tolist())
    whole = log_beta(a, b) + log_beta(c, d)
    there = mp.exp(log_beta(a + x, b + n - x) + log_beta(c, d + n) - whole)
    term, gone = mp.exp(log_beta(a + x, b + t_x - x) + log_beta(c + 1, d + t_x) - whole), mp.mpf(0)
    for j in range(int(t_x), int(n)):
        gone += term
        term *= (b + j - x) / (a + b + j) * (d + j) / (c + d + j + 1)
    return there, gone


@settings(max_examples=10)
@given(model=models(BGBB), history=histories(most=8))
def test_likelihood_is_the_story_integrated_by_brute_force(model, history) -> None:
    """The likelihood is that of one customer, integrated numerically over the chances of buying and of leaving."""
    x, t_x, n = history
    a, b, c, d = BGBB.space.values(model).tolist()
    step = 0.15

    def density(first, second):
        odds = np.arange(-40 / first - 10, 40 / second + 10, step)
        log_p, log_q = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
        return first * log_p + second * log_q - special.betaln(first, second) + np.log(step), log_p, log_q

    of_p, log_p, log_q = density(a, b)
    of_leaving, log_leaving, log_staying = density(c, d)
    stories = [
        (j * log_staying + (log_leaving if j < n else 0.0))[:, None] + x * log_p + (j - x) * log_q
        for j in range(int(t_x), int(n) + 1)
    ]
    together = special.logsumexp(stories, axis=0) + of_leaving[:, None] + of_p
    found = model.log_likelihood(one(x, t_x, n))[0]
    assert found == pytest.approx(special.logsumexp(together), rel=1e-10, abs=1e-10)


@few
@given(model=anything, history=histories(most=300))
def test_likelihood_is_the_papers_with_all_digits(model, history) -> None:
    """Log-likelihood and P(alive) are the paper's, evaluated with 50 digits, for parameters from 1e-3 to 1e3."""
    there, gone = exact(model, *history)
    found = model.log_likelihood(one(*history))[0]
    assert found == pytest.approx(float(mp.log(there + gone)), rel=1e-13, abs=1e-13)
    assert model.p_alive(one(*history))[0] == pytest.approx(float(there / (there + gone)), rel=1e-10, abs=TINY)


@few
@given(model=anything, history=histories(most=60), horizon=st.integers(1, 60))
def test_expectation_is_the_papers_sum(model, history, horizon) -> None:
    """Expected purchases are the paper's, summed with 50 digits, at γ = 1 as anywhere else."""
    x, _, n = history
    there, gone = exact(model, *history)
    a, b, c, d = (mp.mpf(value) for value in BGBB.space.values(model).tolist())
    stay, total = mp.mpf(1), mp.mpf(0)
    for step in range(horizon):
        stay *= (d + n + step) / (c + d + n + step)
        total += stay
    expected = float(there / (there + gone) * (a + x) / (a + b + n) * total)
    assert model.expected_purchases(one(*history), horizon)[0] == pytest.approx(expected, rel=1e-10, abs=TINY)


@few
@given(model=anything, history=histories(most=60), rate=st.sampled_from([1e-4, 0.01, 0.1, 1.0]))
def test_residual_is_the_papers_closed_form(model, history, rate) -> None:
    """The discounted residual is the paper's hypergeometric function, evaluated with 50 digits."""
    x, _, n = history
    there, gone = exact(model, *history)
    a, b, c, d = (mp.mpf(value) for value in BGBB.space.values(model).tolist())
    v = 1 / (1 + mp.mpf(rate))
    series = (d + n) / (c + d + n) * v * mp.hyp2f1(1, d + n + 1, c + d + n + 1, v)
    expected = float(there / (there + gone) * (a + x) / (a + b + n) * series)
    found = model.discounted_residual(one(*history), Rate(rate, per="week"))[0]
    assert found == pytest.approx(expected, rel=1e-10, abs=TINY)


@given(model=models(BGBB), data=st.data())
def test_score_equals_the_complex_step(model, data) -> None:
    """The score equals the complex-step derivative of the paper's likelihood, written out with complex gammas."""
    summary = data.draw(summaries())
    lgamma = special.loggamma

    def ratio(a, b, more, further):
        return (
            lgamma(a + more)
            - lgamma(a)
            + lgamma(b + further)
            - lgamma(b)
            + lgamma(a + b)
            - lgamma(a + b + more + further)
        )

    def log_likelihood(a, b, c, d):
        rows = []
        for x, t_x, n in zip(summary.frequency, summary.recency, summary.age, strict=True):
            j = np.arange(t_x, n)
            terms = np.exp(ratio(a, b, x, j - x) + ratio(c, d, 1, j))
            rows.append(np.log(terms.sum() + np.exp(ratio(a, b, x, n - x) + ratio(c, d, 0, n))))
        return np.array(rows)

    at = BGBB.space.values(model).astype(complex)
    slopes = [log_likelihood(*(at + 1e-150j * move)).imag / 1e-150 for move in np.eye(4)]
    size = np.abs(BGBB.space.values(model) * model.score(summary)).max() + summary.age.max() + 1.0
    error = np.abs(model.score(summary) - np.transpose(slopes)) * BGBB.space.values(model)
    assert np.all(error <= 1e-11 * size)


@given(gamma=log_uniform(0.1, 5.0), delta=log_uniform(0.3, 30.0), n=st.integers(0, 40))
def test_leaving_is_shifted_beta_geometric(gamma, delta, n) -> None:
    """Whether a new customer is still there after n opportunities is the survival of a contract after n renewals."""
    alive = BGBB(1.0, 1.0, gamma, delta).p_alive(one(0, 0, 0), ahead=n)[0]
    assert alive == pytest.approx(float(ShiftedBetaGeometric(gamma, delta).survival(n)), rel=1e-14)


@given(model=models(BGBB), data=st.data(), horizon=st.integers(1, 30))
def test_without_dropout_it_is_the_beta_binomial(model, data, horizon) -> None:
    """As γ goes to 0 nobody leaves: likelihood, P(alive), expectation and counts are those of the beta-binomial."""
    a, b = model.alpha, model.beta
    loyal, summary = BGBB(a, b, 1e-250, model.delta), data.draw(summaries())
    x, n = summary.frequency, summary.age
    uses = special.betaln(a + x, b + n - x) - special.betaln(a, b)
    np.testing.assert_allclose(loyal.log_likelihood(summary), uses, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(loyal.p_alive(summary), 1.0, rtol=1e-14)
    np.testing.assert_allclose(loyal.expected_purchases(summary, horizon), horizon * (a + x) / (a + b + n), rtol=1e-12)
    k = np.arange(horizon + 1)
    counts = special.comb(horizon, k) * np.exp(special.betaln(a + k, b + horizon - k) - special.betaln(a, b))
    np.testing.assert_allclose(loyal.pmf(k, horizon), counts, rtol=1e-10)


@given(model=models(BGBB), data=st.data(), step=st.sampled_from([1e-12, 1e-9, 1e-6]))
def test_nothing_happens_at_the_pole_of_the_closed_form(model, data, step) -> None:
    """At γ = 1, where the published formula divides by 0, the expectation is continuous."""
    summary = data.draw(summaries())
    at, near = (BGBB(model.alpha, model.beta, gamma, model.delta) for gamma in (1.0, 1.0 + step))
    expected = at.expected_purchases(summary, 52)
    np.testing.assert_allclose(near.expected_purchases(summary, 52), expected, rtol=1e3 * step + 1e-12)


@pytest.mark.parametrize("scale", [1e6, 1e9, 1e12])
def test_huge_parameters_are_two_fixed_probabilities(scale) -> None:
    """With parameters growing in proportion everybody has the same chances of buying and of leaving."""
    p, leaving = 0.4, 0.2
    model = BGBB(p * scale, (1 - p) * scale, leaving * scale, (1 - leaving) * scale)
    x, t_x, n = 3, 5, 9
    stories = [(1 - leaving) ** j * (leaving if j < n else 1.0) * p**x * (1 - p) ** (j - x) for j in range(t_x, n + 1)]
    alike = 200 / scale + 1e-12
    assert np.exp(model.log_likelihood(one(x, t_x, n))[0]) == pytest.approx(sum(stories), rel=alike)
    assert model.p_alive(one(x, t_x, n))[0] == pytest.approx(stories[-1] / sum(stories), rel=alike)
    assert float(model.expected_purchases_new(4)) == pytest.approx(p * sum(0.8**i for i in range(1, 5)), rel=alike)
    assert model.discounted_residual(one(0, 0, 0), Rate(0.1, per="week"))[0] == pytest.approx(p * 0.8 / 0.3, rel=alike)
