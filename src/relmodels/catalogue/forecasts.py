"""What room 5 judges forecasts by."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.catalogue.sources import EASY_WAY
from relmodels.core.reference import Reference

__all__ = ["FORECASTS"]

FORECASTS: Final[tuple[Entry, ...]] = (
    Entry(
        "forecast_errors",
        "errors, bias, rank correlation and concentration of a forecast on the holdout",
        "effectiveness",
        "relmodels.effectiveness.forecast_errors:forecast_errors",
        (
            Reference(
                ("Wübben, M.", "von Wangenheim, F."),
                2008,
                "Instant Customer Base Analysis: Managerial Heuristics Often “Get It Right”",
                "Journal of Marketing",
                "72(3)",
                "82-93",
                "10.1509/jmkg.72.3.82",
                standing="secondary",
            ),
            Reference(
                ("Spearman, C.",),
                1904,
                "The Proof and Measurement of Association between Two Things",
                "American Journal of Psychology",
                "15(1)",
                "72-101",
                "10.2307/1412159",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "forecast_deciles",
        "predicted and actual purchases of groups of equal size, the best predicted first, with lift",
        "effectiveness",
        "relmodels.effectiveness.forecast_deciles:forecast_deciles",
        (
            Reference(
                ("Malthouse, E. C.", "Blattberg, R. C."),
                2005,
                "Can We Predict Customer Lifetime Value?",
                "Journal of Interactive Marketing",
                "19(1)",
                "2-16",
                standing="secondary",
            ),
        ),
    ),
    Entry(
        "calibration_by_count",
        "customers with 0, 1, 2, ... repeat purchases, counted and expected",
        "effectiveness",
        "relmodels.effectiveness.calibration:calibration_by_count",
        (replace(EASY_WAY, standing="derived"),),
    ),
    Entry(
        "holdout_by_count",
        "mean holdout purchases by repeat purchases before, made and expected",
        "effectiveness",
        "relmodels.effectiveness.calibration:holdout_by_count",
        (replace(EASY_WAY, standing="derived"),),
    ),
    Entry(
        "tracking",
        "repeat purchases over calendar time, counted and expected",
        "effectiveness",
        "relmodels.effectiveness.tracking:tracking",
        (replace(EASY_WAY, standing="derived"),),
    ),
)
