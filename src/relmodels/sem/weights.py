"""How sure each sample moment is, whatever the distribution of the answers, and weights of residuals made of it.

What one respondent adds to a covariance is the product of two answers from their means. The covariances of these
products are those of the sample moments, times the cases (Browne); their inverse is the best weight there is for large
samples, the inverse of their diagonal alone one that also small samples can bear.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidData, Problems
from relmodels.sem.discrepancy import Form
from relmodels.sem.linear import inverse_of, root_of

__all__ = ["moment_names", "moment_spread", "normal_weight", "require_enough", "weight_of_spread"]

_ROWS: Final = 4096  # at a time, so that many respondents of many questions need little memory
_SMALLEST: Final = 1e-10  # of the largest eigenvalue of the correlations of moments


def moment_spread(values: FloatArray, *, means: bool = False) -> FloatArray:
    """Return ``(P, P)`` the covariances of the sample moments, times the cases.

    The order is that of the lower triangle of the covariances by rows, then that of the means.

    Args:
        values: ``(n, p)`` complete answers.
        means: whether the means are among the moments.

    Examples:
        >>> moment_spread(np.array([[1.0], [2.0], [6.0]]), means=True).round(3).tolist()
        [[10.889, 6.0], [6.0, 4.667]]

    Reference:
        Browne, M. W. (1984), Asymptotically distribution-free methods for the analysis of covariance structures,
        British Journal of Mathematical and Statistical Psychology 37(1), 62-83.

    """
    count, size = values.shape
    row, column = np.tril_indices(size)
    apart = values - values.mean(axis=0)
    level = (apart.T @ apart / count)[row, column]
    found = np.zeros((row.size + size * means,) * 2)
    for start in range(0, count, _ROWS):
        part = apart[start : start + _ROWS]
        products = part[:, row] * part[:, column] - level
        added = np.hstack([products, part]) if means else products
        found += added.T @ added
    return np.asarray(found / count, dtype=np.float64)


def weight_of_spread(form: Form, spread: FloatArray) -> FloatArray:
    """Return the inverse of the spread of moments, ``(P, P)`` for ``WLS``, of its diagonal, ``(P,)``, for ``DWLS``.

    Raises:
        LinAlgError: if a moment does not vary, or, for ``WLS``, is a sum of others.

    """
    sure = np.diag(spread)
    if not (sure > _SMALLEST * sure.max()).all():
        message = "a moment does not vary"
        raise np.linalg.LinAlgError(message)
    if form == "DWLS":
        return np.asarray(1.0 / sure, dtype=np.float64)
    unit = 1.0 / np.sqrt(sure)
    alike = spread * np.outer(unit, unit)
    root_of(alike - _SMALLEST * np.eye(len(alike)))
    return inverse_of(alike) * np.outer(unit, unit)


def normal_weight(inverse: FloatArray, *, means: bool = False) -> FloatArray:
    """Return ``(P, P)`` the weight of residuals of moments that is best for normal answers.

    Args:
        inverse: ``(p, p)`` of the covariances at which it is taken.
        means: whether the means are among the moments.

    Examples:
        >>> normal_weight(np.array([[2.0]]), means=True).tolist()
        [[2.0, 0.0], [0.0, 2.0]]

    """
    row, column = np.tril_indices(len(inverse))
    half = np.where(row == column, 0.5, 1.0)
    straight = inverse[np.ix_(row, row)] * inverse[np.ix_(column, column)]
    crossed = inverse[np.ix_(row, column)] * inverse[np.ix_(column, row)]
    found = (straight + crossed) * np.outer(half, half)
    if not means:
        return np.asarray(found, dtype=np.float64)
    size = len(inverse)
    return np.block([[found, np.zeros((row.size, size))], [np.zeros((size, row.size)), inverse]])


def moment_names(names: tuple[str, ...], *, means: bool = False) -> list[str]:
    """Return what the moments are, in their order.

    Examples:
        >>> moment_names(("a", "b"), means=True)
        ['a ~~ a', 'b ~~ a', 'b ~~ b', 'a ~ 1', 'b ~ 1']

    """
    row, column = np.tril_indices(len(names))
    pairs = [f"{names[one]} ~~ {names[other]}" for one, other in zip(row.tolist(), column.tolist(), strict=True)]
    return [*pairs, *(f"{name} ~ 1" for name in names)] if means else pairs


def require_enough(
    form: Form, names: tuple[str, ...], groups: tuple[str, ...], parts: tuple[FloatArray, ...], *, means: bool
) -> None:
    """Raise if the answers of a group are too few, or too much alike, to say how sure each moment is.

    Raises:
        InvalidData: saying how many respondents there are and how many it takes, and which moments do not vary.

    """
    problems = Problems("survey")
    for name, values in zip(groups, parts, strict=True):
        where = f" in group {name!r}" if len(groups) > 1 else ""
        if (fault := _fault(form, moment_names(names, means=means), values, where, means=means)) is not None:
            problems.add(fault)
    problems.raise_if_any(InvalidData)


def _fault(form: Form, moments: list[str], values: FloatArray, where: str, *, means: bool) -> str | None:
    """Return why the answers of a group do not say how sure each moment is, ``None`` if they do."""
    if form == "WLS" and len(values) <= len(moments):
        return (
            f"WLS weights {len(moments)} moments by their covariances, which takes at least {len(moments) + 1} "
            f"respondents; {len(values)}{where} answered every question; use DWLS, ULSMV or MLR"
        )
    spread = moment_spread((values - values.mean(axis=0)) / values.std(axis=0), means=means)
    sure = np.diag(spread)
    if still := [one for one, by in zip(moments, sure.tolist(), strict=True) if by < _SMALLEST]:
        return f"{', '.join(still)}: every respondent{where} adds the same; use ULSMV, or WLSMV for ordinal answers"
    unit = 1.0 / np.sqrt(sure)
    if form == "WLS" and np.linalg.eigvalsh(spread * np.outer(unit, unit))[0] <= _SMALLEST:
        return (
            f"some of {len(moments)} moments{where} are sums of others, as those of answers on two steps are; "
            "use DWLS, or WLSMV for ordinal answers"
        )
    return None
