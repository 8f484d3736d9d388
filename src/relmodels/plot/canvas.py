"""The drawing board: one look for all pictures, set on the axes themselves and never in global settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from relmodels.core.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ACTUAL",
    "CLASS_COLORS",
    "EXPECTED",
    "FAINT",
    "INK",
    "axes_for",
    "blank_axes",
    "dress",
    "figure_of",
    "legend",
]

# From the palette of Okabe and Ito, which the color-blind can tell apart; ordered by lightness for gray print.
INK: Final = "#1F2933"
FAINT: Final = "#7B8794"
ACTUAL: Final = "#33475B"
EXPECTED: Final = "#E69F00"
CLASS_COLORS: Final = {"A": "#0072B2", "B": "#56B4E9", "C": "#C9D3DC"}

Place: TypeAlias = Literal["best", "upper left", "upper right"]

_SIZE: Final = (5.8, 3.8)
_TEXT: Final = 10.5


def axes_for(ax: Axes | None) -> Axes:
    """Return ``ax``, or the axes of a new figure of pyplot's, which a notebook shows by itself.

    Raises:
        MissingExtra: if matplotlib is not installed.

    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise MissingExtra(library="matplotlib", extra="plot") from error
    _, drawn = plt.subplots(figsize=_SIZE, layout="constrained")
    return drawn


def blank_axes() -> Axes:
    """Return the axes of a new figure that pyplot knows nothing of, for pictures that go into a file.

    Raises:
        MissingExtra: if matplotlib is not installed.

    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra(library="matplotlib", extra="plot") from error
    drawn: Axes = Figure(figsize=_SIZE, layout="constrained").subplots()
    return drawn


def dress(ax: Axes, *, title: str, x: str, y: str, grid: bool = True) -> Axes:
    """Return ``ax`` with title, labels of both axes, quiet spines and, if wanted, a faint horizontal grid."""
    ax.set_title(title, loc="left", fontsize=_TEXT + 1.5, fontweight="bold", color=INK, pad=10)
    ax.set_xlabel(x, fontsize=_TEXT, color=INK)
    ax.set_ylabel(y, fontsize=_TEXT, color=INK)
    ax.tick_params(labelsize=_TEXT - 0.5, colors=INK, length=3, color=FAINT)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    if grid:
        ax.grid(axis="y", color="#E4E7EB", linewidth=0.8)
        ax.set_axisbelow(True)
    return ax


def figure_of(ax: Axes) -> Figure:
    """Return the whole figure that ``ax`` is a part of."""
    from matplotlib.figure import Figure

    figure = ax.figure
    while not isinstance(figure, Figure):
        figure = figure.figure
    return figure


def legend(ax: Axes, *, place: Place = "best") -> None:
    """Add a legend on a patch of paper, so that it stays legible where it covers a line."""
    ax.legend(
        loc=place,
        facecolor="white",
        edgecolor="none",
        framealpha=0.85,
        fontsize=_TEXT - 0.5,
        labelcolor=INK,
        handlelength=1.6,
    )
