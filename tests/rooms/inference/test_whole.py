from dataclasses import replace

import numpy as np

import relmodels as rm
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.mbg_cnbd import MBGCNBD
from relmodels.inference.transforms import WHOLE
from relmodels.inference.whole import CANDIDATES, best_of, undecided


def test_the_domain_starts_at_one():
    """The domain of whole numbers contains 1 and not 0; its coordinates go there and back."""
    assert WHOLE.contains(1.0)
    assert not WHOLE.contains(0.0)
    np.testing.assert_allclose(WHOLE.to_natural(WHOLE.to_free(np.array(CANDIDATES, dtype=float))), CANDIDATES)


def test_which_parameter_is_undecided():
    """A whole-number parameter is undecided unless it is held; models without one have nothing to decide."""
    assert undecided(MBGCNBD.space, ()) == "k"
    assert undecided(MBGCNBD.space, {"k": 3, "r": 1.0}) is None
    assert undecided(BGNBD.space, ()) is None


def test_the_best_of_the_candidates():
    """The fit with the highest likelihood is returned, its parameter counted as estimated, all evaluations summed."""
    made = MBGCNBD(2, 1.0, 2.0, 0.5, 2.0).simulate([40.0] * 300, 5)
    one = rm.fit(MBGCNBD, made, fixed={"k": 1})

    def fit_at(k):
        return replace(one, model=replace(one.model, k=k), log_likelihood=-float((k - 7) ** 2), fixed=("k", "r"))

    best = best_of("k", fit_at)
    assert best.model.k == 7
    assert best.fixed == ("r",)
    assert best.evaluations == len(CANDIDATES) * one.evaluations
    assert best.diagnosis.endswith("k = 7 is the likeliest of 1 to 12")
