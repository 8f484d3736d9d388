"""Pareto smoothing finds the tail it is given, agrees with other software, and says when it cannot tell."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from relmodels.inference.pareto_smoothing import fit_generalized_pareto, largest_good_k, smoothed

STORED = json.loads(
    (Path(__file__).parents[2] / "oracles" / "data" / "pareto_smoothing_arviz.json").read_text(encoding="utf-8")
)


def exponential(rate: float, n: int) -> np.ndarray:
    """Return log weights for an exponential target of rate 1 by a proposal of a higher rate, at its even quantiles.

    They exceed t with probability ``t^(-rate/(rate - 1))``, so that the index of their tail is ``(rate - 1)/rate``.
    """
    x = -np.log1p(-(np.arange(n) + 0.5) / n) / rate
    return (rate - 1.0) * x


@pytest.mark.parametrize("rate", [1.25, 2.0, 4.0])
def test_k_is_the_index_of_the_tail(rate) -> None:
    """On 100,000 weights with a tail of known index the shape is found within 0.03."""
    assert smoothed(exponential(rate, 100_000)).k == pytest.approx((rate - 1) / rate, abs=0.03)


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: f"rate {case['rate']}")
def test_smoothing_agrees_with_arviz(case) -> None:
    """Shape, largest weights and effective sample size are those of ArviZ to twelve digits."""
    found = smoothed(exponential(case["rate"], case["n"]))
    assert found.k == pytest.approx(case["k"], rel=1e-12)
    np.testing.assert_allclose(np.sort(found.weight)[-5:], case["largest"], rtol=1e-12)
    assert found.ess == pytest.approx(case["ess"], rel=1e-12)


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.4, 0.9])
def test_shape_and_scale_of_a_pareto_sample(shape) -> None:
    """Shape and scale of 20,000 quantiles of a generalized Pareto distribution are found within two per cent of 1."""
    upper = 1.0 - (np.arange(20_000) + 0.5) / 20_000
    excess = 3.0 * (-np.log(upper) if shape == 0 else (upper**-shape - 1.0) / shape)
    found, scale = fit_generalized_pareto(excess)
    assert found == pytest.approx(shape, abs=0.02)
    assert scale == pytest.approx(3.0, rel=0.02)


def test_weights_that_do_not_vary_are_left_alone() -> None:
    """Equal weights have no tail, and are worth as many draws as there are, also if some draws are impossible."""
    found = smoothed(np.append(np.full(900, -7.0), np.full(100, -np.inf)))
    assert found.ess == pytest.approx(900)
    assert (found.k, float(found.weight[-100:].max())) == (0.0, 0.0)


def test_smoothing_keeps_order_and_never_exceeds_the_largest() -> None:
    """Smoothed weights add up to 1, keep the order of the raw ones, and spread no more than they do."""
    raw = np.random.default_rng(4).standard_t(3, 2000)
    found = smoothed(raw)
    order = np.argsort(raw)
    assert found.weight.sum() == pytest.approx(1.0, rel=1e-12)
    assert np.all(np.diff(found.weight[order]) >= 0)
    assert found.weight.max() / found.weight[order[0]] <= np.exp(raw.max() - raw.min()) * (1 + 1e-9)
    np.testing.assert_allclose(smoothed(raw + 1e6).weight, found.weight, rtol=1e-8)


def test_a_single_draw_that_counts_is_no_tail() -> None:
    """If all weight lies on a few draws the shape is infinite: nothing can be said."""
    assert smoothed(np.append(np.full(1000, -1e4), [0.0, -1.0])).k == math.inf


def test_a_tail_of_vanishing_weights_is_heavy() -> None:
    """Weights that fall by thousands of orders of magnitude give a large shape and no error."""
    found = smoothed(-(np.arange(1000.0) ** 2))
    assert found.k > 1
    assert 1 <= found.ess < 3


def test_the_limit_of_k_falls_with_few_draws() -> None:
    """The limit is 0.7, and below it where a few hundred draws do not tell tails apart."""
    assert largest_good_k(100_000) == 0.7
    assert largest_good_k(200) == pytest.approx(1 - 1 / math.log10(200))
