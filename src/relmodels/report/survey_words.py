"""What the report on a survey says in words: the finding, the fit, what to look at, and what stands behind it."""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.report.format import count
from relmodels.report.layout import Fact
from relmodels.report.survey_findings import SurveyStudy
from relmodels.report.survey_tables import decimal

__all__ = ["cards", "fit_line", "headline", "looks", "of_whom", "spread", "warnings"]

# Hu and Bentler's limits, and others in use; conventions all of them.
_CFI, _RMSEA, _SRMR = 0.95, 0.06, 0.08
_RELIABLE, _EXTRACTED, _REST, _RATIO = 0.70, 0.50, 0.40, 0.85
_LOWEST: Final = 3


def of_whom(study: SurveyStudy, origin: str) -> str:
    """Return who was asked what, in a line."""
    fit, left = study.fit, study.asked - study.fit.n
    out = "none left out" if left <= 0 else f"{count(left)} left out for questions without an answer"
    if fit.missing == "ml":
        out = "those who left questions out count with what they answered"
    elif fit.missing == "pairwise":
        out = "those who left questions out count with each pair of questions they answered"
    low, high = study.scale
    scale = f"answers from {low:g} to {high:g}" + ("" if study.given else ", the lowest and highest given")
    parts = [origin] if origin else []
    parts += [f"{count(study.asked)} respondents, {out}", f"{count(len(fit.names))} questions, {scale}"]
    return " · ".join(parts)


def headline(study: SurveyStudy) -> str:
    """Return the finding in one or two sentences."""
    said = [f"{_verdicts(study)}; {_fits(study)}."]
    if study.scores is not None:
        means = [
            f"{study.name(name)} {decimal(float(np.nanmean(study.scores.value[:, place])), 1)}"
            for place, name in enumerate(study.scores.constructs)
            if np.isfinite(study.scores.value[:, place]).any()
        ]
        low, high = study.scale
        said.append(f"Means on the scale from {low:g} to {high:g}: {', '.join(means)}.")
    return " ".join(said)


def _verdicts(study: SurveyStudy) -> str:
    if study.hypotheses is not None:
        verdicts = list(study.hypotheses.column("verdict"))
        turned = verdicts.count("the other way round")
        against = f", {turned} found the other way round" if turned else ""
        return f"{verdicts.count('supported')} of {len(verdicts)} hypotheses are supported{against}"
    certain, free = _certain(study)
    if not free:
        return f"{count(len(study.fit.model.latent))} constructs are measured"
    return f"{certain} of {free} paths differ from 0"


def _certain(study: SurveyStudy) -> tuple[int, int]:
    """Return how many free paths differ from 0 by their intervals, and how many there are."""
    table = study.fit.table()
    low, high = np.asarray(table.column("low")), np.asarray(table.column("high"))
    free = [
        place for place, one in enumerate(study.fit.parameters) if one.operator == "~" and one.right and one.index >= 0
    ]
    return int(((low[free] > 0.0) | (high[free] < 0.0)).sum()), len(free)


def _fits(study: SurveyStudy) -> str:
    found = study.indices
    if found is None:
        return "how the model fits cannot be said"
    if found.df == 0:
        return "the model has no degree of freedom, so its fit says nothing"
    missed = [
        f"{name} is {decimal(value, 3)}"
        for name, value, bad in (
            ("CFI", found.cfi, found.cfi < _CFI),
            ("RMSEA", found.rmsea, found.rmsea > _RMSEA),
            ("SRMR", found.srmr, found.srmr > _SRMR),
        )
        if bad
    ]
    return (
        f"by convention the model fits less than well, as {' and '.join(missed)}"
        if missed
        else ("the model fits well by the usual conventions")
    )


def cards(study: SurveyStudy) -> tuple[Fact, ...]:
    """Return the figures at the head of the page."""
    found = study.indices
    facts = [Fact(count(study.fit.n), "respondents in the fit")]
    if study.hypotheses is not None:
        verdicts = list(study.hypotheses.column("verdict"))
        facts.append(Fact(f"{verdicts.count('supported')} of {len(verdicts)}", "hypotheses supported"))
    else:
        certain, free = _certain(study)
        facts += [Fact(f"{certain} of {free}", "paths that differ from 0")] if free else []
    if found is not None:
        facts += [
            Fact(decimal(found.cfi, 3), "CFI, .95 and above is good"),
            Fact(decimal(found.rmsea, 3), "RMSEA, to .06 is good"),
        ]
    if study.scores is not None:
        for place, name in enumerate(study.scores.constructs[:2]):
            values = study.scores.value[:, place]
            if np.isfinite(values).any():
                facts.append(Fact(decimal(float(np.nanmean(values)), 1), f"{study.name(name)}, mean"))
    return tuple(facts)


def fit_line(study: SurveyStudy) -> str:
    """Return the fit in a line, with the limits people use."""
    found = study.indices
    if found is None:
        why = next((one.text for one in study.fit.remarks if one.kind == "unbounded"), "the fit has none")
        return f"There is no test statistic: {why}."
    corrected = "" if study.fit.scaling is None else f", corrected ({decimal(study.fit.chi_square, 1)} before)"
    p = "p < 0.001" if found.p_value < 0.001 else f"p = {decimal(found.p_value, 3)}"
    return (
        f"χ² = {decimal(found.chi_square, 1)}{corrected} on {found.df} degrees of freedom, {p}; "
        f"CFI {decimal(found.cfi, 3)}, TLI {decimal(found.tli, 3)}, "
        f"RMSEA {decimal(found.rmsea, 3)} [{decimal(found.rmsea_low, 3)}, {decimal(found.rmsea_high, 3)}], "
        f"SRMR {decimal(found.srmr, 3)}. By convention CFI and TLI of .95, RMSEA of .06 and SRMR of .08 are good."
    )


def spread(study: SurveyStudy) -> str:
    """Return what the picture of scores means."""
    found = study.scores
    if found is None:
        return f"Scores of respondents are left out: {study.no_scores}."
    errors = [float(np.median(own[np.isfinite(own)])) for own in found.standard_error.T if np.isfinite(own).any()]
    low, high = found.scale
    part = (high - low) / 3.0
    bad = np.nan_to_num(found.value[:, -1], nan=high) < low + part
    cut = f" {count(found.cut)} lay beyond the scale and were set to its end." if found.cut else ""
    return (
        "A score is what a respondent would answer on average to the questions of a construct if answers had no error; "
        f"its error is about {decimal(max(errors), 1)}. {count(bad.sum())} respondents are in the lowest third of the "
        f"scale for {study.name(found.constructs[-1])}.{cut}"
    )


def looks(study: SurveyStudy) -> tuple[str, ...]:
    """Return what a careful reader looks at, one sentence each."""
    said = [*_remarks(study), *_of_questions(study), *_of_constructs(study), *_of_pairs(study)]
    if study.changes is None:
        said.append("What would improve the fit cannot be said for such answers.")
    elif len(study.changes):
        worst = [
            f"{name} (index {decimal(index, 1)}, value {decimal(change)})"
            for name, index, change in study.changes.rows()
        ]
        said.append(
            f"Freeing these would improve the fit most: {'; '.join(worst)}. "
            "A model changed after its own answers is no longer tested by them."
        )
    return tuple(said)


def warnings(study: SurveyStudy) -> tuple[str, ...]:
    """Return what makes the figures doubtful, one sentence each: remarks, and questions that seem not to be turned."""
    return (*_remarks(study), *_unturned(study))


def _remarks(study: SurveyStudy) -> list[str]:
    """Return the remarks on the fit, but those on questions that are named as not turned."""
    turned = tuple(f"{name} " for name, _ in _against(study))
    kept = [one.text for one in study.fit.remarks if not (one.kind == "against" and one.text.startswith(turned))]
    own = set(study.fit.names)
    return [
        f"{text if text.split(' ')[0] in own else text[:1].upper() + text[1:]}{'' if text.endswith('?') else '.'}"
        for text in kept
    ]


def _against(study: SurveyStudy) -> list[tuple[str, str]]:
    """Return the questions that go against the others of their construct, with what this is called."""
    rows = [] if study.items is None else study.items.rows()
    return [(str(name), study.name(str(owner))) for name, owner, *_, rest in rows if float(rest) < 0.0]


def _unturned(study: SurveyStudy) -> list[str]:
    if turned := [f"{name} of {owner}" for name, owner in _against(study)]:
        return [f"Asked the other way round and not turned, by the look of it: {', '.join(turned)}."]
    return []


def _of_questions(study: SurveyStudy) -> list[str]:
    if study.items is None:
        return []
    rows = [(str(name), study.name(str(owner)), float(rest)) for name, owner, *_, rest in study.items.rows()]
    weak = sorted((rest, name, owner) for name, owner, rest in rows if 0.0 <= rest < _REST)[:_LOWEST]
    said = _unturned(study)
    if weak:
        listed = ", ".join(f"{name} of {owner} ({decimal(rest)})" for rest, name, owner in weak)
        said.append(
            f"Questions that go least with the others of their construct: {listed}; from {decimal(_REST)} is usual."
        )
    elif not said and (seen := [(rest, name, owner) for name, owner, rest in rows if np.isfinite(rest)]):
        rest, name, owner = min(seen)
        said.append(f"Every question goes with the others of its construct; {name} of {owner} least ({decimal(rest)}).")
    return said


def _of_constructs(study: SurveyStudy) -> list[str]:
    found = study.measured
    if found is None:
        return []
    several = [place for place, name in enumerate(found.constructs) if len(study.questions[name]) > 1]
    weak = [study.name(found.constructs[place]) for place in several if found.composite[place] < _RELIABLE]
    thin = [study.name(found.constructs[place]) for place in several if found.extracted[place] < _EXTRACTED]
    said = [f"Reliability is below {decimal(_RELIABLE)}: {', '.join(weak)}."] if weak else []
    return [*said, *([f"Less than half of the variance is extracted: {', '.join(thin)}."] if thin else [])]


def _of_pairs(study: SurveyStudy) -> list[str]:
    if study.ratios is None:
        return []
    pairs = sorted(((float(ratio), first, second) for first, second, ratio, _ in study.ratios.rows()), reverse=True)
    close = [
        f"{study.name(str(first))} and {study.name(str(second))} ({decimal(ratio)})"
        for ratio, first, second in pairs
        if ratio > _RATIO
    ]
    if close:
        return [f"Hardly distinct, with a ratio of correlations (HTMT) above {decimal(_RATIO)}: {', '.join(close)}."]
    ratio, first, second = pairs[0]
    highest = f"{decimal(ratio)}, is that of {study.name(str(first))} and {study.name(str(second))}"
    return [f"All constructs are distinct by their ratios of correlations (HTMT); the highest, {highest}."]
