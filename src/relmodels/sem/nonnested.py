"""Models of which neither is a narrower form of the other: information criteria, and Vuong's test by respondents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from relmodels.core.arrays import FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.frames.table import Table
from relmodels.inference.compare import Vuong, vuong_of
from relmodels.sem.compare import alike
from relmodels.sem.complete import fixed_causes
from relmodels.sem.data import Survey
from relmodels.sem.guards import require_path_fit
from relmodels.sem.patterns import inverse_of_patterns
from relmodels.sem.result import PathFit

__all__ = ["case_log_likelihoods", "information_table", "vuong"]


def information_table(fits: Mapping[str, PathFit]) -> Table:
    """Return a row for each fit: parameters, log-likelihood, AIC, BIC and the sample-size-adjusted BIC, Akaike weights.

    Smaller is better; the weight is ``exp(-difference / 2)`` of AIC, scaled so that all add up to 1.

    Args:
        fits: of the same variables and respondents by maximum likelihood, by name.

    Raises:
        InvalidParameters: naming every reason for which the fits cannot be set against each other.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> data = SampleMoments.from_correlation([[1, 0, 0], [0.5, 1, 0], [0.4, 0.6, 1]], ["a", "b", "c"], n=100)
        >>> models = {"a first": "b ~ a; c ~ b", "c first": "b ~ c; a ~ b", "b only": "a ~ b; c ~ a"}
        >>> fits = {name: fit_paths(PathModel.parse(text, fixed_causes=False), data) for name, text in models.items()}
        >>> np.asarray(information_table(fits).column("akaike_weight")).round(3).tolist()
        [0.5, 0.5, 0.0]

    Reference:
        Akaike, H. (1974), A new look at the statistical model identification, IEEE Transactions on Automatic Control
        19(6), 716-723.

    """
    _require_alike(fits, "information_table")
    found = [fit.log_likelihood for fit in fits.values()]
    counted = np.array([fit.free_parameters for fit in fits.values()])
    cases = next(iter(fits.values())).n
    aic = 2.0 * counted - 2.0 * np.array(found)
    likely = np.exp(-0.5 * (aic - aic.min()))
    return Table(
        {
            "model": list(fits),
            "parameters": counted,
            "log_likelihood": np.array(found),
            "aic": aic,
            "akaike_weight": likely / likely.sum(),
            "bic": aic + counted * (np.log(cases) - 2.0),
            "sabic": aic + counted * (np.log((cases + 2.0) / 24.0) - 2.0),
        }
    )


def case_log_likelihoods(fit: PathFit, survey: Survey) -> FloatArray:
    """Return ``(n,)`` the log-likelihood of each respondent's answers; ``nan`` of those who had no part in the fit.

    Observed causes count with the moments they are held at, so that fits of the same variables compare.

    Args:
        fit: by maximum likelihood, with means or of complete answers.
        survey: of the same questions and groups.

    Raises:
        InvalidData: if a question is lacking, or the groups are others.
        InvalidParameters: if the fit has no likelihood.

    Examples:
        >>> from relmodels.sem import PathModel, fit_paths
        >>> answers = {"t1": [5, 6, 2, 4, 3], "t2": [4, 6, 1, 4, 4], "t3": [5, 7, 3, 3, 4]}
        >>> survey = Survey.from_frame(answers, ["t1", "t2", "t3"])
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3"), survey)
        >>> bool(abs(case_log_likelihoods(fit, survey).sum() - fit.log_likelihood) < 1e-8)
        True

    Reference:
        Merkle, E. C., You, D. and Preacher, K. J. (2016), Testing nonnested structural equation models, Psychological
        Methods 21(2), 151-163.

    """
    require_path_fit(fit, "case_log_likelihoods")
    _require_likelihood({"this fit": fit})
    own = survey.of(fit.names)
    means = fit.observed_mean if fit.implied_mean is None else fit.implied_mean
    if own.groups != fit.groups or means is None:
        message = f"the fit is of {', '.join(fit.groups)} with means; the survey has {', '.join(own.groups)}"
        raise InvalidData(message)
    found = np.full(len(own), np.nan)
    for group, covariance in enumerate(fit.implied):
        there = ~np.isnan(own.values)
        counted = there.any(axis=1) if fit.missing == "ml" else there.all(axis=1)
        rows = np.flatnonzero((own.group == group) & counted)
        spread = np.sqrt(np.diag(covariance))
        seen, place = np.unique(there[rows], axis=0, return_inverse=True)
        inverse = inverse_of_patterns(seen, covariance / np.outer(spread, spread))
        apart = np.nan_to_num((own.values[rows] - means[group]) / spread, nan=0.0)
        squares = np.einsum("np,np->n", apart, inverse.times(apart, place.ravel()))
        units = there[rows] @ (np.log(2.0 * np.pi) + 2.0 * np.log(spread))
        found[rows] = -0.5 * (inverse.logs[place.ravel()] + squares + units)
    return read_only(found)


def vuong(
    first: PathFit, second: PathFit, survey: Survey, names: tuple[str, str] = ("the first", "the second")
) -> Vuong:
    """Return Vuong's test of two models neither of which contains the other, by the likelihoods of respondents.

    It asks which is nearer to the truth; if both imply nearly the same, it has nothing to tell them apart by.

    Args:
        first: the fit that positive statistics speak for.
        second: the other, of the same variables and respondents.
        survey: the answers both were made of.
        names: of the models, for the sentence.

    Raises:
        InvalidData: if the survey is not the one, or the models give every respondent the same likelihood.
        InvalidParameters: if the fits are of other variables, or have no likelihood.

    Examples:
        >>> from relmodels.sem import PathModel, fit_paths
        >>> rng = np.random.default_rng(1)
        >>> a = rng.normal(size=400)
        >>> b = 0.6 * a + rng.normal(size=400)
        >>> survey = Survey.from_frame({"a": a, "b": b, "c": 0.6 * b + rng.normal(size=400)}, ["a", "b", "c"])
        >>> models = [PathModel.parse(text, fixed_causes=False) for text in ("b ~ a; c ~ b", "b ~ a; c ~ a")]
        >>> vuong(*(fit_paths(model, survey) for model in models), survey).statistic > 3
        True

    Reference:
        Vuong, Q. H. (1989), Likelihood ratio tests for model selection and non-nested hypotheses, Econometrica 57(2),
        307-333; Merkle, E. C., You, D. and Preacher, K. J. (2016), Testing nonnested structural equation models,
        Psychological Methods 21(2), 151-163.

    """
    _require_alike({names[0]: first, names[1]: second}, "vuong")
    difference = case_log_likelihoods(first, survey) - case_log_likelihoods(second, survey)
    kept = difference[~np.isnan(difference)]
    if len(kept) != first.n:
        message = f"the fits are of {first.n} respondents, and {len(kept)} count here; pass the survey they are of"
        raise InvalidData(message)
    more = first.free_parameters - second.free_parameters
    return vuong_of(kept, np.ones(len(kept)), float(first.n), more, names)


def _require_likelihood(fits: Mapping[str, PathFit]) -> None:
    problems = Problems("likelihoods")
    for name, fit in fits.items():
        if np.isnan(fit.log_likelihood):
            problems.add(f"{name} is by {fit.estimator}, which has no likelihood; fit with ML or MLR")
    problems.raise_if_any(InvalidParameters)


def _require_alike(fits: Mapping[str, PathFit], asked: str) -> None:
    """Raise unless all fits are of the same variables and cases, and have a likelihood."""
    if not fits:
        message = "no fit was given; pass one or more, by name"
        raise InvalidParameters(message)
    for fit in fits.values():
        require_path_fit(fit, asked)
    _require_likelihood(fits)
    problems = Problems("comparison")
    first = next(iter(fits.values()))
    for name, fit in fits.items():
        if not alike(first, fit):
            problems.add(f"{name} is of other variables or respondents; fit all models to the same")
    if len({frozenset(fixed_causes(fit.model)) for fit in fits.values()}) > 1:
        problems.add("some take observed causes as they are that others explain; make all with fixed_causes=False")
    problems.raise_if_any(InvalidParameters)
