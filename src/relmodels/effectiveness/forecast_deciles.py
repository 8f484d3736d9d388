"""The customers lined up by what was predicted of them, cut into groups of equal size: did the first bring most?

A good forecast shows twice: in each group what was predicted is near what happened, and what happened falls steeply
from the first group to the last. Ten groups are custom, hence deciles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.effectiveness.forecast_errors import Forecaster, outcome_of
from relmodels.effectiveness.lineup import line_up
from relmodels.frames.table import Table

__all__ = ["ForecastDeciles", "forecast_deciles"]


@dataclass(frozen=True, slots=True, eq=False)
class ForecastDeciles:
    """Groups of equal size, from the customers with the largest predictions to those with the smallest.

    Attributes:
        customers: ``(g,)`` how many customers each group stands for, the same for all; not whole if their number
            does not divide, for a customer on a border counts on both sides in part.
        predicted: ``(g,)`` mean number of purchases predicted.
        actual: ``(g,)`` mean number of purchases made in the holdout.
        cumulative_share: ``(g,)`` share of all purchases made by this group and those before it; that of the
            customers if there were none.
        cumulative_lift: ``(g,)`` that share divided by the share of the customers: 1 says that the order is no help.

    """

    customers: FloatArray
    predicted: FloatArray
    actual: FloatArray
    cumulative_share: FloatArray
    cumulative_lift: FloatArray

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of groups."""
        return int(self.customers.size)

    def table(self) -> Table:
        """Return one row for each group, numbered from 1, the best predicted first."""
        return Table(
            {
                "group": np.arange(1, len(self) + 1),
                "customers": self.customers,
                "predicted": self.predicted,
                "actual": self.actual,
                "cumulative_share": self.cumulative_share,
                "cumulative_lift": self.cumulative_lift,
            }
        )


def forecast_deciles(model: Forecaster, summary: PurchaseSummary, groups: int = 10) -> ForecastDeciles:
    """Return predicted and actual holdout purchases of groups of equal size, the best predicted customers first.

    Every group stands for exactly ``N / groups`` of the N customers. A customer, or customers with equal predictions,
    across a border are shared out in proportion, so that the order of the rows does not matter (a convention of ours).

    Args:
        model: of the purchases, fitted to the calibration only.
        summary: ``(n,)`` customers with a holdout; rows count by their weight.
        groups: how many, from 1 to the number of customers.

    Raises:
        InvalidData: if the summary has no holdout or is in another unit than the model, or a prediction is negative
            or not finite.
        InvalidParameters: if ``groups`` is not a whole number from 1 to the number of customers.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> deciles = forecast_deciles(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary)
        >>> deciles.predicted[:3].round(2).tolist(), deciles.actual[:3].round(2).tolist()
        ([3.65, 1.11, 0.62], [3.75, 1.31, 0.96])

    Reference:
        Malthouse, E. C. and Blattberg, R. C. (2005). Can we predict customer lifetime value?
        Journal of Interactive Marketing 19(1), 2-16.

    """
    _check_groups(groups, summary.n)
    found = outcome_of(model, summary)
    predicted, actual = (line_up(found.predicted, values, found.weight) for values in (found.predicted, found.actual))
    borders = actual.customers[-1] * np.arange(groups + 1) / groups
    size, upto = np.diff(borders), np.arange(1, groups + 1) / groups
    made = actual.at(borders)
    share = made[1:] / made[-1] if made[-1] > 0 else upto
    # A sum of differences may miss 0 by rounding.
    means = (np.maximum(np.diff(line), 0.0) / size for line in (predicted.at(borders), made))
    return ForecastDeciles(*map(read_only, (size, *means, share, share / upto)))


def _check_groups(groups: float, customers: float) -> None:
    whole = isinstance(groups, int | np.integer) and not isinstance(groups, bool)
    if not whole or not 1 <= groups <= customers:
        allowed = f"a whole number from 1 to the number of customers, {customers:,.0f}"
        message = f"groups = {groups!r} must be {allowed}; 10 is usual"
        raise InvalidParameters(message)
