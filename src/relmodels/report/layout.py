"""The parts a page is made of, as plain values; the template says what they look like."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cell", "Fact", "Grid", "Head", "Page", "Picture", "Section"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with what it counts; also the card at the top of the page."""

    figure: str
    label: str


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column, and whether the column holds numbers."""

    text: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, smaller text after it, and its look (``n`` number, ``id`` name)."""

    text: str
    small: str = ""
    kind: str = "n"
    badge: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with the paragraphs below it."""

    label: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a ``data:`` address, with its question, its meaning in words and the paper behind it."""

    address: str
    width: int
    height: int
    alt: str
    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the report."""

    key: str
    title: str
    lead: str = ""
    facts: tuple[Fact, ...] = ()
    tables: tuple[Grid, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report, ready to be set."""

    title: str
    period: str
    headline: str
    cards: tuple[Fact, ...]
    notices: tuple[str, ...]
    guide: tuple[str, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    sources: tuple[str, ...]
    colophon: str
