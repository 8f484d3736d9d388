"""Customers by number of repeat purchases, counted and expected, before and in the holdout."""

from __future__ import annotations

import numpy as np
import pytest

from relmodels.btyd.bg_bb import BGBB
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters
from relmodels.datasets.cdnow import cdnow
from relmodels.datasets.donations import donations
from relmodels.effectiveness.calibration import calibration_by_count, holdout_by_count

MODEL = BGNBD(0.2426, 4.4136, 0.7929, 2.4259, unit="week")


@pytest.fixture(scope="module")
def split() -> PurchaseSummary:
    """Return the CDNOW sample with 39 weeks of calibration and 39 weeks of holdout."""
    return PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date", calibration_end="1997-09-30")


def test_counts_add_up(split: PurchaseSummary) -> None:
    """Counted and expected customers both add up to all customers, 1,411 of whom did not buy again."""
    found = calibration_by_count(MODEL, split)
    assert found.actual.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert found.expected.sum() == pytest.approx(len(split))
    assert found.names == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert found.table().columns == ("repeat_purchases", "actual", "expected")


def test_misplaced_customers_are_half_the_differences() -> None:
    """Whoever is too many in one group is missing in another, so each counts once."""
    summary = PurchaseSummary.from_arrays(frequency=[0, 0, 3, 0], recency=[0, 0, 5, 0], age=[9] * 4)
    found = calibration_by_count(MODEL, summary, most=1)
    assert found.actual.tolist() == [3, 1]
    assert found.misplaced == pytest.approx(abs(3 - found.expected[0]) / 4)


def test_weights_count_customers() -> None:
    """A row of weight 3 counts as three customers."""
    once = PurchaseSummary.from_arrays(frequency=[0, 1], recency=[0, 5], age=[9, 9], weight=[3, 1])
    thrice = PurchaseSummary.from_arrays(frequency=[0, 0, 0, 1], recency=[0, 0, 0, 5], age=[9] * 4)
    for found, wanted in zip(
        calibration_by_count(MODEL, once).table().rows(),
        calibration_by_count(MODEL, thrice).table().rows(),
        strict=True,
    ):
        assert found[0] == wanted[0]
        assert found[1:] == pytest.approx(wanted[1:])


def test_donors_are_calibrated_at_their_appeals() -> None:
    """BG/BB expects the donors of six appeals by number of gifts, none of whom gave more than six times."""
    x, t_x, n, number = (np.asarray(donations().column(name)) for name in donations().columns)
    donors = PurchaseSummary.from_arrays(frequency=x, recency=t_x, age=n, weight=number, unit="year")
    found = calibration_by_count(BGBB(1.204, 0.750, 0.657, 2.783), donors)
    assert found.actual[:7].tolist() == [3464, 1823, 1430, 1085, 1036, 1063, 1203]
    assert found.expected.sum() == pytest.approx(11_104)
    assert found.actual[-1] == 0
    assert found.expected[-1] == pytest.approx(0, abs=1e-6)
    assert found.misplaced < 0.02


def test_holdout_means_are_those_of_the_groups(split: PurchaseSummary) -> None:
    """The mean of a group is the mean over its customers, and the sizes add up to all."""
    found = holdout_by_count(MODEL, split)
    assert split.holdout is not None
    group = split.frequency == 2
    assert found.actual[2] == pytest.approx(split.holdout.frequency[group].mean())
    assert found.expected[2] == pytest.approx(MODEL.expected_purchases(split, 39)[group].mean())
    assert found.customers.sum() == len(split)
    assert found.names[-1] == "7+"


def test_groups_without_customers_are_left_out(split: PurchaseSummary) -> None:
    """Where nobody bought once before, the group of one purchase is missing and no other is open."""
    some = split.take((split.frequency != 1) & (split.frequency < 4))
    found = holdout_by_count(MODEL, some)
    assert found.purchases.tolist() == [0, 2, 3]
    assert found.names == ["0", "2", "3"]
    assert len(found) == 3
    assert np.isfinite(found.actual).all()


def test_holdout_needs_a_holdout() -> None:
    """A summary without a holdout is refused with the remedy."""
    bare = PurchaseSummary.from_arrays(frequency=[0, 2], recency=[0, 20], age=[39, 39])
    with pytest.raises(InvalidData, match="calibration_end"):
        holdout_by_count(MODEL, bare)


@pytest.mark.parametrize("most", [0, -1, 2.5, True, "7"])
def test_the_open_group_begins_at_a_whole_number(most, split: PurchaseSummary) -> None:
    """The fewest purchases of the last group are a whole number of 1 or more."""
    for ask in (calibration_by_count, holdout_by_count):
        with pytest.raises(InvalidParameters, match=r"most = .* must be a whole number"):
            ask(MODEL, split, most)


def test_calibration_needs_the_models_unit() -> None:
    """Customers in days are not compared with a model in weeks."""
    days = PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[300], unit="day")
    with pytest.raises(InvalidData, match="week"):
        calibration_by_count(MODEL, days)
