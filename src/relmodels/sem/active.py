"""Inequalities: the search ignores them until it breaks one, which is then held at its limit.

One that is held may become needless once another is: its multiplier then points away from the limit, and it is let go.
"""

from __future__ import annotations

from relmodels.core.arrays import FloatArray
from relmodels.sem.descent import solve_again
from relmodels.sem.expressions import evaluate
from relmodels.sem.missing import Answers, with_answers
from relmodels.sem.model import Relation
from relmodels.sem.prepare import Prepared, with_relations
from relmodels.sem.search import Problem, Solution, solve

__all__ = ["at_limit", "solved"]

_SLACK = 1e-9


def solved(found: Prepared, answers: Answers) -> tuple[Problem, Solution]:
    """Return the problem with its active constraints, and where the search ended."""
    active: list[int] = []
    released: set[int] = set()
    while True:
        problem = with_relations(found, active)
        solution = _reached(found, problem, solve(problem, found.start))
        problem, solution = with_answers(found, problem, solution, answers)
        solution = _reached(found, problem, solution)
        over = _over(found, solution.theta)
        if broken := [place for place, excess in over.items() if excess > _SLACK and place not in active]:
            active += broken
            continue
        needless = [place for place in _needless(found, solution, active) if place not in released]
        if not needless:
            return problem, solution
        active.remove(needless[0])
        released.add(needless[0])


def _reached(found: Prepared, problem: Problem, solution: Solution) -> Solution:
    """Return the minimum by another way, if there is one and the first way did not lead to it."""
    if solution.converged or problem.constraints is not None:
        return solution
    places = {one.index for one in found.parameters if one.operator == "~~" and one.left == one.right}
    other = solve_again(problem, found.start, sorted(places - {-1}))
    return other if other.converged or other.value < solution.value else solution


def at_limit(found: Prepared, theta: FloatArray) -> list[Relation]:
    """Return the inequalities that hold only just."""
    return [found.model.relations[place] for place, excess in _over(found, theta).items() if abs(excess) <= 1e-8]


def _over(found: Prepared, theta: FloatArray) -> dict[int, float]:
    """Return by how much each inequality is broken, below 0 where it is not, by its place among the relations."""
    values = {one.label: one.value or 0.0 for one in found.parameters if one.label and one.index < 0}
    values |= {label: float(theta[place]) for label, place in found.labels.items()}
    for relation in found.model.relations:
        if relation.operator == ":=":
            values[relation.left] = evaluate(relation.right, values)
    over = {}
    for place, relation in enumerate(found.model.relations):
        if relation.operator in {"<", ">"}:
            gap = float(evaluate(f"({relation.left}) - ({relation.right})", values))
            over[place] = gap if relation.operator == "<" else -gap
    return over


def _needless(found: Prepared, solution: Solution, active: list[int]) -> list[int]:
    """Return the held inequalities from whose limit the discrepancy falls inwards, the steepest first."""
    pulls = {}
    for place, multiplier in zip(active, solution.multipliers[solution.multipliers.size - len(active) :], strict=True):
        inward = -multiplier if found.model.relations[place].operator == "<" else multiplier
        pulls[place] = float(inward)
    return sorted((place for place, pull in pulls.items() if pull > _SLACK), key=lambda place: -pulls[place])
