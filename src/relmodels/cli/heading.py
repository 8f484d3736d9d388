"""The heading of a file: whether it is text at all, and whether it names the columns asked for once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from relmodels.core.errors import InvalidData, Problems

__all__ = ["check_names", "check_text", "check_unique"]

_HEAD: Final = 1 << 16
_COMPRESSED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_SHOWN: Final = 12
_LONGEST: Final = 40
# What polars and fastexcel make of a name that is there already.
_RENAMED: Final = re.compile(r"(.+?)_(?:duplicated_)?\d+")


def check_text(path: Path) -> None:
    """Refuse a CSV file that is no text in UTF-8 with lines, as far as its beginning tells.

    Raises:
        InvalidData: if it is UTF-16, holds null characters, or its lines end as those of old Macs do.

    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_COMPRESSED):
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        message = f"{path.name} is not text in UTF-8 but perhaps in UTF-16; save the file as CSV UTF-8"
        raise InvalidData(message)
    if b"\r" in head[:-1] and b"\n" not in head:
        message = f"{path.name} ends its lines with a carriage return alone; save the file as CSV UTF-8"
        raise InvalidData(message)


def check_names(path: Path, wanted: Sequence[str], present: Sequence[str], separator: str | None) -> None:
    """Refuse a file without the columns wanted.

    Raises:
        InvalidData: naming the columns that are missing and those that are there.

    """
    problems = Problems(path.name)
    for name in wanted:
        if name not in present:
            near = difflib.get_close_matches(name, present, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problems.add(f"there is no column {name!r}; the file has {_listed(present)}{hint}")
    if problems and len(present) == 1 and separator is None:
        other = next((mark for mark in ";\t|" if mark in present[0]), None)
        if other is not None:
            problems.found[:] = [f"its columns are separated by {other!r}; say so with --separator {other!r}"]
    problems.raise_if_any()


def check_unique(path: Path, wanted: Sequence[str], present: Sequence[str], raw: Callable[[], Sequence[str]]) -> None:
    """Refuse a file that names a wanted column more than once, which a reader of files hides by renaming.

    Args:
        path: the file.
        wanted: the columns to take.
        present: the columns as renamed.
        raw: returns the heading as it stands in the file; called only if there may have been a renaming.

    Raises:
        InvalidData: naming the columns.

    """
    stems = {name: found[1] for name in present if (found := _RENAMED.fullmatch(name)) and found[1] in present}
    asked = {*wanted, *(stems[name] for name in wanted if name in stems)}
    if not asked.intersection(stems.values()):
        return
    written = list(raw())
    problems = Problems(path.name)
    for name in sorted(asked):
        if written.count(name) > 1:
            problems.add(
                f"{written.count(name)} columns are named {name!r}; "
                "give each column of the file its own name, so that none is guessed"
            )
    problems.raise_if_any()


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}...") for name in names[:_SHOWN]]
    more = "" if len(names) <= _SHOWN else f" and {len(names) - _SHOWN:,} more"
    return f"{', '.join(shown)}{more}"
