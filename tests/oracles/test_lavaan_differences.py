"""Differences of corrected test statistics, against `lavTestLRT` of lavaan 0.6-14.

Calls were `lavTestLRT(wide, narrow)` for shifted statistics, which is Satorra's difference of 2000 with the slopes of
both models (`A.method = "delta"`), divided and shifted, and `method = "satorra.bentler.2010"` for MLR and MLM. lavaan's
slopes are in the units of the data, so that its figures for the same fits change with them; ours are in standard
deviations, and these of MLMV and DWLS are of variables divided by theirs (within groups) before they came to lavaan.
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.sem.difference import scale_at_narrow
from tests.oracles.test_lavaan_sem import DATA

REL = 5e-6  # lavaan's search stops at about a millionth of a standard error
BY_SHARES = 1e-5  # groups count by n - 1 here and by n there
X = [f"x{number}" for number in range(1, 10)]
PUPILS = pl.read_csv(DATA / "holzinger_swineford_1939.csv", null_values="NA")
QUARTERS = pl.read_csv(DATA / "holzinger_ordinal4.csv").with_columns(PUPILS["school"])
GAPS = pl.read_csv(DATA / "holzinger_mcar10.csv", null_values="NA")
DEMOCRACY = pl.read_csv(DATA / "political_democracy.csv", null_values="NA")

THREE = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"
LABELS = "visual =~ x1 + a*x2 + a*x3; textual =~ x4 + b*x5 + b*x6; speed =~ x7 + x8 + x9"
HELD = f"{THREE}; visual ~~ 0*speed; textual ~~ 0*speed"
PATHS = f"{THREE}; speed ~ visual + textual"
ONE_PATH = f"{THREE}; speed ~ visual + 0*textual"


def survey(table: pl.DataFrame, *, groups: bool = False, columns: list[str] = X) -> rm.Survey:
    return rm.Survey.from_frame(table, columns, group="school" if groups else None)


def fitted(text: str, data: rm.Survey, **options: Any) -> rm.sem.PathFit:
    return rm.fit(rm.PathModel.parse(text), data, **options)


@pytest.mark.parametrize(
    ("wide", "narrow", "chi_square", "df", "p_value"),
    [
        (f"{THREE}; x7 ~~ x8", THREE, 25.80940509, 1, 3.8e-7),
        (THREE, f"{THREE}; visual ~~ 0*speed", 30.83850101, 1, 3e-8),
        (THREE, LABELS, 1.09926832, 2, 0.57716092),
        (PATHS, ONE_PATH, 0.10246537, 1, 0.74889091),
    ],
    ids=["residuals", "covariance", "loadings", "path"],
)
def test_nested_models_of_ordinal_answers(wide, narrow, chi_square, df, p_value):
    """Residuals that vary together, a covariance and a path held at 0, and equal loadings, of one group by WLSMV."""
    data = survey(QUARTERS)
    found = rm.sem.compare(*(fitted(text, data, estimator="WLSMV") for text in (wide, narrow)), survey=data)
    assert found.df == df
    assert found.chi_square == pytest.approx(chi_square, rel=REL)
    assert found.p_value == pytest.approx(p_value, abs=1e-6)


def test_equal_loadings_of_two_groups_of_ordinal_answers():
    """The first step of the ladder of invariance by WLSMV, with lavaan's scale, which multiplies, and shift."""
    data = survey(QUARTERS, groups=True)
    wide, narrow = (fitted(THREE, data, estimator="WLSMV", equal=equal) for equal in ((), ("loadings",)))
    found = rm.sem.compare(wide, narrow, survey=data)
    assert found.df == 6
    assert found.chi_square == pytest.approx(5.03161233, rel=REL)
    assert found.scaling == pytest.approx(1 / 0.78870968, rel=BY_SHARES)
    assert found.shift == pytest.approx(0.43969986, rel=1e-4)


@pytest.mark.parametrize(
    ("estimator", "narrow", "chi_square"),
    [("MLMV", LABELS, 3.19411046), ("MLMV", HELD, 28.41991421), ("DWLS", HELD, 30.66269849)],
)
def test_nested_models_of_numbers(estimator, narrow, chi_square):
    """Equal loadings and covariances held at 0, of variables in their standard deviations."""
    data = survey(PUPILS.select((pl.col(X) - pl.col(X).mean()) / pl.col(X).std()))
    wide, held = (fitted(text, data, estimator=estimator) for text in (THREE, narrow))
    assert rm.sem.compare(wide, held, survey=data).chi_square == pytest.approx(chi_square, rel=REL)


def test_the_ladder_of_invariance_by_numbers():
    """Equal loadings, and then intercepts, of two groups by MLMV."""
    data = survey(PUPILS, groups=True)
    free, loadings, both = (
        fitted(THREE, data, estimator="MLMV", equal=equal, means=True)
        for equal in ((), ("loadings",), ("loadings", "intercepts"))
    )
    assert rm.sem.compare(free, loadings, survey=data).chi_square == pytest.approx(7.72368745, rel=BY_SHARES)
    assert rm.sem.compare(loadings, both, survey=data).chi_square == pytest.approx(38.96294046, rel=BY_SHARES)


def test_a_correction_below_0_takes_the_variant_of_2010():
    """Five questions with heavy tails: Satorra and Bentler's first correction is -.103, and the second gives 1.573."""
    rng = np.random.default_rng(47)
    cause = rng.standard_t(3, size=80)
    answers = {f"x{place}": 0.7 * cause + rng.standard_t(3, size=80) for place in range(1, 6)}
    data, text = rm.Survey.from_frame(answers, list(answers)), "f =~ x1 + x2 + x3 + x4 + x5"
    wide, narrow = (fitted(one, data, estimator="MLR") for one in (f"{text}; x1 ~~ x2", text))
    with pytest.raises(rm.InvalidParameters, match=r"is -0.103; pass survey=, .* of 2010"):
        rm.sem.compare(wide, narrow)
    found = rm.sem.compare(wide, narrow, survey=data)
    assert found.chi_square == pytest.approx(1.57339565, rel=REL)
    assert found.p_value == pytest.approx(0.20971457, rel=1e-5)
    wide, narrow = (fitted(one, data, estimator="MLM") for one in (f"{text}; x1 ~~ x2", text))
    assert rm.sem.compare(wide, narrow).chi_square == pytest.approx(2.24540202, rel=REL)
    assert rm.sem.compare(wide, narrow, survey=data).chi_square == pytest.approx(2.24540202, rel=REL)
    assert scale_at_narrow(wide, narrow, data) == pytest.approx((3.66415152 - 2.46422460) / 1.35749221, rel=REL)


@pytest.mark.parametrize(
    ("estimator", "chi_square"),
    [("MLR", [7.86784747, 5.32265756, 34.50268084]), ("MLM", [27.50727518, 7.85206265, 40.25012944])],
)
def test_the_variant_of_2010(estimator, chi_square):
    """Covariances held at 0, equal loadings, and equal intercepts where the wide model has means of constructs too.

    Without these, `lavaan` evaluates the wide model elsewhere: it carries parameters over by name alone.
    """
    one, two = survey(PUPILS), survey(PUPILS, groups=True)
    excepted = [f"x{place} ~ 1" for place in (2, 3, 5, 6, 8, 9)]
    intercepts: Any = {"estimator": estimator, "equal": ["loadings", "intercepts"]}
    pairs = [
        (fitted(THREE, one, estimator=estimator), fitted(HELD, one, estimator=estimator), one),
        (
            fitted(THREE, two, estimator=estimator),
            fitted(THREE, two, estimator=estimator, equal=["loadings"]),
            two,
        ),
        (fitted(THREE, two, free=excepted, **intercepts), fitted(THREE, two, **intercepts), two),
    ]
    for (wide, narrow, data), expected in zip(pairs, chi_square, strict=True):
        difference = narrow.chi_square - wide.chi_square
        assert difference / scale_at_narrow(wide, narrow, data) == pytest.approx(expected, rel=1.5e-5)


def test_the_variant_of_2010_with_gaps_and_with_observed_causes():
    """Covariances held at 0 with missing="ml", and paths held at 0 from observed causes."""
    data = survey(GAPS)
    wide, narrow = (fitted(text, data, estimator="MLR", missing="ml") for text in (THREE, HELD))
    difference = narrow.chi_square - wide.chi_square
    assert difference / scale_at_narrow(wide, narrow, data) == pytest.approx(7.02641031, rel=BY_SHARES)
    columns = [*(f"y{place}" for place in range(1, 9)), "x1", "x2"]
    data = survey(DEMOCRACY, columns=columns)
    measured = "d60 =~ y1 + y2 + y3 + y4; d65 =~ y5 + y6 + y7 + y8; d60 ~ x1 + x2; d65 ~ d60 + "
    wide, narrow = (fitted(measured + more, data, estimator="MLR") for more in ("x1 + x2", "0*x1 + 0*x2"))
    difference = narrow.chi_square - wide.chi_square
    assert difference / scale_at_narrow(wide, narrow, data) == pytest.approx(3.98633774, rel=REL)


def test_pairs_answered_and_single_questions_have_differences():
    """Equal loadings with missing="pairwise", and a path held at 0 from a question that is a construct by itself."""
    data = survey(pl.read_csv(DATA / "holzinger_ordinal4_mcar10.csv", null_values="NA"))
    wide, narrow = (fitted(text, data, estimator="WLSMV", missing="pairwise") for text in (THREE, LABELS))
    assert rm.sem.compare(wide, narrow, survey=data).chi_square == pytest.approx(0.85107989, rel=REL)
    quarters = {name: np.digitize(own, np.quantile(own, [0.25, 0.5, 0.75]), right=True) for name, own in numbers()}
    data = rm.Survey.from_frame(quarters, X)
    single = "visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9; verbal =~ x4; speed ~ visual + "
    wide, narrow = (fitted(single + more, data, estimator="WLSMV") for more in ("verbal", "0*verbal"))
    assert rm.sem.compare(wide, narrow, survey=data).chi_square == pytest.approx(0.01312404, rel=2e-5)


def numbers() -> list[tuple[str, np.ndarray]]:
    return [(name, PUPILS[name].to_numpy()) for name in X]
