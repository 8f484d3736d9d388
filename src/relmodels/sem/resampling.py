"""The bootstrap of structural equations: respondents drawn anew, the model fitted to each draw from where it was.

Intervals are percentiles, or Efron's, which correct for bias and for errors that grow with the estimate. Bollen and
Stine's test draws from answers turned so that the model holds, and asks how often the test statistic is as large.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, NotConverged
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.complete import fixed_causes
from relmodels.sem.data import Survey
from relmodels.sem.guards import require_path_fit
from relmodels.sem.intervals import interval_ends
from relmodels.sem.labels import labeled_values, relations_of
from relmodels.sem.linear import inverse_of, root_of
from relmodels.sem.refit import answers_behind, curvature_at, problem_of
from relmodels.sem.result import PathFit
from relmodels.sem.search import Problem, Solution, solve, total_gradient, total_second_slopes, total_value

__all__ = ["Interval", "PathBootstrap", "bollen_stine", "bootstrap_paths"]

Interval: TypeAlias = Literal["percentile", "bca"]

_MOST_FAILED: Final = 0.5
_ENOUGH: Final = 1e-5  # of a standard error of one case: a fraction of a thousandth of an error of the estimates
_CHORDS: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class PathBootstrap:
    """Estimates of samples drawn from the respondents.

    Attributes:
        fit: of all respondents.
        theta: ``(b, q)`` estimates of each draw.
        without: ``(m, q)`` estimates without each respondent, for Efron's intervals; without those whose search did not
            end at a minimum, and empty if they were not asked for.
        failed: draws whose search did not end at a minimum, which are not among them.

    """

    fit: PathFit
    theta: FloatArray
    without: FloatArray
    failed: int

    __reduce__ = by_fields

    @property
    def standard_errors(self) -> FloatArray:
        """Return ``(q,)`` the standard deviations of the free parameters over the draws."""
        return read_only(self.theta.std(axis=0, ddof=1))

    def table(self, level: float = 0.95) -> Table:
        """Return a row for each free parameter and each defined quantity: estimate, deviation, interval.

        The interval is Efron's if it was asked for, else that of percentiles. A quantity that is no number in some
        draws has the interval of the others, whose number stands beside it then.

        Raises:
            InvalidParameters: if the level is not between 0 and 1.

        """
        if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
            message = f"level = {level!r} is not between 0 and 1"
            raise InvalidParameters(message)
        at = _everything(self.fit, self.fit.theta[None])[0]
        drawn = _everything(self.fit, self.theta)
        left = _everything(self.fit, self.without) if self.without.size else None
        columns = self._named()
        ends, deviation = np.full((at.size, 2), np.nan), np.full(at.size, np.nan)
        finite_draws = np.isfinite(drawn)
        for place in np.flatnonzero(np.isfinite(at) & (finite_draws.sum(axis=0) > 1)):
            own = drawn[finite_draws[:, place], place]
            apart = None if left is None else left[np.isfinite(left[:, place]), place]
            ends[place], deviation[place] = interval_ends(own, at[place], apart, level), own.std(ddof=1)
        columns |= {"estimate": at, "deviation": deviation, "low": ends[:, 0], "high": ends[:, 1]}
        if not finite_draws.all():
            columns["draws"] = finite_draws.sum(axis=0)
        return Table(columns)

    def _named(self) -> dict[str, object]:
        """Return the names of free parameters, as of fit.table(), and of defined quantities."""
        held = [[one for one in self.fit.parameters if one.index == place] for place in range(self.fit.theta.size)]
        defined = [one.name for one in self.fit.defined()]
        columns: dict[str, object] = {"parameter": [*(own[0].name for own in held), *defined]}
        groups = self.fit.groups
        if len(groups) > 1:
            shared = [dict.fromkeys(groups[one.group] for one in own) for own in held]
            called = ["all" if len(own) == len(groups) else ", ".join(own) for own in shared]
            columns["group"] = [*called, *([""] * len(defined))]
        if any(own[0].label for own in held):
            columns["label"] = [*(own[0].label for own in held), *([""] * len(defined))]
        return columns

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def _everything(fit: PathFit, thetas: FloatArray) -> FloatArray:
    """Return ``(m, q + d)`` parameters with the quantities defined of them."""
    defined = [one for one in fit.model.relations if one.operator == ":="]
    if not defined:
        return thetas
    found = np.empty((len(thetas), len(defined)))
    for row, theta in enumerate(thetas):
        values = labeled_values(fit.model, fit.parameters, theta)
        found[row] = [values[relation.left] for relation in defined]
    return np.hstack([thetas, found])


def bootstrap_paths(
    fit: PathFit,
    survey: Survey,
    draws: int = 1000,
    *,
    interval: Interval = "percentile",
    rng: int | np.random.Generator,
) -> PathBootstrap:
    """Return estimates of the model for samples drawn with replacement from the respondents, within their groups.

    Each search begins at the estimates of all, and no errors are computed, so that 200 draws of 43 questions take
    seconds. Weights of ``WLS`` and ``DWLS`` are taken anew from each draw.

    Args:
        fit: of answers that are not ordinal.
        survey: the answers it was made of.
        draws: how many samples.
        interval: percentiles, or Efron's, for which the model is also fitted without each respondent.
        rng: a seed or a generator.

    Raises:
        InvalidData: if the survey is not the one the fit was made of.
        InvalidParameters: if the answers are ordinal, observed causes have gaps, the model has inequalities, the
            interval is unknown, or another kind of fit is passed.
        NotConverged: if more than half of the draws, or of the searches without a respondent, have no minimum.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "t3")}
        >>> survey = Survey.from_frame({**answers, "loyalty": trust + rng.normal(size=200)}, [*answers, "loyalty"])
        >>> from relmodels.sem import PathModel, fit_paths
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), survey)
        >>> found = bootstrap_paths(fit, survey, 100, rng=2)
        >>> found.theta.shape, found.failed
        ((100, 8), 0)

    Reference:
        Efron, B. (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association
        82(397), 171-185.

    """
    require_path_fit(fit, "bootstrap_paths")
    if interval not in {"percentile", "bca"}:
        message = f"interval = {interval!r} must be 'percentile' or 'bca'"
        raise InvalidParameters(message)
    groups = _groups(fit, survey)
    random = generator(rng)
    asked = whole(draws, "draws", 2)
    bent = curvature_at(fit, problem_of(fit, groups))
    tried = (_refit(fit, _drawn(groups, random), bent) for _ in range(asked))
    found = [solution.theta for solution in tried if solution is not None]
    _require_most(fit, len(found), asked)
    without = np.empty((0, fit.theta.size))
    if interval == "bca":
        left = [_refit(fit, parts, bent) for parts in _without_each(groups)]
        without = np.array([solution.theta for solution in left if solution is not None])
        _require_most(fit, len(without), fit.n)
    return PathBootstrap(fit, read_only(np.array(found)), read_only(without), asked - len(found))


def bollen_stine(fit: PathFit, survey: Survey, draws: int = 1000, *, rng: int | np.random.Generator) -> float:
    """Return the chance of a test statistic as large as the observed one if the model holds, whatever the distribution.

    The answers are turned so that their covariances are those that the model implies, and drawn from.

    Args:
        fit: of complete answers.
        survey: the answers it was made of.
        draws: how many samples.
        rng: a seed or a generator.

    Raises:
        InvalidData: if the survey is not the one the fit was made of.
        InvalidParameters: if the fit counted missing answers or is of ordinal ones, or the model has inequalities; and
            if another kind of fit is passed.
        NotConverged: if more than half of the draws have no minimum.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "t3", "t4")}
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> from relmodels.sem import PathModel, fit_paths
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3 + t4"), survey)
        >>> 0.05 < bollen_stine(fit, survey, 200, rng=3) < 0.95
        True

    Reference:
        Bollen, K. A. and Stine, R. A. (1992), Bootstrapping goodness-of-fit measures in structural equation models,
        Sociological Methods & Research 21(2), 205-229.

    """
    require_path_fit(fit, "bollen_stine")
    if fit.missing == "ml":
        message = "the test draws from complete answers; fit with missing='listwise'"
        raise InvalidParameters(message)
    groups = _groups(fit, survey)
    curvature_at(fit, problem_of(fit, groups))
    turned = []
    for group, values in enumerate(groups):
        apart = values - values.mean(axis=0)
        seen = apart.T @ apart / len(apart)
        onto = root_of(fit.implied[group]) @ inverse_of(root_of(seen))
        level = values.mean(axis=0) if fit.implied_mean is None else fit.implied_mean[group]
        turned.append(apart @ onto.T + level)
    random = generator(rng)
    bent = total_second_slopes(problem_of(fit, turned), fit.theta)
    cases = fit.n - (len(fit.groups) if fit.divisor == "n-1" else 0)
    reached = []
    for _ in range(whole(draws, "draws", 2)):
        solution = _refit(fit, _drawn(turned, random), bent)
        if solution is not None:
            reached.append(cases * solution.value)
    _require_most(fit, len(reached), draws)
    return float(np.mean(np.array(reached) >= fit.chi_square))


def _require_most(fit: PathFit, reached: int, asked: int) -> None:
    if reached < _MOST_FAILED * asked:
        message = f"{asked - reached} of {asked} draws have no minimum; the model asks too much of so few respondents"
        raise NotConverged(message, fit)


def _groups(fit: PathFit, survey: Survey) -> list[FloatArray]:
    if fit.thresholds is not None:
        message = "the bootstrap is offered for answers that are not ordinal; fit with ML"
        raise InvalidParameters(message)
    if any(one.operator in {"<", ">"} for one in relations_of(fit.model, fit.parameters)):
        message = "the bootstrap is not offered under inequalities, which draws may keep or break; state equalities"
        raise InvalidParameters(message)
    parts = answers_behind(fit, survey)
    causes = [fit.names.index(name) for name in fixed_causes(fit.model)]
    if any(np.isnan(part[:, causes]).any() for part in parts):
        message = (
            "observed causes have gaps; the bootstrap holds them as they are: make the model with fixed_causes=False"
        )
        raise InvalidParameters(message)
    return parts


def _drawn(groups: list[FloatArray], random: np.random.Generator) -> list[FloatArray]:
    return [part[random.integers(0, len(part), len(part))] for part in groups]


def _without_each(groups: list[FloatArray]) -> Iterator[list[FloatArray]]:
    for place, part in enumerate(groups):
        for row in range(len(part)):
            yield [np.delete(one, row, axis=0) if other == place else one for other, one in enumerate(groups)]


def _refit(fit: PathFit, groups: list[FloatArray], bent: FloatArray) -> Solution | None:
    """Return the minimum for other answers, ``None`` if there is none."""
    try:
        solution = _nearby(problem_of(fit, groups), fit.theta, bent)
    except np.linalg.LinAlgError:
        return None
    return solution if solution.converged else None


def _nearby(problem: Problem, start: FloatArray, bent: FloatArray) -> Solution:
    """Return the minimum near a start: by a curvature that learns from gradients, or by exact steps if need be."""
    if problem.constraints is not None:
        return solve(problem, start, near=True, tolerance=_ENOUGH)
    unit = 1.0 / np.sqrt(np.diag(bent))
    inner = inverse_of(bent * np.outer(unit, unit)) * np.outer(unit, unit)
    theta, slope, first = start, 0.5 * total_gradient(problem, start), np.inf
    for rounds in range(_CHORDS):
        score = float(np.abs(slope * unit).max())
        first = min(first, 10.0 * score)
        if score <= _ENOUGH:
            value = total_value(problem, theta)
            return Solution(theta, value, score, rounds, bool(np.isfinite(value)), np.zeros(0))
        if not score <= first:
            break
        step = -inner @ slope
        after = 0.5 * total_gradient(problem, theta + step)
        inner = _learned(inner, step, after - slope)
        theta, slope = theta + step, after
    return solve(problem, start, near=True, tolerance=_ENOUGH)


def _learned(inner: FloatArray, step: FloatArray, change: FloatArray) -> FloatArray:
    """Return the inverse curvature after a step, as Broyden, Fletcher, Goldfarb and Shanno learn it."""
    along = float(step @ change)
    if along <= 0.0:
        return inner
    carried = inner @ change
    found = inner + np.outer(step, step) * ((along + float(change @ carried)) / along**2)
    return found - (np.outer(carried, step) + np.outer(step, carried)) / along
