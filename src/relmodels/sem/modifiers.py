"""What stands before the star of a term, how it is read, and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from relmodels.sem.expressions import NAME
from relmodels.sem.reader import Reader

__all__ = ["Likeness", "Modifiers", "joined", "read_call", "written"]

_CALLS: Final = ("c", "start", "label", "equal", "lower", "upper")
_NUMBERS: Final = frozenset({"start", "lower", "upper"})


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What stands before the star: for all groups alike, or one of each for each group.

    Attributes:
        fixed: values held; ``None`` where the parameter is free or nothing was said.
        freed: whether a parameter was freed by ``NA``.
        start: values to begin from.
        label: names.
        lower: values it does not fall below.
        upper: values it does not rise above.

    """

    fixed: tuple[float | None, ...] = ()
    freed: tuple[bool, ...] = ()
    start: tuple[float | None, ...] = ()
    label: tuple[str, ...] = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()

    def parts(self) -> tuple[tuple[object, ...], ...]:
        """Return all that was said, each for all groups alike or one of each."""
        return self.fixed, self.freed, self.start, self.label, self.lower, self.upper


@dataclass(frozen=True, slots=True)
class Likeness:
    """That a parameter is equal to another one, ``equal("trust =~ t2")``.

    Attributes:
        name: the other, as it is stated.
        line: of the text, from 1.
        column: in the line, from 1.

    """

    name: str
    line: int
    column: int


def joined(before: Modifiers, more: Modifiers) -> Modifiers:
    """Return modifiers with further ones, which count where both say something."""
    return Modifiers(
        *(getattr(more, part.name) or getattr(before, part.name) for part in fields(Modifiers)),
    )


def read_call(reader: Reader, name: str, begin: int) -> Modifiers | Likeness:
    """Return the modifier of ``start(...)``, ``label(...)``, ``c(...)`` and so on, whose parenthesis is open."""
    if name not in _CALLS:
        what = f"{name}() is no modifier; they are a number, a name, NA, {', '.join(f'{one}()' for one in _CALLS)}"
        raise reader.fail(what, begin)
    values = _arguments(reader, name)
    if name == "equal":
        if len(values) != 1 or not isinstance(values[0], str):
            what = 'equal() takes one parameter in quotation marks, as in equal("trust =~ t2")'
            raise reader.fail(what, begin)
        return Likeness(values[0], reader.number, begin + 1)
    return _of_values(name, values)


def _arguments(reader: Reader, name: str) -> list[float | str | None]:
    """Return numbers, texts, and ``None`` for ``NA``; what ``c(...)`` has within others is laid open."""
    values: list[float | str | None] = []
    while True:
        values += _argument(reader, name)
        if reader.takes(")"):
            return values
        if not reader.takes(","):
            what = "a comma or a closing parenthesis is expected here"
            raise reader.fail(what)


def _argument(reader: Reader, name: str) -> list[float | str | None]:
    reader.skip()
    begin = reader.at
    number = reader.amount(whole=True)
    quoted = None if number is not None else reader.quoted()
    word = None if number is not None or quoted is not None else reader.take(NAME)
    if word == "c" and reader.takes("("):
        return _arguments(reader, name)
    text = quoted if quoted is not None else word
    if number is None and text is None:
        what = f"a {'name' if name in {'label', 'equal'} else 'value'} is expected here"
        raise reader.fail(what)
    if number is None and name in _NUMBERS and word != "NA":
        what = f"a number is expected in {name}()"
        raise reader.fail(what, begin)
    if number is not None and name in {"label", "equal"}:
        what = f"a name is expected in {name}()"
        raise reader.fail(what, begin)
    return [None if word == "NA" else number if number is not None else text]


def _of_values(name: str, values: Sequence[float | str | None]) -> Modifiers:
    numbers = tuple(value if isinstance(value, float) else None for value in values)
    texts = tuple(value if isinstance(value, str) else "" for value in values)
    if name == "start":
        return Modifiers(start=numbers)
    if name == "lower":
        return Modifiers(lower=numbers)
    if name == "upper":
        return Modifiers(upper=numbers)
    if name == "label":
        return Modifiers(label=texts if any(texts) else ())
    freed = tuple(value is None for value in values)
    return Modifiers(
        fixed=numbers if any(value is not None for value in numbers) else (),
        freed=freed if any(freed) else (),
        label=texts if any(texts) else (),
    )


def written(found: Modifiers, name: str) -> str:
    """Return a term as it is stated, all that is said of it one after the other.

    Examples:
        >>> written(Modifiers(fixed=(1.0, None), label=("", "b"), lower=(0.0,)), "x")
        'c(1.0, "")*x + lower(0.0)*x + c("", b)*x'

    """
    parts = [_group(values) for values in _values(found) if any(value != '""' for value in values)]
    for call, numbers in (("start", found.start), ("lower", found.lower), ("upper", found.upper)):
        if numbers:
            parts.append(f"{call}({', '.join('NA' if value is None else repr(value) for value in numbers)})")
    if found.label:
        parts.append(_group([_label(one) for one in found.label]))
    return " + ".join(f"{part}*{name}" for part in parts) or name


def _values(found: Modifiers) -> list[list[str]]:
    """Return what is held and what is freed: together if that is said of different groups, else one after the other."""
    held = ['""' if value is None else repr(value) for value in found.fixed]
    freed = ["NA" if one else '""' for one in found.freed]
    both = [(one, other) for one, other in zip(held, freed, strict=False) if '""' not in {one, other}]
    if len(held) != len(freed) or len(held) == 1 or both:
        return [held, freed]
    return [[other if one == '""' else one for one, other in zip(held, freed, strict=True)]]


def _label(label: str) -> str:
    """Return a label, in quotation marks if it is no word."""
    if NAME.fullmatch(label) and label != "NA":
        return label
    return f"'{label}'" if '"' in label else f'"{label}"'


def _group(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"c({', '.join(values)})"
