"""Simulation-based calibration: whether the posterior is as uncertain as it says (Talts et al. 2018).

Parameters are drawn from a prior, customers are simulated from them, and the posterior under the same prior is drawn.
If every step is right, the share of draws below the true value is evenly spread over 0 to 1: a posterior that is too
narrow gives too many shares near the ends, one that is shifted too many on one side. The test of Kolmogorov and
Smirnov judges both, on the shares and on their distances from one half; with fifteen parameters the bar is a
probability of 0.001 for each.

Fits that do not converge take part, since the prior makes up for what the data do not say: leaving them out would
leave out a part of the prior.

Reference:
    Talts, S., Betancourt, M., Simpson, D., Vehtari, A. and Gelman, A. (2018). Validating Bayesian inference algorithms
    with simulation-based calibration. arXiv:1804.06788.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks.inputs import BG, MBG, PARETO, SEED, SPEND, Simulated
from benchmarks.measure import Line, Run, Table, timed
from relmodels import priors
from relmodels.core.arrays import FloatArray

__all__ = ["buyers", "evenness", "measure", "shares"]

HEADS: Final = ("", "", "mean share", "inside 90%", "p of evenness", "bar")
# The standard deviation of each logarithm: 19 in 20 lie within a factor of two of the estimates on CDNOW.
_SPREAD: Final = 0.35
_CUSTOMERS: Final = 800
_DRAWS: Final = 1_000
_EVEN: Final = 0.001

Simulate = Callable[[Any, int, np.random.Generator], rm.PurchaseSummary]


def measure(run: Run) -> Table:
    """Return the evenness of the shares for each parameter of four models."""
    lines: list[Line] = []
    customers = run.count(_CUSTOMERS, 200)
    cases: tuple[tuple[Any, Simulate, int], ...] = (
        (BG, buyers, 300),
        (MBG, buyers, 300),
        (PARETO, buyers, 100),
        (SPEND, _spenders, 300),
    )
    for truth, simulate, times in cases:
        lines += _lines(truth, simulate, run.count(times, 3), customers)
    return Table(f"Calibration of the posterior, {customers} customers a time", HEADS, tuple(lines))


def shares(truth: Any, simulate: Simulate, times: int, customers: int) -> FloatArray:
    """Return the share of posterior draws below the true value, ``(times, p)``, around the parameters of ``truth``."""
    model, names = type(truth), type(truth).space.names
    centers = [float(getattr(truth, name)) for name in names]
    prior = rm.Priors({name: priors.LogNormal(center, _SPREAD) for name, center in zip(names, centers, strict=True)})
    found = np.empty((times, len(centers)))
    for place in range(times):
        rng = np.random.default_rng([SEED, place])
        drawn = np.array(centers) * np.exp(_SPREAD * rng.standard_normal(len(centers)))
        summary = simulate(model(*drawn.tolist()), customers, rng)
        fit = rm.fit(model, summary, check=False)
        after = rm.posterior(fit, summary, _DRAWS, prior=prior, rng=rng)
        found[place] = (after.draws < drawn).mean(axis=0)
    return found


def evenness(share: FloatArray) -> float:
    """Return the probability of shares ``(m,)`` at least as uneven as these if they were evenly spread over 0 to 1.

    That of the less probable of two tests, of where the shares lie and of how far from one half, counted twice.
    """
    from scipy import stats

    sides = (share, np.abs(2.0 * share - 1.0))
    return min(1.0, 2.0 * min(float(stats.kstest(side, "uniform").pvalue) for side in sides))


def _lines(truth: Any, simulate: Simulate, times: int, customers: int) -> list[Line]:
    took, found = timed(lambda: shares(truth, simulate, times, customers))
    lines = []
    for name, share in zip(type(truth).space.names, found.T, strict=True):
        p, inside = evenness(share), ((share > 0.05) & (share < 0.95)).mean()
        cells = (name, f"{share.mean():.3f}", f"{inside:.1%}", f"{p:.3f}", f"> {_EVEN:g}")
        lines.append(Line(("", *cells), kept=p > _EVEN))
    head = Line((f"{type(truth).__name__}, {times} times, {took:.0f} CPU s", "", "", "", "", ""))
    return [head, *lines]


def buyers(truth: Simulated, count: int, rng: np.random.Generator) -> rm.PurchaseSummary:
    """Return customers who first bought 27 to 39 weeks ago, each purchase at a moment of its own."""
    return truth.simulate(rng.uniform(27, 39, count), rng, unit="week")


def _spenders(truth: rm.GammaGamma, count: int, rng: np.random.Generator) -> rm.PurchaseSummary:
    seen = buyers(BG, count, rng)
    spend = truth.simulate_spend(seen.frequency, rng)
    return rm.PurchaseSummary.from_arrays(
        frequency=seen.frequency, recency=seen.recency, age=seen.age, spend=spend, unit="week"
    )
