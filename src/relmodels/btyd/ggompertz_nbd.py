"""Gompertz/NBD: Pareto/NBD with a hazard of leaving that grows with time (the G/G/NBD of its paper).

While a customer is there, purchases come at a constant rate of their own (Poisson). The hazard of leaving is
``η b exp(bt)``: a level ``η`` of their own times a growth that all share. Rates vary over customers as a gamma
distribution (``r``, ``alpha``), levels as another (``s``, ``beta``), independently of each other; so the probability
of being there at t is ``(β / (β + e^{bt} - 1))^s``. Lifetimes can have their mode away from 0, or be skewed to either
side, where Pareto/NBD knows only a falling density (:mod:`relmodels.btyd.pareto_nbd`).

Many data sets do not need that: then b and beta fall towards 0 together, with ``beta/b`` tending to the beta of
Pareto/NBD, and the fit raises ``NotConverged`` naming the two instead of printing standard errors that do not exist.
Take Pareto/NBD there; the log-likelihood is the same.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Given that the customer is still there, the model starts afresh with ``(r + x, alpha + T, b, s, 1 + (beta-1) e^{-bT})``,
so every prediction is P(alive) times the one for a new customer. The integrals over the time of leaving are taken
numerically, with an error that is measured (:mod:`relmodels.btyd.panels`). The expectation printed in the paper of 2012
is not right; the one here is that of Adler (2022).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.ggompertz_nbd_likelihood import likelihood
from relmodels.btyd.ggompertz_nbd_predictions import FORMULAS
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["GGompertzNBD"]


@dataclass(frozen=True, slots=True)
class GGompertzNBD:
    """The Gompertz/NBD model with given parameters; ``rm.fit(rm.GGompertzNBD, summary)`` estimates them.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        b: growth of the hazard of leaving, per time unit.
        s: shape of the gamma distribution of the levels of the hazard.
        beta: its inverse scale, without a unit; the mean hazard at the start is ``b s / beta``.
        unit: the time unit of ``alpha`` and ``1 / b``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
        >>> from relmodels.btyd.summary import PurchaseSummary
        >>> model = GGompertzNBD(r=0.553, alpha=10.578, b=0.01, s=0.606, beta=0.2)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.862], [1.392])

    Reference:
        Bemmaor, A. C. and Glady, N. (2012). Modeling purchasing behavior with sudden "death": A flexible customer
        lifetime model. Management Science 58(5), 1012-1021.

    """

    r: float
    alpha: float
    b: float
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
            Parameter("b", "b", "growth of the hazard of leaving", (0.002, 0.2), scales="1/time"),
            Parameter("s", "s", "shape of the levels of the hazard", (0.1, 5.0)),
            Parameter(
                "beta", "β", "inverse scale of the levels of the hazard", (0.05, 20.0), effect=Effect("attrition", -1)
            ),
        ),
        limits=(
            Limit((("b", -1), ("beta", -1)), "Pareto/NBD, whose beta is the ratio of beta to b: fit rm.ParetoNBD"),
            Limit((("r", 1), ("alpha", 1)), "one in which all customers buy at the same rate"),
            Limit((("s", 1), ("beta", 1)), "one in which all customers have the same hazard of leaving"),
            Limit((("s", -1),), "NBD, in which nobody leaves: fit rm.NBD"),
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
        """Return rough parameters: those of Pareto/NBD, with a hazard that grows e-fold within twice the mean age.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> GGompertzNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 10.0, 'b': 0.05, 's': 1.0, 'beta': 0.5}

        """
        rough = ParetoNBD.start(data)
        age = rough["beta"]
        return {"r": rough["r"], "alpha": rough["alpha"], "b": 0.5 / age, "s": 1.0, "beta": 0.5}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha, b, s, beta), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency, recency and age are counted once.

        """
        return likelihood(data)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With R = r + x: ln of
        ``Γ(R) α^r β^s / Γ(r) · {(α+T)^-R G(T)^-s + s ∫ b e^{bu} (α+u)^-R G(u)^-(s+1) du}``, u from t_x to T, where
        ``G(u) = β + e^{bu} - 1``.
        The error is below ``1e-10 max(1, |ln L|)`` for frequencies and ages up to 10,000.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).log_likelihood(summary).round(4)
            array([-9.3946])

        Reference:
            Bemmaor and Glady (2012), technical appendix.

        """
        checks.same_unit(self, self.unit, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha, b, s, beta), ``(n, 5)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now: ``1 / (1 + s ∫ b e^{bu}/G(u) ((α+T)/(α+u))^R (G(T)/G(u))^s du)``, u from t_x to T. After t more units: that
        times ``(G(T)/G(T+t))^s``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.862, 0.367]), array([0.496, 0.211]))

        Reference:
            Bemmaor and Glady (2012), technical appendix.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        ``P(alive) (r+x)/(α+T) ∫ (G(T)/G(T+v))^s dv``, v from 0 to t.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).expected_purchases(summary, 39).round(3)
            array([1.392, 0.129])

        Reference:
            Adler, J. (2022). Comment on "Modeling purchasing behavior with sudden 'death': A flexible customer
            lifetime model". Management Science 69(3), 1929-1930.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        ``r/α ∫ (β/G(v))^s dv``, v from 0 to t.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 1.014, 1.67 ])

        Reference:
            Bemmaor and Glady (2012), technical appendix.

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        ``P(alive) (r+x)/(α+T) ∫ exp(-δv) (G(T)/G(T+v))^s dv``, v from 0 to ``horizon``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).discounted_residual(summary, 0.15).round(3)
            array([3.876, 0.358])

        Reference:
            The idea for Pareto/NBD: Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: Using iso-value
            curves for customer base analysis. Journal of Marketing Research 42(4), 415-430. For Gompertz/NBD derived
            here.

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral of ``(G(T)/G(T+t))^s`` over t up to ``horizon``, which is finite also without one.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, GGompertzNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).residual_lifetime(summary, horizon=52).round(3)
            array([33.806, 14.411])

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
            >>> from relmodels import PurchaseSummary, GGompertzNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).time_to_next_purchase(summary, probability=0.25).round(3)
            array([7.514,   inf])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With NB the negative binomial probability:
        ``NB(k; t) (β/G(t))^s + ∫ NB(k; u) s b e^{bu} β^s G(u)^-(s+1) du``, u from 0 to t.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).pmf([0, 1, 2], 26).round(4)
            array([0.5961, 0.1801, 0.0885])

        Reference:
            Derived here as for Pareto/NBD.

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)`` at the parameters (r + x, α + T, b, s, 1 + (β-1) e^{-bT}).

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
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> from relmodels.btyd.summary import PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.4259, 0.2177, 0.1471]])

        Reference:
            Derived here as for Pareto/NBD.

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
            >>> from relmodels.btyd.ggompertz_nbd import GGompertzNBD
            >>> simulated = GGompertzNBD(0.553, 10.578, 0.01, 0.606, 0.2).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.3)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
