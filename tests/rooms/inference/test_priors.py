# ruff: noqa: D102 - the methods are those of the Protocol, which documents them
"""Priors are checked against the model, evaluated with exact derivatives, written down and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

import relmodels as rm
from relmodels import priors
from relmodels.inference.derivatives import differenced_hessian
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL, UNIT_INTERVAL, coefficient
from tests.rooms.inference.toys import Coin, Normal

PRIOR = rm.Priors(
    {
        "r": priors.Weibull(shape=2, scale=1),
        ("a", "b"): priors.ShareAndTotal(priors.Uniform(0, 1), priors.Pareto(shape=1, minimum=1)),
    }
)
NAMES = rm.BGNBD.space.names
AT = np.array([0.25, 4.4, 0.8, 2.4])
SUMMARY = rm.PurchaseSummary.from_arrays(frequency=[2, 0], recency=[9.0, 0.0], age=[10.0, 14.0], spend=[5.0, 0.0])


def test_the_density_of_all_is_the_product() -> None:
    """The logarithm is the sum over the densities; a parameter that is not named has no part in it."""
    by_hand = priors.Weibull(2, 1).log_density(0.25) - 3 * np.log(3.2)
    assert PRIOR.evaluate(NAMES, AT).value == pytest.approx(by_hand, rel=1e-12)
    np.testing.assert_allclose(PRIOR.log_density(NAMES, np.array([AT, AT * 0.1])), [by_hand, -np.inf])


def test_derivatives_are_exact_and_in_the_order_of_the_names() -> None:
    """Gradient and Hessian are differences of the value and the gradient, and 0 for a flat parameter."""
    found = PRIOR.evaluate(NAMES, AT)
    step = 1e-6 * np.diag(AT)
    slopes = [(PRIOR.evaluate(NAMES, AT + h).value - PRIOR.evaluate(NAMES, AT - h).value) / (2 * h.sum()) for h in step]
    np.testing.assert_allclose(found.gradient, slopes, rtol=1e-6)
    differenced = differenced_hessian(lambda at: PRIOR.evaluate(NAMES, at).gradient, AT)
    np.testing.assert_allclose(found.hessian, differenced, rtol=1e-6, atol=1e-9)
    assert found.gradient[1] == 0.0


def test_outside_the_support_the_value_says_so() -> None:
    """Where the density is 0 its logarithm is minus infinity, and no derivative is made up."""
    found = rm.Priors({"r": priors.Uniform(1, 2)}).evaluate(NAMES, AT)
    assert found.value == -np.inf
    assert not found.gradient.any()


def test_an_empty_prior_is_flat() -> None:
    """Priors of nothing add nothing, and say that they are flat."""
    flat = rm.Priors({})
    assert (flat.evaluate(NAMES, AT).value, str(flat), flat.names) == (0.0, "flat", ())
    assert repr(PRIOR).startswith("<Priors r ~ Weibull(shape=2, scale=1), (a, b) ~ ShareAndTotal(share=Uniform(")


def test_a_prior_is_written_down_and_read_back() -> None:
    """The description survives JSON and gives equal priors; what is no description is refused."""
    text = json.dumps(PRIOR.describe())
    assert rm.Priors.from_description(json.loads(text)) == PRIOR
    for wrong in ([{"parameters": ["r"], "density": "Wald"}], [{"density": "Beta"}], [3]):
        with pytest.raises(rm.InvalidData, match="not a description of priors"):
            rm.Priors.from_description(wrong)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Triangle:
    """A density of somebody else."""

    support: tuple[float, float] = (0.0, 1.0)

    def log_density(self, value):
        return np.log(2 * np.asarray(value))

    def slope(self, value):
        return 1 / np.asarray(value)

    def curvature(self, value):
        return -1 / np.asarray(value) ** 2

    def sample(self, size, rng):
        return np.sqrt(rng.random(size))


def test_a_density_may_be_the_callers_own() -> None:
    """Anything with the methods of a density will do, but it cannot be written down."""
    own = rm.Priors({"r": Triangle()})
    assert own.evaluate(NAMES, AT).value == pytest.approx(np.log(0.5))
    assert str(own) == "r ~ Triangle(support=(0.0, 1.0))"
    with pytest.raises(rm.InvalidParameters, match="cannot be written down"):
        own.describe()


def test_faults_of_a_mapping_are_named_together() -> None:
    """Names that are none, names twice and things that are no densities are listed in one error."""
    wrong = {
        "r": priors.Weibull(2, 1),
        ("r", "a"): priors.ShareAndTotal(priors.Uniform(0, 1), priors.Gamma(1, 1)),
        "b": 3.0,
        ("alpha", "s"): priors.Gamma(1, 1),
        "beta": priors.Gamma,
        7: priors.Gamma(1, 1),
    }
    with pytest.raises(rm.InvalidParameters) as caught:
        rm.Priors(wrong)  # type: ignore[arg-type]
    for words in (
        "r has more than one density",
        "b has 3.0, which is not a density of one parameter",
        "(alpha, s) has Gamma(shape=1, scale=1), which is not a density of two parameters",
        "beta has <class",
        "7 is not the name",
    ):
        assert words in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match="Priors needs a mapping"):
        rm.Priors([("r", priors.Gamma(1, 1))])  # type: ignore[arg-type]


def test_priors_are_checked_against_the_model() -> None:
    """Unknown parameters, densities outside a domain and densities of whole numbers are listed in one error."""
    PRIOR.check(rm.BGNBD.space)
    with pytest.raises(rm.InvalidParameters, match="'a' is not a parameter; the model has r, alpha, s, beta") as caught:
        PRIOR.check(rm.ParetoNBD.space)
    assert "'b' is not a parameter" in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match=r"lies outside the domain, a number between 0 and 1"):
        rm.Priors({"p": priors.Uniform(2, 3)}).check(Coin.space)
    with pytest.raises(rm.InvalidParameters, match="leaves out half of the domain, a real number"):
        rm.Priors({"mean": priors.Gamma(1, 1)}).check(Normal.space)
    rm.Priors({"mean": priors.Uniform(0, 1), "sd": priors.Normal(0, 1)}).check(Normal.space)
    with pytest.raises(rm.InvalidParameters, match="k is a whole number of 1 or more, chosen by its likelihood"):
        rm.Priors({"k": priors.Gamma(1, 1)}).check(rm.BGCNBD.space)
    with pytest.raises(rm.InvalidParameters, match="a, b is not among the parameters r, alpha"):
        PRIOR.evaluate(("r", "alpha"), AT[:2])


def test_parameters_are_drawn_from_the_prior() -> None:
    """Draws come in the order of the names; a flat parameter cannot be drawn."""
    drawn = PRIOR.sample(("b", "r", "a"), 5000, np.random.default_rng(3))
    assert drawn.shape == (5000, 3)
    assert drawn[:, 1].mean() == pytest.approx(np.sqrt(np.pi) / 2, rel=0.03)
    assert np.all(drawn[:, 0] + drawn[:, 2] >= 1.0)
    with pytest.raises(rm.InvalidParameters, match="nothing can be drawn for alpha"):
        PRIOR.sample(NAMES, 10, np.random.default_rng(3))


def test_densities_can_be_exchanged_and_left_out() -> None:
    """Priors with other densities keep the rest; leaving out one of a pair leaves out both."""
    other = PRIOR.having({"alpha": priors.Gamma(1, 10), "r": priors.Gamma(1, 1)})
    assert str(other).startswith("r ~ Gamma(shape=1, scale=1), (a, b) ~ ShareAndTotal")
    assert str(other).endswith("alpha ~ Gamma(shape=1, scale=10)")
    assert PRIOR.without(["a"]).names == ("r",)
    with pytest.raises(rm.InvalidParameters, match="b has more than one density"):
        PRIOR.having({"b": priors.Gamma(1, 1)})


MANY = Space(
    (
        Parameter("r", "r", "a shape", (0.1, 5)),
        Parameter("alpha", "α", "a time", (0.1, 5), scales="time"),
        Parameter("growth", "b", "a rate", (0.1, 5), scales="1/time"),
        Parameter("gamma", "γ", "an amount", (0.1, 5), scales="money"),
        Parameter("share", "φ", "a share", (0.1, 0.9), UNIT_INTERVAL),
        Parameter("shift", "μ", "any number", (-5, 5), REAL, scales="time"),
        Parameter("effect", "g", "a coefficient", (-5, 5), coefficient(10.0)),
    )
)


def test_weak_priors_know_only_the_scale() -> None:
    """Medians are 1, the mean age, one over it or the mean spend, whatever the parameter is measured in."""
    found = dict(rm.Priors.weak(MANY, SUMMARY))
    assert found == {
        ("r",): priors.LogNormal(1.0, 2.0),
        ("alpha",): priors.LogNormal(12.0, 2.0),
        ("growth",): priors.LogNormal(1 / 12, 2.0),
        ("gamma",): priors.LogNormal(5.0, 2.0),
        ("share",): priors.Uniform(0.0, 1.0),
        ("shift",): priors.Normal(0.0, 24.0),
        ("effect",): priors.Normal(0.0, 0.2),
    }
    assert rm.Priors.weak(rm.BGCNBD.space, SUMMARY, spread=1.0).names == ("r", "alpha", "a", "b")


def test_a_scale_is_asked_of_the_data_only_where_it_is_needed() -> None:
    """Data without a scale do for parameters without a unit, and are refused for others."""
    assert rm.Priors.weak(rm.BGBB.space, None).names == rm.BGBB.space.names
    with pytest.raises(rm.InvalidData, match="NoneType does not know how long a long time is, which the weak prior"):
        rm.Priors.weak(rm.NBD.space, None)
    with pytest.raises(rm.InvalidParameters, match=r"sd = -1\.0"):
        rm.Priors.weak(rm.NBD.space, SUMMARY, spread=-1.0)
