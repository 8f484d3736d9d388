"""Morgan and Hunt's theory that trust and commitment carry relationships, as a model one can estimate from a survey.

Five things come before: what leaving would cost, what the partner is worth, values that are shared, communication, and
opportunism. Five come after: going along with the partner's wishes, thinking of leaving, working together, quarrels
that help, and uncertainty. The theory is that what comes before reaches what comes after through trust and commitment,
and the rival that it does so directly. Signs are hypotheses here and never constraints: later studies found some turned
around.

The paths, their signs and which of them the paper found supported are known from later texts. Its estimates and its
matrix of covariances could not be obtained; whoever has it can pass it as ``rm.SampleMoments``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np

from relmodels.core.errors import InvalidParameters
from relmodels.drivers.trust_constructs import (
    AFTER,
    BEFORE,
    BETWEEN,
    CONSTRUCTS,
    HYPOTHESES,
    ITEMS,
    Hypothesis,
)
from relmodels.drivers.trust_measurement import measured_lines
from relmodels.drivers.trust_questionnaire import questionnaire, reversed_questions
from relmodels.frames.table import Table
from relmodels.sem.checks import group_at
from relmodels.sem.compare import WITH_ANSWERS, WITHOUT_DIFFERENCE, alike, compare
from relmodels.sem.data import Survey
from relmodels.sem.effects import Effects, effects, indirect_ways
from relmodels.sem.guards import require_path_fit
from relmodels.sem.model import Disturbances, PathModel
from relmodels.sem.pls.resampling import PLSBootstrap
from relmodels.sem.resampling import PathBootstrap
from relmodels.sem.result import PathFit

__all__ = [
    "CONSTRUCTS",
    "HYPOTHESES",
    "ITEMS",
    "Hypothesis",
    "Verdict",
    "compared",
    "hypotheses",
    "key_mediating",
    "measurement",
    "mediation",
    "questionnaire",
    "reversed_questions",
    "rival",
]

Verdict: TypeAlias = Literal["supported", "not significant", "the other way round", "held"]


def measurement(items: Mapping[str, Sequence[str]] = ITEMS) -> PathModel:
    """Return the model in which all constructs vary together and none causes another: what the items measure, alone.

    Args:
        items: by the code of the construct its questions.

    Raises:
        InvalidParameters: naming constructs that are lacking or unknown, and questions that stand twice or are no list.

    Examples:
        >>> len(measurement().latent)
        12

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    lines, _ = measured_lines(items, {}, {}, CONSTRUCTS.codes)
    return PathModel.parse("\n".join(lines), fixed_causes=False)


def key_mediating(
    items: Mapping[str, Sequence[str]] = ITEMS,
    *,
    reliability: Mapping[str, float] | None = None,
    variance: Mapping[str, float] | Survey | None = None,
    disturbances: Disturbances = "uncorrelated",
) -> PathModel:
    """Return the model of the theory: thirteen paths, with trust and commitment between what comes before and after.

    A construct of several questions is a latent variable. One of a single question, such as a mean or a row of a
    published matrix, is what was answered; with a reliability it is a latent variable whose question has the error
    ``(1 - r) variance``. What comes before varies together, whichever way it is measured.

    Args:
        items: by the code of the construct its questions.
        reliability: of single questions, above 0 and up to 1.
        variance: of those questions, by construct, or the survey of which they are taken, as all answers to a question
            have them. The default of 1 is right for a matrix of correlations alone, and wrong for a survey.
        disturbances: whether what is left of the five outcomes may vary together. If so, the theory is not asked
            whether trust and commitment explain all they share; compare both models under the same rule.

    Raises:
        InvalidParameters: naming constructs that are lacking or unknown, questions that stand twice or are no list, and
            reliabilities and variances that are none.

    Examples:
        >>> model = key_mediating()
        >>> len([row for row in model.rows if row.operator == "~"]), model.disturbances
        (13, 'uncorrelated')
        >>> print(key_mediating().to_text().splitlines()[12])
        commitment ~ rtc + rb + sv + trust

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    lines, names = measured_lines(items, reliability or {}, {} if variance is None else variance, CONSTRUCTS.codes)
    for effect in (*BETWEEN, *AFTER):
        causes = [names[one.cause] for one in HYPOTHESES if one.effect == effect]
        lines.append(f"{names[effect]} ~ {' + '.join(causes)}")
    return PathModel.parse("\n".join(lines), disturbances=disturbances, fixed_causes=False)


def rival(
    items: Mapping[str, Sequence[str]] = ITEMS,
    *,
    reliability: Mapping[str, float] | None = None,
    variance: Mapping[str, float] | Survey | None = None,
    disturbances: Disturbances = "uncorrelated",
) -> PathModel:
    """Return the rival: all seven act on all five outcomes directly, and nothing mediates.

    With disturbances that vary together it explains what the measurement model does, and the comparison says nothing.

    Args:
        items: as for :func:`key_mediating`.
        reliability: as for :func:`key_mediating`.
        variance: as for :func:`key_mediating`.
        disturbances: as for :func:`key_mediating`.

    Raises:
        InvalidParameters: as :func:`key_mediating`.

    Examples:
        >>> len([row for row in rival().rows if row.operator == "~"])
        35

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    lines, names = measured_lines(items, reliability or {}, {} if variance is None else variance, CONSTRUCTS.codes)
    causes = " + ".join(names[code] for code in (*BEFORE, *BETWEEN))
    lines += [f"{names[effect]} ~ {causes}" for effect in AFTER]
    return PathModel.parse("\n".join(lines), disturbances=disturbances, fixed_causes=False)


def _name_in(model: PathModel, code: str) -> str:
    """Return the name of a construct in a model."""
    known = {*model.observed, *model.latent}
    for name in (f"{code}_true", code):
        if name in known:
            return name
    ways = [row for row in model.rows if row.operator == "~"]
    message = (
        f"the model has no construct {code!r}; make it with key_mediating(), whose {len(ways)} paths have its names"
    )
    raise InvalidParameters(message)


def hypotheses(fit: PathFit | PLSBootstrap, level: float = 0.95, *, group: int | str | None = None) -> Table:
    """Return a row for each of the thirteen paths: expected sign, estimate, interval, and verdict.

    A path is supported if its interval leaves out 0 on the side of the expected sign. Of a fit of several groups there
    are thirteen rows for each, with its name.

    Args:
        fit: of :func:`key_mediating`, whose constructs have their own codes as names; or the bootstrap of its fit by
            partial least squares, whose paths are standardized.
        level: of the intervals.
        group: the place of the group, or its name; all groups if left out.

    Raises:
        InvalidParameters: if the model lacks a path, the level is out of range, or there is no such group; and if
            another kind of fit is passed.
        NotConverged: if the fit has no minimum.

    Examples:
        >>> import relmodels as rm
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), [one for all in ITEMS.values() for one in all])
        >>> found = hypotheses(rm.fit(key_mediating(), survey))
        >>> found.column("verdict").count("supported"), found.column("verdict")[1]
        (11, 'not significant')

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    model, table, heading, standardized = _tested(fit, level)
    groups = fit.groups if isinstance(fit, PathFit) else ("",)
    asked = range(len(groups)) if group is None else (group_at(group, groups),)
    each = len(table) // len(groups)
    rows = []
    for place in asked:
        names = list(table.column(heading))[place * each : (place + 1) * each]
        rows += [(one, place * each + names.index(_path(model, one, names))) for one in HYPOTHESES]
    low, high = (np.array([table.column(end)[place] for _, place in rows]) for end in ("low", "high"))
    columns: dict[str, object] = {
        "path": [f"{one.cause} -> {one.effect}" for one, _ in rows],
        "expected": ["+" if one.sign > 0 else "-" for one, _ in rows],
        "estimate": np.array([table.column("estimate")[place] for _, place in rows]),
        "low": low,
        "high": high,
        "standardized": np.array([table.column(standardized)[place] for _, place in rows]),
        "verdict": [_verdict(one.sign, *ends) for (one, _), *ends in zip(rows, low, high, strict=True)],
        "in 1994": ["supported" if one.supported else "not significant" for one, _ in rows],
    }
    if len(groups) > 1:
        columns = {"group": [groups[place] for place in asked for _ in HYPOTHESES]} | columns
    return Table(columns)


def _path(model: PathModel, one: Hypothesis, names: list[str]) -> str:
    """Return the name of a path, or raise if it is not among the parameters."""
    path = f"{_name_in(model, one.effect)} ~ {_name_in(model, one.cause)}"
    if path not in names:
        message = f"the model has no path {path!r}; make it with key_mediating()"
        raise InvalidParameters(message)
    return path


def _tested(fit: PathFit | PLSBootstrap, level: float) -> tuple[PathModel, Table, str, str]:
    """Return the model, a table with intervals, and its columns of paths and of standardized values."""
    if isinstance(fit, PLSBootstrap):
        return fit.fit.spec.model, fit.table("path", level), "path", "estimate"
    require_path_fit(fit, "hypotheses")
    fit.require_minimum()
    return fit.model, fit.table(level), "parameter", "standardized"


def _verdict(sign: int, low: float, high: float) -> Verdict:
    if np.isnan(low + high):
        return "held"
    if low <= 0.0 <= high:
        return "not significant"
    return "supported" if (low > 0.0) == (sign > 0) else "the other way round"


def compared(theory: PathFit, other: PathFit, level: float = 0.95, *, survey: Survey | None = None) -> Table:
    """Return the paper's four criteria for the theory and the rival, and the test of one against the other.

    They are CFI, the share of paths whose interval leaves out 0, the share of the outcomes' variances explained, and
    parsimony (PNFI), over all groups. The rival has more parameters; whether it fits better by more than chance is the
    last row. Where there is no such test, or no index, the row has ``nan``: the statistic of ``ULS`` has no difference,
    and those of ``WLSMV``, ``DWLS``, ``ULSMV`` and ``MLMV`` have one only with the answers.

    Args:
        theory: the fit of :func:`key_mediating`.
        other: the fit of :func:`rival` to the same answers under the same rule for disturbances.
        level: of the intervals.
        survey: the answers both were made of, for the test where it takes them.

    Raises:
        InvalidData: if the survey is not the one the fits were made of.
        InvalidParameters: if the rules for disturbances differ, or the fits are of other answers or estimators; and if
            another kind of fit is passed.
        NotConverged: if one has no minimum.

    Examples:
        >>> import relmodels as rm
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), [one for all in ITEMS.values() for one in all])
        >>> found = compared(rm.fit(key_mediating(), survey), rm.fit(rival(), survey))
        >>> found.column("criterion")
        ('CFI', 'share of paths significant', 'mean R² of the outcomes', 'PNFI', 'p of the difference')

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    for fit in (theory, other):
        require_path_fit(fit, "compared")
    if theory.model.disturbances != other.model.disturbances:
        message = (
            f"disturbances of outcomes are {theory.model.disturbances} in one model and {other.model.disturbances} in "
            "the other; compare both under one rule"
        )
        raise InvalidParameters(message)
    without = WITHOUT_DIFFERENCE | (WITH_ANSWERS if survey is None else frozenset())
    tested = theory.estimator not in without
    difference = compare(other, theory, survey=survey).p_value if tested else _alike(theory, other)
    columns = [_criteria(fit, level) for fit in (theory, other)]
    return Table(
        {
            "criterion": [
                "CFI",
                "share of paths significant",
                "mean R² of the outcomes",
                "PNFI",
                "p of the difference",
            ],
            "theory": np.array([*columns[0], difference]),
            "rival": np.array([*columns[1], np.nan]),
        }
    )


def _alike(theory: PathFit, other: PathFit) -> float:
    """Return ``nan`` in place of a test, or raise if the fits are not even of the same answers."""
    if other.estimator != theory.estimator or not alike(theory, other):
        message = (
            f"the theory is fitted by {theory.estimator} to {theory.n} respondents and the rival by {other.estimator} "
            f"to {other.n}; fit both to the same answers by the same estimator"
        )
        raise InvalidParameters(message)
    for fit in (theory, other):
        fit.require_minimum()
    return float("nan")


def _criteria(fit: PathFit, level: float) -> tuple[float, float, float, float]:
    """Return CFI, the share of paths that are significant, the mean R² of the outcomes, and PNFI."""
    untested = np.isnan(fit.chi_square)
    found = None if untested else fit.indices(corrected=fit.scaling is not None)
    table = fit.table(level)
    paths = [place for place, one in enumerate(fit.parameters) if one.operator == "~" and one.index >= 0]
    low, high = np.asarray(table.column("low"))[paths], np.asarray(table.column("high"))[paths]
    shares = [fit.r_squared(group) for group in range(len(fit.groups))]
    explained = float(np.mean([one[_name_in(fit.model, code)] for one in shares for code in AFTER]))
    significant = float(np.mean((low > 0.0) | (high < 0.0)))
    return (np.nan if found is None else found.cfi, significant, explained, np.nan if found is None else found.pnfi)


def mediation(
    fit: PathFit | PathBootstrap,
    *,
    group: int | str | None = None,
    level: float = 0.95,
    draws: int = 20_000,
    rng: int | np.random.Generator = 0,
) -> tuple[Effects, ...]:
    """Return what of each precursor reaches each outcome through trust and commitment, with intervals.

    Args:
        fit: of :func:`key_mediating`, for intervals by draws of the parameters; or its bootstrap, for those of its
            samples.
        group: the place of the group, or its name; needed if there are several.
        level: of the intervals.
        draws: of the parameters.
        rng: the source of chance.

    Raises:
        InvalidParameters: if the model lacks a construct, there is no such group, or there are several and none is
            named; and if another kind of fit is passed.
        NotConverged: if the fit has no minimum.

    Examples:
        >>> import relmodels as rm
        >>> survey = rm.Survey.from_frame(rm.datasets.trust_survey(), [one for all in ITEMS.values() for one in all])
        >>> found = mediation(rm.fit(key_mediating(), survey), draws=1000)
        >>> len(found), found[0].cause[0], found[0].effect[0], found[0].kind
        (21, 'rtc', 'acq', ('through commitment', 'all indirect', 'total'))

    Reference:
        Morgan, R. M. and Hunt, S. D. (1994), The commitment-trust theory of relationship marketing, Journal of
        Marketing 58(3), 20-38.

    """
    found = fit
    fit = fit.fit if isinstance(fit, PathBootstrap) else fit
    require_path_fit(fit, "mediation")
    if group is None and len(fit.groups) > 1:
        message = f"the fit is of {len(fit.groups)} groups ({', '.join(fit.groups)}); say which with group=, from 0"
        raise InvalidParameters(message)
    place = group_at(0 if group is None else group, fit.groups)
    pairs = [(_name_in(fit.model, cause), _name_in(fit.model, effect)) for cause in BEFORE for effect in AFTER]
    return tuple(
        effects(found, cause, effect, group=place, level=level, draws=draws, rng=rng)
        for cause, effect in pairs
        if indirect_ways(fit, cause, effect, group=place)
    )
