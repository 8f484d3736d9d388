"""Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to project customer retention" revisited, JIM 43, 1-16.

No figure printed in this paper could be obtained; what is tested is what the model must give on the two cohorts of
Fader & Hardie (2007), *derived* from the definition of the model.
"""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from tests.papers.test_fader_hardie_2007 import HIGH_END, HIGH_END_SEEN, REGULAR

COHORTS = pytest.mark.parametrize("table", [REGULAR, HIGH_END], ids=["regular", "high end"])


@COHORTS
def test_with_c_one_the_fit_is_shifted_beta_geometric(table) -> None:
    """Derived: with c held at 1 the fit to each cohort is that of the shifted beta-geometric model."""
    held, plain = rm.fit(BetaDiscreteWeibull, table, fixed={"c": 1.0}), rm.fit(ShiftedBetaGeometric, table)
    assert held.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    for name, value in plain.parameters.items():
        assert held.parameters[name] == pytest.approx(value, rel=1e-5)
        assert held.standard_errors[name] == pytest.approx(plain.standard_errors[name], rel=1e-5)


@COHORTS
def test_a_free_c_describes_the_cohorts_better(table) -> None:
    """Derived: a third parameter raises the likelihood of both cohorts, and the risk of a customer rises with time."""
    free, plain = rm.fit(BetaDiscreteWeibull, table), rm.fit(ShiftedBetaGeometric, table)
    assert free.log_likelihood > plain.log_likelihood
    assert free.model.c > 1.0


def test_high_end_is_projected_better() -> None:
    """Derived: five years beyond the data the projection of High End comes closer to what was then seen."""
    years = np.arange(8, 13)
    free, plain = rm.fit(BetaDiscreteWeibull, HIGH_END).model, rm.fit(ShiftedBetaGeometric, HIGH_END).model
    errors = [np.abs(model.survival(years) - HIGH_END_SEEN).max() for model in (free, plain)]
    assert errors[0] < errors[1]


@COHORTS
def test_the_cohorts_are_recovered(table) -> None:
    """Derived: contracts simulated at each cohort's estimates are fitted within three standard errors of them."""
    truth = rm.fit(BetaDiscreteWeibull, table).model
    fit = rm.fit(BetaDiscreteWeibull, truth.simulate(np.full(50_000, 7), 20180101))
    for name, error in fit.standard_errors.items():
        assert abs(fit.parameters[name] - getattr(truth, name)) <= 3.0 * error, name
