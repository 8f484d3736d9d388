from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from tests.strategies import one

MODELS = [
    NBD(0.385, 12.07),
    MBGNBD(0.525, 6.183, 0.891, 1.614),
    BGCNBD(2, 0.227, 1.463, 0.944, 2.074),
    MBGCNBD(3, 0.533, 1.258, 1.289, 1.845),
]
REGULAR = MODELS[2:]
CUSTOMER = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
every = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
regular = pytest.mark.parametrize("model", REGULAR, ids=lambda model: type(model).__name__)
HARD = {
    "thousands of purchases": (5000, 500.0, 520.0),
    "heavy and silent": (3000, 50.0, 1040.0),
    "ten years in days": (12, 3000.0, 3652.0),
    "once in ten years of days": (0, 0.0, 3652.0),
    "seen for no time": (0, 0.0, 0.0),
    "seen for a moment": (1, 1e-9, 1e-9),
    "bought at the very end": (1, 38.86, 38.86),
}


@every
def test_parameters_are_checked_together(model):
    """Every parameter outside its domain is named in one error."""
    kind = type(model)
    with pytest.raises(InvalidParameters) as raised:
        kind(*[-1.0 for _ in kind.space])
    assert [problem.split()[1] for problem in raised.value.problems] == list(kind.space.names)


@pytest.mark.parametrize("kind", [BGCNBD, MBGCNBD])
@pytest.mark.parametrize("bad", [0, 2.5, -1, float("nan"), float("inf"), True, "2"])
def test_phases_are_whole(kind, bad):
    """The number of phases is a whole number of 1 or more, and is kept as an integer."""
    with pytest.raises(InvalidParameters):
        kind(bad, 1.0, 1.0, 1.0, 1.0)
    assert repr(kind(2.0, 1.0, 1.0, 1.0, 1.0).k) == "2"


@every
def test_a_model_is_a_frozen_value(model):
    """Models with equal parameters are equal and hashable, and cannot be changed."""
    assert len({model, replace(model)}) == 1
    with pytest.raises(FrozenInstanceError):
        model.r = 1.0


@every
def test_the_unit_is_checked(model):
    """A model refuses a unit that is not one, and data in another unit than its own, whatever it is asked."""
    with pytest.raises(InvalidParameters, match="not a time unit"):
        replace(model, unit="weeks")
    weekly, days = replace(model, unit="week"), replace(CUSTOMER, unit="day")
    for ask in (
        weekly.log_likelihood,
        weekly.score,
        weekly.p_alive,
        lambda data: weekly.expected_purchases(data, 1),
        lambda data: weekly.discounted_residual(data, 0.1),
        lambda data: weekly.pmf_given(0, data, 1),
    ):
        with pytest.raises(InvalidData, match=r"per week but the summary is in days"):
            ask(days)
    assert weekly.simulate([10.0], 1).unit == "week"
    with pytest.raises(InvalidParameters, match="per week"):
        weekly.simulate([10.0], 1, unit="day")


@regular
def test_regularity_cannot_be_fitted_without_gaps(model):
    """Likelihood and fit need log_gaps and say how to get them; predictions and scores do not."""
    bare = one(2, 30.43, 38.86)
    for ask in (model.log_likelihood, type(model).likelihood, lambda data: rm.fit(type(model), data, fixed={"k": 2})):
        with pytest.raises(InvalidData, match=r"has none; make it with from_transactions"):
            ask(bare)
    assert model.p_alive(bare) == model.p_alive(CUSTOMER)
    np.testing.assert_array_equal(model.score(bare), model.score(CUSTOMER))


@every
def test_arguments_are_checked(model):
    """Negative times, broken counts, tables of counts and undiscounted unlimited futures are refused."""
    for ask in (
        lambda: model.expected_purchases(CUSTOMER, -1.0),
        lambda: model.expected_purchases_new([1.0, np.nan]),
        lambda: model.p_alive(CUSTOMER, ahead=np.inf),
        lambda: model.pmf(0.5, 26),
        lambda: model.pmf_given([[0, 1]], CUSTOMER, 26),
        lambda: model.discounted_residual(CUSTOMER, 0.0),
        lambda: model.discounted_residual(CUSTOMER, 0.1, horizon=-1.0),
        lambda: model.simulate([-1.0], 1),
        lambda: replace(model, alpha=1e-20).simulate([10.0], 1),
    ):
        with pytest.raises(InvalidParameters):
            ask()


@every
def test_shapes_follow_the_question(model):
    """New-customer formulas keep the shape asked for, conditional ones give a row for each customer."""
    both = CUSTOMER.take(np.array([0, 0]))
    assert model.expected_purchases_new(52.0).shape == ()
    assert model.expected_purchases_new([[1.0, 2.0]]).shape == (1, 2)
    assert model.expected_purchases_new([]).shape == (0,)
    assert model.pmf(0, 26).shape == ()
    assert model.pmf([[0], [1]], [1.0, 2.0, 3.0]).shape == (2, 3)
    assert model.pmf_given(0, both, 26).shape == (2,)
    assert model.pmf_given([0, 1, 2], both, 26).shape == (2, 3)
    assert model.score(both).shape == (2, len(model.space))


@every
def test_a_horizon_of_nothing(model):
    """Within no time nobody buys, nobody leaves, and nothing is worth anything."""
    assert model.expected_purchases(CUSTOMER, 0)[0] == 0.0
    assert model.discounted_residual(CUSTOMER, 0.1, horizon=0)[0] == 0.0
    np.testing.assert_allclose(model.pmf_given([0, 1], CUSTOMER, 0), [[1.0, 0.0]], atol=1e-15)
    np.testing.assert_array_equal(model.p_alive(CUSTOMER, ahead=0), model.p_alive(CUSTOMER))


@every
def test_a_rate_below_zero_raises_the_worth(model):
    """Up to a horizon the rate may be negative, which makes the future worth more than its count."""
    worth = model.discounted_residual(CUSTOMER, -0.1, horizon=52.0)[0]
    assert worth > model.discounted_residual(CUSTOMER, 0.0, horizon=52.0)[0]


@every
@pytest.mark.parametrize("history", HARD.values(), ids=HARD)
@pytest.mark.parametrize("alpha", [0.5, 1e8])
def test_hard_inputs_give_finite_answers(model, history, alpha):
    """Thousands of purchases, ten years of days, moments and very slow buyers: every answer is finite."""
    hard, (x, t_x, T) = replace(model, alpha=alpha), history
    gaps = x * np.log(t_x / x) if x else 0.0
    customer = PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[T], log_gaps=[gaps])
    assert np.isfinite(hard.log_likelihood(customer)).all()
    assert np.isfinite(hard.score(customer)).all()
    alive = hard.p_alive(customer)[0]
    assert 0.0 <= hard.p_alive(customer, ahead=365.0)[0] <= alive <= 1.0
    expected = hard.expected_purchases(customer, 365.0)[0]
    assert 0.0 <= hard.discounted_residual(customer, 0.15, horizon=365.0)[0] <= expected * (1 + 1e-12)
    assert np.isfinite(hard.discounted_residual(customer, 0.15)).all()
    counts = hard.pmf_given(np.arange(5), customer, 365.0)
    assert np.all((counts >= 0) & (counts <= 1 + 1e-14))


@regular
def test_uncountable_futures_are_refused(model):
    """Where more than 131,072 purchases are possible the horizon is refused; the unlimited residual still answers."""
    busy = replace(model, alpha=1e-9)
    for ask in (
        lambda: busy.expected_purchases_new(52.0),
        lambda: busy.p_alive(one(0, 0, 0), ahead=52.0),
        lambda: busy.discounted_residual(one(0, 0, 0), 0.1, horizon=52.0),
    ):
        with pytest.raises(InvalidParameters, match="shorten the horizon"):
            ask()
    assert np.isfinite(busy.discounted_residual(one(0, 0, 0), 0.1)).all()


@regular
def test_staircases_are_refused(model):
    """Thousands of purchases in a rhythm of many phases make the discounted sum up to a horizon unsettled."""
    clockwork = replace(model, k=12)
    with pytest.raises(InvalidParameters, match="check the parameters"):
        clockwork.discounted_residual(one(5000, 500.0, 520.0), 0.15, horizon=365.0)
    assert np.isfinite(clockwork.discounted_residual(one(5000, 500.0, 520.0), 0.15)).all()


@every
def test_a_fit_is_saved_and_restored(model):
    """A fit goes to JSON and back with every number, and phases that were held stay held."""
    summary = model.simulate([40.0] * 1500, 4, unit="week")
    held = {name: getattr(model, name) for name in model.space.names if name == "k"}
    fit = rm.fit(type(model), summary, fixed=held)
    again = rm.Fit.from_json(fit.to_json(), type(model))
    assert again.model == fit.model
    assert again.fixed == tuple(held)
    assert fit.model.unit == "week"
    assert all(fit.standard_errors[name] == 0.0 for name in held)


@every
def test_one_customer_has_a_start(model):
    """A start in the domain exists for a single customer, however odd, with a finite likelihood."""
    for x, t_x, T in HARD.values():
        gaps = x * np.log(t_x / x) if x else 0.0
        customer = PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[T], log_gaps=[gaps])
        at = type(model).likelihood(customer).evaluate(model.space.pack(type(model).start(customer)))
        assert np.isfinite(at.value)
        assert np.isfinite(at.gradient).all()
        assert np.isfinite(at.hessian).all()
