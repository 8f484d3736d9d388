"""Correlations that one expects before anybody was asked: a model with values in it, in standard deviations.

A survey is planned from what one believes to find. Values are written into the model, ``0.3*trust``; what is left open
has a usual one. Fitted to these correlations the model fits exactly, and samples drawn from that fit tell how many
respondents it takes (:func:`~relmodels.sem.power_by_size`).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.sem.data import SampleMoments
from relmodels.sem.model import PathModel, PathRow

__all__ = ["expected_moments"]


def expected_moments(
    model: PathModel, *, n: int = 1000, loading: float = 0.75, path: float = 0.3, correlation: float = 0.3
) -> SampleMoments:
    """Return the correlations of questions that a model with values implies, all variables having a variance of 1.

    Args:
        model: values and starts in it are standardized loadings, paths, and correlations of causes.
        n: the number of cases that the table is said to be of.
        loading: of items without a value.
        path: of paths without one.
        correlation: between causes that nothing causes, without one.

    Raises:
        InvalidParameters: naming variables of which more than all would be explained, circles, and statements that have
            no place here: constraints, means, covariances of what is left of effects.

    Examples:
        >>> from relmodels.sem import fit_paths, power_by_size
        >>> theory = "trust =~ t1 + t2 + t3; loyalty ~ {}trust"
        >>> expected = expected_moments(PathModel.parse(theory.format("0.25*")))
        >>> fit = fit_paths(PathModel.parse(theory.format("")), expected)
        >>> (
        ...     fit.chi_square < 1e-6,
        ...     power_by_size(fit, ["loyalty ~ trust"], [200], draws=100, rng=1).column("power")[0] > 0.7,
        ... )
        (True, np.True_)

    Reference:
        Muthén, L. K. and Muthén, B. O. (2002), How to use a Monte Carlo study to decide on sample size and determine
        power, Structural Equation Modeling 9(4), 599-620.

    """
    usual = {
        "=~": finite(loading, "loading", "a number"),
        "~": finite(path, "path", "a number"),
        "~~": finite(correlation, "correlation", "a number"),
    }
    causes = _causes(model, usual)
    names = _ordered([*model.latent, *model.observed], causes)
    table = np.eye(len(names))
    free = [name for name in names if name not in causes]
    stated = {frozenset({row.left, row.right}): row for row in model.rows if row.operator == "~~"}
    for first, second in combinations(free, 2):
        row = stated.get(frozenset({first, second}))
        at = [names.index(first), names.index(second)]
        table[at, at[::-1]] = usual["~~"] if row is None else _value(row, usual["~~"])
    problems = Problems("expected")
    for place, name in enumerate(names):
        if name in causes:
            _explain(table, place, {names.index(cause): size for cause, size in causes[name].items()}, name, problems)
    problems.raise_if_any(InvalidParameters)
    chosen = [names.index(name) for name in model.observed]
    return SampleMoments.from_correlation(table[np.ix_(chosen, chosen)], model.observed, n=n)


def _value(row: PathRow, usual: float) -> float:
    for one in (row.held(0), row.start(0)):
        if one is not None:
            return one
    return usual


def _causes(model: PathModel, usual: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return what causes each variable, items their constructs, and how strongly."""
    problems, found = Problems("expected"), dict[str, dict[str, float]]()
    caused = model.caused
    for one in model.relations:
        problems.add(f"{one.left} {one.operator} {one.right}: there is nothing to constrain; leave it out")
    for row in model.rows:
        stated = f"{row.left} {row.operator} {row.right or '1'}"
        if row.bounded:
            problems.add(f"{stated}: nothing is estimated that bounds could hold; leave them out")
        if row.operator == "~" and not row.right:
            problems.add(f"{stated}: all means are 0; leave it out")
        elif row.operator == "~~" and (row.left == row.right or {row.left, row.right} & caused):
            problems.add(f"{stated}: variances are 1, and what is left of effects is uncorrelated; leave it out")
        elif row.operator == "=~":
            found.setdefault(row.right, {})[row.left] = _value(row, usual["=~"])
        elif row.operator == "~":
            found.setdefault(row.left, {})[row.right] = _value(row, usual["~"])
    problems.raise_if_any(InvalidParameters)
    return found


def _ordered(names: list[str], causes: dict[str, dict[str, float]]) -> list[str]:
    """Return the variables, causes before what they cause."""
    found: list[str] = []
    while len(found) < len(names):
        ready = [name for name in names if name not in found and all(one in found for one in causes.get(name, ()))]
        if not ready:
            left = ", ".join(name for name in names if name not in found)
            message = f"paths run in a circle through {left}; expected correlations need causes before effects"
            raise InvalidParameters(message)
        found += ready
    return found


def _explain(table: FloatArray, place: int, by: dict[int, float], name: str, problems: Problems) -> None:
    """Fill in the correlations of a variable with all before it, from those of its causes."""
    cause, size = list(by), np.array(list(by.values()))
    explained = float(size @ table[np.ix_(cause, cause)] @ size)
    if explained > 1.0:
        problems.add(f"{name}: its causes would explain {explained:.0%} of it; take smaller values")
    table[place, :place] = size @ table[cause][:, :place]
    table[:place, place] = table[place, :place]
