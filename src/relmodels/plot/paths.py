"""The path diagram: constructs as boxes from causes to outcomes, standardized paths as arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.plot.canvas import FAINT, INK, axes_for
from relmodels.plot.path_layout import Point, label_places, places
from relmodels.sem.result import PathFit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import FancyBboxPatch

__all__ = ["paths"]

_UP: Final = "#0072B2"
_DOWN: Final = "#D55E00"
_WIDE: Final = 5.0  # points of a standardized path of 1


def paths(fit: PathFit, *, ax: Axes | None = None, group: int = 0, names: dict[str, str] | None = None) -> Axes:
    """Return the path diagram of a fit: each cause left of what it leads to, standardized paths, what is explained.

    An arrow is as wide as its path, blue if positive and orange if negative; one that may be 0 by its interval of 95 %
    is gray and dashed. Indicators are left out; the share of each caused construct that is explained stands in its box.

    Args:
        fit: of a model with paths and without circles.
        ax: the axes to draw on; those of a new figure by default.
        group: the place of the group.
        names: what to write in the boxes, by name; names themselves by default.

    Raises:
        InvalidParameters: if the model has no paths, or they run in a circle.
        NotConverged: if the fit has no minimum.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> data = SampleMoments.from_correlation([[1, 0, 0], [0.5, 1, 0], [0.4, 0.6, 1]], ["a", "b", "c"], n=100)
        >>> len(paths(fit_paths(PathModel.parse("b ~ a; c ~ a + b"), data)).texts)
        9

    """
    fit.require_minimum()
    links = [
        (place, one)
        for place, one in enumerate(fit.parameters)
        if one.operator == "~" and one.group == group and (one.index >= 0 or one.value)
    ]
    if not links:
        message = "the model has no paths to draw"
        raise InvalidParameters(message)
    ways = [(one.right, one.left) for _, one in links]
    where = places(ways)
    ax = axes_for(ax)
    table = fit.table()
    low, high, value = (np.asarray(table.column(name)) for name in ("low", "high", "standardized"))
    shares, depends = fit.r_squared(group), {one.left for _, one in links}
    frames = {}
    for name, at in where.items():
        shown = (names or {}).get(name, name)
        frames[name] = _box(ax, at, f"{shown}\n{shares[name]:.0%} explained" if name in depends else shown)
    for (place, one), way, at in zip(links, ways, label_places(ways, where), strict=True):
        certain = bool(one.index < 0 or low[place] > 0.0 or high[place] < 0.0)
        ends = where[way[0]], where[way[1]]
        _arrow(ax, ends, (frames[way[0]], frames[way[1]]), float(value[place]), certain=certain)
        _figure(ax, at, float(value[place]), certain=certain)
    ax.set_axis_off()
    columns, rows = zip(*where.values(), strict=True)
    ax.set_xlim(min(columns) - 0.55, max(columns) + 0.55)
    ax.set_ylim(min(rows) - 0.6, max(rows) + 0.6)
    return ax


def _box(ax: Axes, at: tuple[float, float], text: str) -> FancyBboxPatch | None:
    """Draw a box and return its frame, at which arrows begin and end."""
    frame = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK, "linewidth": 1.1}
    return ax.annotate(text, at, ha="center", va="center", fontsize=9, color=INK, bbox=frame, zorder=1).get_bbox_patch()


def _arrow(ax: Axes, ends: tuple[Point, Point], frames: tuple[object, object], value: float, *, certain: bool) -> None:
    style = {
        "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
        "color": _color(value, certain=certain),
        "linewidth": max(0.8, _WIDE * abs(value)) if certain else 1.0,
        "linestyle": "-" if certain else "--",
        # Frames are drawn first, so that they have their size when arrows are cut off at them.
        "patchA": frames[0],
        "patchB": frames[1],
        "shrinkA": 1,
        "shrinkB": 3,
        "alpha": 0.75,
    }
    ax.annotate("", ends[1], ends[0], arrowprops=style, zorder=2)


def _figure(ax: Axes, at: tuple[float, float], value: float, *, certain: bool) -> None:
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    text = f"{value:.2f}".replace("-", "−")
    color = _color(value, certain=certain)
    ax.annotate(text, at, ha="center", va="center", fontsize=8.5, color=color, bbox=box, zorder=3)


def _color(value: float, *, certain: bool) -> str:
    return (_UP if value > 0.0 else _DOWN) if certain else FAINT
