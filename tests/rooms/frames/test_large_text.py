"""Large columns of text keep their rows together in every library, also where its joins run in several threads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relmodels.frames.columns import Coded
from relmodels.frames.table import open_frame

ROWS = 600_000
NUMBERS = np.random.default_rng(20261123).integers(0, 200_000, ROWS)
TEXTS = np.array([f"c{number:06d}" for number in NUMBERS])


@pytest.mark.parametrize("library", [pa.table, pl.DataFrame, pd.DataFrame], ids=["pyarrow", "polars", "pandas"])
def test_each_row_keeps_its_own_text(library) -> None:
    """The codes of 600,000 rows lead back to the texts of these rows, in order."""
    column = open_frame(library({"who": TEXTS})).column("who")  # type: ignore[union-attr]
    assert isinstance(column, Coded)
    assert np.array_equal(np.asarray(column.words, dtype=str)[column.codes], TEXTS)
