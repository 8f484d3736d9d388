"""The report: what it says, that it stands on its own, and that it appears whole or not at all."""

from __future__ import annotations

import base64
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from relmodels import report
from relmodels.btyd.bg_nbd import BGNBD
from relmodels.btyd.summary import PurchaseSummary
from relmodels.core.errors import InvalidData, InvalidParameters, MissingExtra
from relmodels.core.periods import Duration, Rate
from relmodels.datasets.cdnow import cdnow
from relmodels.effectiveness.clv import clv
from relmodels.report import page, words
from relmodels.report.format import amount, amounts, count, day, number, percent, span, times


@pytest.fixture(scope="module")
def split() -> PurchaseSummary:
    """Return the CDNOW sample with 39 weeks of calibration and 39 weeks of holdout."""
    return whole(date(1997, 9, 30))


@pytest.fixture(scope="module")
def study(split: PurchaseSummary) -> report.Study:
    """Return the numbers of the report on the CDNOW sample."""
    return report.study(split, money=report.Money(currency="$"))


@pytest.fixture(scope="module")
def html(study: report.Study) -> str:
    """Return the report on the CDNOW sample."""
    return report.render(study, title="CDNOW", origin="cdnow.csv")


def whole(calibration_end: date | None) -> PurchaseSummary:
    """Return the CDNOW sample, with a holdout if a day is given."""
    return PurchaseSummary.from_transactions(
        cdnow(), customer="customer", date="date", amount="amount", calibration_end=calibration_end
    )


def prose(text: str) -> str:
    """Return the text of a page as one reads it, with plain spaces."""
    body = re.sub(r"<style>.*?</style>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u202f", " ").split())


class References(HTMLParser):
    """A collector of everything a page points at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and its addresses."""
        self.tags.append(tag)
        self.found += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action", "data"}]


def test_the_page_points_at_nothing_outside_itself(html: str) -> None:
    """Every address is a picture inside the file or a place on the page; no script, style sheet or frame."""
    parser = References()
    parser.feed(html)
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in parser.found)
    assert not {"script", "link", "iframe", "object", "embed", "form"} & set(parser.tags)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert "http" not in html


def test_the_pictures_point_at_nothing_outside_themselves(html: str) -> None:
    """The eight pictures hold no address but the names of their XML vocabularies and images inside."""
    pictures = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert len(pictures) == 8
    for picture in pictures:
        text = base64.b64decode(picture).decode()
        assert set(re.findall(r"https?://[^\"'<> ]+", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert "<script" not in text


def test_every_place_linked_to_is_on_the_page(html: str) -> None:
    """The list of sections leads to sections."""
    places = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= places


def test_every_picture_has_words_for_those_who_do_not_see_it(html: str) -> None:
    """Each picture has an alternative text, a paragraph and a source."""
    assert html.count("<img ") == html.count("<figcaption>") == len(re.findall(r'alt="[^"]{80,}"', html))
    assert html.count('<p class="source">After ') == html.count("<figure>")


def test_the_report_states_the_numbers_of_its_study(html: str, study: report.Study) -> None:
    """Counts, estimates, classes and the source of the rows are those computed."""
    text = prose(html)
    assert study.value is not None
    assert study.classes is not None
    for part in (
        "cdnow.csv",
        "purchases from 1 January 1997 to 30 June 1998",
        "2,357",
        "946 (40 %)",
        "0.243",
        "−9,582.4",
        f"${study.value.sum():,.0f}",
        f"{study.purchases.sum():,.0f} more purchases in the 52 weeks after 30 September 1997",
        f"{study.classes.groups[0].count:,} class A customers",
        "bought 1,882 times",
        "Purchase days whose amounts net to zero (counted as purchases)",
        "P(alive) is 100 % for the 1,411 one-time buyers",
    ):
        assert part in text, part


def test_the_same_numbers_give_the_same_file(study: report.Study) -> None:
    """Rendering twice gives the same text to the last byte, so that reports can be compared."""
    assert report.render(study) == report.render(study)


def test_the_study_values_customers_as_the_library_does(study: report.Study, split: PurchaseSummary) -> None:
    """The report adds no arithmetic of its own."""
    assert study.spending is not None
    assert study.value is not None
    value = clv(study.buying.model, study.spending.model, split, horizon=52, discount_rate=0.15)
    np.testing.assert_array_equal(study.value, value)
    assert report.study(split, horizon=Duration(364, "day")).horizon == 52


def test_the_top_customers_lie_within_their_ranges(study: report.Study) -> None:
    """The list is sorted, its ranges hold the expectations, and the best customer comes first."""
    assert study.value is not None
    assert study.top.value is not None
    value = study.value[study.top.rows]
    assert (np.diff(value) <= 0).all()
    assert value[0] == study.value.max()
    assert (study.top.value[:, 0] < value).all()
    assert (value < study.top.value[:, 1]).all()


def test_names_of_customers_are_text_and_nothing_else(study: report.Study) -> None:
    """Markup in an identifier, a title or the name of a file is shown and not run."""
    evil = "<script>alert(1)</script>&\"'"
    ids = np.array([evil] * len(study.summary), dtype=object)
    summary = PurchaseSummary.from_arrays(
        frequency=study.summary.frequency,
        recency=study.summary.recency,
        age=study.summary.age,
        spend=study.summary.spend,
    )
    object.__setattr__(summary, "customer", ids)
    text = report.render(report.study(summary, money=report.Money(currency=evil)), title=evil, origin=evil)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in text


def test_without_amounts_the_report_is_about_purchases(tmp_path: Path) -> None:
    """A summary without spend gives a report without values that says so."""
    summary = PurchaseSummary.from_transactions(cdnow(), customer="customer", date="date")
    found = report.write(summary, tmp_path / "report.html")
    text = prose((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert found.value is None
    assert found.classes is None
    assert "says nothing about value: the purchases come without amounts" in text
    assert "Who holds the value?" not in text
    assert "gamma" not in text


def test_amounts_that_cannot_be_modeled_are_named() -> None:
    """If every customer spends the same, the report says so and goes on without values."""
    rng = np.random.default_rng(5)
    summary = BGNBD(0.25, 4.4, 0.8, 2.4).simulate(rng.uniform(20, 40, 800), rng)
    same = PurchaseSummary.from_arrays(
        frequency=summary.frequency, recency=summary.recency, age=summary.age, spend=np.full(800, 9.5)
    )
    found = report.study(same)
    assert found.value is None
    assert found.no_value == "every customer spends the same, 9.5 per purchase, so there is no spend to model"
    assert "every customer spends the same" in prose(report.render(found))


@pytest.mark.parametrize(
    ("spend", "reason"),
    [
        (np.where(np.arange(800) % 50 == 0, 9.51, 9.5), "the amounts do not follow the gamma–gamma model"),
        (np.where(np.arange(800) % 2, 1.0, 0.0), "every customer spends the same, 1 per purchase"),
        (np.exp(np.random.default_rng(1).standard_cauchy(800).clip(-20, 20)), "the amounts cannot be modeled"),
    ],
    ids=["nearly constant", "some free", "without a mean"],
)
def test_amounts_of_other_kinds_are_named(spend: np.ndarray, reason: str) -> None:
    """Amounts that are almost constant, or so wild that they have no mean, leave the report without values."""
    rng = np.random.default_rng(5)
    summary = BGNBD(0.25, 4.4, 0.8, 2.4).simulate(rng.uniform(20, 40, 800), rng)
    found = report.study(
        PurchaseSummary.from_arrays(frequency=summary.frequency, recency=summary.recency, age=summary.age, spend=spend)
    )
    assert found.value is None
    assert reason in str(found.no_value)


def test_a_test_that_cannot_be_fitted_is_left_out(split: PurchaseSummary) -> None:
    """If the first two thirds of a history are too little to fit, the report goes on untested."""
    assert split.holdout is not None
    early = replace(split, frequency=np.zeros(len(split)), recency=np.zeros(len(split)))
    assert report.study(replace(split, holdout=None), split=early).check is None


@pytest.mark.parametrize(
    ("said", "did", "sentence"),
    [
        (100, 100, "the same within half a per cent. That is close enough to plan by."),
        (109, 100, "9 % too many. That is close enough to plan by."),
        (80, 100, "20 % too few. That is rough: plan with a margin of this size."),
        (150, 100, "50 % too many. That is off: rank customers with this forecast, but do not plan with its totals."),
        (3, 0, "and nobody bought. That is off: rank customers with this forecast, but do not plan with its totals."),
    ],
)
def test_a_forecast_is_judged_by_its_error(said: float, did: float, sentence: str) -> None:
    """Up to 10 % is close, up to 25 % rough, more is off."""
    shown = f"{words._error(said, did)}. {words._verdict(said, did)}"
    assert shown.replace("\u202f", " ") == sentence


@pytest.mark.parametrize(
    ("frequency", "spent", "sentence"),
    [
        ([1, 1, 1], [5, 6, 7], "cannot be told"),
        ([1, 2, 3, 4], [5, 1, 1, 5], "small enough"),
        ([1, 2, 3, 4], [5, 6, 7, 9], "with care"),
    ],
)
def test_the_independence_of_spend_is_looked_at(frequency: list[float], spent: list[float], sentence: str) -> None:
    """The correlation of frequency and spend is stated and judged."""
    assert sentence in words._independence(np.array(frequency, dtype=float), np.array(spent, dtype=float))


def test_a_summary_without_dates_is_reported_without_a_test() -> None:
    """Customers from arrays have no history to track, and the report says that nothing was tested."""
    rng = np.random.default_rng(6)
    summary = BGNBD(0.25, 4.4, 0.8, 2.4).simulate(rng.uniform(20, 40, 800), rng)
    text = prose(report.render(report.study(summary)))
    assert "could not be tested" in text
    assert "Can the forecast be trusted?" not in text
    assert "row " in text


def test_a_whole_history_is_tested_on_a_split_of_its_own() -> None:
    """Without a holdout, two thirds of the time are fitted once more for the test, and the text says so."""
    summary = whole(None)
    cut = report.split_day(summary)
    assert cut == date(1997, 12, 30)
    found = report.study(summary, split=whole(cut))
    assert found.check is not None
    assert found.check.automatic
    assert found.buying.n == 2357
    text = prose(report.render(found))
    assert "drawn by this report after two thirds of the time" in text
    assert "forecast from 30 June 1998 on" in text


def test_a_part_of_the_customers_is_tested_by_group_alone(split: PurchaseSummary) -> None:
    """Rows picked from a summary keep their holdout and lose the calendar, and so do the pictures."""
    text = prose(report.render(report.study(split.take(slice(0, None, 2)))))
    assert "Is it right for each kind of customer?" in text
    assert "Did the forecast come true?" not in text


def test_a_history_is_split_once_and_not_if_short(split: PurchaseSummary) -> None:
    """A summary with a holdout, without dates, or of a few weeks has no further split."""
    assert report.split_day(split) is None
    assert report.split_day(PurchaseSummary.from_arrays(frequency=[1], recency=[1], age=[2])) is None
    short = PurchaseSummary.from_transactions({"c": [1, 1], "d": ["2026-01-01", "2026-02-01"]}, customer="c", date="d")
    assert report.split_day(short) is None


def test_a_rate_of_the_papers_is_stated_per_year(split: PurchaseSummary) -> None:
    """A continuous weekly rate of 0.0027 appears as 15 % a year."""
    money = report.Money(discount_rate=Rate(0.0027, per="week", kind="continuous"), margin=0.3)
    text = prose(report.render(report.study(split, money=money)))
    assert "discounted by 15 % a year" in text
    assert "at a margin of 30 %" in text


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        (PurchaseSummary.from_arrays(frequency=[1], recency=[4], age=[9]).take(slice(0, 0)), "needs customers"),
        (PurchaseSummary.from_arrays(frequency=[0], recency=[0], age=[9]), "nobody bought on a second day"),
        (PurchaseSummary.from_arrays(frequency=[1], recency=[4], age=[9], weight=[2]), "has weights"),
    ],
)
def test_customers_that_cannot_be_reported_are_refused(summary: PurchaseSummary, reason: str) -> None:
    """No customers, no repeat purchase and grouped rows are refused in a sentence."""
    with pytest.raises(InvalidData, match=reason):
        report.study(summary)


def test_a_refused_report_leaves_no_file(split: PurchaseSummary, tmp_path: Path) -> None:
    """A margin in per cent is refused before anything is written."""
    with pytest.raises(InvalidParameters, match="margin"):
        report.write(split, tmp_path / "report.html", margin=30)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the last step fails, the old file is untouched and no draft stays behind."""
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")

    def refuse(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InvalidData, match="No space left"):
        report.save("new", target)
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A second report takes the place of the first."""
    target = tmp_path / "report.html"
    report.save("old and long", target)
    report.save("new", target)
    assert target.read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    """Return the function that sets the umask, which is put back afterwards."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_umask_says_who_may_read_a_report(
    tmp_path: Path, umask: Callable[[int], int], mask: int, mode: int
) -> None:
    """A new report has the mode that the umask leaves, so a private session writes private files."""
    umask(mask)
    report.save("text", tmp_path / "report.html")
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == mode


def test_a_private_report_stays_private(tmp_path: Path, umask: Callable[[int], int]) -> None:
    """A report that takes the place of a file keeps the mode of that file."""
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    umask(0o022)
    report.save("new", target)
    assert (target.read_text(encoding="utf-8"), stat.S_IMODE(target.stat().st_mode)) == ("new", 0o600)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed(tmp_path: Path, *, there: bool) -> None:
    """The report is written where a symbolic link points to, and the link remains."""
    target, link = tmp_path / "target.html", tmp_path / "link.html"
    if there:
        target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    report.save("new", link)
    assert link.is_symlink()
    assert not target.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_pipes_and_circles_are_refused(tmp_path: Path) -> None:
    """What is there and is no regular file is refused in one sentence, and stays."""
    pipe, circle = tmp_path / "pipe.html", tmp_path / "circle.html"
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    for path in (pipe, circle):
        with pytest.raises(InvalidData, match="no regular file"):
            report.save("text", path)
    assert pipe.is_fifo()
    assert circle.is_symlink()
    assert len(list(tmp_path.iterdir())) == 2


def test_folders_are_no_files(tmp_path: Path) -> None:
    """A folder as target and a missing folder are refused by name."""
    with pytest.raises(InvalidData, match="is a folder"):
        report.save("text", tmp_path)
    with pytest.raises(InvalidData, match="cannot be written"):
        report.save("text", tmp_path / "missing" / "report.html")


def test_without_jinja_the_message_gives_the_command(study: report.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The missing library is an error of ours with the pip command."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"pip install 'relmodels\[report\]'"):
        page.render(study)


@pytest.mark.parametrize(
    ("unit", "year"), [("day", 365.0), ("week", 52.0), ("month", 12.0), ("quarter", 4.0), ("year", 1.0)]
)
def test_the_default_horizon_is_a_year(unit: str, year: float) -> None:
    """Without a horizon the report looks one year ahead, in whole units."""
    assert report.one_year(unit) == year  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (count(2357.0), "2,357"),
        (number(0.24259), "0.243"),
        (number(4.4136), "4.41"),
        (number(1234.5), "1,234"),
        (number(0.0), "0"),
        (number(float("nan")), "–"),
        (percent(0.409), "41\u202f%"),
        (percent(0.004), "0.4\u202f%"),
        (percent(0.997), "99.7\u202f%"),
        (amount(35.2, "$"), "$35.20"),
        (amount(1234.4, ""), "1,234"),
        (amount(0, "€"), "€0"),
        (amounts(0.0, 1499.2, "$"), "$0 – $1,499"),
        (amounts(1.5, 20, ""), "1.50 – 20.00"),
        (times(0.04), "0.04"),
        (times(1.24), "1.2"),
        (span(1.0, "week"), "1 week"),
        (span(38.86, "week"), "38.9 weeks"),
        (day(date(1997, 9, 30)), "30 September 1997"),
    ],
)
def test_numbers_are_shown_as_one_reads_them(shown: str, text: str) -> None:
    """Numbers have the digits that mean something, and units agree with them."""
    assert shown == text
