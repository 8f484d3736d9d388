"""Answers so far from all others to a question that they are a code for no answer, or a slip of the hand.

Nineteen in twenty answers lie on steps such as 1 to 7; one that lies further beyond them than they are wide is none of
them. A code next to the scale, such as 9 beside 1 to 7, cannot be told so: that takes the scale, which a survey checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray
from relmodels.sem.remarks import Remark

__all__ = ["far_off"]

_MOST: Final = 0.95  # of the answers lie on the steps, a convention
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
    """Return the ends of the steps on which nearly all answers lie, and the answers far beyond them."""
    steps, counts = np.unique(own, return_counts=True)
    nothing = np.empty(0)
    if not 2 < steps.size <= _STEPS:
        return np.nan, np.nan, nothing
    low, high = _core(steps, counts)
    while (near := steps[(steps >= 2 * low - high) & (steps <= 2 * high - low)])[-1] - near[0] > high - low:
        low, high = near[0], near[-1]
    if not (high > low and np.array_equal(near, np.rint(near))):
        return low, high, nothing
    return low, high, own[(own < low) | (own > high)]


def _core(steps: FloatArray, counts: IntArray) -> tuple[float, float]:
    """Return the ends of the narrowest run of steps with nearly all answers."""
    upto = np.concatenate([[0], np.cumsum(counts)])
    needed = upto[:-1] + _MOST * upto[-1]
    last = np.searchsorted(upto[1:], needed)
    first = np.flatnonzero(last < steps.size)
    best = first[np.argmin(steps[last[first]] - steps[first])]
    return float(steps[best]), float(steps[last[best]])
