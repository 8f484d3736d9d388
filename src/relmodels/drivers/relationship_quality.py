"""Relationship quality from a survey: one score of each relationship, and whether its respondents agree.

Several people of a firm answer for one relationship. Their mean is the score, the spread between them is kept beside
it, and two indices say whether the mean may stand for all: agreement within each relationship, and the intraclass
correlations over all of them. A relationship whose respondents disagree has a mean that nobody holds.

The scores go where room 1 keeps judgments: relationship quality is the strength of a relationship, which is how the
literature defines it; trust and commitment are two of Gummesson's properties.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.score import Score
from relmodels.drivers.respondent_scores import QUALITY, RespondentScores, ScoreKind, respondent_scores
from relmodels.frames.columns import is_missing, row_list
from relmodels.frames.table import Table
from relmodels.sem.agreement import Intraclass, coded_groups, intraclass, within_group_agreement
from relmodels.sem.data import Survey
from relmodels.sem.result import PathFit
from relmodels.stakeholders.relationship import Relationship, RelationshipProperties

__all__ = ["RelationshipQuality", "relationship_quality"]

_PROPERTIES: Final = {"trust": "trust_risk_uncertainty", "commitment": "commitment_dependency_importance"}
_WORDS: Final[dict[ScoreKind, str]] = {"regression": "factor scores", "mean": "means of the answers"}


@dataclass(frozen=True, slots=True, eq=False)
class RelationshipQuality:
    """Scores of relationships, each the mean of its respondents.

    Attributes:
        relationships: by what they were named, in the order in which they first appear.
        constructs: the constructs, and last their composite.
        respondents: ``(g, c)`` how many the mean is of.
        value: ``(g, c)`` the mean, on the scale of the questions; ``nan`` where nobody answered.
        standard_error: ``(g, c)`` the error of measurement of the mean; what respondents differ by is not in it.
        deviation: ``(g, c)`` the standard deviation between respondents; ``nan`` of fewer than two.
        agreement: ``(g, c)`` James, Demaree and Wolf's index over the questions of the construct, of the composite the
            lowest of its parts; ``nan`` of fewer than two respondents.
        intraclass: for each construct how far relationships differ beyond what their respondents do; ``None`` if none
            has two respondents, there is only one, or all are alike.
        scale: the lowest and highest answer.
        kind: how the scores of respondents were found.

    """

    relationships: tuple[Hashable, ...]
    constructs: tuple[str, ...]
    respondents: IntArray
    value: FloatArray
    standard_error: FloatArray
    deviation: FloatArray
    agreement: FloatArray
    intraclass: tuple[Intraclass | None, ...]
    scale: tuple[float, float]
    kind: ScoreKind

    __reduce__ = by_fields

    def __len__(self) -> int:
        """Return the number of relationships."""
        return len(self.relationships)

    def table(self) -> Table:
        """Return a row for each relationship: respondents, and of each construct score, error, deviation, agreement."""
        columns: dict[str, object] = {
            "relationship": [str(one) for one in self.relationships],
            "respondents": self.respondents[:, -1],
        }
        for place, name in enumerate(self.constructs):
            columns[name] = self.value[:, place]
            columns[f"error of {name}"] = self.standard_error[:, place]
            columns[f"deviation of {name}"] = self.deviation[:, place]
            columns[f"agreement on {name}"] = self.agreement[:, place]
        return Table(columns)

    def contested(self, least: float = 0.7) -> BoolArray:
        """Return ``(g,)`` where respondents disagree on one of the constructs: agreement below ``least``.

        Relationships of one respondent are not among them; nobody contradicts. The limit is a convention.

        Raises:
            InvalidParameters: if ``least`` is no share from 0 to 1.

        """
        if not 0.0 <= finite(least, "least", "a share from 0 to 1") <= 1.0:
            message = f"least = {least!r} must be a share from 0 to 1"
            raise InvalidParameters(message)
        return read_only(np.nan_to_num(self.agreement[:, -1], nan=1.0) < least)

    def scores(self, construct: str = QUALITY, *, as_of: date | None = None) -> dict[Hashable, Score]:
        """Return the scores of one construct as records, by relationship; those without an answer have none.

        Args:
            construct: which; the composite by default.
            as_of: the day for which they hold.

        Raises:
            InvalidParameters: if there is no such construct.

        """
        if construct not in self.constructs:
            message = f"there is no construct {construct!r}; there are {', '.join(self.constructs)}"
            raise InvalidParameters(message)
        place = self.constructs.index(construct)
        low, high = self.scale
        return {
            name: Score(
                value=float(self.value[row, place]),
                scale_min=low,
                scale_max=high,
                method=self._method(row, place),
                as_of=as_of,
            )
            for row, name in enumerate(self.relationships)
            if self.respondents[row, place]
        }

    def _method(self, row: int, place: int) -> str:
        count, agreement = int(self.respondents[row, place]), float(self.agreement[row, place])
        agreed = "" if np.isnan(agreement) else f", agreement {agreement:.2f}"
        who = f"{count} respondent{'' if count == 1 else 's'}"
        return f"survey, {_WORDS[self.kind]} of {self.constructs[place]}: {who}{agreed}"

    def attached(self, relationships: Iterable[Relationship], *, as_of: date | None = None) -> tuple[Relationship, ...]:
        """Return relationships with what was measured: quality as strength, trust and commitment as properties.

        A relationship is found by its identity, or by what another system calls it. Judgments that were measured anew
        take the place of earlier ones; those that were not, and relationships not surveyed, stay as they are.

        Args:
            relationships: all that were surveyed, others may be among them.
            as_of: the day for which the scores hold.

        Raises:
            InvalidData: if surveyed relationships are not among them, with their places, or one name is that of two.

        """
        ties = tuple(relationships)
        places = {str(name): row for row, name in enumerate(self.relationships)}
        found = [
            sorted({places[name] for name in (str(tie.id), *(one.value for one in tie.external_ids)) if name in places})
            for tie in ties
        ]
        times = np.bincount([row for own in found for row in own], minlength=len(self))
        problems = Problems("relationships")
        if (times == 0).any():
            lacking = row_list(times == 0)
            problems.add(f"{lacking} of the table are none of those given; give every one that was surveyed")
        if (times > 1).any() or any(len(own) > 1 for own in found) or len(places) < len(self):
            problems.add("one of the table fits several of those given, or several fit one; name them by identity")
        problems.raise_if_any()
        scores = [self.scores(name, as_of=as_of) for name in self.constructs]
        return tuple(
            self._judged(tie, [one.get(self.relationships[own[0]]) for one in scores]) if own else tie
            for tie, own in zip(ties, found, strict=True)
        )

    def _judged(self, tie: Relationship, scores: Sequence[Score | None]) -> Relationship:
        """Return a relationship with the scores that there are."""
        new = dict(zip(self.constructs, scores, strict=True))
        properties = {field: new[name] for name, field in _PROPERTIES.items() if new.get(name) is not None}
        changed: dict[str, object] = {}
        if new[QUALITY] is not None:
            changed["strength"] = new[QUALITY]
        if properties:
            changed["properties"] = (tie.properties or RelationshipProperties()).model_copy(update=properties)
        return tie.model_copy(update=changed)

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def relationship_quality(
    fit: PathFit,
    survey: Survey,
    relationships: Sequence[Hashable],
    *,
    scale: tuple[float, float] = (1.0, 7.0),
    kind: ScoreKind = "regression",
    constructs: Mapping[str, float] | None = None,
    null_variance: float | None = None,
) -> RelationshipQuality:
    """Return trust, commitment and relationship quality of each relationship, and how far its respondents agree.

    Args:
        fit: of a model in which the constructs are latent variables.
        survey: of the same questions and groups.
        relationships: ``(n,)`` for each respondent the relationship that is judged, by any name.
        scale: the lowest and highest of whole answers.
        kind: how scores of respondents are found, as for :func:`~relmodels.respondent_scores`.
        constructs: by latent variable its weight in the composite, as there.
        null_variance: of random answers, which agreement is compared with; that of uniform ones if left out.

    Raises:
        InvalidParameters: as :func:`~relmodels.respondent_scores`, and if the ends of the scale are no whole numbers.
        InvalidData: as there, and if the relationships are not as many as the respondents, or some are not named
            or named by lists.

    Examples:
        >>> import relmodels as rm
        >>> items = {name: rm.morgan_hunt.ITEMS[name] for name in ("trust", "commitment")}
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), [one for all in items.values() for one in all])
        >>> lines = [f"{name} =~ {' + '.join(questions)}" for name, questions in items.items()]
        >>> fit = rm.fit(rm.PathModel.parse("; ".join(lines)), survey)
        >>> found = relationship_quality(fit, survey, [f"supplier {row // 3}" for row in range(204)])
        >>> found.scores()["supplier 0"].method
        'survey, factor scores of relationship quality: 3 respondents, agreement 0.36'

    Reference:
        Palmatier, R. W., Dant, R. P., Grewal, D. and Evans, K. R. (2006), Factors influencing the effectiveness of
        relationship marketing: A meta-analysis, Journal of Marketing 70(4), 136-153; James, L. R., Demaree, R. G. and
        Wolf, G. (1984), Estimating within-group interrater reliability with and without response bias, Journal of
        Applied Psychology 69(1), 85-98; Bliese, P. D. (2000), Within-group agreement, non-independence, and
        reliability, in Klein, K. J. and Kozlowski, S. W. J. (eds.), Multilevel Theory, Research, and Methods in
        Organizations, Jossey-Bass, 349-381.

    """
    problems = Problems("relationships")
    if len(relationships) != len(survey):
        problems.add(f"{len(relationships)} are named and {len(survey)} respondents answered; name one for each")
    unfit = [(row, type(one).__name__) for row, one in enumerate(relationships) if not _is_name(one)]
    if unfit:
        row, sort = unfit[0]
        problems.add(f"row {row} has a {sort} in place of a name; name each by one text or number")
        problems.raise_if_any()
    nameless: BoolArray = np.array([is_missing(one) for one in relationships], dtype=bool)
    if nameless.any():
        problems.add(f"none is named in {row_list(nameless)}; leave such respondents out of the survey")
    try:
        scored = respondent_scores(fit, survey, scale=scale, kind=kind, constructs=constructs)
    except InvalidParameters:
        raise
    except InvalidData as error:
        raise InvalidData([*(f"relationships: {one}" for one in problems.found), *error.problems]) from error
    problems.raise_if_any()
    names, codes = coded_groups(relationships)
    agreement = _agreement(fit, survey, relationships, scored, null_variance)
    return _gathered(scored, names, codes, agreement)


def _is_name(value: object) -> bool:
    """Return whether a value can stand for a relationship; lists and arrays cannot."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _agreement(
    fit: PathFit,
    survey: Survey,
    relationships: Sequence[Hashable],
    scored: RespondentScores,
    null_variance: float | None,
) -> FloatArray:
    """Return ``(g, c)`` agreement on each construct, and on the composite the lowest."""
    found = []
    for name in scored.constructs[:-1]:
        asked = dict.fromkeys(
            one.right for one in fit.parameters if one.operator == "=~" and one.left == name and one.right in fit.names
        )
        answers = survey.of(list(asked)).values
        agreed = within_group_agreement(answers, relationships, scale=scored.scale, null_variance=null_variance)
        found.append(agreed.value)
    table = np.column_stack(found)
    lowest = np.where(np.isnan(table).all(axis=1), np.nan, np.nan_to_num(table, nan=2.0).min(axis=1))
    return np.column_stack([table, lowest])


def _gathered(
    scored: RespondentScores, names: tuple[Hashable, ...], codes: IntArray, agreement: FloatArray
) -> RelationshipQuality:
    """Return means, errors and deviations of the respondents of each relationship."""
    seen = ~np.isnan(scored.value)
    filled = np.where(seen, scored.value, 0.0)
    count, total, error, squares = (np.zeros((len(names), seen.shape[1])) for _ in range(4))
    np.add.at(count, codes, seen)
    np.add.at(total, codes, filled)
    np.add.at(error, codes, np.where(seen, scored.standard_error, 0.0) ** 2)
    nothing = np.full_like(count, np.nan)
    value = np.divide(total, count, out=nothing.copy(), where=count > 0)
    np.add.at(squares, codes, np.where(seen, filled - value[codes], 0.0) ** 2)
    return RelationshipQuality(
        relationships=names,
        constructs=scored.constructs,
        respondents=read_only(count.astype(np.int64)),
        value=read_only(np.clip(value, *scored.scale)),
        standard_error=read_only(np.divide(np.sqrt(error), count, out=nothing.copy(), where=count > 0)),
        deviation=read_only(np.sqrt(np.divide(squares, count - 1.0, out=nothing.copy(), where=count > 1))),
        agreement=read_only(np.where(count > 1, agreement, np.nan)),
        intraclass=tuple(_intraclass(scored.value[:, place], codes) for place in range(seen.shape[1])),
        scale=scored.scale,
        kind=scored.kind,
    )


def _intraclass(values: FloatArray, codes: IntArray) -> Intraclass | None:
    try:
        return intraclass(values, codes.tolist())
    except InvalidData:
        return None
