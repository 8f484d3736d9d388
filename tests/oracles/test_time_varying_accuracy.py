"""Pareto/NBD with covariates that change in time against the truth to many digits, from wide ranges of everything.

The likelihood and the predictions were also compared with CLVTools 0.12.1 on its data of 600 customers of an apparel
retailer with three covariates, which are not part of this project: at two parameter points of that package the
log-likelihood, -5792.267644 and -5764.304153, P(alive), the expected purchases of a year and their discounted value
agree to 12 digits or more. At a third point, where alpha is smaller than beta, the package reports -5758.208 and the
integral taken with many nodes -5758.140910, which is what is found here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from relmodels.core.periods import Rate

DATA = Path(__file__).parent / "data"
ROWS: list[dict[str, Any]] = json.loads((DATA / "time_varying_accuracy.json").read_text(encoding="utf-8"))["rows"]
# Relative to the log-likelihood, or absolute where that is smaller than 1: a thousandth of what is promised.
LOG_LIKELIHOOD = 1e-13
# P(alive) of a buyer of x purchases is a power of x; rounding of the base is multiplied by it.
PROBABILITY = 1e-12
# Times the parameter, relative to the log-likelihood or 1.
SCORE = 1e-12
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


def customer(row: dict[str, Any]) -> CovariatePanel:
    """Return the one customer of a row."""
    x, t_x, age = row["history"]
    return CovariatePanel(
        frequency=np.array([x]),
        recency=np.array([t_x]),
        age=np.array([age]),
        unit="week",
        purchases_by=("a", "b"),
        attrition_by=("c",),
        offsets=np.array([0, len(row["begin"])]),
        begin=np.array(row["begin"]),
        known=np.array([2 * age]),
        purchase=np.array(row["z"]),
        attrition=np.array(row["w"]),
        bought_at=np.array([row["bought_at"]]),
    )


def model(row: dict[str, Any]) -> TimeVaryingParetoNBD:
    """Return the model of a row."""
    values = (*row["purchase"], *row["attrition"])
    names = ("purchase.a", "purchase.b", "attrition.c")
    return TimeVaryingParetoNBD(ParetoNBD(*row["base"]), dict(zip(names, values, strict=True)))


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_the_log_likelihood_is_the_truth(row) -> None:
    """The log-likelihood equals the integral with many digits, up to 10,000 purchases and 10,000 units of time."""
    truth = mp.mpf(row["log_likelihood"])
    found = model(row).log_likelihood(customer(row))[0]
    assert abs(mp.mpf(float(found)) - truth) <= LOG_LIKELIHOOD * max(1, abs(truth))


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_predictions_are_the_truth(row) -> None:
    """P(alive) now and ahead, expected purchases and their present value equal the integrals with many digits."""
    of, who, horizon = model(row), customer(row), row["horizon"]
    rate = Rate(row["force"], per="week", kind="continuous")
    found = {
        "p_alive": of.p_alive(who),
        "p_alive_ahead": of.p_alive(who, ahead=horizon),
        "expected": of.expected_purchases(who, horizon),
        "discounted": of.discounted_residual(who, rate, horizon=horizon),
    }
    for name, values in found.items():
        truth = mp.mpf(row[name])
        assert abs(mp.mpf(float(values[0])) - truth) <= max(PROBABILITY * truth, SMALLEST), name


@pytest.mark.parametrize("row", [row for row in ROWS if row["score"]])
def test_the_score_is_the_truth(row) -> None:
    """The score by every parameter equals differences of the log-likelihood with many digits."""
    found, at = model(row).score(customer(row))[0], model(row).kind.values(model(row))
    truth = np.array([float(value) for value in row["score"]])
    size = max(1.0, abs(float(row["log_likelihood"]))) + np.abs(truth * at)
    assert np.all(np.abs(found - truth) * np.abs(at) <= SCORE * size)
