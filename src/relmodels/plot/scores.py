"""How scores of respondents are distributed: a row of bars for each construct, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.core.errors import InvalidData
from relmodels.drivers.respondent_scores import RespondentScores
from relmodels.plot.canvas import ACTUAL, EXPECTED, INK, axes_for, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["score_distribution"]

_BINS: Final = 24
_TALL: Final = 0.72  # of a row


def score_distribution(
    scores: RespondentScores, *, ax: Axes | None = None, names: dict[str, str] | None = None
) -> Axes:
    """Return a histogram of the scores of each construct, one row below the other, with their means marked.

    The highest bar of each row is as high as that of the others; rows are compared by where their bars lie.

    Args:
        scores: of :func:`relmodels.respondent_scores`.
        ax: where to draw; a new figure by default.
        names: what to write beside the rows, by construct; the constructs themselves by default.

    Raises:
        InvalidData: if no respondent has a score.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.sem import PathModel, Survey, fit_paths
        >>> from relmodels.drivers.respondent_scores import respondent_scores
        >>> answers = {"t1": [5, 6, 2, 4, 3], "t2": [4, 6, 1, 4, 4], "t3": [5, 7, 3, 3, 4]}
        >>> survey = Survey.from_frame(answers, ["t1", "t2", "t3"])
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3"), survey)
        >>> [
        ...     one.get_text()
        ...     for one in score_distribution(respondent_scores(fit, survey, constructs={"trust": 1})).get_yticklabels()
        ... ]
        ['relationship quality', 'trust']

    """
    if not np.isfinite(scores.value).any():
        message = "scores: no respondent has one; there is nothing to draw"
        raise InvalidData(message)
    ax = axes_for(ax)
    edges = np.linspace(*scores.scale, _BINS + 1)
    dress(ax, title="Scores of respondents", x="Score, on the scale of the questions", y="")
    rows = scores.constructs[::-1]
    for row, name in enumerate(rows):
        values = scores.value[:, scores.constructs.index(name)]
        values = values[np.isfinite(values)]
        counts = np.histogram(values, edges)[0].astype(np.float64)
        ax.bar(edges[:-1], _TALL * counts / max(counts.max(), 1.0), np.diff(edges), row, align="edge", color=ACTUAL)
        if values.size:
            mean = float(values.mean())
            ax.plot([mean, mean], [row, row + _TALL], color=EXPECTED, linewidth=2.4)
            ax.text(mean, row + _TALL + 0.02, f"{mean:.1f}", ha="center", va="bottom", fontsize=8.5, color=INK)
    ax.set_yticks(np.arange(len(rows)) + 0.5 * _TALL, [(names or {}).get(name, name) for name in rows])
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.set_xlim(*scores.scale)
    ax.set_ylim(0.0, len(rows) + 0.1)
    return ax
