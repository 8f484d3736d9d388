"""What an investment in marketing brought: three returns that go by one name, lift, and where it breaks even.

"Return on marketing investment" is used for three ratios with one denominator and three numerators; of one campaign
they may say 2, 3 and 5. Here each has its own name. What an investment brought is a difference, to what would have been
without it: a baseline, or better a control group drawn at random; then the difference has an error, and an interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import check_finite, column
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite

__all__ = [
    "BreakEvenResponse",
    "Lift",
    "MarketingReturn",
    "break_even_response",
    "gain_for_roi",
    "incremental_margin",
    "mean_lift",
    "response_lift",
    "roi",
    "romi",
]


def roi(gain: float, cost: float) -> float:
    """Return the return on an investment: what was gained beyond its cost, over the cost, ``(gain - cost) / cost``.

    Args:
        gain: all that came back: a margin, a change in customer equity.
        cost: what was invested, above 0.

    Raises:
        InvalidParameters: if the cost is not above 0.

    Examples:
        >>> round(roi(101.3, 70), 3)
        0.447

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing: Using customer equity to focus
        marketing strategy, Journal of Marketing 68(1), 109-127.

    """
    return (finite(gain, "gain", "an amount") - _cost(cost)) / _cost(cost)


def gain_for_roi(target: float, cost: float) -> float:
    """Return the gain that gives a return: the inverse of :func:`roi`.

    Raises:
        InvalidParameters: if the cost is not above 0.

    Examples:
        >>> gain_for_roi(2.0, 10_000)
        30000.0

    Reference:
        Rust, R. T., Lemon, K. N. and Zeithaml, V. A. (2004), Return on marketing, Journal of Marketing 68(1), 109-127.

    """
    return _cost(cost) * (1.0 + finite(target, "target", "a return, two hundred per cent as 2.0"))


def _cost(cost: float, name: str = "cost") -> float:
    value = finite(cost, name, "an amount above 0")
    if not 0.0 < value < math.inf:
        message = f"{name} = {cost!r} is not above 0; without an investment there is no return on it"
        raise InvalidParameters(message)
    return value


@dataclass(frozen=True, slots=True)
class MarketingReturn:
    """The three ratios called return on marketing investment.

    Attributes:
        net: margin less spend, over spend: the return on the investment.
        gross_margin_return: margin over spend.
        revenue_factor: revenue over spend; says nothing of profit.

    """

    net: float
    gross_margin_return: float
    revenue_factor: float


def romi(incremental_revenue: float, margin: float, spend: float) -> MarketingReturn:
    """Return the three returns on marketing investment of a campaign, each by its own name.

    Args:
        incremental_revenue: what was sold because of the campaign, not what was sold during it.
        margin: the contribution of a unit of revenue, sixty per cent as 0.6.
        spend: what the campaign cost, above 0.

    Raises:
        InvalidParameters: if the spend is not above 0, or something is no number.

    Examples:
        >>> romi(50_000, margin=0.6, spend=10_000)
        MarketingReturn(net=2.0, gross_margin_return=3.0, revenue_factor=5.0)

    Reference:
        Lenskold, J. D. (2003), Marketing ROI: The Path to Campaign, Customer, and Corporate Profitability, McGraw-Hill.

    """
    sold, share = finite(incremental_revenue, "incremental_revenue", "an amount"), finite(margin, "margin", "a share")
    cost = _cost(spend, "spend")
    return MarketingReturn(roi(sold * share, cost), sold * share / cost, sold / cost)


@dataclass(frozen=True, slots=True)
class BreakEvenResponse:
    """The response at which a contact pays for itself.

    Attributes:
        rate: the cost of a contact over the margin of a response.

    """

    rate: float

    def index(self, response: float) -> float:
        """Return ``100 (response - rate) / rate``: above 0 where contacting pays.

        Examples:
            >>> break_even_response(0.5, 6).index(0.1).__round__(6)
            20.0

        """
        return 100.0 * (finite(response, "response", "a share between 0 and 1") - self.rate) / self.rate

    def pays(self, response: float) -> bool:
        """Return whether contacting somebody with this chance of responding pays, at least its cost."""
        return finite(response, "response", "a share between 0 and 1") >= self.rate


def break_even_response(contact_cost: float, margin: float) -> BreakEvenResponse:
    """Return the response rate at which a contact pays for itself.

    Args:
        contact_cost: of one contact, above 0.
        margin: of one response, before the cost of contacts; above 0.

    Raises:
        InvalidParameters: if one is not above 0.

    Examples:
        >>> round(break_even_response(0.50, margin=18 - 9 - 3).rate, 4)
        0.0833

    Reference:
        Hughes, A. M. (1994), Strategic Database Marketing, Probus.

    """
    return BreakEvenResponse(_cost(contact_cost, "contact_cost") / _cost(margin, "margin"))


@dataclass(frozen=True, slots=True)
class Lift:
    """The difference between a treated and a control group.

    Attributes:
        treated: mean or share of the treated.
        control: mean or share of the control group.
        difference: the first less the second.
        standard_error: of the difference.
        degrees_of_freedom: of Student's distribution; infinite for shares.

    """

    treated: float
    control: float
    difference: float
    standard_error: float
    degrees_of_freedom: float

    @property
    def relative(self) -> float:
        """Return the difference over the control group's mean.

        Raises:
            InvalidData: if the control group's mean is 0.

        """
        if self.control == 0.0:
            message = "the control group has a mean of 0; there is nothing the difference could be a part of"
            raise InvalidData(message)
        return self.difference / self.control

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of the difference."""
        if not 0.0 < level < 1.0:
            message = f"level = {level!r} is not between 0 and 1; give ninety-five per cent as 0.95"
            raise InvalidParameters(message)
        from scipy.special import ndtri, stdtrit

        tail = 0.5 + level / 2.0
        wide = ndtri(tail) if math.isinf(self.degrees_of_freedom) else stdtrit(self.degrees_of_freedom, tail)
        half = float(wide) * self.standard_error
        return self.difference - half, self.difference + half


def mean_lift(treated: ArrayLike, control: ArrayLike) -> Lift:
    """Return the difference of means of a treated and a control group, by Welch's method.

    Args:
        treated: ``(n,)`` what each of the treated spent, at least two.
        control: ``(m,)`` the same of the control group.

    Raises:
        InvalidData: if a group has fewer than two members, or a value is not a finite number.

    Examples:
        >>> lift = mean_lift([12.0, 15.0, 11.0, 18.0], [10.0, 9.0, 12.0, 8.0])
        >>> lift.difference, round(lift.interval()[0], 3)
        (4.25, -0.488)

    Reference:
        Welch, B. L. (1947), The generalization of “Student's” problem when several different population variances are
        involved, Biometrika 34(1/2), 28-35.

    """
    problems = Problems("lift")
    groups = [column(values, name, problems) for values, name in ((treated, "treated"), (control, "control"))]
    for values, name in zip(groups, ("treated", "control"), strict=True):
        check_finite(values, name, problems)
        if not problems and values.size < 2:
            problems.add(
                f"{name} has {values.size} members; a difference with an error needs two or more in each group"
            )
    problems.raise_if_any()
    means = [float(values.mean()) for values in groups]
    parts = [float(values.var(ddof=1)) / values.size for values in groups]
    spread = sum(parts)
    freedom = math.inf
    if spread > 0.0:
        freedom = spread**2 / sum(part**2 / (values.size - 1) for part, values in zip(parts, groups, strict=True))
    return Lift(means[0], means[1], means[0] - means[1], math.sqrt(spread), freedom)


def response_lift(responses: int, contacted: int, control_responses: int, control: int) -> Lift:
    """Return the difference of response rates of a treated and a control group.

    Args:
        responses: of the treated.
        contacted: how many were treated, at least 1.
        control_responses: of the control group.
        control: how many there were, at least 1.

    Raises:
        InvalidData: if counts are negative, or there are more responses than members.

    Examples:
        >>> lift = response_lift(276, 10_000, 130, 10_000)
        >>> round(lift.difference, 4), round(lift.relative, 2)
        (0.0146, 1.12)

    Reference:
        Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, Statistics in
        Medicine 17(8), 873-890; the normal interval.

    """
    for hits, size, name in ((responses, contacted, "treated"), (control_responses, control, "control")):
        if not 0 <= hits <= size or size < 1:
            message = f"{name}: {hits} responses of {size} members are no counts"
            raise InvalidData(message)
    first, second = responses / contacted, control_responses / control
    error = math.sqrt(first * (1.0 - first) / contacted + second * (1.0 - second) / control)
    return Lift(first, second, first - second, error, math.inf)


def incremental_margin(lift: Lift, margin: float, size: float, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return what a campaign brought in margin, with the ends of its interval.

    The difference between the groups, times the margin of a unit of it, times how many were treated.

    Args:
        lift: of revenue per head, or of the response rate.
        margin: of a unit of revenue, or of a response.
        size: how many were treated.
        level: of the interval.

    Examples:
        >>> lift = response_lift(276, 10_000, 130, 10_000)
        >>> [round(amount) for amount in incremental_margin(lift, margin=40, size=10_000)]
        [5840, 4279, 7401]

    Raises:
        InvalidParameters: if the level is not between 0 and 1.

    Reference:
        Lenskold, J. D. (2003), Marketing ROI: The Path to Campaign, Customer, and Corporate Profitability, McGraw-Hill.

    """
    factor = finite(margin, "margin", "an amount") * finite(size, "size", "how many were treated")
    low, high = lift.interval(level)
    ends = sorted((factor * low, factor * high))
    return factor * lift.difference, float(np.min(ends)), float(np.max(ends))
