"""Draws from a posterior, and what can be read off them: of parameters, of customers, of anything else.

Every draw is a model like any other. Whatever a model says, it says once for each draw, and the spread of the answers
is what remains uncertain after the data: a credible interval holds 95 in 100 of them.
"""

from __future__ import annotations

import html
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, Self, TypeVar, overload, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import AnyArray, FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, MissingExtra
from relmodels.frames.table import Table
from relmodels.inference.delta import Estimate, estimate_of, evaluated, reach
from relmodels.inference.model import Fitted
from relmodels.inference.priors import Priors
from relmodels.inference.result import Fit

__all__ = ["Picked", "Posterior"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])
PickedT = TypeVar("PickedT", bound="Picked")

# 64 million numbers are half a gigabyte; a block of customers with all its draws takes 32 megabytes.
_MOST: Final = 1 << 26
_BLOCK: Final = 1 << 22
_THINNED: Final = 1000


@runtime_checkable
class Picked(Protocol):
    """Data whose rows can be picked."""

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def take(self, rows: AnyArray) -> Self:
        """Return the rows picked by an index array, in that order."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Posterior(Generic[ModelT]):
    """Draws from the posterior distribution of a model's parameters; :func:`relmodels.posterior` makes them.

    Attributes:
        fit: the fit from which it was made.
        prior: the densities of the natural parameters.
        draws: ``(m, p)`` equally likely natural parameters in random order, some of them more than once.
        mode: ``(p,)`` the highest point of the density, in the coordinates of the search.
        pareto_k: how heavy the tail of the weights is from which the draws were taken; good up to 0.7.
        ess: how many independent draws the weighted ones are worth, ``1 / Σ w²``.
        evaluations: at how many points the likelihood was evaluated.
        rounds: how many proposals it took; more than 2 if the first ones were poor.
        warning: why the draws should not be relied on; ``None`` if they may.

    Examples:
        >>> import relmodels as rm
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> after = rm.posterior(rm.fit(rm.BGNBD, summary), summary, 1000, rng=1)
        >>> after.draws.shape, after.warning is None
        ((1000, 4), True)
        >>> alive = after.per_customer(rm.BGNBD.p_alive, summary)
        >>> best = summary.frequency.argmax()
        >>> bool(alive.low[best] < alive.value[best] < alive.high[best])
        True

    """

    fit: Fit[ModelT]
    prior: Priors
    draws: FloatArray
    mode: FloatArray
    pareto_k: float
    ess: float
    evaluations: int
    rounds: int
    warning: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters, in the order of the columns of ``draws``."""
        return self.fit.kind.space.names

    @property
    def mean(self) -> dict[str, float]:
        """Return the posterior mean of each parameter."""
        return self.fit.kind.space.named(self.draws.mean(axis=0))

    @property
    def sd(self) -> dict[str, float]:
        """Return the posterior standard deviation of each parameter, 0 for those that were held."""
        return self.fit.kind.space.named((self.draws - self.draws[0]).std(axis=0))

    @overload
    def interval(self, function: float = 0.95, *, hdi: bool = False) -> dict[str, tuple[float, float]]: ...
    @overload
    def interval(self, *, level: float, hdi: bool = False) -> dict[str, tuple[float, float]]: ...
    @overload
    def interval(
        self, function: Callable[[ModelT], ArrayLike], level: float = 0.95, *, hdi: bool = False
    ) -> tuple[FloatArray, FloatArray]: ...
    def interval(
        self, function: Callable[[ModelT], ArrayLike] | float | None = None, level: float = 0.95, *, hdi: bool = False
    ) -> dict[str, tuple[float, float]] | tuple[FloatArray, FloatArray]:
        """Return the credible interval of each parameter, or the ends of that of a function of the model.

        Args:
            function: any function of the model, a number or an array; a number in its place is taken for ``level``.
            level: the probability of the interval.
            hdi: the shortest interval of that probability, instead of the one that leaves out as much on either side.

        Raises:
            InvalidData: if the function is not finite for a draw.
            InvalidParameters: if ``level`` is not between 0 and 1, or the values of all draws would not fit in memory.

        """
        if function is None or not callable(function):
            low, high = _ends(self.draws, level if function is None else function, hdi=hdi)
            return {name: (float(lo), float(hi)) for name, lo, hi in zip(self.names, low, high, strict=True)}
        return _ends(self.of(function), level, hdi=hdi)

    def models(self) -> Iterator[ModelT]:
        """Yield the model of each draw."""
        kind = self.fit.kind
        for values in self.draws:
            yield kind.make(values, self.fit.unit)

    def of(self, function: Callable[[ModelT], ArrayLike]) -> FloatArray:
        """Return ``function`` of the model of each draw, ``(m, ...)``.

        Args:
            function: any function of the model: a number or an array.

        Raises:
            InvalidData: if the function is not finite for a draw.
            InvalidParameters: if the values are more than 2**26 numbers; :meth:`per_customer` needs not hold them all.

        """
        models = self.models()
        first = evaluated(function, next(models))
        if first.size * len(self.draws) > _MOST:
            message = (
                f"{len(self.draws):,} draws of {first.size:,} values are more than {_MOST:,} numbers; "
                "use per_customer, make fewer draws, or a function with fewer values"
            )
            raise InvalidParameters(message)
        found = np.empty((len(self.draws), *first.shape))
        found[0] = first
        for place, model in enumerate(models, 1):
            found[place] = evaluated(function, model)
        return read_only(found)

    def estimate(self, function: Callable[[ModelT], ArrayLike], level: float = 0.95, *, hdi: bool = False) -> Estimate:
        """Return the posterior mean, standard deviation and credible interval of ``function`` of the model.

        Args:
            function: any function of the model: a number or an array.
            level: the probability of the interval.
            hdi: the shortest interval of that probability.

        Raises:
            InvalidData: if the function is not finite for a draw.
            InvalidParameters: if ``level`` is not between 0 and 1, or the values of all draws would not fit in memory.

        """
        found = self.of(function)
        return estimate_of(found.mean(axis=0), found.std(axis=0), *_ends(found, level, hdi=hdi), level)

    def per_customer(
        self,
        function: Callable[[ModelT, PickedT], ArrayLike],
        data: PickedT,
        level: float = 0.95,
        *,
        draws: int = _THINNED,
        hdi: bool = False,
    ) -> Estimate:
        """Return the posterior mean, standard deviation and credible interval of a value of each customer, ``(n,)``.

        Customers are taken in blocks, so that never more than 2**22 values are held (32 megabytes), however many
        customers and draws there are.

        Args:
            function: takes a model and some rows of the data, and returns one value for each of these rows.
            data: ``(n,)`` rows, such as a ``PurchaseSummary``.
            level: the probability of the interval.
            draws: how many of the draws to use; the time it takes is in proportion.
            hdi: the shortest interval of that probability.

        Raises:
            InvalidData: if the function is not finite for a draw, or does not give one value for each row.
            InvalidParameters: if ``level`` is not between 0 and 1, or ``draws`` is not a whole number of 2 or more.

        """
        reach(level)  # refuses what is no level before the work is done
        models = [self.fit.kind.make(values, self.fit.unit) for values in self.draws[: _count(draws, len(self.draws))]]
        size = max(1, _BLOCK // len(models))
        blocks = np.array_split(np.arange(len(data)), -(-len(data) // size) or 1)
        parts = [_of_block(function, models, data.take(rows), level, hdi=hdi) for rows in blocks]
        mean, spread, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        return estimate_of(mean, spread, low, high, level)

    def arrays(self) -> dict[str, FloatArray]:
        """Return the draws of each parameter as one chain, ``(1, m)``, the form that ArviZ and others exchange."""
        return {name: read_only(self.draws[:, place][None]) for place, name in enumerate(self.names)}

    def to_arviz(self) -> object:
        """Return the draws as ArviZ holds them: an ``InferenceData``, or from its version 1 on a ``DataTree``.

        Raises:
            MissingExtra: if ArviZ is not installed.

        """
        try:
            arviz = importlib.import_module("arviz")
        except ImportError as error:
            raise MissingExtra(library="arviz", extra="arviz") from error
        by_name = "posterior" in inspect.signature(arviz.from_dict).parameters
        found: object = (
            arviz.from_dict(posterior=self.arrays()) if by_name else arviz.from_dict({"posterior": self.arrays()})
        )
        return found

    def table(self, level: float = 0.95) -> Table:
        """Return one row for each parameter: mean, standard deviation, interval and meaning."""
        ends = self.interval(level)
        held = {name for name, spread in self.sd.items() if spread == 0.0}
        return Table(
            {
                "parameter": list(self.names),
                "mean": list(self.mean.values()),
                "sd": list(self.sd.values()),
                f"low_{100 * level:g}%": [low for low, _ in ends.values()],
                f"high_{100 * level:g}%": [high for _, high in ends.values()],
                "meaning": [
                    parameter.meaning + (" (held)" if parameter.name in held else "")
                    for parameter in self.fit.kind.space
                ],
            }
        )

    def __str__(self) -> str:
        """Return the table with a heading, the prior and how good the draws are, as text."""
        return "\n".join([self._heading(), str(self.table()), *self._figures()])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        text = "".join(f"<p>{html.escape(line)}</p>" for line in self._figures())
        return f"<div><p><b>{html.escape(self._heading())}</b></p>{self.table()._repr_html_()}{text}</div>"

    def _heading(self) -> str:
        clock = f", time in {self.fit.unit}s" if self.fit.unit and self.fit.kind.space.clock else ""
        return f"{self.fit.kind.name}: {len(self.draws):,} draws given {self.fit.n:,.0f} customers{clock}"

    def _figures(self) -> list[str]:
        quality = f"worth {self.ess:,.0f} independent draws, Pareto k {self.pareto_k:.2f}"
        verdict = "reliable" if self.warning is None else f"NOT reliable: {self.warning}"
        return [f"prior: {self.prior}", f"{quality}, {self.evaluations:,} evaluations; {verdict}"]


def _ends(draws: FloatArray, level: float, *, hdi: bool) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the interval over the first axis, ``(m, ...)`` to ``(...)`` twice."""
    reach(level)  # refuses what is no level
    if not hdi:
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return read_only(np.asarray(low)), read_only(np.asarray(high))
    ordered = np.sort(draws, axis=0)
    inside = min(int(np.ceil(level * len(draws))), len(draws) - 1)
    begin = np.argmin(ordered[inside:] - ordered[: len(draws) - inside], axis=0)[None]
    low = np.take_along_axis(ordered, begin, axis=0)[0]
    high = np.take_along_axis(ordered, begin + inside, axis=0)[0]
    return read_only(np.asarray(low)), read_only(np.asarray(high))


def _of_block(
    function: Callable[[ModelT, PickedT], ArrayLike], models: list[ModelT], rows: PickedT, level: float, *, hdi: bool
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    found = np.empty((len(models), len(rows)))
    for place, model in enumerate(models):
        values = evaluated(lambda at: function(at, rows), model)
        if values.shape != (len(rows),):
            message = (
                f"the function gives values of shape {values.shape} for {len(rows)} rows; it must give one for each row"
            )
            raise InvalidData(message)
        found[place] = values
    return found.mean(axis=0), found.std(axis=0), *_ends(found, level, hdi=hdi)


def _count(draws: object, most: int) -> int:
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:
        message = f"draws = {draws!r} must be a whole number of 2 or more"
        raise InvalidParameters(message)
    return min(int(draws), most)
