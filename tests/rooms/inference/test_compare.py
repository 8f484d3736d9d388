"""Comparisons of fits follow their definitions, and fits that cannot be compared are refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels.inference.compare import information_table, likelihood_ratio, vuong
from tests.rooms.inference.toys import Coin, Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(7).normal(1.5, 0.7, 400))
NORMAL = rm.fit(Normal, VALUES)
SUMMARY = rm.PurchaseSummary.from_transactions(
    rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
)
BGNBD, PARETO, NBD = rm.fit(rm.BGNBD, SUMMARY), rm.fit(rm.ParetoNBD, SUMMARY), rm.fit(rm.NBD, SUMMARY)


def test_the_ratio_of_a_held_mean_is_the_closed_form() -> None:
    """Holding the mean of a normal at m gives the statistic n ln(1 + (x̄ - m)²/s²) on one degree of freedom."""
    small = rm.fit(Normal, VALUES, fixed={"mean": 1.2})
    found = likelihood_ratio(small, NORMAL)
    shift = (VALUES.values.mean() - 1.2) / VALUES.values.std()
    assert found.statistic == pytest.approx(400 * math.log1p(shift**2), rel=1e-6)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.statistic, 1), rel=1e-12)
    assert found.df == 1
    assert "Normal with mean = 1.2 is rejected in favor of Normal" in str(found)


def test_the_ratio_agrees_with_wald_near_the_estimate() -> None:
    """Half a standard error from the estimate the likelihood ratio of BG/NBD's r is within 5 per cent of 0.25."""
    value = BGNBD.model.r + BGNBD.standard_errors["r"] / 2
    found = likelihood_ratio(rm.fit(rm.BGNBD, SUMMARY, fixed={"r": value}), BGNBD)
    assert found.statistic == pytest.approx(0.25, rel=0.05)
    assert "is not rejected" in found.sentence
    assert "conservative" not in found.sentence


def test_at_an_edge_the_p_value_is_halved_for_one_parameter_only() -> None:
    """With one degree of freedom an edge halves the p-value; with two it is left and called conservative."""
    small = rm.fit(Normal, VALUES, fixed={"mean": 1.45})
    plain, edge = likelihood_ratio(small, NORMAL), likelihood_ratio(small, NORMAL, boundary=True)
    assert edge.p_value == pytest.approx(plain.p_value / 2)
    assert "halved" in edge.sentence
    two = likelihood_ratio(small, NORMAL, 2, boundary=True)
    assert two.p_value == pytest.approx(stats.chi2.sf(plain.statistic, 2))
    assert "conservative, because" in two.sentence


def test_purchases_without_attrition_are_rejected_on_cdnow() -> None:
    """NBD, the edge of BG/NBD, is rejected on CDNOW."""
    found = likelihood_ratio(NBD, BGNBD)
    assert found.df == 2
    assert found.p_value < 1e-10
    assert "p < 0.0001; conservative if" in found.sentence


def test_ratios_that_make_no_sense_are_refused_with_every_reason() -> None:
    """Fits in the wrong order, of other data, in another unit or without a maximum are refused, all reasons at once."""
    with pytest.raises(rm.InvalidData, match="2 problems"):
        likelihood_ratio(BGNBD, NBD)
    with pytest.raises(rm.InvalidData, match=r"of 100, 400 customers"):
        likelihood_ratio(rm.fit(Coin, Numbers(np.repeat([1.0, 0.0], 50))), NORMAL)
    with pytest.raises(rm.InvalidData, match="units day, week"):
        likelihood_ratio(replace(NBD, unit="day"), BGNBD)
    flat = rm.fit(OnlyTheProduct, VALUES.__class__(np.abs(VALUES.values)), check=False)
    with pytest.raises(rm.InvalidData, match="OnlyTheProduct has no maximum"):
        likelihood_ratio(rm.fit(Normal, VALUES, fixed={"sd": 1.0}), flat)
    with pytest.raises(rm.InvalidData, match="is below the small one's"):
        likelihood_ratio(NBD, replace(BGNBD, log_likelihood=-1e5))


@pytest.mark.parametrize("df", [0, 1.5, True])
def test_degrees_of_freedom_are_whole(df: int) -> None:
    """Degrees of freedom that are no whole number of 1 or more are refused."""
    with pytest.raises(rm.InvalidParameters, match="must be a whole number of 1 or more"):
        likelihood_ratio(NBD, BGNBD, df)


def test_the_table_holds_the_criteria_of_each_fit() -> None:
    """The table repeats AIC and BIC, takes differences from the smallest, and its weights add up to 1."""
    table = information_table(BGNBD, PARETO, NBD, rm.fit(rm.BGNBD, SUMMARY, fixed={"a": 1.0}))
    assert list(table.column("model")) == ["BGNBD", "ParetoNBD", "NBD", "BGNBD with a = 1"]
    assert list(table.column("parameters")) == [4, 4, 2, 3]
    aic, bic = np.asarray(table.column("aic")), np.asarray(table.column("bic"))
    assert aic[:3].tolist() == [BGNBD.aic, PARETO.aic, NBD.aic]
    assert np.asarray(table.column("aic_difference")) == pytest.approx(aic - aic.min())
    assert np.asarray(table.column("bic_difference")) == pytest.approx(bic - bic.min())
    weights = np.asarray(table.column("akaike_weight"))
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] / weights[1] == pytest.approx(math.exp((PARETO.aic - BGNBD.aic) / 2))


def test_a_table_of_other_data_or_of_nothing_is_refused() -> None:
    """Fits to different numbers of customers do not share a table, and a table needs a fit."""
    with pytest.raises(rm.InvalidData, match="fit all models to the same data"):
        information_table(BGNBD, NORMAL)
    with pytest.raises(rm.InvalidData, match="no fit was given"):
        information_table()


def test_vuong_is_antisymmetric() -> None:
    """Swapping the models changes the sign of Vuong's statistics and not their p-values."""
    one, other = vuong(BGNBD, PARETO, SUMMARY), vuong(PARETO, BGNBD, SUMMARY)
    assert one.statistic == pytest.approx(-other.statistic)
    assert one.corrected_statistic == pytest.approx(-other.corrected_statistic)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.sentence.split(":")[0] == "BGNBD is nearer to the data than ParetoNBD" or "apart" in one.sentence


def test_vuong_follows_its_definition() -> None:
    """The statistic is √n times the mean over the standard deviation; the correction is that of BIC."""
    found = vuong(BGNBD, NBD, SUMMARY)
    d = BGNBD.model.log_likelihood(SUMMARY) - NBD.model.log_likelihood(SUMMARY)
    assert found.statistic == pytest.approx(math.sqrt(d.size) * d.mean() / d.std(), rel=1e-9)
    paid = (d.sum() - math.log(d.size)) / (math.sqrt(d.size) * d.std())
    assert found.corrected_statistic == pytest.approx(paid, rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(found.statistic)), rel=1e-9)
    assert "BGNBD is nearer to the data than NBD" in str(found)


def test_vuong_counts_weights_as_rows() -> None:
    """Grouped rows with weights give the statistic of the rows themselves."""
    grouped = SUMMARY.grouped()
    assert len(grouped) < len(SUMMARY)
    assert vuong(BGNBD, PARETO, grouped).statistic == pytest.approx(vuong(BGNBD, PARETO, SUMMARY).statistic, rel=1e-9)


def test_vuong_refuses_other_data_and_equal_models() -> None:
    """Rows the models were not fitted to are refused, and so are two models that agree everywhere."""
    with pytest.raises(rm.InvalidData, match="pass the rows"):
        vuong(BGNBD, PARETO, SUMMARY.every(2))
    with pytest.raises(rm.InvalidData, match="nothing to test"):
        vuong(BGNBD, BGNBD, SUMMARY)
