"""Parameters that are estimated as one: equality constraints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from relmodels.core.errors import InvalidParameters, Problems
from relmodels.inference.space import Space

__all__ = ["Equal", "check_constraints", "equal"]


@dataclass(frozen=True, slots=True)
class Equal:
    """Parameters that have one value.

    Attributes:
        names: two or more of them.

    """

    names: tuple[str, ...]


def equal(*names: str) -> Equal:
    """Return the constraint that these parameters have one value, for ``rm.fit(..., constraints=(...,))``.

    Args:
        names: of two or more parameters of one domain, such as the coefficients of one covariate on both processes.

    Raises:
        InvalidParameters: if there are fewer than two different names.

    Examples:
        >>> equal("purchase.age", "attrition.age").names
        ('purchase.age', 'attrition.age')

    """
    if len(set(names)) < 2 or len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        message = f"equal({', '.join(map(repr, names))}) needs two or more different names of parameters"
        raise InvalidParameters(message)
    return Equal(names)


def check_constraints(space: Space, constraints: Collection[object], held: Mapping[str, float]) -> None:
    """Check that the constraints are about parameters of one domain, and hold together what is held.

    Raises:
        InvalidParameters: naming every fault.

    """
    problems = Problems("constraints")
    seen: set[str] = set()
    domains = {parameter.name: parameter.domain for parameter in space}
    for constraint in constraints:
        if not isinstance(constraint, Equal):
            problems.add(f"{constraint!r} is no constraint; make one with rm.equal('first', 'second')")
            continue
        known = [name for name in constraint.names if name in domains]
        for name in sorted(set(constraint.names) - set(known)):
            problems.add(f"{name!r} is not a parameter; the model has {', '.join(space.names)}")
        if len({domains[name].name for name in known}) > 1:
            problems.add(f"{', '.join(known)} do not have one domain, so that they cannot be equal")
        problems.found += [
            f"{name} is in two constraints; put all names into one rm.equal" for name in known if name in seen
        ]
        fixed = [name for name in known if name in held]
        if fixed and len({held.get(name) for name in known}) > 1:
            problems.add(f"{', '.join(fixed)} is held and {', '.join(known)} are to be equal; hold all at one value")
        seen |= set(known)
    problems.raise_if_any(InvalidParameters)
