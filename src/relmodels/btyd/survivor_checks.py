"""What counts of surviving contracts have to obey; every fault is noted with its cohort, place and value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, FloatArray, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import Problems
from relmodels.frames.columns import object_array

__all__ = ["checked_cohorts"]


def checked_cohorts(
    counts: ArrayLike | Sequence[ArrayLike] | Mapping[Any, ArrayLike], cohort: object, problems: Problems
) -> tuple[AnyArray | None, list[FloatArray]]:
    """Return the names of the cohorts, ``(n,)``, and the counts of each without what is not observed yet.

    Every fault of the counts and the names is noted in ``problems``.
    """
    if isinstance(counts, Mapping):
        labels: list[object] | None = list(counts)
        rows: list[Any] = list(counts.values())
        if cohort is not None:
            problems.add("cohort is given although the counts are named already; leave one of the two out")
        titles = [f"counts[{label!r}]" for label in counts]
    else:
        rows, several = _rows(counts)
        labels = _labels(cohort, len(rows), problems)
        titles = [f"counts[{place}]" for place in range(len(rows))] if several else ["counts"]
    if not rows:
        problems.add("there are no cohorts; at least one is needed")
    found = [_checked(row, title, problems) for row, title in zip(rows, titles, strict=True)]
    if rows and not problems and max(row.size for row in found) < 2:
        problems.add(
            "no cohort has seen a renewal; give the number at the start, after the first renewal, after the second, ..."
        )
    return _array(labels), found


def _rows(counts: ArrayLike | Sequence[ArrayLike]) -> tuple[list[Any], bool]:
    """Return the rows, and whether there were several, as a list of numbers is one cohort."""
    given: list[Any] = list(counts) if isinstance(counts, list | tuple) else list(np.atleast_1d(np.asarray(counts)))
    several = bool(given) and np.ndim(given[0]) > 0
    return (given if several else [given]), several


def _labels(cohort: object, rows: int, problems: Problems) -> list[object] | None:
    if cohort is None:
        return None
    labels = list(cohort) if isinstance(cohort, Iterable) and not isinstance(cohort, str) else [cohort]
    if len(labels) != rows:
        problems.add(f"cohort has {len(labels)} names, counts has {rows} cohorts; give a name for each")
    elif len(set(labels)) < len(labels):
        again = next(label for place, label in enumerate(labels) if label in labels[:place])
        problems.add(f"cohort {again!r} is named twice; add up its counts, or give each cohort a name of its own")
    return labels


def _array(labels: Sequence[object] | None) -> AnyArray | None:
    if labels is None:
        return None
    plain = all(isinstance(label, str) for label in labels) or all(type(label) is int for label in labels)
    return read_only(np.array(labels) if plain else object_array(labels))


def _checked(values: ArrayLike, title: str, problems: Problems) -> FloatArray:
    """Return one row of counts up to the last one that is known."""
    before = len(problems.found)
    row = column(values, title, problems)
    if len(problems.found) > before:
        return row
    known = np.flatnonzero(~np.isnan(row))
    row = row[: known[-1] + 1] if known.size else row[:0]
    if row.size == 0:
        problems.add(f"{title} is empty; give at least the number of contracts at the start")
        return row
    if check_finite(row, title, problems) and check_not_negative(row, title, problems):
        _check_course(row, title, problems)
    return row


def _check_course(row: FloatArray, title: str, problems: Problems) -> None:
    if row[0] == 0:
        problems.add(f"{title}[0] = 0.0 contracts at the start; drop a cohort without contracts")
    risen = np.flatnonzero(np.diff(row) > 0)
    if risen.size:
        shown = ", ".join(
            f"{title}[{i + 1}] = {row[i + 1]} exceeds {title}[{i}] = {row[i]}" for i in risen[:5].tolist()
        )
        more = "" if risen.size <= 5 else f" and {risen.size - 5} more"
        problems.add(f"{shown}{more}; a contract that is lost does not come back: count it as a new one")
