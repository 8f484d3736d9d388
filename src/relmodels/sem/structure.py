"""The matrices behind a model, and the covariances and means it implies, with their derivatives.

Observed and latent variables stand side by side (the reticular action model): ``A`` holds what depends on what, ``S``
what varies together, ``m`` the means. With ``E = (I - A)^{-1}`` the implied covariance is the observed part of ``E S
E'``, the implied mean that of ``E m``. The derivative by any cell is the sum of an outer product and its transpose, so
that neither the gradient nor the information ever needs a matrix as large as the number of moments squared.

Every variable is measured in its own standard deviation inside, latent ones in that of their first indicator, so that
the units of the data do not matter to the search; parameters keep the units of the data throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.sem.complete import Parameter
from relmodels.sem.linear import inverse_of
from relmodels.sem.model import PathModel

__all__ = ["Implied", "Structure", "structures", "with_causes"]


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """What a model implies at some parameters, in standard deviations of the data.

    Attributes:
        covariance: ``(p, p)``.
        mean: ``(p,)``.
        effect: ``(v, v)`` total effects of each variable's disturbance, ``(I - A)^{-1}``.
        total: ``(v, v)`` covariances of all variables.
        level: ``(v,)`` means of all variables.

    """

    covariance: FloatArray
    mean: FloatArray
    effect: FloatArray
    total: FloatArray
    level: FloatArray

    __reduce__ = by_fields


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The cells of a model in one group.

    Attributes:
        observed: the names of ``p`` observed variables.
        names: all ``v`` variables, the observed first.
        scale: ``(v,)`` their units.
        paths: ``(a,)`` places of free cells in ``A``: row times ``v`` plus column.
        moments: ``(s,)`` those in ``S``, each once.
        levels: ``(l,)`` those in the means.
        linear: ``(r, q)`` what a unit of each parameter adds to each of the ``r = a + s + l`` free cells.
        held_paths: ``(v, v)`` what is held in ``A``.
        held_moments: ``(v, v)`` what is held in ``S``.
        held_levels: ``(v,)`` what is held in the means.

    """

    observed: tuple[str, ...]
    names: tuple[str, ...]
    scale: FloatArray
    paths: IntArray
    moments: IntArray
    levels: IntArray
    linear: FloatArray
    held_paths: FloatArray
    held_moments: FloatArray
    held_levels: FloatArray

    __reduce__ = by_fields

    def cells(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return ``A``, ``S`` and the means at some parameters."""
        size = len(self.names)
        values = self.linear @ theta
        first, second = self.paths.size, self.paths.size + self.moments.size
        paths, moments, levels = self.held_paths.copy(), self.held_moments.copy(), self.held_levels.copy()
        paths.ravel()[self.paths] = values[:first]
        row, column = np.divmod(self.moments, size)
        moments[row, column] = values[first:second]
        moments[column, row] = values[first:second]
        levels[self.levels] = values[second:]
        return paths, moments, levels

    def implied(self, theta: FloatArray) -> Implied:
        """Return the implied covariance and mean."""
        paths, moments, levels = self.cells(theta)
        effect = inverse_of(np.eye(len(self.names)) - paths)
        total = effect @ moments @ effect.T
        level: FloatArray = effect @ levels
        count = len(self.observed)
        return Implied(total[:count, :count], level[:count], effect, total, level)

    def factors(self, implied: Implied) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return ``U``, ``W`` and ``D``, each ``(p, r)``: a cell moves covariances by ``U W' + W U'``, means by ``D``.

        Variances are a half of that, which is in ``U``.
        """
        count = len(self.observed)
        first, second = self.all_factors(implied)
        size = len(self.names)
        effect = implied.effect[:count]
        row, column = np.divmod(self.paths, size)
        mean = np.hstack(
            [
                effect[:, row] * implied.level[column],
                np.zeros((count, self.moments.size)),
                effect[:, self.levels],
            ]
        )
        return first[:count], second[:count], mean

    def all_factors(self, implied: Implied) -> tuple[FloatArray, FloatArray]:
        """Return ``U`` and ``W`` of all variables, ``(v, r)``, latent ones too."""
        size = len(self.names)
        effect, total = implied.effect, implied.total
        row, column = np.divmod(self.paths, size)
        left, right = np.divmod(self.moments, size)
        half = np.where(left == right, 0.5, 1.0)
        nothing = np.zeros((size, self.levels.size))
        first = np.hstack([effect[:, row], effect[:, left] * half, nothing])
        return first, np.hstack([total[:, column], effect[:, right], nothing])


def structures(
    model: PathModel,
    parameters: Sequence[Parameter],
    observed: Sequence[str],
    spread: Sequence[FloatArray],
    fixed: tuple[tuple[str, ...], Sequence[FloatArray], Sequence[FloatArray]],
) -> tuple[Structure, ...]:
    """Return the cells of each group.

    Args:
        model: what was stated.
        parameters: all of them, of all groups.
        observed: the names of the observed variables, in the order of the data.
        spread: for each group the standard deviations of the data.
        fixed: observed causes taken as they are: their names, and for each group their covariances and means.

    """
    groups = len(spread)
    count = 1 + max((one.index for one in parameters), default=-1)
    names = (*observed, *model.latent)
    place = {name: where for where, name in enumerate(names)}
    firsts = {row.left: row.right for row in reversed(model.rows) if row.operator == "=~"}
    found = []
    for group in range(groups):
        scale = np.ones(len(names))
        scale[: len(observed)] = spread[group]
        for name in model.latent if model.unit == "first_indicator" else ():
            scale[place[name]] = _scale_of(name, firsts, place, scale)
        own = [one for one in parameters if one.group == group]
        found.append(
            _structure(own, names, tuple(observed), scale, count, place, (fixed[0], fixed[1][group], fixed[2][group]))
        )
    return tuple(found)


def with_causes(structures: Sequence[Structure], fixed: Sequence[str]) -> tuple[Structure, ...]:
    """Return the cells of each group with the moments of observed causes as parameters of their own, after the others.

    Args:
        structures: of all groups.
        fixed: observed causes that are taken as they are; their moments were estimated from the same answers.

    """
    row, column = np.tril_indices(len(fixed))
    each = row.size + len(fixed)
    found = []
    for group, structure in enumerate(structures):
        chosen = np.array([structure.observed.index(name) for name in fixed], dtype=np.int64)
        head = structure.paths.size + structure.moments.size
        rows, columns = structure.linear.shape
        linear = np.zeros((rows + each, columns + each * len(structures)))
        own = np.r_[0:head, head + row.size : rows + row.size]
        linear[own, :columns] = structure.linear
        added = np.r_[head : head + row.size, rows + row.size : rows + each]
        linear[added, columns + each * group + np.arange(each)] = 1.0
        cells = chosen[column] * len(structure.names) + chosen[row]
        moments, levels = np.append(structure.moments, cells), np.append(structure.levels, chosen)
        found.append(replace(structure, moments=moments, levels=levels, linear=linear))
    return tuple(found)


def _scale_of(name: str, firsts: dict[str, str], place: dict[str, int], scale: FloatArray) -> float:
    """Return the unit of a latent variable: that of its first indicator, which may be latent itself."""
    seen = {name}
    first = firsts[name]
    while first in firsts and first not in seen:
        seen.add(first)
        first = firsts[first]
    return float(scale[place[first]])


def _structure(
    own: Sequence[Parameter],
    names: tuple[str, ...],
    observed: tuple[str, ...],
    scale: FloatArray,
    count: int,
    place: dict[str, int],
    fixed: tuple[tuple[str, ...], FloatArray, FloatArray],
) -> Structure:
    size = len(names)
    cells: tuple[list[int], list[int], list[int]] = ([], [], [])
    parts: tuple[list[tuple[int, float]], ...] = ([], [], [])
    held = np.zeros((size, size)), np.zeros((size, size)), np.zeros((1, size))
    for one in own:
        kind, row, column, unit = _cell(one, place, scale)
        if one.index >= 0:
            cells[kind].append(row * size + column)
            parts[kind].append((one.index, unit))
            continue
        held[kind][row, column] = unit * (one.value or 0.0)
        if kind == 1:
            held[1][column, row] = held[1][row, column]
    _hold_causes(held, fixed, place, scale)
    flat = [part for kind in parts for part in kind]
    linear = np.zeros((len(flat), count))
    for row, (index, unit) in enumerate(flat):
        linear[row, index] = unit
    paths, moments, levels = (np.array(part, dtype=np.int64) for part in cells)
    return Structure(
        observed=observed,
        names=names,
        scale=read_only(scale),
        paths=read_only(paths),
        moments=read_only(moments),
        levels=read_only(levels),
        linear=read_only(linear),
        held_paths=read_only(held[0]),
        held_moments=read_only(held[1]),
        held_levels=read_only(held[2][0]),
    )


def _cell(one: Parameter, place: dict[str, int], scale: FloatArray) -> tuple[int, int, int, float]:
    """Return of a parameter the matrix, row and column of its cell, and what a unit of it is there."""
    left, right = place[one.left], place.get(one.right, -1)
    if one.operator == "=~":
        return 0, right, left, scale[left] / scale[right]
    if one.operator == "~":
        return 0, left, right, scale[right] / scale[left]
    if one.operator == "~~":
        return 1, min(left, right), max(left, right), 1.0 / (scale[left] * scale[right])
    return 2, 0, left, 1.0 / scale[left]


def _hold_causes(
    held: tuple[FloatArray, FloatArray, FloatArray],
    fixed: tuple[tuple[str, ...], FloatArray, FloatArray],
    place: dict[str, int],
    scale: FloatArray,
) -> None:
    """Write the moments of observed causes that are taken as they are."""
    where = np.array([place[name] for name in fixed[0]], dtype=np.int64)
    held[1][np.ix_(where, where)] = fixed[1] / np.outer(scale[where], scale[where])
    held[2][0, where] = fixed[2] / scale[where]
