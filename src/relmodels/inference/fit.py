"""``fit(Model, data)``: the one verb of the library, for every model that has a likelihood.

The engine walks in the free coordinates of the model's :class:`~relmodels.inference.space.Space`,
evaluates each distinct row of the data once, and returns a :class:`~relmodels.inference.result.Fit`
or raises :class:`~relmodels.core.errors.NotConverged` with a diagnosis and a next step.
Large data are started from a fit to every k-th row, so that the whole of them is evaluated only a few times.
What a caller adds to a likelihood (parameters that are held or equal, a penalty, a prior) is added here, once for all
models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, overload

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, NotConverged, Problems, RelmodelsError
from relmodels.core.numbers import is_number
from relmodels.inference.constraints import Equal, check_constraints
from relmodels.inference.coordinates import Coordinates, design_of
from relmodels.inference.covariance import observed, sandwich
from relmodels.inference.kind import Kind, as_kind
from relmodels.inference.model import Evaluation, Fitted, Likelihood, Model, Prior, Rows
from relmodels.inference.penalty import Ridge
from relmodels.inference.result import Fit
from relmodels.inference.solve import Outcome, maximize
from relmodels.inference.space import Space
from relmodels.inference.status import Status
from relmodels.inference.whole import best_of, undecided

__all__ = ["Options", "fit", "refit"]

ModelT = TypeVar("ModelT", bound=Model[Any])
FittedT = TypeVar("FittedT", bound=Fitted[Any])

_LARGE: Final = 50_000
_SAMPLE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a fit beside the model and the data.

    Attributes:
        fixed: parameters held at a value.
        constraints: parameters that have one value.
        penalty: taken from the log-likelihood.
        prior: whose log density is added to it.

    """

    fixed: Mapping[str, float] = field(default_factory=dict)
    constraints: tuple[Equal, ...] = ()
    penalty: Ridge | None = None
    prior: Prior | None = None

    def check(self, space: Space) -> None:
        """Check all of it against the parameters of a model.

        Raises:
            InvalidParameters: naming the faults.

        """
        _checked(space, self.fixed, "fixed")
        check_constraints(space, self.constraints, self.fixed)
        if self.penalty is not None:
            self.penalty.check(space)
        if self.prior is not None:
            self.prior.check(space)

    def added(self, space: Space, natural: FloatArray) -> Evaluation | None:
        """Return what is added to the log-likelihood at ``natural``, shape ``(p,)``; ``None`` for nothing."""
        terms = []
        if self.penalty is not None:
            terms.append(self.penalty.evaluate(space, natural))
        if self.prior is not None:
            terms.append(self.prior.evaluate(space.names, natural))
        if not terms:
            return None
        return terms[0] if len(terms) == 1 else terms[0] + terms[1]


@overload
def fit(
    model: type[ModelT],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Prior | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[ModelT]: ...
@overload
def fit(
    model: Kind[FittedT],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Prior | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[FittedT]: ...
def fit(
    model: type[Any] | Kind[Any],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Prior | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[Any]:
    """Return the fit of ``model`` to ``data`` by maximum likelihood, or with a penalty or a prior by its mode.

    Args:
        model: the class of the model, for example ``rm.BGNBD``, or another kind.
        data: rows of the kind the model needs, for example a ``PurchaseSummary``.
        fixed: parameters held at a value instead of being estimated. A whole-number parameter that is not held is
            chosen among 1 to 12 by its profile likelihood.
        constraints: parameters that are to have one value, each made with ``rm.equal``.
        penalty: taken from the log-likelihood, such as ``rm.Ridge(5.0)`` on the coefficients of covariates.
        prior: a density of the natural parameters, made with ``rm.Priors``; the estimates then are its mode with the
            data (maximum a posteriori), and standard errors are those of the posterior's curvature.
        start: values of all other parameters from which to begin; the model's own rough values by default.
        check: raise if the search does not end at a maximum; ``False`` returns the record of the search instead.

    Raises:
        InvalidData: if the data are not of the kind the model needs.
        InvalidParameters: if an option names an unknown parameter or a value outside its domain.
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
    kind = as_kind(model, "fit", "write rm.fit({}, data)")
    _check_data(data)
    _check_mapping("fixed", fixed)
    _check_mapping("start", start)
    options = Options(dict(fixed or {}), tuple(constraints), penalty, prior)
    result = fitted(kind, data, options, start or {})
    if check and result.status is not Status.CONVERGED:
        message = f"{kind.name}: {result.diagnosis}"
        raise NotConverged(message, result)
    return result


def refit(result: Fit[FittedT], data: Rows, fixed: Mapping[str, float], start: Mapping[str, float]) -> Fit[FittedT]:
    """Return the fit of the same kind with the same options to other data or with more held, whatever its end.

    Args:
        result: the fit whose options are kept; the parameters it held stay held at its values.
        data: rows, as for :func:`fit`.
        fixed: more parameters to hold; those that are equal to one of them are held as well.
        start: values to begin from; those of parameters that are held are left out.

    """
    kind = result.kind
    held = {name: result.parameters[name] for name in result.fixed}
    for name, value in fixed.items():
        held |= dict.fromkeys(next((e.names for e in result.constraints if name in e.names), (name,)), value)
    open_ones = tuple(equal for equal in result.constraints if not held.keys() & set(equal.names))
    options = Options(held, open_ones, result.penalty, result.prior)
    chosen = undecided(kind.space, held)  # begins from nowhere: all its candidates are tried
    begin = {name: value for name, value in start.items() if name not in {*held, chosen}}
    return fitted(kind, data, options, begin)


def fitted(kind: Kind[FittedT], data: Rows, options: Options, start: Mapping[str, float]) -> Fit[FittedT]:
    """Return the record of a search, whether or not it ended at a maximum; a whole-number parameter is chosen."""
    whole = undecided(kind.space, options.fixed)
    if whole is not None:
        # The first candidate is checked as if it were given, so that faults are named before anything is fitted.
        return best_of(
            whole,
            lambda value: fitted(kind, data, replace(options, fixed={**options.fixed, whole: float(value)}), start),
        )
    options.check(kind.space)
    begin = _beginning(kind, data, options, _begun(kind.space, start, options.fixed))
    search = _search(kind, kind.likelihood(data), begin, options)
    return _record(kind, data, search, search.run())


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One likelihood, with what is added to it, seen from the coordinates that are free to move."""

    coordinates: Coordinates
    likelihood: Likelihood
    options: Options

    def run(self) -> Outcome:
        """Return where the search ends."""
        return maximize(self.objective, self.coordinates.begin(), self.coordinates.reach())

    def objective(self, free: FloatArray) -> Evaluation:
        """Return what is maximized and its derivatives by the free coordinates."""
        with np.errstate(all="ignore"):  # a step too far is refused by the optimizer because it is not finite
            natural = self.coordinates.natural(free)
            at = self.likelihood.evaluate(natural)
            added = self.options.added(self.coordinates.space, natural)
            return self.coordinates.reduced(natural, at if added is None else at + added)


def _search(kind: Kind[Any], likelihood: Likelihood, start: FloatArray, options: Options) -> _Search:
    design = design_of(kind.space, options.fixed, options.constraints)
    return _Search(Coordinates(kind.space, start, design), likelihood, options)


def _check_data(data: object) -> None:
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


def _beginning(kind: Kind[Any], data: Rows, options: Options, start: Mapping[str, float]) -> FloatArray:
    """Return the natural values from which the search begins."""
    space, held = kind.space, options.fixed
    if set(start) | set(held) >= set(space.names):
        return space.pack({**start, **held})
    rough = space.pack({**kind.start(data), **start, **held})
    if len(data) <= _LARGE:
        return rough
    try:
        part = kind.likelihood(data.every(len(data) // _SAMPLE))
    except RelmodelsError:  # a part may lack what the whole has, for example anyone who bought again
        return rough
    search = _search(kind, part, rough, options)
    outcome = search.run()
    return search.coordinates.natural(outcome.point) if outcome.status is Status.CONVERGED else rough


def _record(kind: Kind[FittedT], data: Rows, search: _Search, outcome: Outcome) -> Fit[FittedT]:
    coordinates, options = search.coordinates, search.options
    space, natural = coordinates.space, coordinates.natural(outcome.point)
    added = options.added(space, natural)
    objective = _finite(outcome.at.value)
    covariance = robust = None
    effective = float(coordinates.design.shape[1])
    if outcome.status is Status.CONVERGED:
        jacobian = coordinates.jacobian(natural)
        covariance = observed(outcome.at.hessian, jacobian)
        robust = sandwich(covariance, search.likelihood.scores(natural), search.likelihood.weight)
        if added is not None:
            effective += float(np.sum(covariance * added.hessian))
    return Fit(
        model=kind.make(natural, data.unit),
        covariance=covariance,
        robust_covariance=robust,
        log_likelihood=objective if added is None else _finite(search.likelihood.evaluate(natural).value),
        n=search.likelihood.n,
        status=outcome.status,
        diagnosis=_diagnosis(outcome, coordinates.names),
        evaluations=outcome.evaluations,
        fixed=tuple(name for name in space.names if name in options.fixed),
        constraints=options.constraints,
        penalty=options.penalty,
        prior=options.prior,
        objective=objective,
        effective_parameters=effective,
        unit=data.unit,
    )


def _finite(value: float) -> float:
    return float(np.nan_to_num(value, nan=-np.inf, posinf=-np.inf, neginf=-np.inf))


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
