"""NBD: customers buy at random at rates of their own, and never leave.

While the observation lasts, purchases come at a constant rate (Poisson), and rates vary over customers as a gamma
distribution (``r``, ``alpha``), so that the number of purchases in a period is negative binomial.
It is the oldest model of repeat buying and the plain background of its relatives in this workshop: they all come back
to it when nobody leaves. Where customers do leave, it expects too much of those who have been silent for long; compare
its likelihood with BG/NBD's before use.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``T`` age. Recency tells nothing here.
Given the history, a customer's rate is Gamma(r + x, alpha + T); every prediction is an average over it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, continuous
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.distinct import distinct
from relmodels.btyd.formulas import Formulas, no_mean
from relmodels.btyd.histories import leaving_at_a_time
from relmodels.btyd.negative_binomial import log_count_constant, log_timing
from relmodels.btyd.special import digamma_rise, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import in_blocks
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["NBD"]

Number = FloatArray | float


def log_likelihood_of_rows(r: Number, alpha: Number, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Return the log-likelihood of each row, ``(n,)``."""
    del t_x  # tells nothing here, as in all formulas below
    value: FloatArray = log_rise(r, x) - r * np.log1p(T / alpha) - x * np.log(alpha + T)
    return value


def score_of_rows(r: Number, alpha: Number, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Return the derivative of each row's log-likelihood by r and alpha, ``(n, 2)``."""
    del t_x
    by_r = digamma_rise(r, x) - np.log1p(T / alpha)
    return np.stack([by_r, (r * (T / alpha) - x) / (alpha + T)], axis=-1)


def _never(*columns: Number) -> FloatArray:
    return -no_mean(*columns)


def _survival(r: Number, alpha: Number, x: FloatArray, T: FloatArray, horizon: Number) -> FloatArray:
    return np.ones(np.broadcast(r, alpha, x, T, horizon).shape)


def _expected(r: Number, alpha: Number, x: FloatArray, T: FloatArray, horizon: Number) -> FloatArray:
    return np.asarray((r + x) / (alpha + T) * horizon)


def _discounted(r: Number, alpha: Number, x: FloatArray, T: FloatArray, force: float, horizon: float) -> FloatArray:
    return _expected(r, alpha, x, T, horizon if force == 0.0 else -np.expm1(-force * horizon) / force)


def _pmf_if_there(r: Number, alpha: Number, x: FloatArray, T: FloatArray, k: FloatArray, horizon: Number) -> FloatArray:
    R, A, t = (column[:, None] for column in np.broadcast_arrays(r + x, alpha + T, horizon))
    some = np.where(t > 0, t, 1.0)
    log_pmf = log_count_constant(R, k) + log_timing(R, A, k, some)
    return np.where(t > 0, np.exp(log_pmf), np.where(k > 0, 0.0, 1.0))


def _histories(r: Number, alpha: Number, T: FloatArray, draw: np.random.Generator) -> dict[str, FloatArray]:
    return leaving_at_a_time(draw.gamma(r, size=T.shape) / alpha, np.full(T.shape, np.inf), T, draw)


FORMULAS: Final = Formulas(
    log_likelihood=log_likelihood_of_rows,
    score=score_of_rows,
    log_odds_gone=_never,
    survival=_survival,
    expected=_expected,
    discounted=_discounted,
    pmf=_pmf_if_there,
    lifetime=no_mean,
    histories=_histories,
)


@dataclass(frozen=True, slots=True)
class NBD:
    """The NBD model with given parameters; ``rm.fit(rm.NBD, summary)`` estimates them.

    Args:
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        unit: the time unit of ``alpha``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> from relmodels.btyd.nbd import NBD
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], unit="week")
        >>> NBD(r=0.385, alpha=12.072).expected_purchases(summary, 39).round(3).tolist()
        [1.826]

    Reference:
        Ehrenberg, A. S. C. (1959). The pattern of consumer purchases. Applied Statistics 8(1), 26-41.

    """

    r: float
    alpha: float
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
        ),
        limits=(Limit((("r", 1), ("alpha", 1)), "the Poisson process, in which all customers buy at the same rate"),),
    )

    formulas: ClassVar[Formulas] = FORMULAS

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters: mean and variance of the frequencies matched.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.nbd import NBD
            >>> NBD.start(PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10]))
            {'r': 3.0, 'alpha': 20.0}

        """
        rough = BGNBD.start(data)
        return {name: rough[name] for name in cls.space.names}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (r, alpha), with exact derivatives.

        Args:
            data: any summary; rows with equal frequency and age are counted once.

        """
        of = distinct(data.frequency, data.age)
        x, T, weight = data.frequency[of.rows], data.age[of.rows], of.total(data.weight)

        def evaluate(parameters: FloatArray) -> Evaluation:
            return _evaluate(x, T, weight, parameters)

        def scores(parameters: FloatArray) -> FloatArray:
            r, alpha = parameters.tolist()
            return score_of_rows(r, alpha, x, T, T)

        values = in_blocks(partial(_values, x, T, weight), weight.size)
        return Likelihood(n=float(weight.sum()), weight=weight, evaluate=evaluate, scores=scores, values=values)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        ``ln of Γ(r+x)/Γ(r) · α^r (α+T)^-(r+x)``, the density of the times of the purchases, comparable with that of
        the other models; the probability of their number has ``x ln T - ln x!`` more.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.nbd import NBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86])
            >>> NBD(0.385, 12.072).log_likelihood(summary).round(4)
            array([-9.044])

        """
        checks.same_unit(self, self.unit, data)
        formula, numbers = self.formulas.log_likelihood, self.space.numbers(self)
        return continuous.once(formula, numbers, data.frequency, data.recency, data.age)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha), ``(n, 2)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return continuous.once(self.formulas.score, self.space.numbers(self), data.frequency, data.recency, data.age)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, which is 1: nobody leaves.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        """
        checks.same_unit(self, self.unit, summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return continuous.p_alive(self.formulas, self.space.numbers(self), summary, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        ``(r+x)/(α+T) · t``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        """
        checks.same_unit(self, self.unit, summary)
        time = checks.duration(horizon, "horizon", summary.unit)
        return continuous.expected_purchases(self.formulas, self.space.numbers(self), summary, time)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.nbd import NBD
            >>> NBD(0.385, 12.072).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 0.829, 1.658])

        """
        times = checks.durations(horizon, "horizon", self.unit)
        return continuous.expected_purchases_new(self.formulas, self.space.numbers(self), times)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        ``(r+x)/(α+T) · (1 - exp(-δt))/δ`` up to a horizon t, and ``(r+x)/(α+T)/δ`` without one.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative, or the rate is not positive and there is no horizon.

        """
        checks.same_unit(self, self.unit, summary)
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return continuous.discounted_residual(self.formulas, self.space.numbers(self), summary, force, time)

    def residual_lifetime(self, summary: PurchaseSummary, *, horizon: float | Duration | None = None) -> FloatArray:
        """Return how long each customer is expected to stay from now on, ``(n,)``, 0 for the time after they have left.

        Nobody leaves: it is the horizon, and infinite without one, which is refused.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: where the future ends, in ``summary.unit``: time beyond it does not count; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite, or there is none and the mean is infinite.

        Examples:
            >>> from relmodels import PurchaseSummary, NBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> NBD(0.385, 12.072).residual_lifetime(summary, horizon=52).round(3)
            array([52., 52.])

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
            >>> from relmodels import PurchaseSummary, NBD
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30.43, 0], age=[38.86, 38.86])
            >>> NBD(0.385, 12.072).time_to_next_purchase(summary, probability=0.25).round(3)
            array([ 6.529, 56.592])

        Reference:
            Derived here from the distribution of the number of purchases.

        """
        checks.same_unit(self, self.unit, summary)
        chance = checks.probability(probability)
        return continuous.time_to_next_purchase(self.formulas, self.space.numbers(self), summary, chance)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        ``Γ(r+k)/(Γ(r) k!) (α/(α+t))^r (t/(α+t))^k``.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.nbd import NBD
            >>> NBD(0.385, 12.072).pmf([0, 1, 2], 26).round(4)
            array([0.6426, 0.169 , 0.0799])

        """
        counts, times = checks.counts(k), checks.durations(horizon, "horizon", self.unit)
        return continuous.pmf(self.formulas, self.space.numbers(self), counts, times)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        ``pmf(k)`` at the parameters (r + x, α + T).

        Args:
            k: a whole number, or ``(m,)`` whole numbers.
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Returns:
            ``(n,)`` for one ``k``, ``(n, m)`` for several.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or ``horizon`` is negative or not finite.

        """
        checks.same_unit(self, self.unit, summary)
        counts, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        return continuous.pmf_given(self.formulas, self.space.numbers(self), counts, summary, time)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers, one for each ``age``.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or a simulated
                customer would buy more than 1e15 times.

        Examples:
            >>> from relmodels.btyd.nbd import NBD
            >>> simulated = NBD(0.385, 12.072).simulate([38.86] * 2357, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (2357, 1.2)

        """
        ages, used = np.atleast_1d(checks.durations(age, "age")), checks.sampling_unit(self, self.unit, unit)
        return continuous.simulate(self.formulas, self.space.numbers(self), ages, generator(rng), used)


def _evaluate(x: FloatArray, T: FloatArray, weight: FloatArray, parameters: FloatArray) -> Evaluation:
    r, alpha = parameters.tolist()
    A = alpha + T
    value = dot(weight, log_likelihood_of_rows(r, alpha, x, T, T))
    by_r, by_alpha = (dot(weight, column) for column in score_of_rows(r, alpha, x, T, T).T)
    part = T / A / alpha
    both = dot(weight, part)
    bend = dot(weight, x / A**2) - r * dot(weight, part * (1.0 / alpha + 1.0 / A))
    hessian = np.array([[dot(weight, trigamma_rise(r, x)), both], [both, bend]])
    return Evaluation(value, np.array([by_r, by_alpha]), hessian)


def _values(x: FloatArray, T: FloatArray, weight: FloatArray, points: FloatArray) -> FloatArray:
    """Return the value at each of many points, ``(d, 2)`` to ``(d,)``."""
    r, alpha = points.T[:, :, None]
    return np.asarray(np.einsum("dm,m->d", log_likelihood_of_rows(r, alpha, x, T, T), weight))
