"""The path diagram: constructs as boxes from causes to outcomes, standardized paths as arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.plot.canvas import FAINT, INK, axes_for
from relmodels.plot.path_layout import Point, label_places, places
from relmodels.sem.checks import group_at
from relmodels.sem.pls.resampling import PLSBootstrap
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.result import PathFit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import FancyBboxPatch

__all__ = ["paths"]

_UP: Final = "#0072B2"
_DOWN: Final = "#D55E00"
_WIDE: Final = 5.0  # points of a standardized path of 1


@dataclass(frozen=True, slots=True)
class _Link:
    """A path: from where to where, how strong, and whether its interval leaves out 0."""

    cause: str
    effect: str
    value: float
    certain: bool


def paths(
    fit: PathFit | PLSFit | PLSBootstrap,
    *,
    ax: Axes | None = None,
    group: int = 0,
    names: dict[str, str] | None = None,
) -> Axes:
    """Return the path diagram of a fit: each cause left of what it leads to, standardized paths, what is explained.

    An arrow is as wide as its path, blue if positive and orange if negative; one that may be 0 by its interval of 95 %
    is gray and dashed; a fit by partial least squares has intervals by its bootstrap only. Indicators are left out; the
    share of each caused construct that is explained stands in its box.

    Args:
        fit: of a model with paths and without circles, or the bootstrap of one by partial least squares.
        ax: the axes to draw on; those of a new figure by default.
        group: the place of the group.
        names: what to write in the boxes, by name; names themselves by default.

    Raises:
        InvalidParameters: if the model has no paths, or they run in a circle, or there is no such group.
        NotConverged: if the fit has no minimum.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> data = SampleMoments.from_correlation([[1, 0, 0], [0.5, 1, 0], [0.4, 0.6, 1]], ["a", "b", "c"], n=100)
        >>> len(paths(fit_paths(PathModel.parse("b ~ a; c ~ a + b"), data)).texts)
        9

    """
    links, shares = _links(fit, group) if isinstance(fit, PathFit) else _links_of_sums(fit)
    if not links:
        message = "the model has no paths to draw"
        raise InvalidParameters(message)
    ways = [(one.cause, one.effect) for one in links]
    where = places(ways)
    ax = axes_for(ax)
    depends = {one.effect for one in links}
    frames = {}
    for name, at in where.items():
        shown = (names or {}).get(name, name)
        frames[name] = _box(ax, at, f"{shown}\n{shares[name]:.0%} explained" if name in depends else shown)
    for one, at in zip(links, label_places(ways, where), strict=True):
        _arrow(ax, (where[one.cause], where[one.effect]), (frames[one.cause], frames[one.effect]), one)
        _figure(ax, at, one)
    ax.set_axis_off()
    columns, rows = zip(*where.values(), strict=True)
    ax.set_xlim(min(columns) - 0.55, max(columns) + 0.55)
    ax.set_ylim(min(rows) - 0.6, max(rows) + 0.6)
    return ax


def _links(fit: PathFit, group: int) -> tuple[list[_Link], dict[str, float]]:
    """Return the paths of a fit, and the shares explained."""
    group = group_at(group, fit.groups)
    fit.require_minimum()
    table = fit.table()
    low, high, value = (np.asarray(table.column(name)) for name in ("low", "high", "standardized"))
    links = [
        _Link(
            one.right,
            one.left,
            float(value[place]),
            certain=bool(one.index < 0 or low[place] > 0.0 or high[place] < 0.0),
        )
        for place, one in enumerate(fit.parameters)
        if one.operator == "~" and one.group == group and (one.index >= 0 or one.value)
    ]
    return links, fit.r_squared(group)


def _links_of_sums(found: PLSFit | PLSBootstrap) -> tuple[list[_Link], dict[str, float]]:
    """Return the paths of a fit by partial least squares; without a bootstrap all are drawn as certain."""
    fit = found.fit if isinstance(found, PLSBootstrap) else found
    certain = [True] * len(fit.layout.paths)
    if isinstance(found, PLSBootstrap):
        table = found.table()
        low, high = (np.asarray(table.column(name)) for name in ("low", "high"))
        certain = list(((low > 0.0) | (high < 0.0)).tolist())
    names = fit.layout.constructs
    links = [
        _Link(names[cause], names[effect], float(fit.coefficients[effect, cause]), certain=one)
        for (cause, effect), one in zip(fit.layout.paths, certain, strict=True)
    ]
    return links, fit.r_squared()


def _box(ax: Axes, at: tuple[float, float], text: str) -> FancyBboxPatch | None:
    """Draw a box and return its frame, at which arrows begin and end."""
    frame = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK, "linewidth": 1.1}
    return ax.annotate(text, at, ha="center", va="center", fontsize=9, color=INK, bbox=frame, zorder=1).get_bbox_patch()


def _arrow(ax: Axes, ends: tuple[Point, Point], frames: tuple[object, object], link: _Link) -> None:
    style = {
        "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
        "color": _color(link.value, certain=link.certain),
        "linewidth": max(0.8, _WIDE * abs(link.value)) if link.certain else 1.0,
        "linestyle": "-" if link.certain else "--",
        # Frames are drawn first, so that they have their size when arrows are cut off at them.
        "patchA": frames[0],
        "patchB": frames[1],
        "shrinkA": 1,
        "shrinkB": 3,
        "alpha": 0.75,
    }
    ax.annotate("", ends[1], ends[0], arrowprops=style, zorder=2)


def _figure(ax: Axes, at: Point, link: _Link) -> None:
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    text = f"{link.value:.2f}".replace("-", "−")
    color = _color(link.value, certain=link.certain)
    ax.annotate(text, at, ha="center", va="center", fontsize=8.5, color=color, bbox=box, zorder=3)


def _color(value: float, *, certain: bool) -> str:
    return (_UP if value > 0.0 else _DOWN) if certain else FAINT
