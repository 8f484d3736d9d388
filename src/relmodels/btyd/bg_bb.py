"""BG/BB: at each of a row of occasions a customer may buy or not, until they leave, unseen.

Where buying is tied to occasions (a yearly appeal, a monthly box, a conference), or is recorded only as whether anybody
bought in a period, time comes in steps. While a customer is there, they use each opportunity with a probability of
their own, and before each one they may leave for good with another probability of their own. Over customers both are
beta distributed (``alpha``, ``beta`` for buying; ``gamma``, ``delta`` for leaving), independently of each other.
It is the counterpart of the Pareto/NBD model in discrete time. Everything that matters of a history is the number of
opportunities used, the last one used, and how many there were, so that a million donors are a few dozen rows.
When customers can buy at any time, look at :class:`~relmodels.btyd.bg_nbd.BGNBD`; when they say that they leave, at
:class:`~relmodels.btyd.shifted_beta_geometric.ShiftedBetaGeometric`.

Words at the boundary, the paper's letters in the numerics: ``x`` is frequency, ``t_x`` recency, ``n`` age, all counted
in opportunities. The occasion on which a customer was won is not counted.
Given that the customer was still there at the last opportunity, all starts afresh with the parameters
``(α + x, β + n - x, γ, δ + n)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks, opportunities
from relmodels.btyd.bg_bb_likelihood import (
    alive_of_rows,
    likelihood,
    log_likelihood_of_rows,
    pmf_of_rows,
    score_of_rows,
)
from relmodels.btyd.bg_bb_predictions import expected_if_alive, histories, survival
from relmodels.btyd.distinct import distinct
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.whole_numbers import whole_number, whole_numbers
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.periods import Duration, Rate, Unit, as_unit, in_unit
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Limit, Parameter, Space

__all__ = ["BGBB"]


@dataclass(frozen=True, slots=True)
class BGBB:
    """The BG/BB model with given parameters; ``rm.fit(rm.BGBB, summary)`` estimates them.

    Args:
        alpha: first shape of the beta distribution of the probability of buying at an opportunity.
        beta: second shape; the mean probability of buying is ``alpha / (alpha + beta)``.
        gamma: first shape of the beta distribution of the probability of leaving before an opportunity.
        delta: second shape; the mean probability of leaving is ``gamma / (gamma + delta)``.
        unit: the time from one opportunity to the next; with ``None`` the model accepts data in any unit.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
        >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
        >>> summary = PurchaseSummary.from_arrays(frequency=[6, 1], recency=[6, 1], age=[6, 6], unit="year")
        >>> model.p_alive(summary, ahead=1).round(2), model.expected_purchases(summary, 5).round(2)
        (array([0.93, 0.07]), array([3.75, 0.09]))

    Reference:
        Fader, P. S., Hardie, B. G. S. and Shang, J. (2010). Customer-base analysis in a discrete-time noncontractual
        setting. Marketing Science 29(6), 1086-1108.

    """

    alpha: float
    beta: float
    gamma: float
    delta: float
    unit: Unit | None = field(default=None, kw_only=True)

    space: ClassVar[Space] = Space(
        (
            Parameter("alpha", "α", "first shape of the probability of buying", (0.1, 10.0)),
            Parameter("beta", "β", "second shape of the probability of buying", (0.1, 20.0)),
            Parameter("gamma", "γ", "first shape of the probability of leaving", (0.1, 5.0)),
            Parameter("delta", "δ", "second shape of the probability of leaving", (0.3, 30.0)),
        ),
        limits=(
            Limit((("alpha", 1), ("beta", 1)), "one in which all customers buy with the same probability"),
            Limit((("gamma", 1), ("delta", 1)), "one in which all customers leave with the same probability"),
            Limit((("gamma", -1),), "one in which nobody leaves"),
        ),
    )

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)
        if self.unit is not None:
            as_unit(self.unit)

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters: opportunities used with the frequency observed up to the last one, a mean stay of n.

        Args:
            data: any summary, however small.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
            >>> BGBB.start(PurchaseSummary.from_arrays(frequency=[3, 0], recency=[6, 0], age=[6, 6]))
            {'alpha': 1.0, 'beta': 1.0, 'gamma': 1.0, 'delta': 6.0}

        """
        weight = np.ones(len(data)) if data.weight is None else data.weight
        seen = float(weight @ data.recency)
        share = min(max(float(weight @ data.frequency) / seen if seen > 0 else 0.1, 0.05), 0.95)
        delta = max(float(weight @ data.age) / float(weight.sum()), 1.0)
        return {"alpha": 2.0 * share, "beta": 2.0 - 2.0 * share, "gamma": 1.0, "delta": delta}

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (alpha, beta, gamma, delta), with exact derivatives.

        Args:
            data: any summary in discrete time; rows with equal frequency, recency and age are counted once.

        Raises:
            InvalidData: naming the rows whose times are no numbers of opportunities.

        """
        return likelihood(data)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``, not multiplied by its weight.

        The logarithm of ``B(α+x, β+n-x)/B(α, β) B(γ, δ+n)/B(γ, δ)`` plus, for i from 0 to n - t_x - 1, the sum of
        ``B(α+x, β+t_x-x+i)/B(α, β) B(γ+1, δ+t_x+i)/B(γ, δ)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model, or its times are no numbers of opportunities.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[6, 0], recency=[6, 0], age=[6, 6])
            >>> BGBB(1.204, 0.750, 0.657, 2.783).log_likelihood(summary).round(4)
            array([-2.1822, -1.1673])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        checks.same_unit(self, self.unit, data)
        return opportunities.once(partial(log_likelihood_of_rows, *self._parameters), data)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (alpha, beta, gamma, delta), ``(n, 4)``.

        Args:
            data: ``(n,)`` rows, in the model's unit.

        Raises:
            InvalidData: if ``data`` is in another unit than the model, or its times are no numbers of opportunities.

        """
        checks.same_unit(self, self.unit, data)
        return opportunities.once(partial(score_of_rows, *self._parameters), data)

    def p_alive(self, summary: PurchaseSummary, *, ahead: float | Duration = 0) -> FloatArray:
        """Return the probability that each customer is still there, ``(n,)``, at the last opportunity or ``ahead`` on.

        ``B(α+x, β+n-x)/B(α, β) B(γ, δ+n+m)/B(γ, δ)`` over the likelihood, m opportunities ahead. The paper prints it
        for the next opportunity: ``ahead=1``.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            ahead: a whole number of opportunities after the last one observed.

        Raises:
            InvalidData: if ``summary`` is in another unit, or its times are no numbers of opportunities.
            InvalidParameters: if ``ahead`` is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[6, 4], recency=[6, 4], age=[6, 6])
            >>> model = BGBB(1.204, 0.750, 0.657, 2.783)
            >>> model.p_alive(summary).round(3), model.p_alive(summary, ahead=1).round(3)
            (array([1.   , 0.215]), array([0.93, 0.2 ]))

        Reference:
            Fader, Hardie and Shang (2010).

        """
        checks.same_unit(self, self.unit, summary)
        later = whole_number(in_unit(ahead, summary.unit), "ahead")
        now = opportunities.once(partial(alive_of_rows, *self._parameters), summary)
        return now * checks.once(lambda n: survival(self.gamma, self.delta + n, later), summary.age)

    def expected_purchases(self, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return how many of the next ``horizon`` opportunities each customer is expected to use, ``(n,)``.

        P(alive at n) ``(α+x)/(α+β+n)`` times the sum of ``B(γ, δ+n+i)/B(γ, δ+n)`` for i from 1 to ``horizon``, which
        has no pole at γ = 1.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            horizon: a whole number of opportunities.

        Raises:
            InvalidData: if ``summary`` is in another unit, or its times are no numbers of opportunities.
            InvalidParameters: if ``horizon`` is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[6, 5, 0], recency=[6, 6, 0], age=[6, 6, 6])
            >>> BGBB(1.204, 0.750, 0.657, 2.783).expected_purchases(summary, 5).round(3)
            array([3.752, 3.231, 0.073])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        periods = whole_number(in_unit(horizon, summary.unit), "horizon")
        formula = partial(expected_if_alive, *self._parameters, horizon=periods)
        return self.p_alive(summary) * checks.once(formula, summary.frequency, summary.age)

    def expected_purchases_new(self, horizon: ArrayLike) -> FloatArray:
        """Return how many of the first ``horizon`` opportunities a new customer is expected to use.

        ``α/(α+β)`` times the sum of ``B(γ, δ+i)/B(γ, δ)`` for i from 1 to ``horizon``.

        Args:
            horizon: whole numbers of opportunities, any shape; the result has the same shape.

        Raises:
            InvalidParameters: if a horizon is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB
            >>> BGBB(1.204, 0.750, 0.657, 2.783).expected_purchases_new([0, 6, 11]).round(3)
            array([0.   , 2.22 , 3.388])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        periods = whole_numbers(horizon, "horizon")
        none = np.zeros(periods.size)
        return expected_if_alive(*self._parameters, none, none, periods.ravel()).reshape(periods.shape)

    def discounted_residual(
        self, summary: PurchaseSummary, rate: float | Rate, *, horizon: float | Duration | None = None
    ) -> FloatArray:
        """Return the present value of each customer's future purchases, ``(n,)``, each counted as 1 (DERT).

        The sum over the coming opportunities of the purchases expected at each, the next one discounted by one period,
        as of the last opportunity observed.

        Args:
            summary: ``(n,)`` customers, in the model's unit.
            rate: effective per year as a plain number, or a :class:`~relmodels.core.periods.Rate`.
            horizon: how many opportunities are counted; ``None`` for all.

        Raises:
            InvalidData: if ``summary`` is in another unit, or its times are no numbers of opportunities.
            InvalidParameters: if ``horizon`` is not a whole number of 0 or more, or the rate is not positive and there
                is no horizon.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary, Rate
            >>> summary = PurchaseSummary.from_arrays(frequency=[6, 0], recency=[6, 0], age=[6, 6], unit="year")
            >>> BGBB(1.204, 0.750, 0.657, 2.783).discounted_residual(summary, Rate(0.1)).round(3)
            array([5.909, 0.115])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        force = checks.usable_rate(rate, summary.unit, horizon)
        periods = np.inf if horizon is None else whole_number(in_unit(horizon, summary.unit), "horizon")
        formula = partial(expected_if_alive, *self._parameters, horizon=periods, force=force)
        return self.p_alive(summary) * checks.once(formula, summary.frequency, summary.age)

    def pmf(self, k: ArrayLike, horizon: ArrayLike) -> FloatArray:
        """Return the probability that a new customer uses exactly ``k`` of the first ``horizon`` opportunities.

        Args:
            k: whole numbers, any shape.
            horizon: whole numbers of opportunities, of a shape that broadcasts with ``k``.

        Raises:
            InvalidParameters: if ``k`` or a horizon is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB
            >>> BGBB(1.204, 0.750, 0.657, 2.783).pmf([0, 1, 6, 7], 6).round(4)
            array([0.3112, 0.1701, 0.1128, 0.    ])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        asked, periods = np.broadcast_arrays(checks.counts(k), whole_numbers(horizon, "horizon"))
        return checks.once(partial(pmf_of_rows, *self._parameters), asked.ravel(), periods.ravel()).reshape(asked.shape)

    def pmf_given(self, k: ArrayLike, summary: PurchaseSummary, horizon: float | Duration) -> FloatArray:
        """Return the probability that each customer uses exactly ``k`` of the next ``horizon`` opportunities.

        ``(1 - P(alive)) 1{k=0} + P(alive) pmf(k)`` at the parameters (α + x, β + n - x, γ, δ + n).

        Args:
            k: a whole number, or ``(m,)`` whole numbers.
            summary: ``(n,)`` customers, in the model's unit.
            horizon: a whole number of opportunities.

        Returns:
            ``(n,)`` for one ``k``, ``(n, m)`` for several.

        Raises:
            InvalidData: if ``summary`` is in another unit, or its times are no numbers of opportunities.
            InvalidParameters: if ``k`` or ``horizon`` is not a whole number of 0 or more.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[4], recency=[4], age=[6])
            >>> BGBB(1.204, 0.750, 0.657, 2.783).pmf_given([0, 1, 5], summary, 5).round(4)
            array([[0.81  , 0.0283, 0.0301]])

        Reference:
            Fader, Hardie and Shang (2010).

        """
        asked, periods = checks.counts(k), whole_number(in_unit(horizon, summary.unit), "horizon")
        if asked.ndim > 1:
            message = f"k has shape {asked.shape}; give one number or one dimension of numbers"
            raise InvalidParameters(message)
        alive, wanted = self.p_alive(summary)[:, None], asked.ravel()
        of = distinct(summary.frequency, summary.age)
        x, n = (np.repeat(column[of.rows], wanted.size) for column in (summary.frequency, summary.age))
        parameters = (self.alpha + x, self.beta + (n - x), np.full(n.size, self.gamma), self.delta + n)
        if_alive = pmf_of_rows(*parameters, np.tile(wanted, of.rows.size), np.full(n.size, periods))
        table = if_alive.reshape(of.rows.size, wanted.size)[of.inverse]
        result = np.where(wanted == 0, 1.0 - alive, 0.0) + alive * table
        return result[:, 0] if asked.ndim == 0 else result

    def simulate(
        self, age: ArrayLike, rng: int | np.random.Generator | None, *, unit: Unit | None = None
    ) -> PurchaseSummary:
        """Return simulated customers, one for each ``age``.

        Args:
            age: ``(n,)`` how many opportunities each customer has; whole numbers.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.
            unit: the time from one opportunity to the next; by default the model's, or the week.

        Raises:
            InvalidParameters: if an age is not a whole number of 0 or more, or ``unit`` is not the model's.

        Examples:
            >>> from relmodels.btyd.bg_bb import BGBB
            >>> simulated = BGBB(1.204, 0.750, 0.657, 2.783).simulate([6] * 11104, 1, unit="year")
            >>> len(simulated), float(simulated.frequency.mean().round(1))
            (11104, 2.2)

        """
        n = np.atleast_1d(whole_numbers(age, "age"))
        used = checks.sampling_unit(self, self.unit, unit)
        x, t_x = histories(*self._parameters, n, generator(rng))
        return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n, unit=used)

    @property
    def _parameters(self) -> tuple[float, float, float, float]:
        return self.alpha, self.beta, self.gamma, self.delta
