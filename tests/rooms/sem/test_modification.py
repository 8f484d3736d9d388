"""Modification indices beyond plain models: values shared or held, paths, gaps, weights; against lavaan 0.6-14.

Its figures are those of `lavTestScore` for what is held equal, and of `modindices` for all others.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem import modification_indices
from tests.oracles.test_lavaan_sem import DATA

NAMES = [*(f"x{number}" for number in range(1, 10)), "ageyr"]
FRAME = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA")
SURVEY = rm.Survey.from_frame(FRAME, NAMES)
SCHOOLS = rm.Survey.from_frame(FRAME, NAMES, group="school")
THREE = rm.PathModel.parse("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9")


def with_gaps() -> rm.Survey:
    values = FRAME.select(NAMES[:9]).to_numpy().astype(float)
    person, question = np.indices(values.shape) + 1
    values[(7 * person + 3 * question) % 11 == 0] = np.nan
    return rm.Survey.from_frame(dict(zip(NAMES[:9], values.T, strict=True)), NAMES[:9])


def by_name(found: rm.sem.ModificationIndices) -> dict[str, tuple[float, float]]:
    return {
        name: (float(index), float(change))
        for name, index, change in zip(found.names, found.index, found.change, strict=True)
    }


def check(found: dict[str, tuple[float, float]], stored: Mapping[str, tuple[float, ...]], rel: float = 2e-5) -> None:
    for name, figures in stored.items():
        assert found[name][: len(figures)] == pytest.approx(figures, rel=rel)


def test_what_is_held_equal_in_groups_is_let_go_one_by_one():
    """Each equal loading has its index, which is the score test of its equality."""
    found = by_name(modification_indices(rm.fit(THREE, SCHOOLS, equal=["loadings"])))
    check(
        found,
        {
            "textual =~ x5 (Pasteur)": (4.64900697,),
            "textual =~ x6 (Pasteur)": (2.71221747,),
            "visual =~ x2 (Pasteur)": (0.667818819,),
            "visual =~ x3 (Pasteur)": (0.515807202,),
            "visual =~ x9 (Grant-White)": (21.190126743, 0.570177312),
            "x7 ~~ x8 (Grant-White)": (16.413237975, 0.403839446),
            "x4 ~~ x6 (Pasteur)": (13.926482509, -0.281822231),
        },
    )


def test_intercepts_that_are_held_equal():
    """Where means are modeled the third and the seventh question stand out, as is known of these data."""
    found = by_name(modification_indices(rm.fit(THREE, SCHOOLS, equal=["loadings", "intercepts"])))
    intercepts = {"x1": 5.84725829, "x2": 6.86326556, "x3": 19.1925003, "x7": 15.0214459, "x8": 4.70954191}
    check(found, {f"{name} ~ 1 (Pasteur)": (index,) for name, index in intercepts.items()}, rel=1e-4)
    # Equal loadings let go depend on which group has latent means of 0: in lavaan the school that comes first.


def test_models_with_equalities():
    """Under constraints only the directions left free count as known."""
    text = "visual =~ x1 + a*x2 + b*x3; textual =~ x4 + c*x5 + x6; speed =~ x7 + x8 + x9; a == b; c == 2*a"
    stored = {
        "visual =~ x9": (35.475420662, 0.515423935),
        "x7 ~~ x8": (33.171269044, 0.546145824),
        "visual =~ x7": (18.338130488, -0.381931064),
        "x2 ~~ x3": (8.105330761, 0.187110441),
    }
    check(by_name(modification_indices(rm.fit(rm.PathModel.parse(text), SURVEY))), stored)


def test_values_that_are_held():
    """Loadings and covariances held at a value count with that value."""
    fit = rm.fit(
        rm.PathModel.parse("visual =~ x1 + 0.5*x2 + x3; textual =~ x4 + x5 + x6; visual ~~ 0.3*textual"), SURVEY
    )
    found = by_name(modification_indices(fit))
    check(
        found,
        {
            "x2 ~~ x3": (7.858798700, 0.192975073),
            "textual =~ x1": (7.205094585, 0.183838007),
            "visual =~ x5": (5.731759759, -0.172684824),
        },
    )
    freed = rm.fit(rm.PathModel.parse("visual =~ x1 + 0.5*x2 + x3; textual =~ x4 + x5 + x6; visual ~~ textual"), SURVEY)
    gained = rm.sem.compare(freed, fit).chi_square
    assert found["visual ~~ textual"][0] == pytest.approx(gained, abs=0.15 * gained + 0.1)
    moved = freed.value("visual ~~ textual") - 0.3
    assert found["visual ~~ textual"][1] == pytest.approx(moved, abs=0.3 * abs(moved) + 0.01)


def test_paths_among_all_variables_of_paths():
    """An observed cause may reach what it does not, and causes may be effects."""
    text = "visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9; visual ~ ageyr; speed ~ visual"
    found = by_name(modification_indices(rm.fit(rm.PathModel.parse(text), SURVEY)))
    check(
        found,
        {"visual ~ speed": (14.7483223, -13.3814812), "speed ~ ageyr": (14.746264963, 0.150184277)},
        rel=2e-4,  # where its search ends moves lavaan's first by as much
    )
    chain = by_name(modification_indices(rm.fit(rm.PathModel.parse("x1 ~ x2 + x3; x4 ~ x1; x5 ~ x4"), SURVEY)))
    check(
        chain,
        {
            "x5 ~ x3": (1.0232395265, -0.0458643322),
            "x4 ~ x2": (0.6798960384, 0.0456685514),
            "x4 ~ x5": (0.308011973, -0.105649652),
            "x4 ~ x3": (0.01360456287, -0.00715332917),
        },
        rel=1e-5,
    )
    assert not any(name.startswith(("x2 ~ ", "x3 ~ ")) for name in chain)


def test_answers_with_gaps():
    """Given the answers, those with gaps have their indices; without them the error says what to pass."""
    survey = with_gaps()
    fit = rm.fit(THREE, survey, missing="ml")
    stored = {
        "visual =~ x9": (29.161076378, 0.547206502),
        "x7 ~~ x8": (27.495169981, 0.539885695),
        "visual =~ x7": (13.874733568, -0.368490821),
        "x8 ~~ x9": (11.810752054, -0.447237757),
    }
    check(by_name(modification_indices(fit, survey)), stored, rel=5e-5)
    with pytest.raises(rm.InvalidParameters, match="need the answers: pass the survey"):
        modification_indices(fit)
    values = np.random.default_rng(1).permuted(survey.values, axis=0)
    others = rm.Survey.from_frame(dict(zip(survey.names, values.T, strict=True)), survey.names)
    with pytest.raises(rm.InvalidData, match="these are others or answered otherwise"):
        modification_indices(fit, others)


@pytest.mark.parametrize(
    ("estimator", "stored", "groups"),
    [
        ("WLS", {"x7 ~~ x8": (32.857184039, 0.520752592), "visual =~ x9": (32.74761278, 0.99005756)}, 1),
        ("GLS", {"x7 ~~ x8 (Grant-White)": (17.457313669, 0.544000824)}, 2),
    ],
)
def test_least_squares(estimator, stored, groups):
    """Lavaan's scores of least squares are short by ``(n - 1) / n``, so that its changes are no steps to a minimum."""
    survey = SURVEY if groups == 1 else SCHOOLS
    cases = 301 if groups == 1 else 145
    found = modification_indices(rm.fit(THREE, survey, estimator=estimator), survey)
    factor = cases / (cases - 1.0)
    check(by_name(found), {name: tuple(one * factor for one in own) for name, own in stored.items()}, rel=1e-4)


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
def test_answers_and_their_moments_say_the_same(estimator):
    """With the survey the indices are those of the observed moments, in groups of unequal size."""
    fit = rm.fit(THREE, SCHOOLS, estimator=estimator)
    with_answers, without = modification_indices(fit, SCHOOLS), modification_indices(fit)
    assert with_answers.index == pytest.approx(without.index, rel=1e-6)
    assert by_name(with_answers).keys() == by_name(without).keys()
