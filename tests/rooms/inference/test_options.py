"""Parameters that are equal, and penalties: what a caller adds to a likelihood."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import relmodels as rm
from relmodels import estimation
from relmodels.inference.constraints import Equal, equal
from relmodels.inference.derivatives import differenced_hessian
from relmodels.inference.fit import fit
from relmodels.inference.penalty import Ridge
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL
from tests.rooms.inference.toys import Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(8).exponential(0.5, 400))
PAIR = (equal("a", "b"),)


def test_equal_parameters_have_one_value_and_one_error() -> None:
    """The factors of a rate, which the data cannot tell apart, are each its root once they are equal."""
    found = fit(OnlyTheProduct, VALUES, constraints=PAIR)
    root = 1 / np.sqrt(VALUES.values.mean())
    assert found.parameters["a"] == found.parameters["b"] == pytest.approx(root, rel=1e-9)
    # The rate has the relative error 1/√n, its root half of that.
    assert found.standard_errors["a"] == pytest.approx(root / 2 / np.sqrt(400), rel=1e-6)
    assert found.standard_errors["b"] == found.standard_errors["a"]
    assert (found.free_parameters, found.aic) == (1, 2 - 2 * found.log_likelihood)


def test_the_table_says_what_is_equal() -> None:
    """The meaning of a parameter that is equal to another names the other."""
    assert "(equal to b)" in str(fit(OnlyTheProduct, VALUES, constraints=PAIR))


def test_an_equal_fit_survives_json_and_refits() -> None:
    """Constraints are saved, and kept by the bootstrap and by profile intervals."""
    summary = rm.BGNBD(0.5, 4.4, 0.8, 0.8, unit="week").simulate([39.0] * 2000, rng=1)
    found = fit(rm.BGNBD, summary, constraints=(equal("a", "b"),))
    again = rm.Fit.from_json(found.to_json(), rm.BGNBD)
    assert again.constraints == found.constraints
    assert again.to_json() == found.to_json()
    spread = rm.bootstrap(found, summary, draws=4, rng=1).parameters
    np.testing.assert_array_equal(spread[:, 2], spread[:, 3])
    low, high = rm.profile_interval(found, summary, "b")
    assert low < found.parameters["b"] < high
    assert (low, high) == pytest.approx(found.interval()["b"], rel=0.1)


def test_equal_parameters_may_all_be_held() -> None:
    """Parameters that are equal and held at one value stay there and cost nothing."""
    found = fit(OnlyTheProduct, VALUES, constraints=PAIR, fixed={"a": 1.0, "b": 1.0})
    assert (found.free_parameters, found.parameters) == (0, {"a": 1.0, "b": 1.0})


def test_faults_of_constraints_are_named_together() -> None:
    """Unknown names, other domains and half-held parameters are listed in one error."""
    wrong = (equal("a", "zz"), Equal(("a", "b")))
    with pytest.raises(rm.InvalidParameters) as caught:
        fit(OnlyTheProduct, VALUES, constraints=wrong, fixed={"b": 2.0})
    for words in ("'zz' is not a parameter; the model has a, b", "a is in two constraints", "b is held and a, b"):
        assert words in str(caught.value)
    with pytest.raises(rm.InvalidParameters, match="do not have one domain"):
        fit(Normal, VALUES, constraints=(equal("mean", "sd"),))
    with pytest.raises(rm.InvalidParameters, match="'a' is no constraint"):
        fit(OnlyTheProduct, VALUES, constraints=("a",))  # type: ignore[arg-type]


@pytest.mark.parametrize("names", [(), ("a",), ("a", "a"), ("a", 1)])
def test_equal_needs_two_names(names: tuple[str, ...]) -> None:
    """Fewer than two different names make no constraint."""
    with pytest.raises(rm.InvalidParameters, match="two or more different names"):
        equal(*names)


SHIFT = Space(
    (Parameter("mean", "μ", "center", (-5, 5), REAL, block="purchase"), Normal.space.parameters[1]), clock=False
)


def test_ridge_is_a_normal_prior_on_coefficients() -> None:
    """The penalty is minus the strength times the squared coefficients, with its exact derivatives."""
    at = np.array([0.3, 2.0])
    found = Ridge({"purchase": 4.0}).evaluate(SHIFT, at)
    assert found.value == pytest.approx(-4.0 * 0.09)
    np.testing.assert_allclose(found.gradient, [-2.4, 0.0])
    np.testing.assert_allclose(
        found.hessian, differenced_hessian(lambda p: Ridge(4.0).evaluate(SHIFT, p).gradient, at), atol=1e-8
    )
    nothing = Ridge(0.0).evaluate(SHIFT, at)
    assert (nothing.value, float(np.abs(nothing.gradient).max()), float(np.abs(nothing.hessian).max())) == (0, 0, 0)


def test_a_penalty_needs_coefficients() -> None:
    """A model without covariates has nothing to penalize, and a set that is not there is named."""
    with pytest.raises(rm.InvalidParameters, match="no coefficient to penalize"):
        fit(Normal, VALUES, penalty=Ridge(1.0))
    with pytest.raises(rm.InvalidParameters, match="no set of covariates attrition; there is purchase"):
        Ridge({"attrition": 1.0}).check(SHIFT)


@pytest.mark.parametrize("strength", [-1.0, np.inf, "much", {"purchase": -1.0}])
def test_a_strength_is_a_number_of_0_or_more(strength: float) -> None:
    """A negative, infinite or wordy strength is refused."""
    with pytest.raises(rm.InvalidParameters, match="must be a finite number of 0 or more"):
        Ridge(strength)


def test_a_likelihood_ratio_of_equal_parameters_counts_them_once() -> None:
    """A constrained fit has one parameter less and can be tested against the free one."""
    summary = rm.BGNBD(0.5, 4.4, 0.8, 0.8, unit="week").simulate([39.0] * 2000, rng=1)
    small, large = fit(rm.BGNBD, summary, constraints=(equal("a", "b"),)), fit(rm.BGNBD, summary)
    assert rm.likelihood_ratio(small, large).df == 1
    assert small.free_parameters == 3


def test_options_of_other_models_are_refused() -> None:
    """What says nothing to a kind of model is an error that names it, instead of being lost in silence."""
    buyers = rm.BGNBD(0.5, 4.4, 0.8, 0.8, unit="week").simulate([39.0] * 20, rng=1)
    moments = rm.SampleMoments.from_correlation([[1.0, 0.5], [0.5, 1.0]], ["trust", "commitment"], n=50)
    paths = rm.PathModel.parse("commitment ~ trust")
    states = rm.markov.HMMSpec(states=2, emission=rm.markov.Poisson())
    panel = rm.Panel.from_arrays([[0, 3], [4, 1]])
    with pytest.raises(rm.InvalidParameters, match="BGNBD has no option starts, estimator, equal"):
        rm.fit(rm.BGNBD, buyers, starts=3, estimator="MLR", equal=["loadings"])  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidParameters, match="PathModel has no option fixed, penalty, start, rng"):
        rm.fit(paths, moments, fixed={"a": 1.0}, penalty=Ridge(1.0), start={"a": 2.0}, rng=3)  # type: ignore[call-overload]
    with pytest.raises(rm.InvalidParameters, match="HMMSpec has no option start, missing, means"):
        rm.fit(states, panel, start={"rate": 1.0}, missing="ml", means=True)  # type: ignore[call-overload]


def test_the_known_defaults_are_those_of_the_verb() -> None:
    """What counts as given is told apart from the defaults in the signature."""
    declared = {name: one.default for name, one in inspect.signature(rm.fit).parameters.items()}
    assert {name: declared[name] for name in estimation._DEFAULTS} == estimation._DEFAULTS
    assert set(declared) - set(estimation._DEFAULTS) == {"model", "data", "check"}
