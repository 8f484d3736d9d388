"""Intervals of the posterior hold the truth as often as they say, when the truth is drawn from the prior."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels import priors

pytestmark = pytest.mark.slow

REPEATS = 300
BELIEVED = {
    rm.BGNBD: rm.Priors(
        {
            "r": priors.LogNormal(0.5, 0.5),
            "alpha": priors.LogNormal(8.0, 0.5),
            ("a", "b"): priors.ShareAndTotal(priors.Beta(3, 6), priors.LogNormal(3.0, 0.5)),
        }
    ),
    rm.NBD: rm.Priors({"r": priors.Gamma(4, 0.2), "alpha": priors.Gamma(4, 3.0)}),
}


@pytest.mark.parametrize("kind", BELIEVED, ids=lambda kind: kind.__name__)
def test_ranks_of_the_truth_are_even(kind) -> None:
    """Over 300 simulated bases of 100 customers the truth is equally likely to have any rank among the draws.

    Reference: Talts et al. (2018), Validating Bayesian inference algorithms with simulation-based calibration.
    """
    prior, random = BELIEVED[kind], np.random.default_rng(1)
    truths = prior.sample(kind.space.names, REPEATS, random)
    ranks = np.empty_like(truths)
    covered = 0
    for place, truth in enumerate(truths):
        model = kind(*truth, unit="week")
        base = model.simulate(np.full(100, 39.0), random)
        after = rm.posterior(rm.fit(kind, base, check=False), base, 999, prior=prior, rng=random)
        ranks[place] = (after.draws < truth).mean(axis=0)
        low, high = after.interval(lambda found: found.r / found.alpha, 0.8)
        covered += bool(low <= model.r / model.alpha <= high)
    assert all(stats.kstest(column, "uniform").pvalue > 1e-3 for column in ranks.T)
    assert covered / REPEATS == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / REPEATS))
