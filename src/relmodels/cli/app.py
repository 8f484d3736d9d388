"""The commands: their options, and the order of things."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as date_type
from pathlib import Path
from typing import Annotated, Final, cast

import polars as pl
import typer

from relmodels.btyd.intake import Negative
from relmodels.btyd.summary import PurchaseSummary
from relmodels.cli import files, options, screen, survey
from relmodels.cli.guard import check_output, refusing
from relmodels.core.errors import InvalidData
from relmodels.core.periods import as_unit
from relmodels.core.version import __version__
from relmodels.datasets.cdnow import cdnow
from relmodels.report import Money, render, save, split_day, study
from relmodels.report.format import count

__all__ = ["application", "demo", "report"]

_OUTPUT: Final = Path("relmodels-report.html")
_HELP: Final = (
    "What a table of purchases says about its customers: who is still there, what they will buy, what they are worth, "
    "and who holds most of the value."
)

Output = Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.", metavar="FILE")]


def application() -> typer.Typer:
    """Return the command line with its commands."""
    app = typer.Typer(
        name="relmodels",
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    app.command(help=_REPORT_HELP, epilog=_REPORT_EXAMPLE)(report)
    app.command(help=survey.HELP, epilog=survey.EXAMPLE)(survey.survey)
    app.command(help=_DEMO_HELP)(demo)
    return app


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer hands a flag over by position
    if asked:
        screen.say(f"relmodels {__version__}")
        raise typer.Exit


_Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


def _options(*, version: _Version = False) -> None:
    del version  # the callback has printed it and left


_REPORT_HELP: Final = (
    "Write a report about the customers in FILE.\n\n"
    "FILE is CSV, Parquet or Excel, with one row for each purchase. You name its columns; nothing is guessed, and the "
    "columns taken are printed. Dates are dates or text like 2026-11-23. The report is one HTML file, opened offline."
)
_REPORT_EXAMPLE: Final = (
    "Example: relmodels report purchases.csv --customer customer_id --date date --amount amount -o report.html"
)
_DEMO_HELP: Final = (
    "Write the report about a sample that ships with the library.\n\n"
    "The sample is CDNOW's: 2,357 customers of a music shop, 1997 to 1998. The models see its first 39 weeks; the next "
    "39 test their forecast."
)


def report(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[Path, typer.Argument(help="The file of purchases.", metavar="FILE", show_default=False)],
    customer: Annotated[str, typer.Option(help="Column that says who bought.", metavar="COLUMN")],
    date: Annotated[str, typer.Option(help="Column that says when.", metavar="COLUMN")],
    amount: Annotated[
        str | None, typer.Option(help="Column that says for how much; without it, no values.", metavar="COLUMN")
    ] = None,
    unit: Annotated[
        str, typer.Option(help="Unit of time: day, week, month, quarter or year.", metavar="UNIT")
    ] = "week",
    horizon: Annotated[
        float | None,
        typer.Option(help="How far to look ahead, in that unit.", metavar="NUMBER", show_default="one year"),
    ] = None,
    discount_rate: Annotated[float, typer.Option(help="Per year; 0.15 is 15 per cent.", metavar="SHARE")] = 0.15,
    margin: Annotated[float, typer.Option(help="Share of an amount that is profit.", metavar="SHARE")] = 1.0,
    currency: Annotated[str, typer.Option(help="Written before amounts, such as $.", metavar="SIGN")] = "",
    calibration_end: Annotated[
        str | None,
        typer.Option(
            help="Last day the models see; later purchases test them.",
            metavar="YYYY-MM-DD",
            show_default="hold nothing out",
        ),
    ] = None,
    observation_end: Annotated[
        str | None,
        typer.Option(help="Last day of the records.", metavar="YYYY-MM-DD", show_default="the last date in FILE"),
    ] = None,
    negative: Annotated[
        str, typer.Option(help="Days on which refunds exceed purchases: raise (refuse) or drop.", metavar="RULE")
    ] = "raise",
    separator: Annotated[
        str | None, typer.Option(help="Between the fields of a CSV file.", metavar="CHARACTER", show_default="a comma")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of an Excel file.", metavar="NAME", show_default="the first")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Heading of the report.", metavar="TEXT", show_default="what it is about")
    ] = None,
    output: Output = _OUTPUT,
) -> None:
    """Write a report about the customers in a file."""
    columns = files.Columns(customer=customer, date=date, amount=amount)
    rules = options.Rules(unit, negative, calibration_end, observation_end)
    terms = Money(discount_rate=discount_rate, margin=margin, currency=currency)
    with refusing(file, separator):
        options.check(rules, horizon=horizon, discount_rate=discount_rate, margin=margin)
        files.check_kind(file, separator=separator, sheet=sheet)
        check_output(file, output)
        with screen.working(f"Reading {file.name}"):
            frame = files.taken(file, columns.names, separator=separator, sheet=sheet)
        with screen.working("Counting purchases"):
            summary, split = _summaries(_with_numbers(frame, columns, rules), columns, rules)
        heading = (title, f"{file.name}, {count(frame.height)} rows")
        _make(summary, split, horizon, terms, heading, output)


def demo(output: Output = _OUTPUT) -> None:
    """Write the report about the CDNOW sample."""
    log = cdnow()
    columns = files.Columns(customer="customer", date="date", amount="amount")
    rules = options.Rules("week", "raise", calibration_end="1997-09-30", observation_end="1998-06-30")
    with refusing():
        check_output(None, output)
        screen.say("CDNOW sample: purchases of a music shop on the web, customers of the first quarter of 1997.")
        summary, split = _summaries(log, columns, rules)
        heading = ("CDNOW, customers of early 1997", f"CDNOW sample, {count(len(log))} rows")
        _make(summary, split, None, Money(currency="$"), heading, output)


def _with_numbers(frame: pl.DataFrame, columns: files.Columns, rules: options.Rules) -> pl.DataFrame:
    """Return the table with amounts as numbers; if some are none, its other faults are named with them."""
    try:
        return files.with_numbers(frame, columns.amount)
    except InvalidData as error:
        others: tuple[str, ...] = ()
        try:
            _summaries(frame, replace(columns, amount=None), rules)
        except InvalidData as other:
            others = other.problems
        raise InvalidData([*error.problems, *others]) from error


def _summaries(
    log: object, columns: files.Columns, rules: options.Rules
) -> tuple[PurchaseSummary, PurchaseSummary | None]:
    """Return the summary and, if its reader held nothing out, one with the last third held out for the test."""
    unit, negative = as_unit(rules.unit), cast("Negative", rules.negative)

    def counted(calibration_end: str | date_type | None) -> PurchaseSummary:
        return PurchaseSummary.from_transactions(
            log,
            customer=columns.customer,
            date=columns.date,
            amount=columns.amount,
            unit=unit,
            calibration_end=calibration_end,
            observation_end=rules.observation_end,
            negative=negative,
        )

    summary = counted(rules.calibration_end)
    cut = split_day(summary)
    return summary, None if cut is None else counted(cut)


def _make(
    summary: PurchaseSummary,
    split: PurchaseSummary | None,
    horizon: float | None,
    terms: Money,
    heading: tuple[str | None, str],
    output: Path,
) -> None:
    """Fit, value, draw, write and print."""
    title, origin = heading
    if summary.intake is not None:
        screen.tell(str(summary.intake))
    screen.say("")
    with screen.working("Fitting the models and valuing the customers"):
        found = study(summary, horizon=horizon, money=terms, split=split)
    with screen.working("Drawing the report"):
        save(render(found, title=title, origin=origin), output)
    screen.show(found)
    if found.no_value is not None and summary.spend is not None:
        screen.say(f"relmodels: no values, {found.no_value}", warn=True)
    screen.say(f"Report: {output}")
