"""The chapters of the report, from who the customers are to what cannot be told about them."""

from __future__ import annotations

import numpy as np

from relmodels.core.periods import Rate
from relmodels.core.version import __version__
from relmodels.report import guide, pictures, tables, words
from relmodels.report.findings import Study
from relmodels.report.format import amount, count, day, percent, span, times
from relmodels.report.layout import Fact, Page, Section
from relmodels.report.sources import PURCHASE_SOURCES, SOURCES

__all__ = ["page"]


def page(study: Study, *, title: str | None, origin: str) -> Page:
    """Return the whole report; ``title`` heads it and ``origin`` says where the purchases come from."""
    about = "Customers and what they will buy" if study.value is None else "Customers and their value"
    sources = PURCHASE_SOURCES if study.value is None else SOURCES
    return Page(
        title=title or about,
        period=_period(study, origin),
        headline=words.headline(study),
        cards=_cards(study),
        notices=guide.notices(study),
        guide=guide.how_to_read(study),
        sections=_sections(study),
        limits=guide.limits(study),
        sources=tuple(source.full for source in sources),
        colophon=f"Made with relmodels {__version__}. This file stands on its own: it loads nothing from the network "
        "and runs no script.",
    )


def _sections(study: Study) -> tuple[Section, ...]:
    check = study.check
    trust = () if check is None else pictures.of_check(check)
    chapters = [
        Section("customers", "Who the customers are", facts=_facts(study), pictures=(pictures.of_frequencies(study),)),
        Section("model", "The model behind the forecast", lead=guide.MODEL, tables=tables.estimates(study)),
    ]
    if trust:
        chapters.append(Section("trust", "Can the forecast be trusted?", lead=guide.TRUST, pictures=trust))
    grids = (pictures.of_alive(study), pictures.of_expected(study))
    chapters.append(Section("forecast", "Who is still there, and what they will buy", pictures=grids))
    if study.value is not None and study.classes is not None:
        shown = (pictures.of_value(study, study.value), pictures.of_spread(study.value, study.classes))
        table = tables.classes(study.classes, study.money.currency)
        chapters.append(Section("value", "What the customers are worth", lead=_terms(study), pictures=shown))
        chapters.append(Section("classes", "A, B and C", lead=guide.CLASSES, tables=(table,)))
    chapters.append(Section("top", "The customers at the head of the list", tables=(tables.top(study),)))
    return tuple(chapters)


def _period(study: Study, origin: str) -> str:
    intake = study.summary.intake
    if intake is None:
        return origin
    parts = [origin] if origin else []
    parts.append(f"purchases from {day(intake.start)} to {day(intake.observation_end)}")
    parts.append(f"forecast from {day(intake.end)} on")
    return " · ".join(parts)


def _facts(study: Study) -> tuple[Fact, ...]:
    """Return who the customers are, and every row that did not count as it stood."""
    summary, unit = study.summary, study.summary.unit
    again = summary.frequency > 0
    found = [
        Fact(count(len(summary)), "Customers"),
        Fact(f"{count(again.sum())} ({percent(float(again.mean()))})", "Bought again at least once"),
        Fact(count(summary.frequency.sum()), "Repeat purchase days"),
        Fact(times(float(summary.frequency.mean())), "Repeat purchases per customer, mean"),
        Fact(span(float(np.median(summary.age)), unit), "Time since the first purchase, median"),
    ]
    if again.any():
        silence = float(np.median((summary.age - summary.recency)[again]))
        found.append(Fact(span(silence, unit), "Time since the last purchase of those who bought again, median"))
        if summary.spend is not None:
            spent = float(np.median(summary.spend[again]))
            found.append(Fact(amount(spent, study.money.currency), "Mean spend per repeat purchase, median customer"))
    return (*found, *_intake(study))


def _intake(study: Study) -> tuple[Fact, ...]:
    intake = study.summary.intake
    if intake is None:
        return ()
    counted = (
        (intake.same_day_rows, "Rows joined with another of the same customer and day"),
        (intake.zero_days, "Purchase days whose amounts net to zero (counted as purchases)"),
        (intake.netted_days, "Purchase days with a refund set off"),
        (intake.dropped_days, "Days with more refunds than purchases (left out)"),
        (intake.rows_after_end, "Rows after the end of observation (left out)"),
        (intake.late_customers, "Customers who came after the calibration (left out)"),
        (intake.customers_without_purchase, "Customers without a purchase that counts (left out)"),
    )
    rows = Fact(count(intake.rows), "Rows in the table of purchases")
    return (rows, *(Fact(count(number), label) for number, label in counted if number))


def _cards(study: Study) -> tuple[Fact, ...]:
    summary = study.summary
    again = float((summary.frequency > 0).mean())
    ahead = span(study.horizon, summary.unit)
    cards = [
        Fact(count(len(summary)), "customers"),
        Fact(percent(again), "have bought again at least once"),
        Fact(count(study.purchases.sum()), f"purchases to expect in the next {ahead}"),
    ]
    if study.value is not None and study.classes is not None:
        best = study.classes.groups[0]
        cards.append(
            Fact(amount(study.value.sum(), study.money.currency), f"value today of these purchases, {_kind(study)}")
        )
        cards.append(
            Fact(count(best.count), f"class A customers, who bring {percent(best.share_of_value)} of the value")
        )
    return tuple(cards)


def _kind(study: Study) -> str:
    return "as revenue" if study.money.margin == 1 else f"at a margin of {percent(study.money.margin)}"


def _terms(study: Study) -> str:
    rate = study.money.discount_rate
    per_year = rate.per_year if isinstance(rate, Rate) else rate
    return (
        f"Value is what the purchases of the next {span(study.horizon, study.summary.unit)} are worth today, "
        f"{_kind(study)}, with money of later discounted by {percent(per_year)} a year. "
        "What a customer has brought so far is not in it."
    )
