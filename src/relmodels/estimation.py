"""``rm.fit``: the one verb, for every workshop and for data with covariates.

What is estimated follows from the data: a model with coefficients if the customers come with covariates, the plain
model if they do not. The search itself is the engine's (:mod:`relmodels.inference.fit`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar, overload

import numpy as np

from relmodels.btyd.covariate_kind import kind_of_summary
from relmodels.btyd.covariate_panel import CovariatePanel
from relmodels.btyd.covariates import Covariates
from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.spend_with_covariates import SpendWithCovariates
from relmodels.btyd.summary import PurchaseSummary
from relmodels.btyd.time_varying_pareto_nbd import TimeVaryingParetoNBD
from relmodels.btyd.with_covariates import WithCovariates
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.inference.constraints import Equal
from relmodels.inference.fit import fit as fit_kind
from relmodels.inference.kind import Kind
from relmodels.inference.model import Fitted, Model, Rows, is_model
from relmodels.inference.penalty import Ridge
from relmodels.inference.priors import Priors
from relmodels.inference.result import Fit
from relmodels.markov.hmm_fit import fit_hmm
from relmodels.markov.hmm_result import HMMFit
from relmodels.markov.hmm_spec import HMMSpec
from relmodels.markov.panel import Panel
from relmodels.sem.complete import Equal as Equality
from relmodels.sem.data import Divisor, SampleMoments, Survey
from relmodels.sem.errors_of_estimates import Information
from relmodels.sem.fit import Estimator, Missing, fit_paths
from relmodels.sem.model import PathModel
from relmodels.sem.pls.fit import fit_pls
from relmodels.sem.pls.result import PLSFit
from relmodels.sem.pls.spec import PLSSpec
from relmodels.sem.result import PathFit

__all__ = ["fit"]

ModelT = TypeVar("ModelT", bound=Model[Any])
FittedT = TypeVar("FittedT", bound=Fitted[Any])
_DEFAULTS: Final[dict[str, object]] = {
    **dict.fromkeys(("fixed", "penalty", "prior", "start", "divisor", "information")),
    **dict.fromkeys(("constraints", "equal", "free"), ()),
    "means": False,
    "starts": 10,
    "rng": 0,
    "estimator": "ML",
    "missing": "listwise",
}


# A summary with covariates is one kind of rows; the first overload that fits is meant.
@overload
def fit(  # pyright: ignore[reportOverlappingOverload]
    model: type[GammaGamma],
    data: PurchaseSummary[Covariates],
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[SpendWithCovariates]: ...


@overload
def fit(  # type: ignore[overload-overlap]
    model: type[ModelT],
    data: PurchaseSummary[Covariates],
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[WithCovariates[ModelT]]: ...


@overload
def fit(
    model: type[ParetoNBD],
    data: CovariatePanel,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[TimeVaryingParetoNBD]: ...


@overload
def fit(
    model: type[ModelT],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[ModelT]: ...


@overload
def fit(
    model: HMMSpec,
    data: Panel,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    check: bool = True,
    starts: int = 10,
    rng: int | np.random.Generator = 0,
) -> HMMFit: ...


@overload
def fit(
    model: PathModel,
    data: Survey | SampleMoments,
    *,
    check: bool = True,
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
    divisor: Divisor | None = None,
    information: Information | None = None,
    equal: Iterable[Equality] = (),
    free: Iterable[str] = (),
    means: bool = False,
) -> PathFit: ...


@overload
def fit(
    model: PLSSpec,
    data: Survey | SampleMoments,
    *,
    check: bool = True,
) -> PLSFit: ...


@overload
def fit(
    model: Kind[FittedT],
    data: Rows,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
) -> Fit[FittedT]: ...


def fit(  # noqa: PLR0913  the options of all workshops meet here; each overload has its own few
    model: type[Any] | Kind[Any] | HMMSpec | PathModel | PLSSpec,
    data: Rows | Survey | SampleMoments,
    *,
    fixed: Mapping[str, float] | None = None,
    constraints: tuple[Equal, ...] = (),
    penalty: Ridge | None = None,
    prior: Priors | None = None,
    start: Mapping[str, float] | None = None,
    check: bool = True,
    starts: int = 10,
    rng: int | np.random.Generator = 0,
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
    divisor: Divisor | None = None,
    information: Information | None = None,
    equal: Iterable[Equality] = (),
    free: Iterable[str] = (),
    means: bool = False,
) -> Fit[Any] | HMMFit | PathFit | PLSFit:
    """Return the fit of ``model`` to ``data`` by maximum likelihood, or with a penalty or a prior by its mode.

    Args:
        model: the class of the model, for example ``rm.BGNBD``, or another kind, or a specification such as an
            ``rm.markov.HMMSpec``, whose fit is an ``rm.markov.HMMFit``, ``rm.PathModel``, whose fit is a
            ``rm.sem.PathFit``, or ``rm.sem.PLSSpec``, whose fit is a ``rm.sem.PLSFit``.
        data: rows of the kind the model needs, for example a ``PurchaseSummary`` or a ``Panel``. If a summary has
            covariates, the result is a fit of the model with coefficients: ``rm.WithCovariates``, or
            ``rm.SpendWithCovariates`` for gamma-gamma. A ``CovariatePanel`` gives one of ``rm.TimeVaryingParetoNBD``.
        fixed: parameters held at a value instead of being estimated. A whole-number parameter that is not held is
            chosen among 1 to 12 by its profile likelihood.
        constraints: parameters that are to have one value, each made with ``rm.equal``.
        penalty: taken from the log-likelihood, such as ``rm.Ridge(5.0)`` on the coefficients of covariates.
        prior: a density of the natural parameters, made with ``rm.Priors``; the estimates then are its mode with the
            data (maximum a posteriori), and standard errors are those of the posterior's curvature.
        start: values of all other parameters from which to begin; the model's own rough values by default.
        check: raise if the search does not end at a maximum; ``False`` returns the record of the search instead.
        starts: of a hidden Markov model, whose likelihood has several maxima: how many guesses to begin from.
        rng: of a hidden Markov model: the source of chance of these guesses.
        estimator: of structural equations, as are all that follow: ``ML``, ``MLR``, ``MLM``, ``MLMV``, ``GLS``,
            ``ULS``, ``ULSMV``, ``WLS``, ``DWLS``, or ``WLSMV`` for answers on a few steps.
        missing: whether respondents who left a question out are left out (``listwise``), count with what they answered
            (``ml``), or, for ``WLSMV``, with each pair of questions that they answered (``pairwise``).
        divisor: of covariances and of the test statistic.
        information: behind standard errors, expected or observed.
        equal: kinds of parameters that are the same in all groups, such as ``["loadings", "intercepts"]``.
        free: parameters that are exceptions from that.
        means: whether means are modeled.

    Raises:
        InvalidData: if the data are not of the kind the model needs.
        InvalidParameters: if an option names an unknown parameter or a value outside its domain, or is none of the
            model's own.
        NotConverged: if there is no interior maximum or the search failed; its ``result`` is the record.

    Examples:
        >>> import relmodels as rm
        >>> log = rm.datasets.cdnow()
        >>> summary = rm.PurchaseSummary.from_transactions(
        ...     log, customer="customer", date="date", calibration_end="1997-09-30"
        ... )
        >>> rm.fit(rm.BGNBD, summary).model
        BGNBD(r=0.2425..., alpha=4.413..., a=0.792..., b=2.425..., unit='week')

    """
    search: dict[str, Any] = {"fixed": fixed, "constraints": constraints, "penalty": penalty, "prior": prior}
    guesses: dict[str, Any] = {"starts": starts, "rng": rng}
    survey: dict[str, Any] = {"estimator": estimator, "missing": missing, "divisor": divisor}
    survey |= {"information": information, "equal": equal, "free": free, "means": means}
    if isinstance(model, HMMSpec):
        _refuse("HMMSpec", {"start": start} | survey)
        return fit_hmm(model, _rows(model, data), **search, **guesses, check=check)
    if isinstance(model, PLSSpec):
        _refuse("PLSSpec", search | {"start": start} | guesses | survey)
        return fit_pls(model, _survey(data), check=check)
    if isinstance(model, PathModel):
        _refuse("PathModel", search | {"start": start} | guesses)
        return fit_paths(model, _survey(data), **survey, check=check)
    rows = _rows(model, data)
    _refuse(getattr(model, "__name__", "this model"), guesses | survey)
    return fit_kind(_kind(model, rows), rows, **search, start=start, check=check)


def _refuse(subject: str, options: Mapping[str, object]) -> None:
    """Raise if an option was given that says nothing to this kind of model; it would be lost in silence."""
    given = [name for name, value in options.items() if value != _DEFAULTS[name]]
    if given:
        message = (
            f"{subject} has no option {', '.join(given)}; leave it out, or see the options of each model in rm.fit"
        )
        raise InvalidParameters(message)


def _rows(model: object, data: Rows | Survey | SampleMoments) -> Rows:
    if isinstance(data, Survey | SampleMoments):
        message = f"a {type(data).__name__} is for structural equations, rm.PathModel; {model} needs other data"
        raise InvalidData(message)
    return data


def _survey(data: Rows | Survey | SampleMoments) -> Survey | SampleMoments:
    if isinstance(data, Survey | SampleMoments):
        return data
    message = (
        f"structural equations need a Survey or SampleMoments, got {type(data).__name__}; "
        "make one with Survey.from_frame or SampleMoments.from_covariance"
    )
    raise InvalidData(message)


def _kind(model: type[Any] | Kind[Any], data: object) -> type[Any] | Kind[Any]:
    if isinstance(data, CovariatePanel) and is_model(model):
        return data.kind_of(model)
    known = data.covariates if isinstance(data, PurchaseSummary) else None
    if known is None or not is_model(model):
        return model
    if model is GammaGamma:
        return kind_of_summary(GammaGamma, SpendWithCovariates, known, ("spend",))
    return kind_of_summary(model, WithCovariates, known, ("purchase", "attrition"))
