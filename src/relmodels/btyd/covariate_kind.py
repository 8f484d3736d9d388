"""The kind of all models of one class with coefficients of covariates, and its likelihood.

A model's space declares which of its parameters a set of covariates moves and in which direction
(:class:`~relmodels.inference.space.Effect`); nothing else in a model knows of covariates. With covariates ``z`` and
coefficients ``g`` a parameter θ becomes ``θ exp(± g'z)`` for each customer. The likelihood is that of the model with a
parameter for each row, and its derivatives are carried over to θ and ``g`` by the chain rule: the models' exact scores
give the gradient, and the second derivatives are theirs too, or differences of the exact scores.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import numpy as np

from relmodels.btyd.covariates import Covariates, CovariateSet, SetName, check_same_names
from relmodels.btyd.formulas import Derivatives, Formula, Parameters
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.core.periods import Unit
from relmodels.core.sums import dot
from relmodels.inference.kind import PlainKind
from relmodels.inference.model import Evaluation, Fitted, Likelihood, Model, Rows
from relmodels.inference.points import one_by_one
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import coefficient

__all__ = ["CovariateKind", "RowFormulas", "checked_coefficients", "formulas_of", "kind_of_summary", "names_of"]

ModelT = TypeVar("ModelT", bound=Model[Any])
WrappedT = TypeVar("WrappedT", bound=Fitted[Any])

_STEP: Final = 1e-5


class RowFormulas(Protocol):
    """What a likelihood with covariates needs of a model: its formulas on rows, each with parameters of its own."""

    @property
    def log_likelihood(self) -> Formula:
        """Return the formula ``(*p, *columns)`` to ``(n,)``."""
        ...

    @property
    def score(self) -> Formula:
        """Return the formula ``(*p, *columns)`` to ``(n, p)``; the last columns may be those it does not need."""
        ...

    @property
    def derivatives(self) -> Derivatives | None:
        """Return the formula ``(*p, *columns)`` to value ``(n,)``, gradient ``(p, n)`` and Hessian ``(p, p, n)``."""
        ...

    def rows(self, data: PurchaseSummary) -> tuple[PurchaseSummary, tuple[FloatArray, ...], tuple[FloatArray, ...]]:
        """Return the distinct rows that enter the likelihood, its columns, and those of the score, each ``(n,)``."""
        ...


class Wrapped(Protocol):
    """A model with coefficients of covariates."""

    @property
    def base(self) -> object:
        """Return the model of a customer whose covariates are all 0."""
        ...

    @property
    def coefficients(self) -> Mapping[str, float]:
        """Return the coefficients by name, in the order of the kind."""
        ...


@dataclass(frozen=True, slots=True)
class CovariateKind(Generic[ModelT, WrappedT]):
    """A model's class with the names of the covariates that move it, made by ``rm.WithCovariates.of``.

    Attributes:
        model: the class of the base model.
        wrap: makes a model with coefficients of a base model, the coefficients and the spreads.
        names: the covariates of each set, such as ``{"purchase": ("age",), "attrition": ()}``.
        spreads: the standard deviation of each covariate, from which a search takes its scale; 1 where not given.

    Raises:
        InvalidParameters: if the model has no form with covariates, or does not know a set.

    Examples:
        >>> from relmodels import ParetoNBD, WithCovariates
        >>> CovariateKind(ParetoNBD, WithCovariates, {"purchase": ("age",), "attrition": ("age",)}).space.names
        ('r', 'alpha', 's', 'beta', 'purchase.age', 'attrition.age')

    """

    model: type[ModelT]
    wrap: Callable[[ModelT, Mapping[str, float], Mapping[str, float]], WrappedT]
    names: Mapping[SetName, tuple[str, ...]]
    spreads: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the model knows the sets, and keep the names from changing."""
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))
        object.__setattr__(self, "spreads", MappingProxyType(dict(self.spreads)))
        known = {parameter.effect.block for parameter in self.model.space if parameter.effect is not None}
        if not known:
            message = f"{self.model.__name__} has no form with covariates; fit it to the summary without them"
            raise InvalidParameters(message)
        unknown = [name for name, columns in self.names.items() if columns and name not in known]
        if unknown:
            message = (
                f"{self.model.__name__} has no place for {', '.join(unknown)} covariates; it takes "
                f"{', '.join(sorted(known))}"
            )
            raise InvalidParameters(message)

    def __reduce__(self) -> tuple[type[CovariateKind[ModelT, WrappedT]], tuple[object, ...]]:
        """Pickle and copy by the fields."""
        return type(self), (self.model, self.wrap, dict(self.names), dict(self.spreads))

    @property
    def name(self) -> str:
        """Return the name of the class, said to have covariates."""
        return f"{self.model.__name__} with covariates"

    @property
    def space(self) -> Space:
        """Return the parameters of the base model, then one coefficient for each covariate and parameter it moves."""
        base = self.model.space
        return Space((*base, *self._coefficients()), clock=base.clock, limits=base.limits)

    def start(self, data: Rows) -> Mapping[str, float]:
        """Return the rough values of the base model, and no effects."""
        return {**self.model.start(data), **{parameter.name: 0.0 for parameter in self._coefficients()}}

    def likelihood(self, data: Rows) -> Likelihood:
        """Return the log-likelihood of a summary with these covariates, rows that are equal in all counted once.

        Raises:
            InvalidData: if the summary has other covariates.

        """
        return _likelihood(self, self.checked(data)[0])

    def make(self, values: FloatArray, unit: Unit | None) -> WrappedT:
        """Return the model with natural ``values``, shape ``(p,)``: those of the base model, then the coefficients."""
        size = len(self.model.space)
        base = PlainKind(self.model).make(values[:size], unit)
        named = zip(self.space.names[size:], values[size:].tolist(), strict=True)
        return self.wrap(base, dict(named), self.spreads)

    def values(self, model: object) -> FloatArray:
        """Return the natural values, ``(p,)``, of ``model``."""
        known = cast("Wrapped", model)
        return np.append(self.model.space.values(known.base), list(known.coefficients.values()))

    def checked(self, data: object) -> tuple[PurchaseSummary, Covariates]:
        """Return a summary and its covariates.

        Raises:
            InvalidData: if it is no summary, or has not the covariates of this kind.

        """
        if not isinstance(data, PurchaseSummary) or data.covariates is None:
            message = f"{self.name} needs a PurchaseSummary with covariates; add them with summary.with_covariates(...)"
            raise InvalidData(message)
        check_same_names(data.covariates, dict(self.names), self.name)
        return data, data.covariates

    def of_rows(self, values: FloatArray, known: Covariates) -> Parameters:
        """Return the base model's parameters for each customer, numbers or ``(n,)`` arrays."""
        return tuple(_moved(value, moves, known, values) for value, moves in zip(values, self.moves(), strict=False))

    def score_of_rows(
        self, by_base: FloatArray, parameters: Parameters, values: FloatArray, known: Covariates
    ) -> FloatArray:
        """Return the derivative of each row's log-likelihood by all values, ``(n, p)``.

        Args:
            by_base: ``(n, q)`` its derivative by the base model's parameters of the row, which are ``parameters``.
            parameters: numbers or ``(n,)`` arrays.
            values: ``(p,)`` of the base model and the coefficients.
            known: the covariates of the rows.

        """
        found = np.zeros((len(by_base), values.size))
        slopes = _by_log(by_base.T, _scales(parameters, self.positive))
        for slope, (place, design) in zip(slopes, _designs(self, known, values, len(by_base)), strict=True):
            found[:, place] += slope[:, None] * design
        return found

    @property
    def positive(self) -> BoolArray:
        """Return which parameters of the base model are positive, ``(q,)``."""
        return np.array([parameter.domain.lower >= 0 for parameter in self.model.space])

    def moves(self) -> tuple[tuple[SetName, int, slice] | None, ...]:
        """Return for each parameter of the base model which set moves it, with which sign and coefficients."""
        found: list[tuple[SetName, int, slice] | None] = []
        place = len(self.model.space)
        for parameter in self.model.space:
            columns = () if parameter.effect is None else self._columns(parameter.effect.block)
            if parameter.effect is None or not columns:
                found.append(None)
                continue
            block = cast("SetName", parameter.effect.block)
            found.append((block, parameter.effect.sign, slice(place, place + len(columns))))
            place += len(columns)
        return tuple(found)

    def _columns(self, block: str) -> tuple[str, ...]:
        return self.names.get(cast("SetName", block), ())

    def _coefficients(self) -> Iterator[Parameter]:
        for parameter in self.model.space:
            if parameter.effect is None:
                continue
            block = parameter.effect.block
            several = sum(p.effect is not None and p.effect.block == block for p in self.model.space) > 1
            for column in self._columns(block):
                wide = self.spreads.get(f"{block}.{column}", 1.0)
                yield Parameter(
                    f"{block}.{parameter.name}.{column}" if several else f"{block}.{column}",
                    "γ",
                    f"effect of {column} on {block}" + (f", through {parameter.name}" if several else ""),
                    (-1.0 / wide, 1.0 / wide),
                    coefficient(wide),
                    block=block,
                )


def names_of(model: type[Model[Any]], coefficients: Collection[str]) -> dict[SetName, tuple[str, ...]]:
    """Return the covariates of each set, from the names of their coefficients.

    Examples:
        >>> from relmodels import BGNBD
        >>> names_of(BGNBD, ["purchase.age", "attrition.a.age", "attrition.b.age"])
        {'purchase': ('age',), 'attrition': ('age',)}

    """
    found: dict[SetName, tuple[str, ...]] = {}
    effects = [(p.name, p.effect.block) for p in model.space if p.effect is not None]
    for name, block in effects:
        several = sum(other == block for _, other in effects) > 1
        prefix = f"{block}.{name}." if several else f"{block}."
        columns = tuple(key.removeprefix(prefix) for key in coefficients if key.startswith(prefix))
        if columns:
            found.setdefault(cast("SetName", block), columns)
    return found


def kind_of_summary(
    model: type[ModelT],
    wrap: Callable[[ModelT, Mapping[str, float], Mapping[str, float]], WrappedT],
    known: Covariates,
    sets: tuple[SetName, ...],
) -> CovariateKind[ModelT, WrappedT]:
    """Return the kind of ``model`` with coefficients for all covariates in these sets of a summary.

    Args:
        model: the class of the base model.
        wrap: as in :class:`CovariateKind`.
        known: the covariates of the summary.
        sets: the names of those to look at.

    """
    there: dict[SetName, CovariateSet] = {name: found for name in sets if (found := known.of(name)) is not None}
    spreads = {
        f"{name}.{column}": wide
        for name, found in there.items()
        for column, wide in zip(found.names, found.spread.tolist(), strict=True)
    }
    return CovariateKind(model, wrap, {name: found.names for name, found in there.items()}, spreads)


def checked_coefficients(
    model: object, coefficients: Mapping[str, float], names: tuple[str, ...]
) -> Mapping[str, float]:
    """Return the coefficients in the order of ``names``, unchangeable.

    Raises:
        InvalidParameters: if one is missing, is not a finite number, or belongs to no parameter of the model.

    """
    problems = Problems("coefficients")
    for name in dict.fromkeys((*coefficients, *names)):
        if name not in names:
            problems.add(f"{name!r} belongs to no parameter of {type(model).__name__}")
        elif name not in coefficients:
            problems.add(f"{name!r} is missing: each covariate of a set moves every parameter of the set")
        elif not is_number(coefficients[name]) or not np.isfinite(coefficients[name]):
            problems.add(f"{name} = {coefficients[name]!r} must be a finite number")
    problems.raise_if_any(InvalidParameters)
    return MappingProxyType({name: coefficients[name] for name in names})


def formulas_of(model: object) -> RowFormulas:
    """Return the formulas that a model's class holds."""
    return cast("RowFormulas", cast("Any", model).formulas)


def _moved(
    value: float, move: tuple[SetName, int, slice] | None, known: Covariates, values: FloatArray
) -> float | FloatArray:
    if move is None:
        return float(value)
    block, sign, place = move
    factor: FloatArray = value * np.exp(sign * (known.matrix(block) @ values[place]))
    return factor


def _likelihood(kind: CovariateKind[Any, Any], data: PurchaseSummary) -> Likelihood:
    formulas = formulas_of(kind.model)
    grouped, columns, timing = formulas.rows(data)
    known = cast("Covariates", grouped.covariates)
    weight = np.ones(len(grouped)) if grouped.weight is None else grouped.weight

    def evaluate(values: FloatArray) -> Evaluation:
        parameters = kind.of_rows(values, known)
        try:
            value, first, second = _by_logarithms(formulas, parameters, columns, timing, kind.positive)
        except InvalidParameters:  # a step too far, where the formulas do not settle: the search has to turn back
            size = values.size
            return Evaluation(np.nan, np.full(size, np.nan), np.full((size, size), np.nan))
        return _carried_over(kind, known, values, dot(weight, value), first, second, weight)

    def scores(values: FloatArray) -> FloatArray:
        parameters = kind.of_rows(values, known)
        return kind.score_of_rows(formulas.score(*parameters, *timing), parameters, values, known)

    def value(values: FloatArray) -> float:
        return dot(weight, formulas.log_likelihood(*kind.of_rows(values, known), *columns))

    values = one_by_one(value)
    return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)


def _by_logarithms(
    formulas: RowFormulas,
    parameters: Parameters,
    columns: tuple[FloatArray, ...],
    timing: tuple[FloatArray, ...],
    positive: BoolArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each row's log-likelihood, ``(n,)``, and derivatives by the logarithms of its parameters.

    They are ``(p, n)`` and ``(p, p, n)``; the second ones are differences of the first where a model has none. By a
    parameter that may be negative they are as they stand, as no covariate moves it.
    """
    if formulas.derivatives is not None:
        value, gradient, hessian = formulas.derivatives(*parameters, *columns)
        scales = _scales(parameters, positive)
        first = _by_log(gradient, scales)
        second = np.array([_by_log(row, scales) * own for row, own in zip(hessian, scales, strict=True)])
        places = np.flatnonzero(positive)
        second[places, places] += first[places]
        return value, first, second

    def scores(moved: Parameters) -> FloatArray:
        return _by_log(formulas.score(*moved, *timing).T, _scales(moved, positive))

    second = np.array([_difference(scores, parameters, place) for place in range(len(parameters))])
    return formulas.log_likelihood(*parameters, *columns), scores(parameters), (second + second.swapaxes(0, 1)) / 2


def _difference(scores: Callable[[Parameters], FloatArray], parameters: Parameters, place: int) -> FloatArray:
    """Return the central difference of ``scores``, ``(p, n)``, by the logarithm of one parameter."""
    # A whole number stays one: its score is 0, and so are all differences.
    steps = [np.exp(side * _STEP) for side in (1, -1)]
    up, down = (
        scores(tuple(value * step if i == place else value for i, value in enumerate(parameters))) for step in steps
    )
    return np.asarray((up - down) / (2 * _STEP))


def _scales(parameters: Parameters, positive: BoolArray) -> Parameters:
    """Return the derivative of each parameter by its logarithm, 1 for one that may be negative."""
    return tuple(value if log else 1.0 for value, log in zip(parameters, positive, strict=True))


def _by_log(derivatives: FloatArray, scales: Parameters) -> FloatArray:
    """Return derivatives by the parameters, ``(p, n)``, as derivatives by their logarithms."""
    return np.array([row * scale for row, scale in zip(derivatives, scales, strict=True)])


def _designs(
    kind: CovariateKind[Any, Any], known: Covariates, values: FloatArray, rows: int
) -> Iterator[tuple[list[int], FloatArray]]:
    """Yield for each base parameter which values move its logarithm, and by how much: their places and ``(n, q)``."""
    for j, move in enumerate(kind.moves()):
        own = np.full((rows, 1), 1.0 / values[j] if kind.positive[j] else 1.0)
        if move is None:
            yield [j], own
            continue
        block, sign, place = move
        yield [j, *range(place.start, place.stop)], np.hstack([own, sign * known.matrix(block)])


def _carried_over(
    kind: CovariateKind[Any, Any],
    known: Covariates,
    values: FloatArray,
    value: float,
    first: FloatArray,
    second: FloatArray,
    weight: FloatArray,
) -> Evaluation:
    """Return the derivatives by the values, given those by the logarithms of the rows' parameters."""
    gradient, hessian = np.zeros(values.size), np.zeros((values.size, values.size))
    designs = list(_designs(kind, known, values, weight.size))
    for j, (place, design) in enumerate(designs):
        slope = weight * first[j]
        gradient[place] += np.einsum("np,n->p", design, slope)
        hessian[j, j] -= slope.sum() / values[j] ** 2 if kind.positive[j] else 0.0
        for k, (other, columns) in enumerate(designs[: j + 1]):
            block = np.einsum("np,nq->pq", design * (weight * second[j, k])[:, None], columns)
            hessian[np.ix_(place, other)] += block
            if k < j:
                hessian[np.ix_(other, place)] += block.T
    return Evaluation(value, gradient, hessian)
