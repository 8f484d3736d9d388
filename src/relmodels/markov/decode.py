"""What a history says about states: in real time, in hindsight, and as the one most likely path."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import FloatArray, IntArray, read_only
from relmodels.markov.hmm import HMM, arrays_of
from relmodels.markov.hmm_pass import densities, log_densities, moves_of, passes
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import Part, prepared
from relmodels.markov.recursions import Moves, log_filtered, log_smoothed

__all__ = ["expected_moves", "filtered_states", "last_states", "most_likely_path", "segment_chances", "smoothed_states"]


def filtered_states(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(n, T, S)`` chances of each state given what was seen up to the period; ``nan`` after a history's end.

    This is what can be known at the time; segments are added up. It is computed in logarithms, so that no observation
    is too unlikely.

    Raises:
        InvalidData: if the panel lacks an outcome or a covariate, or no path of states can bring a history about.

    """
    joint = joint_filter(model, panel)
    return read_only(joint.sum(axis=2))


def joint_filter(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(n, T, G, S)`` chances of segment and state given the past and present; ``nan`` after the end."""
    form, arrays = model.form, arrays_of(model)
    data = prepared(panel, form)
    table = densities(data, form, arrays)
    start = arrays.weight[:, None] * arrays.initial
    found = np.full((len(panel), panel.periods, form.segments, form.states), np.nan)
    for part in data.parts:
        logs = log_densities(part, form, arrays, table)
        forward = log_filtered(logs, start, moves_of(part, arrays), part.active)
        most = forward.max(axis=(1, 2), keepdims=True)
        chances = np.exp(forward - most)
        chances /= chances.sum(axis=(1, 2), keepdims=True)
        _place(found, part, chances.transpose(3, 0, 1, 2))
    return found


def _place(found: FloatArray, part: Part, values: FloatArray) -> None:
    """Write ``(n, T, …)`` values of a part into their rows, within each history."""
    inside = (np.arange(part.rows.size) < part.active[:, None]).T
    values[~inside] = np.nan
    found[part.rows, : values.shape[1]] = values


def smoothed_states(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(n, T, S)`` chances of each state given the whole history; ``nan`` after its end.

    Raises:
        InvalidData: if the panel lacks an outcome or a covariate.

    """
    form, arrays = model.form, arrays_of(model)
    found = np.full((len(panel), panel.periods, form.states), np.nan)
    for gathered in passes(prepared(panel, form), form, arrays):
        _place(found, gathered.part, gathered.smoothed.state.transpose(2, 0, 1).copy())
    return read_only(found)


def expected_moves(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(P - 1, S, S)`` how many customers moved from each state to each, by calendar period.

    They are expected numbers given the whole histories: every customer counts with the chance of each move. Calendar
    periods run from the first start of a history to the last end, and a move is of the period it leads into; nothing
    leads into the first. Segments are added up.

    Raises:
        InvalidData: if the panel lacks an outcome or a covariate.

    """
    form, arrays = model.form, arrays_of(model)
    data = prepared(panel, form)
    table = densities(data, form, arrays)
    first = int(panel.start.min())
    size = form.states * form.states
    found = np.zeros((int((panel.start + panel.length).max()) - first, size))
    for part in data.parts:
        moves, begun = moves_of(part, arrays), panel.start[part.rows] - first
        weight = panel.counts[part.rows]

        def take(
            period: int,
            before: FloatArray,
            here: FloatArray,
            moves: Moves = moves,
            at: IntArray = begun,
            weight: FloatArray = weight,
        ) -> None:
            there = before.shape[2]
            pair = (before[:, :, None] * moves.into(period, there) * here[:, None]).sum(axis=0)
            np.add.at(found, at[:there] + period, pair.reshape(size, there).T * weight[:there, None])

        logs = log_densities(part, form, arrays, table)
        log_smoothed(logs, arrays.weight[:, None] * arrays.initial, moves, part.active, take)
    return read_only(found[1:].reshape(-1, form.states, form.states))


def segment_chances(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(n, G)`` chances of each segment given the whole history."""
    form, arrays = model.form, arrays_of(model)
    found = np.empty((len(panel), form.segments))
    for gathered in passes(prepared(panel, form), form, arrays):
        found[gathered.part.rows] = gathered.smoothed.segment.T
    return read_only(found)


def last_states(model: HMM, panel: Panel) -> FloatArray:
    """Return ``(n, G, S)`` chances of segment and state in the last period of each history."""
    joint = joint_filter(model, panel)
    return read_only(joint[np.arange(len(panel)), panel.length - 1])


def most_likely_path(model: HMM, panel: Panel) -> IntArray:
    """Return ``(n, T)`` the most likely path of states of each history, states from 0; -1 after its end.

    With segments the path is the best of all segments. Of paths that are equally likely it takes the lowest states.

    Reference:
        Viterbi, A. J. (1967), Error bounds for convolutional codes and an asymptotically optimum decoding algorithm,
        IEEE Transactions on Information Theory 13(2), 260-269.

    """
    form, arrays = model.form, arrays_of(model)
    data = prepared(panel, form)
    table = densities(data, form, arrays)
    start = arrays.weight[:, None] * arrays.initial
    found = np.full((len(panel), panel.periods), -1, dtype=np.int64)
    for part in data.parts:
        logs = log_densities(part, form, arrays, table)
        path = _viterbi(logs, start, moves_of(part, arrays), part)
        found[part.rows, : path.shape[1]] = path
    return read_only(found)


def _viterbi(logs: FloatArray, start: FloatArray, moves: Moves, part: Part) -> IntArray:
    periods, states, count = logs.shape
    with np.errstate(divide="ignore"):
        best = np.maximum(np.log(start), -1e300)[:, :, None] + logs[0]
    came = np.zeros((periods, *best.shape), dtype=np.int8)
    for period in range(1, periods):
        there = int(part.active[period])
        with np.errstate(divide="ignore"):
            steps = np.maximum(np.log(moves.into(period, there)), -1e300)
        reached = best[:, :, None, :there] + steps
        came[period, :, :, :there] = reached.argmax(axis=1)
        best[:, :, :there] = reached.max(axis=1) + logs[period, :, :there]
    everyone = np.arange(count)
    group, state = np.divmod(best.reshape(-1, count).argmax(axis=0), states)
    path = np.full((count, periods), -1, dtype=np.int64)
    for period in range(periods - 1, -1, -1):
        still = everyone[: part.active[period]]
        path[still, period] = state[still]
        state[still] = came[period, group[still], state[still], still] if period else state[still]
    return path
