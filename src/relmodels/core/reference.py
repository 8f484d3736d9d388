"""Where a model comes from, and how sure that is.

Every model, taxonomy and process of the library cites its source as a :class:`Reference`.
A :data:`Standing` says how much stands behind a statement, for a whole source or for one row of a table:

- ``printed``: read in the cited publication;
- ``secondary``: read in a text that reports the cited publication;
- ``unconfirmed``: the usual attribution, to be checked against the publication before it is quoted;
- ``derived``: computed from what the publication defines;
- ``ours``: a convention or a translation of this library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from relmodels.core.errors import Problems

__all__ = ["Reference", "Standing"]

Standing: TypeAlias = Literal["printed", "secondary", "unconfirmed", "derived", "ours"]

_AUTHORS_IN_SHORT = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """One publication.

    Attributes:
        authors: family name first, ``"Fader, P. S."``; an organization has no comma in its name.
        year: of publication.
        title: of the article, book or note.
        venue: the journal, publisher or series.
        volume: with the issue, ``"24(2)"``.
        pages: first and last, ``"275-284"``.
        doi: without resolver, ``"10.1287/mksc.1040.0098"``.
        standing: how much stands behind the citation.

    Raises:
        InvalidData: if authors or title are empty, the year is impossible, or the doi does not start with 10.

    Examples:
        >>> lorenz = Reference(("Lorenz, M. O.",), 1905, "Methods of Measuring the Concentration of Wealth")
        >>> lorenz.short
        'Lorenz (1905)'
        >>> print(lorenz)
        Lorenz, M. O. (1905). Methods of Measuring the Concentration of Wealth.

    """

    authors: tuple[str, ...]
    year: int
    title: str
    venue: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    standing: Standing = "printed"

    def __post_init__(self) -> None:
        """Check what a citation cannot do without."""
        problems = Problems("reference")
        if not self.authors or not all(author.strip() for author in self.authors):
            problems.add(f"authors = {self.authors!r} has an empty name; give at least one, family name first")
        if not self.title.strip():
            problems.add("title is empty; give the title of the publication")
        if not 1400 <= self.year <= 2200:
            problems.add(f"year = {self.year!r} is not a year of publication")
        if self.doi and not self.doi.startswith("10."):
            problems.add(f"doi = {self.doi!r} does not start with '10.'; leave out the address of the resolver")
        if self.standing not in get_args(Standing):
            problems.add(f"standing = {self.standing!r} is unknown; use one of {', '.join(get_args(Standing))}")
        problems.raise_if_any()

    @property
    def short(self) -> str:
        """Return the citation as running text has it, such as ``Fader, Hardie & Lee (2005)``."""
        families = [author.partition(",")[0].strip() for author in self.authors]
        return f"{_listed(families)} ({self.year})"

    @property
    def full(self) -> str:
        """Return the citation as a list of references has it."""
        where = _joined(", ", _joined(" ", self.venue, self.volume), self.pages.replace("-", "–"))
        stop = "" if self.title.endswith(("?", "!")) else "."
        parts = [f"{', '.join(self.authors)} ({self.year}). {self.title}{stop}"]
        parts += [f"{where}."] if where else []
        parts += [f"doi:{self.doi}"] if self.doi else []
        return " ".join(parts)

    @property
    def link(self) -> str | None:
        """Return the permanent address of the publication, ``None`` without a doi."""
        return f"https://doi.org/{self.doi}" if self.doi else None

    def __str__(self) -> str:
        """Return the full citation."""
        return self.full


def _listed(names: list[str]) -> str:
    if len(names) > _AUTHORS_IN_SHORT:
        return f"{names[0]} et al."
    return _joined(" & ", ", ".join(names[:-1]), names[-1])


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)
