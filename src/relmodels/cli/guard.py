"""What is refused before the work, and how a refusal looks: one sentence and an exit status of 1."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import typer

from relmodels.cli import files, screen
from relmodels.core.errors import InvalidData, RelmodelsError
from relmodels.report.page import refuse_place

__all__ = ["check_output", "refusing"]


def check_output(file: Path | None, output: Path, *, what: str = "purchases") -> None:
    """Refuse before the work what would be refused after it.

    Args:
        file: what is read, if anything.
        output: what is to be written.
        what: what the file holds.

    Raises:
        InvalidData: if the output cannot be written, or is the file that is read.

    """
    refuse_place(output)
    if not output.absolute().parent.is_dir():
        message = f"{output} cannot be written: name a file in a folder that exists"
        raise InvalidData(message)
    if file is not None and output.exists() and file.exists() and output.samefile(file):
        message = f"{output} is the file of {what}; give the report another name with -o"
        raise InvalidData(message)


@contextmanager
def refusing(file: Path | None = None, separator: str | None = None) -> Generator[None]:
    """Turn what went wrong into a sentence and an exit status of 1."""
    try:
        yield
    except RelmodelsError as error:
        screen.refuse(error, lines_of=lambda: _lines_of(file, separator))
        raise typer.Exit(1) from error
    except (Exception, pl.exceptions.PanicException) as error:  # a panic of polars is a BaseException
        if os.environ.get("RELMODELS_DEBUG"):
            raise
        screen.give_up(error)
        raise typer.Exit(1) from error


def _lines_of(file: Path | None, separator: str | None) -> str | None:
    return file.name if file is not None and files.lines_are_rows(file, separator) else None
