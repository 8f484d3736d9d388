"""Ready-made columns with faults: each is listed, with its row and value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters

GOOD: dict[str, Any] = {"frequency": [2, 0, 1], "recency": [30.4, 0, 1.7], "age": [38.9, 38.9, 38.9]}


def problems(**columns: Any) -> tuple[str, ...]:
    """Return what is wrong with the columns, less the subject."""
    with pytest.raises(InvalidData) as caught:
        PurchaseSummary.from_arrays(**(GOOD | columns))
    return tuple(problem.removeprefix("purchase summary: ") for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"frequency": [2, 0, 1.5]}, "frequency[2] = 1.5 is not a whole number"),
        ({"frequency": [2, 0, np.nan]}, "frequency[2] = nan is not a finite number"),
        ({"recency": [np.inf, 0, 1.7]}, "recency[0] = inf is not a finite number"),
        ({"age": [38.9, -1, 38.9]}, "age[1] = -1.0 is negative"),
        ({"age": [30.0, 38.9, 38.9]}, "recency[0] = 30.4 exceeds age[0] = 30.0"),
        ({"recency": [30.4, 1, 1.7]}, "recency[1] = 1.0 is above 0 although frequency is 0"),
        ({"recency": [0, 0, 1.7]}, "recency[0] = 0.0 is 0 although frequency is above 0"),
        ({"spend": [20, 0, -3]}, "spend[2] = -3.0 is negative"),
        ({"spend": [np.nan, 0, 3]}, "spend[0] = nan is not a finite number"),
        ({"weight": [1, 0, 1]}, "weight[1] = 0.0 is not positive"),
        ({"weight": [1, 1, np.inf]}, "weight[2] = inf is not a finite number"),
        ({"log_gaps": [1, 0.5, 1]}, "log_gaps[1] = 0.5 is not 0 although frequency is 0"),
        ({"log_gaps": [np.nan, 0, 1]}, "log_gaps[0] = nan is not a finite number"),
        ({"frequency": ["2", "0", "1"]}, "frequency holds text, numbers are needed"),
        ({"frequency": [[2, 0, 1]]}, "frequency has shape (1, 3), one dimension is needed"),
        ({"customer": [1, 2, 1]}, "customer in row 2 is one of an earlier row; a summary has one row for each"),
        ({"customer": ["a", "a", "a"]}, "customer in rows 1, 2 is one of an earlier row"),
        ({"customer": ["a", None, "b"]}, "customer is missing in row 1"),
        ({"customer": np.array([1.0, np.nan, np.nan])}, "customer is missing in rows 1, 2"),
        ({"age": [38.9, 38.9]}, "the columns differ in length: frequency has 3, recency has 3, age has 2 rows"),
        ({"customer": [[1], [2], [3]]}, "customer in rows 0, 1, 2 holds list values, which cannot be told apart"),
        ({"customer": [[1], [2, 3], [4]]}, "customer in rows 0, 1, 2 holds list values"),
        ({"customer": ["a", {"b": 1}, "c"]}, "customer in row 1 holds dict values, which cannot be told apart"),
        ({"customer": [("a", []), "b", "c"]}, "customer in row 0 holds tuple values"),
        ({"customer": {"a": 1}}, "customer is a dict, which is no column"),
        ({"customer": "abc"}, "customer is a str, which is no column"),
        ({"customer": [1]}, "frequency has 3, recency has 3, age has 3, customer has 1 rows"),
    ],
)  # fmt: skip
def test_each_fault_is_described(columns, message) -> None:
    """One faulty column gives a sentence that begins with its name, row and value."""
    found = problems(**columns)
    assert any(message in problem for problem in found)
    assert len(found) == 1


def test_identifiers_are_one_column() -> None:
    """Identifiers in two dimensions are refused."""
    (found,) = problems(customer=np.array([["a"], ["b"], ["c"]]))
    assert found.startswith("customer has shape (3, 1), one dimension is needed")


def test_floored_times_are_named_as_the_likely_cause() -> None:
    """A repeat purchase at time 0 usually comes from whole weeks."""
    (found,) = problems(recency=[30.4, 0, 0])
    assert "were the times floored to whole units?" in found


def test_a_last_purchase_after_the_end_names_the_likely_cause() -> None:
    """Of many rows the first five are shown and the others counted."""
    with pytest.raises(InvalidData, match=r"recency\[4\] .* and 2 more rows; .* were the dates in different units\?"):
        PurchaseSummary.from_arrays(frequency=[1] * 7, recency=[9] * 7, age=[2] * 7)


def test_all_faults_are_one_error() -> None:
    """Faults of different columns are listed together."""
    found = problems(
        frequency=[2, 0, -1], age=[np.nan, 38.9, 38.9], spend=[-1, 0, 0], weight=[1, -1, 1], customer=[1, 1, 2]
    )
    assert len(found) == 5


def test_no_rows_are_refused() -> None:
    """At least one customer is needed."""
    with pytest.raises(InvalidData, match="there are no rows; at least one customer is needed"):
        PurchaseSummary.from_arrays(frequency=[], recency=[], age=[])


def test_an_unknown_unit_is_refused() -> None:
    """The unit is a word from a short list."""
    with pytest.raises(InvalidParameters, match="'fortnight' is not a time unit"):
        PurchaseSummary.from_arrays(**GOOD, unit="fortnight")  # type: ignore[arg-type]
