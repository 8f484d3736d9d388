"""Where boxes and figures of a path diagram stand, so that no arrow runs through a box it does not belong to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.errors import InvalidParameters

__all__ = ["label_places", "places"]

Point: TypeAlias = tuple[float, float]
Link: TypeAlias = tuple[str, str]

_SHIFTS: Final = (0.0, 0.2, -0.2, 0.3, -0.3)  # of a column, as shares of the highest one
_ROOM: Final = 3  # rows that a diagram has at least, for that
_MOST_COLUMNS: Final = 4  # are moved; five shifts each are then tried in every combination
_NEAR: Final = 0.55  # rows between an arrow and the middle of a box it passes
_ALONG: Final = (0.42, 0.5, 0.34, 0.58, 0.66, 0.28)
_WIDE, _HIGH = 2.3, 0.85  # inches of a column and of a row, about


def places(links: Sequence[Link]) -> dict[str, Point]:
    """Return column and row of each variable: right of its last cause, in the last column if it causes nothing.

    A column between the first and the last is moved up or down if arrows would otherwise run through its boxes.

    Raises:
        InvalidParameters: if the links run in a circle.

    """
    column = _columns(links)
    names = list(column)
    members = [[name for name in names if column[name] == place] for place in range(max(column.values()) + 1)]
    most = max(map(len, members))
    best = _placed(members, most, {})
    least = _passes(best, links)
    between = [place for place, own in enumerate(members[:-1]) if place and own][:_MOST_COLUMNS]
    for shifts in product(_SHIFTS, repeat=len(between)) if least else ():
        tried = _placed(members, most, dict(zip(between, shifts, strict=True)))
        cost = _passes(tried, links) + 0.01 * float(np.abs(shifts).sum())
        if cost < least - 1e-9:
            best, least = tried, cost
    return best


def _columns(links: Sequence[Link]) -> dict[str, int]:
    """Return the column of each variable."""
    names = list(dict.fromkeys(name for link in links for name in link))
    column = dict.fromkeys(names, 0)
    for _ in range(len(names)):
        before = dict(column)
        for cause, effect in links:
            column[effect] = max(column[effect], column[cause] + 1)
        if column == before:
            break
    else:
        message = "the paths run in a circle; a diagram from causes to outcomes cannot be drawn"
        raise InvalidParameters(message)
    causes = {cause for cause, _ in links}
    return column | {name: max(column.values()) for name in names if name not in causes}


def _placed(members: Sequence[Sequence[str]], most: int, shift: dict[int, float]) -> dict[str, Point]:
    found: dict[str, Point] = {}
    for place, own in enumerate(members):
        rows = np.linspace(1.0, 0.0, len(own) + 2)[1:-1] * most + shift.get(place, 0.0) * max(most, _ROOM)
        found |= {name: (float(place), float(row)) for name, row in zip(own, rows, strict=True)}
    return found


def _passes(where: dict[str, Point], links: Sequence[Link]) -> float:
    """Return how much arrows run into boxes they pass; 0 if all pass at a distance."""
    total = 0.0
    for cause, effect in links:
        (left, low), (right, high) = where[cause], where[effect]
        for column, row in (at for name, at in where.items() if left < at[0] < right and name not in {cause, effect}):
            apart = abs(low + (column - left) / (right - left) * (high - low) - row)
            total += max(0.0, _NEAR - apart)
    return total


def label_places(links: Sequence[Link], where: dict[str, Point]) -> list[Point]:
    """Return where the figure of each link stands: on its arrow, as far as may be from boxes and other figures."""
    taken: list[Point] = list(where.values())
    found: list[Point] = []
    for cause, effect in links:
        (left, low), (right, high) = where[cause], where[effect]
        tried = [(left + along * (right - left), low + along * (high - low)) for along in _ALONG]
        room = [min(_apart(at, other) for other in taken) for at in tried]
        at = tried[int(np.argmax(np.minimum(np.round(room, 9), 0.6)))]  # the first with room enough
        taken.append(at)
        found.append(at)
    return found


def _apart(first: Point, second: Point) -> float:
    return float(np.hypot(_WIDE * (first[0] - second[0]), 1.6 * _HIGH * (first[1] - second[1])))
