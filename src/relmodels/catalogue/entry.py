"""One row of the catalogue: a model or metric, the paper it comes from, and where it lives."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from relmodels.core.reference import Reference

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the catalogue.

    Attributes:
        key: the public name, ``rm.<key>``.
        title: what it is, in half a sentence.
        room: the package it lives in.
        path: ``"module:name"``, from which :meth:`load` imports it.
        references: the paper it implements first, then what else it rests on.

    """

    key: str
    title: str
    room: str
    path: str
    references: tuple[Reference, ...]

    @property
    def paper(self) -> Reference:
        """Return the paper the entry implements."""
        return self.references[0]

    def load(self) -> object:
        """Return the object itself.

        Examples:
            >>> Entry("gini", "Gini", "effectiveness", "relmodels.effectiveness.lorenz:gini", ()).load().__name__
            'gini'

        """
        module, _, name = self.path.partition(":")
        return getattr(import_module(module), name)

    def __str__(self) -> str:
        """Return key, title and paper on one line."""
        return f"rm.{self.key}: {self.title}; {self.paper.short}"
