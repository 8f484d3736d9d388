"""The data of the benchmarks: simulated customers, counted in whole days as a shop counts them."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

import relmodels as rm
from relmodels.core.periods import Unit

__all__ = [
    "BG",
    "DONORS",
    "GOMPERTZ",
    "MBG",
    "PARETO",
    "SEED",
    "SPEND",
    "Simulated",
    "customers",
    "sample",
    "with_spend",
]

# The estimates on the CDNOW sample, in weeks.
BG: Final = rm.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
MBG: Final = rm.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
PARETO: Final = rm.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
# The estimates on the donations of the 1995 cohort.
DONORS: Final = rm.BGBB(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
SPEND: Final = rm.GammaGamma(p=6.25, q=3.74, gamma=15.44)
# On the CDNOW sample the likelihood of Gompertz/NBD has no interior maximum; on customers of these parameters it has.
GOMPERTZ: Final = rm.GGompertzNBD(r=1.0, alpha=10.6, b=0.1, s=0.5, beta=5.0, unit="week")
SEED: Final = 20261123


class Simulated(Protocol):
    """A model of purchases in continuous time that can be simulated."""

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> rm.PurchaseSummary:
        """Return customers of these ages."""
        ...


def customers(model: Simulated, count: int) -> rm.PurchaseSummary:
    """Return customers who first bought 27 to 39 weeks ago, in weeks, counted in whole days."""
    rng = np.random.default_rng(SEED)
    exact = model.simulate(rng.integers(27 * 7, 39 * 7 + 1, count) / 7.0, rng)
    recency = np.minimum(np.ceil(exact.recency * 7.0) / 7.0, exact.age)
    return rm.PurchaseSummary.from_arrays(frequency=exact.frequency, recency=recency, age=exact.age, unit="week")


def with_spend(summary: rm.PurchaseSummary) -> rm.PurchaseSummary:
    """Return the customers with a mean spend drawn from gamma-gamma, their totals in whole cents."""
    x = np.maximum(summary.frequency, 1.0)
    spend = SPEND.simulate_spend(summary.frequency, np.random.default_rng(SEED))
    cents = np.where(summary.frequency > 0, np.maximum(np.rint(100.0 * spend * x), 1.0), 0.0)
    return rm.PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency, age=summary.age, spend=cents / 100.0 / x, unit="week"
    )


def sample(count: int = 2_357) -> rm.PurchaseSummary:
    """Return the CDNOW sample: 2,357 customers of the first quarter of 1997, observed until 30 September."""
    whole = rm.PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", amount="amount", calibration_end="1997-09-30"
    )
    return whole.take(slice(count))
