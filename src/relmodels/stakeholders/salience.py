"""Who and what really counts: stakeholders by power, legitimacy and urgency.

A stakeholder who can impose its will has power, one whose claim is proper has legitimacy, one whose claim presses has
urgency. Who has one of the three is latent, who has two is expectant, who has all is definitive; who has none is no
stakeholder. The theory speaks of having an attribute or not; where the line lies on a scale of ratings is a convention
of whoever rates, here the middle of the scale unless another is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, IntArray, by_fields, check_rows, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Language, Row, Taxonomy
from relmodels.frames.table import Table

__all__ = ["SALIENCE_TYPES", "Salience", "SalienceType", "salience"]


class SalienceType(StrEnum):
    """The codes of :data:`SALIENCE_TYPES`, for completion."""

    NON_STAKEHOLDER = "salience.non_stakeholder"
    DORMANT = "salience.dormant"
    DISCRETIONARY = "salience.discretionary"
    DEMANDING = "salience.demanding"
    DOMINANT = "salience.dominant"
    DANGEROUS = "salience.dangerous"
    DEPENDENT = "salience.dependent"
    DEFINITIVE = "salience.definitive"


def _row(code: str, name: str, russian: str, gloss: str, group: str, attributes: str) -> Row:
    return Row(
        f"salience.{code}",
        name,
        russian,
        gloss,
        group=f"salience.class.{group}",
        traits=(("attributes", attributes),),
        standing="unconfirmed",
    )


SALIENCE_TYPES: Final = Taxonomy(
    "Stakeholder salience",
    Reference(
        ("Mitchell, R. K.", "Agle, B. R.", "Wood, D. J."),
        1997,
        "Toward a Theory of Stakeholder Identification and Salience: "
        "Defining the Principle of Who and What Really Counts",
        "Academy of Management Review",
        "22(4)",
        "853-886",
        standing="unconfirmed",
    ),
    (
        _row(
            "non_stakeholder", "Non-stakeholder", "Не заинтересованная сторона", "Has no claim to be heard.", "none", ""
        ),
        _row("dormant", "Dormant", "Спящая", "Could impose its will, and wants nothing.", "latent", "power"),
        _row(
            "discretionary",
            "Discretionary",
            "Контролируемая",
            "Has a proper claim, no power and no hurry.",
            "latent",
            "legitimacy",
        ),
        _row("demanding", "Demanding", "Требующая", "Presses, with neither power nor right.", "latent", "urgency"),
        _row(
            "dominant",
            "Dominant",
            "Доминирующая",
            "Has power and right: is listened to anyway.",
            "expectant",
            "power legitimacy",
        ),
        _row(
            "dangerous", "Dangerous", "Опасная", "Has power and presses, without right.", "expectant", "power urgency"
        ),
        _row(
            "dependent",
            "Dependent",
            "Зависимая",
            "Presses with right, and needs others' power.",
            "expectant",
            "legitimacy urgency",
        ),
        _row(
            "definitive",
            "Definitive",
            "Решающая",
            "Has all three: is to be heard first.",
            "definitive",
            "power legitimacy urgency",
        ),
    ),
    name_ru="Значимость заинтересованных сторон",
    key="salience",
    version="1997",
    groups=(
        Row("salience.class.none", "None", "Нет", "No attribute.", standing="unconfirmed"),
        Row("salience.class.latent", "Latent", "Латентные", "One attribute: low salience.", standing="unconfirmed"),
        Row("salience.class.expectant", "Expectant", "Ожидающие", "Two: moderate salience.", standing="unconfirmed"),
        Row("salience.class.definitive", "Definitive", "Решающие", "Three: high salience.", standing="unconfirmed"),
    ),
)
"""The seven types of stakeholders and those who are none. Mitchell, Agle & Wood (1997)."""

# By the attributes as binary digits: power 1, legitimacy 2, urgency 4.
_BY_DIGITS: Final = (
    SalienceType.NON_STAKEHOLDER,
    SalienceType.DORMANT,
    SalienceType.DISCRETIONARY,
    SalienceType.DOMINANT,
    SalienceType.DEMANDING,
    SalienceType.DANGEROUS,
    SalienceType.DEPENDENT,
    SalienceType.DEFINITIVE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Salience:
    """The salience of ``n`` stakeholders.

    Attributes:
        has_power: ``(n,)`` whether each has the attribute.
        has_legitimacy: ``(n,)`` the same.
        has_urgency: ``(n,)`` the same.

    """

    has_power: BoolArray
    has_legitimacy: BoolArray
    has_urgency: BoolArray

    __reduce__ = by_fields

    @property
    def types(self) -> tuple[SalienceType, ...]:
        """Return the type of each stakeholder."""
        digits = self.has_power + 2 * self.has_legitimacy + 4 * self.has_urgency
        return tuple(_BY_DIGITS[number] for number in digits)

    @property
    def attributes(self) -> IntArray:
        """Return ``(n,)`` how many of the three attributes each has: 1 is low salience, 2 moderate, 3 high."""
        return read_only(self.has_power.astype(np.int64) + self.has_legitimacy + self.has_urgency)

    def counts(self) -> dict[SalienceType, int]:
        """Return how many stakeholders are of each type."""
        return {kind: self.types.count(kind) for kind in SalienceType}

    def table(self, names: Sequence[object] | None = None, language: Language = "en") -> Table:
        """Return a row for each stakeholder, the most salient first; ``names`` is a column of their names."""
        order = np.argsort(-self.attributes, kind="stable")
        listed = range(len(order)) if names is None else names
        return Table(
            {
                "stakeholder": [listed[place] for place in order],
                "type": [SALIENCE_TYPES.label(self.types[place], language) for place in order],
                "attributes": self.attributes[order],
            }
        )


def salience(
    power: ArrayLike,
    legitimacy: ArrayLike,
    urgency: ArrayLike,
    *,
    threshold: float = 5.0,
    scale: tuple[float, float] = (0, 10),
) -> Salience:
    """Return the salience of stakeholders from ratings of their power, legitimacy and urgency.

    Args:
        power: ``(n,)`` ratings on the scale.
        legitimacy: ``(n,)`` the same.
        urgency: ``(n,)`` the same.
        threshold: an attribute is there if its rating is above this; a convention of whoever rates.
        scale: the ends of the scale.

    Raises:
        InvalidParameters: naming every column that is no list of numbers on the scale, and a threshold outside it.

    Examples:
        >>> found = salience(power=[9, 2, 8], legitimacy=[8, 9, 1], urgency=[9, 9, 8])
        >>> [str(kind) for kind in found.types]
        ['salience.definitive', 'salience.dependent', 'salience.dangerous']

    Reference:
        Mitchell, R. K., Agle, B. R. and Wood, D. J. (1997), Toward a theory of stakeholder identification and salience,
        Academy of Management Review 22(4), 853-886. The threshold is ours.

    """
    problems = Problems("salience")
    low, high = scale
    given = {"power": power, "legitimacy": legitimacy, "urgency": urgency}
    rated = {name: _ratings(name, ratings, scale, problems) for name, ratings in given.items()}
    if len({values.size for values in rated.values()}) > 1:
        problems.add("power, legitimacy and urgency differ in length; give one rating of each for every stakeholder")
    if not low <= threshold < high:
        problems.add(f"threshold = {threshold} lies outside the scale from {low} to {high}")
    problems.raise_if_any(InvalidParameters)
    above = {name: read_only(values > threshold) for name, values in rated.items()}
    return Salience(above["power"], above["legitimacy"], above["urgency"])


def _ratings(name: str, ratings: ArrayLike, scale: tuple[float, float], problems: Problems) -> FloatArray:
    values = column(ratings, name, problems)
    off = ~((values >= scale[0]) & (values <= scale[1]))
    check_rows(off, values, name, f"is not on the scale from {scale[0]} to {scale[1]}", problems)
    return values
