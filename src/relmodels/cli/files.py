"""Files of purchases or answers: CSV, Parquet and Excel in, the named columns out, a sentence about what is wrong.

Columns of a CSV file are read as text, so that an identifier such as ``00123`` stays what it is; amounts are then
converted, and those that are no numbers are named by row. Dates stay text: the purchase summary reads them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from relmodels.cli.heading import check_names, check_text, check_unique
from relmodels.core.errors import InvalidData, MissingExtra
from relmodels.frames.columns import row_list

__all__ = ["Columns", "check_kind", "lines_are_rows", "read", "taken", "with_numbers"]

_CSV: Final = (".csv", ".tsv", ".txt")
_PARQUET: Final = (".parquet", ".pq")
_EXCEL: Final = (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods")
_SHOWN: Final = 5
_BLOCK: Final = 1 << 20
_COMMA: Final = re.compile(r"[-+]?\d+(\.\d{3})*,\d{1,2}")
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


def check_kind(path: Path, *, separator: str | None, sheet: str | None, what: str = "purchases") -> None:
    """Refuse what is no file, and options that do not belong to files of its kind.

    Raises:
        InvalidData: if there is no such file, or an option for another kind of file is given.

    """
    if not path.is_file():
        message = f"{path} is {'a folder' if path.is_dir() else 'not there'}; give the path of a file of {what}"
        raise InvalidData(message)
    suffix = path.suffix.lower()
    if separator is not None and suffix in (*_PARQUET, *_EXCEL):
        message = f"--separator is for CSV files and {path.name} is {_kind(suffix)}; leave it out"
        raise InvalidData(message)
    if separator is not None and len(separator) != 1:
        message = f"--separator {separator!r} is not a single character"
        raise InvalidData(message)
    if sheet is not None and suffix in (*_CSV, *_PARQUET):
        message = f"--sheet is for Excel files and {path.name} is {_kind(suffix)}; leave it out"
        raise InvalidData(message)


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
    return with_numbers(taken(path, columns.names, separator=separator, sheet=sheet), columns.amount)


def taken(
    path: Path, names: Sequence[str], *, separator: str | None = None, sheet: str | None = None, what: str = "purchases"
) -> pl.DataFrame:
    """Return the named columns of a file as they stand there; arguments and errors are those of :func:`read`."""
    check_kind(path, separator=separator, sheet=sheet, what=what)
    suffix = path.suffix.lower()
    try:
        frame = _opened(path, suffix, separator, sheet)
        present = frame.collect_schema().names()
        check_unique(path, names, present, lambda: _heading(path, suffix, separator, sheet))
        check_names(path, names, present, separator)
        return frame.select(names).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InvalidData):
            raise
        message = f"{path.name} cannot be read as {_kind(suffix)}: {_first_line(error)}"
        raise InvalidData(message) from error


def lines_are_rows(path: Path, separator: str | None) -> bool:
    """Return whether row 0 is line 2 of a CSV file and so on: no text goes over several lines, no line is skipped."""
    suffix = path.suffix.lower()
    if suffix not in _CSV:
        return False
    lines, last = 0, b"\n"
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                lines, last = lines + block.count(b"\n"), block[-1:]
        rows = _opened(path, suffix, separator, None).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return False
    return bool(lines + (last != b"\n") == rows + 1)


def _opened(path: Path, suffix: str, separator: str | None, sheet: str | None) -> pl.LazyFrame:
    if suffix in _CSV:
        check_text(path)
        return pl.scan_csv(path, separator=_between(suffix, separator), infer_schema=False)
    if suffix in _PARQUET:
        return pl.scan_parquet(path)
    if suffix in _EXCEL:
        return _sheet(path, sheet).lazy()
    message = f"{path.name} is of no known kind; use one of {', '.join((*_CSV, *_PARQUET, *_EXCEL))}"
    raise InvalidData(message)


def _between(suffix: str, separator: str | None) -> str:
    return separator or ("\t" if suffix == ".tsv" else ",")


def _heading(path: Path, suffix: str, separator: str | None, sheet: str | None) -> list[str]:
    """Return the first row of a file, read as if it were no heading."""
    if suffix in _CSV:
        mark = _between(suffix, separator)
        first = pl.read_csv(
            path, separator=mark, has_header=False, infer_schema=False, n_rows=1, truncate_ragged_lines=True
        )
    elif suffix in _EXCEL:
        first = pl.read_excel(path, sheet_name=sheet, engine="calamine", has_header=False, read_options={"n_rows": 1})
    else:
        return []
    return [str(name) for row in first.head(1).rows() for name in row]


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


def with_numbers(frame: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Return ``frame`` with the amounts as numbers; a missing amount stays missing and is reported by the summary.

    Raises:
        InvalidData: naming the amounts that are no numbers, and then those that are missing too.

    """
    if name is None or frame[name].dtype.is_numeric():
        return frame
    amounts = frame[name]
    if amounts.dtype != pl.String:
        message = f"{name} holds values of type {amounts.dtype}, numbers are needed; did you name another column?"
        raise InvalidData(message)
    numbers = amounts.str.strip_chars().cast(pl.Float64, strict=False)
    bad = numbers.is_null() & amounts.is_not_null()
    if bad.any():
        raise InvalidData(_not_numbers(amounts, bad, name))
    return frame.with_columns(numbers.alias(name))


def _not_numbers(amounts: pl.Series, bad: pl.Series, name: str) -> list[str]:
    rows = bad.arg_true()
    shown = ", ".join(f"{name}[{row}] = {amounts[row]!r}" for row in rows.head(_SHOWN))
    more = "" if rows.len() <= _SHOWN else f" and {rows.len() - _SHOWN:,} more rows"
    comma = any(_COMMA.fullmatch(amounts[row].strip()) for row in rows.head(_SHOWN))
    advice = "decimals need a point: " if comma else ""
    problems = [
        f"{shown}{more} is not a number; {advice}write amounts like 1234.50, without currency and thousands marks"
    ]
    if amounts.null_count():
        missing = row_list(amounts.is_null().to_numpy())
        problems.append(f"{name} is missing in {missing}; every row needs an amount, fill or drop these rows")
    return problems
