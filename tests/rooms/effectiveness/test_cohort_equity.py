"""The value of a new customer and of a whole base, in known cases."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.mbg_nbd import MBGNBD
from relmodels.btyd.nbd import NBD
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Duration
from relmodels.effectiveness.clv import clv
from relmodels.effectiveness.cohort_equity import cohort_equity, new_customer_value

BUYING = BGNBD(0.243, 4.414, 0.793, 2.426)
SPENDING = GammaGamma(6.25, 3.74, 15.44)
BASE = PurchaseSummary.from_arrays(
    frequency=[0, 2, 9], recency=[0, 30.43, 38], age=[38.86] * 3, spend=[0, 22.35, 30], weight=[10, 1, 2.5]
)


@pytest.mark.parametrize(
    "model",
    [BUYING, MBGNBD(0.5, 6.0, 0.8, 2.4), NBD(0.4, 12.0), ParetoNBD(0.553, 10.578, 0.606, 11.669)],
    ids=lambda model: type(model).__name__,
)
def test_without_discounting_a_new_customer_is_worth_spend_times_new_purchases(
    model: BGNBD | MBGNBD | NBD | ParetoNBD,
):
    """At a rate of 0 the value is margin times mean spend times ``expected_purchases_new``."""
    found = new_customer_value(model, SPENDING, horizon=52, discount_rate=0.0, margin=0.3)
    purchases = float(model.expected_purchases_new(52))
    assert found == pytest.approx(0.3 * SPENDING.expected_spend_new() * purchases, rel=1e-9)


@pytest.mark.parametrize("horizon", [0.0, 39.0, math.inf])
def test_a_new_customer_is_the_row_of_zeros(horizon: float):
    """The value is exactly that of a customer with frequency, recency and age 0."""
    row = PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[0], spend=[0])
    value = clv(BUYING, SPENDING, row, horizon=horizon, discount_rate=0.15, margin=0.3)[0]
    assert new_customer_value(BUYING, SPENDING, horizon=horizon, discount_rate=0.15, margin=0.3) == value


def test_the_unit_is_the_models_and_may_be_named_where_it_has_none():
    """A model in days reads the horizon in days; one without a unit in the unit named; two units are refused."""
    days = replace(BUYING, alpha=BUYING.alpha * 7, unit="day")
    weeks = new_customer_value(BUYING, SPENDING, horizon=52, discount_rate=0.15)
    assert new_customer_value(days, SPENDING, horizon=364, discount_rate=0.15) == pytest.approx(weeks, rel=1e-9)
    same = new_customer_value(days, SPENDING, horizon=Duration(52, "week"), discount_rate=0.15)
    assert same == pytest.approx(weeks, rel=1e-9)
    unnamed = replace(days, unit=None)
    named = new_customer_value(unnamed, SPENDING, horizon=364, discount_rate=0.15, unit="day")
    assert named == pytest.approx(weeks, rel=1e-9)
    with pytest.raises(InvalidParameters, match="unit"):
        new_customer_value(days, SPENDING, horizon=52, discount_rate=0.15, unit="week")


def test_a_new_customer_needs_a_mean_spend():
    """A population without a finite mean spend has no value of a new customer."""
    with pytest.raises(InvalidParameters, match="no finite mean"):
        new_customer_value(BUYING, GammaGamma(6.25, 0.9, 15.44), horizon=52, discount_rate=0.15)


def test_equity_is_the_weighted_sum_of_values():
    """The value of a base is the sum of its rows, each as often as its weight says."""
    values = clv(BUYING, SPENDING, BASE, horizon=52, discount_rate=0.15, margin=0.3)
    found = cohort_equity(BUYING, SPENDING, BASE, horizon=52, discount_rate=0.15, margin=0.3)
    assert found == pytest.approx(10 * values[0] + values[1] + 2.5 * values[2])
    plain = replace(BASE, weight=None)
    assert cohort_equity(BUYING, SPENDING, plain, horizon=52, discount_rate=0.15, margin=0.3) == pytest.approx(
        float(values.sum())
    )


def test_equity_adds_over_cohorts():
    """Two parts of a base are worth together what the base is worth."""
    whole, first, rest = (
        cohort_equity(BUYING, SPENDING, BASE.take(rows), horizon=52, discount_rate=0.15)
        for rows in (np.arange(3), np.array([0]), np.array([1, 2]))
    )
    assert first + rest == pytest.approx(whole)


def test_equity_needs_amounts():
    """A base without amounts cannot be valued."""
    with pytest.raises(InvalidData, match="spend"):
        cohort_equity(BUYING, SPENDING, replace(BASE, spend=None), horizon=52, discount_rate=0.15)
