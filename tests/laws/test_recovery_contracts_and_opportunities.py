"""Fits to simulated contracts and donors find the parameters that made them, with intervals that cover as they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric

MODELS: list[tuple[Any, list[int]]] = [
    (ShiftedBetaGeometric(0.668, 3.806), [3, 5, 7]),
    (ShiftedBetaGeometric(4.0, 9.0, unit="month"), [12]),
    (BetaDiscreteWeibull(0.26, 1.72, 1.58), [5, 8, 12]),
    (BetaDiscreteWeibull(1.5, 3.0, 0.7, unit="month"), [24]),
    (BGBB(1.204, 0.750, 0.657, 2.783), [6]),
    (BGBB(0.5, 2.0, 1.5, 20.0, unit="month"), [12, 24, 36]),
]
each = pytest.mark.parametrize(("model", "ages"), MODELS, ids=[str(model) for model, _ in MODELS])
# Five standard errors: with 18 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0
FITS, LEVEL = 200, 0.9
# Binomial: 200 intervals of 90 per cent cover 180 times, with a standard deviation of 4.2.
LEAST = 163


@each
def test_fits_recover_the_parameters(model, ages) -> None:
    """Maximum likelihood on simulated cases lies within a few standard errors of the truth, and is no lower."""
    data = model.simulate(np.resize(ages, 30_000), 20180201)
    fit = rm.fit(type(model), data)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(data).sum()


@each
@pytest.mark.slow
def test_intervals_cover_the_truth(model, ages) -> None:
    """Of 200 intervals of 90 per cent about nine in ten hold the truth."""
    covered = dict.fromkeys(model.space.names, 0)
    for seed in range(FITS):
        fit = rm.fit(type(model), model.simulate(np.resize(ages, 5_000), 20180300 + seed))
        for name, (low, high) in fit.interval(LEVEL).items():
            covered[name] += low <= getattr(model, name) <= high
    assert all(count >= LEAST for count in covered.values()), covered
