"""The tables of the report on a survey: hypotheses or paths, and how well the constructs are measured."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from relmodels.report.layout import Cell, Grid, Head
from relmodels.report.survey_findings import SurveyStudy

__all__ = ["constructs", "decimal", "hypotheses", "paths"]

_VERDICTS: Final = {"supported": "yes", "not significant": "open", "the other way round": "against", "held": "open"}
_INTERVAL: Final = "95\u202f% interval"


def decimal(value: float, places: int = 2) -> str:
    """Return a number with a fixed count of decimals and a true minus sign, ``−0.48``; a dash if there is none."""
    return f"{value:.{places}f}".replace("-", "−") if math.isfinite(value) else "–"


def hypotheses(study: SurveyStudy) -> Grid | None:
    """Return the table of the theory's hypotheses; ``None`` if the model is another."""
    table = study.hypotheses
    if table is None:
        return None
    rows = []
    for path, sign, estimate, low, high, standardized, verdict, before in table.rows():
        cause, effect = path.split(" -> ")
        rows.append(
            (
                Cell(f"{study.name(cause)} → {study.name(effect)}", kind=""),
                Cell("−" if sign == "-" else sign, kind="mid"),
                Cell(decimal(standardized)),
                Cell(decimal(estimate)),
                Cell(f"{decimal(low)} to {decimal(high)}"),
                Cell(verdict, kind=_VERDICTS[verdict]),
                Cell("yes" if before == "supported" else "no", kind="mid"),
            )
        )
    heads = (
        Head("Hypothesis", number=False),
        Head("Sign", number=False),
        Head("Standardized"),
        Head("Estimate"),
        Head(_INTERVAL),
        Head("Here", number=False),
        Head("1994", number=False),
    )
    note = (
        "Estimate and interval are in the units of the answers; a path is supported if its interval leaves out 0 on "
        "the side of the sign."
    )
    return Grid("Hypotheses", heads, tuple(rows), title="Hypotheses", paragraphs=(note,))


def paths(study: SurveyStudy) -> Grid | None:
    """Return the table of the paths of any model; ``None`` if it has none."""
    fit = study.fit
    table = fit.table()
    estimate, low, high = (np.asarray(table.column(name)) for name in ("estimate", "low", "high"))
    p, standardized = (np.asarray(table.column(name)) for name in ("p", "standardized"))
    rows = []
    for place, one in enumerate(fit.parameters):
        if one.operator != "~" or not one.right:
            continue
        held = one.index < 0
        certain = not held and (low[place] > 0.0 or high[place] < 0.0)
        rows.append(
            (
                Cell(f"{study.name(one.right)} → {study.name(one.left)}", kind=""),
                Cell(decimal(standardized[place])),
                Cell(decimal(estimate[place])),
                Cell("held" if held else f"{decimal(low[place])} to {decimal(high[place])}"),
                Cell("–" if held else "< 0.001" if p[place] < 0.001 else decimal(p[place], 3)),
                Cell("held" if held else "not 0" if certain else "may be 0", kind="yes" if certain else "open"),
            )
        )
    heads = (
        Head("Path", number=False),
        *(Head(name) for name in ("Standardized", "Estimate", _INTERVAL, "p")),
        Head("Here", number=False),
    )
    note = "Estimates and intervals are in the units of the answers; a path may be 0 if its interval holds it."
    return Grid("Paths", heads, tuple(rows), title="Paths", paragraphs=(note,)) if rows else None


def constructs(study: SurveyStudy) -> Grid | None:
    """Return the table of the constructs: questions, mean, reliability, distinctness; ``None`` if there are none."""
    found, items = study.measured, study.items
    if found is None or items is None:
        return None
    owner, mean = items.column("construct"), np.asarray(items.column("mean"))
    apart = np.abs(found.correlation - np.diag(np.diag(found.correlation))).max(axis=1)
    rows = tuple(
        (
            Cell(study.name(name), kind=""),
            Cell(_span(study.questions[name]), kind="code"),
            Cell(decimal(float(np.mean([one for one, own in zip(mean, owner, strict=True) if own == name])), 1)),
            Cell(decimal(found.composite[place])),
            Cell(decimal(found.extracted[place])),
            Cell(decimal(apart[place])),
            Cell("yes" if found.distinct[place] else "no", kind="yes" if found.distinct[place] else "against"),
        )
        for place, name in enumerate(found.constructs)
    )
    heads = (
        Head("Construct", number=False),
        Head("Questions", number=False),
        Head("Mean"),
        Head("Reliability"),
        Head("Variance extracted"),
        Head("Highest correlation"),
        Head("Distinct", number=False),
    )
    note = (
        "By convention reliability is .70 and half of the variance is extracted; a construct is distinct if the root "
        "of what is extracted exceeds every correlation (Fornell and Larcker)."
    )
    return Grid("Constructs", heads, rows, title="How well it was measured", paragraphs=(note,))


def _span(questions: tuple[str, ...]) -> str:
    """Return ``t1–t4`` for questions that are numbered through, and all of them otherwise."""
    stem = questions[0].rstrip("0123456789")
    numbers = [name.removeprefix(stem) for name in questions]
    if len(questions) > 2 and numbers == [str(one) for one in range(1, len(questions) + 1)]:
        return f"{questions[0]}–{numbers[-1]}"
    return ", ".join(questions)
