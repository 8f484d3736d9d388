"""Where boxes, arrows and figures of a path diagram stand, so that nothing runs through what it does not belong to.

Lengths are inches. Boxes have the size of their texts; those of a column are equally wide, and arrows go from the right
side of a box to the left side of another. So no arrow can run into boxes of the columns it begins and ends in, and what
is left to see to are boxes in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.plot.path_geometry import Box, Line, Point, Size, corners, crossings, lengths_inside

__all__ = ["PathLayout", "path_layout"]

Link: TypeAlias = tuple[str, str]

_SHIFTS: Final = (0.0, 0.2, -0.2, 0.35, -0.35)  # of a column, as shares of the height
_ROOM: Final = 1.9  # height that a diagram has at least, for that
_STRETCHES: Final = (1.0, 1.4, 1.9)  # of the height, where shifting does not help
_MOST_COLUMNS: Final = 4  # are moved; all shifts of each are then tried in every combination
_SWEEPS: Final = 6
_ACROSS: Final = 1.0  # between two columns at least
_FEW: Final = 6  # arrows from column to column that this has room for; more need more
_MORE: Final = 0.05  # for each of them
_APART: Final = 0.13  # between two boxes of a column at least
_EDGE: Final = 0.05  # around all
_CLEAR: Final = (0.03, 0.06)  # around a box, where no other arrow goes either
_PORT: Final = 0.13  # between two arrows at a side of a box at most
_SIDE: Final = 0.7  # of a side is used by arrows
_ALONG: Final = 0.44  # of an arrow, where its figure stands best
_FREE: Final = (0.035, 0.015)  # around a figure
_STEPS: Final = np.linspace(0.1, 0.9, 33)


@dataclass(frozen=True, slots=True)
class PathLayout:
    """A path diagram as places in inches, from the lower left corner.

    Attributes:
        boxes: by name of the variable.
        lines: of the arrows, in the order of the links.
        figures: where the figure of each link stands, in that order.
        size: width and height of the whole.

    """

    boxes: dict[str, Box]
    lines: tuple[Line, ...]
    figures: tuple[Point, ...]
    size: Size


def path_layout(links: Sequence[Link], sizes: Mapping[str, Size], figures: Sequence[Size]) -> PathLayout:
    """Return where boxes of given sizes stand: right of their last cause, in the last column if they cause nothing.

    A column between the first and the last is moved up or down, and the diagram made higher, if arrows would otherwise
    run through its boxes.

    Args:
        links: causes with their effects.
        sizes: of the boxes, by name.
        figures: the sizes of what is written on each arrow; without width nothing is.

    Raises:
        InvalidParameters: if the links run in a circle.

    """
    boxes = _arranged(links, sizes)
    lines = _lines(links, boxes)
    low = min(box.y - 0.5 * box.height for box in boxes.values()) - _EDGE
    boxes = {name: Box(box.x, box.y - low, box.width, box.height) for name, box in boxes.items()}
    lines = tuple(((left, below - low), (right, above - low)) for (left, below), (right, above) in lines)
    size = (
        max(box.x + 0.5 * box.width for box in boxes.values()) + _EDGE,
        max(box.y + 0.5 * box.height for box in boxes.values()) + _EDGE,
    )
    return PathLayout(boxes, lines, _figures(lines, boxes, figures), size)


def _columns(links: Sequence[Link]) -> list[list[str]]:
    """Return the variables of each column, in the order in which they are first named."""
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
    causes, last = {cause for cause, _ in links}, max(column.values())
    column |= {name: last for name in names if name not in causes}
    return [[name for name in names if column[name] == place] for place in range(last + 1)]


def _arranged(links: Sequence[Link], sizes: Mapping[str, Size]) -> dict[str, Box]:
    """Return the boxes of the first arrangement in which no arrow runs through one, or of that with the least of it."""
    columns = _columns(links)
    across = _ACROSS + _MORE * max(len(links) / (len(columns) - 1) - _FEW, 0.0)
    orders = [columns, *([swept] if (swept := _swept(columns, links)) != columns else [])]
    found: tuple[float, float, dict[str, Box]] | None = None
    for stretch in _STRETCHES:
        for order in orders:
            for shifts, boxes in _tries(order, sizes, across, stretch):
                lines = _lines(links, boxes)
                passed = round(_passed(links, boxes, lines), 6)
                cost = crossings(lines) + float(np.abs(shifts).sum())
                if found is None or (passed, cost) < found[:2]:
                    found = passed, cost, boxes
                if not any(shifts) and not passed:
                    break
        if found is not None and not found[0]:
            break
    return {} if found is None else found[2]


def _swept(columns: Sequence[Sequence[str]], links: Sequence[Link]) -> list[list[str]]:
    """Return the columns with each variable moved to the height of what it is linked with."""
    order = [list(own) for own in columns]
    near = {
        name: [other for link in links if name in link for other in link if other != name]
        for own in columns
        for name in own
    }
    for _ in range(_SWEEPS):
        for own in order:
            height = {name: (place + 0.5) / len(each) for each in order for place, name in enumerate(each)}
            wanted = {name: round(float(np.mean([height[other] for other in near[name]])), 9) for name in own}
            own.sort(key=wanted.__getitem__)
    return order


def _tries(
    columns: Sequence[Sequence[str]], sizes: Mapping[str, Size], across: float, stretch: float
) -> Iterator[tuple[tuple[float, ...], dict[str, Box]]]:
    """Give the boxes with the columns between the first and the last moved in all ways, unmoved ones first."""
    tall = [sum(sizes[name][1] + _APART for name in own) for own in columns]
    between = range(1, len(columns) - 1)[:_MOST_COLUMNS]
    for shifts in product(_SHIFTS, repeat=len(between)):
        moved = dict(zip(between, shifts, strict=True))
        yield shifts, _placed(columns, sizes, (across, stretch * max(tall)), moved)


def _placed(
    columns: Sequence[Sequence[str]], sizes: Mapping[str, Size], room: Size, moved: Mapping[int, float]
) -> dict[str, Box]:
    """Return boxes spread evenly over the height of each column, then moved; ``room`` is between columns, and high."""
    found: dict[str, Box] = {}
    left, (across, height) = _EDGE, room
    for place, own in enumerate(columns):
        wide = max(sizes[name][0] for name in own)
        apart = (height - sum(sizes[name][1] for name in own)) / len(own)
        top = height + moved.get(place, 0.0) * max(height, _ROOM)
        for name in own:
            tall = sizes[name][1]
            found[name] = Box(left + 0.5 * wide, top - 0.5 * (apart + tall), wide, tall)
            top -= apart + tall
        left += wide + across
    return found


def _lines(links: Sequence[Link], boxes: Mapping[str, Box]) -> tuple[Line, ...]:
    """Return the arrows from side to side; those at one side stand one above the other as their other ends do."""
    starts = _ports(links, boxes, end=0)
    ends = _ports(links, boxes, end=1)
    return tuple(
        (
            (boxes[cause].x + 0.5 * boxes[cause].width, starts[place]),
            (boxes[effect].x - 0.5 * boxes[effect].width, ends[place]),
        )
        for place, (cause, effect) in enumerate(links)
    )


def _ports(links: Sequence[Link], boxes: Mapping[str, Box], end: int) -> list[float]:
    """Return at which height each arrow begins (``end`` 0) or ends (1)."""
    found = [0.0] * len(links)
    for name, box in boxes.items():
        own = [place for place, link in enumerate(links) if link[end] == name]
        others = {place: boxes[links[place][1 - end]] for place in own}
        own.sort(key=lambda place: (others[place].y - box.y) / abs(others[place].x - box.x))
        step = min(_PORT, _SIDE * box.height / max(len(own) - 1, 1))
        for rank, place in enumerate(own):
            found[place] = box.y + step * (rank - 0.5 * (len(own) - 1))
    return found


def _passed(links: Sequence[Link], boxes: Mapping[str, Box], lines: Sequence[Line]) -> float:
    """Return how many inches arrows run through boxes that they neither leave nor enter."""
    foreign = np.array([[name not in link for name in boxes] for link in links])
    return float((lengths_inside(np.array(lines).reshape(-1, 4), corners(boxes.values(), _CLEAR)) * foreign).sum())


def _figures(lines: Sequence[Line], boxes: Mapping[str, Box], sizes: Sequence[Size]) -> tuple[Point, ...]:
    """Return where the figure of each arrow stands: on it, off boxes and other figures, and off other arrows."""
    flat = np.array(lines).reshape(-1, 4)
    taken = list(boxes.values())
    found = {}
    for place in sorted(range(len(lines)), key=lambda one: (sizes[one][0] == 0.0, flat[one, 2] - flat[one, 0])):
        (left, low), (right, high) = lines[place]
        tried = [Box(left + at * (right - left), low + at * (high - low), *sizes[place]) for at in _STEPS]
        on, own = corners(tried, _FREE), corners(taken, _FREE)
        width = np.minimum(on[:, None, 2], own[None, :, 2]) - np.maximum(on[:, None, 0], own[None, :, 0])
        height = np.minimum(on[:, None, 3], own[None, :, 3]) - np.maximum(on[:, None, 1], own[None, :, 1])
        covered = (np.maximum(width, 0.0) * np.maximum(height, 0.0)).sum(axis=1)
        others = lengths_inside(np.delete(flat, place, axis=0), on).sum(axis=0)
        best = tried[int(np.argmin(100.0 * covered + others + 0.3 * np.abs(_STEPS - _ALONG)))]
        found[place] = best.x, best.y
        taken += [best] if sizes[place][0] else []
    return tuple(found[place] for place in range(len(lines)))
