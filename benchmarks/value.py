"""Twelve months of discounted value for a hundred thousand customers: as a number, and with intervals.

The intervals are those of the delta method. Purchases and spend are fitted apart, so that the squares of their errors
add up: each costs one delta method for the purchases and one for the spend. Both the mean over all customers, which a
forecast of the whole base needs, and the value of every single customer have an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks import peers
from benchmarks.inputs import BG, GOMPERTZ, MBG, PARETO, customers, sample, with_spend
from benchmarks.measure import Line, Run, Table, timed
from relmodels.core.arrays import FloatArray

__all__ = ["measure"]

HEADS: Final = ("", "", "CPU s", "bar", "mean value", "half of a 95% interval")
_NOTES: Final = (
    "The half of an interval of each is the median over customers.",
    "lifetimes adds twelve discounted sums of 30 days each, and has no intervals of values.",
    "* not of this run: 2,000 draws of a posterior for each customer, the time of drawing them not counted.",
)
_RATE: Final = 0.15
_YEAR: Final = 365.2425 / 7
_HALF: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class _Base:
    """Customers with both of their fits."""

    summary: rm.PurchaseSummary
    buying: rm.Fit[Any]
    spending: rm.Fit[rm.GammaGamma]

    def values(self, buying: Any, spending: rm.GammaGamma) -> FloatArray:
        """Return the value of each customer."""
        return rm.clv(buying, spending, self.summary, horizon=_YEAR, discount_rate=_RATE)

    def errors(self, reduce: Callable[[FloatArray], Any]) -> tuple[FloatArray, FloatArray]:
        """Return a quantity computed from all values, and its standard error from purchases and spend together."""
        buying, spending = self.buying.model, self.spending.model
        by_buying = rm.delta_method(self.buying, lambda model: reduce(self.values(model, spending)))
        by_spending = rm.delta_method(self.spending, lambda model: reduce(self.values(buying, model)))
        return by_buying.value, np.hypot(by_buying.standard_error, by_spending.standard_error)


def measure(run: Run) -> Table:
    """Return the times of values and of their intervals under four models of purchases."""
    lines: list[Line] = []
    for truth in (BG, MBG, PARETO, GOMPERTZ):
        base = _fitted(type(truth), with_spend(customers(truth, run.count(100_000))))
        lines += _lines(base)
        if truth is BG and run.peers:
            took = peers.lifetimes_value(base.buying.model, base.spending.model, base.summary, _RATE)
            lines.append(Line(("", "lifetimes: the value of each", f"{took:.3f}", "", "", "")))
    return Table("Twelve months of discounted value", HEADS, (*lines, *_on_the_sample(run.count(2_357))), _NOTES)


def _fitted(model: type[Any], summary: rm.PurchaseSummary) -> _Base:
    return _Base(summary, rm.fit(model, summary), rm.fit(rm.GammaGamma, summary))


def _lines(base: _Base) -> list[Line]:
    what = f"{type(base.buying.model).__name__}, {len(base.summary):,} customers"
    point, values = timed(lambda: base.values(base.buying.model, base.spending.model), 3)
    of_mean, (mean, error) = timed(lambda: base.errors(np.mean))
    of_each, (_, errors) = timed(lambda: base.errors(np.asarray))
    half, halves = _HALF * float(error), _HALF * float(np.median(errors))
    return [
        Line((what, "the value of each", f"{point:.3f}", "< 0.3", f"{values.mean():.3f}", ""), kept=point < 0.3),
        Line(("", "interval of the mean", f"{of_mean:.3f}", "< 5", f"{mean:.3f}", f"{half:.3f}"), kept=of_mean < 5.0),
        Line(("", "interval of each", f"{of_each:.3f}", "< 5", "", f"{halves:.3f}"), kept=of_each < 5.0),
    ]


def _on_the_sample(count: int) -> list[Line]:
    """Return the time of all intervals on the CDNOW sample, beside that of a library that values draws."""
    base = _fitted(rm.BGNBD, sample(count))
    took, _ = timed(lambda: base.errors(np.asarray))
    what = f"BGNBD, {len(base.summary):,} customers of CDNOW"
    return [
        Line((what, "interval of each", f"{took:.3f}", "", "", "")),
        Line(("", "pymc-marketing 0.19.2: interval of each*", "9.300", "", "", "")),
    ]
