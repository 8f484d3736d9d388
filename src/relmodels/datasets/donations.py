"""Gifts of 11,104 donors, won by a nonprofit organization in 1995, over the eleven yearly appeals that followed.

Each year a donor gives or does not, so that the data are in discrete time. They were published as a matrix: how many
donors share each frequency and recency. Fader, Hardie & Shang (2010) fit BG/BB to the six appeals of 1996 to 2001 and
hold out the five of 2002 to 2006.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

import numpy as np

from relmodels.core.reference import Reference
from relmodels.frames.table import Table

__all__ = ["DONATIONS_SOURCE", "donations", "donations_holdout"]

DONATIONS_SOURCE: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S.", "Shang, J."),
    year=2010,
    title="Customer-Base Analysis in a Discrete-Time Noncontractual Setting",
    venue="Marketing Science",
    volume="29(6)",
    pages="1086-1108",
    doi="10.1287/mksc.1100.0580",
    standing="secondary",
)


def donations() -> Table:
    """Return how many donors share each history of the six appeals from 1996 to 2001, in 22 rows.

    The columns are ``frequency`` (appeals answered), ``recency`` (the last one answered, 0 for none),
    ``opportunities`` (appeals made) and ``donors``.

    Examples:
        >>> import numpy as np
        >>> from relmodels.btyd.summary import PurchaseSummary
        >>> table = donations()
        >>> x, t_x, n, donors = (np.array(table.column(name)) for name in table.columns)
        >>> summary = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n, weight=donors, unit="year")
        >>> len(summary), summary.n
        (22, 11104.0)

    Reference:
        Fader, P. S., Hardie, B. G. S. and Shang, J. (2010), Customer-base analysis in a discrete-time noncontractual
        setting, Marketing Science 29(6), 1086-1108. The matrix is the one distributed with BTYD 2.4.3.

    """
    return _read("donations.csv")


def donations_holdout() -> Table:
    """Return the same for the five appeals from 2002 to 2006, to the same donors, counted anew, in 16 rows.

    Examples:
        >>> held_out = donations_holdout()
        >>> len(held_out), int(sum(held_out.column("donors")))
        (16, 11104)

    Reference:
        Fader, Hardie and Shang (2010), as above.

    """
    return _read("donations_holdout.csv")


def _read(name: str) -> Table:
    text = resources.files("relmodels.datasets").joinpath(name).read_text(encoding="utf-8")
    names, *rows = csv.reader(text.splitlines())
    columns = np.array(rows, dtype=np.int64).T
    return Table(dict(zip(names, columns, strict=True)))
