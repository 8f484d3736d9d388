"""The whale curve as a picture: profit added up from the best customer to the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from relmodels.effectiveness.whale_curve import WhaleCurve
from relmodels.plot.canvas import ACTUAL, EXPECTED, FAINT, INK, axes_for, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["whale_curve"]

_CORNERS: Final = 2_000


def whale_curve(curve: WhaleCurve, *, ax: Axes | None = None) -> Axes:
    """Return the whale curve, its peak marked, and what the losing customers take written in.

    Profit is drawn as a share of the total, or in the currency of the amounts if the total is not above 0.

    Args:
        curve: of :func:`relmodels.whale_curve`.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.effectiveness.whale_curve import whale_curve as computed
        >>> whale_curve(computed([60, 50, 40, 0, -50])).get_ylabel()
        'Share of the profit'

    """
    ax = axes_for(ax)
    relative = curve.share is not None
    heights = curve.share if curve.share is not None else curve.cumulative
    step = max(1, len(heights) // _CORNERS)
    shown = [*range(0, len(heights), step)]
    if shown[-1] != len(heights) - 1:
        shown.append(len(heights) - 1)
    scale = curve.total if relative else 1.0
    at = curve.peak_customers / curve.order.size
    ax.fill_between(100.0 * curve.customers[shown], heights[shown], color=ACTUAL, alpha=0.10)
    ax.plot(100.0 * curve.customers[shown], heights[shown], color=ACTUAL, linewidth=2.4)
    ax.plot([0.0, 100.0], [0.0, curve.total / scale], color=FAINT, linewidth=1.2, linestyle="--")
    ax.plot([100.0 * at], [curve.peak / scale], marker="o", color=EXPECTED, markersize=8)
    dress(
        ax,
        title="Profit, from the best customer to the worst",
        x="Customers, the most profitable first",
        y="Share of the profit" if relative else "Profit, in the currency of the amounts",
    )
    ax.xaxis.set_major_formatter("{x:.0f}%")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}" if relative else f"{value:,.0f}")
    peak = f"{curve.peak / scale:.0%}" if relative else f"{curve.peak:,.0f}"
    lost = f"{curve.leakage / scale:.0%}" if relative else f"{curve.leakage:,.0f}"
    said = f"{at:.0%} of customers bring {peak},\nthe others take {lost} of it"
    ax.text(0.52, 0.30, said, transform=ax.transAxes, ha="center", va="center", color=INK)
    return ax
