"""What a path model by partial least squares is made of: a theory, how weights are found, what is corrected.

A theory is a :class:`~relmodels.sem.model.PathModel`, so that the same text can be fitted by maximum likelihood and by
partial least squares. Only what the method can express may be in it: items that measure one construct each, and paths
without circles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from relmodels.core.arrays import BoolArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.sem.model import PathModel, PathRow

__all__ = ["Layout", "Mode", "PLSSpec", "Scheme"]

Mode: TypeAlias = Literal["A", "B", "unit"]
Scheme: TypeAlias = Literal["path", "factor", "centroid"]

_KINDS: Final = {"=~": "measures", "~": "path"}
_SHOWN: Final = 40  # letters of a text that stands where a model should


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A theory as places: which item belongs to which construct, and which constructs cause which.

    Attributes:
        items: names of the items, those of a construct next to each other.
        constructs: names of the constructs, causes before what they cause.
        block: ``(p,)`` the construct of each item.
        causes: ``(J, J)`` whether the construct of the column causes that of the row.
        modes: of each construct.
        scheme: how neighbors weigh on each other.

    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    block: IntArray
    causes: BoolArray
    modes: tuple[Mode, ...]
    scheme: Scheme

    __reduce__ = by_fields

    def rows(self, construct: int) -> IntArray:
        """Return the places of the items of a construct."""
        return np.flatnonzero(self.block == construct)

    def before(self, construct: int) -> IntArray:
        """Return the places of what causes a construct."""
        return np.flatnonzero(self.causes[construct])

    @property
    def paths(self) -> tuple[tuple[int, int], ...]:
        """Return cause and effect of each path, by effect."""
        return tuple((int(cause), effect) for effect in range(len(self.constructs)) for cause in self.before(effect))

    @property
    def explained(self) -> tuple[int, ...]:
        """Return the places of the constructs that others cause."""
        return tuple(int(place) for place in np.flatnonzero(self.causes.any(axis=1)))


@dataclass(frozen=True, slots=True)
class PLSSpec:
    """A theory to be fitted by partial least squares.

    Attributes:
        model: constructs, their items, and paths; an observed variable in a path is a construct of one item.
        modes: by construct, how its weights are found: ``A``, by the correlation of each item with what is around the
            construct, which all have by default; ``B``, by regression, for items that make the construct up; ``unit``,
            the same for all items, which gives sums of standardized answers.
        scheme: how constructs weigh on each other while weights are sought: ``path``, causes by regression and effects
            by correlation; ``factor``, by correlation; ``centroid``, by its sign.
        consistent: whether correlations between constructs of mode A are corrected for what their items do not share
            (PLSc). If not, constructs are the sums that stand for them, and paths of unreliable ones are too near 0.
        reliability: by construct, known ones, which take the place of estimates; 1 leaves a construct uncorrected. One
            of a single item may be named by it as well, and is kept under the name of the construct.
        markers: by construct, the item that is to load positively. By default the loadings sum to a positive number.

    Raises:
        InvalidParameters: if the model is none or options are not by construct; naming everything in the theory that
            the method has no place for, unknown constructs and items, unknown modes and schemes, reliabilities that are
            none, and paths that run in a circle.

    Examples:
        >>> theory = PathModel.parse("trust =~ t1 + t2 + t3; loyalty =~ l1 + l2; loyalty ~ trust")
        >>> PLSSpec(theory, modes={"trust": "B"}).layout().modes
        ('B', 'A')
        >>> dict(
        ...     PLSSpec(
        ...         PathModel.parse("trust =~ t1; loyalty =~ l1; loyalty ~ trust"), reliability={"t1": 0.8}
        ...     ).reliability
        ... )
        {'trust': 0.8}

    Reference:
        Lohmöller, J.-B. (1989), Latent Variable Path Modeling with Partial Least Squares, Physica; Dijkstra, T. K. and
        Henseler, J. (2015), Consistent partial least squares path modeling, MIS Quarterly 39(2), 297-316.

    """

    model: PathModel
    modes: Mapping[str, Mode] = field(default_factory=dict)
    scheme: Scheme = "path"
    consistent: bool = True
    reliability: Mapping[str, float] = field(default_factory=dict)
    markers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the theory and the options against each other, and keep options from being changed."""
        _require_kinds(self)
        problems = Problems("partial least squares")
        object.__setattr__(self, "reliability", _by_construct(self.reliability, self.model, problems))
        for row in self.model.rows:
            _check_row(row, self.model, problems)
        for relation in self.model.relations:
            problems.add(f"{relation.left} {relation.operator} {relation.right}: no constraints here; drop it")
        if not any(row.operator == "~" for row in self.model.rows):
            problems.add("the theory has no path; weights are found from what is around a construct")
        _check_options(self, problems)
        problems.raise_if_any(InvalidParameters)
        for name in ("modes", "reliability", "markers"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        _ordered(self.model)

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to make an equal value, for pickle and copy."""
        options = (dict(self.modes), self.scheme, self.consistent, dict(self.reliability), dict(self.markers))
        return type(self), (self.model, *options)

    def is_factor(self, construct: str) -> bool:
        """Return whether a construct is what its items share, for whose reliability correlations are corrected."""
        given = self.reliability.get(construct)
        measured = given is not None or self.modes.get(construct, "A") == "A"
        return self.consistent and measured and given != 1.0

    def layout(self) -> Layout:
        """Return the theory as places."""
        constructs = _ordered(self.model)
        measured = _measured(self.model)
        items = [(item, place) for place, name in enumerate(constructs) for item in measured[name]]
        causes = np.zeros((len(constructs), len(constructs)), dtype=bool)
        for row in _paths(self.model):
            causes[constructs.index(row.left), constructs.index(row.right)] = True
        return Layout(
            items=tuple(item for item, _ in items),
            constructs=constructs,
            block=read_only(np.array([place for _, place in items], dtype=np.int64)),
            causes=read_only(causes),
            modes=tuple(self.modes.get(name, "A") for name in constructs),
            scheme=self.scheme,
        )


def _paths(model: PathModel) -> list[PathRow]:
    return [row for row in model.rows if row.operator == "~" and row.right]


def _measured(model: PathModel) -> dict[str, tuple[str, ...]]:
    """Return the items of each construct; an observed variable in a path measures itself."""
    found: dict[str, tuple[str, ...]] = {
        name: tuple(row.right for row in model.rows if row.operator == "=~" and row.left == name)
        for name in model.latent
    }
    for row in _paths(model):
        for name in (row.right, row.left):
            found.setdefault(name, (name,))
    return found


def _ordered(model: PathModel) -> tuple[str, ...]:
    """Return the constructs, causes before what they cause; raise if paths run in a circle."""
    left = list(_measured(model))
    links = [(row.right, row.left) for row in _paths(model)]
    found: list[str] = []
    while left:
        ready = [name for name in left if all(cause in found for cause, effect in links if effect == name)]
        if not ready:
            message = f"paths run in a circle through {', '.join(left)}; the method needs causes before effects"
            raise InvalidParameters(message)
        found.append(ready[0])
        left.remove(ready[0])
    return tuple(found)


def _require_kinds(spec: PLSSpec) -> None:
    problems = Problems("partial least squares")
    if said := _no_model(spec.model):
        problems.add(f"model is {said}; pass a PathModel, as rm.PathModel.parse(text) makes of text")
    for name, example in (("modes", "B"), ("reliability", 0.8), ("markers", "t1")):
        given = getattr(spec, name)
        if not isinstance(given, Mapping):
            problems.add(f"{name} = {given!r} must be by construct, as in {name}={{'trust': {example!r}}}")
    problems.raise_if_any(InvalidParameters)


def _no_model(model: object) -> str:
    """Return what was passed instead of a model; empty if it is one."""
    if isinstance(model, PathModel):
        return ""
    return f"the text {model[:_SHOWN]!r}" if isinstance(model, str) else f"of type {type(model).__name__}"


def _by_construct(given: Mapping[str, float], model: PathModel, problems: Problems) -> dict[str, float]:
    """Return reliabilities by construct, of which those of a single item may be named by it."""
    single = {own[0]: name for name, own in _measured(model).items() if len(own) == 1}
    found: dict[str, float] = {}
    for key, value in given.items():
        name = single.get(key, key)
        if found.setdefault(name, value) != value:
            problems.add(f"the reliability of {name} is stated twice, {found[name]!r} and {value!r}; keep one")
    return found


def _check_row(row: PathRow, model: PathModel, problems: Problems) -> None:
    stated = f"{row.left} {row.operator} {row.right or '1'}"
    if row.operator not in _KINDS or not row.right:
        problems.add(f"{stated}: the method has no such parameter ({_why(row)}); leave it out{_instead(row, model)}")
        return
    if any(row.modifiers.parts()):
        problems.add(
            f"{stated}: values, labels, starts and bounds are not used here; leave them out{_instead(row, model)}"
        )
    if row.operator == "~":
        return
    if row.right in model.latent:
        problems.add(f"{stated}: a construct that measures another has no items of its own; use scores of the first")
    if [other.right for other in model.rows if other.operator == "=~"].count(row.right) > 1:
        problems.add(f"{row.right} measures two constructs; an item belongs to one")
    if any(row.right in {other.left, other.right} for other in _paths(model)):
        problems.add(f"{row.right} is an item of {row.left} and stands in a path; only its construct may")


def _why(row: PathRow) -> str:
    if not row.right:
        return "no means"
    if row.operator == "~~" and row.left == row.right:
        return "variances follow from loadings and paths"
    return "causes vary together anyway, and what is left of effects is uncorrelated"


def _instead(row: PathRow, model: PathModel) -> str:
    """Return how a known error of the only item of a construct is stated here; empty if the row is about another."""
    about_one = row.operator == "=~" or (row.operator == "~~" and row.left == row.right)
    if not about_one or (row.right,) not in _measured(model).values():
        return ""
    return f", and state the reliability of a single item by PLSSpec(..., reliability={{{row.right!r}: 0.8}})"


def _check_options(spec: PLSSpec, problems: Problems) -> None:
    measured = _measured(spec.model)
    linked = {name for row in _paths(spec.model) for name in (row.left, row.right)}
    for name in (name for name in measured if name not in linked and linked):
        problems.add(f"{name} has no path to or from it; its weights cannot be found")
    if spec.scheme not in get_args(Scheme):
        problems.add(f"scheme = {spec.scheme!r} is unknown; use {', '.join(get_args(Scheme))}")
    for option in ("modes", "reliability", "markers"):
        for name in (name for name in getattr(spec, option) if name not in measured):
            problems.add(f"{option} names {name!r}, {_stranger(name, measured)}")
    _check_values(spec, measured, problems)


def _stranger(name: str, measured: Mapping[str, tuple[str, ...]]) -> str:
    for construct, items in measured.items():
        if name in items:
            return f"an item of {construct}; name the construct"
    alone = [construct for construct, items in measured.items() if items == (construct,)]
    observed = f"; an observed variable goes by its own name: {', '.join(alone)}" if alone else ""
    return f"which is no construct; they are {', '.join(measured)}{observed}"


def _check_values(spec: PLSSpec, measured: Mapping[str, tuple[str, ...]], problems: Problems) -> None:
    for name, mode in spec.modes.items():
        if mode not in get_args(Mode):
            problems.add(f"the mode of {name} is {mode!r}; use {', '.join(get_args(Mode))}")
    for name, value in spec.reliability.items():
        if not 0.0 < finite(value, f"reliability of {name}", "above 0 and up to 1") <= 1.0:
            problems.add(f"the reliability of {name} is {value!r}; it lies above 0 and up to 1")
        if value != 1.0 and not spec.consistent:
            problems.add(f"the reliability of {name} corrects nothing, since consistent=False; leave one of them out")
    for name, item in spec.markers.items():
        if name in measured and item not in measured[name]:
            problems.add(f"the marker of {name} is {item!r}, none of its items {', '.join(measured[name])}")
