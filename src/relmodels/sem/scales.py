"""How the answers of a survey are to be read: on which scale, which of them turned, and what means no answer.

What is stated twice must agree, and a code for no answer may not be an answer as well; all of it is looked at before
the table is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias, TypeGuard

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.core.numbers import is_number

__all__ = ["Reading", "Reverse", "Scale", "Scales"]

Scale: TypeAlias = tuple[float, float]
Scales: TypeAlias = Scale | Mapping[str, Scale]
Reverse: TypeAlias = Mapping[str, Scale] | Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """How answers are read, as :meth:`~relmodels.sem.Survey.from_frame` was told.

    Attributes:
        scales: the lowest and highest answer of those questions whose scale is stated.
        turned: the same of the questions that ask the other way round.
        codes: numbers that mean no answer.
        words: the number that each text stands for, ``nan`` if it means no answer; ``None`` if no text is read.

    """

    scales: Mapping[str, Scale]
    turned: Mapping[str, Scale]
    codes: tuple[float, ...]
    words: Mapping[str, float] | None

    @classmethod
    def stated(
        cls,
        questions: Sequence[str],
        scale: Scales | None,
        reverse: Reverse | None,
        missing_codes: Sequence[float],
        words: Mapping[str, float | None] | None,
    ) -> Self:
        """Return how answers to some questions are read.

        Raises:
            InvalidParameters: naming every scale, code and word that is none, and those that contradict each other.

        """
        faults: list[str] = []
        scales = _scales(questions, scale, faults)
        turned = _turned(reverse, scales, faults)
        codes = _codes(missing_codes, faults)
        meant = _meanings(words, faults)
        if not faults:
            _check_agreement(scales, turned, codes, faults)
        if faults:
            raise InvalidParameters(faults)
        return cls(scales, turned, codes, meant)


def _listed(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple | np.ndarray)


def _is_finite(value: object) -> TypeGuard[float]:
    return is_number(value) and math.isfinite(value)  # type: ignore[arg-type]


def _ends(where: str, stated: object, faults: list[str]) -> Scale | None:
    """Return the lowest and highest answer; what is wrong with them is noted."""
    if not _listed(stated) or len(stated) != 2:
        faults.append(f"{where}: {stated!r} must be the lowest and the highest answer, such as (1, 7)")
        return None
    low, high = stated
    if not (_is_finite(low) and _is_finite(high)):
        faults.append(f"{where}: {stated!r} holds what is no number; give the lowest and the highest answer as (1, 7)")
        return None
    ends = (float(low), float(high))
    if ends[0] > ends[1]:
        faults.append(f"{where}: {stated!r} has its ends swapped; write ({ends[1]:g}, {ends[0]:g})")
    elif ends[0] == ends[1]:
        faults.append(f"{where}: {stated!r} is a single answer; give the lowest and the highest, such as (1, 7)")
    return ends


def _scales(questions: Sequence[str], scale: Scales | None, faults: list[str]) -> dict[str, Scale]:
    """Return the scale of each question that has a stated one."""
    if scale is None:
        return {}
    if isinstance(scale, Mapping):
        found = {name: _ends(f"scale: {name}", ends, faults) for name, ends in scale.items()}
        faults += [f"scale: {name!r} is none of the columns" for name in found if name not in questions]
        return {name: ends for name, ends in found.items() if ends is not None}
    ends = _ends("scale", scale, faults)
    return {} if ends is None else dict.fromkeys(questions, ends)


def _turned(reverse: Reverse | None, scales: Mapping[str, Scale], faults: list[str]) -> dict[str, Scale]:
    """Return the scale of each question that asks the other way round."""
    if reverse is None or (_listed(reverse) and not len(reverse)):
        return {}
    if isinstance(reverse, Mapping):
        found = {name: _ends(f"reverse: {name}", ends, faults) for name, ends in reverse.items()}
        return {name: ends for name, ends in found.items() if ends is not None}
    names = [str(name) for name in reverse if isinstance(name, str)] if _listed(reverse) else []
    if names and all(name in scales for name in names) and len(names) == len(reverse):
        return {name: scales[name] for name in names}
    first = reverse if isinstance(reverse, str) else next((name for name in names if name not in scales), "trust4")
    faults.append(
        f"reverse = {reverse!r} does not say on which scale; give the lowest and the highest answer of each question, "
        f"as in reverse={{{first!r}: (1, 7)}}"
    )
    return {}


def _codes(codes: object, faults: list[str]) -> tuple[float, ...]:
    """Return the numbers that mean no answer."""
    if not _listed(codes):
        shown = f"; write ({codes!r},)" if is_number(codes) else ", such as (9, 99)"
        faults.append(f"missing_codes = {codes!r} is no list of numbers{shown}")
        return ()
    wrong = [code for code in codes if not _is_finite(code)]
    if wrong:
        listed = ", ".join(map(repr, wrong))
        faults.append(f"missing_codes holds {listed}; codes are numbers, and a text is given to words= with None")
    return () if wrong else tuple(map(float, codes))  # type: ignore[arg-type]


def _meanings(words: object, faults: list[str]) -> dict[str, float] | None:
    """Return the number that each text stands for, ``nan`` if it means no answer."""
    if words is None:
        return None
    if not isinstance(words, Mapping):
        faults.append(f"words = {words!r} must say which number each text stands for, as in words={{'agree': 7}}")
        return None
    for word, value in words.items():
        if not isinstance(word, str):
            faults.append(f"words: {word!r} is no text; numbers are read as they are, or named in missing_codes")
        if value is not None and not _is_finite(value):
            faults.append(f"words: {word!r} stands for {value!r}; give a number, or None where it means no answer")
    return {word: np.nan if value is None else float(value) for word, value in words.items()} if not faults else None


def _check_agreement(
    scales: Mapping[str, Scale], turned: Mapping[str, Scale], codes: Sequence[float], faults: list[str]
) -> None:
    """Note questions turned on another scale than theirs, and codes that are answers as well."""
    for name in turned:
        if scales.get(name, turned[name]) != turned[name]:
            (low, high), (least, most) = scales[name], turned[name]
            faults.append(f"reverse: {name} is turned from {least:g} to {most:g}, and its scale is {low:g} to {high:g}")
    for code in codes:
        inside = [name for name, (low, high) in {**turned, **scales}.items() if low <= code <= high]
        if inside:
            low, high = {**turned, **scales}[inside[0]]
            faults.append(
                f"missing_codes: {code:g} lies on the scale of {inside[0]}, {low:g} to {high:g}, where it is an "
                "answer; leave it out, or make such answers empty in the table"
            )
