"""Small hidden Markov models and panels of all kinds, drawn by a seed, and their likelihoods by all paths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from hypothesis import strategies as st
from scipy import stats

from relmodels.core.arrays import FloatArray
from relmodels.markov import (
    HMM,
    Binomial,
    Categorical,
    Emission,
    FreeTransitions,
    Gaussian,
    NegativeBinomial,
    OrderedLogit,
    Panel,
    Poisson,
    simulate_states,
)

FAMILIES = ("poisson", "negative binomial", "gaussian", "binomial", "trials", "categorical")


@dataclass(frozen=True)
class Case:
    """A model and a panel drawn from it, with some outcomes missing."""

    model: HMM
    panel: Panel


def emission(kind: str, states: int, rng: np.random.Generator) -> Emission:
    """Return a family with values from the ranges it declares, the first quantity rising."""
    if kind == "categorical":
        return Categorical(probability=rng.dirichlet(np.ones(3), size=states))
    families: dict[str, Emission] = {
        "poisson": Poisson(),
        "negative binomial": NegativeBinomial(),
        "gaussian": Gaussian(),
        "binomial": Binomial(),
        "trials": Binomial(),
    }
    family = families[kind]
    rows = [rng.uniform(*quantity.typical, size=states) for quantity in family.quantities]
    rows[0] = np.sort(rows[0])
    return family.of(np.array(rows))


def case(
    seed: int, *, states: int | None = None, logit: bool | None = None, kinds: tuple[str, ...] | None = None
) -> Case:
    """Return a small case: one to three states, one or two segments, histories of one to four periods."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 4)) if states is None else states
    groups = int(rng.integers(1, 3)) if size > 1 else 1
    chosen = kinds or tuple(rng.choice(FAMILIES, size=int(rng.integers(1, 3)), replace=False).tolist())
    chosen = chosen if not {"binomial", "trials"} <= set(chosen) else ("trials",)
    emissions = {f"y{place}": emission(kind, size, rng) for place, kind in enumerate(chosen)}
    with_covariates = size > 1 and (bool(rng.integers(2)) if logit is None else logit)
    moves: FreeTransitions | OrderedLogit
    names: list[str] = []
    if with_covariates:
        names = ["contact", "price"][: int(rng.integers(1, 3))]
        thresholds = np.cumsum(rng.uniform(0.3, 2.0, size=(groups, size, size - 1)), axis=2) - 1.5
        moves = OrderedLogit(
            thresholds, rng.uniform(-1, 1, size=(size, len(names))), names, rng.normal(size=len(names))
        )
    else:
        moves = FreeTransitions(rng.dirichlet(np.ones(size), size=(groups, size)))
    stationary = bool(rng.integers(2)) and size > 1
    initial = "stationary" if stationary else rng.dirichlet(np.ones(size), size=groups)
    model = HMM(initial, moves, emissions, segments=rng.dirichlet(np.full(groups, 3.0)))
    lengths = rng.integers(1, 5, size=4)
    periods = int(lengths.max())
    trials = rng.integers(0, 5, size=(4, periods)).astype(float) if "trials" in chosen else None
    beside = rng.normal(size=(4, periods, len(names))).round(int(rng.integers(0, 3))) if names else None
    panel, _ = simulate_states(model, lengths, rng, covariates=beside, trials=trials)
    values = panel.values.copy()
    values[rng.random(values.shape) < 0.2] = np.nan
    return Case(model, with_values(panel, values))


def with_values(panel: Panel, values: FloatArray, trials: FloatArray | None = None) -> Panel:
    """Return a panel with other outcomes."""
    return Panel.from_arrays(
        values,
        outcomes=panel.outcomes,
        lengths=panel.length,
        trials=panel.trials if trials is None else trials,
        covariates=panel.covariates,
        covariate_names=panel.covariate_names,
        weight=panel.weight,
    )


cases = st.integers(0, 10**6).map(case)


def density(family: Emission, state: int, value: float, trials: float) -> float:
    """Return the density of a value in a state, by SciPy's distributions."""
    if np.isnan(value):
        return 1.0
    quantities = family.theta[:, state]
    if isinstance(family, Poisson):
        return float(stats.poisson.pmf(value, quantities[0]))
    if isinstance(family, NegativeBinomial):
        mean, size = quantities
        return float(stats.nbinom.pmf(value, size, size / (size + mean)))
    if isinstance(family, Gaussian):
        return float(stats.norm.pdf(value, *quantities))
    if isinstance(family, Binomial):
        return float(stats.binom.pmf(value, trials, quantities[0]))
    return float(quantities[int(value)])


def all_paths(model: HMM, panel: Panel, row: int) -> dict[tuple[int, tuple[int, ...]], float]:
    """Return the joint density of each segment and path of states with what was observed of one customer."""
    length = int(panel.length[row])
    found = {}
    for group, path in product(range(model.segments.size), product(range(model.states), repeat=length)):
        chance = model.segments[group] * model.initial[group, path[0]]
        for period, state in enumerate(path):
            if period:
                at = None if panel.covariates is None else panel.covariates[row, period]
                chance *= model.matrix(at)[group, path[period - 1], state]
            for place, family in enumerate(model.emission):
                trials = 1.0 if panel.trials is None else float(panel.trials[row, period])
                chance *= density(family, state, float(panel.values[row, period, place]), trials)
        found[group, path] = float(chance)
    return found
