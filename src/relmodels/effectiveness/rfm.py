"""Recency, frequency and monetary value: customers scored by how lately, how often and for how much they bought.

Each of the three is cut into equal parts, five by custom, and the best part scores highest: 555 bought lately, often
and for much. Independently cut parts leave some of
the 125 cells crowded and others empty; nested ones cut frequency within each part of recency and money within each part
of both, so that cells have about equal size and scores mean less.
Segments are boxes of scores with a name, tried in order. A box that earlier ones cover can never be assigned, and cells
may lie in no box: both are found before anybody is mailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Annotated, Final, Literal, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from relmodels.core.arrays import FloatArray, IntArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.identifiers import Text
from relmodels.core.numbers import is_number
from relmodels.core.record import Record
from relmodels.frames.table import Table

__all__ = [
    "RFM_RULES",
    "RFM_RULES_OLD",
    "RFMRules",
    "RFMScores",
    "RFMSegment",
    "RuleCoverage",
    "rfm_scores",
    "rfm_segments",
]

Method: TypeAlias = Literal["independent", "nested"]
Ties: TypeAlias = Literal["share", "order"]
Box: TypeAlias = Annotated[tuple[int, int], Field(min_length=2, max_length=2)]


@dataclass(frozen=True, slots=True, eq=False)
class RFMScores:
    """The scores of ``n`` customers, from 1 to ``bins``, the highest best.

    Attributes:
        recency: ``(n,)`` score of how lately each bought.
        frequency: ``(n,)`` score of how often.
        monetary: ``(n,)`` score of for how much.
        bins: how many parts each was cut into.

    """

    recency: IntArray
    frequency: IntArray
    monetary: IntArray
    bins: int

    __reduce__ = by_fields

    @property
    def codes(self) -> NDArray[np.str_]:
        """Return ``(n,)`` the three scores as text, ``"555"`` for the best; with dots between them from ten bins on."""
        between = "." if self.bins > 9 else ""
        parts = (np.char.mod("%d", part) for part in (self.recency, self.frequency, self.monetary))
        first, second, third = parts
        return np.char.add(np.char.add(np.char.add(first, between), np.char.add(second, between)), third)

    @property
    def cells(self) -> IntArray:
        """Return ``(bins, bins, bins)`` how many customers have each score of recency, frequency and money."""
        place = ((self.recency - 1) * self.bins + self.frequency - 1) * self.bins + self.monetary - 1
        counts = np.bincount(place, minlength=self.bins**3).reshape(self.bins, self.bins, self.bins)
        return read_only(counts.astype(np.int64))


def rfm_scores(
    recency: ArrayLike,
    frequency: ArrayLike,
    monetary: ArrayLike,
    *,
    bins: int = 5,
    method: Method = "independent",
    ties: Ties = "share",
) -> RFMScores:
    """Return the scores of customers by recency, frequency and monetary value.

    Args:
        recency: ``(n,)`` time since the last purchase, 0 or more; the smaller the better.
        frequency: ``(n,)`` number of purchases, 0 or more.
        monetary: ``(n,)`` what was spent.
        bins: into how many parts each is cut.
        method: ``"independent"`` cuts each by itself; ``"nested"`` cuts frequency within each part of recency, and
            money within each part of both.
        ties: ``"share"``: equal values have the same score, by quantiles (the value at a quantile belongs to the lower
            part); parts then differ in size. ``"order"``: parts are of equal size, and equal values are told apart by
            their order in the input.

    Raises:
        InvalidData: if a column is not of finite numbers, recency or frequency is negative, or lengths differ.
        InvalidParameters: if there are fewer than two bins, or an option is unknown.

    Examples:
        >>> scores = rfm_scores([1, 50, 20, 90, 5], [9, 1, 4, 1, 7], [900, 20, 300, 15, 500])
        >>> scores.codes.tolist()
        ['555', '212', '333', '111', '444']

    Reference:
        Hughes, A. M. (1994), Strategic Database Marketing, Probus.

    """
    columns = _columns(recency, frequency, monetary)
    _check_options(bins, method, ties)
    lately, often, much = -columns[0], columns[1], columns[2]
    none = np.zeros(lately.size, dtype=np.int64)
    first = _scored(lately, none, bins, ties, mirrored=True)
    second = _scored(often, first if method == "nested" else none, bins, ties)
    third = _scored(much, first * (bins + 1) + second if method == "nested" else none, bins, ties)
    return RFMScores(read_only(first), read_only(second), read_only(third), bins)


def _columns(*values: ArrayLike) -> tuple[FloatArray, ...]:
    problems = Problems("RFM")
    names = ("recency", "frequency", "monetary")
    found = [column(item, name, problems) for item, name in zip(values, names, strict=True)]
    for item, name in zip(found, names, strict=True):
        if check_finite(item, name, problems) and name != "monetary":
            check_not_negative(item, name, problems)
    if not problems and len({item.size for item in found}) > 1:
        listed = ", ".join(f"{name} has {item.size}" for item, name in zip(found, names, strict=True))
        problems.add(f"the columns differ in length: {listed} rows")
    problems.raise_if_any()
    return tuple(found)


def _check_options(bins: int, method: str, ties: str) -> None:
    problems = Problems("RFM")
    if not is_number(bins) or bins != int(bins) or bins < 2:
        problems.add(f"bins = {bins!r} is not a whole number of at least 2")
    if method not in get_args(Method):
        problems.add(f"method = {method!r} is unknown; use 'independent' or 'nested'")
    if ties not in get_args(Ties):
        problems.add(f"ties = {ties!r} is unknown; use 'share' or 'order'")
    problems.raise_if_any(InvalidParameters)


def _scored(values: FloatArray, within: IntArray, bins: int, ties: Ties, *, mirrored: bool = False) -> IntArray:
    scores = np.ones(values.size, dtype=np.int64)
    for group in np.unique(within):
        rows = np.flatnonzero(within == group)
        scores[rows] = _by_quantiles(values[rows], bins, mirrored) if ties == "share" else _by_order(values[rows], bins)
    return scores


def _by_quantiles(values: FloatArray, bins: int, mirrored: bool) -> IntArray:  # noqa: FBT001 - private, by position
    shares = np.arange(1, bins) / bins
    if mirrored:
        # Recency is the better the smaller, so its own quantiles are taken before it is turned round.
        return bins - np.searchsorted(np.quantile(-values, shares), -values, side="left")
    return 1 + np.searchsorted(np.quantile(values, shares), values, side="left")


def _by_order(values: FloatArray, bins: int) -> IntArray:
    rank = np.empty(values.size, dtype=np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(values.size)
    return 1 + rank * bins // values.size


class RFMSegment(Record):
    """A named box of scores, both ends included.

    Examples:
        >>> RFMSegment(name="Champions", recency=(4, 5), frequency=(4, 5), monetary=(4, 5)).holds(5, 4, 4)
        True

    """

    name: Text
    recency: Box
    frequency: Box
    monetary: Box

    def holds(self, recency: int, frequency: int, monetary: int) -> bool:
        """Return whether scores lie in the box."""
        boxes = ((self.recency, recency), (self.frequency, frequency), (self.monetary, monetary))
        return all(low <= score <= high for (low, high), score in boxes)


class RFMRules(Record):
    """A versioned set of segments, tried in order; who fits none gets the name for the rest.

    Attributes:
        name: of the set.
        version: of the set.
        bins: the highest score.
        segments: in the order in which they are tried.
        rest: what those are called who fit no segment.

    Examples:
        >>> coverage = RFM_RULES.coverage()
        >>> coverage.unreachable, coverage.uncovered
        ((), 10)

    """

    name: Text
    version: Text
    bins: Annotated[int, Field(ge=2)] = 5
    segments: Annotated[tuple[RFMSegment, ...], Field(min_length=1)]
    rest: Text = "Others"

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems(f"rules {self.name!r}")
        names = [segment.name for segment in self.segments]
        for name in sorted({name for name in names if names.count(name) > 1 or name == self.rest}):
            problems.add(f"the name {name!r} is given more than once; each segment and the rest need their own")
        for segment in self.segments:
            for what, (low, high) in (
                ("recency", segment.recency),
                ("frequency", segment.frequency),
                ("monetary", segment.monetary),
            ):
                if not 1 <= low <= high <= self.bins:
                    problems.add(
                        f"{segment.name}: {what} = ({low}, {high}) is no range of scores from 1 to {self.bins}"
                    )
        problems.raise_if_any()
        return self

    def coverage(self) -> RuleCoverage:
        """Return which cells each segment gets, which segments can never be assigned, and which overlap."""
        cells = list(product(range(1, self.bins + 1), repeat=3))
        fitting = [[place for place, segment in enumerate(self.segments) if segment.holds(*cell)] for cell in cells]
        counts = [sum(bool(fits) and fits[0] == place for fits in fitting) for place in range(len(self.segments))]
        names = [segment.name for segment in self.segments]
        shared = {(names[one], names[other]) for fits in fitting for one in fits for other in fits if one < other}
        return RuleCoverage(
            cells=dict(zip(names, counts, strict=True)),
            uncovered=sum(not fits for fits in fitting),
            overlapping=tuple(sorted(shared, key=lambda pair: (names.index(pair[0]), names.index(pair[1])))),
        )


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What a set of rules does with every cell of scores.

    Attributes:
        cells: for each segment how many cells it gets, the first fitting one taking each.
        uncovered: how many cells no segment gets.
        overlapping: pairs of segments that share a cell; the order decides between them.

    Examples:
        >>> RFM_RULES_OLD.coverage().unreachable
        ('New Customers', 'Promising', "Can't Lose Them")

    """

    cells: dict[str, int]
    uncovered: int
    overlapping: tuple[tuple[str, str], ...]

    @property
    def unreachable(self) -> tuple[str, ...]:
        """Return the segments that get no cell, so that nobody will ever be in them."""
        return tuple(name for name, count in self.cells.items() if not count)

    def table(self) -> Table:
        """Return a row for each segment with the number of its cells."""
        return Table({"segment": list(self.cells), "cells": list(self.cells.values())})


def rfm_segments(scores: RFMScores, rules: RFMRules | None = None) -> NDArray[np.str_]:
    """Return ``(n,)`` the segment of each customer: the first whose box holds the scores.

    Args:
        scores: of :func:`rfm_scores`.
        rules: a set for as many bins; :data:`RFM_RULES` by default.

    Raises:
        InvalidParameters: if the rules are for another number of bins.

    Examples:
        >>> scores = rfm_scores([1, 50, 20, 90, 5], [9, 1, 4, 1, 7], [900, 20, 300, 15, 500])
        >>> rfm_segments(scores).tolist()
        ['Champions', 'About To Sleep', 'Potential Loyalist', 'Lost', 'Potential Loyalist']

    Reference:
        Hughes, A. M. (1994), Strategic Database Marketing, for the scores; the boxes are those of the R package rfm.

    """
    chosen = RFM_RULES if rules is None else rules
    if chosen.bins != scores.bins:
        message = f"the rules {chosen.name!r} are for {chosen.bins} bins, the scores have {scores.bins}"
        raise InvalidParameters(message)
    names = np.array([*(segment.name for segment in chosen.segments), chosen.rest])
    found = np.full(scores.recency.size, len(chosen.segments), dtype=np.int64)
    for place in reversed(range(len(chosen.segments))):
        segment = chosen.segments[place]
        inside = np.ones(found.size, dtype=bool)
        for (low, high), score in (
            (segment.recency, scores.recency),
            (segment.frequency, scores.frequency),
            (segment.monetary, scores.monetary),
        ):
            inside &= (score >= low) & (score <= high)
        found[inside] = place
    return read_only(names[found])


def _rules(version: str, rows: tuple[tuple[str, tuple[int, int], tuple[int, int], tuple[int, int]], ...]) -> RFMRules:
    # Made without the checks, which a test makes: they would be compiled whenever the library is imported.
    segments = tuple(
        RFMSegment.model_construct(name=name, recency=r, frequency=f, monetary=m) for name, r, f, m in rows
    )
    return RFMRules.model_construct(name="boxes of the R package rfm", version=version, segments=segments)


RFM_RULES: Final = _rules(
    "0.3.0",
    (
        ("Champions", (5, 5), (5, 5), (5, 5)),
        ("Potential Loyalist", (3, 5), (3, 5), (2, 5)),
        ("Loyal Customers", (2, 4), (2, 4), (2, 4)),
        ("Promising", (3, 4), (1, 3), (3, 5)),
        ("New Customers", (4, 5), (1, 3), (1, 5)),
        ("Can't Lose Them", (1, 2), (3, 4), (4, 5)),
        ("At Risk", (1, 2), (2, 5), (4, 5)),
        ("Need Attention", (1, 3), (3, 5), (3, 5)),
        ("About To Sleep", (2, 3), (1, 3), (1, 4)),
        ("Lost", (1, 1), (1, 5), (1, 5)),
    ),
)
"""Ten segments, all of them reachable; the default boxes of the R package rfm since 0.3.0."""

RFM_RULES_OLD: Final = _rules(
    "0.2",
    (
        ("Champions", (4, 5), (4, 5), (4, 5)),
        ("Loyal Customers", (2, 5), (3, 5), (3, 5)),
        ("Potential Loyalist", (3, 5), (1, 3), (1, 3)),
        ("New Customers", (4, 5), (1, 1), (1, 1)),
        ("Promising", (3, 4), (1, 1), (1, 1)),
        ("Need Attention", (2, 3), (2, 3), (2, 3)),
        ("About To Sleep", (2, 3), (1, 2), (1, 2)),
        ("At Risk", (1, 2), (2, 5), (2, 5)),
        ("Can't Lose Them", (1, 1), (4, 5), (4, 5)),
        ("Lost", (1, 2), (1, 2), (1, 2)),
    ),
)
"""The boxes before 0.3.0, three of which can never be assigned; kept to reproduce older reports."""
