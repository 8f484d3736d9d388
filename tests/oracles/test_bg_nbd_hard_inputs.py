"""BG/NBD where released packages fail: heavy buyers, the pole at a = 1, huge and tiny parameters, long horizons."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import pytest

from relmodels.btyd.bg_nbd import BGNBD
from tests.strategies import one

STORED = json.loads((Path(__file__).parent / "data" / "bg_nbd_hard_inputs.json").read_text(encoding="utf-8"))
# P(alive) of a buyer of x purchases is a power of x; rounding of the base is multiplied by it.
PROBABILITY = 5e-14
LOG_LIKELIHOOD = 1e-14
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["case"])
def test_truth_to_many_digits(case) -> None:
    """Log-likelihood, P(alive) and expected purchases equal the truth, or 0 where the truth is below any float."""
    model, customer = BGNBD(*(case[name] for name in BGNBD.space.names)), one(case["x"], case["t_x"], case["T"])
    found = {
        "loglik": model.log_likelihood(customer)[0],
        "palive": model.p_alive(customer)[0],
        "cet_h": model.expected_purchases(customer, case["h"])[0],
    }
    for name, value in found.items():
        truth = mp.mpf(case["truth"][name])
        allowed = (LOG_LIKELIHOOD if name == "loglik" else PROBABILITY) * abs(truth)
        assert abs(mp.mpf(float(value)) - truth) <= max(allowed, SMALLEST), name
