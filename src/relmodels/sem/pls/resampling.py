"""The bootstrap of a fit by partial least squares: all samples are solved as one stack.

The method has no formula for standard errors; samples drawn from the respondents take its place. The constructs of each
sample are turned so that they agree with those of all respondents, or a construct that came out upside down would be
taken for a large error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.data import Survey
from relmodels.sem.intervals import interval_ends
from relmodels.sem.pls.checks import require_survey
from relmodels.sem.pls.collinearity import tells_items_apart
from relmodels.sem.pls.estimates import estimates_of, oriented
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.pls.weights import solve_weights

__all__ = ["PLSBootstrap", "answers_of_fit", "bootstrap_pls", "correlations_of"]

Interval: TypeAlias = Literal["percentile", "bca"]
Kind: TypeAlias = Literal["path", "total effect", "weight", "loading", "r squared"]

_STACK: Final = 250
_MOST_FAILED: Final = 0.5
_SETTLED: Final = 1e-9
_ALIKE: Final = 1e-12  # of the root of the squared answers, which rounding errors of their deviations do not reach


@dataclass(frozen=True, slots=True, eq=False)
class PLSBootstrap:
    """Estimates of samples drawn from the respondents.

    Attributes:
        fit: of all respondents.
        draws: ``(b, k)`` estimates of each sample, in the order of ``names``.
        without: ``(m, k)`` estimates without each respondent, for Efron's intervals; empty if they were not asked for.
        names: what was estimated: kind and name.
        failed: samples in which answers to an item were all alike, items of a construct of mode B or causes of one
            could not be told apart, weights did not settle or a correction was no number, which are not among them.

    """

    fit: PLSFit
    draws: FloatArray
    without: FloatArray
    names: tuple[tuple[str, str], ...]
    failed: int

    __reduce__ = by_fields

    def table(self, kind: Kind = "path", level: float = 0.95) -> Table:
        """Return a row for each estimate of a kind: its value, deviation over the samples, ratio, interval.

        The interval is Efron's if it was asked for, else that of percentiles.

        Args:
            kind: ``path``, ``total effect``, ``weight``, ``loading`` or ``r squared``.
            level: of the interval.

        Raises:
            InvalidParameters: if the level is not between 0 and 1, or the kind is unknown.

        """
        if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
            message = f"level = {level!r} is not between 0 and 1"
            raise InvalidParameters(message)
        chosen = [place for place, (own, _) in enumerate(self.names) if own == kind]
        if not chosen:
            kinds = ", ".join(dict.fromkeys(own for own, _ in self.names))
            message = f"kind = {kind!r} is unknown; use {kinds}"
            raise InvalidParameters(message)
        at = _listed(self.fit)[chosen]
        deviation = self.draws[:, chosen].std(axis=0, ddof=1)
        left = [self.without[:, place] if self.without.size else None for place in chosen]
        ends = [
            interval_ends(self.draws[:, place], value, one, level)
            for place, value, one in zip(chosen, at, left, strict=True)
        ]
        return Table(
            {
                kind: [self.names[place][1] for place in chosen],
                "estimate": at,
                "deviation": deviation,
                "ratio": np.divide(at, deviation, out=np.full(at.size, np.nan), where=deviation > 0.0),
                "low": np.array([low for low, _ in ends]),
                "high": np.array([high for _, high in ends]),
            }
        )

    def __str__(self) -> str:
        """Return the paths with their intervals as text."""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{len(self.draws):,} samples of {self.fit.n:,} respondents{failed}\n{self.table()}"


def bootstrap_pls(
    fit: PLSFit,
    survey: Survey,
    draws: int = 1000,
    *,
    interval: Interval = "percentile",
    rng: int | np.random.Generator,
) -> PLSBootstrap:
    """Return estimates of the theory for samples drawn with replacement from the respondents.

    Args:
        fit: of a survey.
        survey: the answers it was made of.
        draws: how many samples.
        interval: percentiles, or Efron's, for which the theory is also fitted without each respondent.
        rng: a seed or a generator.

    Raises:
        InvalidData: if the survey is none, such as a table of correlations, or not the one the fit was made of.
        InvalidParameters: if the fit is of another kind, or the interval is unknown.
        NotConverged: if more than half of the samples fail.

    Examples:
        >>> from relmodels.sem import PathModel, PLSSpec, fit_pls
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "l1", "l2")}
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> theory = PathModel.parse("trust =~ t1 + t2; loyalty =~ l1 + l2; loyalty ~ trust")
        >>> fit = fit_pls(PLSSpec(theory, consistent=False), survey)
        >>> found = bootstrap_pls(fit, survey, 500, rng=2)
        >>> found.draws.shape, found.failed
        ((500, 11), 0)

    Reference:
        Efron, B. (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association
        82(397), 171-185.

    """
    if interval not in {"percentile", "bca"}:
        message = f"interval = {interval!r} must be 'percentile' or 'bca'"
        raise InvalidParameters(message)
    values = answers_of_fit(fit, survey, "bootstrap_pls")
    asked, random = whole(draws, "draws", 2), generator(rng)
    chosen = random.integers(0, len(values), (asked, len(values)))
    found = _estimated(fit, values, iter(chosen))
    if len(found) < _MOST_FAILED * asked:
        message = f"{asked - len(found)} of {asked} samples fail; the theory asks too much of so few respondents"
        raise NotConverged(message, fit)
    without = np.empty((0, found.shape[1]))
    if interval == "bca":
        without = _estimated(fit, values, (np.delete(np.arange(len(values)), row) for row in range(len(values))))
    names = _names(fit)
    return PLSBootstrap(fit, read_only(found), read_only(without), names, asked - len(found))


def answers_of_fit(fit: PLSFit, survey: Survey, asked: str) -> FloatArray:
    """Return ``(n, p)`` the answers a fit was made of, in its order; raise if they are others.

    Args:
        fit: of a survey.
        survey: the answers it was made of.
        asked: the function that needs them.

    """
    _require_fit(fit, asked)
    own = require_survey(survey, asked).of(fit.layout.items)
    values = own.values[own.complete]
    table = correlations_of(values) if len(values) == fit.n else None
    if table is None or not (np.abs(table - fit.correlation) <= 1e-9).all():
        message = f"the fit is of other answers, of {fit.n} respondents; pass the survey it was made of"
        raise InvalidData(message)
    return values


def _require_fit(fit: object, asked: str) -> None:
    if not isinstance(fit, PLSFit):
        message = f"{asked} needs a PLSFit, as rm.fit of a PLSSpec gives, and here is {type(fit).__name__}"
        raise InvalidParameters(message)


def _estimated(fit: PLSFit, values: FloatArray, samples: Iterator[IntArray]) -> FloatArray:
    """Return ``(b, k)`` the estimates of those samples that have some."""
    tables, found = [], [np.empty((0, len(_names(fit))))]
    apart = (values - values.mean(axis=0)) / values.std(axis=0)
    for rows in samples:
        tables.append(correlations_of(apart[rows]))
        if len(tables) == _STACK:
            found.append(_solved(fit, np.array(tables)))
            tables = []
    if tables:
        found.append(_solved(fit, np.array(tables)))
    return np.vstack(found)


def correlations_of(values: FloatArray) -> FloatArray:
    """Return correlations; ``nan`` for an item whose answers are all alike."""
    mean = values.mean(axis=0)
    apart = values - mean
    table = apart.T @ apart
    spread = np.sqrt(np.diag(table))
    spread = np.where(spread > _ALIKE * np.sqrt(spread**2 + len(values) * mean**2), spread, np.nan)
    return np.asarray(table / np.outer(spread, spread), dtype=np.float64)


def _solved(fit: PLSFit, tables: FloatArray) -> FloatArray:
    tables = tables[np.isfinite(tables).all(axis=(1, 2))]
    tables = tables[tells_items_apart(tables, fit.layout)]
    weights = solve_weights(tables, fit.layout, start=fit.weights, tolerance=_SETTLED)
    tables, values = tables[weights.converged], weights.values[weights.converged]
    values = oriented(values, tables, fit.layout, fit.spec, like=fit.weights)
    estimates = estimates_of(values, tables, fit.layout, fit.spec)
    kept = estimates.possible
    unit = np.eye(len(fit.layout.constructs))
    totals = np.linalg.inv(unit - estimates.paths[kept]) - unit
    cause, effect = (np.array(one) for one in zip(*fit.layout.paths, strict=True))
    first, last = (np.array(one) for one in zip(*_reached(fit), strict=True))
    return np.hstack(
        [
            estimates.paths[kept][:, effect, cause],
            totals[:, last, first],
            estimates.weights[kept],
            estimates.loadings[kept],
            estimates.r_squared[kept][:, list(fit.layout.explained)],
        ]
    )


def _reached(fit: PLSFit) -> list[tuple[int, int]]:
    """Return pairs of constructs of which the first reaches the second along some way."""
    causes = np.asarray(fit.layout.causes, dtype=np.float64)
    unit = np.eye(len(causes))
    ways = np.linalg.inv(unit - causes) - unit
    return [(int(first), int(last)) for last, first in np.argwhere(ways > 0.5)]


def _listed(fit: PLSFit) -> FloatArray:
    """Return the estimates of a fit in the order of the draws."""
    totals = fit.total_effects()
    return np.array(
        [
            *(fit.coefficients[effect, cause] for cause, effect in fit.layout.paths),
            *(totals[last, first] for first, last in _reached(fit)),
            *fit.weights,
            *fit.loadings,
            *(fit.explained[place] for place in fit.layout.explained),
        ]
    )


def _names(fit: PLSFit) -> tuple[tuple[str, str], ...]:
    names, items = fit.layout.constructs, fit.layout.items
    return (
        *(("path", f"{names[effect]} ~ {names[cause]}") for cause, effect in fit.layout.paths),
        *(("total effect", f"{names[last]} ~ {names[first]}") for first, last in _reached(fit)),
        *(("weight", item) for item in items),
        *(("loading", item) for item in items),
        *(("r squared", names[place]) for place in fit.layout.explained),
    )
