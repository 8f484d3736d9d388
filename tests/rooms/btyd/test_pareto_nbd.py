from dataclasses import FrozenInstanceError, replace

import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate
from tests.strategies import one

CDNOW = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
GROWING = GGompertzNBD(r=0.553, alpha=10.578, b=0.02, s=0.606, beta=0.25)
both = pytest.mark.parametrize("model", [CDNOW, GROWING], ids=["pareto", "gompertz"])
CUSTOMER = one(2, 30.43, 38.86)
HARD = {
    "thousands of purchases": (5000, 500.0, 520.0),
    "heavy and silent": (3000, 50.0, 1040.0),
    "ten years in days": (12, 3000.0, 3652.0),
    "once in ten years of days": (0, 0.0, 3652.0),
    "seen for no time": (0, 0.0, 0.0),
    "seen for a moment": (1, 1e-9, 1e-9),
    "bought at the very end": (1, 38.86, 38.86),
}


def test_parameters_are_checked_together():
    """Every parameter outside its domain is named, with its value, in one error."""
    with pytest.raises(InvalidParameters) as raised:
        ParetoNBD(r=-1.0, alpha=0.0, s=float("nan"), beta=float("inf"))
    assert [problem.split()[1] for problem in raised.value.problems] == ["r", "alpha", "s", "beta"]
    with pytest.raises(InvalidParameters, match=r"b = 0.0 must be a positive number"):
        GGompertzNBD(1.0, 1.0, 0.0, 1.0, 1.0)


@both
def test_the_unit_is_checked(model):
    """A model refuses a unit that is not one."""
    with pytest.raises(InvalidParameters, match="not a time unit"):
        replace(model, unit="weeks")


@both
def test_a_model_is_a_frozen_value(model):
    """Models with equal parameters are equal and hashable, and cannot be changed but only replaced."""
    assert len({model, replace(model)}) == 1
    with pytest.raises(FrozenInstanceError):
        model.s = 1.0


@both
@pytest.mark.parametrize(
    "ask",
    [
        lambda model, data: model.log_likelihood(data),
        lambda model, data: model.score(data),
        lambda model, data: model.p_alive(data),
        lambda model, data: model.expected_purchases(data, 1),
        lambda model, data: model.discounted_residual(data, 0.1),
        lambda model, data: model.pmf_given(0, data, 1),
    ],
)
def test_data_in_another_unit_are_refused(model, ask):
    """A model per week refuses a summary in days, whatever it is asked; one without a unit accepts any."""
    days = one(2, 213, 272, unit="day")
    with pytest.raises(InvalidData, match="parameters per week but the summary is in days"):
        ask(replace(model, unit="week"), days)
    assert np.isfinite(ask(model, days)).all()


@both
@pytest.mark.parametrize("history", HARD.values(), ids=HARD)
def test_every_history_gets_numbers(model, history):
    """No history a shop can produce gives nan or infinity."""
    customer = one(*history)
    for values in (
        model.log_likelihood(customer),
        model.score(customer),
        model.p_alive(customer, ahead=52.0),
        model.expected_purchases(customer, 1e4),
        model.discounted_residual(customer, 0.1),
        model.pmf_given([0, 1, 5000], customer, 52.0),
    ):
        assert np.isfinite(values).all()


@both
def test_arguments_are_checked(model):
    """Horizons, counts and rates outside their domain are refused with the value."""
    for ask in (
        lambda: model.p_alive(CUSTOMER, ahead=-1.0),
        lambda: model.expected_purchases(CUSTOMER, float("nan")),
        lambda: model.expected_purchases_new([1.0, -2.0]),
        lambda: model.pmf(1.5, 3.0),
        lambda: model.pmf_given([[1]], CUSTOMER, 3.0),
        lambda: model.discounted_residual(CUSTOMER, 0.0),
        lambda: model.simulate([10.0], -1),
    ):
        with pytest.raises(InvalidParameters):
            ask()


@both
def test_simulation_refuses_the_absurd(model):
    """A rate of more than 1e15 purchases is a wrong parameter, and is said to be."""
    with pytest.raises(InvalidParameters, match="1e15"):
        replace(model, alpha=1e-18).simulate([1e6] * 50, 1)


@both
def test_pmf_has_the_shape_of_its_arguments(model):
    """Counts and horizons broadcast; at horizon 0 there is no purchase for certain."""
    table = model.pmf(np.arange(4)[:, None], [0.0, 26.0, 52.0])
    assert table.shape == (4, 3)
    np.testing.assert_array_equal(table[:, 0], [1.0, 0.0, 0.0, 0.0])


def test_pmf_far_in_the_tail():
    """The probability of 170 purchases in a year equals the integral; differences of closed forms lose it."""
    mp.mp.dps = 40
    r, alpha, s, beta = (mp.mpf(str(getattr(CDNOW, name))) for name in CDNOW.space.names)
    k, t = 170, 52

    def count(u):
        return mp.gamma(r + k) / mp.gamma(r) / mp.factorial(k) * (alpha / (alpha + u)) ** r * (u / (alpha + u)) ** k

    left = mp.quad(lambda u: count(u) * s * beta**s / (beta + u) ** (s + 1), [0, 13, 26, 39, 52])
    assert float(CDNOW.pmf(k, t)) == pytest.approx(float(left + count(t) * (beta / (beta + t)) ** s), rel=1e-12)


@both
def test_a_negative_rate_makes_the_future_worth_more(model):
    """With a horizon a rate below 0 is allowed, and later purchases then count for more than 1."""
    plain = model.expected_purchases(CUSTOMER, 52.0)[0]
    assert model.discounted_residual(CUSTOMER, -0.1, horizon=52.0)[0] > plain


def test_residual_below_and_above_s_of_one():
    """DERT of Pareto/NBD equals the integral with many digits for s far below and above 1, at high and low rates."""
    mp.mp.dps = 30
    for s in (0.01, 1.0, 40.0):
        for force in (1e-6, 0.0027, 30.0):
            found = ParetoNBD(0.5, 10.0, s, 12.0).discounted_residual(one(0, 0, 0), Rate(force, "week", "continuous"))
            truth = mp.mpf("0.05") * 12 * mp.exp(12 * force) * mp.expint(s, 12 * force)
            assert float(found[0]) == pytest.approx(float(truth), rel=1e-12)


@both
def test_grouped_customers_count_by_weight(model):
    """The likelihood of a grouped summary is that of all customers."""
    many = PurchaseSummary.from_arrays(frequency=[2, 0] * 50, recency=[30, 0] * 50, age=[38] * 100)
    at = model.space.values(model)
    assert type(model).likelihood(many).evaluate(at).value == pytest.approx(model.log_likelihood(many).sum(), rel=1e-13)


@both
def test_a_step_too_far_is_not_finite_instead_of_an_error(model):
    """Where parameters are so large that nothing can be integrated, the search is told so by nan and turns back."""
    with np.errstate(all="ignore"):
        far = type(model).likelihood(CUSTOMER).evaluate(np.full(len(model.space), 1e308))
    assert np.isnan(far.gradient).any()
    assert np.isnan(far.hessian).any()
