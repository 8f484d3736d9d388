"""Pareto/NBD: customers buy at random while they are there, and may leave at any moment, unseen.

While a customer is there, purchases come at a constant rate of their own (Poisson); the time until they leave for good
is exponential, with a hazard of their own. Rates vary over customers as a gamma distribution (``r``, ``alpha``) and
hazards as another (``s``, ``beta``), independently of each other. Nobody sees the leaving; the model infers it from a
silence that is long for that customer, also for one who never came back. Other buy-till-you-die models are measured by
this one; its relative that lets customers leave only at a purchase is :mod:`relmodels.btyd.bg_nbd`, the one whose
hazard grows with time :mod:`relmodels.btyd.ggompertz_nbd`.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Given that the customer is still there, the rate is Gamma(r + x, alpha + T) and the hazard Gamma(s, beta + T): the model
starts afresh with these parameters. So every prediction is P(alive) times the one for a new customer.
The published formulas hold hypergeometric functions, which overflow for heavy buyers and cancel elsewhere; the same
integrals are taken here directly (:mod:`relmodels.btyd.pareto_nbd_likelihood`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.pareto_nbd_likelihood import likelihood
from relmodels.btyd.pareto_nbd_predictions import FORMULAS
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.core.sums import dot
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["ParetoNBD"]


@dataclass(frozen=True, slots=True)
class ParetoNBD:
    """The Pareto/NBD model with given parameters; ``rm.fit(rm.ParetoNBD, summary)`` estimates them.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        s: shape of the gamma distribution of the hazards of leaving.
        beta: its inverse scale, in the time unit; the mean hazard is ``s / beta``.
        unit: the time unit of ``alpha`` and ``beta``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.pareto_nbd import ParetoNBD
        >>> from relmodels.btyd.summary import PurchaseSummary
        >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.869], [1.455])

    Reference:
        Schmittlein, D. C., Morrison, D. G. and Colombo, R. (1987). Counting your customers: Who are they and what will
        they do next? Management Science 33(1), 1-24.

    """

    r: float
    alpha: float
    s: float
    beta: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("r", "r", "shape of the purchase rates", (0.1, 5.0)),
            Parameter(
                "alpha",
                "α",
                "inverse scale of the purchase rates",
                (1.0, 100.0),
                scales="time",
                effect=Effect("purchase", -1),
            ),
            Parameter("s", "s", "shape of the hazards of leaving", (0.1, 5.0)),
            Parameter(
                "beta",
                "β",
                "inverse scale of the hazards of leaving",
                (1.0, 100.0),
                scales="time",
                effect=Effect("attrition", -1),
            ),
        ),
        limits=(
            Limit((("r", 1), ("alpha", 1)), "one in which all customers buy at the same rate"),
            Limit((("s", 1), ("beta", 1)), "one in which all customers leave at the same rate"),
            Limit((("s", -1),), "NBD, in which nobody leaves: fit rm.NBD"),
            Limit((("beta", 1),), "NBD, in which nobody leaves: fit rm.NBD"),
        ),
    )

    formulas: ClassVar[Formulas] = FORMULAS

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters: mean and variance of the frequencies matched, half the customers gone by mean age.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> ParetoNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 10.0, 's': 1.0, 'beta': 10.0}

        """
        weight = np.ones(len(data)) if data.weight is None else data.weight
        total = max(float(weight.sum()), 1.0)
        age = dot(weight, data.age) / total or 1.0
        mean = dot(weight, data.frequency) / total
        surplus = dot(weight, (data.frequency - mean) ** 2) / total - mean
        r = min(max(mean**2 / surplus, 0.1), 3.0) if surplus > 0 else 3.0
        alpha = 0.5 * age * min(r / mean, 1e3) if mean > 0 else age
        return {"r": r, "alpha": alpha, "s": 1.0, "beta": age}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha, s, beta), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency, recency and age are counted once.

        """
        return likelihood(data)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With R = r + x: ln of
        ``Γ(R) α^r β^s / Γ(r) · {(α+T)^-R (β+T)^-s + s ∫ (α+u)^-R (β+u)^-(s+1) du}``, u from t_x to T.
        The error is below ``1e-10 max(1, |ln L|)`` for frequencies and ages up to 10,000.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).log_likelihood(summary).round(4)
            array([-9.5543])

        Reference:
            Fader, P. S. and Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related expressions.
            Research note, brucehardie.com/notes/009.

        """
        checks.same_unit(self, self.unit, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha, s, beta), ``(n, 4)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now: ``1 / (1 + s ∫ ((α+T)/(α+u))^R ((β+T)/(β+u))^s du/(β+u))``, u from t_x to T. After t more units: that times
        ``((β+T)/(β+T+t))^s``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = ParetoNBD(0.553, 10.578, 0.606, 11.669)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.869, 0.295]), array([0.566, 0.192]))

        Reference:
            Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005), a note on deriving the Pareto/NBD model.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        ``P(alive) (r+x)(β+T)/((α+T)(s-1)) · {1 - ((β+T)/(β+T+t))^(s-1)}``, without the pole at s = 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).expected_purchases(summary, 39).round(3)
            array([1.455, 0.107])

        Reference:
            Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005), a note on deriving the Pareto/NBD model.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        ``r β / (α (s-1)) · {1 - (β/(β+t))^(s-1)}``, without the pole at s = 1.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.909, 1.473])

        Reference:
            Schmittlein, Morrison and Colombo (1987); Fader and Hardie (2005), a note on deriving the Pareto/NBD model.

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        ``P(alive) (r+x)/(α+T) ∫ exp(-δt) ((β+T)/(β+T+t))^s dt``, t from 0 to ``horizon``; without a horizon it is
        what the paper states with the confluent hypergeometric function of the second kind.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).discounted_residual(summary, 0.15).round(3)
            array([6.515, 0.479])

        Reference:
            Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer base
            analysis. Journal of Marketing Research 42(4), 415-430.

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral of ``((β+T)/(β+T+t))^s`` over t up to ``horizon``; without a horizon
        ``P(alive) (β+T)/(s-1)``, which is finite if s > 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, ParetoNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).residual_lifetime(summary, horizon=52).round(3)
            array([35.841, 12.176])

        Reference:
            Derived here from the survival function.

        """
        checks.same_unit(self, self.unit, summary)
        time = None if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.residual_lifetime(self.formulas, self.space.numbers(self), summary, time)

    def time_to_next_purchase(self, summary: PurchaseSummary, *, probability: float = 0.5) -> FloatArray:
        """Return the time by which each customer has bought again with the given ``probability``, ``(n,)``.

        It is the t at which ``pmf_given(0, t)`` has fallen to ``1 - probability``, and infinite for those whose chance
        ever to buy again is smaller than ``probability``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            probability: above 0 and below 1; one half gives the median.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``probability`` is not between 0 and 1.

        Examples:
            >>> from relmodels import PurchaseSummary, ParetoNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).time_to_next_purchase(summary, probability=0.25).round(3)
            array([7.379,   inf])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With NB the negative binomial probability: ``NB(k; t) (β/(β+t))^s + ∫ NB(k; u) s β^s (β+u)^-(s+1) du``, u from
        0 to t.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).pmf([0, 1, 2], 26).round(4)
            array([0.6288, 0.1713, 0.0807])

        Reference:
            Fader, P. S. and Hardie, B. G. S. (2006). Deriving an expression for P(X(t) = x) under the Pareto/NBD model.
            Research note, brucehardie.com/notes/012.

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)`` at the parameters (r + x, α + T, s, β + T).

        Args:
            k: a whole number, or ``(m,)`` whole numbers.
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Returns:
            ``(n,)`` for one ``k``, ``(n, m)`` for several.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> ParetoNBD(0.553, 10.578, 0.606, 11.669).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.4081, 0.2193, 0.1518]])

        Reference:
            Fader, P. S. and Hardie, B. G. S. (2014). Deriving the conditional PMF of the Pareto/NBD model.
            Research note, brucehardie.com/notes/028.

        """
        checks.same_unit(self, self.unit, summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(self.formulas, self.space.numbers(self), counts, summary, time)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers, one for each ``age``.

        The time of leaving is drawn first, then the number of purchases before it; the last of so many uniform times
        is beta distributed.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or a simulated
                customer would buy more than 1e15 times.

        Examples:
            >>> from relmodels.btyd.pareto_nbd import ParetoNBD
            >>> simulated = ParetoNBD(0.553, 10.578, 0.606, 11.669).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.2)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
