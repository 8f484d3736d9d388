"""BG/BB on the donation data against a released R package; versions and settings are in the data file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.periods import Rate
from relmodels.datasets.donations import donations
from tests.laws.test_discrete_family import every_history

STORED = json.loads((Path(__file__).parent / "data" / "donations_bg_bb.json").read_text(encoding="utf-8"))
# BTYD prints 15 digits and sums its terms one by one.
PRINTED = 1e-12
# Its optimizer stops within this share of the optimum.
STOPPED = 5e-5
MODEL = BGBB(**STORED["fit"]["params"], unit="year")


def stored_rows() -> tuple[PurchaseSummary, np.ndarray]:
    x, t_x, n, donors, *figures = np.array(STORED["rows"]["values"], dtype=float).T
    return PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n, weight=donors, unit="year"), np.array(figures)


def test_rows_are_those_of_the_data_set() -> None:
    """The package was given the 22 rows that ship with the library."""
    table, (summary, _) = donations(), stored_rows()
    shipped = {tuple(row) for row in zip(*(table.column(name) for name in table.columns), strict=True)}
    stored = zip(summary.frequency, summary.recency, summary.age, np.array(summary.weight), strict=True)
    assert shipped == set(stored)
    assert len(shipped) == 22


def test_predictions_of_all_histories() -> None:
    """P(alive) at the next appeal, gifts at five more, the discounted residual and the log-likelihood are equal."""
    summary, (alive, expected, residual, log_likelihood) = stored_rows()
    np.testing.assert_allclose(MODEL.p_alive(summary, ahead=1), alive, rtol=PRINTED)
    np.testing.assert_allclose(MODEL.expected_purchases(summary, 5), expected, rtol=PRINTED)
    np.testing.assert_allclose(MODEL.discounted_residual(summary, Rate(0.1)), residual, rtol=PRINTED)
    np.testing.assert_allclose(MODEL.log_likelihood(summary), log_likelihood, rtol=PRINTED)


def test_counts_and_expectations_of_new_donors() -> None:
    """The probabilities of 0 to 6 gifts in six years, and the gifts expected in 1 to 11 years, are equal."""
    pmf, expectation = STORED["pmf"], STORED["expectation"]
    np.testing.assert_allclose(MODEL.pmf(pmf["k"], pmf["n"]), pmf["p"], rtol=PRINTED)
    np.testing.assert_allclose(MODEL.expected_purchases_new(expectation["n"]), expectation["E"], rtol=PRINTED)


def test_counts_of_a_later_stretch() -> None:
    """The probabilities of 0 to 5 gifts in years 7 to 11, averaged over all histories of six years, are equal."""
    later, (summary, ways) = STORED["pmf_of_five_after_six"], every_history(6)
    model = replace(MODEL, unit=None)
    chance = ways * np.exp(model.log_likelihood(summary))
    np.testing.assert_allclose(chance @ model.pmf_given(later["k"], summary, 5), later["p"], rtol=PRINTED)


def test_fit_with_standard_errors() -> None:
    """Our maximum is not below the package's, and parameters and standard errors agree as far as its search went."""
    summary, _ = stored_rows()
    fit, stored = rm.fit(BGBB, summary), STORED["fit"]
    assert fit.log_likelihood >= stored["loglik"] - 1e-9
    assert fit.log_likelihood == pytest.approx(stored["loglik"], abs=1e-5)
    for name, error in zip(fit.parameters, stored["std_errors"], strict=True):
        assert fit.parameters[name] == pytest.approx(stored["params"][name], rel=STOPPED)
        assert fit.standard_errors[name] == pytest.approx(error, rel=1e-3)
