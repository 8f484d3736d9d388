"""What every likelihood of rows obeys, as checks of one model on one data set; the families' laws call them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.strategies import differenced


def check_total(model: Any, data: Any) -> None:
    """Check that the likelihood of a data set is the sum of its rows' log-likelihoods."""
    rows = model.log_likelihood(data)
    assert rows.shape == (len(data),)
    total = type(model).likelihood(data).evaluate(model.space.values(model)).value
    assert total == pytest.approx(rows.sum(), rel=1e-11, abs=1e-11 * np.abs(rows).sum())


def check_gradient(model: Any, data: Any) -> None:
    """Check that the gradient is the sum of the scores of the rows, and of the distinct rows with their weights."""
    likelihood, at = type(model).likelihood(data), model.space.values(model)
    gradient, scores = likelihood.evaluate(at).gradient, model.score(data)
    size = 1e-11 * max(1.0, np.abs(scores).sum(axis=0).max())
    assert scores.shape == (len(data), len(at))
    np.testing.assert_allclose(gradient, scores.sum(axis=0), rtol=1e-9, atol=size)
    np.testing.assert_allclose(gradient, likelihood.weight @ likelihood.scores(at), rtol=1e-9, atol=size)


def check_score(model: Any, data: Any) -> None:
    """Check that the score of each row is the slope of its log-likelihood."""
    at = model.space.values(model)
    slopes = differenced(lambda values: type(model)(*values).log_likelihood(data), at)
    scale = np.abs(model.log_likelihood(data)) + 1.0
    error = np.abs(model.score(data) - slopes.T) * at
    assert np.all(error <= 1e-7 * (scale[:, None] + np.abs(model.score(data)) * at))


def check_hessian(model: Any, data: Any) -> None:
    """Check that the Hessian is symmetric and the slope of the gradient."""
    likelihood, at = type(model).likelihood(data), model.space.values(model)
    hessian = likelihood.evaluate(at).hessian
    slopes = differenced(lambda values: likelihood.evaluate(values).gradient, at)
    scale = np.outer(at, at)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-13, atol=1e-13 * np.abs(hessian).max())
    size = np.abs(model.score(data) * at).sum() + np.abs(hessian * scale).max() + likelihood.n
    assert np.all(np.abs(hessian - slopes) * scale <= 1e-7 * size)


def check_same(model: Any, one: Any, other: Any) -> None:
    """Check that two data sets have the same likelihood, in value, gradient, Hessian and number of cases."""
    at = model.space.values(model)
    first, second = type(model).likelihood(one), type(model).likelihood(other)
    left, right = first.evaluate(at), second.evaluate(at)
    assert first.n == second.n
    assert left.value == pytest.approx(right.value, rel=1e-12, abs=1e-12)
    for a, b in ((left.gradient, right.gradient), (left.hessian, right.hessian)):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10 * (1.0 + np.abs(b).max()))


def check_start(kind: Any, data: Any) -> None:
    """Check that the start is inside the domain and the likelihood finite there."""
    start = kind.start(data)
    assert isinstance(kind(**start), kind)
    at = kind.likelihood(data).evaluate(kind.space.pack(start))
    assert np.isfinite(at.value)
    assert np.isfinite(at.gradient).all()
    assert np.isfinite(at.hessian).all()
