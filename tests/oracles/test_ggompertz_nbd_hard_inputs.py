"""Gompertz/NBD where released packages fail: long horizons, heavy buyers, overflow of exp(bT), the limit b = 0."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import pytest

from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from tests.strategies import one

DATA = Path(__file__).parent / "data"
HARD = json.loads((DATA / "ggompertz_nbd_hard_inputs.json").read_text(encoding="utf-8"))["cases"]
GRID = json.loads((DATA / "ggompertz_nbd_accuracy.json").read_text(encoding="utf-8"))["rows"]
# P(alive) of a buyer of x purchases is a power of x; rounding of the base is multiplied by it.
PROBABILITY = 2e-13
# Relative to the log-likelihood, or absolute where that is smaller than 1: a thousandth of what the docs promise.
LOG_LIKELIHOOD = 1e-13
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


@pytest.mark.parametrize("case", HARD, ids=lambda case: case["case"])
def test_truth_to_many_digits(case) -> None:
    """Log-likelihood, P(alive) and expected purchases equal the truth."""
    model, customer = (
        GGompertzNBD(*(case[name] for name in GGompertzNBD.space.names)),
        one(case["x"], case["t_x"], case["T"]),
    )
    found = {
        "loglik": model.log_likelihood(customer)[0],
        "palive": model.p_alive(customer)[0],
        "cet_h52": model.expected_purchases(customer, 52)[0],
    }
    for name, value in found.items():
        truth = mp.mpf(case["truth"][name])
        allowed = LOG_LIKELIHOOD * max(1, abs(truth)) if name == "loglik" else PROBABILITY * abs(truth)
        assert abs(mp.mpf(float(value)) - truth) <= max(allowed, SMALLEST), name


def test_accuracy_over_the_whole_domain() -> None:
    """Log-likelihood and P(alive) equal the truth on a grid of parameters from 1e-3 to 1e3, x and T to 10,000."""
    for *parameters, x, t_x, age, log_likelihood, p_alive in GRID:
        model, customer = GGompertzNBD(*parameters), one(x, t_x, age)
        truth, alive = mp.mpf(log_likelihood), mp.mpf(p_alive)
        assert abs(model.log_likelihood(customer)[0] - truth) <= LOG_LIKELIHOOD * max(1, abs(truth)), parameters
        assert abs(model.p_alive(customer)[0] - alive) <= max(PROBABILITY * alive, SMALLEST), parameters
