"""How much a firm cares for each of its markets, and how much it should: the ratings behind the spidergram.

A jury of executives rates each axis twice: the emphasis the firm gives it now, and the emphasis it ought to give. The
difference is the gap. The seven axes are those of the six markets, customers split into existing and new; the scale is
arbitrary, its authors say, and from 0 to 10 unless another is given. An axis that a juror left out is averaged over the
others. The area of the drawn polygon means nothing, since it depends on the order of the axes; gaps do not.
No ratings have been published as numbers, so the figures in tests are our own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Self

import numpy as np
from pydantic import Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.identifiers import Text
from relmodels.core.personal import PERSONAL_TEXT, without_marked
from relmodels.core.record import Record
from relmodels.core.taxonomy import Language, Taxonomy
from relmodels.frames.table import Table
from relmodels.stakeholders.six_markets import SIX_MARKETS, SPIDERGRAM_AXES

__all__ = [
    "EMPHASIS_BY_DISCIPLINE",
    "EmphasisGaps",
    "EmphasisProfile",
    "JurorRating",
    "discipline_emphasis",
    "emphasis_gaps",
]

_AXES: Final = tuple(str(axis) for axis in SPIDERGRAM_AXES)

EMPHASIS_BY_DISCIPLINE: Final[dict[str, tuple[str, ...]]] = {
    "operational excellence": ("six.internal", "six.supplier_alliance.suppliers", "six.customer.intermediaries"),
    "product leadership": ("six.internal", "six.recruitment", "six.supplier_alliance"),
    "customer intimacy": ("six.internal", "six.customer.existing"),
}
"""The markets that matter most under each value discipline; Peck et al. (1999), pp. 417-418."""


class JurorRating(Record):
    """What one juror thinks of each axis; an axis may be left out.

    Examples:
        >>> JurorRating(juror="sales", current={"six.referral": 2}, desired={"six.referral": 6}).current
        {'six.referral': 2.0}

    """

    juror: Annotated[Text | None, PERSONAL_TEXT] = None
    current: dict[str, float]
    desired: dict[str, float]

    @model_serializer(mode="wrap")
    def _serialize(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return without_marked(JurorRating, handler(self), info.context)


class EmphasisProfile(Record):
    """The ratings of a jury.

    Attributes:
        title: of what firm or unit, and when.
        axes: codes of what is rated; the seven of the spidergram, or any others, as for a second-level spidergram.
        scale_min: the lowest rating.
        scale_max: the highest.
        ratings: one for each juror.

    Examples:
        >>> rating = JurorRating(current={"a": 3, "b": 5}, desired={"a": 8, "b": 4})
        >>> profile = EmphasisProfile(title="cafes", axes=("a", "b"), ratings=(rating,))
        >>> emphasis_gaps(profile).gap.tolist()
        [5.0, -1.0]

    """

    title: str = ""
    axes: Annotated[tuple[Text, ...], Field(min_length=1)] = _AXES
    scale_min: float = 0.0
    scale_max: float = 10.0
    ratings: Annotated[tuple[JurorRating, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        problems = Problems("emphasis profile")
        if len(set(self.axes)) < len(self.axes):
            problems.add("axes name one more than once; name each once")
        if not self.scale_min < self.scale_max:
            problems.add(f"scale_max = {self.scale_max} is not above scale_min = {self.scale_min}")
        for place, rating in enumerate(self.ratings):
            for kind, marks in (("current", rating.current), ("desired", rating.desired)):
                self._check_marks(f"ratings[{place}].{kind}", marks, problems)
        for kind in ("current", "desired"):
            self._check_rated(kind, problems)
        problems.raise_if_any()
        return self

    def _check_marks(self, where: str, marks: Mapping[str, float], problems: Problems) -> None:
        for axis, mark in marks.items():
            if axis not in self.axes:
                problems.add(f"{where} rates {axis!r}, which is no axis; the axes are {', '.join(self.axes)}")
            elif not self.scale_min <= mark <= self.scale_max:
                problems.add(
                    f"{where}[{axis!r}] = {mark} lies outside the scale from {self.scale_min} to {self.scale_max}"
                )

    def _check_rated(self, kind: str, problems: Problems) -> None:
        rated = {axis for rating in self.ratings for axis in (rating.current if kind == "current" else rating.desired)}
        missing = [axis for axis in self.axes if axis not in rated]
        if missing:
            problems.add(
                f"nobody rated the {kind} emphasis on {', '.join(missing)}; ask one juror, or leave the axis out"
            )


@dataclass(frozen=True, slots=True, eq=False)
class EmphasisGaps:
    """What a jury said, axis by axis.

    Attributes:
        axes: the codes, ``k`` of them.
        current: ``(k,)`` mean rating of the emphasis given now.
        desired: ``(k,)`` mean rating of the emphasis wanted.
        current_range: ``(k, 2)`` lowest and highest juror.
        desired_range: ``(k, 2)`` the same for what is wanted.
        current_spread: ``(k,)`` standard deviation between jurors (divisor n - 1), 0 where one rated.
        desired_spread: ``(k,)`` the same for what is wanted.
        current_agreement: Kendall's W of jurors who rated every axis, 0 for none and 1 for the same order; ``None``
            if there are fewer than two of them, fewer than two axes, or nobody tells axes apart.
        desired_agreement: the same for what is wanted.
        scale: the ends of the scale.

    """

    axes: tuple[str, ...]
    current: FloatArray
    desired: FloatArray
    current_range: FloatArray
    desired_range: FloatArray
    current_spread: FloatArray
    desired_spread: FloatArray
    current_agreement: float | None
    desired_agreement: float | None
    scale: tuple[float, float]

    __reduce__ = by_fields

    @property
    def gap(self) -> FloatArray:
        """Return ``(k,)`` what is wanted less what is given: positive where more emphasis is called for."""
        return read_only(self.desired - self.current)

    @property
    def ranked(self) -> tuple[str, ...]:
        """Return the axes by the size of their gap, the largest first; equal ones in the order of the axes."""
        order = np.argsort(-np.abs(self.gap), kind="stable")
        return tuple(self.axes[place] for place in order)

    @property
    def mean_absolute_gap(self) -> float:
        """Return the mean size of the gaps."""
        return float(np.abs(self.gap).mean())

    def table(self, language: Language = "en", taxonomy: Taxonomy = SIX_MARKETS) -> Table:
        """Return a row for each axis, the largest gap first."""
        order = [self.axes.index(axis) for axis in self.ranked]
        return Table(
            {
                "axis": self.ranked,
                "name": [taxonomy.label(axis, language) if axis in taxonomy else axis for axis in self.ranked],
                "current": self.current[order],
                "desired": self.desired[order],
                "gap": self.gap[order],
                "spread now": self.current_spread[order],
                "spread wanted": self.desired_spread[order],
            }
        )


def emphasis_gaps(profile: EmphasisProfile) -> EmphasisGaps:
    """Return what a jury said, axis by axis: means, gaps, the spread between jurors and their agreement.

    Examples:
        >>> ratings = tuple(
        ...     JurorRating(current={"a": mark, "b": 2.0}, desired={"a": 8.0, "b": 2.0}) for mark in (4.0, 6.0)
        ... )
        >>> found = emphasis_gaps(EmphasisProfile(axes=("a", "b"), ratings=ratings))
        >>> found.ranked, found.gap.tolist(), found.current_range.tolist()
        (('a', 'b'), [3.0, 0.0], [[4.0, 6.0], [2.0, 2.0]])

    Reference:
        Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and Implementation,
        p. 27 and figure 6.5; agreement is W of Kendall, M. G. and Babington Smith, B. (1939), The problem of m
        rankings, Annals of Mathematical Statistics 10(3), 275-287.

    """
    now = _marks(profile, [rating.current for rating in profile.ratings])
    wanted = _marks(profile, [rating.desired for rating in profile.ratings])
    return EmphasisGaps(
        axes=profile.axes,
        current=read_only(np.nanmean(now, axis=0)),
        desired=read_only(np.nanmean(wanted, axis=0)),
        current_range=_range(now),
        desired_range=_range(wanted),
        current_spread=_spread(now),
        desired_spread=_spread(wanted),
        current_agreement=_agreement(now),
        desired_agreement=_agreement(wanted),
        scale=(profile.scale_min, profile.scale_max),
    )


def _marks(profile: EmphasisProfile, ratings: list[dict[str, float]]) -> FloatArray:
    return np.array([[marks.get(axis, math.nan) for axis in profile.axes] for marks in ratings])


def _range(marks: FloatArray) -> FloatArray:
    return read_only(np.column_stack([np.nanmin(marks, axis=0), np.nanmax(marks, axis=0)]))


def _spread(marks: FloatArray) -> FloatArray:
    count = np.sum(~np.isnan(marks), axis=0)
    squares = np.nansum((marks - np.nanmean(marks, axis=0)) ** 2, axis=0)
    return read_only(np.sqrt(squares / np.maximum(count - 1, 1)))


def _agreement(marks: FloatArray) -> float | None:
    from scipy.stats import rankdata

    complete = marks[~np.isnan(marks).any(axis=1)]
    jurors, axes = complete.shape
    if jurors < 2 or axes < 2:
        return None
    sums = rankdata(complete, axis=1).sum(axis=0)
    ties = sum(_tied(row) for row in complete)
    largest = jurors**2 * axes * (axes**2 - 1) - jurors * ties
    if largest <= 0:
        return None
    return float(12.0 * np.sum((sums - sums.mean()) ** 2) / largest)


def _tied(row: FloatArray) -> float:
    _, counts = np.unique(row, return_counts=True)
    return float(np.sum(counts**3 - counts))


def discipline_emphasis(gaps: EmphasisGaps) -> dict[str, float]:
    """Return for each value discipline how much more the jury wants of its markets than of the others.

    The mean desired rating of the axes a discipline stresses less that of all other axes, as a share of the scale; the
    highest one is the discipline the wishes fit best. A market without an axis of its own counts by the one it lies in.
    The comparison is ours.

    Raises:
        InvalidData: if none of a discipline's markets, or nothing but them, is an axis.

    Examples:
        >>> wish = {axis: 5.0 for axis in _AXES} | {"six.customer.existing": 9.0, "six.internal": 9.0}
        >>> profile = EmphasisProfile(ratings=(JurorRating(current=wish, desired=wish),))
        >>> fits = discipline_emphasis(emphasis_gaps(profile))
        >>> max(fits, key=fits.get)
        'customer intimacy'

    Reference:
        Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and Implementation,
        pp. 417-418, for the markets of each discipline.

    """
    low, high = gaps.scale
    found: dict[str, float] = {}
    for discipline, markets in EMPHASIS_BY_DISCIPLINE.items():
        stressed = np.array([_lies_in(axis, markets) for axis in gaps.axes])
        if stressed.all() or not stressed.any():
            message = f"the axes tell nothing of {discipline}: its markets are {', '.join(markets)}; use the seven axes"
            raise InvalidData(message)
        found[discipline] = float((gaps.desired[stressed].mean() - gaps.desired[~stressed].mean()) / (high - low))
    return found


def _lies_in(axis: str, markets: tuple[str, ...]) -> bool:
    return any(market == axis or market.startswith(f"{axis}.") for market in markets)
