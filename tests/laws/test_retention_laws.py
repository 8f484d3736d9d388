"""What holds for the models of retention in particular: closed forms, limits, and digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.beta_ratio import log_beta_ratio, small_log_beta_ratio
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.core.periods import Rate
from tests.strategies import log_uniform, models

few = settings(max_examples=30)
wide = log_uniform(1e-3, 1e3)
renewal = st.one_of(st.integers(1, 12), st.sampled_from([100, 10_000]))


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


@few
@given(a=wide, b=wide, x=log_uniform(1e-3, 1e6))
def test_the_ratio_of_beta_functions_keeps_its_digits(a, b, x) -> None:
    """The log of B(a, b+x) / B(a, b) is right to 14 digits, evaluated with 50, also where the ratio is nearly 1."""
    mp.mp.dps = 50
    truth = log_beta(mp.mpf(a), mp.mpf(b) + mp.mpf(x)) - log_beta(mp.mpf(a), mp.mpf(b))
    assert float(small_log_beta_ratio(a, b, x)) == pytest.approx(float(truth), rel=2e-14)
    assert float(log_beta_ratio(a, b, x)) == pytest.approx(float(truth), rel=2e-14, abs=1e-12)


@given(model=models(ShiftedBetaGeometric))
def test_shifted_beta_geometric_retention_rises(model) -> None:
    """The retention rate of a cohort rises from renewal to renewal, because those likely to leave go first."""
    assert np.all(np.diff(model.retention_rate(np.arange(1, 100))) > 0)


@few
@given(alpha=wide, beta=wide, t=renewal)
def test_shifted_beta_geometric_is_its_closed_form(alpha, beta, t) -> None:
    """Survival and the share lost are the paper's ratios of beta functions, evaluated with 50 digits."""
    mp.mp.dps = 50
    a, b = mp.mpf(alpha), mp.mpf(beta)
    model = ShiftedBetaGeometric(alpha, beta)
    survival, lost = (log_beta(*at) - log_beta(a, b) for at in ((a, b + t), (a + 1, b + t - 1)))
    assert float(model.survival(t)) == pytest.approx(float(mp.exp(survival)), rel=1e-12, abs=1e-300)
    assert float(model.pmf(t)) == pytest.approx(float(mp.exp(lost)), rel=1e-12, abs=1e-300)


@few
@given(alpha=wide, beta=wide, n=st.sampled_from([1, 2, 8, 100]), rate=st.sampled_from([1e-4, 0.01, 0.1, 1.0]))
def test_shifted_beta_geometric_residual_is_its_closed_form(alpha, beta, n, rate) -> None:
    """DERL and the value of a new contract are the paper's hypergeometric functions, evaluated with 50 digits."""
    mp.mp.dps = 50
    a, b, v = mp.mpf(alpha), mp.mpf(beta), 1 / (1 + mp.mpf(rate))
    model = ShiftedBetaGeometric(alpha, beta)
    residual = (b + n - 1) / (a + b + n - 1) * mp.hyp2f1(1, b + n, a + b + n, v)
    assert float(model.discounted_residual(n - 1, Rate(rate))) == pytest.approx(float(residual), rel=1e-12)
    lifetime = mp.hyp2f1(1, b, a + b, v)
    assert model.discounted_lifetime(Rate(rate)) == pytest.approx(float(lifetime), rel=1e-12)


@few
@given(alpha=wide, beta=wide, c=log_uniform(0.1, 10.0), t=renewal)
def test_beta_discrete_weibull_is_its_closed_form(alpha, beta, c, t) -> None:
    """Survival and the share lost are differences of ratios of beta functions, evaluated with 120 digits."""
    mp.mp.dps = 120
    a, b, power = mp.mpf(alpha), mp.mpf(beta), mp.mpf(c)
    before, after = (log_beta(a, b + mp.mpf(when) ** power) - log_beta(a, b) for when in (t - 1, t))
    model = BetaDiscreteWeibull(alpha, beta, c)
    found = [float(model.survival(t)), float(model.pmf(t))]
    truth = [float(mp.exp(after)), float(mp.exp(before) - mp.exp(after))]
    np.testing.assert_allclose(found, truth, rtol=1e-11, atol=1e-300)


@given(model=models(ShiftedBetaGeometric), rate=st.sampled_from([0.01, 0.1, 1.0]))
def test_beta_discrete_weibull_with_c_one_is_shifted_beta_geometric(model, rate) -> None:
    """With c = 1 both models are one: survival, shares lost, likelihood, score and present values."""
    other, t = BetaDiscreteWeibull(model.alpha, model.beta, 1.0), np.arange(1, 40)
    table = model.simulate([5] * 50 + [9] * 50, 20180801)
    np.testing.assert_allclose(other.survival(t), model.survival(t), rtol=1e-13)
    np.testing.assert_allclose(other.pmf(t), model.pmf(t), rtol=1e-12)
    np.testing.assert_allclose(other.log_likelihood(table), model.log_likelihood(table), rtol=1e-12)
    np.testing.assert_allclose(other.score(table)[:, :2], model.score(table), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(
        other.discounted_residual([0, 5], Rate(rate)), model.discounted_residual([0, 5], Rate(rate)), rtol=1e-12
    )


@given(alpha=log_uniform(0.1, 10.0), beta=log_uniform(0.1, 50.0), c=st.sampled_from([50.0, 400.0, 1e4]))
def test_powers_beyond_the_range_of_numbers_take_the_limit(alpha, beta, c) -> None:
    """Where t^c overflows the curve is Γ(α+β)/Γ(β) t^(-αc), and likelihood and score stay finite."""
    model, t = BetaDiscreteWeibull(alpha, beta, c), 2.0 ** np.arange(6, 12)
    table = BetaDiscreteWeibull(alpha, beta, 1.0).simulate([8] * 40, 20180802)
    assert np.isfinite(model.log_likelihood(table)).all()
    assert np.isfinite(model.score(table)).all()
    with np.errstate(under="ignore"):
        drop = model.retention_rate(t)
        np.testing.assert_allclose(drop, (t / (t - 1)) ** (-alpha * c), rtol=1e-9, atol=1e-300)
