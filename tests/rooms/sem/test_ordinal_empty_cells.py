"""Ordinal answers of which some pairs were given by nobody: what is filled, what is refused, and what is said."""

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import polychorics
from relmodels.sem.polychoric import _cells
from tests.oracles.test_lavaan_sem import DATA

NAMES = [f"x{number}" for number in range(1, 10)]
PUPILS = pl.read_csv(DATA / "holzinger_ordinal4.csv").select(NAMES).to_numpy()
THREE = rm.PathModel.parse("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9")
ONE = rm.PathModel.parse("f =~ x1 + x2 + x3 + x4")


def fitted(model: rm.PathModel, codes: np.ndarray) -> rm.sem.PathFit:
    columns = {name: codes[:, place] for place, name in enumerate(model.observed)}
    return rm.fit(model, rm.Survey.from_frame(columns, model.observed), estimator="WLSMV")


def halves() -> np.ndarray:
    """Return answers on two steps, of whom everybody who agrees to the second question agrees to the first."""
    codes = (PUPILS > 2).astype(int)
    codes[:, 1] *= codes[:, 0]
    return codes


def binary() -> np.ndarray:
    """Return 200 simulated answers on two steps with the same gap."""
    rng = np.random.default_rng(0)
    cause = rng.normal(size=200)
    codes = np.stack([(0.8 * cause + 0.6 * rng.normal(size=200) > 0.5).astype(int) for _ in range(4)], axis=1)
    codes[:, 1] *= codes[:, 0]
    return codes


@pytest.mark.filterwarnings("error")
def test_half_an_answer_is_added_to_an_empty_cell():
    """Simulated answers agree with lavaan 0.6-14 (`cfa(..., ordered=names(b))`) in correlation, test and estimates."""
    fit = fitted(ONE, binary())
    assert fit.observed[0, 1, 0] == pytest.approx(0.972059179, abs=1e-7)
    assert fit.chi_square == pytest.approx(1.02456446, abs=1e-5)
    assert fit.indices(corrected=True).chi_square == pytest.approx(1.71378975, abs=1e-5)
    assert fit.value("f ~~ f") == pytest.approx(0.9177249, abs=1e-6)
    assert fit.standard_error("f ~~ f") == pytest.approx(0.0535919, abs=1e-6)
    assert [fit.value(f"f =~ x{place}") for place in (2, 3, 4)] == pytest.approx(
        [1.0547105, 0.8141609, 0.7609026], abs=1e-6
    )
    said = {one.kind: one.text for one in fit.remarks}
    assert "to x1 and x2 one is given by nobody" in said["empty_cells"]
    assert "x2 ~~ x2 is -0.02089" in said["negative_variance"]


@pytest.mark.filterwarnings("error")
def test_the_filled_table_is_solved_where_it_is_most_likely():
    """Values of lavaan 0.6-14, whose search of correlations was started at .5; at its own start it stays at .999."""
    fit = fitted(THREE, halves())
    assert fit.observed[0, 1, 0] == pytest.approx(0.9563271805, abs=1e-8)
    assert fit.chi_square == pytest.approx(32.28353082, abs=1e-5)
    assert fit.indices(corrected=True).chi_square == pytest.approx(44.57686025, abs=1e-5)
    assert fit.value("visual =~ x2") == pytest.approx(0.9958603, abs=2e-6)
    assert fit.standard_error("visual ~~ visual") == pytest.approx(0.1025429, abs=1e-6)


def test_pairs_that_were_filled_are_named():
    """Only the table of two by two steps with one gap is filled; a turned question gives the same but for the sign."""
    found, codes = polychorics(NAMES[:4], binary()), binary()
    assert found.filled == (("x1", "x2"),)
    codes[:, 1] = 1 - codes[:, 1]
    turned = polychorics(NAMES[:4], codes)
    assert turned.filled == found.filled
    np.testing.assert_allclose(turned.correlation[1], found.correlation[1] * [-1, 1, -1, -1], atol=1e-9)
    assert not polychorics(NAMES[:4], PUPILS[:, :4].astype(int)).filled


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (lambda first: first, "x1 and x2 were answered alike by everybody; leave one"),
        (lambda first: 9 - 2 * first, "x1 and x2 were answered the other way round by everybody"),
        (lambda first: (first > 2).astype(int), "to x1 and x2 lie as they would with a correlation of 1,"),
        (lambda first: (first < 2).astype(int), "to x1 and x2 lie as they would with a correlation of -1,"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_questions_whose_answers_follow_from_each_other_are_refused(column, says):
    """A column that stands twice, turned or not, and one that is another with steps joined, have no correlation."""
    codes = PUPILS.astype(int)
    codes[:, 1] = column(codes[:, 0])
    with pytest.raises(rm.InvalidData, match=says):
        fitted(THREE, codes)
    with pytest.raises(rm.InvalidData, match=says):
        polychorics(NAMES, codes)


def test_groups_are_named_with_what_is_wrong():
    """A pair that is alike in one group, and a group of too few, are named with the group."""
    codes = PUPILS[:, :4].astype(int)
    group = np.where(np.arange(len(codes)) % 2 == 0, "east", "west")
    codes[group == "west", 1] = codes[group == "west", 0]
    columns = {name: codes[:, place] for place, name in enumerate(ONE.observed)}
    survey = rm.Survey.from_frame({**columns, "g": group}, ONE.observed, group="g")
    with pytest.raises(rm.InvalidData, match="x1 and x2 were answered alike by everybody in group 'west'"):
        rm.fit(ONE, survey, estimator="WLSMV")
    group[:] = "east"
    group[:4] = "west"
    few = rm.Survey.from_frame({**columns, "g": group}, ONE.observed, group="g")
    with pytest.raises(rm.InvalidData, match="4 respondents in group 'west' are too few"):
        rm.fit(ONE, few, estimator="WLSMV")


def test_three_respondents_are_too_few():
    """It takes more respondents than questions, whatever they answered."""
    with pytest.raises(rm.InvalidData, match="3 respondents are too few for the correlations of 4 questions"):
        fitted(ONE, np.array([[0, 1, 0, 1], [1, 1, 0, 0], [1, 0, 1, 1]]))


@pytest.mark.filterwarnings("error")
def test_tables_whose_steps_do_not_settle_are_searched_through():
    """Scoring steps circle on five answers; what is found is likelier than any other correlation."""
    codes = np.array([[2, 1], [1, 1], [1, 0], [1, 1], [0, 0]])
    found = polychorics(["a", "b"], codes)
    rows, column = ([-60.0, *found.thresholds[name], 60.0] for name in ("a", "b"))
    table = np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]])

    def likely(at: float) -> float:
        return float(np.sum(table * np.log(_cells(at, np.array(rows), np.array(column))[0])))

    best = likely(float(found.correlation[0, 1]))
    assert all(likely(at) < best + 1e-9 for at in np.linspace(-0.999, 0.999, 200))


def test_answers_that_say_nothing_of_a_correlation_are_refused():
    """All who answered both questions chose one step of the first and spread evenly over the second."""
    codes = np.array([[0, 0], [0, 1], [0, 2], [0, np.nan], [1, np.nan], [np.nan, 1], [1, np.nan]])
    with pytest.raises(rm.InvalidData, match="a and b"):
        polychorics(["a", "b"], codes)


def test_correlations_that_no_variables_have_are_told():
    """Each is estimated alone, so that together they may be impossible; a remark says so, and the fit stands."""
    codes = binary()
    fit = fitted(ONE, codes)
    assert "impossible_correlations" not in {one.kind for one in fit.remarks}
    rng = np.random.default_rng(26)
    cause = rng.normal(size=30)
    few = np.stack([(0.95 * cause + 0.3 * rng.normal(size=30) > cut).astype(int) for cut in (0, 0, 0.2, -0.3)], axis=1)
    fit = fitted(ONE, few)
    assert np.linalg.eigvalsh(fit.observed[0])[0] < 0.0
    assert "none that variables can have together" in next(
        one.text for one in fit.remarks if one.kind == "impossible_correlations"
    )
