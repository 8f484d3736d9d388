"""The five cases of Berger and Nasr: lifetime value when sales come yearly, rarer, more often, or by migration.

Each sale brings a contribution ``GC``; promoting to a customer costs ``M`` in the middle of each period in which they
are a customer; ``r`` of them stay; ``d`` is the rate of a year. Case 1 has one sale a year. Case 2a has one every few
years, case 2b several a year. In case 3 the contribution follows a path of its own, in case 4 all flows are continuous.
In case 5 customers who did not buy may come back: what counts is how long ago they bought last.
Published figures of the cases 3 to 5 could not be obtained; case 5 is checked as powers of a Markov chain. Case 2a is
printed with a fractional exponent, and was read with its whole part too; both are here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite, whole

__all__ = [
    "berger_nasr_continuous",
    "berger_nasr_frequent",
    "berger_nasr_migration",
    "berger_nasr_path",
    "berger_nasr_rare",
    "berger_nasr_yearly",
    "buyers_by_recency",
]


def _amounts(contribution: float, promotion: float) -> tuple[float, float]:
    return finite(contribution, "contribution", "an amount"), finite(promotion, "promotion", "an amount")


def _checked(retention: float, discount: float) -> tuple[float, float]:
    problems = Problems("customer lifetime value")
    keep = finite(retention, "retention", "a share between 0 and 1")
    rate = finite(discount, "discount", "a rate of a year")
    if not 0.0 <= keep <= 1.0:
        problems.add(f"retention = {retention!r} is not between 0 and 1")
    if not -1.0 < rate < math.inf:
        problems.add(f"discount = {discount!r} is no rate; it must lie above -1")
    problems.raise_if_any(InvalidParameters)
    return keep, rate


def berger_nasr_yearly(contribution: float, promotion: float, retention: float, discount: float, years: int) -> float:
    """Return the value of a customer with one sale a year (case 1).

    ``GC Σ_{i=0}^n r^i / (1+d)^i - M Σ_{i=1}^n r^{i-1} / (1+d)^{i-1/2}``.

    Args:
        contribution: of a sale.
        promotion: cost a year of each customer, in the middle of it.
        retention: the share that stays for another year.
        discount: the rate of a year.
        years: how many are counted after the first sale.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> round(berger_nasr_yearly(260, 50, 0.75, 0.2, 10), 2)
        568.78

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 1.

    """
    return berger_nasr_frequent(contribution, promotion, retention, discount, years, 1)


def berger_nasr_frequent(
    contribution: float, promotion: float, retention: float, discount: float, years: int, sales_per_year: int
) -> float:
    """Return the value of a customer with several sales a year (case 2b).

    Args:
        contribution: of a sale.
        promotion: cost of each customer from sale to sale.
        retention: the share that stays from sale to sale.
        discount: the rate of a year.
        years: how many are counted.
        sales_per_year: 1 or more.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> round(berger_nasr_frequent(125, 25, 0.8, 0.2, 4, 2), 2)
        354.69

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 2b.

    """
    keep, rate = _checked(retention, discount)
    last = whole(years, "years", 1) * whole(sales_per_year, "sales_per_year", 1)
    earned, promoted = _amounts(contribution, promotion)
    sales, between = np.arange(last + 1), np.arange(1, last + 1)
    gained = np.sum(keep**sales * (1.0 + rate) ** (-sales / sales_per_year))
    spent = np.sum(keep ** (between - 1) * (1.0 + rate) ** (-(between - 0.5) / sales_per_year))
    return float(earned * gained - promoted * spent)


def berger_nasr_rare(
    contribution: float,
    promotion: float,
    retention: float,
    discount: float,
    years: int,
    years_per_sale: int,
    *,
    exponent: Literal["fractional", "whole"] = "fractional",
) -> float:
    """Return the value of a customer with one sale every few years (case 2a).

    ``GC Σ_{i=0}^{n/q} r^i / (1+d)^{iq} - M Σ_{i=1}^n r^{(i-1)/q} / (1+d)^{i-1/2}``; customers are promoted to every
    year, and leave at sales only, or evenly between them.

    Args:
        contribution: of a sale.
        promotion: cost a year of each customer.
        retention: the share that stays from sale to sale.
        discount: the rate of a year.
        years: how many are counted.
        years_per_sale: how many lie between sales.
        exponent: whether those who leave do so evenly between sales (``"fractional"``, as printed), or at sales.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> round(berger_nasr_rare(7000, 95, 0.3, 0.2, 12, 3), 2)
        8273.29
        >>> round(berger_nasr_rare(7000, 95, 0.3, 0.2, 12, 3, exponent="whole"), 2)
        8204.22

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 2a; the figures of the example are not the paper's.

    """
    keep, rate = _checked(retention, discount)
    last, between_sales = whole(years, "years", 1), whole(years_per_sale, "years_per_sale", 1)
    earned, promoted = _amounts(contribution, promotion)
    if exponent not in {"fractional", "whole"}:
        message = f"exponent = {exponent!r} is unknown; use 'fractional' or 'whole'"
        raise InvalidParameters(message)
    sales, between = np.arange(last // between_sales + 1), np.arange(1, last + 1)
    passed = (between - 1) / between_sales
    kept = keep ** (passed if exponent == "fractional" else np.floor(passed))
    gained = np.sum(keep**sales * (1.0 + rate) ** (-sales * between_sales))
    return float(earned * gained - promoted * np.sum(kept * (1.0 + rate) ** -(between - 0.5)))


def berger_nasr_path(
    contribution: Callable[[int], float], promotion: float, retention: float, discount: float, years: int
) -> float:
    """Return the value of a customer whose contribution changes with the years (case 3).

    Args:
        contribution: of the sale in year 0, 1, 2, …; the paper's rises as ``h t² + v`` up to a year ``g`` and then
            levels off as ``h g² + v + N (1 - e^{-(t - g)})``.
        promotion: cost a year of each customer, in the middle of it.
        retention: the share that stays for another year.
        discount: the rate of a year.
        years: how many are counted after the first sale.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> flat = berger_nasr_path(lambda year: 260.0, 50, 0.75, 0.2, 10)
        >>> round(flat, 2)
        568.78

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 3.

    """
    keep, rate = _checked(retention, discount)
    last = whole(years, "years", 1)
    sales, between = np.arange(last + 1), np.arange(1, last + 1)
    path = np.array([finite(contribution(year), f"contribution({year})", "an amount") for year in sales.tolist()])
    _, promoted = _amounts(0.0, promotion)
    gained = np.sum(path * keep**sales * (1.0 + rate) ** -sales)
    return float(gained - promoted * np.sum(keep ** (between - 1) * (1.0 + rate) ** -(between - 0.5)))


def berger_nasr_continuous(
    contribution: Callable[[float], float], promotion: float, retention: float, discount: float, years: float
) -> float:
    """Return the value of a customer whose contribution and promotion flow evenly (case 4).

    ``∫_0^n (π(t) - M) r^t e^{-t ln(1+d)} dt``.

    Args:
        contribution: per year at a time in years.
        promotion: cost per year of each customer.
        retention: the share that stays for another year, above 0.
        discount: the rate of a year.
        years: how long flows are counted.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> round(berger_nasr_continuous(lambda year: 260.0, 50, 0.75, 0.2, 10), 2)
        442.74

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 4.

    """
    from scipy.integrate import quad

    keep, rate = _checked(retention, discount)
    length = finite(years, "years", "a length of time above 0")
    if not length > 0.0:
        message = f"years = {years!r} is no length of time above 0"
        raise InvalidParameters(message)
    if keep == 0.0:
        message = "retention = 0: nobody stays for any length of time"
        raise InvalidParameters(message)
    decay = math.log(keep) - math.log1p(rate)
    return float(
        quad(lambda time: (contribution(time) - promotion) * math.exp(decay * time), 0.0, length, limit=200)[0]
    )


def buyers_by_recency(purchase: ArrayLike, years: int) -> FloatArray:
    """Return ``(years + 1,)`` the share of customers who buy in each year, if buying depends on when they bought last.

    This is the migration model of Dwyer (1989) as Berger and Nasr write it: ``C_0 = 1`` and
    ``C_i = Σ_j C_{i-j} p_j Π_{k<j} (1 - p_k)``, those who bought last ``j`` years ago, did not in between, and come
    back. Who has not bought for as many years as there are probabilities is lost.

    Args:
        purchase: ``(k,)`` chance of buying for who bought last 1, 2, … years ago.
        years: how many to follow.

    Raises:
        InvalidParameters: if a chance is none, or there are not at least one year and one chance.

    Examples:
        >>> buyers_by_recency([0.3, 0.2, 0.15, 0.05], 4).round(4).tolist()
        [1.0, 0.3, 0.23, 0.195, 0.1397]

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 5.

    """
    problems = Problems("migration")
    chance = column(purchase, "purchase", problems)
    for place, value in enumerate(chance.tolist()):
        if not 0.0 <= value <= 1.0:
            problems.add(f"purchase[{place}] = {value} is no chance between 0 and 1")
    if not problems and not chance.size:
        problems.add("give at least one chance of buying")
    problems.raise_if_any(InvalidParameters)
    whole(years, "years", 1)
    comes_back = chance * np.concatenate(([1.0], np.cumprod(1.0 - chance)[:-1]))
    buyers = np.zeros(years + 1)
    buyers[0] = 1.0
    for year in range(1, years + 1):
        past = min(year, chance.size)
        buyers[year] = buyers[year - past : year][::-1] @ comes_back[:past]
    return read_only(buyers)


def berger_nasr_migration(
    contribution: float, promotion: float, purchase: ArrayLike, discount: float, years: int
) -> float:
    """Return the value of a customer who may come back after years without buying (case 5).

    ``GC Σ C_i / (1+d)^i - M Σ C_{i-1} / (1+d)^{i-1/2}`` per customer at the start: buyers of a year are promoted to in
    the year after.

    Args:
        contribution: of a year in which a customer buys.
        promotion: cost a year of each who bought the year before.
        purchase: ``(k,)`` chance of buying for who bought last 1, 2, … years ago.
        discount: the rate of a year.
        years: how many are counted after the first sale.

    Raises:
        InvalidParameters: naming what is out of range.

    Examples:
        >>> round(berger_nasr_migration(40, 4, [0.3, 0.2, 0.15, 0.05], 0.2, 4), 4)
        58.038

    Reference:
        Berger, P. D. and Nasr, N. I. (1998), Customer lifetime value: Marketing models and applications, Journal of
        Interactive Marketing 12(1), 17-30, case 5.

    """
    _, rate = _checked(1.0, discount)
    earned, promoted = _amounts(contribution, promotion)
    buyers = buyers_by_recency(purchase, years)
    sales, between = np.arange(years + 1), np.arange(1, years + 1)
    gained = buyers @ (1.0 + rate) ** -sales.astype(np.float64)
    return float(earned * gained - promoted * (buyers[:-1] @ (1.0 + rate) ** -(between - 0.5)))
