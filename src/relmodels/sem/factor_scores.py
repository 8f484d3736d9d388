"""What a fit says of each respondent: expected values of the latent variables, given what was answered."""

from __future__ import annotations

import numpy as np

from relmodels.core.arrays import BoolArray, FloatArray, read_only
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.sem.data import Survey
from relmodels.sem.guards import require_path_fit
from relmodels.sem.linear import inverse_of
from relmodels.sem.result import PathFit
from relmodels.sem.structure import Implied, Structure

__all__ = ["factor_scores", "latent_given"]


def factor_scores(fit: PathFit, survey: Survey) -> FloatArray:
    """Return ``(n, m)`` the expected value of each latent variable of each respondent: Thurstone's regression scores.

    A respondent who left questions out is judged by those answered; who answered none has the mean of the group, and
    scores are nearer to it the less was answered. Answers count from the means of those that the fit was made of, so
    that a respondent's score does not depend on who else is scored. The mean of a latent variable is 0, unless its
    mean is modeled or observed variables cause it: what these bring at their means is added, whether means are modeled
    or not, as other programs do.

    Args:
        fit: of a model with latent variables.
        survey: of the same questions and groups; others than the fit was made of may be among them.

    Raises:
        InvalidData: if a question is lacking, or the groups are others.
        InvalidParameters: if the fit is of ordinal answers, or of a table without means; and if another kind of fit is
            passed.

    Examples:
        >>> from relmodels.sem import PathModel, fit_paths
        >>> answers = {"t1": [5, 6, 2, 4, 3], "t2": [4, 6, 1, 4, 4], "t3": [5, 7, 3, 3, 4]}
        >>> survey = Survey.from_frame(answers, ["t1", "t2", "t3"])
        >>> fit = fit_paths(PathModel.parse("trust =~ t1 + t2 + t3"), survey)
        >>> factor_scores(fit, survey)[:, 0].round(1).tolist()
        [0.8, 2.0, -2.0, -0.1, -0.7]

    Reference:
        Thurstone, L. L. (1935), The Vectors of Mind, University of Chicago Press.

    """
    require_path_fit(fit, "factor_scores")
    if fit.thresholds is not None:
        message = "scores of respondents are offered for answers that are not ordinal; fit with MLR"
        raise InvalidParameters(message)
    own = survey.of(fit.names)
    if own.groups != fit.groups:
        message = f"the groups of the survey are {', '.join(own.groups)}, those of the fit {', '.join(fit.groups)}"
        raise InvalidData(message)
    means = fit.observed_mean if fit.implied_mean is None else fit.implied_mean
    if means is None:
        message = "the table of the fit has no means to count from; give SampleMoments its means="
        raise InvalidParameters(message)
    count = len(fit.names)
    found = np.empty((len(own), len(fit.model.latent)))
    for group, structure in enumerate(fit.structures):
        implied = structure.implied(fit.theta)
        unit = structure.scale[count:]
        level = implied.level[count:] if fit.implied_mean is not None else _levels(structure, fit.theta, means[group])
        rows = np.flatnonzero(own.group == group)
        if not rows.size:
            continue
        apart = own.values[rows] - means[group]
        seen, place = np.unique(~np.isnan(apart), axis=0, return_inverse=True)
        for pattern, chosen in enumerate(seen):
            here = place.ravel() == pattern
            weight, _ = latent_given(structure, implied, chosen)
            found[rows[here]] = level * unit + apart[here][:, chosen] @ weight.T
    return read_only(found)


def _levels(structure: Structure, theta: FloatArray, means: FloatArray) -> FloatArray:
    """Return ``(m,)`` the means of the latent variables, in their units, where those of all answers are as seen."""
    count = len(structure.observed)
    paths, _, _ = structure.cells(theta)
    brought = paths[count:, :count] @ (means / structure.scale[:count])
    level: FloatArray = inverse_of(np.eye(len(brought)) - paths[count:, count:]) @ brought
    return level


def latent_given(structure: Structure, implied: Implied, seen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return what some answers say of the latent variables, in the units of the data.

    Args:
        structure: the cells of the group.
        implied: what it implies.
        seen: ``(p,)`` which questions were answered, ``k`` of them.

    Returns:
        ``(m, k)`` how far a unit of each answer moves the expected latent variables, and ``(m, m)`` what the answers
        leave of their covariances.

    """
    count = len(structure.observed)
    unit, own = structure.scale[count:], structure.scale[:count][seen]
    inner = inverse_of(implied.covariance[np.ix_(seen, seen)]) if seen.any() else np.zeros((0, 0))
    crossed = implied.total[count:, :count][:, seen]
    weight = crossed @ inner
    left = implied.total[count:, count:] - weight @ crossed.T
    return weight * np.outer(unit, 1.0 / own), left * np.outer(unit, unit)
