"""Fits side by side: the time of each library, and the log-likelihood it reached on the same data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

import relmodels as rm
from benchmarks.measure import Line, Table, timed

__all__ = ["HEADS", "STORED", "Data", "Fitted", "beside", "fit", "reached", "table"]

Data = rm.PurchaseSummary | rm.RetentionTable

HEADS: Final = ("", "", "CPU s", "bar", "times ours", "log-likelihood")
STORED: Final = "* not of this run: measured once with the version named, on two shared cores as well."
# Two sums of a million logarithms differ by their rounding.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Fitted:
    """How long a fit took.

    Attributes:
        who: which library, and by which method; with a star at its end if the figure is not of this run.
        seconds: processor seconds.
        log_likelihood: at its estimates, by our formula; ``None`` if the estimates are not known.

    """

    who: str
    seconds: float
    log_likelihood: float | None = None


def fit(model: type[rm.Model[Any]], data: Data, runs: int = 3, *, check: bool = True) -> Fitted:
    """Return our fit of ``model``, the least of several runs."""
    rm.fit(model, data.every(max(len(data) // 1_000, 1)), check=False)  # loads SciPy, which is no work of a fit
    took, found = timed(lambda: rm.fit(model, data, check=check), runs)
    return Fitted("relmodels", took, reached(found.model, data))


def reached(model: Any, data: Data) -> float:
    """Return the log-likelihood of all rows under ``model``."""
    each = model.log_likelihood(data)
    weight = None if isinstance(data, rm.RetentionTable) else data.weight
    return float(np.sum(each if weight is None else weight * each))


def beside(what: str, ours: Fitted, others: Iterable[Fitted] = (), *, most: float | None = None) -> list[Line]:
    """Return our line, kept if it takes less than ``most`` seconds, and those of others below it.

    The line of another library is kept if the log-likelihood at our estimates is not below the one at its own.
    """
    bar = "" if most is None else f"< {most:g}"
    kept = None if most is None else ours.seconds < most
    lines = [Line((what, ours.who, f"{ours.seconds:.3f}", bar, "", _shown(ours.log_likelihood)), kept)]
    for other in others:
        times = other.seconds / max(ours.seconds, 1e-6)
        ratio = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
        cells = ("", other.who, f"{other.seconds:.3f}", "", ratio, _shown(other.log_likelihood))
        lines.append(Line(cells, _no_worse(ours.log_likelihood, other.log_likelihood)))
    return lines


def table(title: str, lines: Sequence[Line], *notes: str) -> Table:
    """Return a table of fits, which says so if some of its figures are stored ones."""
    stored = any(line.cells[1].endswith("*") for line in lines)
    return Table(title, HEADS, tuple(lines), (*notes, *((STORED,) if stored else ())))


def _shown(log_likelihood: float | None) -> str:
    return "" if log_likelihood is None else f"{log_likelihood:,.4f}"


def _no_worse(ours: float | None, theirs: float | None) -> bool | None:
    if ours is None or theirs is None:
        return None
    return ours >= theirs - _ROUNDING * abs(theirs)
