"""Forecast errors and deciles in cases that can be counted by hand, at the edges, and on CDNOW."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.holdout import Holdout
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.effectiveness.forecast_deciles import forecast_deciles
from relmodels.effectiveness.forecast_errors import forecast_errors

BUYING = BGNBD(0.243, 4.414, 0.793, 2.426)
SPENDING = GammaGamma(6.25, 3.74, 15.44)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A model that predicts what it is told."""

    purchases: list[float]
    spend: list[float] | None = None

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return what was told."""
        assert horizon == 39
        return np.array(self.purchases)

    def expected_spend(self, summary: PurchaseSummary) -> FloatArray:
        """Return what was told."""
        return np.array(self.spend)


def happened(
    purchases: list[float], spend: list[float] | None = None, weight: list[float] | None = None
) -> PurchaseSummary:
    """Return customers with a holdout of 39 weeks."""
    none = np.zeros(len(purchases))
    summary = PurchaseSummary.from_arrays(frequency=none, recency=none, age=none + 39, weight=weight)
    amounts = None if spend is None else np.array(spend)
    return replace(summary, holdout=Holdout(np.array(purchases, dtype=float), amounts, 39.0))


@pytest.fixture(scope="module")
def cdnow() -> PurchaseSummary:
    """Return CDNOW with the paper's calibration of 39 weeks."""
    return PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )


def test_errors_counted_by_hand():
    """Four customers give the errors that pencil and paper give."""
    found = forecast_errors(Told([3, 1, 1, 0]), happened([2, 0, 2, 0])).purchases
    assert (found.customers, found.mean_actual, found.mean_predicted) == (4, 1.0, 1.25)
    assert (found.bias, found.total_bias, found.relative_bias) == (0.25, 1.0, 0.25)
    assert found.mae == pytest.approx(0.75)
    assert found.rmse == pytest.approx(math.sqrt(3 / 4))
    assert found.gini_actual == pytest.approx(0.5)
    assert found.concentration == pytest.approx(0.375)
    assert found.normalized_gini == pytest.approx(0.75)
    assert found.top_decile_share == pytest.approx(0.4 * 0.5)
    assert found.spearman == pytest.approx(math.sqrt(0.5))


def test_a_weight_is_that_many_customers():
    """A row of weight 3 gives what three equal rows give."""
    heavy = forecast_errors(Told([3, 1, 0.5]), happened([1, 2, 0], weight=[1, 3, 2])).purchases
    rows = forecast_errors(Told([3, 1, 1, 1, 0.5, 0.5]), happened([1, 2, 2, 2, 0, 0])).purchases
    for name in ("customers", "mae", "rmse", "bias", "spearman", "gini_actual", "concentration", "top_decile_share"):
        assert getattr(heavy, name) == pytest.approx(getattr(rows, name), rel=1e-12)


def test_nobody_bought():
    """Without purchases the measures that divide by them have no value, concentration is 0 and all hold the same."""
    errors = forecast_errors(
        Told([1, 2, 3], [5, 5, 5]), happened([0, 0, 0], [0, 0, 0]), spend_model=Told([], [5, 5, 5])
    )
    found = errors.purchases
    assert (found.relative_bias, found.spearman, found.normalized_gini) == (None, None, None)
    assert (found.gini_actual, found.concentration, found.top_decile_share) == (0.0, 0.0, 0.1)
    assert errors.spend is None
    assert errors.revenue is not None
    assert errors.revenue.mean_predicted == 10.0
    assert errors.table().columns == ("measure", "purchases", "revenue", "meaning")
    assert str(errors.table()).count("  -  ") == 6


def test_all_predictions_equal():
    """One prediction for all says nothing of the order: no rank correlation, no concentration, a tenth for a tenth."""
    found = forecast_errors(Told([1, 1, 1, 1]), happened([4, 0, 0, 1])).purchases
    assert found.spearman is None
    assert (found.gini_predicted, found.concentration, found.normalized_gini) == (0.0, 0.0, 0.0)
    assert found.top_decile_share == pytest.approx(0.1)


def test_one_customer_has_no_order():
    """A single customer has errors but no order."""
    found = forecast_errors(Told([1.5]), happened([2])).purchases
    assert (found.mae, found.rmse, found.bias, found.relative_bias) == (0.5, 0.5, -0.5, -0.25)
    assert (found.spearman, found.normalized_gini) == (None, None)


def test_the_wrong_order_is_negative():
    """Predictions in reverse give a rank correlation and a normalized concentration of -1."""
    found = forecast_errors(Told([1, 2, 3, 4]), happened([4, 3, 2, 1])).purchases
    assert found.spearman == pytest.approx(-1.0)
    assert found.normalized_gini == pytest.approx(-1.0)


def test_spend_is_judged_on_those_who_bought_and_revenue_on_all():
    """The amount per purchase has errors over buyers only; the revenue of who did not buy is 0."""
    told = Told([1, 2, 1], [10, 20, 30])
    errors = forecast_errors(told, happened([2, 1, 0], [12, 15, 0]), spend_model=told)
    assert errors.spend is not None
    assert errors.revenue is not None
    assert (errors.spend.customers, errors.spend.mae, errors.spend.bias) == (2, 3.5, 1.5)
    assert errors.revenue.total_bias == pytest.approx((10 + 40 + 30) - (24 + 15))
    assert errors.revenue.mae == pytest.approx((14 + 25 + 30) / 3)


def test_a_forecast_needs_a_holdout():
    """A summary without a holdout is refused with the remedy, by errors and deciles."""
    summary = PurchaseSummary.from_arrays(frequency=[1, 0], recency=[2, 0], age=[9, 9])
    with pytest.raises(InvalidData, match="calibration_end"):
        forecast_errors(BUYING, summary)
    with pytest.raises(InvalidData, match="calibration_end"):
        forecast_deciles(BUYING, summary, 2)


def test_spend_errors_need_amounts_in_the_holdout():
    """A spend model without amounts to compare is refused."""
    with pytest.raises(InvalidData, match="holdout has no amounts"):
        forecast_errors(Told([1]), happened([1]), spend_model=Told([], [5]))


@pytest.mark.parametrize(
    ("told", "fault"),
    [([1, math.nan], "predicted\\[1\\] = nan"), ([-1, 1], "predicted\\[0\\] = -1"), ([1], "predicted has 1 values")],
)
def test_a_prediction_is_a_number_of_purchases(told: list[float], fault: str):
    """Predictions that are missing, negative or too few are refused by name and row."""
    with pytest.raises(InvalidData, match=fault):
        forecast_errors(Told(told), happened([1, 0]))


def test_the_models_unit_is_checked():
    """A model in days refuses a summary in weeks."""
    with pytest.raises(InvalidData, match="day"):
        forecast_errors(replace(BUYING, unit="day"), happened([1, 0]))


def test_groups_counted_by_hand():
    """Five customers in two groups: the middle one counts half on each side."""
    found = forecast_deciles(Told([9, 4, 2, 1, 0]), happened([5, 3, 2, 0, 0]), 2)
    assert found.customers.tolist() == [2.5, 2.5]
    np.testing.assert_allclose(found.predicted, [14 / 2.5, 2 / 2.5])
    np.testing.assert_allclose(found.actual, [9 / 2.5, 1 / 2.5])
    np.testing.assert_allclose(found.cumulative_share, [0.9, 1.0])
    np.testing.assert_allclose(found.cumulative_lift, [1.8, 1.0])
    assert len(found) == 2


def test_equal_predictions_share_their_groups():
    """If all predictions are equal, all groups are."""
    found = forecast_deciles(Told([1] * 6), happened([6, 0, 0, 0, 0, 0]), 3)
    np.testing.assert_allclose(found.actual, 1.0)
    np.testing.assert_allclose(found.cumulative_lift, 1.0)


def test_groups_without_purchases():
    """If nobody bought, each group holds its share of the customers and the lift is 1."""
    found = forecast_deciles(Told([3, 2, 1]), happened([0, 0, 0]), 3)
    assert found.actual.tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(found.cumulative_lift, 1.0)


@pytest.mark.parametrize("groups", [0, -1, 4, 2.0, True, math.nan])
def test_groups_are_a_whole_number_of_at_most_the_customers(groups: int):
    """Numbers of groups that are not whole, not positive or above the number of customers are refused."""
    with pytest.raises(InvalidParameters, match="groups"):
        forecast_deciles(Told([3, 2, 1]), happened([0, 0, 0]), groups)


def test_cdnow_errors(cdnow: PurchaseSummary):
    """BG/NBD with the paper's parameters on the holdout of CDNOW: the figures are ours, for regression."""
    errors = forecast_errors(BUYING, cdnow, spend_model=SPENDING)
    assert (errors.horizon, errors.unit) == (39.0, "week")
    expected = {
        "purchases": [2357, 0.785609, 1.607978, -228.058741, 0.449309, 0.586974, 0.556103, 0.662423, 0.469288],
        "spend": [684, 17.658899, 29.066808, -1183.829706, 0.382437, 0.226551, 0.168039, 0.447448, 0.198874],
        "revenue": [2357, 30.418909, 72.298515, -11002.0961798, 0.426317, 0.620164, 0.556120, 0.637809, 0.501988],
    }
    names = "customers mae rmse total_bias spearman gini_predicted concentration normalized_gini top_decile_share"
    for quantity, figures in expected.items():
        measures = getattr(errors, quantity)
        assert [getattr(measures, name) for name in names.split()] == pytest.approx(figures, abs=6e-7), quantity
    assert errors.purchases.gini_actual == pytest.approx(0.839497, abs=6e-7)


def test_cdnow_deciles(cdnow: PurchaseSummary):
    """The best predicted tenth of CDNOW made 47 % of the purchases of the holdout; the figures are ours."""
    found = forecast_deciles(BUYING, cdnow)
    assert found.customers.tolist() == pytest.approx([235.7] * 10)
    np.testing.assert_allclose(found.predicted[:4], [3.6503, 1.1075, 0.6200, 0.3141], atol=6e-5)
    np.testing.assert_allclose(found.actual[:4], [3.7471, 1.3059, 0.9588, 0.4735], atol=6e-5)
    top = forecast_errors(BUYING, cdnow).purchases.top_decile_share
    assert found.cumulative_share[0] == pytest.approx(top, rel=1e-12)
    assert found.table().columns[0] == "group"
