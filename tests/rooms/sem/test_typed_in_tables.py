"""Tables typed in from a paper: either triangle will do, and what is no table of correlations is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import relmodels as rm

NAMES = ["trust", "commitment", "loyalty"]
WHOLE = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.4], [0.3, 0.4, 1.0]])
LOWER, UPPER = np.tril(WHOLE), np.triu(WHOLE)
HOLLOW = np.where(np.tri(3) > 0, WHOLE, np.nan)


@pytest.mark.parametrize(
    "table",
    [
        LOWER,
        UPPER,
        HOLLOW,
        HOLLOW.T,
        pd.DataFrame(HOLLOW, NAMES, NAMES),
        [[1], [0.5, 1], [0.3, 0.4, 1]],
        [[1, 0.5, 0.3], [1, 0.4], [1]],
        [[1, None, None], [0.5, 1, None], [0.3, 0.4, 1]],
        ([1.0], np.array([0.5, 1.0]), (0.3, 0.4, 1.0)),
    ],
)
def test_either_triangle_is_the_whole_table(table: Any) -> None:
    """A triangle beside zeros, beside gaps or alone gives what the whole table gives."""
    found = rm.SampleMoments.from_correlation(table, NAMES, n=204)
    assert np.array_equal(found.covariance[0], WHOLE)
    found = rm.SampleMoments.from_covariance(table, NAMES, n=204, divisor="n")
    assert np.array_equal(found.covariance[0], WHOLE)


def _with(**entries: float) -> Any:
    table = WHOLE.copy()
    for place, value in entries.items():
        table[int(place[1]), int(place[2])] = value
    return table


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (_with(a02=0.9), "correlation[0, 2] = 0.9 but [2, 0] = 0.3 (trust with loyalty); where a paper prints other"),
        (_with(a02=0.9, a12=0.1), "(trust with loyalty), correlation[1, 2] = 0.1 but [2, 1] = 0.4 (commitment with"),
        (_with(a10=np.nan), "correlation[1, 0] = nan (commitment with trust) is not a finite number; give all of the"),
        (_with(a00=0.85, a11=0.8, a22=0.9), "correlation[0, 0] = 0.85 (trust), correlation[1, 1] = 0.8 (commitment)"),
        (_with(a00=0.85, a11=0.8, a22=0.9), "; replace with 1 what papers print there, roots of AVE or reliabilities"),
        (_with(a11=0.85), "correlation[1, 1] = 0.85 (commitment), and correlations have ones on the diagonal; replace"),
        (_with(a00=0.85, a22=4.0), "correlation[2, 2] = 4 (loyalty), and correlations have ones on the diagonal; this"),
        (_with(a01=1.2, a10=1.2), "correlation[0, 1] = 1.2 (trust with commitment), and correlations lie between -1"),
        ([[1], [0.5, 1], [0.3, 0.4]], "correlation is no table of numbers; give rows of equal length, or one triangle"),
        ([[1, 0.5], [0.5, 1], [0.3]], "correlation is no table of numbers"),
        (WHOLE.astype(str), "correlation is no table of numbers"),
        ([[1], ["0.5", 1], [0.3, 0.4, 1]], "correlation is no table of numbers"),
        (WHOLE[:2], "correlation has the shape (2, 3)"),
    ],
)
def test_what_is_no_table_of_correlations_is_named(table: Any, words: str) -> None:
    """Entries that contradict each other, are lacking or are no correlations are named by their variables."""
    with pytest.raises(rm.InvalidData) as caught:
        rm.SampleMoments.from_correlation(table, NAMES, n=204)
    assert words in str(caught.value)


def test_many_faults_are_counted_and_need_no_names() -> None:
    """Five entries are named and the others counted; without a name for each there are places only."""
    table = np.arange(16.0).reshape(4, 4)
    with pytest.raises(rm.InvalidData) as caught:
        rm.SampleMoments.from_covariance(table, ["a", "b", "a"], n=204)
    first, second = caught.value.problems
    assert "covariance[0, 1] = 1.0 but [1, 0] = 4.0, covariance[0, 2] = 2.0 but [2, 0] = 8.0" in first
    assert "[3, 1] = 13.0 and 1 more; where" in first
    assert "4 different names, one for each variable; 'a' stands twice" in second
    with pytest.raises(rm.InvalidData, match="one for each variable; there are 2"):
        rm.SampleMoments.from_covariance(WHOLE, ["a", "b"], n=204)


def test_groups_that_are_no_tables_or_look_alike():
    """A list, a survey and two names that read alike are told what a group is."""
    table = rm.SampleMoments.from_correlation([[1.0], [0.5, 1.0]], ["a", "b"], n=20)
    with pytest.raises(rm.InvalidParameters, match="parts = list must be a mapping of groups to SampleMoments"):
        rm.SampleMoments.of_groups([table, table])  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidParameters, match="must be a mapping of groups to SampleMoments"):
        rm.SampleMoments.of_groups({"x": 3})  # type: ignore[dict-item]
    with pytest.raises(rm.InvalidData, match="1, '1' look alike as text"):
        rm.SampleMoments.of_groups({1: table, "1": table})  # type: ignore[dict-item]
