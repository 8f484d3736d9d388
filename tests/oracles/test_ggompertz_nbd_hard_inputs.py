"""Gompertz/NBD where released packages fail: long horizons, heavy buyers, overflow of exp(bT), the limit b = 0."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.ggompertz_nbd import GGompertzNBD
from tests.strategies import one

STORED = json.loads((Path(__file__).parent / "data" / "ggompertz_nbd_hard_inputs.json").read_text(encoding="utf-8"))
# P(alive) of a buyer of x purchases is a power of x; rounding of the base is multiplied by it.
PROBABILITY = 2e-13
# Relative to the log-likelihood, or absolute where that is smaller than 1: a thousandth of what the docs promise.
LOG_LIKELIHOOD = 1e-13
# Below the smallest positive float, 0 is the right answer.
SMALLEST = mp.mpf("1e-307")


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["case"])
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


# Parameters, history, log-likelihood and its slopes by the logarithms of the parameters; by mpmath with 60 digits.
SUDDEN = [
    (
        (0.001, 1000, 1000, 0.001, 18.21),
        (0, 0, 1e4),
        "-1.0018991423018275053e-6",
        (-1.0018986443e-6, 1.00089973377e-6, 1.00089973377e-6, 9.98003514794e-7, -9.98830561978e-10),
    ),
    (
        (0.005355, 41.42, 982.9, 0.001, 3.365),
        (0, 0, 1e4),
        "-0.00012859965081648255323",
        (-0.000128591772478, 0.000125644366103, 0.000125644366103, 0.000125488738162, -1.28380970452e-7),
    ),
    (
        (0.001, 8.97, 608.4, 0.001, 1000),
        (1, 0.00300260065008, 1e4),
        "-9.2517094683791595746",
        (0.99985860365, -0.87455970499, 0.125427178571, 0.124326684436, -0.000154411180187),
    ),
    (
        (0.001503, 1000, 135.7, 0.001, 0.007315),
        (0, 0, 1e4),
        "-0.00001094147636473316141",
        (-1.09414167786e-5, 1.08625160781e-5, 1.08625160781e-5, 1.09162893757e-5, -1.09411359552e-8),
    ),
]


@pytest.mark.parametrize(("parameters", "history", "log_likelihood", "slopes"), SUDDEN)
def test_a_hazard_that_saturates_at_once(parameters, history, log_likelihood, slopes) -> None:
    """Where the hazard is constant but for the first moment, that moment is not lost between the nodes."""
    model, customer, truth = GGompertzNBD(*parameters), one(*history), mp.mpf(log_likelihood)
    assert abs(model.log_likelihood(customer)[0] - truth) <= LOG_LIKELIHOOD * max(1, abs(truth))
    np.testing.assert_allclose(model.score(customer)[0] * parameters, slopes, rtol=1e-10, atol=1e-10)
