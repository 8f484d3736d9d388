"""Where the search begins: loadings from ratios of correlations, half of each variance to what is not explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.sem.complete import Parameter
from relmodels.sem.model import PathModel
from relmodels.sem.structure import Structure

__all__ = ["starting_values"]

_LOADING: Final = 0.7
_ROOM: Final = 0.5  # of the product of two variances, at most, for the square of their covariance


def starting_values(
    model: PathModel,
    parameters: Sequence[Parameter],
    structures: Sequence[Structure],
    correlation: Sequence[FloatArray],
    mean: Sequence[FloatArray] | None,
) -> FloatArray:
    """Return ``(q,)`` values to begin from; what was stated as a start is taken.

    Args:
        model: what was stated.
        parameters: all of them.
        structures: the cells of each group.
        correlation: ``(p, p)`` of each group.
        mean: ``(p,)`` of each group, in the units of the data.

    """
    count = 1 + max((one.index for one in parameters), default=-1)
    sums, times = np.zeros(count), np.zeros(count)
    said = np.full(count, np.nan)
    for one in parameters:
        if one.index < 0:
            continue
        structure = structures[one.group]
        if one.value is not None:
            said[one.index] = one.value
            continue
        level = None if mean is None else mean[one.group]
        sums[one.index] += _value(model, one, structure, correlation[one.group], level)
        times[one.index] += 1.0
    found = np.where(np.isnan(said), sums / np.maximum(times, 1.0), said)
    _widen(parameters, found, np.isnan(said))
    return found


def _widen(parameters: Sequence[Parameter], start: FloatArray, movable: BoolArray) -> None:
    """Raise variances that covariances held at a value would leave no room for; those stated stay."""
    variances = {(one.group, one.left): one for one in parameters if one.operator == "~~" and one.left == one.right}
    for one in parameters:
        if one.operator != "~~" or one.left == one.right or one.index >= 0 or not one.value:
            continue
        ends = [variances.get((one.group, name)) for name in (one.left, one.right)]
        free = [end.index for end in ends if end is not None and end.index >= 0 and movable[end.index]]
        room = 1.0
        for end in ends:
            room *= 0.0 if end is None else float(start[end.index]) if end.index >= 0 else end.value or 0.0
        lacking = one.value**2 / (_ROOM * room) if room > 0.0 else 0.0
        if lacking > 1.0:
            start[free] *= lacking ** (1.0 / max(len(set(free)), 1))


def _value(
    model: PathModel, one: Parameter, structure: Structure, correlation: FloatArray, mean: FloatArray | None
) -> float:
    place = {name: where for where, name in enumerate(structure.names)}
    scale = structure.scale
    left, right = place[one.left], place.get(one.right, -1)
    observed = len(structure.observed)
    if one.operator == "=~":
        return _loading(model, one, structure, correlation) * float(scale[right] / scale[left])
    if one.operator == "~~":
        if left != right:
            return 0.0
        own = 0.5 if left < observed else 0.45 if model.unit == "first_indicator" else 1.0
        return own * float(scale[left]) ** 2
    if one.operator == "~1":
        return float(mean[left]) if mean is not None and left < observed else 0.0
    return 0.0


def _loading(model: PathModel, one: Parameter, structure: Structure, correlation: FloatArray) -> float:
    """Return a loading in standard deviations: its correlations beside those of the first indicator."""
    place = {name: where for where, name in enumerate(structure.observed)}
    items = [row.right for row in model.rows if row.operator == "=~" and row.left == one.left]
    inside = [place[name] for name in items if name in place]
    if one.right not in place or items[0] not in place or len(inside) < 2:
        return 1.0 if model.unit == "first_indicator" else _LOADING
    here, first = place[one.right], place[items[0]]
    if model.unit == "variance":
        return _LOADING if correlation[here, first] >= 0.0 else -_LOADING
    others = [where for where in inside if where not in {here, first}]
    if not others:
        return 1.0 if correlation[here, first] >= 0.0 else -1.0
    beside = correlation[first, others]
    ratio = float(correlation[here, others] @ beside / max(float(beside @ beside), 1e-6))
    return float(np.clip(ratio, 0.3, 2.5)) if ratio > 0.0 else float(np.clip(ratio, -2.5, -0.3))
