"""Beta-discrete-Weibull: contracts differ, and each also grows more or less loyal with the time it has lasted.

A customer with probability θ of not renewing at first is still there after t renewals with probability
``(1 - θ)^(t^c)``. With ``c`` above 1 the risk of losing them rises as time goes by, with ``c`` below 1 it falls, and
with ``c = 1`` it stays and the model is the shifted beta-geometric. Over customers θ is beta distributed, so that the
retention rate of a cohort mixes two effects: each customer's own change, and the weak ones going first. It may fall
and then rise, which the shifted beta-geometric cannot show.
The third parameter wants data: with a handful of renewals compare both models before believing it.

A new contract is paid for at once; ``t = 1`` is its first renewal. The period is the model's ``unit``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.beta_discrete_weibull_likelihood import log_chance, log_renewed, log_survival, score_of
from relmodels.btyd.contractual import (
    cells,
    force_per_period,
    of_cohorts,
    same_period,
    simulated,
    start_of,
)
from relmodels.btyd.residual_sums import residual_sums
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.whole_numbers import whole_numbers
from relmodels.core.arrays import FloatArray
from relmodels.core.periods import Rate, Unit, as_unit
from relmodels.core.randomness import generator
from relmodels.inference.derivatives import likelihood_of_rows
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Limit, Parameter, Space

__all__ = ["BetaDiscreteWeibull"]


@dataclass(frozen=True, slots=True)
class BetaDiscreteWeibull:
    """The beta-discrete-Weibull model; ``rm.fit(rm.BetaDiscreteWeibull, table)`` estimates its parameters.

    Args:
        alpha: first shape of the beta distribution of the probability of not renewing for the first time.
        beta: second shape; the mean probability is ``alpha / (alpha + beta)``.
        c: above 1 if the risk of a customer rises with the time they stay, below 1 if it falls.
        unit: the period from one renewal to the next; with ``None`` the model accepts any table, and its contracts
            count as renewed each year where a rate of discount asks for it.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
        >>> BetaDiscreteWeibull(0.5, 1.5, 1.8).retention_rate([1, 2, 3, 4]).round(3)
        array([0.75 , 0.691, 0.748, 0.796])

    Reference:
        Fader, P. S., Hardie, B. G. S., Liu, Y., Davin, J. and Steenburgh, T. (2018). "How to project customer
        retention" revisited: The role of duration dependence. Journal of Interactive Marketing 43, 1-16.

    """

    alpha: float
    beta: float
    c: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("alpha", "α", "first shape of the probability of not renewing at first", (0.1, 10.0)),
            Parameter("beta", "β", "second shape of the probability of not renewing at first", (0.1, 50.0)),
            Parameter("c", "c", "change of a customer's risk with time, 1 for none", (0.3, 3.0)),
        ),
        limits=(Limit((("alpha", 1), ("beta", 1)), "the discrete Weibull one, in which all contracts are alike"),),
    )

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: RetentionTable) -> dict[str, float]:
        """Return rough parameters: the share lost at the first renewal matched, a first shape of 1 and no change.

        Args:
            data: any table.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull, RetentionTable
            >>> BetaDiscreteWeibull.start(RetentionTable.from_survivors([100, 75, 60]))
            {'alpha': 1.0, 'beta': 3.0, 'c': 1.0}

        """
        alpha, beta = start_of(data)
        return {"alpha": alpha, "beta": beta, "c": 1.0}

    @classmethod
    def likelihood(cls, data: RetentionTable) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (alpha, beta, c), with the exact gradient.

        Args:
            data: any table; contracts with the same fate are counted once, whatever their cohort.

        """
        fates = cells(data)

        def values(parameters: FloatArray) -> FloatArray:
            alpha, beta, c = parameters.tolist()
            return log_chance(alpha, beta, c, fates.renewal, fates.lost)

        def scores(parameters: FloatArray) -> FloatArray:
            alpha, beta, c = parameters.tolist()
            return score_of(alpha, beta, c, fates.renewal, fates.lost)

        return likelihood_of_rows(values, scores, fates.weight)

    def log_likelihood(self, data: RetentionTable) -> FloatArray:
        """Return the log-likelihood of each cohort, ``(n,)``: the sum over its contracts.

        ``Σ lost(t) ln P(T = t) + kept ln S(last)``, without the number of orders in which it can happen.

        Args:
            data: ``(n,)`` cohorts, with the model's period.

        Raises:
            InvalidData: if contracts of ``data`` are renewed at another interval than the model's.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull, RetentionTable
            >>> table = RetentionTable.from_survivors([1000, 869, 743, 653, 593, 551, 517, 491])
            >>> BetaDiscreteWeibull(1.0, 1.0, 1.0).log_likelihood(table).round(2)
            array([-2115.55])

        Reference:
            Fader, Hardie, Liu, Davin and Steenburgh (2018).

        """
        same_period(self, self.unit, data)
        due = np.arange(1.0, data.lost.shape[1] + 1)
        values = [log_chance(self.alpha, self.beta, self.c, due, np.full(due.size, lost)) for lost in (True, False)]
        return of_cohorts(data, *values)

    def score(self, data: RetentionTable) -> FloatArray:
        """Return the derivative of each cohort's log-likelihood by (alpha, beta, c), ``(n, 3)``.

        Args:
            data: ``(n,)`` cohorts, with the model's period.

        Raises:
            InvalidData: if contracts of ``data`` are renewed at another interval than the model's.

        """
        same_period(self, self.unit, data)
        due = np.arange(1.0, data.lost.shape[1] + 1)
        values = [score_of(self.alpha, self.beta, self.c, due, np.full(due.size, lost)) for lost in (True, False)]
        return of_cohorts(data, *values)

    def survival(self, t: ArrayLike) -> FloatArray:
        """Return the share of new contracts still there after their ``t``-th renewal, ``B(α, β+t^c)/B(α, β)``.

        Args:
            t: whole numbers of renewals, any shape; 1 at ``t = 0``.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
            >>> BetaDiscreteWeibull(0.5, 1.5, 1.8).survival([0, 1, 2]).round(3)
            array([1.   , 0.75 , 0.518])

        Reference:
            Fader, Hardie, Liu, Davin and Steenburgh (2018).

        """
        return np.exp(log_survival(self.alpha, self.beta, self.c, whole_numbers(t, "t")))

    def retention_rate(self, t: ArrayLike) -> FloatArray:
        """Return the share of the contracts due that are renewed at the ``t``-th renewal, ``S(t)/S(t-1)``.

        Args:
            t: whole numbers from 1 on, any shape.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 1 or more.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
            >>> BetaDiscreteWeibull(0.5, 1.5, 1.8).retention_rate([1, 2]).round(3)
            array([0.75 , 0.691])

        Reference:
            Fader, Hardie, Liu, Davin and Steenburgh (2018).

        """
        return np.exp(log_renewed(self.alpha, self.beta, self.c, whole_numbers(t, "t", least=1)))

    def pmf(self, t: ArrayLike) -> FloatArray:
        """Return the share of new contracts that are lost at the ``t``-th renewal, ``S(t-1) - S(t)``.

        Args:
            t: whole numbers from 1 on, any shape.

        Raises:
            InvalidParameters: if a ``t`` is not a whole number of 1 or more.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
            >>> BetaDiscreteWeibull(0.5, 1.5, 1.8).pmf([1, 2, 3]).round(3)
            array([0.25 , 0.232, 0.131])

        Reference:
            Fader, Hardie, Liu, Davin and Steenburgh (2018).

        """
        due = whole_numbers(t, "t", least=1)
        return np.exp(log_chance(self.alpha, self.beta, self.c, due, np.ones(due.shape, dtype=np.bool_)))

    def discounted_lifetime(self, rate: float | Rate, *, horizon: int | None = None) -> float:
        """Return the present value of a new contract that pays 1 at the start of every period, the first at once.

        ``Σ S(t) / (1 + d)^t`` from t = 0 on, summed term by term.

        Args:
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: how many payments are counted; ``None`` for all.

        Raises:
            InvalidParameters: if ``horizon`` is not a whole number of periods, the rate is not positive and there is
                no horizon, or so many payments count that the sum does not settle.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull, Rate
            >>> round(BetaDiscreteWeibull(0.668, 3.806, 1.0).discounted_lifetime(Rate(0.1)), 3)
            5.923

        Reference:
            The sum is that of Fader and Hardie (2010), Marketing Science 29(1), 85-93, with this survival curve.

        """
        force, periods = force_per_period(rate, self.unit, horizon)
        curve = partial(log_survival, self.alpha, self.beta, self.c)
        return float(residual_sums(curve, np.zeros(1), np.zeros(1), force, periods)[0])

    def discounted_residual(
        self, renewals_made: ArrayLike, rate: float | Rate, *, horizon: int | None = None
    ) -> FloatArray:
        """Return the present value of the payments to come of a contract about to be renewed again or lost (DERL).

        The customer has renewed ``renewals_made`` times and is in period n = ``renewals_made`` + 1; the next payment
        of 1, if made, is now: ``Σ S(t) / S(n-1) / (1 + d)^(t-n)`` from t = n on, summed term by term.

        Args:
            renewals_made: whole numbers, any shape; the result has the same.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: how many payments are counted; ``None`` for all.

        Raises:
            InvalidParameters: if ``renewals_made`` or ``horizon`` is not a whole number of 0 or more, the rate is not
                positive and there is no horizon, or so many payments count that the sum does not settle.

        Examples:
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull, Rate
            >>> BetaDiscreteWeibull(0.668, 3.806, 1.0).discounted_residual([6, 7], Rate(0.1)).round(3)
            array([7.345, 7.53 ])

        Reference:
            The sum is that of Fader and Hardie (2010), Marketing Science 29(1), 85-93, with this survival curve.

        """
        made = whole_numbers(renewals_made, "renewals_made")
        force, periods = force_per_period(rate, self.unit, horizon)
        curve = partial(log_survival, self.alpha, self.beta, self.c)
        value = checks.once(lambda n: residual_sums(curve, n, n + 1.0, force, periods), made.ravel())
        return value.reshape(made.shape)

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
            >>> from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
            >>> table = BetaDiscreteWeibull(0.5, 1.5, 1.8).simulate([7] * 1000, 1)
            >>> table.renewals.tolist(), table.n
            ([7.0], 1000.0)

        """
        draw = generator(rng)

        def lifetimes(size: int) -> FloatArray:
            # A probability that underflows to 0, or a time too long for a number, means that the contract lasts.
            with np.errstate(divide="ignore", over="ignore"):
                tries = draw.exponential(size=size) / -np.log1p(-draw.beta(self.alpha, self.beta, size=size))
                return np.floor(tries ** (1.0 / self.c)) + 1.0

        return simulated(self, self.unit, age, unit, lifetimes)
