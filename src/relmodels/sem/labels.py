"""What labels and the quantities defined of them are worth at given parameters, and what relations ask of them.

Relations are those that a model states, and the bounds of single parameters, ``lower(0)*x``, which count as
inequalities. A parameter in a bound goes by its label, or by its own name if it has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.complete import Parameter
from relmodels.sem.expressions import as_name, evaluate, gradient
from relmodels.sem.model import PathModel, Relation
from relmodels.sem.search import HELD

__all__ = ["Labels", "at_limit", "excess", "labeled_values", "labels_at", "relations_of"]

_INEQUALITIES: Final = frozenset({"<", ">"})


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What labels are worth, and how that moves with the parameters.

    Attributes:
        values: of parameters, by label or else by name, and of quantities defined of labels.
        places: of the free parameters by the same.
        slopes: ``(q,)`` of each defined quantity by the parameters.
        size: the number ``q`` of free parameters.

    """

    values: dict[str, float]
    places: dict[str, int]
    slopes: dict[str, FloatArray]
    size: int

    def slope(self, text: str) -> FloatArray:
        """Return ``(q,)`` the derivatives of an expression by the parameters."""
        found = np.zeros(self.size)
        for name, by in gradient(text, self.values).items():
            if name in self.slopes:
                found += by * self.slopes[name]
            elif name in self.places:
                found[self.places[name]] += by
        return found

    def gap(self, relation: Relation) -> float:
        """Return by how much the left side of a relation is above the right one."""
        return evaluate(relation.left, self.values) - evaluate(relation.right, self.values)

    def gap_slope(self, relation: Relation) -> FloatArray:
        """Return ``(q,)`` the derivatives of that difference."""
        return self.slope(relation.left) - self.slope(relation.right)


def labeled_values(model: PathModel, parameters: Sequence[Parameter], theta: FloatArray) -> dict[str, float]:
    """Return what parameters, by label or else by name, and quantities defined by ``:=`` are worth.

    Args:
        model: what was stated.
        parameters: all of them.
        theta: ``(q,)`` values of those that are free.

    """
    values: dict[str, float] = {}
    for one in parameters:
        values[_name(one)] = float(theta[one.index]) if one.index >= 0 else one.value or 0.0
    for relation in model.relations:
        if relation.operator == ":=":
            values[relation.left] = evaluate(relation.right, values)
    return values


def labels_at(model: PathModel, parameters: Sequence[Parameter], theta: FloatArray) -> Labels:
    """Return labels with their values at given parameters, and their derivatives."""
    places = {_name(one): one.index for one in parameters if one.index >= 0}
    found = Labels(labeled_values(model, parameters, theta), places, {}, theta.size)
    for relation in model.relations:
        if relation.operator == ":=":
            found.slopes[relation.left] = found.slope(relation.right)
    return found


def _name(one: Parameter) -> str:
    """Return by what a parameter goes in relations: its label, or else its name, with the group if not the first."""
    return one.label or (f"{one.name} in group {one.group + 1}" if one.group else one.name)


def relations_of(model: PathModel, parameters: Sequence[Parameter]) -> tuple[Relation, ...]:
    """Return the relations that a model states, and the bounds of its free parameters.

    Examples:
        >>> from relmodels.sem.complete import completed
        >>> model = PathModel.parse("y ~ a*x + lower(0)*z; a < 1")
        >>> [(one.left, one.operator, one.right) for one in relations_of(model, completed(model, ["y", "x", "z"]))]
        [('a', '<', '1'), ('`y ~ z`', '>', '0')]

    """
    found, bounds = list(model.relations), dict[tuple[int, str, float], Relation]()
    rows = {(row.left, row.operator, row.right): row for row in model.rows if row.bounded}
    for one in parameters if rows else ():
        row = rows.get((one.left, "~" if one.operator == "~1" else one.operator, one.right))
        if row is None or one.index < 0:
            continue
        for sign, bound in ((">", row.lower(one.group)), ("<", row.upper(one.group))):
            if bound is not None:
                bounds.setdefault(
                    (one.index, sign, bound), Relation(as_name(_name(one)), sign, repr(bound).removesuffix(".0"))
                )
    return (*found, *bounds.values())


def excess(model: PathModel, parameters: Sequence[Parameter], theta: FloatArray) -> dict[int, float]:
    """Return by how much each inequality is broken, below 0 where it is not, by its place among the relations."""
    labels = labels_at(model, parameters, theta)
    return {
        place: labels.gap(one) if one.operator == "<" else -labels.gap(one)
        for place, one in enumerate(relations_of(model, parameters))
        if one.operator in _INEQUALITIES
    }


def at_limit(model: PathModel, parameters: Sequence[Parameter], theta: FloatArray) -> list[int]:
    """Return the places of the inequalities that hold only just, among the relations."""
    return [place for place, over in excess(model, parameters, theta).items() if abs(over) <= HELD]
