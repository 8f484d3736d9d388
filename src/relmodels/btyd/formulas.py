"""The formulas of a model of buying in continuous time, as functions of arrays: what its methods have in common.

A model's methods check what they are given and then do the same things with different formulas: P(alive) times what
is expected of somebody who is there, each distinct history evaluated once. A :class:`Formulas` holds the formulas, and
:mod:`relmodels.btyd.continuous` does the same things. The formulas broadcast: a parameter may be one number, or an
array with one value for each row, which is how covariates enter without any model knowing of them.

Letters are the papers': ``x`` frequency, ``t_x`` recency, ``T`` age, each ``(n,)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData

__all__ = ["Derivatives", "Formula", "Formulas", "Parameters", "gaps", "no_mean"]

Parameters: TypeAlias = tuple[float | FloatArray, ...]
Formula: TypeAlias = Callable[..., FloatArray]
Derivatives: TypeAlias = Callable[..., tuple[FloatArray, FloatArray, FloatArray]]
Histories: TypeAlias = Callable[..., Mapping[str, FloatArray]]


def no_mean(*columns: float | FloatArray) -> FloatArray:
    """Return infinity for each row: nobody of this model leaves within a finite time on average.

    Examples:
        >>> no_mean(0.5, np.zeros(2))
        array([inf, inf])

    """
    return np.full(np.broadcast_shapes(*(np.shape(column) for column in columns)), np.inf)


def gaps(model: str, data: PurchaseSummary) -> FloatArray:
    """Return the ``log_gaps`` of ``data``.

    Raises:
        InvalidData: if there are none.

    """
    if data.log_gaps is None:
        message = (
            f"{model} is fitted to log_gaps, the sums of the logarithms of the times between purchases, and this "
            "summary has none; make it with from_transactions from a table in memory, or give log_gaps to from_arrays"
        )
        raise InvalidData(message)
    return data.log_gaps


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of one model; ``p`` stands for its parameters, in the paper's order.

    Those from ``survival`` on are about customers who are there at ``T``. In a model that is not ``regular`` their
    future does not depend on the time since the last purchase, so that these formulas take ``*p, x, T, ...``;
    in a regular one they take ``*p, x, t_x, T, ...``.

    Attributes:
        log_likelihood: ``(*p, x, t_x, T)``, in a regular model ``(*p, x, t_x, T, log_gaps)``, to ``(n,)``.
        score: ``(*p, x, t_x, T)`` to its derivatives by the parameters, ``(n, p)``.
        log_odds_gone: ``(*p, x, t_x, T)`` to the log odds of having left, ``(n,)``.
        survival: ``(..., horizon)`` to the probability of still being there after ``horizon`` > 0, ``(n,)``.
        expected: ``(..., horizon)`` to the purchases expected within ``horizon``, ``(n,)``.
        discounted: ``(..., force, horizon)`` to their present value, ``(n,)``; ``horizon`` may be infinite.
        pmf: ``(..., k, horizon)`` to the probabilities of ``k``, ``(m,)``, purchases within ``horizon``, ``(n, m)``.
        lifetime: ``(...)`` to the mean time until they leave, ``(n,)``, infinite where there is none.
        histories: ``(*p, T, draw)`` to columns of simulated customers, by the names of a ``PurchaseSummary``.
        derivatives: ``(*p, x, t_x, T)`` to the log-likelihood ``(n,)``, its gradient ``(p, n)`` and its Hessian
            ``(p, p, n)``, for models whose second derivatives cost little more.
        regular: whether the time since the last purchase matters for the future, so that purchases are not at random.

    """

    log_likelihood: Formula
    score: Formula
    log_odds_gone: Formula
    survival: Formula
    expected: Formula
    discounted: Formula
    pmf: Formula
    lifetime: Formula
    histories: Histories
    derivatives: Derivatives | None = None
    regular: bool = False

    def rows(self, data: PurchaseSummary) -> tuple[PurchaseSummary, tuple[FloatArray, ...], tuple[FloatArray, ...]]:
        """Return the distinct rows of ``data``, the columns of its likelihood and those of its score.

        Raises:
            InvalidData: if the model is regular and ``data`` has no ``log_gaps``.

        """
        grouped = data.grouped()
        timing = (grouped.frequency, grouped.recency, grouped.age)
        return grouped, (*timing, gaps("a model of regular buying", grouped)) if self.regular else timing, timing
