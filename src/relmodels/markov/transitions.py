"""How customers move between states from one period to the next: freely, or along an ordered logit.

Free transitions are one matrix. In the ordered logit of Netzer, Lattin and Srinivasan states stand in an order, and
what happens to a customer (a mailing, a visit) shifts the chances up or down: with ``L`` the logistic function,
thresholds ``μ_s1 < μ_s2 < …`` and slopes ``ρ_s`` of each present state ``s``, and covariates ``a`` of the period that
is stepped into, the chance of state ``k`` or a lower one is ``L(μ_sk - ρ_s'a)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems

__all__ = ["FreeTransitions", "OrderedLogit", "Transitions", "is_transitions", "logit_matrices", "logit_slopes"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class FreeTransitions:
    """One matrix of chances, the same in every period; one for each segment if there are several.

    Attributes:
        matrix: ``(G, S, S)`` chances of each state next, across, from each, down; ``(0, 0, 0)`` for the family alone.
        allowed: ``(S, S)`` which moves there may be; ``None`` for all.

    Raises:
        InvalidParameters: naming every row that is not of chances that add up to 1.

    Examples:
        >>> FreeTransitions([[0.9, 0.1], [0.2, 0.8]]).matrix.shape
        (1, 2, 2)

    """

    matrix: FloatArray
    allowed: BoolArray | None

    __reduce__ = by_fields

    def __init__(self, matrix: ArrayLike | None = None, allowed: ArrayLike | None = None) -> None:
        """Take a matrix of chances, or none for the family, and the moves there may be."""
        table = np.empty((0, 0, 0)) if matrix is None else np.array(matrix, dtype=np.float64)
        table = table[None] if table.ndim == 2 else table
        problems = Problems("free transitions")
        if table.ndim != 3 or table.shape[1] != table.shape[2]:
            problems.add(f"matrix has the shape {table.shape}; it needs as many states down as across")
        problems.raise_if_any(InvalidParameters)
        for group, row in np.argwhere(~((table >= 0).all(axis=2) & (np.abs(table.sum(axis=2) - 1.0) <= 1e-6))):
            total = table[group, row].sum()
            problems.add(f"row {row} adds up to {total:g}; chances are 0 or more and add up to 1, from each state")
        problems.raise_if_any(InvalidParameters)
        object.__setattr__(self, "matrix", read_only(table / table.sum(axis=2, keepdims=True)))
        object.__setattr__(self, "allowed", None if allowed is None else _checked_moves(allowed))


def _checked_moves(allowed: ArrayLike) -> BoolArray:
    moves = np.array(allowed, dtype=np.bool_)
    if moves.ndim != 2 or moves.shape[0] != moves.shape[1] or not np.diag(moves).all():
        message = (
            "free transitions: allowed must say of each state, down, where it may lead, across; staying is allowed"
        )
        raise InvalidParameters(message)
    return read_only(moves)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class OrderedLogit:
    """Moves along an order of states, with covariates; segments differ in their thresholds and share the slopes.

    Attributes:
        thresholds: ``(G, S, S - 1)`` rising in each row; ``(0, 0, 0)`` for the family alone.
        slopes: ``(S, c)`` what one unit of each covariate adds to the propensity to move up, from each state.
        covariates: the names of the covariates; ``None`` in a specification stands for all of the panel's.
        center: ``(c,)`` covariates at which a stationary beginning is meant, and which stand for an unknown future.

    Raises:
        InvalidParameters: naming every fault with its place.

    Examples:
        >>> netzer = OrderedLogit([[1, 3], [-1, 2], [-3, -0.5]], [[0.5], [0.8], [0.6]], covariates=["contact"])
        >>> netzer.matrix([1.0]).round(3).tolist()
        [[0.622, 0.302, 0.076], [0.142, 0.627, 0.231], [0.027, 0.223, 0.75]]

    Reference:
        Netzer, O., Lattin, J. M. and Srinivasan, V. (2008), A hidden Markov model of customer relationship dynamics,
        Marketing Science 27(2), 185-204.

    """

    thresholds: FloatArray
    slopes: FloatArray
    covariates: tuple[str, ...] | None
    center: FloatArray

    __reduce__ = by_fields

    def __init__(
        self,
        thresholds: ArrayLike | None = None,
        slopes: ArrayLike | None = None,
        covariates: Sequence[str] | None = None,
        center: ArrayLike | None = None,
    ) -> None:
        """Take thresholds and slopes, or none for the family, and the names of the covariates."""
        names = None if covariates is None else tuple(covariates)
        table = np.empty((0, 0, 0)) if thresholds is None else np.array(thresholds, dtype=np.float64)
        table = table[None] if table.ndim == 2 else table
        count = len(names or ())
        rises = np.zeros((table.shape[1], count)) if slopes is None else np.array(slopes, dtype=np.float64)
        middle = np.zeros(count) if center is None else np.array(center, dtype=np.float64)
        _check_logit(table, rises, middle, count)
        object.__setattr__(self, "thresholds", read_only(table))
        object.__setattr__(self, "slopes", read_only(rises))
        object.__setattr__(self, "covariates", names)
        object.__setattr__(self, "center", read_only(middle))

    def matrix(self, covariates: ArrayLike, segment: int = 0) -> FloatArray:
        """Return ``(S, S)`` the chances of each state next, at covariates ``(c,)``."""
        given = np.atleast_1d(np.asarray(covariates, dtype=np.float64))
        if given.shape != self.center.shape:
            message = f"covariates has the shape {given.shape}; give one value for each of {self.covariates}"
            raise InvalidParameters(message)
        return read_only(logit_matrices(self.thresholds, self.slopes, given[None])[segment, :, :, 0])


Transitions: TypeAlias = FreeTransitions | OrderedLogit


def is_transitions(value: object) -> bool:
    """Return whether a value says how customers move."""
    return isinstance(value, FreeTransitions | OrderedLogit)


def _check_logit(thresholds: FloatArray, slopes: FloatArray, center: FloatArray, count: int) -> None:
    problems = Problems("ordered logit")
    if thresholds.ndim != 3 or (thresholds.size and thresholds.shape[2] != thresholds.shape[1] - 1):
        problems.add(f"thresholds has the shape {thresholds.shape}; give one fewer than states, for each state")
        problems.raise_if_any(InvalidParameters)
    for group, row in np.argwhere((np.diff(thresholds, axis=2) <= 0.0).any(axis=2)):
        problems.add(f"thresholds[{row}] = {thresholds[group, row].tolist()} do not rise")
    if not np.isfinite(thresholds).all():
        problems.add("thresholds must be finite numbers")
    if slopes.shape != (thresholds.shape[1], count):
        problems.add(f"slopes has the shape {slopes.shape}; give one for each state and each of {count} covariates")
    if center.shape != (count,):
        problems.add(f"center has the shape {center.shape}; give one for each of {count} covariates")
    problems.raise_if_any(InvalidParameters)


def logit_matrices(thresholds: FloatArray, slopes: FloatArray, covariates: FloatArray) -> FloatArray:
    """Return ``(G, S, S, m)`` the matrices at covariates ``(m, c)``.

    The difference of two logistic functions is taken as ``L(h) L(-l) (1 - e^(l - h))``, so that small chances keep
    their digits.
    """
    at = _at(thresholds, slopes, covariates)
    edge = np.full((*at.shape[:2], 1, at.shape[3]), np.inf)
    low = np.concatenate([-edge, at], axis=2)
    high = np.concatenate([at, edge], axis=2)
    found: FloatArray = _logistic(high) * _logistic(-low) * -np.expm1(low - high)
    return found


def logit_slopes(thresholds: FloatArray, slopes: FloatArray, covariates: FloatArray) -> FloatArray:
    """Return ``(G, S, S - 1, m)`` the logistic densities at the thresholds, the derivatives of the sums of chances."""
    at = _at(thresholds, slopes, covariates)
    return _logistic(at) * _logistic(-at)


def _at(thresholds: FloatArray, slopes: FloatArray, covariates: FloatArray) -> FloatArray:
    pushed = np.einsum("sc,mc->sm", slopes, covariates)
    found: FloatArray = thresholds[..., None] - pushed[None, :, None, :]
    return found


def _logistic(values: FloatArray) -> FloatArray:
    from scipy import special

    return np.asarray(special.expit(values), dtype=np.float64)
