"""Files of purchases: CSV, Parquet and Excel in, the named columns out, and a sentence about whatever is wrong.

Columns of a CSV file are read as text, so that an identifier such as ``00123`` stays what it is; amounts are then
converted, and those that are no numbers are named by row. Dates stay text: the purchase summary reads them.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from relmodels.core.errors import InvalidData, MissingExtra, Problems

__all__ = ["Columns", "read"]

_CSV: Final = (".csv", ".tsv", ".txt")
_PARQUET: Final = (".parquet", ".pq")
_EXCEL: Final = (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods")
_SHOWN: Final = 5
_REMEDIES: Final = {
    "utf-8": "save the file as CSV UTF-8",
    "more fields": "a row has more fields than the heading, perhaps a separator inside an unquoted text",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file to take.

    Attributes:
        customer: who bought.
        date: when.
        amount: for how much; ``None`` if that is not of interest.

    """

    customer: str
    date: str
    amount: str | None

    @property
    def names(self) -> list[str]:
        """Return the names that are given, each once."""
        given = [self.customer, self.date, *([] if self.amount is None else [self.amount])]
        return list(dict.fromkeys(given))


def read(path: Path, columns: Columns, *, separator: str | None = None, sheet: str | None = None) -> pl.DataFrame:
    """Return the named columns of a file, amounts as numbers.

    Args:
        path: a CSV, Parquet or Excel file, told apart by its ending.
        columns: the names of the columns to take.
        separator: between the fields of a CSV file; a comma, or a tab for ``.tsv``, by default.
        sheet: of an Excel file; the first by default.

    Raises:
        InvalidData: if there is no such file, it cannot be read, a column is missing, or an amount is no number.
        MissingExtra: if the library that reads Excel files is not installed.

    """
    if not path.is_file():
        message = f"{path} is {'a folder' if path.is_dir() else 'not there'}; give the path of a file of purchases"
        raise InvalidData(message)
    suffix = path.suffix.lower()
    try:
        frame = _opened(path, suffix, separator, sheet)
        present = frame.collect_schema().names()
        _check_names(path, columns.names, present, separator)
        taken = frame.select(columns.names).collect()
    except (pl.exceptions.PolarsError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InvalidData):
            raise
        message = f"{path.name} cannot be read as {_kind(suffix)}: {_first_line(error)}"
        raise InvalidData(message) from error
    return taken if columns.amount is None else _with_numbers(taken, columns.amount)


def _opened(path: Path, suffix: str, separator: str | None, sheet: str | None) -> pl.LazyFrame:
    if suffix in _CSV:
        between = separator or ("\t" if suffix == ".tsv" else ",")
        if len(between) != 1:
            message = f"--separator {between!r} is not a single character"
            raise InvalidData(message)
        return pl.scan_csv(path, separator=between, infer_schema=False)
    if suffix in _PARQUET:
        return pl.scan_parquet(path)
    if suffix in _EXCEL:
        return _sheet(path, sheet).lazy()
    message = f"{path.name} is of no known kind; use one of {', '.join((*_CSV, *_PARQUET, *_EXCEL))}"
    raise InvalidData(message)


def _sheet(path: Path, sheet: str | None) -> pl.DataFrame:
    try:
        import fastexcel
    except ModuleNotFoundError as error:
        raise MissingExtra(library="fastexcel", extra="report") from error
    try:
        return pl.read_excel(path, sheet_name=sheet, engine="calamine", infer_schema_length=None)
    except fastexcel.FastExcelError as error:
        message = f"{path.name} cannot be read as an Excel sheet: {_first_line(error)}"
        raise InvalidData(message) from error


def _kind(suffix: str) -> str:
    return "CSV" if suffix in _CSV else "Parquet" if suffix in _PARQUET else "an Excel sheet"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    line = lines[0] if lines else type(error).__name__
    return next((f"{line}; {remedy}" for sign, remedy in _REMEDIES.items() if sign in line), line)


def _check_names(path: Path, wanted: Sequence[str], present: Sequence[str], separator: str | None) -> None:
    problems = Problems(path.name)
    for name in wanted:
        if name not in present:
            near = difflib.get_close_matches(name, present, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problems.add(f"there is no column {name!r}; the file has {', '.join(map(repr, present))}{hint}")
    if problems and len(present) == 1 and separator is None:
        other = next((mark for mark in ";\t|" if mark in present[0]), None)
        if other is not None:
            problems.found[:] = [f"its columns are separated by {other!r}; say so with --separator {other!r}"]
    problems.raise_if_any()


def _with_numbers(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return ``frame`` with the amounts as numbers; a missing amount stays missing and is reported by the summary."""
    amounts = frame[name]
    if amounts.dtype.is_numeric():
        return frame
    if amounts.dtype != pl.String:
        message = f"{name} holds values of type {amounts.dtype}, numbers are needed; did you name another column?"
        raise InvalidData(message)
    text = amounts.str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False)
    bad = (numbers.is_null() & amounts.is_not_null()).arg_true()
    if bad.len():
        shown = ", ".join(f"{name}[{row}] = {amounts[row]!r}" for row in bad.head(_SHOWN))
        more = "" if bad.len() <= _SHOWN else f" and {bad.len() - _SHOWN:,} more rows"
        message = f"{shown}{more} is not a number; write amounts like 1234.50, without currency and thousands marks"
        raise InvalidData(message)
    return frame.with_columns(numbers.alias(name))
