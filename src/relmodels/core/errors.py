"""Every error the library raises on purpose.

All of them derive from :class:`RelmodelsError`, so one ``except`` catches the lot.
Faults of the caller's data or parameters are also ``ValueError``; a missing optional library is also ``ImportError``.
A message has four parts: what was wrong, which value at which row, what is allowed, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = [
    "InvalidData",
    "InvalidParameters",
    "MissingExtra",
    "NotConverged",
    "NotIdentified",
    "Problems",
    "RelmodelsError",
]

ResultT_co = TypeVar("ResultT_co", covariant=True)


class RelmodelsError(Exception):
    """The common ancestor of every error raised on purpose by relmodels."""


class InvalidData(RelmodelsError, ValueError):
    """The input cannot be used; ``problems`` holds one sentence for each fault found in it.

    Attributes:
        problems: every fault of the input, in the order in which they were looked for.

    """

    def __init__(self, problems: str | list[str] | tuple[str, ...]) -> None:
        """Raise with one sentence or several; several are printed as a list."""
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(_as_message(self.problems))

    def __reduce__(self) -> tuple[type[InvalidData], tuple[tuple[str, ...]]]:
        """Pickle by the problems, so that the error survives a process pool."""
        return type(self), (self.problems,)


class InvalidParameters(InvalidData):
    """A model's parameters, a rate, a horizon or an option lie outside their domain."""


class NotIdentified(RelmodelsError):
    """The data cannot tell the parameters apart; the message names the parameters."""


class NotConverged(RelmodelsError, Generic[ResultT_co]):
    """The search for the best parameters did not end at a maximum.

    Attributes:
        result: the record of the search, as ``check=False`` would have returned it.

    """

    def __init__(self, message: str, result: ResultT_co) -> None:
        """Raise with one sentence of diagnosis and the result reached so far."""
        super().__init__(message)
        self.result = result

    def __reduce__(self) -> tuple[type[NotConverged[ResultT_co]], tuple[str, ResultT_co]]:
        """Pickle with the result, so that the error survives a process pool."""
        return type(self), (str(self), self.result)


class MissingExtra(RelmodelsError, ImportError):
    """An optional library is not installed; the message gives the command that installs it."""

    def __init__(self, library: str, extra: str) -> None:
        """Raise for ``library``, which the optional dependency set ``extra`` brings."""
        self.library = library
        self.extra = extra
        super().__init__(f"{library} is not installed; install it with: pip install 'relmodels[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        """Pickle by library and extra."""
        return type(self), (self.library, self.extra)


@dataclass(slots=True)
class Problems:
    """A collector: gathers every fault of one input, then raises them together.

    Examples:
        >>> problems = Problems("purchase summary")
        >>> problems.add("frequency[3] = -1.0 is negative; counts start at 0")
        >>> problems.raise_if_any()
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: purchase summary: frequency[3] = -1.0 is negative; counts start at 0

    """

    subject: str
    found: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether any fault was found."""
        return bool(self.found)

    def add(self, problem: str) -> None:
        """Note one fault."""
        self.found.append(problem)

    def raise_if_any(self, error: type[InvalidData] = InvalidData) -> None:
        """Raise ``error`` naming the subject and every fault, or return if there is none."""
        if self.found:
            raise error([f"{self.subject}: {problem}" for problem in self.found])


def _as_message(problems: tuple[str, ...]) -> str:
    if len(problems) == 1:
        return problems[0]
    lines = "\n".join(f"  - {problem}" for problem in problems)
    return f"{len(problems)} problems:\n{lines}"
