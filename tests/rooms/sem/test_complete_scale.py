"""Indices of answers with gaps, as if there were none."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem.complete_scale import misfits

NAMES = ("x", "t1", "t2", "t3", "c1", "c2", "c3")
TEXT = "trust =~ t1 + t2 + t3; commitment =~ c1 + c2 + c3; commitment ~ trust + x; trust ~ x"


def survey_of(count, seed, *, missing=0.0, groups=1, shared=0.0, heavy=False):
    """Return answers that the theory explains but for what two questions share; some missing at random."""
    rng = np.random.default_rng(seed)
    width = np.sqrt(8.0 / rng.chisquare(10, count)) if heavy else np.ones(count)

    def noise():
        return width * rng.normal(size=count)

    x = noise()
    trust = 0.5 * x + noise()
    commitment = 0.6 * trust + 0.2 * x + noise()
    known = {"x": x} | {f"t{place}": trust + noise() for place in (1, 2, 3)}
    known |= {f"c{place}": commitment + noise() for place in (1, 2, 3)}
    common = shared * noise()
    known["t1"], known["c1"] = known["t1"] + common, known["c1"] + common
    values = np.column_stack([known[name] for name in NAMES])
    values[rng.random(values.shape) < missing] = np.nan
    group = rng.integers(0, groups, count)
    columns = dict(zip(NAMES, values.T, strict=True)) | {"group": [f"g{one}" for one in group]}
    return rm.Survey.from_frame(columns, NAMES, group="group" if groups > 1 else None)


@pytest.mark.parametrize(
    ("text", "groups", "options"),
    [
        (TEXT, 1, {}),
        (TEXT, 2, {"equal": ("loadings",)}),
        (TEXT.replace("trust + x; trust ~ x", "a*trust + b*x; trust ~ c*x; a == b + c"), 1, {}),
        (TEXT.replace("~ trust + x", "~ a*trust + x; d := 2*a; d < 0.2"), 1, {}),
    ],
    ids=["observed causes", "groups", "constraint", "limit"],
)
def test_without_gaps_sampling_makes_the_degrees_of_freedom(text, groups, options):
    """With complete answers the bias is the degrees of freedom, and the indices are those that they always were."""
    survey = survey_of(200, 1, groups=groups)
    fit = rm.fit(rm.PathModel.parse(text), survey, missing="ml", **options)
    model, base = misfits(fit, survey)
    assert model.bias == pytest.approx(fit.df, rel=1e-6)
    assert base.bias == pytest.approx(fit.baseline.df, rel=1e-6)
    assert model.chi_square == pytest.approx(fit.chi_square, abs=1e-6)
    robust, plain = fit.robust_indices(survey), fit.indices()
    for name in ("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "close_fit"):
        assert getattr(robust, name) == pytest.approx(getattr(plain, name), abs=1e-6)


def test_without_gaps_the_sandwich_is_the_usual_correction():
    """With complete answers of a model that holds, the bias is the degrees of freedom times the usual correction."""
    survey = survey_of(3000, 2, heavy=True)
    fit = rm.fit(rm.PathModel.parse(TEXT), survey, missing="ml", estimator="MLR")
    assert fit.scaling is not None
    assert fit.scaling > 1.3
    model, base = misfits(fit, survey)
    assert model.bias == pytest.approx(fit.df * fit.scaling, rel=0.05)
    assert base.bias > 1.3 * fit.baseline.df


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_groups_with_nothing_in_common_add_up(estimator):
    """Misfit and bias of two groups fitted together, nothing equal, are the sums of those fitted alone."""
    survey = survey_of(300, 3, missing=0.15, groups=2, shared=0.6)
    model = rm.PathModel.parse(TEXT)
    both = misfits(rm.fit(model, survey, missing="ml", estimator=estimator), survey)
    alone = []
    for place in range(2):
        rows = survey.rows(survey.group == place)
        own = rm.Survey.from_frame(dict(zip(NAMES, rows.values.T, strict=True)), NAMES)
        alone.append(misfits(rm.fit(model, own, missing="ml", estimator=estimator), own))
    for found, *parts in zip(both, *alone, strict=True):
        assert found.chi_square == pytest.approx(sum(part.chi_square for part in parts), rel=1e-6)
        assert found.bias == pytest.approx(sum(part.bias for part in parts), rel=1e-6)


def test_gaps_do_not_hide_misfit():
    """With a third of the answers gone, RMSEA falls by a tenth and more; the robust one stays near the complete one."""
    model = rm.PathModel.parse(TEXT)
    whole, some = survey_of(6000, 4, shared=0.8), survey_of(6000, 4, shared=0.8, missing=0.35)
    complete = rm.fit(model, whole).indices().rmsea
    fit = rm.fit(model, some, missing="ml")
    assert fit.indices().rmsea < 0.9 * complete
    assert fit.robust_indices(some).rmsea == pytest.approx(complete, rel=0.07)


def test_what_is_refused():
    """No survey, another survey, and models without degrees of freedom are named."""
    survey = survey_of(120, 5, missing=0.1)
    fit = rm.fit(rm.PathModel.parse(TEXT), survey, missing="ml")
    with pytest.raises(rm.InvalidParameters, match="pass the survey the fit was made of"):
        fit.robust_indices()
    with pytest.raises(rm.InvalidData, match="the fit is of"):
        fit.robust_indices(survey.rows(np.arange(60)))
    just = rm.fit(rm.PathModel.parse("f =~ t1 + t2 + t3"), survey, missing="ml")
    with pytest.raises(rm.InvalidParameters, match="no degree of freedom"):
        just.robust_indices(survey)
    with pytest.raises(rm.InvalidParameters, match="ML has none"):
        rm.fit(rm.PathModel.parse(TEXT), survey).robust_indices(survey)


@pytest.mark.parametrize(("estimator", "missing"), [("MLR", "listwise"), ("MLM", "listwise"), ("MLR", "ml")])
def test_corrections_do_not_depend_on_how_observed_causes_are_taken(estimator, missing):
    """Complete answers have the same corrections with observed causes as they are and as random ones."""
    survey = survey_of(400, 6, heavy=True)
    fits = [
        rm.fit(rm.PathModel.parse(TEXT, fixed_causes=taken), survey, estimator=estimator, missing=missing)
        for taken in (True, False)
    ]
    assert fits[0].scaling == pytest.approx(fits[1].scaling, rel=1e-7)
    assert fits[0].baseline.scaling == pytest.approx(fits[1].baseline.scaling, rel=1e-7)
    assert fits[0].df == fits[1].df
