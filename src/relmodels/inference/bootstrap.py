"""Uncertainty without formulas: refit the model to customers drawn with replacement.

Each draw gives every customer a new weight, how often they came up, and the model is fitted again from the estimates.
The spread of the refits is the uncertainty, whatever the shape of the likelihood and even if it is not the right one.
It costs one fit for each draw; :func:`~relmodels.inference.delta.delta_method` costs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, MissingExtra, NotConverged, RelmodelsError
from relmodels.core.periods import Unit
from relmodels.core.randomness import generator
from relmodels.inference.delta import Estimate, estimate_of, evaluated, reach
from relmodels.inference.fit import refit
from relmodels.inference.model import Fitted
from relmodels.inference.result import Fit, require_fit
from relmodels.inference.status import Status

__all__ = ["Bootstrap", "Resampled", "bootstrap"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])


@runtime_checkable
class Resampled(Protocol):
    """Data that can be drawn again: a dataclass whose rows can be picked and have a field ``weight``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of the data."""
        ...

    @property
    def weight(self) -> FloatArray | None:
        """Return how many cases each row stands for, ``(n,)``; ``None`` means one each."""
        ...

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def every(self, step: int) -> Self:
        """Return each ``step``-th row, from the first on."""
        ...

    def take(self, rows: AnyArray) -> Self:
        """Return the rows picked by an index array, in that order."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bootstrap(Generic[ModelT]):
    """Refits of one model to resampled customers.

    Attributes:
        fit: the fit to the data as they are.
        parameters: ``(draws, p)`` estimates of the refits that converged, in the order of the model's space.
        failures: how many refits did not converge and were left out.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.bootstrap import bootstrap
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> again = bootstrap(rm.fit(rm.BGNBD, summary), summary, draws=5, rng=1)
        >>> again.of(lambda model: model.expected_purchases_new(52)).shape
        (5,)

    """

    fit: Fit[ModelT]
    parameters: FloatArray
    failures: int

    __reduce__ = by_fields

    @property
    def standard_errors(self) -> dict[str, float]:
        """Return the standard deviation of the refits by parameter, 0 for those that were held."""
        return self.fit.kind.space.named(self.parameters.std(axis=0, ddof=1))

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Return the percentile interval of each parameter.

        Args:
            level: the coverage aimed at, between 0 and 1.

        Raises:
            InvalidParameters: if ``level`` is not between 0 and 1.

        """
        low, high = _ends(self.parameters, level)
        names = self.fit.kind.space.names
        return {name: (float(lo), float(hi)) for name, lo, hi in zip(names, low, high, strict=True)}

    def models(self) -> Iterator[ModelT]:
        """Yield the model of each refit."""
        kind = self.fit.kind
        for values in self.parameters:
            yield kind.make(values, self.fit.unit)

    def of(self, function: Callable[[ModelT], ArrayLike]) -> FloatArray:
        """Return ``function`` of the model of each refit, ``(draws, ...)``.

        Args:
            function: any function of the model: a number or an array.

        Raises:
            InvalidData: if the function is not finite for a refit.

        """
        return read_only(np.array([evaluated(function, model) for model in self.models()]))

    def estimate(self, function: Callable[[ModelT], ArrayLike], level: float = 0.95) -> Estimate:
        """Return ``function`` of the fitted model with the spread and the percentiles of the refits.

        Args:
            function: any function of the model: a number or an array.
            level: the coverage aimed at, between 0 and 1.

        Raises:
            InvalidData: if the function is not finite for a refit.
            InvalidParameters: if ``level`` is not between 0 and 1.

        """
        draws, value = self.of(function), evaluated(function, self.fit.model)
        return estimate_of(value, draws.std(axis=0, ddof=1), *_ends(draws, level), level)

    def __str__(self) -> str:
        """Return the number of refits, of failures, and the standard errors."""
        errors = ", ".join(f"{name} {error:.4g}" for name, error in self.standard_errors.items())
        failed = f", {self.failures} more did not converge and are left out" if self.failures else ""
        return f"{self.fit.kind.name}: {len(self.parameters)} refits{failed}; standard errors: {errors}"


def bootstrap(
    fit: Fit[ModelT],
    data: Resampled,
    *,
    draws: int = 200,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
) -> Bootstrap[ModelT]:
    """Return refits of the model to ``draws`` samples of the customers, drawn with replacement.

    A row that stands for several customers is drawn as often as they would be. Parameters that were held stay held;
    a whole number that was chosen is chosen again.

    Args:
        fit: the fit to ``data``.
        data: ``(n,)`` the rows it was fitted to, such as a ``PurchaseSummary``; ``grouped()`` ones do where the model
            reads only frequency, recency and age.
        draws: how many samples, 2 or more; 200 do for standard errors, 1,000 and more for intervals.
        rng: a seed, a numpy generator, or ``None`` for fresh randomness.
        progress: whether to show a progress bar, which needs rich; the result does not depend on it.

    Raises:
        InvalidData: if the rows cannot be drawn again or do not stand for as many customers as were fitted.
        InvalidParameters: if ``draws`` or ``rng`` is none of the above.
        MissingExtra: if a progress bar is asked for and rich is not installed.
        NotConverged: if the fit or all but one of the refits did not converge.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.bootstrap import bootstrap
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> again = bootstrap(rm.fit(rm.BGNBD, summary), summary, draws=5, rng=1)
        >>> again.parameters.shape, again.failures
        ((5, 4), 0)

    Reference:
        Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7(1), 1-26.

    """
    weight = _weight(fit, data)
    rounds = _shown(range(_count(draws)), shown=progress)
    counts, random = round(float(weight.sum())), generator(rng)
    # All draws are independent of how the refits before them ended, so that a failure changes no other draw.
    found = [_refit(fit, data, random.multinomial(counts, weight / weight.sum())) for _ in rounds]
    kept = [values for values in found if values is not None]
    if len(kept) < 2:
        message = (
            f"{len(found) - len(kept)} of {len(found)} refits did not converge, two are needed for a spread; "
            "the data hardly identify the model: hold a parameter with fixed={...}, or take a simpler model"
        )
        raise NotConverged(message, fit)
    return Bootstrap(fit=fit, parameters=read_only(np.array(kept)), failures=len(found) - len(kept))


def _refit(fit: Fit[ModelT], data: Resampled, counts: AnyArray) -> FloatArray | None:
    """Return the estimates for rows that count ``counts`` times, ``(n,)``, or ``None`` if there is no maximum."""
    drawn = np.flatnonzero(counts)
    sample = replace(data.take(drawn), weight=read_only(counts[drawn].astype(np.float64)))
    try:
        again = refit(fit, sample, {}, fit.parameters)
    except RelmodelsError:  # a sample may lack what the whole has, for example anyone who bought again
        return None
    return again.kind.values(again.model) if again.status is Status.CONVERGED else None


def _weight(fit: Fit[ModelT], data: object) -> FloatArray:
    require_fit(fit, "bootstrap")
    if fit.status is not Status.CONVERGED:
        message = f"there is no maximum to begin from: {fit.diagnosis}"
        raise NotConverged(message, fit)
    if not isinstance(data, Resampled):
        message = (
            f"{type(data).__name__} cannot be drawn again; the bootstrap needs rows with weights such as a "
            "PurchaseSummary's"
        )
        raise InvalidData(message)
    weight = np.ones(len(data)) if data.weight is None else np.asarray(data.weight)
    # Rows that do not enter the likelihood, such as spend of people who never bought again, are drawn too.
    if weight.sum() < fit.n * (1 - 1e-9):
        message = (
            f"the rows stand for {weight.sum():,.10g} customers, the fit for {fit.n:,.10g}; pass the data it is of"
        )
        raise InvalidData(message)
    return weight


def _count(draws: object) -> int:
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:
        message = f"draws = {draws!r} must be a whole number of 2 or more"
        raise InvalidParameters(message)
    return int(draws)


def _ends(draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    reach(level)  # refuses what is no level
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.asarray(low), np.asarray(high)


def _shown(rounds: range, *, shown: bool) -> Iterator[int]:
    if not shown:
        yield from rounds
        return
    try:
        from rich.progress import track
    except ImportError as error:
        raise MissingExtra(library="rich", extra="report") from error
    yield from track(rounds, description="bootstrap")
