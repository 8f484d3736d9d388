"""The numbers behind the report: both models fitted, every customer valued, and the forecast checked where it can be.

A :class:`Study` holds results only; what they mean in words is in :mod:`relmodels.report.words`,
what they look like in :mod:`relmodels.report.pictures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidData, NotConverged, RelmodelsError
from relmodels.core.periods import Rate, Unit, convert
from relmodels.effectiveness.abc_analysis import ABCAnalysis, abc_analysis
from relmodels.effectiveness.clv import clv, clv_interval, purchases_interval
from relmodels.estimation import fit
from relmodels.inference.result import Fit

__all__ = ["Check", "Money", "Study", "Top", "one_year", "study"]

_TOP: Final = 15
_LEVEL: Final = 0.8


@dataclass(frozen=True, slots=True)
class Money:
    """What turns purchases into value today.

    Attributes:
        discount_rate: effective per year as a plain number, or a rate that says more.
        margin: the share of an amount that is profit.
        currency: written before amounts, for example ``"$"``.

    """

    discount_rate: float | Rate = 0.15
    margin: float = 1.0
    currency: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A forecast that can be held against what happened: made from the first part of the history alone.

    Attributes:
        model: fitted to the calibration period.
        summary: of the calibration period, with its holdout.
        automatic: whether the period was split by the report and not by its reader.

    """

    model: BGNBD
    summary: PurchaseSummary
    automatic: bool


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The customers at the head of the list; all arrays ``(k,)`` or ``(k, 2)``.

    Attributes:
        rows: their rows in the summary, the best first.
        purchases: the ranges of their numbers of purchases, ``(k, 2)``.
        value: the ranges of their values, ``(k, 2)``, ``None`` without amounts.
        level: the probability of the ranges.

    """

    rows: IntArray
    purchases: FloatArray
    value: FloatArray | None
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything the report shows; arrays are ``(n,)`` in the order of the summary.

    Attributes:
        summary: the customers.
        horizon: how far the forecast goes, in ``summary.unit``.
        money: discount rate, margin and currency.
        buying: the fitted BG/NBD.
        spending: the fitted gamma-gamma; ``None`` without amounts or if it cannot be fitted.
        no_value: why there is no value, one sentence; ``None`` if there is.
        alive: P(alive) of each customer.
        purchases: expected purchases of each customer within the horizon.
        value: present value of each customer; ``None`` without it.
        classes: the ABC analysis of the value; ``None`` without it.
        top: the most valuable customers, or those expected to buy most.
        check: a forecast held against a holdout; ``None`` if there is none.

    """

    summary: PurchaseSummary
    horizon: float
    money: Money
    buying: Fit[BGNBD]
    spending: Fit[GammaGamma] | None
    no_value: str | None
    alive: FloatArray
    purchases: FloatArray
    value: FloatArray | None
    classes: ABCAnalysis | None
    top: Top
    check: Check | None


def study(
    summary: PurchaseSummary,
    *,
    horizon: float | None = None,
    money: Money | None = None,
    split: PurchaseSummary | None = None,
) -> Study:
    """Return the fitted models, the value of each customer and, where there is a holdout, the check of the forecast.

    Args:
        summary: one row for each customer; with spend, they are valued too.
        horizon: how far to look ahead, in ``summary.unit``; one year by default.
        money: discount rate, margin and currency.
        split: the same customers with a holdout, for the check, if ``summary`` itself has none.

    Raises:
        InvalidData: if the summary is empty, nobody bought again, or its rows stand for several customers.
        InvalidParameters: if horizon, rate or margin are out of range.
        NotConverged: if the BG/NBD has no best parameters for these customers.

    """
    _check_rows(summary)
    ahead = one_year(summary.unit) if horizon is None else horizon
    terms = money or Money()
    buying = fit(BGNBD, summary)
    spending, no_value = _spending(summary)
    value = None
    if spending is not None:
        value = clv(
            buying.model,
            spending.model,
            summary,
            horizon=ahead,
            discount_rate=terms.discount_rate,
            margin=terms.margin,
        )
    purchases = buying.model.expected_purchases(summary, ahead)
    return Study(
        summary=summary,
        horizon=ahead,
        money=terms,
        buying=buying,
        spending=spending,
        no_value=no_value,
        alive=buying.model.p_alive(summary),
        purchases=purchases,
        value=value,
        classes=None if value is None else abc_analysis(value),
        top=_top(summary, purchases if value is None else value, buying, spending, ahead, terms),
        check=_checked(summary, buying, split),
    )


def one_year(unit: Unit) -> float:
    """Return a year in whole units: 365 days, 52 weeks, 12 months, 4 quarters, 1 year."""
    return float(np.floor(convert(1.0, "year", to=unit) + 1e-9))


def _check_rows(summary: PurchaseSummary) -> None:
    if not len(summary):
        message = "the report needs customers; the summary is empty"
        raise InvalidData(message)
    if not summary.frequency.any():
        message = "nobody bought on a second day: without a repeat purchase there is nothing to learn from"
        raise InvalidData(message)
    if summary.weight is not None:
        message = "the report needs one row for each customer; this summary has weights, use the one before grouped()"
        raise InvalidData(message)


def _spending(summary: PurchaseSummary) -> tuple[Fit[GammaGamma] | None, str | None]:
    """Return the fit of the amounts, or ``None`` and the reason in one sentence."""
    if summary.spend is None:
        return None, "the purchases come without amounts"
    seen = summary.spend[(summary.frequency > 0) & (summary.spend > 0)]
    if seen.size and np.ptp(seen) == 0:
        return None, f"every customer spends the same, {seen[0]:g} per purchase, so there is no spend to model"
    try:
        spending = fit(GammaGamma, summary)
        spending.model.expected_spend_new()
    except NotConverged as error:
        return None, f"the amounts do not follow the gamma–gamma model, {_diagnosis(error)}"
    except RelmodelsError as error:
        return None, f"the amounts cannot be modeled: {error}"
    return spending, None


def _diagnosis(error: NotConverged[Any]) -> str:
    found = error.result
    return str(found.status.value) if isinstance(found, Fit) else str(error)


def _top(
    summary: PurchaseSummary,
    ranked_by: FloatArray,
    buying: Fit[BGNBD],
    spending: Fit[GammaGamma] | None,
    horizon: float,
    money: Money,
) -> Top:
    rows = np.argsort(-ranked_by, kind="stable")[:_TOP].astype(np.int64)
    best = summary.take(rows)
    value = None
    if spending is not None:
        value = clv_interval(
            buying.model,
            spending.model,
            best,
            horizon=horizon,
            discount_rate=money.discount_rate,
            margin=money.margin,
            level=_LEVEL,
        )
    purchases = purchases_interval(buying.model, best, horizon=horizon, level=_LEVEL)
    return Top(rows=rows, purchases=purchases, value=value, level=_LEVEL)


def _checked(summary: PurchaseSummary, buying: Fit[BGNBD], split: PurchaseSummary | None) -> Check | None:
    if summary.holdout is not None:
        return Check(model=buying.model, summary=summary, automatic=False)
    if split is None or split.holdout is None or not len(split):
        return None
    try:
        early = fit(BGNBD, split)
    except RelmodelsError:  # two thirds of a short history may be too little to fit; the report then goes unchecked
        return None
    return Check(model=early.model, summary=split, automatic=True)
