"""The spidergram: how much a firm cares for each market now, and how much it ought to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, MissingExtra
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.plot.canvas import ACTUAL, EXPECTED, FAINT, INK
from relmodels.stakeholders.emphasis import EmphasisGaps
from relmodels.stakeholders.six_markets import SIX_MARKETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.projections.polar import PolarAxes

__all__ = ["spidergram"]

Dashes: TypeAlias = str | tuple[int, tuple[int, int]]
_SIZE: Final = (7.6, 6.2)
_TEXT: Final = 10.0
_RINGS: Final = 5
_WRAP: Final = 14
_WORDS: Final[dict[Language, tuple[str, str, str]]] = {
    "en": ("now", "wanted", "Emphasis on each market"),
    "ru": ("сейчас", "желательно", "Внимание к каждому рынку"),
}


def spidergram(
    gaps: EmphasisGaps,
    *,
    title: str | None = None,
    language: Language = "en",
    taxonomy: Taxonomy = SIX_MARKETS,
    ax: Axes | None = None,
) -> Axes:
    """Return the spidergram of a jury's ratings: the emphasis given now and the one wanted, with the jurors' range.

    The first axis points up and the others follow clockwise. The area of a polygon depends on the order of the axes and
    means nothing; look at the distance between the two lines on each axis.

    Args:
        gaps: of :func:`relmodels.emphasis_gaps`; a second-level spidergram is one whose axes lie within one market.
        title: above the picture.
        language: of the names of the axes.
        taxonomy: where the names of the axes stand; an axis that is no code of it is written as it is.
        ax: polar axes to draw into; a new figure by default.

    Raises:
        InvalidParameters: if ``ax`` is not polar, or there are fewer than three axes.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.stakeholders.emphasis import EmphasisProfile, JurorRating, emphasis_gaps
        >>> marks = {"cafes": 3, "offices": 5, "guests": 8}
        >>> profile = EmphasisProfile(axes=tuple(marks), ratings=(JurorRating(current=marks, desired=marks),))
        >>> [line.get_label() for line in spidergram(emphasis_gaps(profile)).get_lines()]
        ['now', 'wanted']

    """
    if len(gaps.axes) < 3:
        message = f"a spidergram needs three axes or more; there are {len(gaps.axes)}"
        raise InvalidParameters(message)
    drawn = _polar(ax)
    angles = 2.0 * np.pi * np.arange(len(gaps.axes)) / len(gaps.axes)
    now, wanted, standard = _WORDS[language]
    for values, spread, color, label, dashes in (
        (gaps.current, gaps.current_range, ACTUAL, now, "-"),
        (gaps.desired, gaps.desired_range, EXPECTED, wanted, (0, (5, 2))),
    ):
        _polygon(drawn, angles, values, color=color, label=label, dashes=dashes)
        _ranges(drawn, angles, spread, color)
    _labels(
        drawn, angles, [_wrapped(taxonomy.label(axis, language) if axis in taxonomy else axis) for axis in gaps.axes]
    )
    _rings(drawn, gaps.scale)
    drawn.set_title(title or standard, loc="left", fontsize=_TEXT + 2, fontweight="bold", color=INK, pad=26)
    drawn.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False, fontsize=_TEXT, labelcolor=INK
    )
    return drawn


def _polar(ax: Axes | None) -> PolarAxes:
    try:
        from matplotlib import pyplot as plt
        from matplotlib.projections.polar import PolarAxes
    except ImportError as error:
        raise MissingExtra(library="matplotlib", extra="plot") from error
    if ax is None:
        _, made = plt.subplots(figsize=_SIZE, layout="constrained", subplot_kw={"projection": "polar"})
        ax = made
    if not isinstance(ax, PolarAxes):
        message = 'ax is not polar; make it with plt.subplots(subplot_kw={"projection": "polar"})'
        raise InvalidParameters(message)
    ax.set_theta_zero_location("N")
    ax.set_theta_direction(-1)
    return ax


def _polygon(ax: PolarAxes, angles: FloatArray, values: FloatArray, *, color: str, label: str, dashes: Dashes) -> None:
    around, closed = np.append(angles, angles[0]), np.append(values, values[0])
    ax.plot(around, closed, color=color, linewidth=2.2, linestyle=dashes, label=label, marker="o", markersize=4)
    ax.fill(around, closed, color=color, alpha=0.07)


def _ranges(ax: PolarAxes, angles: FloatArray, spread: FloatArray, color: str) -> None:
    for angle, (low, high) in zip(angles, spread, strict=True):
        if high > low:
            ax.vlines(angle, low, high, color=color, linewidth=5, alpha=0.22)


def _labels(ax: PolarAxes, angles: FloatArray, names: list[str]) -> None:
    ax.set_xticks(angles.tolist(), names, fontsize=_TEXT, color=INK)
    for text, angle in zip(ax.get_xticklabels(), angles, strict=True):
        side = np.sin(angle)
        text.set_horizontalalignment("center" if abs(side) < 0.2 else "left" if side > 0 else "right")
    ax.tick_params(axis="x", pad=6)


def _rings(ax: PolarAxes, scale: tuple[float, float]) -> None:
    low, high = scale
    ax.set_ylim(low, high)
    rings = np.linspace(low, high, _RINGS + 1)[1:]
    ax.set_yticks(rings.tolist(), [f"{ring:g}" for ring in rings], fontsize=_TEXT - 2, color=FAINT)
    ax.set_rlabel_position(180.0 / len(ax.get_xticks()))
    ax.grid(color="#D5DADF", linewidth=0.8)
    ax.spines["polar"].set_color("#D5DADF")


def _wrapped(name: str) -> str:
    lines, current = list[str](), ""
    for word in name.split():
        if current and len(current) + len(word) >= _WRAP:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return "\n".join([*lines, current])
