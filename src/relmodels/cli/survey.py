"""The command for a survey: answers and a model in, one page out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, cast, get_args

import numpy as np
import typer

from relmodels.cli import files, screen
from relmodels.cli.guard import check_output, refusing
from relmodels.cli.survey_numbers import with_numbers
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.drivers import morgan_hunt
from relmodels.drivers.respondent_scores import QUALITY
from relmodels.frames.table import Table
from relmodels.report import SurveyStudy, render_survey, save, survey_study
from relmodels.report.format import count
from relmodels.report.survey_words import fit_line, headline, warnings
from relmodels.sem.data import Survey
from relmodels.sem.fit import Estimator, Missing
from relmodels.sem.model import PathModel

__all__ = ["EXAMPLE", "HELP", "survey"]

_OUTPUT: Final = Path("relmodels-survey.html")
_LONGEST: Final = 100_000
_OWN: Final = "questionnaire"  # stands for the reversed questions of the library's own questionnaire

HELP: Final = (
    "Write a report about the answers in FILE.\n\n"
    "FILE is CSV, Parquet or Excel, with one row for each respondent and one column for each question; what was not "
    "answered is empty. The model is a text in lavaan's syntax; without one it is Morgan and Hunt's theory of trust "
    "and commitment, and the questions are rtc1 to unc4. The report is one HTML page, opened offline or printed on A4."
)
EXAMPLE: Final = "Example: relmodels survey answers.csv --model model.txt --scale 1,7 -o report.html"


def survey(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[Path, typer.Argument(help="The file of answers.", metavar="FILE", show_default=False)],
    model: Annotated[
        Path | None,
        typer.Option(help="Text file of the model.", metavar="FILE", show_default="the commitment-trust theory"),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(help="Lowest and highest answer.", metavar="LOW,HIGH", show_default="those given"),
    ] = None,
    missing_codes: Annotated[
        str | None,
        typer.Option(help="Numbers that mean no answer.", metavar="CODES", show_default="empty cells alone"),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(
            help="Numbers that texts stand for, nothing for no answer; may be given again.",
            metavar="TEXT=NUMBER,...",
        ),
    ] = None,
    reverse: Annotated[
        list[str] | None,
        typer.Option(
            help=(
                "Columns that ask the other way round, separated by commas; may be given again. 'questionnaire' stands "
                "for those of the library's own questionnaire."
            ),
            metavar="COLUMNS",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="What to call a construct in the report; may be given again.", metavar="NAME=TEXT"),
    ] = None,
    estimator: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(Estimator))}.", metavar="NAME")] = "ML",
    missing: Annotated[
        str,
        typer.Option(
            help=(
                "Respondents who left questions out: listwise (leave out), ml (count what they answered; ML, MLR) or "
                "pairwise (count pairs of questions; WLSMV)."
            ),
            metavar="RULE",
        ),
    ] = "listwise",
    separator: Annotated[
        str | None, typer.Option(help="Between the fields of a CSV file.", metavar="CHARACTER", show_default="a comma")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of an Excel file.", metavar="NAME", show_default="the first")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Heading of the report.", metavar="TEXT", show_default="what it is about")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.", metavar="FILE")] = _OUTPUT,
) -> None:
    """Write a report about the answers in a file."""
    with refusing(file, separator):
        asked = [one.strip() for text in reverse or [] for one in text.split(",") if one.strip()]
        ends, codes, names = _checked(scale, missing_codes, asked, name or [], estimator, missing)
        meant = _meanings(words or [])
        files.check_kind(file, separator=separator, sheet=sheet, what="answers")
        check_output(file, output, what="answers")
        if model is not None:
            check_output(model, output, what="the model")
        theory = morgan_hunt.key_mediating() if model is None else _model(model)
        turned = _turned(asked, ends, names, theory)
        with screen.working(f"Reading {file.name}"):
            frame = files.taken(file, theory.observed, separator=separator, sheet=sheet, what="answers")
            answers = Survey.from_frame(
                with_numbers(frame, meant),
                theory.observed,
                reverse=turned,
                scale=None if ends is None else dict.fromkeys(_questions(theory), ends),
                missing_codes=codes,
            )
        with screen.working("Fitting the model"):
            found = survey_study(
                theory,
                answers,
                scale=ends,
                names=names,
                estimator=cast("Estimator", estimator),
                missing=cast("Missing", missing),
            )
        with screen.working("Drawing the report"):
            save(render_survey(found, title=title, origin=f"{file.name}, {count(frame.height)} rows"), output)
        _show(found)
        screen.say(f"Report: {output}")


def _checked(
    scale: str | None, missing_codes: str | None, reverse: list[str], name: list[str], estimator: str, missing: str
) -> tuple[tuple[float, float] | None, tuple[float, ...], dict[str, str]]:
    """Return scale, codes and names as given, or raise naming every option that is out of range."""
    problems: list[str] = []
    ends: tuple[float, float] | None = None
    if scale is not None:
        try:
            low, high = (float(end) for end in scale.split(","))
        except ValueError:
            low, high = 1.0, 0.0
        if -np.inf < low < high < np.inf:
            ends = (low, high)
        else:
            problems.append(f"--scale {scale!r} is not the lowest and the highest answer; write it as 1,7")
    elif [one for one in reverse if one != _OWN]:
        problems.append("--reverse needs --scale: an answer is turned at the ends of its scale, such as --scale 1,7")
    codes = _codes(missing_codes, ends, problems)
    for option, value, known in (
        ("--estimator", estimator, get_args(Estimator)),
        ("--missing", missing, get_args(Missing)),
    ):
        if value not in known:
            problems.append(f"{option} {value!r} is unknown; use one of {', '.join(known)}")
    parts = [one.partition("=") for one in name]
    problems += [
        f"--name {one!r} names nothing; write it as trust=Trust"
        for one, (before, _, after) in zip(name, parts, strict=True)
        if not (before.strip() and after.strip())
    ]
    if problems:
        raise InvalidParameters(problems)
    return ends, codes, {before.strip(): after.strip() for before, _, after in parts}


def _codes(text: str | None, ends: tuple[float, float] | None, problems: list[str]) -> tuple[float, ...]:
    """Return the numbers that mean no answer; what is none, or is an answer on the scale, is noted."""
    try:
        codes = () if text is None else tuple(float(code) for code in text.split(","))
    except ValueError:
        codes = (np.nan,)
    if not np.isfinite(codes).all():
        problems.append(f"--missing-codes {text!r} is no list of numbers; write it as 9,99")
    elif ends is not None and (inside := [code for code in codes if ends[0] <= code <= ends[1]]):
        problems.append(
            f"--missing-codes {', '.join(f'{code:g}' for code in inside)}: an answer on the scale from {ends[0]:g} to "
            f"{ends[1]:g}; leave it out, or empty such cells in the file"
        )
    return codes


def _meanings(words: list[str]) -> dict[str, float | None]:
    """Return the number that each text stands for, ``None`` for no answer; or raise naming those that are none."""
    found: dict[str, float | None] = {}
    problems = []
    for one in (part for text in words for part in text.split(",") if part.strip()):
        word, sign, number = (part.strip() for part in one.partition("="))
        try:
            found[word] = float(number) if number else None
        except ValueError:
            sign = ""
        if not (word and sign) or not np.isfinite(found.get(word) or 0.0):
            problems.append(f"--words {one.strip()!r} says no number; write it as agree=7, or as agree= for no answer")
    if problems:
        raise InvalidParameters(problems)
    return found


def _questions(theory: PathModel) -> tuple[str, ...]:
    """Return the questions that measure something, which are on the scale; all columns if none does."""
    measured = dict.fromkeys(row.right for row in theory.rows if row.operator == "=~")
    return tuple(name for name in theory.observed if name in measured) or theory.observed


def _turned(
    reverse: list[str], ends: tuple[float, float] | None, names: dict[str, str], theory: PathModel
) -> dict[str, tuple[float, float]]:
    """Return the questions to be turned, with their scale, or raise naming what the model does not have."""
    problems = []
    own = morgan_hunt.reversed_questions(theory.observed) if _OWN in reverse and _OWN not in theory.observed else {}
    if _OWN in reverse and not own and _OWN not in theory.observed:
        problems.append("--reverse questionnaire: the model has none of its reversed questions, such as trust4")
    named = [one for one in reverse if one != _OWN or one in theory.observed]
    if unknown := [one for one in named if one not in theory.observed]:
        problems.append(f"--reverse {', '.join(unknown)}: no question of the model, such as {theory.observed[0]}")
    known = {*theory.latent, *theory.observed, QUALITY}
    if unknown := [one for one in names if one not in known]:
        problems.append(f"--name {', '.join(unknown)}: nothing in the model; it has {', '.join(theory.latent)}")
    if problems:
        raise InvalidParameters(problems)
    return own if ends is None else dict.fromkeys([*own, *named], ends)


def _model(path: Path) -> PathModel:
    """Return the model written in a file."""
    if not path.is_file():
        message = (
            f"{path} is {'a folder' if path.is_dir() else 'not there'}; give the path of a text file with the model"
        )
        raise InvalidData(message)
    if path.stat().st_size > _LONGEST:
        message = f"{path.name} is longer than a model; give a text of up to {_LONGEST:,} characters"
        raise InvalidData(message)
    try:
        return PathModel.parse(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        message = f"{path.name} is not text in UTF-8; save it as plain text"
        raise InvalidData(message) from error
    except InvalidData as error:
        raise InvalidData([f"{path.name}: {problem}" for problem in error.problems]) from error
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror or error}"
        raise InvalidData(message) from error


def _show(study: SurveyStudy) -> None:
    """Print the finding, the fit, and the hypotheses or paths."""
    screen.tell(headline(study))
    screen.say("")
    screen.tell(fit_line(study))
    screen.say("")
    for sentence in warnings(study):
        screen.tell(f"To look at: {sentence}")
        screen.say("")
    table = study.hypotheses
    if table is not None:
        shown = {column: table.column(column) for column in ("path", "expected", "standardized", "verdict")}
        screen.say(f"{Table(shown)}\n")
        return
    paths = [place for place, one in enumerate(study.fit.parameters) if one.operator == "~" and one.right]
    if paths:
        whole = study.fit.table()
        numbers = {name: np.asarray(whole.column(name))[paths] for name in ("estimate", "low", "high", "standardized")}
        names = [study.fit.parameters[place].name for place in paths]
        screen.say(f"{Table({'path': names, **numbers})}\n")
