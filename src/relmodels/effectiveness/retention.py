"""Retention, churn and survival, which are three things: a rate of a period, its complement, and a curve over periods.

The retention rate of a period is the share of those present at its beginning who are present at its end; churn is the
rest. Survival at a period is the product of all retention rates so far. A retention rate is not constant over the life
of a cohort: it rises as those who leave early have left. Rates of money, gross and net, count what customers pay
instead of heads. Where some are still there, survival is estimated as Kaplan and Meier do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.periods import Unit, as_unit, convert
from relmodels.core.survival import product_limit

__all__ = ["ChurnRate", "RetentionRate", "RevenueRetention", "SurvivalCurve", "kaplan_meier", "revenue_retention"]


@dataclass(frozen=True, slots=True)
class RetentionRate:
    """The share of customers of a period who are still there at its end.

    Attributes:
        value: from 0 to 1.
        per: the period.

    Raises:
        InvalidParameters: if it is no share.

    Examples:
        >>> monthly = RetentionRate(0.95, per="month")
        >>> round(monthly.to("year").value, 4), round(monthly.mean_life, 6), monthly.churn
        (0.5404, 20.0, ChurnRate(value=0.050000000000000044, per='month'))

    """

    value: float
    per: Unit

    def __post_init__(self) -> None:
        """Check that it is a share of a period."""
        _check_share(self.value, "retention")
        as_unit(self.per)

    @classmethod
    def of_counts(cls, *, start: float, end: float, new: float, per: Unit) -> Self:
        """Return the rate of counted customers: those at the end who are not new, over those at the start.

        Examples:
            >>> RetentionRate.of_counts(start=100, end=105, new=20, per="year").value
            0.85

        """
        for name, count in (("start", start), ("end", end), ("new", new)):
            if not finite(count, name, "a count of customers") >= 0.0:
                message = f"{name} = {count!r} is no count of customers"
                raise InvalidData(message)
        if not start > 0.0 or not 0.0 <= end - new <= start:
            message = f"start = {start}, end = {end}, new = {new}: of those at the start {end - new} would be left"
            raise InvalidData(message)
        return cls((end - new) / start, per)

    @property
    def churn(self) -> ChurnRate:
        """Return the share that left."""
        return ChurnRate(1.0 - self.value, self.per)

    @property
    def mean_life(self) -> float:
        """Return the mean number of periods, the first counted, if the rate stays: ``1 / (1 - r)``; infinite at 1."""
        return float("inf") if self.value == 1.0 else 1.0 / (1.0 - self.value)

    @property
    def mean_renewals(self) -> float:
        """Return the mean number of renewals if the rate stays: ``r / (1 - r)``; infinite at 1."""
        return float("inf") if self.value == 1.0 else self.value / (1.0 - self.value)

    def to(self, per: Unit) -> Self:
        """Return the rate of another period if it stays the same: ``r`` to the power of the periods in one."""
        return type(self)(float(self.value ** convert(1.0, as_unit(per), self.per)), per)


@dataclass(frozen=True, slots=True)
class ChurnRate:
    """The share of customers of a period who are gone at its end.

    Attributes:
        value: from 0 to 1.
        per: the period.

    Raises:
        InvalidParameters: if it is no share.

    Examples:
        >>> ChurnRate(0.25, per="year").retention.value
        0.75

    """

    value: float
    per: Unit

    def __post_init__(self) -> None:
        """Check that it is a share of a period."""
        _check_share(self.value, "churn")
        as_unit(self.per)

    @property
    def retention(self) -> RetentionRate:
        """Return the share that stayed."""
        return RetentionRate(1.0 - self.value, self.per)

    def to(self, per: Unit) -> Self:
        """Return the rate of another period if it stays the same."""
        return type(self)(1.0 - self.retention.to(per).value, per)


def _check_share(value: float, name: str) -> None:
    if not 0.0 <= finite(value, name, "a share between 0 and 1") <= 1.0:
        message = f"{name} = {value!r} is not between 0 and 1; give ninety per cent as 0.9"
        raise InvalidParameters(message)


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share of a cohort that is still there after 0, 1, 2, … periods.

    Attributes:
        share: ``(T + 1,)`` from 1, never rising.
        per: the period.

    Raises:
        InvalidData: if it does not begin with 1, rises, or leaves [0, 1].

    Examples:
        >>> curve = SurvivalCurve([1.0, 0.631, 0.468], per="year")
        >>> curve.retention_rates.round(4).tolist()
        [0.631, 0.7417]

    """

    share: FloatArray
    per: Unit

    __reduce__ = by_fields

    def __init__(self, share: ArrayLike, per: Unit) -> None:
        """Make the curve of shares, the first of which is 1."""
        problems = Problems("survival curve")
        values = column(share, "share", problems)
        check_finite(values, "share", problems)
        if not problems and (not values.size or values[0] != 1.0):
            problems.add("share must begin with 1: at the start all are there")
        if not problems and (np.any(np.diff(values) > 0.0) or values[-1] < 0.0):
            row = int(np.argmax(np.diff(values) > 0.0)) + 1
            problems.add(f"share[{row}] = {values[row]} is out of order; nobody comes back, and nobody is there twice")
        problems.raise_if_any()
        object.__setattr__(self, "share", values)
        object.__setattr__(self, "per", as_unit(per))

    @property
    def retention_rates(self) -> FloatArray:
        """Return ``(T,)`` the rate of each period, ``S(t) / S(t - 1)``; ``nan`` once nobody is left."""
        before, after = self.share[:-1], self.share[1:]
        return read_only(np.divide(after, before, out=np.full(after.size, np.nan), where=before > 0.0))

    @property
    def churned(self) -> FloatArray:
        """Return ``(T,)`` the share of the cohort that leaves in each period."""
        return read_only(-np.diff(self.share))


def kaplan_meier(duration: ArrayLike, left: ArrayLike, *, per: Unit) -> SurvivalCurve:
    """Return survival estimated from customers of whom some are still there.

    ``S(t) = Π (1 - d_i / n_i)`` over whole periods ``i`` up to ``t``, with those who left and those at risk.

    Args:
        duration: ``(n,)`` whole periods each customer was seen to stay.
        left: ``(n,)`` whether they left then (true), or were still there when last seen.
        per: the period.

    Raises:
        InvalidData: if durations are no whole numbers of 0 or more, lengths differ, or there are none.

    Examples:
        >>> kaplan_meier([1, 2, 2, 3], [True, True, False, False], per="month").share.tolist()
        [1.0, 0.75, 0.5, 0.5]

    Reference:
        Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
        American Statistical Association 53(282), 457-481.

    """
    problems = Problems("survival")
    stayed = column(duration, "duration", problems)
    gone = _yes_or_no(left, problems)
    if check_finite(stayed, "duration", problems):
        check_not_negative(stayed, "duration", problems)
    if not problems and (np.any(stayed != np.floor(stayed)) or gone.shape != stayed.shape or not stayed.size):
        problems.add("give a whole number of periods and whether they left for each of at least one customer")
    problems.raise_if_any()
    # Who leaves in period 0 was never there for a whole one; the curve begins with 1, and has lost them by the next.
    later = product_limit(stayed, gone).at(np.arange(1.0, stayed.max() + 1.0))
    return SurvivalCurve(np.append(1.0, later), per)


def _yes_or_no(values: ArrayLike, problems: Problems) -> BoolArray:
    found = np.asarray(values)
    if found.dtype.kind != "b" and not (found.dtype.kind in "iuf" and np.isin(found, (0, 1)).all()):
        problems.add("left must be true or false, or 1 or 0, for each customer")
    return np.asarray(found, dtype=bool) if found.dtype.kind in "biuf" else np.zeros(found.shape, dtype=bool)


@dataclass(frozen=True, slots=True)
class RevenueRetention:
    """What is left of last period's revenue.

    Attributes:
        gross: ``(start - churn - contraction) / start``, at most 1.
        net: the same with what remaining customers pay more; may lie above 1.

    """

    gross: float
    net: float


def revenue_retention(
    *, start: float, churned: float, contraction: float = 0.0, expansion: float = 0.0
) -> RevenueRetention:
    """Return gross and net revenue retention of a period.

    Args:
        start: recurring revenue at the beginning.
        churned: lost with customers who left.
        contraction: lost with customers who stayed and pay less.
        expansion: won with customers who stayed and pay more.

    Raises:
        InvalidData: if an amount is negative, the start is 0, or more is lost than there was.

    Examples:
        >>> revenue_retention(start=100, churned=10, contraction=5, expansion=20)
        RevenueRetention(gross=0.85, net=1.05)

    Reference:
        Skok, D. (2010), SaaS metrics: A guide to measuring and improving what matters; the usual definitions.

    """
    amounts = {"start": start, "churned": churned, "contraction": contraction, "expansion": expansion}
    for name, amount in amounts.items():
        if not finite(amount, name, "an amount of 0 or more") >= 0.0:
            message = f"{name} = {amount!r} is no amount of 0 or more"
            raise InvalidData(message)
    if not start > 0.0 or churned + contraction > start:
        message = (
            f"start = {start}, churned + contraction = {churned + contraction}: more cannot be lost than there was"
        )
        raise InvalidData(message)
    lost = churned + contraction
    return RevenueRetention((start - lost) / start, (start - lost + expansion) / start)
