"""Scores of latent variables that observed ones cause, against lavaan and against the formula of one equation."""

import numpy as np
import pytest

import relmodels as rm

TRUST = "trust =~ trust1 + trust2 + trust3"
COMMITMENT = "commitment =~ commit1 + commit2 + commit3"
NAMES = [f"{name}{place}" for name in ("trust", "commit") for place in (1, 2, 3)]
SURVEY = rm.Survey.from_frame(rm.datasets.trust_survey(), [*NAMES, "com1", "rb1"])

# lavaan 0.6-14: lavPredict(sem(model, data)) of trust, of the first three respondents and the mean of all; with and
# without meanstructure, and with and without fixed.x, it prints the same.
STORED = {
    f"{TRUST}; trust ~ com1": [2.108023, 0.584440, 2.144398, 1.915862],
    f"{COMMITMENT}; {TRUST}; commitment ~ com1; trust ~ commitment + rb1": [1.170062, 0.372241, 1.785511, 1.497239],
}


@pytest.mark.parametrize("means", [False, True])
@pytest.mark.parametrize("more", ["", "; com1 ~~ com1"])
@pytest.mark.parametrize("model", STORED)
def test_observed_causes_bring_their_means(model, more, means):
    """What a cause brings at its mean is in the scores, as in lavaan's, however means and causes are treated."""
    fit = rm.fit(rm.PathModel.parse(model + more), SURVEY, means=means)
    found = rm.sem.factor_scores(fit, SURVEY)[:, -1]
    np.testing.assert_allclose([*found[:3], found.mean()], STORED[model], atol=2e-6)


@pytest.mark.parametrize("means", [False, True])
def test_a_cause_that_is_caused_brings_its_own_mean(means):
    """Scores given items and a cause are those of one equation, whatever causes the cause."""
    fit = rm.fit(rm.PathModel.parse(f"{TRUST}; trust ~ rb1; rb1 ~ com1"), SURVEY, means=means)
    path = fit.value("trust ~ rb1")
    loading = np.array([fit.value(f"trust =~ {name}") for name in NAMES[:3]])
    error = np.array([fit.value(f"{name} ~~ {name}") for name in NAMES[:3]])
    own = fit.value("trust ~~ trust")
    items, cause = SURVEY.of(NAMES[:3]).values, SURVEY.of(["rb1"]).values[:, 0]
    apart = items - items.mean(axis=0) + loading * path * cause.mean()
    expected = (path * cause / own + apart @ (loading / error)) / (1.0 / own + (loading**2 / error).sum())
    np.testing.assert_allclose(rm.sem.factor_scores(fit, SURVEY)[:, 0], expected, rtol=1e-6)


def test_scores_without_observed_causes_count_from_the_means():
    """Their mean over the answers fitted is 0, without modeled means and with them."""
    for means in (False, True):
        fit = rm.fit(rm.PathModel.parse(f"{TRUST}; {COMMITMENT}; trust ~ commitment"), SURVEY, means=means)
        np.testing.assert_allclose(rm.sem.factor_scores(fit, SURVEY).mean(axis=0), 0.0, atol=1e-6)
