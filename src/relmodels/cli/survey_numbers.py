"""Answers of a file as numbers: texts by what they stand for, and a sentence for each column that holds others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from relmodels.core.errors import InvalidData
from relmodels.frames.columns import row_list

__all__ = ["with_numbers"]

_COMMA: Final = re.compile(r"[-+]?\d+,\d+")
_SHOWN: Final = 4  # words of a column


def with_numbers(frame: pl.DataFrame, words: Mapping[str, float | None]) -> pl.DataFrame:
    """Return answers as numbers; empty ones stay empty.

    Args:
        frame: with a column for each question.
        words: the number that each text stands for, ``None`` if it means no answer.

    Raises:
        InvalidData: naming for each column what is no number, with its rows.

    Examples:
        >>> frame = pl.DataFrame({"trust1": ["7", "agree", None], "trust2": ["disagree", "agree", "neutral"]})
        >>> with_numbers(frame, {"agree": 6.0, "disagree": 2.0, "neutral": None})["trust2"].to_list()
        [2.0, 6.0, None]

    """
    problems, columns = [], []
    for answers in frame:
        if answers.dtype.is_numeric() or answers.dtype == pl.Null:
            columns.append(answers.cast(pl.Float64))
        elif answers.dtype != pl.String:
            problems.append(f"{answers.name} holds values of type {answers.dtype}, numbers are needed")
        else:
            numbers, bad = _read(answers, words)
            columns.append(numbers)
            if bad.any():
                problems.append(_told(answers, bad))
    if problems:
        raise InvalidData(problems)
    return pl.DataFrame(columns)


def _read(answers: pl.Series, words: Mapping[str, float | None]) -> tuple[pl.Series, pl.Series]:
    """Return a column as numbers, and where it holds something that is none."""
    texts = answers.str.strip_chars()
    known = texts.is_in(list(words))
    left = texts.set(known.fill_null(value=False) | (texts == ""), None)
    numbers = left.cast(pl.Float64, strict=False)
    meant = texts.replace_strict(dict(words), default=None, return_dtype=pl.Float64) if words else numbers
    return numbers.fill_null(meant), numbers.is_null() & left.is_not_null()


def _told(answers: pl.Series, bad: pl.Series) -> str:
    """Return a sentence on what a column holds beside numbers."""
    counts = answers.filter(bad).str.strip_chars().value_counts(sort=True)
    found, times = counts.to_series(0).to_list(), counts.to_series(1).to_list()
    where = row_list(bad.to_numpy())
    if any(_COMMA.fullmatch(word) for word in found):
        first = next(word for word in found if _COMMA.fullmatch(word))
        return f"{answers.name} = {first!r} in {where} is not a number; write decimals with a point, 4.0"
    if len(found) == 1:
        return (
            f"{answers.name} = {found[0]!r} in {where} is not a number; say what it stands for, --words "
            f"'{found[0]}=7', or leave empty what was not answered"
        )
    shown = ", ".join(f"{word!r} ({time})" for word, time in zip(found[:_SHOWN], times, strict=False))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (
        f"{answers.name} holds {shown}{more} in {where}, numbers are needed; say which number each stands for, --words "
        f"'{found[0]}=7,{found[1]}=6'"
    )
