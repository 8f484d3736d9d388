"""Customers moving between phases over time: a column a period, with ribbons for those who stay and those who move."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import whole
from relmodels.development.trajectory import PhaseTrajectory
from relmodels.plot.canvas import INK, axes_for, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["phases"]

_LIGHT: Final = np.array([0.86, 0.93, 0.97])
_DARK: Final = np.array([0.00, 0.27, 0.48])
_END: Final = np.array([0.55, 0.55, 0.58])
_WIDTH: Final = 0.34
_LABELS: Final = 5


def phases(trajectory: PhaseTrajectory, *, ax: Axes | None = None, columns: int = 12) -> Axes:
    """Return a picture of how many customers were in each phase, and how they moved.

    Later phases stand higher and are darker; an end is gray. A ribbon is as wide as the customers it stands for; those
    whose history begins or ends between two columns have none there.

    Args:
        trajectory: where customers were, from :meth:`~relmodels.development.trajectory.PhaseModel.trajectory`.
        ax: the axes to draw on; those of a new figure by default.
        columns: how many periods are drawn at most, evenly spaced, the last among them.

    Raises:
        InvalidParameters: if fewer than two columns are asked for, or there are fewer than two periods.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels import markov, Panel
        >>> from relmodels.development import dwyer, label
        >>> moves = markov.FreeTransitions([[0.9, 0.1], [0.3, 0.7]])
        >>> model = markov.HMM([0.5, 0.5], moves, markov.Poisson([0.2, 3.0]))
        >>> found = label(model, dwyer.PROCESS, ["exploration", "expansion"])
        >>> phases(found.trajectory(Panel.from_arrays([[0, 0, 2], [2, 5, 4]]))).get_ylabel()
        'Customers'

    """
    count = len(trajectory.expected)
    if count < 2:
        message = "phases: there is one period only; a picture of moves needs two"
        raise InvalidParameters(message)
    shown = _shown(count, whole(columns, "columns", 2))
    ax = axes_for(ax)
    colors = _colors(trajectory)
    tops = np.cumsum(trajectory.expected[shown], axis=1)
    for place, (before, after) in enumerate(pairwise(shown.tolist())):
        flow = _between(trajectory, before, after)
        _ribbons(ax, place, flow, tops[place : place + 2], trajectory.expected[[before, after]], colors)
    for phase, name in enumerate(trajectory.names):
        height = trajectory.expected[shown, phase]
        ax.bar(range(len(shown)), height, _WIDTH, bottom=tops[:, phase] - height, color=colors[phase], label=name)
    _name_phases(ax, trajectory, len(shown) - 1 + _WIDTH / 2.0 + 0.08, tops[-1])
    dress(ax, title="Customers by phase, and where they went", x=_what(trajectory), y="Customers", grid=False)
    named = np.arange(0, len(shown), -(-len(shown) // _LABELS))
    ax.set_xticks(named, [_written(value) for value in trajectory.periods[shown[named]]])
    ax.set_xlim(-0.4, len(shown) - 1 + 1.6)
    ax.set_ylim(0.0, 1.03 * float(tops.max()))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def _shown(count: int, columns: int) -> IntArray:
    return np.unique(np.rint(np.linspace(0, count - 1, min(count, columns))).astype(np.int64))


def _between(trajectory: PhaseTrajectory, before: int, after: int) -> FloatArray:
    """Return who moved from each phase in one column to each in the next, several periods on by the chain of flows."""
    flow: FloatArray = trajectory.flow[before]
    for step in range(before + 1, after):
        leaving = trajectory.flow[step].sum(axis=1, keepdims=True)
        share = np.divide(trajectory.flow[step], leaving, out=np.zeros_like(trajectory.flow[step]), where=leaving > 0.0)
        flow = np.asarray(flow @ share, dtype=np.float64)
    return flow


def _ribbons(
    ax: Axes, place: int, flow: FloatArray, tops: FloatArray, counts: FloatArray, colors: list[tuple[float, ...]]
) -> None:
    """Draw the ribbons between two columns; those from a phase are stacked in the order of where they lead."""
    grid = np.linspace(0.0, 1.0, 25)
    along = place + _WIDTH / 2.0 + grid * (1.0 - _WIDTH)
    bend = grid * grid * (3.0 - 2.0 * grid)
    low = tops - counts
    out, into = low[0].copy(), low[1].copy()
    for start, end in np.ndindex(*flow.shape):
        width = float(flow[start, end])
        if width <= 0.0:
            continue
        base = out[start] + (into[end] - out[start]) * bend
        ax.fill_between(along, base, base + width, color=colors[start], alpha=0.45, linewidth=0.0)
        out[start] += width
        into[end] += width


def _name_phases(ax: Axes, trajectory: PhaseTrajectory, x: float, tops: FloatArray) -> None:
    """Write the names of the phases beside the last column, apart from each other."""
    counts = trajectory.expected[-1]
    middle = tops - counts / 2.0
    apart = 0.06 * float(tops[-1])
    for place in range(1, middle.size):
        middle[place] = max(middle[place], middle[place - 1] + apart)
    for name, height, count in zip(trajectory.names, middle, counts, strict=True):
        text = f"{name} ({count:,.0f})"
        ax.annotate(text, (x, height), fontsize=9.5, color=INK, va="center", annotation_clip=False)


def _colors(trajectory: PhaseTrajectory) -> list[tuple[float, ...]]:
    going_on = [code for code in trajectory.phases if code not in trajectory.ends]
    steps = np.linspace(0.25, 1.0, len(going_on)) if len(going_on) > 1 else np.ones(1)
    shade = {code: _LIGHT + (_DARK - _LIGHT) * step for code, step in zip(going_on, steps, strict=True)}
    return [tuple(float(part) for part in shade.get(code, _END)) for code in trajectory.phases]


def _what(trajectory: PhaseTrajectory) -> str:
    return "Period" if trajectory.unit is None else trajectory.unit.capitalize()


def _written(value: object) -> str:
    text = str(value)
    return text.removesuffix("-01") if text.count("-") == 2 else text
