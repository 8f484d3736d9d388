"""Jackson's continuum: accounts that always give everybody a share, and accounts that are lost for good once they go.

At one end a buyer moves part or all of its purchases from one vendor to another at any time, at little cost, and needs
a reason for every purchase. At the other end a buyer is bound to one vendor by what a change would cost in money,
people, procedures and risk, looks far ahead, and once gone is gone. Most accounts lie between. What decides where is
known; weights and the limits between regions are not published, and those here are ours: equal weights, thirds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.frames.scores import scores_of
from relmodels.frames.table import Table

__all__ = ["DETERMINANTS", "REGIONS", "AccountPosition", "Region", "position"]

Region: TypeAlias = Literal["always_a_share", "between", "lost_for_good"]

_TOWARD: Final = "toward"
_LOST: Final = "lost_for_good"
_SHARE: Final = "always_a_share"
_THIRDS: Final = (1.0 / 3.0, 2.0 / 3.0)

JACKSON_1985: Final = Reference(
    ("Jackson, B. B.",),
    1985,
    "Build Customer Relationships That Last",
    "Harvard Business Review",
    "63(6)",
    "120-128",
    standing="secondary",
)


def _row(code: str, name: str, russian: str, gloss: str, toward: str) -> Row:
    return Row(code, name, russian, gloss, traits=((_TOWARD, toward),), standing="unconfirmed")


DETERMINANTS: Final = Taxonomy(
    "Determinants of account behavior",
    JACKSON_1985,
    (
        _row(
            "investment",
            "Direct investment",
            "Прямые инвестиции",
            "Money the buyer would have to spend again with another vendor.",
            _LOST,
        ),
        _row(
            "procedures",
            "Procedures",
            "Процедуры",
            "How much of the buyer's ways of working is made for this vendor.",
            _LOST,
        ),
        _row("people", "People", "Люди", "How many people have learned to work with this vendor, and how long.", _LOST),
        _row(
            "exposure",
            "Exposure",
            "Подверженность риску",
            "What the buyer risks, in its business or in person, if a new vendor fails.",
            _LOST,
        ),
        _row(
            "modularity",
            "Modularity",
            "Модульность",
            "How far parts of the product, and of the system it is used in, can be exchanged one by one.",
            _SHARE,
        ),
        _row("importance", "Importance of the purchase", "Важность закупки", "How much hangs on the product.", _LOST),
        _row(
            "technology",
            "Pace and uncertainty of technology",
            "Темп и неопределённость технологии",
            "How fast and how unforeseeably the technology changes, so that a vendor is chosen for what it will do.",
            _LOST,
        ),
        _row("horizon", "Time horizon", "Временной горизонт", "How far ahead the buyer looks when it buys.", _LOST),
        _row(
            "vendors",
            "Qualified vendors",
            "Число квалифицированных поставщиков",
            "How many other vendors could do it as well.",
            _SHARE,
        ),
    ),
    name_ru="Детерминанты поведения клиента",
    key="jackson_determinants",
    version="1985",
)
"""What decides whether an account always gives a share or is lost for good. Jackson (1985), as later texts list it."""

REGIONS: Final = Taxonomy(
    "Regions of the continuum",
    JACKSON_1985,
    (
        Row(
            _SHARE,
            "Always a share",
            "Всегда с долей",
            "Each sale is won anew: price, delivery and offer count, and relationship marketing pays little.",
            traits=(("marketing", "transaction"), ("model", "alive or migration")),
            standing="secondary",
        ),
        Row(
            "between",
            "Between the ends",
            "Между полюсами",
            "Part of the purchases is bound and part is not: bind where a change costs most, and win the rest anew.",
            traits=(("marketing", "both"), ("model", "alive, migration or retention: compare them")),
            standing="ours",
        ),
        Row(
            _LOST,
            "Lost for good",
            "Потерян навсегда",
            "Much is spent to win and to keep, for a long time ahead; a loss is final.",
            traits=(("marketing", "relationship"), ("model", "retention")),
            standing="secondary",
        ),
    ),
    name_ru="Области континуума",
    key="jackson_regions",
    version="1985",
)
"""What follows for marketing and for the model of value. The ends are Jackson's (1985); the region between is ours."""


@dataclass(frozen=True, slots=True, eq=False)
class AccountPosition:
    """Where accounts lie between always a share, 0, and lost for good, 1.

    Attributes:
        determinants: the codes of ``d`` determinants.
        score: ``(n, d)`` from 0 to 1, all turned toward lost for good; ``nan`` where nothing was answered.
        weight: ``(d,)`` adding up to 1.
        value: ``(n,)`` the positions.
        limits: below the first an account always gives a share, above the second it is lost for good.

    """

    determinants: tuple[str, ...]
    score: FloatArray
    weight: FloatArray
    value: FloatArray
    limits: tuple[float, float]

    __reduce__ = by_fields

    @property
    def region(self) -> tuple[Region, ...]:
        """Return the region of each account; on a limit it lies between."""
        low, high = self.limits
        return tuple("always_a_share" if at < low else "lost_for_good" if at > high else "between" for at in self.value)

    @property
    def answered(self) -> FloatArray:
        """Return ``(n,)`` the share of the weight that was answered."""
        return read_only((~np.isnan(self.score)) @ self.weight)

    @property
    def contribution(self) -> FloatArray:
        """Return ``(n, d)`` what each determinant adds to the position; 0 where nothing was answered."""
        return read_only(np.nan_to_num(self.score, nan=0.0) * self.weight / self.answered[:, None])

    @property
    def implication(self) -> tuple[str, ...]:
        """Return what follows for marketing to each account."""
        return tuple(REGIONS[code].gloss for code in self.region)

    @property
    def model(self) -> tuple[str, ...]:
        """Return the model of value that each account calls for."""
        return tuple(REGIONS[code].trait("model") for code in self.region)

    def table(self) -> Table:
        """Return a row for each account: position, region, marketing and model it calls for, share answered."""
        return Table(
            {
                "position": self.value,
                "region": self.region,
                "marketing": [REGIONS[code].trait("marketing") for code in self.region],
                "model": self.model,
                "answered": self.answered,
            }
        )


def position(
    scores: object,
    *,
    scale: tuple[float, float] = (0.0, 1.0),
    weights: Mapping[str, float] | None = None,
    reversed_determinants: Sequence[str] | None = None,
    limits: tuple[float, float] = _THIRDS,
) -> AccountPosition:
    """Return where accounts lie on the continuum: ``Σ w s / Σ w`` over the determinants that were answered.

    Args:
        scores: by the code of the determinant a number or ``(n,)`` numbers, or a frame with such columns; a missing
            answer is ``nan`` or ``None``, and the weights of the others then add up to 1.
        scale: the lowest and highest answer, such as ``(1, 7)``.
        weights: of determinants; 1 for those not named. Ours.
        reversed_determinants: those of which much means that an account always gives a share; by default modularity and
            the number of vendors.
        limits: where the region between the ends begins and stops. Ours.

    Raises:
        InvalidData: naming answers off the scale with their rows, and accounts of which nothing was answered.
        InvalidParameters: naming unknown determinants, weights below 0, and limits out of order.

    Examples:
        >>> found = position({"investment": [6, 2], "people": [7, 1], "vendors": [2, 7]}, scale=(1, 7))
        >>> found.value.round(3).tolist(), found.region
        ([0.889, 0.056], ('lost_for_good', 'always_a_share'))

    Reference:
        Jackson, B. B. (1985), Build customer relationships that last, Harvard Business Review 63(6), 120-128.

    """
    low, high = (finite(limit, "limits", "two shares") for limit in limits)
    problems = Problems("continuum")
    if not 0.0 <= low <= high <= 1.0:
        problems.add(f"limits = {limits!r} must be two shares in order, such as (0.33, 0.67)")
    weight = _weights(weights or {}, problems)
    turned = _turned(reversed_determinants, problems)
    problems.raise_if_any(InvalidParameters)
    given = scores_of(scores, DETERMINANTS.codes, scale, "continuum")
    score = np.where(turned, 1.0 - given, given)
    answered = (~np.isnan(score)) @ weight
    if not (answered > 0.0).all():
        message = "continuum: every account needs an answer about a determinant whose weight is above 0"
        raise InvalidData(message)
    return AccountPosition(
        determinants=DETERMINANTS.codes,
        score=read_only(score),
        weight=read_only(weight / weight.sum()),
        value=read_only((np.nan_to_num(score, nan=0.0) @ weight) / answered),
        limits=(low, high),
    )


def _weights(weights: Mapping[str, float], problems: Problems) -> FloatArray:
    for code, value in weights.items():
        if code not in DETERMINANTS.codes:
            problems.add(f"weights: {code!r} is no determinant; they are {', '.join(DETERMINANTS.codes)}")
        elif not finite(value, code, "a weight of 0 or more") >= 0.0:
            problems.add(f"weights: {code} = {value!r} is negative")
    return np.array([float(weights.get(code, 1.0)) for code in DETERMINANTS.codes])


def _turned(codes: Sequence[str] | None, problems: Problems) -> BoolArray:
    if codes is None:
        return np.array([row.trait(_TOWARD) == _SHARE for row in DETERMINANTS.rows])
    for code in codes:
        if code not in DETERMINANTS.codes:
            problems.add(f"reversed_determinants: {code!r} is no determinant; they are {', '.join(DETERMINANTS.codes)}")
    return np.array([row.code in codes for row in DETERMINANTS.rows])
