"""Is the model right? What customers did beside what the model expected, by how often they bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.checks import same_unit
from relmodels.btyd.distinct import distinct
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidData
from relmodels.core.periods import Unit
from relmodels.plot.canvas import ACTUAL, EXPECTED, axes_for, dress, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["frequency_calibration", "holdout_calibration", "holdout_means", "repeat_counts"]

_LAST: Final = 7
_WIDTH: Final = 0.4


class NewCustomerModel(Protocol):
    """A model that gives the distribution of the number of repeat purchases of a new customer."""

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of its parameters."""
        ...

    def pmf(self, k: ArrayLike, horizon: ArrayLike) -> FloatArray:
        """Return the probability of ``k`` repeat purchases within ``horizon``, broadcast."""
        ...


class PurchaseForecaster(Protocol):
    """A model that expects a number of purchases of each customer."""

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the expected number of purchases within ``horizon``, ``(n,)``."""
        ...


def frequency_calibration(model: NewCustomerModel, summary: PurchaseSummary, *, ax: Axes | None = None) -> Axes:
    """Return bars of how many customers made 0, 1, 2, … repeat purchases, and how many the model expected.

    The expectation for k is the sum over customers of ``model.pmf(k, age)``; 7 and more share the last bars.

    Args:
        model: any model with ``pmf``, fitted to ``summary``.
        summary: ``(n,)`` customers.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` is in another unit than the model.
        MissingExtra: if matplotlib is not installed.

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284, figure 1.

    """
    actual, expected = repeat_counts(model, summary)
    ax = axes_for(ax)
    place = np.arange(_LAST + 1)
    ax.bar(place - _WIDTH / 2, actual, _WIDTH, color=ACTUAL, label="counted")
    ax.bar(place + _WIDTH / 2, expected, _WIDTH, color=EXPECTED, label="expected by the model")
    ax.set_xticks(place, _names())
    dress(ax, title="How many customers bought how often", x="Repeat purchases so far", y="Customers")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    legend(ax)
    return ax


def holdout_calibration(model: PurchaseForecaster, summary: PurchaseSummary, *, ax: Axes | None = None) -> Axes:
    """Return what customers bought in the holdout beside what was expected of them, by their repeat purchases before.

    Args:
        model: any model with ``expected_purchases``, fitted to ``summary``.
        summary: ``(n,)`` customers with a holdout.
        ax: where to draw; a new figure by default.

    Raises:
        InvalidData: if ``summary`` has no holdout or is in another unit than the model.
        MissingExtra: if matplotlib is not installed.

    Reference:
        Fader, Hardie and Lee (2005), Marketing Science 24(2), figure 3.

    """
    actual, expected, _ = holdout_means(model, summary)
    ax = axes_for(ax)
    place = np.arange(_LAST + 1)
    ax.plot(place, actual, color=ACTUAL, marker="o", linewidth=2, label="bought in the holdout")
    ax.plot(place, expected, color=EXPECTED, marker="s", linewidth=2, linestyle="--", label="expected by the model")
    ax.set_xticks(place, _names())
    ax.set_ylim(bottom=0)
    dress(
        ax,
        title="Who bought more before, buys more after",
        x="Repeat purchases in the calibration period",
        y="Mean purchases in the holdout",
    )
    legend(ax, place="upper left")
    return ax


def repeat_counts(model: NewCustomerModel, summary: PurchaseSummary) -> tuple[FloatArray, FloatArray]:
    """Return how many customers made 0, 1, …, 6 and 7 or more repeat purchases: counted and expected, ``(8,)`` each."""
    same_unit(model, model.unit, summary)
    weight = _weights(summary)
    actual = _per_group(_groups(summary), weight)
    ages = distinct(summary.age)
    probability = model.pmf(np.arange(_LAST, dtype=np.float64)[:, None], summary.age[ages.rows])
    expected = probability @ ages.total(weight)
    rest = max(float(weight.sum() - expected.sum()), 0.0)
    return actual, np.append(expected, rest)


def holdout_means(model: PurchaseForecaster, summary: PurchaseSummary) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean holdout purchases by repeat purchases before: actual, expected, and group sizes, ``(8,)`` each.

    A group without customers has the means ``nan``, which a picture leaves out.

    Raises:
        InvalidData: if ``summary`` has no holdout.

    """
    if summary.holdout is None:
        message = "the summary has no holdout; make it with calibration_end=..., a day before the end of the purchases"
        raise InvalidData(message)
    weight, group = _weights(summary), _groups(summary)
    expected = model.expected_purchases(summary, summary.holdout.duration)
    size = _per_group(group, weight)
    sums = [_per_group(group, weight * values) for values in (summary.holdout.frequency, expected)]
    actual, forecast = (np.divide(s, size, out=np.full(_LAST + 1, np.nan), where=size > 0) for s in sums)
    return actual, forecast, size


def _per_group(group: IntArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(group, weights=values, minlength=_LAST + 1), dtype=np.float64)


def _groups(summary: PurchaseSummary) -> IntArray:
    return np.minimum(summary.frequency, _LAST).astype(np.int64)


def _weights(summary: PurchaseSummary) -> FloatArray:
    return np.ones(len(summary)) if summary.weight is None else summary.weight


def _names() -> list[str]:
    return [*(str(k) for k in range(_LAST)), f"{_LAST}+"]
