from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate
from tests.strategies import one

CDNOW = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
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
        BGNBD(r=-1.0, alpha=0.0, a=float("nan"), b=float("inf"))
    assert [problem.split()[1] for problem in raised.value.problems] == ["r", "alpha", "a", "b"]


@pytest.mark.parametrize("unit", ["weeks", 7, "hour"])
def test_the_unit_is_checked(unit):
    """A model refuses a unit that is not one."""
    with pytest.raises(InvalidParameters, match="not a time unit"):
        BGNBD(1.0, 1.0, 1.0, 1.0, unit=unit)


def test_a_model_is_a_frozen_value():
    """Models with equal parameters are equal and hashable, and cannot be changed but only replaced."""
    assert replace(CDNOW, a=1.0) == BGNBD(0.243, 4.414, 1.0, 2.426)
    assert len({CDNOW, BGNBD(0.243, 4.414, 0.793, 2.426)}) == 1
    with pytest.raises(FrozenInstanceError):
        CDNOW.a = 1.0  # type: ignore[misc]


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
    with pytest.raises(InvalidData, match=r"per week but the summary is in days"):
        ask(replace(CDNOW, unit="week"), days)
    assert np.all(np.isfinite(ask(CDNOW, days)))


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf, "52", None, True])
def test_horizons_are_checked(bad):
    """A negative, infinite or non-numeric time is refused wherever one is asked for."""
    asked = [
        lambda: CDNOW.expected_purchases(CUSTOMER, bad),
        lambda: CDNOW.expected_purchases_new([1.0, bad]),
        lambda: CDNOW.pmf(0, bad),
        lambda: CDNOW.pmf_given(0, CUSTOMER, bad),
        lambda: CDNOW.p_alive(CUSTOMER, ahead=bad),
        lambda: CDNOW.simulate([bad], 1),
    ]
    if bad is not None:
        asked.append(lambda: CDNOW.discounted_residual(CUSTOMER, 0.1, horizon=bad))
    for ask in asked:
        if bad is True and ask is asked[1]:
            continue  # numpy makes a number of a boolean among numbers
        with pytest.raises(InvalidParameters):
            ask()


def test_one_horizon_for_all_customers():
    """A conditional prediction takes one horizon; several are refused with what to do."""
    with pytest.raises(InvalidParameters, match="a single number is needed here"):
        CDNOW.expected_purchases(CUSTOMER, [1.0, 2.0])  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [-1, 0.5, np.nan, np.inf, "2"])
def test_counts_are_checked(bad):
    """A number of purchases must be whole and 0 or more."""
    with pytest.raises(InvalidParameters, match="whole number"):
        CDNOW.pmf(bad, 26)
    with pytest.raises(InvalidParameters, match="whole number"):
        CDNOW.pmf_given([bad], CUSTOMER, 26)


def test_a_table_of_counts_is_refused():
    """Counts for customers come as one number or one row of numbers."""
    with pytest.raises(InvalidParameters, match="one dimension"):
        CDNOW.pmf_given([[0, 1]], CUSTOMER, 26)


def test_shapes_follow_the_question():
    """New-customer formulas keep the shape asked for, conditional ones give a row for each customer."""
    both = CUSTOMER.take(np.array([0, 0]))
    assert CDNOW.expected_purchases_new(52.0).shape == ()
    assert CDNOW.expected_purchases_new([[1.0, 2.0]]).shape == (1, 2)
    assert CDNOW.pmf([0, 1, 2], 26).shape == (3,)
    assert CDNOW.pmf([[0], [1]], [1.0, 2.0, 3.0]).shape == (2, 3)
    assert CDNOW.pmf_given(0, both, 26).shape == (2,)
    assert CDNOW.pmf_given([0, 1, 2], both, 26).shape == (2, 3)
    assert CDNOW.score(both).shape == (2, 4)


def test_a_horizon_of_nothing():
    """Within no time nobody buys, nobody leaves, and nothing is worth anything."""
    assert CDNOW.expected_purchases(CUSTOMER, 0)[0] == 0.0
    assert CDNOW.discounted_residual(CUSTOMER, 0.1, horizon=0)[0] == 0.0
    np.testing.assert_array_equal(CDNOW.pmf([0, 1, 2], 0), [1.0, 0.0, 0.0])
    np.testing.assert_allclose(CDNOW.pmf_given([0, 1], CUSTOMER, 0), [[1.0, 0.0]], atol=1e-15)
    np.testing.assert_array_equal(CDNOW.p_alive(CUSTOMER, ahead=0), CDNOW.p_alive(CUSTOMER))


@pytest.mark.parametrize("rate", [0.0, -0.1, Rate(0.0, per="week", kind="continuous")])
def test_an_unlimited_future_must_be_discounted(rate):
    """Without a horizon the rate must be positive; with one it may be 0."""
    with pytest.raises(InvalidParameters, match="positive rate or a finite horizon"):
        CDNOW.discounted_residual(CUSTOMER, rate)
    assert CDNOW.discounted_residual(CUSTOMER, rate, horizon=52.0)[0] > 0


def test_rates_are_per_year_unless_they_say_otherwise():
    """A plain rate is effective per year, whatever the unit of the data."""
    plain = CDNOW.discounted_residual(CUSTOMER, 0.15)
    weekly = Rate(float(np.log(1.15)) * 7 / 365.2425, per="week", kind="continuous")
    np.testing.assert_allclose(CDNOW.discounted_residual(CUSTOMER, weekly), plain, rtol=1e-13)
    in_days = replace(CDNOW, alpha=4.414 * 7).discounted_residual(one(2, 30.43 * 7, 38.86 * 7, unit="day"), 0.15)
    np.testing.assert_allclose(in_days, plain, rtol=1e-12)


@pytest.mark.parametrize("history", HARD.values(), ids=HARD)
@pytest.mark.parametrize("alpha", [1e-8, 4.414, 1e8])
@pytest.mark.parametrize("a", [1e-6, 1.0, 1e6])
def test_hard_inputs_give_finite_answers(history, alpha, a):
    """Thousands of purchases, ten years of days, moments, tiny and huge parameters: every answer is finite."""
    model, customer = BGNBD(0.243, alpha, a, 0.5), one(*history)
    assert np.isfinite(model.log_likelihood(customer)).all()
    assert np.isfinite(model.score(customer)).all()
    alive = model.p_alive(customer)[0]
    assert 0.0 <= model.p_alive(customer, ahead=365.0)[0] <= alive <= 1.0
    expected = model.expected_purchases(customer, 365.0)[0]
    assert 0.0 <= model.discounted_residual(customer, 0.15, horizon=365.0)[0] <= expected * (1 + 1e-12)
    assert np.isfinite(model.discounted_residual(customer, 0.15)).all()
    counts = model.pmf_given(np.arange(5), customer, 365.0)
    assert np.all((counts >= 0) & (counts <= 1))


def test_likelihood_where_nobody_came_back():
    """With all frequencies 0 the likelihood and its derivatives are finite, and a start exists."""
    nobody = PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[10.0, 0.0])
    at = BGNBD.likelihood(nobody).evaluate(BGNBD.space.pack(BGNBD.start(nobody)))
    assert np.isfinite(at.value)
    assert np.isfinite(at.gradient).all()
    assert np.isfinite(at.hessian).all()


@pytest.mark.parametrize("history", [*HARD.values(), (2, 30.43, 38.86)], ids=[*HARD, "ordinary"])
def test_one_customer_has_a_start(history):
    """A start exists for a single customer, however odd."""
    assert isinstance(BGNBD(*BGNBD.start(one(*history)).values()), BGNBD)


def test_simulated_data_carry_the_unit():
    """Simulated data are in the model's unit, else in the one asked for, else in weeks; a contradiction is refused."""
    daily = replace(CDNOW, unit="day")
    assert daily.simulate([10.0], 1).unit == "day"
    assert CDNOW.simulate([10.0], 1, unit="month").unit == "month"
    assert CDNOW.simulate([10.0], 1).unit == "week"
    with pytest.raises(InvalidParameters, match="per day"):
        daily.simulate([10.0], 1, unit="week")


def test_sources_of_randomness():
    """A seed, a generator and fresh randomness are accepted; anything else is refused."""
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(CDNOW.simulate([90.0] * 9, 7).recency, CDNOW.simulate([90.0] * 9, generator).recency)
    assert len(CDNOW.simulate([90.0] * 9, None)) == 9
    for bad in (-1, True):
        with pytest.raises(InvalidParameters, match="source of randomness"):
            CDNOW.simulate([90.0], bad)


def test_impossible_numbers_of_purchases_are_refused():
    """A rate so high that counts leave the whole numbers is refused instead of overflowing."""
    with pytest.raises(InvalidParameters, match="more than 1e15 times"):
        BGNBD(5.0, 1e-20, 1.0, 1.0).simulate([10.0], 1)


@pytest.mark.parametrize(("a", "b"), [(1e-9, 1e9), (1e9, 1e-9)])
def test_certain_dropout_and_none(a, b):
    """Where nobody leaves, many purchases are simulated; where everybody does, none buys again twice."""
    x = BGNBD(5.0, 1.0, a, b).simulate([50.0] * 200, 3).frequency
    assert (x.mean() > 100) if a < b else (x.max() == 1)


def test_a_probability_that_cannot_be_had_is_refused() -> None:
    """Where parameters are so large that a probability is not a number, the model says so instead of returning nan."""
    with np.errstate(all="ignore"), pytest.raises(InvalidParameters, match="too large or too small"):
        BGNBD(1e300, 1e300, 0.793, 2.426).pmf(100, 100.0)
