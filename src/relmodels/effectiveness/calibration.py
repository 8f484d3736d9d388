"""Is the model right for every kind of customer? What they did beside what it expected, by how often they bought.

A model is fitted to all customers together, and can be right on average while it is wrong about those who never came
back and about those who always do. Two comparisons show it: how many customers made 0, 1, 2, ... repeat purchases,
and, for each of these groups, how much they bought in the holdout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.checks import same_unit
from relmodels.btyd.distinct import distinct
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Unit
from relmodels.effectiveness.forecast_errors import Forecaster, outcome_of
from relmodels.frames.table import Table

__all__ = ["CountCalibration", "HoldoutByCount", "NewCustomerModel", "calibration_by_count", "holdout_by_count"]


class NewCustomerModel(Protocol):
    """A model that gives the distribution of the number of repeat purchases of a new customer."""

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of its parameters."""
        ...

    def pmf(self, k: ArrayLike, horizon: ArrayLike) -> FloatArray:
        """Return the probability of ``k`` repeat purchases within ``horizon``, broadcast."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CountCalibration:
    """How many customers made how many repeat purchases; the last group holds all who made as many or more.

    Attributes:
        purchases: ``(g,)`` repeat purchases of each group, 0, 1, 2, ...; of the last one, the fewest.
        actual: ``(g,)`` customers counted.
        expected: ``(g,)`` customers expected; they add up to as many as were counted.

    """

    purchases: IntArray
    actual: FloatArray
    expected: FloatArray

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of groups."""
        return int(self.purchases.size)

    @property
    def names(self) -> list[str]:
        """Return the number of repeat purchases of each group as text, the last one with a plus sign."""
        return [*map(str, self.purchases[:-1].tolist()), f"{self.purchases[-1]}+"]

    @property
    def misplaced(self) -> float:
        """Return the share of the customers who would have to change groups to make actual and expected equal."""
        return float(np.abs(self.actual - self.expected).sum() / (2 * self.actual.sum()))

    def table(self) -> Table:
        """Return one row for each group."""
        return Table({"repeat_purchases": self.names, "actual": self.actual, "expected": self.expected})


@dataclass(frozen=True, slots=True, eq=False)
class HoldoutByCount:
    """What customers bought in the holdout, by their repeat purchases before; groups without customers are left out.

    Attributes:
        purchases: ``(g,)`` repeat purchases in the calibration.
        most: those with this many or more are one group.
        customers: ``(g,)`` how many customers each group has.
        actual: ``(g,)`` mean purchases made in the holdout.
        expected: ``(g,)`` mean purchases expected in the holdout.

    """

    purchases: IntArray
    most: int
    customers: FloatArray
    actual: FloatArray
    expected: FloatArray

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of groups."""
        return int(self.purchases.size)

    @property
    def names(self) -> list[str]:
        """Return the number of repeat purchases of each group as text, an open one with a plus sign."""
        return [f"{count}+" if count == self.most else str(count) for count in self.purchases.tolist()]

    def table(self) -> Table:
        """Return one row for each group."""
        return Table(
            {
                "repeat_purchases": self.names,
                "customers": self.customers,
                "actual": self.actual,
                "expected": self.expected,
            }
        )


def calibration_by_count(model: NewCustomerModel, summary: PurchaseSummary, most: int = 7) -> CountCalibration:
    """Return how many customers made 0, 1, 2, ... repeat purchases, counted and expected.

    The expectation for k is the sum over customers of ``model.pmf(k, age)``; rows count by their weight.

    Args:
        model: any model with ``pmf``, fitted to ``summary``.
        summary: ``(n,)`` customers.
        most: customers with this many repeat purchases or more are one group.

    Raises:
        InvalidData: if ``summary`` is in another unit than the model.
        InvalidParameters: if ``most`` is not a whole number of 1 or more.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> print(calibration_by_count(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary, most=3).table())
        repeat_purchases  actual  expected
        0                   1411    1406.5
        1                    439     460.8
        2                    214     192.7
        3+                   293     297.0

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284, who draw it.

    """
    same_unit(model, model.unit, summary)
    group, weight = _groups(summary, most), _weights(summary)
    actual = np.asarray(np.bincount(group, weights=weight, minlength=most + 1), dtype=np.float64)
    ages = distinct(summary.age)
    probability = model.pmf(np.arange(most, dtype=np.float64)[:, None], summary.age[ages.rows])
    expected = np.einsum("ka,a->k", probability, ages.total(weight))
    rest = max(float(weight.sum() - expected.sum()), 0.0)
    return CountCalibration(read_only(np.arange(most + 1)), read_only(actual), read_only(np.append(expected, rest)))


def holdout_by_count(model: Forecaster, summary: PurchaseSummary, most: int = 7) -> HoldoutByCount:
    """Return the mean holdout purchases of customers with 0, 1, 2, ... repeat purchases before, made and expected.

    Args:
        model: any model with ``expected_purchases``, fitted to the calibration only.
        summary: ``(n,)`` customers with a holdout; rows count by their weight.
        most: customers with this many repeat purchases or more are one group.

    Raises:
        InvalidData: if the summary has no holdout or is in another unit than the model, or a prediction is negative
            or not finite.
        InvalidParameters: if ``most`` is not a whole number of 1 or more.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> print(holdout_by_count(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary, most=2).table())
        repeat_purchases  customers  actual  expected
        0                      1411  0.2367    0.2255
        1                       439  0.6970    0.5232
        2+                      507  2.4497    2.1818

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284, who call it the conditional expectation.

    """
    group = _groups(summary, most)
    found = outcome_of(model, summary)
    size, actual, expected = (
        np.bincount(group, weights=found.weight * values, minlength=most + 1)
        for values in (np.ones(group.size), found.actual, found.predicted)
    )
    some = np.flatnonzero(size)
    columns = (size[some], actual[some] / size[some], expected[some] / size[some])
    return HoldoutByCount(read_only(some), most, *map(read_only, columns))


def _groups(summary: PurchaseSummary, most: object) -> IntArray:
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        message = f"most = {most!r} must be a whole number of 1 or more; 7 is usual"
        raise InvalidParameters(message)
    return np.minimum(summary.frequency, most).astype(np.int64)


def _weights(summary: PurchaseSummary) -> FloatArray:
    return np.ones(len(summary)) if summary.weight is None else summary.weight
