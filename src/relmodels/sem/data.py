"""What structural equations are estimated from: answers of respondents, or a published table of covariances.

A :class:`Survey` keeps every answer, which robust errors, missing data and the bootstrap need. :class:`SampleMoments`
are covariances, and means if they are known, with the number of cases; a table from a paper is all that it takes, and
the file of that name has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import Problems
from relmodels.frames.columns import Columns, require
from relmodels.frames.door import Lazy
from relmodels.frames.identifiers import identifiers
from relmodels.frames.table import open_frame
from relmodels.sem.checks import check_definite, name_list, places_of, too_few
from relmodels.sem.composites import Available, Gap, More, gap_between, parcel_means
from relmodels.sem.reading import answers_in, counts_column
from relmodels.sem.sample_moments import Divisor, SampleMoments
from relmodels.sem.scales import Reading, Reverse, Scales

__all__ = ["Divisor", "SampleMoments", "Survey"]


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
        reverse: Reverse | None = None,
        count: str | None = None,
        scale: Scales | None = None,
        missing_codes: Sequence[float] = (),
        words: Mapping[str, float | None] | None = None,
    ) -> Self:
        """Return the answers in some columns of a table.

        Args:
            frame: a table of any supported library, eager or lazy.
            columns: the questions.
            group: the column that says to which group a respondent belongs.
            reverse: questions that ask the other way round, with the lowest and highest answer; an answer ``x`` becomes
                ``low + high - x``. Their names alone do if ``scale`` is stated.
            count: the column that says how many respondents gave the answers of a row, as in a table of frequencies; a
                row is one respondent by default.
            scale: the lowest and highest answer to every question, such as ``(1, 7)``, or by question if columns such
                as an age are among them; then no answer lies off it.
            missing_codes: numbers that mean no answer, such as ``(9, 99, -1)``; none of them lies on a stated scale.
            words: the number each text stands for, ``None`` if it means no answer, such as ``{"agree": 7}``; without
                it text is refused, numbers written as text too.

        Raises:
            InvalidData: naming missing columns, text where numbers are needed, infinite answers and those off their
                scale with their rows, respondents without a group, and counts that are no whole numbers or too large.
            InvalidParameters: if columns are one text, reversed questions come without their scale, or scales, codes
                and words are none or contradict each other.

        Examples:
            >>> answers = {"t1": ["agree", "no", "agree"], "t2": [7, 99, 1]}
            >>> read = Survey.from_frame(
            ...     answers, ["t1", "t2"], words={"agree": 7, "no": 1}, scale=(1, 7), missing_codes=[99], reverse=["t2"]
            ... )
            >>> read.values.tolist()
            [[7.0, 1.0], [1.0, nan], [7.0, 7.0]]

        """
        asked = name_list(columns, "columns")
        wanted = list(dict.fromkeys(asked))
        reading = Reading.stated(wanted, scale, reverse, missing_codes, words)
        problems = Problems("survey")
        opened = open_frame(frame)
        table: Columns = opened.collect() if isinstance(opened, Lazy) else opened
        for name in wanted:
            if asked.count(name) > 1:
                problems.add(f"{name!r} is named twice; a question counts once")
        require([*wanted, *(one for one in (group, count) if one is not None)], list(table.columns), problems)
        for name in reading.turned:
            if name not in wanted:
                problems.add(f"reverse names {name!r}, which is none of the columns")
        problems.raise_if_any()
        values = answers_in(table, wanted, reading, problems)
        codes, names = _grouped(table, group, problems)
        times = np.ones(len(table), dtype=np.int64) if count is None else counts_column(table, count, problems)
        if not problems and not times.sum():
            problems.add("the table has no rows" if count is None else f"{count} is 0 in every row")
        problems.raise_if_any()
        values, codes = np.repeat(values, times, axis=0), np.repeat(codes, times)
        return cls(names=tuple(wanted), values=read_only(values), group=read_only(codes), groups=names)

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


def _grouped(table: Columns, group: str | None, problems: Problems) -> tuple[IntArray, tuple[str, ...]]:
    """Return ``(n,)`` the place of each row's group, and the names of the groups."""
    if group is None:
        return np.zeros(len(table), dtype=np.int64), ("all",)
    found = identifiers(table.key(group), group, problems, of="group")
    keys, codes = np.unique(found.codes, return_inverse=True)
    return codes.astype(np.int64), tuple(str(one) for one in found.of(keys).tolist())
