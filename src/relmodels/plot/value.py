"""Pictures of value: how it is distributed over the customers, and how much of it sits with a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray
from relmodels.effectiveness.abc_analysis import ABCAnalysis
from relmodels.effectiveness.amounts import shareable
from relmodels.effectiveness.lorenz import LorenzCurve
from relmodels.plot.canvas import ACTUAL, CLASS_COLORS, EXPECTED, FAINT, INK, axes_for, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["lorenz", "value_distribution"]

_BINS: Final = 32
_RARE: Final = 0.02
_DECADES: Final = 1e-5
_LOG_FROM: Final = 20.0
_CORNERS: Final = 400


def value_distribution(values: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Return a histogram of the customers' values with their median and mean marked.

    If the largest value is more than 20 times the median, the axis of values is logarithmic, each bar then spans
    the same ratio, and the few smallest values, 0 included, are counted in the first bar.

    Args:
        values: ``(n,)`` what each customer is worth, 0 or more.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if a value is negative or not finite, or there are no values.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> value_distribution([1.0, 2.0, 4.0, 300.0]).get_ylabel()
        'Customers'

    """
    amounts = shareable(values, "value distribution")
    ax = axes_for(ax)
    median, mean = float(np.median(amounts)), float(amounts.mean())
    logarithmic = median > 0 and amounts.max() > _LOG_FROM * median
    label = "Value of a customer, in the currency of the amounts"
    if logarithmic:
        label += "\n(logarithmic; the first bar holds all smaller values)"
        lowest = _lowest_shown(amounts)
        bins = np.geomspace(lowest, amounts.max(), _BINS + 1)
        ax.hist(np.clip(amounts, *bins[[0, -1]]), bins=bins.tolist(), color=ACTUAL, edgecolor="white", linewidth=0.5)
        ax.set_xscale("log")
        _plain_ticks(ax)
    else:
        ax.hist(amounts, bins=_BINS, color=ACTUAL, edgecolor="white", linewidth=0.5)
    dress(ax, title="What a customer is worth", x=label, y="Customers")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.axvline(median, color=EXPECTED, linewidth=2.4, label=f"median {_money(median)}")
    ax.axvline(mean, color=EXPECTED, linewidth=2.4, linestyle=(0, (2, 1.2)), label=f"mean {_money(mean)}")
    legend(ax, place="upper right")
    return ax


def lorenz(result: ABCAnalysis | LorenzCurve, *, ax: Axes | None = None) -> Axes:
    """Return the Lorenz curve, with the ABC classes shaded and their shares written in if an analysis is given.

    Args:
        result: of :func:`relmodels.abc_analysis` or of :func:`relmodels.lorenz`.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> from relmodels.effectiveness.abc_analysis import abc_analysis
        >>> lorenz(abc_analysis([600, 250, 100, 40, 10])).get_ylabel()
        'Share of the value they hold'

    """
    ax = axes_for(ax)
    population, share = _curve(result)
    dress(
        ax,
        title="How the value is spread over customers",
        x="Share of customers, the least valuable first",
        y="Share of the value they hold",
        grid=False,
    )
    if isinstance(result, ABCAnalysis):
        _shade(ax, result, population, share)
    ax.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
    ax.text(
        0.27,
        0.295,
        "if all were equal",
        color=FAINT,
        fontsize=9.5,
        rotation=45,
        rotation_mode="anchor",
        transform_rotates_text=True,
    )
    ax.plot(population, share, color=INK, linewidth=2.2, solid_joinstyle="round")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:.0%}")
    return ax


def _curve(result: ABCAnalysis | LorenzCurve) -> tuple[FloatArray, FloatArray]:
    if isinstance(result, LorenzCurve):
        population, share = result.population, result.share
    else:
        n = result.order.size
        population = np.arange(n + 1) / n
        share = 1.0 - np.concatenate(([0.0], result.cumulative_share))[::-1]
        if result.total == 0:
            share = population
    if population.size <= _CORNERS:
        return population, share
    # A million corners make a picture of a hundred megabytes; the eye sees a few hundred.
    kept = np.unique(np.linspace(0, population.size - 1, _CORNERS).astype(np.int64))
    return population[kept], share[kept]


def _shade(ax: Axes, result: ABCAnalysis, population: FloatArray, share: FloatArray) -> None:
    end = 1.0
    for place, group in enumerate(result.groups):
        begin = end - group.share_of_customers
        inside = (population >= begin - 1e-9) & (population <= end + 1e-9)
        ends = np.array([begin, *population[inside], end])
        color = CLASS_COLORS[group.name]
        ax.fill_between(ends, np.interp(ends, population, share), color=color, alpha=0.9, linewidth=0)
        ax.axvspan(begin, end, color=color, alpha=0.13, linewidth=0)
        words = f"{group.name}   {group.share_of_customers:.0%} of customers, {group.share_of_value:.0%} of value"
        y = 0.93 - 0.085 * place
        ax.plot([0.035], [y], marker="s", markersize=8, color=color, markeredgewidth=0)
        ax.text(0.07, y, words, color=INK, fontsize=10, va="center")
        end = begin


def _lowest_shown(amounts: FloatArray) -> float:
    """Return where the logarithmic axis begins, so that a few hopeless customers do not squeeze all others together."""
    positive = amounts[amounts > 0]
    return max(float(np.quantile(positive, _RARE)), float(amounts.max()) * _DECADES)


def _plain_ticks(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _money(value)))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _money(value: float) -> str:
    """Return an amount with as many digits as one reads: 1,234 or 12.3 or 0.045."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
