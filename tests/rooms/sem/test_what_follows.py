"""What follows from a fit: ways of a group, ends that are questions, groups there are none of, and names."""

import numpy as np
import pytest

import relmodels as rm
from relmodels.sem import SampleMoments, effects, indirect_ways

NAMES = ["t", "c", "l", "x", "y"]
TABLE = np.full((5, 5), 0.4) + 0.6 * np.eye(5)
DATA = SampleMoments.from_correlation(TABLE, NAMES, n=200)


def two_groups():
    """Return answers of two groups in which a leads to b and both to c."""
    rng = np.random.default_rng(5)
    first = rng.normal(size=400)
    second = 0.5 * first + rng.normal(size=400)
    answers = {"a": first, "b": second, "c": 0.4 * first + 0.5 * second + rng.normal(size=400)}
    return rm.Survey.from_frame(answers | {"firm": ["one", "two"] * 200}, ["a", "b", "c"], group="firm")


def test_ways_are_those_of_the_group_asked():
    """A path held at 0 in the first group alone is a way in the second one, and none in the first."""
    fit = rm.fit(rm.PathModel.parse("b ~ a; c ~ c(0, NA)*b + a"), two_groups())
    assert indirect_ways(fit, "a", "c", group=0) == (("a", "c"),)
    assert indirect_ways(fit, "a", "c", group=1) == (("a", "c"), ("a", "b", "c"))
    found = effects(fit, "a", "c", group=1)
    assert found.kind == ("direct", "through b", "all indirect", "total")
    assert found.value[1] == pytest.approx(fit.value("b ~ a", 1) * fit.value("c ~ b", 1), rel=1e-12)
    assert effects(fit, "a", "c", group=0).kind == ("direct", "total")


def test_what_reaches_a_construct_reaches_what_measures_it():
    """An effect on a question goes through its construct, with the loading as the last factor, besides a direct one."""
    fit = rm.fit(rm.PathModel.parse("G =~ t + c + l; G ~ x; c ~ x"), DATA)
    found = effects(fit, "x", "c")
    assert found.kind == ("direct", "through G", "all indirect", "total")
    path, loading = fit.value("G ~ x"), fit.value("G =~ c")
    assert found.value[1] == pytest.approx(path * loading, rel=1e-12)
    places = [fit.parameters[fit.place(name)].index for name in ("G ~ x", "G =~ c")]
    assert fit.covariance is not None
    slope = np.array([loading, path])
    error = np.sqrt(slope @ fit.covariance[np.ix_(places, places)] @ slope)
    assert found.standard_error[1] == pytest.approx(error, rel=1e-10)
    structure = fit.structures[0]
    scale = dict(zip(structure.names, structure.scale, strict=True))
    implied = structure.implied(fit.theta).effect[1, 3] * scale["c"] / scale["x"]
    assert found.value[-1] == pytest.approx(implied, rel=1e-10)


def test_effects_reach_through_constructs_of_constructs():
    """What causes a construct of the second order reaches those that measure it, and their questions."""
    rng = np.random.default_rng(9)
    cause = rng.normal(size=500)
    whole = 0.5 * cause + rng.normal(size=500)
    answers = {"x": cause}
    for name in ("a", "b", "c"):
        part = whole + rng.normal(size=500)
        answers |= {f"{name}{place}": part + rng.normal(size=500) for place in (1, 2, 3)}
    lines = [f"{name} =~ {name}1 + {name}2 + {name}3" for name in ("a", "b", "c")]
    model = rm.PathModel.parse("; ".join([*lines, "G =~ a + b + c; G ~ x"]))
    fit = rm.fit(model, rm.Survey.from_frame(answers, list(answers)))
    assert indirect_ways(fit, "x", "b2") == (("x", "G", "b", "b2"),)
    found = effects(fit, "x", "b")
    assert found.kind == ("through G", "all indirect", "total")
    assert found.value[0] == pytest.approx(fit.value("G ~ x") * fit.value("G =~ b"), rel=1e-12)


def test_a_variable_has_no_effect_on_itself():
    """Cause and effect are two variables; unknown ones are named together."""
    fit = rm.fit(rm.PathModel.parse("y ~ x"), DATA.of(["x", "y"]))
    with pytest.raises(rm.InvalidParameters, match="'y' is named as cause and as effect"):
        effects(fit, "y", "y")
    with pytest.raises(rm.InvalidParameters, match=r"(?s)no variable 'love'.*no variable 'hate'"):
        indirect_ways(fit, "love", "hate")


FIT = rm.fit(rm.PathModel.parse("G =~ t + c + l; y ~ G"), DATA.of(["t", "c", "l", "y"]))
ITEMS = {"p": ["t", "c"], "q": ["l", "x"]}
SURVEY = two_groups()


@pytest.mark.parametrize("group", [1, -1, 0.5, True, "buyers"])
@pytest.mark.parametrize(
    "work",
    [
        lambda group: effects(FIT, "G", "y", group=group),
        lambda group: indirect_ways(FIT, "G", "y", group=group),
        lambda group: rm.sem.reliability(FIT, group=group),
        FIT.r_squared,
        FIT.residuals,
        lambda group: FIT.value("y ~ G", group),
        lambda group: rm.plot.paths(FIT, group=group),
        lambda group: rm.sem.cronbach_alpha(DATA, ["t", "c"], group),
        lambda group: rm.sem.heterotrait_monotrait(DATA, ITEMS, group=group),
        lambda group: rm.sem.first_component_share(DATA, group),
        lambda group: rm.sem.balanced_parcels(FIT, 1, group=group),
        lambda group: rm.sem.cronbach_alpha_intervals(DATA, ITEMS, group=group),
    ],
)
def test_a_group_that_is_none_is_refused(work, group):
    """The message says how many groups there are, whatever was asked."""
    with pytest.raises(rm.InvalidParameters, match="is no group; there are 1, from 0: all"):
        work(group)


def test_a_group_of_a_survey_that_is_none_is_refused():
    """Intervals of alpha and of ratios name the groups of the answers."""
    with pytest.raises(rm.InvalidParameters, match="there are 2, from 0: one, two"):
        rm.sem.cronbach_alpha_intervals(SURVEY, {"p": ["a", "b"]}, group=2)
    with pytest.raises(rm.InvalidParameters, match="there are 2, from 0: one, two"):
        rm.sem.heterotrait_monotrait_intervals(SURVEY, {"p": ["a", "b"], "q": ["b", "c"]}, group=-1, rng=1)


@pytest.mark.parametrize("name", ["", "  ", "=~", "y"])
def test_nothing_is_no_name_of_a_parameter(name):
    """An empty text is not the empty label of a parameter without one."""
    with pytest.raises(rm.InvalidParameters, match="there is no parameter"):
        FIT.value(name)


def test_spaces_within_names_tell_variables_apart():
    """Variables whose names differ by a space have parameters of their own; spaces around operators do not count."""
    data = SampleMoments.from_correlation([[1.0, 0, 0], [0.2, 1.0, 0], [0.6, 0.3, 1.0]], ["ab", "a b", "y"], n=100)
    rows = [rm.sem.PathRow("y", "~", "ab"), rm.sem.PathRow("y", "~", "a b")]
    fit = rm.fit(rm.PathModel(tuple(rows)), data)
    assert fit.value("y ~ ab") == fit.value(" y~ab ") == fit.values[0]
    assert fit.value("y ~ a b") == fit.value("y~ a  b") == fit.values[1]
    assert fit.values[0] != pytest.approx(fit.values[1])
    assert FIT.value("c~~c") == FIT.value("c ~~ c")
