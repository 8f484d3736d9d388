"""What a fit of structural equations gives back: estimates, indices, standardized values, and the conventions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import get_args

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, NotConverged
from relmodels.core.numbers import finite
from relmodels.frames.table import MOST_ROWS, Table
from relmodels.sem.checks import group_at
from relmodels.sem.complete import Parameter, kind_of
from relmodels.sem.conventions import conventions_of
from relmodels.sem.data import Survey
from relmodels.sem.indices import FitIndices, Misfit, fit_indices, with_robust
from relmodels.sem.labels import labels_at
from relmodels.sem.model import PathModel, PathRow
from relmodels.sem.modifiers import Modifiers
from relmodels.sem.remarks import Remark
from relmodels.sem.standardize import Scope, standardized
from relmodels.sem.structure import Structure

__all__ = ["Baseline", "Defined", "PathFit"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The model in which nothing is related: its test statistic, degrees of freedom, and how it is corrected.

    Examples:
        >>> Baseline(918.85, 36).df
        36

    """

    chi_square: float
    df: int
    scaling: float | None = None
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Defined:
    """A quantity defined by ``:=``: its value and its error by the delta method.

    Examples:
        >>> Defined("indirect", 1.2418, 0.3554).name
        'indirect'

    """

    name: str
    value: float
    standard_error: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PathFit:
    """The result of fitting a :class:`~relmodels.sem.PathModel`.

    Attributes:
        model: what was stated.
        parameters: every parameter, stated or filled in.
        names: the observed variables.
        groups: the names of the groups.
        sizes: cases of each.
        theta: ``(q,)`` the estimates of the free parameters.
        covariance: ``(q, q)`` theirs; ``None`` without a minimum.
        estimator: ``ML``, ``MLR``, ``MLM``, ``MLMV``, ``GLS``, ``ULS``, ``ULSMV``, ``WLS``, ``DWLS`` or ``WLSMV``.
        missing: what was done with respondents who left a question out.
        divisor: of covariances and of the test statistic.
        information: behind the standard errors.
        equal: kinds of parameters that are the same in all groups.
        chi_square: the test statistic, not corrected.
        df: its degrees of freedom.
        scaling: by what it is divided for a corrected one; ``None`` if it is not.
        baseline: the model in which nothing is related.
        log_likelihood: ``nan`` for least squares.
        observed: ``(G, p, p)`` covariances.
        implied: ``(G, p, p)`` those that the model implies.
        observed_mean: ``(G, p)``; ``None`` if a table has none.
        implied_mean: ``(G, p)``; ``None`` if means are not modeled.
        structures: the cells of each group.
        converged: whether the search ended at a minimum.
        rounds: its steps.
        score: what was left of the gradient, in standard errors of one case.
        remarks: what should not be overlooked.
        shift: what is added to the test statistic after it was divided, for ``MLMV``, ``ULSMV``, ``DWLS`` and
            ``WLSMV``.
        bound: how many parameters the constraints bind.
        thresholds: of ordinal answers, for each group ``(K - 1,)`` by question; ``None`` for others.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0, 0], [0.56, 1.0, 0, 0], [0.42, 0.48, 1.0, 0], [0.28, 0.32, 0.24, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=204)
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), data)
        >>> fit.value("loyalty ~ trust").__round__(3), fit.df, abs(fit.chi_square) < 1e-8
        (0.571, 2, True)

    Reference:
        Bollen, K. A. (1989), Structural Equations with Latent Variables, Wiley.

    """

    model: PathModel
    parameters: tuple[Parameter, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    theta: FloatArray
    covariance: FloatArray | None
    estimator: str
    missing: str
    divisor: str
    information: str
    equal: tuple[str, ...]
    chi_square: float
    df: int
    scaling: float | None
    baseline: Baseline
    log_likelihood: float
    observed: FloatArray
    implied: FloatArray
    observed_mean: FloatArray | None
    implied_mean: FloatArray | None
    structures: tuple[Structure, ...]
    converged: bool
    rounds: int
    score: float
    remarks: tuple[Remark, ...]
    shift: float = 0.0
    bound: int = 0
    thresholds: tuple[dict[str, FloatArray], ...] | None = None

    __reduce__ = by_fields

    @property
    def n(self) -> int:
        """Return the number of cases of all groups."""
        return sum(self.sizes)

    @property
    def free_parameters(self) -> int:
        """Return the number of free parameters, less those that constraints bind."""
        return int(self.theta.size) - self.bound

    @property
    def values(self) -> FloatArray:
        """Return ``(k,)`` every parameter's value, those held too, in the order of ``parameters``."""
        return read_only(
            np.array([self.theta[one.index] if one.index >= 0 else one.value or 0.0 for one in self.parameters])
        )

    @property
    def errors(self) -> FloatArray:
        """Return ``(k,)`` their standard errors; 0 for those held, ``nan`` without a minimum."""
        if self.covariance is None:
            return read_only(np.full(len(self.parameters), np.nan))
        spread = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return read_only(np.array([spread[one.index] if one.index >= 0 else 0.0 for one in self.parameters]))

    def place(self, name: str, group: int | str = 0) -> int:
        """Return the place of a parameter among ``parameters``, named as it would be stated, or by its label.

        Spaces around the operator do not matter; those within the name of a variable do.

        Raises:
            InvalidParameters: if there is none, or no such group.

        """
        group, wanted = group_at(group, self.groups), _parts(name)
        for place, one in enumerate(self.parameters):
            if one.group == group and wanted in _called(one):
                return place
        message = f"there is no parameter {name!r}; write it as in the model, such as 'loyalty ~ trust'"
        raise InvalidParameters(message)

    def value(self, name: str, group: int | str = 0) -> float:
        """Return one estimate, named as it would be stated, or by its label.

        Raises:
            InvalidParameters: if there is no such parameter.

        """
        return float(self.values[self.place(name, group)])

    def standard_error(self, name: str, group: int | str = 0) -> float:
        """Return the standard error of one estimate.

        Raises:
            InvalidParameters: if there is no such parameter.

        """
        return float(self.errors[self.place(name, group)])

    def indices(self, *, corrected: bool = False) -> FitIndices:
        """Return the indices of fit, of the test statistic as it is or corrected.

        Raises:
            InvalidParameters: if a corrected one is asked for and the estimator has none, or if there is no test
                statistic, because too few respondents answered many questions together.

        """
        if np.isnan(self.chi_square):
            message = f"there is no test statistic: {next(one.text for one in self.remarks if one.kind == 'unbounded')}"
            raise InvalidParameters(message)
        if corrected and self.scaling is None:
            why = f"{self.estimator} has none; fit with MLR or MLM" if self.df else "the model has no degree of freedom"
            why = next((one.text for one in self.remarks if one.kind == "uncorrected"), why)
            message = f"there is no corrected test statistic: {why}"
            raise InvalidParameters(message)
        divide = _corrections(self) if corrected else (1.0, 1.0)
        add = (self.shift, self.baseline.shift) if corrected else (0.0, 0.0)
        return fit_indices(
            chi_square=self.chi_square / divide[0] + add[0],
            df=self.df,
            baseline=(self.baseline.chi_square / divide[1] + add[1], self.baseline.df),
            n=self.n,
            cases=self._cases,
            groups=len(self.groups),
            srmr=self.srmr,
            log_likelihood=self.log_likelihood,
            parameters=self.free_parameters,
        )

    def robust_indices(self, survey: Survey | None = None) -> FitIndices:
        """Return the indices with CFI, TLI and RMSEA as they would be for complete and normal answers.

        Brosseau-Liard, Savalei and Li's versions for answers that are not normal, ``T - c df`` taking the place of ``T
        - df``, for the model and for the one in which nothing is related, where ``c df`` is the mean of ``T`` if the
        model holds; Zhang and Savalei's if missing answers were counted, which hide a part of the misfit, by ``ML`` and
        by ``MLR``.

        Args:
            survey: the answers the fit was made of; needed if missing ones were counted.

        Raises:
            InvalidData: if the survey is not the one the fit was made of.
            InvalidParameters: if the estimator has no corrected test statistic and nothing was missing, the survey is
                needed and not there, or the answers are ordinal.

        Reference:
            Brosseau-Liard, P. E., Savalei, V. and Li, L. (2012), An investigation of the sample performance of two
            nonnormality corrections for RMSEA, Multivariate Behavioral Research 47(6), 904-930; Zhang, X. and Savalei,
            V. (2023), New computations for RMSEA and CFI following FIML and TS estimation with missing data,
            Psychological Methods 28(2), 263-283.

        """
        from relmodels.sem.complete_scale import misfits

        if self.thresholds is not None:
            message = "with ordinal answers these have other definitions; see indices(corrected=True)"
            raise InvalidParameters(message)
        counted = self.missing == "ml" and self.df > 0 and not np.isnan(self.chi_square)
        plain = self.indices(corrected=not counted or self.scaling is not None)
        unit = len(self.groups) / (self.df * self._cases)
        if counted:
            if survey is None:
                message = "robust indices of missing answers need them: pass the survey the fit was made of"
                raise InvalidParameters(message)
            return with_robust(plain, *misfits(self, survey), unit)
        scaling, base_scaling = _corrections(self)
        model = Misfit(self.chi_square, scaling * (self.df - self.shift), self.df)
        base = Misfit(
            self.baseline.chi_square, base_scaling * (self.baseline.df - self.baseline.shift), self.baseline.df
        )
        return with_robust(plain, model, base, unit, self.shift)

    @property
    def _cases(self) -> int:
        """Return by what the discrepancy was multiplied for the test statistic."""
        return self.n - (len(self.groups) if self.divisor == "n-1" else 0)

    @property
    def srmr(self) -> float:
        """Return the standardized root mean square residual, Bentler's, over groups by their cases."""
        found = 0.0
        for group, size in enumerate(self.sizes):
            spread = np.sqrt(np.diag(self.observed[group]))
            apart = (self.observed[group] - self.implied[group]) / np.outer(spread, spread)
            squares = list(np.square(apart[np.tril_indices(len(spread))]))
            if self.implied_mean is not None and self.observed_mean is not None:
                squares += list(np.square((self.observed_mean[group] - self.implied_mean[group]) / spread))
            found += size / self.n * float(np.sqrt(np.mean(squares)))
        return found

    def residuals(self, group: int | str = 0) -> FloatArray:
        """Return ``(p, p)`` observed correlations less implied ones.

        Raises:
            InvalidParameters: if there is no such group.

        """
        group = group_at(group, self.groups)
        observed, implied = self.observed[group], self.implied[group]
        first, second = np.sqrt(np.diag(observed)), np.sqrt(np.diag(implied))
        return read_only(observed / np.outer(first, first) - implied / np.outer(second, second))

    def standardized(self, scope: Scope = "all") -> Table:
        """Return a row for each parameter in standard deviations, with its error.

        Args:
            scope: in those of all variables, or of latent ones only.

        Raises:
            InvalidParameters: if the scope is neither.

        """
        if scope not in get_args(Scope):
            message = f"scope = {scope!r} is unknown; use {' or '.join(map(repr, get_args(Scope)))}"
            raise InvalidParameters(message)
        found = standardized(self.parameters, self.structures, self.theta, scope, unit=self.thresholds is not None)
        error = np.full(found.value.size, np.nan)
        if self.covariance is not None:
            inner = np.einsum("kq,qr,kr->k", found.slope, self.covariance, found.slope)
            error = np.sqrt(np.maximum(inner, 0.0))
        return Table({**self._named(), "standardized": found.value, "standard_error": error})

    def r_squared(self, group: int | str = 0) -> dict[str, float]:
        """Return the share of the variance explained, of every variable that is caused or measures something.

        Raises:
            InvalidParameters: if there is no such group.

        """
        structure = self.structures[group_at(group, self.groups)]
        implied = structure.implied(self.theta)
        _, moments, _ = structure.cells(self.theta)
        own, total = np.diag(moments), np.diag(implied.total)
        return {
            name: float(1.0 - own[place] / total[place])
            for place, name in enumerate(structure.names)
            if name in self.model.caused
        }

    def defined(self) -> tuple[Defined, ...]:
        """Return the quantities defined by ``:=`` with errors by the delta method."""
        labels = labels_at(self.model, self.parameters, self.theta)
        found = []
        for name, slope in labels.slopes.items():
            value = labels.values[name]
            none = self.covariance is None or np.isnan(value)
            spread = np.nan if none else max(float(slope @ self.require_minimum() @ slope), 0.0)
            found.append(Defined(name, value, float(np.sqrt(spread))))
        return tuple(found)

    def table(self, level: float = 0.95) -> Table:
        """Return a row for each parameter: estimate, error, ratio, chance, interval, standardized value.

        Raises:
            InvalidParameters: if the level is not between 0 and 1.

        """
        from scipy.special import ndtr, ndtri

        if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
            message = f"level = {level!r} is not between 0 and 1"
            raise InvalidParameters(message)
        value, error = self.values, self.errors
        of_all = standardized(self.parameters, self.structures, self.theta, unit=self.thresholds is not None)
        free = np.array([one.index >= 0 for one in self.parameters])
        ratio: FloatArray = np.divide(value, error, out=np.full(value.size, np.nan), where=free & (error > 0.0))
        width = float(ndtri(0.5 + level / 2.0)) * np.where(free, error, np.nan)
        return Table(
            {
                **self._named(),
                "estimate": value,
                "standard_error": np.where(free, error, np.nan),
                "z": ratio,
                "p": 2.0 * ndtr(-abs(ratio)),
                "low": value - width,
                "high": value + width,
                "standardized": of_all.value,
            }
        )

    def _named(self) -> dict[str, object]:
        columns: dict[str, object] = {"parameter": [one.name for one in self.parameters]}
        if len(self.groups) > 1:
            columns["group"] = [self.groups[one.group] for one in self.parameters]
        if any(one.label for one in self.parameters):
            columns["label"] = [one.label for one in self.parameters]
        return columns

    def conventions(self) -> tuple[str, ...]:
        """Return what stands behind the figures, a sentence each."""
        return conventions_of(
            self.model,
            estimator=self.estimator,
            divisor=self.divisor,
            information=self.information,
            missing=self.missing,
            equal=self.equal,
            free=self._apart(),
            groups=len(self.groups),
            means=self.implied_mean is not None,
            ordinal=self.thresholds is not None,
        )

    def _apart(self) -> tuple[str, ...]:
        """Return the parameters of a kind that is the same in all groups which are not, by what was stated of them."""
        found: dict[str, set[tuple[int, float | None]]] = {}
        for one in self.parameters:
            row = PathRow(one.left, one.operator.removesuffix("1"), one.right, Modifiers())
            if kind_of(self.model, row) in self.equal:
                found.setdefault(one.name, set()).add((one.index, one.value if one.index < 0 else None))
        return tuple(name for name, own in found.items() if len(own) > 1)

    def require_minimum(self) -> FloatArray:
        """Return the covariance of the estimates.

        Raises:
            NotConverged: if there is none, because the search did not end at a minimum.

        """
        if self.covariance is None:
            message = f"there are no errors: the search ended after {self.rounds} steps without a minimum"
            raise NotConverged(message, self)
        return self.covariance

    def __str__(self) -> str:
        """Return heading, fit, estimates, remarks and conventions as text; of many estimates those of paths."""
        parts = [self._heading(), self._fit(), *self._estimates()]
        parts += [f"{one.name} = {one.value:.4f} ({one.standard_error:.4f})" for one in self.defined()]
        parts += [f"Note: {one.text}." for one in self.remarks]
        return "\n".join([*parts, "; ".join(self.conventions()) + "."])

    def _estimates(self) -> list[str]:
        """Return the table as text, or its paths if it is too long to be printed whole and has some."""
        table = self.table()
        paths = [place for place, one in enumerate(self.parameters) if one.operator == "~"]
        if len(table) <= MOST_ROWS or not paths:
            return [str(table)]
        chosen = {name: [table.column(name)[place] for place in paths] for name in table.columns}
        return [str(Table(chosen)), f"({len(table)} parameters in all; fit.table() has those that are no paths)"]

    def __repr__(self) -> str:
        """Return heading and fit on one line."""
        return f"<{self._heading()}: {self._fit()}>"

    def _repr_html_(self) -> str:
        """Return the same for a notebook, with all estimates."""
        notes = "".join(f"<p>{escape(one.text)}.</p>" for one in self.remarks)
        tail = f"<p>{escape('; '.join(self.conventions()))}.</p>"
        head = f"<p><b>{escape(self._heading())}</b></p><p>{escape(self._fit())}</p>"
        return f"<div>{head}{self.table()._repr_html_()}{notes}{tail}</div>"

    def _heading(self) -> str:
        groups = "" if len(self.groups) == 1 else f" in {len(self.groups)} groups"
        return f"structural equations fitted to {self.n:,} cases{groups}, {self.free_parameters} parameters"

    def _fit(self) -> str:
        if np.isnan(self.chi_square):
            return "no test statistic and no indices; see the note"
        found = self.indices(corrected=self.scaling is not None)
        corrected = "" if self.scaling is None else f" (corrected; {self.chi_square:.3f} before)"
        return (
            f"chi-square {found.chi_square:.3f}{corrected} on {found.df} degrees of freedom, p = {found.p_value:.4f}; "
            f"CFI {found.cfi:.3f}, TLI {found.tli:.3f}, RMSEA {found.rmsea:.3f} "
            f"[{found.rmsea_low:.3f}, {found.rmsea_high:.3f}], SRMR {found.srmr:.3f}"
        )


def _parts(name: str) -> tuple[str, ...]:
    """Return what stands before an operator, the operator, and what stands after it; or a label alone."""
    parts = re.split("(=~|~~|~)", name, maxsplit=1)
    return tuple(" ".join(part.split()) for part in parts)


def _called(one: Parameter) -> set[tuple[str, ...]]:
    """Return by what a parameter can be named."""
    names = {_parts(one.name)}
    if one.operator == "~~":
        names.add(_parts(f"{one.right} ~~ {one.left}"))
    if one.label:
        names.add(_parts(one.label))
    return names


def _corrections(fit: PathFit) -> tuple[float, float]:
    """Return by what the test statistics of the model and of the baseline are divided."""
    return fit.scaling or 1.0, fit.baseline.scaling or 1.0
