"""The whole catalogue, in the order of the rooms, and the search in it."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.btyd import BTYD
from relmodels.catalogue.classes import CLASSES
from relmodels.catalogue.development import DEVELOPMENT
from relmodels.catalogue.entry import Entry
from relmodels.catalogue.equity import EQUITY
from relmodels.catalogue.forecasts import FORECASTS
from relmodels.catalogue.loyalty import LOYALTY
from relmodels.catalogue.margins import MARGINS
from relmodels.catalogue.returns import RETURNS
from relmodels.catalogue.stakeholders import STAKEHOLDERS
from relmodels.catalogue.structural import STRUCTURAL
from relmodels.catalogue.value import VALUE
from relmodels.core.text import plain

__all__ = ["CATALOGUE", "find"]

CATALOGUE: Final[tuple[Entry, ...]] = (
    *STAKEHOLDERS,
    *DEVELOPMENT,
    *STRUCTURAL,
    *BTYD,
    *VALUE,
    *CLASSES,
    *LOYALTY,
    *MARGINS,
    *RETURNS,
    *EQUITY,
    *FORECASTS,
)


def find(text: str) -> tuple[Entry, ...]:
    """Return the entries in whose key, title or citation every word of ``text`` occurs, in the catalogue's order.

    Capitals and accents make no difference; an empty text finds everything.

    Examples:
        >>> [entry.key for entry in find("lorenz")]
        ['lorenz', 'gini']

    """
    words = plain(text).split()
    return tuple(entry for entry in CATALOGUE if all(word in _searched(entry) for word in words))


def _searched(entry: Entry) -> str:
    return plain(" ".join((entry.key, entry.title, entry.room, *(reference.full for reference in entry.references))))
