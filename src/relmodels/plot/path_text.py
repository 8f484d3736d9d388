"""The texts of a path diagram: how names are wrapped, and how much room they take on paper."""

from __future__ import annotations

import textwrap
from typing import Final

from relmodels.plot.path_geometry import Size

__all__ = ["box_size", "figure_size", "wrapped"]

_LINE: Final = 22  # characters
_INCH: Final = 72.0  # points
_LEADING: Final = 1.22  # from line to line, of the size of the type
_INSET: Final = (0.1, 0.05)  # between the text of a box and its frame
_AROUND: Final = 0.02  # inches around a figure


def wrapped(name: str) -> str:
    r"""Return a name in lines of much the same length; one with lines or formulas of its own as it is.

    Examples:
        >>> wrapped("Relationship termination costs")
        'Relationship\ntermination costs'
        >>> wrapped("Relationship termination\ncosts")
        'Relationship termination\ncosts'

    """
    if "\n" in name or name.count("$") > name.count(r"\$"):
        return name
    lines = textwrap.wrap(name, _LINE)
    for width in range(max(map(len, lines), default=0), 0, -1):
        tried = textwrap.wrap(name, width, break_long_words=False)
        if len(tried) > len(lines) or max(map(len, tried)) > width:
            break
        lines = tried
    return "\n".join(lines)


def box_size(text: str, size: float) -> Size:
    """Return width and height in inches of a box around a text of so many points."""
    lines = text.split("\n")
    wide = max(_width(line, size) for line in lines)
    return wide + 2.0 * _INSET[0], len(lines) * _LEADING * size / _INCH + 2.0 * _INSET[1]


def figure_size(text: str, size: float) -> Size:
    """Return width and height in inches of a figure on an arrow; 0 without text."""
    return (_width(text, size) + 2.0 * _AROUND, size / _INCH + 2.0 * _AROUND) if text else (0.0, 0.0)


def _width(line: str, size: float) -> float:
    """Return the width of a line in inches, in the type that matplotlib writes in."""
    from matplotlib.textpath import TextPath

    return float(TextPath((0.0, 0.0), line, size=size).get_extents().width) / _INCH if line.strip() else 0.0
