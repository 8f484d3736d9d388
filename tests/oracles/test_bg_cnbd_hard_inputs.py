"""BG/CNBD-k where a released package returns infinity: heavy buyers who fell silent."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import pytest

from relmodels.btyd.bg_cnbd import BGCNBD
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "bg_cnbd_hard_inputs.json").read_text(encoding="utf-8"))
# P(alive) of a buyer of x purchases is a power of kx; rounding of the base is multiplied by it.
PROBABILITY = 5e-14
LOG_LIKELIHOOD = 1e-14
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["case"])
def test_truth_to_many_digits(case) -> None:
    """Log-likelihood and P(alive) equal the truth, or 0 where the truth is below any float."""
    model = BGCNBD(*(case[name] for name in BGCNBD.space.names))
    customer = PurchaseSummary.from_arrays(
        frequency=[case["x"]], recency=[case["t_x"]], age=[case["T"]], log_gaps=[case["litt"]]
    )
    found = {"loglik": model.log_likelihood(customer)[0], "palive": model.p_alive(customer)[0]}
    for name, value in found.items():
        truth = mp.mpf(case["truth"][name])
        allowed = (LOG_LIKELIHOOD if name == "loglik" else PROBABILITY) * abs(truth)
        assert abs(mp.mpf(float(value)) - truth) <= max(allowed, SMALLEST), name
