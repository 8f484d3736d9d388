"""Fits of the models with fixed occasions: BG/BB where customers may buy at each, sBG and BdW where they may leave."""

from __future__ import annotations

import numpy as np

import relmodels as rm
from benchmarks import peers
from benchmarks.fits import Fitted, beside, fit, table
from benchmarks.inputs import DONORS, SEED
from benchmarks.measure import Line, Run, Table

__all__ = ["measure"]


def measure(run: Run) -> Table:
    """Return the times of the fits in discrete time and of contracts."""
    lines = [*_opportunities(run), *_contracts(run)]
    return table("Fits in discrete time and of contracts", lines)


def _opportunities(run: Run) -> list[Line]:
    age = np.full(run.count(100_000), 12.0)
    summary = DONORS.simulate(age, SEED)
    live = [peer(rm.BGBB, summary) for peer in (peers.lifetimes, peers.pymc_map)] if run.peers else []
    what = f"BGBB, {len(summary):,} customers, 12 opportunities"
    million = DONORS.simulate(np.full(run.count(1_000_000), 12.0), SEED)
    return [
        *beside(what, fit(rm.BGBB, summary), live, most=0.2),
        *beside(
            f"BGBB, {len(million):,} customers, 12 opportunities",
            fit(rm.BGBB, million),
            [Fitted("lifetimes 0.11.3, on the clock*", 725.0)],
        ),
    ]


def _contracts(run: Run) -> list[Line]:
    """Return the times on cohorts that began in successive months, and on one cohort, which is what the peer fits."""
    months = np.repeat(np.arange(2.0, 38.0), max(run.count(1_000_000) // 36, 1))
    sbg, bdw = rm.ShiftedBetaGeometric(alpha=0.704, beta=1.182), rm.BetaDiscreteWeibull(alpha=0.704, beta=1.182, c=1.2)
    lines = []
    for truth in (sbg, bdw):
        contracts = truth.simulate(months, SEED)
        what = f"{type(truth).__name__}, {months.size:,} contracts, {len(contracts)} cohorts"
        lines += beside(what, fit(type(truth), contracts))
    cohort = sbg.simulate(np.full(run.count(10_000), 12.0), SEED)
    live = [peers.pymc_contracts(cohort)] if run.peers else []
    what = f"ShiftedBetaGeometric, {cohort.n:,.0f} contracts, 1 cohort"
    return [*lines, *beside(what, fit(rm.ShiftedBetaGeometric, cohort), live)]
