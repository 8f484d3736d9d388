"""What asks for a fit by covariances says so where another kind of fit is passed, and what that kind has instead."""

from __future__ import annotations

from typing import Final

from relmodels.core.errors import InvalidParameters
from relmodels.sem.result import PathFit

__all__ = ["require_path_fit"]

_SQUARES: Final = frozenset(["PLSFit", "PLSBootstrap"])  # by name, since their modules stand above this one
_INSTEAD: Final[dict[str, str]] = {
    "balanced_parcels": "pass the loadings of fit.measurement() by construct",
    "bollen_stine": "they have no test statistic; fit.indices() says how far implied correlations are off",
    "bootstrap_paths": "use bootstrap_pls(fit, survey, rng=1)",
    "case_log_likelihoods": "there is no likelihood; pls_predict compares by what is predicted",
    "compare": "set fit.indices() of both side by side",
    "compared": "set fit.indices() and fit.r_squared() of both side by side",
    "effects": "use fit.total_effects(), with intervals by bootstrap_pls(fit, survey, rng=1).table('total effect')",
    "factor_scores": "use fit.scores(survey)",
    "hypotheses": "pass bootstrap_pls(fit, survey, rng=1), which has intervals",
    "indirect_ways": "use fit.total_effects()",
    "information_table": "there is no likelihood; pls_predict compares by what is predicted",
    "mediation": "use fit.total_effects(), with intervals by bootstrap_pls(fit, survey, rng=1).table('total effect')",
    "modification_indices": "they have no held parameters to free; fit.indices() says how far correlations are off",
    "power_by_size": "fit the model by its covariances to plan a survey",
    "reliability": "use fit.measures()",
    "respondent_scores": "use fit.scores(survey), in standard deviations",
    "survey_study": "print(fit) has its tables, relmodels.plot.paths draws it; or pass the theory, fit.spec.model",
    "vuong": "there is no likelihood; pls_predict compares by what is predicted",
}


def require_path_fit(fit: object, asked: str) -> None:
    """Raise if something is no fit of structural equations by their covariances.

    Args:
        fit: what was passed.
        asked: the function that needs it.

    Raises:
        InvalidParameters: saying what was passed, what is needed, and what partial least squares have instead.

    Examples:
        >>> require_path_fit("trust =~ t1 + t2 + t3", "reliability")
        Traceback (most recent call last):
        relmodels.core.errors.InvalidParameters: reliability needs a PathFit, as rm.fit of a PathModel gives, and here \
is str

    """
    if isinstance(fit, PathFit):
        return
    kind = type(fit).__name__
    instead = f"; of partial least squares: {_INSTEAD[asked]}" if kind in _SQUARES else ""
    message = f"{asked} needs a PathFit, as rm.fit of a PathModel gives, and here is {kind}{instead}"
    raise InvalidParameters(message)
