"""Which of several fitted models the data prefer: likelihood ratio, information criteria, Vuong's test.

The likelihood ratio asks whether a model that contains another is worth its extra parameters. The criteria of Akaike
and Schwarz rank any models of the same data. Vuong's test asks whether of two models, neither of which contains the
other, one is significantly nearer to the truth. All of them compare likelihoods of the same customers in the same unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.sums import dot
from relmodels.frames.table import Table
from relmodels.inference.model import Fitted, Rows
from relmodels.inference.result import Fit, require_fit
from relmodels.inference.status import Status

__all__ = ["LikelihoodRatio", "Vuong", "Weighted", "information_table", "likelihood_ratio", "vuong"]

ModelT = TypeVar("ModelT", bound=Fitted[Any])
OtherT = TypeVar("OtherT", bound=Fitted[Any])

# Two searches for the same maximum may end this far apart, relative to the log-likelihood.
_ROUNDING: Final = 1e-9
# Sums over rows in another order agree to this; other data do not.
_SAME_DATA: Final = 1e-7
# The level of the verdict in words is a convention of ours; the p-values are there for any other.
_LEVEL: Final = 0.05


@runtime_checkable
class Weighted(Protocol):
    """Data whose rows may stand for several cases each."""

    @property
    def weight(self) -> FloatArray | None:
        """Return how many cases each row stands for, ``(n,)``; ``None`` means one each."""
        ...


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """The test of a model against a larger one that contains it.

    Attributes:
        statistic: twice the difference of the log-likelihoods.
        df: how many parameters the larger model has more.
        p_value: the chance of such a statistic or a larger one if the small model is true.
        sentence: the result in words.

    """

    statistic: float
    df: int
    p_value: float
    sentence: str

    def __str__(self) -> str:
        """Return the result in words."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Vuong:
    """The test of two models neither of which contains the other; positive statistics speak for the first.

    Attributes:
        statistic: the difference of the log-likelihoods over its standard error.
        p_value: two-sided, from the normal distribution.
        corrected_statistic: the same after both models paid for their parameters as in BIC.
        corrected_p_value: its two-sided p-value.
        sentence: the result in words, by the corrected statistic.

    """

    statistic: float
    p_value: float
    corrected_statistic: float
    corrected_p_value: float
    sentence: str

    def __str__(self) -> str:
        """Return the result in words."""
        return self.sentence


def likelihood_ratio(
    small: Fit[ModelT], large: Fit[OtherT], df: int | None = None, *, boundary: bool = False
) -> LikelihoodRatio:
    """Return the likelihood-ratio test of ``small`` against ``large``, which contains it as a special case.

    ``2 (log L_large - log L_small)`` is compared with the chi-squared distribution with ``df`` degrees of freedom.
    If the small model lies on the edge of the large one's domain, as NBD does when a chance of leaving goes to 0, this
    is conservative: the true p-value is smaller. With one degree of freedom it is half, which ``boundary`` gives.
    Where a parameter of the large model loses its meaning at that edge, the p-value is a rough guide (Davies 1987).
    Whether ``large`` contains ``small`` cannot be checked.

    Args:
        small: the fit of the special case, for example with a parameter held.
        large: the fit of the larger model to the same data.
        df: degrees of freedom, by default the difference of the numbers of free parameters.
        boundary: whether the small model lies on the edge of the large one's domain.

    Raises:
        InvalidData: naming every reason for which the fits cannot be compared.
        InvalidParameters: if ``df`` is not a whole number of 1 or more.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.compare import likelihood_ratio
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> large, small = rm.fit(rm.BGNBD, summary), rm.fit(rm.BGNBD, summary, fixed={"r": 0.25})
        >>> likelihood_ratio(small, large).df
        1

    Reference:
        Wilks (1938), The large-sample distribution of the likelihood ratio for testing composite hypotheses, Annals of
        Mathematical Statistics 9(1), 60-62; at an edge Self and Liang (1987), Journal of the American Statistical
        Association 82(398), 605-610; Davies (1987), Biometrika 74(1), 33-43.

    """
    from scipy import special

    for fit in (small, large):
        require_fit(fit, "likelihood_ratio")
    problems = _comparable("likelihood ratio", small, large)
    more = large.free_parameters - small.free_parameters
    if more < 1:
        problems.add(
            f"the large model has {large.free_parameters} free parameters and the small one {small.free_parameters}; "
            "it must have more: pass the small model first"
        )
    for fit in (small, large):
        if fit.penalty is not None or fit.prior is not None:
            problems.add(f"{_called(fit)} was fitted with a penalty or a prior; the ratio then is not chi-squared")
    gain = large.log_likelihood - small.log_likelihood
    if gain < -_ROUNDING * max(1.0, abs(small.log_likelihood)):
        problems.add(
            f"the large model's log-likelihood {large.log_likelihood:.4f} is below the small one's "
            f"{small.log_likelihood:.4f}; it does not contain it, or its search ended at a lower maximum"
        )
    problems.raise_if_any()
    df = more if df is None else _whole(df)
    statistic = max(2 * gain, 0.0)
    p_value = float(special.chdtrc(df, statistic)) * (0.5 if boundary and df == 1 and statistic > 0 else 1.0)
    words = _ratio_in_words(small, large, statistic, df, p_value)
    return LikelihoodRatio(statistic, df, p_value, words + _edge_in_words(small, large, df, boundary=boundary))


def information_table(*fits: Fit[Any]) -> Table:
    """Return one row for each fit: parameters, log-likelihood, AIC and BIC with differences, Akaike weights.

    ``AIC = 2k - 2 log L`` and ``BIC = k ln n - 2 log L``; smaller is better, and the differences are from the smallest.
    An Akaike weight is ``exp(-difference/2)``, scaled so that the weights add up to 1.

    Args:
        fits: fits of any models to the same data.

    Raises:
        InvalidData: naming every reason for which the fits cannot be compared.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.compare import information_table
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> information_table(rm.fit(rm.BGNBD, summary), rm.fit(rm.NBD, summary)).columns[:4]
        ('model', 'parameters', 'log_likelihood', 'aic')

    Reference:
        Akaike (1974), A new look at the statistical model identification, IEEE Transactions on Automatic Control 19(6),
        716-723; Schwarz (1978), Estimating the dimension of a model, Annals of Statistics 6(2), 461-464.

    """
    for fit in fits:
        require_fit(fit, "information_table")
    _comparable("information table", *fits).raise_if_any()
    aic, bic = np.array([fit.aic for fit in fits]), np.array([fit.bic for fit in fits])
    likely = np.exp(-0.5 * (aic - aic.min()))
    return Table(
        {
            "model": [_called(fit) for fit in fits],
            "parameters": [fit.free_parameters for fit in fits],
            "log_likelihood": [fit.log_likelihood for fit in fits],
            "aic": aic,
            "aic_difference": aic - aic.min(),
            "akaike_weight": likely / likely.sum(),
            "bic": bic,
            "bic_difference": bic - bic.min(),
        }
    )


def vuong(fit_a: Fit[ModelT], fit_b: Fit[OtherT], data: Rows) -> Vuong:
    """Return Vuong's test of two models neither of which contains the other.

    With ``d`` the differences of the rows' log-likelihoods, ``Σ d / (√n ω)`` is standard normal if both models are
    equally far from the truth, ``ω²`` being the variance of ``d``. The corrected statistic subtracts
    ``(k_a - k_b) ln(n) / 2`` from the sum. If one model contains the other take :func:`likelihood_ratio`.

    Args:
        fit_a: the fit that positive statistics speak for.
        fit_b: the other.
        data: ``(n,)`` the rows to which both were fitted.

    Raises:
        InvalidData: naming every reason for which the fits cannot be compared, if they are of other data, or if the
            models give every row the same likelihood.

    Examples:
        >>> import relmodels as rm
        >>> from relmodels.inference.compare import vuong
        >>> summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 2000, rng=1)
        >>> vuong(rm.fit(rm.BGNBD, summary), rm.fit(rm.NBD, summary), summary).statistic > 2
        True

    Reference:
        Vuong (1989), Likelihood ratio tests for model selection and non-nested hypotheses, Econometrica 57(2), 307-333.

    """
    for fit in (fit_a, fit_b):
        require_fit(fit, "vuong")
    _comparable("Vuong's test", fit_a, fit_b).raise_if_any()
    given = data.weight if isinstance(data, Weighted) else None
    weight = np.ones(len(data)) if given is None else given
    difference = _rows_of(fit_a, data, weight) - _rows_of(fit_b, data, weight)
    more = fit_a.free_parameters - fit_b.free_parameters
    return vuong_of(difference, weight, fit_a.n, more, (_called(fit_a), _called(fit_b)))


def vuong_of(difference: FloatArray, weight: FloatArray, n: float, more: int, names: tuple[str, str]) -> Vuong:
    """Return Vuong's test from differences of the rows' log-likelihoods.

    Args:
        difference: ``(n,)`` the first model's less the second's.
        weight: ``(n,)`` how many cases each row stands for.
        n: the number of cases.
        more: parameters that the first model has more.
        names: of the models.

    Raises:
        InvalidData: if the models give every row the same likelihood.

    """
    from scipy import special

    total = dot(weight, difference)
    # Rows outside the likelihood (spend of people who never bought again) have a difference of 0 and are not in n.
    spread = math.sqrt(max(dot(weight, difference**2) - total**2 / n, 0.0))
    if spread <= _ROUNDING * math.sqrt(n):
        message = f"{names[0]} and {names[1]} give every row the same likelihood; there is nothing to test"
        raise InvalidData(message)
    paid = total - more * math.log(n) / 2
    plain, corrected = total / spread, paid / spread
    p_plain, p_corrected = (float(2 * special.ndtr(-abs(z))) for z in (plain, corrected))
    return Vuong(plain, p_plain, corrected, p_corrected, _verdict(*names, corrected, p_corrected))


def _comparable(subject: str, *fits: Fit[Any]) -> Problems:
    """Return every reason for which the likelihoods of ``fits`` cannot be set against each other."""
    problems = Problems(subject)
    if not fits:
        problems.add("no fit was given; pass one or more")
    counts = sorted({fit.n for fit in fits})
    if len(counts) > 1:
        listed = ", ".join(f"{n:,.10g}" for n in counts)
        problems.add(f"the fits are of {listed} customers; fit all models to the same data")
    units = sorted({str(fit.unit) for fit in fits})
    if len(units) > 1:
        problems.add(f"the fits are of data in the units {', '.join(units)}; fit all models to data in one unit")
    for fit in fits:
        if fit.status is not Status.CONVERGED:
            problems.add(f"{_called(fit)} has no maximum to compare: {fit.diagnosis}")
    return problems


def _rows_of(fit: Fit[ModelT], data: Rows, weight: FloatArray) -> FloatArray:
    rows = fit.model.log_likelihood(data)
    total = dot(weight, rows)
    if float(weight.sum()) < fit.n * (1 - _SAME_DATA) or not math.isclose(
        total, fit.log_likelihood, rel_tol=_SAME_DATA, abs_tol=_SAME_DATA
    ):
        message = (
            f"{_called(fit)} has log-likelihood {total:.4f} on {float(weight.sum()):,.10g} cases of this data, but was "
            f"fitted with {fit.log_likelihood:.4f} on {fit.n:,.10g}; pass the rows, one for each case, it was fitted to"
        )
        raise InvalidData(message)
    return rows


def _called(fit: Fit[Any]) -> str:
    held = f" with {', '.join(f'{name} = {fit.parameters[name]:g}' for name in fit.fixed)}" if fit.fixed else ""
    return f"{fit.kind.name}{held}"


def _whole(df: object) -> int:
    if isinstance(df, bool) or not isinstance(df, int | np.integer) or df < 1:
        message = f"df = {df!r} must be a whole number of 1 or more; leave it out to count the parameters"
        raise InvalidParameters(message)
    return int(df)


def _ratio_in_words(small: Fit[Any], large: Fit[Any], statistic: float, df: int, p_value: float) -> str:
    verdict = "is rejected in favor of" if p_value < _LEVEL else "is not rejected in favor of"
    return (
        f"{_called(small)} {verdict} {_called(large)}: likelihood ratio {statistic:.2f} on {df} df, {_chance(p_value)}"
    )


def _edge_in_words(small: Fit[Any], large: Fit[Any], df: int, *, boundary: bool) -> str:
    if boundary:
        return ", halved because it lies on the edge" if df == 1 else "; conservative, because it lies on the edge"
    # Values can only be held inside a domain; another class may be what a model tends to at its edge.
    if type(small.model) is type(large.model):
        return ""
    return "; conservative if the smaller model lies on the edge of the larger"


def _verdict(a: str, b: str, statistic: float, p_value: float) -> str:
    figures = f"Vuong's statistic {statistic:.2f} after correction for parameters, {_chance(p_value)}"
    if p_value >= _LEVEL:
        return f"the data do not tell {a} and {b} apart: {figures}"
    better, worse = (a, b) if statistic > 0 else (b, a)
    return f"{better} is nearer to the data than {worse}: {figures}"


def _chance(p_value: float) -> str:
    return "p < 0.0001" if p_value < 1e-4 else f"p = {p_value:.4f}"
