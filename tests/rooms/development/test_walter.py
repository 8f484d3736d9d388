"""Functions of relationships: scores, value, types, on both sides."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import relmodels as rm
from relmodels.development.walter import fit_value, function_scores, relationship_types

SHARE = st.floats(0.0, 1.0)


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=30))
def test_types_divide_the_portfolio(pairs):
    """Every relationship has one type, and with medians at least half are high in each kind."""
    scores = function_scores({"profit": [a for a, _ in pairs], "scout": [b for _, b in pairs]})
    found = relationship_types(scores)
    assert sum(found.table().column("relationships")) == len(pairs)
    high = [kind in {"selling", "high_performing"} for kind in found.kind]
    assert sum(high) >= len(pairs) / 2


def test_items_are_averaged_within_functions():
    """A function is the mean of its items answered, direct and indirect ones the means of theirs."""
    frame = pd.DataFrame({"p1": [7, 1], "p2": [5, None], "v": [4, 4], "s1": [1.0, 7.0]})
    found = function_scores(
        frame, items={"profit": ["p1", "p2"], "volume": ["v"], "scout": ["s1"]}, scale=(1, 7), weights={"profit": 3.0}
    )
    np.testing.assert_allclose(found.score[:, :2], [[5 / 6, 0.5], [0.0, 0.5]])
    np.testing.assert_allclose(found.direct, [(3 * 5 / 6 + 0.5) / 4, 0.5 / 4])
    np.testing.assert_allclose(found.indirect, [0.0, 1.0])
    np.testing.assert_allclose(
        found.value(direct=2.0, indirect=1.0, constant=3.0), 3 + 2 * found.direct + found.indirect
    )
    assert found.table().columns[:3] == ("direct", "indirect", "profit")


def test_the_customer_has_functions_of_its_own():
    """On the customer's side payment and quality are direct; a function of the other side is refused."""
    found = function_scores({"payment": [0.2], "quality": [0.6], "access": [1.0]}, side="customer")
    assert (found.direct[0], found.indirect[0]) == (pytest.approx(0.4), 1.0)
    with pytest.raises(rm.InvalidParameters, match="'profit' is no function; they are payment"):
        function_scores({"payment": [1.0]}, side="customer", weights={"profit": 1.0})
    with pytest.raises(rm.InvalidParameters, match="'supplier' or 'customer'"):
        function_scores({"payment": [1.0]}, side="both")  # type: ignore[arg-type]


def test_fitted_weights_are_least_squares():
    """Weights, errors and R² are those of the normal equations; the slope is that of a regression on what is left."""
    rng = np.random.default_rng(2001)
    answers = {"profit": rng.random(200), "volume": rng.random(200), "access": rng.random(200)}
    scores = function_scores(answers)
    value = 1.0 + 2.0 * scores.direct + 0.5 * scores.indirect + rng.normal(0.0, 0.3, 200)
    found = fit_value(scores, value)
    design = np.column_stack([np.ones(200), scores.direct, scores.indirect])
    gram = np.linalg.inv(design.T @ design)
    expected = gram @ design.T @ value
    left = value - design @ expected
    np.testing.assert_allclose(found.coefficient, expected, rtol=1e-10)
    np.testing.assert_allclose(found.standard_error, np.sqrt(np.diag(gram) * (left @ left) / 197), rtol=1e-10)
    assert found.r_squared == pytest.approx(1.0 - left @ left / np.sum((value - value.mean()) ** 2), rel=1e-12)
    assert found.r_squared == pytest.approx(np.corrcoef(found.value(scores), value)[0, 1] ** 2, rel=1e-10)
    partial = scores.direct - np.polyval(np.polyfit(scores.indirect, scores.direct, 1), scores.indirect)
    assert stats.linregress(partial, value).slope == pytest.approx(found.coefficient[1], rel=1e-9)
    assert found.table().column("term") == ("constant", "direct", "indirect")


def test_incomplete_relationships_are_left_out_of_the_fit():
    """A missing value or kind takes the relationship out; the number used is told."""
    scores = function_scores({"profit": [0.1, 0.4, 0.6, 0.9, 0.5, None], "access": [0.2, 0.1, 0.9, 0.6, None, 0.1]})
    found = fit_value(scores, [1.9, 2.2, 4.1, 4.4, 3.0, 2.0])
    assert found.n == 4


def test_what_cannot_be_fitted_or_split_is_refused():
    """Too few rows, scores that go together, other lengths, relationships without a kind, and limits that are none."""
    scores = function_scores({"profit": [0.1, 0.4, 0.6, 0.9], "access": [0.1, 0.4, 0.6, 0.9]})
    with pytest.raises(rm.NotIdentified, match="rise and fall together"):
        fit_value(scores, [1.0, 2.0, 3.0, 4.0])
    with pytest.raises(rm.InvalidData, match="value has 2 rows; there are 4"):
        fit_value(scores, [1.0, 2.0])
    with pytest.raises(rm.InvalidData, match="need at least 4"):
        fit_value(scores, [1.0, 2.0, 3.0, float("nan")])
    with pytest.raises(rm.InvalidData, match=r"1 have no indirect score \(rows 1\)"):
        relationship_types(function_scores({"profit": [0.1, 0.4], "access": [0.1, None]}))
    with pytest.raises(rm.InvalidParameters, match="two limits from 0 to 1"):
        relationship_types(scores, (0.5, 4.0))
    with pytest.raises(rm.InvalidParameters) as caught:
        function_scores({"a": 1.0}, items={"profit": ["a"], "volume": ["a"], "love": ["b"]}, weights={"scout": 0.0})
    assert len(caught.value.problems) == 3
