"""Pareto/GGG against the same integrals with 22 digits; how these were obtained is in the data file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relmodels.btyd.pareto_ggg import ParetoGGG
from relmodels.btyd.summary import PurchaseSummary

STORED = json.loads((Path(__file__).parent / "data" / "pareto_ggg_accuracy.json").read_text(encoding="utf-8"))["rows"]
# What is promised is 1e-10; these rows are typical, and an error of the method would show long before.
PROMISED = 1e-11


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: str(stored["row"]))
def test_likelihood_and_p_alive(stored) -> None:
    """Log-likelihood, relative to the larger of 1 and itself, and P(alive) equal those with more digits."""
    x, t_x, T, gaps = stored["row"]
    model = ParetoGGG(*stored["parameters"])
    row = PurchaseSummary.from_arrays(frequency=[x], recency=[t_x], age=[T], log_gaps=[gaps])
    truth = float(stored["log_likelihood"])
    assert model.log_likelihood(row)[0] == pytest.approx(truth, rel=PROMISED, abs=PROMISED)
    assert model.p_alive(row)[0] == pytest.approx(float(stored["p_alive"]), abs=PROMISED)
