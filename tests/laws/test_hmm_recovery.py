"""Fits to panels drawn from a hidden Markov model find its parameters, for every outcome and every kind of moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import relmodels as rm
from relmodels.markov import (
    HMM,
    Binomial,
    Categorical,
    FreeTransitions,
    Gaussian,
    HMMFit,
    HMMSpec,
    NegativeBinomial,
    OrderedLogit,
    Panel,
    Poisson,
)
from relmodels.markov.hmm import arrays_of

# Five standard errors: with 30 quantities a chance of about one in 60,000 that a right fit fails.
FAR = 5.0
MOVES = FreeTransitions([[0.85, 0.12, 0.03], [0.10, 0.80, 0.10], [0.02, 0.13, 0.85]])
BEGIN = (0.5, 0.3, 0.2)
LOGIT = OrderedLogit(
    [[1.0, 3.0], [-1.0, 2.0], [-3.0, -0.5]], [[0.5, 0.1], [0.8, 0.2], [0.6, -0.3]], covariates=["call", "price"]
)
THREE_BY_THREE = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]


@dataclass(frozen=True)
class Truth:
    """A model, what is asked for, and how a panel is drawn."""

    model: HMM
    spec: HMMSpec
    customers: int = 1000
    periods: int = 30
    most_trials: int = 0
    covariates: int = 0


QUICK = {
    "poisson": Truth(HMM(BEGIN, MOVES, Poisson([0.3, 2.0, 6.0])), HMMSpec(3, Poisson()), 600, 20),
    "gaussian": Truth(HMM(BEGIN, MOVES, Gaussian([0.0, 2.0, 5.0], [1.0, 1.0, 2.0])), HMMSpec(3, Gaussian()), 600, 20),
    "stationary": Truth(
        HMM("stationary", MOVES, Poisson([0.3, 2.0, 6.0])), HMMSpec(3, Poisson(), initial="stationary"), 600, 20
    ),
}
SLOW = {
    "negative binomial": Truth(
        HMM(BEGIN, MOVES, NegativeBinomial([0.3, 2.0, 8.0], [2.0, 1.0, 4.0])), HMMSpec(3, NegativeBinomial())
    ),
    "yes or no": Truth(HMM(BEGIN, MOVES, Binomial([0.02, 0.4, 0.95])), HMMSpec(3, Binomial()), 4000, 40),
    "shares of trials": Truth(HMM(BEGIN, MOVES, Binomial([0.1, 0.5, 0.9])), HMMSpec(3, Binomial()), most_trials=5),
    "categories": Truth(
        HMM(BEGIN, MOVES, Categorical(probability=THREE_BY_THREE)),
        HMMSpec(3, Categorical(3), order_by=(0.0, 1.0, 2.0)),
        3000,
    ),
    "several outcomes": Truth(
        HMM(
            "stationary",
            MOVES,
            {"orders": Poisson([0.2, 1.0, 3.0]), "answer": Gaussian([0.0, 1.0, 2.0], [1.0, 1.0, 1.5])},
        ),
        HMMSpec(3, {"orders": Poisson(), "answer": Gaussian()}, initial="stationary"),
    ),
    "ordered logit": Truth(
        HMM(BEGIN, LOGIT, Poisson([0.3, 2.0, 6.0])), HMMSpec(3, Poisson(), OrderedLogit()), 2000, covariates=2
    ),
    "stationary ordered logit": Truth(
        HMM("stationary", LOGIT, Poisson([0.3, 2.0, 6.0])),
        HMMSpec(3, Poisson(), OrderedLogit(), initial="stationary"),
        2000,
        covariates=2,
    ),
    "segments": Truth(
        HMM(
            [[0.5, 0.5], [0.5, 0.5]],
            FreeTransitions([[[0.4, 0.6], [0.6, 0.4]], [[0.95, 0.05], [0.05, 0.95]]]),
            Poisson([0.5, 3.0]),
            segments=[0.6, 0.4],
        ),
        HMMSpec(2, Poisson(), segments=2),
        2000,
    ),
}


def drawn(truth: Truth, seed: int = 20081) -> Panel:
    """Return a panel of the model: histories of unequal length, every tenth period missing."""
    rng = np.random.default_rng(seed)
    shape = (truth.customers, truth.periods)
    lengths = rng.integers(truth.periods // 2, truth.periods + 1, truth.customers)
    panel = truth.model.simulate(
        lengths,
        rng,
        trials=rng.integers(1, truth.most_trials + 1, shape) if truth.most_trials else None,
        covariates=rng.normal(size=(*shape, truth.covariates)) if truth.covariates else None,
    )
    values = panel.values.copy()
    values[rng.random(shape) < 0.1] = np.nan
    return Panel.from_arrays(
        values,
        outcomes=panel.outcomes,
        lengths=panel.length,
        trials=panel.trials,
        covariates=panel.covariates,
        covariate_names=panel.covariate_names,
    )


def quantities(model: HMM, center: np.ndarray | None) -> np.ndarray:
    """Return shares, beginnings, moves at given covariates, slopes and values, as a fit's table has them."""
    arrays = arrays_of(model)
    parts = [arrays.weight] if arrays.weight.size > 1 else []
    parts += [arrays.initial.ravel(), model.matrix(center).ravel(), arrays.rises.ravel()]
    return np.concatenate([*parts, *(theta.ravel() for theta in arrays.thetas)])


def check(truth: Truth, fit: HMMFit, panel: Panel) -> None:
    """Check that every quantity lies within standard errors of the truth, and the likelihood is no lower than there."""
    assert fit.status is rm.Status.CONVERGED
    transition = fit.model.transition
    center = transition.center if isinstance(transition, OrderedLogit) else None
    table = fit.table()
    wanted = quantities(truth.model, center)
    if truth.spec.initial == "stationary" and center is not None:
        wanted[:3] = rm.MarkovChain(truth.model.matrix(center)[0]).stationary()
    found, error = np.array(table.column("estimate")), np.array(table.column("standard_error"))
    np.testing.assert_allclose(found, quantities(fit.model, center), rtol=1e-9, atol=1e-12)
    apart = np.abs(found - wanted) / np.maximum(error, 1e-12)
    assert apart.max() <= FAR, list(zip(table.column("state"), table.column("quantity"), apart, strict=True))
    assert np.mean(apart) < 1.3
    assert fit.log_likelihood >= truth.model.log_likelihood(panel).sum() - 1e-6


@pytest.mark.parametrize("truth", QUICK.values(), ids=QUICK)
def test_quick_fits_recover_the_model(truth):
    """Counts and amounts, with a free and with a stationary beginning: all within a few standard errors."""
    panel = drawn(truth)
    check(truth, rm.fit(truth.spec, panel, starts=4), panel)


@pytest.mark.slow
@pytest.mark.parametrize("truth", SLOW.values(), ids=SLOW)
def test_fits_recover_the_model(truth):
    """Every other outcome and kind of moves: all within a few standard errors of what the panel was drawn from."""
    panel = drawn(truth)
    check(truth, rm.fit(truth.spec, panel), panel)
