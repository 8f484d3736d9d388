"""A model of buying in continuous time whose parameters differ with what else is known of each customer.

With covariates ``z`` of a customer, the rate of purchases is multiplied by ``exp(g'z)`` and the hazard of leaving by
``exp(h'z)``: ``alpha`` becomes ``alpha exp(-g'z)``, ``beta`` of the Pareto type ``beta exp(-h'z)``. In models in which
customers leave at a purchase, both shapes of the dropout probability have coefficients of their own:
``a exp(h_a'z)`` and ``b exp(h_b'z)``. A coefficient of 0.1 means 10 per cent more for one unit more of the covariate.
The base model is the one of a customer whose covariates are all 0, so center them if that should be a typical one.

Given the parameters everything is as in the base model; each customer has a base model of their own. The answers are
the base model's, with the same names and meanings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.covariate_kind import CovariateKind, checked_coefficients, formulas_of, names_of
from relmodels.btyd.covariates import Covariates, CovariateSet, SetName
from relmodels.btyd.formulas import Formulas, Parameters, gaps
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import is_number
from relmodels.core.periods import Duration, Rate, Unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Model

__all__ = ["WithCovariates"]

ModelT = TypeVar("ModelT", bound=Model[Any])


@dataclass(frozen=True, slots=True)
class WithCovariates(Generic[ModelT]):
    """A model with coefficients of covariates; ``rm.fit(rm.ParetoNBD, summary.with_covariates(...))`` estimates them.

    Args:
        base: the model of a customer whose covariates are all 0.
        coefficients: by name: ``"purchase.age"`` is the effect of age on the rate of purchases, ``"attrition.age"`` on
            leaving, in BG/NBD's relatives ``"attrition.a.age"`` and ``"attrition.b.age"``.
        spreads: the standard deviations of the covariates, from which a search takes its scale; nothing else reads
            them.

    Raises:
        InvalidParameters: if a coefficient is not a finite number, or its name belongs to no parameter of the model.

    Examples:
        >>> from relmodels import ParetoNBD, PurchaseSummary, WithCovariates
        >>> model = WithCovariates(
        ...     ParetoNBD(0.55, 10.6, 0.61, 11.7), {"purchase.member": 0.5, "attrition.member": -0.3}
        ... )
        >>> summary = PurchaseSummary.from_arrays(frequency=[2, 2], recency=[30, 30], age=[39, 39])
        >>> member = {"member": [0, 1]}
        >>> known = summary.with_covariates(purchase=member, attrition=member)
        >>> model.expected_purchases(known, 39).round(3)
        array([1.428, 1.591])

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2007). Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
        models. Research note, brucehardie.com/notes/019.

    """

    base: ModelT
    coefficients: Mapping[str, float]
    spreads: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check every coefficient, bring them into the order of the kind, and keep them from changing."""
        object.__setattr__(self, "spreads", MappingProxyType(dict(self.spreads)))
        names = self.kind.space.names[len(self.base.space) :]
        object.__setattr__(self, "coefficients", checked_coefficients(self.base, self.coefficients, names))

    def __reduce__(self) -> tuple[type[WithCovariates[ModelT]], tuple[object, ...]]:
        """Pickle and copy by the fields."""
        return type(self), (self.base, dict(self.coefficients), dict(self.spreads))

    @classmethod
    def of(
        cls, model: type[ModelT], names: Mapping[SetName, tuple[str, ...]]
    ) -> CovariateKind[ModelT, WithCovariates[ModelT]]:
        """Return the kind of all models of a class with coefficients of these covariates, to read a saved fit with.

        Args:
            model: the class of the base model.
            names: the covariates of each set.

        Raises:
            InvalidParameters: if the model has no form with covariates, or does not know a set.

        Examples:
            >>> from relmodels import NBD, WithCovariates
            >>> WithCovariates.of(NBD, {"purchase": ("age",)}).space.names
            ('r', 'alpha', 'purchase.age')

        """
        return CovariateKind(model, WithCovariates, names)

    @property
    def kind(self) -> CovariateKind[ModelT, WithCovariates[ModelT]]:
        """Return the kind: the base model's class and the names of the covariates."""
        model = type(self.base)
        return CovariateKind(model, WithCovariates, names_of(model, self.coefficients), self.spreads)

    @property
    def unit(self) -> Unit | None:
        """Return the time unit of the base model."""
        return cast("Unit | None", cast("Any", self.base).unit)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``: the base model's with each row's parameters.

        Args:
            data: ``(n,)`` rows with the covariates of this model, in its unit.

        Raises:
            InvalidData: if ``data`` is in another unit, or has other covariates.

        """
        formulas, parameters = self._of(data)
        rows = (data.frequency, data.recency, data.age)
        more = (gaps(type(self.base).__name__, data),) if formulas.regular else ()
        return continuous.once(formulas.log_likelihood, parameters, *rows, *more)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by each parameter and coefficient, ``(n, p)``.

        Args:
            data: ``(n,)`` rows with the covariates of this model, in its unit.

        Raises:
            InvalidData: if ``data`` is in another unit, or has other covariates.

        """
        formulas, parameters = self._of(data)
        by_base = continuous.once(formulas.score, parameters, data.frequency, data.recency, data.age)
        return self.kind.score_of_rows(by_base, parameters, self.kind.values(self), cast("Covariates", data.covariates))

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``ahead`` is negative or not finite.

        """
        formulas, parameters = self._of(summary)
        return continuous.p_alive(formulas, parameters, summary, checks.duration(ahead, "ahead", summary.unit))

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``horizon`` is negative or not finite.

        """
        formulas, parameters = self._of(summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(formulas, parameters, summary, time)

    def expected_purchases_new(
        self, horizon: ArrayLike | Duration, covariates: Mapping[SetName, Mapping[str, float]]
    ) -> FloatArray:
        """Return how many repeat purchases a new customer with these covariates is expected to make.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.
            covariates: of the customer, by set and name.

        Raises:
            InvalidParameters: if a horizon is negative or not finite, or a covariate is missing or no finite number.

        Examples:
            >>> from relmodels import NBD, WithCovariates
            >>> model = WithCovariates(NBD(0.5, 10.0), {"purchase.member": 0.5})
            >>> model.expected_purchases_new([26, 52], {"purchase": {"member": 1}}).round(3)
            array([2.143, 4.287])

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self._formulas, self._new(covariates), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        """
        formulas, parameters = self._of(summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(formulas, parameters, summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        """
        formulas, parameters = self._of(summary)
        time = None if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.residual_lifetime(formulas, parameters, summary, time)

    def time_to_next_purchase(self, summary: PurchaseSummary, *, probability: float = 0.5) -> FloatArray:
        """Return the time by which each customer has bought again with the given ``probability``, ``(n,)``.

        It is infinite for those whose chance ever to buy again is smaller.

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            probability: above 0 and below 1; one half gives the median.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``probability`` is not between 0 and 1.

        """
        formulas, parameters = self._of(summary)
        return continuous.time_to_next_purchase(formulas, parameters, summary, checks.probability(probability))

    def pmf(
        self, k: ArrayLike, horizon: ArrayLike | Duration, covariates: Mapping[SetName, Mapping[str, float]]
    ) -> FloatArray:
        """Return the probability that a new customer with these covariates makes exactly ``k`` repeat purchases.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.
            covariates: of the customer, by set and name.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, a horizon is negative or not finite, or a
                covariate is missing or no finite number.

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self._formulas, self._new(covariates), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        Args:
            k: a whole number, or ``(m,)`` whole numbers.
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Returns:
            ``(n,)`` for one ``k``, ``(n, m)`` for several.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or ``horizon`` is negative or not finite.

        """
        formulas, parameters = self._of(summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(formulas, parameters, counts, summary, time)

    def simulate(self, summary: PurchaseSummary, rng: int | np.random.Generator | None) -> PurchaseSummary[Covariates]:
        """Return simulated customers with the ages and covariates of ``summary``, whose histories are not looked at.

        Args:
            summary: ``(n,)`` customers with the covariates of this model, in its unit.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.

        Raises:
            InvalidData: if ``summary`` is in another unit, or has other covariates.

        """
        formulas, parameters = self._of(summary)
        drawn = continuous.simulate(formulas, parameters, summary.age, generator(rng), summary.unit)
        return replace(cast("PurchaseSummary[Covariates]", drawn), covariates=cast("Covariates", summary.covariates))

    @property
    def _formulas(self) -> Formulas:
        return cast("Formulas", formulas_of(self.base))

    def _of(self, summary: PurchaseSummary) -> tuple[Formulas, Parameters]:
        """Return the formulas, and the base model's parameters for each customer."""
        checks.same_unit(self, self.unit, summary)
        _, known = self.kind.checked(summary)
        return self._formulas, self.kind.of_rows(self.kind.values(self), known)

    def _new(self, covariates: Mapping[SetName, Mapping[str, float]]) -> Parameters:
        """Return the base model's parameters for one new customer, as numbers."""
        problems = Problems("covariates")
        sets: dict[str, CovariateSet] = {}
        for block, columns in self.kind.names.items():
            given = covariates.get(block, {})
            for name in columns:
                if name not in given:
                    problems.add(f"{block} lacks {name!r}; give {{'{block}': {{'{name}': ...}}}}")
                elif not is_number(given[name]) or not np.isfinite(given[name]):
                    problems.add(f"{block} {name} = {given[name]!r} must be a finite number")
            row = np.array([[float(given[name]) if is_number(given.get(name)) else 0.0 for name in columns]])
            sets[block] = CovariateSet(columns, row, np.ones(len(columns)))
        problems.raise_if_any(InvalidParameters)
        parameters = self.kind.of_rows(self.kind.values(self), Covariates(**sets))
        return tuple(float(np.asarray(value).ravel()[0]) for value in parameters)
