"""MBG/NBD: like BG/NBD, but customers may leave after their very first purchase as well.

While a customer is there, purchases come at a constant rate of their own (Poisson), and after every purchase, the first
included, they leave for good with a probability of their own. Rates vary over customers as a gamma distribution
(``r``, ``alpha``), dropout probabilities as a beta distribution (``a``, ``b``), independently of each other.
Where BG/NBD takes every customer without a repeat purchase to be there for good, MBG/NBD lets their silence speak,
which is often the better story of one-time buyers; for repeat buyers the two differ little.

Words at the boundary, the papers' letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Given that the customer is still there, one more chance to leave was passed than in BG/NBD; hence every prediction is
P(alive) times that of BG/NBD at ``b + 1`` (:mod:`relmodels.btyd.bg_nbd`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.bg_nbd_predictions import FORMULAS as OF_BG_NBD
from relmodels.btyd.erlang_likelihood import likelihood, log_likelihood_of_rows, log_odds_gone, score_of_rows
from relmodels.btyd.formulas import Formula, Formulas
from relmodels.btyd.histories import leaving_after_purchases
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["MBGNBD"]

Number = FloatArray | float


def _passed_one_more(formula: Formula) -> Formula:
    """Return a formula of BG/NBD for customers who have passed one more chance to leave than there."""

    def passed(r: Number, alpha: Number, a: Number, b: Number, *rows: FloatArray | float) -> FloatArray:
        return formula(r, alpha, a, b + 1.0, *rows)

    return passed


FORMULAS: Final = Formulas(
    log_likelihood=partial(log_likelihood_of_rows, 1, 1, log_gaps=0.0),
    score=partial(score_of_rows, 1, 1),
    log_odds_gone=partial(log_odds_gone, 1, 1),
    survival=_passed_one_more(OF_BG_NBD.survival),
    expected=_passed_one_more(OF_BG_NBD.expected),
    discounted=_passed_one_more(OF_BG_NBD.discounted),
    pmf=_passed_one_more(OF_BG_NBD.pmf),
    lifetime=_passed_one_more(OF_BG_NBD.lifetime),
    histories=partial(leaving_after_purchases, at_first=True),
)


@dataclass(frozen=True, slots=True)
class MBGNBD:
    """The MBG/NBD model with given parameters; ``rm.fit(rm.MBGNBD, summary)`` estimates them.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        a: first shape of the beta distribution of dropout probabilities.
        b: second shape; the mean dropout probability is ``a / (a + b)``.
        unit: the time unit of ``alpha``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> from relmodels.btyd.mbg_nbd import MBGNBD
        >>> model = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.706], [1.263])

    Reference:
        Batislam, E. P., Denizel, M. and Filiztekin, A. (2007). Empirical validation and comparison of models for
        customer base analysis. International Journal of Research in Marketing 24(3), 201-209.
        The same model: Hoppe, D. and Wagner, U. (2007). Customer base analysis: The case for a central variant of the
        betageometric/NBD model. Marketing: Journal of Research and Management 3(2), 75-90.

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
        """Return rough parameters, those of BG/NBD: frequencies matched, one in three drops out.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> BGNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 20.0, 'a': 1.0, 'b': 2.0}

        """
        return BGNBD.start(data)

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha, a, b), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency, recency and age are counted once.

        """
        return likelihood(data, 1, 1)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With R = r + x: ln of ``Γ(R) α^r / Γ(r) · B(a, b+x+1)/B(a, b) · {(α+T)^-R + a/(b+x) (α+t_x)^-R}``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).log_likelihood(summary).round(4)
            array([-9.4856])

        Reference:
            Batislam, Denizel and Filiztekin (2007).

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

        Now: ``1 / (1 + a/(b+x) ((α+T)/(α+t_x))^R)``. After t more units: that times ``E[(1 + p t/(α+T))^-R]`` over
        p ~ Beta(a, b+x+1).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = MBGNBD(0.525, 6.183, 0.891, 1.614)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.706, 0.39 ]), array([0.493, 0.345]))

        Reference:
            Batislam, Denizel and Filiztekin (2007); later times derived here.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        P(alive) times ``E[(1 - (1 + p t/(α+T))^-R) / p]`` over p ~ Beta(a, b+x+1).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).expected_purchases(summary, 39).round(3)
            array([1.263, 0.154])

        Reference:
            Batislam, Denizel and Filiztekin (2007), without the pole of the closed form at a = 1.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        ``b/(a+b)``, the probability to be there after the first purchase, times ``E[(1 - (1 + p t/α)^-r) / p]`` over
        p ~ Beta(a, b+1).

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.899, 1.42 ])

        Reference:
            Batislam, Denizel and Filiztekin (2007), without the pole of the closed form at a = 1.

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        The integral of ``exp(-δt)`` over the expected purchases, from the end of observation on:
        ``P(alive) R ∫ exp(-δ(α+T)(e^v - 1) + v) E[(1 + p(e^v - 1))^-(R+1)] dv``, the mean over
        p ~ Beta(a, b+x+1).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).discounted_residual(summary, 0.15).round(3)
            array([4.933, 0.726])

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral of ``E[(1 + p t/(α+T))^-R]`` over t up to ``horizon``, p ~ Beta(a, b+x+1). Without a
        horizon ``P(alive) (α+T)/(R-1) (a+b+x)/(a-1)``, which is finite if R > 1 and a > 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).residual_lifetime(summary, horizon=52).round(3)
            array([30.374, 18.989])

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
            >>> from relmodels import PurchaseSummary, MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).time_to_next_purchase(summary, probability=0.25).round(3)
            array([  8.51, 272.74])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With NB the negative binomial probability and I the regularized incomplete beta function:
        ``B(a, b+k+1)/B(a, b) {NB(k; r, α/(α+t)) + a/(b+k) I(t/(α+t); k, r)}``, where I is 1 at k = 0.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).pmf([0, 1, 2], 26).round(4)
            array([0.6267, 0.1806, 0.0805])

        Reference:
            Batislam, Denizel and Filiztekin (2007).

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)``, the latter BG/NBD's at (r + x, α + T, a, b + x + 1).

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
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> MBGNBD(0.525, 6.183, 0.891, 1.614).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.44  , 0.2342, 0.146 ]])

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
            >>> from relmodels.btyd.mbg_nbd import MBGNBD
            >>> simulated = MBGNBD(0.525, 6.183, 0.891, 1.614).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.1)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
