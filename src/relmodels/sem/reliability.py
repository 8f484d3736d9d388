"""How well items measure what they are meant to, and whether what they measure is distinct."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray, by_fields, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import finite
from relmodels.frames.table import Table
from relmodels.sem.checks import group_at, name_list
from relmodels.sem.data import SampleMoments, Survey
from relmodels.sem.guards import require_path_fit
from relmodels.sem.result import PathFit
from relmodels.sem.standardize import standardized

__all__ = [
    "Reliability",
    "constructs_and_items",
    "cronbach_alpha",
    "heterotrait_monotrait",
    "reliability",
    "reliability_of_difference",
]

Units: TypeAlias = Literal["data", "standardized"]

_NOTHING: Final = 1e-12  # a mean correlation within a construct that is rounding

_AVERAGES: Final[dict[str, Callable[[FloatArray], float]]] = {
    "arithmetic": lambda values: float(values.mean()),
    "geometric": lambda values: float(np.exp(np.log(np.maximum(values, 1e-300)).mean())),
}


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """What a fit says of its constructs.

    Attributes:
        constructs: the latent variables.
        composite: ``(k,)`` composite reliability, which is McDonald's omega of items with uncorrelated errors.
        extracted: ``(k,)`` average variance extracted, Fornell and Larcker's.
        correlation: ``(k, k)`` of the latent variables.

    """

    constructs: tuple[str, ...]
    composite: FloatArray
    extracted: FloatArray
    correlation: FloatArray

    __reduce__ = by_fields

    @property
    def distinct(self) -> tuple[bool, ...]:
        """Return whether the root of the variance extracted exceeds every correlation: Fornell and Larcker."""
        apart = np.abs(self.correlation - np.diag(np.diag(self.correlation)))
        return tuple(bool(own > other) for own, other in zip(np.sqrt(self.extracted), apart.max(axis=1), strict=True))

    def table(self) -> Table:
        """Return a row for each construct."""
        apart = np.abs(self.correlation - np.diag(np.diag(self.correlation)))
        return Table(
            {
                "construct": self.constructs,
                "composite reliability": self.composite,
                "variance extracted": self.extracted,
                "highest correlation": apart.max(axis=1),
                "distinct": ["yes" if one else "no" for one in self.distinct],
            }
        )

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()


def reliability(fit: PathFit, *, units: Units = "data", group: int | str = 0) -> Reliability:
    """Return reliability and variance extracted of the constructs of a fit, from its standardized solution.

    ``CR = (Σ λ)² / ((Σ λ)² + Σ θ)``, ``AVE = Σ λ² / (Σ λ² + Σ θ)`` over the items of a construct; an item that measures
    two constructs counts for both. Constructs that only other constructs measure are left out; they have no items.

    Args:
        fit: of a model with latent variables.
        units: whether loadings and errors are those of items as they were answered, so that items which vary more count
            for more, or of items in standard deviations. Programs differ.
        group: the place of the group, or its name.

    Raises:
        InvalidParameters: if no construct has items, or there is no such group; and if another kind of fit is passed.

    Examples:
        >>> from relmodels.sem import PathModel, SampleMoments, fit_paths
        >>> table = [[1.0, 0, 0], [0.56, 1.0, 0], [0.42, 0.48, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "t3"], n=204)
        >>> found = reliability(fit_paths(PathModel.parse("trust =~ t1 + t2 + t3"), data))
        >>> found.composite.round(3).tolist(), found.extracted.round(3).tolist()
        ([0.745], [0.497])

    Reference:
        Fornell, C. and Larcker, D. F. (1981), Evaluating structural equation models with unobservable variables and
        measurement error, Journal of Marketing Research 18(1), 39-50.

    """
    require_path_fit(fit, "reliability")
    group = group_at(group, fit.groups)
    measured = {one.left for one in fit.parameters if one.operator == "=~" and one.right in fit.names}
    places = [place for place, name in enumerate(fit.model.latent) if name in measured]
    latent = tuple(fit.model.latent[place] for place in places)
    if not latent:
        message = "no construct of the model has items; reliability is that of what items measure"
        raise InvalidParameters(message)
    structure = fit.structures[group]
    implied = structure.implied(fit.theta)
    count = len(fit.names)
    table = implied.total[count:, count:][np.ix_(places, places)]
    spread = np.sqrt(np.diag(table))
    _, moments, _ = structure.cells(fit.theta)
    own = np.diag(moments)[:count]
    own = own * structure.scale[:count] ** 2 if units == "data" else own / np.diag(implied.total)[:count]
    solved = standardized(fit.parameters, fit.structures, fit.theta, "latent" if units == "data" else "all").value
    composite, extracted = [], []
    for name in latent:
        rows = [
            place
            for place, one in enumerate(fit.parameters)
            if one.operator == "=~" and one.left == name and one.group == group and one.right in fit.names
        ]
        error = float(own[[fit.names.index(fit.parameters[place].right) for place in rows]].sum())
        through, squares = float(solved[rows].sum()) ** 2, float(np.square(solved[rows]).sum())
        composite.append(through / (through + error))
        extracted.append(squares / (squares + error))
    return Reliability(
        latent,
        read_only(np.array(composite)),
        read_only(np.array(extracted)),
        read_only(table / np.outer(spread, spread)),
    )


def cronbach_alpha(moments: SampleMoments | Survey, items: Sequence[str], group: int | str = 0) -> float:
    """Return Cronbach's alpha of some items: ``k / (k - 1) (1 - Σ var(x) / var(Σ x))``.

    Args:
        moments: of the items and others, or the answers, of which those who answered all of the items count.
        items: two or more, each once.
        group: the place of the group, or its name.

    Raises:
        InvalidData: naming items that are not there or stand twice, and if there are fewer than two.
        InvalidParameters: if there is no such group, or the items are one text.

    Examples:
        >>> data = SampleMoments.from_correlation([[1.0, 0.5], [0.5, 1.0]], ["t1", "t2"], n=204)
        >>> round(cronbach_alpha(data, ["t1", "t2"]), 4)
        0.6667

    Reference:
        Cronbach, L. J. (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16(3), 297-334.

    """
    problems = Problems("alpha")
    items = name_list(items, "items")
    _check_items(items, "", problems)
    if len(items) < 2:
        problems.add("alpha needs two items or more")
    problems.raise_if_any()
    own, place = _moments_of(moments, items, group)
    table, count = own.covariance[place], len(own.names)
    return float(count / (count - 1.0) * (1.0 - np.trace(table) / table.sum()))


def reliability_of_difference(
    first: float, second: float, correlation: float, *, deviations: tuple[float, float] = (1.0, 1.0)
) -> float:
    """Return the reliability of a difference, from those of its two parts and their correlation.

    ``(s₁² ρ₁ + s₂² ρ₂ - 2 r s₁ s₂) / (s₁² + s₂² - 2 r s₁ s₂)``, for errors that are not correlated. What the parts have
    in common is taken out of the difference, and their errors are not.

    Args:
        first: the reliability of one part.
        second: that of the other.
        correlation: of the two, as observed.
        deviations: their standard deviations.

    Raises:
        InvalidParameters: if reliabilities are no shares, deviations are not above 0, the correlation is larger than
            parts so reliable can have, or the two do not differ at all.

    Examples:
        >>> round(reliability_of_difference(0.8, 0.8, 0.5), 4), round(reliability_of_difference(0.8, 0.8, 0.0), 4)
        (0.6, 0.8)

    Reference:
        Johns, G. (1981), Difference score measures of organizational behavior variables: A critique, Organizational
        Behavior and Human Performance 27(3), 443-463; Peter, J. P., Churchill, G. A. and Brown, T. J. (1993), Caution
        in the use of difference scores in consumer research, Journal of Consumer Research 19(4), 655-662.

    """
    problems = Problems("reliability of a difference")
    for name, value in (("first", first), ("second", second)):
        if not 0.0 <= finite(value, name, "a share between 0 and 1") <= 1.0:
            problems.add(f"{name} = {value!r} is no share between 0 and 1")
    for value in deviations:
        if not finite(value, "deviations", "above 0") > 0.0:
            problems.add(f"deviations = {deviations!r} must be above 0")
    problems.raise_if_any(InvalidParameters)
    most = float(np.sqrt(first * second))
    if not abs(finite(correlation, "correlation", "between -1 and 1")) <= most + 1e-12:
        problems.add(f"correlation = {correlation!r} is beyond {most:.4g}, the most that parts so reliable can have")
    own, other = deviations
    shared = 2.0 * correlation * own * other
    whole = own**2 + other**2 - shared
    if not whole > 1e-12 * (own**2 + other**2):
        problems.add("the two parts are one; their difference is 0 and has no reliability")
    problems.raise_if_any(InvalidParameters)
    return float((own**2 * first + other**2 * second - shared) / whole)


def constructs_and_items(constructs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Return the names of constructs, and all their items, each once.

    Raises:
        InvalidData: naming constructs with fewer than two items or a text in place of them, and items that stand twice
            in one.

    """
    problems = Problems("constructs")
    for name, own in constructs.items():
        if isinstance(own, str):
            problems.add(f"the items of {name} are a text, {own!r}; write [{own!r}]")
            continue
        _check_items(own, f"{name}: ", problems)
        if len(own) < 2:
            problems.add(f"{name} has {len(own)} items; two or more are needed")
    problems.raise_if_any()
    return list(constructs), list(dict.fromkeys(item for own in constructs.values() for item in own))


def _check_items(items: Sequence[str], where: str, problems: Problems) -> None:
    for item in sorted({item for item in items if list(items).count(item) > 1}):
        problems.add(f"{where}{item!r} is named twice; an item counts once")


def _moments_of(data: SampleMoments | Survey, items: Sequence[str], group: int | str) -> tuple[SampleMoments, int]:
    """Return the moments of some items, of those who answered all of them, and the place of the group."""
    own = data.of(items)
    place = group_at(group, own.groups)
    return (own.moments() if isinstance(own, Survey) else own), place


def heterotrait_monotrait(
    moments: SampleMoments | Survey,
    constructs: Mapping[str, Sequence[str]],
    *,
    mean: Literal["arithmetic", "geometric"] = "arithmetic",
    limit: float = 0.85,
    group: int | str = 0,
) -> Table:
    """Return for each pair of constructs the ratio of correlations between to correlations within.

    ``HTMT = mean |r| between / √(mean |r| within one · mean |r| within the other)``; above the limit two constructs are
    hardly distinct.

    Args:
        moments: of the items, or the answers, of which those who answered all of the items count.
        constructs: by name the items of each, two or more.
        mean: of the sizes of correlations; the geometric one (HTMT2) allows for items that measure unequally well.
        limit: .85 or .90 are usual; a convention.
        group: the place of the group, or its name.

    Raises:
        InvalidData: naming items that are not there or stand twice, constructs with fewer than two, and those whose
            items correlate by 0 on average, so that there is nothing to divide by.
        InvalidParameters: if there are fewer than two constructs, the limit is not above 0, or there is no such group.

    Examples:
        >>> table = [[1.0, 0, 0, 0], [0.6, 1.0, 0, 0], [0.3, 0.3, 1.0, 0], [0.3, 0.3, 0.5, 1.0]]
        >>> data = SampleMoments.from_correlation(table, ["t1", "t2", "c1", "c2"], n=204)
        >>> print(heterotrait_monotrait(data, {"trust": ["t1", "t2"], "commitment": ["c1", "c2"]}))
        first  second      ratio  distinct
        trust  commitment  0.5477  yes

    Reference:
        Henseler, J., Ringle, C. M. and Sarstedt, M. (2015), A new criterion for assessing discriminant validity in
        variance-based structural equation modeling, Journal of the Academy of Marketing Science 43(1), 115-135; Roemer,
        E., Schuberth, F. and Henseler, J. (2021), HTMT2, Industrial Management & Data Systems 121(12), 2637-2650.

    """
    names, items = constructs_and_items(constructs)
    if len(names) < 2 or not finite(limit, "limit", "a ratio above 0") > 0.0:
        message = f"give two constructs or more, and a limit above 0; here {len(names)} and {limit!r}"
        raise InvalidParameters(message)
    own, at = _moments_of(moments, items, group)
    spread = np.sqrt(np.diag(own.covariance[at]))
    size = np.abs(own.covariance[at] / np.outer(spread, spread))
    place = {name: [items.index(item) for item in constructs[name]] for name in names}
    average = _AVERAGES.get(mean)
    if average is None:
        message = f"mean = {mean!r} must be 'arithmetic' or 'geometric'"
        raise InvalidParameters(message)
    within = {name: average(size[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]) for name, rows in place.items()}
    if apart := [name for name in names if not within[name] > _NOTHING]:
        message = f"the mean correlation among the items of {', '.join(apart)} is 0; there is nothing to divide by"
        raise InvalidData(message)
    pairs = [(first, second) for row, first in enumerate(names) for second in names[row + 1 :]]
    ratio = [
        average(size[np.ix_(place[first], place[second])]) / float(np.sqrt(within[first] * within[second]))
        for first, second in pairs
    ]
    return Table(
        {
            "first": [first for first, _ in pairs],
            "second": [second for _, second in pairs],
            "ratio": np.array(ratio),
            "distinct": ["yes" if one < limit else "no" for one in ratio],
        }
    )
