"""Effective draws from the posterior per processor second, beside those of a Markov chain, on the CDNOW sample.

Both sides sample the same density: the same customers, and the default priors of pymc-marketing. Our time is that of
the fit and of 4,000 draws, valued at the effective sample size of their importance weights; that of NUTS is for its
defaults, two chains of 1,000 draws after 1,000 for tuning, valued at the least bulk effective size of a parameter.
Neither counts what is compiled or imported at first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks import peers
from benchmarks.inputs import SEED, sample
from benchmarks.measure import Line, Run, Table, timed
from relmodels import priors
from relmodels.core.arrays import FloatArray

__all__ = ["PRIORS", "measure"]

HEADS: Final = ("", "", "CPU s", "effective draws", "per CPU s", "times NUTS", "bar", "means apart by")
_NOTES: Final = (
    "Means apart by: the largest difference of a posterior mean from ours, in posterior standard deviations.",
    "* not of this run: measured once with pymc-marketing 0.19.2, on two shared cores as well.",
)
_DROPOUT: Final = {("a", "b"): priors.ShareAndTotal(priors.Uniform(0, 1), priors.Pareto(shape=1, minimum=1))}
_RATE: Final = {"r": priors.Weibull(shape=2, scale=1), "alpha": priors.Weibull(shape=2, scale=10)}
_LEAVING: Final = {"s": priors.Weibull(shape=2, scale=1), "beta": priors.Weibull(shape=2, scale=10)}


@dataclass(frozen=True, slots=True)
class _Case:
    """One model with the peer's default prior, its stored figures of NUTS, and the least ratio to them."""

    model: type[Any]
    prior: rm.Priors
    stored: peers.Sampled
    least: float | None = None


PRIORS: Final = (
    _Case(rm.BGNBD, rm.Priors({**_RATE, **_DROPOUT}), peers.Sampled(9.3, 1122.0), 100.0),
    _Case(rm.ParetoNBD, rm.Priors({**_RATE, **_LEAVING}), peers.Sampled(390.0, 771.0), 300.0),
    _Case(rm.MBGNBD, rm.Priors({**_RATE, **_DROPOUT}), peers.Sampled(14.4, 669.0)),
    _Case(rm.GammaGamma, rm.Priors({}), peers.Sampled(7.0, 313.0)),
)


def measure(run: Run) -> Table:
    """Return the effective draws per second of each model; NUTS is run for BG/NBD, and for Pareto/NBD if asked for."""
    summary = sample(run.count(2_357))
    lines = [line for case in PRIORS for line in _lines(run, case, summary)]
    return Table("Posterior on the CDNOW sample", HEADS, tuple(lines), _NOTES)


def _lines(run: Run, case: _Case, summary: rm.PurchaseSummary) -> list[Line]:
    took, after = timed(lambda: _drawn(case, summary, run.count(4_000)), 3)
    live = run.peers and (case.model is rm.BGNBD or (case.model is rm.ParetoNBD and run.nuts))
    other = peers.pymc_nuts(case.model, summary) if live else case.stored
    speed, their_speed = after.ess / took, other.effective / other.seconds
    ratio = speed / their_speed
    bar, kept = ("", None) if case.least is None else (f"> {case.least:g}", ratio > case.least)
    ours = (case.model.__name__, "relmodels", f"{took:.3f}", f"{after.ess:,.0f}", f"{speed:,.0f}", f"{ratio:,.0f}", bar)
    who = "pymc-marketing, NUTS" + ("" if live else "*")
    theirs = ("", who, f"{other.seconds:.1f}", f"{other.effective:,.0f}", f"{their_speed:,.1f}", "", "")
    return [Line((*ours, ""), kept), Line((*theirs, _apart(after.draws, other)))]


def _drawn(case: _Case, summary: rm.PurchaseSummary, draws: int) -> rm.Posterior[Any]:
    return rm.posterior(rm.fit(case.model, summary), summary, draws, prior=case.prior, rng=SEED)


def _apart(draws: FloatArray, other: peers.Sampled) -> str:
    if other.means is None:
        return ""
    return f"{np.max(np.abs(np.array(other.means) - draws.mean(axis=0)) / draws.std(axis=0)):.3f}"
