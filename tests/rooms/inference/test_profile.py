"""Profile intervals are the closed forms where there are any, open where the data set no limit, and refuse nonsense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray
from relmodels.inference.derivatives import likelihood_of_rows
from relmodels.inference.model import Likelihood
from relmodels.inference.profile import profile_interval
from relmodels.inference.space import Parameter, Space
from relmodels.inference.transforms import REAL
from tests.rooms.inference.toys import Coin, Normal, Numbers, OnlyTheProduct

VALUES = Numbers(np.random.default_rng(7).normal(1.5, 0.7, 40))
NORMAL = rm.fit(Normal, VALUES)
LIMIT = 1.959963984540054**2


@dataclass(frozen=True, slots=True)
class Fenced:
    """A normal distribution whose likelihood is not a number where the mean is above 0.1."""

    mean: float
    sd: float
    space: ClassVar[Space] = Space(
        (Parameter("mean", "μ", "center", (-5, 5), REAL), Parameter("sd", "σ", "spread", (0.1, 5))), clock=False
    )

    @classmethod
    def start(cls, data: Numbers) -> Mapping[str, float]:
        """Return the standard normal."""
        return {"mean": 0.0, "sd": 1.0 + 0.0 * len(data)}

    @classmethod
    def likelihood(cls, data: Numbers) -> Likelihood:
        """Return the likelihood."""
        return likelihood_of_rows(
            lambda p: cls(*p).log_likelihood(data), lambda p: cls(*p).score(data), np.ones(len(data))
        )

    def log_likelihood(self, data: Numbers) -> FloatArray:
        """Return that of a normal on this side of the fence."""
        return Normal(self.mean, self.sd if self.mean < 0.1 else np.nan).log_likelihood(data)

    def score(self, data: Numbers) -> FloatArray:
        """Return its derivative."""
        return Normal(self.mean, self.sd).score(data)


def test_the_profile_of_a_mean_is_the_closed_form() -> None:
    """For the mean of a normal the profile interval is x̄ ± s √(exp(χ²/n) - 1)."""
    half = VALUES.values.std() * math.sqrt(math.expm1(LIMIT / 40))
    found = profile_interval(NORMAL, VALUES, "mean")
    assert found == pytest.approx((VALUES.values.mean() - half, VALUES.values.mean() + half), rel=1e-5)


def test_the_profile_of_a_deviation_solves_its_equation() -> None:
    """At both ends of the interval of σ, n (s²/σ² - 1 - ln(s²/σ²)) is the chi-squared quantile."""
    s = VALUES.values.std()
    low, high = profile_interval(NORMAL, VALUES, "sd")
    assert low < s < high
    for end in (low, high):
        ratio = (s / end) ** 2
        assert 40 * (ratio - 1 - math.log(ratio)) == pytest.approx(LIMIT, rel=1e-4)


def test_a_wider_level_holds_a_narrower_one() -> None:
    """The 50 per cent interval lies inside the 99 per cent interval."""
    wide, narrow = (profile_interval(NORMAL, VALUES, "sd", level=level) for level in (0.99, 0.5))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_held_parameters_stay_held() -> None:
    """With σ held at 1 the interval of the mean is x̄ ± 1.96/√n."""
    fit = rm.fit(Normal, VALUES, fixed={"sd": 1.0})
    center, half = VALUES.values.mean(), math.sqrt(LIMIT / 40)
    assert profile_interval(fit, VALUES, "mean") == pytest.approx((center - half, center + half), rel=1e-5)


def test_a_chance_has_the_likelihood_interval() -> None:
    """For 3 heads in 20 both ends of the interval lie the chi-squared quantile below the maximum."""
    data = Numbers(np.repeat([1.0, 0.0], [3, 17]))
    fit = rm.fit(Coin, data)
    for end in profile_interval(fit, data, "p"):
        fall = 2 * (fit.log_likelihood - 3 * math.log(end) - 17 * math.log1p(-end))
        assert fall == pytest.approx(LIMIT, rel=1e-4)


def test_a_side_without_limit_ends_at_the_edge() -> None:
    """Where customers hardly differ in when they leave, the data set no upper limit to BG/NBD's b, and none is made."""
    summary = rm.BGNBD(0.6, 5.0, 0.8, 4.0, unit="week").simulate([30.0] * 120, rng=4)
    fit = rm.fit(rm.BGNBD, summary)
    low, high = profile_interval(fit, summary, "b", level=0.99)
    assert 0 < low < fit.model.b
    assert math.isinf(high)


def test_the_profile_of_bg_nbd_falls_by_the_limit() -> None:
    """Refits of BG/NBD at the ends of the interval of r lie the chi-squared quantile below the maximum."""
    summary = rm.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate([39.0] * 1000, rng=1)
    fit = rm.fit(rm.BGNBD, summary)
    for end in profile_interval(fit, summary, "r"):
        held = rm.fit(rm.BGNBD, summary, fixed={"r": end})
        assert 2 * (fit.log_likelihood - held.log_likelihood) == pytest.approx(LIMIT, rel=1e-3)


def test_a_whole_number_has_no_profile_of_its_own() -> None:
    """With the phases of BG/CNBD chosen among whole numbers, r has an interval and k is refused."""
    summary = rm.PurchaseSummary.from_transactions(rm.datasets.cdnow(), customer="customer", date="date").every(8)
    fit = rm.fit(rm.BGCNBD, summary)
    low, high = profile_interval(fit, summary, "r", level=0.5)
    assert low < fit.model.r < high
    with pytest.raises(rm.InvalidParameters, match="'k' was not estimated with an error"):
        profile_interval(fit, summary, "k")


def test_parameters_that_were_not_estimated_are_refused() -> None:
    """An unknown or held parameter has no profile; the message names those that have one."""
    with pytest.raises(rm.InvalidParameters, match="it must be one of mean, sd"):
        profile_interval(NORMAL, VALUES, "spread")
    with pytest.raises(rm.InvalidParameters, match="it must be one of mean"):
        profile_interval(rm.fit(Normal, VALUES, fixed={"sd": 1.0}), VALUES, "sd")


def test_other_data_are_refused() -> None:
    """Rows the model was not fitted to are refused."""
    with pytest.raises(rm.InvalidData, match="pass the rows it was fitted to"):
        profile_interval(NORMAL, VALUES.every(2), "mean")


def test_a_profile_that_rises_above_the_fit_is_reported() -> None:
    """A fit that is not the maximum is found out, with the value from which to fit again."""
    off = Normal(1.0, 0.7)
    value = float(off.log_likelihood(VALUES).sum())
    fit = replace(NORMAL, model=off, log_likelihood=value, objective=value)
    with pytest.raises(rm.InvalidData, match="is above the fit's"):
        profile_interval(fit, VALUES, "mean")


def test_a_refit_that_fails_is_reported() -> None:
    """Where the likelihood is not finite the profile stops and says at which value."""
    data = Numbers(np.array([-1.0, 0.0, 1.0]))
    with pytest.raises(rm.NotConverged, match=r"the profile at mean = 0\.9239\d* has no maximum"):
        profile_interval(rm.fit(Fenced, data), data, "mean")


def test_a_fit_without_a_maximum_is_refused() -> None:
    """A search that did not converge has no profile."""
    data = Numbers(np.ones(9))
    with pytest.raises(rm.NotConverged):
        profile_interval(rm.fit(OnlyTheProduct, data, check=False), data, "a")
