"""A fit survives JSON to the last bit, and damaged text is refused with reasons."""

from __future__ import annotations

import json

import numpy as np
import pytest

import relmodels as rm
from tests.rooms.inference.toys import Coin, Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(7).normal(1.5, 0.7, 200))


def test_every_number_survives_json_exactly() -> None:
    """Writing and reading a fit gives the same bits for every parameter and covariance."""
    fit = rm.fit(Normal, VALUES)
    again = rm.Fit.from_json(fit.to_json(), Normal)
    assert again.model == fit.model
    assert again.covariance is not None
    assert fit.covariance is not None
    assert again.covariance.tobytes() == fit.covariance.tobytes()
    assert again.to_json() == fit.to_json()


def test_a_failed_fit_survives_json() -> None:
    """A record without covariance is written and read like any other."""
    fit = rm.fit(OnlyTheProduct, VALUES, check=False)
    again = rm.Fit.from_json(fit.to_json(), OnlyTheProduct)
    assert again.status is rm.Status.FLAT
    assert again.covariance is None
    assert again.diagnosis == fit.diagnosis


def test_the_size_of_a_saved_fit_does_not_depend_on_the_data() -> None:
    """A fit to a hundred times more rows is saved in about the same number of characters."""
    small = rm.fit(Normal, VALUES).to_json()
    large = rm.fit(Normal, Numbers(np.tile(VALUES.values, 100))).to_json()
    assert abs(len(large) - len(small)) < 60


def test_another_model_is_refused() -> None:
    """Reading a saved fit as another model names both models."""
    with pytest.raises(rm.InvalidData, match="'Normal' was saved, 'Coin' was asked for"):
        rm.Fit.from_json(rm.fit(Normal, VALUES).to_json(), Coin)


def test_a_later_version_is_refused() -> None:
    """Reading a record of an unknown version says which version is known."""
    text = json.loads(rm.fit(Normal, VALUES).to_json()) | {"version": 99}
    with pytest.raises(rm.InvalidData, match="version = 99 is unknown here, 1 or 2 is needed"):
        rm.Fit.from_json(json.dumps(text), Normal)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"log_likelihood": "high"}, "log_likelihood"),
        ({"extra": 1}, "extra"),
        ({"covariance": [[1.0]]}, "covariance is not a 2 by 2 matrix"),
        ({"status": "FINE"}, "status"),
        ({"status": "FLAT"}, "covariance is given although the status is FLAT"),
        ({"covariance": None}, "covariance is missing although the status is CONVERGED"),
        ({"robust_covariance": [[-1.0, 0.0], [0.0, 1.0]]}, "robust_covariance has a negative variance"),
        ({"fixed": ["zz"]}, "fixed names 'zz', which is no parameter; the model has mean, sd"),
        ({"parameters": {"mean": 1.0}}, "needed"),
    ],
)
def test_altered_text_is_refused(change: dict[str, object], words: str) -> None:
    """Each alteration of a saved fit is refused with a message that names the place."""
    text = json.loads(rm.fit(Normal, VALUES).to_json()) | change
    with pytest.raises(rm.InvalidData, match=words):
        rm.Fit.from_json(json.dumps(text), Normal)


def test_a_parameter_outside_its_domain_is_refused() -> None:
    """A saved BG/NBD whose r was altered to a negative number is refused when the model is made."""
    summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4).simulate([39.0] * 500, rng=1)
    text = json.loads(rm.fit(rm.BGNBD, summary).to_json())
    text["parameters"]["r"] = -1.0
    with pytest.raises(rm.InvalidParameters, match=r"r = -1\.0 must be a positive number"):
        rm.Fit.from_json(json.dumps(text), rm.BGNBD)


def test_text_that_is_no_json_is_refused() -> None:
    """Text that is not JSON gives InvalidData rather than a parser's error."""
    with pytest.raises(rm.InvalidData):
        rm.Fit.from_json("not json", Normal)


def test_the_name_of_a_model_is_no_model() -> None:
    """Reading a fit takes the class of its model, not its name."""
    with pytest.raises(rm.InvalidParameters, match="from_json needs the class of a model"):
        rm.Fit.from_json(rm.fit(Normal, VALUES).to_json(), "Normal")  # type: ignore[arg-type]


def test_a_fit_saved_by_the_former_version_is_read() -> None:
    """Text of version 1, which knew no penalties and priors, gives the same fit."""
    fit = rm.fit(Normal, VALUES, fixed={"mean": 1.5})
    text = json.loads(fit.to_json()) | {"version": 1}
    for name in ("objective", "effective_parameters", "constraints", "penalty"):
        del text[name]
    again = rm.Fit.from_json(json.dumps(text), Normal)
    assert again.to_json() == fit.to_json()
