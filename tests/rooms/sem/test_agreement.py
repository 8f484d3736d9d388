"""Agreement within groups and correlations within classes, against their definitions written out."""

import numpy as np
import pytest
from scipy import stats

import relmodels as rm

# Sums in another order.
EXACT = 1e-12


def written_out(answers: np.ndarray, spread: float) -> float:
    """Return rwg(J) of the complete answers of one group, as its formula reads."""
    count = answers.shape[1]
    share = np.var(answers, axis=0, ddof=1).mean() / spread
    return 0.0 if share > 1.0 else count * (1 - share) / (count * (1 - share) + share)


@pytest.mark.parametrize(("answers", "variance"), [(5, 2.0), (6, 2.92), (7, 4.0), (9, 6.67), (11, 10.0)])
def test_random_answers_have_the_variances_of_the_tables(answers: int, variance: float):
    """The variance of uniform answers is that which tables of the index give, and that of the answers themselves."""
    assert round(rm.sem.random_variance((1, answers)), 2) == variance
    assert rm.sem.random_variance((1, answers)) == pytest.approx(np.var(np.arange(answers)))


def test_agreement_is_its_formula():
    """In groups of different sizes the index is the formula applied to each group alone."""
    rng = np.random.default_rng(3)
    answers = rng.integers(1, 8, (60, 4)).astype(float)
    answers[:30] = np.clip(np.round(answers[:30] / 4 + 3), 1, 7)
    group = rng.integers(0, 9, 60).tolist()
    found = rm.sem.within_group_agreement(answers, group, scale=(1, 7))
    for name, value in zip(found.groups, found.value, strict=True):
        assert value == pytest.approx(written_out(answers[np.array(group) == name], 4.0), abs=EXACT)


def test_one_question_has_the_index_of_one_question():
    """Of a single question agreement is one less the share of the random variance."""
    found = rm.sem.within_group_agreement([3.0, 4, 5], ["a"] * 3, scale=(1, 5))
    assert found.value[0] == pytest.approx(1 - 1.0 / 2.0)
    leaning = rm.sem.within_group_agreement([3.0, 4, 5], ["a"] * 3, scale=(1, 5), null_variance=1.34)
    assert leaning.value[0] == pytest.approx(1 - 1.0 / 1.34)


def test_agreement_at_its_edges():
    """All alike is 1, worse than random is 0, and a single respondent neither agrees nor disagrees."""
    answers = np.array([[4, 4], [4, 4], [1, 7], [7, 1], [5, np.nan], [np.nan, np.nan]])
    found = rm.sem.within_group_agreement(answers, ["a", "a", "b", "b", "c", "c"], scale=(1, 7))
    assert found.value.tolist()[:2] == [1.0, 0.0]
    assert np.isnan(found.value[2])
    assert found.respondents.tolist() == [2, 2, 1]
    assert found.table().columns == ("group", "respondents", "agreement")


def test_a_question_that_was_left_out_counts_with_its_answers():
    """A question answered by two of three counts with the variance of the two."""
    found = rm.sem.within_group_agreement(np.array([[4, 4], [4, np.nan], [6, 5]]), ["a"] * 3, scale=(1, 7))
    share = np.mean([np.var([4, 4, 6], ddof=1), np.var([4, 5], ddof=1)]) / 4.0
    assert found.value[0] == pytest.approx(2 * (1 - share) / (2 * (1 - share) + share), abs=EXACT)


def test_the_ratio_is_that_of_the_analysis_of_variance():
    """For groups of any sizes the ratio and its chance are those of an analysis of variance by SciPy."""
    rng = np.random.default_rng(5)
    group = rng.integers(0, 7, 50)
    values = rng.normal(size=50) + 0.6 * group
    found = rm.sem.intraclass(values, group.tolist())
    ratio, chance = stats.f_oneway(*(values[group == one] for one in range(7)))
    assert found.ratio == pytest.approx(ratio, rel=1e-10)
    assert found.p_value == pytest.approx(chance, rel=1e-8)


def test_the_variance_between_groups_is_right_on_average():
    """Over drawn samples of unequal groups the two mean squares give the variance between groups without bias."""
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(12), [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 9])
    between = []
    for _ in range(3000):
        values = rng.normal(size=12)[group] * 0.7 + rng.normal(size=group.size)
        found = rm.sem.intraclass(values, group.tolist())
        between.append((found.between - found.within) / found.size)
    error = np.std(between) / np.sqrt(3000)
    assert np.mean(between) == pytest.approx(0.49, abs=4 * error)


def test_members_who_differ_more_than_groups_have_a_negative_correlation():
    """Two groups with the same mean have the lowest single correlation there is, and no reliability of means."""
    found = rm.sem.intraclass([1.0, 3, 1, 3], ["a", "a", "b", "b"])
    assert found.single == -1.0
    assert found.mean is None


def test_groups_whose_members_agree_have_a_correlation_of_one():
    """Without differences within groups both correlations are 1, and so is the interval."""
    found = rm.sem.intraclass([1.0, 1, 3, 3, np.nan], ["a", "a", "b", "b", "c"])
    assert (found.single, found.mean, found.interval()) == (1.0, 1.0, (1.0, 1.0))
    assert (found.groups, found.cases, found.p_value) == (2, 4, 0.0)


def test_what_cannot_be_compared_is_refused():
    """Faults of answers, scales, groups and levels are named."""
    with pytest.raises(rm.InvalidData, match=r"answers\[:, 1\]\[1\] = 9.0 is off the scale from 1 to 7"):
        rm.sem.within_group_agreement([[1.0, 2.0], [3.0, 9.0]], ["a", "a"], scale=(1, 7))
    with pytest.raises(rm.InvalidData, match="group has 1 rows and answers 2"):
        rm.sem.within_group_agreement([1.0, 2], ["a"], scale=(1, 7))
    with pytest.raises(rm.InvalidData, match="no table of numbers"):
        rm.sem.within_group_agreement([["x"]], ["a"], scale=(1, 7))
    with pytest.raises(rm.InvalidData, match="have the shape"):
        rm.sem.within_group_agreement(np.zeros((1, 1, 1)), ["a"], scale=(1, 7))
    with pytest.raises(rm.InvalidParameters, match="whole answers"):
        rm.sem.within_group_agreement([1.0], ["a"], scale=(7, 1))
    with pytest.raises(rm.InvalidParameters, match="must be above 0"):
        rm.sem.within_group_agreement([1.0], ["a"], scale=(1, 7), null_variance=0)
    with pytest.raises(rm.InvalidData, match="two groups or more"):
        rm.sem.intraclass([1.0, 2], ["a", "a"])
    with pytest.raises(rm.InvalidData, match="all values are 2"):
        rm.sem.intraclass([2.0, 2, 2], ["a", "a", "b"])
    with pytest.raises(rm.InvalidData, match="group has 1 rows"):
        rm.sem.intraclass([2.0, 2, 2], ["a"])
    with pytest.raises(rm.InvalidData, match="is infinite"):
        rm.sem.intraclass([2.0, np.inf, 2], ["a", "a", "b"])
    with pytest.raises(rm.InvalidParameters, match="not between 0 and 1"):
        rm.sem.intraclass([1.0, 2, 3], ["a", "a", "b"]).interval(1.0)
