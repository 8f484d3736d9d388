"""Gamma-gamma with covariates: what else is known of customers moves the level of what they spend.

With covariates ``z`` of a customer all amounts are multiplied by ``exp(g'z)``: ``gamma`` becomes ``gamma exp(g'z)``.
The spread of a customer's amounts around their mean, and of the means around each other, stays what it is in relation
to the level. A coefficient of 0.1 means that customers with one unit more of the covariate spend 10 per cent more.
The base model is that of a customer whose covariates are all 0.

As gamma is the unit of money of the model, this is the base model with each customer's amounts counted in units of
``exp(g'z)``. No paper is known to us that has this form; it is the proportional one that covariates have in the models
of purchases, and it is marked as ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from relmodels.btyd import checks
from relmodels.btyd.covariate_kind import CovariateKind, checked_coefficients, names_of
from relmodels.btyd.covariates import Covariates, SetName
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.gamma_gamma_likelihood import enters, spend_of
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidParameters

__all__ = ["SpendWithCovariates"]


@dataclass(frozen=True, slots=True)
class SpendWithCovariates:
    """Gamma-gamma with coefficients; ``rm.fit(rm.GammaGamma, summary.with_covariates(spend=...))`` estimates them.

    Args:
        base: the model of a customer whose covariates are all 0.
        coefficients: by name, such as ``"spend.age"``.
        spreads: the standard deviations of the covariates, from which a search takes its scale; nothing else reads
            them.

    Raises:
        InvalidParameters: if a coefficient is not a finite number, or its name belongs to no parameter of the model.

    Examples:
        >>> from relmodels import GammaGamma, PurchaseSummary, SpendWithCovariates
        >>> model = SpendWithCovariates(GammaGamma(6.25, 3.74, 15.44), {"spend.member": 0.2})
        >>> summary = PurchaseSummary.from_arrays(
        ...     frequency=[2, 2], recency=[30, 30], age=[39, 39], spend=[22.35, 22.35]
        ... )
        >>> model.expected_spend(summary.with_covariates(spend={"member": [0, 1]})).round(2)
        array([24.66, 26.07])

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. Research note,
        brucehardie.com/notes/025; the effect of covariates is ours.

    """

    base: GammaGamma
    coefficients: Mapping[str, float]
    spreads: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check every coefficient, bring them into the order of the kind, and keep them from changing."""
        object.__setattr__(self, "spreads", MappingProxyType(dict(self.spreads)))
        names = self.kind.space.names[len(self.base.space) :]
        object.__setattr__(self, "coefficients", checked_coefficients(self.base, self.coefficients, names))

    def __reduce__(self) -> tuple[type[SpendWithCovariates], tuple[object, ...]]:
        """Pickle and copy by the fields."""
        return type(self), (self.base, dict(self.coefficients), dict(self.spreads))

    @classmethod
    def of(cls, names: Mapping[SetName, tuple[str, ...]]) -> CovariateKind[GammaGamma, SpendWithCovariates]:
        """Return the kind of all models with coefficients of these covariates, to read a saved fit with.

        Args:
            names: the covariates of ``"spend"``.

        Examples:
            >>> SpendWithCovariates.of({"spend": ("age",)}).space.names
            ('p', 'q', 'gamma', 'spend.age')

        """
        return CovariateKind(GammaGamma, cls, names)

    @property
    def kind(self) -> CovariateKind[GammaGamma, SpendWithCovariates]:
        """Return the kind: gamma-gamma and the names of the covariates."""
        return CovariateKind(GammaGamma, SpendWithCovariates, names_of(GammaGamma, self.coefficients), self.spreads)

    @property
    def unit(self) -> None:
        """Return ``None``: amounts have no clock, so data in any time unit are accepted."""

    def log_likelihood(self, data: PurchaseSummary) -> FloatArray:
        """Return the log-likelihood of each row, ``(n,)``; 0 for rows that do not enter.

        Args:
            data: ``(n,)`` rows with spend and the covariates of this model.

        Raises:
            InvalidData: if the summary has no spend, a repeat buyer's is negative, or it has other covariates.

        """
        level = self._level(data)
        return self.base.log_likelihood(_in_units_of(level, data)) - np.where(enters(data), np.log(level), 0.0)

    def score(self, data: PurchaseSummary) -> FloatArray:
        """Return the derivative of each row's log-likelihood by each parameter and coefficient, ``(n, p)``.

        Args:
            data: ``(n,)`` rows with spend and the covariates of this model.

        Raises:
            InvalidData: if the summary has no spend, a repeat buyer's is negative, or it has other covariates.

        """
        level, base = self._level(data), self.base
        # gamma is a unit of money: by the row's own gamma the derivative is that much smaller.
        by_base = base.score(_in_units_of(level, data)) / np.column_stack([np.ones((len(data), 2)), level])
        parameters = (base.p, base.q, base.gamma * level)
        return self.kind.score_of_rows(by_base, parameters, self.kind.values(self), cast("Covariates", data.covariates))

    def expected_spend(self, summary: PurchaseSummary) -> FloatArray:
        """Return the amount each customer is expected to spend per future purchase, ``(n,)``.

        Args:
            summary: ``(n,)`` customers with spend and the covariates of this model.

        Raises:
            InvalidData: if the summary has no spend, a repeat buyer's is negative, or it has other covariates.
            InvalidParameters: if ``px + q`` is 1 or less for some customer: spend then has no finite mean.

        """
        level = self._level(summary)
        return level * self.base.expected_spend(_in_units_of(level, summary))

    def total_spend_cdf(self, amount: ArrayLike, purchases: ArrayLike, summary: PurchaseSummary) -> FloatArray:
        """Return the probability that the next ``purchases`` of each customer cost at most ``amount`` together.

        Args:
            amount: money, 0 or more, one number or ``(n,)``.
            purchases: one whole number or ``(n,)`` whole numbers.
            summary: ``(n,)`` customers with spend and the covariates of this model.

        Raises:
            InvalidData: if the summary has no spend, a repeat buyer's is negative, or it has other covariates.
            InvalidParameters: if ``amount`` is negative or not finite, or ``purchases`` are not whole numbers of
                0 or more, one or as many as customers.

        """
        level = self._level(summary)
        money = checks.durations(amount, "amount")
        return self.base.total_spend_cdf(money / level, purchases, _in_units_of(level, summary))

    def simulate(self, summary: PurchaseSummary, rng: int | np.random.Generator | None) -> PurchaseSummary[Covariates]:
        """Return the summary with simulated mean spends; those it has are not looked at.

        Args:
            summary: ``(n,)`` customers with the covariates of this model.
            rng: a seed, a numpy generator, or ``None`` for fresh randomness.

        Raises:
            InvalidData: if the summary has other covariates.

        """
        level = self._level(summary)
        spend = read_only(level * self.base.simulate_spend(summary.frequency, rng))
        return replace(cast("PurchaseSummary[Covariates]", summary), spend=spend)

    def _level(self, summary: PurchaseSummary) -> FloatArray:
        """Return by how much the amounts of each customer differ from the base model's, ``(n,)``."""
        checks.a_summary(summary)
        _, known = self.kind.checked(summary)
        gamma = self.kind.of_rows(self.kind.values(self), known)[2]
        return np.broadcast_to(np.asarray(gamma) / self.base.gamma, (len(summary),))


def _in_units_of(level: FloatArray, summary: PurchaseSummary) -> PurchaseSummary:
    if level.size == 0 or summary.spend is None:
        return summary
    problems = level <= 0
    if problems.any():
        message = (
            f"the covariates of row {int(np.argmax(problems))} make amounts vanish; check them and the coefficients"
        )
        raise InvalidParameters(message)
    return replace(summary, spend=read_only(spend_of(summary) / level))
