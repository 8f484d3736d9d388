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
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.frames.columns import Columns, require
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import open_frame
from relmodels.sem.checks import (
    answered_column,
    check_definite,
    check_reverse,
    counts_column,
    distinct_names,
    places_of,
    square_table,
    too_few,
)
from relmodels.sem.composites import Available, Gap, More, gap_between, parcel_means

__all__ = ["Divisor", "SampleMoments", "Survey"]

Divisor: TypeAlias = Literal["n", "n-1"]


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
        table = square_table(covariance, "covariance", problems)
        labels = distinct_names(names, len(table), problems)
        level = None if means is None else column(means, "means", problems)
        if level is not None and not problems and level.size != len(table):
            problems.add(f"means has {level.size} rows; give one for each of {len(table)} variables")
        problems.raise_if_any()
        check_definite(table, labels, "covariance")
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
        table = square_table(correlation, "correlation", problems)
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
        chosen = places_of(names, self.names, "variable")
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
                reversed answers off their scale, respondents without a group, and counts that are no whole numbers or
                too large.
            InvalidParameters: if reversed questions come without their scale.

        """
        check_reverse(reverse)
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
            values[:, place] = answered_column(table, name, (reverse or {}).get(name), problems)
        names: tuple[str, ...] = ("all",)
        codes = np.zeros(len(table), dtype=np.int64)
        if group is not None:
            found = identifiers(table.key(group), group, problems, of="group")
            keys, codes = np.unique(found.codes, return_inverse=True)
            names = tuple(str(one) for one in found.of(keys).tolist())
        times = np.ones(len(table), dtype=np.int64) if count is None else counts_column(table, count, problems)
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
        chosen = places_of(names, self.names, "question")
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

    def with_gap(self, name: str, first: str, second: str, *, kind: Gap = "absolute", more: More | None = None) -> Self:
        """Return the answers with one column more: how far two of them lie apart.

        Shared values, for example, as the gap between what respondents hold right and what they say of their partner.
        Edwards criticizes such scores: a gap mixes the effects of its two parts and holds the one to be minus the
        other, a squared or absolute one adds that only the distance matters, and neither is tested. Enter both
        questions, with their squares and product, beside the gap. A gap is also less reliable than its parts, the less
        the more these correlate: :func:`~relmodels.sem.reliability_of_difference`.

        Args:
            name: of the new column.
            first: a question.
            second: another one, on the same scale; questions that ask the other way round are turned before.
            kind: ``absolute``, ``|first - second|``; ``squared``; or ``signed``, ``first - second``.
            more: what more of it means: ``agreement`` puts a minus before absolute and squared ones, and is what is
                meant if nothing is said; ``difference`` does not.

        Raises:
            InvalidData: naming questions that are not there, and a name that is.
            InvalidParameters: if the kind or the direction is unknown, or they do not go together.

        Examples:
            >>> survey = Survey.from_frame({"own": [7, 4, None], "partner": [6, 7, 2]}, ["own", "partner"])
            >>> survey.with_gap("shared", "own", "partner").of(["shared"]).values[:, 0].tolist()
            [-1.0, -3.0, nan]

        Reference:
            Edwards, J. R. (1994), The study of congruence in organizational behavior research: Critique and a proposed
            alternative, Organizational Behavior and Human Decision Processes 58(1), 51-100.

        """
        return self._with([name], gap_between(name, first, second, kind, more, self.names, self.values)[:, None])

    def with_parcels(
        self,
        parcels: Mapping[str, Sequence[str]],
        *,
        missing: Available = "listwise",
        scales: Mapping[str, tuple[float, float]] | None = None,
    ) -> Self:
        """Return the answers with a column more for each parcel: the mean of some questions.

        Parcels are fewer and nearer to normal than their questions, and hide what is wrong with single ones: look at
        these first. A parcel is a sum of its questions, so a model has the one or the others. Questions that ask the
        other way round are turned before, by ``reverse`` of :meth:`from_frame`.

        Args:
            parcels: by name the questions of each, two or more, on one scale.
            missing: ``listwise``, a respondent who left out one of its questions has no parcel; ``available``, the mean
                of those answered, which is biased where the questions left out are easier or harder than the others.
            scales: the lowest and highest answer to each question; if none are stated, questions of a parcel whose
                standard deviations differ more than fourfold are taken to be on different scales.

        Raises:
            InvalidData: naming together questions that are not there or in two parcels, parcels of one, names that are
                taken, and scales that differ.
            InvalidParameters: if it is unknown what to do about missing answers.

        Examples:
            >>> survey = Survey.from_frame({"t1": [5, 6, None], "t2": [4, 6, 7], "t3": [5, 7, 6]}, ["t1", "t2", "t3"])
            >>> survey.with_parcels({"t": ["t1", "t2"]}).of(["t", "t3"]).values[:, 0].tolist()
            [4.5, 6.0, nan]

        Reference:
            Little, T. D., Cunningham, W. A., Shahar, G. and Widaman, K. F. (2002), To parcel or not to parcel:
            Exploring the question, weighing the merits, Structural Equation Modeling 9(2), 151-173.

        """
        return self._with(list(parcels), parcel_means(parcels, missing, scales, self.names, self.values))

    def _with(self, names: Sequence[str], columns: FloatArray) -> Self:
        return type(self)(
            names=(*self.names, *names),
            values=read_only(np.hstack([self.values, columns])),
            group=self.group,
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
                problems.add(too_few(len(part), len(self.names), where))
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
            check_definite(table, self.names, "survey" if len(self.groups) == 1 else f"group {name!r}")
        return SampleMoments(
            names=self.names,
            sizes=tuple(sizes),
            covariance=read_only(np.array(covariances)),
            mean=read_only(np.array(means)),
            groups=self.groups,
        )
