"""Answers so far from all others to a question that they are a code for no answer, or a slip of the hand.

Most answers lie on steps such as 1 to 7, close together; one that lies further beyond them than they are wide is none
of them. A code next to the scale, such as 9 beside 1 to 7, cannot be told so: that takes the scale, which a survey
checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.sem.remarks import Remark

__all__ = ["far_off"]

_MANY: Final = 0.05  # of the answers: more of them are far off only beyond a scale of several steps
_SEVERAL: Final = 4
_STEPS: Final = 30  # distinct answers; more are measured and not chosen
_NAMED: Final = 5


def far_off(names: Sequence[str], parts: Sequence[FloatArray]) -> tuple[Remark, ...]:
    """Return a remark that names the questions with answers far off all others; none if there are no such.

    Args:
        names: of ``p`` questions.
        parts: for each group ``(n, p)`` answers; none for a table of covariances.

    """
    if not parts:
        return ()
    found = []
    for name, values in zip(names, np.vstack(parts).T, strict=True):
        own = values[~np.isnan(values)]
        low, high, far = _beyond(own)
        if far.size:
            found.append(f"{name} = {far[0]:g} ({far.size} of {own.size} answers, the others {low:g} to {high:g})")
    if not found:
        return ()
    more = f" and of {len(found) - _NAMED} questions more" if len(found) > _NAMED else ""
    text = (
        f"answers lie far off all others: {', '.join(found[:_NAMED])}{more}; if they mean no answer, say so when the "
        "answers are read (missing_codes= or --missing-codes), and state the scale to be sure of the others"
    )
    return (Remark("far_off", text),)


def _beyond(own: FloatArray) -> tuple[float, float, FloatArray]:
    """Return the ends of the steps on which most answers lie, and the answers far beyond them."""
    steps, counts = np.unique(own, return_counts=True)
    nothing = np.empty(0)
    if not 2 < steps.size <= _STEPS:
        return np.nan, np.nan, nothing
    first, last = _core(steps, counts)
    low, high, core = float(steps[first]), float(steps[last]), steps[first : last + 1]
    far = own[(own < low) | (own > high)]
    few = far.size <= _MANY * own.size or (core.size >= _SEVERAL and far.size < 0.5 * own.size)
    if core.size < 2 or not few or not np.array_equal(core, np.rint(core)):
        return low, high, nothing
    return low, high, far


def _core(steps: FloatArray, counts: IntArray) -> tuple[int, int]:
    """Return the places of the first and last step around the middle answer with no gap wider than all of them."""
    first = last = int(np.searchsorted(np.cumsum(counts), 0.5 * counts.sum()))
    least = float(np.diff(steps).min())
    while True:
        reach = max(float(steps[last] - steps[first]), least)
        if first > 0 and steps[first] - steps[first - 1] <= reach:
            first -= 1
        elif last < steps.size - 1 and steps[last + 1] - steps[last] <= reach:
            last += 1
        else:
            return first, last
