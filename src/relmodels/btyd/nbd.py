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

from relmodels.btyd import checks
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.distinct import distinct
from relmodels.btyd.special import digamma_rise, log_beta, log_rise, trigamma_rise
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Rate, Unit, as_unit
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.points import in_blocks
from relmodels.inference.space import Parameter, Space

__all__ = ["NBD"]

_MOST_PURCHASES: Final = 1e15


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
            Parameter("alpha", "α", "inverse scale of the purchase rates", (1.0, 100.0), scales="time"),
        )
    )

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
        evaluate, scores = partial(_evaluate, x, T, weight), partial(_scores, x, T)
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
        x, T = data.frequency, data.age
        return log_rise(self.r, x) - self.r * np.log1p(T / self.alpha) - x * np.log(self.alpha + T)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (r, alpha), ``(n, 2)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model.

        """
        checks.same_unit(self, self.unit, data)
        return _scores(data.frequency, data.age, np.array([self.r, self.alpha]))

    def p_alive(self, summary: PurchaseSummary, *, ahead: float = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, which is 1: nobody leaves.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``ahead`` is negative or not finite.

        """
        checks.duration(ahead, "ahead")
        checks.same_unit(self, self.unit, summary)
        return np.ones(len(summary))

    def expected_purchases(self, summary: PurchaseSummary, horizon: float) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        ``(r+x)/(α+T) · t``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model.
            InvalidParameters: if ``horizon`` is negative or not finite.

        """
        return _rate(self, summary) * checks.duration(horizon, "horizon")

    def expected_purchases_new(self, horizon: ArrayLike) -> FloatArray:
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
        return checks.durations(horizon, "horizon") * (self.r / self.alpha)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | None = None
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
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon")
        worth = time if force == 0.0 else -np.expm1(-force * time) / force
        return _rate(self, summary) * worth

    def pmf(self, k: ArrayLike, horizon: ArrayLike) -> FloatArray:
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
        return _pmf(self.r, self.alpha, checks.counts(k), checks.durations(horizon, "horizon"))

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float) -> FloatArray:
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
        asked, time = checks.counts(k), checks.duration(horizon, "horizon")
        if asked.ndim > 1:
            message = f"k has shape {asked.shape}; give one number or one dimension of numbers"
            raise InvalidParameters(message)
        checks.same_unit(self, self.unit, summary)
        R, A = self.r + summary.frequency, self.alpha + summary.age
        result = _pmf(R[:, None], A[:, None], asked.reshape(1, -1), np.array(time))
        return result[:, 0] if asked.ndim == 0 else result

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
        T = np.atleast_1d(checks.durations(age, "age"))
        used = checks.sampling_unit(self, self.unit, unit)
        draw = checks.generator(rng)
        buys = draw.gamma(self.r, size=T.shape) * (T / self.alpha)
        if np.max(buys, initial=0.0) > _MOST_PURCHASES:
            message = f"alpha = {self.alpha!r} makes a customer buy more than 1e15 times; check alpha, r and the ages"
            raise InvalidParameters(message)
        x = draw.poisson(buys).astype(np.float64)
        when = draw.beta(np.maximum(x, 1.0), 1.0)
        return PurchaseSummary.from_arrays(frequency=x, recency=np.where(x > 0, T * when, 0.0), age=T, unit=used)


def _rate(model: NBD, summary: PurchaseSummary) -> FloatArray:
    checks.same_unit(model, model.unit, summary)
    return (model.r + summary.frequency) / (model.alpha + summary.age)


def _pmf(r: FloatArray | float, alpha: FloatArray | float, k: FloatArray, horizon: FloatArray) -> FloatArray:
    r, alpha, k, t = np.broadcast_arrays(r, alpha, k, horizon)
    some, again = t > 0, k > 0
    t, n = np.where(some, t, 1.0), np.where(again, k, 1.0)
    log_count = np.where(again, -np.log(n) - log_beta(r, n) - n * np.log1p(alpha / t), 0.0) - r * np.log1p(t / alpha)
    return np.where(some, np.exp(log_count), np.where(again, 0.0, 1.0))


def _scores(x: FloatArray, T: FloatArray, parameters: FloatArray) -> FloatArray:
    r, alpha = parameters.tolist()
    by_r = digamma_rise(r, x) - np.log1p(T / alpha)
    return np.stack([by_r, (r * (T / alpha) - x) / (alpha + T)], axis=-1)


def _evaluate(x: FloatArray, T: FloatArray, weight: FloatArray, parameters: FloatArray) -> Evaluation:
    r, alpha = parameters.tolist()
    A = alpha + T
    value = float(_values(x, T, weight, parameters[None])[0])
    by_r, by_alpha = (dot(weight, column) for column in _scores(x, T, parameters).T)
    part = T / A / alpha
    both = dot(weight, part)
    bend = dot(weight, x / A**2) - r * dot(weight, part * (1.0 / alpha + 1.0 / A))
    hessian = np.array([[dot(weight, trigamma_rise(r, x)), both], [both, bend]])
    return Evaluation(value, np.array([by_r, by_alpha]), hessian)


def _values(x: FloatArray, T: FloatArray, weight: FloatArray, points: FloatArray) -> FloatArray:
    """Return the value at each of many points, ``(d, 2)`` to ``(d,)``."""
    r, alpha = points.T[:, :, None]
    rows = log_rise(r, x) - r * np.log1p(T / alpha) - x * np.log(alpha + T)
    return np.asarray(np.einsum("dm,m->d", rows, weight))
