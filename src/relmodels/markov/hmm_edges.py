"""What is best at the edge: chances and rates of zero, which have no standard error and are held where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from relmodels.core.arrays import FloatArray
from relmodels.inference.space import Space
from relmodels.markov.blocks import FLOOR
from relmodels.markov.hmm_form import Form
from relmodels.markov.hmm_likelihood import row_values
from relmodels.markov.panel import Panel
from relmodels.markov.prepared import Prepared

__all__ = ["Place", "at_edges"]

# Parameters nearer to an edge than this are tried at the edge.
_SMALL: Final = 1e-2
_LARGE: Final = 1e2
# A negative binomial of this size is a Poisson distribution, odds of this size leave the reference nothing.
_ENDLESS: Final = 1e8
_ONE: Final = 1.0 - 1e-15
# Thresholds so far out leave a chance of zero to 17 digits.
_OUT: Final = 40.0
_FAR: Final = 2.5
# What a log-likelihood may lose by holding a parameter at its edge: nothing that a test could tell.
_NO_LOSS: Final = 1e-2


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a search stands.

    Attributes:
        parameters: ``(p,)``.
        held: those at an edge or fixed by the caller, by name.

    """

    parameters: FloatArray
    held: Mapping[str, float]


def at_edges(place: Place, form: Form, data: Prepared, panel: Panel) -> Place:
    """Return the place with parameters moved to the edges they are near to, if the likelihood loses nothing by it."""
    weight, space = panel.counts, form.space

    def level(values: FloatArray) -> float:
        return float(weight @ row_values(data, form, form.unpack(values)))

    values, held = place.parameters, dict(place.held)
    reached = level(values)
    for at, parameter in enumerate(space):
        if parameter.name in held:
            continue
        for trial in _pushed(space, values, at, held):
            tried = level(trial)
            if tried >= reached - _NO_LOSS:
                values, reached, held[parameter.name] = trial, tried, float(trial[at])
                break
    return Place(values, held)


def _pushed(space: Space, values: FloatArray, at: int, held: Mapping[str, float]) -> Iterator[FloatArray]:
    """Yield values with one parameter at an edge that it is near to."""
    parameter, value = space.parameters[at], float(values[at])
    kind = parameter.name.partition(".")[0]
    if kind == "threshold":
        yield from _thresholds(space, values, at, held)
    elif parameter.domain.upper == 1.0:
        if value < _SMALL or value > 1.0 - _SMALL:
            yield _with(values, at, FLOOR if value < _SMALL else _ONE)
    elif parameter.domain.lower == 0.0:
        if value < _SMALL:
            yield _with(values, at, FLOOR)
        elif value > _LARGE or (kind == "gap" and value > _FAR):
            yield _with(values, at, _OUT if kind == "gap" else _ENDLESS)


def _thresholds(space: Space, values: FloatArray, at: int, held: Mapping[str, float]) -> Iterator[FloatArray]:
    """Yield the lowest threshold of a state far below, the one above staying where it is, or far above."""
    value = float(values[at])
    follower = space.names[at + 1] if at + 1 < len(space) else ""
    if value < -_FAR:
        trial = _with(values, at, -_OUT)
        if follower.startswith("gap") and follower not in held:
            trial[at + 1] += value + _OUT
        yield trial
    elif value > _FAR:
        yield _with(values, at, _OUT)


def _with(values: FloatArray, at: int, value: float) -> FloatArray:
    trial = values.copy()
    trial[at] = value
    return trial
