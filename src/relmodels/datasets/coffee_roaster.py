"""An invented firm, a coffee roaster by a lake, and everybody it has to do with: forty-three relationships in a table.

No firm of this kind has been published with all its relationships, so this one is made up, to be looked at from every
side: each row carries its place in S.C.O.P.E., the six markets, 30R and the ten forms of Morgan and Hunt, where it
has one; some rows have several, as a real relationship has. Two ended, one began only this month.
Money is in thousands a year: what the firm gains by the relationship before its cost, and what keeping it costs.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

import numpy as np

from relmodels.core.reference import Reference
from relmodels.frames.table import Table

__all__ = ["COFFEE_ROASTER_SOURCE", "coffee_roaster"]

COFFEE_ROASTER_SOURCE: Final = Reference(
    authors=("The relmodels authors",),
    year=2026,
    title="An invented coffee roaster and its relationships",
    standing="ours",
)

_DATES: Final = ("since", "until")
_NUMBERS: Final = ("strength", "benefit", "cost", "power", "legitimacy", "urgency")


def coffee_roaster() -> Table:
    """Return the relationships of the invented firm, one a row, in 43 rows and 19 columns.

    Read it with ``rm.RelationshipNetwork.from_frame``. The columns are

    - ``key``, ``name``, ``name_ru``, ``kind`` (organization, person, group or brand) and ``country``: the other party;
    - ``type``: what it is to the firm, or to the party whose key stands in ``of``;
    - ``scope``, ``six_markets``, ``thirty_r``, ``ten_relationships``: codes with blanks between them, empty where
      there is no place for it;
    - ``strength`` from 0 to 10, ``since`` and ``until`` (``NaT`` while it lasts);
    - ``benefit`` and ``cost`` in thousands a year;
    - ``power``, ``legitimacy`` and ``urgency`` from 0 to 10, ``nan`` where nothing is claimed.

    Examples:
        >>> table = coffee_roaster()
        >>> len(table), table.column("name")[10], table.column("thirty_r")[10]
        (43, 'Harbor Cafes', 'r01 r06')

    """
    text = resources.files("relmodels.datasets").joinpath("coffee_roaster.csv").read_text(encoding="utf-8")
    names, *rows = csv.reader(text.splitlines())
    return Table({name: _cells(name, cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)})


def _cells(name: str, cells: tuple[str, ...]) -> object:
    if name in _DATES:
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[D]")
    if name in _NUMBERS:
        return np.array([cell or "nan" for cell in cells], dtype=np.float64)
    return cells
