"""The command line: good files give a report, bad ones a sentence, an exit status and no file."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import relmodels
from relmodels.cli import app, main, screen
from relmodels.cli.app import application
from relmodels.cli.files import Columns, lines_are_rows, read
from relmodels.core.errors import InvalidData, MissingExtra
from relmodels.core.version import __version__
from relmodels.datasets.cdnow import cdnow

COLUMNS = ("--customer", "customer_id", "--date", "date", "--amount", "amount")


@pytest.fixture(scope="module")
def purchases() -> pl.DataFrame:
    """Return the first customers of the CDNOW sample, with identifiers that begin with zeros."""
    log = cdnow().to_frame(like="polars").filter(pl.col("customer") <= 700)
    return log.with_columns(customer_id=pl.col("customer").cast(pl.String).str.zfill(5)).drop("customer")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> Result:
    """Return the result of the command line with these arguments."""
    return CliRunner().invoke(application(), [str(argument) for argument in arguments])


def refused(result: Result, *words: str) -> None:
    """Check that the command said no in a sentence, with these words in it, and not with a traceback."""
    assert result.exit_code == 1
    first = result.stderr.splitlines()[0]
    assert first.startswith("relmodels: ")
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.stderr, result.stderr


def test_a_csv_file_gives_a_report(folder: Path, purchases: pl.DataFrame) -> None:
    """The command prints the columns it took, the period and the short table, and writes the file."""
    purchases.write_csv("purchases.csv")
    result = run("report", "purchases.csv", *COLUMNS, "--margin", "0.3", "-o", "report.html")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    shown = " ".join(result.stdout.split())
    for part in (
        "customers from 'customer_id', dates from 'date', amounts from 'amount'",
        "700 customers",
        "1998-06-30",
        "BG/NBD r",
        "gamma-gamma p",
        "log-likelihood",
        "expected purchases, next 52 weeks",
        "margin 30%",
        "class A:",
        "Report: report.html",
    ):
        assert part in shown, part
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "purchases.csv" in text
    assert '<td class="id">00' in text
    assert sorted(path.name for path in folder.iterdir()) == ["purchases.csv", "report.html"]


def test_parquet_and_excel_are_read_as_csv_is(folder: Path, purchases: pl.DataFrame) -> None:
    """The same purchases give the same table from each kind of file."""
    purchases.write_csv("purchases.csv")
    purchases.write_parquet("purchases.parquet")
    purchases.write_excel("purchases.xlsx")
    tables = [
        run("report", name, *COLUMNS, "-o", "out.html").stdout
        for name in ("purchases.csv", "purchases.parquet", "purchases.xlsx")
    ]
    assert tables[0] == tables[1] == tables[2]
    assert "class A" in tables[0]


def test_identifiers_of_a_csv_file_stay_text(folder: Path) -> None:
    """Leading zeros survive, and amounts become numbers."""
    path = folder / "log.csv"
    path.write_text("who,when,paid,note\n007,2026-01-05, 1e1 ,x\n008,2026-01-06,,y\n", encoding="utf-8")
    frame = read(path, Columns("who", "when", "paid"))
    assert frame.to_dict(as_series=False) == {
        "who": ["007", "008"],
        "when": ["2026-01-05", "2026-01-06"],
        "paid": [10.0, None],
    }


def test_amounts_of_a_parquet_file_may_be_text(folder: Path) -> None:
    """Text amounts are converted wherever they come from, and other types are refused by name."""
    frame = pl.DataFrame({"who": [1], "when": ["2026-01-05"], "paid": ["12.5"], "other": [[1]]})
    frame.write_parquet("log.parquet")
    path = folder / "log.parquet"
    assert read(path, Columns("who", "when", "paid"))["paid"].to_list() == [12.5]
    with pytest.raises(InvalidData, match="other holds values of type List"):
        read(path, Columns("who", "when", "other"))


@pytest.mark.parametrize(("name", "mark", "option"), [("log.csv", ";", ";"), ("log.tsv", "\t", None)])
def test_other_separators(folder: Path, name: str, mark: str, option: str | None) -> None:
    """Another separator is named by the reader, or given by the ending of the file."""
    path = folder / name
    path.write_text(f"who{mark}when\nAnn{mark}2026-01-05\n", encoding="utf-8")
    assert read(path, Columns("who", "when", None), separator=option).shape == (1, 2)


def test_without_amounts_there_is_no_value(folder: Path, purchases: pl.DataFrame) -> None:
    """Leaving out --amount gives a report about purchases."""
    purchases.write_csv("purchases.csv")
    result = run("report", "purchases.csv", "--customer", "customer_id", "--date", "date", "-o", "report.html")
    assert result.exit_code == 0, result.output
    assert "no amounts" in result.stdout
    assert "class A" not in result.stdout
    assert "says nothing about value" in (folder / "report.html").read_text(encoding="utf-8")


def test_amounts_that_cannot_be_modeled_are_reported_without_values(folder: Path, purchases: pl.DataFrame) -> None:
    """Equal amounts give a report about purchases and a line on standard error that says why."""
    once_a_day = purchases.unique(["customer_id", "date"], keep="first")
    once_a_day.with_columns(amount=pl.lit(10.0)).write_csv("purchases.csv")
    result = run("report", "purchases.csv", *COLUMNS, "-o", "report.html")
    assert result.exit_code == 0, result.output
    assert "relmodels: no values, every customer spends the same, 10 per purchase" in result.stderr
    assert (folder / "report.html").exists()


def test_options_reach_the_report(folder: Path, purchases: pl.DataFrame) -> None:
    """Unit, horizon, currency, title and calibration end are those given."""
    purchases.write_csv("purchases.csv")
    result = run(
        *("report", "purchases.csv", *COLUMNS, "--unit", "month", "--horizon", "6", "--currency", "£"),
        *("--title", "Our customers", "--calibration-end", "1997-09-30", "--observation-end", "1998-07-31"),
        *("-o", "report.html"),
    )
    assert result.exit_code == 0, result.output
    assert "next 6 months" in result.stdout
    assert "1997-09-30" in result.stdout
    assert "1998-07-31" in result.stdout
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "<h1>Our customers</h1>" in text
    assert "£" in text


BAD_FILES = {
    "no column": ("customer,date,amount\n1,2026-01-05,3\n", "log.csv", "did you mean 'customer'?"),
    "wrong separator": ("customer_id;date;amount\n1;2026-01-05;3\n", "log.csv", "say so with --separator ';'"),
    "bad amount": (
        "customer_id,date,amount\n1,2026-01-05,3\n1,2026-01-06,12 EUR\n",
        "log.csv",
        "amount[1] = '12 EUR' is not a number",
    ),
    "bad date": ("customer_id,date,amount\n1,05.01.2026,3\n", "log.csv", "05.01.2026"),
    "refund": ("customer_id,date,amount\n1,2026-01-05,-3\n", "log.csv", "amount"),
    "decimal comma": (
        "customer_id;date;amount\n1;2026-01-05;3\n1;2026-01-06;12,50\n".replace(";", "\t"),
        "log.tsv",
        "decimals need a point: write amounts like 1234.50",
    ),
    "empty": ("", "log.csv", "cannot be read as CSV"),
    "one name twice": (
        "customer_id,customer_id,date,amount\n1,2,2026-01-05,3\n",
        "log.csv",
        "2 columns are named 'customer_id'; give each column of the file its own name",
    ),
    "lines of old Macs": ("customer_id,date,amount\r1,2026-01-05,3\r", "log.csv", "save the file as CSV UTF-8"),
    "null characters": ("customer_id,date,amount\n1\0,2026-01-05,3\n", "log.csv", "save the file as CSV UTF-8"),
    "many columns": (",".join(f"column {i}" for i in range(99)) + "\n", "log.csv", "'column 11' and 87 more"),
    "only a heading": ("customer_id,date,amount\n", "log.csv", "there are no rows"),
    "ragged": ("customer_id,date,amount\n1,2026-01-05,3,4\n", "log.csv", "more fields than the heading"),
    "one-time buyers": ("customer_id,date,amount\n1,2026-01-05,3\n2,2026-02-05,4\n", "log.csv", "second day"),
    "no parquet": ("x", "log.parquet", "cannot be read as Parquet"),
    "no excel": ("x", "log.xlsx", "cannot be read as an Excel sheet"),
    "unknown ending": ("x", "log.doc", "is of no known kind"),
}


@pytest.mark.parametrize(("text", "name", "words"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_files_get_a_sentence_and_leave_no_file(folder: Path, text: str, name: str, words: str) -> None:
    """The first line of standard error says what is wrong, the status is 1, and no report or draft is left."""
    (folder / name).write_bytes(text.encode())
    refused(run("report", name, *COLUMNS, "-o", "report.html"), words)
    assert [path.name for path in folder.iterdir()] == [name]


def test_text_in_another_encoding_is_refused(folder: Path) -> None:
    """A Latin-1 file gets the advice to save it as UTF-8."""
    (folder / "log.csv").write_bytes("customer_id,date,amount\nJos\xe9,2026-01-05,3\n".encode("latin-1"))
    refused(run("report", "log.csv", *COLUMNS, "-o", "report.html"), "save the file as CSV UTF-8")


def test_several_problems_are_counted_and_listed(folder: Path) -> None:
    """The first problem comes with the number of all, the others follow, and the counting of rows is explained."""
    (folder / "log.csv").write_text(
        "customer_id,date,amount\n,2026-01-05,3\n1,soon,4\n1,2026-01-07,\n", encoding="utf-8"
    )
    result = run("report", "log.csv", *COLUMNS)
    refused(result, "(the first of 3 problems)", "row 0", "'soon'")
    assert sum(line.startswith("  - ") for line in result.stderr.splitlines()) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf_16_is_refused(folder: Path, encoding: str) -> None:
    """Excel's Unicode text gets the same advice, and none of it appears on the screen."""
    (folder / "log.csv").write_bytes("customer_id,date,amount\n1,2026-01-05,3\n".encode(encoding))
    result = run("report", "log.csv", *COLUMNS)
    refused(result, "save the file as CSV UTF-8")
    assert "\ufffd" not in result.stderr
    assert "\0" not in result.stderr


def test_names_that_a_reader_makes_up_are_no_columns(folder: Path) -> None:
    """The second of two equal names cannot be had by the name polars gives it; a name that stands there can."""
    path = folder / "log.csv"
    path.write_text("who,who,when\n1,2,2026-01-05\n", encoding="utf-8")
    with pytest.raises(InvalidData, match="2 columns are named 'who'"):
        read(path, Columns("who_duplicated_0", "when", None))
    path.write_text("who,who_1,note,note,when\n1,2,x,y,2026-01-05\n", encoding="utf-8")
    assert read(path, Columns("who_1", "when", None))["who_1"].to_list() == ["2"]


def test_a_compressed_csv_file_is_read(folder: Path) -> None:
    """The bytes of a compressed file are no text, and are read all the same; its rows are no lines."""
    path = folder / "log.csv"
    path.write_bytes(gzip.compress(b"who,when\n1,2026-01-05\n"))
    assert read(path, Columns("who", "when", None)).rows() == [("1", "2026-01-05")]
    assert not lines_are_rows(path, None)


def test_lines_of_an_unreadable_file_are_no_rows(folder: Path) -> None:
    """Looking for lines after a fault raises no further one."""
    (folder / "log.csv").write_bytes(b"")
    assert not lines_are_rows(folder / "log.csv", None)
    assert not lines_are_rows(folder / "gone.csv", None)


def test_a_sheet_with_one_name_twice_is_refused(folder: Path) -> None:
    """Excel files are asked for names that stand there twice as well."""
    rows = pl.DataFrame({"a": ["who", "1"], "b": ["who", "2"], "c": ["when", "2026-01-05"]})
    rows.write_excel("log.xlsx", include_header=False)
    with pytest.raises(InvalidData, match="2 columns are named 'who'"):
        read(folder / "log.xlsx", Columns("who", "when", None))


def test_long_names_of_columns_are_cut(folder: Path) -> None:
    """A heading that is not the heading does not fill the screen."""
    (folder / "log.csv").write_text("x" * 500 + ",y\n1,2\n", encoding="utf-8")
    result = run("report", "log.csv", *COLUMNS)
    refused(result, "x...'")
    assert max(map(len, result.stderr.splitlines())) < 200


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1,soon,4\n2,2026-01-05,3\n", ": row 0 is line 2 of log.csv."),
        ("1,2026-01-05,4\n,2026-01-05,3\n,2026-01-05,3", ": row 1 is line 3 of log.csv."),
        ("1,2026-01-05,4\n1,2026-01-05,x\n", ": row 1 is line 3 of log.csv."),
        ("1,2026-01-05,4\n1,2026-01-06,-3\n", ": row 1 is line 3 of log.csv."),
        ('"1\n2",2026-01-05,4\n,2026-01-05,3\n', "."),
        ("1,row 7,4\n1,2026-01-05,3\n", ": row 0 is line 2 of log.csv."),
    ],
)
def test_rows_are_explained_as_lines_where_they_are(folder: Path, text: str, note: str) -> None:
    """Whatever names a row is followed by how rows are counted, with the line unless a text goes over several."""
    (folder / "log.csv").write_text(f"customer_id,date,amount\n{text}", encoding="utf-8")
    result = run("report", "log.csv", *COLUMNS)
    refused(result)
    assert result.stderr.splitlines()[-1] == f"Rows are counted from 0, the heading not included{note}"


def test_rows_of_other_files_are_explained_without_lines(folder: Path) -> None:
    """Parquet has no lines."""
    pl.DataFrame({"customer_id": [1], "date": ["soon"], "amount": [1.0]}).write_parquet("log.parquet")
    result = run("report", "log.parquet", *COLUMNS)
    assert result.stderr.splitlines()[-1] == "Rows are counted from 0, the heading not included."


@pytest.mark.parametrize(
    ("rows", "advice", "python"),
    [
        ("1,2026-01-05,3\n1,2026-02-05,4\n1,2026-03-05,4", "; bring more customers or a longer period", "fixed="),
        ("1,2026-01-05,-3", "or give --negative drop to leave such days out", "negative="),
        ("1,05.01.2026,3", "write dates as 2026-11-23 in the file", "parse"),
    ],
)
def test_advice_is_for_the_command_line(folder: Path, rows: str, advice: str, python: str) -> None:
    """What the library tells people who write Python is said in terms of options and files."""
    (folder / "log.csv").write_text(f"customer_id,date,amount\n{rows}\n", encoding="utf-8")
    result = run("report", "log.csv", *COLUMNS)
    refused(result, advice)
    assert python not in result.stderr


@pytest.mark.parametrize("problem", ["the search used up its steps", "no step improved the likelihood"])
def test_a_failed_search_asks_for_more_data(capsys: pytest.CaptureFixture[str], problem: str) -> None:
    """A start value cannot be given on the command line, so it is not asked for."""
    screen.refuse(InvalidData(f"{problem}; try another start={{...}}, or look at the record with check=False"))
    assert capsys.readouterr().err == f"relmodels: {problem}; bring more customers or a longer period\n"


def test_amounts_and_other_faults_come_together(folder: Path) -> None:
    """Bad and missing amounts, missing customers and bad dates are all named in one go."""
    (folder / "log.csv").write_text(
        "customer_id,date,amount\n1,2026-01-05,x\n,2026-01-06,4\n1,soon,4\n1,2026-01-07,\n", encoding="utf-8"
    )
    result = run("report", "log.csv", *COLUMNS)
    refused(result, "(the first of 4 problems)", "amount[0] = 'x'", "amount is missing in row 3")
    assert "customer_id is missing in row 1" in result.stderr
    assert "date in row 2 ('soon')" in result.stderr


@pytest.mark.parametrize(
    "error", [ValueError("odd\nand more"), pl.exceptions.ComputeError("odd"), pl.exceptions.PanicException("odd")]
)
def test_what_nobody_foresaw_is_one_sentence(
    folder: Path, purchases: pl.DataFrame, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """Any other error ends in a sentence and a status of 1, and in a traceback only if one asks for it."""

    def fail(*_: object, **__: object) -> None:
        raise error

    purchases.write_csv("purchases.csv")
    monkeypatch.setattr(app, "study", fail)
    result = run("report", "purchases.csv", *COLUMNS)
    refused(result, f"({type(error).__name__}, odd)", "RELMODELS_DEBUG")
    assert len(result.stderr.splitlines()) == 1
    monkeypatch.setenv("RELMODELS_DEBUG", "1")
    with pytest.raises(type(error)):
        CliRunner().invoke(application(), ["report", "purchases.csv", *COLUMNS], catch_exceptions=False)


def test_an_interrupt_is_no_error(folder: Path, purchases: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is not explained away."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    purchases.write_csv("purchases.csv")
    monkeypatch.setattr(app, "study", stop)
    result = run("report", "purchases.csv", *COLUMNS)
    assert result.exit_code != 0
    assert "went wrong" not in result.stderr


def test_options_are_checked_before_the_file(folder: Path) -> None:
    """All options out of range are named together, even if the file is not there."""
    result = run("report", "nothing.csv", *COLUMNS, "--horizon", "0", "--margin", "0", "--unit", "fortnight")
    refused(result, "(the first of 3 problems)", "--unit", "--horizon 0", "--margin 0")
    assert "not there" not in result.stderr


@pytest.mark.parametrize("name", ["log.parquet", "log.xlsx"])
def test_a_separator_is_for_csv_files(folder: Path, name: str) -> None:
    """A separator is refused where fields have none."""
    (folder / name).write_text("x", encoding="utf-8")
    refused(run("report", name, *COLUMNS, "--separator", ";"), f"--separator is for CSV files and {name} is")


def test_a_pipe_is_refused_as_output_before_the_work(folder: Path) -> None:
    """Output to a pipe is refused at once, and the pipe stays."""
    os.mkfifo("pipe")
    (folder / "log.csv").write_text("x", encoding="utf-8")
    refused(run("report", "log.csv", *COLUMNS, "-o", "pipe"), "pipe is no regular file")
    assert (folder / "pipe").is_fifo()


BAD_OPTIONS = [
    (("--unit", "fortnight"), "--unit 'fortnight' is not a time unit; use one of day, week"),
    (("--margin", "30"), "--margin 30 is not a share above 0 and up to 1; give thirty per cent as 0.3"),
    (("--margin", "0"), "--margin 0 is not a share above 0"),
    (("--margin", "nan"), "--margin nan"),
    (("--horizon", "-3"), "--horizon -3 is not a length of time above 0"),
    (("--horizon", "0"), "--horizon 0 is not a length of time above 0"),
    (("--horizon", "inf"), "--horizon inf"),
    (("--discount-rate", "-2"), "--discount-rate -2 is not a rate above -1"),
    (("--negative", "ignore"), "raise, drop"),
    (("--calibration-end", "soon"), "--calibration-end 'soon' is not a date; write it as 2026-11-23"),
    (("--calibration-end", "1990-01-01"), "--calibration-end = 1990-01-01 lies before the first date"),
    (("--separator", ";;"), "single character"),
    (("--sheet", "Sales"), "--sheet is for Excel files and purchases.csv is CSV; leave it out"),
    (("-o", "missing/report.html"), "folder that exists"),
    (("-o", "purchases.csv"), "is the file of purchases"),
]


@pytest.mark.parametrize(("option", "words"), BAD_OPTIONS)
def test_bad_options_get_a_sentence_and_leave_no_file(
    folder: Path, purchases: pl.DataFrame, option: tuple[str, str], words: str
) -> None:
    """An option out of range is refused with what is allowed, and the purchases stay as they were."""
    purchases.write_csv("purchases.csv")
    before = (folder / "purchases.csv").read_bytes()
    refused(run("report", "purchases.csv", *COLUMNS, *option), words)
    assert (folder / "purchases.csv").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["purchases.csv"]


@pytest.mark.parametrize(("name", "words"), [("nothing.csv", "is not there"), (".", "is a folder")])
def test_missing_files_are_named(folder: Path, name: str, words: str) -> None:
    """A path that leads nowhere or to a folder is refused."""
    refused(run("report", name, *COLUMNS), words)


def test_a_missing_sheet_is_named(folder: Path, purchases: pl.DataFrame) -> None:
    """An Excel file is asked for the sheet given."""
    purchases.write_excel("purchases.xlsx", worksheet="Orders")
    refused(run("report", "purchases.xlsx", *COLUMNS, "--sheet", "Sales"), "Sales")
    assert read(folder / "purchases.xlsx", Columns("customer_id", "date", "amount"), sheet="Orders").height


def test_excel_without_its_library_gives_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The missing library is an error of ours with the pip command."""
    (folder / "log.xlsx").write_text("x", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(MissingExtra, match="fastexcel"):
        read(folder / "log.xlsx", Columns("a", "b", None))


def test_the_demo_prints_the_paper_and_writes_a_report(folder: Path) -> None:
    """The estimates of Fader, Hardie and Lee (2005) are printed and the report is written where it is looked for."""
    result = run("demo")
    assert result.exit_code == 0, result.output
    shown = " ".join(result.stdout.split())
    for part in ("r 0.243", "alpha 4.41", "a 0.793", "b 2.43", "-9,582.4", "p 6.25", "customers 2,357", "class C"):
        assert part in shown, part
    assert (folder / "relmodels-report.html").stat().st_size > 100_000


def test_the_version_is_printed() -> None:
    """``--version`` prints name and version."""
    result = run("--version")
    assert (result.exit_code, result.stdout.strip()) == (0, f"relmodels {__version__}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--help",), ("what they are worth", "report", "demo", "--version")),
        (("report", "--help"), ("--customer", "--horizon", "--discount-rate", "--margin", "nothing is guessed")),
        (("demo", "--help"), ("--output", "sample that ships")),
    ],
)
def test_help_names_commands_and_options(arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    """Help says what the commands do and how they are steered."""
    result = run(*arguments)
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    for word in words:
        assert word in shown, shown


def test_progress_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spinner names the step on a terminal; elsewhere standard error stays empty."""
    with screen.working("Counting"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with screen.working("Counting"):
        pass
    assert "Counting ..." in capsys.readouterr().err


def test_a_missing_option_is_a_usage_error(folder: Path) -> None:
    """Leaving out a required column is refused before any file is opened."""
    result = run("report", "log.csv", "--date", "date")
    assert result.exit_code == 2
    assert "--customer" in result.stderr


def test_without_its_libraries_the_command_gives_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without typer the command ends with one sentence on how to install it."""
    monkeypatch.delitem(sys.modules, "relmodels.cli.app")
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit, match=r"pip install 'relmodels\[report\]'"):
        main()


def test_the_installed_command_runs_as_a_process(tmp_path: Path) -> None:
    """As a process the command exits with 1, writes the reason to standard error and nothing to standard output."""
    code = "import sys; from relmodels.cli import main; sys.argv[0] = 'relmodels'; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "report", "nothing.csv", *COLUMNS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(relmodels.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "relmodels: nothing.csv is not there; give the path of a file of purchases"
