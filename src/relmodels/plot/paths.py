"""The path diagram: constructs as boxes from causes to outcomes, standardized paths as arrows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.plot.canvas import FAINT, INK, axes_for, figure_of
from relmodels.plot.path_geometry import Box, Line, Point
from relmodels.plot.path_layout import path_layout
from relmodels.plot.path_text import box_size, figure_size, wrapped
from relmodels.sem.checks import group_at
from relmodels.sem.pls.resampling import PLSBootstrap
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.result import PathFit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

__all__ = ["paths"]

_UP: Final = "#0072B2"
_DOWN: Final = "#D55E00"
_LIGHT: Final = "#C9D3DC"
_WIDE: Final = 5.0  # points of a standardized path of 1
_TEXT, _SMALL = 9.0, 8.5
_MANY: Final = 20  # paths; above, only figures of those are written that matter
_WEAK: Final = 0.1  # path that hardly matters, where intervals do not say; a convention
_FRAME: Final = 0.1  # inches around the picture
_NOTE: Final = 0.3  # inches below it, if there is something to say
_LOOSE: Final = 1.05  # what is written on pixels may be somewhat wider


@dataclass(frozen=True, slots=True)
class _Link:
    """A path: from where to where, how strong, whether its interval leaves out 0, and whether its figure is shown."""

    cause: str
    effect: str
    value: float
    certain: bool
    shown: bool = True

    @property
    def text(self) -> str:
        """Return its figure, with a true minus sign."""
        return f"{self.value:.2f}".replace("-", "−") if self.shown else ""

    @property
    def color(self) -> str:
        """Return its color by its sign; gray if it may be 0, and light if it has no figure."""
        if not self.shown:
            return _LIGHT
        return FAINT if not self.certain else _UP if self.value > 0.0 else _DOWN

    @property
    def width(self) -> float:
        """Return how wide its arrow is, in points."""
        if not self.shown:
            return 0.6
        return max(0.8, _WIDE * abs(self.value)) if self.certain else 1.0


def paths(
    fit: PathFit | PLSFit | PLSBootstrap,
    *,
    ax: Axes | None = None,
    group: int = 0,
    names: Mapping[str, str] | None = None,
) -> Axes:
    """Return the path diagram of a fit: each cause left of what it leads to, standardized paths, what is explained.

    An arrow is as wide as its path, blue if positive and orange if negative; one that may be 0 by its interval of 95 %
    is gray and dashed; a fit by partial least squares has intervals by its bootstrap only. Of more than twenty paths
    those that may be 0 are light and without figures, as a line below the diagram says; where there are no intervals,
    or all leave out 0, those between −.1 and .1 are, which is a convention. Indicators are left out; the share of each
    caused construct that is explained stands in its box.

    Data coordinates are inches, and boxes have the size of their texts: a new figure is as large as the diagram needs,
    and may be made larger.

    Args:
        fit: of a model with paths and without circles, or the bootstrap of one by partial least squares.
        ax: the axes to draw on; those of a new figure by default.
        group: the place of the group.
        names: what to write in the boxes, by name; names themselves by default. Long ones are wrapped, unless they
            have lines of their own.

    Raises:
        InvalidParameters: if the model has no paths, or they run in a circle, or there is no such group or variable.
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
    _check_names(names or {}, _variables(fit), dict.fromkeys(name for one in links for name in (one.cause, one.effect)))
    drawn, note = _without_clutter(links)
    return _drawn(ax, drawn, _box_texts(drawn, shares, names or {}), note)


def _variables(fit: PathFit | PLSFit | PLSBootstrap) -> set[str]:
    """Return all that may have a name: constructs and questions."""
    if isinstance(fit, PathFit):
        return {*fit.model.latent, *fit.names}
    layout = fit.fit.layout if isinstance(fit, PLSBootstrap) else fit.layout
    return {*layout.constructs, *layout.items}


def _check_names(names: Mapping[str, str], known: Collection[str], drawn: Collection[str]) -> None:
    if unknown := [name for name in names if name not in known]:
        message = f"names: the model has no {', '.join(map(repr, unknown))}; the diagram shows {', '.join(drawn)}"
        raise InvalidParameters(message)


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
    """Return the paths of a fit by partial least squares, as the model states them; all certain without a bootstrap."""
    fit = found.fit if isinstance(found, PLSBootstrap) else found
    certain = dict.fromkeys(fit.layout.paths, True)
    if isinstance(found, PLSBootstrap):
        table = found.table()
        low, high = (np.asarray(table.column(name)) for name in ("low", "high"))
        certain = dict(zip(fit.layout.paths, ((low > 0.0) | (high < 0.0)).tolist(), strict=True))
    place = fit.layout.constructs.index
    stated = [(row.right, row.left) for row in fit.spec.model.rows if row.operator == "~" and row.right]
    links = [
        _Link(
            cause,
            effect,
            float(fit.coefficients[place(effect), place(cause)]),
            certain=certain[place(cause), place(effect)],
        )
        for cause, effect in dict.fromkeys(stated)
    ]
    return links, fit.r_squared()


def _without_clutter(links: Sequence[_Link]) -> tuple[list[_Link], str]:
    """Return the paths, of many those without their figures that matter least, and a note that says so."""
    if len(links) <= _MANY:
        return list(links), ""
    judged = any(not one.certain for one in links)
    shown = [one.certain if judged else abs(one.value) >= _WEAK for one in links]
    which = "may be 0 by their intervals of 95 %" if judged else f"are between −{_WEAK:g} and {_WEAK:g}"
    note = "" if all(shown) else f"Light paths {which}; their figures are left out."
    return [replace(one, shown=own) for one, own in zip(links, shown, strict=True)], note


def _box_texts(links: Sequence[_Link], shares: Mapping[str, float], names: Mapping[str, str]) -> dict[str, str]:
    depends = {one.effect for one in links}
    found = {}
    for name in dict.fromkeys(name for one in links for name in (one.cause, one.effect)):
        shown = wrapped(names.get(name, name))
        found[name] = f"{shown}\n{shares[name]:.0%} explained" if name in depends else shown
    return found


def _drawn(ax: Axes | None, links: Sequence[_Link], texts: Mapping[str, str], note: str) -> Axes:
    """Return the axes with all that is drawn; a new figure is as large as that."""
    board = axes_for(ax)
    sizes = {name: box_size(text, _TEXT) for name, text in texts.items()}
    ways = [(one.cause, one.effect) for one in links]
    layout = path_layout(ways, sizes, [figure_size(one.text, _SMALL) for one in links])
    for name, box in layout.boxes.items():
        _frame(board, box, texts[name])
    for one, line in sorted(zip(links, layout.lines, strict=True), key=lambda both: both[0].shown):
        _arrow(board, line, [layout.boxes[one.cause], layout.boxes[one.effect]], one)
    for one, at in zip(links, layout.figures, strict=True):
        _figure(board, at, one)
    wide, high = max(layout.size[0], _LOOSE * box_size(note, _SMALL)[0]), layout.size[1]
    low = -_NOTE if note else 0.0
    if note:
        board.text(0.5 * wide, 0.5 * low, note, fontsize=_SMALL, color=FAINT, ha="center", va="center")
    board.set_axis_off()
    board.set_xlim(0.0, wide)
    board.set_ylim(low, high)
    if ax is None:
        figure_of(board).set_size_inches(wide + _FRAME, high - low + _FRAME)
    return board


def _frame(ax: Axes, box: Box, text: str) -> None:
    """Draw a box that keeps its size in inches, however large the axes are."""
    from matplotlib.patches import FancyBboxPatch
    from matplotlib.transforms import ScaledTranslation

    # Any transform will do, also one that is not affine; the stubs are narrower than the documentation.
    middle = ScaledTranslation(box.x, box.y, ax.transData)  # type: ignore[arg-type]
    inches = figure_of(ax).dpi_scale_trans + middle
    corner, style = (-0.5 * box.width, -0.5 * box.height), "round,pad=0,rounding_size=0.06"
    patch = FancyBboxPatch(corner, box.width, box.height, boxstyle=style, transform=inches, clip_on=False)
    patch.set(facecolor="white", edgecolor=INK, linewidth=1.1, zorder=2)
    ax.add_patch(patch)
    ax.annotate(text, (box.x, box.y), ha="center", va="center", fontsize=_TEXT, color=INK, zorder=3)


def _arrow(ax: Axes, line: Line, boxes: Sequence[Box], link: _Link) -> None:
    """Draw an arrow between the sides of two boxes, so many inches off their middles."""
    start, end = (_beside(ax, box, at) for box, at in zip(boxes, line, strict=True))
    style = {
        "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
        "color": link.color,
        "linewidth": link.width,
        "linestyle": "-" if link.certain or not link.shown else "--",
        "shrinkA": 1,
        "shrinkB": 1,
        "alpha": 0.75 if link.shown else 1.0,
    }
    from_, to = ((box.x, box.y) for box in boxes)
    drawn = ax.annotate("", to, from_, xycoords=end, textcoords=start, arrowprops=style, zorder=1)
    drawn.set_in_layout(False)  # it lies between boxes, and is not where it belongs before the axes are


def _beside(ax: Axes, box: Box, at: Point) -> Transform:
    """Return the data coordinates moved from the middle of a box to a point at its side."""
    from matplotlib.transforms import offset_copy

    return offset_copy(ax.transData, figure_of(ax), at[0] - box.x, at[1] - box.y, units="inches")


def _figure(ax: Axes, at: Point, link: _Link) -> None:
    if not link.shown:
        return
    box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    ax.annotate(link.text, at, ha="center", va="center", fontsize=_SMALL, color=link.color, bbox=box, zorder=2)
