"""Pareto/GGG against a million simulated customers, and fits that find the parameters that made them."""

from __future__ import annotations

import numpy as np
import pytest

import relmodels as rm
from relmodels.btyd.pareto_ggg import ParetoGGG
from relmodels.btyd.pareto_nbd import ParetoNBD
from relmodels.btyd.summary import PurchaseSummary

MODELS = [ParetoGGG(1.67, 0.371, 0.984, 5.392, 0.427, 4.16), ParetoGGG(6.0, 4.0, 1.5, 8.0, 1.2, 30.0)]
# Five standard errors: with 12 parameters a chance of about one in 100,000 that a right fit fails.
FAR = 5.0
MANY = 1_000_000
NOW, LATER = 20.0, 35.0


def followed(model: ParetoGGG) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return purchases until now, purchases after that until later, and who is there now, of simulated customers.

    The simulation is the test's own: one gap after the other, for all at once.
    """
    draw = np.random.default_rng(20160901)
    k, rate = draw.gamma(model.t, size=MANY) / model.gamma, draw.gamma(model.r, size=MANY) / model.alpha
    lifetime = draw.exponential(size=MANY) / draw.gamma(model.s, size=MANY) * model.beta
    time, before, after, going = np.zeros(MANY), np.zeros(MANY), np.zeros(MANY), np.arange(MANY)
    while going.size:
        time[going] += draw.gamma(k[going]) / (k[going] * rate[going])
        going = going[time[going] <= np.minimum(lifetime[going], LATER)]
        before[going] += time[going] <= NOW
        after[going] += time[going] > NOW
    return before, after, lifetime > NOW


def near(values: np.ndarray, mean: float) -> bool:
    """Return whether the mean of ``values`` is within three standard errors."""
    return bool(abs(values.mean() - mean) <= 3.0 * values.std() / np.sqrt(values.size))


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_million_customers_do_what_is_predicted(model) -> None:
    """Counts, later purchases and who is left among the silent are within three standard errors of the forecast."""
    before, after, there = followed(model)
    assert near(before, float(model.expected_purchases_new(NOW)))
    assert near(after, float(model.expected_purchases_new(LATER) - model.expected_purchases_new(NOW)))
    for count, probability in enumerate(model.pmf(np.arange(5), NOW).tolist()):
        assert near(before == count, probability)
    silent, who = before == 0, PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[NOW])
    assert near(there[silent], model.p_alive(who)[0])
    assert near(after[silent], model.expected_purchases(who, LATER - NOW)[0])
    for count, probability in enumerate(model.pmf_given(np.arange(4), who, LATER - NOW)[0].tolist()):
        assert near(after[silent] == count, probability)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_fits_recover_the_parameters(model) -> None:
    """Maximum likelihood on simulated customers lies within a few standard errors of the truth."""
    summary = model.simulate(np.linspace(20.0, 60.0, 5000), 20160902)
    fit = rm.fit(ParetoGGG, summary)
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.model, name) - getattr(model, name)) <= FAR * error, name
    assert fit.log_likelihood >= model.log_likelihood(summary).sum()


@pytest.mark.slow
def test_on_cdnow_regularities_run_off_together() -> None:
    """CDNOW customers are equally regular, that is, not at all: t and gamma grow at a ratio near 1, and fit says so."""
    cdnow = PurchaseSummary.from_transactions(
        rm.datasets.cdnow(), customer="customer", date="date", calibration_end="1997-09-30"
    )
    record = rm.fit(ParetoGGG, cdnow, check=False)
    assert record.status in {rm.Status.RUNAWAY, rm.Status.FLAT}
    assert "t up" in record.diagnosis
    assert "gamma up" in record.diagnosis
    assert record.model.t / record.model.gamma == pytest.approx(1.03, abs=0.02)
    plain, common = rm.fit(ParetoNBD, cdnow), rm.fit(ParetoGGG, cdnow, fixed={"t": 1000.0})
    assert plain.log_likelihood < common.log_likelihood < record.log_likelihood + 1e-6
    assert record.log_likelihood < plain.log_likelihood + 0.5
    assert plain.aic < common.aic
