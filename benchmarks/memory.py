"""The peak memory of a process that simulates a million customers and fits them.

Each figure is that of a fresh process, ``python -m benchmarks.memory JOB CUSTOMERS``, which prints its peak in MB;
importing the library and making the data are part of it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks import peers
from benchmarks.inputs import BG, DONORS, GOMPERTZ, MBG, PARETO, SEED, customers, with_spend
from benchmarks.measure import Line, Run, Table
from relmodels.core.arrays import FloatArray

__all__ = ["JOBS", "measure", "peak", "peak_of_this_process"]

HEADS: Final = ("", "", "peak MB", "bar")
_MOST: Final = 600.0
_ROOT: Final = Path(__file__).resolve().parent.parent


def measure(run: Run) -> Table:
    """Return the peak of every job."""
    count, lines = run.count(1_000_000), []
    for name in [job for job in JOBS if run.peers or "lifetimes" not in job]:
        own, used = "lifetimes" not in name, peak(name, count)
        bar, kept = ("< 600", used < _MOST) if own else ("", None)
        lines.append(Line((name, f"{count:,} customers", f"{used:,.0f}", bar), kept))
    return Table("Peak memory of a process", HEADS, tuple(lines))


def peak(job: str, count: int) -> float:
    """Return the peak memory in MB of a fresh process that does ``job`` for ``count`` customers."""
    command = [sys.executable, "-m", "benchmarks.memory", job, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)
    return float(done.stdout)


def _fit(truth: Any) -> Callable[[int], object]:
    return lambda count: rm.fit(type(truth), customers(truth, count))


def _fit_spend(count: int) -> object:
    return rm.fit(rm.GammaGamma, with_spend(customers(BG, count)))


def _fit_donors(count: int) -> object:
    return rm.fit(rm.BGBB, DONORS.simulate(np.full(count, 12.0), SEED))


def _value(count: int) -> object:
    summary = with_spend(customers(BG, count))
    buying, spending = rm.fit(rm.BGNBD, summary), rm.fit(rm.GammaGamma, summary).model

    def values(model: rm.BGNBD) -> FloatArray:
        return rm.clv(model, spending, summary, horizon=52.0, discount_rate=0.15)

    return rm.delta_method(buying, values)


def _fit_by_lifetimes(count: int) -> object:
    return peers.lifetimes(rm.BGNBD, customers(BG, count))


JOBS: Final[Mapping[str, Callable[[int], object]]] = {
    "nothing but the import and the customers": lambda count: customers(BG, count),
    "fit of BGNBD": _fit(BG),
    "fit of MBGNBD": _fit(MBG),
    "fit of ParetoNBD": _fit(PARETO),
    "fit of GGompertzNBD": _fit(GOMPERTZ),
    "fit of BGBB": _fit_donors,
    "fit of GammaGamma": _fit_spend,
    "fit of BGNBD and GammaGamma, values with intervals": _value,
    "fit of BGNBD by lifetimes": _fit_by_lifetimes,
}


def peak_of_this_process() -> float:
    """Return the peak in MB, where possible without what the process that started this one held at the time."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    known = [float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return known[0] if known else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    JOBS[sys.argv[1]](int(sys.argv[2]))
    print(peak_of_this_process())
