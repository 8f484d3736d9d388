"""Scores of drivers from answers: by name, for one relationship or many, on the scale they were asked on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relmodels.core.arrays import FloatArray, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.frames.columns import Coded, row_list
from relmodels.frames.door import Lazy
from relmodels.frames.table import open_frame

__all__ = ["scores_of"]


def scores_of(scores: object, wanted: Sequence[str], scale: tuple[float, float], subject: str) -> FloatArray:
    """Return ``(n, d)`` scores from 0 to 1 in the order of ``wanted``; ``nan`` where nothing was answered.

    Args:
        scores: by name a number or ``(n,)`` numbers, or a frame with such columns; others are left alone.
        wanted: the names.
        scale: the lowest and highest answer.
        subject: what they are scores of, for messages.

    Raises:
        InvalidData: naming answers off the scale with their rows, columns that differ in length, relationships without
            an answer, and if none of the names is there.
        InvalidParameters: if the scale is none.

    Examples:
        >>> scores_of({"trust": [1, 7], "other": ["x", "y"]}, ["trust", "power"], (1, 7), "drivers").tolist()
        [[0.0, nan], [1.0, nan]]

    """
    low, high = (finite(end, "scale", "a number") for end in scale)
    if not low < high:
        message = f"scale = {scale!r} must be the lowest and the highest answer, such as (1, 7)"
        raise InvalidParameters(message)
    problems = Problems(subject)
    found = _columns(scores, wanted, problems)
    if not found:
        problems.add(f"there is no column of scores; the names are {', '.join(wanted)}")
    lengths = {name: values.size for name, values in found.items()}
    if len(set(lengths.values())) > 1:
        problems.add(f"columns differ in length: {', '.join(f'{name} has {size}' for name, size in lengths.items())}")
    problems.raise_if_any()
    table = np.full((next(iter(lengths.values())), len(wanted)), np.nan)
    for name, values in found.items():
        off = ~np.isnan(values) & ~((values >= low) & (values <= high))
        if off.any():
            problems.add(f"{name} = {values[off][0]:g} in {row_list(off)} is off the scale from {low:g} to {high:g}")
        table[:, list(wanted).index(name)] = (values - low) / (high - low)
    silent = (~np.isnan(table)).sum(axis=1) == 0
    if silent.any():
        problems.add(f"nothing was answered in {row_list(silent)}; leave such relationships out")
    problems.raise_if_any()
    return read_only(table)


def _columns(scores: object, wanted: Sequence[str], problems: Problems) -> dict[str, FloatArray]:
    """Return the columns of numbers by name; those that are none are noted."""
    if isinstance(scores, Mapping):
        given = {name: np.atleast_1d(np.asarray(scores[name])) for name in wanted if name in scores}
    else:
        opened = open_frame(scores)
        frame = opened.collect() if isinstance(opened, Lazy) else opened
        given = {}
        for name in (name for name in wanted if name in frame.columns):
            values = frame.column(name)
            if isinstance(values, Coded):
                problems.add(f"{name} holds text, numbers are needed; convert the column first")
            else:
                given[name] = values
    return {name: column(values, name, problems) for name, values in given.items()}
