"""What a fit gives back: the model, how sure we are of it, and how the search ended; never the data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, NotConverged
from relmodels.core.numbers import number
from relmodels.core.periods import Unit
from relmodels.frames.table import Table
from relmodels.inference.constraints import Equal
from relmodels.inference.kind import Kind, as_kind, kind_of
from relmodels.inference.model import Fitted
from relmodels.inference.penalty import Ridge
from relmodels.inference.priors import Priors
from relmodels.inference.saved import SavedFit, read_saved
from relmodels.inference.status import Status

__all__ = ["Fit", "require_fit"]

FittedT = TypeVar("FittedT", bound=Fitted[Any])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fit(Generic[FittedT]):
    """The result of :func:`relmodels.fit`; a few kilobytes whatever the number of customers.

    Attributes:
        model: the model at the estimates, ready to predict.
        covariance: ``(p, p)`` of the estimates from the observed information; ``None`` if the search did not converge.
        robust_covariance: ``(p, p)`` sandwich covariance, valid also when the likelihood is not quite right.
        log_likelihood: at the estimates; minus infinity if it was not finite where the search began.
        n: the number of cases (customers) in the likelihood.
        status: how the search ended.
        diagnosis: the status as a sentence about this fit, with a next step if there is a need for one.
        evaluations: how often the whole likelihood was evaluated.
        fixed: the parameters that were held instead of estimated.
        constraints: the parameters that were estimated as one.
        penalty: what was taken from the log-likelihood in the search; ``log_likelihood`` is without it.
        prior: whose log density was added to it; ``log_likelihood`` is without it.
        objective: what was maximized: the log-likelihood less the penalty plus the log density of the prior.
        effective_parameters: how many parameters the estimates cost: their number, less what a penalty or a prior
            gives; AIC and BIC count it.
        unit: the time unit of the data.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> fit = rm.fit(rm.BGNBD, summary)
        >>> sorted(fit.standard_errors)
        ['a', 'alpha', 'b', 'r']

    """

    model: FittedT
    covariance: FloatArray | None
    robust_covariance: FloatArray | None
    log_likelihood: float
    n: float
    status: Status
    diagnosis: str
    evaluations: int
    fixed: tuple[str, ...] = ()
    constraints: tuple[Equal, ...] = ()
    penalty: Ridge | None = None
    prior: Priors | None = None
    objective: float
    effective_parameters: float
    unit: Unit | None = None

    __reduce__ = by_fields

    @property
    def kind(self) -> Kind[FittedT]:
        """Return the kind of the model: its space, and how values in it become a model."""
        return kind_of(self.model)

    @property
    def parameters(self) -> dict[str, float]:
        """Return the estimates by name."""
        kind = self.kind
        return kind.space.named(kind.values(self.model))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Return the standard error of each parameter, 0 for those that were held.

        Raises:
            NotConverged: if the search did not end at a maximum, where there are none.

        """
        return self.errors(robust=False)

    @property
    def robust_standard_errors(self) -> dict[str, float]:
        """Return the sandwich standard error of each parameter, 0 for those that were held.

        Raises:
            NotConverged: if the search did not end at a maximum, where there are none.

        """
        return self.errors(robust=True)

    def errors(self, *, robust: bool) -> dict[str, float]:
        """Return the standard errors by name, from the sandwich if ``robust``, else from the observed information.

        Raises:
            NotConverged: if the search did not end at a maximum, where there are none.

        """
        covariance = self.robust_covariance if robust else self.covariance
        if covariance is None:
            message = f"there are no standard errors: {self.diagnosis}"
            raise NotConverged(message, self)
        return self.kind.space.named(np.sqrt(np.diag(covariance)))

    def interval(self, level: float = 0.95, *, robust: bool = False) -> dict[str, tuple[float, float]]:
        """Return a confidence interval for each parameter, symmetric in free coordinates and so inside the domain.

        Args:
            level: the coverage aimed at, between 0 and 1.
            robust: use the sandwich covariance.

        Raises:
            InvalidParameters: if ``level`` is not between 0 and 1.
            NotConverged: if the search did not end at a maximum.

        """
        if not 0 < number(level, "level", "a probability, 95 per cent as 0.95") < 1:
            message = f"level = {level!r} must lie between 0 and 1; give 95 per cent as 0.95"
            raise InvalidParameters(message)
        from scipy import special

        space, natural = self.kind.space, self.kind.values(self.model)
        errors = space.pack(self.errors(robust=robust)) / space.slope(natural)
        reach = float(special.ndtri((1 + level) / 2)) * errors
        low, high = (space.to_natural(space.to_free(natural) + side * reach) for side in (-1, 1))
        ends = {name: (float(lo), float(hi)) for name, lo, hi in zip(space.names, low, high, strict=True)}
        return ends | {name: (value, value) for name, value in self.parameters.items() if name in self.fixed}

    @property
    def free_parameters(self) -> int:
        """Return the number of parameters that were estimated, those that are equal counted once."""
        tied = sum(len(equal.names) - 1 for equal in self.constraints if not set(equal.names) & set(self.fixed))
        return len(self.kind.space) - len(self.fixed) - tied

    @property
    def aic(self) -> float:
        """Return Akaike's information criterion, twice the effective parameters less twice the log-likelihood."""
        return 2.0 * self.effective_parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion: effective parameters times the logarithm of ``n``, less 2 log-likelihoods."""
        return self.effective_parameters * math.log(self.n) - 2.0 * self.log_likelihood

    def table(self, level: float = 0.95) -> Table:
        """Return one row for each parameter: estimate, standard errors, interval and meaning.

        The columns of errors and ends are left out if the search did not converge.
        """
        space = self.kind.space
        columns: dict[str, list[object]] = {
            "parameter": list(space.names),
            "estimate": list(self.parameters.values()),
        }
        if self.covariance is not None:
            ends = self.interval(level)
            columns["standard_error"] = list(self.standard_errors.values())
            columns["robust_error"] = list(self.robust_standard_errors.values())
            columns[f"low_{100 * level:g}%"] = [ends[name][0] for name in space.names]
            columns[f"high_{100 * level:g}%"] = [ends[name][1] for name in space.names]
        columns["meaning"] = [parameter.meaning + self._remark(parameter.name) for parameter in space]
        return Table(columns)

    def _remark(self, name: str) -> str:
        if name in self.fixed:
            return " (held)"
        others = [other for equal in self.constraints if name in equal.names for other in equal.names if other != name]
        return f" (equal to {', '.join(others)})" if others else ""

    def __str__(self) -> str:
        """Return the table with a heading and the figures of the fit, as text."""
        return f"{self._heading()}\n{self.table()}\n{self._figures()}"

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<div><p><b>{self._heading()}</b></p>{self.table()._repr_html_()}<p>{self._figures()}</p></div>"

    def _heading(self) -> str:
        clock = f", time in {self.unit}s" if self.unit and self.kind.space.clock else ""
        return f"{self.kind.name} fitted to {self.n:,.0f} customers{clock}"

    def _figures(self) -> str:
        added = [
            text
            for text, there in ((f"penalty {self.penalty}", self.penalty), (f"prior {self.prior}", self.prior))
            if there is not None
        ]
        effective = f", {self.effective_parameters:.1f} effective parameters" if added else ""
        return (
            f"log-likelihood {self.log_likelihood:,.4f}, AIC {self.aic:,.2f}, BIC {self.bic:,.2f}{effective}, "
            f"{self.evaluations} evaluations; {'; '.join([*added, self.diagnosis])}"
        )

    def to_json(self) -> str:
        """Return the fit as JSON text from which :meth:`from_json` restores every number exactly."""
        return SavedFit(
            model=self.kind.name,
            parameters=self.parameters,
            unit=self.unit,
            covariance=_nested(self.covariance),
            robust_covariance=_nested(self.robust_covariance),
            log_likelihood=self.log_likelihood if math.isfinite(self.log_likelihood) else None,
            objective=self.objective if math.isfinite(self.objective) else None,
            effective_parameters=self.effective_parameters,
            n=self.n,
            status=self.status.name,
            diagnosis=self.diagnosis,
            evaluations=self.evaluations,
            fixed=self.fixed,
            constraints=tuple(equal.names for equal in self.constraints),
            penalty=None if self.penalty is None else self.penalty.described(),
            prior=None if self.prior is None else self.prior.describe(),
        ).to_json()

    @classmethod
    def from_json(cls, text: str | bytes, model: type[FittedT] | Kind[FittedT]) -> Fit[FittedT]:
        """Return the fit that :meth:`to_json` wrote, with its model rebuilt as ``model``.

        Raises:
            InvalidData: if the text is not such JSON, is of another model, or of an unknown version.
            InvalidParameters: if a parameter lies outside its domain.

        """
        kind: Kind[FittedT] = as_kind(model, "from_json", "pass the one that was saved, such as {}")
        saved = read_saved(text, kind.name, kind.space)
        log_likelihood = -math.inf if saved.log_likelihood is None else saved.log_likelihood
        return Fit(
            model=kind.make(kind.space.pack(saved.parameters), saved.unit),
            covariance=_matrix(saved.covariance),
            robust_covariance=_matrix(saved.robust_covariance),
            log_likelihood=log_likelihood,
            objective=log_likelihood if saved.objective is None else saved.objective,
            effective_parameters=saved.effective_parameters,
            n=saved.n,
            status=Status[saved.status],
            diagnosis=saved.diagnosis,
            evaluations=saved.evaluations,
            fixed=saved.fixed,
            constraints=tuple(Equal(names) for names in saved.constraints),
            penalty=None if saved.penalty is None else Ridge(saved.penalty),
            prior=None if saved.prior is None else Priors.from_description(saved.prior),
            unit=saved.unit,
        )


def _nested(matrix: FloatArray | None) -> tuple[tuple[float, ...], ...] | None:
    return None if matrix is None else tuple(tuple(row) for row in matrix.tolist())


def _matrix(nested: tuple[tuple[float, ...], ...] | None) -> FloatArray | None:
    return None if nested is None else read_only(np.array(nested, dtype=np.float64))


_STRUCTURAL: Final = {
    "bootstrap": "sem.bootstrap_paths, or sem.bootstrap_pls",
    "delta_method": "definitions in the text of the model, with :=",
    "information_table": "sem.information_table",
    "likelihood_ratio": "sem.compare",
    "profile_interval": "fit.table(), or sem.bootstrap_paths",
    "vuong": "sem.vuong",
}


def require_fit(fit: object, asked: str) -> None:
    """Raise if something is no fit of a model of customers; structural equations are told what they have instead.

    Examples:
        >>> require_fit(3, "vuong")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: vuong needs a Fit of a model of customers, as rm.fit gives, and here \
is int; structural equations have sem.vuong

    """
    if not isinstance(fit, Fit):
        message = (
            f"{asked} needs a Fit of a model of customers, as rm.fit gives, and here is {type(fit).__name__}; "
            f"structural equations have {_STRUCTURAL[asked]}"
        )
        raise InvalidParameters(message)
