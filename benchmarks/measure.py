"""Processor time, and tables of figures beside their bars.

A time is processor time of this process and of those it started, over all threads: on a machine shared with others it
says more than the clock on the wall, yet even it grows when neighbors press on the caches. Trust the ratios.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Line", "Run", "Table", "cpu_seconds", "seconds", "timed"]

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the benchmarks does.

    Attributes:
        peers: time the other libraries too.
        nuts: sample Pareto/NBD by NUTS too, which takes more than six minutes.
        share: the part of the full number of cases to take, for tests of the benchmarks themselves.

    """

    peers: bool = True
    nuts: bool = False
    share: float = 1.0

    def count(self, full: int, least: int = 500) -> int:
        """Return how many cases to take where a full run takes ``full``: its share, but at least ``least``."""
        return min(full, max(int(full * self.share), least))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its cells as text, and whether it kept to its bar, ``None`` if it has none."""

    cells: tuple[str, ...]
    kept: bool | None = None

    @property
    def verdict(self) -> str:
        """Return ``ok``, ``MISSED`` or nothing."""
        return "" if self.kept is None else "ok" if self.kept else "MISSED"


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one benchmark.

    Attributes:
        title: what was measured.
        heads: the names of the columns; the first two hold words, the others figures.
        lines: the figures.
        notes: what a reader has to know of them.

    """

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Return whether no bar is missed."""
        return all(line.kept is not False for line in self.lines)

    def __str__(self) -> str:
        """Return the table with aligned columns: words to the left, figures to the right, verdicts at the end."""
        rows = [(*self.heads, ""), *((*line.cells, line.verdict) for line in self.lines)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        last = len(widths) - 1
        texts = [
            "  ".join(
                cell.ljust(width) if place in {0, 1, last} else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([self.title, "-" * max(map(len, texts)), *texts, *self.notes])


def cpu_seconds() -> float:
    """Return the processor seconds that this process and those it started have used so far."""
    others = os.times()
    return time.process_time() + others.children_user + others.children_system


def timed(work: Callable[[], ResultT], runs: int = 1) -> tuple[float, ResultT]:
    """Return the least processor time of several runs of ``work``, and what the last one gave."""
    best = float("inf")
    for left in reversed(range(runs)):
        gc.collect()
        begin = cpu_seconds()
        result = work()
        best = min(best, cpu_seconds() - begin)
        if left:
            del result  # its memory is free for the next run
    return best, result


def seconds(work: Callable[[], object], runs: int = 1) -> float:
    """Return the least processor time of several runs of ``work``."""
    return timed(work, runs)[0]
