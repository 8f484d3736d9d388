"""Purchase summaries in discrete time: what they have to obey, and the distinct histories in them.

Where buying is possible only at fixed occasions (a yearly appeal, a monthly box, a conference), time is counted in
opportunities: ``frequency`` is the number of opportunities used, ``recency`` the last one used, ``age`` how many there
have been. All three are whole numbers, and nobody uses more opportunities than there were up to the last one used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from relmodels.btyd import checks
from relmodels.btyd.distinct import distinct
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, check_rows
from relmodels.core.errors import Problems

__all__ = ["Histories", "check_opportunities", "distinct_histories", "once"]


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Distinct histories.

    Attributes:
        x: ``(m,)`` opportunities used.
        t_x: ``(m,)`` the last one used, 0 if none was.
        n: ``(m,)`` opportunities there were.
        weight: ``(m,)`` how many customers have this history.

    """

    x: FloatArray
    t_x: FloatArray
    n: FloatArray
    weight: FloatArray


def check_opportunities(summary: PurchaseSummary) -> None:
    """Check that the times of a summary are numbers of opportunities.

    Raises:
        InvalidData: naming the rows where they are not.

    """
    problems = Problems("purchase summary in discrete time")
    for name, values in (("recency", summary.recency), ("age", summary.age)):
        rule = "is not a whole number; give times as numbers of opportunities to buy"
        check_rows(values != np.rint(values), values, name, rule, problems)
    rule = "exceeds the recency of its row; at most one purchase counts at each opportunity"
    check_rows(summary.frequency > summary.recency, summary.frequency, "frequency", rule, problems)
    problems.raise_if_any()


def distinct_histories(summary: PurchaseSummary) -> Histories:
    """Return the distinct rows of a summary in discrete time.

    Raises:
        InvalidData: naming the rows whose times are no numbers of opportunities.

    """
    check_opportunities(summary)
    found = distinct(summary.frequency, summary.recency, summary.age)
    x, t_x, n = (column[found.rows] for column in (summary.frequency, summary.recency, summary.age))
    return Histories(x, t_x, n, found.total(summary.weight))


def once(formula: Callable[..., FloatArray], summary: PurchaseSummary) -> FloatArray:
    """Return ``formula(x, t_x, n)`` for each row, evaluated once for each distinct history.

    Raises:
        InvalidData: naming the rows whose times are no numbers of opportunities.

    """
    check_opportunities(summary)
    return checks.once(formula, summary.frequency, summary.recency, summary.age)
