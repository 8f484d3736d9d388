"""How columns of a table become answers: words to numbers, codes to gaps, then scales, and questions that are turned.

Equal faults of several columns are told in one sentence, since a file that was read as text is one mistake, and not as
many as there are questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from relmodels.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, column
from relmodels.core.errors import Problems
from relmodels.frames.columns import Coded, Column, Columns, coded, object_array, row_list
from relmodels.sem.scales import Reading, Scale

__all__ = ["answers_in", "counts_column"]

_MOST: Final = 10_000_000  # respondents: each has a row of answers in memory
_NAMED: Final = 5  # columns and texts that are named


@dataclass(slots=True, frozen=True)
class _Faults:
    """What several columns may have in common, by column.

    Attributes:
        texts: where no text is read: a text of the column, its row, and whether others there look like numbers.
        unknown: by text that has no number: the columns with it, each with the first row.
        others: by fault: the columns.

    """

    texts: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)


def answers_in(table: Columns, names: Sequence[str], reading: Reading, problems: Problems) -> FloatArray:
    """Return ``(n, p)`` the answers in some columns; what is wrong with them is noted.

    Args:
        table: the columns.
        names: of those with answers.
        reading: the scale of each, what is turned, and what means no answer.
        problems: to which faults are added.

    """
    values, faults = np.empty((len(table), len(names))), _Faults()
    for place, name in enumerate(names):
        values[:, place] = _numbers(table.column(name), name, reading.words, faults)
    _tell(faults, problems)
    values[np.isin(values, reading.codes)] = np.nan
    for place, name in enumerate(names):
        _check_scale(values[:, place], name, reading, problems)
        if name in reading.turned:
            values[:, place] = sum(reading.turned[name]) - values[:, place]
    return values


def _numbers(found: Column, name: str, words: Mapping[str, float] | None, faults: _Faults) -> FloatArray:
    """Return ``(n,)`` a column as numbers; ``nan`` where a text has none, which is noted."""
    texts, rest = _parted(found)
    own = Problems("")
    values = np.full(len(found), np.nan) if rest is None else column(rest, name, own)
    for fault in own.found:
        faults.others.setdefault(fault.removeprefix(f"{name} "), []).append(name)
    values = np.array(values) if values.size == len(found) else np.full(len(found), np.nan)
    if texts is None:
        return values
    meant = np.array([(words or {}).get(word, np.nan) for word in texts.words] or [np.nan])
    lacking = np.array([word not in (words or {}) for word in texts.words] or [False])
    there = np.asarray(texts.codes >= 0, dtype=bool)
    _note_texts(texts, there & lacking[texts.codes], name, faults, known=words is not None)
    return np.where(there, meant[texts.codes], values)


def _parted(found: Column) -> tuple[Coded | None, AnyArray | None]:
    """Return the texts of a column, ``None`` if it has none, and the rest of it, ``None`` if all are texts."""
    if isinstance(found, Coded):
        return found, None
    if found.dtype != np.object_ or not any(isinstance(one, str) for one in found):
        return None, found
    texts = coded(one if isinstance(one, str) else None for one in found)
    return texts, object_array([None if isinstance(one, str) else one for one in found])


def _note_texts(texts: Coded, bad: BoolArray, name: str, faults: _Faults, *, known: bool) -> None:
    """Note the texts that stand for no number: one of a column, or, if others do, each of them."""
    codes, first = np.unique(texts.codes[bad], return_index=True)
    rows = {str(texts.words[code]): int(np.flatnonzero(bad)[place]) for code, place in zip(codes, first, strict=True)}
    if known:
        for word, row in rows.items():
            faults.unknown.setdefault(word, {})[name] = row
    elif rows:
        foreign = [word for word in rows if not _is_numeral(word)]
        word = min(foreign or rows, key=rows.__getitem__)
        faults.texts[name] = (word, rows[word], len(foreign) < len(rows))


def _is_numeral(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


def _tell(faults: _Faults, problems: Problems) -> None:
    """Note each fault once, with the columns that have it."""
    for numerals in (True, False):
        own = {name: (word, row) for name, (word, row, mixed) in faults.texts.items() if mixed is numerals}
        if own:
            word, row = next(iter(own.values()))
            advice = (
                f"convert the column{'s' * (len(own) > 1)} first"
                + ("" if _is_numeral(word) else ", or name every text in words=, numerals too")
                if numerals
                else f"say which number each text stands for, as in words={{{word!r}: 7}}"
            )
            hold = _several(own, "holds")
            problems.add(f"{hold} text such as {word!r} in {_at(row, own)}, numbers are needed; {advice}")
    for place, (word, where) in enumerate(faults.unknown.items()):
        if place == _NAMED:
            problems.add(f"{len(faults.unknown) - _NAMED} more texts are not in words either")
            break
        first = next(iter(where.values()))
        problems.add(
            f"{_several(where, 'holds')} {word!r} in {_at(first, where)}, which is not in words; "
            "say which number it stands for, or None if it means no answer"
        )
    for fault, names in faults.others.items():
        verb, _, rest = fault.partition(" ")
        problems.add(f"{_several(names, verb)} {rest}")


def _several(names: Mapping[str, object] | Sequence[str], verb: str) -> str:
    """Return the first columns and a verb that goes with so many."""
    shown = ", ".join(list(names)[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    plural = {"holds": "hold", "has": "have", "is": "are"}.get(verb, verb)
    return f"{shown}{more} {verb if len(names) == 1 else plural}"


def _at(row: int, names: Mapping[str, object]) -> str:
    return f"row {row}" if len(names) == 1 else f"row {row} of {next(iter(names))}"


def _check_scale(values: FloatArray, name: str, reading: Reading, problems: Problems) -> None:
    """Note infinite answers, and those off the scale."""
    if np.isinf(values).any():
        problems.add(f"{name} is infinite in {row_list(np.isinf(values))}")
    ends: Scale | None = reading.scales.get(name, reading.turned.get(name))
    if ends is None:
        return
    low, high = ends
    off = np.asarray(np.isfinite(values) & ~((values >= low) & (values <= high)), dtype=bool)
    if off.any():
        problems.add(
            f"{name} = {values[off][0]:g} is off the scale from {low:g} to {high:g} in {row_list(off)}; correct it, or "
            "name it in missing_codes if it means no answer"
        )


def counts_column(table: Columns, name: str, problems: Problems) -> IntArray:
    """Return ``(n,)`` how many respondents each row stands for."""
    found = table.column(name)
    if isinstance(found, Coded):
        problems.add(f"{name} holds text, numbers are needed; convert the column first")
        return np.ones(len(table), dtype=np.int64)
    values = column(found, name, problems)
    off = np.asarray(~((values >= 0.0) & (values == np.floor(values)) & np.isfinite(values)), dtype=bool)
    if off.any():
        problems.add(f"{name} must be whole numbers from 0 on; it is not in {row_list(off)}")
        return np.ones(len(table), dtype=np.int64)
    if values.sum() > _MOST:
        where = row_list(values == values.max())
        problems.add(
            f"{name} stands for {values.sum():.4g} respondents, the most of them in {where}; "
            f"a survey holds up to {_MOST:,}; divide the counts, or pass covariances as SampleMoments"
        )
        return np.ones(len(table), dtype=np.int64)
    return values.astype(np.int64)
