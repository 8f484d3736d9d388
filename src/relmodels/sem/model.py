"""A model of structural equations: what was stated, and the conventions under which the rest is filled in.

Nothing is left to guess. How latent variables get their unit, whether disturbances of outcomes may vary together,
whether observed causes are random or taken as they are, and whether means are modeled are fields of the model, with the
defaults most textbooks use, and every result prints them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby, product
from typing import Final, Literal, TypeAlias, TypeVar, get_args

from relmodels.core.errors import Problems
from relmodels.frames.table import Table
from relmodels.sem.expressions import names_in
from relmodels.sem.modifiers import Likeness, Modifiers, written
from relmodels.sem.syntax import statements

__all__ = ["Disturbances", "PathModel", "PathRow", "Relation", "Unit"]

Unit: TypeAlias = Literal["first_indicator", "variance"]
Disturbances: TypeAlias = Literal["uncorrelated", "outcomes"]

ValueT = TypeVar("ValueT")

_RELATIONS: Final = (":=", "==", "<", ">")
_NO_LABEL: Final = frozenset("~=<>:;#!`\n")


@dataclass(frozen=True, slots=True)
class PathRow:
    """One parameter as it was stated: what it links, and its modifiers, one for all groups or one for each.

    Attributes:
        left: the variable before the operator.
        operator: ``=~``, ``~`` or ``~~``; a mean is ``~`` with an empty right side.
        right: the variable after it.
        modifiers: held values, starts and labels.

    Examples:
        >>> row = PathModel.parse("trust =~ t1 + 0.8*t2").rows[1]
        >>> row.right, row.held(0)
        ('t2', 0.8)

    """

    left: str
    operator: str
    right: str
    modifiers: Modifiers = field(default_factory=Modifiers)

    def held(self, group: int) -> float | None:
        """Return the value at which the parameter is held in a group, ``None`` if it is free."""
        return _of_group(self.modifiers.fixed, group, None)

    def freed(self, group: int) -> bool:
        """Return whether the parameter was freed by ``NA``."""
        return _of_group(self.modifiers.freed, group, False)  # noqa: FBT003

    def start(self, group: int) -> float | None:
        """Return where the search begins, ``None`` if nothing was said."""
        return _of_group(self.modifiers.start, group, None)

    def label(self, group: int) -> str:
        """Return the label in a group; empty if there is none."""
        return _of_group(self.modifiers.label, group, "")

    def lower(self, group: int) -> float | None:
        """Return the value it does not fall below in a group, ``None`` if there is none."""
        return _of_group(self.modifiers.lower, group, None)

    def upper(self, group: int) -> float | None:
        """Return the value it does not rise above in a group, ``None`` if there is none."""
        return _of_group(self.modifiers.upper, group, None)

    @property
    def bounded(self) -> bool:
        """Return whether it has bounds."""
        return bool(self.modifiers.lower or self.modifiers.upper)


def _of_group(values: tuple[ValueT, ...], group: int, default: ValueT) -> ValueT:
    if not values:
        return default
    return values[0] if len(values) == 1 else values[group]


@dataclass(frozen=True, slots=True)
class Relation:
    """A definition or a constraint: ``left := right``, ``left == right``, ``left < right``, ``left > right``.

    Examples:
        >>> PathModel.parse("y ~ a*x + b*z; a == b").relations
        (Relation(left='a', operator='==', right='b'),)

    """

    left: str
    operator: str
    right: str

    def __str__(self) -> str:
        """Return the relation as it is stated."""
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class PathModel:
    """A model of structural equations; make one of text with :meth:`parse`.

    Attributes:
        rows: the parameters that were stated, in order; modifiers for groups, ``c(a, b)``, in the order of
            ``Survey.groups``, which is that of their names.
        relations: definitions and constraints, in order.
        unit: what gives a latent variable its unit: its first indicator's loading of 1 (of its start, if one is given;
            ``NA*`` frees it), or a variance of 1. A single indicator measures without error if nothing is said.
        disturbances: whether disturbances of outcomes, which cause nothing further, vary together if nothing is said.
            Uncorrelated means that what they share must come from their causes; some programs free them in silence.
        fixed_causes: whether observed variables that are caused by nothing are taken as they are in the sample, and
            their variances and covariances are no parameters; they are then unrelated to latent causes unless that is
            stated. If not, all causes vary together, observed and latent ones.
        means: whether means are modeled; they are if an intercept was stated or data are missing.

    Raises:
        InvalidData: naming every option that is unknown, every row that is stated twice, a variable that causes itself,
            an unknown label in a relation.

    Examples:
        >>> model = PathModel.parse(\"\"\"
        ...     trust      =~ t1 + t2 + t3
        ...     commitment =~ c1 + c2 + c3
        ...     commitment ~ a*trust
        ...     square := a^2
        ... \"\"\")
        >>> model.latent, model.observed
        (('trust', 'commitment'), ('t1', 't2', 't3', 'c1', 'c2', 'c3'))
        >>> print(model.to_text().splitlines()[0])
        trust =~ t1 + t2 + t3

    Reference:
        Bollen, K. A. (1989), Structural Equations with Latent Variables, Wiley.

    """

    rows: tuple[PathRow, ...]
    relations: tuple[Relation, ...] = ()
    unit: Unit = "first_indicator"
    disturbances: Disturbances = "uncorrelated"
    fixed_causes: bool = True
    means: bool = False

    def __post_init__(self) -> None:
        """Check rows and relations against each other."""
        problems = Problems("model")
        _check_options(self, problems)
        seen: set[frozenset[str] | tuple[str, str, str]] = set()
        for row in self.rows:
            key = (row.left, row.operator, row.right) if row.operator != "~~" else frozenset({row.left, row.right})
            if key in seen:
                problems.add(f"{row.left} {row.operator} {row.right or '1'} is stated twice; keep one")
            seen.add(key)
            if row.left == row.right and row.operator != "~~":
                problems.add(f"{row.left} {row.operator} {row.right}: a variable cannot cause or measure itself")
        defined: list[str] = []
        labels = set(self.labels) | {relation.left for relation in self.relations if relation.operator == ":="}
        for relation in self.relations:
            if relation.operator == ":=":
                _check_definition(relation, self, defined, problems)
                defined.append(relation.left)
            sides = (relation.right,) if relation.operator == ":=" else (relation.left, relation.right)
            for name in dict.fromkeys(name for side in sides for name in names_in(side)):
                if name not in labels:
                    known = ", ".join(sorted(labels)) or "none"
                    problems.add(f"{relation}: {name!r} is no label; the labels are {known}")
        for label in self.labels:
            if found := sorted(set(label) & _NO_LABEL):
                problems.add(
                    f"the label {label!r} holds {' '.join(found)}, which ends terms or names parameters; use letters, "
                    "digits, points and spaces"
                )
        problems.raise_if_any()

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        unit: Unit = "first_indicator",
        disturbances: Disturbances = "uncorrelated",
        fixed_causes: bool = True,
        means: bool = False,
    ) -> PathModel:
        """Return the model written in ``text``, in lavaan's syntax.

        Raises:
            InvalidData: with the line, the column and a mark where the text cannot be understood, or as the class.

        """
        rows: list[PathRow] = []
        relations: list[Relation] = []
        alike: dict[int, tuple[Likeness, ...]] = {}
        for statement in statements(text):
            if statement.operator in _RELATIONS:
                relations.append(Relation(statement.left[0], statement.operator, statement.expression))
                continue
            for left, term in product(statement.left, statement.right):
                alike |= {len(rows): term.alike} if term.alike else {}
                rows.append(PathRow(left, statement.operator, term.name, term.modifiers))
        rows = _labeled_alike(rows, alike, relations)
        has_means = means or any(row.operator == "~" and not row.right for row in rows)
        return cls(tuple(rows), tuple(relations), unit, disturbances, fixed_causes, has_means)

    @property
    def latent(self) -> tuple[str, ...]:
        """Return the variables that others measure, in the order of their first mention."""
        return tuple(dict.fromkeys(row.left for row in self.rows if row.operator == "=~"))

    @property
    def observed(self) -> tuple[str, ...]:
        """Return all other variables: indicators first, in order, then those of the paths."""
        latent = set(self.latent)
        indicators = [row.right for row in self.rows if row.operator == "=~"]
        others = [name for row in self.rows if row.operator != "=~" for name in (row.left, row.right) if name]
        return tuple(name for name in dict.fromkeys([*indicators, *others]) if name not in latent)

    @property
    def caused(self) -> frozenset[str]:
        """Return the variables that depend on others, or measure some."""
        measured = {row.right for row in self.rows if row.operator == "=~"}
        return frozenset(measured | {row.left for row in self.rows if row.operator == "~" and row.right})

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of parameters, each once."""
        found = [label for row in self.rows for label in row.modifiers.label if label]
        return tuple(dict.fromkeys(found))

    def groups_named(self) -> int:
        """Return for how many groups modifiers were given; 1 if all are for every group."""
        sizes = {len(part) for row in self.rows for part in row.modifiers.parts() if len(part) > 1}
        return max(sizes, default=1)

    def with_rows(self, rows: Iterable[PathRow]) -> PathModel:
        """Return the model with further rows."""
        return replace(self, rows=(*self.rows, *rows))

    def to_text(self) -> str:
        """Return what was stated in the same syntax; parsing it with the same conventions gives an equal model."""
        found = [
            f"{left} {operator} {' + '.join(written(row.modifiers, row.right or '1') for row in rows)}"
            for (left, operator), rows in groupby(self.rows, lambda row: (row.left, row.operator))
        ]
        return "\n".join([*found, *map(str, self.relations)])

    def table(self) -> Table:
        """Return a row for each parameter that was stated."""
        return Table(
            {
                "left": [row.left for row in self.rows],
                "operator": [row.operator for row in self.rows],
                "right": [row.right or "1" for row in self.rows],
                "label": [row.label(0) for row in self.rows],
                "held": ["" if row.held(0) is None else f"{row.held(0):g}" for row in self.rows],
            }
        )


def _check_options(model: PathModel, problems: Problems) -> None:
    for name, value, known in (
        ("unit", model.unit, get_args(Unit)),
        ("disturbances", model.disturbances, get_args(Disturbances)),
        ("fixed_causes", model.fixed_causes, (True, False)),
        ("means", model.means, (True, False)),
    ):
        if value not in known:
            problems.add(f"{name} = {value!r} is unknown; use {' or '.join(map(repr, known))}")


def _check_definition(relation: Relation, model: PathModel, defined: list[str], problems: Problems) -> None:
    """Note a quantity that is defined twice, under the name of a label, or by one that is defined further down."""
    stated = str(relation)
    if relation.left in model.labels:
        problems.add(f"{stated}: {relation.left!r} is the label of a parameter; give the quantity another name")
    if relation.left in defined:
        problems.add(f"{stated}: {relation.left!r} is defined twice; keep one")
    later = {one.left for one in model.relations if one.operator == ":="} - set(defined)
    for name in sorted(later.intersection(names_in(relation.right))):
        where = "by itself" if name == relation.left else f"by {name!r}, which is defined further down; put that first"
        problems.add(f"{stated} is defined {where}")


def _labeled_alike(
    rows: list[PathRow], alike: dict[int, tuple[Likeness, ...]], relations: list[Relation]
) -> list[PathRow]:
    """Return the rows with one label for all that are stated to be equal: one of them has it, or it is new."""
    problems, found = Problems("model"), list(rows)
    taken = {label for row in rows for label in row.modifiers.label} | {one.left for one in relations}
    for members in _alike_sets(rows, alike):
        said = list(dict.fromkeys(rows[place].modifiers.label for place in members if rows[place].modifiers.label))
        if len(said) > 1:
            names = " and ".join("/".join(label) for label in said)
            problems.add(f"parameters that are stated to be equal have the labels {names}; give them one")
        label = said[0] if said else (_new_label(rows[members[0]], taken),)
        taken.update(label)
        for place in members:
            found[place] = replace(rows[place], modifiers=replace(rows[place].modifiers, label=label))
    problems.raise_if_any()
    return found


def _alike_sets(rows: list[PathRow], alike: dict[int, tuple[Likeness, ...]]) -> list[list[int]]:
    """Return the places of rows that are stated to be equal, each set beginning with the one that was named first."""
    problems = Problems("model")
    places = {_key(f"{row.left}{row.operator}{row.right or '1'}"): place for place, row in enumerate(rows)}
    sets = list(range(len(rows)))
    for place, others in alike.items():
        for other in others:
            found = places.get(_key(other.name))
            if found is None:
                problems.add(
                    f"line {other.line}, column {other.column}: equal({other.name!r}): no such parameter is stated; "
                    "state it as well, or name one that is"
                )
                continue
            sets = [sets[found] if one == sets[place] else one for one in sets]
    problems.raise_if_any()
    chosen = dict.fromkeys(sets[place] for place in alike)
    return [[first, *(place for place, one in enumerate(sets) if one == first != place)] for first in chosen]


def _key(name: str) -> str:
    """Return the name of a parameter without spaces, of a covariance with its variables in one order."""
    first, sign, second = "".join(name.split()).partition("~~")
    return "~~".join(sorted((first, second))) if sign else first


def _new_label(row: PathRow, taken: set[str]) -> str:
    """Return a label of a parameter's own, such as ``trust.by.t2``, that nobody has."""
    verb = {"=~": "by", "~": "on", "~~": "with"}[row.operator]
    label = f"{row.left}.{verb}.{row.right or '1'}"
    while label in taken:
        label += "_"
    return label
