"""Intervals of effects: by draws, by the delta method, and of a bootstrap; tables of a bootstrap in groups."""

import numpy as np
import pytest

import relmodels as rm

RNG = np.random.default_rng(5)
CAUSE = RNG.normal(size=120)
BETWEEN = 0.5 * CAUSE + RNG.normal(size=120)
OUTCOME = 0.4 * BETWEEN + 0.2 * CAUSE + RNG.normal(size=120)
COLUMNS = {"a": CAUSE, "b": BETWEEN, "c": OUTCOME}
SURVEY = rm.Survey.from_frame(COLUMNS, list(COLUMNS))
FIT = rm.fit(rm.PathModel.parse("b ~ p*a; c ~ q*b + a; carried := p*q; odd := log(q - 0.4)"), SURVEY)


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_a_bootstrap_gives_the_intervals_of_what_is_carried(kind):
    """The interval of an indirect effect is that of the same product as a defined quantity."""
    draws = rm.sem.bootstrap_paths(FIT, SURVEY, 300, interval=kind, rng=1)
    found, table = rm.sem.effects(draws, "a", "c"), draws.table()
    place = list(table.column("parameter")).index("carried")
    row = found.kind.index("through b")
    assert found.low[row] == pytest.approx(np.asarray(table.column("low"))[place], rel=1e-12)
    assert found.high[row] == pytest.approx(np.asarray(table.column("high"))[place], rel=1e-12)
    assert found.value == pytest.approx(rm.sem.effects(FIT, "a", "c").value)


def test_the_delta_interval_is_value_and_error():
    """By the delta method the interval is the value with 1.96 errors on either side."""
    found = rm.sem.effects(FIT, "a", "c", interval="delta")
    assert found.high - found.value == pytest.approx(1.959963985 * found.standard_error, rel=1e-9)
    assert found.value - found.low == pytest.approx(found.high - found.value, rel=1e-9)
    with pytest.raises(rm.InvalidParameters, match="must be 'draws' or 'delta'; pass a bootstrap"):
        rm.sem.effects(FIT, "a", "c", interval="bca")  # type: ignore[arg-type]


def test_quantities_without_a_value_in_some_draws():
    """Where a logarithm is of a number below 0 the draw does not count, and the table says how many do."""
    table = rm.sem.bootstrap_paths(FIT, SURVEY, 200, rng=1).table()
    counts = dict(zip(table.column("parameter"), np.asarray(table.column("draws")), strict=True))
    assert counts["carried"] == 200
    assert 20 < counts["odd"] < 200


def test_a_bootstrap_of_groups_names_them():
    """Parameters of several groups have a column for the group, which is ``all`` where they are held equal."""
    survey = rm.Survey.from_frame({**COLUMNS, "g": ["x", "y"] * 60}, list(COLUMNS), group="g")
    fit = rm.fit(rm.PathModel.parse("b ~ a; c ~ b"), survey, equal=["regressions"])
    table = rm.sem.bootstrap_paths(fit, survey, 20, rng=1).table()
    named = list(zip(table.column("parameter"), table.column("group"), strict=True))
    assert named == [("b ~ a", "all"), ("c ~ b", "all"), *((f"{v} ~~ {v}", g) for g in "xy" for v in "bc")]
    assert fit.value("b ~~ b", "y") == fit.value("b ~~ b", 1)
