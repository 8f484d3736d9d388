"""A likelihood made from per-row values and scores, with the Hessian differenced from the exact score.

This is the short way for a new model: it writes the log-likelihood and the score of a row, and no second derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one

__all__ = ["differenced_hessian", "likelihood_of_rows"]

# The cube root of the machine epsilon balances truncation and rounding of a central difference.
_STEP: Final = float(np.finfo(np.float64).eps ** (1 / 3))


def likelihood_of_rows(
    log_likelihood: Callable[[FloatArray], FloatArray],
    scores: Callable[[FloatArray], FloatArray],
    weight: FloatArray,
) -> Likelihood:
    """Return the weighted likelihood of rows given their values and scores as functions of the parameters.

    Args:
        log_likelihood: parameters ``(p,)`` to values ``(m,)``.
        scores: parameters ``(p,)`` to derivatives ``(m, p)``.
        weight: ``(m,)`` how often each row counts.

    """

    def gradient(parameters: FloatArray) -> FloatArray:
        total: FloatArray = np.einsum("m,mp->p", weight, scores(parameters))
        return total

    def evaluate(parameters: FloatArray) -> Evaluation:
        value = dot(weight, log_likelihood(parameters))
        return Evaluation(value, gradient(parameters), differenced_hessian(gradient, parameters))

    values = one_by_one(lambda parameters: dot(weight, log_likelihood(parameters)))
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


def differenced_hessian(gradient: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
    """Return the symmetric ``(p, p)`` matrix of central differences of ``gradient`` around ``at``, shape ``(p,)``.

    Steps are relative to each parameter, so that parameters of very different size are treated alike.

    Examples:
        >>> differenced_hessian(lambda p: p**2, np.array([1.0, 3.0])).round(6)
        array([[2., 0.],
               [0., 6.]])

    """
    steps = _STEP * np.where(at == 0, 1.0, np.abs(at))
    columns = [
        (gradient(at + move) - gradient(at - move)) / (2 * step)
        for step, move in zip(steps, np.diag(steps), strict=True)
    ]
    hessian = np.array(columns)
    symmetric: FloatArray = (hessian + hessian.T) / 2
    return symmetric
