"""Fits of Pareto/NBD with covariates that change in time find the parameters that made the customers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from tests.covariate_panels import panel

MODEL = TimeVaryingParetoNBD(
    ParetoNBD(0.8, 12.0, 0.9, 30.0, unit="week"),
    {"purchase.season": 0.7, "purchase.price": -0.5, "attrition.region": 0.6, "attrition.price": 0.8},
)
# Five standard errors: with 8 parameters a chance of about one in 200,000 that a right fit fails.
FAR = 5.0
COVERED, REPEATS = 0.9, 100
# The share covered has a standard deviation of .03.
SHARE = (0.80, 0.98)


@pytest.mark.slow
def test_fits_recover_the_parameters() -> None:
    """Maximum likelihood on 4,000 simulated customers lies within a few standard errors of the truth."""
    customers = MODEL.simulate(panel(4_000, 11), 11)
    fit = rm.fit(ParetoNBD, customers)
    truth = dict(zip(fit.kind.space.names, MODEL.kind.values(MODEL).tolist(), strict=True))
    for name, error in fit.standard_errors.items():
        assert abs(fit.parameters[name] - truth[name]) <= FAR * error, name
    assert fit.log_likelihood >= MODEL.log_likelihood(customers).sum()


@pytest.mark.slow
def test_intervals_cover_the_parameters() -> None:
    """Intervals of 90 per cent hold the truth in about nine of ten samples."""
    paths = panel(300, 12)
    names = paths.kind_of(ParetoNBD).space.names
    truth = dict(zip(names, MODEL.kind.values(MODEL).tolist(), strict=True))
    covered = dict.fromkeys(names, 0)
    for seed in range(REPEATS):
        customers = MODEL.simulate(paths, seed)
        ends = rm.fit(ParetoNBD, customers).interval(COVERED)
        for name, (low, high) in ends.items():
            covered[name] += low <= truth[name] <= high
    for name, count in covered.items():
        assert SHARE[0] <= count / REPEATS <= SHARE[1], name


def test_simulated_customers_buy_and_stay_as_predicted() -> None:
    """The purchases of new customers, and who is still there, are on average what is predicted of them."""
    paths = panel(4_000, 13)
    new = replace(
        paths,
        frequency=np.zeros(len(paths)),
        recency=np.zeros(len(paths)),
        age=np.zeros(len(paths)),
        bought_at=np.zeros_like(paths.bought_at),
    )
    horizon = float(paths.age.min())
    expected = MODEL.expected_purchases(new, horizon)
    bought = MODEL.simulate(replace(paths, age=np.full(len(paths), horizon)), 13).frequency
    error = bought.std() / np.sqrt(bought.size)
    assert abs(bought.mean() - expected.mean()) <= FAR * error
    half = MODEL.simulate(replace(paths, age=np.full(len(paths), horizon / 2)), 14)
    later = MODEL.expected_purchases(half, horizon / 2).mean() + half.frequency.mean()
    assert abs(later - expected.mean()) <= FAR * error
