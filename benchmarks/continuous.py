"""Fits of the models of purchases at any time: BG/NBD, MBG/NBD, Pareto/NBD, Gompertz/NBD and the regular ones.

The customers are simulated at the estimates on the CDNOW sample, 27 to 39 weeks in whole days, so that many of them
share a history, as in a shop. ``exact times`` gives each purchase its own moment: no two histories are then equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import relmodels as rm
from benchmarks import peers
from benchmarks.fits import Fitted, beside, fit, table
from benchmarks.inputs import BG, GOMPERTZ, MBG, PARETO, Simulated, customers
from benchmarks.measure import Line, Run, Table

__all__ = ["measure"]

Peer = Callable[[type[rm.Model[Any]], rm.PurchaseSummary], Fitted]

_NOTES = (
    "relmodels and CLVTools give standard errors too; lifetimes gives none for Pareto/NBD.",
    "pymc-marketing: what it compiles at first use (10 to 80 s) is left out.",
)


def measure(run: Run) -> Table:
    """Return the times of all fits in continuous time."""
    lines = [
        *_fits(run, rm.BGNBD, BG, 1_000_000, most=0.2),
        *_fits(run, rm.BGNBD, BG, 100_000, stored=[Fitted("CLVTools 0.12.1*", 4.1), Fitted("BTYDplus 1.2.0*", 3.5)]),
        *_fits(run, rm.MBGNBD, MBG, 1_000_000),
        *_fits(run, rm.ParetoNBD, PARETO, 100_000, most=1.0, stored=[Fitted("CLVTools 0.12.1*", 4.0)]),
        *_fits(run, rm.ParetoNBD, PARETO, 1_000_000, (), most=6.0, stored=[Fitted("lifetimes 0.11.3*", 237.0)]),
        *_fits(run, rm.GGompertzNBD, GOMPERTZ, 100_000, (), most=3.0, stored=[Fitted("CLVTools 0.12.1*", 15.4)]),
        *_without_maximum(run),
        *_regular(run),
        *_exact_times(run),
    ]
    return table("Fits in continuous time", lines, *_NOTES)


def _fits(
    run: Run,
    model: type[rm.Model[Any]],
    truth: Simulated,
    full: int,
    by: tuple[Peer, ...] = (peers.lifetimes, peers.pymc_map),
    *,
    most: float | None = None,
    stored: list[Fitted] | None = None,
) -> list[Line]:
    summary = customers(truth, run.count(full))
    live = [peer(model, summary) for peer in by] if run.peers else []
    what = f"{model.__name__}, {len(summary):,} customers, {len(summary.grouped()):,} histories"
    return beside(what, fit(model, summary), [*live, *(stored or [])], most=most)


def _without_maximum(run: Run) -> list[Line]:
    """Return the time in which Gompertz/NBD says that the likelihood has no interior maximum, as on CDNOW."""
    summary = customers(PARETO, run.count(100_000))
    what = f"GGompertzNBD, {len(summary):,} customers, without a maximum"
    return beside(what, fit(rm.GGompertzNBD, summary, 1, check=False), most=3.0)


def _regular(run: Run) -> list[Line]:
    """Return the time of BG/CNBD-k with k chosen among 1 to 12, on as many customers as BTYDplus was timed on."""
    rng = np.random.default_rng(1)
    truth = rm.BGCNBD(k=2, r=0.227, alpha=1.463, a=0.944, b=2.074, unit="week")
    summary = truth.simulate(rng.integers(27 * 7, 39 * 7 + 1, run.count(23_570)) / 7.0, rng)
    what = f"BGCNBD, {len(summary):,} customers, k among 1 to 12"
    return beside(what, fit(rm.BGCNBD, summary, 1), [Fitted("BTYDplus 1.2.0*", 2.9)])


def _exact_times(run: Run) -> list[Line]:
    lines = []
    for model, truth, full in (
        (rm.BGNBD, BG, 1_000_000),
        (rm.ParetoNBD, PARETO, 100_000),
        (rm.GGompertzNBD, GOMPERTZ, 100_000),
    ):
        rng = np.random.default_rng(1)
        summary = truth.simulate(rng.uniform(27, 39, run.count(full)), rng)
        lines += beside(f"{model.__name__}, {len(summary):,} customers, exact times", fit(model, summary, 1))
    return lines
