"""Whether several respondents of one group say the same, so that their mean stands for the group.

Two questions are asked. Agreement within a group compares the spread of its answers with that of answers given at
random: James, Demaree and Wolf's index, for each group on its own. The intraclass correlation asks how far groups
differ beyond what their members do: of single answers, ICC(1), and of means, ICC(2), for all groups together.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_rows, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.frames.table import Table

__all__ = ["Agreement", "Intraclass", "intraclass", "random_variance", "within_group_agreement"]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How far the respondents of each group agree.

    Attributes:
        groups: by what they were named, in the order in which they first appear.
        respondents: ``(g,)`` how many answered one question at least.
        value: ``(g,)`` 1 if all say the same, 0 if they differ as random answers do or more; ``nan`` of groups in which
            no question was answered twice.

    """

    groups: tuple[Hashable, ...]
    respondents: IntArray
    value: FloatArray

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each group."""
        return Table(
            {
                "group": [str(one) for one in self.groups],
                "respondents": self.respondents,
                "agreement": self.value,
            }
        )

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


@dataclass(frozen=True, slots=True)
class Intraclass:
    """How far groups differ, beyond what their members do.

    Attributes:
        single: ICC(1): the share of the variance of single values that lies between groups.
        mean: ICC(2): the reliability of the means of groups; ``None`` if all means are alike.
        between: the mean square between groups.
        within: the mean square within groups.
        groups: how many.
        cases: how many values.
        size: of a group: its mean if all are as large, less otherwise.

    """

    single: float
    mean: float | None
    between: float
    within: float
    groups: int
    cases: int
    size: float

    @property
    def ratio(self) -> float:
        """Return the ratio of the mean squares; infinite if nobody differs from their group."""
        return self.between / self.within if self.within > 0.0 else math.inf

    @property
    def p_value(self) -> float:
        """Return the chance of such a ratio or a larger one if groups do not differ."""
        from scipy.special import fdtrc

        return float(fdtrc(self.groups - 1, self.cases - self.groups, self.ratio))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of ICC(1) by the ratio of mean squares, which is exact for groups of one size.

        Raises:
            InvalidParameters: if the level is not between 0 and 1.

        """
        if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
            message = f"level = {level!r} is not between 0 and 1"
            raise InvalidParameters(message)
        if self.within == 0.0:
            return 1.0, 1.0
        from scipy.special import fdtri

        above, first, second = 0.5 + level / 2.0, self.groups - 1, self.cases - self.groups
        low = self.ratio / float(fdtri(first, second, above))
        high = self.ratio * float(fdtri(second, first, above))
        return (low - 1.0) / (low + self.size - 1.0), (high - 1.0) / (high + self.size - 1.0)


def random_variance(scale: tuple[float, float]) -> float:
    """Return the variance of answers given at random, each whole number of the scale as likely: ``(A² - 1) / 12``.

    Args:
        scale: the lowest and the highest of ``A`` answers, one apart.

    Raises:
        InvalidParameters: if the ends are no whole numbers, the first below the second.

    Examples:
        >>> random_variance((1, 5)), random_variance((1, 7))
        (2.0, 4.0)

    Reference:
        James, L. R., Demaree, R. G. and Wolf, G. (1984), Estimating within-group interrater reliability with and
        without response bias, Journal of Applied Psychology 69(1), 85-98.

    """
    low, high = (finite(end, "scale", "a number") for end in scale)
    if not low < high or low != round(low) or high != round(high):
        message = f"scale = {scale!r} must be the lowest and highest of whole answers, such as (1, 7)"
        raise InvalidParameters(message)
    return ((high - low + 1.0) ** 2 - 1.0) / 12.0


def within_group_agreement(
    answers: ArrayLike,
    group: Sequence[Hashable],
    *,
    scale: tuple[float, float],
    null_variance: float | None = None,
) -> Agreement:
    """Return how far the respondents of each group agree on ``J`` questions of one construct: James and others' rwg(J).

    ``J (1 - s²/σ²) / (J (1 - s²/σ²) + s²/σ²)`` with the mean ``s²`` of the variances of the questions within the group
    and ``σ²`` of random answers. It is 0 where ``s²`` is larger than ``σ²``. Of one question it is ``1 - s²/σ²``.
    A value of .70 is often asked for; that is a convention, and the uniform answers it compares with are generous.

    Args:
        answers: ``(n, J)``, or ``(n,)`` of one question; ``nan`` where nothing was answered.
        group: ``(n,)`` the name of each respondent's group.
        scale: the lowest and highest answer, of whole ones if no variance is given.
        null_variance: ``σ²``; that of uniform answers if it is left out. Respondents who all lean to one side answer at
            random with less spread: 1.34 on five points and 2.90 on seven if slightly.

    Raises:
        InvalidData: if the answers are no such table, lie off the scale, or the groups are not as many.
        InvalidParameters: if the scale or the variance is none.

    Examples:
        >>> found = within_group_agreement([[5, 6], [5, 5], [1, 7], [7, 2]], ["a", "a", "b", "b"], scale=(1, 7))
        >>> print(found.table())
        group  respondents  agreement
        a                2     0.9677
        b                2     0.0000

    Reference:
        James, L. R., Demaree, R. G. and Wolf, G. (1984), Estimating within-group interrater reliability with and
        without response bias, Journal of Applied Psychology 69(1), 85-98; LeBreton, J. M. and Senter, J. L. (2008),
        Answers to 20 questions about interrater reliability and interrater agreement, Organizational Research Methods
        11(4), 815-852, for other variances.

    """
    spread = random_variance(scale) if null_variance is None else finite(null_variance, "null_variance", "above 0")
    if not spread > 0.0:
        message = f"null_variance = {null_variance!r} must be above 0"
        raise InvalidParameters(message)
    problems = Problems("agreement")
    table = _answers(answers, scale, problems)
    if not problems and len(group) != len(table):
        problems.add(f"group has {len(group)} rows and answers {len(table)}; name the group of each respondent")
    problems.raise_if_any()
    names, codes = coded_groups(group)
    mean, asked = _spread_within(table, codes, len(names))
    share = np.minimum(mean / spread, 1.0)
    kept = asked * (1.0 - share)
    value = np.divide(kept, kept + share, out=np.full(len(names), np.nan), where=asked > 0)
    some = (~np.isnan(table)).any(axis=1)
    respondents = np.bincount(codes[some], minlength=len(names)).astype(np.int64)
    return Agreement(names, read_only(respondents), read_only(value))


def _spread_within(table: FloatArray, codes: IntArray, count: int) -> tuple[FloatArray, IntArray]:
    """Return the mean variance of the questions answered twice or more in each group, and how many these are."""
    seen = ~np.isnan(table)
    size, level, squares = (np.zeros((count, table.shape[1])) for _ in range(3))
    np.add.at(size, codes, seen)
    np.add.at(level, codes, np.where(seen, table, 0.0))
    level = np.divide(level, size, out=level, where=size > 0.0)
    np.add.at(squares, codes, np.where(seen, (table - level[codes]) ** 2, 0.0))
    twice = size > 1.0
    variance = np.divide(squares, size - 1.0, out=np.zeros_like(size), where=twice)
    asked = twice.sum(axis=1)
    return np.divide(variance.sum(axis=1), asked, out=np.full(count, np.nan), where=asked > 0), asked


def _answers(answers: ArrayLike, scale: tuple[float, float], problems: Problems) -> FloatArray:
    """Return the answers as a table; what is wrong with them is noted."""
    try:
        table = np.array(answers, dtype=np.float64)
    except (TypeError, ValueError):
        problems.add("answers are no table of numbers; give a row for each respondent, a column for each question")
        return np.zeros((0, 1))
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or not table.size:
        problems.add(
            f"answers have the shape {table.shape}; give a row for each respondent, a column for each question"
        )
        return np.zeros((0, 1))
    low, high = scale
    off = ~np.isnan(table) & ~((table >= low) & (table <= high))
    for place in np.flatnonzero(off.any(axis=0)):
        rule = f"is off the scale from {low:g} to {high:g}"
        check_rows(off[:, place], table[:, place], f"answers[:, {place}]", rule, problems)
    return table


def coded_groups(group: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], IntArray]:
    """Return the names of groups in the order in which they first appear, and ``(n,)`` the place of each row's.

    Examples:
        >>> coded_groups(["b", "a", "b"])
        (('b', 'a'), array([0, 1, 0]))

    """
    names = tuple(dict.fromkeys(group))
    place = {name: where for where, name in enumerate(names)}
    return names, np.array([place[name] for name in group], dtype=np.int64)


def intraclass(values: ArrayLike, group: Sequence[Hashable]) -> Intraclass:
    """Return the intraclass correlation of values in groups, from the analysis of variance with one factor.

    ``ICC(1) = (B - W) / (B + (k - 1) W)`` and ``ICC(2) = (B - W) / B`` with the mean squares between and within groups;
    Shrout and Fleiss's ICC(1,1) and ICC(1,k). Of groups that are not as large, ``k = (N - Σ n² / N) / (G - 1)``, with
    which ``(B - W) / k`` is on average the variance between groups. A negative value says that members of a group
    differ more than members of different ones; it is given as it is.

    Args:
        values: ``(n,)``; rows without one are left out.
        group: ``(n,)`` the name of each row's group.

    Raises:
        InvalidData: if there are fewer than two groups, none has two values, all values are alike, or the groups are
            not as many as the values.

    Examples:
        >>> ratings = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
        >>> found = intraclass(ratings, [place // 4 for place in range(24)])
        >>> round(found.single, 2), round(found.mean, 2)
        (0.17, 0.44)

    Reference:
        Shrout, P. E. and Fleiss, J. L. (1979), Intraclass correlations: Uses in assessing rater reliability,
        Psychological Bulletin 86(2), 420-428; Bliese, P. D. (2000), Within-group agreement, non-independence, and
        reliability, in Klein, K. J. and Kozlowski, S. W. J. (eds.), Multilevel Theory, Research, and Methods in
        Organizations, Jossey-Bass, 349-381.

    """
    problems = Problems("intraclass correlation")
    data = column(values, "values", problems)
    if not problems and len(group) != data.size:
        problems.add(f"group has {len(group)} rows and values {data.size}; name the group of each")
    if not problems:
        check_rows(np.isinf(data), data, "values", "is infinite", problems)
    problems.raise_if_any()
    kept = ~np.isnan(data)
    names, codes = coded_groups([one for one, there in zip(group, kept, strict=True) if there])
    data, count = data[kept], len(names)
    if count < 2 or data.size <= count:
        problems.add(
            f"{data.size} values in {count} groups; two groups or more are needed, one with two values or more"
        )
    elif np.ptp(data) == 0.0:
        problems.add(f"all values are {data[0]:g}; nothing differs, between groups or within")
    problems.raise_if_any()
    size = np.bincount(codes, minlength=count).astype(np.float64)
    level = np.bincount(codes, weights=data, minlength=count) / size
    between = float(size @ (level - data.mean()) ** 2) / (count - 1)
    within = float(np.square(data - level[codes]).sum()) / (data.size - count)
    usual = float((data.size - (size @ size) / data.size) / (count - 1))
    return Intraclass(
        single=(between - within) / (between + (usual - 1.0) * within),
        mean=(between - within) / between if between > 0.0 else None,
        between=between,
        within=within,
        groups=count,
        cases=int(data.size),
        size=usual,
    )
