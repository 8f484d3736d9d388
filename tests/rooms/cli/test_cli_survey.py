"""The command for a survey: answers and a model give a page, and faults a sentence each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from tests.rooms.cli.test_cli import folder, refused, run

__all__ = ["folder"]

MODEL = """
# two constructs of four questions
trust =~ trust1 + trust2 + trust3 + trust4
commitment =~ commit1 + commit2 + commit3 + commit4
commitment ~ trust
"""


@pytest.fixture
def answers() -> pl.DataFrame:
    """Return the shipped answers."""
    return rm.datasets.trust_survey().to_frame(like="polars")


@pytest.fixture
def ready(folder: Path, answers: pl.DataFrame) -> Path:
    """Return a working directory with a file of answers and one of a model."""
    answers.write_csv("answers.csv")
    (folder / "model.txt").write_text(MODEL, encoding="utf-8")
    return folder


def test_answers_give_a_report_on_the_theory(ready: Path) -> None:
    """Without a model the thirteen hypotheses are printed and on the page, and nothing else is written."""
    result = run("survey", "answers.csv", "--scale", "1,7", "-o", "page.html")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    for part in ("11 of 13 hypotheses are supported", "837 degrees of freedom", "sv -> trust", "Report: page.html"):
        assert part in " ".join(result.stdout.split()), part
    text = (ready / "page.html").read_text(encoding="utf-8")
    assert "answers.csv, 204 rows · 204 respondents" in text
    assert sorted(path.name for path in ready.iterdir()) == ["answers.csv", "model.txt", "page.html"]


def test_a_model_of_ones_own(ready: Path) -> None:
    """A model file, names, a title and another estimator reach the page; the paths are printed."""
    result = run(
        *("survey", "answers.csv", "--model", "model.txt", "--name", "trust=Доверие", "--title", "Suppliers"),
        *("--estimator", "MLR", "-o", "page.html"),
    )
    assert result.exit_code == 0, result.output
    assert "commitment ~ trust" in result.stdout
    assert "corrected" in result.stdout
    text = (ready / "page.html").read_text(encoding="utf-8")
    assert "Доверие → commitment" in text
    assert "<h1>Suppliers</h1>" in text


def test_a_model_without_paths_prints_no_table(ready: Path) -> None:
    """Constructs alone give a page and no list of paths."""
    (ready / "model.txt").write_text("\ufeff" + MODEL.replace("commitment ~ trust", ""), encoding="utf-8")
    result = run("survey", "answers.csv", "--model", "model.txt")
    assert result.exit_code == 0, result.output
    assert "estimate" not in result.stdout
    assert (ready / "relmodels-survey.html").exists()


def test_reversed_questions_are_turned(ready: Path, answers: pl.DataFrame) -> None:
    """A file whose trust4 asks the other way round gives the same fit if that is said."""
    answers.with_columns(trust4=8 - pl.col("trust4")).write_csv("turned.csv")
    plain = run("survey", "answers.csv", "--model", "model.txt", "--scale", "1,7")
    turned = run("survey", "turned.csv", "--model", "model.txt", "--scale", "1,7", "--reverse", "trust4")
    assert turned.exit_code == 0, turned.output
    assert plain.stdout == turned.stdout


def test_kinds_of_files_are_read_alike(ready: Path, answers: pl.DataFrame) -> None:
    """CSV with another separator, Parquet and Excel give what CSV gives."""
    answers.write_csv("semicolon.csv", separator=";")
    answers.write_parquet("answers.parquet")
    answers.write_excel("answers.xlsx")
    tables = [
        run("survey", name, "--model", "model.txt", *more).stdout
        for name, *more in (
            ("answers.csv",),
            ("semicolon.csv", "--separator", ";"),
            ("answers.parquet",),
            ("answers.xlsx",),
        )
    ]
    assert len(set(tables)) == 1
    assert "commitment ~ trust" in tables[0]


def test_empty_cells_are_answers_that_are_missing(ready: Path, answers: pl.DataFrame) -> None:
    """Empty and blank cells leave a respondent out, or count with what was answered."""
    texts = answers.cast(pl.String).with_row_index("row")
    gone = texts.with_columns(
        trust1=pl.when(pl.col("row") < 3).then(pl.lit(" ")).otherwise(pl.col("trust1")),
        commit1=pl.when(pl.col("row") == 5).then(None).otherwise(pl.col("commit1")),
    )
    gone.write_csv("gaps.csv")
    result = run("survey", "gaps.csv", "--model", "model.txt", "-o", "page.html")
    assert result.exit_code == 0, result.output
    assert "4 left out for questions without an answer" in (ready / "page.html").read_text(encoding="utf-8")
    result = run("survey", "gaps.csv", "--model", "model.txt", "--missing", "ml", "-o", "page.html")
    assert "count with what they answered" in (ready / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--scale", "7-1"), ("--scale '7-1'", "write it as 1,7")),
        (("--scale", "7,1"), ("--scale '7,1'",)),
        (("--scale", "1,inf"), ("--scale '1,inf'",)),
        (("--missing-codes", "9;99"), ("--missing-codes '9;99' is no list of numbers; write it as 9,99",)),
        (("--missing-codes", "nan"), ("--missing-codes 'nan'",)),
        (("--missing-codes", "7,99", "--scale", "1,7"), ("--missing-codes 7: an answer on the scale from 1 to 7",)),
        (("--missing-codes", "7", "--reverse", "questionnaire"), ("--missing-codes: 7 lies on the scale of rtc4",)),
        (("--reverse", "trust1"), ("--reverse needs --scale",)),
        (("--estimator", "PLS"), ("--estimator 'PLS' is unknown; use one of ML, MLR",)),
        (("--missing", "mean"), ("--missing 'mean' is unknown; use one of listwise, ml",)),
        (("--name", "trust"), ("--name 'trust' names nothing", "trust=Trust")),
        (("--name", "hope=Hope", "--reverse", "h1", "--scale", "1,7"), ("--name hope", "--reverse h1")),
        (("--model", "nothing.txt"), ("nothing.txt is not there", "text file with the model")),
        (("--model", "."), (". is a folder",)),
        (
            ("--scale", "1,6"),
            (
                "is off the scale from 1 to 6 in row",
                "name it in --missing-codes if it means",
                "of answers.csv",
                "and 23 more",
            ),
        ),
        (("--sheet", "One"), ("--sheet is for Excel files",)),
        (("-o", "answers.csv"), ("is the file of answers",)),
        (("--model", "model.txt", "-o", "model.txt"), ("is the file of the model",)),
        (("-o", "no/page.html"), ("name a file in a folder that exists",)),
        (("--missing", "ml", "--estimator", "GLS"), ("--missing 'ml' needs", "ML or MLR")),
    ],
)
def test_faults_of_options_are_sentences(ready: Path, options: tuple[str, ...], words: tuple[str, ...]) -> None:
    """Each option out of range is named with what is allowed, and no page is left."""
    before = sorted(path.name for path in ready.iterdir())
    refused(run("survey", "answers.csv", *options), *words)
    assert sorted(path.name for path in ready.iterdir()) == before


def test_all_faulty_options_are_named_together(ready: Path) -> None:
    """Four options out of range are four sentences."""
    result = run("survey", "answers.csv", "--scale", "x", "--estimator", "PLS", "--name", "=", "--missing-codes", "x")
    refused(result, "the first of 4 problems", "--missing-codes 'x'", "--estimator 'PLS'", "--name '='")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trust =~ trust1 +", ("model.txt: model, line 1", "a variable is expected here")),
        ("trust =~ trust1 + trust9", ("there is no column 'trust9'", "did you mean 'trust")),
        ("trust =~ trust1 + trust2", ("4 parameters from 3 moments", "not identified")),
    ],
)
def test_faults_of_models_are_sentences(ready: Path, text: str, words: tuple[str, ...]) -> None:
    """A model that cannot be read, found in the file or told apart is refused with its line or its name."""
    (ready / "model.txt").write_text(text, encoding="utf-8")
    refused(run("survey", "answers.csv", "--model", "model.txt"), *words)


def test_a_model_that_is_no_text_is_refused(ready: Path) -> None:
    """Bytes that are no UTF-8, and a file too long for a model, are refused."""
    (ready / "model.txt").write_bytes(b"\xff\xfe\x00trust")
    refused(run("survey", "answers.csv", "--model", "model.txt"), "model.txt is not text in UTF-8")
    (ready / "model.txt").write_text("#" * 100_001, encoding="utf-8")
    refused(run("survey", "answers.csv", "--model", "model.txt"), "longer than a model")


def test_a_model_that_cannot_be_opened_is_refused(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not let read is refused with its reason."""

    def closed(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", closed)
    refused(run("survey", "answers.csv", "--model", "model.txt"), "model.txt cannot be read: Permission denied")
    assert not (ready / "relmodels-survey.html").exists()


def test_answers_that_are_no_numbers_are_named(ready: Path, answers: pl.DataFrame) -> None:
    """Text in an answer is named with its row and line, other types by name, and all columns together."""
    texts = answers.cast(pl.String)
    texts[4, "trust1"], texts[7, "commit2"] = "often", "n/a"
    texts.write_csv("bad.csv")
    result = run("survey", "bad.csv", "--model", "model.txt")
    refused(
        result, "trust1 = 'often' in row 4 is not a number", "commit2 = 'n/a' in row 7", "row 4 is line 6 of bad.csv"
    )
    answers.with_columns(trust1=pl.lit([1.0])).write_parquet("bad.parquet")
    refused(run("survey", "bad.parquet", "--model", "model.txt"), "trust1 holds values of type List")
    assert not (ready / "relmodels-survey.html").exists()


def test_a_question_nobody_answered_is_refused(ready: Path, answers: pl.DataFrame) -> None:
    """A column without any value is read, and the fit says that nobody is complete."""
    answers.with_columns(trust1=pl.lit(None)).write_parquet("empty.parquet")
    refused(run("survey", "empty.parquet", "--model", "model.txt"), "complete answers")
    assert np.isfinite(answers["trust1"].to_numpy()).all()
    assert not (ready / "relmodels-survey.html").exists()


def test_a_file_that_is_not_there_is_refused(folder: Path) -> None:
    """The path of a file of answers is asked for."""
    refused(run("survey", "nothing.csv"), "nothing.csv is not there; give the path of a file of answers")
    assert not list(folder.iterdir())


def test_codes_that_mean_no_answer_are_none(ready: Path, answers: pl.DataFrame) -> None:
    """A file with 99 and -1 where cells were empty gives the same figures if that is said, and is refused if not."""
    row = pl.Series(range(len(answers)))
    codes = {"trust1": 99, "commit2": -1}
    gone = answers.with_columns(pl.when(row > 5).then(pl.col(name)).alias(name) for name in codes)
    coded = gone.with_columns(pl.col(name).fill_null(code) for name, code in codes.items())
    gone.write_csv("gaps.csv")
    coded.write_csv("coded.csv")
    model = ("--model", "model.txt")
    plain = run("survey", "gaps.csv", *model)
    for options in ((), ("--scale", "1,7")):
        told = run("survey", "coded.csv", *model, "--missing-codes", "-1,99", *options)
        assert told.exit_code == 0, told.output
        assert told.stdout == plain.stdout
    refused(run("survey", "coded.csv", *model, "--scale", "1,7"), "trust1 = 99 is off the scale", "commit2 = -1")
    assert "nswers lie far off all others: trust1 = 99" not in (ready / "relmodels-survey.html").read_text("utf-8")
    refused(run("survey", "coded.csv", *model), "answers lie far off all others: trust1 = 99 (6 of 204 answers")


def test_columns_that_are_no_answers_need_not_be_on_the_scale(ready: Path, answers: pl.DataFrame) -> None:
    """The scale is that of questions which measure something, and not of an age beside them."""
    answers.with_columns(years=pl.Series(range(10, 10 + len(answers)))).write_csv("years.csv")
    (ready / "model.txt").write_text("trust =~ trust1 + trust2 + trust3\ntrust ~ years", encoding="utf-8")
    result = run("survey", "years.csv", "--model", "model.txt", "--scale", "1,7")
    assert result.exit_code == 0, result.output


def test_several_questions_are_turned_at_once(ready: Path, answers: pl.DataFrame) -> None:
    """Questions separated by commas are turned like those of an option each."""
    answers.with_columns(trust4=8 - pl.col("trust4"), trust2=8 - pl.col("trust2")).write_csv("turned.csv")
    plain = run("survey", "answers.csv", "--model", "model.txt", "--scale", "1,7")
    turned = run("survey", "turned.csv", "--model", "model.txt", "--scale", "1,7", "--reverse", "trust4, trust2")
    assert turned.exit_code == 0, turned.output
    assert plain.stdout == turned.stdout


def test_the_questionnaire_knows_what_to_turn(ready: Path, answers: pl.DataFrame) -> None:
    """The word questionnaire turns the library's own reversed questions, on their scale or on a stated one."""
    answers.with_columns(trust4=8 - pl.col("trust4"), commit4=8 - pl.col("commit4")).write_csv("turned.csv")
    plain = run("survey", "answers.csv", "--model", "model.txt")
    for options in (("--reverse", "questionnaire"), ("--reverse", "questionnaire", "--scale", "1,7")):
        turned = run("survey", "turned.csv", "--model", "model.txt", *options)
        assert turned.exit_code == 0, turned.output
        assert "commitment ~ trust" in turned.stdout
        assert plain.stdout.splitlines()[-2:] == turned.stdout.splitlines()[-2:]
    (ready / "model.txt").write_text("trust =~ trust1 + trust2 + trust3", encoding="utf-8")
    result = run("survey", "answers.csv", "--model", "model.txt", "--reverse", "questionnaire")
    refused(result, "--reverse questionnaire: the model has none of its reversed questions")


def test_decimal_commas_are_told(ready: Path, answers: pl.DataFrame) -> None:
    """An answer with a decimal comma is refused with the point that decimals need."""
    texts = answers.cast(pl.String)
    texts[4, "trust1"] = "4,0"
    texts.write_csv("comma.csv", separator=";")
    result = run("survey", "comma.csv", "--model", "model.txt", "--separator", ";")
    refused(result, "trust1 = '4,0' in row 4 is not a number; write decimals with a point, 4.0")


def test_too_few_complete_answers_name_options_of_the_command(ready: Path, answers: pl.DataFrame) -> None:
    """Where hardly anybody answered everything, the advice is an option of the command and no call of Python."""
    row = pl.Series(range(len(answers)))
    answers.with_columns(trust1=pl.when(row > 5).then(None).otherwise(pl.col("trust1"))).write_csv("gaps.csv")
    result = run("survey", "gaps.csv", "--model", "model.txt")
    refused(result, "6 complete answers; 8 questions need more than as many; leave questions out, or, if others")
    refused(result, "answered a part, give --missing ml")
    assert "with_parcels" not in result.stderr


def test_the_help_names_every_estimator_and_rule() -> None:
    """The help lists all estimators and all three rules for missing answers."""
    text = run("survey", "--help").stdout
    for part in ("MLMV", "ULSMV", "DWLS", "WLSMV", "pairwise", "questionnaire", "--missing-codes"):
        assert part in text


def test_texts_that_stand_for_numbers(ready: Path, answers: pl.DataFrame) -> None:
    """With --words texts are the numbers they stand for, and the report is that of these numbers."""
    meant = {1.0: "never", 4.0: "neutral", 7.0: "always"}
    texts = answers.with_columns(
        pl.col("trust1").map_elements(lambda value: meant.get(value, f"{value:g}"), return_dtype=pl.String)
    )
    texts.write_csv("words.csv")
    result = run("survey", "words.csv", "--words", "never=1,neutral=4", "--words", "always=7", "-o", "words.html")
    assert result.exit_code == 0, result.output
    run("survey", "answers.csv", "-o", "numbers.html")
    pages = [(ready / f"{name}.html").read_text(encoding="utf-8") for name in ("words", "numbers")]
    assert pages[0].replace("words.csv", "answers.csv") == pages[1]
    refused(
        run("survey", "words.csv"),
        "trust1 holds 'neutral' (",
        "numbers are needed; say which number each stands for, --words",
    )
    refused(
        run("survey", "words.csv", "--words", "never=one,=3,often"), "--words 'never=one' says no number", "'often'"
    )


def test_the_terminal_says_what_to_look_at(ready: Path, answers: pl.DataFrame) -> None:
    """Questions that were not turned and respondents left out are told where the hypotheses are."""
    spoiled = answers.with_columns(trust4=8.0 - pl.col("trust4"), rb1=pl.col("rb1").shift(12))
    spoiled.write_csv("spoiled.csv")
    result = run("survey", "spoiled.csv", "--scale", "1,7", "-o", "page.html")
    said = " ".join(result.stdout.split())
    assert "To look at: 12 of 204 respondents did not answer every question and are left out." in said
    assert "To look at: Asked the other way round and not turned, by the look of it: trust4 of Trust." in said
    assert said.count("trust4") == 1
    assert "is it turned?" not in (ready / "page.html").read_text(encoding="utf-8")
