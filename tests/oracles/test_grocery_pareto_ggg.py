"""Pareto/GGG on the grocery customers of BTYDplus, which draws what is integrated here; see the data file.

No figures of the paper on public data could be obtained; the vignette of the authors' package takes their place.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.btyd.pareto_ggg import ParetoGGG
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "grocery_pareto_ggg.json").read_text(encoding="utf-8"))
# Its shares are of 100 draws.
DRAWS = 100
# Log-likelihood at the maximum, computed here.
BEST = -14430.726


def summary_of(rows: list[list[float]], weight: list[float] | None = None) -> PurchaseSummary:
    """Return the summary of rows of frequency, recency and age in days, and log gaps unless they are known anyway."""
    x, t_x, T = np.array([row[:3] for row in rows], dtype=np.float64).T
    gaps = [row[3] if len(row) > 3 else np.log(row[1] / 7.0) if row[0] else 0.0 for row in rows]
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x / 7.0, age=T / 7.0, log_gaps=gaps, weight=weight)


@pytest.fixture(scope="module")
def grocery() -> PurchaseSummary:
    repeated = STORED["count_then_row"]
    rows = STORED["once"] + [row[1:] for row in repeated]
    return summary_of(rows, [1.0] * len(STORED["once"]) + [row[0] for row in repeated])


@pytest.fixture(scope="module")
def printed() -> tuple[PurchaseSummary, np.ndarray, np.ndarray]:
    x, t_x, T, gaps, active, alive = np.array(STORED["printed"]).T
    summary = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T / 7.0, log_gaps=gaps)
    return summary, active, alive


def near_shares(probability: np.ndarray, shares: np.ndarray) -> bool:
    """Return whether shares of draws are within three standard errors of their probabilities."""
    return bool(np.all(np.abs(shares - probability) <= 3.0 * np.sqrt(probability * (1.0 - probability) / DRAWS)))


def test_single_customers_are_there_and_buy_as_often_as_drawn(printed) -> None:
    """P(alive) and the probability of a purchase in the next 52 weeks agree with the printed shares of draws."""
    summary, active, alive = printed
    model = ParetoGGG(**STORED["medians"])
    assert near_shares(model.p_alive(summary), alive)
    assert near_shares(1.0 - model.pmf_given(0, summary, 52.0), active)


def test_the_medians_are_nearly_the_likeliest(grocery) -> None:
    """At the medians of the draws the log-likelihood is within 0.3 of its maximum, six parameters together."""
    rows = ParetoGGG(**STORED["medians"]).log_likelihood(grocery)
    assert BEST - 0.3 < rows @ grocery.weight < BEST


@pytest.mark.slow
def test_fit_agrees_with_the_draws(grocery) -> None:
    """The estimates lie within one standard error of the medians, and expect in total what the draws do, within 1%."""
    fit = rm.fit(ParetoGGG, grocery)
    assert fit.n == 1525
    assert fit.log_likelihood == pytest.approx(BEST, abs=1e-3)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - STORED["medians"][name]) <= error, name
    total = fit.model.expected_purchases(grocery, 52.0) @ grocery.weight
    assert total == pytest.approx(STORED["expected_in_52_weeks"], rel=0.01)


@pytest.mark.slow
def test_regularity_pays_on_grocery_but_not_on_cdnow(grocery) -> None:
    """On grocery AIC prefers Pareto/GGG by far; on CDNOW, where nobody is regular, t and gamma run off together."""
    own, of_all, none = (rm.fit(kind, grocery).aic for kind in (ParetoGGG, MBGCNBD, ParetoNBD))
    assert own < of_all - 1000.0 < none - 2000.0
    cdnow = PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )
    record = rm.fit(ParetoGGG, cdnow, check=False)
    assert record.status in {rm.Status.RUNAWAY, rm.Status.FLAT}
    assert "t up" in record.diagnosis
    assert "gamma up" in record.diagnosis
    assert record.model.t / record.model.gamma == pytest.approx(1.03, abs=0.02)
    assert record.log_likelihood == pytest.approx(-9594.594, abs=0.01)
