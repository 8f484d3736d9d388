"""From a survey to one page: set by a template of its own, to be read on a screen or printed on A4."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from relmodels import plot
from relmodels.core.errors import InvalidParameters, MissingExtra
from relmodels.core.reference import Reference
from relmodels.core.version import __version__
from relmodels.plot.canvas import blank_axes, figure_of
from relmodels.report import survey_tables, survey_words
from relmodels.report.layout import Fact, Grid, Picture
from relmodels.report.page import save
from relmodels.report.pictures import picture_of
from relmodels.report.sources import BOLLEN, FORNELL_LARCKER, HTMT, HU_BENTLER, THURSTONE
from relmodels.report.survey_findings import SurveyStudy, survey_study
from relmodels.sem.data import Survey
from relmodels.sem.fit import Estimator, Missing
from relmodels.sem.model import PathModel
from relmodels.sem.result import PathFit
from relmodels.stakeholders.sources import MORGAN_HUNT_1994

__all__ = ["render_survey", "write_survey"]

_LINE: Final = 18  # characters of a name beside its scores
_STEPS: Final = 10  # of a scale, up to which each is written


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """The whole page, ready to be set."""

    title: str
    period: str
    headline: str
    cards: tuple[Fact, ...]
    fit: str
    diagram: Picture | None
    found: Grid | None
    measured: Grid | None
    scores: Picture | None
    spread: str
    looks: tuple[str, ...]
    conventions: str
    sources: tuple[str, ...]
    colophon: str


def write_survey(
    theory: PathModel | PathFit,
    survey: Survey,
    path: str | os.PathLike[str],
    *,
    scale: tuple[float, float] | None = None,
    names: Mapping[str, str] | None = None,
    title: str | None = None,
    estimator: Estimator = "ML",
    missing: Missing = "listwise",
) -> SurveyStudy:
    """Return the study of a survey after writing its report to ``path`` as one self-contained HTML page.

    The page says what was asked of whom, how the model fits, what became of its hypotheses or paths, how well the
    constructs were measured, how scores are spread over respondents, and what a careful reader looks at.

    Args:
        theory: a model, which is then fitted, or a fit of these answers.
        survey: the answers, of one group.
        path: where the file goes; it appears whole or not at all.
        scale: the lowest and highest answer; that of the answers given if left out.
        names: what to write for variables, in any language.
        title: the heading of the page; what it is about by default.
        estimator: of the fit, if a model is given.
        missing: what is done with respondents who left a question out, if a model is given.

    Raises:
        InvalidData: as :func:`survey_study`, or if the file cannot be written.
        InvalidParameters: as :func:`survey_study`.
        NotConverged: if the search does not end at a minimum.
        MissingExtra: if the report's libraries are not installed.

    Examples:
        >>> import relmodels as rm, tempfile, pathlib
        >>> names = [one for items in rm.morgan_hunt.ITEMS.values() for one in items]
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), names)
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "survey.html"
        >>> write_survey(rm.morgan_hunt.key_mediating(), survey, path, scale=(1, 7)).fit.df
        837

    """
    found = survey_study(theory, survey, scale=scale, names=names, estimator=estimator, missing=missing)
    save(render_survey(found, title=title), path)
    return found


def render_survey(found: SurveyStudy, *, title: str | None = None, origin: str = "") -> str:
    """Return the page as HTML text; names of constructs, questions and files are escaped.

    Args:
        found: the results of :func:`survey_study`.
        title: the heading of the page; what it is about by default.
        origin: where the answers come from, for example the name of a file.

    Raises:
        MissingExtra: if jinja2 or matplotlib is not installed.

    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtra(library="jinja2", extra="report") from error
    page = _page(found, title, origin)
    setting = Environment(loader=PackageLoader("relmodels.report"), autoescape=True, undefined=StrictUndefined)
    template = setting.get_template("survey.html.jinja")
    return template.render({part.name: getattr(page, part.name) for part in fields(page)}, version=__version__)


def _page(study: SurveyStudy, title: str | None, origin: str) -> SurveyPage:
    theory = study.hypotheses is not None
    about = "Trust and commitment in a survey" if theory else "What a survey says"
    return SurveyPage(
        title=title or about,
        period=survey_words.of_whom(study, origin),
        headline=survey_words.headline(study),
        cards=survey_words.cards(study),
        fit=survey_words.fit_line(study),
        diagram=_diagram(study),
        found=survey_tables.hypotheses(study) or survey_tables.paths(study),
        measured=survey_tables.constructs(study),
        scores=_scores(study),
        spread=survey_words.spread(study),
        looks=survey_words.looks(study),
        conventions=f"{'; '.join(study.fit.conventions())}.",
        sources=tuple(source.full for source in _sources(study)),
        colophon=f"Made with relmodels {__version__}. This file stands on its own: it loads nothing from the network "
        "and runs no script.",
    )


def _sources(study: SurveyStudy) -> tuple[Reference, ...]:
    found = [MORGAN_HUNT_1994] if study.hypotheses is not None else []
    found += [BOLLEN, HU_BENTLER]
    found += [FORNELL_LARCKER] if study.measured is not None else []
    found += [HTMT] if study.ratios is not None else []
    return (*found, *([THURSTONE] if study.scores is not None else []))


def _diagram(study: SurveyStudy) -> Picture | None:
    """Return the path diagram; ``None`` if there are no paths, or they run in a circle."""
    shown = {name: _plain(study.name(name)) for name in {*study.fit.names, *study.fit.model.latent}}
    try:
        ax = plot.paths(study.fit, ax=blank_axes(), names=shown)
    except InvalidParameters:
        return None
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    figure_of(ax).set_size_inches(right - left, high - low)
    text = "Standardized paths: blue is positive, orange negative, gray may be 0; boxes say which share is explained."
    return replace(picture_of(ax, "What leads to what", text), alt=f"Path diagram. {survey_words.headline(study)}")


def _scores(study: SurveyStudy) -> Picture | None:
    if study.scores is None:
        return None
    shown = {name: "\n".join(textwrap.wrap(_plain(study.name(name)), _LINE)) for name in study.scores.constructs}
    ax = plot.score_distribution(study.scores, ax=blank_axes(), names=shown)
    ax.set_title("", loc="left")  # the heading of the page says it
    ax.set_xlabel("Score", fontsize=9)
    low, high = study.scale
    if high - low <= _STEPS:
        ax.set_xticks(np.arange(np.ceil(low), high + 0.5))
    figure_of(ax).set_size_inches(2.5, 0.5 + 0.52 * len(study.scores.constructs))
    return picture_of(ax, "How scores are spread", survey_words.spread(study))


def _plain(name: str) -> str:
    """Return a name as matplotlib writes it letter by letter, dollar signs too."""
    return name.replace("$", r"\$")
