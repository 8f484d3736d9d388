"""The report on a survey: what it says, that it stands on its own, and that any model gives a page."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels import report
from relmodels.report import survey_page
from relmodels.report.survey_tables import decimal
from tests.rooms.report.test_report import References, prose

QUESTIONS = [question for asked in rm.morgan_hunt.ITEMS.values() for question in asked]
FRAME = rm.datasets.trust_survey()
SURVEY = rm.Survey.from_frame(FRAME, QUESTIONS)
TRUST, COMMITMENT, COOP = (rm.morgan_hunt.ITEMS[code] for code in ("trust", "commitment", "coop"))
SMALL = (
    f"trust =~ {' + '.join(TRUST)}; commitment =~ {' + '.join(COMMITMENT)}; coop =~ {' + '.join(COOP)};"
    "commitment ~ trust; coop ~ trust + commitment"
)

# Where files of this or of other machines lie; pieced together, since no file here may hold such a path.
PLACES = re.compile("|".join(f"/{place}/" for place in ("home", "work", "tmp", "usr", "root")))


@pytest.fixture(scope="module")
def study() -> report.SurveyStudy:
    """Return the numbers of the report on the shipped survey by the commitment-trust theory."""
    return report.survey_study(rm.morgan_hunt.key_mediating(), SURVEY, scale=(1, 7))


@pytest.fixture(scope="module")
def html(study: report.SurveyStudy) -> str:
    """Return the page."""
    return report.render_survey(study, title="Our suppliers", origin="answers.csv")


def of_model(text: str, survey: rm.Survey = SURVEY, estimator: str = "ML", missing: str = "listwise") -> str:
    """Return the text of the page on a model, as one reads it."""
    found = report.survey_study(rm.PathModel.parse(text), survey, estimator=estimator, missing=missing)  # type: ignore[arg-type]
    return prose(report.render_survey(found))


def test_the_page_stands_on_its_own(html: str) -> None:
    """Every address is a picture inside the page; there is no script, no style sheet, no link and no path of a file."""
    parser = References()
    parser.feed(html)
    assert all(address.startswith("data:image/svg+xml;base64,") for address in parser.found)
    assert not {"script", "link", "iframe", "object", "embed", "form", "a"} & set(parser.tags)
    assert not re.search(r"url\(|@import|http", html)
    assert not PLACES.search(html)
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert len(pictures) == 2
    for picture in pictures:
        text = base64.b64decode(picture).decode()
        assert "<script" not in text
        assert not PLACES.search(text)


def test_the_page_states_the_numbers_of_its_study(html: str, study: report.SurveyStudy) -> None:
    """Respondents, fit, hypotheses, means, the weakest question, the closest pair and conventions are those found."""
    assert study.indices is not None
    text = prose(html)
    assert study.scores is not None
    assert study.changes is not None
    for part in (
        "Our suppliers",
        "answers.csv · 204 respondents, none left out · 43 questions, answers from 1 to 7",
        "11 of 13 hypotheses are supported; the model fits well by the usual conventions",
        f"χ² = {study.fit.chi_square:.1f} on 837 degrees of freedom",
        f"CFI {study.indices.cfi:.3f}",
        f"Trust {study.scores.value[:, 0].mean():.1f}",
        "Relationship benefits → Relationship commitment + 0.07",
        "204 cases for 109 parameters",
        "Every question goes with the others of its construct; opp3 of Opportunistic behavior least (0.52)",
        f"Freeing these would improve the fit most: {study.changes.column('parameter')[0]}",
        "disturbances of outcomes are uncorrelated unless stated",
        "Morgan, R. M., Hunt, S. D. (1994)",
        "Thurstone",
    ):
        assert part in text, part


def test_the_numbers_are_those_of_the_library(study: report.SurveyStudy) -> None:
    """The report adds no arithmetic: fit, scores and measurement are what the functions return."""
    fit = rm.fit(rm.morgan_hunt.key_mediating(), SURVEY)
    assert study.fit.chi_square == fit.chi_square
    assert study.scores is not None
    assert study.measured is not None
    np.testing.assert_array_equal(study.scores.value, rm.respondent_scores(fit, SURVEY).value)
    np.testing.assert_array_equal(study.measured.composite, rm.sem.reliability(fit).composite)
    again = report.survey_study(fit, SURVEY)
    assert again.fit is fit
    assert not again.given


def test_the_same_numbers_give_the_same_page(study: report.SurveyStudy) -> None:
    """Rendering twice gives the same text to the last character."""
    assert report.render_survey(study) == report.render_survey(study)


def test_names_are_text_and_nothing_else() -> None:
    """Markup in the names of constructs and questions, in a title or an origin is shown and not run."""
    evil = "<script>alert(1)</script>&\"'$x$"
    names = dict.fromkeys(("trust", "commitment", "coop", "relationship quality"), evil)
    found = report.survey_study(rm.PathModel.parse(SMALL), SURVEY, names=names)
    text = report.render_survey(found, title=evil, origin=evil)
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") > 10
    for picture in re.findall(r'base64,([^"]+)"', text):
        assert "<script" not in base64.b64decode(picture).decode()


def test_names_may_be_in_another_language() -> None:
    """Constructs are written as the caller calls them, in the tables and in the pictures' alternative texts."""
    found = report.survey_study(rm.PathModel.parse(SMALL), SURVEY, names={"trust": "Доверие", "coop": "Сотрудничество"})
    text = prose(report.render_survey(found))
    assert "Доверие → Сотрудничество" in text
    assert "What a survey says" in text


def test_a_model_of_ones_own_has_its_paths() -> None:
    """A model that is not the theory's has a table of paths instead of hypotheses, and no year 1994."""
    text = of_model(SMALL, estimator="MLR")
    assert "3 of 3 paths differ from 0" in text
    assert "corrected (" in text
    assert "trust → commitment" in text
    assert "1994" not in text
    assert "Hypotheses" not in text


def test_a_path_that_is_held_says_so() -> None:
    """A path with a value of its own is held, and is not counted among those that may differ from 0."""
    text = of_model(SMALL.replace("commitment ~ trust", "commitment ~ 0.5*trust"))
    assert "2 of 2 paths differ from 0" in text
    assert re.search(r"trust → commitment 0\.\d\d 0\.50 held – held", text)


def test_a_measurement_model_has_no_paths() -> None:
    """Constructs alone give a page without a diagram, with scores of the first of them and no composite."""
    text = of_model("; ".join(SMALL.split(";")[:3]))
    assert "3 constructs are measured" in text
    assert "What leads to what" not in text
    alone = report.survey_study(rm.PathModel.parse(f"coop =~ {' + '.join(COOP)}; acq =~ acq1 + acq2 + acq3"), SURVEY)
    assert alone.scores is not None
    assert alone.scores.constructs == ("coop", "acq")


def test_observed_variables_alone_give_a_page() -> None:
    """A path analysis without constructs has its paths, and says why there are no scores."""
    text = of_model("trust1 ~ sv1 + com1; commit1 ~ trust1 + sv1")
    assert "How well it was measured" not in text
    assert "Scores of respondents are left out: the model has no construct that questions measure" in text


def test_paths_in_a_circle_have_no_diagram() -> None:
    """Two constructs that lead to each other are shown in the table alone."""
    text = of_model(
        "; ".join(SMALL.split(";")[:3]) + "; trust ~ sv1 + commitment; commitment ~ rtc1 + trust; coop ~~ 0*trust"
    )
    assert "trust → commitment" in text
    assert "What leads to what" not in text


def test_a_second_order_construct_gives_a_page() -> None:
    """A construct measured by constructs has no reliability of its own, and the others are scored."""
    text = of_model("; ".join(SMALL.split(";")[:3]) + "; whole =~ trust + commitment + coop")
    assert "How well it was measured" not in text
    assert "How scores are spread" in text


def test_answers_on_a_few_steps_have_no_scores() -> None:
    """For ordinal answers the page says that scores and changes are not offered."""
    names = [*TRUST, *COMMITMENT]
    coded = {name: np.clip(np.round(np.asarray(FRAME.column(name)) / 2), 1, 3) for name in names}
    survey = rm.Survey.from_frame(coded, names)
    text = of_model("; ".join(SMALL.split(";")[:2]) + "; commitment ~ trust", survey, estimator="WLSMV")
    assert "Scores of respondents are left out: the fit is of ordinal answers" in text
    assert "What would improve the fit cannot be said for such answers" in text
    assert "answers from 1 to 3, the lowest and highest given" in text


def gaps() -> rm.Survey:
    """Return the survey with an answer of each of the first twelve respondents taken away."""
    columns = {name: np.array(FRAME.column(name), dtype=float) for name in [*TRUST, *COMMITMENT, *COOP]}
    for row in range(12):
        list(columns.values())[row % 11][row] = np.nan
    return rm.Survey.from_frame(columns, list(columns))


def test_respondents_who_are_left_out_are_counted() -> None:
    """Who left a question out is counted at the head and among what to look at, unless missing answers count."""
    text = of_model(SMALL, gaps())
    assert "204 respondents, 12 left out for questions without an answer" in text
    assert "12 of 204 respondents did not answer every question and are left out" in text
    assert "those who left questions out count with what they answered" in of_model(SMALL, gaps(), missing="ml")


def test_what_is_wrong_with_a_model_is_said() -> None:
    """A bad fit, weak and unturned questions, constructs that are not distinct and thin ones are named."""
    rng = np.random.default_rng(2)
    base = rng.normal(size=300)
    columns = {f"a{place}": base + 0.6 * rng.normal(size=300) for place in range(1, 4)}
    columns |= {f"b{place}": base + 0.6 * rng.normal(size=300) for place in range(1, 4)}
    columns["a4"] = -base + rng.normal(size=300)
    columns["b4"] = 0.2 * base + rng.normal(size=300)
    shared = rng.normal(size=300)
    columns["a3"], columns["b3"] = columns["a3"] + 1.5 * shared, columns["b3"] + 1.5 * shared
    survey = rm.Survey.from_frame(columns, list(columns))
    text = of_model("first =~ a1 + a2 + a3 + a4; second =~ b1 + b2 + b3 + b4; second ~ first", survey)
    for part in (
        "by convention the model fits less than well, as CFI is 0.",
        "Asked the other way round and not turned, by the look of it: a4 of first",
        "Questions that go least with the others of their construct: b4 of second",
        "Less than half of the variance is extracted: first, second",
        "Hardly distinct, with a ratio of correlations (HTMT) above 0.85: first and second",
        "Scores of respondents are left out: a4 loads negatively on first",
    ):
        assert part in text, part


def test_a_hypothesis_found_the_other_way_round_is_said() -> None:
    """If answers about trust are turned, the headline counts what came out against the theory."""
    turned = rm.Survey.from_frame(FRAME, QUESTIONS, reverse=dict.fromkeys(TRUST, (1.0, 7.0)))
    text = prose(report.render_survey(report.survey_study(rm.morgan_hunt.key_mediating(), turned)))
    assert re.search(r"of 13 hypotheses are supported, \d found the other way round", text)


def test_a_model_without_degrees_of_freedom_says_that_its_fit_says_nothing() -> None:
    """Three questions of one construct fit whatever was answered."""
    assert "no degree of freedom, so its fit says nothing" in of_model(f"coop =~ {' + '.join(COOP)}")


def test_scores_beyond_the_scale_are_told(study: report.SurveyStudy) -> None:
    """Scores that were set to an end of the scale are counted in words."""
    assert study.scores is not None
    cut = replace(study, scores=replace(study.scores, cut=2))
    assert "2 lay beyond the scale and were set to its end" in prose(report.render_survey(cut))


def test_faults_of_the_answers_are_said_together() -> None:
    """Groups and lacking questions come in one error, so do answers off a stated scale."""
    frame = {name: [1.0, 9.0, 8.0] for name in TRUST} | {"firm": ["a", "b", "b"]}
    model = rm.PathModel.parse(SMALL)
    with pytest.raises(rm.InvalidData) as caught:
        report.survey_study(model, rm.Survey.from_frame(frame, list(TRUST), group="firm"))
    assert "2 groups" in str(caught.value)
    assert "there is no question commit1" in str(caught.value)
    with pytest.raises(rm.InvalidData) as caught:
        report.survey_study(model, SURVEY, scale=(2, 6))
    assert len(caught.value.problems) == 11
    with pytest.raises(rm.InvalidParameters, match="scale = "):
        report.survey_study(model, SURVEY, scale=(7, 1))
    names = [*TRUST, *COMMITMENT, *COOP]
    nothing = rm.Survey.from_frame({name: [np.nan] * 3 for name in names}, names)
    with pytest.raises(rm.InvalidData, match="nobody answered anything"):
        report.survey_study(model, nothing)


def test_a_fit_of_other_groups_is_not_scored() -> None:
    """A fit of several groups is refused, and one of a group with another name has no scores."""
    names = [*TRUST, *COMMITMENT, *COOP]
    columns: dict[str, object] = {name: FRAME.column(name) for name in names}
    both = rm.Survey.from_frame({**columns, "firm": ["a", "b"] * 102}, names, group="firm")
    with pytest.raises(rm.InvalidParameters, match="the fit is of 2 groups"):
        report.survey_study(rm.fit(rm.PathModel.parse(SMALL), both), SURVEY)
    one = rm.Survey.from_frame({**columns, "firm": ["a"] * 204}, names, group="firm")
    found = report.survey_study(rm.fit(rm.PathModel.parse(SMALL), SURVEY), one)
    assert found.scores is None
    assert found.no_scores == "the fit is of other questions or groups"


def test_constructs_of_one_question_are_measured_by_it_alone() -> None:
    """A question with a known reliability has no rest to go with, and questions that are not numbered are listed."""
    model = "trust =~ 1*trust1; trust1 ~~ 0.4*trust1; coop =~ coop1 + fc2 + coop3; coop ~ trust"
    text = of_model(model)
    assert "coop1, fc2, coop3" in text
    assert "trust trust1 4" in text
    single = of_model("trust =~ 1*trust1; trust1 ~~ 0.4*trust1; coop =~ 1*coop1; coop1 ~~ 0.3*coop1; coop ~ trust")
    assert "goes with the others" not in single


def test_a_construct_without_scores_has_no_mean(study: report.SurveyStudy) -> None:
    """If nobody answered the questions of a construct its mean is neither on a card nor in the headline."""
    assert study.scores is not None
    value = study.scores.value.copy()
    value[:, 0] = np.nan
    error = np.where(np.isnan(value), np.nan, study.scores.standard_error)
    scores = replace(study.scores, value=value, standard_error=error)
    text = prose(report.render_survey(replace(study, scores=scores)))
    assert "Trust, mean" not in text
    assert "Means on the scale from 1 to 7: Relationship commitment" in text


def test_questions_that_nobody_answered_are_refused() -> None:
    """A fit laid beside a survey in which a question has no answers is refused by the name of the question."""
    model = rm.PathModel.parse(
        f"trust =~ {' + '.join(TRUST)}; coop =~ {' + '.join(COOP)}; more =~ acq1 + acq2 + acq3;"
        "last =~ fc1 + fc2 + fc3; last ~ trust + coop + more"
    )
    names = list(model.observed)
    columns = {name: np.array(FRAME.column(name), dtype=float) for name in names}
    fit = rm.fit(model, rm.Survey.from_frame(columns, names))
    silent = columns | {name: np.full(204, np.nan) for name in names[:-3]}
    with pytest.raises(rm.InvalidData, match="fewer than two answers"):
        report.survey_study(fit, rm.Survey.from_frame(silent, names))


def test_a_fine_scale_gives_a_page() -> None:
    """On a scale of a hundred steps the picture of scores marks some of them, and the page says which scale it is."""
    found = report.survey_study(rm.PathModel.parse(SMALL), SURVEY, scale=(0, 100))
    assert "answers from 0 to 100" in prose(report.render_survey(found))


def test_a_fit_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A fit by partial least squares is refused with what it has instead, and no file is left."""
    fit = rm.fit(rm.sem.PLSSpec(rm.PathModel.parse(SMALL)), SURVEY)
    with pytest.raises(rm.InvalidParameters, match=r"needs a PathFit.* PLSFit; .*fit\.spec\.model"):
        report.write_survey(fit, SURVEY, tmp_path / "survey.html")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_tables_can_be_read_on_a_small_screen_and_by_ear(html: str) -> None:
    """Tables that reflow on a small screen keep their roles, and each has a column fewer than it has heads there."""
    tables = re.findall(
        r'<table role="table" style="grid-template-columns: repeat\((\d), auto\)">(.*?)</table>', html, re.DOTALL
    )
    assert len(tables) == 2
    for columns, text in tables:
        assert text.count('role="columnheader"') == int(columns) + 1
        assert text.count("<td") == text.count('role="cell"') == (int(columns) + 1) * (text.count('role="row"') - 1)


def test_the_page_is_written_whole(tmp_path: Path) -> None:
    """Writing returns the study and leaves one file that ends as it should."""
    path = tmp_path / "survey.html"
    found = report.write_survey(rm.PathModel.parse(SMALL), SURVEY, path, title="Ours")
    assert found.fit.df == 41
    assert [one.name for one in tmp_path.iterdir()] == ["survey.html"]
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_without_jinja_the_command_that_installs_it_is_given(
    study: report.SurveyStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing library is named with the extra that brings it."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(rm.MissingExtra, match=r"relmodels\[report\]"):
        survey_page.render_survey(study)


def test_the_report_needs_no_pandas() -> None:
    """Importing the report, and writing a page, loads no library of data frames."""
    code = (
        "import sys, relmodels as rm; from relmodels import report;"
        "names = list(rm.morgan_hunt.ITEMS['trust']);"
        "survey = rm.Survey.from_frame(rm.datasets.trust_survey(), names);"
        "report.render_survey(report.survey_study(rm.PathModel.parse('trust =~ ' + ' + '.join(names)), survey));"
        "print(sorted({'pandas', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_decimals_have_a_true_minus_and_no_empty_number() -> None:
    """A negative number has a minus sign, and one that is none a dash."""
    assert (decimal(-0.478), decimal(float("nan")), decimal(3.14159, 3)) == ("−0.48", "–", "3.142")


def sparse(kept: int) -> rm.Survey:
    """Return answers to the questions of trust and commitment, so many of each respondent."""
    names = [*TRUST, *COMMITMENT]
    values = np.column_stack([np.array(FRAME.column(name), dtype=float) for name in names])
    rng = np.random.default_rng(2)
    for row in values:
        row[rng.permutation(len(names))[kept:]] = np.nan
    return rm.Survey.from_frame({name: values[:, place] for place, name in enumerate(names)}, names)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_a_fit_without_a_test_statistic_gives_a_page(estimator: str) -> None:
    """Where too few answered enough together, the page says why there is no test and shows the paths."""
    model = "; ".join(SMALL.split(";")[:2]) + "; commitment ~ trust"
    text = of_model(model, sparse(3), estimator=estimator, missing="ml")
    assert "how the model fits cannot be said" in text
    assert "There is no test statistic: 0 of 204 respondents answered all 8 questions" in text
    assert "RMSEA, to .06 is good" not in text
    assert "trust → commitment" in text


def test_pairs_of_answers_give_a_page() -> None:
    """Ordinal answers with gaps, counted by pairs, give a page without ratios of correlations that cannot be."""
    model = "; ".join(SMALL.split(";")[:2]) + "; commitment ~ trust"
    text = of_model(model, sparse(4), estimator="WLSMV", missing="pairwise")
    assert "those who left questions out count with each pair of questions they answered" in text
    assert "trust → commitment" in text


def test_the_page_tells_how_to_turn_a_question_wherever_it_was_made() -> None:
    """A question that loads against the first is named with the option of Python and that of the command."""
    names = [*TRUST, *COMMITMENT]
    answers = {name: np.array(FRAME.column(name), dtype=float) for name in names}
    answers["trust4"] = 8.0 - answers["trust4"]
    model = "; ".join(SMALL.split(";")[:2]) + "; commitment ~ trust"
    text = of_model(model, rm.Survey.from_frame(answers, names))
    assert "turn that when the answers are read (reverse= or --reverse) and fit again" in text
