"""Covariances of disturbances in standard deviations: correlations, whether answers are continuous or ordinal."""

import numpy as np
import pytest

import relmodels as rm

ITEMS = ["trust1", "trust2", "trust3", "trust4"]
MODEL = rm.PathModel.parse("trust =~ trust1 + trust2 + trust3 + trust4; trust1 ~~ trust2")
SURVEY = rm.Survey.from_frame(rm.datasets.trust_survey(), ITEMS)
# lavaan 0.6-14: standardizedSolution(cfa(model, data, ordered = TRUE, estimator = "WLSMV")), estimate and error.
STORED = {
    "trust =~ trust1": (0.86493707, 0.04068644),
    "trust =~ trust2": (0.81894795, 0.04562848),
    "trust =~ trust3": (0.80708122, 0.03753910),
    "trust =~ trust4": (0.70668654, 0.04098378),
    "trust1 ~~ trust2": (-0.01570291, 0.19174860),
}


def test_ordinal_answers_have_residual_correlations():
    """The standardized covariance of two questions on steps is lavaan's, with its error; the raw one stays."""
    fit = rm.fit(MODEL, SURVEY, estimator="WLSMV")
    found = {name: (float(value), float(error)) for name, value, error in fit.standardized().rows()}
    for name, (value, error) in STORED.items():
        assert found[name][0] == pytest.approx(value, abs=1e-6)
        assert found[name][1] == pytest.approx(error, rel=1e-5)
    place = fit.place("trust1 ~~ trust2")
    assert np.asarray(fit.table().column("standardized"))[place] == pytest.approx(-0.01570291, abs=1e-6)
    latent = fit.standardized("latent")
    assert np.asarray(latent.column("standardized"))[place] == fit.values[place]
    assert np.asarray(latent.column("standard_error"))[place] == pytest.approx(fit.errors[place], rel=1e-12)


@pytest.mark.parametrize("estimator", ["WLSMV", "ML"])
def test_a_residual_correlation_is_the_covariance_by_the_residual_deviations(estimator):
    """It is the estimate divided by the roots of the residual variances of both questions."""
    fit = rm.fit(MODEL, SURVEY, estimator=estimator)
    place = fit.place("trust1 ~~ trust2")
    shares, total = fit.r_squared(), np.diag(fit.implied[0])
    left = [(1.0 - shares[name]) * total[fit.names.index(name)] for name in ("trust1", "trust2")]
    found = np.asarray(fit.standardized().column("standardized"))[place]
    assert found == pytest.approx(fit.values[place] / np.sqrt(np.prod(left)), rel=1e-10)
