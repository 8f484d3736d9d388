"""Errors and tests of weighted fits are those of repeated samples, for answers that are skewed, ordinal, or missing."""

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import PathFit

MODEL = rm.PathModel.parse("f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ f")
NAMES = MODEL.observed
CUTS = [-1.0, 0.0, 1.0]
REPEATS = 400
# A deviation over 400 samples is known to 4 per cent; stated errors of 500 respondents are a little off themselves.
MEDIAN, SINGLE = 0.06, 0.2
# The mean of 400 statistics of 8 degrees has a standard deviation of .2; the share above the 5 per cent point of .011.
MEAN, SHARE = 0.8, (0.02, 0.09)


def skewed(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return answers of the model whose parts are exponential."""
    trust = rng.exponential(size=count) - 1.0
    loyalty = 0.6 * trust + 0.8 * (rng.exponential(size=count) - 1.0)
    noise = rng.exponential(size=(count, 6)) - 1.0
    return np.column_stack([trust] * 3 + [loyalty] * 3) * 0.75 + 0.66 * noise


def stepped(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return answers of the model on four steps, of which 15 in 100 are missing."""
    trust = rng.normal(size=count)
    loyalty = 0.6 * trust + 0.8 * rng.normal(size=count)
    values = np.column_stack([trust] * 3 + [loyalty] * 3) * 0.75 + 0.66 * rng.normal(size=(count, 6))
    return np.where(rng.uniform(size=values.shape) < 0.15, np.nan, np.digitize(values, CUTS))


def fits(count: int, draw: Any, options: dict[str, Any]) -> list[PathFit]:
    rng = np.random.default_rng(17)
    drawn = (dict(zip(NAMES, draw(count, rng).T, strict=True)) for _ in range(REPEATS))
    return [rm.fit(MODEL, rm.Survey.from_frame(one, NAMES), **options) for one in drawn]


def match(found: list[PathFit], *, corrected: bool) -> None:
    """Check stated errors beside deviations, and the test statistic beside a chi-square."""
    free = [place for place, one in enumerate(found[0].parameters) if one.index >= 0]
    deviation = np.std([fit.values[free] for fit in found], axis=0)
    ratio = np.sqrt(np.mean([fit.errors[free] ** 2 for fit in found], axis=0)) / deviation
    assert np.median(ratio) == pytest.approx(1.0, abs=MEDIAN)
    np.testing.assert_allclose(ratio, 1.0, atol=SINGLE)
    tests = [fit.indices(corrected=corrected) for fit in found]
    assert np.mean([one.chi_square for one in tests]) == pytest.approx(found[0].df, abs=MEAN)
    assert SHARE[0] <= np.mean([one.p_value < 0.05 for one in tests]) <= SHARE[1]


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["DWLS", "ULSMV", "MLMV"])
def test_shifted_tests_and_errors_hold_for_skewed_answers(estimator):
    """Of 600 respondents with exponential answers errors are the deviations, and one test in twenty rejects."""
    match(fits(600, skewed, {"estimator": estimator}), corrected=True)


@pytest.mark.slow
def test_the_best_weight_holds_for_many_skewed_answers():
    """Of 6,000 respondents WLS has the errors of repeated samples, and its statistic is a chi-square uncorrected."""
    match(fits(6000, skewed, {"estimator": "WLS"}), corrected=False)


@pytest.mark.slow
def test_pairwise_ordinal_fits_have_the_errors_of_repeated_samples():
    """Of 500 respondents who left 15 answers in 100 out, errors are the deviations, and one test in twenty rejects."""
    match(fits(500, stepped, {"estimator": "WLSMV", "missing": "pairwise"}), corrected=True)
