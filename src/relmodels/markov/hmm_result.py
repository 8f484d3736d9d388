"""What a fit of a hidden Markov model gives back: the engine's fit, and the model in the words of the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import NotConverged
from relmodels.frames.table import Table
from relmodels.inference.result import Fit
from relmodels.inference.status import Status
from relmodels.markov.hmm import HMM
from relmodels.markov.hmm_form import Arrays
from relmodels.markov.hmm_spec import HMMSpec

__all__ = ["HMMFit"]

_STEP = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class HMMFit:
    """The result of fitting an :class:`~relmodels.markov.HMMSpec`; a few kilobytes whatever the number of customers.

    Attributes:
        fit: the engine's fit, whose parameters are odds and rises; ``rm.delta_method`` and the like take it.
        spec: what was asked for.
        edges: the parameters that are best at the edge of their domain, and were held there without an error.
        starts: log-likelihoods at the ends of the best climbs, the best first: equal ones say that the maximum is found
            from several starts.

    Examples:
        >>> import relmodels as rm
        >>> moves = rm.markov.FreeTransitions([[0.9, 0.1], [0.3, 0.7]])
        >>> truth = rm.markov.HMM([0.6, 0.4], moves, rm.markov.Poisson([0.3, 4.0]))
        >>> panel = truth.simulate(20, rng=1, customers=300)
        >>> fit = rm.fit(rm.markov.HMMSpec(states=2, emission=rm.markov.Poisson()), panel)
        >>> fit.model.means()["outcome"].round(2).tolist(), fit.model.matrix()[0].round(2).tolist()
        ([0.31, 3.99], [[0.9, 0.1], [0.3, 0.7]])

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """

    fit: Fit[HMM]
    spec: HMMSpec
    edges: tuple[str, ...]
    starts: tuple[float, ...]

    @property
    def model(self) -> HMM:
        """Return the model at the estimates."""
        return self.fit.model

    @property
    def log_likelihood(self) -> float:
        """Return the log-likelihood at the estimates."""
        return self.fit.log_likelihood

    @property
    def n(self) -> float:
        """Return the number of customers."""
        return self.fit.n

    @property
    def status(self) -> Status:
        """Return how the search ended."""
        return self.fit.status

    @property
    def diagnosis(self) -> str:
        """Return how the search ended as a sentence, with what was held at an edge."""
        held = f"; at the edge of their domain: {', '.join(self.edges)}" if self.edges else ""
        return self.fit.diagnosis + held

    @property
    def free_parameters(self) -> int:
        """Return the number of parameters of the form, those at an edge counted too."""
        return self.fit.free_parameters + len(self.edges)

    @property
    def aic(self) -> float:
        """Return Akaike's criterion."""
        return 2.0 * self.free_parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion, with the number of customers as the number of cases."""
        return self.free_parameters * float(np.log(self.n)) - 2.0 * self.log_likelihood

    def table(self) -> Table:
        """Return a row for each quantity of the model: what, in which state, estimate, standard error.

        Chances, means and slopes are those of the field, not the odds of the search; errors follow by the delta method.
        Without a maximum there are no errors.
        """
        form = self.model.form
        groups = range(form.segments if form.segments > 1 else 0)
        names = [(f"segment {chr(ord('A') + group)}", "share") for group in groups]
        tags = [f" ({chr(ord('A') + group)})" if form.segments > 1 else "" for group in range(form.segments)]
        names += [(f"state {s + 1}{tag}", "initial") for tag in tags for s in range(form.states)]
        names += [
            (f"state {s + 1}{tag}", f"to state {k + 1}")
            for tag in tags
            for s in range(form.states)
            for k in range(form.states)
        ]
        names += [(f"state {s + 1}", f"slope of {name}") for s in range(form.states) for name in form.covariates]
        for outcome, family in zip(form.outcomes, form.families, strict=True):
            rows = [quantity.name for quantity in family.quantities]
            labels = rows if family.in_order else [f"share of {place}" for place in range(len(rows))]
            names += [(f"state {s + 1}", f"{outcome}: {label}") for label in labels for s in range(form.states)]
        found = self._described(self.fit.kind.values(self.model))
        columns: dict[str, object] = {
            "state": [state for state, _ in names],
            "quantity": [quantity for _, quantity in names],
            "estimate": found,
        }
        if self.fit.covariance is not None:
            columns["standard_error"] = self._errors(self._described)
        return Table(columns)

    def _described(self, parameters: FloatArray) -> FloatArray:
        """Return all quantities in the order of the table."""
        arrays = self.model.form.unpack(parameters)
        parts = [arrays.weight] if arrays.weight.size > 1 else []
        parts += [arrays.initial.ravel(), arrays.matrix.ravel(), arrays.rises.ravel()]
        return np.concatenate([*parts, *(theta.ravel() for theta in arrays.thetas)])

    def _errors(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return standard errors of what ``function`` returns, by the delta method."""
        at, covariance = self.fit.kind.values(self.model), self.fit.covariance
        if covariance is None:
            message = f"there are no standard errors: {self.diagnosis}"
            raise NotConverged(message, self)
        moved = [name not in self.fit.fixed for name in self.fit.kind.space.names]
        slopes = np.zeros((function(at).size, at.size))
        for place in np.flatnonzero(moved):
            step = np.zeros(at.size)
            step[place] = _STEP * max(abs(at[place]), 1e-3)
            slopes[:, place] = (function(at + step) - function(at - step)) / (2.0 * step[place])
        found: FloatArray = np.sqrt(np.maximum(np.einsum("qi,ij,qj->q", slopes, covariance, slopes), 0.0))
        return found

    def transition_errors(self) -> FloatArray:
        """Return ``(G, S, S)`` standard errors of the chances of moving, at the center of the covariates.

        Raises:
            NotConverged: if the search did not end at a maximum.

        """

        def matrix(parameters: FloatArray) -> FloatArray:
            arrays: Arrays = self.model.form.unpack(parameters)
            return arrays.matrix.ravel()

        return read_only(self._errors(matrix).reshape(self.model.matrix().shape))

    def __str__(self) -> str:
        """Return the table with a heading and the figures of the fit, as text."""
        return f"{self._heading()}\n{self.table()}\n{self._figures()}"

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<div><p><b>{self._heading()}</b></p>{self.table()._repr_html_()}<p>{self._figures()}</p></div>"

    def _heading(self) -> str:
        return f"{self.fit.kind.name} fitted to {self.n:,.0f} customers"

    def _figures(self) -> str:
        return (
            f"log-likelihood {self.log_likelihood:,.4f}, AIC {self.aic:,.2f}, BIC {self.bic:,.2f}, "
            f"{self.free_parameters} parameters; {self.diagnosis}"
        )
