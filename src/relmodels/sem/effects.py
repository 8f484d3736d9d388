"""What reaches a variable from another: directly, through others, and in all; with errors and intervals.

A total effect is the sum of the products along all ways. A construct reaches what measures it through the loading, so
questions and constructs of a construct are ends of ways as well. The error of an effect follows by the delta method;
since a product of two estimates is not normal, intervals by draws of the parameters are the better ones, and cost next
to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite, whole
from relmodels.core.randomness import generator
from relmodels.frames.table import Table
from relmodels.sem.checks import group_at
from relmodels.sem.guards import require_path_fit
from relmodels.sem.intervals import interval_ends
from relmodels.sem.resampling import PathBootstrap
from relmodels.sem.result import PathFit

__all__ = ["Effects", "effects", "indirect_ways"]


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Direct, indirect and total effects of some variables on others.

    Attributes:
        cause: of each row.
        effect: of each row.
        kind: direct, indirect through which variables, all indirect, or total.
        value: ``(k,)``.
        standard_error: ``(k,)`` by the delta method.
        low: ``(k,)`` of the interval.
        high: ``(k,)`` of the interval.

    """

    cause: tuple[str, ...]
    effect: tuple[str, ...]
    kind: tuple[str, ...]
    value: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray

    __reduce__ = by_fields

    def table(self) -> Table:
        """Return a row for each effect."""
        return Table(
            {
                "cause": self.cause,
                "effect": self.effect,
                "kind": self.kind,
                "value": self.value,
                "standard_error": self.standard_error,
                "low": self.low,
                "high": self.high,
            }
        )

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def indirect_ways(fit: PathFit, cause: str, effect: str, *, group: int | str = 0) -> tuple[tuple[str, ...], ...]:
    """Return the ways from a variable to another along the arrows of the model, each as the variables it passes.

    Arrows are paths, and those by which a construct reaches what measures it; one that is held at 0 is none.

    Args:
        fit: of a model without circles.
        cause: where ways begin.
        effect: where they end.
        group: the group whose arrows count, by place or name.

    Raises:
        InvalidParameters: if a variable is unknown, the two are one, paths run in a circle, or there is no such group;
            and if another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> data = SampleMoments.from_correlation([[1, 0, 0], [0.5, 1, 0], [0.4, 0.6, 1]], ["a", "b", "c"], n=100)
        >>> indirect_ways(fit_paths(PathModel.parse("b ~ a; c ~ a + b"), data), "a", "c")
        (('a', 'c'), ('a', 'b', 'c'))

    Reference:
        Bollen, K. A. (1987), Total, direct, and indirect effects in structural equation models, Sociological
        Methodology 17, 37-69.

    """
    require_path_fit(fit, "indirect_ways")
    _check_ends(fit, cause, effect)
    onward: dict[str, list[str]] = {}
    for before, after in _arrows(fit, group_at(group, fit.groups)):
        onward.setdefault(before, []).append(after)
    _refuse_circles(onward)
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[str, ...]] = [(cause,)]
    while waiting:
        way = waiting.pop(0)
        for name in onward.get(way[-1], []):
            if name == effect:
                found.append((*way, name))
            elif name not in way:
                waiting.append((*way, name))
    return tuple(sorted(found, key=len))


def _check_ends(fit: PathFit, cause: str, effect: str) -> None:
    known = {*fit.names, *fit.model.latent}
    problems = Problems("effects")
    for name in dict.fromkeys((cause, effect)):
        if name not in known:
            problems.add(f"there is no variable {name!r}; there are {', '.join(sorted(known))}")
    if cause == effect:
        problems.add(f"{cause!r} is named as cause and as effect; name two variables")
    problems.raise_if_any(InvalidParameters)


def _arrows(fit: PathFit, group: int) -> dict[tuple[str, str], int]:
    """Return the places of the paths and loadings of a group that are not held at 0, by where they begin and end."""
    return {
        (one.right, one.left) if one.operator == "~" else (one.left, one.right): place
        for place, one in enumerate(fit.parameters)
        if one.operator in {"~", "=~"} and one.group == group and (one.index >= 0 or one.value)
    }


def _refuse_circles(onward: dict[str, list[str]]) -> None:
    """Raise if paths lead back to where they began: then there are no finitely many ways."""
    left = {name: set(after) for name, after in onward.items()}
    while ends := [
        name
        for name, after in left.items()
        if not after.intersection(left) or all(name not in others for others in left.values())
    ]:
        for name in ends:
            del left[name]
    if left:
        message = f"paths run in a circle through {', '.join(sorted(left))}; ways along them have no end"
        raise InvalidParameters(message)


def effects(
    fit: PathFit | PathBootstrap,
    cause: str,
    effect: str,
    *,
    group: int | str = 0,
    interval: Literal["draws", "delta"] = "draws",
    level: float = 0.95,
    draws: int = 20_000,
    rng: int | np.random.Generator = 0,
) -> Effects:
    """Return how much of a variable reaches another, by every way, through all of them, and in total.

    Args:
        fit: with a minimum, of a model without circles; or its bootstrap, whose samples then give the intervals:
            Efron's if they were asked for there, and else those of percentiles.
        cause: where it begins.
        effect: where it ends.
        group: the place of the group, or its name.
        interval: by draws of the parameters from their normal distribution, or the value and its error, which is wrong
            for products of which one is near 0. A bootstrap has its own.
        level: of the intervals.
        draws: how many.
        rng: the source of chance.

    Raises:
        InvalidParameters: if a variable is unknown, the two are one, no way leads from one to the other in the group,
            paths run in a circle, there is no such group or interval, or the level is out of range; and if another kind
            of fit is passed.
        NotConverged: if the fit has no minimum.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> data = SampleMoments.from_correlation([[1, 0, 0], [0.5, 1, 0], [0.4, 0.6, 1]], ["a", "b", "c"], n=100)
        >>> found = effects(fit_paths(PathModel.parse("b ~ a; c ~ a + b"), data), "a", "c")
        >>> found.kind, found.value.round(3).tolist()
        (('direct', 'through b', 'all indirect', 'total'), [0.133, 0.267, 0.267, 0.4])

    Reference:
        MacKinnon, D. P., Lockwood, C. M. and Williams, J. (2004), Confidence limits for the indirect effect,
        Multivariate Behavioral Research 39(1), 99-128.

    """
    from scipy.special import ndtri

    bootstrap = fit if isinstance(fit, PathBootstrap) else None
    fit = fit.fit if isinstance(fit, PathBootstrap) else fit
    require_path_fit(fit, "effects")
    covariance = fit.require_minimum()
    if interval not in {"draws", "delta"}:
        message = f"interval = {interval!r} must be 'draws' or 'delta'; pass a bootstrap for its own"
        raise InvalidParameters(message)
    if not 0.0 < finite(level, "level", "a share between 0 and 1") < 1.0:
        message = f"level = {level!r} is not between 0 and 1"
        raise InvalidParameters(message)
    ways = indirect_ways(fit, cause, effect, group=group)
    if not ways:
        message = f"no way of the model leads from {cause!r} to {effect!r}"
        raise InvalidParameters(message)
    arrows = _arrows(fit, group_at(group, fit.groups))
    places = [[arrows[step] for step in pairwise(way)] for way in ways]
    kinds = ["direct" if len(way) == 2 else f"through {', '.join(way[1:-1])}" for way in ways]
    values, slopes = _products(fit, places, fit.theta[None])
    found, by = _with_sums(values, kinds), _with_sums(slopes, kinds)
    error = np.sqrt(np.maximum(np.einsum("qk,qr,rk->k", by, covariance, by), 0.0))

    def at(thetas: FloatArray) -> FloatArray:
        return _with_sums(_products(fit, places, thetas)[0], kinds)

    if bootstrap is not None:
        ends = _of_bootstrap(bootstrap, at, found[0], level)
    elif interval == "delta":
        ends = found[0] + np.outer([-1.0, 1.0], float(ndtri(0.5 + level / 2.0)) * error)
    else:
        drawn = generator(rng).multivariate_normal(fit.theta, covariance, whole(draws, "draws", 100), method="eigh")
        ends = np.quantile(at(drawn), [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
    names = _names(kinds)
    return Effects(
        cause=(cause,) * len(names),
        effect=(effect,) * len(names),
        kind=names,
        value=read_only(found[0]),
        standard_error=read_only(error),
        low=read_only(ends[0]),
        high=read_only(ends[1]),
    )


def _of_bootstrap(
    bootstrap: PathBootstrap, at: Callable[[FloatArray], FloatArray], value: FloatArray, level: float
) -> FloatArray:
    """Return ``(2, k)`` ends of intervals from the samples of a bootstrap."""
    drawn = at(bootstrap.theta)
    left = at(bootstrap.without) if bootstrap.without.size else None
    return np.array(
        [
            interval_ends(drawn[:, place], one, None if left is None else left[:, place], level)
            for place, one in enumerate(value)
        ]
    ).T


def _products(fit: PathFit, places: list[list[int]], thetas: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``(m, w)`` the products along each way at each draw, and their slopes at the first, ``(q, w)``."""
    found, slopes = np.ones((len(thetas), len(places))), np.zeros((thetas.shape[1], len(places)))
    for way, steps in enumerate(places):
        for step in steps:
            one = fit.parameters[step]
            found[:, way] *= thetas[:, one.index] if one.index >= 0 else one.value or 0.0
        for step in steps:
            one = fit.parameters[step]
            if one.index >= 0:
                others = [fit.parameters[other] for other in steps if other != step]
                rest = [thetas[0, other.index] if other.index >= 0 else other.value or 0.0 for other in others]
                slopes[one.index, way] += float(np.prod(rest))
    return found, slopes


def _with_sums(parts: FloatArray, kinds: list[str]) -> FloatArray:
    """Return the parts with the sum of the indirect ones, if there are any, and of all."""
    through = [place for place, kind in enumerate(kinds) if kind != "direct"]
    sums = [parts[:, through].sum(axis=1, keepdims=True)] if through else []
    return np.hstack([parts, *sums, parts.sum(axis=1, keepdims=True)])


def _names(kinds: list[str]) -> tuple[str, ...]:
    return (*kinds, *(["all indirect"] if any(kind != "direct" for kind in kinds) else []), "total")
