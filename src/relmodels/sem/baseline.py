"""The model in which nothing is related to anything, beside which indices of fit set the one asked for."""

from __future__ import annotations

from dataclasses import replace

from relmodels.sem.complete import Parameter
from relmodels.sem.model import PathModel
from relmodels.sem.prepare import Prepared
from relmodels.sem.search import Problem, Solution, solve
from relmodels.sem.starts import starting_values
from relmodels.sem.structure import structures

__all__ = ["independence"]


def independence(found: Prepared) -> tuple[Prepared, Solution]:
    """Return the model in which nothing is related, but observed causes among themselves, and its fit."""
    own = [name for name in found.moments.names if name not in found.fixed]
    groups = range(len(found.moments.sizes))
    parameters: list[Parameter] = []
    for group in groups:
        for name in own:
            parameters.append(Parameter(name, "~~", name, group, len(parameters), None, "", stated=False))
        for name in own if found.means else ():
            parameters.append(Parameter(name, "~1", "", group, len(parameters), None, "", stated=False))
    count, names = len(found.moments.names), found.moments.names
    scale = [structure.scale[:count] for structure in found.structures]
    chosen = [names.index(name) for name in found.fixed]
    fixed = (
        found.fixed,
        [
            target.covariance[chosen][:, chosen] * one[chosen, None] * one[chosen]
            for target, one in zip(found.problem.targets, scale, strict=True)
        ],
        [
            one[chosen] * (0.0 if target.mean is None else target.mean[chosen])
            for target, one in zip(found.problem.targets, scale, strict=True)
        ],
    )
    cells = structures(PathModel(()), parameters, names, scale, fixed)
    level = [
        one * target.mean for target, one in zip(found.problem.targets, scale, strict=True) if target.mean is not None
    ]
    start = starting_values(
        PathModel(()), parameters, cells, [target.covariance for target in found.problem.targets], level or None
    )
    problem = Problem(found.problem.targets, cells)
    alone = replace(
        found,
        model=PathModel(()),
        parameters=tuple(parameters),
        structures=cells,
        problem=problem,
        start=start,
    )
    return alone, solve(problem, start)
