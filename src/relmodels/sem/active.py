"""Inequalities: the search ignores them until it breaks one, which is then held at its limit.

One that is held may become needless once another is: its multiplier then points away from the limit, and it is let go.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.descent import solve_again
from relmodels.sem.labels import at_limit, excess, labels_at, relations_of
from relmodels.sem.missing import Answers, with_answers
from relmodels.sem.prepare import Prepared, with_relations
from relmodels.sem.search import HELD, Problem, Solution, solve

__all__ = ["just_held", "solved", "unkept"]

_SLACK: Final = 1e-9  # below HELD, so that what is broken by more than a search may leave is held at once


def solved(found: Prepared, answers: Answers) -> tuple[Problem, Solution]:
    """Return the problem with its active constraints, and where the search ended."""
    active: list[int] = []
    released: set[int] = set()
    while True:
        problem = with_relations(found, active)
        solution = _reached(found, problem, solve(problem, found.start))
        problem, solution = with_answers(found, problem, solution, answers)
        solution = _reached(found, problem, solution)
        over = excess(found.model, found.parameters, solution.theta)
        if broken := [place for place, beyond in over.items() if beyond > _SLACK and place not in active]:
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


def just_held(found: Prepared, theta: FloatArray) -> list[str]:
    """Return the inequalities that hold only just, as they were stated."""
    relations = relations_of(found.model, found.parameters)
    return [str(relations[place]) for place in at_limit(found.model, found.parameters, theta)]


def unkept(found: Prepared, solution: Solution) -> str:
    """Return a sentence that names the constraints that do not hold where a search ended; empty if all do."""
    if not np.isfinite(solution.value) or np.isposinf(solution.score):
        return ""
    labels = labels_at(found.model, found.parameters, solution.theta)
    broken, held = list[str](), list[str]()
    for one in relations_of(found.model, found.parameters):
        gap = labels.gap(one) if one.operator != ":=" else -np.inf
        over = {"==": abs(gap), ">": -gap}.get(one.operator, gap)
        if np.isnan(over):
            broken.append(f"{one} (no number there)")
        elif over >= -HELD:
            (broken if over > HELD else held).append(str(one))
    if not broken:
        return ""
    beside = f", while {' and '.join(held)} {_do(held)}" if held else ""
    return (
        f"the search ended after {solution.rounds} steps where {' and '.join(broken)} {_do(broken)} not hold{beside}; "
        "constraints that contradict each other have no solution: drop one, or give start(...) values at which all hold"
    )


def _do(relations: list[str]) -> str:
    return "does" if len(relations) == 1 else "do"


def _needless(found: Prepared, solution: Solution, active: list[int]) -> list[int]:
    """Return the held inequalities from whose limit the discrepancy falls inwards, the steepest first.

    Where a search ended at moments that are none there is no slope, and nothing can be told.
    """
    if not np.isfinite(solution.value + solution.score):
        return []
    pulls = {}
    relations = relations_of(found.model, found.parameters)
    for place, multiplier in zip(active, solution.multipliers[solution.multipliers.size - len(active) :], strict=True):
        inward = -multiplier if relations[place].operator == "<" else multiplier
        pulls[place] = float(inward)
    return sorted((place for place, pull in pulls.items() if pull > _SLACK), key=lambda place: -pulls[place])
