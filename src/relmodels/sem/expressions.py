"""Arithmetic over labels, as definitions and constraints use it: parsed once, evaluated with its derivative.

Only numbers, labels, ``+ - * / ^`` (or ``**``), parentheses and ``exp log sqrt abs`` are understood; nothing else is
ever run. A label is a word, with dots if need be; any other stands between backquotes. A text becomes a list of steps,
each of earlier ones, which is kept; values go along it forwards, derivatives backwards, so that neither the length of a
sum nor the depth of parentheses is bounded. Powers go before signs, and signs before products: ``-a^2`` is ``-(a^2)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from relmodels.core.errors import InvalidData

__all__ = ["NAME", "as_name", "evaluate", "gradient", "misread", "names_in"]

NAME: Final = re.compile(r"[^\W\d][\w.]*")
_TOKEN: Final = re.compile(
    rf"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>{NAME.pattern}|`[^`]+`)|(?P<sign>\*\*|[-+*/^(),])"
)
_BESIDE: Final = 1e-30  # roots have no slope at 0; that of a point just beside it lets a search begin there
_RANK: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "minus": 3, "plus": 3, "^": 4}
_FAULTS: Final = (ValueError, ZeroDivisionError, OverflowError)

_VALUES: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": math.pow,
    "plus": lambda a, _: a,
    "minus": lambda a, _: -a,
    "exp": lambda a, _: math.exp(a),
    "log": lambda a, _: math.log(a),
    "sqrt": lambda a, _: math.sqrt(a),
    "abs": lambda a, _: abs(a),
}
_SLOPES: Final[dict[str, Callable[[float, float, float], tuple[float, float]]]] = {
    "+": lambda _a, _b, _f: (1.0, 1.0),
    "-": lambda _a, _b, _f: (1.0, -1.0),
    "*": lambda a, b, _f: (b, a),
    "/": lambda _a, b, f: (1.0 / b, -f / b),
    "^": lambda a, b, f: (_slope_by_base(a, b), _slope_by_exponent(a, b, f)),
    "plus": lambda _a, _b, _f: (1.0, 0.0),
    "minus": lambda _a, _b, _f: (-1.0, 0.0),
    "exp": lambda _a, _b, f: (f, 0.0),
    "log": lambda a, _b, _f: (1.0 / a, 0.0),
    "sqrt": lambda _a, _b, f: (0.5 / max(f, math.sqrt(_BESIDE)), 0.0),
    "abs": lambda a, _b, _f: (1.0 if a >= 0.0 else -1.0, 0.0),
}
_FUNCTIONS: Final = ("exp", "log", "sqrt", "abs")
_UNDERSTOOD: Final = f"use numbers, labels, + - * / ^, parentheses and {', '.join(_FUNCTIONS)}"


def _slope_by_base(base: float, exponent: float) -> float:
    if exponent == 0.0:
        return 0.0
    return exponent * math.pow(_BESIDE if base == 0.0 and exponent < 1.0 else base, exponent - 1.0)


def _slope_by_exponent(base: float, exponent: float, value: float) -> float:
    if base > 0.0:
        return value * math.log(base)
    return 0.0 if base == 0.0 < exponent else math.nan


@dataclass(frozen=True, slots=True)
class _Step:
    """A number, a label, or what is done with one or two earlier steps; ``moves`` if labels are behind it."""

    what: str
    number: float = 0.0
    first: int = -1
    second: int = -1
    moves: bool = False


@dataclass(frozen=True, slots=True)
class _Expression:
    """The steps of an expression, the last of which is the whole."""

    steps: tuple[_Step, ...]
    names: tuple[str, ...]

    def along(self, values: Mapping[str, float]) -> list[float]:
        """Return the value of each step; what has none raises an error of arithmetic."""
        found: list[float] = []
        for step in self.steps:
            if step.first >= 0:
                found.append(_VALUES[step.what](found[step.first], found[step.second]))
            else:
                found.append(float(values[step.what]) if step.moves else step.number)
        return found

    def back(self, values: list[float]) -> dict[str, float]:
        """Return the derivative of the whole by each label: what each step passes on to those it is made of."""
        found, shares = dict.fromkeys(self.names, 0.0), [0.0] * len(values)
        shares[-1] = 1.0
        for place in range(len(values) - 1, -1, -1):
            step, share = self.steps[place], shares[place]
            if not step.moves or share == 0.0:
                continue
            if step.first < 0:
                found[step.what] += share
                continue
            slopes = _slopes(step.what, values[step.first], values[step.second], values[place])
            for part, slope in zip((step.first, step.second), slopes, strict=True):
                if self.steps[part].moves and slope != 0.0:
                    shares[part] += share * slope
        return found


def _slopes(what: str, first: float, second: float, value: float) -> tuple[float, float]:
    try:
        return _SLOPES[what](first, second, value)
    except _FAULTS:
        return math.nan, math.nan


class _Misread(Exception):
    """What was found, and where, instead of what may stand there."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


class _Parser:
    """Steps that are ready, and signs that wait for what comes after them."""

    __slots__ = ("at", "names", "open", "ready", "steps", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.steps: list[_Step] = []
        self.names: dict[str, None] = {}
        self.ready: list[int] = []
        self.open: list[tuple[str, int]] = []

    def read(self) -> _Expression:
        """Return the whole: values and operators take turns."""
        while True:
            self._operand()
            while self._peek() == ")":
                self._close()
            if self.at == len(self.text):
                break
            self._operator()
        while self.open:
            sign, at = self.open.pop()
            if sign not in _RANK:
                what = "this parenthesis is not closed"
                raise _Misread(what, at)
            self._do(sign)
        return _Expression(tuple(self.steps), tuple(self.names))

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _peek(self) -> str:
        self._skip()
        return self.text[self.at : self.at + 1]

    def _token(self) -> re.Match[str]:
        self._skip()
        found = _TOKEN.match(self.text, self.at)
        if found is None and self.at < len(self.text):
            what = f"{self.text[self.at]!r} is not understood; {_UNDERSTOOD}"
            raise _Misread(what, self.at)
        if found is None:
            what = "a number or a label is expected here"
            raise _Misread(what, self.at)
        return found

    def _operand(self) -> None:
        """Read signs and opening parentheses, and the value after them."""
        while True:
            token = self._token()
            word, begin = token.group(), token.start()
            self.at = token.end()
            if token["number"]:
                return self._add(_Step("", number=float(word)))
            if token["name"] and self._peek() != "(":
                return self._label(word.strip("`"))
            if token["name"]:
                self._function(word, begin)
            elif word == "(":
                self.open.append(("(", begin))
            elif word in {"+", "-"}:
                self.open.append(("minus" if word == "-" else "plus", begin))
            else:
                empty = word == ")" and len(self.open) > 1 and self.open[-2][0] in _FUNCTIONS
                what = f"{self.open[-2][0]} takes one argument" if empty else "a number or a label is expected here"
                raise _Misread(what, begin)

    def _function(self, name: str, begin: int) -> None:
        if name not in _FUNCTIONS:
            what = f"{name}() is not understood; {_UNDERSTOOD}"
            raise _Misread(what, begin)
        self.open += [(name, begin), ("(", self.at)]
        self.at += 1

    def _close(self) -> None:
        """Do what waits since the parenthesis was opened, and the function before it."""
        while self.open and self.open[-1][0] in _RANK:
            self._do(self.open.pop()[0])
        if not self.open:
            what = "this parenthesis was not opened"
            raise _Misread(what, self.at)
        self.open.pop()
        self.at += 1
        if self.open and self.open[-1][0] in _FUNCTIONS:
            self._do(self.open.pop()[0])

    def _operator(self) -> None:
        token = self._token()
        word = "^" if token.group() == "**" else token.group()
        if word == ",":
            inside = [sign for sign, _ in self.open if sign in _FUNCTIONS]
            what = f"{inside[-1]} takes one argument" if inside else "a comma has no meaning here"
            raise _Misread(what, token.start())
        if word not in _RANK:
            what = "an operator is expected here: + - * / or ^"
            raise _Misread(what, token.start())
        while self.open and _RANK.get(self.open[-1][0], 0) + (word != "^") > _RANK[word]:
            self._do(self.open.pop()[0])
        self.open.append((word, token.start()))
        self.at = token.end()

    def _label(self, name: str) -> None:
        self.names[name] = None
        self._add(_Step(name, moves=True))

    def _do(self, sign: str) -> None:
        second = self.ready.pop()
        first = second if sign in _FUNCTIONS or sign in {"minus", "plus"} else self.ready.pop()
        self._add(_Step(sign, 0.0, first, second, self.steps[first].moves or self.steps[second].moves))

    def _add(self, step: _Step) -> None:
        self.ready.append(len(self.steps))
        self.steps.append(step)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> _Expression:
    try:
        return _Parser(text).read()
    except _Misread as error:
        message = f"{text!r} is no expression, character {error.at + 1}: {error.what}"
        raise InvalidData(message) from error


def misread(text: str) -> tuple[str, int] | None:
    """Return what is wrong with an expression and at which character, from 0; ``None`` if nothing is.

    Examples:
        >>> misread("a*b + "), misread("a*b + c")
        (('a number or a label is expected here', 6), None)

    """
    try:
        _Parser(text).read()
    except _Misread as error:
        return error.what, error.at
    return None


def as_name(label: str) -> str:
    """Return how a label is written in expressions.

    Examples:
        >>> as_name("l.2"), as_name("second loading")
        ('l.2', '`second loading`')

    """
    return label if NAME.fullmatch(label) else f"`{label}`"


def names_in(text: str) -> tuple[str, ...]:
    """Return the labels in an expression, each once, in order.

    Raises:
        InvalidData: if it is none.

    Examples:
        >>> names_in("a*b + l.2 + exp(a)")
        ('a', 'b', 'l.2')

    """
    return _parsed(text).names


def evaluate(text: str, values: Mapping[str, float]) -> float:
    """Return an expression at values of its labels; ``nan`` where it is no number, as the logarithm of a negative one.

    Examples:
        >>> evaluate("a*b + 2^3", {"a": 0.5, "b": 4.0})
        10.0

    """
    try:
        found = _parsed(text).along(values)[-1]
    except _FAULTS:
        return math.nan
    return found if math.isfinite(found) else math.nan


def gradient(text: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return the derivative of an expression by each of its labels; ``nan`` where it is no number itself.

    Examples:
        >>> gradient("a*b + a^2", {"a": 3.0, "b": 4.0})
        {'a': 10.0, 'b': 3.0}

    """
    expression = _parsed(text)
    try:
        found = expression.along(values)
    except _FAULTS:
        return dict.fromkeys(expression.names, math.nan)
    if not math.isfinite(found[-1]):
        return dict.fromkeys(expression.names, math.nan)
    return expression.back(found)
