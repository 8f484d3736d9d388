"""A place in a line of a model, which moves on as things are read, and errors that point at it."""

from __future__ import annotations

import math
import re
from typing import Final

from relmodels.core.errors import InvalidData
from relmodels.sem.expressions import evaluate, misread, names_in

__all__ = ["Reader"]

_NUMERIC: Final = re.compile(r"\+?\s*[\d.]|[-(]|(exp|log|sqrt|abs)\s*\(")
_PART: Final = re.compile(r"\s*((\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[^\W\d][\w.]*|\*\*|\S)")
_ENDS: Final = frozenset(",?:)")
_SIGNS: Final = frozenset("+-*/^(") | {"**"}


class Reader:
    """A place in a line, which moves on as things are read."""

    __slots__ = ("at", "number", "text")

    def __init__(self, text: str, number: int, at: int = 0) -> None:
        """Begin at a character of the line that is the ``number``-th of the text."""
        self.text = text
        self.number = number
        self.at = at

    def skip(self) -> None:
        """Go on to what is no space."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def sees(self, pattern: re.Pattern[str]) -> bool:
        """Return whether something is what comes next."""
        self.skip()
        return pattern.match(self.text, self.at) is not None

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Return what comes next if it is like that, and go on behind it."""
        self.skip()
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()

    def takes(self, sign: str) -> bool:
        """Return whether a sign comes next, and go on behind it."""
        self.skip()
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def done(self) -> bool:
        """Return whether nothing is left."""
        self.skip()
        return self.at == len(self.text)

    def fail(self, what: str, at: int | None = None) -> InvalidData:
        """Return the error that something is wrong here, or at another character."""
        if at is not None:
            self.at = at
        self.skip()
        return InvalidData(
            f"model, line {self.number}, column {self.at + 1}: {what}\n    {self.text}\n    {' ' * self.at}^"
        )

    def quoted(self) -> str | None:
        """Return the text between quotation marks that comes next, ``None`` if there is none."""
        self.skip()
        mark = self.text[self.at : self.at + 1]
        if mark not in {'"', "'"}:
            return None
        end = self.text.find(mark, self.at + 1)
        if end < 0:
            what = "the quotation is not closed"
            raise self.fail(what)
        found = self.text[self.at + 1 : end]
        self.at = end + 1
        return found

    def amount(self, *, whole: bool) -> float | None:
        """Return the arithmetic of numbers that comes next, ``None`` if there is none.

        Args:
            whole: whether products are part of it; otherwise a star ends it.

        Raises:
            InvalidData: if it is misread, or has a name in it, or is no number.

        """
        if not self.sees(_NUMERIC):
            return None
        begin, end = self.at, self._end_of_amount(whole=whole)
        text = self.text[begin:end]
        fault = misread(text)
        if fault is not None:
            raise self.fail(fault[0], begin + fault[1])
        if names := names_in(text):
            what = f"{names[0]!r} is no number; labels and variables do not take part in what is held or begun with"
            raise self.fail(what, begin + text.index(names[0]))
        value = evaluate(text, {})
        if math.isnan(value):
            what = f"{text.strip()} is no number"
            raise self.fail(what, begin)
        self.at = end
        return value

    def _end_of_amount(self, *, whole: bool) -> int:
        """Return where the arithmetic ends: at a sign that belongs to what is around it."""
        at, depth, before = self.at, 0, "("
        while (part := _PART.match(self.text, at)) is not None:
            word = part.group(1)
            if depth == 0 and (word in _ENDS or self._goes_on_without(word, before, part.end(), whole=whole)):
                break
            depth += (word == "(") - (word == ")")
            before, at = word, part.end()
        return at

    def _goes_on_without(self, word: str, before: str, end: int, *, whole: bool) -> bool:
        """Return whether a sign stands between the arithmetic and what is none of it: a star, or a sum of terms."""
        if word == "*":
            return not (whole and Reader(self.text, self.number, end).sees(_NUMERIC))
        return not whole and word in {"+", "-"} and before not in _SIGNS
