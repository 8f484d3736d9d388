"""Shifted beta-geometric: contracts are renewed with one probability each, and retention rises as the weak ones go.

At the end of every period a customer tosses their own coin and does not renew with probability θ, the same each time.
Over customers θ is beta distributed. The retention rate of a cohort then rises from renewal to renewal although no
customer becomes more loyal: those likely to leave have left. Two numbers, estimated from a handful of renewals, carry
the survival curve far beyond the data, where fitted curves go astray.
When customers do change with the time they stay, :class:`~relmodels.btyd.beta_discrete_weibull.BetaDiscreteWeibull` is
the next model; when leaving is not seen, look at :class:`~relmodels.btyd.bg_bb.BGBB`.

A new contract is paid for at once; ``t = 1`` is its first renewal. The period is the model's ``unit``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd.annuities import annuity
from relmodels.btyd.beta_ratio import log_beta_ratio
from relmodels.btyd.contractual import (
    Cells,
    cells,
    force_per_period,
    of_cohorts,
    same_period,
    simulated,
    start_of,
)
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.special import digamma_rise, trigamma_rise
from relmodels.btyd.whole_numbers import whole_numbers
from relmodels.core.arrays import BoolArray, FloatArray
from relmodels.core.periods import Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.core.sums import dot
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.space import Limit, Parameter, Space

__all__ = ["ShiftedBetaGeometric"]


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """The shifted beta-geometric model; ``rm.fit(rm.ShiftedBetaGeometric, table)`` estimates its parameters.

    Args:
        alpha: first shape of the beta distribution of the probability of not renewing.
        beta: second shape; the mean probability is ``alpha / (alpha + beta)``.
        unit: the period from one renewal to the next; with ``None`` the model accepts any table, and its contracts
            count as renewed each year where a rate of discount asks for it.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(0.668, 3.806).survival([1, 7, 12]).round(3)
        array([0.851, 0.489, 0.378])

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2007). How to project customer retention. Journal of Interactive
        Marketing 21(1), 76-90.

    """

    alpha: float
    beta: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("alpha", "α", "first shape of the probability of not renewing", (0.1, 10.0)),
            Parameter("beta", "β", "second shape of the probability of not renewing", (0.1, 50.0)),
        ),
        limits=(
            Limit(
                (("alpha", 1), ("beta", 1)),
                "the geometric one, in which all contracts are lost with the same probability",
            ),
        ),
    )

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: RetentionTable) -> dict[str, float]:
        """Return rough parameters: the share lost at the first renewal matched, with a first shape of 1.

        Args:
            data: any table.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import RetentionTable, ShiftedBetaGeometric
            >>> ShiftedBetaGeometric.start(RetentionTable.from_survivors([100, 75, 60]))
            {'alpha': 1.0, 'beta': 3.0}

        """
        alpha, beta = start_of(data)
        return {"alpha": alpha, "beta": beta}

    @classmethod
    def likelihood(cls, data: RetentionTable) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (alpha, beta), with exact derivatives.

        Args:
            data: any table; contracts with the same fate are counted once, whatever their cohort.

        """
        fates = cells(data)

        def evaluate(parameters: FloatArray) -> Evaluation:
            alpha, beta = parameters.tolist()
            return _evaluate(fates, alpha, beta)

        def scores(parameters: FloatArray) -> FloatArray:
            alpha, beta = parameters.tolist()
            return _score(alpha, beta, fates.renewal, fates.lost)

        return Likelihood(n=float(fates.weight.sum()), weight=fates.weight, evaluate=evaluate, scores=scores)

    def log_likelihood(self, data: RetentionTable) -> FloatArray:
        """Return the log-likelihood of each cohort, ``(n,)``: the sum over its contracts.

        ``Σ lost(t) ln P(T = t) + kept ln S(last)``, without the number of orders in which it can happen.

        Args:
            data: ``(n,)`` cohorts, with the model's period.

        Raises:
            InvalidData: if contracts of ``data`` are renewed at another interval than the model's.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import RetentionTable, ShiftedBetaGeometric
            >>> table = RetentionTable.from_survivors([1000, 869, 743, 653, 593, 551, 517, 491])
            >>> ShiftedBetaGeometric(1.0, 1.0).log_likelihood(table).round(2)
            array([-2115.55])

        Reference:
            Fader and Hardie (2007).

        """
        same_period(self, self.unit, data)
        due = np.arange(1.0, data.lost.shape[1] + 1)
        values = [_log_chance(self.alpha, self.beta, due, np.full(due.size, lost)) for lost in (True, False)]
        return of_cohorts(data, *values)

    def score(self, data: RetentionTable) -> FloatArray:
        """Return the derivative of each cohort's log-likelihood by (alpha, beta), ``(n, 2)``.

        Args:
            data: ``(n,)`` cohorts, with the model's period.

        Raises:
            InvalidData: if contracts of ``data`` are renewed at another interval than the model's.

        """
        same_period(self, self.unit, data)
        due = np.arange(1.0, data.lost.shape[1] + 1)
        values = [_score(self.alpha, self.beta, due, np.full(due.size, lost)) for lost in (True, False)]
        return of_cohorts(data, *values)

    def survival(self, t: ArrayLike) -> FloatArray:
        """Return the share of new contracts still there after their ``t``-th renewal, ``B(α, β+t)/B(α, β)``.

        Args:
            t: whole numbers of renewals, any shape; 1 at ``t = 0``.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
            >>> ShiftedBetaGeometric(0.704, 1.182).survival([0, 1, 2]).round(3)
            array([1.   , 0.627, 0.474])

        Reference:
            Fader and Hardie (2007).

        """
        return np.exp(log_beta_ratio(self.alpha, self.beta, whole_numbers(t, "t")))

    def retention_rate(self, t: ArrayLike) -> FloatArray:
        """Return the share of the contracts due that are renewed at the ``t``-th renewal, ``(β+t-1)/(α+β+t-1)``.

        Args:
            t: whole numbers from 1 on, any shape.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 1 or more.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
            >>> ShiftedBetaGeometric(0.704, 1.182).retention_rate([1, 2, 10]).round(3)
            array([0.627, 0.756, 0.935])

        Reference:
            Fader and Hardie (2007).

        """
        before = self.beta + (whole_numbers(t, "t", least=1) - 1.0)
        return before / (self.alpha + before)

    def pmf(self, t: ArrayLike) -> FloatArray:
        """Return the share of new contracts that are lost at the ``t``-th renewal, ``B(α+1, β+t-1)/B(α, β)``.

        Args:
            t: whole numbers from 1 on, any shape.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 1 or more.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
            >>> ShiftedBetaGeometric(0.704, 1.182).pmf([1, 2, 3]).round(3)
            array([0.373, 0.153, 0.086])

        Reference:
            Fader and Hardie (2007).

        """
        due = whole_numbers(t, "t", least=1)
        return np.exp(_log_chance(self.alpha, self.beta, due, np.ones(due.shape, dtype=np.bool_)))

    def discounted_lifetime(self, rate: float | Rate, *, horizon: int | None = None) -> float:
        """Return the present value of a new contract that pays 1 at the start of every period, the first at once.

        ``Σ S(t) / (1 + d)^t`` from t = 0 on, which without a horizon is ``2F1(1, β; α+β; 1/(1+d))``.

        Args:
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: how many payments are counted; ``None`` for all.

        Raises:
            InvalidParameters: if ``horizon`` is not a whole number of periods, or the rate is not positive and there
                is no horizon.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import Rate, ShiftedBetaGeometric
            >>> round(ShiftedBetaGeometric(0.668, 3.806).discounted_lifetime(Rate(0.1)), 3)
            5.923

        Reference:
            Fader, P. S. and Hardie, B. G. S. (2010). Customer-base valuation in a contractual setting: The perils of
            ignoring heterogeneity. Marketing Science 29(1), 85-93.

        """
        force, periods = force_per_period(rate, self.unit, horizon)
        return float(annuity(np.array([self.alpha]), np.array([self.beta]), force, np.array([periods]))[0])

    def discounted_residual(
        self, renewals_made: ArrayLike, rate: float | Rate, *, horizon: int | None = None
    ) -> FloatArray:
        """Return the present value of the payments to come of a contract about to be renewed again or lost (DERL).

        The customer has renewed ``renewals_made`` times and is in period n = ``renewals_made`` + 1; the next payment
        of 1, if made, is now: ``Σ S(t) / S(n-1) / (1 + d)^(t-n)`` from t = n on, which without a horizon is
        ``(β+n-1)/(α+β+n-1) 2F1(1, β+n; α+β+n; 1/(1+d))``.

        Args:
            renewals_made: whole numbers, any shape; the result has the same.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: how many payments are counted; ``None`` for all.

        Raises:
            InvalidParameters: if ``renewals_made`` or ``horizon`` is not a whole number of 0 or more, or the rate is
                not positive and there is no horizon.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import Rate, ShiftedBetaGeometric
            >>> ShiftedBetaGeometric(0.668, 3.806).discounted_residual([6, 7], Rate(0.1)).round(3)
            array([7.345, 7.53 ])

        Reference:
            Fader and Hardie (2010), equation 6.

        """
        made = whole_numbers(renewals_made, "renewals_made")
        force, periods = force_per_period(rate, self.unit, horizon)
        b = self.beta + made.ravel()
        value = annuity(np.full(b.size, self.alpha), b + 1.0, force, np.full(b.size, periods))
        return (b / (self.alpha + b) * value).reshape(made.shape)

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> RetentionTable:
        """Return simulated contracts, those with equally many renewals observed as one cohort.

        Args:
            age: ``(m,)`` how many renewals of each contract are observed; whole numbers.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the period from one renewal to the next; by default the model's, or the year.

        Raises:
            InvalidParameters: if an age is not a whole number, none sees a renewal, or ``unit`` is not the model's.

        Examples:
            >>> from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
            >>> table = ShiftedBetaGeometric(0.668, 3.806).simulate([7] * 1000 + [3] * 500, 1)
            >>> table.renewals.tolist(), table.n
            ([7.0, 3.0], 1500.0)

        """
        draw = generator(rng)

        def lifetimes(size: int) -> FloatArray:
            with np.errstate(divide="ignore"):  # a probability that underflows to 0 means that the contract lasts
                tries = draw.exponential(size=size) / -np.log1p(-draw.beta(self.alpha, self.beta, size=size))
            return np.floor(tries) + 1.0

        return simulated(self, self.unit, age, unit, lifetimes)


def _log_chance(alpha: float, beta: float, due: FloatArray, lost: BoolArray) -> FloatArray:
    """Return ln P(T = t) where ``lost``, elsewhere ln S(t), for t = ``due`` from 1 on."""
    outlasted = np.where(lost, due - 1.0, due)
    hazard = np.where(lost, alpha / (alpha + beta + outlasted), 1.0)
    return log_beta_ratio(alpha, beta, outlasted) + np.log(hazard)


def _score(alpha: float, beta: float, due: FloatArray, lost: BoolArray) -> FloatArray:
    """Return the derivatives of :func:`_log_chance` by alpha and beta, ``(m, 2)``."""
    of_both = digamma_rise(alpha + beta, due)
    of_beta = digamma_rise(beta, np.where(lost, due - 1.0, due))
    return np.stack([np.where(lost, 1.0 / alpha, 0.0) - of_both, of_beta - of_both], axis=-1)


def _evaluate(on: Cells, alpha: float, beta: float) -> Evaluation:
    value = dot(on.weight, _log_chance(alpha, beta, on.renewal, on.lost))
    gradient = np.einsum("n,np->p", on.weight, _score(alpha, beta, on.renewal, on.lost))
    hessian = np.full((2, 2), -dot(on.weight, trigamma_rise(alpha + beta, on.renewal)))
    hessian[0, 0] -= dot(on.weight, np.where(on.lost, 1.0 / alpha**2, 0.0))
    hessian[1, 1] += dot(on.weight, trigamma_rise(beta, np.where(on.lost, on.renewal - 1.0, on.renewal)))
    return Evaluation(value, gradient, hessian)
