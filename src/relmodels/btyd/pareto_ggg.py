"""Pareto/GGG: customers buy in a rhythm of their own, each as regular as they are, and may leave at any moment, unseen.

While a customer is there, the times between purchases are gamma distributed with a shape ``k`` and a mean of
``1/lambda``: at ``k = 1`` they are random as in Pareto/NBD, above it regular, below it purchases come in clusters. The
time until they leave for good is exponential, with a hazard of their own. All three vary over customers as gamma
distributions, independently of each other: the regularity with ``t`` and ``gamma``, the rate with ``r`` and ``alpha``,
the hazard with ``s`` and ``beta``; hence the three G in its name.
A silence of one month says much of someone who used to come every week to the day, and little of someone whose
purchases were scattered: who of the two is still there, only a model with a regularity for each can tell. Where all are
equally regular, :mod:`relmodels.btyd.mbg_cnbd` is enough; where none is, :mod:`relmodels.btyd.pareto_nbd`.

The summary needs ``log_gaps``, the sums of the logarithms of the times between purchases, in which the regularity
shows, to predict as well as to fit. The likelihood is not linear in them: a summary made by ``grouped()``, which keeps
only their mean, does not do.

The authors draw the parameters of each customer by Markov chain Monte Carlo. Here the likelihood is integrated, with a
measured error (:mod:`relmodels.btyd.pareto_ggg_regularity`, :mod:`relmodels.btyd.pareto_ggg_silence`), so that the
model is fitted and compared as any other. Words at the boundary, the paper's letters in the numerics: ``x`` is
frequency, ``t_x`` recency, ``T`` age.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.pareto_ggg_likelihood import likelihood, log_likelihood_of_rows, score_of_rows
from relmodels.btyd.pareto_ggg_outlook import p_alive_of_rows
from relmodels.btyd.pareto_ggg_predictions import pmf_of_rows, worth_of_rows
from relmodels.btyd.pareto_ggg_simulation import simulated
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.pareto_nbd_predictions import survival
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Duration, Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.core.sums import dot
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Limit, Parameter, Space

__all__ = ["ParetoGGG"]

_FIRST_SHAPE: Final = 2.0


@dataclass(frozen=True, slots=True)
class ParetoGGG:
    """The Pareto/GGG model with given parameters; ``rm.fit(rm.ParetoGGG, summary)`` estimates them.

    Args:
        t: shape of the gamma distribution of regularities; small when customers differ much in it.
        gamma: its inverse scale; the mean regularity is ``t / gamma``.
        r: shape of the gamma distribution of purchase rates; small when customers differ much.
        alpha: its inverse scale, in the time unit; the mean rate is ``r / alpha``.
        s: shape of the gamma distribution of the hazards of leaving.
        beta: its inverse scale, in the time unit; the mean hazard is ``s / beta``.
        unit: the time unit of ``alpha`` and ``beta``; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels import PurchaseSummary
        >>> from relmodels.btyd.pareto_ggg import ParetoGGG
        >>> model = ParetoGGG(t=1.58, gamma=0.45, r=0.84, alpha=5.52, s=0.48, beta=7.67)
        >>> even, uneven = 11.9, 6.0  # four purchases about every 20 weeks, or scattered over the same 80 weeks
        >>> summary = PurchaseSummary.from_arrays(
        ...     frequency=[4, 4], recency=[80, 80], age=[130, 130], log_gaps=[even, uneven], unit="week"
        ... )
        >>> model.p_alive(summary).round(3)
        array([0.164, 0.592])

    Reference:
        Platzer, M. and Reutterer, T. (2016). Ticking away the moments: Timing regularity helps to better predict
        customer activity. Marketing Science 35(5), 779-799.

    """

    t: float
    gamma: float
    r: float
    alpha: float
    s: float
    beta: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("t", "t", "shape of the regularities", (1.5, 10.0)),
            Parameter("gamma", "γ", "inverse scale of the regularities", (0.3, 10.0)),
            Parameter("r", "r", "shape of the purchase rates", (0.1, 5.0)),
            Parameter("alpha", "α", "inverse scale of the purchase rates", (1.0, 100.0), scales="time"),
            Parameter("s", "s", "shape of the hazards of leaving", (0.1, 5.0)),
            Parameter("beta", "β", "inverse scale of the hazards of leaving", (1.0, 100.0), scales="time"),
        ),
        limits=(
            Limit((("t", 1), ("gamma", 1)), "one in which all customers are equally regular"),
            Limit((("r", 1), ("alpha", 1)), "one in which all customers buy at the same rate"),
            Limit((("s", 1), ("beta", 1)), "one in which all customers leave at the same rate"),
            Limit((("s", -1),), "one in which nobody leaves"),
        ),
    )

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters: those of Pareto/NBD, and a mean regularity that the unevenness of gaps suggests.

        Args:
            data: a summary with ``log_gaps``, however small.

        Raises:
            InvalidData: if ``data`` has no ``log_gaps``.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[0, 3], recency=[0, 8], age=[10, 10], log_gaps=[0, 2.5])
            >>> ParetoGGG.start(summary)["gamma"]
            0.8...

        """
        weight = np.ones(len(data)) if data.weight is None else data.weight
        gaps, x = _gaps(cls.__name__, data), data.frequency
        again = x >= 2
        mean_gap = np.where(again, data.recency, 1.0) / np.where(again, x, 1.0)
        # The mean of x ln(mean gap) - log_gaps is about (x - 1) / 2k.
        uneven = dot(weight * again, x * np.log(mean_gap) - gaps)
        degrees = dot(weight * again, x - 1.0)
        regularity = min(max(degrees / (2.0 * uneven), 0.3), 8.0) if uneven > 0 else 1.0
        return {"t": _FIRST_SHAPE, "gamma": _FIRST_SHAPE / regularity, **ParetoNBD.start(data)}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of the six parameters, with exact derivatives.

        Args:
            data: a summary with ``log_gaps``, not one made by ``grouped()``; rows that are equal in frequency, recency,
                age and log gaps are counted once.

        Raises:
            InvalidData: if ``data`` has no ``log_gaps``.

        """
        return likelihood(data, _gaps(cls.__name__, data))

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        With ℓ the log gaps, Q the upper regularized incomplete gamma function and E the mean over k, λ and μ, ln of
        ``E[(kλ)^kx exp((k-1)ℓ - kλ t_x) Γ(k)^-x {e^-μT Q(k, kλ(T-t_x)) + ∫ μ e^-μu Q(k, kλ(u-t_x)) du}]``, u from t_x
        to T. Where all k are 1, this is the log-likelihood of Pareto/NBD. The error is below ``1e-10 max(1, |ln L|)``
        in the range of published estimates, and some 1e-8 for extreme parameters.

        Args:
            data: ``(n,)`` rows with ``log_gaps``, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model, or has no ``log_gaps``.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).log_likelihood(summary).round(4)
            array([-10.6065])

        Reference:
            Platzer and Reutterer (2016); integrated here.

        """
        return _of_rows(self, log_likelihood_of_rows, data)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (t, gamma, r, alpha, s, beta), ``(n, 6)``.

        Args:
            data: ``(n,)`` rows with ``log_gaps``, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model, or has no ``log_gaps``.

        """
        return _of_rows(self, score_of_rows, data)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0.0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, now or after ``ahead`` time units.

        Now: the share of the likelihood in which the leaving comes after T. After t more units: that times
        ``((β+T)/(β+T+t))^s``.

        Args:
            summary: ``(n,)`` customers with ``log_gaps``, in the model's unit.
            ahead: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model, or has no ``log_gaps``.
            InvalidParameters: if ``ahead`` is negative or not finite.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> model = ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=52).round(3)
            (array([0.881]), array([0.615]))

        Reference:
            Platzer and Reutterer (2016).

        """
        checks.a_summary(summary)
        later = checks.duration(ahead, "ahead", summary.unit)
        return _of_rows(self, p_alive_of_rows, summary) * survival(self.s, self.beta, summary.age, later)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many purchases each customer is expected to make in the next ``horizon`` time units, ``(n,)``.

        The sum over n of the probability that the n-th purchase comes within the horizon and before the customer
        leaves, averaged over the regularity. The relative error is some 1e-8; a thousand different customers take
        seconds.

        Args:
            summary: ``(n,)`` customers with ``log_gaps``, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model, or has no ``log_gaps``.
            InvalidParameters: if ``horizon`` is negative or not finite, or t is 1 or less and a customer is new.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).expected_purchases(summary, 39).round(3)
            array([1.909])

        """
        checks.a_summary(summary)
        _check_clusters(self, new=bool(np.any(summary.age == 0)))
        time = checks.duration(horizon, "horizon", summary.unit)
        return _of_rows(self, partial(worth_of_rows, horizon=time, force=0.0), summary)

    def expected_purchases_new(self, horizon: ArrayLike | Duration) -> FloatArray:
        """Return how many repeat purchases a new customer is expected to make within ``horizon`` of their first.

        ``Σ_n ∫ f_n(u) (β/(β+u))^s du``, with f_n the density of the time of the n-th purchase, averaged over k.
        Customers of a small k buy some 1/k times in a row, so that the mean over k is infinite for t of 1 or less; for
        t below about 1.1 it does not settle and is refused.

        Args:
            horizon: time since the first purchase, any shape, in the model's unit; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is negative or not finite, or t is 1 or less.

        Examples:
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).expected_purchases_new([0, 26, 52]).round(3)
            array([0.   , 2.483, 4.162])

        """
        _check_clusters(self, new=True)
        times = checks.durations(horizon, "horizon", self.unit)
        ends, of_end = np.unique(times, return_inverse=True)
        none = np.zeros(ends.size)
        expected = worth_of_rows(*_numbers(self), none, none, none, none, ends, 0.0)
        return expected[of_end.ravel()].reshape(times.shape)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        As :meth:`expected_purchases`, with a purchase after the time u counted as ``exp(-δu)``.

        Args:
            summary: ``(n,)`` customers with ``log_gaps``, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: where the future ends, in ``summary.unit``; ``None`` for never.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model, or has no ``log_gaps``.
            InvalidParameters: if ``horizon`` is negative, the rate is not positive and there is no horizon, or t is 1
                or less and a customer is new.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).discounted_residual(summary, 0.15).round(3)
            array([9.591])

        """
        checks.a_summary(summary)
        _check_clusters(self, new=bool(np.any(summary.age == 0)))
        force = checks.usable_rate(rate, summary.unit, horizon)
        time = np.inf if horizon is None else checks.duration(horizon, "horizon", summary.unit)
        return _of_rows(self, partial(worth_of_rows, horizon=time, force=force), summary)

    def pmf(self, k: ArrayLike, horizon: ArrayLike | Duration) -> FloatArray:
        """Return the probability that a new customer makes exactly ``k`` repeat purchases within ``horizon``.

        The probability of that many or more, less the one of more. The absolute error is below some 1e-8.

        Args:
            k: whole numbers, any shape.
            horizon: time since the first purchase, in the model's unit, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or a horizon is negative or not finite.

        Examples:
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).pmf([0, 1, 2], 26).round(4)
            array([0.4219, 0.1658, 0.1028])

        """
        counts, times = np.broadcast_arrays(checks.counts(k), checks.durations(horizon, "horizon", self.unit))
        numbers, of_number = np.unique(counts, return_inverse=True)
        ends, of_end = np.unique(times, return_inverse=True)
        none = np.zeros(ends.size)
        table = pmf_of_rows(*_numbers(self), none, none, none, none, ends, numbers)
        return table[of_end.ravel(), of_number.ravel()].reshape(counts.shape)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer makes exactly ``k`` purchases in the next ``horizon`` time units.

        The probability of that many or more, less the one of more. The absolute error is below some 1e-8; each ``k``
        takes as long as an expectation.

        Args:
            k: a whole number, or ``(m,)`` whole numbers.
            summary: ``(n,)`` customers with ``log_gaps``, in the model's unit.
            horizon: time from the end of observation, in ``summary.unit``.

        Returns:
            ``(n,)`` for one ``k``, ``(n, m)`` for several.

        Raises:
            InvalidData: if ``summary`` is in another unit than the model, or has no ``log_gaps``.
            InvalidParameters: if ``k`` is not a whole number of 0 or more, or ``horizon`` is negative or not finite.

        Examples:
            >>> from relmodels import PurchaseSummary
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], log_gaps=[4.22])
            >>> ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).pmf_given([0, 1, 2], summary, 39).round(4)
            array([[0.3114, 0.1999, 0.1786]])

        """
        checks.a_summary(summary)
        asked, time = checks.counts(k), checks.duration(horizon, "horizon", summary.unit)
        if asked.ndim > 1:
            message = f"k has shape {asked.shape}; give one number or one dimension of numbers"
            raise InvalidParameters(message)
        result = _of_rows(self, partial(pmf_of_rows, horizon=time, counts=asked.ravel()), summary)
        return result[:, 0] if asked.ndim == 0 else result

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers with their ``log_gaps``, one for each ``age``.

        The regularity, the rate and the time of leaving are drawn first, then gap after gap until that time.

        Args:
            age: ``(n,)`` time from the first purchase to the end of observation, in ``unit``.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time unit of ``age``; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is negative or not finite, ``unit`` is not the model's, or the simulated
                customers would buy more than 1e8 times.

        Examples:
            >>> from relmodels.btyd.pareto_ggg import ParetoGGG
            >>> simulated = ParetoGGG(1.58, 0.45, 0.84, 5.52, 0.48, 7.67).simulate([104.0] * 1525, 1)
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (1525, 6.7)

        """
        T = np.atleast_1d(checks.durations(age, "age"))
        used = checks.sampling_unit(self, self.unit, unit)
        draw = generator(rng)
        smallest = np.finfo(np.float64).tiny
        regularity = np.maximum(draw.gamma(self.t, size=T.shape) / self.gamma, smallest)
        rate = np.maximum(draw.gamma(self.r, size=T.shape) / self.alpha, smallest)
        with np.errstate(divide="ignore"):  # a hazard that underflows to 0 means that this customer never leaves
            lifetime = self.beta * (draw.exponential(size=T.shape) / draw.gamma(self.s, size=T.shape))
        x, t_x, gaps = simulated(regularity, rate, np.minimum(lifetime, T), draw)
        return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=T, log_gaps=gaps, unit=used)


def _numbers(model: ParetoGGG) -> tuple[float, float, float, float, float, float]:
    return model.t, model.gamma, model.r, model.alpha, model.s, model.beta


def _of_rows(model: ParetoGGG, formula: Callable[..., FloatArray], data: PurchaseSummary) -> FloatArray:
    """Return ``formula`` of the parameters and of each row, equal rows evaluated once."""
    checks.same_unit(model, model.unit, data)
    gaps = _gaps(type(model).__name__, data)
    return checks.once(partial(formula, *_numbers(model)), data.frequency, data.recency, data.age, gaps)


def _check_clusters(model: ParetoGGG, *, new: bool) -> None:
    """Check that purchases of new customers, if there are any, have a finite expectation.

    Raises:
        InvalidParameters: if it is infinite.

    """
    if new and model.t <= 1.0:
        message = (
            f"ParetoGGG: with t = {model.t!r} a new customer is expected to buy infinitely often, because those of a "
            "small regularity k buy some 1/k times in a row; it takes t > 1. For customers of some age all is finite"
        )
        raise InvalidParameters(message)


def _gaps(model: str, data: PurchaseSummary) -> FloatArray:
    """Return the ``log_gaps`` of ``data``; where nobody bought twice again, they are known anyway.

    Raises:
        InvalidData: if there are none.

    """
    if data.log_gaps is not None:
        return data.log_gaps
    if np.any(data.frequency > 1):
        message = (
            f"{model} reads the regularity of purchases from log_gaps, the sums of the logarithms of the times between "
            "them, and this summary has none; make it with from_transactions from a table in memory, or give log_gaps "
            "to from_arrays"
        )
        raise InvalidData(message)
    return np.log(np.where(data.frequency > 0, data.recency, 1.0))
