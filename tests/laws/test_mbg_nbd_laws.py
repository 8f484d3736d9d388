"""What holds for MBG/NBD and NBD in particular: their story, and how they meet BG/NBD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from tests.strategies import clock, log_uniform, models, one, summaries


@settings(max_examples=10)
@given(model=models(MBGNBD), x=st.integers(0, 6), share=st.floats(0.05, 1.0), T=st.floats(1.0, 60.0))
def test_likelihood_is_the_story_integrated_by_brute_force(model, x, share, T) -> None:
    """The likelihood is the individual one, with a chance to leave at the first purchase, integrated numerically."""
    t_x = share * T if x else 0.0
    r, alpha, a, b = MBGNBD.space.values(model).tolist()
    log_rate = np.arange(-np.log(alpha + T) - 40 / r - 10, -np.log(alpha) + 6, 0.2)[:, None]
    rate = np.exp(log_rate)
    prior_rate = r * log_rate - alpha * rate + r * np.log(alpha) - special.gammaln(r)
    log_odds = np.arange(-40 / a - 10, 40 / b + 10, 0.2)
    log_p, log_q = -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)
    prior_p = a * log_p + b * log_q - special.betaln(a, b)
    story = np.logaddexp((x + 1) * log_q - rate * T, log_p + x * log_q - rate * t_x)
    truth = special.logsumexp(prior_rate + prior_p + x * log_rate + story) + 2 * np.log(0.2)
    assert model.log_likelihood(one(x, t_x, T))[0] == pytest.approx(truth, rel=1e-10, abs=1e-10)


@given(model=models(MBGNBD), data=st.data(), reach=log_uniform(0.01, 3.0))
def test_those_who_are_there_are_like_those_of_bg_nbd(model, data, reach) -> None:
    """Given being there, every prediction is that of BG/NBD at b + 1, where the first chance to leave was passed."""
    summary, horizon = data.draw(summaries(spend=False)), reach * clock(model)
    other = BGNBD(model.r, model.alpha, model.a, model.b + 1.0)
    alive, always = model.p_alive(summary), other.p_alive(summary)
    for predict in (
        lambda of: of.p_alive(summary, ahead=horizon),
        lambda of: of.expected_purchases(summary, horizon),
        lambda of: of.discounted_residual(summary, 0.1),
        lambda of: of.pmf_given(2, summary, horizon),
    ):
        np.testing.assert_allclose(predict(model) * always, predict(other) * alive, rtol=1e-12, atol=1e-290)


@given(model=models(MBGNBD), reach=log_uniform(0.01, 3.0))
def test_the_share_who_leave_at_once(model, reach) -> None:
    """A customer observed for no time is there with probability b / (a + b), and predicted like a new one."""
    horizon, newcomer = reach * clock(model), one(0, 0, 0)
    assert model.p_alive(newcomer)[0] == pytest.approx(model.b / (model.a + model.b), rel=1e-14)
    expected = float(model.expected_purchases_new(horizon))
    assert model.expected_purchases(newcomer, horizon)[0] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(model.pmf_given([0, 1, 7], newcomer, horizon)[0], model.pmf([0, 1, 7], horizon))


@pytest.mark.parametrize("kind", [BGNBD, MBGNBD])
@given(model=models(MBGNBD), data=st.data(), reach=log_uniform(0.01, 3.0))
def test_without_dropout_they_are_the_nbd_model(kind, model, data, reach) -> None:
    """As a goes to 0 nobody leaves, and every answer is that of NBD."""
    loyal, plain = kind(model.r, model.alpha, 1e-250, model.b), NBD(model.r, model.alpha)
    summary = data.draw(summaries(spend=False))
    summary, horizon = summary.take(summary.frequency <= 12), reach * clock(model)
    np.testing.assert_allclose(loyal.log_likelihood(summary), plain.log_likelihood(summary), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(loyal.score(summary)[:, :2], plain.score(summary), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(loyal.p_alive(summary), plain.p_alive(summary))
    for predict in (
        lambda of: of.expected_purchases(summary, horizon),
        lambda of: of.expected_purchases_new(horizon),
        lambda of: of.discounted_residual(summary, 0.1),
        lambda of: of.discounted_residual(summary, 0.1, horizon=horizon),
        lambda of: of.pmf(np.arange(6), horizon),
        lambda of: of.pmf_given(np.arange(6), summary, horizon),
    ):
        np.testing.assert_allclose(predict(loyal), predict(plain), rtol=1e-10, atol=1e-300)


@given(model=models(NBD), data=st.data(), later=st.floats(0.1, 1e4))
def test_without_dropout_silence_says_nothing(model, data, later) -> None:
    """Under NBD everybody is there for ever, and it does not matter when they bought."""
    summary = data.draw(summaries(spend=False))
    assert np.all(model.p_alive(summary, ahead=later) == 1.0)
    early = type(summary).from_arrays(
        frequency=summary.frequency, recency=summary.recency * 0.5, age=summary.age, unit=summary.unit
    )
    np.testing.assert_array_equal(model.log_likelihood(early), model.log_likelihood(summary))
    np.testing.assert_array_equal(model.expected_purchases(early, later), model.expected_purchases(summary, later))
