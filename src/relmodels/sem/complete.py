"""From what was stated to every parameter there is, by the conventions of the model.

What is filled in: a loading of 1 or a variance of 1 for the unit of each latent variable, variances of everything that
is random, covariances among latent causes (and observed ones, if they are random), covariances of the disturbances of
outcomes if the model says so, and, with means, intercepts of observed variables. Parameters with one label are one.
Across groups every parameter is its own unless it is labeled alike or held equal by its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.sem.model import PathModel, PathRow
from relmodels.sem.syntax import Modifiers

__all__ = ["EQUALS", "Equal", "Parameter", "completed", "fixed_causes"]

Equal: TypeAlias = Literal[
    "loadings", "intercepts", "residuals", "residual_covariances", "regressions", "variances", "covariances", "means"
]
EQUALS: Final = frozenset(
    ["loadings", "intercepts", "residuals", "residual_covariances", "regressions", "variances", "covariances", "means"]
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One cell of the model in one group.

    Attributes:
        left: the variable before the operator.
        operator: ``=~``, ``~``, ``~~``, or ``~1`` for a mean.
        right: the variable after it; empty for a mean.
        group: the place of the group.
        index: the place among the free parameters; -1 if it is held.
        value: at which it is held; where the search begins, if it was said; ``None`` otherwise.
        label: its label; empty if it has none.
        stated: whether it was stated, and not filled in.

    """

    left: str
    operator: str
    right: str
    group: int
    index: int
    value: float | None
    label: str
    stated: bool

    @property
    def name(self) -> str:
        """Return the parameter as it would be stated."""
        return f"{self.left} ~ 1" if self.operator == "~1" else f"{self.left} {self.operator} {self.right}"


def completed(
    model: PathModel,
    present: Sequence[str],
    groups: int = 1,
    *,
    equal: Iterable[Equal] = (),
    free: Iterable[str] = (),
    means: bool = False,
) -> tuple[Parameter, ...]:
    """Return every parameter of a model in every group.

    Args:
        model: what was stated.
        present: the variables in the data.
        groups: how many.
        equal: kinds of parameters that are the same in all groups.
        free: parameters that are exceptions, as they would be stated: ``"trust =~ t3"``.
        means: whether means are modeled.

    Raises:
        InvalidData: naming variables that are not in the data, with their nearest names.
        InvalidParameters: naming unknown kinds and exceptions, and modifiers for another number of groups.

    """
    kinds, exceptions = frozenset(equal), frozenset(_either_order(_squeezed(one)) for one in free)
    _check(model, present, groups, kinds)
    rows = [*model.rows, *_filled(model, means=means or model.means)]
    found: list[Parameter] = []
    indices: dict[tuple[object, ...], int] = {}
    freed_means = groups > 1 and "intercepts" in kinds and "means" not in kinds
    alike = _held_labels(model, groups)
    seen: set[str] = set()
    bounded: list[str] = []
    for group in range(groups):
        firsts = _firsts(model)
        for place, row in enumerate(rows):
            stated = place < len(model.rows)
            freed = stated or (freed_means and group > 0)
            held = _held(model, row, group, firsts, freed_means=freed, equal=kinds)
            held = alike.get(row.label(group)) if held is None and row.label(group) else held
            kind = kind_of(model, row)
            operator = "~1" if row.operator == "~" and not row.right else row.operator
            name = _either_order(_squeezed(f"{row.left}{row.operator}{row.right or '1'}"))
            seen.add(name)
            key: tuple[object, ...] = (row.left, operator, row.right, group)
            if row.label(group):
                key = (row.label(group),)
            elif kind in kinds and name not in exceptions:
                key = (row.left, operator, row.right)
            if held is not None and (row.lower(group), row.upper(group)) != (None, None):
                said = f"{row.left} {row.operator} {row.right or '1'}"
                bounded.append(f"{said} is held at {held:g} and has a bound; leave one of them out")
            index = -1 if held is not None else indices.setdefault(key, len(indices))
            value = held if held is not None else row.start(group)
            found.append(Parameter(row.left, operator, row.right, group, index, value, row.label(group), stated))
    if bounded:
        raise InvalidParameters(list(dict.fromkeys(bounded)))
    if exceptions - seen:
        message = f"free: {', '.join(sorted(exceptions - seen))}: no such parameter; write it as the model would"
        raise InvalidParameters(message)
    return tuple(found)


def _held_labels(model: PathModel, groups: int) -> dict[str, float]:
    """Return the values at which labels are held: one held parameter holds all others of its label."""
    found: dict[str, float] = {}
    problems, firsts = Problems("model"), _firsts(model)
    for group in range(groups):
        for row in model.rows:
            label = row.label(group)
            value = _held(model, row, group, firsts, freed_means=True, equal=frozenset())
            if label and value is not None and found.setdefault(label, value) != value:
                problems.add(f"{label!r} is held at {found[label]:g} and at {value:g}; a label has one value")
    problems.raise_if_any(InvalidParameters)
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _either_order(name: str) -> str:
    """Return the name of a covariance with its variables in one order."""
    first, sign, second = name.partition("~~")
    return "~~".join(sorted((first, second))) if sign else name


def kind_of(model: PathModel, row: PathRow) -> str:
    """Return the kind by which a parameter is held equal across groups."""
    latent = model.latent
    if row.operator == "=~":
        return "loadings"
    if row.operator == "~" and row.right:
        return "regressions"
    if row.left in _observed_causes(model):
        return "moments of causes"  # of no kind that can be held equal
    if row.operator == "~":
        return "means" if row.left in latent else "intercepts"
    of_latent = row.left in latent or row.right in latent
    if row.left == row.right:
        return "variances" if of_latent else "residuals"
    return "covariances" if of_latent else "residual_covariances"


def _observed_causes(model: PathModel) -> frozenset[str]:
    """Return the observed variables that cause others, and are caused by nothing."""
    causes = {row.right for row in model.rows if row.operator == "~"}
    return frozenset(causes.intersection(model.observed) - model.caused)


def _check(model: PathModel, present: Sequence[str], groups: int, kinds: frozenset[str]) -> None:
    from difflib import get_close_matches

    problems = Problems("model")
    for name in model.observed:
        if name not in present:
            near = get_close_matches(name, list(present), n=2)
            hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(list(present)[:12])}"
            problems.add(f"{name!r} is in the model and not in the data{hint}")
    for name in model.latent:
        if name in present:
            problems.add(f"{name!r} is a latent variable and a column of the data; rename one")
    problems.raise_if_any(InvalidData)
    for kind in sorted(kinds - EQUALS):
        problems.add(f"equal: {kind!r} is no kind; they are {', '.join(sorted(EQUALS))}")
    if model.groups_named() not in {1, groups}:
        problems.add(f"modifiers are given for {model.groups_named()} groups; the data have {groups}")
    problems.raise_if_any(InvalidParameters)


def _firsts(model: PathModel) -> dict[str, str]:
    """Return the first indicator of each latent variable."""
    found: dict[str, str] = {}
    for row in model.rows:
        if row.operator == "=~":
            found.setdefault(row.left, row.right)
    return found


def _held(
    model: PathModel, row: PathRow, group: int, firsts: dict[str, str], *, freed_means: bool, equal: frozenset[str]
) -> float | None:
    """Return the value at which a parameter is held, by what was said or by convention."""
    said = row.held(group)
    if row.freed(group) or said is not None:
        return None if row.freed(group) else said
    if row.operator == "=~" and model.unit == "first_indicator" and firsts[row.left] == row.right:
        return 1.0 if row.start(group) is None else row.start(group)
    if row.label(group) or row.start(group) is not None:
        return None
    latent = row.left in model.latent
    if row.operator == "~~" and row.left == row.right and latent and model.unit == "variance":
        return None if group > 0 and "loadings" in equal else 1.0
    if row.operator == "~" and not row.right and latent:
        return None if freed_means else 0.0
    return None


def _filled(model: PathModel, *, means: bool) -> list[PathRow]:
    """Return the parameters that were not stated."""
    stated = {frozenset({row.left, row.right}) for row in model.rows if row.operator == "~~"}
    intercepts = {row.left for row in model.rows if row.operator == "~" and not row.right}
    causes = [row.right for row in model.rows if row.operator == "~" and row.right]
    caused, latent = model.caused, model.latent
    fixed = fixed_causes(model)
    random = [name for name in (*model.observed, *latent) if name not in fixed]
    pairs = [(name, name) for name in random]
    free_causes = [name for name in latent if name not in caused]
    free_causes += [name for name in model.observed if name not in caused and name not in fixed]
    pairs += list(combinations(free_causes, 2))
    if model.disturbances == "outcomes":
        depends = {row.left for row in model.rows if row.operator == "~" and row.right}
        outcomes = [name for name in (*latent, *model.observed) if name in depends and name not in causes]
        pairs += list(combinations(outcomes, 2))
    alone = _alone(model)
    found = [
        PathRow(a, "~~", b, Modifiers(fixed=(0.0,)) if a == b and a in alone else Modifiers())
        for a, b in pairs
        if frozenset({a, b}) not in stated
    ]
    if means:
        named = [name for name in (*model.observed, *latent) if name not in intercepts and name not in fixed]
        found += [PathRow(name, "~", "", Modifiers()) for name in named]
    return found


def _alone(model: PathModel) -> frozenset[str]:
    """Return the items that are the only one of their construct, and of no other: they measure it without error."""
    measured = [row for row in model.rows if row.operator == "=~"]
    sizes = {name: sum(row.left == name for row in measured) for name in model.latent}
    return frozenset(
        row.right
        for row in measured
        if sizes[row.left] == 1 and row.right not in sizes and sum(one.right == row.right for one in measured) == 1
    )


def fixed_causes(model: PathModel) -> tuple[str, ...]:
    """Return the observed variables that are taken as they are: caused by nothing, measuring nothing, not stated."""
    if not model.fixed_causes:
        return ()
    stated = {name for row in model.rows if row.operator == "~~" for name in (row.left, row.right)}
    stated |= {row.left for row in model.rows if row.operator == "~" and not row.right}
    return tuple(name for name in model.observed if name not in model.caused and name not in stated)
