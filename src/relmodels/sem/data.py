"""What structural equations are estimated from: answers of respondents, or a published table of covariances.

A :class:`Survey` keeps every answer, which robust errors, missing data and the bootstrap need. :class:`SampleMoments`
are covariances, and means if they are known, with the number of cases; a table from a paper is all that it takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, by_fields, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.frames.columns import Coded, Columns, require, row_list
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import open_frame

__all__ = ["Divisor", "SampleMoments", "Survey"]

Divisor: TypeAlias = Literal["n", "n-1"]

_SMALLEST = 1e-10  # of the largest eigenvalue of the correlations; below, a variable is a sum of others


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SampleMoments:
    """Covariances of ``p`` variables in ``G`` groups, and how many cases they are of.

    Attributes:
        names: the variables.
        sizes: the number of cases of each group.
        covariance: ``(G, p, p)`` with the divisor ``n``.
        mean: ``(G, p)``; ``None`` if they are not known.
        groups: the names of the groups.

    Examples:
        >>> table = SampleMoments.from_correlation([[1.0, 0.5], [0.5, 1.0]], ["trust", "commitment"], n=204)
        >>> table.names, table.sizes
        (('trust', 'commitment'), (204,))

    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    covariance: FloatArray
    mean: FloatArray | None = None
    groups: tuple[str, ...] = ("all",)

    __reduce__ = by_fields

    @classmethod
    def from_covariance(
        cls,
        covariance: ArrayLike,
        names: Sequence[str],
        *,
        n: int,
        means: ArrayLike | None = None,
        divisor: Divisor = "n-1",
    ) -> Self:
        """Return the moments of one group, from a table of covariances.

        Args:
            covariance: ``(p, p)`` symmetric, or its lower triangle with zeros above.
            names: of the variables.
            n: the number of cases.
            means: ``(p,)``.
            divisor: by which sums were divided; most programs print those of ``n - 1``.

        Raises:
            InvalidData: naming entries that are not finite or not symmetric, variances that are not above 0, names that
                stand twice, and a table that no data can have.

        """
        cases = whole(n, "n", 2)
        problems = Problems("covariances")
        table = _square(covariance, "covariance", problems)
        labels = _labels(names, len(table), problems)
        level = None if means is None else column(means, "means", problems)
        if level is not None and not problems and level.size != len(table):
            problems.add(f"means has {level.size} rows; give one for each of {len(table)} variables")
        problems.raise_if_any()
        _check_definite(table, labels, "covariance")
        if divisor not in {"n", "n-1"}:
            message = f"divisor = {divisor!r} must be 'n' or 'n-1'"
            raise InvalidParameters(message)
        shrink = (cases - 1) / cases if divisor == "n-1" else 1.0
        return cls(
            names=labels,
            sizes=(cases,),
            covariance=read_only(table[None] * shrink),
            mean=None if level is None else read_only(level[None]),
        )

    @classmethod
    def from_correlation(
        cls,
        correlation: ArrayLike,
        names: Sequence[str],
        *,
        n: int,
        deviations: ArrayLike | None = None,
        means: ArrayLike | None = None,
    ) -> Self:
        """Return the moments of one group, from a published table of correlations.

        Without standard deviations the correlations stand for covariances: parameters come out in standard deviations,
        and errors of standardized parameters that are held by their units are approximate.

        Args:
            correlation: ``(p, p)`` symmetric with ones on the diagonal, or its lower triangle with zeros above.
            names: of the variables.
            n: the number of cases.
            deviations: ``(p,)`` standard deviations.
            means: ``(p,)``.

        Raises:
            InvalidData: as :meth:`from_covariance`, and if the diagonal is not one or a correlation lies outside -1 to
                1.

        """
        problems = Problems("correlations")
        table = _square(correlation, "correlation", problems)
        if not problems and (np.abs(np.diag(table) - 1.0).max() > 1e-6 or np.abs(table).max() > 1.0 + 1e-9):
            problems.add(
                "correlations have ones on the diagonal and lie between -1 and 1; this may be a covariance table"
            )
        spread = np.ones(len(table)) if deviations is None else column(deviations, "deviations", problems)
        if not problems and (spread.size != len(table) or not (spread > 0.0).all()):
            problems.add(f"deviations must be {len(table)} numbers above 0, one for each variable")
        problems.raise_if_any()
        divisor: Divisor = "n" if deviations is None else "n-1"
        return cls.from_covariance(table * np.outer(spread, spread), names, n=n, means=means, divisor=divisor)

    @property
    def n(self) -> int:
        """Return the number of cases of all groups."""
        return sum(self.sizes)

    def of(self, names: Sequence[str]) -> Self:
        """Return the moments of some of the variables, in another order.

        Raises:
            InvalidData: naming those that are not there.

        """
        chosen = _places(names, self.names, "variable")
        return type(self)(
            names=tuple(names),
            sizes=self.sizes,
            covariance=read_only(self.covariance[:, chosen][:, :, chosen]),
            mean=None if self.mean is None else read_only(self.mean[:, chosen]),
            groups=self.groups,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Survey:
    """Answers of ``n`` respondents to ``p`` questions.

    Attributes:
        names: of the questions.
        values: ``(n, p)``; ``nan`` where nothing was answered.
        group: ``(n,)`` the place of each respondent's group.
        groups: their names.

    Examples:
        >>> answers = {"t1": [5, 6, None], "t2": [4.0, 6.0, 7.0], "firm": ["a", "b", "a"]}
        >>> survey = Survey.from_frame(answers, ["t1", "t2"], group="firm")
        >>> len(survey), survey.groups, survey.complete.tolist()
        (3, ('a', 'b'), [True, True, False])

    """

    names: tuple[str, ...]
    values: FloatArray
    group: IntArray
    groups: tuple[str, ...]

    __reduce__ = by_fields

    @classmethod
    def from_frame(
        cls,
        frame: object,
        columns: Sequence[str],
        *,
        group: str | None = None,
        reverse: Mapping[str, tuple[float, float]] | None = None,
        count: str | None = None,
    ) -> Self:
        """Return the answers in some columns of a table.

        Args:
            frame: a table of any supported library, eager or lazy.
            columns: the questions.
            group: the column that says to which group a respondent belongs.
            reverse: questions that ask the other way round, with the lowest and highest answer; an answer ``x`` becomes
                ``low + high - x``.
            count: the column that says how many respondents gave the answers of a row, as in a table of frequencies; a
                row is one respondent by default.

        Raises:
            InvalidData: naming missing columns, text where numbers are needed, infinite answers with their rows,
                reversed answers off their scale, respondents without a group, and counts that are no whole numbers.

        """
        problems = Problems("survey")
        opened = open_frame(frame)
        table: Columns = opened.collect() if isinstance(opened, Lazy) else opened
        wanted = list(dict.fromkeys(columns))
        if len(wanted) < len(list(columns)):
            problems.add("a column is named twice")
        require([*wanted, *(one for one in (group, count) if one is not None)], list(table.columns), problems)
        for name in reverse or {}:
            if name not in wanted:
                problems.add(f"reverse names {name!r}, which is none of the columns")
        problems.raise_if_any()
        values = np.empty((len(table), len(wanted)))
        for place, name in enumerate(wanted):
            values[:, place] = _answers(table, name, (reverse or {}).get(name), problems)
        names: tuple[str, ...] = ("all",)
        codes = np.zeros(len(table), dtype=np.int64)
        if group is not None:
            found = identifiers(table.key(group), group, problems)
            keys, codes = np.unique(found.codes, return_inverse=True)
            names = tuple(str(one) for one in found.of(keys).tolist())
        times = np.ones(len(table), dtype=np.int64) if count is None else _counts(table, count, problems)
        if not problems and not times.sum():
            problems.add("the table has no rows" if count is None else f"{count} is 0 in every row")
        problems.raise_if_any()
        values, codes = np.repeat(values, times, axis=0), np.repeat(codes, times)
        return cls(names=tuple(wanted), values=read_only(values), group=read_only(codes.astype(np.int64)), groups=names)

    def __len__(self) -> int:
        """Return the number of respondents."""
        return len(self.values)

    @property
    def complete(self) -> BoolArray:
        """Return ``(n,)`` who answered every question."""
        return read_only(np.isnan(self.values).sum(axis=1) == 0)

    def of(self, names: Sequence[str]) -> Self:
        """Return the answers to some of the questions.

        Raises:
            InvalidData: naming those that are not there.

        """
        chosen = _places(names, self.names, "question")
        return type(self)(
            names=tuple(names), values=read_only(self.values[:, chosen]), group=self.group, groups=self.groups
        )

    def rows(self, chosen: AnyArray) -> Self:
        """Return the answers of some respondents: a mask or places."""
        return type(self)(
            names=self.names,
            values=read_only(self.values[chosen]),
            group=read_only(self.group[chosen]),
            groups=self.groups,
        )

    def moments(self) -> SampleMoments:
        """Return covariances, with the divisor ``n``, and means of those who answered every question.

        Raises:
            InvalidData: naming groups with too few, questions whose answers are all alike, and questions that are sums
                of others.

        """
        kept = self.rows(self.complete)
        problems = Problems("survey")
        sizes, covariances, means = [], [], []
        for place, name in enumerate(self.groups):
            part = kept.values[kept.group == place]
            where = f" in group {name!r}" if len(self.groups) > 1 else ""
            if len(part) <= len(self.names):
                need = f"{len(self.names)} questions need more than as many"
                problems.add(f"{len(part)} complete answers{where}; {need}")
                continue
            level = part.mean(axis=0)
            apart = part - level
            for question in np.flatnonzero(np.ptp(part, axis=0) == 0.0):
                problems.add(f"{self.names[question]}: all answers{where} are {part[0, question]:g}; leave it out")
            sizes.append(len(part))
            means.append(level)
            covariances.append(apart.T @ apart / len(part))
        problems.raise_if_any()
        for table, name in zip(covariances, self.groups, strict=True):
            _check_definite(table, self.names, "survey" if len(self.groups) == 1 else f"group {name!r}")
        return SampleMoments(
            names=self.names,
            sizes=tuple(sizes),
            covariance=read_only(np.array(covariances)),
            mean=read_only(np.array(means)),
            groups=self.groups,
        )


def _places(wanted: Sequence[str], names: tuple[str, ...], what: str) -> list[int]:
    """Return where the wanted ones stand, or raise naming those that are not there."""
    lacking = [name for name in wanted if name not in names]
    if lacking:
        message = f"there is no {what} {', '.join(lacking)}; there are {', '.join(names)}"
        raise InvalidData(message)
    return [names.index(name) for name in wanted]


def _answers(table: Columns, name: str, turned: tuple[float, float] | None, problems: Problems) -> FloatArray:
    found = table.column(name)
    if isinstance(found, Coded):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.zeros(len(table))
    values = column(found, name, problems)
    if values.size != len(table):
        return np.zeros(len(table))
    if np.isinf(values).any():
        problems.add(f"{name} is infinite in {row_list(np.isinf(values))}")
    if turned is None:
        return values
    low, high = (finite(end, "reverse", "a number") for end in turned)
    off: BoolArray = np.asarray(~np.isnan(values) & ~((values >= low) & (values <= high)), dtype=bool)
    if off.any():
        problems.add(f"{name} is off the scale from {low:g} to {high:g} in {row_list(off)}")
    return low + high - values


def _counts(table: Columns, name: str, problems: Problems) -> IntArray:
    """Return how many respondents each row stands for."""
    found = table.column(name)
    if isinstance(found, Coded):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.ones(len(table), dtype=np.int64)
    values = column(found, name, problems)
    off = np.asarray(~((values >= 0.0) & (values == np.floor(values)) & np.isfinite(values)), dtype=bool)
    if off.any():
        problems.add(f"{name} must be whole numbers from 0 on; it is not in {row_list(off)}")
        return np.ones(len(table), dtype=np.int64)
    return values.astype(np.int64)


def _square(values: ArrayLike, name: str, problems: Problems) -> FloatArray:
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add(f"{name} is no table of numbers; give rows of equal length")
        return np.eye(1)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        problems.add(f"{name} has the shape {table.shape}; it needs a row and a column for each variable")
        return np.eye(1)
    if not np.triu(table, 1).any():
        table = table + np.tril(table, -1).T
    if not np.isfinite(table).all():
        row, place = np.argwhere(~np.isfinite(table))[0]
        problems.add(f"{name}[{row}, {place}] = {table[row, place]} is not a finite number")
        return np.eye(len(table))
    gap = np.abs(table - table.T)
    if gap.max() > 1e-6 * max(1.0, np.abs(table).max()):
        row, place = np.unravel_index(gap.argmax(), gap.shape)
        problems.add(f"{name}[{row}, {place}] = {table[row, place]} but [{place}, {row}] = {table[place, row]}")
    return 0.5 * (table + table.T)


def _labels(names: Sequence[str], count: int, problems: Problems) -> tuple[str, ...]:
    found = tuple(str(name) for name in names)
    if len(found) != count or len(set(found)) != count:
        problems.add(f"names must be {count} different names, one for each variable")
    return found


def _check_definite(table: FloatArray, names: Sequence[str], subject: str) -> None:
    """Raise if the covariances are none that data can have, or a variable is a sum of others."""
    variance = np.diag(table)
    if not (variance > 0.0).all():
        place = int(np.argmin(variance))
        message = f"{subject}: the variance of {names[place]} is {variance[place]:g}; it must be above 0"
        raise InvalidData(message)
    spread = np.sqrt(variance)
    values, vectors = np.linalg.eigh(table / np.outer(spread, spread))
    if values[0] > _SMALLEST * values[-1]:
        return
    most = np.argsort(-np.abs(vectors[:, 0]))[:3]
    concerned = ", ".join(str(names[place]) for place in sorted(map(int, most)) if abs(vectors[place, 0]) > 0.1)
    what = "is not positive definite" if values[0] < -_SMALLEST else "is singular: a variable is a sum of others"
    message = f"{subject}: the table {what} (smallest eigenvalue {values[0]:.3g}); look at {concerned}"
    raise InvalidData(message)
