"""What the numbers mean, in plain language: one paragraph for each picture, with the numbers of this customer base.

The words for how good a forecast is (*close*, *rough*, *off*) stand for an error of up to 10 %, up to 25 % and more;
these limits are a convention of ours.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from relmodels.btyd.gamma_gamma import GammaGamma
from relmodels.core.arrays import FloatArray
from relmodels.effectiveness.abc_analysis import ABCAnalysis
from relmodels.effectiveness.calibration import calibration_by_count, holdout_by_count
from relmodels.effectiveness.lorenz import gini, lorenz
from relmodels.effectiveness.tracking import tracking
from relmodels.report.findings import Check, Study
from relmodels.report.format import amount, count, day, number, percent, span, times

__all__ = [
    "alive",
    "expected",
    "frequencies",
    "headline",
    "holdout",
    "model",
    "spend",
    "spread",
    "top",
    "tracked",
    "tracked_weekly",
    "value",
]

_CLOSE: Final = 0.10
_ROUGH: Final = 0.25
_LOST: Final = 0.5


def headline(study: Study) -> str:
    """Return the finding of the report in one or two sentences."""
    bought = (
        f"These {count(len(study.summary))} customers can be expected to make {count(study.purchases.sum())} more "
        f"purchases in {_ahead(study)}"
    )
    if study.value is None or study.classes is None:
        return f"{bought}. What they are worth is left open, as {study.no_value}."
    best = study.classes.groups[0]
    worth = amount(study.value.sum(), study.money.currency)
    kind = "revenue" if study.money.margin == 1 else f"profit at a margin of {percent(study.money.margin)}"
    return (
        f"{bought}, worth {worth} today as {kind}. "
        f"{count(best.count)} of them, {percent(best.share_of_customers)}, bring {percent(best.share_of_value)} of it."
    )


def frequencies(study: Study) -> str:
    """Return what the comparison by number of repeat purchases means."""
    found = calibration_by_count(study.buying.model, study.summary)
    actual, expected_counts = found.actual, found.expected
    n, off = len(study.summary), found.misplaced
    verdict = "The bars match closely" if off < 0.03 else "The bars match roughly" if off < 0.08 else "The bars differ"
    return (
        f"{count(actual[0])} of {count(n)} customers ({percent(actual[0] / n)}) have not bought again so far; "
        f"the model expects {count(expected_counts[0])}. "
        f"{count(actual[-1])} bought seven times or more; it expects {count(expected_counts[-1])}. "
        f"{verdict}: to make them equal, {percent(off)} of the customers would have to move to another bar. "
        "A model that cannot redraw the past it was fitted to should not be asked about the future."
    )


def tracked(check: Check) -> str:
    """Return what the cumulative tracking picture means."""
    track = tracking(check.model, check.summary)
    did, said = track.holdout_actual or 0.0, track.holdout_expected or 0.0
    return (
        f"The model saw the purchases on the left of the line only ({_period(check)}). "
        f"After it, these customers bought {count(did)} times; expected were {count(said)}, {_error(said, did)}. "
        f"{_verdict(said, did)}{_automatic(check)}"
    )


def tracked_weekly(check: Check) -> str:
    """Return what the tracking picture by single periods means."""
    track = tracking(check.model, check.summary)
    period, after = track.period, track.held_out & track.whole
    jump = ""
    if after.any():
        best = int(np.argmax(np.where(after, track.actual, -1.0)))
        jump = (
            f": the busiest {period} after the line had {count(track.actual[best])} purchases against "
            f"{count(track.expected[best])} expected"
        )
    return (
        f"The same purchases, one {period} at a time. While new customers join, repeat purchases rise; "
        "afterwards they ebb away as customers leave or slow down, and the model has to bend with them. "
        f"It knows nothing of seasons and campaigns, so single {period}s jump around its line{jump}. "
        f"Use it for totals over longer periods, not for staffing a {period}."
    )


def holdout(check: Check) -> str:
    """Return what the comparison of groups with the holdout means."""
    found = holdout_by_count(check.model, check.summary)
    did, said, most = found.actual.tolist(), found.expected.tolist(), int(found.purchases[-1])
    group = f"{most} times or more" if most == found.most else f"{most} times"
    return (
        f"Customers who had not bought again by {_end(check)} went on to buy {times(did[0])} times on average "
        f"({times(said[0])} expected), those who had bought again {group} {times(did[-1])} times "
        f"({times(said[-1])} expected). Where the two lines lie together, the forecast can be trusted for "
        "the single group and not only for the total; that is what a list of best customers rests on."
    )


def model(study: Study) -> str:
    """Return what the parameters of the BG/NBD mean."""
    fitted, unit = study.buying.model, study.summary.unit
    rate = fitted.r / fitted.alpha
    gap = span(1 / rate, unit) if 1 / rate < 1e4 else f"{number(1 / rate)} {unit}s"
    leave = fitted.a / (fitted.a + fitted.b)
    alike = "differ very much" if fitted.r < 0.5 else "differ much" if fitted.r < 2 else "are rather alike"
    return (
        f"While they are there, customers buy every {gap} on average, but they {alike} in this "
        f"(r = {number(fitted.r)}: the smaller, the more they differ). After each repeat purchase, "
        f"{percent(leave)} of them on average leave for good. A standard error says how far an estimate would move "
        "if another group of customers of the same kind had been observed."
    )


def spend(study: Study, fitted: GammaGamma) -> str:
    """Return what the parameters of the gamma-gamma model mean."""
    again = study.summary.frequency > 0
    spent = study.summary.spend
    link = "" if spent is None else _independence(study.summary.frequency[again], spent[again])
    return (
        f"The average customer spends {amount(fitted.expected_spend_new(), study.money.currency)} per purchase. "
        "A customer's own average counts the more, the more often they bought; the rest is filled up with the average "
        f"of all. {link}"
    )


def alive(study: Study) -> str:
    """Return what the map of P(alive) means."""
    again = study.summary.frequency > 0
    buyers, there = int(again.sum()), float(study.alive[again].sum())
    regular = study.summary.frequency >= 3
    lost = int((regular & (study.alive < _LOST)).sum())
    return (
        "Each spot is a kind of customer: the farther to the right, the later the last purchase; the higher, the more "
        "purchases. Silence weighs most with those who used to buy often: for them it is out of character. "
        f"Of the {count(buyers)} customers who bought again, some {count(there)} are probably still customers. "
        f"Among the {count(int(regular.sum()))} with three or more repeat purchases, {count(lost)} have probably left; "
        "whoever wants to win customers back begins with these."
    )


def expected(study: Study) -> str:
    """Return what the map of expected purchases means."""
    ahead = span(study.horizon, study.summary.unit)
    falling = np.sort(study.purchases)[::-1]
    tenth = max(1, round(0.1 * falling.size))
    share = float(falling[:tenth].sum() / falling.sum()) if falling.sum() > 0 else 0.0
    once = study.summary.frequency == 0
    from_once = float(study.purchases[once].sum())
    return (
        f"The dark corner is where the next purchases come from: customers who bought often and lately. "
        f"In the next {ahead}, {count(falling.sum())} purchases are to be expected, {percent(share)} of them from the "
        f"most active tenth of the customers. The {count(int(once.sum()))} who have not bought again so far will buy "
        f"little each, but {count(from_once)} times together."
    )


def value(study: Study, values: FloatArray) -> str:
    """Return what the distribution of values means."""
    median, mean = float(np.median(values)), float(values.mean())
    below = float((values < mean).mean())
    cash = study.money.currency
    return (
        f"The customer in the middle is worth {amount(median, cash)}, the average is {amount(mean, cash)}: "
        f"{percent(below)} of the customers lie below the average, because a few lie far above it. "
        "What may be spent on keeping a customer should follow the single value, not the average."
    )


def spread(values: FloatArray, classes: ABCAnalysis) -> str:
    """Return what the Lorenz curve and the classes mean."""
    a, b, c = classes.groups
    fifth = lorenz(values).share_of_top(0.2)
    return (
        f"Class A are the {count(a.count)} customers ({percent(a.share_of_customers)}) who bring "
        f"{percent(a.share_of_value)} of the value; the {count(b.count)} of class B bring {percent(b.share_of_value)}, "
        f"the {count(c.count)} of class C the last {percent(c.share_of_value)}. "
        f"The most valuable fifth of all customers brings {percent(fifth)}. "
        f"The Gini coefficient, 0 if all were equal and close to 1 if one customer brought everything, "
        f"is {gini(values):.2f}."
    )


def top(study: Study) -> str:
    """Return how to read the table of the best customers."""
    ahead, level = span(study.horizon, study.summary.unit), percent(study.top.level)
    first = study.top.purchases[0]
    return (
        "The table is a list to act on, best customers first. An expected number is an average over many customers "
        f"like this one; the range says where the single one will end up with a probability of {level}. "
        f"The first on the list may buy as little as {count(first[0])} or as much as {count(first[1])} times "
        f"in the next {ahead}. Ranges that overlap mean that ranks are not to be taken literally."
    )


def _ahead(study: Study) -> str:
    length, intake = span(study.horizon, study.summary.unit), study.summary.intake
    return f"the next {length}" if intake is None else f"the {length} after {day(intake.end)}"


def _independence(frequency: FloatArray, spent: FloatArray) -> str:
    varied = frequency.size > 2 and np.ptp(frequency) > 0 and np.ptp(spent) > 0
    if not varied:
        return "Whether spend goes with frequency cannot be told from these customers."
    link = float(np.corrcoef(frequency, spent)[0, 1])
    if abs(link) < 0.2:
        return (
            f"The model takes it that frequent customers spend neither more nor less at a time; "
            f"here the correlation is {link:.2f}, which is small enough."
        )
    return (
        f"The model takes it that frequent customers spend neither more nor less at a time; here the correlation is "
        f"{link:.2f}, so take the values of the most frequent customers with care."
    )


def _error(said: float, did: float) -> str:
    if did <= 0:
        return "and nobody bought"
    off = said / did - 1
    if abs(off) < 0.005:
        return "the same within half a per cent"
    return f"{percent(abs(off))} too {'many' if off > 0 else 'few'}"


def _verdict(said: float, did: float) -> str:
    off = abs(said / did - 1) if did > 0 else 1.0
    if off <= _CLOSE:
        return "That is close enough to plan by."
    if off <= _ROUGH:
        return "That is rough: plan with a margin of this size."
    return "That is off: rank customers with this forecast, but do not plan with its totals."


def _period(check: Check) -> str:
    return f"to {_end(check)}"


def _end(check: Check) -> str:
    intake = check.summary.intake
    return "the end of the calibration period" if intake is None else day(intake.end)


def _automatic(check: Check) -> str:
    if not check.automatic:
        return ""
    return (
        " The line was drawn by this report after two thirds of the time, for this test only; "
        "all forecasts below use the whole history."
    )
