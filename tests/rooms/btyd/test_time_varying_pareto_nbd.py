"""The model with covariates that change in time as a value, what it refuses, and how it is fitted."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from functools import cache

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.time_varying_kind import TimeVaryingKind
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.core.periods import Rate
from relmodels.inference.penalty import Ridge
from relmodels.inference.result import Fit
from relmodels.inference.status import Status
from tests.covariate_panels import panel, plain

BASE = ParetoNBD(0.8, 12.0, 0.9, 30.0, unit="week")
COEFFICIENTS = {"purchase.season": 0.7, "purchase.price": -0.5, "attrition.region": 0.6, "attrition.price": 0.8}
MODEL = TimeVaryingParetoNBD(BASE, COEFFICIENTS)


@cache
def customers() -> CovariatePanel:
    """Return simulated customers."""
    return MODEL.simulate(panel(400, 7), 7)


@cache
def fitted() -> Fit[TimeVaryingParetoNBD]:
    """Return their fit."""
    return rm.fit(ParetoNBD, customers())


def test_a_model_is_a_frozen_value() -> None:
    """Models with equal parameters are equal and hash alike; they are pickled and cannot be changed."""
    coefficients = {"purchase.season": 0.7}
    model = TimeVaryingParetoNBD(BASE, coefficients)
    coefficients["purchase.season"] = 9.0
    assert model == TimeVaryingParetoNBD(BASE, {"purchase.season": 0.7})
    assert len({model, pickle.loads(pickle.dumps(model))}) == 1  # noqa: S301 - our own bytes
    assert model.unit == "week"
    with pytest.raises(FrozenInstanceError):
        model.base = BASE  # type: ignore[misc]


def test_parameters_are_checked_together() -> None:
    """Every coefficient that is no finite number is named with its value, in one error."""
    wrong = {"purchase.season": float("nan"), "season": 1.0, "purchase.price": True, "attrition.region": "much"}
    with pytest.raises(InvalidParameters) as caught:
        TimeVaryingParetoNBD(BASE, wrong)  # type: ignore[arg-type]
    starts = (
        "purchase.season = nan",
        "'season' belongs to no process",
        "purchase.price = True",
        "attrition.region = 'm",
    )
    for problem, start in zip(caught.value.problems, starts, strict=True):
        assert problem.startswith(f"coefficients: {start}")
    with pytest.raises(InvalidParameters, match="is not a ParetoNBD"):
        TimeVaryingParetoNBD(rm.NBD(1.0, 2.0), {})  # type: ignore[arg-type]
    with pytest.raises(InvalidParameters, match="is not a mapping"):
        TimeVaryingParetoNBD(BASE, ["season"])  # type: ignore[arg-type]


def test_values_and_kind_go_round() -> None:
    """The kind of a model makes the same model of its values; of another model it takes none."""
    kind = MODEL.kind
    assert kind.make(kind.values(MODEL), "week") == MODEL
    assert kind == TimeVaryingParetoNBD.of({"purchase": ("season", "price"), "attrition": ("region", "price")})
    assert kind == pickle.loads(pickle.dumps(kind))  # noqa: S301 - our own bytes
    assert kind.name == "TimeVaryingParetoNBD"
    for other in (BASE, TimeVaryingParetoNBD(BASE, {})):
        with pytest.raises(
            InvalidParameters, match=r"is no TimeVaryingParetoNBD with the coefficients purchase\.season"
        ):
            kind.values(other)


@pytest.mark.parametrize(
    "ask",
    [
        lambda model, data: model.log_likelihood(data),
        lambda model, data: model.score(data),
        lambda model, data: model.p_alive(data),
        lambda model, data: model.expected_purchases(data, 1.0),
        lambda model, data: model.discounted_residual(data, 0.1, horizon=1.0),
        lambda model, data: model.simulate(data, 1),
    ],
)
def test_data_that_do_not_fit_the_model_are_refused(ask) -> None:
    """Data without paths, in another unit or with other covariates are refused, whatever the model is asked."""
    days = replace(customers(), unit="day")
    for data, message in (
        (plain(customers()), "a CovariatePanel is needed, got PurchaseSummary"),
        (days, "parameters per week but the panel is in days"),
        (panel(3, purchase=("season",)), "coefficients of purchases for season, price, the panel covariates season"),
    ):
        with pytest.raises(InvalidData, match=message):
            ask(MODEL, data)
    assert ask(replace(MODEL, base=replace(BASE, unit=None)), days) is not None


def test_the_order_of_covariates_does_not_matter() -> None:
    """Coefficients belong to covariates by name."""
    turned = TimeVaryingParetoNBD(BASE, dict(reversed(COEFFICIENTS.items())))
    assert turned == MODEL
    assert hash(turned) == hash(MODEL)
    np.testing.assert_allclose(turned.log_likelihood(customers()), MODEL.log_likelihood(customers()), rtol=1e-14)
    np.testing.assert_allclose(turned.score(customers())[:, 4], MODEL.score(customers())[:, 5], rtol=1e-12)


def test_forecasts_reach_as_far_as_the_covariates() -> None:
    """A year is known; beyond, the customers and the dates to which their covariates are known are named."""
    assert MODEL.expected_purchases(customers(), 52.0).shape == (400,)
    for ask in (
        lambda: MODEL.p_alive(customers(), ahead=53.0),
        lambda: MODEL.expected_purchases(customers(), 53.0),
        lambda: MODEL.discounted_residual(customers(), 0.1, horizon=53.0),
    ):
        with pytest.raises(InvalidData, match=r"covariates of 400 customers are not .* \(row 0: to 2026-12-28, not to"):
            ask()
    undated = replace(customers(), first=None)
    with pytest.raises(InvalidData, match=r"row 0: to 1\d\d\.?\d* weeks, not to 1\d\d\.?\d* weeks"):
        MODEL.p_alive(undated, ahead=53.0)


def test_a_horizon_may_be_a_duration() -> None:
    """A duration in another unit is converted."""
    weeks = MODEL.expected_purchases(customers(), 14.0)
    np.testing.assert_allclose(MODEL.expected_purchases(customers(), rm.Duration(98, "day")), weeks, rtol=1e-12)


def test_arguments_are_checked() -> None:
    """Horizons and sources of randomness outside their domain are refused with the value."""
    for ask in (
        lambda: MODEL.p_alive(customers(), ahead=-1.0),
        lambda: MODEL.expected_purchases(customers(), float("nan")),
        lambda: MODEL.discounted_residual(customers(), 0.1, horizon=-1.0),
        lambda: MODEL.simulate(customers(), -1),
    ):
        with pytest.raises(InvalidParameters):
            ask()


def test_paces_beyond_reason_are_refused() -> None:
    """A coefficient times a covariate that was not rescaled is refused with what to do; a search turns back."""
    years = replace(customers(), purchase=customers().purchase + 2024.0)
    with pytest.raises(InvalidParameters, match="center and rescale the covariates"):
        MODEL.log_likelihood(years)
    at = MODEL.kind.likelihood(years).evaluate(MODEL.kind.values(MODEL))
    assert np.isnan(at.value)


def test_simulation_refuses_the_absurd() -> None:
    """A rate of more than 1e15 purchases is a wrong parameter, and is said to be."""
    with pytest.raises(InvalidParameters, match="1e15"):
        replace(MODEL, base=replace(BASE, alpha=1e-20)).simulate(customers(), 1)


def test_simulation_keeps_paths_and_is_repeatable() -> None:
    """The same seed gives the same customers, along the same paths."""
    one, other = MODEL.simulate(customers(), 3), MODEL.simulate(customers(), 3)
    assert one.frequency.tolist() == other.frequency.tolist()
    assert one.begin is customers().begin
    assert np.all(one.recency <= one.age)
    assert np.all((one.recency == 0) == (one.frequency == 0))


def test_customers_who_never_leave_are_simulated_and_predicted() -> None:
    """With a hazard next to nothing everybody stays, and buys at the rate given the purchases so far."""
    loyal = TimeVaryingParetoNBD(replace(BASE, s=1e-9), COEFFICIENTS)
    seen = loyal.simulate(customers(), 5)
    np.testing.assert_allclose(loyal.p_alive(seen), 1.0, atol=1e-6)
    assert loyal.log_likelihood(seen).sum() > MODEL.log_likelihood(seen).sum()


def test_every_history_gets_numbers() -> None:
    """No history a shop can produce gives nan or infinity, seen for no time or bought 5,000 times."""
    some = customers().take([0, 1, 2])
    hard = replace(
        some,
        frequency=np.array([5000.0, 0.0, 1.0]),
        recency=np.array([50.0, 0.0, 1e-9]),
        age=np.array([100.0, 0.0, 1e-9]),
        bought_at=np.array([[1000.0, -200.0], [0.0, 0.0], [1.0, 1.0]]),
    )
    for values in (
        MODEL.log_likelihood(hard),
        MODEL.score(hard),
        MODEL.p_alive(hard, ahead=20.0),
        MODEL.expected_purchases(hard, 20.0),
        MODEL.discounted_residual(hard, 0.1, horizon=20.0),
    ):
        assert np.isfinite(values).all()


def test_a_horizon_far_beyond_worth_adds_nothing() -> None:
    """Where purchases are discounted to nothing, a longer horizon changes nothing, and the integral still settles."""
    long = replace(customers(), known=customers().known + 1e6)
    rate = Rate(0.5, per="week", kind="continuous")
    near = MODEL.discounted_residual(long, rate, horizon=100.0)
    np.testing.assert_allclose(MODEL.discounted_residual(long, rate, horizon=1e6), near, rtol=1e-12)


def test_a_fit_finds_a_maximum() -> None:
    """The fit converges in a few steps, with its standard errors, and gives a model with named coefficients."""
    fit = fitted()
    assert fit.status is Status.CONVERGED
    assert fit.evaluations < 20
    assert fit.model.unit == "week"
    assert list(fit.standard_errors) == [
        *("r", "alpha", "s", "beta", "purchase.season", "purchase.price", "attrition.region", "attrition.price")
    ]
    assert np.abs(fit.model.score(customers()).sum(axis=0) * fit.kind.values(fit.model)).max() < 1e-3
    assert fit.log_likelihood > MODEL.log_likelihood(customers()).sum()
    assert "change of the log rate of purchases for a unit of season" in str(fit)


def test_the_start_does_not_matter() -> None:
    """From effects on leaving of either sign the search ends where it ends from none."""
    for sign in (-1.0, 1.0):
        start = {"r": 1.0, "alpha": 10.0, "s": 1.0, "beta": 50.0, "purchase.season": 0.0, "purchase.price": 0.0}
        start |= {"attrition.region": sign, "attrition.price": sign}
        again = rm.fit(ParetoNBD, customers(), start=start)
        assert again.log_likelihood == pytest.approx(fitted().log_likelihood, abs=1e-6)


def test_a_fit_without_coefficients_is_the_plain_fit() -> None:
    """With all coefficients held at 0 the estimates are those of Pareto/NBD, and so is the likelihood."""
    none = dict.fromkeys(COEFFICIENTS, 0.0)
    fit, base = rm.fit(ParetoNBD, customers(), fixed=none), rm.fit(ParetoNBD, plain(customers()))
    assert fit.log_likelihood == pytest.approx(base.log_likelihood, rel=1e-12)
    for name, value in base.parameters.items():
        assert fit.parameters[name] == pytest.approx(value, rel=1e-4)
    test = rm.likelihood_ratio(fit, fitted())
    assert test.p_value < 1e-6


def test_the_engine_adds_what_it_adds_to_every_fit() -> None:
    """A penalty draws coefficients to 0, a fit goes through JSON, and predictions have a delta-method error."""
    fit, kind = fitted(), fitted().kind
    drawn = rm.fit(ParetoNBD, customers(), penalty=Ridge(1e4))
    assert abs(drawn.parameters["purchase.season"]) < 0.1 * abs(fit.parameters["purchase.season"])
    assert Fit.from_json(fit.to_json(), kind).model == fit.model
    of_all = rm.delta_method(fit, lambda model: model.expected_purchases(customers(), 10.0).sum())
    assert of_all.standard_error > 0


def test_a_panel_is_drawn_again_by_the_bootstrap() -> None:
    """Refits to resampled customers converge, with a spread like the standard errors."""
    again = rm.bootstrap(fitted(), customers(), draws=8, rng=1)
    assert again.failures == 0
    ratio = again.standard_errors["purchase.season"] / fitted().standard_errors["purchase.season"]
    assert 0.3 < ratio < 3.0


def test_an_effect_that_runs_off_is_named() -> None:
    """Where nobody can be seen to leave at some value of a covariate, the fit names the coefficient, with no errors."""
    silent = customers().frequency == 0
    some = replace(
        customers(),
        attrition=np.repeat(~silent, np.diff(customers().offsets)).astype(np.float64)[:, None],
        attrition_by=("came back",),
    )
    record = rm.fit(ParetoNBD, some, check=False)
    assert record.status in {Status.FLAT, Status.RUNAWAY}
    assert "attrition.came back" in record.diagnosis
    with pytest.raises(NotConverged, match=r"attrition\.came back"):
        rm.fit(ParetoNBD, some)


def test_other_data_are_refused_by_the_kind() -> None:
    """The likelihood and the start of the kind ask for a panel with its covariates."""
    kind = TimeVaryingKind(("season",), ())
    for ask in (kind.start, kind.likelihood):
        with pytest.raises(InvalidData, match="a CovariatePanel is needed"):
            ask(plain(customers()))
        with pytest.raises(InvalidData, match="the model has coefficients of"):
            ask(customers())


def test_a_start_is_found_where_the_plain_fit_has_none() -> None:
    """Customers who never bought again give no plain fit; the search begins from rough values."""
    nobody = replace(customers(), frequency=np.zeros(400), recency=np.zeros(400), bought_at=np.zeros((400, 2)))
    start = nobody.kind_of(ParetoNBD).start(nobody)
    assert all(np.isfinite(value) for value in start.values())
    assert start["purchase.season"] == 0.0


def test_many_paths_are_taken_in_parts(monkeypatch) -> None:
    """A panel with more pieces than fit into memory at once is evaluated part by part, with the same result."""
    kind, at = customers().kind_of(ParetoNBD), MODEL.kind.values(MODEL)
    whole = kind.likelihood(customers())
    monkeypatch.setattr("relmodels.btyd.time_varying_kind._PIECES", 5_000)
    parts = kind.likelihood(customers())
    one, other = whole.evaluate(at), parts.evaluate(at)
    assert one.value == pytest.approx(other.value, rel=1e-12)
    np.testing.assert_allclose(one.hessian, other.hessian, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(whole.scores(at), parts.scores(at), rtol=1e-12)
