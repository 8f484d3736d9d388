"""The engine finds textbook maxima, tells the truth about its errors, and says no well."""

from __future__ import annotations

import math

import numpy as np
import pytest

import relmodels as rm
from tests.rooms.inference.toys import Coin, Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(7).normal(1.5, 0.7, 400))
COIN = Numbers(np.repeat([1.0, 0.0], [30, 70]))


def test_the_normal_estimates_are_the_mean_and_the_population_deviation() -> None:
    """The maximum of the normal likelihood is the sample mean and the standard deviation with divisor n."""
    fit = rm.fit(Normal, VALUES)
    assert fit.model.mean == pytest.approx(VALUES.values.mean(), rel=1e-9)
    assert fit.model.sd == pytest.approx(VALUES.values.std(), rel=1e-9)
    assert fit.status is rm.Status.CONVERGED


def test_the_normal_standard_errors_are_the_textbook_ones() -> None:
    """The information of the normal gives sd/sqrt(n) for the mean and sd/sqrt(2n) for the deviation."""
    fit = rm.fit(Normal, VALUES)
    errors = fit.standard_errors
    assert errors["mean"] == pytest.approx(fit.model.sd / math.sqrt(400), rel=1e-6)
    assert errors["sd"] == pytest.approx(fit.model.sd / math.sqrt(800), rel=1e-6)


def test_the_sandwich_of_a_coin_equals_the_information() -> None:
    """For a coin the sandwich covariance is p(1-p)/n exactly, like the observed information."""
    fit = rm.fit(Coin, COIN)
    assert fit.standard_errors["p"] == pytest.approx(math.sqrt(0.3 * 0.7 / 100), rel=1e-6)
    assert fit.robust_standard_errors["p"] == pytest.approx(math.sqrt(0.3 * 0.7 / 100), rel=1e-6)


def test_the_sandwich_of_the_mean_uses_the_sample_variance() -> None:
    """The sandwich variance of the mean is the population variance over n whatever the shape of the data."""
    skewed = Numbers(np.random.default_rng(3).exponential(1.0, 500))
    assert rm.fit(Normal, skewed).robust_standard_errors["mean"] == pytest.approx(
        skewed.values.std() / math.sqrt(500), rel=1e-6
    )


def test_intervals_stay_inside_the_domain() -> None:
    """A 99.9 per cent interval of a chance near 0 stays between 0 and 1 and holds the estimate."""
    rare = Numbers(np.repeat([1.0, 0.0], [1, 30]))
    low, high = rm.fit(Coin, rare).interval(0.999)["p"]
    assert 0 < low < 1 / 31 < high < 1


def test_a_held_parameter_keeps_its_value_and_has_no_error() -> None:
    """Holding sd at 1 leaves the mean free, gives sd a standard error of 0 and counts one parameter."""
    fit = rm.fit(Normal, VALUES, fixed={"sd": 1.0})
    assert fit.model.sd == 1.0
    assert fit.model.mean == pytest.approx(VALUES.values.mean(), rel=1e-9)
    assert fit.standard_errors == {"mean": pytest.approx(1 / math.sqrt(400), rel=1e-6), "sd": 0.0}
    assert fit.interval()["sd"] == (1.0, 1.0)
    assert fit.free_parameters == 1
    assert "(held)" in str(fit.table())


def test_all_parameters_held_is_an_evaluation() -> None:
    """Holding every parameter returns the log-likelihood at that point and no free parameter."""
    fit = rm.fit(Normal, VALUES, fixed={"mean": 1.0, "sd": 1.0})
    assert fit.log_likelihood == pytest.approx(Normal(1.0, 1.0).log_likelihood(VALUES).sum())
    assert fit.free_parameters == 0


def test_information_criteria_follow_their_definitions() -> None:
    """AIC is 2k - 2 log L and BIC is k log n - 2 log L."""
    fit = rm.fit(Normal, VALUES)
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * math.log(400) - 2 * fit.log_likelihood)


def test_parameters_that_cannot_be_told_apart_are_named() -> None:
    """A likelihood that knows only a product is called flat, and both factors are named."""
    with pytest.raises(rm.NotConverged, match=r"OnlyTheProduct: the likelihood is flat .*a .*b ") as caught:
        rm.fit(OnlyTheProduct, VALUES)
    record = caught.value.result
    assert record.status is rm.Status.FLAT
    assert record.covariance is None


def test_a_parameter_that_runs_off_is_named() -> None:
    """A spread that the data drive to zero is reported as running away, downwards."""
    with pytest.raises(rm.NotConverged, match=r"keeps rising .*sd down"):
        rm.fit(Normal, Numbers(np.ones(10)))


def test_check_false_returns_the_record_without_errors() -> None:
    """With check=False a failed search returns its record, which refuses to invent standard errors."""
    fit = rm.fit(OnlyTheProduct, VALUES, check=False)
    assert fit.status is rm.Status.FLAT
    assert "standard_error" not in fit.table().columns
    with pytest.raises(rm.NotConverged, match="there are no standard errors"):
        _ = fit.standard_errors


def test_a_far_start_still_finds_the_maximum() -> None:
    """A start where the likelihood is convex still leads to the maximum."""
    fit = rm.fit(Normal, VALUES, start={"mean": 40.0, "sd": 0.05})
    assert fit.model.mean == pytest.approx(VALUES.values.mean(), rel=1e-8)


def test_unknown_and_impossible_parameters_are_reported_together() -> None:
    """Every fault in fixed= is named in one error."""
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.fit(Normal, VALUES, fixed={"sd": -1.0, "scale": 2.0})
    assert caught.value.problems == (
        "fixed: sd = -1.0 must be a positive number",
        "fixed: 'scale' is not a parameter; the model has mean, sd",
    )


def test_an_instance_instead_of_a_class_is_explained() -> None:
    """Passing a model value instead of its class says what to write."""
    with pytest.raises(rm.InvalidParameters, match=r"write rm\.fit\(Normal, data\)"):
        rm.fit(Normal(0.0, 1.0), VALUES)  # type: ignore[call-overload]


def test_data_of_the_wrong_kind_are_explained() -> None:
    """Passing a list instead of a summary says how to make one."""
    with pytest.raises(rm.InvalidData, match=r"got list; make one with PurchaseSummary\.from_transactions"):
        rm.fit(Normal, [1.0, 2.0])  # type: ignore[call-overload]


def test_large_data_start_from_a_part() -> None:
    """Half a million rows are evaluated a few times only, because a part of them gives the start."""
    large = Numbers(np.random.default_rng(5).normal(3.0, 2.0, 500_000))
    fit = rm.fit(Normal, large)
    assert fit.model.mean == pytest.approx(large.values.mean(), rel=1e-8)
    assert fit.evaluations <= 4


@pytest.mark.parametrize(("model", "data"), [("Normal", VALUES), (VALUES, Normal), (int, VALUES)])
def test_what_is_no_model_is_refused(model: object, data: object) -> None:
    """A name, swapped arguments and a class that is no model are all told what fit needs."""
    with pytest.raises(rm.InvalidParameters, match="fit needs the class of a model"):
        rm.fit(model, data)  # type: ignore[call-overload]


def test_a_start_for_a_held_parameter_is_refused() -> None:
    """A parameter cannot both begin somewhere and be held."""
    with pytest.raises(rm.InvalidParameters, match="sd is in start and in fixed"):
        rm.fit(Normal, VALUES, start={"sd": 2.0}, fixed={"sd": 1.0})


@pytest.mark.parametrize("fixed", [{"sd": "1"}, {"sd": True}, ["sd"]])
def test_values_that_are_no_numbers_are_refused(fixed: object) -> None:
    """Text, booleans and lists in fixed= are refused."""
    with pytest.raises(rm.InvalidParameters, match="must be"):
        rm.fit(Normal, VALUES, fixed=fixed)  # type: ignore[call-overload]


def test_columns_of_intervals_carry_their_level() -> None:
    """The column names of a table show the level as given, not rounded to whole per cents."""
    assert "low_99.9%" in rm.fit(Normal, VALUES).table(0.999).columns


def test_holding_everything_where_nothing_is_finite_is_said() -> None:
    """With every parameter held where the likelihood is not finite, the record says so instead of searching."""
    endless = Numbers(np.array([np.inf, 1.0]))
    fit = rm.fit(Normal, endless, fixed={"mean": 0.0, "sd": 1.0}, check=False)
    assert fit.status is rm.Status.NOT_FINITE
    assert fit.log_likelihood == -math.inf
    assert rm.Fit.from_json(fit.to_json(), Normal).log_likelihood == -math.inf
