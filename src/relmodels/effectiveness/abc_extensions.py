"""More than one ABC analysis: by group, with the steadiness of demand, over several criteria, over time, under chance.

Classes within each group compare like with like. ABC-XYZ crosses what a customer is worth with how steadily they buy,
by the coefficient of variation of their periods. Several criteria are weighed into one score. Between two periods
customers move, and a table of moves shows where to. A class of a customer near a cut-off may be chance: drawing the
customers again says how often they would be in it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import number, whole
from relmodels.core.randomness import generator
from relmodels.effectiveness.abc_analysis import ABCAnalysis, Boundary, abc_analysis
from relmodels.effectiveness.amounts import shareable
from relmodels.effectiveness.grouping import gathered
from relmodels.frames.table import Table

__all__ = [
    "ABCXYZ",
    "ABCStability",
    "ClassMoves",
    "GroupedABC",
    "abc_by_group",
    "abc_over_criteria",
    "abc_stability",
    "abc_xyz",
    "class_moves",
]

_CLASSES: Final = ("A", "B", "C")
_STEADY: Final = ("X", "Y", "Z")


@dataclass(frozen=True, slots=True, eq=False)
class GroupedABC:
    """An ABC analysis of each group.

    Attributes:
        classes: ``(n,)`` the class of each customer within their group, in the order of the input.
        analyses: the analysis of each group, by its key.

    """

    classes: NDArray[np.str_]
    analyses: dict[Hashable, ABCAnalysis]

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each group and class: customers, value, and the share of the group's value."""
        lines = [(key, group) for key, analysis in self.analyses.items() for group in analysis.groups]
        return Table(
            {
                "group": [key for key, _ in lines],
                "class": [group.name for _, group in lines],
                "customers": [group.count for _, group in lines],
                "value": [group.value for _, group in lines],
                "share_of_value": [group.share_of_value for _, group in lines],
            }
        )


def abc_by_group(
    values: ArrayLike,
    group: Sequence[Hashable] | ArrayLike,
    cutoffs: tuple[float, float] = (0.80, 0.95),
    *,
    boundary: Boundary = "before",
) -> GroupedABC:
    """Return an ABC analysis within each group.

    Args:
        values: ``(n,)`` what each customer is worth, 0 or more.
        group: ``(n,)`` keys of any kind.
        cutoffs: as for :func:`relmodels.abc_analysis`.
        boundary: as for :func:`relmodels.abc_analysis`.

    Raises:
        InvalidData: if a value is negative or not finite, or a key is missing.

    Examples:
        >>> found = abc_by_group([90, 10, 5, 5], ["shops", "shops", "web", "web"])
        >>> found.classes.tolist()
        ['A', 'B', 'A', 'A']

    Reference:
        Dickie, H. F. (1951), ABC inventory analysis shoots for dollars, not pennies, Factory Management and Maintenance
        109(7), 92-94.

    """
    amounts = shareable(values, "ABC analysis")
    classes = np.empty(amounts.size, dtype="U1")
    analyses: dict[Hashable, ABCAnalysis] = {}
    for key, rows in gathered(group, amounts.size).rows():
        analyses[key] = abc_analysis(amounts[rows], cutoffs, boundary=boundary)
        classes[rows] = analyses[key].classes
    return GroupedABC(read_only(classes), analyses)


@dataclass(frozen=True, slots=True, eq=False)
class ABCXYZ:
    """Customers by value and by steadiness.

    Attributes:
        abc: ``(n,)`` ``"A"``, ``"B"`` or ``"C"`` by the sum of the periods.
        xyz: ``(n,)`` ``"X"``, ``"Y"`` or ``"Z"`` by the coefficient of variation.
        variation: ``(n,)`` the coefficient of variation; infinite for who bought nothing in any period.
        counts: ``(3, 3)`` customers by class of value, down, and of steadiness, across.
        values: ``(3, 3)`` their values.

    """

    abc: NDArray[np.str_]
    xyz: NDArray[np.str_]
    variation: FloatArray
    counts: IntArray
    values: FloatArray

    __reduce__ = by_fields

    @property
    def cells(self) -> NDArray[np.str_]:
        """Return ``(n,)`` both letters, ``"AX"`` to ``"CZ"``."""
        return np.char.add(self.abc, self.xyz)

    def table(self) -> Table:
        """Return a row for each of the nine cells."""
        names = [f"{value}{steady}" for value in _CLASSES for steady in _STEADY]
        return Table({"cell": names, "customers": self.counts.ravel(), "value": self.values.ravel()})


def abc_xyz(
    values_by_period: ArrayLike,
    *,
    cutoffs: tuple[float, float] = (0.80, 0.95),
    limits: tuple[float, float] = (0.5, 1.0),
    boundary: Boundary = "before",
) -> ABCXYZ:
    """Return each customer's class of value and of steadiness.

    The coefficient of variation is the standard deviation over the mean of a customer's periods (divisor the number of
    periods). X lies below the first limit, Y up to the second, Z above; 0.5 and 1 are the default, 0.1 and 0.25 or 0.2
    and 0.5 are in use too.

    Args:
        values_by_period: ``(n, T)`` what each customer brought in each of at least two periods, 0 or more.
        cutoffs: of the classes of value.
        limits: of the classes of steadiness, rising.
        boundary: as for :func:`relmodels.abc_analysis`.

    Raises:
        InvalidData: if it is no table of finite amounts of 0 or more with two periods or more.
        InvalidParameters: if the limits do not rise.

    Examples:
        >>> found = abc_xyz([[50, 50, 50], [0, 0, 90], [1, 1, 1]])
        >>> found.cells.tolist()
        ['AX', 'AZ', 'CX']

    Reference:
        Scholz-Reiter, B., Heger, J., Meinecke, C. and Bergmann, J. (2012), Integration of demand forecasts in ABC-XYZ
        analysis, International Journal of Productivity and Performance Management 61(4), 445-451.

    """
    amounts = _by_period(values_by_period)
    if not 0.0 < limits[0] < limits[1]:
        message = f"limits = {limits!r} must rise from above 0, as (0.5, 1.0)"
        raise InvalidParameters(message)
    totals = amounts.sum(axis=1)
    abc = abc_analysis(totals, cutoffs, boundary=boundary).classes
    variation = np.full(totals.size, np.inf)
    some = totals > 0
    largest = amounts[some].max(axis=1, keepdims=True)
    scaled = amounts[some] / largest
    variation[some] = scaled.std(axis=1) / scaled.mean(axis=1)
    steady = (variation >= limits[0]).astype(np.int64) + (variation > limits[1])
    rank = np.searchsorted(np.array(_CLASSES), abc)
    cell = 3 * rank + steady
    return ABCXYZ(
        abc=abc,
        xyz=read_only(np.array(_STEADY)[steady]),
        variation=read_only(variation),
        counts=read_only(np.bincount(cell, minlength=9).reshape(3, 3).astype(np.int64)),
        values=read_only(np.bincount(cell, weights=totals, minlength=9).reshape(3, 3)),
    )


def _by_period(values: ArrayLike) -> FloatArray:
    try:
        amounts = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = "values_by_period is no table of numbers; give one row for each customer, one column for each period"
        raise InvalidData(message) from error
    problems = Problems("ABC-XYZ analysis")
    if amounts.ndim != 2 or amounts.shape[1] < 2:
        problems.add(
            f"values_by_period has the shape {amounts.shape}; it needs customers down and two periods or more across"
        )
        problems.raise_if_any()
    for row, period in np.argwhere(~(np.isfinite(amounts) & (amounts >= 0)))[:5]:
        problems.add(f"values_by_period[{row}, {period}] = {amounts[row, period]} is no amount of 0 or more")
    problems.raise_if_any()
    return amounts


def abc_over_criteria(
    criteria: Mapping[str, ArrayLike],
    weights: Mapping[str, float] | None = None,
    cutoffs: tuple[float, float] = (0.80, 0.95),
    *,
    boundary: Boundary = "before",
) -> ABCAnalysis:
    """Return the ABC analysis of a weighted score over several criteria.

    Each criterion is divided by its total, so that currencies and counts can be added; the score of a customer is the
    weighted sum of these shares, and adds up to 1 over all customers.

    Args:
        criteria: by name, ``(n,)`` amounts of 0 or more that are the better the larger.
        weights: by name, not negative; equal ones by default. They are divided by their sum.
        cutoffs: as for :func:`relmodels.abc_analysis`.
        boundary: as for :func:`relmodels.abc_analysis`.

    Raises:
        InvalidData: if a column is not of such amounts, adds up to 0, or lengths differ.
        InvalidParameters: if weights do not name the criteria, or are not amounts with a positive sum.

    Examples:
        >>> found = abc_over_criteria({"margin": [80, 15, 5], "referrals": [0, 9, 1]}, {"margin": 3, "referrals": 1})
        >>> found.classes.tolist()
        ['A', 'A', 'B']

    Reference:
        Flores, B. E. and Whybark, D. C. (1986), Multiple criteria ABC analysis, International Journal of Operations &
        Production Management 6(3), 38-46; the weighted sum of shares is ours.

    """
    columns = {name: shareable(values, f"criterion {name!r}") for name, values in criteria.items()}
    _check_criteria(columns)
    given = (
        dict.fromkeys(columns, 1.0)
        if weights is None
        else {name: number(weight, f"weights[{name!r}]", "a weight of 0 or more") for name, weight in weights.items()}
    )
    if given.keys() != columns.keys() or min(given.values()) < 0.0 or not 0.0 < sum(given.values()) < np.inf:
        message = f"weights = {weights!r} must give each of {', '.join(columns)} a weight of 0 or more, one above 0"
        raise InvalidParameters(message)
    total = sum(given.values())
    score = sum(given[name] / total * (values / values.sum()) for name, values in columns.items())
    return abc_analysis(np.asarray(score), cutoffs, boundary=boundary)


def _check_criteria(columns: Mapping[str, FloatArray]) -> None:
    problems = Problems("ABC analysis over criteria")
    if not columns:
        problems.add("there are no criteria; give at least one")
    if len({values.size for values in columns.values()}) > 1:
        listed = ", ".join(f"{name} has {values.size}" for name, values in columns.items())
        problems.add(f"the criteria differ in length: {listed} rows")
    for name, values in columns.items():
        if not values.sum() > 0.0:
            problems.add(f"criterion {name!r} adds up to 0; leave it out")
    problems.raise_if_any()


@dataclass(frozen=True, slots=True, eq=False)
class ClassMoves:
    """How customers moved between classes from one period to the next.

    Attributes:
        counts: ``(3, 3)`` customers by class before, down, and after, across.

    """

    counts: IntArray

    __reduce__ = by_fields

    @property
    def shares(self) -> FloatArray:
        """Return ``(3, 3)`` the share of each class before that went to each after; 0 where a class was empty."""
        before = self.counts.sum(axis=1, keepdims=True)
        return read_only(np.divide(self.counts, before, out=np.zeros((3, 3)), where=before > 0))

    @property
    def stayed(self) -> float:
        """Return the share of customers in the same class as before."""
        return float(np.trace(self.counts) / self.counts.sum())

    @property
    def climbed(self) -> int:
        """Return how many customers moved to a better class."""
        return int(np.tril(self.counts, -1).sum())

    @property
    def fell(self) -> int:
        """Return how many customers moved to a worse class."""
        return int(np.triu(self.counts, 1).sum())

    def table(self) -> Table:
        """Return a row for each class before, with the customers of each class after."""
        return Table(
            {"before": list(_CLASSES), **{f"to {name}": self.counts[:, place] for place, name in enumerate(_CLASSES)}}
        )


def class_moves(before: ABCAnalysis | ArrayLike, after: ABCAnalysis | ArrayLike) -> ClassMoves:
    """Return how the same customers moved between classes.

    Args:
        before: an analysis, or ``(n,)`` classes.
        after: the same of the same customers in the same order.

    Raises:
        InvalidData: if the customers differ in number, or a class is none of A, B, C.

    Examples:
        >>> moves = class_moves(["A", "B", "C"], ["A", "A", "C"])
        >>> moves.climbed, moves.fell, round(moves.stayed, 3)
        (1, 0, 0.667)

    Reference:
        Dickie, H. F. (1951), ABC inventory analysis shoots for dollars, not pennies; the table of moves is ours.

    """
    old, new = (_ranks(classes, name) for classes, name in ((before, "before"), (after, "after")))
    if old.size != new.size or not old.size:
        message = f"before has {old.size} customers and after {new.size}; give the same ones in the same order"
        raise InvalidData(message)
    return ClassMoves(read_only(np.bincount(3 * old + new, minlength=9).reshape(3, 3).astype(np.int64)))


def _ranks(classes: ABCAnalysis | ArrayLike, name: str) -> IntArray:
    letters = classes.classes if isinstance(classes, ABCAnalysis) else np.asarray(classes, dtype=str)
    bad = ~np.isin(letters, _CLASSES)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        message = f"{name}[{row}] = {str(letters[row])!r} is no class; use A, B and C"
        raise InvalidData(message)
    return np.searchsorted(np.array(_CLASSES), letters)


@dataclass(frozen=True, slots=True, eq=False)
class ABCStability:
    """How sure the classes are.

    Attributes:
        classes: ``(n,)`` the class of each customer.
        probability: ``(n, 3)`` in which share of the drawn samples each customer would be A, B or C.
        draws: how many samples were drawn.

    """

    classes: NDArray[np.str_]
    probability: FloatArray
    draws: int

    __reduce__ = by_fields

    @property
    def certainty(self) -> FloatArray:
        """Return ``(n,)`` the share of samples in which each customer is in the class they have."""
        return read_only(self.probability[np.arange(self.classes.size), _ranks(self.classes, "classes")])


def abc_stability(
    values_by_period: ArrayLike,
    *,
    rng: int | np.random.Generator,
    draws: int = 500,
    cutoffs: tuple[float, float] = (0.80, 0.95),
    boundary: Boundary = "before",
) -> ABCStability:
    """Return how often each customer would be in each class, had other periods been observed.

    Periods are drawn with replacement, the same ones for all customers, and the analysis is done again with their sums.

    Args:
        values_by_period: ``(n, T)`` what each customer brought in each of at least two periods, 0 or more.
        rng: a seed or a generator; the same one gives the same answer.
        draws: how many samples to draw.
        cutoffs: as for :func:`relmodels.abc_analysis`.
        boundary: as for :func:`relmodels.abc_analysis`.

    Raises:
        InvalidData: if it is no table of finite amounts of 0 or more with two periods or more.
        InvalidParameters: if ``draws`` is not at least 1.

    Examples:
        >>> found = abc_stability([[50, 60, 55], [20, 2, 1], [1, 1, 1]], rng=1, draws=200)
        >>> float(found.certainty[0]), bool(0 < found.certainty[1] <= 1)
        (1.0, True)

    Reference:
        Efron, B. (1979), Bootstrap methods: Another look at the jackknife, Annals of Statistics 7(1), 1-26.

    """
    amounts = _by_period(values_by_period)
    count = whole(draws, "draws", 1)
    random = generator(rng)
    counts = np.zeros((amounts.shape[0], 3))
    rows = np.arange(amounts.shape[0])
    for _ in range(count):
        drawn = random.multinomial(amounts.shape[1], np.full(amounts.shape[1], 1.0 / amounts.shape[1]))
        counts[rows, _ranks(abc_analysis(amounts @ drawn, cutoffs, boundary=boundary), "drawn")] += 1.0
    classes = abc_analysis(amounts.sum(axis=1), cutoffs, boundary=boundary).classes
    return ABCStability(classes, read_only(counts / count), count)
