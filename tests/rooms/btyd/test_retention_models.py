"""The models of retention at their door: parameters, renewals, rates and units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.annuities import annuity
from relmodels.btyd.beta_discrete_weibull import BetaDiscreteWeibull
from relmodels.btyd.retention_table import RetentionTable
from relmodels.btyd.shifted_beta_geometric import ShiftedBetaGeometric
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.core.periods import Rate

MODELS = [ShiftedBetaGeometric(0.668, 3.806), BetaDiscreteWeibull(0.26, 1.72, 1.58)]
each = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
TABLE = RetentionTable.from_survivors([1000, 869, 743, 653])


@each
def test_parameters_are_checked_together(model):
    """Every parameter outside its domain is named, with its value, in one error; so is a unit that is none."""
    wrong = dict.fromkeys(model.space.names, -1.0)
    with pytest.raises(InvalidParameters) as raised:
        type(model)(**wrong)
    assert [problem.split()[1] for problem in raised.value.problems] == list(model.space.names)
    with pytest.raises(InvalidParameters, match="not a time unit"):
        replace(model, unit="years")


@each
@pytest.mark.parametrize("bad", [-1, 0.5, np.nan, np.inf, "2"])
def test_renewals_are_checked(model, bad):
    """A number of renewals must be whole and 0 or more wherever one is asked for."""
    for ask in (
        lambda: model.survival(bad),
        lambda: model.retention_rate(bad),
        lambda: model.pmf([1, bad]),
        lambda: model.discounted_residual(bad, 0.1),
        lambda: model.discounted_lifetime(0.1, horizon=bad),
        lambda: model.simulate([1, bad], 1),
    ):
        with pytest.raises(InvalidParameters):
            ask()


@each
def test_the_first_renewal_is_number_one(model):
    """There is no retention rate and no loss at renewal 0; the row at fault is named."""
    with pytest.raises(InvalidParameters, match=r"t\[1\] = 0.0 must be a whole number of 1 or more"):
        model.retention_rate([1, 0])
    with pytest.raises(InvalidParameters, match="1 or more"):
        model.pmf(0)


@each
@pytest.mark.parametrize("rate", [0.0, -0.1, Rate(0.0, kind="continuous")])
def test_an_unlimited_future_must_be_discounted(model, rate):
    """Without a horizon the rate must be positive; with one it may be 0 or less."""
    with pytest.raises(InvalidParameters, match="positive rate or a finite horizon"):
        model.discounted_lifetime(rate)
    assert model.discounted_lifetime(rate, horizon=9) >= model.survival(np.arange(9)).sum() * (1 - 1e-12)


@each
def test_tables_of_another_period_are_refused(model):
    """A model of monthly contracts refuses a table of yearly ones; one without a unit accepts any."""
    monthly = replace(model, unit="month")
    for ask in (monthly.log_likelihood, monthly.score):
        with pytest.raises(InvalidData, match="renewed each month but the table has one renewal each year"):
            ask(TABLE)
    assert np.isfinite(model.log_likelihood(TABLE)).all()


@each
def test_a_fit_takes_the_unit_of_the_table(model):
    """The fitted model has the period of its table, and counts the contracts."""
    fit = rm.fit(type(model), replace(TABLE, unit="quarter"))
    assert fit.model.unit == "quarter"
    assert fit.n == 1000
    assert rm.Fit.from_json(fit.to_json(), type(model)).model == fit.model


@each
def test_contracts_that_saw_no_renewal_do_not_count(model):
    """A cohort without a renewal changes neither the estimates nor the number of cases."""
    more = RetentionTable.from_survivors([[1000, 869, 743, 653], [5000]])
    assert rm.fit(type(model), more).parameters == rm.fit(type(model), TABLE).parameters
    assert rm.fit(type(model), more).n == 1000
    assert model.log_likelihood(more)[1] == 0.0


@each
def test_simulated_contracts_need_a_renewal(model):
    """Simulation needs ages of which one sees a renewal, a source of randomness, and the model's own unit."""
    with pytest.raises(InvalidParameters, match="no contract that sees a renewal"):
        model.simulate([0, 0], 1)
    with pytest.raises(InvalidParameters, match="not a source of randomness"):
        model.simulate([1], -1)
    with pytest.raises(InvalidParameters, match="leave unit out"):
        replace(model, unit="month").simulate([1], 1, unit="year")


@each
def test_shapes_follow_the_question(model):
    """Curves and residuals have the shape of what was asked; a new contract has one value."""
    assert model.survival(3).shape == ()
    assert model.retention_rate([[1, 2]]).shape == (1, 2)
    assert model.pmf([1, 2, 3]).shape == (3,)
    assert model.discounted_residual([[1], [2]], 0.1).shape == (2, 1)
    assert isinstance(model.discounted_lifetime(0.1), float)


@pytest.mark.parametrize(
    "survivors", [[100, 0], [100, 100, 100], [1, 1], [100, 50]], ids=["all lost", "none lost", "one", "one renewal"]
)
@each
def test_hard_data_give_an_answer_or_a_typed_error(model, survivors):
    """Tables that cannot tell the parameters apart end in an error with a diagnosis, never in nan."""
    record = rm.fit(type(model), RetentionTable.from_survivors(survivors), check=False)
    assert np.isfinite(record.log_likelihood)
    assert record.status is not rm.Status.CONVERGED
    with pytest.raises(rm.NotConverged, match=r"hold one of them with fixed|try another start"):
        rm.fit(type(model), RetentionTable.from_survivors(survivors))


def test_a_sum_without_end_is_refused():
    """At a rate so low that millions of payments count, the term-by-term sum says so instead of going on."""
    model = BetaDiscreteWeibull(0.1, 50.0, 0.3)
    with pytest.raises(InvalidParameters, match="give a higher rate or a horizon"):
        model.discounted_lifetime(Rate(1e-9))
    assert ShiftedBetaGeometric(0.1, 50.0).discounted_lifetime(Rate(1e-9)) > 1e6


def test_annuities_without_leaving_or_discount():
    """Payments of nobody are worth nothing; undiscounted ones of a customer who hardly leaves are their number."""
    one = np.array([1e-12])
    assert annuity(one, np.array([1.0]), 0.0, np.array([0.0]))[0] == 0.0
    assert annuity(one, np.array([1.0]), 0.0, np.array([25.0]))[0] == pytest.approx(25.0, rel=1e-10)
    growing = (1.1**25 - 1) / 0.1
    assert annuity(one, np.array([1.0]), -np.log(1.1), np.array([25.0]))[0] == pytest.approx(growing, rel=1e-10)
