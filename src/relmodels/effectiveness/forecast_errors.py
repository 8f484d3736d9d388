"""How far off was the forecast? Errors per customer and in total, and whether the right customers came first.

A model that is fitted to the purchases up to some day can be asked what happens after it, and what did happen is in
the holdout. Three questions are asked of it, and a model can be good at one and bad at another: is the total right
(bias), is the number of each customer right (mean absolute and root mean square error), and are the customers in the
right order (rank correlation, concentration, what the best tenth brought)? The last is what picks whom to write to.

An expectation is never right for a single customer, whose purchases are whole and mostly 0; so errors per customer
say something only beside those of another model on the same customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from relmodels.btyd.holdout import Holdout
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray, check_finite, check_not_negative, column
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.periods import Unit
from relmodels.core.sums import dot
from relmodels.effectiveness.clv import Spending
from relmodels.effectiveness.lineup import concentration, line_up, spearman
from relmodels.frames.table import Table

__all__ = ["ErrorMeasures", "ForecastErrors", "Forecaster", "Outcome", "forecast_errors", "outcome_of"]

# A smaller Gini coefficient is the rounding of equal values.
_FLAT: Final = 1e-12
_MEASURES: Final[dict[str, str]] = {
    "customers": "customers compared",
    "mean_actual": "what happened, per customer",
    "mean_predicted": "what was predicted, per customer",
    "bias": "predicted less actual, per customer",
    "total_bias": "predicted less actual, in total",
    "relative_bias": "total bias as a share of the actual total",
    "mae": "mean absolute error",
    "rmse": "root mean square error",
    "spearman": "rank correlation of predicted and actual",
    "gini_actual": "concentration of what happened",
    "gini_predicted": "concentration of what was predicted",
    "concentration": "concentration of what happened, in predicted order",
    "normalized_gini": "the same as a share of the best possible order",
    "top_decile_share": "share of what happened held by the best predicted tenth",
}


class Forecaster(Protocol):
    """A model that expects a number of purchases of each customer."""

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the expected number of purchases within ``horizon``, ``(n,)``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was predicted of customers beside what they did.

    Attributes:
        predicted: ``(n,)`` what was predicted of each, 0 or more.
        actual: ``(n,)`` what happened, 0 or more.
        weight: ``(n,)`` how many customers each row stands for.

    """

    predicted: FloatArray
    actual: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class ErrorMeasures:
    """How far predictions of one quantity were from what happened.

    Attributes:
        customers: how many customers were compared.
        mean_actual: what happened, per customer.
        mean_predicted: what was predicted, per customer.
        mae: mean absolute error.
        rmse: root mean square error.
        spearman: correlation of the ranks of predicted and actual values, equal values sharing their mean rank;
            ``None`` if all predictions or all actual values are equal, for then there is no order to compare.
        gini_actual: Gini coefficient of the actual values; 0 if all are 0.
        gini_predicted: Gini coefficient of the predictions; 0 if all are 0.
        concentration: Gini coefficient of the actual values with the customers in predicted order, customers with
            equal predictions sharing evenly: ``gini_actual`` if the order is right, 0 if it says nothing, negative
            if it is worse than that; 0 if all actual values are 0.
        top_decile_share: share of the actual total held by the tenth of the customers with the largest predictions;
            0.1 if the total is 0, as if all held the same.

    Examples:
        >>> measures = ErrorMeasures(10, 2.0, 1.5, 0.9, 1.2, 0.6, 0.5, 0.3, 0.4, 0.25)
        >>> measures.bias, measures.total_bias, measures.relative_bias, measures.normalized_gini
        (-0.5, -5.0, -0.25, 0.8)

    """

    customers: float
    mean_actual: float
    mean_predicted: float
    mae: float
    rmse: float
    spearman: float | None
    gini_actual: float
    gini_predicted: float
    concentration: float
    top_decile_share: float

    @property
    def bias(self) -> float:
        """Return predicted less actual, per customer: above 0 if too much was predicted."""
        return self.mean_predicted - self.mean_actual

    @property
    def total_bias(self) -> float:
        """Return predicted less actual, summed over the customers."""
        return self.customers * self.bias

    @property
    def relative_bias(self) -> float | None:
        """Return the total bias as a share of the actual total; ``None`` if that is 0."""
        return self.bias / self.mean_actual if self.mean_actual > 0 else None

    @property
    def normalized_gini(self) -> float | None:
        """Return ``concentration / gini_actual``: 1 for the right order; ``None`` if all actual values are equal."""
        return self.concentration / self.gini_actual if self.gini_actual > _FLAT else None


@dataclass(frozen=True, slots=True)
class ForecastErrors:
    """What :func:`forecast_errors` found; print :meth:`table`.

    Attributes:
        horizon: the length of the holdout.
        unit: its time unit.
        purchases: errors of the number of purchases, over all customers.
        spend: errors of the mean amount per purchase, over the customers who bought in the holdout; ``None`` without
            a model of spend, or if nobody bought. Its total bias adds up
            means and has no use of its own.
        revenue: errors of the revenue (predicted: purchases times amount), over all customers; ``None`` without a
            model of spend.

    """

    horizon: float
    unit: Unit
    purchases: ErrorMeasures
    spend: ErrorMeasures | None = None
    revenue: ErrorMeasures | None = None

    def table(self) -> Table:
        """Return one row for each measure and one column for each quantity; a measure without a value shows as ``-``.

        Examples:
            >>> measures = ErrorMeasures(10, 2.0, 1.5, 0.9, 1.2, None, 0.0, 0.3, 0.0, 0.1)
            >>> ForecastErrors(39.0, "week", measures).table().columns
            ('measure', 'purchases', 'meaning')

        """
        found = {"purchases": self.purchases, "spend": self.spend, "revenue": self.revenue}
        columns: dict[str, list[float]] = {
            name: [_shown(getattr(measures, measure)) for measure in _MEASURES]
            for name, measures in found.items()
            if measures is not None
        }
        return Table({"measure": list(_MEASURES), **columns, "meaning": list(_MEASURES.values())})


def forecast_errors(
    model: Forecaster, summary: PurchaseSummary, *, spend_model: Spending | None = None
) -> ForecastErrors:
    """Return how far the predictions of ``model`` were from what the customers did in the holdout.

    With e = predicted - actual over N customers: bias ``Σe/N``, mean absolute error ``Σ|e|/N``, root mean square error
    ``√(Σe²/N)``; Spearman's rank correlation; the Gini coefficients of both; the Gini coefficient of what happened
    with the customers in predicted order, and its ratio to the best possible; the share of the best predicted tenth.
    Rows count by their weight. The normalized Gini and the sharing among equal predictions are conventions of ours.

    Args:
        model: of the purchases, fitted to the calibration only.
        summary: ``(n,)`` customers with a holdout.
        spend_model: of the amounts, also fitted to the calibration only; adds the errors of the mean amount of those
            who bought, and of the revenue.

    Raises:
        InvalidData: if the summary has no holdout, or no amounts in it although ``spend_model`` is given, or is in
            another unit than the model; or if a prediction is negative or not finite.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> errors = forecast_errors(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary)
        >>> round(errors.purchases.mae, 3), round(errors.purchases.relative_bias, 3)
        (0.786, -0.121)

    Reference:
        Wübben, M. and von Wangenheim, F. (2008). Instant customer base analysis: Managerial heuristics often "get it
        right". Journal of Marketing 72(3), 82-93. The rank correlation is of Spearman, C. (1904). The proof and
        measurement of association between two things. American Journal of Psychology 15(1), 72-101.

    """
    held = _holdout_of(summary)
    purchases = outcome_of(model, summary)
    number = _measures(purchases)
    if spend_model is None:
        return ForecastErrors(held.duration, summary.unit, number)
    amount = _amounts_of(spend_model, summary)
    spend = _of_buyers(amount, held.frequency > 0)
    return ForecastErrors(held.duration, summary.unit, number, spend, _measures(_product(purchases, amount)))


def outcome_of(model: Forecaster, summary: PurchaseSummary, spend_model: Spending | None = None) -> Outcome:
    """Return the purchases predicted for the holdout beside those made in it; with a model of spend, the revenue.

    Raises:
        InvalidData: if the summary has no holdout, or no amounts in it although ``spend_model`` is given, or a
            prediction is negative or not finite.

    """
    held = _holdout_of(summary)
    predicted = model.expected_purchases(summary, held.duration)
    purchases = _outcome(predicted, held.frequency, summary.weight, "purchases")
    return purchases if spend_model is None else _product(purchases, _amounts_of(spend_model, summary))


def _holdout_of(summary: PurchaseSummary) -> Holdout:
    if summary.holdout is None:
        message = "the summary has no holdout; make it with calibration_end=..., a day before the end of the purchases"
        raise InvalidData(message)
    return summary.holdout


def _amounts_of(spend_model: Spending, summary: PurchaseSummary) -> Outcome:
    held = _holdout_of(summary)
    if held.spend is None:
        message = "the holdout has no amounts; make the summary with amount=..., or leave spend_model out"
        raise InvalidData(message)
    return _outcome(spend_model.expected_spend(summary), held.spend, summary.weight, "spend")


def _product(purchases: Outcome, amount: Outcome) -> Outcome:
    return Outcome(purchases.predicted * amount.predicted, purchases.actual * amount.actual, purchases.weight)


def _outcome(predicted: FloatArray, actual: FloatArray, weight: FloatArray | None, subject: str) -> Outcome:
    problems = Problems(f"holdout {subject}")
    columns = {name: column(values, name, problems) for name, values in (("predicted", predicted), ("actual", actual))}
    if columns["predicted"].size != actual.size:
        problems.add(f"predicted has {columns['predicted'].size} values, actual {actual.size}; predict each customer")
    for name, values in columns.items():
        check_finite(values, name, problems)
        check_not_negative(values, name, problems)
    problems.raise_if_any()
    return Outcome(columns["predicted"], columns["actual"], np.ones(actual.size) if weight is None else weight)


def _of_buyers(amount: Outcome, bought: BoolArray) -> ErrorMeasures | None:
    if not bought.any():
        return None
    return _measures(Outcome(amount.predicted[bought], amount.actual[bought], amount.weight[bought]))


def _measures(outcome: Outcome) -> ErrorMeasures:
    predicted, actual, weight = outcome.predicted, outcome.actual, outcome.weight
    share = weight / weight.sum()
    error = predicted - actual
    return ErrorMeasures(
        customers=float(weight.sum()),
        mean_actual=dot(share, actual),
        mean_predicted=dot(share, predicted),
        mae=dot(share, np.abs(error)),
        rmse=math.sqrt(dot(share, error**2)),
        spearman=spearman(predicted, actual, weight),
        gini_actual=concentration(actual, actual, weight),
        gini_predicted=concentration(predicted, predicted, weight),
        concentration=concentration(predicted, actual, weight),
        top_decile_share=line_up(predicted, actual, weight).share_of_first(0.1),
    )


def _shown(value: float | None) -> float:
    return math.nan if value is None else value
