"""Fits of gamma-gamma: how much a customer spends per purchase."""

from __future__ import annotations

import relmodels as rm
from benchmarks import peers
from benchmarks.fits import Fitted, beside, fit, table
from benchmarks.inputs import BG, customers, with_spend
from benchmarks.measure import Run, Table

__all__ = ["measure"]


def measure(run: Run) -> Table:
    """Return the times of gamma-gamma on the repeat buyers among a million customers, about 400,000."""
    summary = with_spend(customers(BG, run.count(1_000_000)))
    buyers = summary.take(summary.frequency > 0)
    live = [peer(rm.GammaGamma, buyers) for peer in (peers.lifetimes, peers.pymc_map)] if run.peers else []
    fewer = buyers.take(slice(min(9_500, len(buyers))))
    lines = [
        *beside(f"GammaGamma, {len(buyers):,} repeat buyers", fit(rm.GammaGamma, buyers), live, most=0.4),
        # As many as there are among the 23,570 customers of the whole CDNOW data, on which CLVTools was timed.
        *beside(
            f"GammaGamma, {len(fewer):,} repeat buyers", fit(rm.GammaGamma, fewer), [Fitted("CLVTools 0.12.1*", 0.35)]
        ),
    ]
    return table("Fits of spend", lines, "Totals are in whole cents, so that hardly any two buyers are alike.")
