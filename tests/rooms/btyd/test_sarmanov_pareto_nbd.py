from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from tests.strategies import one

MODEL = SarmanovParetoNBD(r=0.46, alpha=8.0, s=0.22, beta=4.6, kappa=0.9)
AGAINST = SarmanovParetoNBD(r=0.46, alpha=8.0, s=0.22, beta=4.6, kappa=-0.45)
both = pytest.mark.parametrize("model", [MODEL, AGAINST], ids=["leave sooner", "stay longer"])
CUSTOMER = one(2, 30.43, 38.86)
HARD = {
    "thousands of purchases": (5000, 500.0, 520.0),
    "heavy and silent": (3000, 50.0, 1040.0),
    "once in ten years of days": (0, 0.0, 3652.0),
    "seen for no time": (0, 0.0, 0.0),
    "seen for a moment": (1, 1e-9, 1e-9),
    "bought at the very end": (1, 38.86, 38.86),
}


def test_parameters_are_checked_together():
    """Every parameter outside its domain is named, with its value and what is allowed, in one error."""
    with pytest.raises(InvalidParameters) as raised:
        SarmanovParetoNBD(r=-1.0, alpha=0.0, s=float("nan"), beta=float("inf"), kappa=1.0)
    assert [problem.split()[1] for problem in raised.value.problems] == ["r", "alpha", "s", "beta", "kappa"]
    with pytest.raises(InvalidParameters, match=r"kappa = -0.5 must be a number between -0.5 and 1"):
        replace(MODEL, kappa=-0.5)


def test_the_coordinate_of_kappa_goes_there_and_back():
    """Values of kappa come back from their free coordinates, and slope and curvature are derivatives of the way."""
    domain = SarmanovParetoNBD.space.parameters[4].domain
    kappa = np.array([-0.499, -0.2, 0.0, 0.25, 0.9, 0.9999])
    free, h = domain.to_free(kappa), 1e-4
    np.testing.assert_allclose(domain.to_natural(free), kappa, rtol=1e-13, atol=1e-15)
    before, after = domain.to_natural(free - h), domain.to_natural(free + h)
    np.testing.assert_allclose(domain.slope(kappa), (after - before) / (2 * h), rtol=1e-7)
    np.testing.assert_allclose(domain.curvature(kappa), (after + before - 2 * kappa) / h**2, atol=1e-7)


@both
def test_a_model_is_a_frozen_value(model):
    """Equal parameters make equal, hashable models, which cannot be changed but only replaced, and check their unit."""
    assert len({model, replace(model)}) == 1
    with pytest.raises(FrozenInstanceError):
        model.kappa = 0.0
    with pytest.raises(InvalidParameters, match="not a time unit"):
        replace(model, unit="weeks")


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
def test_data_in_another_unit_are_refused(ask):
    """A model per week refuses a summary in days, whatever it is asked; one without a unit accepts any."""
    days = one(2, 213, 272, unit="day")
    with pytest.raises(InvalidData, match="parameters per week but the summary is in days"):
        ask(replace(MODEL, unit="week"), days)
    assert np.isfinite(ask(MODEL, days)).all()


@both
@pytest.mark.parametrize("shapes", [(0.46, 0.22), (1e-5, 1e-5), (1e6, 1e-3), (1e-3, 1e6)], ids=str)
@pytest.mark.parametrize("history", HARD.values(), ids=HARD)
def test_every_history_gets_numbers(model, shapes, history):
    """No history a shop can produce gives nan or infinity, nor do shapes at which the tilt would overflow."""
    customer, extreme = one(*history), replace(model, r=shapes[0], s=shapes[1])
    for values in (
        extreme.log_likelihood(customer),
        extreme.score(customer),
        extreme.p_alive(customer, ahead=52.0),
        extreme.expected_purchases(customer, 1e4),
        extreme.discounted_residual(customer, 0.1),
        extreme.pmf_given([0, 1, 5000], customer, 52.0),
    ):
        assert np.isfinite(values).all()
    assert abs(extreme.correlation) <= 1.0


def test_arguments_are_checked():
    """Horizons, counts and rates outside their domain are refused with the value."""
    for ask in (
        lambda: MODEL.p_alive(CUSTOMER, ahead=-1.0),
        lambda: MODEL.expected_purchases(CUSTOMER, float("nan")),
        lambda: MODEL.expected_purchases_new([1.0, -2.0]),
        lambda: MODEL.pmf(1.5, 3.0),
        lambda: MODEL.pmf_given([[1]], CUSTOMER, 3.0),
        lambda: MODEL.discounted_residual(CUSTOMER, 0.0),
        lambda: MODEL.simulate([10.0], -1),
    ):
        with pytest.raises(InvalidParameters):
            ask()


def test_simulation_refuses_the_absurd():
    """A rate of more than 1e15 purchases is a wrong parameter, and is said to be."""
    with pytest.raises(InvalidParameters, match="1e15"):
        replace(MODEL, alpha=1e-18).simulate([1e6] * 50, 1)


def test_simulation_with_the_smallest_shapes():
    """Shapes at which rates and hazards underflow to 0 still give possible customers."""
    simulated = replace(MODEL, r=1e-3, s=1e-3).simulate(np.full(2000, 50.0), 3)
    assert np.all(simulated.recency <= simulated.age)


@both
def test_pmf_has_the_shape_of_its_arguments(model):
    """Counts and horizons broadcast; at horizon 0 there is no purchase for certain."""
    table = model.pmf(np.arange(4)[:, None], [0.0, 26.0, 52.0])
    assert table.shape == (4, 3)
    np.testing.assert_array_equal(table[:, 0], [1.0, 0.0, 0.0, 0.0])


def test_a_negative_rate_makes_the_future_worth_more():
    """With a horizon a rate below 0 is allowed, and later purchases then count for more than 1."""
    plain = MODEL.expected_purchases(CUSTOMER, 52.0)[0]
    assert MODEL.discounted_residual(CUSTOMER, -0.1, horizon=52.0)[0] > plain


def test_grouped_customers_count_by_weight():
    """The likelihood of a grouped summary is that of all customers."""
    many = PurchaseSummary.from_arrays(frequency=[2, 0] * 50, recency=[30, 0] * 50, age=[38] * 100)
    total = SarmanovParetoNBD.likelihood(many).evaluate(MODEL.space.values(MODEL)).value
    assert total == pytest.approx(MODEL.log_likelihood(many).sum(), rel=1e-13)


def test_a_step_too_far_is_not_finite_instead_of_an_error():
    """Where parameters are so large that nothing can be integrated, the search is told so by nan and turns back."""
    with np.errstate(all="ignore"):
        far = SarmanovParetoNBD.likelihood(CUSTOMER).evaluate(np.array([1e308, 1e308, 1e308, 1e308, 0.5]))
    assert np.isnan(far.gradient).any()
    assert np.isnan(far.hessian).any()
