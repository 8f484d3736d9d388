"""Pareto/NBD where released packages fail: heavy buyers, alpha = beta, s = 1, huge and tiny parameters."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import pytest

from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.core.errors import InvalidData
from relmodels.core.periods import Rate
from tests.strategies import one

STORED = json.loads((Path(__file__).parent / "data" / "pareto_nbd_hard_inputs.json").read_text(encoding="utf-8"))
DISCOUNT = Rate(0.0027, per="week", kind="continuous")
# P(alive) of a buyer of x purchases is a power of x; rounding of the base is multiplied by it.
PROBABILITY = 2e-13
# Relative to the log-likelihood, or absolute where that is smaller than 1: a thousandth of what the docs promise.
LOG_LIKELIHOOD = 1e-13
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["case"])
def test_truth_to_many_digits(case) -> None:
    """Log-likelihood, P(alive), expected purchases and DERT equal the truth."""
    model, customer = ParetoNBD(*(case[name] for name in ParetoNBD.space.names)), one(case["x"], case["t_x"], case["T"])
    found = {
        "loglik": model.log_likelihood(customer)[0],
        "palive": model.p_alive(customer)[0],
        "cet_h52": model.expected_purchases(customer, 52)[0],
        "dert_d0.0027": model.discounted_residual(customer, DISCOUNT)[0],
    }
    for name, value in found.items():
        truth = mp.mpf(case["truth"][name])
        allowed = LOG_LIKELIHOOD * max(1, abs(truth)) if name == "loglik" else PROBABILITY * abs(truth)
        assert abs(mp.mpf(float(value)) - truth) <= max(allowed, SMALLEST), name


def test_a_purchase_after_the_end_of_observation_is_refused() -> None:
    """The input of a reported failure whose recency exceeds its age is refused, with its row and values."""
    case = STORED["refused"]
    with pytest.raises(InvalidData, match=r"recency\[0\] = 97.42857 exceeds age\[0\] = 97.28571"):
        one(case["x"], case["t_x"], case["T"])
