"""Customer lifetime value: what each customer's future purchases are worth today.

The story has three parts that are told by other rooms and only multiplied here: how often a customer will buy
(a buy-till-you-die model), what a purchase is worth (a model of spend, times the margin), and what money of later is
worth now (the discount rate). Spend is taken to be independent of how often someone buys; check that in your data.
The value is that of the *future*: what a customer has brought so far is not in it, nor is the cost of keeping them.

An expectation is not a promise: most customers will bring less than it and a few far more.
:func:`purchases_interval` and :func:`clv_interval` give the range in which a single customer's outcome will probably
fall. They hold the parameters at their estimates; with some hundred customers or more their uncertainty is small
beside that of a single customer's behavior.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, IntArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import number
from relmodels.core.periods import Rate
from relmodels.effectiveness.quantiles import quantiles

__all__ = [
    "Buying",
    "BuyingRange",
    "Counting",
    "Spending",
    "SpendingRange",
    "clv",
    "clv_interval",
    "purchases_interval",
]

_TAIL: Final = 1e-9
_FIRST_COUNTS: Final = 32
_MOST_COUNTS: Final = 1 << 21
_CELLS: Final = 1 << 18


class Buying(Protocol):
    """A model that values a customer's future purchases, each counted as 1."""

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | None = None
    ) -> FloatArray:
        """Return the present value of the purchases to come, ``(n,)``; ``horizon=None`` means for ever."""
        ...


class Counting(Protocol):
    """A model that gives the distribution of the number of future purchases."""

    def pmf_given(self, k: FloatArray, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the probability of each of ``(m,)`` numbers of purchases for each customer, ``(n, m)``."""
        ...


class BuyingRange(Buying, Counting, Protocol):
    """A model that does both, and gives the undiscounted expectation."""

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return the expected number of purchases within ``horizon``, ``(n,)``."""
        ...


class Spending(Protocol):
    """A model that expects an amount per purchase."""

    def expected_spend(self, summary: PurchaseSummary) -> FloatArray:
        """Return the expected amount of a future purchase of each customer, ``(n,)``."""
        ...


class SpendingRange(Protocol):
    """A model that gives the distribution of the total of some purchases."""

    def total_spend_cdf(self, amount: FloatArray, purchases: FloatArray, summary: PurchaseSummary) -> FloatArray:
        """Return the probability that the next ``purchases`` of each customer cost at most ``amount``, all ``(n,)``."""
        ...


def clv(
    model: Buying,
    spend_model: Spending,
    summary: PurchaseSummary,
    *,
    horizon: float,
    discount_rate: float | Rate,
    margin: float = 1.0,
) -> FloatArray:
    """Return the present value of each customer's purchases within ``horizon``, ``(n,)``, in the currency of the spend.

    ``margin · E[spend | x, m] · ∫₀^horizon e^{-δt} dE[purchases(t) | x, t_x, T]`` with ``δ`` the force of interest:
    every purchase is discounted from the moment at which it is expected, not from the end of a period.

    Args:
        model: of the purchases, for example a fitted ``BGNBD``.
        spend_model: of the amounts, for example a fitted ``GammaGamma``.
        summary: ``(n,)`` customers, with spend.
        horizon: how far to look ahead, in ``summary.unit``; ``math.inf`` for ever.
        discount_rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
        margin: the share of an amount that is profit, 0 to 1; 1 values revenue.

    Raises:
        InvalidData: if the summary has no spend or is in another unit than the model.
        InvalidParameters: if the horizon is negative, the margin is not a share, the rate is not above -1,
            or an unlimited horizon is not discounted.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], spend=[22.35])
        >>> buying, spending = rm.BGNBD(0.243, 4.414, 0.793, 2.426), rm.GammaGamma(6.25, 3.74, 15.44)
        >>> rm.clv(buying, spending, summary, horizon=52, discount_rate=0.15, margin=0.3).round(2).tolist()
        [10.82]

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer base
        analysis. Journal of Marketing Research 42(4), 415-430.

    """
    share = _margin(margin)
    ahead = None if number(horizon, "horizon", "a length of time, math.inf for ever") == math.inf else horizon
    purchases = model.discounted_residual(summary, discount_rate, horizon=ahead)
    return share * spend_model.expected_spend(summary) * purchases


def purchases_interval(model: Counting, summary: PurchaseSummary, *, horizon: float, level: float = 0.8) -> FloatArray:
    """Return the range in which each customer's number of purchases will fall with probability ``level``, ``(n, 2)``.

    The ends are quantiles of the predictive distribution, the smallest numbers reached with probability
    ``(1 - level) / 2`` and ``(1 + level) / 2``; as counts are whole, the range holds at least ``level``.

    Args:
        model: of the purchases, for example a fitted ``BGNBD``.
        summary: ``(n,)`` customers.
        horizon: how far to look ahead, in ``summary.unit``; finite.
        level: the probability aimed at, between 0 and 1.

    Raises:
        InvalidParameters: if ``horizon`` is negative or not finite, or ``level`` is not between 0 and 1.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_arrays(frequency=[2, 20], recency=[30.43, 38], age=[38.86, 38.86])
        >>> purchases_interval(rm.BGNBD(0.243, 4.414, 0.793, 2.426), summary, horizon=39).tolist()
        [[0.0, 3.0], [2.0, 23.0]]

    Reference:
        The distribution is derived from Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers"
        the easy way: An alternative to the Pareto/NBD model. Marketing Science 24(2), 275-284, equation 8.

    """
    ends = _ends(level)
    found = np.zeros((len(summary), 2))
    for rows, probability in _count_distributions(model, summary, np.arange(len(summary)), _finite(horizon)):
        cumulative = np.cumsum(probability, axis=1)
        # A sum that misses a bound by rounding only has reached it.
        found[rows] = np.stack([(cumulative < end - _TAIL).sum(axis=1) for end in ends], axis=1)
    return found


def clv_interval(
    model: BuyingRange,
    spend_model: SpendingRange,
    summary: PurchaseSummary,
    *,
    horizon: float,
    discount_rate: float | Rate,
    margin: float = 1.0,
    level: float = 0.8,
) -> FloatArray:
    """Return the range in which each customer's value will fall with probability ``level``, ``(n, 2)``.

    The distribution of what a customer spends within the horizon is exact given the parameters: the number of
    purchases has the probabilities ``model.pmf_given``, and given N of them their total has the distribution
    ``spend_model.total_spend_cdf``; the ends are quantiles of that mixture. The lower end is 0 when no purchase at all
    is at least that probable.

    *When* the purchases come is approximated, a device of ours: each quantile is discounted by the customer's own
    ratio of discounted to undiscounted expected purchases, as if an outcome above or below the expectation were spread
    over the horizon in the same way. Without discounting (a rate of 0) nothing is approximated.

    It takes about a fifth of a millisecond for each customer; equal rows are looked at once.

    Args:
        model: of the purchases, for example a fitted ``BGNBD``.
        spend_model: of the amounts, for example a fitted ``GammaGamma``.
        summary: ``(n,)`` customers, with spend.
        horizon: how far to look ahead, in ``summary.unit``; finite.
        discount_rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
        margin: the share of an amount that is profit, 0 to 1; 1 values revenue.
        level: the probability aimed at, between 0 and 1.

    Raises:
        InvalidData: if the summary has no spend or is in another unit than the model.
        InvalidParameters: if the horizon is negative or not finite, or margin, level or rate are out of range.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.PurchaseSummary.from_arrays(frequency=[9], recency=[38], age=[38.86], spend=[30])
        >>> buying, spending = rm.BGNBD(0.243, 4.414, 0.793, 2.426), rm.GammaGamma(6.25, 3.74, 15.44)
        >>> clv_interval(buying, spending, summary, horizon=52, discount_rate=0.15).round(0).tolist()
        [[20.0, 431.0]]

    Reference:
        The distribution of the total is derived from Fader, P. S. and Hardie, B. G. S. (2013). The gamma-gamma model of
        monetary value. Research note, brucehardie.com/notes/025.

    """
    share, ends, ahead = _margin(margin), _ends(level), _finite(horizon)
    undiscounted = model.expected_purchases(summary, ahead)
    discounted = model.discounted_residual(summary, discount_rate, horizon=ahead)
    ratio = np.divide(discounted, undiscounted, out=np.ones(len(summary)), where=undiscounted > 0)
    kinds = summary.distinct_rows()
    totals = np.zeros((len(summary), 2))
    for rows, probability in _count_distributions(model, summary, kinds.rows, ahead):
        totals[rows] = _total_quantiles(spend_model, summary.take(rows), probability, ends)
    totals = totals[kinds.rows[kinds.inverse]]
    _check_ends(totals, level)
    return share * ratio[:, None] * totals


def _count_distributions(
    model: Counting, summary: PurchaseSummary, rows: IntArray, horizon: float
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield blocks of ``rows`` with their probabilities of 0, 1, 2, ... purchases, all but a billionth of them."""
    open_rows, size = rows, _FIRST_COUNTS
    while open_rows.size:
        if size > _MOST_COUNTS:
            message = f"customer row {open_rows[0]} may buy more than {_MOST_COUNTS:,} times; shorten the horizon"
            raise InvalidParameters(message)
        long: list[IntArray] = []
        for block in np.array_split(open_rows, 1 + open_rows.size * size // _CELLS):
            probability = model.pmf_given(np.arange(size, dtype=np.float64), summary.take(block), horizon)
            whole = probability.sum(axis=1) >= 1 - _TAIL
            if whole.any():
                yield block[whole], probability[whole]
            long.append(block[~whole])
        open_rows, size = np.concatenate(long), 2 * size


def _total_quantiles(
    spend_model: SpendingRange, summary: PurchaseSummary, probability: FloatArray, ends: tuple[float, float]
) -> FloatArray:
    """Return the quantiles of the total spend, ``(n, 2)``, given the probabilities of 0, 1, 2, ... purchases."""
    likely = probability > _TAIL / probability.shape[1]
    weight = np.where(likely, probability, 0.0)
    weight /= weight.sum(axis=1, keepdims=True)

    def below(amount: FloatArray, which: IntArray) -> FloatArray:
        customer = which // 2
        place, count = np.nonzero(likely[customer])
        row = customer[place]
        each = spend_model.total_spend_cdf(amount[place], count.astype(np.float64), summary.take(row))
        return np.asarray(np.bincount(place, weight[row, count] * each, which.size), dtype=np.float64)

    return quantiles(below, np.tile(ends, len(summary)), _typical(summary)).reshape(-1, 2)


def _typical(summary: PurchaseSummary) -> float:
    """Return an amount of the size of a purchase, 1 where nothing is known."""
    spend = np.zeros(1) if summary.spend is None else summary.spend
    return float(np.median(spend[spend > 0])) if (spend > 0).any() else 1.0


def _check_ends(totals: FloatArray, level: float) -> None:
    endless = np.flatnonzero(~np.isfinite(totals[:, 1]))
    if endless.size:
        message = (
            f"the spend of customer row {endless[0]} has a tail so heavy that no number holds its upper end; "
            f"give a lower level than {level!r}, or refit the model of spend on more data"
        )
        raise InvalidParameters(message)


def _margin(margin: float) -> float:
    if not 0 <= number(margin, "margin", "a share of the amount, thirty per cent as 0.3") <= 1:
        message = f"margin = {margin!r} is not a share of the amount between 0 and 1; give thirty per cent as 0.3"
        raise InvalidParameters(message)
    return float(margin)


def _ends(level: float) -> tuple[float, float]:
    if not 0 < number(level, "level", "a probability, eighty per cent as 0.8") < 1:
        message = f"level = {level!r} must lie between 0 and 1; give eighty per cent as 0.8"
        raise InvalidParameters(message)
    return (1 - level) / 2, (1 + level) / 2


def _finite(horizon: float) -> float:
    if not math.isfinite(number(horizon, "horizon", "a length of time of 0 or more")):
        message = f"horizon = {horizon!r} is not finite; an interval needs an end, for example one year"
        raise InvalidParameters(message)
    return horizon
