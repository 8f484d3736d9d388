"""Two models beside each other: nested ones by a difference of test statistics, others by their criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.core.errors import InvalidParameters, Problems
from relmodels.sem.data import Survey
from relmodels.sem.difference import scale_and_shift_between, scale_at_narrow
from relmodels.sem.guards import require_path_fit
from relmodels.sem.refit import same_covariances
from relmodels.sem.result import PathFit

__all__ = ["WITHOUT_DIFFERENCE", "WITH_ANSWERS", "Difference", "alike", "compare"]

WITH_ANSWERS: Final = frozenset(["DWLS", "ULSMV", "MLMV", "WLSMV"])  # whose differences take the survey
WITHOUT_DIFFERENCE: Final = frozenset(["ULS"])
_ROUNDING: Final = 1e-6


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
        shift: what was added after the division.

    """

    chi_square: float
    df: int
    p_value: float
    scaling: float | None
    cfi: float
    rmsea: float
    shift: float = 0.0

    def __str__(self) -> str:
        """Return the test in one line."""
        return (
            f"chi-square difference {self.chi_square:.3f} on {self.df} degrees of freedom, p = {self.p_value:.4f}; "
            f"CFI changes by {-self.cfi:+.4f}, RMSEA by {self.rmsea:+.4f}"
        )


def compare(wide: PathFit, narrow: PathFit, *, survey: Survey | None = None) -> Difference:
    """Return the test of a model against a wider one in which it is nested.

    Fits by ``MLR`` and ``MLM`` are compared by Satorra and Bentler's difference: ``c = (df_0 c_0 - df_1 c_1) / (df_0 -
    df_1)`` divides the difference of the statistics as they were before correction. If it comes out below 0, the
    variant of 2010 takes the wide model's ``c`` where that implies what the narrow one does, which needs the answers.
    Statistics of ``WLSMV``, ``DWLS``, ``ULSMV`` and ``MLMV`` are shifted and have no difference of their own: Satorra's
    of 2000 is divided and shifted itself, and needs the answers too. Only those two look whether the models are nested;
    others ask no more than that the wider one fits no worse.

    Args:
        wide: the model with more parameters.
        narrow: the one with fewer.
        survey: the answers both were made of, which count only where they are needed.

    Raises:
        InvalidData: if the survey is not the one the fits were made of.
        InvalidParameters: naming every reason why there is no test: the fits are of other cases or by other estimators,
            the narrow one has no more degrees of freedom or fits better, the test statistics are none of a chi-square,
            or answers are needed and no survey was passed; if the models are not nested, or means are modeled in one of
            them alone, where that is looked at; and if another kind of fit is passed.
        NotConverged: if one has no minimum.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0, 0], [0.5, 1.0, 0, 0], [0.45, 0.5, 1.0, 0], [0.3, 0.25, 0.3, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3", "loyalty"], n=204)
        >>> free = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3; loyalty ~ trust"), data)
        >>> narrow = fit_paths(PathModel.parse("trust =~ t1 + a*t2 + a*t3; loyalty ~ trust"), data)
        >>> found = compare(free, narrow)
        >>> found.df, found.p_value > 0.5
        (1, True)

    Reference:
        Satorra, A. and Bentler, P. M. (2001), A scaled difference chi-square test statistic for moment structure
        analysis, Psychometrika 66(4), 507-514; Satorra, A. and Bentler, P. M. (2010), Ensuring positiveness of the
        scaled difference chi-square test statistic, Psychometrika 75(2), 243-248; Satorra, A. (2000), Scaled and
        adjusted restricted tests in multi-sample analysis of moment structures, in Heijmans, Pollock and Satorra
        (eds.), Innovations in Multivariate Statistical Analysis, Kluwer, 233-247.

    """
    from scipy.stats import chi2

    for fit in (wide, narrow):
        require_path_fit(fit, "compare")
        fit.require_minimum()
    _require_nested(wide, narrow, survey)
    df = narrow.df - wide.df
    difference = narrow.chi_square - wide.chi_square
    if np.isnan(difference):
        return _by_likelihood(wide, narrow, df)
    scaling, shift = _corrected(wide, narrow, survey)
    difference = difference / (scaling or 1.0) + shift
    first, second = (fit.indices(corrected=fit.scaling is not None) for fit in (wide, narrow))
    return Difference(
        chi_square=difference,
        df=df,
        p_value=float(chi2.sf(difference, df)),
        scaling=scaling,
        cfi=first.cfi - second.cfi,
        rmsea=second.rmsea - first.rmsea,
        shift=shift,
    )


def _corrected(wide: PathFit, narrow: PathFit, survey: Survey | None) -> tuple[float | None, float]:
    """Return by what the difference is divided, ``None`` if by nothing, and what is added then."""
    if narrow.scaling is None:
        return None, 0.0
    if narrow.estimator in WITH_ANSWERS and survey is not None:
        return scale_and_shift_between(wide, narrow, survey)
    before = 0.0 if wide.scaling is None else wide.df * wide.scaling
    scaling = (narrow.df * narrow.scaling - before) / (narrow.df - wide.df)
    if scaling <= 0.0 and survey is None:
        message = (
            f"the correction of the difference is {scaling:.3g}; pass survey=, the answers both fits were made of, for "
            "Satorra and Bentler's variant of 2010"
        )
        raise InvalidParameters(message)
    if scaling <= 0.0 and survey is not None:
        scaling = scale_at_narrow(wide, narrow, survey)
    if scaling <= 0.0:
        message = f"the correction of the difference is {scaling:.3g}; these models are too close for this test"
        raise InvalidParameters(message)
    return scaling, 0.0


def alike(first: PathFit, second: PathFit) -> bool:
    """Return whether two fits are of the same variables, in whatever order, and of the same cases."""
    if set(first.names) != set(second.names) or (first.sizes, first.missing) != (second.sizes, second.missing):
        return False
    order = [second.names.index(name) for name in first.names]
    return same_covariances(second.observed[:, order][:, :, order], first.observed)


def _require_nested(wide: PathFit, narrow: PathFit, survey: Survey | None) -> None:
    """Raise naming every reason why the difference of two test statistics is no test."""
    problems = Problems("comparison")
    estimators = dict.fromkeys((wide.estimator, narrow.estimator))
    if survey is None and (shifted := [one for one in estimators if one in WITH_ANSWERS]):
        problems.add(
            f"test statistics of {', '.join(shifted)} are shifted, and their difference takes the answers; pass survey="
        )
    if "ULS" in estimators:
        problems.add("the test statistic of ULS is none of a chi-square; fit with ML, or GLS")
    if len(estimators) > 1:
        problems.add(f"one fit is by {wide.estimator} and the other by {narrow.estimator}; fit both by one")
    if any(one.kind == "uncorrected" for fit in (wide, narrow) for one in fit.remarks):
        problems.add("the correction of one of the statistics came out below 0; fit both with ML, or ask more people")
    if not alike(wide, narrow) or wide.divisor != narrow.divisor:
        problems.add("the fits are of other variables, respondents or divisors; fit both to the same")
    if narrow.df <= wide.df:
        problems.add(
            f"the wider model must leave fewer degrees of freedom and stand first; here {wide.df}, and then {narrow.df}"
        )
    elif narrow.chi_square < wide.chi_square - _ROUNDING * max(1.0, wide.chi_square):
        problems.add(
            f"the model with fewer parameters fits better, {narrow.chi_square:.2f} against {wide.chi_square:.2f}: it "
            "is no part of the other; set them side by side with information_table"
        )
    problems.raise_if_any(InvalidParameters)


def _by_likelihood(wide: PathFit, narrow: PathFit, df: int) -> Difference:
    """Return the test of two models of which neither can be tested against unrestricted covariances."""
    from scipy.stats import chi2

    if narrow.estimator != "ML":
        message = "there is no test statistic to correct; see the remarks of the fits, or fit with ML"
        raise InvalidParameters(message)
    difference = 2.0 * (wide.log_likelihood - narrow.log_likelihood)
    return Difference(difference, df, float(chi2.sf(difference, df)), None, float("nan"), float("nan"))
