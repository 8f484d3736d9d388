"""The report's tables: estimates, classes of customers, and the customers at the head of the list."""

from __future__ import annotations

from typing import Any

from relmodels.effectiveness.abc_analysis import ABCAnalysis, ABCClass
from relmodels.inference.result import Fit
from relmodels.report import words
from relmodels.report.findings import Study
from relmodels.report.format import amount, amounts, count, log_likelihood, number, percent, times
from relmodels.report.layout import Cell, Grid, Head
from relmodels.report.sources import BG_NBD, GAMMA_GAMMA

__all__ = ["classes", "estimates", "top"]


def estimates(study: Study) -> tuple[Grid, ...]:
    """Return the tables of estimates, one for each fitted model."""
    buying = _fit(study.buying, "Buying and leaving: BG/NBD", words.model(study), BG_NBD.short)
    if study.spending is None:
        return (buying,)
    return (
        buying,
        _fit(study.spending, "Spending: gamma–gamma", words.spend(study, study.spending.model), GAMMA_GAMMA.short),
    )


def classes(analysis: ABCAnalysis, currency: str) -> Grid:
    """Return the table of the ABC classes."""
    heads = (
        Head("Class", number=False),
        Head("Customers"),
        Head("Share of customers"),
        Head("Value"),
        Head("Share of value"),
        Head("Mean value"),
    )
    rows = tuple(_class(group, currency) for group in analysis.groups)
    return Grid(label="ABC classes", heads=heads, rows=rows)


def top(study: Study) -> Grid:
    """Return the table of the best customers, with ranges; what matters most stands first, for narrow screens."""
    level = f"{percent(study.top.level)} range"
    heads = [Head("Customer", number=False)]
    if study.value is not None:
        heads += [Head("Class", number=False), Head(f"Value, {level}")]
    heads += [
        Head(f"Expected purchases, {level}"),
        Head("P(alive)"),
        Head("Repeat purchases"),
        Head(f"Last seen, {study.summary.unit}s ago"),
    ]
    if study.value is not None:
        heads += [Head("Mean spend")]
    rows = tuple(_customer(study, place) for place in range(study.top.rows.size))
    return Grid(
        label="Customers at the head of the list", heads=tuple(heads), rows=rows, paragraphs=(words.top(study),)
    )


def _fit(fit: Fit[Any], title: str, text: str, source: str) -> Grid:
    errors, ends = fit.standard_errors, fit.interval(0.95)
    rows = tuple(
        (
            Cell(parameter.symbol, parameter.meaning, kind=""),
            Cell(number(fit.parameters[parameter.name])),
            Cell(number(errors[parameter.name])),
            Cell(" – ".join(number(end) for end in ends[parameter.name])),
        )
        for parameter in fit.kind.space
    )
    heads = (Head("Parameter", number=False), Head("Estimate"), Head("Standard error"), Head("95\u202f% interval"))
    figures = f"Log-likelihood {log_likelihood(fit.log_likelihood)} over {count(fit.n)} customers; {fit.diagnosis}."
    return Grid(
        label=f"Estimates, {title}",
        heads=heads,
        rows=rows,
        title=title,
        paragraphs=(text,),
        source=f"{figures} After {source}.",
    )


def _class(group: ABCClass, currency: str) -> tuple[Cell, ...]:
    return (
        Cell(group.name, kind="", badge=True),
        Cell(count(group.count)),
        Cell(percent(group.share_of_customers)),
        Cell(amount(group.value, currency)),
        Cell(percent(group.share_of_value)),
        Cell("–" if group.count == 0 else amount(group.value / group.count, currency)),
    )


def _customer(study: Study, place: int) -> tuple[Cell, ...]:
    row, summary, cash = int(study.top.rows[place]), study.summary, study.money.currency
    name = f"row {row}" if summary.customer is None else str(summary.customer[row])
    few, many = study.top.purchases[place].tolist()
    silence = float(summary.age[row] - summary.recency[row])
    who = [Cell(name, kind="id")]
    history = [
        Cell(times(study.purchases[row]), f"{count(few)} – {count(many)}"),
        Cell(percent(study.alive[row])),
        Cell(count(summary.frequency[row])),
        Cell(f"{silence:,.1f}" if silence < 10 else f"{silence:,.0f}"),
    ]
    if study.value is not None and study.top.value is not None and study.classes is not None:
        spent = 0.0 if summary.spend is None else float(summary.spend[row])
        low, high = study.top.value[place].tolist()
        who.append(Cell(str(study.classes.classes[row]), kind="", badge=True))
        who.append(Cell(amount(study.value[row], cash), amounts(low, high, cash)))
        history.append(Cell(amount(spent, cash) if summary.frequency[row] else "–"))
    return (*who, *history)
