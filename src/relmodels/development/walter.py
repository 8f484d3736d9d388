"""Walter, Ritter and Gemünden's functions of a relationship: what it does for a firm here and elsewhere.

Direct functions pay within the relationship: profit, volume, and safeguard, which is a customer who buys when others do
not. Indirect functions pay through others or later: innovation with the customer, markets it opens, news it brings,
access it gives to third parties. Both add to the value a firm sees in a relationship. High or low in each makes four
types.

Of the paper the abstract was read; functions and types are as later texts list them. How much each kind adds is not
published in anything that could be read, so weights are given or fitted to the reader's own answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, check_finite, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, NotIdentified, Problems
from relmodels.core.numbers import finite
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy
from relmodels.frames.scores import scores_of
from relmodels.frames.table import Table

__all__ = [
    "CUSTOMER_FUNCTIONS",
    "RELATIONSHIP_TYPES",
    "SUPPLIER_FUNCTIONS",
    "FunctionScores",
    "RelationshipTypes",
    "ValueWeights",
    "fit_value",
    "function_scores",
    "relationship_types",
]

Side: TypeAlias = Literal["supplier", "customer"]
Type: TypeAlias = Literal["low_performing", "selling", "networking", "high_performing"]

WALTER_2001: Final = Reference(
    ("Walter, A.", "Ritter, T.", "Gemünden, H. G."),
    2001,
    "Value Creation in Buyer-Seller Relationships",
    "Industrial Marketing Management",
    "30(4)",
    "365-377",
)
RITTER_2008: Final = Reference(
    ("Ritter, T.", "Walter, A."),
    2008,
    "Functions, Trust, and Value in Business Relationships",
    "Advances in Business Marketing and Purchasing",
    "14",
    "129-144",
    standing="unconfirmed",
)


def _row(code: str, name: str, russian: str, group: str, gloss: str) -> Row:
    return Row(code, name, russian, gloss, group=group, standing="unconfirmed")


_GROUPS: Final = (
    Row("direct", "Direct functions", "Прямые функции", "What pays within the relationship."),
    Row("indirect", "Indirect functions", "Косвенные функции", "What pays through others, or later."),
)

SUPPLIER_FUNCTIONS: Final = Taxonomy(
    "Functions of a customer for its supplier",
    WALTER_2001,
    (
        _row("profit", "Profit function", "Функция прибыли", "direct", "The customer pays more than it costs."),
        _row("volume", "Volume function", "Функция объёма", "direct", "The customer takes enough to fill capacity."),
        _row(
            "safeguard",
            "Safeguard function",
            "Функция подстраховки",
            "direct",
            "The customer can be counted on for orders when others fail.",
        ),
        _row(
            "innovation",
            "Innovation function",
            "Инновационная функция",
            "indirect",
            "Products and processes are developed with the customer, and serve others too.",
        ),
        _row(
            "market", "Market function", "Рыночная функция", "indirect", "The customer's name brings other customers."
        ),
        _row(
            "scout", "Scout function", "Разведывательная функция", "indirect", "The customer brings news of the market."
        ),
        _row(
            "access",
            "Access function",
            "Функция доступа",
            "indirect",
            "The customer opens doors to authorities, banks and associations.",
        ),
    ),
    name_ru="Функции клиента для поставщика",
    key="walter_supplier",
    version="2001",
    groups=_GROUPS,
)
"""What a customer does for its supplier. Walter, Ritter & Gemünden (2001)."""

CUSTOMER_FUNCTIONS: Final = Taxonomy(
    "Functions of a supplier for its customer",
    RITTER_2008,
    (
        _row("payment", "Payment function", "Функция оплаты", "direct", "The supplier's prices and terms save money."),
        _row("quality", "Quality function", "Функция качества", "direct", "What the supplier delivers is good."),
        _row("volume", "Volume function", "Функция объёма", "direct", "The supplier can deliver as much as is needed."),
        _row(
            "innovation",
            "Innovation function",
            "Инновационная функция",
            "indirect",
            "Products and processes are developed with the supplier.",
        ),
        _row("access", "Access function", "Функция доступа", "indirect", "The supplier opens doors to third parties."),
        _row(
            "scout",
            "Scouting function",
            "Разведывательная функция",
            "indirect",
            "The supplier brings news of the market.",
        ),
    ),
    name_ru="Функции поставщика для клиента",
    key="walter_customer",
    version="2008",
    groups=_GROUPS,
)
"""What a supplier does for its customer. Ritter & Walter (2008)."""

RELATIONSHIP_TYPES: Final = Taxonomy(
    "Types of relationships by their functions",
    WALTER_2001,
    (
        _row("low_performing", "Low-performing", "Слабые отношения", "", "Little of either: mend it, or give it up."),
        _row("selling", "Selling", "Отношения продажи", "", "Pays now, and leads nowhere else."),
        _row("networking", "Networking", "Сетевые отношения", "", "Pays through others more than by itself."),
        _row("high_performing", "High-performing", "Сильные отношения", "", "Pays by itself and through others."),
    ),
    name_ru="Типы отношений по их функциям",
    key="walter_types",
    version="2001",
)
"""High or low in direct and in indirect functions. Walter, Ritter & Gemünden (2001), as later texts list them."""

_TYPES: Final[tuple[Type, ...]] = ("low_performing", "selling", "networking", "high_performing")


@dataclass(frozen=True, slots=True, eq=False)
class FunctionScores:
    """How well relationships fulfil each function.

    Attributes:
        side: whose view it is: the supplier's of its customers, or the customer's of its suppliers.
        functions: the codes of ``d`` functions.
        score: ``(n, d)`` from 0 to 1; ``nan`` where nothing was answered.
        weight: ``(d,)`` within the direct ones, and within the indirect ones, adding up to 1.
        is_direct: ``(d,)`` whether a function is direct.

    """

    side: Side
    functions: tuple[str, ...]
    score: FloatArray
    weight: FloatArray
    is_direct: BoolArray

    __reduce__ = by_fields

    @property
    def direct(self) -> FloatArray:
        """Return ``(n,)`` the weighted mean of the direct functions answered; ``nan`` if none was."""
        return self._mean(self.is_direct)

    @property
    def indirect(self) -> FloatArray:
        """Return ``(n,)`` the weighted mean of the indirect functions answered; ``nan`` if none was."""
        return self._mean(~self.is_direct)

    def _mean(self, chosen: BoolArray) -> FloatArray:
        score, weight = self.score[:, chosen], self.weight[chosen]
        answered = (~np.isnan(score)) @ weight
        total = np.nan_to_num(score, nan=0.0) @ weight
        return read_only(np.divide(total, answered, out=np.full(total.size, np.nan), where=answered > 0.0))

    def value(self, *, direct: float = 0.5, indirect: float = 0.5, constant: float = 0.0) -> FloatArray:
        """Return ``(n,)`` perceived value by given weights, ``constant + direct D + indirect I``.

        Equal weights are ours; :func:`fit_value` finds them where value was asked for too.

        Raises:
            InvalidParameters: if a weight is not finite.

        """
        b0, b1, b2 = (finite(value, "weight", "a number") for value in (constant, direct, indirect))
        return read_only(b0 + b1 * self.direct + b2 * self.indirect)

    def table(self) -> Table:
        """Return a row for each relationship: direct, indirect, and each function."""
        functions = {name: self.score[:, place] for place, name in enumerate(self.functions)}
        return Table({"direct": self.direct, "indirect": self.indirect, **functions})


def function_scores(
    answers: object,
    *,
    side: Side = "supplier",
    items: Mapping[str, Sequence[str]] | None = None,
    scale: tuple[float, float] = (0.0, 1.0),
    weights: Mapping[str, float] | None = None,
) -> FunctionScores:
    """Return how well relationships fulfil each function, from a score of each or from several items.

    A function's score is the mean of its items that were answered. One that nothing was answered about counts neither
    as high nor as low.

    Args:
        answers: by the name of the function or item a number or ``(n,)`` numbers, or a frame with such columns; missing
            answers are ``nan`` or ``None``.
        side: whose view it is.
        items: by function the names of its items; functions themselves are scored by default.
        scale: the lowest and highest answer, such as ``(1, 7)``.
        weights: of functions within direct and within indirect; 1 for those not named.

    Raises:
        InvalidData: naming answers off the scale with their rows, and relationships without an answer.
        InvalidParameters: naming unknown functions, an unknown side, and weights that are not above 0.

    Examples:
        >>> found = function_scores(
        ...     {"p1": [7, 2], "p2": [5, 2], "a1": [4, 6]},
        ...     scale=(1, 7),
        ...     items={"profit": ["p1", "p2"], "access": ["a1"]},
        ... )
        >>> found.direct.round(3).tolist(), found.indirect.round(3).tolist()
        ([0.833, 0.167], [0.5, 0.833])

    Reference:
        Walter, A., Ritter, T. and Gemünden, H. G. (2001), Value creation in buyer-seller relationships, Industrial
        Marketing Management 30(4), 365-377.

    """
    table = {"supplier": SUPPLIER_FUNCTIONS, "customer": CUSTOMER_FUNCTIONS}.get(side)
    if table is None:
        message = f"side = {side!r} must be 'supplier' or 'customer'"
        raise InvalidParameters(message)
    weight = _checked(table, items, weights or {})
    if items is None:
        score = scores_of(answers, table.codes, scale, "functions")
    else:
        names = [name for code in table.codes for name in items.get(code, ())]
        given = scores_of(answers, names, scale, "functions")
        score = np.column_stack([_mean_of(given, names, items.get(code, ())) for code in table.codes])
    is_direct = np.array([row.group == "direct" for row in table.rows])
    shares = np.where(is_direct, weight / weight[is_direct].sum(), weight / weight[~is_direct].sum())
    return FunctionScores(side, table.codes, read_only(score), read_only(shares), read_only(is_direct))


def _checked(table: Taxonomy, items: Mapping[str, Sequence[str]] | None, weights: Mapping[str, float]) -> FloatArray:
    problems = Problems("functions")
    for what, names in (("items", list(items or {})), ("weights", list(weights))):
        for name in names:
            if name not in table.codes:
                problems.add(f"{what}: {name!r} is no function; they are {', '.join(table.codes)}")
    for name, value in weights.items():
        if not finite(value, name, "a weight above 0") > 0.0:
            problems.add(f"weights: {name} = {value!r} is not above 0; leave the function out of the answers instead")
    used = [name for names in (items or {}).values() for name in names]
    for name in sorted({name for name in used if used.count(name) > 1}):
        problems.add(f"items: {name!r} belongs to two functions; an item has one")
    problems.raise_if_any(InvalidParameters)
    return np.array([float(weights.get(code, 1.0)) for code in table.codes])


def _mean_of(given: FloatArray, names: Sequence[str], chosen: Sequence[str]) -> FloatArray:
    values = given[:, [names.index(name) for name in chosen]]
    count = (~np.isnan(values)).sum(axis=1)
    found: FloatArray = np.divide(np.nansum(values, axis=1), count, out=np.full(len(values), np.nan), where=count > 0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class ValueWeights:
    """How much direct and indirect functions add to perceived value, by least squares.

    Attributes:
        names: constant, direct, indirect.
        coefficient: ``(3,)`` in the unit of the value.
        standard_error: ``(3,)``.
        r_squared: the share of the variance of the value that is explained.
        n: relationships used; those without a score of a kind or without a value are left out.

    """

    names: tuple[str, ...]
    coefficient: FloatArray
    standard_error: FloatArray
    r_squared: float
    n: int

    __reduce__ = by_fields

    def value(self, scores: FunctionScores) -> FloatArray:
        """Return ``(n,)`` the value that relationships with these scores are expected to have."""
        constant, direct, indirect = self.coefficient.tolist()
        return scores.value(direct=direct, indirect=indirect, constant=constant)

    def table(self) -> Table:
        """Return a row for each weight with its standard error and its ratio to it."""
        ratio = np.divide(
            self.coefficient, self.standard_error, out=np.full(3, np.nan), where=self.standard_error > 0.0
        )
        return Table(
            {"term": self.names, "weight": self.coefficient, "standard error": self.standard_error, "t": ratio}
        )


def fit_value(scores: FunctionScores, value: ArrayLike) -> ValueWeights:
    """Return the weights with which direct and indirect functions explain perceived value best, by least squares.

    Args:
        scores: of ``n`` relationships.
        value: ``(n,)`` what each is felt to be worth, on any scale; ``nan`` where it was not asked.

    Raises:
        InvalidData: if the lengths differ, values are infinite, or fewer than four relationships are complete.
        NotIdentified: if direct and indirect scores rise and fall together, or do not vary.

    Examples:
        >>> scores = function_scores({"profit": [0.1, 0.4, 0.6, 0.9, 0.5], "access": [0.2, 0.1, 0.9, 0.6, 0.4]})
        >>> fit_value(scores, [1.9, 2.2, 4.1, 4.4, 2.9]).coefficient.round(2).tolist()
        [1.2, 2.25, 1.77]

    Reference:
        Walter, A., Ritter, T. and Gemünden, H. G. (2001), Value creation in buyer-seller relationships, Industrial
        Marketing Management 30(4), 365-377.

    """
    problems = Problems("perceived value")
    seen = column(value, "value", problems)
    if not problems and seen.size != len(scores.score):
        problems.add(f"value has {seen.size} rows; there are {len(scores.score)} relationships")
    if not problems:
        check_finite(np.nan_to_num(seen, nan=0.0), "value", problems)
    problems.raise_if_any()
    design = np.column_stack([np.ones(seen.size), scores.direct, scores.indirect])
    complete = ~(np.isnan(design).any(axis=1) | np.isnan(seen))
    design, wanted = design[complete], seen[complete]
    if len(design) < 4:
        message = f"perceived value: {len(design)} relationships are complete; three weights need at least 4"
        raise InvalidData(message)
    if np.linalg.matrix_rank(design) < 3:
        message = (
            "direct and indirect functions cannot be told apart: one does not vary, or both rise and fall together"
        )
        raise NotIdentified(message)
    found, *_ = np.linalg.lstsq(design, wanted, rcond=None)
    left = wanted - design @ found
    covariance = np.linalg.inv(design.T @ design) * float(left @ left) / (len(design) - 3)
    spread = float(np.sum((wanted - wanted.mean()) ** 2))
    return ValueWeights(
        ("constant", "direct", "indirect"),
        read_only(found),
        read_only(np.sqrt(np.diag(covariance))),
        1.0 - float(left @ left) / spread if spread > 0.0 else float("nan"),
        len(design),
    )


@dataclass(frozen=True, slots=True, eq=False)
class RelationshipTypes:
    """The type of each relationship.

    Attributes:
        kind: the code of each.
        limits: from which direct and indirect score on a relationship counts as high.
        direct: ``(n,)`` scores.
        indirect: ``(n,)`` scores.

    """

    kind: tuple[Type, ...]
    limits: tuple[float, float]
    direct: FloatArray
    indirect: FloatArray

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each type: how many relationships, and their mean scores."""
        places = [np.array([kind == name for kind in self.kind]) for name in _TYPES]
        return Table(
            {
                "type": _TYPES,
                "relationships": [int(place.sum()) for place in places],
                "direct": [float(self.direct[place].mean()) if place.any() else float("nan") for place in places],
                "indirect": [float(self.indirect[place].mean()) if place.any() else float("nan") for place in places],
            }
        )


def relationship_types(
    scores: FunctionScores, split: Literal["median"] | tuple[float, float] = "median"
) -> RelationshipTypes:
    """Return which of four types each relationship is: high or low in direct and in indirect functions.

    Args:
        scores: of relationships, each with a score of both kinds.
        split: the medians of the portfolio, so that about half are high in each, or two limits from 0 to 1. On a limit
            a relationship is high.

    Raises:
        InvalidData: naming relationships without a score of a kind.
        InvalidParameters: if limits are no shares.

    Examples:
        >>> scores = function_scores({"profit": [0.9, 0.9, 0.1, 0.2], "scout": [0.8, 0.1, 0.9, 0.1]})
        >>> relationship_types(scores, (0.5, 0.5)).kind
        ('high_performing', 'selling', 'networking', 'low_performing')

    Reference:
        Walter, A., Ritter, T. and Gemünden, H. G. (2001), Value creation in buyer-seller relationships, Industrial
        Marketing Management 30(4), 365-377.

    """
    direct, indirect = scores.direct, scores.indirect
    problems = Problems("relationship types")
    for name, values in (("direct", direct), ("indirect", indirect)):
        if np.isnan(values).any():
            rows = ", ".join(str(row) for row in np.flatnonzero(np.isnan(values))[:5])
            problems.add(f"{int(np.isnan(values).sum())} have no {name} score (rows {rows}); leave them out")
    problems.raise_if_any()
    if split == "median":
        limits = (float(np.median(direct)), float(np.median(indirect)))
    else:
        limits = (finite(split[0], "split", "a share"), finite(split[1], "split", "a share"))
        if not all(0.0 <= limit <= 1.0 for limit in limits):
            message = f"split = {split!r} must be 'median' or two limits from 0 to 1"
            raise InvalidParameters(message)
    places = (direct >= limits[0]).astype(np.int64) + 2 * (indirect >= limits[1])
    return RelationshipTypes(tuple(_TYPES[place] for place in places), limits, direct, indirect)
