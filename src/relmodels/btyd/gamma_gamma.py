"""Gamma-gamma: how much a customer spends per purchase, when the amounts vary around a level of their own.

Each purchase of a customer is an amount from a gamma distribution with shape ``p``, the same for all, and a scale of
their own; the scales vary over customers as an inverse gamma distribution (``q``, ``gamma``). Amounts do not depend on
how often they buy: check that before use, for example by the correlation of frequency and mean spend.
A customer's expected spend is a weighted mean of what they were seen to spend and of the population's mean; the more
purchases were seen the more their own count.

Only customers who bought again tell anything about spending here: rows with frequency 0 do not enter the likelihood.
Repeat buyers whose mean spend is 0 (samples, vouchers) cannot come from a gamma distribution; they do not enter
either, and :meth:`GammaGamma.excluded` counts them.

In the numerics ``x`` is the frequency and ``m`` the mean spend of the ``x`` repeat purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.gamma_gamma_likelihood import (
    FORMULAS,
    SpendFormulas,
    entering,
    enters,
    likelihood,
    log_likelihood_of_rows,
    score_of_rows,
    spend_of,
)
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, check_rows
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.randomness import generator
from relmodels.inference.model import Likelihood
from relmodels.inference.space import Effect, Limit, Parameter, Space

__all__ = ["GammaGamma"]


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The gamma-gamma model of spend with given parameters; ``rm.fit(rm.GammaGamma, summary)`` estimates them.

    Args:
        p: shape of the amounts of one customer; large when the purchases are much alike.
        q: shape of the distribution of customers' levels; the population has a mean only if it exceeds 1.
        gamma: scale of the levels, in money.

    Raises:
        InvalidParameters: if a parameter is not a positive number.

    Examples:
        >>> from relmodels import GammaGamma, PurchaseSummary
        >>> model = GammaGamma(p=6.25, q=3.74, gamma=15.44)
        >>> summary = PurchaseSummary.from_arrays(frequency=[2], recency=[30.43], age=[38.86], spend=[22.35])
        >>> model.expected_spend(summary).round(2).tolist(), round(model.expected_spend_new(), 2)
        ([24.66], 35.22)

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. Research note,
        brucehardie.com/notes/025. The model is of Colombo, R. and Jiang, W. (1999). A stochastic RFM model.
        Journal of Interactive Marketing 13(3), 2-12.

    """

    p: float
    q: float
    gamma: float

    space: ClassVar[Space] = Space(
        (
            Parameter("p", "p", "shape of one customer's amounts", (0.5, 20.0)),
            Parameter("q", "q", "shape of the customers' levels", (1.5, 20.0)),
            Parameter(
                "gamma", "γ", "scale of the customers' levels", (1.0, 500.0), scales="money", effect=Effect("spend", 1)
            ),
        ),
        clock=False,
        limits=(
            Limit((("q", 1), ("gamma", 1)), "one in which all customers spend the same on average"),
            Limit((("p", 1),), "one in which each customer always spends the same"),
        ),
    )

    formulas: ClassVar[SpendFormulas] = FORMULAS

    def __post_init__(self) -> None:
        """Check the domain of every parameter."""
        self.space.check(self)

    @property
    def unit(self) -> None:
        """Return ``None``: amounts have no clock, so data in any time unit are accepted."""

    @classmethod
    def start(cls, data: PurchaseSummary) -> dict[str, float]:
        """Return rough parameters: the level and the spread of the mean spends, in the data's own money.

        Args:
            data: a summary with spend.

        Raises:
            InvalidData: if fewer than two repeat buyers spent different positive amounts.

        Examples:
            >>> from relmodels import GammaGamma, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[1, 2], recency=[3, 8], age=[10, 10], spend=[20, 40])
            >>> GammaGamma.start(summary)
            {'p': 3.0, 'q': 4.0, 'gamma': 28.2...}

        """
        _, m, weight = entering(data)
        level = float(np.exp(weight @ np.log(m) / weight.sum()))
        return {"p": 3.0, "q": 4.0, "gamma": level}

    @classmethod
    def excluded(cls, data: PurchaseSummary) -> float:
        """Return how many repeat buyers do not enter the likelihood because their mean spend is 0.

        Args:
            data: a summary with spend.

        Raises:
            InvalidData: if the summary has no spend.

        Examples:
            >>> from relmodels import GammaGamma, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(
            ...     frequency=[1, 2, 0], recency=[3, 8, 0], age=[10, 10, 10], spend=[0, 40, 0]
            ... )
            >>> GammaGamma.excluded(summary)
            1.0

        """
        free = (data.frequency > 0) & (spend_of(data) == 0)
        return float(free.sum() if data.weight is None else data.weight[free].sum())

    @classmethod
    def likelihood(cls, data: PurchaseSummary) -> Likelihood:
        """Return the log-likelihood of ``data`` as a function of (p, q, gamma), with exact derivatives.

        Args:
            data: a summary with spend; rows with equal frequency and spend are counted once.

        Raises:
            InvalidData: if the summary has no spend, a repeat buyer's is negative, or fewer than two repeat buyers
                spent different positive amounts.

        """
        return likelihood(data)

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``; 0 for rows that do not enter.

        ln of ``Γ(px+q) / (Γ(px) Γ(q)) γ^q m^(px-1) x^px / (γ+xm)^(px+q)`` (the note's equation 1a).

        Args:
            data: ``(n,)`` rows with spend.

        Raises:
            InvalidData: if the summary has no spend or a repeat buyer's is negative.

        Examples:
            >>> from relmodels import GammaGamma, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30, 0], age=[39, 39], spend=[22.35, 0])
            >>> GammaGamma(p=6.25, q=3.74, gamma=15.44).log_likelihood(summary).round(4)
            array([-3.5513,  0.    ])

        Reference:
            Fader and Hardie (2013), equation 1a.

        """
        inside = enters(data)
        result = np.zeros(len(data))
        formula = partial(log_likelihood_of_rows, self.p, self.q, self.gamma)
        result[inside] = checks.once(formula, data.frequency[inside], spend_of(data)[inside])
        return result

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by (p, q, gamma), ``(n, 3)``; 0 where it does not enter.

        Args:
            data: ``(n,)`` rows with spend.

        Raises:
            InvalidData: if the summary has no spend or a repeat buyer's is negative.

        """
        inside = enters(data)
        result = np.zeros((len(data), 3))
        formula = partial(score_of_rows, self.p, self.q, self.gamma)
        result[inside] = checks.once(formula, data.frequency[inside], spend_of(data)[inside])
        return result

    def expected_spend(self, summary: PurchaseSummary) -> FloatArray:
        """Return the amount each customer is expected to spend per future purchase, ``(n,)``.

        ``p (γ + xm) / (px + q - 1)``: the weighted mean of m and of the population's ``pγ/(q-1)`` with weight
        ``px/(px+q-1)`` on m (the note's equation 5).

        Args:
            summary: ``(n,)`` customers with spend.

        Raises:
            InvalidData: if the summary has no spend or a repeat buyer's is negative.
            InvalidParameters: if ``px + q`` is 1 or less for some customer: spend then has no finite mean.

        Examples:
            >>> from relmodels import GammaGamma, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30, 0], age=[39, 39], spend=[22.35, 0])
            >>> GammaGamma(p=6.25, q=3.74, gamma=15.44).expected_spend(summary).round(2)
            array([24.66, 35.22])

        Reference:
            Fader and Hardie (2013), equation 5.

        """
        x, total = _seen(summary)
        rest = self.p * x + (self.q - 1.0)
        problems = Problems(f"{self!r}")
        rule = "gives p x + q of 1 or less: spend has no finite mean; leave these customers out or refit on more data"
        check_rows(rest <= 0, x, "frequency", rule, problems)
        problems.raise_if_any(InvalidParameters)
        expected: FloatArray = self.p * (self.gamma + total) / rest
        return expected

    def expected_spend_new(self) -> float:
        """Return the amount a new customer is expected to spend per purchase, ``pγ/(q-1)``.

        Raises:
            InvalidParameters: if ``q`` is 1 or less: the population then has no finite mean.

        Examples:
            >>> from relmodels import GammaGamma
            >>> round(GammaGamma(p=6.25, q=3.74, gamma=15.44).expected_spend_new(), 2)
            35.22

        """
        if self.q <= 1.0:
            message = f"q = {self.q!r} is not above 1: the population's spend has no finite mean; refit on more data"
            raise InvalidParameters(message)
        return float(self.p * self.gamma / (self.q - 1.0))

    def total_spend_cdf(self, amount: ArrayLike, purchases: ArrayLike, summary: PurchaseSummary) -> FloatArray:
        """Return the probability that the next ``purchases`` of each customer cost at most ``amount`` together.

        Their sum S is ``γ + xm`` times a beta prime variable: ``P(S <= s) = I(s/(s + γ + xm); pN, px + q)`` with
        the regularized incomplete beta function I; 1 for no purchases. It needs no finite mean.

        Args:
            amount: money, 0 or more, one amount or ``(n,)`` amounts.
            purchases: N, one whole number or ``(n,)`` whole numbers.
            summary: ``(n,)`` customers with spend.

        Returns:
            ``(n,)`` probabilities.

        Raises:
            InvalidData: if the summary has no spend or a repeat buyer's is negative.
            InvalidParameters: if an ``amount`` is negative or not finite, or ``purchases`` are not whole numbers of
                0 or more, or if there is neither one nor as many as customers of either.

        Examples:
            >>> from relmodels import GammaGamma, PurchaseSummary
            >>> summary = PurchaseSummary.from_arrays(frequency=[2, 0], recency=[30, 0], age=[39, 39], spend=[22.35, 0])
            >>> GammaGamma(p=6.25, q=3.74, gamma=15.44).total_spend_cdf(100.0, 3, summary).round(3)
            array([0.854, 0.62 ])

        """
        from scipy import special

        s, N = checks.durations(amount, "amount"), checks.counts(purchases)
        x, total = _seen(summary)
        for name, values in (("amount", s), ("purchases", N)):
            if values.shape not in {(), x.shape}:
                message = f"{name} has shape {values.shape}; give one number or one for each of the {x.size} customers"
                raise InvalidParameters(message)
        a, b, scale = self.p * np.maximum(N, 1.0), self.p * x + self.q, self.gamma + total
        # Of two equal forms the one whose argument is far from 1, so that both tails keep their digits.
        low = s <= scale
        share = np.minimum(s, scale) / (s + scale)
        below = np.where(low, special.betainc(a, b, share), special.betaincc(b, a, share))
        return np.where(N > 0, below, 1.0)

    def simulate_spend(self, frequency: ArrayLike, rng: int | np.random.Generator | None) -> FloatArray:
        """Return the simulated mean spend of customers with these frequencies, ``(n,)``; 0 where it is 0.

        Args:
            frequency: ``(n,)`` numbers of repeat purchases.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.

        Raises:
            InvalidParameters: if a frequency is not a whole number of 0 or more.

        Examples:
            >>> from relmodels import GammaGamma
            >>> GammaGamma(p=6.25, q=3.74, gamma=15.44).simulate_spend([0, 1, 9], 1).round(2)
            array([ 0.  , 26.09, 17.95])

        """
        x = np.atleast_1d(checks.counts(frequency))
        draw = generator(rng)
        some = np.maximum(x, 1.0)
        # A level so small that it underflows would make an infinite amount.
        level = np.maximum(draw.gamma(self.q, size=x.shape), np.finfo(np.float64).tiny) / self.gamma
        return np.where(x > 0, draw.gamma(self.p * some) / level / some, 0.0)


def _seen(summary: PurchaseSummary) -> tuple[FloatArray, FloatArray]:
    """Return the number and the total of the repeat purchases of each customer."""
    spend = spend_of(summary)
    return summary.frequency, np.where(summary.frequency > 0, summary.frequency * spend, 0.0)
