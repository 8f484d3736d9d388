"""What every fit by partial least squares obeys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import relmodels as rm
from relmodels.core.arrays import FloatArray
from relmodels.sem import PathModel, PLSFit, PLSSpec, SampleMoments, Survey

SCHEMES = ("path", "factor", "centroid")
THEORY = """
    t =~ t1 + t2 + t3
    b =~ b1 + b2 + b3 + b4
    c =~ c1 + c2 + c3
    y =~ y1 + y2
    c ~ t + b
    y ~ c + t
"""
LOADINGS = {
    "t": [0.9, 0.8, 0.6],
    "b": [0.7, 0.75, 0.8, 0.5],
    "c": [0.85, 0.7, 0.65],
    "y": [0.8, 0.6],
}
PATHS = {"c ~ t": 0.5, "c ~ b": -0.3, "y ~ c": 0.4, "y ~ t": 0.25}


def population() -> tuple[tuple[str, ...], FloatArray]:
    """Return items and the correlations that the theory implies for these loadings and paths."""
    between = np.eye(4)
    between[0, 1] = between[1, 0] = -0.2
    by = np.zeros((4, 4))
    by[2, :2] = 0.5, -0.3
    by[3, 2], by[3, 0] = 0.4, 0.25
    for place in (2, 3):
        between[place, :place] = by[place, :place] @ between[:place, :place]
        between[:place, place] = between[place, :place]
    weights = np.zeros((12, 4))
    names: list[str] = []
    row = 0
    for place, (construct, own) in enumerate(LOADINGS.items()):
        for value in own:
            weights[row, place] = value
            names.append(f"{construct}{len([one for one in names if one.startswith(construct)]) + 1}")
            row += 1
    table = weights @ between @ weights.T
    np.fill_diagonal(table, 1.0)
    return tuple(names), table


def drawn(seed: int, cases: int = 150) -> Survey:
    names, table = population()
    values = np.random.default_rng(seed).multivariate_normal(np.zeros(12), table, cases)
    return Survey.from_frame({name: values[:, place] for place, name in enumerate(names)}, names)


def fitted(survey: Survey | SampleMoments, theory: str = THEORY, **options: Any) -> PLSFit:
    return rm.fit(PLSSpec(PathModel.parse(theory), **options), survey)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_theory_implies_gives_the_theory_back(scheme: Any) -> None:
    """From implied correlations the corrected fit recovers every loading and path, and nothing is left over."""
    names, table = population()
    fit = fitted(SampleMoments.from_correlation(table, names, n=500), scheme=scheme)
    assert fit.loadings == pytest.approx([value for own in LOADINGS.values() for value in own], abs=1e-10)
    assert {name: fit.value(name) for name in PATHS} == pytest.approx(PATHS, abs=1e-10)
    assert fit.indices().srmr == pytest.approx(0.0, abs=1e-10)
    assert fit.implied() == pytest.approx(table, abs=1e-10)


def test_without_correction_paths_of_unreliable_constructs_are_nearer_to_zero() -> None:
    """Uncorrected, a path between two constructs is the true one times the roots of both reliabilities."""
    names, table = population()
    moments = SampleMoments.from_correlation(table, names, n=500).of(["t1", "t2", "t3", "c1", "c2", "c3"])
    theory = "t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; c ~ t"
    plain, corrected = (fitted(moments, theory, consistent=one) for one in (False, True))
    root = float(np.sqrt(corrected.reliability.prod()))
    assert plain.value("c ~ t") == pytest.approx(corrected.value("c ~ t") * root, rel=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_blocks_by_regression_are_the_first_canonical_correlation(scheme: Any) -> None:
    """Mode B of two constructs finds Hotelling's first canonical correlation."""
    survey = drawn(1).of(["t1", "t2", "t3", "b1", "b2", "b3", "b4"])
    theory = "t =~ t1 + t2 + t3; b =~ b1 + b2 + b3 + b4; b ~ t"
    fit = fitted(survey, theory, modes={"t": "B", "b": "B"}, scheme=scheme)
    table: FloatArray = np.asarray(np.corrcoef(survey.values, rowvar=False))
    first, second = np.linalg.cholesky(table[:3, :3]), np.linalg.cholesky(table[3:, 3:])
    between: FloatArray = np.linalg.solve(first, table[:3, 3:]) @ np.linalg.inv(second).T
    largest = np.linalg.svd(between)[1][0]
    assert abs(fit.value("b ~ t")) == pytest.approx(largest, rel=1e-10)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_blocks_by_correlation_are_tuckers_first_pair(scheme: Any) -> None:
    """Mode A of two constructs finds the first singular vectors of the correlations between their items."""
    survey = drawn(2).of(["t1", "t2", "t3", "c1", "c2", "c3"])
    fit = fitted(survey, "t =~ t1 + t2 + t3; c =~ c1 + c2 + c3; c ~ t", scheme=scheme, consistent=False)
    left, _, right = np.linalg.svd(np.asarray(np.corrcoef(survey.values, rowvar=False), dtype=np.float64)[:3, 3:])
    for own, vector in ((fit.weights[:3], left[:, 0]), (fit.weights[3:], right[0])):
        assert own / np.linalg.norm(own) == pytest.approx(vector * np.sign(vector.sum()), abs=1e-10)


def test_equal_weights_are_a_regression_of_sums() -> None:
    """With the same weight for all items the theory is least squares on sums of standardized answers."""
    survey = drawn(3)
    fit = fitted(survey, modes=dict.fromkeys("tbcy", "unit"))
    own = survey.of(fit.layout.items)
    apart = (own.values - own.values.mean(axis=0)) / own.values.std(axis=0)
    sums = np.array([apart[:, fit.layout.rows(place)].sum(axis=1) for place in range(4)]).T
    sums = sums / sums.std(axis=0)
    expected = np.linalg.lstsq(sums[:, :2], sums[:, 2], rcond=None)[0]
    assert [fit.value("c ~ t"), fit.value("c ~ b")] == pytest.approx(expected, abs=1e-12)


def test_constructs_of_one_item_are_a_regression_of_items() -> None:
    """Observed variables in paths give least squares on standardized answers, whatever the scheme."""
    survey = drawn(4)
    places = [survey.names.index(name) for name in ("t1", "b1", "c1")]
    apart = survey.values[:, places]
    apart = (apart - apart.mean(axis=0)) / apart.std(axis=0)
    expected = np.linalg.lstsq(apart[:, :2], apart[:, 2], rcond=None)[0]
    for scheme in SCHEMES:
        fit = fitted(survey, "c1 ~ t1 + b1", scheme=scheme)
        assert [fit.value("c1 ~ t1"), fit.value("c1 ~ b1")] == pytest.approx(expected, abs=1e-12)


def test_units_and_the_order_of_items_change_nothing() -> None:
    """Answers in millionths, and items in another order, give the same weights and paths."""
    survey = drawn(5)
    fit = fitted(survey)
    scale = {name: 10.0 ** (place - 6) for place, name in enumerate(survey.names)}
    scaled = {name: survey.values[:, place] * scale[name] + 3.0 for place, name in enumerate(survey.names)}
    theory = THEORY.replace("t1 + t2 + t3", "t3 + t1 + t2")
    other = fitted(Survey.from_frame(scaled, list(reversed(survey.names))), theory)
    assert {name: other.value(name) for name in PATHS} == pytest.approx({n: fit.value(n) for n in PATHS}, abs=1e-9)
    mine, theirs = (dict(zip(one.layout.items, one.weights.tolist(), strict=True)) for one in (fit, other))
    assert theirs == pytest.approx(mine, abs=1e-9)


def test_turning_a_construct_turns_its_paths() -> None:
    """If all items of a construct ask the other way round, its paths change their sign and nothing else does."""
    survey = drawn(6)
    fit = fitted(survey)
    turned = {
        name: survey.values[:, place] * (-1.0 if name.startswith("c") else 1.0)
        for place, name in enumerate(survey.names)
    }
    other = fitted(Survey.from_frame(turned, survey.names))
    expected = {name: fit.value(name) * (-1.0 if "c" in name else 1.0) for name in PATHS}
    assert {name: other.value(name) for name in PATHS} == pytest.approx(expected, abs=1e-9)
    assert other.loadings == pytest.approx(fit.loadings, abs=1e-9)


def test_a_marker_decides_which_way_a_construct_points() -> None:
    """A marker that asks the other way round turns its construct against the sum of loadings, and its paths with it."""
    survey = drawn(7)
    values = survey.values.copy()
    values[:, survey.names.index("c3")] *= -1.0
    mixed = Survey.from_frame({name: values[:, place] for place, name in enumerate(survey.names)}, survey.names)
    by_sum, by_marker = fitted(mixed), fitted(mixed, markers={"c": "c3"})
    assert by_marker.value("c ~ t") == pytest.approx(-by_sum.value("c ~ t"), abs=1e-12)
    assert by_marker.value("y ~ t") == pytest.approx(by_sum.value("y ~ t"), abs=1e-12)


def test_effects_add_up() -> None:
    """The total effect is the direct one and the products along all other ways."""
    fit = fitted(drawn(8))
    total = fit.total_effects()[fit.place("y"), fit.place("t")]
    assert total == pytest.approx(fit.value("y ~ t") + fit.value("c ~ t") * fit.value("y ~ c"), abs=1e-14)


def test_the_stack_of_the_bootstrap_is_fits_one_by_one() -> None:
    """Each sample of the bootstrap gives what a fit of just that sample gives."""
    survey, rng = drawn(9), np.random.default_rng(4)
    fit = fitted(survey)
    found = rm.sem.bootstrap_pls(fit, survey, 20, rng=4)
    rows = rng.integers(0, 150, (20, 150))
    for place, chosen in enumerate(rows):
        own = fitted(survey.rows(chosen))
        expected = [own.value(name) for _, name in found.names[:4]]
        assert found.draws[place, :4] == pytest.approx(expected, abs=1e-7)
    assert rm.sem.bootstrap_pls(fit, survey, 20, rng=4).draws == pytest.approx(found.draws, abs=0.0)


@pytest.mark.slow
def test_the_deviation_over_samples_is_the_spread_of_repeated_surveys() -> None:
    """Standard deviations of the bootstrap are near those of paths over 400 surveys drawn anew."""
    fits = [fitted(drawn(seed, 300)) for seed in range(100, 500)]
    spread = np.std([[fit.value(name) for name in PATHS] for fit in fits], axis=0)
    survey = drawn(100, 300)
    table = rm.sem.bootstrap_pls(fitted(survey), survey, 1000, rng=1).table()
    names = list(table.column("path"))
    found = [float(np.asarray(table.column("deviation"))[names.index(name)]) for name in PATHS]
    assert np.array(found) == pytest.approx(spread, rel=0.25)
