# ruff: noqa: D102 - the methods are those of the Protocol, which documents them
"""Posteriors of toys with textbook answers, and the behavior of the draws."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from scipy import stats

import relmodels as rm
from relmodels import priors
from relmodels.core.arrays import FloatArray
from relmodels.inference.constraints import equal
from relmodels.inference.draws import Posterior
from relmodels.inference.importance import Cloud
from relmodels.inference.model import Evaluation, Likelihood
from relmodels.inference.penalty import Ridge
from relmodels.inference.posterior import _warning
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL
from tests.rooms.inference.toys import Coin, Numbers, OnlyTheProduct
from tests.rooms.inference.weighted import Counted, WeightedNormal

TOSSES = Numbers(np.array([1.0] * 7 + [0.0] * 3))
VALUES = Counted(np.random.default_rng(7).normal(1.5, 0.7, 40))
FLAT = rm.Priors({})
NORMAL = rm.fit(WeightedNormal, VALUES)
AFTER = rm.posterior(NORMAL, VALUES, prior=FLAT, rng=1)


@dataclass(frozen=True, slots=True)
class Shifted:
    """The normal distribution with its mean as if it were the coefficient of a covariate."""

    mean: float
    sd: float
    space: ClassVar[Space] = Space(
        (Parameter("mean", "μ", "center", (-5, 5), REAL, block="purchase"), WeightedNormal.space.parameters[1]),
        clock=False,
    )

    @classmethod
    def start(cls, data: Counted) -> Mapping[str, float]:
        return WeightedNormal.start(data)

    @classmethod
    def likelihood(cls, data: Counted) -> Likelihood:
        return WeightedNormal.likelihood(data)

    def log_likelihood(self, data: Counted) -> FloatArray:
        return WeightedNormal(self.mean, self.sd).log_likelihood(data)

    def score(self, data: Counted) -> FloatArray:
        return WeightedNormal(self.mean, self.sd).score(data)


@dataclass(frozen=True, slots=True)
class Nothing:
    """A prior that the engine can add to a likelihood, but not draw from."""

    def check(self, space: Space) -> None:
        """Accept any model."""

    def evaluate(self, names: tuple[str, ...], natural: FloatArray) -> Evaluation:
        return FLAT.evaluate(names, natural)


def agrees(after: Posterior[Any], name: str, known: Any) -> None:
    """Check mean, standard deviation and the ends of an interval against a known distribution, within their noise."""
    spread, noise = known.std(), 4 * known.std() / math.sqrt(min(after.ess, len(after.draws)))
    assert after.mean[name] == pytest.approx(known.mean(), abs=noise)
    assert after.sd[name] == pytest.approx(spread, abs=1.5 * noise)
    assert after.interval(0.9)[name] == pytest.approx(tuple(known.ppf([0.05, 0.95])), abs=3 * noise)


def test_a_coin_has_a_beta_posterior() -> None:
    """Seven heads and three tails under Beta(2, 3) leave Beta(9, 6), which the draws follow."""
    after = rm.posterior(rm.fit(Coin, TOSSES), TOSSES, prior=rm.Priors({"p": priors.Beta(2, 3)}), rng=1)
    agrees(after, "p", stats.beta(9, 6))
    assert after.warning is None
    flat = rm.posterior(rm.fit(Coin, TOSSES), TOSSES, rng=1)
    assert str(flat.prior) == "p ~ Uniform(low=0, high=1)"
    agrees(flat, "p", stats.beta(8, 4))


def test_a_normal_mean_with_known_spread() -> None:
    """With the standard deviation held and a normal prior the mean is normal by the textbook's weights."""
    fit = rm.fit(WeightedNormal, VALUES, fixed={"sd": 0.7})
    after = rm.posterior(fit, VALUES, prior=rm.Priors({"mean": priors.Normal(0, 0.2)}), rng=2)
    precision = 40 / 0.49 + 1 / 0.04
    agrees(after, "mean", stats.norm(40 / 0.49 * VALUES.values.mean() / precision, precision**-0.5))
    assert after.sd["sd"] == 0.0
    assert after.mean["sd"] == pytest.approx(0.7)
    assert "(held)" in str(after)


def test_a_normal_mean_with_unknown_spread() -> None:
    """Under flat priors on mean and standard deviation the mean follows Student's t, the variance an inverse gamma."""
    n, spread = 40, VALUES.values.std()
    agrees(AFTER, "mean", stats.t(n - 2, VALUES.values.mean(), spread * math.sqrt(n / (n - 2)) / math.sqrt(n)))
    variance = stats.invgamma((n - 2) / 2, scale=n * spread**2 / 2)
    assert (AFTER.draws[:, 1] ** 2).mean() == pytest.approx(variance.mean(), rel=0.02)
    assert NORMAL.status is rm.Status.CONVERGED


def test_a_rate_of_equal_factors() -> None:
    """Factors that are equal are one number: the draws agree, and its square follows the gamma posterior."""
    waits = Numbers(np.random.default_rng(8).exponential(0.5, 30))
    fit = rm.fit(OnlyTheProduct, waits, constraints=(equal("a", "b"),))
    after = rm.posterior(fit, waits, prior=FLAT, rng=3)
    np.testing.assert_array_equal(after.draws[:, 0], after.draws[:, 1])
    # With density 1 for a, that of the rate a² falls as its root: a gamma of shape n + 1/2.
    rate = stats.gamma(30.5, scale=1 / waits.values.sum())
    assert (after.draws[:, 0] ** 2).mean() == pytest.approx(rate.mean(), abs=4 * rate.std() / math.sqrt(4000))
    assert str(rm.posterior(fit, waits, rng=3).prior) == "a ~ LogNormal(median=1, sd=2)"


def test_the_prior_and_the_penalty_of_a_fit_are_kept() -> None:
    """Without a prior of its own the posterior takes that of the fit, and a penalty as the density it stands for."""
    prior = rm.Priors({"mean": priors.Normal(0, 0.2)})
    fit = rm.fit(WeightedNormal, VALUES, prior=prior)
    assert rm.posterior(fit, VALUES, rng=1).prior == prior
    ridge = rm.posterior(rm.fit(Shifted, VALUES, penalty=Ridge(8.0)), VALUES, rng=1)
    assert str(ridge.prior) == "mean ~ Normal(mean=0, sd=0.25), sd ~ LogNormal(median=1, sd=2)"
    other = rm.fit(WeightedNormal, VALUES, prior=Nothing())
    with pytest.raises(rm.InvalidParameters, match="gives no densities to draw from"):
        rm.posterior(other, VALUES)


def test_what_must_be_given_is_checked() -> None:
    """Too few draws, no data, other data, another unit, a wrong prior and nothing free are refused, each in words."""
    for draws in (10, 4000.5, True):
        with pytest.raises(rm.InvalidParameters, match="must be a whole number of 200 or more"):
            rm.posterior(NORMAL, VALUES, draws)  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidData, match="needs the data that were fitted, such as a PurchaseSummary, got list"):
        rm.posterior(NORMAL, [1.0])  # type: ignore[arg-type]
    with pytest.raises(rm.InvalidData, match="these 20 cases in the unit None do not give; pass the rows"):
        rm.posterior(NORMAL, VALUES.every(2), prior=FLAT)
    with pytest.raises(rm.InvalidData, match="pass the rows it was fitted to"):
        rm.posterior(NORMAL, Counted(VALUES.values + 1), prior=FLAT)
    with pytest.raises(rm.InvalidData, match="in the unit week do not give"):
        rm.posterior(NORMAL, replace(VALUES, unit="week"), prior=FLAT)
    with pytest.raises(rm.InvalidParameters, match="'r' is not a parameter"):
        rm.posterior(NORMAL, VALUES, prior=rm.Priors({"r": priors.Gamma(1, 1)}))
    with pytest.raises(rm.InvalidParameters, match="rules out the values to begin from"):
        rm.posterior(NORMAL, VALUES, prior=rm.Priors({"sd": priors.Uniform(3, 4)}))
    held = rm.fit(Coin, TOSSES, fixed={"p": 0.5})
    with pytest.raises(rm.InvalidParameters, match="all parameters of the fit are held"):
        rm.posterior(held, TOSSES)
    with pytest.raises(rm.InvalidParameters, match="rng"):
        rm.posterior(NORMAL, VALUES, rng="seed")  # type: ignore[arg-type]


def test_a_flat_prior_does_not_make_up_for_a_likelihood_without_a_maximum() -> None:
    """Where the data cannot tell factors apart a flat prior has no highest point, which is an error with a way out."""
    fit = rm.fit(OnlyTheProduct, TOSSES, check=False)
    with pytest.raises(rm.NotConverged, match=r"no highest point under the prior flat: .* give every parameter a dens"):
        rm.posterior(fit, TOSSES, prior=FLAT)
    after = rm.posterior(fit, TOSSES, rng=1)
    assert after.warning is None
    product = np.log(after.draws).sum(axis=1)
    assert product.std() < 0.5 < np.log(after.draws[:, 0]).std()


def test_intervals_of_parameters_and_of_functions() -> None:
    """Equal tails are percentiles, the shortest interval is no longer than they are, and both hold what they say."""
    tails, short = AFTER.interval(0.9), AFTER.interval(level=0.9, hdi=True)
    np.testing.assert_allclose(tails["sd"], np.percentile(AFTER.draws[:, 1], [5, 95]))
    low, high = short["sd"]
    assert high - low <= tails["sd"][1] - tails["sd"][0]
    assert np.mean((AFTER.draws[:, 1] >= low) & (AFTER.draws[:, 1] <= high)) == pytest.approx(0.9, abs=2e-3)
    below, above = AFTER.interval(lambda model: [model.sd, model.mean], 0.9)
    assert (below[0], above[0]) == tails["sd"]
    assert AFTER.interval() == AFTER.interval(0.95)
    with pytest.raises(rm.InvalidParameters, match="level"):
        AFTER.interval(1.0)


def test_functions_are_those_of_the_draws() -> None:
    """A function of the model has one value for each draw; its estimate is their mean, spread and interval."""
    ratio = AFTER.of(lambda model: model.mean / model.sd)
    np.testing.assert_allclose(ratio, AFTER.draws[:, 0] / AFTER.draws[:, 1])
    found = AFTER.estimate(lambda model: [model.mean / model.sd, model.sd], 0.8)
    assert found.value[0] == pytest.approx(ratio.mean())
    assert found.standard_error[1] == pytest.approx(AFTER.sd["sd"])
    assert (found.low[1], found.high[1]) == AFTER.interval(0.8)["sd"]
    assert not found.value.flags.writeable
    with pytest.raises(rm.InvalidData, match="must be finite"):
        AFTER.of(lambda model: math.nan)
    with pytest.raises(rm.InvalidParameters, match=r"4,000 draws of 50,000 values are more than .* use per_customer"):
        AFTER.of(lambda model: np.zeros(50_000))


def test_values_of_customers_are_the_same_in_blocks(monkeypatch) -> None:
    """Customers taken a few at a time have the values they have all at once, from as many draws as were asked for."""
    whole = AFTER.per_customer(lambda model, rows: rows.values / model.sd, VALUES, 0.9, draws=500)
    monkeypatch.setattr("relmodels.inference.draws._BLOCK", 3 * 500)
    parts = AFTER.per_customer(lambda model, rows: rows.values / model.sd, VALUES, 0.9, draws=500)
    for name in ("value", "standard_error", "low", "high"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12)
    np.testing.assert_allclose(whole.value, VALUES.values * (1 / AFTER.draws[:500, 1]).mean())
    assert AFTER.per_customer(lambda model, rows: rows.values, VALUES.take(np.arange(0)), draws=2).value.size == 0
    with pytest.raises(rm.InvalidData, match=r"values of shape \(\) for 3 rows"):
        AFTER.per_customer(lambda model, rows: model.sd, VALUES, draws=500)
    with pytest.raises(rm.InvalidParameters, match="draws = 1"):
        AFTER.per_customer(lambda model, rows: rows.values, VALUES, draws=1)


def test_a_warning_is_data_and_is_shown() -> None:
    """Forty customers under a flat prior leave a tail that no proposal follows, which text and notebook say."""
    log = rm.datasets.cdnow()
    few = rm.PurchaseSummary.from_transactions(log, customer="customer", date="date", amount="amount").every(60)
    after = rm.posterior(rm.fit(rm.GammaGamma, few), few, 1000, prior=FLAT, rng=1)
    assert after.pareto_k > 0.7
    assert after.warning is not None
    assert after.warning.startswith(f"Pareto k = {after.pareto_k:.2f} of the weights is above 0.70 after 6 proposals")
    assert rm.posterior(after.fit, few, 1000, rng=1).warning is None
    assert "NOT reliable" in str(after)
    assert "NOT reliable" in after._repr_html_()
    assert after.rounds == 6


@pytest.mark.parametrize(
    ("worth", "k", "settled", "words"),
    [
        (4000, 0.2, True, None),
        (4000, 0.71, True, "Pareto k = 0.71"),
        (4000, 0.2, False, "the last one still found another share of the posterior"),
        (90, 0.2, True, "worth only 90 independent ones, 100 are needed"),
    ],
)
def test_each_reason_to_distrust_draws_has_its_words(worth, k, settled, words) -> None:
    """A heavy tail, proposals that disagree and too few draws are told apart."""
    weight = np.where(np.arange(4000) < worth, 1.0 / worth, 0.0)
    found = _warning(Cloud(np.empty((4000, 1)), weight, k, rounds=3, settled=settled))
    assert (found is None) if words is None else (found is not None and words in found)


def test_a_posterior_shows_itself() -> None:
    """The text has a heading, a row for each parameter with its meaning, the prior and how good the draws are."""
    text = str(AFTER)
    assert text.startswith("WeightedNormal: 4,000 draws given 40 customers\n")
    assert "center" in text
    assert "prior: flat" in text
    assert f"Pareto k {AFTER.pareto_k:.2f}, {AFTER.evaluations:,} evaluations; reliable" in text
    assert AFTER.table(0.5).columns == ("parameter", "mean", "sd", "low_50%", "high_50%", "meaning")
    assert "<table" in AFTER._repr_html_()
    assert AFTER.mode[0] == pytest.approx(VALUES.values.mean(), rel=1e-6)
    assert not AFTER.draws.flags.writeable


def test_draws_are_exchanged_as_one_chain() -> None:
    """Each parameter is an array of one chain, in the order of the draws."""
    found = AFTER.arrays()
    assert list(found) == ["mean", "sd"]
    np.testing.assert_array_equal(found["sd"], AFTER.draws[None, :, 1])


@pytest.mark.parametrize("by_name", [True, False])
def test_arviz_gets_the_form_of_its_version(monkeypatch, by_name) -> None:
    """ArviZ before version 1 takes the posterior by name, later ones a mapping of groups."""

    def before(posterior=None, *, prior=None):
        return {"posterior": posterior}

    def since(data, *, name=None):
        return data

    stub = types.ModuleType("arviz")
    monkeypatch.setattr(stub, "from_dict", before if by_name else since, raising=False)
    monkeypatch.setitem(sys.modules, "arviz", stub)
    found = AFTER.to_arviz()
    assert isinstance(found, dict)
    np.testing.assert_array_equal(found["posterior"]["mean"], AFTER.arrays()["mean"])


def test_arviz_is_an_extra(monkeypatch) -> None:
    """Without ArviZ the error gives the command that installs it."""
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(rm.MissingExtra, match=r"relmodels\[arviz\]"):
        AFTER.to_arviz()
