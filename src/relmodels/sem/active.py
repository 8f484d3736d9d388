"""Inequalities: the search ignores them until it breaks one, which is then held at its limit."""

from __future__ import annotations

from relmodels.core.arrays import FloatArray
from relmodels.sem.expressions import evaluate
from relmodels.sem.missing import Answers, with_answers
from relmodels.sem.prepare import Prepared, with_relations
from relmodels.sem.search import Problem, Solution, solve

__all__ = ["solved"]


def solved(found: Prepared, answers: Answers) -> tuple[Problem, Solution]:
    """Return the problem with its active constraints, and where the search ended."""
    active: list[int] = []
    while True:
        problem = with_relations(found, active)
        solution = solve(problem, found.start)
        problem, solution = with_answers(found, problem, solution, answers)
        broken = [place for place in _broken(found, solution.theta) if place not in active]
        if not broken:
            return problem, solution
        active += broken


def _broken(found: Prepared, theta: FloatArray) -> list[int]:
    """Return the places of inequalities that do not hold."""
    values = {label: float(theta[place]) for label, place in found.labels.items()}
    for relation in found.model.relations:
        if relation.operator == ":=":
            values[relation.left] = evaluate(relation.right, values)
    held = {one.label: one.value or 0.0 for one in found.parameters if one.label and one.index < 0}
    broken = []
    for place, relation in enumerate(found.model.relations):
        if relation.operator in {"<", ">"}:
            gap = evaluate(f"({relation.left}) - ({relation.right})", values | held)
            if (gap if relation.operator == "<" else -gap) > 1e-9:
                broken.append(place)
    return broken
