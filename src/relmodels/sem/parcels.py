"""Parcels that are balanced: every one with strong and weak questions, so that all measure their construct alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from string import ascii_lowercase

from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import is_number, whole
from relmodels.sem.checks import group_at
from relmodels.sem.guards import require_path_fit
from relmodels.sem.result import PathFit
from relmodels.sem.standardize import standardized

__all__ = ["balanced_parcels"]


def balanced_parcels(
    loadings: PathFit | Mapping[str, Mapping[str, float]], count: int | Mapping[str, int] = 3, *, group: int | str = 0
) -> dict[str, tuple[str, ...]]:
    """Return parcels of the questions of each construct, by item-to-construct balance; for ``Survey.with_parcels``.

    The questions that load highest begin a parcel each. The next ones go round by round, the highest to the parcel with
    the lowest sum of loadings. This suits constructs of one dimension; questions of several are parceled by dimension.

    Args:
        loadings: a fit of the measurement model, of which standardized loadings are taken, or by construct the loading
            of each question.
        count: parcels of each construct, ``trust_a``, ``trust_b`` and so on; a mapping takes the constructs it names.
        group: the place of the group of the fit, or its name.

    Raises:
        InvalidParameters: naming together constructs that are not there, those with fewer than two questions for each
            parcel, questions that measure two constructs, and loadings that are not above 0: turn such questions first;
            and if there is no such group; and if another kind of fit is passed.

    Examples:
        >>> loadings = {"t1": 0.9, "t2": 0.85, "t3": 0.8, "t4": 0.7, "t5": 0.65, "t6": 0.5}
        >>> balanced_parcels({"trust": loadings}, 3)
        {'trust_a': ('t1', 't6'), 'trust_b': ('t2', 't5'), 'trust_c': ('t3', 't4')}

    Reference:
        Little, T. D., Cunningham, W. A., Shahar, G. and Widaman, K. F. (2002), To parcel or not to parcel: Exploring
        the question, weighing the merits, Structural Equation Modeling 9(2), 151-173.

    """
    known = loadings if isinstance(loadings, Mapping) else _loadings(loadings, group)
    counts = dict(count) if isinstance(count, Mapping) else dict.fromkeys(known, count)
    counts = {construct: whole(parcels, "count", 1) for construct, parcels in counts.items()}
    problems = Problems("parcels")
    owner: dict[str, str] = {}
    for construct, parcels in counts.items():
        if construct not in known:
            problems.add(f"there is no construct {construct!r}; there are {', '.join(known)}")
            continue
        _check(construct, known[construct], parcels, problems)
        for question in known[construct]:
            if owner.setdefault(question, construct) != construct:
                problems.add(f"{question!r} measures {owner[question]} and {construct}; a question is in one parcel")
    if not counts:
        problems.add("there is no construct")
    problems.raise_if_any(InvalidParameters)
    return {
        f"{construct}_{ascii_lowercase[place]}": tuple(parcel)
        for construct, parcels in counts.items()
        for place, parcel in enumerate(_balanced(known[construct], parcels))
    }


def _loadings(fit: PathFit, group: int | str) -> dict[str, dict[str, float]]:
    """Return the standardized loadings of the observed questions of each construct."""
    require_path_fit(fit, "balanced_parcels")
    group = group_at(group, fit.groups)
    values = standardized(fit.parameters, fit.structures, fit.theta, "all").value
    found: dict[str, dict[str, float]] = {}
    for one, value in zip(fit.parameters, values.tolist(), strict=True):
        if one.operator == "=~" and one.group == group and one.right in fit.names:
            found.setdefault(one.left, {})[one.right] = value
    return found


def _check(construct: str, own: Mapping[str, float], count: int, problems: Problems) -> None:
    if len(own) < 2 * count:
        problems.add(f"{construct} has {len(own)} questions; {count} parcels need {2 * count}, ask for fewer")
    if count > len(ascii_lowercase):
        problems.add(f"{construct}: {count} parcels; {len(ascii_lowercase)} are the most")
    for question, loading in own.items():
        if not is_number(loading) or not math.isfinite(loading) or loading <= 0.0:
            problems.add(
                f"{construct}: the loading of {question!r} is {loading!r}, not above 0; turn the question first"
            )


def _balanced(own: Mapping[str, float], count: int) -> list[list[str]]:
    order = sorted(own, key=lambda question: -own[question])
    parcels: list[list[str]] = [[question] for question in order[:count]]
    for begin in range(count, len(order), count):
        sums = [round(sum(own[one] for one in parcel), 10) for parcel in parcels]  # ties go by order, not by rounding
        weakest = sorted(range(count), key=sums.__getitem__)
        for place, question in zip(weakest, order[begin : begin + count], strict=False):
            parcels[place].append(question)
    return parcels
