"""BG/BB at its door and at its edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate

DONORS = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)


def donor(x: float, t_x: float, n: float, unit: str = "year") -> PurchaseSummary:
    return PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[n], unit=unit)  # type: ignore[arg-type]


DONOR = donor(4, 4, 6)
ASKED = [
    lambda model, data: model.log_likelihood(data),
    lambda model, data: model.score(data),
    lambda model, data: model.p_alive(data),
    lambda model, data: model.expected_purchases(data, 1),
    lambda model, data: model.discounted_residual(data, 0.1),
    lambda model, data: model.pmf_given(0, data, 1),
]


def test_parameters_are_checked_together():
    """Every parameter outside its domain is named, with its value, in one error; so is a unit that is none."""
    with pytest.raises(InvalidParameters) as raised:
        BGBB(alpha=-1.0, beta=0.0, gamma=float("nan"), delta=float("inf"))
    assert [problem.split()[1] for problem in raised.value.problems] == ["alpha", "beta", "gamma", "delta"]
    with pytest.raises(InvalidParameters, match="not a time unit"):
        replace(DONORS, unit="years")  # type: ignore[arg-type]


@pytest.mark.parametrize("ask", ASKED)
def test_data_in_another_unit_are_refused(ask):
    """A model per year refuses a summary in months, whatever it is asked; one without a unit accepts any."""
    with pytest.raises(InvalidData, match="per year but the summary is in months"):
        ask(replace(DONORS, unit="year"), donor(4, 4, 6, "month"))
    assert np.all(np.isfinite(ask(DONORS, donor(4, 4, 6, "month"))))


@pytest.mark.parametrize("ask", [*ASKED, lambda model, data: rm.fit(type(model), data)])
def test_times_must_be_opportunities(ask):
    """Times that are no whole numbers, and more uses than opportunities, are named with their rows, all at once."""
    wrong = PurchaseSummary.from_arrays(frequency=[1, 5, 1], recency=[1.5, 3, 2], age=[6, 6, 6.25])
    with pytest.raises(InvalidData) as raised:
        ask(DONORS, wrong)
    starts = ["recency[0] = 1.5 is not a whole", "age[2] = 6.25 is not a whole", "frequency[1] = 5.0 exceeds"]
    heads = [f"purchase summary in discrete time: {start}" for start in starts]
    assert [p.startswith(head) for p, head in zip(raised.value.problems, heads, strict=True)] == [True] * 3


@pytest.mark.parametrize("bad", [-1, 0.5, np.nan, np.inf, "2", None])
def test_horizons_are_checked(bad):
    """A number of opportunities must be whole and 0 or more wherever one is asked for."""
    asked = [
        lambda: DONORS.expected_purchases(DONOR, bad),
        lambda: DONORS.expected_purchases_new([1, bad]),
        lambda: DONORS.pmf(0, bad),
        lambda: DONORS.pmf_given(0, DONOR, bad),
        lambda: DONORS.p_alive(DONOR, ahead=bad),
        lambda: DONORS.simulate([1, bad], 1),
    ]
    if bad is not None:
        asked.append(lambda: DONORS.discounted_residual(DONOR, 0.1, horizon=bad))
    for ask in asked:
        with pytest.raises(InvalidParameters):
            ask()


def test_the_row_of_a_broken_horizon_is_named():
    """A horizon that is no number of opportunities is named by its place and value."""
    with pytest.raises(InvalidParameters, match=r"horizon\[1\] = 1.5 must be a whole number of 0 or more"):
        DONORS.expected_purchases_new([1, 1.5])


def test_counts_are_checked():
    """Counts are whole, and come as one number or one row of numbers."""
    with pytest.raises(InvalidParameters, match="whole number"):
        DONORS.pmf_given(0.5, DONOR, 5)
    with pytest.raises(InvalidParameters, match="one dimension"):
        DONORS.pmf_given([[0, 1]], DONOR, 5)


def test_shapes_follow_the_question():
    """New-customer formulas keep the shape asked for, conditional ones give a row for each customer."""
    both = DONOR.take(np.array([0, 0]))
    assert DONORS.expected_purchases_new(5).shape == ()
    assert DONORS.expected_purchases_new([[1, 2]]).shape == (1, 2)
    assert DONORS.pmf([[0], [1]], [1, 2, 3]).shape == (2, 3)
    assert DONORS.pmf_given(0, both, 5).shape == (2,)
    assert DONORS.pmf_given([0, 1, 2], both, 5).shape == (2, 3)
    assert DONORS.score(both).shape == (2, 4)


def test_nobody_gives_no_answers():
    """A summary of nobody, as left by a selection, gives empty answers."""
    nobody = DONOR.take(np.array([], dtype=int))
    assert DONORS.log_likelihood(nobody).shape == (0,)
    assert DONORS.p_alive(nobody, ahead=1).shape == (0,)
    assert DONORS.expected_purchases(nobody, 5).shape == (0,)
    assert DONORS.pmf_given([0, 1], nobody, 5).shape == (0, 2)
    assert DONORS.score(nobody).shape == (0, 4)


def test_a_horizon_of_nothing():
    """At no further opportunity nobody buys, nobody leaves, and nothing is worth anything."""
    assert DONORS.expected_purchases(DONOR, 0)[0] == 0.0
    assert DONORS.discounted_residual(DONOR, 0.1, horizon=0)[0] == 0.0
    np.testing.assert_array_equal(DONORS.pmf([0, 1], 0), [1.0, 0.0])
    np.testing.assert_allclose(DONORS.pmf_given([0, 1], DONOR, 0), [[1.0, 0.0]], atol=1e-15)


def test_no_more_uses_than_opportunities():
    """Using more opportunities than there are has probability 0."""
    np.testing.assert_array_equal(DONORS.pmf([3, 4], 2), [0.0, 0.0])
    np.testing.assert_array_equal(DONORS.pmf_given([3, 4], DONOR, 2), [[0.0, 0.0]])


@pytest.mark.parametrize("rate", [0.0, -0.1, Rate(0.0, per="week", kind="continuous")])
def test_an_unlimited_future_must_be_discounted(rate):
    """Without a horizon the rate must be positive; with one it may be 0 or less."""
    with pytest.raises(InvalidParameters, match="positive rate or a finite horizon"):
        DONORS.discounted_residual(DONOR, rate)
    assert DONORS.discounted_residual(DONOR, rate, horizon=5)[0] >= DONORS.expected_purchases(DONOR, 5)[0] * (1 - 1e-12)


def test_rates_are_per_year_unless_they_say_otherwise():
    """A plain rate is effective per year: monthly opportunities discount by a twelfth power of its factor."""
    monthly = donor(4, 4, 6, "month")
    plain = DONORS.discounted_residual(monthly, 0.12)
    np.testing.assert_allclose(
        DONORS.discounted_residual(monthly, Rate(1.12 ** (1 / 12) - 1, per="month")), plain, rtol=1e-11
    )


def test_long_histories_are_taken_in_blocks():
    """Ten thousand opportunities are as good as six: many long rows together give what each gives alone."""
    rng = np.random.default_rng(20100202)
    n = np.array([10_000.0] * 40 + [6.0] * 3)
    t_x = np.minimum(rng.integers(1, 60, n.size), n)
    x = np.minimum(rng.integers(1, 30, n.size), t_x).astype(float)
    many = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n)
    alone = [DONORS.log_likelihood(many.take(np.array([row])))[0] for row in range(n.size)]
    np.testing.assert_allclose(DONORS.log_likelihood(many), alone, rtol=1e-13)
    at = BGBB.likelihood(many).evaluate(BGBB.space.values(DONORS))
    assert at.value == pytest.approx(sum(alone), rel=1e-12)
    np.testing.assert_allclose(at.gradient, DONORS.score(many).sum(axis=0), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "summary",
    [
        donor(0, 0, 6),
        donor(6, 6, 6),
        donor(3, 4, 6),
        PurchaseSummary.from_arrays(frequency=[0] * 9, recency=[0] * 9, age=range(1, 10)),
        PurchaseSummary.from_arrays(frequency=[0, 0], recency=[0, 0], age=[0, 0]),
    ],
    ids=["one, never", "one, always", "one", "nobody came back", "no opportunity"],
)
def test_hard_data_give_an_answer_or_a_typed_error(summary):
    """Data that cannot tell the parameters apart end in an error with a diagnosis, never in nan."""
    record = rm.fit(BGBB, summary, check=False)
    assert np.isfinite(record.log_likelihood)
    assert record.status is not rm.Status.CONVERGED
    with pytest.raises(rm.NotConverged, match=r"hold one of them with fixed|try another start"):
        rm.fit(BGBB, summary)


def test_a_fit_takes_the_unit_of_the_data_and_returns_from_json():
    """The fitted model counts opportunities in the data's unit and survives the trip through JSON."""
    fit = rm.fit(BGBB, DONORS.simulate(np.full(3000, 8), 20100201, unit="quarter"))
    assert fit.model.unit == "quarter"
    assert rm.Fit.from_json(fit.to_json(), BGBB).model == fit.model


def test_simulated_customers_have_the_models_unit():
    """Simulated data are in the model's unit, or the one asked for, or the week; two that differ are refused."""
    assert DONORS.simulate([6], 1).unit == "week"
    assert replace(DONORS, unit="year").simulate([6], 1).unit == "year"
    with pytest.raises(InvalidParameters, match="leave unit out"):
        replace(DONORS, unit="year").simulate([6], 1, unit="month")
