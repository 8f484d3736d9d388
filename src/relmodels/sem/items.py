"""Questions one by one, and whether one method of asking explains too much of what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.frames.table import Table
from relmodels.sem.checks import group_at
from relmodels.sem.data import SampleMoments, Survey

__all__ = ["first_component_share", "item_statistics", "marker_adjusted"]


def item_statistics(survey: Survey, constructs: Mapping[str, Sequence[str]]) -> Table:
    """Return a row for each question: answers, missing, mean, deviation, skewness, and its correlation with its rest.

    The correlation is with the mean of the other questions of its construct, over respondents who answered all of them;
    a negative one is the mark of a question that asks the other way round and was not turned.

    Args:
        survey: the answers.
        constructs: by name the questions of each.

    Raises:
        InvalidData: naming questions that are not there.

    Examples:
        >>> answers = {"t1": [5, 6, 2, 4], "t2": [4, 6, 1, 4], "t3": [2, 1, 6, 4]}
        >>> survey = Survey.from_frame(answers, ["t1", "t2", "t3"])
        >>> found = item_statistics(survey, {"trust": ["t1", "t2", "t3"]})
        >>> round(float(found.column("rest")[2]), 2), found.column("mean").tolist()
        (-0.96, [4.25, 3.75, 3.25])

    Reference:
        Nunnally, J. C. and Bernstein, I. H. (1994), Psychometric Theory, 3rd ed., McGraw-Hill.

    """
    names, owners, rest = [], [], []
    for construct, questions in constructs.items():
        own = survey.of(questions)
        complete = own.values[own.complete]
        for place, name in enumerate(own.names):
            names.append(name)
            owners.append(construct)
            rest.append(_with_rest(complete, place))
    values = survey.of(names).values
    seen = (~np.isnan(values)).sum(axis=0)
    if not (seen > 1).all():
        message = f"{names[int(np.argmin(seen))]} has fewer than two answers; leave it out"
        raise InvalidData(message)
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1)
    third = np.nanmean((values - mean) ** 3, axis=0)
    second = np.nanvar(values, axis=0)
    skew = np.divide(third, second**1.5, out=np.full(mean.size, np.nan), where=second > 0.0)
    return Table(
        {
            "question": names,
            "construct": owners,
            "answers": seen,
            "missing": (len(values) - seen) / len(values),
            "mean": mean,
            "deviation": spread,
            "skewness": skew,
            "rest": np.array(rest),
        }
    )


def _with_rest(complete: FloatArray, place: int) -> float:
    """Return the correlation of a question with the mean of the others; ``nan`` where there is none."""
    if complete.shape[1] < 2 or len(complete) < 3:
        return float("nan")
    others = np.delete(complete, place, axis=1).mean(axis=1)
    if np.ptp(others) == 0.0 or np.ptp(complete[:, place]) == 0.0:
        return float("nan")
    return float(np.corrcoef(complete[:, place], others)[0, 1])


def first_component_share(moments: SampleMoments | Survey, group: int | str = 0) -> float:
    """Return the share of the variance of all questions in their first principal component: Harman's single factor.

    More than half is taken as a sign that one method of asking explains what they share; less proves nothing.

    Args:
        moments: of the questions, or the answers, of which those who answered all count.
        group: the place of the group, or its name.

    Raises:
        InvalidParameters: if there is no such group.

    Examples:
        >>> data = SampleMoments.from_correlation([[1, 0.5], [0.5, 1]], ["t1", "t2"], n=100)
        >>> round(first_component_share(data), 6)
        0.75

    Reference:
        Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y. and Podsakoff, N. P. (2003), Common method biases in behavioral
        research, Journal of Applied Psychology 88(5), 879-903.

    """
    own = moments.moments() if isinstance(moments, Survey) else moments
    table = own.covariance[group_at(group, own.groups)]
    spread = np.sqrt(np.diag(table))
    values = np.linalg.eigvalsh(table / np.outer(spread, spread))
    return float(values[-1] / values.sum())


def marker_adjusted(moments: SampleMoments | Survey, marker: str, *, correlation: float | None = None) -> SampleMoments:
    """Return the moments with what a marker variable says of the method taken out of every correlation.

    ``r' = (r - r_m) / (1 - r_m)`` with the smallest correlation of the marker, which nothing in the theory should
    relate to the others: Lindell and Whitney's.

    Args:
        moments: of one group, the marker among them, or the answers, of which those who answered all count.
        marker: its name; it is left out of the result.
        correlation: ``r_m`` itself; the smallest in size that the marker has, if it is left out.

    Raises:
        InvalidData: if the marker is not there or is alone, or what is left is no table of covariances.
        InvalidParameters: if there are several groups, or the correlation is not from 0 to below 1.

    Examples:
        >>> table = [[1.0, 0.5, 0.1], [0.5, 1.0, 0.2], [0.1, 0.2, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["trust", "commitment", "marker"], n=200)
        >>> marker_adjusted(data, "marker").covariance[0].round(3).tolist()
        [[1.0, 0.444], [0.444, 1.0]]

    Reference:
        Lindell, M. K. and Whitney, D. J. (2001), Accounting for common method variance in cross-sectional research
        designs, Journal of Applied Psychology 86(1), 114-121.

    """
    whole = moments.moments() if isinstance(moments, Survey) else moments
    if len(whole.sizes) > 1:
        message = "a marker is taken out of one group at a time"
        raise InvalidParameters(message)
    if marker not in whole.names:
        message = f"there is no variable {marker!r}; there are {', '.join(whole.names)}"
        raise InvalidData(message)
    spread = np.sqrt(np.diag(whole.covariance[0]))
    table = whole.covariance[0] / np.outer(spread, spread)
    rest = [name for name in whole.names if name != marker]
    if not rest:
        message = f"{marker!r} is the only variable; give the moments of those it is to be taken out of as well"
        raise InvalidData(message)
    place = whole.names.index(marker)
    shared = float(np.abs(np.delete(table[place], place)).min()) if correlation is None else correlation
    if not 0.0 <= shared < 1.0:
        message = f"correlation = {correlation!r} must lie from 0 to below 1"
        raise InvalidParameters(message)
    own = whole.of(rest)
    kept = [whole.names.index(name) for name in rest]
    adjusted = (table[np.ix_(kept, kept)] - shared) / (1.0 - shared)
    np.fill_diagonal(adjusted, 1.0)
    return SampleMoments.from_covariance(
        adjusted * np.outer(spread[kept], spread[kept]),
        rest,
        n=whole.n,
        means=None if own.mean is None else own.mean[0],
        divisor="n",
    )
