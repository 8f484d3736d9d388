"""Models of structural equations as text, in the syntax that lavaan made the field's own.

A line says what belongs to what: ``=~`` is measured by, ``~`` depends on, ``~~`` varies with, ``~ 1`` has a mean of its
own and ``~ 0`` one of 0, ``:=`` defines a quantity of labeled parameters, ``==``, ``<`` and ``>`` bind them, several at
once if need be: ``0 < a < b``. A term may carry modifiers before ``*``: a number holds the parameter, which may be
arithmetic such as ``(1/3)`` or ``sqrt(0.5)``; ``NA`` frees it; a name labels it, in quotation marks if it is no word;
``start(0.8)``, or ``0.8?`` with no star, says where to begin; ``lower(0)`` and ``upper(1)`` keep it from going
further; ``equal("trust =~ t2")`` makes it another one's equal, under a label of both, which is the same in all groups.
``c(...)`` has one of these for each group, ``""`` where there is nothing to say. Comments begin with ``#`` or ``!``; a
line that ends in an operator, a plus or a comma goes on in the next. Errors point at the character.

Labels in expressions are words, dots and all; one that is no word stands between backquotes. What of lavaan has no
meaning here is refused with a word on what to do: thresholds, scales of answers, composites, blocks, products.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from relmodels.core.errors import InvalidData
from relmodels.sem.expressions import NAME, misread
from relmodels.sem.modifiers import Likeness, Modifiers, joined, read_call
from relmodels.sem.reader import Reader

__all__ = ["Modifiers", "Statement", "Term", "statements"]

_OPERATOR: Final = re.compile(r"<~|~\*~|=~|~~|:=|==|<=|>=|~|<|>|\|")
_BOUND: Final = re.compile(r"==|<=|>=|<|>")
_BLOCK: Final = re.compile(r"\s*(group|level|block|class)\s*:(?!=)")
_ODD: Final = re.compile(r"[^\w.+\s]")
_GOES_ON: Final = re.compile(r"(<~|~\*~|=~|~~|~|:=|==|<=|>=|<|>|\||[+*/^?,(-])\s*$")
_OF_EXPRESSIONS: Final = frozenset({":=", "==", "<", ">", "<=", ">="})
_AFTER_AMOUNT: Final = re.compile(r"[*?]")
_PRODUCT: Final = re.compile(r":(?!=)")
_ALL: Final = "=~, ~, ~~, :=, ==, < or >"
_REFUSED: Final = {
    "|": "thresholds are estimated and not stated; leave this out, and fit answers on a few steps with WLSMV",
    "~*~": "scales of answers on a few steps are set to a variance of 1 and not stated; leave this out",
    "<~": (
        "composites, which are made of their items, are no part of this model; write =~, and estimate them by partial "
        "least squares, with rm.sem.PLSSpec and modes B"
    ),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One variable on the right of an operator; ``""`` stands for the constant 1.

    Attributes:
        name: of the variable.
        modifiers: what stands before it.
        alike: the parameters that this one is equal to.

    """

    name: str
    modifiers: Modifiers = field(default_factory=Modifiers)
    alike: tuple[Likeness, ...] = ()


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
    found = tuple(statement for number, line in _logical(text) for statement in _parsed(line, number))
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


def _parsed(line: str, number: int) -> Iterator[Statement]:
    sign = _OPERATOR.search(line)
    reader = Reader(line, number)
    if _BLOCK.match(line):
        what = "blocks are not offered; one model is of all groups, with c(...) for what differs, as in c(a, b)*x"
        raise reader.fail(what)
    if sign is None:
        odd = _ODD.search(line)
        what = f"an operator is expected: {_ALL}"
        raise reader.fail(what, len(line.rstrip()) if odd is None else odd.start())
    if sign.group() in _REFUSED:
        raise reader.fail(_REFUSED[sign.group()], sign.start())
    if sign.group() in _OF_EXPRESSIONS:
        yield from _relations(line, sign, number)
        return
    left = [_variable(reader)]
    while reader.takes("+"):
        left.append(_variable(reader))
    operator = reader.take(_OPERATOR)
    if operator is None:
        what = f"an operator is expected here: {_ALL}"
        raise reader.fail(what)
    yield Statement(tuple(left), operator, _merged(list(_terms(reader, operator))), "", number)


def _terms(reader: Reader, operator: str) -> Iterator[Term]:
    yield _term(reader, operator)
    while not reader.done():
        if not reader.takes("+"):
            what = "a plus or the end of the line is expected here"
            raise reader.fail(what)
        yield _term(reader, operator)


def _relations(line: str, sign: re.Match[str], number: int) -> Iterator[Statement]:
    """Yield the relations of a line: a definition, or each pair of neighbors in ``0 < a < b``."""
    signs = [sign] if sign.group() == ":=" else list(_BOUND.finditer(line))
    begins, ends = [0, *(one.end() for one in signs)], [*(one.start() for one in signs), len(line)]
    parts = [_side(Reader(line, number, begin), end) for begin, end in zip(begins, ends, strict=True)]
    if sign.group() == ":=" and not NAME.fullmatch(parts[0]):
        what = "a name of its own is expected before :="
        raise Reader(line, number).fail(what)
    for one, (left, right) in zip(signs, pairwise(parts), strict=True):
        yield Statement((left,), one.group()[0] if one.group() in {"<=", ">="} else one.group(), (), right, number)


def _side(reader: Reader, end: int) -> str:
    """Return the expression that goes on until a character."""
    reader.skip()
    begin, text = reader.at, reader.text[reader.at : end].rstrip()
    if not text:
        before = f" after {reader.text[:begin].split()[-1]}" if reader.text[:begin].strip() else " here"
        what = f"an expression is expected{before}"
        raise reader.fail(what)
    fault = misread(text)
    if fault is not None:
        raise reader.fail(fault[0], begin + fault[1])
    return text


def _variable(reader: Reader) -> str:
    name = reader.take(NAME)
    if name is None:
        what = "a variable is expected here"
        raise reader.fail(what)
    return name


def _term(reader: Reader, operator: str) -> Term:
    found, alike = Modifiers(), tuple[Likeness, ...]()
    while True:
        reader.skip()
        begin = reader.at
        amount = reader.amount(whole=False)
        if amount is not None:
            if operator == "~" and _is_constant(reader, amount, found):
                return Term("", found if amount else Modifiers(fixed=(0.0,)), alike)
            found = joined(found, _of_amount(reader, amount, found, begin))
            continue
        text = reader.quoted()
        name = _variable(reader) if text is None else ""
        more: Modifiers | Likeness
        if name and reader.takes("("):
            more = read_call(reader, name, begin)
            if name == "c" and isinstance(more, Modifiers) and more.fixed and reader.takes("?"):
                found = joined(found, Modifiers(start=more.fixed))
                continue
            _take_star(reader, f"{name}(...)")
        elif text is not None:
            more = Modifiers(label=(text,) if text else ())
            _take_star(reader, "a quoted label")
        elif reader.takes("*"):
            more = Modifiers(freed=(True,)) if name == "NA" else Modifiers(label=(name,))
        else:
            _refuse_product(reader)
            return Term(name, found, alike)
        if isinstance(more, Likeness):
            alike = (*alike, more)
        else:
            found = joined(found, more)


def _is_constant(reader: Reader, amount: float, found: Modifiers) -> bool:
    """Return whether a number stands by itself, for a mean: 1, or 0 if nothing else is said of it."""
    alone = not reader.sees(_AFTER_AMOUNT)
    return alone and (amount == 1.0 or (amount == 0.0 and found == Modifiers()))


def _of_amount(reader: Reader, amount: float, found: Modifiers, begin: int) -> Modifiers:
    if reader.takes("?"):
        return Modifiers(start=(amount,))
    if not reader.takes("*"):
        what = "a number stands before a star, as in 0.8*x; only ~ 1 and ~ 0 have one by itself"
        raise reader.fail(what, begin)
    before = found.fixed[0] if len(found.fixed) == 1 else None
    return Modifiers(fixed=(amount if before is None else amount * before,))


def _take_star(reader: Reader, after: str) -> None:
    if not reader.takes("*"):
        what = f"a star is expected after {after}"
        raise reader.fail(what)


def _refuse_product(reader: Reader) -> None:
    if reader.sees(_PRODUCT):
        what = "products of variables are not made here; add the product to the data as a column, and name that"
        raise reader.fail(what)


def _merged(terms: list[Term]) -> tuple[Term, ...]:
    """Return the terms with the modifiers of a variable that stands several times put together."""
    found: dict[str, Term] = {}
    for term in terms:
        before = found.get(term.name, Term(term.name))
        found[term.name] = Term(
            term.name, joined(before.modifiers, term.modifiers), tuple(dict.fromkeys([*before.alike, *term.alike]))
        )
    return tuple(found.values())
