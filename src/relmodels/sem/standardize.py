"""Standardized solutions with errors of their own: in standard deviations of latent variables, or of all.

A standardized parameter is a function of all others through the variances, so its error is not that of the raw one
divided by anything; the delta method carries the derivatives of the variances along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.sem.complete import Parameter
from relmodels.sem.structure import Structure

__all__ = ["Scope", "Standardized", "standardized"]

Scope: TypeAlias = Literal["all", "latent"]


@dataclass(frozen=True, slots=True, eq=False)
class Standardized:
    """Standardized values of every parameter.

    Attributes:
        value: ``(k,)`` in the order of the parameters; ``nan`` where a variance is not above 0.
        slope: ``(k, q)`` their derivatives by the free parameters.

    """

    value: FloatArray
    slope: FloatArray


def standardized(
    parameters: Sequence[Parameter],
    structures: Sequence[Structure],
    theta: FloatArray,
    scope: Scope = "all",
    *,
    unit: bool = False,
) -> Standardized:
    """Return parameters in standard deviations, with their derivatives.

    Args:
        parameters: all of them.
        structures: the cells of each group.
        theta: ``(q,)``.
        scope: whether all variables are standardized, or latent ones only.
        unit: whether observed variables vary by 1 whatever the parameters are, as those behind ordinal answers do: then
            their disturbances have what the model leaves of it.

    """
    value, slope = np.empty(len(parameters)), np.zeros((len(parameters), theta.size))
    spreads = [_log_spreads(structure, theta, "latent" if unit else scope) for structure in structures]
    own = [_log_own(structure, theta, scope, unit=unit) for structure in structures]
    for row, one in enumerate(parameters):
        structure = structures[one.group]
        place = {name: where for where, name in enumerate(structure.names)}
        log, by = own[one.group] if one.operator == "~~" and one.left != one.right else spreads[one.group]
        raw = float(theta[one.index]) if one.index >= 0 else float(one.value or 0.0)
        left, right = place[one.left], place.get(one.right, -1)
        signs = {"=~": ((left, 1), (right, -1)), "~": ((right, 1), (left, -1)), "~~": ((left, -1), (right, -1))}
        used = signs.get(one.operator, ((left, -1),))
        factor = float(np.exp(sum(sign * log[where] for where, sign in used)))
        value[row] = raw * factor
        for where, sign in used:
            slope[row] += value[row] * sign * by[where]
        if one.index >= 0:
            slope[row, one.index] += factor
    return Standardized(value, slope)


def _log_own(structure: Structure, theta: FloatArray, scope: Scope, *, unit: bool) -> tuple[FloatArray, FloatArray]:
    """Return the same of disturbances alone: a covariance of disturbances is standardized to their correlation."""
    size, first = len(structure.names), structure.paths.size
    _, moments, _ = structure.cells(theta)
    by = np.zeros((size, theta.size))
    with np.errstate(invalid="ignore", divide="ignore"):
        log = 0.5 * np.log(np.diag(moments)) + np.log(structure.scale)
        for row, cell in enumerate(structure.moments.tolist()):
            here, there = divmod(cell, size)
            if here == there:
                by[here] = 0.5 * structure.linear[first + row] / moments[here, here]
        if unit:
            count = len(structure.observed)
            by[:count] = -_changes(structure, theta)[:count] / np.diag(moments)[:count, None]
    return _latent_only(structure, log, by) if scope == "latent" else (log, by)


def _latent_only(structure: Structure, log: FloatArray, by: FloatArray) -> tuple[FloatArray, FloatArray]:
    count = len(structure.observed)
    log[:count], by[:count] = 0.0, 0.0
    return log, by


def _log_spreads(structure: Structure, theta: FloatArray, scope: Scope) -> tuple[FloatArray, FloatArray]:
    """Return ``(v,)`` logarithms of standard deviations in the units of the data, and their derivatives ``(v, q)``."""
    variance = np.diag(structure.implied(theta).total)
    with np.errstate(invalid="ignore", divide="ignore"):
        log = 0.5 * np.log(variance) + np.log(structure.scale)
        by = _changes(structure, theta) / variance[:, None]
    return _latent_only(structure, log, by) if scope == "latent" else (log, by)


def _changes(structure: Structure, theta: FloatArray) -> FloatArray:
    """Return ``(v, q)`` half the derivatives of the variances of all variables."""
    first, second = structure.all_factors(structure.implied(theta))
    return (first * second) @ structure.linear
