"""Pareto/NBD with a Sarmanov density against stored results with fifty digits, over the whole domain."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp

from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
from tests.strategies import one

PATH = Path(__file__).parent / "data" / "sarmanov_pareto_nbd_accuracy.json"
GRID = json.loads(PATH.read_text(encoding="utf-8"))["rows"]
# Relative to the log-likelihood or 1, and to the prediction; divided by the distance of kappa from its nearer end,
# because 1 + 2 kappa D may be as small as that.
ROUNDING = 2e-13
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


def test_accuracy_over_the_whole_domain() -> None:
    """Log-likelihood, P(alive) and expected purchases equal the truth, also next to the ends of kappa."""
    for *parameters, x, t_x, age, log_likelihood, p_alive, expected in GRID:
        model, customer = SarmanovParetoNBD(*parameters), one(x, t_x, age)
        allowed = ROUNDING / min(1.0 - model.kappa, model.kappa + 0.5)
        truth = mp.mpf(log_likelihood)
        assert abs(model.log_likelihood(customer)[0] - truth) <= allowed * max(1, abs(truth)), parameters
        found = model.p_alive(customer)[0], model.expected_purchases(customer, 52.0)[0]
        for value, wanted in zip(found, map(mp.mpf, (p_alive, expected)), strict=True):
            assert abs(value - wanted) <= max(allowed * wanted, SMALLEST), parameters
