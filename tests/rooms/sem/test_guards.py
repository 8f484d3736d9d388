"""A fit by partial least squares where one by covariances is asked for; and that results print as tables."""

import numpy as np
import pytest

import relmodels as rm

RNG = np.random.default_rng(23)
TRUST = RNG.normal(size=150)
LOYALTY = 0.6 * TRUST + RNG.normal(size=150)
ANSWERS = {f"t{place}": TRUST + RNG.normal(size=150) for place in (1, 2, 3)}
ANSWERS |= {f"l{place}": LOYALTY + RNG.normal(size=150) for place in (1, 2)}
SURVEY = rm.Survey.from_frame(ANSWERS, list(ANSWERS))
MODEL = rm.PathModel.parse("trust =~ t1 + t2 + t3; loyalty =~ l1 + l2; loyalty ~ trust")
FIT = rm.fit(MODEL, SURVEY)
SUMS = rm.sem.fit_pls(rm.sem.PLSSpec(MODEL), SURVEY)


@pytest.mark.parametrize("fit", [SUMS, MODEL, None])
@pytest.mark.parametrize(
    ("name", "work", "instead"),
    [
        ("compare", lambda fit: rm.sem.compare(FIT, fit), "indices"),
        ("compare", lambda fit: rm.sem.compare(fit, FIT), "indices"),
        ("effects", lambda fit: rm.sem.effects(fit, "trust", "loyalty"), "total_effects"),
        ("indirect_ways", lambda fit: rm.sem.indirect_ways(fit, "trust", "loyalty"), "total_effects"),
        ("reliability", rm.sem.reliability, "measures"),
        ("modification_indices", rm.sem.modification_indices, "indices"),
        ("factor_scores", lambda fit: rm.sem.factor_scores(fit, SURVEY), "scores"),
        ("respondent_scores", lambda fit: rm.respondent_scores(fit, SURVEY), "scores"),
        ("bootstrap_paths", lambda fit: rm.sem.bootstrap_paths(fit, SURVEY, 10, rng=1), "bootstrap_pls"),
        ("bollen_stine", lambda fit: rm.sem.bollen_stine(fit, SURVEY, 10, rng=1), "indices"),
        ("power_by_size", lambda fit: rm.sem.power_by_size(fit, ["loyalty ~ trust"], [50], rng=1), "covariances"),
        ("balanced_parcels", lambda fit: rm.sem.balanced_parcels(fit, 1), "measurement"),
        ("hypotheses", rm.morgan_hunt.hypotheses, "bootstrap_pls"),
        ("mediation", rm.morgan_hunt.mediation, "total_effects"),
        ("compared", lambda fit: rm.morgan_hunt.compared(fit, FIT), "indices"),
    ],
)
def test_another_kind_of_fit_is_told_what_it_has_instead(name, work, instead, fit):
    """The message names the function and what was passed, and what partial least squares have for it if it is these."""
    match = rf"{name} needs a PathFit, .* here is {type(fit).__name__}"
    match += f"; of partial least squares: .*{instead}" if fit is SUMS else "$"
    with pytest.raises(rm.InvalidParameters, match=match):
        work(fit)


def test_what_partial_least_squares_have_instead_is_there():
    """Every function that a message points to answers as it says."""
    drawn = rm.sem.bootstrap_pls(SUMS, SURVEY, 20, rng=1)
    assert len(drawn.table("total effect")) == 1
    assert SUMS.total_effects().shape == (2, 2)
    assert SUMS.scores(SURVEY).shape == (150, 2)
    assert SUMS.measures().constructs == ("trust", "loyalty")
    assert SUMS.indices().srmr > 0.0
    assert len(SUMS.measurement()) == 5


QUALITY = {"trust": 1.0, "loyalty": 1.0}
SCALE = (-9.0, 9.0)


@pytest.mark.parametrize(
    "found",
    [
        rm.sem.effects(FIT, "trust", "loyalty"),
        rm.sem.reliability(FIT),
        rm.sem.modification_indices(FIT),
        rm.sem.cronbach_alpha_intervals(SURVEY, {"trust": ["t1", "t2", "t3"]}),
        rm.sem.bootstrap_paths(FIT, SURVEY, 20, rng=1),
        rm.sem.within_group_agreement([[5, 6], [5, 5]], ["a", "a"], scale=(1, 7)),
        rm.respondent_scores(FIT, SURVEY, scale=SCALE, constructs=QUALITY),
        rm.relationship_quality(FIT, SURVEY, ["a", "b", "c"] * 50, scale=SCALE, constructs=QUALITY),
    ],
    ids=lambda found: type(found).__name__,
)
def test_results_print_as_their_tables(found):
    """The text of a result is that of its table, and a notebook shows it as one."""
    assert str(found) == str(found.table())
    assert found._repr_html_() == found.table()._repr_html_()
    assert "array(" not in str(found)
