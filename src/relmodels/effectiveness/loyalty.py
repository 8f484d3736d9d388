"""Loyalty in one number: net promoters, the share of the wallet, and its rule of allocation.

The net promoter score is the share of those who would recommend less the share of those who would not; it is a
difference of two shares of one sample, and its error follows from that. The share of the wallet can be averaged over
customers or taken of all their money together; the two differ, and both are given. The wallet allocation rule guesses
the share from how a customer ranks the brands they use.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, check_finite, check_not_negative, check_rows, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems

__all__ = [
    "NetPromoterScore",
    "ShareOfWallet",
    "net_promoter_score",
    "net_promoter_score_of_counts",
    "share_of_wallet",
    "wallet_allocation",
]


@dataclass(frozen=True, slots=True)
class NetPromoterScore:
    """Promoters less detractors, in points from -100 to 100.

    Attributes:
        score: ``100 (p - d)``.
        standard_error: ``100 √((p + d - (p - d)²) / n)``.
        promoters: how many gave 9 or 10.
        passives: how many gave 7 or 8.
        detractors: how many gave 6 or less.

    """

    score: float
    standard_error: float
    promoters: int
    passives: int
    detractors: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal interval of the score, cut off at -100 and 100."""
        if not 0.0 < level < 1.0:
            message = f"level = {level!r} is not between 0 and 1; give ninety-five per cent as 0.95"
            raise InvalidParameters(message)
        from scipy.special import ndtri

        half = float(ndtri(0.5 + level / 2.0)) * self.standard_error
        return max(self.score - half, -100.0), min(self.score + half, 100.0)


def net_promoter_score(answers: ArrayLike) -> NetPromoterScore:
    """Return the net promoter score of answers from 0 to 10.

    Raises:
        InvalidData: if an answer is not a whole number from 0 to 10, with its row, or there are none.

    Examples:
        >>> net_promoter_score([10, 9, 9, 8, 6]).score
        40.0

    Reference:
        Reichheld, F. F. (2003), The one number you need to grow, Harvard Business Review 81(12), 46-54.

    """
    problems = Problems("net promoter score")
    marks = column(answers, "answers", problems)
    if not problems and not marks.size:
        problems.add("there are no answers")
    whole = (marks >= 0) & (marks <= 10) & (marks == np.floor(marks))
    check_rows(~whole, marks, "answers", "is no whole number from 0 to 10", problems)
    problems.raise_if_any()
    return net_promoter_score_of_counts(
        int(np.sum(marks >= 9)), int(np.sum((marks >= 7) & (marks < 9))), int(np.sum(marks < 7))
    )


def net_promoter_score_of_counts(promoters: int, passives: int, detractors: int) -> NetPromoterScore:
    """Return the net promoter score of counted answers.

    Raises:
        InvalidData: if a count is negative, or all are 0.

    Examples:
        >>> found = net_promoter_score_of_counts(60, 30, 10)
        >>> found.score, round(found.standard_error, 3)
        (50.0, 6.708)

    Reference:
        Reichheld, F. F. (2003), The one number you need to grow, Harvard Business Review 81(12), 46-54.

    """
    counts = (promoters, passives, detractors)
    total = sum(counts)
    if any(count != int(count) for count in counts) or min(counts) < 0 or total == 0:
        message = f"promoters, passives, detractors = {counts} must be counts of 0 or more, one of them above 0"
        raise InvalidData(message)
    up, down = promoters / total, detractors / total
    spread = max(up + down - (up - down) ** 2, 0.0)
    score = 100.0 * (promoters - detractors) / total
    return NetPromoterScore(score, 100.0 * math.sqrt(spread / total), promoters, passives, detractors)


@dataclass(frozen=True, slots=True, eq=False)
class ShareOfWallet:
    """Which part of what customers spend on a category they spend with the firm.

    Attributes:
        shares: ``(n,)`` of each customer; ``nan`` for one who spends nothing on the category.
        mean: the mean of the shares of those who spend.
        aggregate: all that is spent with the firm over all that is spent on the category.

    """

    shares: FloatArray
    mean: float
    aggregate: float

    __reduce__ = by_fields


def share_of_wallet(own: ArrayLike, category: ArrayLike) -> ShareOfWallet:
    """Return the share of wallet of each customer, their mean, and that of all together.

    Args:
        own: ``(n,)`` spent with the firm, 0 or more.
        category: ``(n,)`` spent on the category with anybody, at least as much.

    Raises:
        InvalidData: if a column is not of amounts, somebody spends more with the firm than on the category, lengths
            differ, or nobody spends anything.

    Examples:
        >>> found = share_of_wallet([60, 10], [150, 10])
        >>> found.shares.tolist(), found.mean, found.aggregate
        ([0.4, 1.0], 0.7, 0.4375)

    Reference:
        Jones, T. O. and Sasser, W. E. (1995), Why satisfied customers defect, Harvard Business Review 73(6), 88-99, for
        the term.

    """
    problems = Problems("share of wallet")
    spent, whole = (column(values, name, problems) for values, name in ((own, "own"), (category, "category")))
    for values, name in ((spent, "own"), (whole, "category")):
        if check_finite(values, name, problems):
            check_not_negative(values, name, problems)
    if not problems and spent.size != whole.size:
        problems.add(f"own has {spent.size} rows and category {whole.size}; give both for each customer")
    if not problems:
        check_rows(spent > whole, spent, "own", "is more than was spent on the category", problems)
    if not problems and not whole.sum() > 0.0:
        problems.add("nobody spends anything on the category")
    problems.raise_if_any()
    some = whole > 0.0
    shares = np.divide(spent, whole, out=np.full(whole.size, np.nan), where=some)
    return ShareOfWallet(read_only(shares), float(shares[some].mean()), float(spent.sum() / whole.sum()))


def wallet_allocation(ranks: ArrayLike) -> FloatArray:
    """Return ``(n, k)`` or ``(k,)`` the share of wallet that each of ``k`` brands has by the wallet allocation rule.

    ``(1 - rank / (k + 1)) · 2 / k``. Equal ranks have their mean rank, so that the shares of a customer add up to 1.

    Args:
        ranks: ``(k,)`` how one customer ranks the brands they use, 1 the best, or ``(n, k)`` of ``n`` customers.

    Raises:
        InvalidData: if it is no such table of finite numbers.

    Examples:
        >>> wallet_allocation([1, 2, 3]).round(4).tolist()
        [0.5, 0.3333, 0.1667]

    Reference:
        Keiningham, T. L., Aksoy, L., Buoye, A. and Cooil, B. (2011), Customer loyalty isn't enough. Grow your share of
        wallet, Harvard Business Review 89(10), 29-31.

    """
    from scipy.stats import rankdata

    try:
        table = np.asarray(ranks, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "ranks are no table of numbers; give finite ranks of brands, a row for each customer"
        raise InvalidData(message) from error
    if table.ndim not in {1, 2} or not table.size or not np.isfinite(table).all():
        message = f"ranks has the shape {table.shape}; give finite ranks of brands, a row for each customer"
        raise InvalidData(message)
    brands = table.shape[-1]
    mean_ranks = rankdata(table, axis=-1)
    return read_only((1.0 - mean_ranks / (brands + 1)) * 2.0 / brands)
