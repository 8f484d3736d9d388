"""How sure ratios of correlations and alpha are: intervals by drawing respondents anew, and Feldt's for alpha.

Every draw is a weight for each respondent, how often he or she was drawn, and the moments of all draws are one product
of the weights with the products of the answers; so a thousand draws cost no more than a few fits. Leaving each
respondent out, for Efron's intervals, is another table of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.checks import group_at
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.intervals import interval_ends
from relmodels.sem.reliability import constructs_and_items, cronbach_alpha
from relmodels.sem.resampling import Interval

__all__ = ["MeasureIntervals", "cronbach_alpha_intervals", "heterotrait_monotrait_intervals"]

Method: TypeAlias = Literal["feldt", "percentile", "bca"]
Measure: TypeAlias = Callable[[FloatArray], FloatArray]

_PART: Final = 2_000  # draws that go side by side
_MOST_FAILED: Final = 0.5
_ROUNDING: Final = 1e-12  # of the mean square of answers: less is no variance


@dataclass(frozen=True, slots=True, eq=False)
class MeasureIntervals:
    """Measures of constructs with their intervals.

    Attributes:
        heads: what the names of a row are of: pairs of constructs, or one construct.
        rows: the names of each row.
        measure: what was measured.
        value: ``(k,)`` of all respondents.
        low: ``(k,)`` the lower ends.
        high: ``(k,)`` the upper ends.
        level: of the intervals.
        limits: with which the intervals are compared.
        side: whether an interval should lie below the limits or above them.
        drawn: for each row ``(b,)`` its measure in each draw; empty for exact intervals.
        failed: for each row the draws without a measure, all answers to a question being alike.

    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    measure: str
    value: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    limits: tuple[float, ...]
    side: Literal["below", "above"]
    drawn: tuple[FloatArray, ...]
    failed: tuple[int, ...]

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each measure: value, interval, and whether the interval lies on the wanted side of a limit.

        The limits are conventions; what an interval that holds one leaves open is for the reader.
        """
        names = {head: [row[place] for row in self.rows] for place, head in enumerate(self.heads)}
        found: dict[str, object] = {**names, self.measure: self.value, "low": self.low, "high": self.high}
        for limit in self.limits:
            kept = self.high < limit if self.side == "below" else self.low > limit
            found[f"{self.side} {limit:g}"] = ["yes" if one else "no" for one in kept]
        return Table(found)

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def heterotrait_monotrait_intervals(
    survey: Survey,
    constructs: Mapping[str, Sequence[str]],
    *,
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
    limits: Sequence[float] = (0.85, 0.90, 1.0),
    interval: Interval = "percentile",
    level: float = 0.95,
    draws: int = 1000,
    group: int | str = 0,
    rng: int | np.random.Generator,
) -> MeasureIntervals:
    """Return the ratios of correlations between constructs to those within, with intervals by the bootstrap.

    The respondents are those who answered every question of the constructs. An interval that lies below 1 says that two
    constructs are not one; below .85 or .90, that they are apart by the usual conventions. A level of .90 asks that
    one-sidedly with a chance of error of .05.

    Args:
        survey: the answers.
        constructs: by name the questions of each, two or more.
        mean: of the sizes of correlations, as in :func:`heterotrait_monotrait`.
        limits: with which the intervals are compared.
        interval: percentiles, or Efron's, which correct for bias and for errors that grow with the ratio.
        level: of the intervals.
        draws: how many samples.
        group: the place of the group, or its name.
        rng: a seed or a generator.

    Raises:
        InvalidData: naming questions that are not there and constructs with fewer than two, and if more than half of
            the draws have a question to which all answers are alike.
        InvalidParameters: naming options that are out of their range.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> trust = rng.normal(size=200)
        >>> commitment = 0.6 * trust + 0.8 * rng.normal(size=200)
        >>> answers = {name: trust + rng.normal(size=200) for name in ("t1", "t2", "t3")}
        >>> answers |= {name: commitment + rng.normal(size=200) for name in ("c1", "c2", "c3")}
        >>> survey = Survey.from_frame(answers, list(answers))
        >>> constructs = {"trust": ["t1", "t2", "t3"], "commitment": ["c1", "c2", "c3"]}
        >>> print(heterotrait_monotrait_intervals(survey, constructs, level=0.90, rng=2).table())
        first  second       ratio     low    high  below 0.85  below 0.9  below 1
        trust  commitment  0.5643  0.4143  0.7042  yes         yes        yes

    Reference:
        Henseler, J., Ringle, C. M. and Sarstedt, M. (2015), A new criterion for assessing discriminant validity in
        variance-based structural equation modeling, Journal of the Academy of Marketing Science 43(1), 115-135; Efron,
        B. (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association 82(397),
        171-185.

    """
    names, items = constructs_and_items(constructs)
    _check(len(names) - 1, level, limits, interval, ("percentile", "bca"))
    if mean not in {"arithmetic", "geometric"}:
        message = f"mean = {mean!r} must be 'arithmetic' or 'geometric'"
        raise InvalidParameters(message)
    places = [[items.index(item) for item in constructs[name]] for name in names]
    values = _complete(survey, items, group)

    def measure(covariances: FloatArray) -> FloatArray:
        return _ratios(covariances, places, geometric=mean == "geometric")

    found = _drawn(values, measure, whole(draws, "draws", 2), level, generator(rng), leave=interval == "bca")
    rows = [(first, second) for row, first in enumerate(names) for second in names[row + 1 :]]
    return _intervals(("first", "second"), rows, "ratio", found, level, limits, "below")


def cronbach_alpha_intervals(
    data: Survey | SampleMoments,
    constructs: Mapping[str, Sequence[str]],
    *,
    limits: Sequence[float] = (0.7, 0.8),
    interval: Method = "feldt",
    level: float = 0.95,
    draws: int = 1000,
    group: int | str = 0,
    rng: int | np.random.Generator = 0,
) -> MeasureIntervals:
    """Return Cronbach's alpha of each construct with its interval, of those who answered all its questions.

    Feldt's is exact for normal answers to questions that measure alike: ``(1 - α) / (1 - α̂)`` has the F distribution
    with ``n - 1`` and ``(n - 1)(k - 1)`` degrees of freedom. The bootstrap assumes neither.

    Args:
        data: answers; a table of covariances is enough for Feldt's.
        constructs: by name the questions of each, two or more.
        limits: with which the intervals are compared; conventions.
        interval: Feldt's, percentiles, or Efron's.
        level: of the intervals.
        draws: how many samples of the bootstrap.
        group: the place of the group, or its name.
        rng: a seed or a generator of the bootstrap.

    Raises:
        InvalidData: naming questions that are not there and constructs with fewer than two, and if more than half of
            the draws have a question to which all answers are alike.
        InvalidParameters: naming options that are out of their range, and if the bootstrap is asked of a table.

    Examples:
        >>> table = [[1.0, 0, 0], [0.56, 1.0, 0], [0.42, 0.48, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3"], n=204)
        >>> print(cronbach_alpha_intervals(data, {"trust": ["t1", "t2", "t3"]}).table())
        construct   alpha     low    high  above 0.7  above 0.8
        trust      0.7399  0.6713  0.7961  no         no

    Reference:
        Feldt, L. S. (1965), The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty,
        Psychometrika 30(3), 357-370.

    """
    names, _ = constructs_and_items(constructs)
    _check(len(names), level, limits, interval, ("feldt", "percentile", "bca"))
    if interval != "feldt" and isinstance(data, SampleMoments):
        message = "the bootstrap draws respondents, and a table of covariances has none; ask for interval='feldt'"
        raise InvalidParameters(message)
    asked, random = whole(draws, "draws", 2), generator(rng)
    found = []
    for name in names:
        if isinstance(data, SampleMoments):
            alpha = cronbach_alpha(data, constructs[name], group)
            found.append(_feldt(alpha, data.sizes[group_at(group, data.groups)], len(constructs[name]), level))
            continue
        values = _complete(data, constructs[name], group)
        if interval == "feldt":
            alpha = float(_alphas(_covariances(values, np.ones((1, len(values)))))[0, 0])
            found.append(_feldt(alpha, len(values), values.shape[1], level))
        else:
            found += _drawn(values, _alphas, asked, level, random, leave=interval == "bca")
    return _intervals(("construct",), [(name,) for name in names], "alpha", found, level, limits, "above")


def _check(count: int, level: float, limits: Sequence[float], interval: str, allowed: tuple[str, ...]) -> None:
    problems = Problems("intervals")
    if count < 1:
        problems.add("give two constructs or more for ratios, one or more for alpha")
    if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
        problems.add(f"level = {level!r} is not between 0 and 1")
    for limit in limits:
        finite(limit, "limits", "numbers")
    if interval not in allowed:
        problems.add(f"interval = {interval!r} must be {' or '.join(map(repr, allowed))}")
    problems.raise_if_any(InvalidParameters)


def _complete(survey: Survey, items: Sequence[str], group: int | str) -> FloatArray:
    """Return ``(n, p)`` the answers of those of a group who answered all of some questions, from their means."""
    own = survey.of(items)
    kept = own.values[own.complete & (own.group == group_at(group, own.groups))]
    problems = Problems("survey")
    if len(kept) < 3:
        problems.add(f"{len(kept)} respondents answered every question; three or more are needed")
    else:
        for place in np.flatnonzero(np.ptp(kept, axis=0) == 0.0):
            problems.add(f"{own.names[place]}: all answers are {kept[0, place]:g}; leave it out")
    problems.raise_if_any()
    return np.asarray(kept - kept.mean(axis=0), dtype=np.float64)


def _covariances(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return ``(b, p (p + 1) / 2)`` covariances of weighted answers, of each pair once."""
    row, column = np.tril_indices(values.shape[1])
    shares = weights / weights.sum(axis=1, keepdims=True)
    level = shares @ values
    found = np.asarray(shares @ (values[:, row] * values[:, column]) - level[:, row] * level[:, column])
    least = _ROUNDING * (values**2).mean(axis=0)[row[row == column]]
    own = found[:, row == column]
    found[:, row == column] = np.where(own > least, own, np.nan)  # all alike, but for rounding
    return found


def _ratios(covariances: FloatArray, places: Sequence[Sequence[int]], *, geometric: bool) -> FloatArray:
    """Return ``(b, k)`` the ratios of all pairs of constructs.

    Args:
        covariances: ``(b, p (p + 1) / 2)`` of each pair of questions once.
        places: the questions of each construct.
        geometric: whether means of correlations are geometric.

    """
    size = 1 + max(max(own) for own in places)
    row, column = np.tril_indices(size)
    cell = np.zeros((size, size), dtype=np.int64)
    cell[row, column] = cell[column, row] = np.arange(row.size)
    with np.errstate(all="ignore"):
        spread = np.sqrt(covariances[:, np.diag(cell)])
        height = np.abs(covariances) / (spread[:, row] * spread[:, column])
        if geometric:
            height = np.log(np.maximum(height, 1e-300))
        blocks = [cell[np.ix_(own, own)][np.triu_indices(len(own), 1)] for own in places]
        pairs = [(first, second) for first in range(len(places)) for second in range(first + 1, len(places))]
        blocks += [cell[np.ix_(places[first], places[second])].ravel() for first, second in pairs]
        share = np.zeros((row.size, len(blocks)))
        for place, block in enumerate(blocks):
            share[:, place] = np.bincount(block, minlength=row.size) / block.size
        means = np.exp(height @ share) if geometric else height @ share
        within = means[:, : len(places)]
        product = within[:, [first for first, _ in pairs]] * within[:, [second for _, second in pairs]]
        return np.asarray(means[:, len(places) :] / np.sqrt(product), dtype=np.float64)


def _alphas(covariances: FloatArray) -> FloatArray:
    """Return ``(b, 1)`` alpha of covariances of each pair of questions once."""
    count = round((np.sqrt(8.0 * covariances.shape[1] + 1.0) - 1.0) / 2.0)
    row, column = np.tril_indices(count)
    own = covariances[:, row == column].sum(axis=1)
    total = 2.0 * covariances.sum(axis=1) - own
    with np.errstate(all="ignore"):
        return np.asarray(count / (count - 1.0) * (1.0 - own / total), dtype=np.float64)[:, None]


_Found: TypeAlias = tuple[float, float, float, FloatArray, int]


def _left_out(values: FloatArray, measure: Measure) -> FloatArray:
    """Return ``(m, k)`` the measures without each respondent, but those that are no number then."""
    count = len(values)
    parts = []
    for begin in range(0, count, _PART):
        rows = np.arange(begin, min(begin + _PART, count))
        weights = np.ones((rows.size, count))
        weights[np.arange(rows.size), rows] = 0.0
        parts.append(measure(_covariances(values, weights)))
    found = np.vstack(parts)
    return found[np.isfinite(found).all(axis=1)]


def _drawn(
    values: FloatArray, measure: Measure, draws: int, level: float, random: np.random.Generator, *, leave: bool
) -> list[_Found]:
    """Return value, ends, draws and failures of each measure, by the bootstrap."""
    count = len(values)
    at = measure(_covariances(values, np.ones((1, count))))[0]
    parts = []
    for begin in range(0, draws, _PART):
        some = min(_PART, draws - begin)
        chosen = random.integers(0, count, (some, count)) + count * np.arange(some)[:, None]
        weights = np.bincount(chosen.ravel(), minlength=some * count).reshape(some, count).astype(np.float64)
        parts.append(measure(_covariances(values, weights)))
    found = np.vstack(parts)
    kept = np.isfinite(found).all(axis=1)
    if kept.sum() < max(2.0, _MOST_FAILED * draws):
        message = f"{draws - kept.sum()} of {draws} draws have a question to which all answers are alike; leave it out"
        raise InvalidData(message)
    left = _left_out(values, measure) if leave else None
    found = found[kept]
    return [
        (
            float(at[place]),
            *interval_ends(found[:, place], float(at[place]), None if left is None else left[:, place], level),
            read_only(found[:, place].copy()),
            int(draws - len(found)),
        )
        for place in range(at.size)
    ]


def _feldt(alpha: float, cases: int, items: int, level: float) -> _Found:
    """Return alpha with its exact interval."""
    from scipy.special import fdtri

    first, second = cases - 1.0, (cases - 1.0) * (items - 1.0)
    low, high = (1.0 - (1.0 - alpha) * float(fdtri(first, second, 0.5 + side * level / 2.0)) for side in (1.0, -1.0))
    return alpha, low, high, read_only(np.empty(0)), 0


def _intervals(
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    measure: str,
    found: Sequence[_Found],
    level: float,
    limits: Sequence[float],
    side: Literal["below", "above"],
) -> MeasureIntervals:
    value, low, high = (read_only(np.array([one[place] for one in found])) for place in range(3))
    return MeasureIntervals(
        heads=heads,
        rows=tuple(rows),
        measure=measure,
        value=value,
        low=low,
        high=high,
        level=float(level),
        limits=tuple(float(limit) for limit in limits),
        side=side,
        drawn=tuple(one[3] for one in found),
        failed=tuple(one[4] for one in found),
    )
