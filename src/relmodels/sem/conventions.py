"""What stands behind the figures of a fit, in sentences; the text of a model alone does not say it."""

from __future__ import annotations

from typing import Final

from relmodels.sem.model import PathModel

__all__ = ["conventions_of"]

_WEIGHTS: Final = {
    "WLS": " with the inverse of the spread of all moments as the weight",
    "DWLS": " with one over the variance of each moment as its weight",
    "WLSMV": " with one over the variance of each polychoric as its weight",
}
_SHIFTED: Final = ", corrected by the spread of single answers, as the test is, which is divided and shifted"
_CORRECTED: Final = {
    **dict.fromkeys(("ML", "GLS", "WLS"), ""),
    "ULS": ", corrected by the spread of normal answers; its test statistic is none of a chi-square, see ULSMV",
    **dict.fromkeys(("MLR", "MLM"), ", corrected by the spread of single answers"),
    **dict.fromkeys(("MLMV", "ULSMV", "DWLS", "WLSMV"), _SHIFTED),
}
_LEFT_OUT: Final = {
    "listwise": "are left out",
    "ml": "count with what they answered",
    "pairwise": "count for each pair of questions that they answered",
}


def conventions_of(
    model: PathModel,
    *,
    estimator: str,
    divisor: str,
    information: str,
    missing: str,
    equal: tuple[str, ...],
    free: tuple[str, ...] = (),
    groups: int,
    means: bool = False,
    ordinal: bool,
) -> tuple[str, ...]:
    """Return the conventions of a fit, a sentence each.

    Examples:
        >>> said = conventions_of(
        ...     PathModel.parse("trust =~ t1 + t2 + t3"),
        ...     estimator="MLR",
        ...     divisor="n",
        ...     information="observed",
        ...     missing="ml",
        ...     equal=(),
        ...     groups=1,
        ...     ordinal=False,
        ... )
        >>> said[2]
        'respondents who left a question out count with what they answered'

    """
    said = [
        f"{estimator}{_WEIGHTS.get(estimator, '')}, covariances and test statistic with the divisor {divisor}",
        f"standard errors from the {information} information{_CORRECTED[estimator]}",
        f"respondents who left a question out {_LEFT_OUT[missing]}",
        "latent variables in the unit of their first indicator"
        if model.unit == "first_indicator"
        else "latent variables with a variance of 1",
        "disturbances of outcomes "
        + ("are uncorrelated unless stated" if model.disturbances == "uncorrelated" else "vary together"),
        _of_causes(model),
    ]
    if means:
        said.append(f"means of latent variables are {_of_means(equal, groups)} unless stated, those of questions free")
    if ordinal:
        said.append("every question has a variance of 1" + " and thresholds of each group" * (groups > 1))
    if equal:
        apart = f", except {', '.join(free)}" if free else ""
        said.append(f"the same in all groups: {', '.join(equal)}{apart}")
    return tuple(said)


def _of_means(equal: tuple[str, ...], groups: int) -> str:
    """Return what means of latent variables are, by convention."""
    if groups > 1 and "intercepts" in equal:
        return "the same in all groups" if "means" in equal else "0 in the first group and free in the others"
    return "0"


def _of_causes(model: PathModel) -> str:
    """Return what is taken for observed variables that are caused by nothing."""
    causes = [row.right for row in model.rows if row.operator == "~" and row.right in model.observed]
    observed = any(name not in model.caused for name in causes)
    latent = any(name not in model.caused for name in model.latent)
    if not model.fixed_causes:
        return "observed causes are random" + (", and vary together with latent ones" if observed and latent else "")
    return "observed causes are taken as they are" + (
        ", and unrelated to latent ones unless stated" if observed and latent else ""
    )
