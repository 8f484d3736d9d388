"""Models of structural equations as text, in the syntax that lavaan made the field's own.

A line says what belongs to what: ``=~`` is measured by, ``~`` depends on, ``~~`` varies with, ``~ 1`` has a mean of its
own, ``:=`` defines a quantity of labeled parameters, ``==``, ``<`` and ``>`` bind them. A term may carry modifiers
before ``*``: a number holds the parameter, ``NA`` frees it, a name labels it, ``start(0.8)`` says where to begin, and
``c(...)`` has one of these for each group. Comments begin with ``#`` or ``!``; a line that ends in an operator, a plus
or a comma goes on in the next. Errors point at the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from relmodels.core.errors import InvalidData

__all__ = ["Modifiers", "Statement", "Term", "statements"]

_OPERATOR: Final = re.compile(r"=~|~~|:=|==|~|<|>|\|")
_ODD: Final = re.compile(r"[^\w.+\s]")
_NAME: Final = re.compile(r"[^\W\d][\w.]*")
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_GOES_ON: Final = re.compile(r"(=~|~~|~|:=|==|<|>|\||[+*,(-])\s*$")
_OF_EXPRESSIONS: Final = frozenset({":=", "==", "<", ">"})


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What stands before the star: for all groups alike, or one of each for each group.

    Attributes:
        fixed: values held; ``None`` where the parameter is free or nothing was said.
        freed: whether a parameter was freed by ``NA``.
        start: values to begin from.
        label: names.

    """

    fixed: tuple[float | None, ...] = ()
    freed: tuple[bool, ...] = ()
    start: tuple[float | None, ...] = ()
    label: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One variable on the right of an operator; ``""`` stands for the constant 1."""

    name: str
    modifiers: Modifiers = field(default_factory=Modifiers)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        left: the variables before the operator; of ``:=`` and its like one text.
        operator: one of ``=~ ~ ~~ := == < >``.
        right: the terms after it; empty for expressions.
        expression: what stands after ``:=``, ``==``, ``<`` or ``>``.
        line: its first line in the text, from 1.

    """

    left: tuple[str, ...]
    operator: str
    right: tuple[Term, ...]
    expression: str
    line: int


def statements(text: str) -> tuple[Statement, ...]:
    r"""Return the statements of a model.

    Raises:
        InvalidData: with the line, the column and a mark under the character where the text cannot be understood.

    Examples:
        >>> found = statements("trust =~ t1 + a*t2  # two items\ncommitment ~ trust")
        >>> [(item.left, item.operator, [term.name for term in item.right]) for item in found]
        [(('trust',), '=~', ['t1', 't2']), (('commitment',), '~', ['trust'])]
        >>> statements("trust =~ t1 + + t3")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: model, line 1, column 15: a variable is expected here
            trust =~ t1 + + t3
                          ^

    """
    found = tuple(_parsed(line, number) for number, line in _logical(text))
    if not found:
        message = "model: the text has no statement; write one, such as 'trust =~ t1 + t2 + t3'"
        raise InvalidData(message)
    return found


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield statements with the number of their first line, comments blanked and continued lines joined.

    A line goes on if it ends with an operator, or if the next one begins with a plus. What stands before a semicolon is
    blanked, so that columns are those of the line.
    """
    waiting, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.split(r"[#!]", raw, maxsplit=1)[0]
        at = 0
        for part in line.split(";"):
            begins_with_plus = not at and part.lstrip().startswith("+")
            if part.strip():
                if waiting and not (_GOES_ON.search(waiting) or begins_with_plus):
                    yield first, waiting
                    waiting = ""
                first = first if waiting else number
                waiting = f"{waiting} {part.strip()}" if waiting else f"{' ' * at}{part.rstrip()}"
            at += len(part) + 1
    if waiting:
        yield first, waiting


class _Reader:
    """A place in a line, which moves on as things are read."""

    __slots__ = ("at", "number", "text")

    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.number = number
        self.at = 0

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, pattern: re.Pattern[str]) -> str | None:
        self.skip()
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()

    def takes(self, sign: str) -> bool:
        self.skip()
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def done(self) -> bool:
        self.skip()
        return self.at == len(self.text)

    def fail(self, what: str) -> InvalidData:
        self.skip()
        return InvalidData(
            f"model, line {self.number}, column {self.at + 1}: {what}\n    {self.text}\n    {' ' * self.at}^"
        )


def _parsed(line: str, number: int) -> Statement:
    sign = _OPERATOR.search(line)
    reader = _Reader(line, number)
    if sign is None:
        odd = _ODD.search(line)
        reader.at = len(line.rstrip()) if odd is None else odd.start()
        what = "an operator is expected: =~, ~, ~~, :=, ==, < or >"
        raise reader.fail(what)
    if sign.group() == "|":
        reader.at = sign.start()
        what = "thresholds are estimated and not stated; leave this out, and fit answers on a few steps with WLSMV"
        raise reader.fail(what)
    if sign.group() in _OF_EXPRESSIONS:
        return _expression(line, sign, number)
    left = [_variable(reader)]
    while reader.takes("+"):
        left.append(_variable(reader))
    operator = reader.take(_OPERATOR)
    if operator is None:
        what = "an operator is expected here: =~, ~, ~~, :=, ==, < or >"
        raise reader.fail(what)
    terms = [_term(reader, operator)]
    while not reader.done():
        if not reader.takes("+"):
            what = "a plus or the end of the line is expected here"
            raise reader.fail(what)
        terms.append(_term(reader, operator))
    return Statement(tuple(left), operator, _merged(terms), "", number)


def _expression(line: str, sign: re.Match[str], number: int) -> Statement:
    reader = _Reader(line, number)
    left, right = line[: sign.start()].strip(), line[sign.end() :].strip()
    if not left or (sign.group() == ":=" and not _NAME.fullmatch(left)):
        reader.at = len(line) - len(line.lstrip())
        what = "a name of its own is expected before :=" if sign.group() == ":=" else "an expression is expected here"
        raise reader.fail(what)
    if not right:
        reader.at = sign.end()
        what = f"an expression is expected after {sign.group()}"
        raise reader.fail(what)
    return Statement((left,), sign.group(), (), right, number)


def _variable(reader: _Reader) -> str:
    name = reader.take(_NAME)
    if name is None:
        what = "a variable is expected here"
        raise reader.fail(what)
    return name


def _term(reader: _Reader, operator: str) -> Term:
    found = Modifiers()
    while True:
        begin = reader.at
        number = reader.take(_NUMBER)
        if number is not None:
            if reader.takes("*"):
                found = _with(found, Modifiers(fixed=(float(number),)))
                continue
            if operator == "~" and float(number) == 1.0:
                return Term("", found)
            reader.at = begin
            what = "a number stands before a star, as in 0.8*x; only ~ 1 has one by itself"
            raise reader.fail(what)
        name = reader.take(_NAME)
        if name is None:
            what = "a variable is expected here"
            raise reader.fail(what)
        if reader.takes("("):
            found = _with(found, _call(reader, name, begin))
        elif reader.takes("*"):
            found = _with(found, _named(name))
        else:
            return Term(name, found)


def _named(name: str) -> Modifiers:
    return Modifiers(freed=(True,)) if name == "NA" else Modifiers(label=(name,))


def _call(reader: _Reader, name: str, begin: int) -> Modifiers:
    """Return the modifier of ``start(...)``, ``label(...)`` or ``c(...)``, with its star."""
    if name not in {"start", "label", "c"}:
        reader.at = begin
        what = f"{name}() is no modifier; they are a number, a name, NA, start(), label() and c()"
        raise reader.fail(what)
    values: list[float | str] = []
    while True:
        number = reader.take(_NUMBER)
        quoted = reader.takes('"')
        text = None if number is not None else reader.take(_NAME)
        if number is None and text is None:
            what = f"a {'name' if name == 'label' else 'value'} is expected here"
            raise reader.fail(what)
        values.append(float(number) if number is not None else str(text))
        if quoted and not reader.takes('"'):
            what = "the quotation is not closed"
            raise reader.fail(what)
        if reader.takes(")"):
            break
        if not reader.takes(","):
            what = "a comma or a closing parenthesis is expected here"
            raise reader.fail(what)
    if not reader.takes("*"):
        what = f"a star is expected after {name}(...)"
        raise reader.fail(what)
    return _of_values(name, values)


def _of_values(name: str, values: list[float | str]) -> Modifiers:
    numbers = tuple(value if isinstance(value, float) else None for value in values)
    if name == "start":
        return Modifiers(start=numbers)
    texts = tuple(value if isinstance(value, str) and value != "NA" else "" for value in values)
    if name == "label":
        return Modifiers(label=texts)
    freed = tuple(value == "NA" for value in values)
    return Modifiers(
        fixed=numbers if any(value is not None for value in numbers) else (),
        freed=freed if any(freed) else (),
        label=texts if any(texts) else (),
    )


def _with(before: Modifiers, more: Modifiers) -> Modifiers:
    return Modifiers(
        fixed=more.fixed or before.fixed,
        freed=more.freed or before.freed,
        start=more.start or before.start,
        label=more.label or before.label,
    )


def _merged(terms: list[Term]) -> tuple[Term, ...]:
    """Return the terms with the modifiers of a variable that stands several times put together."""
    found: dict[str, Modifiers] = {}
    for term in terms:
        found[term.name] = _with(found.get(term.name, Modifiers()), term.modifiers)
    return tuple(Term(name, modifiers) for name, modifiers in found.items())
