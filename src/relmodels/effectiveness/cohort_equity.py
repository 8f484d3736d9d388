"""What a newly won customer is worth, and what all customers of a base are worth together.

Both are :func:`~relmodels.effectiveness.clv.clv`, asked of another row and summed. A new customer has just made the
first purchase and been observed for no time: frequency, recency and age are 0. Only purchases *after* the first are
valued: neither the first purchase itself nor the cost of winning the customer is in it, so compare the two yourself.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from relmodels.btyd.checks import sampling_unit
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Duration, Rate, Unit
from relmodels.core.sums import dot
from relmodels.effectiveness.clv import Buying, Spending, clv

__all__ = ["BuyingInUnit", "cohort_equity", "new_customer_value"]


class BuyingInUnit(Buying, Protocol):
    """A model that values future purchases and knows the time unit of its parameters."""

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of its parameters."""
        ...


def new_customer_value(
    model: BuyingInUnit,
    spend_model: Spending,
    *,
    horizon: float | Duration,
    discount_rate: float | Rate,
    margin: float = 1.0,
    unit: Unit | None = None,
) -> float:
    """Return the present value of the repeat purchases of a customer who has just made the first.

    Exactly :func:`~relmodels.effectiveness.clv.clv` at frequency, recency and age 0: ``margin`` times the
    population's mean spend times the discounted expected purchases of a new customer. The first purchase and the
    cost of winning the customer are not in it.

    Args:
        model: of the purchases, for example a fitted ``BGNBD``.
        spend_model: of the amounts, for example a fitted ``GammaGamma``.
        horizon: how far to look ahead, a number in ``unit`` or a :class:`~relmodels.core.periods.Duration`;
            ``math.inf`` for ever.
        discount_rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
        margin: the share of an amount that is profit, 0 to 1; 1 values revenue.
        unit: the time unit of the horizon; by default the model's, or the week.

    Raises:
        InvalidParameters: if the horizon is negative, the margin is not a share, the rate is not above -1, an
            unlimited horizon is not discounted, ``unit`` is not the model's, or spend has no finite mean.

    Examples:
        >>> import relmodels as rm
        >>> buying, spending = rm.BGNBD(0.243, 4.414, 0.793, 2.426), rm.GammaGamma(6.25, 3.74, 15.44)
        >>> round(new_customer_value(buying, spending, horizon=52, discount_rate=0.15, margin=0.3), 2)
        14.44

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer base
        analysis. Journal of Marketing Research 42(4), 415-430.

    """
    used = sampling_unit(model, model.unit, unit)
    nobody = PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[0], spend=[0], unit=used)
    value = clv(model, spend_model, nobody, horizon=horizon, discount_rate=discount_rate, margin=margin)
    return float(value[0])


def cohort_equity(
    model: Buying,
    spend_model: Spending,
    summary: PurchaseSummary,
    *,
    horizon: float | Duration,
    discount_rate: float | Rate,
    margin: float = 1.0,
) -> float:
    """Return the present value of the purchases of all customers within ``horizon``, in the currency of the spend.

    The sum of :func:`~relmodels.effectiveness.clv.clv` over the rows, each as often as its weight says. Customers who
    are still to be won are not in it: value them with :func:`new_customer_value`.

    Args:
        model: of the purchases, for example a fitted ``BGNBD``.
        spend_model: of the amounts, for example a fitted ``GammaGamma``.
        summary: ``(n,)`` customers, with spend: a whole base, or the rows of one cohort.
        horizon: how far to look ahead, a number in ``summary.unit`` or a :class:`~relmodels.core.periods.Duration`;
            ``math.inf`` for ever.
        discount_rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
        margin: the share of an amount that is profit, 0 to 1; 1 values revenue.

    Raises:
        InvalidData: if the summary has no spend or is in another unit than the model.
        InvalidParameters: if the horizon is negative, the margin is not a share, the rate is not above -1,
            or an unlimited horizon is not discounted.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_arrays(
        ...     frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86], spend=[22.35, 0], weight=[1, 10]
        ... )
        >>> buying, spending = rm.BGNBD(0.243, 4.414, 0.793, 2.426), rm.GammaGamma(6.25, 3.74, 15.44)
        >>> round(cohort_equity(buying, spending, summary, horizon=52, discount_rate=0.15, margin=0.3), 2)
        35.76

    Reference:
        The sum over customers as the value of a base is of Blattberg, R. C. and Deighton, J. (1996). Manage marketing
        by the customer equity test. Harvard Business Review 74(4), 136-144; the value of each is that of ``clv``.

    """
    value = clv(model, spend_model, summary, horizon=horizon, discount_rate=discount_rate, margin=margin)
    return dot(np.ones(len(summary)) if summary.weight is None else summary.weight, value)
