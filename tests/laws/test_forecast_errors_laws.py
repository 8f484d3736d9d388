"""What every comparison of a forecast with what happened obeys, against counting customer by customer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.holdout import Holdout
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.effectiveness.forecast_deciles import forecast_deciles
from relmodels.effectiveness.forecast_errors import ErrorMeasures, forecast_errors
from relmodels.effectiveness.lineup import average_ranks, line_up
from relmodels.effectiveness.lorenz import gini, lorenz
from tests.strategies import models, summaries

IN_MONEY = ["mean_actual", "mean_predicted", "bias", "total_bias", "mae", "rmse"]
WITHOUT_UNIT = ["relative_bias", "spearman", "gini_actual", "gini_predicted", "normalized_gini", "top_decile_share"]
MEASURES = ["customers", "concentration", *IN_MONEY, *WITHOUT_UNIT]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A model that finds its predictions in the ages and the spend of the summary."""

    exchange: float = 1.0

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the ages."""
        assert horizon == 39
        return summary.age

    def expected_spend(self, summary: PurchaseSummary) -> FloatArray:
        """Return the amounts of the first day, in another currency."""
        assert summary.first_day_spend is not None
        return summary.first_day_spend * self.exchange


def base(rows: list[tuple[float, int, int, int, int]]) -> PurchaseSummary:
    """Return customers from (prediction, purchases, predicted amount, amount, weight)."""
    predicted, bought, hoped, paid, weight = np.array(rows, dtype=np.float64).T
    none = np.zeros(bought.size)
    summary = PurchaseSummary.from_arrays(frequency=none, recency=none, age=predicted, weight=weight)
    return replace(summary, first_day_spend=hoped, holdout=Holdout(bought, np.where(bought > 0, paid, 0.0), 39.0))


def listed(found: ErrorMeasures | None, names: list[str] = MEASURES) -> FloatArray:
    """Return the measures of these names, ``nan`` for those without a value."""
    return np.array([np.nan if found is None else getattr(found, name) for name in names], dtype=np.float64)


def same(found: ErrorMeasures | None, other: ErrorMeasures | None) -> bool:
    """Return whether all measures agree within rounding."""
    return np.allclose(listed(found), listed(other), rtol=1e-9, atol=1e-12, equal_nan=True)


# Quarters from a short range, so that equal predictions and nobody buying are common.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 12).map(lambda whole: whole / 4),
        st.integers(0, 4),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=20,
)
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, seed=SEEDS)
def test_the_order_of_the_rows_is_no_matter(rows: list[tuple[float, int, int, int, int]], seed: int) -> None:
    """Errors of purchases, spend and revenue, and the groups, stay as they are when the rows are shuffled."""
    summary = base(rows)
    other = summary.take(np.random.default_rng(seed).permutation(len(rows)))
    one, two = (forecast_errors(Forecast(), data, spend_model=Forecast()) for data in (summary, other))
    assert same(one.purchases, two.purchases)
    assert same(one.spend, two.spend)
    assert same(one.revenue, two.revenue)
    np.testing.assert_allclose(
        forecast_deciles(Forecast(), summary, len(rows)).actual,
        forecast_deciles(Forecast(), other, len(rows)).actual,
        atol=1e-12,
    )


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, groups=st.integers(1, 10))
def test_a_weight_is_that_many_equal_rows(rows: list[tuple[float, int, int, int, int]], groups: int) -> None:
    """Writing each row as often as its weight says changes no measure and no group."""
    summary = base(rows)
    each = replace(summary.take(np.repeat(np.arange(len(rows)), [row[-1] for row in rows])), weight=None)
    one, two = (forecast_errors(Forecast(), data, spend_model=Forecast()) for data in (summary, each))
    assert same(one.purchases, two.purchases)
    assert same(one.spend, two.spend)
    assert same(one.revenue, two.revenue)
    some = min(groups, len(each))
    short, long = (forecast_deciles(Forecast(), data, some) for data in (summary, each))
    np.testing.assert_allclose(short.actual, long.actual, atol=1e-12)
    np.testing.assert_allclose(short.cumulative_share, long.cumulative_share, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_a_perfect_forecast_has_no_errors_and_the_right_order(rows: list[tuple[float, int, int, int, int]]) -> None:
    """Who predicts what happens has errors of 0, and rank correlation and normalized Gini of 1 if there is an order."""
    found = forecast_errors(Forecast(), base([(row[1], *row[1:]) for row in rows])).purchases
    assert (found.mae, found.rmse, found.bias, found.total_bias) == (0.0, 0.0, 0.0, 0.0)
    assert found.relative_bias in {0.0, None}
    assert found.concentration == found.gini_actual == found.gini_predicted
    order = len({row[1] for row in rows}) > 1
    assert (found.spearman, found.normalized_gini) == ((1.0, 1.0) if order else (None, None))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, exchange=st.sampled_from([0.1, 1 / 3, 7.0, 1024.0]))
def test_money_scales_and_order_stays(rows: list[tuple[float, int, int, int, int]], exchange: float) -> None:
    """In another currency the errors of spend and revenue are in that currency, and all shares and ranks stay."""
    summary = base(rows)
    held = summary.holdout
    assert held is not None
    assert held.spend is not None
    abroad = replace(summary, holdout=Holdout(held.frequency, held.spend * exchange, held.duration))
    here = forecast_errors(Forecast(), summary, spend_model=Forecast())
    there = forecast_errors(Forecast(), abroad, spend_model=Forecast(exchange))
    for one, two in ((here.spend, there.spend), (here.revenue, there.revenue)):
        np.testing.assert_allclose(listed(two, IN_MONEY), listed(one, IN_MONEY) * exchange, rtol=1e-9, atol=1e-9)
    # Of spend only: equal products of purchases and amount may differ in the last digit in another currency.
    np.testing.assert_allclose(listed(there.spend, WITHOUT_UNIT), listed(here.spend, WITHOUT_UNIT), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_errors_are_those_counted_customer_by_customer(rows: list[tuple[float, int, int, int, int]]) -> None:
    """Means of loops, scipy's rank correlation, and the area under the line drawn by hand give the same measures."""
    each = [row for row in rows for _ in range(row[-1])]
    predicted, actual = (np.array([row[i] for row in each], dtype=np.float64) for i in (0, 1))
    found = forecast_errors(Forecast(), base(rows)).purchases
    assert found.mae == pytest.approx(sum(abs(row[0] - row[1]) for row in each) / len(each))
    assert found.rmse**2 == pytest.approx(sum((row[0] - row[1]) ** 2 for row in each) / len(each))
    assert found.total_bias == pytest.approx(sum(row[0] - row[1] for row in each), abs=1e-9)
    assert found.gini_actual == pytest.approx(gini(actual), abs=1e-12)
    assert found.gini_predicted == pytest.approx(gini(predicted), abs=1e-12)
    if found.spearman is not None:
        assert found.spearman == pytest.approx(float(stats.spearmanr(predicted, actual).statistic), abs=1e-9)
    shared = np.array([actual[predicted == value].mean() for value in predicted])[np.argsort(predicted, kind="stable")]
    if actual.sum() > 0:
        under = float(np.trapezoid(np.concatenate(([0.0], np.cumsum(shared))), dx=1 / len(each))) / float(actual.sum())
        assert found.concentration == pytest.approx(1 - 2 * under, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, groups=st.integers(1, 10))
def test_groups_partition_customers_and_purchases(rows: list[tuple[float, int, int, int, int]], groups: int) -> None:
    """Groups are of one size, add up to all customers and purchases, and fall in what was predicted."""
    summary = base(rows)
    found = forecast_deciles(Forecast(), summary, min(groups, int(summary.n)))
    errors = forecast_errors(Forecast(), summary).purchases
    np.testing.assert_allclose(found.customers, summary.n / len(found))
    assert found.customers @ found.predicted == pytest.approx(errors.mean_predicted * summary.n)
    assert found.customers @ found.actual == pytest.approx(errors.mean_actual * summary.n)
    assert (np.diff(found.predicted) <= 1e-9).all()
    assert (np.diff(found.cumulative_share) >= -1e-12).all()
    assert found.cumulative_share[-1] == pytest.approx(1.0)
    assert found.cumulative_lift[-1] == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_no_order_beats_the_right_one(rows: list[tuple[float, int, int, int, int]]) -> None:
    """The concentration in predicted order lies between the Gini coefficient and its negative."""
    found = forecast_errors(Forecast(), base(rows)).purchases
    assert -found.gini_actual - 1e-12 <= found.concentration <= found.gini_actual + 1e-12
    assert 0 <= found.top_decile_share <= 1
    assert found.mae <= found.rmse * (1 + 1e-12)
    assert abs(found.bias) <= found.mae * (1 + 1e-9) + 1e-12


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(0, 9), min_size=1, max_size=30), fraction=st.floats(0, 1))
def test_the_line_in_its_own_order_is_the_lorenz_curve(values: list[int], fraction: float) -> None:
    """Lined up by what they hold, the first customers hold what the Lorenz curve says of the top."""
    amounts = np.array(values, dtype=np.float64)
    line = line_up(amounts, amounts, np.ones(amounts.size))
    assert line.share_of_first(fraction) == pytest.approx(lorenz(amounts).share_of_top(fraction), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_ranks_are_average_ranks(values: list[int]) -> None:
    """Without weights the ranks are those of scipy."""
    amounts = np.array(values, dtype=np.float64)
    np.testing.assert_allclose(average_ranks(amounts, np.ones(amounts.size)), stats.rankdata(amounts))


@settings(max_examples=20, deadline=None)
@given(model=models(BGNBD), summary=summaries(least=2, spend=False), seed=SEEDS)
def test_a_real_model_obeys_too(model: BGNBD, summary: PurchaseSummary, seed: int) -> None:
    """BG/NBD on any customers: shuffled rows give the same errors, and its groups add up to its total."""
    rng = np.random.default_rng(seed)
    split = replace(summary, holdout=Holdout(rng.poisson(1.0, len(summary)).astype(np.float64), None, 39.0))
    other = split.take(rng.permutation(len(split)))
    assert same(forecast_errors(model, split).purchases, forecast_errors(model, other).purchases)
    found = forecast_deciles(model, split, 2)
    assert found.customers @ found.predicted == pytest.approx(float(model.expected_purchases(split, 39.0).sum()))
