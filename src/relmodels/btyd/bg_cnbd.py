"""BG/CNBD-k: customers buy in a rhythm of their own, and may leave after each repeat purchase.

Times between the purchases of a customer are sums of ``k`` exponential phases of one rate of their own (Erlang-k): at
``k = 1`` they are random as in BG/NBD, and the larger ``k``, the more regular is the rhythm. After every repeat
purchase a customer may leave for good with a probability of their own.
Rates of phases vary over customers as a gamma distribution (``r``, ``alpha``), dropout probabilities as a beta
distribution (``a``, ``b``), independently of each other.
A regular buyer who is overdue is more surely gone than a random one, and one who has just bought will not come back
tomorrow; where purchases are regular, this sharpens P(alive) and what is expected.

To fit it, the summary needs ``log_gaps``, the sums of the logarithms of the times between purchases, in which the
regularity shows; to predict, frequency, recency and age are enough.

Words at the boundary, the papers' letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``T`` age.
Every prediction is P(alive) times an average over the phase in which the customer is at the end of observation
(:mod:`relmodels.btyd.erlang_predictions`). More than 131,072 further purchases within a horizon are not counted one by
one and are refused; the unlimited discounted residual has no such bound.
A customer who never came back has had no occasion to leave, so that P(alive) is 1 whatever the silence; MBG/CNBD-k
gives them that occasion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous, erlang_models
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.erlang_likelihood import likelihood
from relmodels.btyd.erlang_models import erlang_formulas
from relmodels.btyd.formulas import Formulas, gaps
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space
from relmodels.inference.transforms import WHOLE

__all__ = ["BGCNBD"]

FORMULAS: Final = erlang_formulas(0)


@dataclass(frozen=True, slots=True)
class BGCNBD:
    """The BG/CNBD-k model with given parameters; ``rm.fit(rm.BGCNBD, summary, fixed={"k": 2})`` estimates the others.

    Args:
        k: how many exponential phases make up a time between purchases, a whole number; without ``fixed`` the likeliest
            of 1 to 12 is taken.
        r: shape of the gamma distribution of the rates of phases; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate of purchases is ``r / (alpha k)``.
        a: first shape of the beta distribution of dropout probabilities.
        b: second shape; the mean dropout probability is ``a / (a + b)``.
        unit: the time unit of ``alpha``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if ``k`` is not a whole number of 1 or more, or another parameter not a positive number.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> from relmodels.btyd.bg_cnbd import BGCNBD
        >>> model = BGCNBD(k=2, r=0.227, alpha=1.463, a=0.944, b=2.074)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> model.p_alive(summary).round(3).tolist(), model.expected_purchases(summary, 39).round(3).tolist()
        ([0.695], [1.293])

    Reference:
        Reutterer, T., Platzer, M. and Schröder, N. (2021). Leveraging purchase regularity for predicting customer
        behavior the easy way. International Journal of Research in Marketing 38(1), 194-215.
        Platzer, M. (2008). Stochastic models of noncontractual consumer relationships. Vienna University of Economics
        and Business Administration.

    """

    k: int
    r: float
    alpha: float
    a: float
    b: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("k", "k", "phases of a time between purchases", (1.0, 4.0), domain=WHOLE),
            Parameter("r", "r", "shape of the rates of phases", (0.1, 5.0)),
            Parameter(
                "alpha",
                "α",
                "inverse scale of the rates of phases",
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
        """Check the domain of every parameter, and make ``k`` an integer."""
        self.space.check(self)
        object.__setattr__(self, "k", erlang_models.whole(self.k, type(self).__name__))
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters, those of BG/NBD, with ``k = 1``.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> BGCNBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'k': 1.0, 'r': 3.0, 'alpha': 20.0, 'a': 1.0, 'b': 2.0}

        """
        return {"k": 1.0, **BGNBD.start(data)}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (k, r, alpha, a, b), with exact derivatives.

        By k, a whole number, there is no derivative; its place holds 0.

        Args:
            data: a summary with ``log_gaps``; rows with equal frequency, recency and age are counted once.

        Raises:
            InvalidData: if ``data`` has no ``log_gaps``.

        """
        gaps(cls.__name__, data)
        return likelihood(data, 0)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With K = r + kx, A = α + T and ℓ the log gaps: ln of ``exp((k-1)ℓ) Γ(k)^-x Γ(K) α^r / Γ(r) ·
        {B(a, b+x)/B(a, b) Σ_j (T-t_x)^j/j! Γ(K+j)/Γ(K) A^-(K+j) + 1{x>0} B(a+1, b+x-1)/B(a, b) (α+t_x)^-K}``, j < k.

        Args:
            data: ``(n,)`` rows with ``log_gaps``, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model, or has no ``log_gaps``.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).log_likelihood(summary).round(4)
            array([-10.272])

        Reference:
            Reutterer, Platzer and Schröder (2021).

        """
        checks.same_unit(self, self.unit, data)
        log_gaps = gaps(type(self).__name__, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age, log_gaps)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (k, r, alpha, a, b), ``(n, 5)``, with 0 for k.

        By k, a whole number, there is no derivative.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now: ``1 / (1 + u/S)``, with u the second and S the first term of the likelihood's sum, and 1 where x is 0.
        After t more units: that times ``Σ_n E[p (1-p)^(n-1)] P(the n-th purchase comes after t)``, the mean over
        p ~ Beta(a, b+x).

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite, or makes more than 131,072 purchases possible.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> model = BGCNBD(2, 0.227, 1.463, 0.944, 2.074)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.695, 1.   ]), array([0.439, 0.937]))

        Reference:
            Reutterer, Platzer and Schröder (2021); later times derived here.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        P(alive) times ``Σ_j w_j Σ_n B(a, b+x+n-1)/B(a, b+x) I(t/(A+t); kn-j, K+j)``, with w_j the probability of
        phase j. This is exact, where an approximation is in use elsewhere.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or makes more than 131,072 purchases possible.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).expected_purchases(summary, 39).round(3)
            array([1.293, 0.169])

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        ``Σ_n B(a, b+n-1)/B(a, b) I(t/(α+t); kn, r)``.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite, or makes more than 131,072 purchases possible.

        Examples:
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.932, 1.433])

        Reference:
            Reutterer, Platzer and Schröder (2021).

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        Without a horizon, P(alive) times the mean of ``y^-j z E[1/(1 + pz)]`` over the phase j and the rate of phases
        λ ~ Gamma(K + j, A), with ``y = λ/(λ+δ)``, ``z = y^k/(1 - y^k)`` and p ~ Beta(a, b+x).
        Up to a horizon h, ``exp(-δh) E(h) + δ ∫ exp(-δt) E(t) dt``, E being the expected purchases; refused for buyers
        of thousands of purchases in so regular a rhythm that E is a staircase.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or makes more than 131,072 purchases possible, the integral
                does not settle, or the rate is not positive and there is no horizon.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).discounted_residual(summary, 0.15).round(3)
            array([4.613, 0.84 ])

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        P(alive) times the integral over t up to ``horizon`` of the probability to be there. Without a horizon it is
        finite if K + j > 1 and a > 1, j being the phase.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).residual_lifetime(summary, horizon=52).round(3)
            array([28.431, 50.21 ])

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
            >>> from relmodels import PurchaseSummary, BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).time_to_next_purchase(summary, probability=0.25).round(3)
            array([  7.039, 105.991])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        With n for this number and k for the phases:
        ``B(a, b+n)/B(a, b) P(kn to kn+k-1 phases) + 1{n>0} B(a+1, b+n-1)/B(a, b) I(t/(α+t); kn, r)``.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).pmf([0, 1, 2], 26).round(4)
            array([0.6244, 0.1926, 0.0756])

        Reference:
            Reutterer, Platzer and Schröder (2021).

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``(1 - P(alive)) 1{k=0}`` and P(alive) times the terms of :meth:`pmf` at the parameters that the history gives,
        averaged over the phases.

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
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> BGCNBD(2, 0.227, 1.463, 0.944, 2.074).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.3797, 0.2593, 0.1808]])

        """
        checks.same_unit(self, self.unit, summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(self.formulas, self.space.numbers(self), counts, summary, time)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers with their ``log_gaps``, one for each ``age``.

        The number of phases within the age is drawn as if nobody left, then the purchase after which they would leave;
        given how many phases fall within the age, the times between purchases are shares of it with a Dirichlet
        distribution.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or the simulated
                customers would buy more than 1e8 times.

        Examples:
            >>> from relmodels.btyd.bg_cnbd import BGCNBD
            >>> simulated = BGCNBD(2, 0.227, 1.463, 0.944, 2.074).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.2)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)
