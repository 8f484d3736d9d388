"""The CDNOW sample: one tenth of a cohort of new customers of a music shop on the web, 1997 to 1998.

It holds every purchase, to the end of June 1998, of 2,357 people whose first purchase fell in the first quarter of
1997.
The sample is the customary test bed of buy-till-you-die models; Fader, Hardie and Lee (2005) fit BG/NBD to its first
39 weeks and hold out the next 39.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

import numpy as np

from relmodels.core.reference import Reference
from relmodels.frames.table import Table

__all__ = ["CDNOW_SOURCE", "cdnow"]

CDNOW_SOURCE: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S."),
    year=2001,
    title="Forecasting repeat sales at CDNOW: A case study",
    venue="Interfaces",
    volume="31(3)",
    pages="S94-S107",
    doi="10.1287/inte.31.3s.94.9683",
    standing="secondary",
)


def cdnow() -> Table:
    """Return the 6,919 purchases of the CDNOW sample.

    The columns are ``customer`` (the sample's own number, 1 to 2357), ``date`` (day of the purchase),
    ``quantity`` (number of CDs) and ``amount`` (US dollars; some are zero).

    Examples:
        >>> log = cdnow()
        >>> len(log), log.columns
        (6919, ('customer', 'date', 'quantity', 'amount'))

    Reference:
        Fader, P. S. and Hardie, B. G. S. (2001), Forecasting repeat sales at CDNOW: A case study,
        Interfaces 31(3), S94-S107. The raw sample is the one distributed with lifetimes 0.11.3.

    """
    text = resources.files("relmodels.datasets").joinpath("cdnow_sample.csv").read_text(encoding="utf-8")
    customer, date, quantity, amount = zip(*list(csv.reader(text.splitlines()))[1:], strict=True)
    return Table(
        {
            "customer": np.array(customer, dtype=np.int64),
            "date": np.array(date, dtype="datetime64[D]"),
            "quantity": np.array(quantity, dtype=np.int64),
            "amount": np.array(amount, dtype=np.float64),
        }
    )
