"""The answers behind a fit: complete ones, or all of them with what is missing, and what they say of single cases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import Problems
from relmodels.sem.answer_checks import check_answers, check_sizes
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.model import PathModel
from relmodels.sem.patterns import Patterns, patterns_of, pulled
from relmodels.sem.prepare import Prepared
from relmodels.sem.saturated import saturated
from relmodels.sem.search import Problem, Solution, solve, total_value

__all__ = ["Answers", "answers_of", "unrelated", "with_answers", "with_patterns"]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model is fitted to.

    Attributes:
        moments: of the variables in the model, with the divisor ``n``.
        groups: the names of the groups.
        values: for each group ``(n, p)`` answers; empty for a table of covariances.
        patterns: for each group its patterns, in standard deviations as ``spread`` has them; empty if nothing is
            missing.
        spread: ``(G, p)`` those standard deviations.
        most: for each group minus twice the highest log-likelihood of one case, in the same units.
        left_out: respondents who were left out: because they did not answer every question, or any.
        listwise: whether it takes every question.

    """

    moments: SampleMoments
    groups: tuple[str, ...]
    values: tuple[FloatArray, ...] = ()
    patterns: tuple[Patterns, ...] = ()
    spread: tuple[FloatArray, ...] = ()
    most: tuple[float, ...] = ()
    left_out: int = 0
    listwise: bool = True

    def scaled(self, problem: Problem) -> list[FloatArray]:
        """Return the answers of each group in its standard deviations; from their means if means are not modeled."""
        found = []
        for target, structure, values in zip(problem.targets, problem.structures, self.values, strict=True):
            centered = values if target.mean is not None else values - values.mean(axis=0)
            found.append(centered / structure.scale[: values.shape[1]])
        return found

    def floor(self, problem: Problem) -> float:
        """Return the discrepancy of moments that are as observed: 0, or that of the most likely ones."""
        if not self.patterns:
            return 0.0
        return sum(
            target.share * (one + _units(target.patterns, structure.scale, spread))
            for target, structure, one, spread in zip(
                problem.targets, problem.structures, self.most, self.spread, strict=True
            )
            if target.patterns is not None
        )

    def log_likelihood(self, found: Prepared, value: float) -> float:
        """Return the log-likelihood at a discrepancy; of observed causes taken as they are nothing counts."""
        total = 0.0
        for group, size in enumerate(self.moments.sizes):
            target, scale = found.problem.targets[group], found.structures[group].scale
            count = len(self.moments.names)
            if target.patterns is not None:
                answered = target.patterns.seen.T @ target.patterns.count
                total -= 0.5 * float(answered @ (np.log(2.0 * np.pi) + 2.0 * np.log(scale[:count])))
                total -= self._of_causes(found, group)
                continue
            table = self.moments.covariance[group]
            total -= 0.5 * size * (count * np.log(2.0 * np.pi) + np.linalg.slogdet(table)[1] + count)
            chosen = [self.moments.names.index(name) for name in found.fixed]
            if chosen:
                part = table[np.ix_(chosen, chosen)]
                total += 0.5 * size * (len(chosen) * (np.log(2.0 * np.pi) + 1.0) + np.linalg.slogdet(part)[1])
        return float(total - 0.5 * sum(self.moments.sizes) * value)

    def _of_causes(self, found: Prepared, group: int) -> float:
        """Return the log-likelihood of observed causes that are taken as they are, at the moments they are held at."""
        chosen = [self.moments.names.index(name) for name in found.fixed]
        if not chosen or self.moments.mean is None:
            return 0.0
        spread = self.spread[group][chosen]
        patterns = patterns_of(self.values[group][:, chosen] / spread)
        table = self.moments.covariance[group][np.ix_(chosen, chosen)] / np.outer(spread, spread)
        value = pulled(patterns, table, self.moments.mean[group][chosen] / spread).value
        answered = patterns.seen.T @ patterns.count
        units = float(answered @ (np.log(2.0 * np.pi) + 2.0 * np.log(spread)))
        return -0.5 * (float(patterns.count.sum()) * value + units)

    def scaling(self, found: Prepared, problem: Problem, theta: FloatArray, df: int) -> float:
        """Return the correction of the test statistic for answers that are missing and not normal."""
        from relmodels.sem.scaling import scaling_of_patterns

        return scaling_of_patterns(problem, theta, df, self.scaled(problem), found.fixed)


def _units(patterns: Patterns, scale: FloatArray, spread: FloatArray) -> float:
    """Return what it adds to the discrepancy of one case that it is measured in other standard deviations."""
    shift = 2.0 * np.log(spread / scale[: spread.size])
    return float(patterns.count @ (patterns.seen @ shift) / patterns.count.sum())


def answers_of(model: PathModel, data: Survey | SampleMoments, *, listwise: bool) -> Answers:
    """Return the answers to the questions of a model.

    Raises:
        InvalidData: naming questions that are not there, do not vary or hold numbers too large to square, pairs that
            nobody answered both of or that say the same, and if respondents are too few.

    """
    if isinstance(data, SampleMoments):
        return Answers(data, data.groups)
    present = [name for name in model.observed if name in data.names]
    check_sizes(present, data.of(present).values)
    if not listwise:
        return _all_answers(data.of(present))
    if len(present) < len(model.observed):
        return Answers(_of_names(data), data.groups)  # the model says which of them are lacking
    own = data.of(present)
    kept = own.rows(own.complete)
    parts = tuple(kept.values[kept.group == place] for place in range(len(own.groups)))
    return Answers(kept.moments(), own.groups, parts, left_out=len(own) - len(kept))


def _of_names(data: Survey) -> SampleMoments:
    """Return moments that stand for a survey where only the names of its questions are asked for."""
    table = np.broadcast_to(np.eye(len(data.names)), (len(data.groups), len(data.names), len(data.names)))
    sizes = tuple(int(np.sum(data.group == place)) for place in range(len(data.groups)))
    return SampleMoments(names=data.names, sizes=sizes, covariance=read_only(table), groups=data.groups)


def _all_answers(own: Survey) -> Answers:
    kept = own.rows(np.isnan(own.values).sum(axis=1) < len(own.names))
    parts = tuple(kept.values[kept.group == place] for place in range(len(own.groups)))
    problems = Problems("survey")
    for name, values in zip(own.groups, parts, strict=True):
        check_answers(own.names, values, f" in group {name!r}" if len(parts) > 1 else "", problems)
    problems.raise_if_any()
    spread = tuple(np.nanstd(values, axis=0) for values in parts)
    patterns = tuple(patterns_of(values / scale) for values, scale in zip(parts, spread, strict=True))
    likely = [saturated(one) for one in patterns]
    tables = [covariance * np.outer(scale, scale) for (covariance, _, _), scale in zip(likely, spread, strict=True)]
    moments = SampleMoments(
        names=own.names,
        sizes=tuple(len(part) for part in parts),
        covariance=read_only(np.array(tables)),
        mean=read_only(np.array([mean * scale for (_, mean, _), scale in zip(likely, spread, strict=True)])),
        groups=own.groups,
    )
    most = tuple(value for _, _, value in likely)
    return Answers(moments, own.groups, parts, patterns, spread, most, len(own) - len(kept), listwise=False)


def with_answers(found: Prepared, problem: Problem, solution: Solution, answers: Answers) -> tuple[Problem, Solution]:
    """Return the problem of all answers and its solution, from that of the moments which make them most likely."""
    if not answers.patterns:
        return problem, solution
    whole = with_patterns(found, problem, answers)
    return whole, solve(whole, solution.theta, near=solution.converged)


def unrelated(alone: Prepared, solution: Solution, answers: Answers) -> tuple[Problem, Solution]:
    """Return the same of the model in which nothing is related: every variable has its own mean and variance."""
    if not answers.patterns:
        return alone.problem, solution
    if alone.fixed:
        return with_answers(alone, alone.problem, solution, answers)
    whole = with_patterns(alone, alone.problem, answers)
    theta = solution.theta.copy()
    for one in alone.parameters:
        values = answers.values[one.group][:, alone.moments.names.index(one.left)]
        theta[one.index] = np.nanvar(values) if one.operator == "~~" else np.nanmean(values)
    return whole, replace(solution, theta=theta, value=total_value(whole, theta))


def with_patterns(found: Prepared, problem: Problem, answers: Answers) -> Problem:
    """Return the problem of all answers, from that of the moments which make them most likely."""
    targets = [
        replace(target, patterns=_rescaled(patterns, spread, structure.scale))
        for target, patterns, spread, structure in zip(
            problem.targets, answers.patterns, answers.spread, found.structures, strict=True
        )
    ]
    return Problem(targets, problem.structures, problem.constraints)


def _rescaled(patterns: Patterns, spread: FloatArray, scale: FloatArray) -> Patterns:
    factor = spread / scale[: spread.size]
    return replace(patterns, mean=patterns.mean * factor, rows=patterns.rows * factor)
