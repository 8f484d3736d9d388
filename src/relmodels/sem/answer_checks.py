"""What is looked at before answers are fitted: sizes, spread, who answered what together, and questions that repeat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, Problems
from relmodels.sem.checks import check_definite

__all__ = ["check_answers", "check_sizes"]

_LARGEST: Final = 1e50  # products of four larger numbers leave the range of floating point
_SAME: Final = 1e-10  # by which a correlation misses 1


def check_sizes(names: Sequence[str], values: FloatArray) -> None:
    """Raise naming the questions whose answers are too large for products of them to be numbers.

    Examples:
        >>> check_sizes(["turnover"], np.array([[1e200], [2.0]]))
        Traceback (most recent call last):
        relmodels.core.errors.InvalidData: survey: turnover reaches 1e+200, too large a number; give it in a larger unit

    """
    problems = Problems("survey")
    for name, own in zip(names, values.T, strict=True):
        largest = float(np.nanmax(np.abs(own), initial=0.0))
        if largest > _LARGEST:
            problems.add(f"{name} reaches {largest:.3g}, too large a number; give it in a larger unit")
    problems.raise_if_any()


def check_answers(names: Sequence[str], values: FloatArray, where: str, problems: Problems) -> None:
    """Note what stands against counting answers with gaps: of one group, which ``where`` names.

    Args:
        names: of the questions.
        values: ``(n, p)`` answers of those who answered anything.
        where: of which group, in words; empty if there is only one.
        problems: to which faults are added.

    """
    there: BoolArray = np.asarray(~np.isnan(values), dtype=bool)
    spread = np.array([np.ptp(own[seen]) if seen.any() else 0.0 for own, seen in zip(values.T, there.T, strict=True)])
    for place in map(int, np.flatnonzero(~(spread > 0.0))):
        problems.add(f"the answers to {names[place]}{where} are all alike, or there are none; leave it out")
    if len(values) <= len(names):
        problems.add(
            f"{len(values)} respondents{where} answered something; {len(names)} questions need more; leave questions "
            "out, or take parcels"
        )
    if problems.found:
        return
    shared = there.T.astype(float) @ there
    for first, second in combinations(range(len(names)), 2):
        if shared[first, second] == 0.0:
            problems.add(f"nobody{where} answered both {names[first]} and {names[second]}; leave one of them out")
    for first, second in np.argwhere(np.triu(_alike(values, there), 1)):
        problems.add(f"{names[first]} and {names[second]}{where} say the same; leave one of them out")
    complete = values[there.all(axis=1)]
    if not problems.found and len(complete) > len(names):
        _check_rank(names, complete, where, problems)


def _alike(values: FloatArray, there: BoolArray) -> BoolArray:
    """Return ``(p, p)`` which questions are one, or one turned, among those who answered both of them."""
    center = np.nanmean(values, axis=0)
    filled = np.where(there, (values - center) / np.nanstd(values, axis=0), 0.0)
    seen = there.astype(float)
    count, sums, squares = seen.T @ seen, filled.T @ seen, (filled**2).T @ seen
    with np.errstate(all="ignore"):
        spread = squares - sums**2 / count
        shared = filled.T @ filled - sums * sums.T / count
        left = 1.0 - shared**2 / (spread * spread.T)
    varied = np.minimum(spread, spread.T) > 1e-9 * count
    return np.asarray((count > 2.0) & varied & (left < _SAME), dtype=bool)


def _check_rank(names: Sequence[str], complete: FloatArray, where: str, problems: Problems) -> None:
    """Note if a question is a sum of others for all who answered everything."""
    table = np.cov(complete, rowvar=False)
    if not (np.diag(table) > 0.0).all():
        return  # alike among these few only
    try:
        check_definite(np.atleast_2d(table), names, f"of those{where} who answered everything")
    except InvalidData as error:
        problems.add(str(error))
