import numpy as np
import pytest

from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters

CDNOW = GammaGamma(p=6.25, q=3.74, gamma=15.44)


def spenders(frequency, spend, weight=None) -> PurchaseSummary:
    x = np.array(frequency, dtype=float)
    return PurchaseSummary.from_arrays(frequency=x, recency=x, age=x + 1, spend=spend, weight=weight)


BOTH = spenders([2, 0], [22.35, 0.0])


def test_parameters_are_checked_together():
    """Every parameter outside its domain is named in one error."""
    with pytest.raises(InvalidParameters) as raised:
        GammaGamma(p=0.0, q=-1.0, gamma=float("nan"))
    assert [problem.split()[1] for problem in raised.value.problems] == ["p", "q", "gamma"]


def test_a_model_of_spend_has_no_clock():
    """The unit is ``None``, and data in any time unit are accepted."""
    assert CDNOW.unit is None
    assert not GammaGamma.space.clock
    days = PurchaseSummary.from_arrays(frequency=[2], recency=[9], age=[10], spend=[22.35], unit="day")
    assert CDNOW.expected_spend(days)[0] == CDNOW.expected_spend(BOTH)[0]


@pytest.mark.parametrize(
    "ask",
    [
        GammaGamma.start,
        GammaGamma.likelihood,
        GammaGamma.excluded,
        CDNOW.log_likelihood,
        CDNOW.score,
        CDNOW.expected_spend,
        lambda data: CDNOW.total_spend_cdf(10.0, 1, data),
    ],
)
def test_a_summary_without_spend_is_refused(ask):
    """Whatever is asked, a summary without spend is refused with what to do."""
    bare = PurchaseSummary.from_arrays(frequency=[2], recency=[9], age=[10])
    with pytest.raises(InvalidData, match="give amount= to from_transactions"):
        ask(bare)


@pytest.mark.parametrize(
    ("frequency", "spend"),
    [([0, 0], [0.0, 0.0]), ([1, 0], [5.0, 0.0]), ([1, 2, 3], [5.0, 5.0, 5.0]), ([1, 2], [5.0, 0.0])],
)
def test_estimation_needs_two_different_spends(frequency, spend):
    """Fewer than two repeat buyers who spent, or all the same mean, cannot be fitted; the message says why."""
    data = spenders(frequency, spend)
    for ask in (GammaGamma.start, GammaGamma.likelihood):
        with pytest.raises(InvalidData, match="at least two with different mean spends"):
            ask(data)


def test_buyers_of_free_goods_are_counted():
    """Repeat buyers with a mean of 0 are excluded from the likelihood and counted by their weight."""
    data = spenders([2, 3, 0, 1, 2], [20.0, 0.0, 0.0, 0.0, 30.0], weight=[1.0, 2.0, 9.0, 1.0, 4.0])
    assert GammaGamma.excluded(data) == 3.0
    assert GammaGamma.likelihood(data).n == 5.0


def test_expected_spend_without_a_mean_is_refused():
    """With q of 1 or less, one-time buyers and new customers have no mean spend: the rows are named."""
    heavy = GammaGamma(p=2.0, q=0.9, gamma=10.0)
    assert heavy.expected_spend(spenders([2], [20.0]))[0] > 0
    with pytest.raises(InvalidParameters, match=r"frequency\[1\] = 0\.0 .*no finite mean"):
        heavy.expected_spend(BOTH)
    with pytest.raises(InvalidParameters, match=r"q = 0\.9 is not above 1"):
        heavy.expected_spend_new()


def test_total_spend_needs_no_mean():
    """The distribution of future spend exists also where its mean does not."""
    found = GammaGamma(p=2.0, q=0.9, gamma=10.0).total_spend_cdf(100.0, 3, BOTH)
    assert np.all((found > 0) & (found < 1))


def test_total_spend_takes_a_count_for_each_customer():
    """The number of purchases is one for all, or one for each customer; anything else is refused."""
    each = CDNOW.total_spend_cdf(100.0, [3, 0], BOTH)
    assert each[0] == CDNOW.total_spend_cdf(100.0, 3, BOTH)[0]
    assert each[1] == 1.0
    with pytest.raises(InvalidParameters, match="one for each of the 2 customers"):
        CDNOW.total_spend_cdf(100.0, [1, 2, 3], BOTH)
    with pytest.raises(InvalidParameters, match="whole number"):
        CDNOW.total_spend_cdf(100.0, 0.5, BOTH)
    with pytest.raises(InvalidParameters, match="amount"):
        CDNOW.total_spend_cdf(-1.0, 1, BOTH)


def test_total_spend_takes_an_amount_for_each_customer():
    """The amount is one for all, or one for each customer; anything else is refused."""
    each = CDNOW.total_spend_cdf([100.0, 0.0], 3, BOTH)
    assert each.tolist() == [CDNOW.total_spend_cdf(100.0, 3, BOTH)[0], 0.0]
    with pytest.raises(InvalidParameters, match="amount has shape \\(3,\\); give one number or one for each of the 2"):
        CDNOW.total_spend_cdf([1.0, 2.0, 3.0], 1, BOTH)


def test_the_tail_of_total_spend_keeps_its_digits():
    """Far beyond all that was seen, the probability of more falls as the power -q of the amount (Pareto's tail)."""
    newcomer, model = spenders([0, 0], [0.0, 0.0]), GammaGamma(p=1.0, q=0.02, gamma=10.0)
    above = 1.0 - model.total_spend_cdf(np.array([1e30, 1e80]), 1, newcomer)
    np.testing.assert_allclose(above, (1 + np.array([1e30, 1e80]) / 10.0) ** -0.02, rtol=1e-12)


def test_mean_of_the_total_is_the_expectation():
    """The mean of the total of N purchases, from its distribution, is N times the expected spend."""
    amounts = np.linspace(0.0, 6000.0, 6001)
    below = np.array([CDNOW.total_spend_cdf(float(amount), 3, BOTH) for amount in amounts])
    mean = np.trapezoid(1.0 - below, amounts, axis=0)
    np.testing.assert_allclose(mean, 3 * CDNOW.expected_spend(BOTH), rtol=2e-3)


@pytest.mark.parametrize("p", [1e-3, 1e6])
@pytest.mark.parametrize("gamma", [1e-6, 1e9])
@pytest.mark.parametrize("x", [1, 10_000])
def test_hard_inputs_give_finite_answers(p, gamma, x):
    """Tiny and huge parameters, amounts and counts: every answer is finite."""
    model, data = GammaGamma(p=p, q=1.5, gamma=gamma), spenders([x, x], [0.01, 1e7])
    assert np.isfinite(model.log_likelihood(data)).all()
    assert np.isfinite(model.score(data)).all()
    assert np.isfinite(model.expected_spend(data)).all()
    at = GammaGamma.likelihood(data).evaluate(np.array([p, 1.5, gamma]))
    assert np.isfinite(at.value)
    assert np.isfinite(at.hessian).all()


def test_simulated_spend():
    """One-time buyers have no mean spend; all others a positive one, equal for equal seeds."""
    spend = CDNOW.simulate_spend([0, 1, 50], 5)
    assert spend[0] == 0.0
    assert np.all(spend[1:] > 0)
    np.testing.assert_array_equal(spend, CDNOW.simulate_spend([0, 1, 50], np.random.default_rng(5)))
    with pytest.raises(InvalidParameters, match="whole number"):
        CDNOW.simulate_spend([0.5], 5)
