"""The likelihood of a panel as a function of the parameters of a form, with its exact derivatives."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.sums import dot
from relmodels.inference.derivatives import differenced_hessian
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import one_by_one
from relmodels.markov.hmm_form import Arrays, Form
from relmodels.markov.hmm_pass import passes, slopes_of, values_of
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import Prepared, prepared

__all__ = ["likelihood_of", "row_scores", "row_values", "total_score"]


def row_values(data: Prepared, form: Form, arrays: Arrays) -> FloatArray:
    """Return ``(n,)`` the log-likelihood of each row of the panel, by a pass forward."""
    found = np.empty(data.rows)
    for part, values in values_of(data, form, arrays):
        found[part.rows] = values
    return found


def row_scores(data: Prepared, form: Form, arrays: Arrays) -> FloatArray:
    """Return the derivatives of each row's log-likelihood by the parameters, ``(n, p)``."""
    scores = np.empty((data.rows, len(form.space)))
    for gathered in passes(data, form, arrays):
        scores[gathered.part.rows] = form.chain(arrays, slopes_of(data, form, arrays, gathered))
    return scores


def total_score(data: Prepared, form: Form, parameters: FloatArray) -> tuple[float, FloatArray]:
    """Return the weighted log-likelihood of all rows and its derivatives by the parameters, ``(p,)``."""
    arrays, value, total = form.unpack(parameters), 0.0, np.zeros(parameters.size)
    for gathered in passes(data, form, arrays):
        weight = gathered.part.weight
        value += dot(weight, gathered.smoothed.log_likelihood)
        total += np.einsum("n,np->p", weight, form.chain(arrays, slopes_of(data, form, arrays, gathered)))
    return value, total


def likelihood_of(panel: Panel, form: Form) -> Likelihood:
    """Return the likelihood for the engine: second derivatives are differences of the exact first ones."""
    data = prepared(panel, form)
    weight = panel.counts

    def gradient(parameters: FloatArray) -> FloatArray:
        return total_score(data, form, parameters)[1]

    def value(parameters: FloatArray) -> float:
        return dot(weight, row_values(data, form, form.unpack(parameters)))

    def evaluate(parameters: FloatArray) -> Evaluation:
        level, slope = total_score(data, form, parameters)
        return Evaluation(level, slope, differenced_hessian(gradient, parameters))

    return Likelihood(
        n=float(weight.sum()),
        weight=weight,
        evaluate=evaluate,
        scores=lambda parameters: row_scores(data, form, form.unpack(parameters)),
        values=one_by_one(value),
    )
