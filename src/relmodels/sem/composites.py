"""Columns made of other columns: how far two answers lie apart, and means of questions that measure one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np

from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters, Problems

__all__ = ["Available", "Gap", "More", "gap_between", "parcel_means"]

Gap: TypeAlias = Literal["absolute", "signed", "squared"]
More: TypeAlias = Literal["agreement", "difference"]
Available: TypeAlias = Literal["listwise", "available"]
Scales: TypeAlias = Mapping[str, tuple[float, float]]

_TIMES: Final = 4.0  # a convention: by how much deviations of one parcel may differ before their scales are asked for


def gap_between(
    name: str, first: str, second: str, kind: Gap, more: More | None, names: Sequence[str], values: FloatArray
) -> FloatArray:
    """Return ``(n,)`` the gap between two questions; ``nan`` where one of them was not answered.

    Raises:
        InvalidData: naming questions that are not there, and a name that is.
        InvalidParameters: if the kind or the direction is unknown, or they do not go together.

    """
    _check_kind(kind, more)
    problems = Problems("gap")
    if name in names:
        problems.add(f"there is a question {name!r} already; choose another name")
    for one in dict.fromkeys((first, second)):
        if one not in names:
            problems.add(f"there is no question {one!r}; there are {', '.join(names)}")
    if first == second:
        problems.add(f"{first!r} is compared with itself; name two questions")
    problems.raise_if_any()
    apart = values[:, list(names).index(first)] - values[:, list(names).index(second)]
    if kind == "signed":
        return np.asarray(apart, dtype=np.float64)
    size = np.abs(apart) if kind == "absolute" else apart**2
    return np.asarray(size if more == "difference" else 0.0 - size, dtype=np.float64)  # no -0


def _check_kind(kind: str, more: str | None) -> None:
    problems = Problems("gap")
    if kind not in {"absolute", "signed", "squared"}:
        problems.add(f"kind = {kind!r} must be 'absolute', 'signed' or 'squared'")
    if more not in {None, "agreement", "difference"}:
        problems.add(f"more = {more!r} must be 'agreement' or 'difference'")
    if kind == "signed" and more == "agreement":
        problems.add("a signed difference grows with one of the two, not with agreement; take the absolute or squared")
    problems.raise_if_any(InvalidParameters)


def parcel_means(
    parcels: Mapping[str, Sequence[str]],
    missing: Available,
    scales: Scales | None,
    names: Sequence[str],
    values: FloatArray,
) -> FloatArray:
    """Return ``(n, k)`` the means of the questions of each parcel.

    Raises:
        InvalidData: naming everything that is wrong with the parcels together.
        InvalidParameters: if it is unknown what to do about missing answers.

    """
    if missing not in {"listwise", "available"}:
        message = f"missing = {missing!r} must be 'listwise' or 'available'"
        raise InvalidParameters(message)
    problems = Problems("parcels")
    _check_parcels(parcels, names, problems)
    for name, questions in parcels.items():
        known = [one for one in questions if one in names]
        if scales is None:
            _check_spreads(name, known, values[:, [list(names).index(one) for one in known]], problems)
        else:
            _check_scales(name, known, scales, values[:, [list(names).index(one) for one in known]], problems)
    problems.raise_if_any()
    found = np.empty((len(values), len(parcels)))
    for place, questions in enumerate(parcels.values()):
        own = values[:, [list(names).index(one) for one in questions]]
        there = (~np.isnan(own)).sum(axis=1)
        enough = there == own.shape[1] if missing == "listwise" else there > 0
        sums = np.nansum(own, axis=1)
        found[:, place] = np.divide(sums, there, out=np.full(len(own), np.nan), where=enough)
    return found


def _check_parcels(parcels: Mapping[str, Sequence[str]], names: Sequence[str], problems: Problems) -> None:
    owner: dict[str, str] = {}
    if not parcels:
        problems.add("there are none; name one or more with its questions")
    for name, questions in parcels.items():
        if name in names:
            problems.add(f"there is a question {name!r} already; choose another name")
        if isinstance(questions, str):
            problems.add(f"the questions of {name} are a text, {questions!r}; write [{questions!r}]")
            continue
        if len(questions) < 2:
            problems.add(f"{name} has {len(questions)} questions; a parcel is of two or more")
        for one in questions:
            if one not in names:
                problems.add(f"{name}: there is no question {one!r}; there are {', '.join(names)}")
            if one in owner:
                where = "twice" if owner[one] == name else f"in {owner[one]} too"
                problems.add(f"{name}: {one!r} is {where}; a question is in one parcel")
            owner.setdefault(one, name)


def _check_spreads(name: str, questions: Sequence[str], own: FloatArray, problems: Problems) -> None:
    """Note questions of one parcel that vary so differently that they cannot be on one scale."""
    answered = [place for place in range(own.shape[1]) if (~np.isnan(own[:, place])).sum() > 1]
    spread = np.array([np.nanstd(own[:, place]) for place in answered])
    if spread.size < 2 or not spread.min() > 0.0 or spread.max() <= _TIMES * spread.min():
        return
    most, least = questions[answered[int(spread.argmax())]], questions[answered[int(spread.argmin())]]
    problems.add(
        f"{name}: {most!r} varies {spread.max() / spread.min():.1f} times as much as {least!r}; bring them to one "
        "scale, or state that they are on one with scales="
    )


def _check_scales(name: str, questions: Sequence[str], scales: Scales, own: FloatArray, problems: Problems) -> None:
    stated = {}
    for place, one in enumerate(questions):
        if one not in scales:
            problems.add(f"{name}: the scale of {one!r} is not stated; give its lowest and highest answer")
            continue
        low, high = scales[one]
        stated[one] = (float(low), float(high))
        off = np.flatnonzero((own[:, place] < low) | (own[:, place] > high))
        if off.size:
            problems.add(
                f"{name}: {one} = {own[off[0], place]:g} in row {off[0]} is off its scale, {low:g} to {high:g}"
            )
    if len(set(stated.values())) > 1:
        said = ", ".join(f"{one} {low:g} to {high:g}" for one, (low, high) in stated.items())
        problems.add(f"{name}: the scales differ: {said}; bring them to one scale first")
