"""``fit(Model, data)``: the one verb of the library, for every model that has a likelihood.

The engine walks in the free coordinates of the model's :class:`~relmodels.inference.space.Space`,
evaluates each distinct row of the data once, and returns a :class:`~relmodels.inference.result.Fit`
or raises :class:`~relmodels.core.errors.NotConverged` with a diagnosis and a next step.
Large data are started from a fit to every k-th row, so that the whole of them is evaluated only a few times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged, Problems, RelmodelsError
from relmodels.core.numbers import is_number
from relmodels.inference.covariance import observed, sandwich
from relmodels.inference.model import Evaluation, Likelihood, Model, Rows, is_model
from relmodels.inference.result import Fit, build
from relmodels.inference.solve import Outcome, maximize
from relmodels.inference.space import Space
from relmodels.inference.status import Status
from relmodels.inference.whole import best_of, undecided

__all__ = ["fit"]

ModelT = TypeVar("ModelT", bound=Model[Any])

_LARGE: Final = 50_000
_SAMPLE: Final = 20_000


def fit(
    model: type[ModelT],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[ModelT]:
    """Return the maximum-likelihood fit of ``model`` to ``data``.

    Args:
        model: the class of the model, for example ``rm.BGNBD``.
        data: rows of the kind the model needs, for example a ``PurchaseSummary``.
        fixed: parameters held at a value instead of being estimated. A whole-number parameter that is not held is
            chosen among 1 to 12 by its profile likelihood.
        start: values of all other parameters from which to begin; the model's own rough values by default.
        check: raise if the search does not end at a maximum; ``False`` returns the record of the search instead.

    Raises:
        InvalidData: if the data are not of the kind the model needs.
        InvalidParameters: if ``fixed`` or ``start`` name an unknown parameter or lie outside its domain.
        NotConverged: if there is no interior maximum or the search failed; its ``result`` is the record.

    Examples:
        >>> import relmodels as rm
        >>> log = rm.datasets.cdnow()
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.fit(rm.BGNBD, summary).model
        BGNBD(r=0.2425..., alpha=4.413..., a=0.792..., b=2.425..., unit='week')

    """
    _check_kinds(model, data)
    _check_mapping("fixed", fixed)
    _check_mapping("start", start)
    whole = undecided(model.space, fixed or {})
    if whole is not None:
        best = best_of(
            whole, lambda value: fit(model, data, fixed={**(fixed or {}), whole: value}, start=start, check=False)
        )
        return _converged(best) if check else best
    held = _checked(model.space, fixed or {}, "fixed")
    begin = _beginning(model, data, held, _begun(model.space, start or {}, held))
    search = _Search(model.space, model.likelihood(data), begin, _is_free(model.space, held))
    outcome = search.run()
    result = _record(model, data, search, outcome)
    return _converged(result) if check else result


def _converged(result: Fit[ModelT]) -> Fit[ModelT]:
    if result.status is not Status.CONVERGED:
        message = f"{type(result.model).__name__}: {result.diagnosis}"
        raise NotConverged(message, result)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One likelihood seen from the coordinates that are free to move."""

    space: Space
    likelihood: Likelihood
    start: FloatArray
    is_free: BoolArray

    def run(self) -> Outcome:
        """Return where the search ends."""
        start = self.space.to_free(self.start)
        return maximize(self.objective, start[self.is_free], self.space.reach()[self.is_free])

    def natural(self, free: FloatArray) -> FloatArray:
        coordinates = self.space.to_free(self.start)
        coordinates[self.is_free] = free
        values = self.space.to_natural(coordinates)
        return np.where(self.is_free, values, self.start)

    def objective(self, free: FloatArray) -> Evaluation:
        """Return the log-likelihood and its derivatives by the free coordinates (chain rule)."""
        with np.errstate(all="ignore"):  # a step too far is refused by the optimizer because it is not finite
            natural = self.natural(free)
            at = self.likelihood.evaluate(natural)
            slope = self.space.slope(natural)
            bend = self.space.curvature(natural)
            hessian = at.hessian * np.outer(slope, slope) + np.diag(at.gradient * bend)
        keep = self.is_free
        return Evaluation(at.value, (at.gradient * slope)[keep], hessian[np.ix_(keep, keep)])


def _check_kinds(model: object, data: object) -> None:
    if not is_model(model):
        meant = type(model).__name__ if is_model(type(model)) else "rm.BGNBD"
        message = f"fit needs the class of a model, got {model!r}; write rm.fit({meant}, data)"
        raise InvalidParameters(message)
    if not isinstance(data, Rows):
        message = (
            f"fit needs data such as a PurchaseSummary, got {type(data).__name__}; "
            "make one with PurchaseSummary.from_transactions(frame, customer=..., date=...)"
        )
        raise InvalidData(message)


def _check_mapping(argument: str, value: object) -> None:
    if value is not None and not isinstance(value, Mapping):
        message = f"{argument} = {value!r} must be a mapping of parameters to values, such as {{'r': 0.25}}"
        raise InvalidParameters(message)


def _checked(space: Space, values: Mapping[str, float], argument: str) -> Mapping[str, float]:
    problems = Problems(argument)
    domains = {parameter.name: parameter.domain for parameter in space}
    for name, value in values.items():
        if name not in domains:
            problems.add(f"{name!r} is not a parameter; the model has {', '.join(space.names)}")
        elif not is_number(value) or not domains[name].contains(value):
            problems.add(f"{name} = {value!r} must be {domains[name].name}")
    problems.raise_if_any(InvalidParameters)
    return values


def _begun(space: Space, start: Mapping[str, float], held: Mapping[str, float]) -> Mapping[str, float]:
    both = sorted(set(_checked(space, start, "start")) & set(held))
    if both:
        message = f"{', '.join(both)} is in start and in fixed; a parameter either begins somewhere or is held"
        raise InvalidParameters(message)
    return start


def _is_free(space: Space, held: Mapping[str, float]) -> BoolArray:
    return np.array([name not in held for name in space.names])


def _beginning(model: type[ModelT], data: Rows, held: Mapping[str, float], start: Mapping[str, float]) -> FloatArray:
    """Return the natural values from which the search begins."""
    if set(start) | set(held) >= set(model.space.names):
        return model.space.pack({**start, **held})
    rough = model.space.pack({**model.start(data), **start, **held})
    if len(data) <= _LARGE:
        return rough
    try:
        part = model.likelihood(data.every(len(data) // _SAMPLE))
    except RelmodelsError:  # a part may lack what the whole has, for example anyone who bought again
        return rough
    search = _Search(model.space, part, rough, _is_free(model.space, held))
    outcome = search.run()
    return search.natural(outcome.point) if outcome.status is Status.CONVERGED else rough


def _record(model: type[ModelT], data: Rows, search: _Search, outcome: Outcome) -> Fit[ModelT]:
    space, natural = search.space, search.natural(outcome.point)
    converged = outcome.status is Status.CONVERGED
    covariance = robust = None
    if converged:
        covariance = observed(outcome.at.hessian, space.slope(natural), search.is_free)
        robust = sandwich(covariance, search.likelihood.scores(natural), search.likelihood.weight)
    free_names = tuple(name for name, free in zip(space.names, search.is_free, strict=True) if free)
    return Fit(
        model=build(model, natural, data.unit),
        covariance=covariance,
        robust_covariance=robust,
        log_likelihood=float(np.nan_to_num(outcome.at.value, nan=-np.inf, posinf=-np.inf, neginf=-np.inf)),
        n=search.likelihood.n,
        status=outcome.status,
        diagnosis=_diagnosis(outcome, free_names),
        evaluations=outcome.evaluations,
        fixed=tuple(name for name in space.names if name not in free_names),
        unit=data.unit,
    )


def _diagnosis(outcome: Outcome, names: tuple[str, ...]) -> str:
    """Return the status as a sentence, with the parameters concerned and what to do next."""
    sentence = outcome.status.value
    if outcome.status is Status.CONVERGED:
        return sentence
    if outcome.status in {Status.FLAT, Status.RUNAWAY}:
        return (
            f"{sentence} ({_moving(outcome.direction, names)}); hold one of them with fixed={{...}}, "
            "take a simpler model, or bring more customers or a longer period"
        )
    return f"{sentence}; try another start={{...}}, or look at the record with check=False"


def _moving(direction: FloatArray, names: tuple[str, ...]) -> str:
    size = np.abs(direction)
    moving = [
        f"{name} {'up' if part > 0 else 'down'}"
        for name, part in zip(names, direction.tolist(), strict=True)
        if abs(part) >= 0.2 * size.max(initial=0.0)
    ]
    return ", ".join(moving)
