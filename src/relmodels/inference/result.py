"""What a fit gives back: the model, how sure we are of it, and how the search ended; never the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, NotConverged
from relmodels.core.numbers import number
from relmodels.core.periods import Unit
from relmodels.frames.table import Table
from relmodels.inference.model import Model, is_model
from relmodels.inference.saved import SavedFit, read_saved
from relmodels.inference.status import Status

__all__ = ["Fit", "build"]

ModelT = TypeVar("ModelT", bound=Model[Any])


def build(model: type[ModelT], values: FloatArray, unit: Unit | None) -> ModelT:
    """Return ``model`` with natural ``values``, shape ``(p,)``, and with ``unit`` if it has a clock."""
    make = cast("Callable[..., ModelT]", model)
    named = model.space.named(values)
    return make(**named, unit=unit) if model.space.clock else make(**named)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fit(Generic[ModelT]):
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
        unit: the time unit of the data.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> fit = rm.fit(rm.BGNBD, summary)
        >>> sorted(fit.standard_errors)
        ['a', 'alpha', 'b', 'r']

    """

    model: ModelT
    covariance: FloatArray | None
    robust_covariance: FloatArray | None
    log_likelihood: float
    n: float
    status: Status
    diagnosis: str
    evaluations: int
    fixed: tuple[str, ...] = ()
    unit: Unit | None = None

    __reduce__ = by_fields

    @property
    def parameters(self) -> dict[str, float]:
        """Return the estimates by name."""
        return self.model.space.named(self.model.space.values(self.model))

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
        return self.model.space.named(np.sqrt(np.diag(covariance)))

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

        space = self.model.space
        natural = space.values(self.model)
        errors = space.pack(self.errors(robust=robust)) / space.slope(natural)
        reach = float(special.ndtri((1 + level) / 2)) * errors
        low, high = (space.to_natural(space.to_free(natural) + side * reach) for side in (-1, 1))
        ends = {name: (float(lo), float(hi)) for name, lo, hi in zip(space.names, low, high, strict=True)}
        return ends | {name: (value, value) for name, value in self.parameters.items() if name in self.fixed}

    @property
    def free_parameters(self) -> int:
        """Return the number of parameters that were estimated."""
        return len(self.model.space) - len(self.fixed)

    @property
    def aic(self) -> float:
        """Return Akaike's information criterion, twice the parameters less twice the log-likelihood."""
        return 2.0 * self.free_parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion, the parameters times the logarithm of ``n``, less twice the log-likelihood."""
        return self.free_parameters * math.log(self.n) - 2.0 * self.log_likelihood

    def table(self, level: float = 0.95) -> Table:
        """Return one row for each parameter: estimate, standard errors, interval and meaning.

        The columns of errors and ends are left out if the search did not converge.
        """
        space = self.model.space
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
        columns["meaning"] = [
            parameter.meaning + (" (held)" if parameter.name in self.fixed else "") for parameter in space
        ]
        return Table(columns)

    def __str__(self) -> str:
        """Return the table with a heading and the figures of the fit, as text."""
        return f"{self._heading()}\n{self.table()}\n{self._figures()}"

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<div><p><b>{self._heading()}</b></p>{self.table()._repr_html_()}<p>{self._figures()}</p></div>"

    def _heading(self) -> str:
        clock = f", time in {self.unit}s" if self.unit and self.model.space.clock else ""
        return f"{type(self.model).__name__} fitted to {self.n:,.0f} customers{clock}"

    def _figures(self) -> str:
        return (
            f"log-likelihood {self.log_likelihood:,.4f}, AIC {self.aic:,.2f}, BIC {self.bic:,.2f}, "
            f"{self.evaluations} evaluations; {self.diagnosis}"
        )

    def to_json(self) -> str:
        """Return the fit as JSON text from which :meth:`from_json` restores every number exactly."""
        return SavedFit(
            model=type(self.model).__name__,
            parameters=self.parameters,
            unit=self.unit,
            covariance=_nested(self.covariance),
            robust_covariance=_nested(self.robust_covariance),
            log_likelihood=self.log_likelihood if math.isfinite(self.log_likelihood) else None,
            n=self.n,
            status=self.status.name,
            diagnosis=self.diagnosis,
            evaluations=self.evaluations,
            fixed=self.fixed,
        ).to_json()

    @classmethod
    def from_json(cls, text: str | bytes, model: type[ModelT]) -> Fit[ModelT]:
        """Return the fit that :meth:`to_json` wrote, with its model rebuilt as ``model``.

        Raises:
            InvalidData: if the text is not such JSON, is of another model, or of an unknown version.
            InvalidParameters: if a parameter lies outside its domain.

        """
        if not is_model(model):
            message = f"from_json needs the class of the model that was saved, got {model!r}; pass for example rm.BGNBD"
            raise InvalidParameters(message)
        saved = read_saved(text, model.__name__, model.space)
        return Fit(
            model=build(model, model.space.pack(saved.parameters), saved.unit),
            covariance=_matrix(saved.covariance),
            robust_covariance=_matrix(saved.robust_covariance),
            log_likelihood=-math.inf if saved.log_likelihood is None else saved.log_likelihood,
            n=saved.n,
            status=Status[saved.status],
            diagnosis=saved.diagnosis,
            evaluations=saved.evaluations,
            fixed=saved.fixed,
            unit=saved.unit,
        )


def _nested(matrix: FloatArray | None) -> tuple[tuple[float, ...], ...] | None:
    return None if matrix is None else tuple(tuple(row) for row in matrix.tolist())


def _matrix(nested: tuple[tuple[float, ...], ...] | None) -> FloatArray | None:
    return None if nested is None else read_only(np.array(nested, dtype=np.float64))
