"""Pareto/NBD with covariates that change in time: seasons, campaigns and prices move the rates of buying and leaving.

As in :mod:`relmodels.btyd.pareto_nbd`, customers buy at random while they are there and may leave at any moment,
unseen, each at rates of their own. Here a customer's two rates at any moment are multiplied by ``exp(γ'z)`` and
``exp(δ'w)``, with z and w what the covariates are then. A coefficient is thus the change of the log rate for a unit of
its covariate: 0.1 is some ten per cent more purchases. Covariates that never change shift the scales of a customer for
good; with coefficients of 0 the model is the plain one.
Effects on purchases are mostly well determined by data. Effects on leaving are not, since leaving is never seen: the
likelihood may rise until nobody leaves at some value of a covariate, which a fit says instead of printing a number.
Forecasts need the future of the covariates, and reach no farther.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from relmodels.btyd import checks
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.time_varying_derivatives import derivatives
from relmodels.btyd.time_varying_likelihood import Histories, Point
from relmodels.btyd.time_varying_predictions import Future
from relmodels.btyd.time_varying_simulation import simulated
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.core.periods import Duration, Rate, Unit, force_of_interest
from relmodels.core.randomness import generator

if TYPE_CHECKING:
    from relmodels.btyd.time_varying_kind import TimeVaryingKind

__all__ = ["TimeVaryingParetoNBD", "check_panel"]

_BLOCKS: Final = ("purchase.", "attrition.")


@dataclass(frozen=True, slots=True)
class TimeVaryingParetoNBD:
    """Pareto/NBD with covariates that change in time, with given parameters.

    ``rm.fit(rm.ParetoNBD, panel)`` estimates them.

    Args:
        base: the model of a customer whose covariates are all 0.
        coefficients: by name: ``"purchase.sale"`` is the effect of the covariate ``sale`` on the rate of purchases,
            ``"attrition.sale"`` on leaving.
        spreads: the standard deviations of the covariates, by the same names, from which a search takes its scale;
            nothing else reads them.

    Raises:
        InvalidParameters: if ``base`` is no Pareto/NBD, a coefficient is not a finite number, or its name begins with
            neither ``purchase.`` nor ``attrition.``.

    Examples:
        >>> import relmodels as rm
        >>> log = {"who": [1, 1, 2], "day": ["2026-01-05", "2026-02-02", "2026-01-12"]}
        >>> sale = {"who": [1, 1, 2, 2], "day": ["2026-01-01", "2026-03-02"] * 2, "sale": [0.0, 1.0] * 2}
        >>> summary = rm.PurchaseSummary.from_transactions(log, customer="who", date="day", unit="week")
        >>> panel = rm.CovariatePanel.from_frames(
        ...     summary, sale, log, customer="who", date="day", purchase=["sale"], until="2026-06-01"
        ... )
        >>> model = rm.TimeVaryingParetoNBD(rm.ParetoNBD(0.55, 10.6, 0.61, 11.7, unit="week"), {"purchase.sale": 0.7})
        >>> model.p_alive(panel).round(3), model.expected_purchases(panel, 12).round(3)
        (array([1.   , 0.862]), array([1.732, 0.562]))

    Reference:
        Bachmann, P., Meierer, M. and Näf, J. (2021). The role of time-varying contextual factors in latent attrition
        models for customer base analysis. Marketing Science 40(4), 783-809.

    """

    base: ParetoNBD
    coefficients: Mapping[str, float]
    spreads: Mapping[str, float] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Check every parameter, and bring the coefficients into the order of the kind, unchangeable."""
        base: object = self.base
        if not isinstance(base, ParetoNBD):
            message = f"base = {base!r} is not a ParetoNBD; give the one of a customer whose covariates are all 0"
            raise InvalidParameters(message)
        object.__setattr__(self, "spreads", MappingProxyType(dict(self.spreads)))
        object.__setattr__(self, "coefficients", _checked(self.coefficients))

    def __reduce__(self) -> tuple[type[TimeVaryingParetoNBD], tuple[object, ...]]:
        """Pickle and copy by the fields."""
        return type(self), (self.base, dict(self.coefficients), dict(self.spreads))

    def __hash__(self) -> int:
        """Return equal numbers for equal models."""
        return hash((self.base, frozenset(self.coefficients.items())))

    @classmethod
    def of(cls, names: Mapping[Literal["purchase", "attrition"], tuple[str, ...]]) -> TimeVaryingKind:
        """Return the kind of all models with coefficients of these covariates, to read a saved fit with.

        Args:
            names: the covariates of purchases and of leaving.

        Examples:
            >>> TimeVaryingParetoNBD.of({"purchase": ("sale",), "attrition": ("rival",)}).space.names
            ('r', 'alpha', 's', 'beta', 'purchase.sale', 'attrition.rival')

        """
        from relmodels.btyd.time_varying_kind import TimeVaryingKind

        return TimeVaryingKind(names.get("purchase", ()), names.get("attrition", ()))

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of the base model; with ``None`` data in any unit are accepted."""
        return self.base.unit

    @property
    def kind(self) -> TimeVaryingKind:
        """Return the kind: the names of the covariates."""
        from relmodels.btyd.time_varying_kind import TimeVaryingKind

        return TimeVaryingKind(*self._names(), self.spreads)

    def log_likelihood(self, data: CovariatePanel) -> FloatArray:
        """Return the log-likelihood of each customer, ``(n,)``, not multiplied by its weight.

        With R = r + x and the clocks 𝔅(u) = ∫ exp(γ'z), 𝔇(u) = ∫ exp(δ'w): ln of
        ``Γ(R) α^r β^s / Γ(r) · Π exp(γ'z(t_j)) · {(α+𝔅(T))^-R (β+𝔇(T))^-s + I}`` with
        ``I = s ∫ exp(δ'w(u)) (α+𝔅(u))^-R (β+𝔇(u))^-(s+1) du``, the product over repeat purchases, u from t_x to T.
        The error is below ``1e-10 max(1, |ln L|)``.

        Args:
            data: ``(n,)`` customers with the covariates of the model, in its unit.

        Raises:
            InvalidData: if ``data`` is no panel, has other covariates or is in another unit.
            InvalidParameters: if coefficients times covariates are too large to compute with.

        Reference:
            Bachmann, Meierer and Näf (2021).

        """
        return self._at(data).log_likelihood()

    def score(self, data: CovariatePanel) -> FloatArray:
        """Return the derivative of each customer's log-likelihood by each parameter, ``(n, 4 + p + q)``.

        Args:
            data: ``(n,)`` customers with the covariates of the model, in its unit.

        Raises:
            InvalidData: if ``data`` is no panel, has other covariates or is in another unit.
            InvalidParameters: if coefficients times covariates are too large to compute with.

        """
        return derivatives(self._at(data)).score()

    def p_alive(self, panel: CovariatePanel, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now it is the share of the first story in the likelihood; after t more units that times
        ``((β+𝔇(T))/(β+𝔇(T+t)))^s``.

        Args:
            panel: ``(n,)`` customers with the covariates of the model, in its unit.
            ahead: time from the end of observation, in ``panel.unit``.

        Raises:
            InvalidData: if the panel does not fit the model or its covariates are not known that far.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Reference:
            Bachmann, Meierer and Näf (2021).

        """
        at = self._at(panel)
        return _alive(at) * self._future(at, panel, ahead, "ahead").survival()

    def expected_purchases(self, panel: CovariatePanel, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        ``P(alive) (r+x)/(α+𝔅(T)) ∫ exp(γ'z(u)) ((β+𝔇(T))/(β+𝔇(u)))^s du``, u from T to T + horizon.

        Args:
            panel: ``(n,)`` customers with the covariates of the model, in its unit.
            horizon: time from the end of observation, in ``panel.unit``.

        Raises:
            InvalidData: if the panel does not fit the model or its covariates are not known that far.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Reference:
            Bachmann, Meierer and Näf (2021).

        """
        at = self._at(panel)
        return _alive(at) * self._future(at, panel, horizon, "horizon").expected()

    def discounted_residual(
        self, panel: CovariatePanel, rate: float | Rate, *, horizon: float | Duration
    ) -> FloatArray:
        """Return the present value of the purchases in the next ``horizon`` time units, ``(n,)``, each counted as 1.

        It is the integral of :meth:`expected_purchases` with ``exp(-δ(u - T))``. The future ends at the horizon because
        the covariates are not known for ever.

        Args:
            panel: ``(n,)`` customers with the covariates of the model, in its unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``panel.unit``.

        Raises:
            InvalidData: if the panel does not fit the model or its covariates are not known that far.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Reference:
            Bachmann, Meierer and Näf (2021).

        """
        at, force = self._at(panel), force_of_interest(rate, panel.unit)
        return _alive(at) * self._future(at, panel, horizon, "horizon").discounted(force)

    def simulate(self, panel: CovariatePanel, rng: int | np.random.Generator | None) -> CovariatePanel:
        """Return the customers of ``panel`` with purchases drawn anew along the same paths.

        Args:
            panel: whose paths and ages are kept, with the covariates of the model, in its unit.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.

        Raises:
            InvalidData: if the panel does not fit the model.
            InvalidParameters: if a simulated customer would buy more than 1e15 times.

        """
        self._check(panel)
        base = self.base.r, self.base.alpha, self.base.s, self.base.beta
        return simulated(panel, base, *self._coefficients(), generator(rng))

    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the covariates of purchases and of leaving."""
        purchase, attrition = (
            tuple(name.removeprefix(block) for name in self.coefficients if name.startswith(block)) for block in _BLOCKS
        )
        return purchase, attrition

    def _values(self) -> FloatArray:
        return np.array([*self.base.space.values(self.base), *self.coefficients.values()])

    def _check(self, panel: object) -> CovariatePanel:
        found = check_panel(panel, *self._names())
        if self.unit is not None and self.unit != found.unit:
            message = (
                f"{type(self).__name__} has parameters per {self.unit} but the panel is in {found.unit}s; "
                f"make the summary with unit={self.unit!r}, or fit the model to the panel"
            )
            raise InvalidData(message)
        return found

    def _at(self, panel: CovariatePanel) -> Point:
        return Histories.of(self._check(panel)).point(self._values())

    def _future(self, at: Point, panel: CovariatePanel, horizon: float | Duration, name: str) -> Future:
        time = checks.duration(horizon, name, panel.unit)
        panel.require_known(time, name)
        purchase, attrition = self._coefficients()
        return Future.of(at, panel, purchase, attrition, time)

    def _coefficients(self) -> tuple[FloatArray, FloatArray]:
        values, split = np.array(list(self.coefficients.values())), len(self._names()[0])
        return values[:split], values[split:]


def _checked(given: object) -> Mapping[str, float]:
    """Return coefficients of purchases, then those of leaving, unchangeable.

    Raises:
        InvalidParameters: naming all that are no numbers or belong to neither.

    """
    if not isinstance(given, Mapping):
        message = f"coefficients = {given!r} is not a mapping; give them by name, such as {{'purchase.sale': 0.5}}"
        raise InvalidParameters(message)
    problems = Problems("coefficients")
    for name, value in given.items():
        if not any(str(name).startswith(block) for block in _BLOCKS):
            problems.add(f"{name!r} belongs to no process; write 'purchase.{name}' or 'attrition.{name}'")
        elif not is_number(value) or not np.isfinite(value):
            problems.add(f"{name} = {value!r} must be a finite number")
    problems.raise_if_any(InvalidParameters)
    ordered = [name for block in _BLOCKS for name in given if name.startswith(block)]
    return MappingProxyType({name: float(given[name]) for name in ordered})


def check_panel(data: object, purchase: tuple[str, ...], attrition: tuple[str, ...]) -> CovariatePanel:
    """Return ``data`` as a panel with just these covariates, in this order.

    Raises:
        InvalidData: if it is none.

    """
    if not isinstance(data, CovariatePanel):
        message = (
            f"a CovariatePanel is needed, got {type(data).__name__}; "
            "make one with CovariatePanel.from_frames(summary, covariates, transactions, customer=..., date=...)"
        )
        raise InvalidData(message)
    return data.ordered(purchase, attrition)


def _alive(at: Point) -> FloatArray:
    from scipy import special

    now: FloatArray = special.expit(-at.log_odds_gone())
    return now
