"""Two models beside each other: nested ones by a difference of test statistics, others by their criteria."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.sem.guards import require_path_fit
from relmodels.sem.result import PathFit

__all__ = ["Difference", "compare"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A test of the narrower of two nested models.

    Attributes:
        chi_square: the difference, corrected if the fits are.
        df: of the difference.
        p_value: the chance of a larger one if the narrower model holds.
        scaling: by what the difference was divided; ``None`` if it was not.
        cfi: how much lower the narrower model's is; .01 is a usual limit.
        rmsea: how much higher the narrower model's is; .015 is a usual limit.

    """

    chi_square: float
    df: int
    p_value: float
    scaling: float | None
    cfi: float
    rmsea: float

    def __str__(self) -> str:
        """Return the test in one line."""
        return (
            f"chi-square difference {self.chi_square:.3f} on {self.df} degrees of freedom, p = {self.p_value:.4f}; "
            f"CFI changes by {-self.cfi:+.4f}, RMSEA by {self.rmsea:+.4f}"
        )


def compare(wide: PathFit, narrow: PathFit) -> Difference:
    """Return the test of a model against a wider one in which it is nested.

    Corrected fits are compared by Satorra and Bentler's difference: ``c = (df_0 c_0 - df_1 c_1) / (df_0 - df_1)``
    divides the difference of the statistics as they were before correction. Whether the models are nested is not
    checked.

    Args:
        wide: the model with more parameters.
        narrow: the one with fewer.

    Raises:
        InvalidParameters: if the fits are of other cases or by other estimators, the narrow one has no more degrees of
            freedom, their test statistics are shifted, or the correction of the difference comes out below 0; and if
            another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.45, 0.5, 1.0, 0], [0.3, 0.25, 0.3, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=204)
        >>> free = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), data)
        >>> alike = fit_paths(PathModel.parse("trust =~ t1 + a*t2 + a*t3; loyalty ~ trust"), data)
        >>> found = compare(free, alike)
        >>> found.df, found.p_value > 0.5
        (1, True)

    Reference:
        Satorra, A. and Bentler, P. M. (2001), A scaled difference chi-square test statistic for moment structure
        analysis, Psychometrika 66(4), 507-514.

    """
    from scipy.stats import chi2

    for fit in (wide, narrow):
        require_path_fit(fit, "compare")
    same = (wide.sizes, wide.names, wide.estimator, wide.missing, wide.divisor) == (
        narrow.sizes,
        narrow.names,
        narrow.estimator,
        narrow.missing,
        narrow.divisor,
    )
    same = same and bool(np.allclose(wide.observed, narrow.observed, rtol=1e-6))
    df = narrow.df - wide.df
    if shifted := {one.estimator for one in (wide, narrow)} & {"DWLS", "ULSMV", "MLMV", "WLSMV"}:
        message = (
            f"test statistics of {', '.join(sorted(shifted))} are shifted and have no difference; compare the indices, "
            "or fit with MLR, MLM or WLS"
        )
        raise InvalidParameters(message)
    if not same or df <= 0:
        message = (
            "models are compared on the same cases, variables and estimator, the one with more parameters first; "
            f"here {wide.estimator} on {wide.df} and {narrow.estimator} on {narrow.df} degrees of freedom"
        )
        raise InvalidParameters(message)
    difference, scaling = narrow.chi_square - wide.chi_square, None
    if narrow.scaling is not None:
        before = 0.0 if wide.scaling is None else wide.df * wide.scaling
        scaling = (narrow.df * narrow.scaling - before) / df
        if scaling <= 0.0:
            message = f"the correction of the difference is {scaling:.3g}; these models are too close for this test"
            raise InvalidParameters(message)
        difference /= scaling
    if np.isnan(difference):
        return _by_likelihood(wide, narrow, df)
    first, second = (fit.indices(corrected=fit.scaling is not None) for fit in (wide, narrow))
    return Difference(
        chi_square=difference,
        df=df,
        p_value=float(chi2.sf(difference, df)),
        scaling=scaling,
        cfi=first.cfi - second.cfi,
        rmsea=second.rmsea - first.rmsea,
    )


def _by_likelihood(wide: PathFit, narrow: PathFit, df: int) -> Difference:
    """Return the test of two models of which neither can be tested against unrestricted covariances."""
    from scipy.stats import chi2

    if narrow.estimator != "ML":
        message = "there is no test statistic to correct; see the remarks of the fits, or fit with ML"
        raise InvalidParameters(message)
    difference = 2.0 * (wide.log_likelihood - narrow.log_likelihood)
    return Difference(difference, df, float(chi2.sf(difference, df)), None, float("nan"), float("nan"))
