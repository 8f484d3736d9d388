"""Values that hold arrays come out of pickle and copy as they went in: equal, and with no array to write to."""

import copy
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import TypeGuard

import numpy as np
import polars as pl
import pytest

import relmodels as rm
from relmodels.markov.hmm import arrays_of
from tests.contracts.source import surface

ARRAY = re.compile(r"\b(\w*Array|NDArray)\b")
LOG = {
    "who": ["Ann", "Bob", "Ann", "Bob", "Cid", "Ann", "Dan", "Dan"],
    "day": [f"2026-{day}" for day in ("01-05", "01-06", "01-19", "02-09", "02-10", "03-02", "01-26", "02-23")],
    "paid": [10.0, 20.0, 12.0, 30.0, 5.0, 14.0, -3.0, 8.0],
}
SUMMARY = rm.PurchaseSummary.from_transactions(
    LOG, customer="who", date="day", amount="paid", calibration_end="2026-02-16", negative="drop"
)
MODEL = rm.BGNBD(0.243, 4.414, 0.793, 2.426)
BUYERS = MODEL.simulate([39.0] * 400, rng=1)
COPIES: dict[str, Callable[[object], object]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301  the bytes were made on this line
    "old_pickle": lambda value: pickle.loads(pickle.dumps(value, protocol=2)),  # noqa: S301
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def effectiveness() -> list[object]:
    """Return a value of every result of room 5 that holds arrays."""
    margins = rm.customer_margins([10.0])
    return [
        rm.abc_by_group([1.0], ["a"]),
        rm.abc_xyz([[1.0, 2.0]]),
        rm.class_moves(["A"], ["B"]),
        rm.abc_stability([[1.0, 2.0]], rng=1, draws=2),
        rm.computed_abc([1.0, 2.0]),
        rm.computed_abc([1.0, 2.0]).curve,
        rm.rfm_scores([1.0], [1.0], [1.0]),
        rm.share_of_wallet([1.0], [2.0]),
        rm.SurvivalCurve([1.0, 0.5], per="year"),
        rm.cohort_retention({"who": ["a"], "day": ["2026-01-31"]}, customer="who", date="day"),
        rm.internal_rates([-1.0, 2.0]),
        rm.activity_costs({"a": 1.0}, {"a": {"b": 1.0}}, {"b": 1.0}),
        rm.time_driven_costs(1.0, 1.0, {"a": 1.0}, {"a": 1.0}),
        margins,
        rm.margin_by_group(margins, ["a"]),
        rm.profit_portfolio([1.0], [1.0]),
        rm.whale_curve([1.0]),
        rm.price_volume_mix([1.0], [1.0], [1.0], [1.0]),
        rm.quantity_mix([1.0], [1.0], [1.0]),
        rm.return_on_relationships(["a"], [1.0]),
    ]


def chains() -> list[object]:
    """Return a value of every class of the workshop of chains that holds arrays."""
    markov = rm.markov
    chain = rm.MarkovChain([[0.5, 0.5], [0.0, 1.0]])
    moves = markov.OrderedLogit([[1.0], [0.0]], [[0.5], [0.8]], covariates=["contact"])
    model = markov.HMM([0.4, 0.6], moves, markov.Gaussian([0.0, 9.0], [1.0, 1.0]))
    panel = model.simulate(6, rng=1, customers=50, covariates=np.ones((50, 6, 1)))
    counts = rm.Panel.from_arrays([[0, 3], [4, 1]])
    return [
        chain,
        chain.absorption(),
        markov.estimate_chain([[8, 2], [1, 3]]),
        markov.best_stopping([0.3, 0.2], 40, 4, 0.2),
        markov.forecast_segments(chain, [10, 0], [5, 0], 0.1, 3),
        moves,
        model,
        arrays_of(model),
        panel,
        markov.forecast(model, panel, 2),
        markov.contact_effect(model, "contact"),
        markov.FreeTransitions([[0.9, 0.1], [0.2, 0.8]], allowed=[[1, 1], [1, 1]]),
        model.emission[0],
        markov.Poisson([0.1, 2.0]),
        markov.NegativeBinomial([0.1, 2.0], [1.0, 2.0]),
        markov.Binomial([0.1, 0.9]),
        markov.Categorical(probability=[[0.2, 0.8], [0.7, 0.3]]),
        markov.choose_states(markov.HMMSpec(states=1, emission=markov.Poisson()), counts, [1], starts=1, folds=2),
    ]


def phases() -> list[object]:
    """Return a value of every class of rooms 2 and 3 that holds arrays."""
    rows = {"who": ["a", "a", "b"], "on": ["2026-01-01", "2026-01-31", "2026-01-11"]}
    rows["phase"] = ["exploration", "expansion", "exploration"]
    histories = rm.phase_histories(rows, rm.dwyer.PROCESS, subject="who", date="on", phase="phase")
    times = rm.time_in_phase(histories, rm.dwyer.PROCESS)
    moves = rm.markov.FreeTransitions([[0.9, 0.1], [0.3, 0.7]])
    model = rm.markov.HMM([0.5, 0.5], moves, rm.markov.Poisson([0.2, 3.0]))
    labeled = rm.label(model, rm.dwyer.PROCESS, ["exploration", "expansion"])
    scores = rm.walter.function_scores({"profit": [0.1, 0.4, 0.6, 0.9], "access": [0.2, 0.1, 0.9, 0.6]})
    return [
        rm.phase_moves(histories, rm.dwyer.PROCESS),
        times,
        times.curves["exploration"],
        labeled.trajectory(rm.Panel.from_arrays([[0, 4], [3, 0]])),
        rm.jackson.position({"people": [0.2, 0.9]}),
        scores,
        rm.walter.fit_value(scores, [1.0, 2.0, 4.0, 4.0]),
        rm.walter.relationship_types(scores),
        rm.five_phases.PHASE_DRIVERS,
        rm.five_phases.diagnose({"norms": [0.2, 0.9]}),
        rm.five_phases.warning_signs({"norms": [0.8]}, {"norms": [0.2]}),
    ]


def paths() -> list[object]:
    """Return a value of every class of structural equations that holds arrays."""
    answers = {name: np.random.default_rng(place).normal(size=40) for place, name in enumerate("abc")}
    survey = rm.Survey.from_frame(answers, list("abc"))
    fit = rm.fit(rm.PathModel.parse("c ~ a + b"), survey)
    latent = rm.fit(rm.PathModel.parse("f =~ a + b + c"), survey, check=False)
    sums = rm.fit(rm.sem.PLSSpec(rm.PathModel.parse("c ~ a + b")), survey)
    alike = rm.Survey.from_frame({name: answers["a"] + values for name, values in answers.items()}, list("abc"))
    steady = rm.fit(rm.PathModel.parse("f =~ a + b + c"), alike)
    return [
        survey,
        survey.moments(),
        fit,
        fit.structures[0],
        fit.structures[0].implied(fit.theta),
        rm.sem.effects(fit, "a", "c", draws=100),
        rm.sem.modification_indices(fit),
        rm.sem.reliability(latent),
        rm.sem.cronbach_alpha_intervals(survey, {"f": list("abc")}, interval="bca", draws=20, rng=1),
        rm.respondent_scores(steady, alike, scale=(-9, 9), constructs={"f": 1}),
        rm.relationship_quality(steady, alike, ["a"] * 40, scale=(-9, 9), constructs={"f": 1}),
        rm.sem.within_group_agreement([[1.0], [2.0]], ["a", "a"], scale=(1, 7)),
        rm.sem.bootstrap_paths(fit, survey, 5, rng=1),
        sums,
        sums.layout,
        rm.sem.bootstrap_pls(sums, survey, 5, rng=1),
        rm.sem.pls_predict(sums, survey, rng=1),
        rm.sem.polychorics(["a", "b"], np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]])),
    ]


def examples() -> list[object]:
    """Return a value of every public class that holds arrays, and of those it leads to."""
    assert SUMMARY.activity is not None
    fit = rm.fit(rm.BGNBD, BUYERS)
    return [
        rm.salience([9.0], [8.0], [7.0]),
        rm.referred_work(["bank"], [1.0]),
        rm.referral_balance({"bank": 1.0}, {}),
        rm.emphasis_gaps(
            rm.EmphasisProfile(axes=("a",), ratings=(rm.JurorRating(current={"a": 1.0}, desired={"a": 2.0}),))
        ),
        *effectiveness(),
        *chains(),
        *phases(),
        *paths(),
        SUMMARY,
        SUMMARY.update({"who": ["Bob", "Eve"], "day": ["2026-03-09", "2026-03-09"], "paid": [4.0, 6.0]}),
        rm.PurchaseSummary.from_transactions(
            pl.LazyFrame(LOG), customer="who", date="day", calibration_end="2026-02-16"
        ),
        SUMMARY.holdout,
        SUMMARY.activity,
        SUMMARY.activity.per("week"),
        SUMMARY.left_out,
        rm.CovariatePanel.from_frames(
            SUMMARY,
            {"who": ["Ann", "Bob", "Cid", "Dan"], "day": ["2026-01-01"] * 4, "north": [1.0, 0.0, 0.0, 1.0]},
            LOG,
            customer="who",
            date="day",
            purchase=["north"],
            until="2026-02-16",
        ),
        SUMMARY.distinct_rows(),
        rm.RetentionTable.from_survivors({2024: [500, 430, 390], 2025: [600, 525]}, unit="year"),
        rm.Table({"class": ["A", "B"], "share": [0.8, 0.15]}),
        fit,
        rm.delta_method(fit, lambda model: model.expected_purchases_new(39)),
        rm.bootstrap(fit, BUYERS, draws=2, rng=1),
        rm.posterior(fit, BUYERS, 200, rng=1),
        rm.abc_analysis([50, 40, 10]),
        rm.lorenz([3, 1, 0]),
        rm.forecast_deciles(MODEL, SUMMARY, groups=2),
        SUMMARY.with_covariates(purchase={"who": ["Ann", "Bob", "Cid", "Dan"], "age": [1, 2, 3, 4]}, customer="who"),
        rm.CovariateSet(("age",), np.ones((2, 1)), np.ones(1)),
        SUMMARY.distinct_rows(),
        rm.BGNBD.likelihood(BUYERS).evaluate(np.array([0.25, 4.4, 0.8, 2.4])),
        rm.calibration_by_count(MODEL, SUMMARY),
        rm.holdout_by_count(MODEL, SUMMARY),
        rm.tracking(MODEL, SUMMARY),
    ]


EXAMPLES = examples()


def test_every_public_holder_of_arrays_is_tried_here():
    """Each class with arrays that the front door exports or leads to has an example, and says how it is copied."""
    wanted = {kind.__name__ for kind in reached() if any(map(ARRAY.search, annotations(kind)))}
    assert {type(example).__name__ for example in EXAMPLES} == wanted | {"Table"}  # whose columns are private
    assert all("__reduce__" in type(example).__dict__ for example in EXAMPLES)


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_copies_are_equal_and_read_only(example, way):
    """A value that was pickled or copied has the same type and fields, and none of its arrays can be written to."""
    again = COPIES[way](example)
    assert type(again) is type(example)
    for (place, given), (_, found) in zip(leaves(example), leaves(again), strict=True):
        if isinstance(given, np.ndarray):
            assert isinstance(found, np.ndarray), place
            assert not found.flags.writeable, place
            assert found.dtype == given.dtype, place
            np.testing.assert_array_equal(found, given, err_msg=place)
        else:
            assert found == given, place


def leaves(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield what a value is made of, down to arrays and plain values, each with its path."""
    inner: dict[object, object]
    if is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, dict):
        inner = value
    elif isinstance(value, tuple):
        inner = dict(enumerate(value))
    else:
        yield place, value
        return
    for name, part in inner.items():
        yield from leaves(part, f"{place}.{name}")


def reached() -> list[type]:
    """Return the dataclasses that the front door exports, and those that their fields and methods lead to."""
    found: list[type] = []
    ahead: list[object] = list(surface().values())
    while ahead:
        new = list(dict.fromkeys(kind for kind in ahead if is_class_with_fields(kind) and kind not in found))
        found += new
        ahead = [
            getattr(sys.modules[kind.__module__], name, None)
            for kind in new
            for name in re.findall(r"\w+", " ".join((*annotations(kind), *returns(kind))))
        ]
    return found


def is_class_with_fields(value: object) -> TypeGuard[type]:
    """Return whether ``value`` is a dataclass of values; what holds functions, as a likelihood does, is not pickled."""
    return isinstance(value, type) and is_dataclass(value) and not any("Callable" in a for a in annotations(value))


def annotations(kind: type) -> list[str]:
    """Return the types of the public fields of a class, as texts."""
    return [str(field.type) for field in fields(kind) if not field.name.startswith("_")]


def returns(kind: type) -> list[str]:
    """Return the types that the public methods and properties of a class return, as texts."""
    members = [getattr(member, "fget", member) for name, member in vars(kind).items() if not name.startswith("_")]
    return [str(getattr(member, "__annotations__", {}).get("return", "")) for member in members]
