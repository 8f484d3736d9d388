"""BG/NBD: customers buy at random while they are there, and may leave after each repeat purchase, unseen.

While a customer is there, purchases come at a constant rate of their own (Poisson), and after every repeat purchase
they leave for good with a probability of their own, like the toss of a coin. Rates vary over customers as a gamma
distribution (``r``, ``alpha``), dropout probabilities as a beta distribution (``a``, ``b``), independently of each
other. Nobody sees the leaving; the model infers it from a silence that is long for that customer.
It asks of the data only frequency, recency and age, and it fits as fast as it predicts.

A customer who never came back has had no occasion to leave, so their P(alive) is 1 whatever the silence: a trait of the
model. Where that matters, or where buying is regular rather than random, look at its relatives in this workshop.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Given that the customer is still there, their rate is Gamma(r + x, alpha + T) and their dropout probability
Beta(a, b + x), independently. So every prediction is P(alive) times an average over the dropout probability of a
function in closed form, and this average is taken numerically (:mod:`relmodels.btyd.quadrature`). The published
formulas state the same averages as hypergeometric functions, with a pole at ``a = 1`` that the averages do not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.bg_nbd_likelihood import likelihood
from relmodels.btyd.bg_nbd_predictions import FORMULAS
from relmodels.btyd.formulas import Formulas
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.core.sums import dot
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["BGNBD"]


@dataclass(frozen=True, slots=True)
class BGNBD:
    """The BG/NBD model with given parameters; ``rm.fit(rm.BGNBD, summary)`` estimates them.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        a: first shape of the beta distribution of dropout probabilities.
        b: second shape; the mean dropout probability is ``a / (a + b)``.
        unit: the time unit of ``alpha``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels import BGNBD, PurchaseSummary
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.727], [1.226])

    Reference:
        Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). "Counting your customers" the easy way: An alternative
        to the Pareto/NBD model. Marketing Science 24(2), 275-284.

    """

    r: float
    alpha: float
    a: float
    b: float
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
            Parameter("a", "a", "first shape of the dropout probability", (0.1, 5.0), effect=Effect("attrition", 1)),
            Parameter("b", "b", "second shape of the dropout probability", (0.3, 20.0), effect=Effect("attrition", 1)),
        ),
        limits=(
            Limit((("r", 1), ("alpha", 1)), "one in which all customers buy at the same rate"),
            Limit((("a", 1), ("b", 1)), "one in which all customers leave with the same probability"),
            Limit((("a", -1),), "NBD, in which nobody leaves: fit rm.NBD"),
            Limit((("b", 1),), "NBD, in which nobody leaves: fit rm.NBD"),
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
        """Return rough parameters: mean and variance of the frequencies matched, dropout after one purchase in three.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> BGNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 20.0, 'a': 1.0, 'b': 2.0}

        """
        weight = np.ones(len(data)) if data.weight is None else data.weight
        total = max(float(weight.sum()), 1.0)
        age = dot(weight, data.age) / total or 1.0
        mean = dot(weight, data.frequency) / total
        surplus = dot(weight, (data.frequency - mean) ** 2) / total - mean
        r = min(max(mean**2 / surplus, 0.1), 3.0) if surplus > 0 else 3.0
        return {"r": r, "alpha": age * min(r / mean, 1e3) if mean > 0 else age, "a": 1.0, "b": 2.0}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha, a, b), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency, recency and age are counted once.

        """
        return likelihood(data)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With R = r + x: ln of ``Γ(R) α^r / Γ(r) · B(a, b+x)/B(a, b) · {(α+T)^-R + 1{x>0} a/(b+x-1) (α+t_x)^-R}``
        (the paper's equation 6).

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).log_likelihood(summary).round(4)
            array([-9.4586])

        Reference:
            Fader, Hardie and Lee (2005), equation 6.

        """
        checks.same_unit(self, self.unit, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha, a, b), ``(n, 4)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now: ``1 / (1 + a/(b+x-1) ((α+T)/(α+t_x))^R)``, and 1 where x is 0. After t more units: that times
        ``E[(1 + p t/(α+T))^-R]`` over p ~ Beta(a, b+x).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = BGNBD(0.243, 4.414, 0.793, 2.426)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.727, 1.   ]), array([0.532, 0.944]))

        Reference:
            Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2008). Computing P(alive) using the BG/NBD model.
            Research note, brucehardie.com/notes/021.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        P(alive) times ``E[(1 - (1 + p t/(α+T))^-R) / p]`` over p ~ Beta(a, b+x), the paper's equation 10
        without its pole at a = 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).expected_purchases(summary, 39).round(3)
            array([1.226, 0.195])

        Reference:
            Fader, Hardie and Lee (2005), equation 10.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of the first.

        ``E[(1 - (1 + p t/α)^-r) / p]`` over p ~ Beta(a, b), the paper's equation 9 without its pole at a = 1.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels import BGNBD
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.903, 1.446])

        Reference:
            Fader, Hardie and Lee (2005), equation 9.

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        The integral of ``exp(-δt)`` over the expected purchases, from the end of observation on:
        ``P(alive) R ∫ exp(-δ(α+T)(e^v - 1) + v) E[(1 + p(e^v - 1))^-(R+1)] dv``, the mean over p ~ Beta(a, b+x).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).discounted_residual(summary, 0.15).round(3)
            array([5.179, 1.021])

        Reference:
            The idea for Pareto/NBD: Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005). RFM and CLV: Using iso-value
            curves for customer base analysis. Journal of Marketing Research 42(4), 415-430. For BG/NBD derived here.

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral of ``E[(1 + p t/(α+T))^-R]`` over t up to ``horizon``, p ~ Beta(a, b+x). Without a
        horizon ``P(alive) (α+T)/(R-1) (a+b+x-1)/(a-1)``, which is finite if R > 1 and a > 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, BGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).residual_lifetime(summary, horizon=52).round(3)
            array([32.025, 50.427])

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
            >>> from relmodels import PurchaseSummary, BGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).time_to_next_purchase(summary, probability=0.25).round(3)
            array([ 8.951, 98.103])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With NB the negative binomial probability and I the regularized incomplete beta function:
        ``B(a, b+k)/B(a, b) {NB(k; r, α/(α+t)) + 1{k>0} a/(b+k-1) I(t/(α+t); k, r)}``.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels import BGNBD
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).pmf([0, 1, 2], 26).round(4)
            array([0.6256, 0.1902, 0.0769])

        Reference:
            Fader, Hardie and Lee (2005), equation 8.

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)`` at the parameters (r + x, α + T, a, b + x).

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
            >>> from relmodels import BGNBD, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> BGNBD(0.243, 4.414, 0.793, 2.426).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.4454, 0.2393, 0.1442]])

        """
        checks.same_unit(self, self.unit, summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(self.formulas, self.space.numbers(self), counts, summary, time)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers, one for each ``age``.

        The number of purchases within the age is drawn as if nobody left, then the purchase after which they would
        leave; given how many fall within the age, the time of the last one is the maximum or another order statistic
        of uniform times, which is beta distributed.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or a simulated
                customer would buy more than 1e15 times.

        Examples:
            >>> from relmodels import BGNBD
            >>> simulated = BGNBD(0.243, 4.414, 0.793, 2.426).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.1)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
