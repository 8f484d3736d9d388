"""Ordinal answers of several groups, and of respondents who left some questions out."""

import copy
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import ndtri
from scipy.stats import multivariate_normal

import relmodels as rm
from relmodels.sem import polychorics

MODEL = rm.PathModel.parse("f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ f")
NAMES = MODEL.observed
CUTS = {"east": [-1.0, 0.0, 1.0], "west": [-0.4, 0.5, 1.2]}
ORDINAL: Any = {"estimator": "WLSMV"}


def frame(count: int = 500, seed: int = 3, *, missing: float = 0.0) -> pl.DataFrame:
    """Return answers of two groups on four steps, some of them missing at random."""
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=count)
    loyalty = 0.6 * trust + 0.8 * rng.normal(size=count)
    known = {"a": trust, "b": loyalty}
    east = np.arange(count) % 2 == 0
    found: dict[str, Any] = {"group": np.where(east, "east", "west")}
    for name in NAMES:
        values = 0.75 * known[name[0]] + 0.66 * rng.normal(size=count)
        steps = np.where(east, np.digitize(values, CUTS["east"]), np.digitize(values, CUTS["west"])).astype(float)
        found[name] = np.where(rng.uniform(size=count) < missing, np.nan, steps)
    return pl.DataFrame(found)


def survey(table: pl.DataFrame, *, groups: bool = True) -> rm.Survey:
    return rm.Survey.from_frame(table, NAMES, group="group" if groups else None)


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_two_groups_at_once_are_two_fits(missing):
    """Test statistics and degrees of freedom add up; estimates agree to 1e-8, errors to 1e-7, thresholds exactly."""
    table = frame(missing=0.1)
    whole = rm.fit(MODEL, survey(table), missing=missing, **ORDINAL)
    parts = [rm.fit(MODEL, survey(table.filter(group=name), groups=False), missing=missing, **ORDINAL) for name in CUTS]
    assert whole.sizes == tuple(part.n for part in parts)
    assert whole.chi_square == pytest.approx(sum(part.chi_square for part in parts), rel=1e-9)
    assert whole.baseline.chi_square == pytest.approx(sum(part.baseline.chi_square for part in parts), rel=1e-9)
    assert whole.df == sum(part.df for part in parts)
    assert whole.thresholds is not None
    for place, part in enumerate(parts):
        for one in part.parameters:
            assert whole.value(one.name, place) == pytest.approx(part.value(one.name), abs=1e-8)
            assert whole.standard_error(one.name, place) == pytest.approx(part.standard_error(one.name), rel=1e-7)
        assert part.thresholds is not None
        for name in NAMES:
            np.testing.assert_array_equal(whole.thresholds[place][name], part.thresholds[0][name])
        assert whole.r_squared(place) == pytest.approx(part.r_squared(), abs=1e-8)
    squares = [sum(float(np.trace(part.residuals() @ part.residuals())) for part in parts)]
    assert squares[0] == pytest.approx(sum(float(np.sum(whole.residuals(place) ** 2)) for place in (0, 1)))


def test_equal_loadings_fit_no_better_and_their_unit_does_not_matter():
    """Equal loadings cost discrepancy; variances of the first group at 1 and free in the second are the same model."""
    data = survey(frame())
    free = rm.fit(MODEL, data, **ORDINAL)
    alike = rm.fit(MODEL, data, equal=["loadings"], **ORDINAL)
    assert alike.df == free.df + 4
    assert alike.chi_square >= free.chi_square
    assert alike.value("f =~ a2", 0) == alike.value("f =~ a2", 1)
    one_free = rm.fit(MODEL, data, equal=["loadings"], free=["f =~ a2"], **ORDINAL)
    assert one_free.df == alike.df - 1
    assert free.chi_square - 1e-9 <= one_free.chi_square <= alike.chi_square
    unit = rm.PathModel.parse("f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ f", unit="variance")
    other = rm.fit(unit, data, equal=["loadings"], **ORDINAL)
    assert (other.df, other.chi_square) == pytest.approx((alike.df, alike.chi_square), rel=1e-8)
    assert other.indices(corrected=True).chi_square == pytest.approx(alike.indices(corrected=True).chi_square, rel=1e-7)
    first, second = alike.standardized().rows(), other.standardized().rows()
    known = {(name, group): (value, error) for name, group, value, error in first}
    for name, group, value, error in second:
        assert value == pytest.approx(known[name, group][0], rel=1e-6)
        assert error == pytest.approx(known[name, group][1], rel=1e-5, abs=1e-9)


def test_a_group_may_lack_a_step():
    """Thresholds are those of each group, so that nobody of a group need have chosen every step."""
    table = frame().with_columns(a1=pl.when(pl.col("group") == "west").then(pl.col("a1").clip(0, 2)).otherwise("a1"))
    fit = rm.fit(MODEL, survey(table), **ORDINAL)
    assert fit.thresholds is not None
    assert [part["a1"].size for part in fit.thresholds] == [3, 2]


def test_thresholds_are_copied_read_only():
    """A fit that was copied has the same thresholds in each group, and none can be written to."""
    fit = rm.fit(MODEL, survey(frame()), **ORDINAL)
    for again in (copy.copy(fit), copy.deepcopy(fit)):
        for found, given in zip(again.thresholds or (), fit.thresholds or (), strict=True):
            assert list(found) == list(NAMES)
            for name in NAMES:
                np.testing.assert_array_equal(found[name], given[name])
                assert not found[name].flags.writeable


def brute_force(first: np.ndarray, second: np.ndarray) -> float:
    """Return the most likely correlation of those who answered both, thresholds from all who answered either."""
    cuts = []
    for steps in (first, second):
        known = steps[~np.isnan(steps)]
        shares = [np.mean(known <= level) for level in np.unique(known)[:-1]]
        cuts.append(np.concatenate([[-8.0], ndtri(shares), [8.0]]))
    both = ~np.isnan(first) & ~np.isnan(second)
    table = np.zeros((4, 4))
    np.add.at(table, (first[both].astype(int), second[both].astype(int)), 1.0)
    ends = np.stack(np.meshgrid(*cuts, indexing="ij"), axis=-1)

    def unlikely(at: float) -> float:
        corners = multivariate_normal([0.0, 0.0], [[1.0, at], [at, 1.0]]).cdf(ends)
        return float(-np.sum(table * np.log(np.diff(np.diff(corners, axis=0), axis=1))))

    return float(minimize_scalar(unlikely, bounds=(-0.95, 0.95), method="bounded", options={"xatol": 1e-9}).x)


def test_a_pair_is_that_of_the_respondents_who_answered_both():
    """Correlations are the most likely ones of the pair's rows, to 1e-5; how many these are is told."""
    values = frame(300, missing=0.2).filter(group="east").select(NAMES).to_numpy()
    found = polychorics(NAMES, values)
    for first, second in ((0, 1), (1, 4), (2, 5)):
        expected = brute_force(values[:, first], values[:, second])
        assert found.correlation[first, second] == pytest.approx(expected, abs=1e-5)
        assert found.answered[first, second] == np.sum(~np.isnan(values[:, first]) & ~np.isnan(values[:, second]))
    assert found.n == 150


def test_the_spread_is_that_of_repeated_samples():
    """Over 600 samples with a quarter missing, covariances of pairwise correlations are the stated ones to .15."""
    drawn, stated = [], []
    for seed in range(600):
        values = frame(800, seed, missing=0.25).filter(group="east").select(NAMES[:3]).to_numpy()
        found = polychorics(NAMES[:3], values[~np.isnan(values).all(axis=1)])
        drawn.append(found.correlation[np.triu_indices(3, 1)] * np.sqrt(found.n))
        stated.append(found.spread)
    spread, expected = np.cov(np.array(drawn).T), np.mean(stated, axis=0)
    np.testing.assert_allclose(spread, expected, atol=0.15 * float(expected.max()))


def test_gaps_are_told_of_each_group_by_its_own_size():
    """Two groups without gaps have no remark on pairs; gaps in one of them are told with its name alone."""
    whole, gaps = frame(), frame(missing=0.1)
    fit = rm.fit(MODEL, survey(whole), missing="pairwise", **ORDINAL)
    assert not [one for one in fit.remarks if one.kind == "pairwise"]
    mixed = pl.concat([whole.filter(group="east"), gaps.filter(group="west")])
    fit = rm.fit(MODEL, survey(mixed), missing="pairwise", **ORDINAL)
    said = [one.text for one in fit.remarks if one.kind == "pairwise"]
    assert len(said) == 1
    assert said[0].startswith("pairs of questions in group 'west' were answered by")


def test_nothing_missing_is_the_same_by_pairs():
    """If everything was answered, pairs are complete rows: the same estimates, errors and test."""
    data = survey(frame(), groups=False)
    first, second = (rm.fit(MODEL, data, missing=missing, **ORDINAL) for missing in ("listwise", "pairwise"))
    np.testing.assert_array_equal(first.theta, second.theta)
    np.testing.assert_array_equal(first.errors, second.errors)
    assert first.scaling == second.scaling
    assert (first.missing, second.missing) == ("listwise", "pairwise")


def test_what_was_done_is_told():
    """A fit by pairs says so in its conventions, how many answered a pair, and how many nothing at all."""
    table = frame(missing=0.1)
    later = pl.when(pl.int_range(pl.len()) >= 7)
    table = table.with_columns(later.then(pl.col(name)).alias(name) for name in NAMES)
    fit = rm.fit(MODEL, survey(table), missing="pairwise", **ORDINAL)
    remarks = {one.kind: one.text for one in fit.remarks}
    assert fit.n == 493
    assert remarks["left_out"] == "7 of 500 respondents answered no question and are left out"
    assert "pairs of questions in group 'west' were answered by" in remarks["pairwise"]
    assert "count for each pair of questions that they answered" in str(fit)
    assert "thresholds of each group" in str(fit)


def test_a_question_more_than_explained_is_remarked():
    """What is left of a variance of 1 may come out below 0; the fit says of which question."""
    table = np.array([[1.0, 0.85, 0.85], [0.85, 1.0, 0.6], [0.85, 0.6, 1.0]])
    values = np.random.default_rng(4).multivariate_normal(np.zeros(3), table, 600)
    data = rm.Survey.from_frame(dict(zip("abc", np.digitize(values, [-1, 0, 1]).T, strict=True)), list("abc"))
    fit = rm.fit(rm.PathModel.parse("f =~ a + b + c"), data, **ORDINAL)
    assert [one.text.split(" is ")[0] for one in fit.remarks if one.kind == "negative_variance"] == ["a ~~ a"]


def test_inequalities_hold_for_ordinal_answers():
    """A limit that the estimate breaks holds it there, for one more degree of freedom."""
    data = survey(frame(), groups=False)
    text = "f =~ a1 + a2 + a3; g =~ b1 + b2 + b3; g ~ p*f"
    free = rm.fit(rm.PathModel.parse(text), data, **ORDINAL)
    held = rm.fit(rm.PathModel.parse(f"{text}; p < {free.value('p') - 0.1}"), data, **ORDINAL)
    assert held.value("p") == pytest.approx(free.value("p") - 0.1)
    assert held.df == free.df + 1


def test_what_is_refused():
    """Equal thresholds, means and residuals, stated variances, options of others, and data that cannot be used."""
    data = survey(frame())
    for kind in ("intercepts", "residuals", "means"):
        with pytest.raises(rm.InvalidParameters, match=f"{kind} cannot be equal.*offered are covariances, loadings"):
            rm.fit(MODEL, data, equal=[kind], **ORDINAL)
    with pytest.raises(rm.InvalidParameters, match="is no kind"):
        rm.fit(MODEL, data, equal=["thresholds"], **ORDINAL)  # type: ignore[list-item]
    faulty = rm.PathModel.parse("f =~ a1 + a2 + a3; b1 ~ b2 + f; a1 ~~ a1; a2 ~ 1")
    with pytest.raises(rm.InvalidParameters, match="4 problems"):
        rm.fit(faulty, data, equal=["residuals"], **ORDINAL)
    for fixed in (True, False):
        through = rm.PathModel.parse("f =~ a1 + a2 + a3; b1 ~ f; b2 ~ b1", fixed_causes=fixed)
        with pytest.raises(rm.InvalidParameters, match="observed causes are not offered; here b1"):
            rm.fit(through, data, **ORDINAL)
    for options in ({"missing": "ml"}, {"means": True}, {"divisor": "n"}, {"information": "expected"}):
        with pytest.raises(rm.InvalidParameters):
            rm.fit(MODEL, data, **ORDINAL, **options)
    apart = frame().with_columns(a1=pl.when(pl.col("group") == "east").then(2.0).otherwise("a1"), b1=pl.col("b1") + 0.5)
    with pytest.raises(rm.InvalidData, match=r"3 problems(.*\n)*.*a1 has 1 different answers in group 'east'"):
        rm.fit(MODEL, survey(apart), **ORDINAL)
    never = frame().with_columns(
        a1=pl.when(pl.int_range(pl.len()) < 250).then("a1"), a2=pl.when(pl.int_range(pl.len()) >= 250).then("a2")
    )
    with pytest.raises(rm.InvalidData, match="nobody answered both a1 and a2"):
        rm.fit(MODEL, survey(never, groups=False), missing="pairwise", **ORDINAL)
    with pytest.raises(rm.InvalidData, match="there are no answers"):
        rm.fit(MODEL, survey(never, groups=False), **ORDINAL)
