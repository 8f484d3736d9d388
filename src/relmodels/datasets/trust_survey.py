"""Answers of 204 invented firms about their supplier, drawn from a model of trust and commitment.

The answers of Morgan and Hunt's tire retailers were never published. These are simulated with signs as the theory has
them, and with values that are nobody's estimates: what a fit finds here says nothing about any market.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

import numpy as np

from relmodels.core.reference import Reference
from relmodels.frames.table import Table

__all__ = ["TRUST_SURVEY_SOURCE", "trust_survey"]

TRUST_SURVEY_SOURCE: Final = Reference(
    authors=("The relmodels authors",),
    year=2026,
    title="Simulated answers of 204 firms about trust in their supplier and commitment to it",
    standing="ours",
)


def trust_survey() -> Table:
    """Return 204 simulated answers to 43 questions on a scale from 1 to 7, one firm a row.

    The columns are those of ``rm.morgan_hunt.ITEMS``: four questions on termination costs (``rtc1`` …), benefits
    (``rb``), shared values (``sv``), communication (``com``), commitment, trust and uncertainty (``unc``), three on
    opportunism (``opp``), acquiescence (``acq``), leaving (``pl``), cooperation (``coop``) and functional conflict
    (``fc``).

    Examples:
        >>> table = trust_survey()
        >>> len(table), table.columns[:3], int(table.column("rtc1").max())
        (204, ('rtc1', 'rtc2', 'rtc3'), 7)

    """
    text = resources.files("relmodels.datasets").joinpath("trust_survey.csv").read_text(encoding="utf-8")
    names, *rows = csv.reader(text.splitlines())
    return Table(
        {name: np.array(cells, dtype=np.float64) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    )
