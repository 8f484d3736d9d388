"""Fader & Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1), 85-93.

Standing of each figure: *secondary* (the paper's, known from other software's tests), *derived* (computed by
independent software by the paper's equation 6).
"""

from __future__ import annotations

import pytest

from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.core.periods import Rate

# The High End segment of Fader & Hardie (2007), at ten per cent a year.
MODELS = [ShiftedBetaGeometric(0.668, 3.806), BetaDiscreteWeibull(0.668, 3.806, 1.0)]
RATE = Rate(0.1)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_residual_of_a_contract_that_made_seven_renewals(model) -> None:
    """Secondary: with seven renewals made, n = 8 in equation 6, the discounted residual lifetime is 7.530."""
    assert round(float(model.discounted_residual(7, RATE)), 3) == 7.530


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_residual_of_a_contract_that_made_six_renewals(model) -> None:
    """Derived: with six renewals made, n = 7 in equation 6, it is 7.345."""
    assert round(float(model.discounted_residual(renewals_made=6, rate=RATE)), 3) == 7.345
