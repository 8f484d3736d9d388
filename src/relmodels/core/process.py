"""Stages in an order, and the moves between them that are allowed.

Phases of a relationship, steps of a plan and chains of management are processes.
The stages are the roots of a :class:`~relmodels.core.taxonomy.Taxonomy`, so each has its names and its gloss;
rows under a stage are its items, such as the questions asked in it.
Staying in a stage is always allowed; a move is a change of stage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeAlias

from relmodels.core.errors import InvalidData, Problems
from relmodels.core.reference import Reference
from relmodels.core.taxonomy import Row, Taxonomy

__all__ = ["Move", "Process"]

Move: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Process:
    """Stages with the moves allowed between them; make a plain one with :meth:`in_order`.

    Attributes:
        stages: the roots are the stages, in their order; rows under them are their items.
        moves: pairs of codes, from and to.

    Raises:
        InvalidData: naming every move that starts or ends outside the stages, leads nowhere else or is listed twice.

    Examples:
        >>> authors = ("Dwyer, F. R.", "Schurr, P. H.", "Oh, S.")
        >>> source = Reference(authors, 1987, "Developing Buyer-Seller Relationships")
        >>> names = ("awareness", "exploration", "expansion", "commitment", "dissolution")
        >>> phases = Taxonomy("phases", source, tuple(Row(name, name.capitalize()) for name in names))
        >>> process = Process.in_order(phases, also=[(name, "dissolution") for name in names[:3]])
        >>> process.is_allowed("awareness", "expansion")
        False
        >>> [stage.name for stage in process.reachable_from("expansion")]
        ['Commitment', 'Dissolution']

    """

    stages: Taxonomy
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        """Check every move against the stages."""
        problems = Problems(f"process {self.name!r}")
        known = {row.code for row in self.stages.roots}
        for position, (start, end) in enumerate(self.moves):
            for code in (start, end):
                if code not in known:
                    problems.add(f"moves[{position}] names {code!r}, which is no stage; use {', '.join(sorted(known))}")
            if start == end:
                problems.add(f"moves[{position}] leads from {start!r} to itself; staying needs no move")
        for move, count in Counter(self.moves).items():
            if count > 1:
                problems.add(f"the move {move!r} is listed {count} times; list it once")
        problems.raise_if_any()

    @classmethod
    def in_order(cls, stages: Taxonomy, *, also: Iterable[Move] = (), loop: bool = False) -> Self:
        """Return the process that moves one stage forward at a time, and in ``also`` besides.

        Args:
            stages: the stages, in their order.
            also: further moves, such as back to an earlier stage or out of any stage.
            loop: whether the last stage leads back to the first.

        """
        codes = [row.code for row in stages.roots]
        closing = [(codes[-1], codes[0])] if loop and len(codes) > 1 else []
        moves = dict.fromkeys([*pairwise(codes), *closing, *also])
        return cls(stages, tuple(moves))

    @property
    def name(self) -> str:
        """Return the English name."""
        return self.stages.name

    @property
    def source(self) -> Reference:
        """Return the publication the process is taken from."""
        return self.stages.source

    def __len__(self) -> int:
        """Return the number of stages."""
        return len(self.stages.roots)

    def next(self, code: str) -> Row | None:
        """Return the stage after this one in order, ``None`` after the last."""
        return self._at(self._position(code) + 1)

    def previous(self, code: str) -> Row | None:
        """Return the stage before this one in order, ``None`` before the first."""
        return self._at(self._position(code) - 1)

    def moves_from(self, code: str) -> tuple[Row, ...]:
        """Return the stages that one move leads to, in order."""
        self._position(code)
        ends = {end for start, end in self.moves if start == code}
        return tuple(row for row in self.stages.roots if row.code in ends)

    def reachable_from(self, code: str) -> tuple[Row, ...]:
        """Return the stages that some number of moves leads to, in order."""
        waiting, seen = list(self.moves_from(code)), set[str]()
        while waiting:
            row = waiting.pop()
            if row.code not in seen:
                seen.add(row.code)
                waiting += self.moves_from(row.code)
        return tuple(row for row in self.stages.roots if row.code in seen)

    def is_allowed(self, start: str, end: str) -> bool:
        """Return whether one may be in ``end`` next after ``start``: by a move, or by staying."""
        self._position(start)
        self._position(end)
        return start == end or (start, end) in self.moves

    def check(self, path: Sequence[str]) -> None:
        """Check that every step of ``path``, a sequence of codes, is allowed.

        Raises:
            InvalidData: naming every code that is no stage or, if all are, every step that is not allowed.

        """
        problems = Problems(f"path through {self.name!r}")
        known = [row.code for row in self.stages.roots]
        for position, code in enumerate(path):
            if code not in known:
                problems.add(f"path[{position}] = {code!r} is no stage; the stages are {', '.join(known)}")
        problems.raise_if_any()
        for position, (start, end) in enumerate(pairwise(path)):
            if not self.is_allowed(start, end):
                allowed = ", ".join(row.code for row in self.moves_from(start)) or "no other stage"
                problems.add(f"path[{position + 1}] = {end!r} cannot follow {start!r}, which leads to {allowed}")
        problems.raise_if_any()

    def _position(self, code: str) -> int:
        codes = [row.code for row in self.stages.roots]
        if code not in codes:
            message = f"{code!r} is no stage of the process {self.name!r}; the stages are {', '.join(codes)}"
            raise InvalidData(message)
        return codes.index(code)

    def _at(self, position: int) -> Row | None:
        return self.stages.roots[position] if 0 <= position < len(self) else None
