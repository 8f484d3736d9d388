"""Pareto/NBD with dependence: those who buy often may be those who leave soon, or those who stay.

Pareto/NBD (:mod:`relmodels.btyd.pareto_nbd`) takes the purchase rate of a customer and the hazard of leaving to be
independent of each other over customers. Here they have a Sarmanov density: the same two gamma distributions, with one
more parameter ``kappa`` for what they have to do with each other. With ``kappa > 0`` frequent buyers leave sooner, with
``kappa < 0`` they stay longer, and ``kappa = 0`` is Pareto/NBD. So the likelihood ratio tests the independence that
Pareto/NBD assumes, and the dependence is part of every prediction.

A picture of it: customers have two hidden traits. The late, two in three, have rates as those have who do not buy again
before a third of all customers did; the long, two in three, have hazards as those have who do not leave before a third
of all did. The density is the mixture of the four groups, and ``kappa`` is the correlation of the two traits, which
lies between -1/2 and 1. That of rates and hazards, ``correlation``, lies between -.17 and .33.

In print the density is tilted by one unit of time, ``e^{-λ}`` and ``e^{-μ}``. Then weeks and days are different models,
and the correlation that can be expressed is small: at most .09 on the CDNOW sample in weeks, where the likelihood is
highest on that very bound. With times that are quantiles no unit enters, and the range of ``kappa`` is always the same.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Given that a customer is still there, rate and hazard have again a Sarmanov density, with Gamma(r + x, alpha + T) and
Gamma(s, beta + T) (:mod:`relmodels.btyd.sarmanov_pareto_nbd_predictions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.sarmanov_pareto_nbd_likelihood import ODDS, likelihood
from relmodels.btyd.sarmanov_pareto_nbd_predictions import FORMULAS, correlation
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space
from relmodels.inference.transforms import interval

__all__ = ["SarmanovParetoNBD"]


@dataclass(frozen=True, slots=True)
class SarmanovParetoNBD:
    """Pareto/NBD with dependent rates and hazards; ``rm.fit(rm.SarmanovParetoNBD, summary)`` estimates it.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        s: shape of the gamma distribution of the hazards of leaving.
        beta: its inverse scale, in the time unit; the mean hazard is ``s / beta``.
        kappa: the dependence, between -1/2 and 1: positive if those who buy often leave soon, 0 for Pareto/NBD.
        unit: the time unit of ``alpha`` and ``beta``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if ``kappa`` is not between -1/2 and 1, or another parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
        >>> from relmodels.btyd.summary import PurchaseSummary
        >>> model = SarmanovParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, kappa=0.5)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.866], [1.351])

    Reference:
        Park, Y.-H. and Fader, P. S. (2004). Modeling browsing behavior at multiple websites. Marketing Science 23(3),
        280-303; the density: Lee, M.-L. T. (1996). Properties and applications of the Sarmanov family of bivariate
        distributions. Communications in Statistics - Theory and Methods 25(6), 1207-1222. The two times, and the
        predictions, are ours.

    """

    r: float
    alpha: float
    s: float
    beta: float
    kappa: float
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
            Parameter("kappa", "κ", "dependence of rates and hazards", (-0.45, 0.95), interval(-1.0 / ODDS, 1.0)),
        ),
        limits=(
            Limit((("kappa", 1),), "one with the strongest dependence it can express"),
            Limit((("kappa", -1),), "one with the strongest negative dependence it can express"),
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
        """Return rough parameters: those of Pareto/NBD, without dependence.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> SarmanovParetoNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 10.0, 's': 1.0, 'beta': 10.0, 'kappa': 0.0}

        """
        return {**ParetoNBD.start(data), "kappa": 0.0}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha, s, beta, kappa), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency, recency and age are counted once.

        """
        return likelihood(data)

    @property
    def correlation(self) -> float:
        """Return the correlation of purchase rates and hazards of leaving over customers.

        ``2κ √(rs) (1 - (2/3)^{1/r}) (1 - (2/3)^{1/s})``.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> round(SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).correlation, 4)
            0.1467

        """
        return float(correlation(self.r, self.s, self.kappa))

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With L(α, β) the likelihood of Pareto/NBD, ``a = α (1.5^{1/r} - 1)`` and ``b = β (1.5^{1/s} - 1)`` it is ln of
        ``L(α, β) + 2κ {L(α, β) - L(α+a, β) - L(α, β+b) + L(α+a, β+b)}``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).log_likelihood(summary).round(4)
            array([-9.59])

        Reference:
            Park and Fader (2004), with other times than theirs.

        """
        checks.same_unit(self, self.unit, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha, s, beta, kappa), ``(n, 5)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        The odds of having left are those of Pareto/NBD times ``(1 + 2κD_left) / (1 + 2κD_there)``, ``D`` being the mean
        of ``(1 - u/A) (1 - v/B)`` over those who left and those who did not, as it would be without dependence.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.866, 0.323]), array([0.558, 0.215]))

        Reference:
            Derived here.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        P(alive) times the expectation of Pareto/NBD given being there times ``(1 + 2κD_bought) / (1 + 2κD_there)``,
        where ``D_bought`` weighs customers with the purchases they will make.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).expected_purchases(summary, 39).round(3)
            array([1.351, 0.109])

        Reference:
            Derived here.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        With E(α, β) that of Pareto/NBD: ``E(α, β) + 2κ {E(α, β) - E(α+a, β) - E(α, β+b) + E(α+a, β+b)}``.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.831, 1.3  ])

        Reference:
            Derived here.

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        As for ``expected_purchases``, with what Pareto/NBD expects of them discounted.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).discounted_residual(summary, 0.15).round(3)
            array([5.916, 0.489])

        Reference:
            Derived here.

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral over t up to ``horizon`` of the probability to be there; without a horizon it is
        finite if s > 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, SarmanovParetoNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).residual_lifetime(summary, horizon=52).round(3)
            array([35.495, 13.493])

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
            >>> from relmodels import PurchaseSummary, SarmanovParetoNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).time_to_next_purchase(
            ...     summary, probability=0.25
            ... ).round(3)
            array([7.933,   inf])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With P(α, β) that of Pareto/NBD: ``P(α, β) + 2κ {P(α, β) - P(α+a, β) - P(α, β+b) + P(α+a, β+b)}``.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).pmf([0, 1, 2], 26).round(4)
            array([0.6389, 0.1759, 0.0794])

        Reference:
            Derived here.

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)``, the latter for Gamma(r + x, α + T) and Gamma(s, β + T) with the
        same times a and b.

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
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.427 , 0.2241, 0.149 ]])

        Reference:
            Derived here.

        """
        checks.same_unit(self, self.unit, summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(self.formulas, self.space.numbers(self), counts, summary, time)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers, one for each ``age``.

        Whether a customer is late and long is drawn first, then the rate and the hazard, the time of leaving, and the
        number of purchases before it; the last of so many uniform times is beta distributed.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or a simulated
                customer would buy more than 1e15 times.

        Examples:
            >>> from relmodels.btyd.sarmanov_pareto_nbd import SarmanovParetoNBD
            >>> simulated = SarmanovParetoNBD(0.553, 10.578, 0.606, 11.669, 0.5).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.0)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
