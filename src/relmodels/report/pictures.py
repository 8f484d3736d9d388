"""The report's pictures: each drawn by :mod:`relmodels.plot`, framed with its question and its meaning."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final

from relmodels import plot
from relmodels.core.arrays import FloatArray
from relmodels.core.reference import Reference
from relmodels.effectiveness.abc_analysis import ABCAnalysis
from relmodels.plot.canvas import blank_axes, figure_of
from relmodels.report import words
from relmodels.report.findings import Check, Study
from relmodels.report.layout import Picture
from relmodels.report.sources import ABC, ALIVE, BG_NBD, LORENZ, VALUE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["of_alive", "of_check", "of_expected", "of_frequencies", "of_spread", "of_value", "picture_of"]

_PIXELS: Final = 96


def of_frequencies(study: Study) -> Picture:
    """Return the picture of customers by number of repeat purchases."""
    ax = plot.frequency_calibration(study.buying.model, study.summary, ax=blank_axes())
    return picture_of(ax, "Does the model redraw the past?", words.frequencies(study), BG_NBD)


def of_check(check: Check) -> tuple[Picture, ...]:
    """Return the pictures of the forecast against the holdout; those of calendar time need dated purchases."""
    drawn = []
    if check.summary.activity is not None:
        whole = plot.tracking(check.model, check.summary, cumulative=True, ax=blank_axes())
        single = plot.tracking(check.model, check.summary, cumulative=False, ax=blank_axes())
        title = "Week by week" if check.summary.unit in {"day", "week"} else "Month by month"
        drawn += [
            picture_of(whole, "Did the forecast come true?", words.tracked(check), BG_NBD),
            picture_of(single, title, words.tracked_weekly(check), BG_NBD),
        ]
    groups = plot.holdout_calibration(check.model, check.summary, ax=blank_axes())
    return (*drawn, picture_of(groups, "Is it right for each kind of customer?", words.holdout(check), BG_NBD))


def of_alive(study: Study) -> Picture:
    """Return the map of P(alive)."""
    ax = plot.p_alive_grid(study.buying.model, study.summary, ax=blank_axes())
    return picture_of(ax, "Who has gone quiet for good?", words.alive(study), ALIVE)


def of_expected(study: Study) -> Picture:
    """Return the map of expected purchases."""
    ax = plot.expected_purchases_grid(study.buying.model, study.summary, horizon=study.horizon, ax=blank_axes())
    return picture_of(ax, "Where do the next purchases come from?", words.expected(study), BG_NBD)


def of_value(study: Study, values: FloatArray) -> Picture:
    """Return the picture of how values are distributed."""
    ax = plot.value_distribution(values, ax=blank_axes())
    return picture_of(ax, "What is one customer worth?", words.value(study, values), VALUE)


def of_spread(values: FloatArray, classes: ABCAnalysis) -> Picture:
    """Return the Lorenz curve with the ABC classes."""
    ax = plot.lorenz(classes, ax=blank_axes())
    return picture_of(ax, "Who holds the value?", words.spread(values, classes), LORENZ, ABC)


def picture_of(ax: Axes, title: str, text: str, *sources: Reference) -> Picture:
    """Return what was drawn as a picture of the report, with its title, its meaning and the papers behind it."""
    return Picture(
        address=_address(ax),
        width=round(figure_of(ax).get_figwidth() * _PIXELS),
        height=round(figure_of(ax).get_figheight() * _PIXELS),
        alt=f"{ax.get_title(loc='left')}. {text}",
        title=title,
        text=text,
        source="After " + "; ".join(source.short for source in sources) + "." if sources else "",
    )


def _address(ax: Axes) -> str:
    """Return the picture as an SVG in a ``data:`` address; the same numbers give the same text."""
    from matplotlib import rc_context

    drawn = io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with rc_context({"svg.hashsalt": "relmodels", "svg.fonttype": "path"}):
        figure_of(ax).savefig(drawn, format="svg", metadata=nothing)
    # What stands before the root element names a document type on the network; an image needs none.
    picture = drawn.getvalue()
    picture = picture[picture.index(b"<svg") :]
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode("ascii")
