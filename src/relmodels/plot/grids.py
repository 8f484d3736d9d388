"""Maps of what a model believes: P(alive) and expected purchases over how often and until when a customer bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, in_unit
from relmodels.plot.canvas import INK, axes_for, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["expected_purchases_grid", "p_alive_grid"]

_COLUMNS: Final = 80
_FEWEST_ROWS: Final = 6
_MOST_ROWS: Final = 30
_COLORS: Final = "YlGnBu"


class Forecaster(Protocol):
    """A model that knows who is alive and what they will buy."""

    def p_alive(self, summary: PurchaseSummary, *, ahead: float = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``."""
        ...

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the expected number of purchases within ``horizon``, ``(n,)``."""
        ...


def p_alive_grid(model: Forecaster, summary: PurchaseSummary, *, ax: Axes | None = None) -> Axes:
    """Return a map of P(alive) for a customer as old as the oldest in ``summary``.

    To the right lies the time between first and last purchase, upwards the number of repeat purchases, from 1 on,
    as a one-time buyer has only one possible place.

    Args:
        model: any model with ``p_alive``.
        summary: sets the age and how far both axes go.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.plot.p_alive_grid(model, summary).get_title(loc="left")
        'Who is probably still a customer'


    """
    grid = _grid(summary)
    ax = axes_for(ax)
    _draw(ax, grid, model.p_alive(grid), label="P(alive)", limits=(0.0, 1.0))
    return _name(ax, grid, "Who is probably still a customer")


def expected_purchases_grid(
    model: Forecaster, summary: PurchaseSummary, *, horizon: float | Duration, ax: Axes | None = None
) -> Axes:
    """Return a map of the purchases expected within ``horizon``, for a customer as old as the oldest in ``summary``.

    Args:
        model: any model with ``expected_purchases``.
        summary: sets the age and how far both axes go.
        horizon: how far to look ahead, a number in ``summary.unit`` or a :class:`~relmodels.core.periods.Duration`.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.plot.expected_purchases_grid(model, summary, horizon=26).get_title(loc="left")
        'Purchases to expect in the next 26 weeks'


    """
    grid = _grid(summary)
    expected = model.expected_purchases(grid, in_unit(horizon, summary.unit))
    ahead = horizon if isinstance(horizon, Duration) else Duration(horizon, summary.unit)
    ax = axes_for(ax)
    _draw(ax, grid, expected, label=f"Purchases in {ahead}", limits=(0.0, None))
    return _name(ax, grid, f"Purchases to expect in the next {ahead}")


def _grid(summary: PurchaseSummary) -> PurchaseSummary:
    """Return made-up customers: every frequency from 1 on, row by row, at every recency from left to right."""
    age = float(summary.age.max(initial=0.0)) or 1.0
    typical = float(np.quantile(summary.frequency, 0.99)) if len(summary) else 0.0
    rows = int(np.clip(np.ceil(typical), _FEWEST_ROWS, _MOST_ROWS))
    frequency = np.repeat(np.arange(1.0, rows + 1), _COLUMNS)
    recency = np.tile((np.arange(_COLUMNS) + 0.5) * (age / _COLUMNS), rows)
    return PurchaseSummary.from_arrays(
        frequency=frequency, recency=recency, age=np.full(frequency.size, age), unit=summary.unit
    )


def _draw(
    ax: Axes, grid: PurchaseSummary, values: FloatArray, *, label: str, limits: tuple[float, float | None]
) -> None:
    rows = int(grid.frequency[-1])
    low, high = limits
    image = ax.imshow(
        values.reshape(rows, _COLUMNS),
        origin="lower",
        aspect="auto",
        extent=(0.0, float(grid.age[0]), 0.5, rows + 0.5),
        cmap=_COLORS,
        vmin=low,
        vmax=high,
        interpolation="nearest",
    )
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, aspect=24)
    bar.outline.set_visible(False)
    bar.set_label(label, fontsize=10, color=INK)
    bar.ax.tick_params(labelsize=9.5, colors=INK, length=0)


def _name(ax: Axes, grid: PurchaseSummary, title: str) -> Axes:
    from matplotlib.ticker import MaxNLocator

    unit, age = grid.unit, float(grid.age[0])
    x = f"{unit.capitalize()}s from first to last purchase (first one {age:.0f} {unit}s ago)"
    dress(ax, title=title, x=x, y="Repeat purchases so far", grid=False)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return ax
