"""Ordinal answers whose errors are known: a single question of a construct, and shares of the variance of 1."""

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from tests.oracles.test_lavaan_sem import DATA

NAMES = [f"x{number}" for number in range(1, 10)]
PUPILS = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA").select(NAMES).to_numpy()
STEPS = [np.digitize(own, np.quantile(own, [0.25, 0.5, 0.75]), right=True) for own in PUPILS.T]
QUARTERS = rm.Survey.from_frame(dict(zip(NAMES, STEPS, strict=True)), NAMES)
MEASURED = "visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9; "


def fitted(text: str) -> rm.sem.PathFit:
    return rm.fit(rm.PathModel.parse(MEASURED + text), QUARTERS, estimator="WLSMV")


def test_a_single_question_counts_as_if_it_were_observed():
    """Values of lavaan 0.6-14 for `speed ~ visual + x4; x4 ~~ visual`, which has x4 without a construct."""
    fit = fitted("verbal =~ x4; speed ~ visual + verbal")
    assert fit.df == 12
    assert fit.chi_square == pytest.approx(38.880, abs=5e-4)
    assert fit.indices(corrected=True).chi_square == pytest.approx(54.072, abs=5e-4)
    paths = [fit.value("speed ~ visual"), fit.value("speed ~ verbal"), fit.value("visual ~~ verbal")]
    assert paths == pytest.approx([0.323, -0.005, 0.378], abs=5e-4)
    errors = [fit.standard_error(f"speed ~ {name}") for name in ("visual", "verbal")]
    assert errors == pytest.approx([0.095, 0.047], abs=5e-4)
    assert fit.value("verbal ~~ verbal") == pytest.approx(1.0, abs=1e-9)
    assert fit.standard_error("verbal ~~ verbal") == pytest.approx(0.0, abs=1e-9)


def test_the_same_moments_whichever_way_the_arrows_point():
    """Saturated paths among three constructs fit alike, whether the single question is a cause or an effect."""
    found = [
        fitted("verbal =~ x4; speed ~ visual + verbal"),
        fitted("verbal =~ x4; verbal ~ visual; speed ~ visual + verbal"),
        fitted("verbal =~ x4; verbal ~ visual + speed; speed ~ visual"),
    ]
    assert [one.chi_square for one in found] == pytest.approx([found[0].chi_square] * 3, rel=1e-8)
    assert {one.df for one in found} == {12}
    assert found[1].r_squared()["x4"] == pytest.approx(1.0, abs=1e-9)
    assert not found[1].remarks


def test_a_held_share_is_the_error():
    """With an error of .3 the construct has a variance of .7, and its correlations are those over the root of .7."""
    plain, certain = fitted("verbal =~ x4; visual ~~ speed"), fitted("verbal =~ x4; x4 ~~ 0.3*x4; visual ~~ speed")
    assert certain.value("verbal ~~ verbal") == pytest.approx(0.7, abs=1e-9)
    assert certain.r_squared()["x4"] == pytest.approx(0.7, abs=1e-9)
    places = [fit.place("visual ~~ verbal") for fit in (plain, certain)]
    first, second = (
        float(np.asarray(fit.standardized().column("standardized"))[place])
        for fit, place in zip((plain, certain), places, strict=True)
    )
    assert second == pytest.approx(first / np.sqrt(0.7), rel=1e-7)


@pytest.mark.parametrize("text", ["x1 ~~ x1", "x1 ~~ 1.2*x1", "x4 ~~ 0.3*x4"])
def test_other_variances_are_refused(text):
    """A free variance, one of more than all there is, and that of a question nothing leads to."""
    with pytest.raises(rm.InvalidParameters, match="hold them at a share of it"):
        fitted(text)
