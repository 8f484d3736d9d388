"""Covariates of customers: reading them, fitting with them, and what is refused."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import relmodels as rm

LOG = {"who": ["Ann", "Ann", "Bob", "Cid"], "day": ["2026-01-05", "2026-02-02", "2026-01-12", "2026-01-20"]}
SMALL = rm.PurchaseSummary.from_transactions(LOG, customer="who", date="day", observation_end="2026-04-01")
KNOWN = {"who": ["Cid", "Ann", "Bob", "Dan"], "age": [52, 31, 43, 60], "member": [True, False, True, True]}


def crowd(many: int = 3000) -> rm.PurchaseSummary[rm.Covariates]:
    """Return simulated customers of Pareto/NBD, two covariates moving purchases and one of them leaving."""
    rng = np.random.default_rng(20261125)
    size, member = rng.normal(size=many), (rng.random(many) < 0.4).astype(float)
    ages = rng.integers(27 * 7, 39 * 7, many) / 7
    nobody = rm.PurchaseSummary.from_arrays(frequency=np.zeros(many), recency=np.zeros(many), age=ages)
    known = nobody.with_covariates(purchase={"size": size, "member": member}, attrition={"size": size})
    return TRUTH.simulate(known, 1)


TRUTH = rm.WithCovariates(
    rm.ParetoNBD(0.8, 8.0, 0.9, 14.0, unit="week"),
    {"purchase.size": 0.3, "purchase.member": -0.5, "attrition.size": 0.4},
)
CROWD = crowd()
FIT = rm.fit(rm.ParetoNBD, CROWD)


def plain_crowd() -> rm.PurchaseSummary:
    """Return the same customers without their covariates."""
    return rm.PurchaseSummary.from_arrays(frequency=CROWD.frequency, recency=CROWD.recency, age=CROWD.age)


@pytest.mark.parametrize(
    "frame",
    [
        KNOWN,
        pd.DataFrame(KNOWN, index=[7, 3, 9, 1]),
        pl.DataFrame(KNOWN),
        pl.DataFrame(KNOWN).lazy(),
        pl.DataFrame(KNOWN).to_arrow(),
    ],
    ids=["mapping", "pandas", "polars", "lazy", "pyarrow"],
)
def test_rows_are_matched_by_identifier(frame) -> None:
    """Covariates come into the order of the summary's customers, from any table; other rows are not read."""
    found = SMALL.with_covariates(purchase=frame, customer="who").covariates.purchase
    assert found is not None
    assert found.names == ("age", "member")
    np.testing.assert_array_equal(found.values, [[31, 0], [43, 1], [52, 1]])


def test_a_relation_of_an_engine_is_matched_too() -> None:
    """A DuckDB relation gives the same covariates."""
    table = pl.DataFrame(KNOWN).to_arrow()
    with duckdb.connect() as connection:
        found = SMALL.with_covariates(attrition=connection.from_arrow(table), customer="who").covariates
        assert found.attrition is not None
        np.testing.assert_array_equal(found.attrition.values, [[31, 0], [43, 1], [52, 1]])


def test_faults_of_covariates_are_named_together() -> None:
    """Missing customers, repeated rows, text, missing values and constant columns are one error with all of them."""
    wrong = {
        "who": ["Ann", "Bob", "Bob"],
        "age": [31.0, np.nan, 40.0],
        "city": ["Rome", "Oslo", "Oslo"],
    }
    with pytest.raises(rm.InvalidData) as caught:
        SMALL.with_covariates(purchase=wrong, attrition={"age": [1, 2, 3]}, customer="who")
    text = str(caught.value)
    for words in (
        "who in row 1 comes again in a later row",
        "1 customers of the summary have no row, those in its row 2",
        "city holds no numbers; code categories as columns of 0 and 1",
        "there is no column 'who'; the columns are: 'age'",
    ):
        assert words in text
    assert "Cid" not in text


def test_values_that_are_missing_or_the_same_for_all_are_refused() -> None:
    """A covariate needs a finite number for everybody, and a difference between some."""
    with pytest.raises(rm.InvalidData, match=r"age\[1\] = nan is not a finite number"):
        SMALL.with_covariates(purchase={"who": ["Ann", "Bob", "Cid"], "age": [31, np.nan, 3]}, customer="who")
    with pytest.raises(rm.InvalidData, match="age is the same for all customers"):
        SMALL.with_covariates(purchase={"who": ["Ann", "Bob", "Cid"], "age": [31, 31, 31]}, customer="who")
    with pytest.raises(rm.InvalidData, match="no set was given"):
        SMALL.with_covariates()
    with pytest.raises(rm.InvalidData, match="purchase has no column of covariates"):
        SMALL.with_covariates(purchase={"who": ["Ann", "Bob", "Cid"]}, customer="who")


def test_a_summary_without_identifiers_takes_rows_in_order() -> None:
    """Covariates of ready-made columns are given in their order, and as many."""
    plain = rm.PurchaseSummary.from_arrays(frequency=[0, 1], recency=[0, 2], age=[9, 9])
    assert plain.with_covariates(purchase={"age": [3, 4]}).covariates.matrix("purchase").tolist() == [[3.0], [4.0]]
    with pytest.raises(rm.InvalidData, match="purchase has 3 rows and the summary 2"):
        plain.with_covariates(purchase={"age": [3, 4, 5]})


def test_covariates_stay_with_their_customers() -> None:
    """Picking, copying and adding a set keep what is known; updating is refused, since new customers are unknown."""
    known = SMALL.with_covariates(purchase=KNOWN, customer="who").with_covariates(attrition=KNOWN, customer="who")
    picked = known.take([2, 0]).covariates
    assert picked.matrix("purchase").tolist() == picked.matrix("attrition").tolist() == [[52.0, 1.0], [31.0, 0.0]]
    for again in (pickle.loads(pickle.dumps(known)), deepcopy(known)):  # noqa: S301 # our own bytes
        np.testing.assert_array_equal(again.covariates.matrix("purchase"), known.covariates.matrix("purchase"))
        assert not again.covariates.matrix("purchase").flags.writeable
    with pytest.raises(rm.InvalidData, match="cannot be updated, since new customers have none yet"):
        known.update({"who": ["Ann"], "day": ["2026-05-01"]})


def test_a_fit_recovers_the_effects() -> None:
    """The estimates lie within four standard errors of the truth, and the summary's own kind is fitted."""
    assert isinstance(FIT.model, rm.WithCovariates)
    assert FIT.kind.name == "ParetoNBD with covariates"
    for name, value in (*TRUTH.coefficients.items(), ("r", 0.8), ("alpha", 8.0), ("s", 0.9)):
        assert abs(FIT.parameters[name] - value) < 4 * FIT.standard_errors[name]


def test_the_plain_model_is_the_fit_with_effects_held_at_0() -> None:
    """Holding all coefficients at 0 gives the plain fit; the likelihood ratio tests them together."""
    none = rm.fit(rm.ParetoNBD, CROWD, fixed=dict.fromkeys(TRUTH.coefficients, 0.0))
    plain = rm.fit(rm.ParetoNBD, plain_crowd())
    assert none.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    for name, value in plain.parameters.items():
        assert none.parameters[name] == pytest.approx(value, rel=1e-5)
    assert rm.likelihood_ratio(none, FIT).df == 3


def test_one_effect_on_both_processes() -> None:
    """An equality constraint gives one coefficient and one error; a strong penalty draws all towards 0."""
    both = rm.fit(rm.ParetoNBD, CROWD, constraints=(rm.equal("purchase.member", "attrition.size"),))
    assert both.parameters["purchase.member"] == both.parameters["attrition.size"]
    assert both.standard_errors["purchase.member"] == pytest.approx(both.standard_errors["attrition.size"], rel=1e-9)
    assert both.free_parameters == FIT.free_parameters - 1
    drawn = rm.fit(rm.ParetoNBD, CROWD, penalty=rm.Ridge({"purchase": 2000.0}))
    for name in ("purchase.size", "purchase.member"):
        assert abs(drawn.parameters[name]) < 0.6 * abs(FIT.parameters[name])
    assert 5.0 < drawn.effective_parameters < 7.0
    assert drawn.objective < drawn.log_likelihood < FIT.log_likelihood
    nothing = rm.fit(rm.ParetoNBD, CROWD, penalty=rm.Ridge(0.0))
    assert nothing.parameters == FIT.parameters
    assert nothing.aic == pytest.approx(FIT.aic, rel=1e-12)


def test_saved_fits_with_covariates_come_back() -> None:
    """A fit is read with the kind of its model, to the last bit, penalty and constraints included."""
    kind = rm.WithCovariates.of(rm.ParetoNBD, {"purchase": ("size", "member"), "attrition": ("size",)})
    again = rm.Fit.from_json(FIT.to_json(), kind)
    assert again.parameters == FIT.parameters
    assert again.to_json() == FIT.to_json()
    assert again.model.p_alive(CROWD).tolist() == FIT.model.p_alive(CROWD).tolist()
    drawn = rm.fit(rm.ParetoNBD, CROWD, penalty=rm.Ridge({"purchase": 5.0}))
    assert rm.Fit.from_json(drawn.to_json(), kind).penalty == drawn.penalty
    with pytest.raises(rm.InvalidData, match="ParetoNBD with covariates"):
        rm.Fit.from_json(FIT.to_json(), rm.ParetoNBD)


def test_uncertainty_of_a_model_with_covariates() -> None:
    """The delta method, the bootstrap and profile intervals work on coefficients as on any parameter."""
    mean = rm.delta_method(FIT, lambda model: model.expected_purchases(CROWD.take(np.arange(50)), 26.0).mean())
    assert 0 < float(mean.standard_error) < 0.2 * float(mean.value)
    again = rm.bootstrap(FIT, CROWD, draws=3, rng=1)
    assert again.parameters.shape == (3, 7)
    low, high = rm.profile_interval(FIT, CROWD, "attrition.size")
    assert (low, high) == pytest.approx(FIT.interval()["attrition.size"], abs=0.02)


def test_value_of_customers_with_covariates() -> None:
    """Lifetime value takes the model with covariates as any other, beside a model of spend with its own."""
    amounts = np.where(CROWD.frequency > 0, 20.0, 0.0)
    paying = replace(CROWD, spend=amounts).with_covariates(spend={"size": CROWD.covariates.matrix("attrition")[:, 0]})
    spending = rm.SpendWithCovariates(rm.GammaGamma(6.25, 3.74, 15.44), {"spend.size": 0.3})
    value = rm.clv(FIT.model, spending, paying, horizon=26, discount_rate=0.1)
    assert value.shape == (len(CROWD),)
    assert np.all(value >= 0)


def test_models_refuse_covariates_they_have_no_place_for() -> None:
    """NBD knows no leaving, BG/BB no covariates at all, and predictions need the covariates that were fitted."""
    with pytest.raises(rm.InvalidParameters, match="NBD has no place for attrition covariates; it takes purchase"):
        rm.fit(rm.NBD, CROWD)
    with pytest.raises(rm.InvalidParameters, match="BGBB has no form with covariates"):
        rm.fit(rm.BGBB, CROWD)
    with pytest.raises(rm.InvalidData, match="needs a PurchaseSummary with covariates"):
        FIT.model.p_alive(SMALL)
    other = SMALL.with_covariates(purchase=KNOWN, customer="who")
    with pytest.raises(rm.InvalidData) as caught:
        FIT.model.p_alive(other)
    assert "the purchase covariates must be size, member; the summary has age, member" in str(caught.value)
    assert "the attrition covariates must be size; the summary has none" in str(caught.value)


def test_coefficients_are_checked() -> None:
    """Unknown, missing and infinite coefficients are named together, and so are covariates of a new customer."""
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.WithCovariates(rm.BGNBD(0.2, 4.0, 0.8, 2.4), {"attrition.a.age": np.inf, "buying.age": 1.0})
    for words in ("'buying.age' belongs to no parameter of BGNBD", "'attrition.b.age' is missing", "must be a finite"):
        assert words in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match="attrition lacks 'size'"):
        FIT.model.expected_purchases_new(26, {"purchase": {"size": 0.0, "member": 1.0}})
    with pytest.raises(rm.InvalidParameters, match="purchase member = 'yes' must be a finite number"):
        FIT.model.pmf(0, 26, {"purchase": {"size": 0.0, "member": "yes"}, "attrition": {"size": 0.0}})  # type: ignore[dict-item]


def test_effects_that_run_off_are_named() -> None:
    """A covariate that tells for sure who bought again has no finite effect, and the diagnosis names it."""
    mark = (CROWD.frequency > 0).astype(float)
    told = plain_crowd().with_covariates(purchase={"mark": mark})
    found = rm.fit(rm.NBD, told, check=False)
    assert found.status in {rm.Status.RUNAWAY, rm.Status.FLAT}
    assert "purchase.mark" in found.diagnosis
    assert found.covariance is None


def test_two_covariates_that_are_one_are_told_apart_by_nobody() -> None:
    """Two columns that say the same leave the likelihood flat, and the diagnosis names both."""
    size = CROWD.covariates.matrix("attrition")[:, 0]
    doubled = CROWD.with_covariates(attrition={"size": size, "again": 2 * size})
    found = rm.fit(rm.ParetoNBD, doubled, check=False)
    assert found.status is rm.Status.FLAT
    assert "attrition.size" in found.diagnosis
    assert "attrition.again" in found.diagnosis
