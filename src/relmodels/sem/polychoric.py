"""Correlations behind answers on a few steps: polychorics, their thresholds, and how sure both are.

Each answer is taken for a normal value that was cut at thresholds. Thresholds come from how often each step was chosen,
the correlation of two questions from their table, by maximum likelihood with the thresholds held (Olsson's two steps).
What single respondents add to either gives the covariances of all correlations, thresholds' errors carried along
(Muthén).

A table of two by two steps with an empty cell is most likely at a correlation of 1 or -1, whatever lies behind it. Half
an answer is then added to the empty cell and moved between the others so that their margins stay, a convention that
other programs share. Larger tables with empty cells are taken as they are; if all answers to one lie where they would
with a correlation of 1, there is no estimate, and the pair is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, by_fields, read_only
from relmodels.core.errors import InvalidData, Problems

__all__ = ["Polychorics", "estimated", "faults_of", "polychorics", "undecided"]

_NODES: Final = 48
_ROUNDS: Final = 100
_FAR: Final = 60.0  # in place of infinity: the normal density there is 0
_MOST: Final = 0.9999
_DECIDED: Final = 0.9998  # correlations beyond are on their way to 1
_NEAR: Final = 0.9
_SMALLEST: Final = 1e-12
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
        filled: pairs of questions on two steps whose table has an empty cell, to which half an answer was added.

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
    filled: tuple[tuple[str, str], ...] = ()

    __reduce__ = by_fields


def polychorics(names: list[str] | tuple[str, ...], codes: IntArray | FloatArray) -> Polychorics:
    """Return polychoric correlations of answers, with their covariances.

    Where answers are missing, thresholds are those of all who answered a question, and each correlation is that of the
    respondents who answered both. What a respondent did not answer adds nothing to the covariances. Where one cell of a
    table of two by two steps is empty, half an answer is added to it and the margins are kept.

    Args:
        names: of the questions.
        codes: ``(n, p)`` whole numbers, the steps of each question in order; the lowest may be 0 or 1 or any other;
            ``nan`` where nothing was answered.

    Raises:
        InvalidData: naming questions of which all chose one step, that have more than twelve or answers that are no
            whole numbers, pairs of questions that nobody answered both of, and pairs whose answers follow from each
            other, as those of a column that stands twice do; and if there are no more respondents than questions.

    Examples:
        >>> found = polychorics(["a", "b"], np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]]))
        >>> round(float(found.correlation[0, 1]), 3)
        0.5

    Reference:
        Olsson, U. (1979), Maximum likelihood estimation of the polychoric correlation coefficient, Psychometrika 44(4),
        443-460; Muthén, B. (1984), A general structural equation model with dichotomous, ordered categorical, and
        continuous latent variable indicators, Psychometrika 49(1), 115-132.

    """
    _raise_if_any(faults_of(names, codes))
    found = estimated(names, codes)
    _raise_if_any(undecided(found, codes))
    return found


def _raise_if_any(faults: list[str]) -> None:
    problems = Problems("ordinal answers")
    for fault in faults:
        problems.add(fault)
    problems.raise_if_any(InvalidData)


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """The answers to a question: steps from 0, -1 for none; thresholds between far ends; how each answer moves them."""

    step: IntArray
    cut: FloatArray
    influence: FloatArray


def estimated(names: list[str] | tuple[str, ...], codes: IntArray | FloatArray) -> Polychorics:
    """Return polychoric correlations of answers without faults; pairs may be :func:`undecided`.

    Examples:
        >>> found = estimated(["a", "b"], np.array([[0, 0], [0, 0], [1, 0], [1, 1], [1, 1], [0, 0]]))
        >>> found.filled, round(float(found.correlation[0, 1]), 2)
        ((('a', 'b'),), 0.55)

    """
    count, size = codes.shape
    questions = [_question(codes[:, place]) for place in range(size)]
    correlation = np.eye(size)
    added = np.empty((count, size * (size - 1) // 2))
    filled = []
    for column, (first, second) in enumerate(combinations(range(size), 2)):
        table = _table(questions[first], questions[second])
        if (whole := _filled(table)) is not table:
            filled.append((names[first], names[second]))
        at = _most_likely(whole, questions[first].cut, questions[second].cut)
        correlation[first, second] = correlation[second, first] = at
        added[:, column] = _additions(at, table, questions[first], questions[second])
    return Polychorics(
        tuple(names),
        count,
        read_only(correlation),
        {name: read_only(one.cut[1:-1]) for name, one in zip(names, questions, strict=True)},
        read_only(added.T @ added / count),
        read_only(_answered(codes)),
        tuple(filled),
    )


def faults_of(names: list[str] | tuple[str, ...], codes: IntArray | FloatArray, where: str = "") -> list[str]:
    """Return what is wrong with the answers of a group, which ``where`` names.

    Examples:
        >>> faults_of(["a", "b"], np.array([[1, 0], [1, 1], [1, 0]]), " in group 'x'")
        ["a has 1 different answers in group 'x'; ordinal ones have 2 to 12"]

    """
    if not len(codes):
        return [f"there are no answers{where}; somebody must have answered"]
    known = ~np.isnan(codes)
    found = []
    if len(codes) <= len(names):
        found.append(
            f"{len(codes)} respondents{where} are too few for the correlations of {len(names)} questions; ask more, or "
            "leave questions out"
        )
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


def undecided(found: Polychorics, codes: IntArray | FloatArray, where: str = "") -> list[str]:
    """Return what is wrong with pairs of questions that go together so closely that no correlation below 1 is likelier.

    Args:
        found: the correlations.
        codes: ``(n, p)`` the answers they are of.
        where: names the group.

    Examples:
        >>> codes = np.array([[0, 1], [1, 2], [2, 3], [1, 2]])
        >>> undecided(estimated(["a", "b"], codes), codes)
        ['a and b were answered alike by everybody; leave one of them out']

    """
    said = []
    for column, (first, second) in enumerate(combinations(range(len(found.names)), 2)):
        at, sure = float(found.correlation[first, second]), float(found.spread[column, column])
        if abs(at) < _DECIDED and _SMALLEST < sure < np.inf:
            continue
        pair, chosen = f"{found.names[first]} and {found.names[second]}", codes[:, [first, second]]
        both = np.unique(chosen[~np.isnan(chosen).any(axis=1)], axis=0)
        if all(np.unique(one).size == len(both) for one in both.T):
            how = "alike" if at > 0.0 else "the other way round"
            said.append(f"{pair} were answered {how} by everybody{where}; leave one of them out")
        else:
            as_if = f" lie as they would with a correlation of {np.sign(at):.0f}, and none is likelier"
            why = as_if if abs(at) > _NEAR else " do not say how sure their correlation is"
            said.append(f"the answers to {pair}{where}{why}; join steps that few chose, or leave one of them out")
    return said


def _answered(codes: IntArray | FloatArray) -> IntArray:
    known = (~np.isnan(codes)).astype(np.int64)
    return np.asarray(known.T @ known, dtype=np.int64)


def _question(codes: IntArray | FloatArray) -> _Question:
    """Return the answers to one question with its thresholds."""
    from scipy.special import ndtri

    known = ~np.isnan(codes)
    step = np.full(codes.size, -1, dtype=np.int64)
    step[known] = np.unique(codes[known], return_inverse=True)[1]
    shares = np.cumsum(np.bincount(step[known]))[:-1] / known.sum()
    cut = np.concatenate([[-_FAR], np.asarray(ndtri(shares), dtype=np.float64), [_FAR]])
    scores = _threshold_scores(step, cut)
    influence = np.linalg.solve(scores.T @ scores / codes.size, scores.T).T
    return _Question(step, cut, np.asarray(influence, dtype=np.float64))


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


def _table(first: _Question, second: _Question) -> FloatArray:
    """Return how many chose each pair of steps, of those who answered both questions."""
    both = (first.step >= 0) & (second.step >= 0)
    table = np.zeros((first.cut.size - 1, second.cut.size - 1))
    np.add.at(table, (first.step[both], second.step[both]), 1.0)
    return table


def _filled(table: FloatArray) -> FloatArray:
    """Return a table of two by two steps with half an answer in its one empty cell; others as they are."""
    empty = np.argwhere(table == 0.0)
    if table.shape != (2, 2) or len(empty) != 1:
        return table
    half = 0.5 if empty[0, 0] == empty[0, 1] else -0.5
    return np.asarray(table + np.array([[half, -half], [-half, half]]), dtype=np.float64)


def _additions(at: float, table: FloatArray, first: _Question, second: _Question) -> FloatArray:
    """Return ``(n,)`` what each respondent adds to the correlation of two questions.

    Who answered one of them moves its thresholds, and through them the correlation.
    """
    both = (first.step >= 0) & (second.step >= 0)
    chance, slope = _cells(at, first.cut, second.cut)
    share, relative = table / first.step.size, slope / chance
    crossed = [
        np.array([float(np.sum(share * relative * by / chance)) for by in moved])
        for moved in (_by_thresholds(at, first.cut, second.cut), _by_thresholds(at, second.cut, first.cut, turned=True))
    ]
    left = np.where(both, relative[first.step, second.step], 0.0)
    left = left - first.influence @ crossed[0] - second.influence @ crossed[1]
    return np.asarray(left / max(float(np.sum(share * relative**2)), 1e-300), dtype=np.float64)


def _most_likely(table: FloatArray, rows: FloatArray, columns: FloatArray) -> float:
    """Return the correlation that makes a table most likely, by scoring steps that stay between -1 and 1.

    If these do not settle, it is looked for on the whole line; a table without one gives nearly 1 or -1.
    """
    total = table.sum()
    codes = np.arange(table.shape[0])[:, None] * np.ones(table.shape), np.ones(table.shape) * np.arange(table.shape[1])
    spread = [np.sqrt(np.sum(table * (one - np.sum(table * one) / total) ** 2)) for one in codes]
    apart = [one - np.sum(table * one) / total for one in codes]
    at = float(np.clip(np.sum(table * apart[0] * apart[1]) / max(spread[0] * spread[1], 1e-12), -0.95, 0.95))
    for _ in range(_ROUNDS):
        chance, slope = _cells(at, rows, columns)
        step = float(np.sum(table * slope / chance) / max(total * np.sum(slope**2 / chance), 1e-300))
        moved = at + step
        if abs(moved) >= _MOST:
            moved = 0.5 * (at + np.sign(moved) * _MOST)
        if abs(moved - at) < 1e-12:
            return at
        at = float(moved)
    return _most_likely_of_all(table, rows, columns)


def _most_likely_of_all(table: FloatArray, rows: FloatArray, columns: FloatArray) -> float:
    """Return the correlation that makes a table most likely, by a search without steps."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda at: -float(np.sum(table * np.log(_cells(at, rows, columns)[0]))),
        bounds=(-_MOST, _MOST),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.x)


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
