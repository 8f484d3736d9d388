"""What needs the fit of a model of customers says so where structural equations are passed."""

from typing import Any

import numpy as np
import pytest

import relmodels as rm

RNG = np.random.default_rng(1)
TRUST = RNG.normal(size=100)
ANSWERS = {name: TRUST + RNG.normal(size=100) for name in ("t1", "t2", "t3", "t4")}
SURVEY: Any = rm.Survey.from_frame(ANSWERS, list(ANSWERS))
FIT: Any = rm.fit(rm.PathModel.parse("trust =~ t1 + t2 + t3 + t4"), SURVEY)


@pytest.mark.parametrize(
    ("asked", "work"),
    [
        ("bootstrap", lambda: rm.bootstrap(FIT, SURVEY, rng=1)),
        ("delta_method", lambda: rm.delta_method(FIT, lambda model: model)),
        ("information_table", lambda: rm.information_table(FIT)),
        ("likelihood_ratio", lambda: rm.likelihood_ratio(FIT, FIT)),
        ("profile_interval", lambda: rm.profile_interval(FIT, SURVEY, "trust =~ t2")),
        ("vuong", lambda: rm.vuong(FIT, FIT, SURVEY)),
    ],
)
def test_structural_equations_are_told_what_they_have_instead(asked, work):
    """The message names the function, what was passed, and where to turn."""
    with pytest.raises(rm.InvalidParameters, match=rf"{asked} needs a Fit .* here is PathFit; structural equations"):
        work()
