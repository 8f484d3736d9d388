"""Correlations behind answers on a few steps: polychorics, their thresholds, and how sure both are.

Each answer is taken for a normal value that was cut at thresholds. Thresholds come from how often each step was chosen,
the correlation of two questions from their table, by maximum likelihood with the thresholds held (Olsson's two steps).
What single respondents add to either gives the covariances of all correlations, thresholds' errors carried along
(Muthén).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, Problems

__all__ = ["Polychorics", "faults_of", "polychorics"]

_NODES: Final = 48
_ROUNDS: Final = 100
_FAR: Final = 60.0  # in place of infinity: the normal density there is 0
_MOST: Final = 0.9999
_STEPS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Polychorics:
    """Correlations of ``p`` questions answered on a few steps.

    Attributes:
        names: of the questions.
        n: respondents.
        correlation: ``(p, p)``.
        thresholds: by question ``(K - 1,)`` where its normal value is cut.
        spread: ``(P, P)`` covariances of the ``P = p (p - 1) / 2`` correlations, times ``n``, pairs in order of rows.
        answered: ``(p, p)`` how many answered both questions of each pair.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> values = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 2000)
        >>> found = polychorics(["a", "b"], np.digitize(values, [-1.0, 0.0, 1.0]))
        >>> round(float(found.correlation[0, 1]), 2), (found.thresholds["a"].round(1) + 0.0).tolist()
        (0.59, [-1.0, 0.0, 1.0])

    """

    names: tuple[str, ...]
    n: int
    correlation: FloatArray
    thresholds: dict[str, FloatArray]
    spread: FloatArray
    answered: IntArray

    __reduce__ = by_fields


def polychorics(names: list[str] | tuple[str, ...], codes: IntArray | FloatArray) -> Polychorics:
    """Return polychoric correlations of answers, with their covariances.

    Where answers are missing, thresholds are those of all who answered a question, and each correlation is that of the
    respondents who answered both. What a respondent did not answer adds nothing to the covariances.

    Args:
        names: of the questions.
        codes: ``(n, p)`` whole numbers, the steps of each question in order; the lowest may be 0 or 1 or any other;
            ``nan`` where nothing was answered.

    Raises:
        InvalidData: naming questions of which all chose one step, that have more than twelve or answers that are no
            whole numbers, and pairs of questions that nobody answered both of.

    Examples:
        >>> found = polychorics(["a", "b"], np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]]))
        >>> round(float(found.correlation[0, 1]), 3)
        0.5

    Reference:
        Olsson, U. (1979), Maximum likelihood estimation of the polychoric correlation coefficient, Psychometrika 44(4),
        443-460; Muthén, B. (1984), A general structural equation model with dichotomous, ordered categorical, and
        continuous latent variable indicators, Psychometrika 49(1), 115-132.

    """
    problems = Problems("ordinal answers")
    for fault in faults_of(names, codes):
        problems.add(fault)
    problems.raise_if_any(InvalidData)
    count, size = codes.shape
    steps, cuts = _steps(codes)
    scores = [_threshold_scores(steps[:, place], cuts[place]) for place in range(size)]
    influence = [np.linalg.solve(one.T @ one / count, one.T).T for one in scores]
    correlation = np.eye(size)
    added = np.empty((count, size * (size - 1) // 2))
    for column, (first, second) in enumerate(combinations(range(size), 2)):
        found, by_answers = _pair(
            steps[:, first], steps[:, second], cuts[first], cuts[second], influence[first], influence[second]
        )
        correlation[first, second] = correlation[second, first] = found
        added[:, column] = by_answers
    return Polychorics(
        tuple(names),
        count,
        read_only(correlation),
        {name: read_only(one[1:-1]) for name, one in zip(names, cuts, strict=True)},
        read_only(added.T @ added / count),
        read_only(_answered(codes)),
    )


def faults_of(names: list[str] | tuple[str, ...], codes: IntArray | FloatArray, where: str = "") -> list[str]:
    """Return what is wrong with the answers of a group, which ``where`` names.

    Examples:
        >>> faults_of(["a", "b"], np.array([[1, 0], [1, 1]]), " in group 'x'")
        ["a has 1 different answers in group 'x'; ordinal ones have 2 to 12"]

    """
    if not len(codes):
        return [f"there are no answers{where}; somebody must have answered"]
    known = ~np.isnan(codes)
    found = []
    for place, name in enumerate(names):
        values = codes[known[:, place], place]
        if not (values == np.floor(values)).all():
            found.append(f"{name} has answers{where} that are no whole numbers; number the steps")
        elif not 2 <= (levels := np.unique(values).size) <= _STEPS:
            found.append(f"{name} has {levels} different answers{where}; ordinal ones have 2 to {_STEPS}")
    both = _answered(codes)
    for first, second in combinations(range(len(names)), 2):
        if not both[first, second]:
            found.append(f"nobody{where} answered both {names[first]} and {names[second]}; leave one out")
    return found


def _answered(codes: IntArray | FloatArray) -> IntArray:
    known = (~np.isnan(codes)).astype(np.int64)
    return np.asarray(known.T @ known, dtype=np.int64)


def _steps(codes: IntArray | FloatArray) -> tuple[IntArray, list[FloatArray]]:
    """Return the steps numbered from 0, -1 for no answer, and the thresholds of each question between far ends."""
    from scipy.special import ndtri

    steps, cuts = np.full(codes.shape, -1, dtype=np.int64), []
    for place in range(codes.shape[1]):
        known = ~np.isnan(codes[:, place])
        steps[known, place] = np.unique(codes[known, place], return_inverse=True)[1]
        shares = np.cumsum(np.bincount(steps[known, place]))[:-1] / known.sum()
        cuts.append(np.concatenate([[-_FAR], np.asarray(ndtri(shares), dtype=np.float64), [_FAR]]))
    return steps, cuts


def _threshold_scores(step: IntArray, cut: FloatArray) -> FloatArray:
    """Return ``(n, K - 1)`` the derivatives of each answer's log-probability by the thresholds."""
    from scipy.special import ndtr

    chance = np.diff(ndtr(cut))
    density = _density(cut)
    found = np.zeros((step.size, cut.size - 2))
    for place in range(cut.size - 2):
        found[step == place, place] = density[place + 1] / chance[place]
        found[step == place + 1, place] = -density[place + 1] / chance[place + 1]
    return found


def _density(value: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-0.5 * value**2) / np.sqrt(2.0 * np.pi), dtype=np.float64)


def _pair(
    first: IntArray,
    second: IntArray,
    rows: FloatArray,
    columns: FloatArray,
    by_rows: FloatArray,
    by_columns: FloatArray,
) -> tuple[float, FloatArray]:
    """Return the correlation of two questions, and what each respondent adds to it, ``(n,)``.

    Who answered one of them moves its thresholds, and through them the correlation.
    """
    both = (first >= 0) & (second >= 0)
    table = np.zeros((rows.size - 1, columns.size - 1))
    np.add.at(table, (first[both], second[both]), 1.0)
    at = _most_likely(table, rows, columns)
    chance, slope = _cells(at, rows, columns)
    share, relative = table / first.size, slope / chance
    crossed = [
        np.array([float(np.sum(share * relative * by / chance)) for by in moved])
        for moved in (_by_thresholds(at, rows, columns), _by_thresholds(at, columns, rows, turned=True))
    ]
    left = np.where(both, relative[first, second], 0.0) - by_rows @ crossed[0] - by_columns @ crossed[1]
    return at, left / float(np.sum(share * relative**2))


def _most_likely(table: FloatArray, rows: FloatArray, columns: FloatArray) -> float:
    """Return the correlation that makes a table most likely, by scoring steps that stay between -1 and 1."""
    total = table.sum()
    codes = np.arange(table.shape[0])[:, None] * np.ones(table.shape), np.ones(table.shape) * np.arange(table.shape[1])
    spread = [np.sqrt(np.sum(table * (one - np.sum(table * one) / total) ** 2)) for one in codes]
    apart = [one - np.sum(table * one) / total for one in codes]
    at = float(np.clip(np.sum(table * apart[0] * apart[1]) / max(spread[0] * spread[1], 1e-12), -0.95, 0.95))
    for _ in range(_ROUNDS):
        chance, slope = _cells(at, rows, columns)
        step = float(np.sum(table * slope / chance) / (total * np.sum(slope**2 / chance)))
        moved = at + step
        if abs(moved) >= _MOST:
            moved = 0.5 * (at + np.sign(moved) * _MOST)
        if abs(moved - at) < 1e-12:
            break
        at = float(moved)
    return at


def _cells(at: float, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the chance of each cell and its derivative by the correlation."""
    corners = _both_below(rows[:, None], columns[None, :], at)
    density = _both_density(rows[:, None], columns[None, :], at)
    chance = np.diff(np.diff(corners, axis=0), axis=1)
    return np.maximum(chance, 1e-15), np.diff(np.diff(density, axis=0), axis=1)


def _both_density(row: FloatArray, column: FloatArray, at: float) -> FloatArray:
    rest = 1.0 - at * at
    inner = (row * row - 2.0 * at * row * column + column * column) / (2.0 * rest)
    return np.asarray(np.exp(-inner) / (2.0 * np.pi * np.sqrt(rest)), dtype=np.float64)


def _both_below(row: FloatArray, column: FloatArray, at: float) -> FloatArray:
    """Return the chance that two normal values lie below: the independent one, and an integral over the correlation."""
    from scipy.special import ndtr

    nodes, weights = _nodes()
    end = np.arcsin(at)
    angle = 0.5 * end * (nodes + 1.0)
    sine, cosine = np.sin(angle), np.cos(angle) ** 2
    inner = row[..., None] ** 2 + column[..., None] ** 2 - 2.0 * row[..., None] * column[..., None] * sine
    added = np.exp(-inner / (2.0 * cosine)) @ weights * 0.5 * end / (2.0 * np.pi)
    return np.asarray(ndtr(row) * ndtr(column) + added, dtype=np.float64)


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Return the places and weights of Gauss and Legendre's integration."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return read_only(nodes), read_only(weights)


def _by_thresholds(at: float, own: FloatArray, other: FloatArray, *, turned: bool = False) -> list[FloatArray]:
    """Return the derivatives of every cell by each threshold of one question; cells are turned for the second."""
    from scipy.special import ndtr

    beyond = np.diff(ndtr((other[None, :] - at * own[1:-1, None]) / np.sqrt(1.0 - at * at)), axis=1)
    through = _density(own[1:-1])[:, None] * beyond
    found = []
    for place in range(own.size - 2):
        cells = np.zeros((own.size - 1, other.size - 1))
        cells[place], cells[place + 1] = through[place], -through[place]
        found.append(cells.T if turned else cells)
    return found
