"""Is the model right? What customers did beside what the model expected, by how often they bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.effectiveness.calibration import NewCustomerModel, calibration_by_count, holdout_by_count
from relmodels.effectiveness.forecast_deciles import ForecastDeciles
from relmodels.effectiveness.forecast_errors import Forecaster
from relmodels.plot.canvas import ACTUAL, EXPECTED, axes_for, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["forecast_deciles", "frequency_calibration", "holdout_calibration"]

_WIDTH: Final = 0.4


def frequency_calibration(model: NewCustomerModel, summary: PurchaseSummary, *, ax: Axes | None = None) -> Axes:
    """Return bars of how many customers made 0, 1, 2, … repeat purchases, and how many the model expected.

    The numbers are those of :func:`relmodels.calibration_by_count`; 7 and more share the last bars.

    Args:
        model: any model with ``pmf``, fitted to ``summary``.
        summary: ``(n,)`` customers.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` is in another unit than the model.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.plot.frequency_calibration(model, summary).get_xlabel()
        'Repeat purchases so far'

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284.

    """
    found = calibration_by_count(model, summary)
    ax = axes_for(ax)
    _bars(ax, found.actual, found.expected, found.names)
    dress(ax, title="How many customers bought how often", x="Repeat purchases so far", y="Customers")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    legend(ax)
    return ax


def holdout_calibration(model: Forecaster, summary: PurchaseSummary, *, ax: Axes | None = None) -> Axes:
    """Return what customers bought in the holdout beside what was expected of them, by their repeat purchases before.

    The numbers are those of :func:`relmodels.holdout_by_count`; groups without customers are left out.

    Args:
        model: any model with ``expected_purchases``, fitted to ``summary``.
        summary: ``(n,)`` customers with a holdout.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` has no holdout or is in another unit than the model.
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.plot.holdout_calibration(model, summary).get_xlabel().partition(" ")[0]
        'Repeat'

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284.

    """
    found = holdout_by_count(model, summary)
    ax = axes_for(ax)
    place = found.purchases
    ax.plot(place, found.actual, color=ACTUAL, marker="o", linewidth=2, label="bought in the holdout")
    ax.plot(place, found.expected, "--", color=EXPECTED, marker="s", linewidth=2, label="expected by the model")
    ax.set_xticks(place, found.names)
    ax.set_ylim(bottom=0)
    dress(
        ax,
        title="Who bought more before, buys more after",
        x="Repeat purchases in the calibration period",
        y="Mean purchases in the holdout",
    )
    legend(ax, place="upper left")
    return ax


def forecast_deciles(deciles: ForecastDeciles, *, ax: Axes | None = None) -> Axes:
    """Return bars of what each group of customers did and what was predicted of it, the best predicted group first.

    Args:
        deciles: what :func:`relmodels.forecast_deciles` found.
        ax: where to draw; a new figure by default.

    Raises:
        MissingExtra: if matplotlib is not installed.

    Examples:
        >>> import relmodels as rm
        >>> log, model = rm.datasets.cdnow(), rm.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> found = rm.forecast_deciles(model, summary, groups=5)
        >>> len(rm.plot.forecast_deciles(found).patches)
        10

    Reference:
        Malthouse, E. C. and Blattberg, R. C. (2005). Can we predict customer lifetime value?
        Journal of Interactive Marketing 19(1), 2-16.

    """
    ax = axes_for(ax)
    _bars(ax, deciles.actual, deciles.predicted, [str(group + 1) for group in range(len(deciles))])
    dress(
        ax,
        title="Do those expected to be best come first?",
        x="Groups of customers, those with the largest predictions first",
        y=f"Mean {deciles.quantity} in the holdout",
    )
    legend(ax, place="upper right")
    return ax


def _bars(ax: Axes, actual: FloatArray, expected: FloatArray, names: list[str]) -> None:
    place = np.arange(actual.size)
    ax.bar(place - _WIDTH / 2, actual, _WIDTH, color=ACTUAL, label="counted")
    ax.bar(place + _WIDTH / 2, expected, _WIDTH, color=EXPECTED, label="expected by the model")
    ax.set_xticks(place, names)
