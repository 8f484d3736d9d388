"""Steps in the referral and influence markets: who brings the work, who owes whom, and whose influence to mind.

Much referred work comes from few: the smallest set of referrers that brings a given share is the one to look after. A
balance sheet sets what each party referred to the firm against what the firm referred to it. Influence groups are
ranked by how much they matter, and by what good and harm they can do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from relmodels.core.arrays import FloatArray, by_fields, check_finite, check_not_negative, column, read_only
from relmodels.core.errors import InvalidData, Problems
from relmodels.core.identifiers import Text
from relmodels.core.numbers import number
from relmodels.core.record import Record
from relmodels.frames.table import Table

__all__ = [
    "InfluenceGroup",
    "ReferralBalance",
    "ReferredWork",
    "influence_priorities",
    "referral_balance",
    "referred_work",
]


@dataclass(frozen=True, slots=True, eq=False)
class ReferredWork:
    """Referrers by the work they brought, the one who brought most first.

    Attributes:
        referrers: who they are.
        amounts: ``(n,)`` what each brought.
        vital: how many of the first bring the share that was asked for.

    """

    referrers: tuple[Hashable, ...]
    amounts: FloatArray
    vital: int

    __reduce__ = by_fields

    @property
    def vital_few(self) -> tuple[Hashable, ...]:
        """Return the smallest set of referrers that brings the share."""
        return self.referrers[: self.vital]

    def table(self) -> Table:
        """Return a row for each referrer: what they brought, and the share of all brought by them and those above."""
        cumulated = np.cumsum(self.amounts) / self.amounts.sum()
        return Table({"referrer": self.referrers, "amount": self.amounts, "cumulated": cumulated})


def referred_work(referrer: Sequence[Hashable], amount: ArrayLike, *, share: float = 0.8) -> ReferredWork:
    """Return who referred the work, and the smallest set of referrers that brought a share of it.

    Args:
        referrer: ``(m,)`` who referred each piece of work.
        amount: ``(m,)`` what it was worth, not negative.
        share: of the work, between 0 and 1.

    Raises:
        InvalidData: if lengths differ, an amount is negative or no number, or all are 0.
        InvalidParameters: if the share is not between 0 and 1.

    Examples:
        >>> work = referred_work(["bank", "lawyer", "bank", "club"], [50, 20, 30, 10])
        >>> work.vital_few, work.amounts.tolist()
        (('bank', 'lawyer'), [80.0, 20.0, 10.0])

    Reference:
        Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and Implementation,
        p. 235.

    """
    wanted = number(share, "share", "a share between 0 and 1")
    problems = Problems("referred work")
    values = _amounts("amount", amount, len(referrer), problems)
    if not 0.0 < wanted <= 1.0:
        problems.add(f"share = {share} is not between 0 and 1")
    if not problems and not values.sum() > 0.0:
        problems.add("all amounts are 0; there is no work to share out")
    problems.raise_if_any()
    sums: dict[Hashable, float] = {}
    for who, value in zip(referrer, values.tolist(), strict=True):
        sums[who] = sums.get(who, 0.0) + value
    ranked = sorted(sums, key=lambda who: -sums[who])
    amounts = np.array([sums[who] for who in ranked])
    # A share that is reached but for rounding is reached.
    reached = np.cumsum(amounts) >= wanted * amounts.sum() * (1.0 - 1e-12)
    return ReferredWork(tuple(ranked), read_only(amounts), int(np.argmax(reached)) + 1)


def _amounts(name: str, amounts: ArrayLike, length: int, problems: Problems) -> FloatArray:
    values = column(amounts, name, problems)
    if not problems and values.size != length:
        problems.add(f"{name} has {values.size} rows; give one for each of {length}")
    if check_finite(values, name, problems):
        check_not_negative(values, name, problems)
    return values


@dataclass(frozen=True, slots=True, eq=False)
class ReferralBalance:
    """What each party referred to the firm and got referred by it.

    Attributes:
        parties: who they are.
        received: ``(n,)`` what each referred to the firm.
        given: ``(n,)`` what the firm referred to each.

    """

    parties: tuple[Hashable, ...]
    received: FloatArray
    given: FloatArray

    __reduce__ = by_fields

    @property
    def balance(self) -> FloatArray:
        """Return ``(n,)`` what was received less what was given: positive where the firm owes."""
        return read_only(self.received - self.given)

    def table(self) -> Table:
        """Return a row for each party, the one the firm owes most first."""
        order = np.argsort(-self.balance, kind="stable")
        return Table(
            {
                "party": [self.parties[place] for place in order],
                "received": self.received[order],
                "given": self.given[order],
                "balance": self.balance[order],
            }
        )


def referral_balance(received: dict[Hashable, float], given: dict[Hashable, float]) -> ReferralBalance:
    """Return the balance sheet of referrals: what each party referred to the firm, and the firm to it.

    Args:
        received: for each party what it referred to the firm, in numbers or amounts.
        given: for each party what the firm referred to it; who is in one only has 0 in the other.

    Raises:
        InvalidData: if an amount is negative or no number.

    Examples:
        >>> sheet = referral_balance({"bank": 12, "club": 3}, {"bank": 4, "lawyer": 2})
        >>> dict(zip(sheet.parties, sheet.balance.tolist()))
        {'bank': 8.0, 'club': 3.0, 'lawyer': -2.0}

    Reference:
        Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and Implementation,
        p. 235.

    """
    problems = Problems("referral balance")
    parties = tuple(dict.fromkeys([*received, *given]))
    got = _amounts("received", [received.get(party, 0.0) for party in parties], len(parties), problems)
    gave = _amounts("given", [given.get(party, 0.0) for party in parties], len(parties), problems)
    problems.raise_if_any()
    return ReferralBalance(parties, read_only(got), read_only(gave))


class InfluenceGroup(Record):
    """A group in the influence market, as a jury sees it.

    Attributes:
        name: who it is.
        market: its code in the six markets.
        importance: how much it matters, as a share of the scale.
        positive: what good it can do, as a share of the scale.
        negative: what harm it can do, as a share of the scale.

    Examples:
        >>> InfluenceGroup(
        ...     name="Food & City", market="six.influence.press_media", importance=0.7, positive=0.6, negative=0.4
        ... ).name
        'Food & City'

    """

    name: Text
    market: Annotated[str, Field(pattern=r"^six\.influence(\.[a-z_]+)?$")]
    importance: Annotated[float, Field(ge=0, le=1)]
    positive: Annotated[float, Field(ge=0, le=1)]
    negative: Annotated[float, Field(ge=0, le=1)]


def influence_priorities(groups: Iterable[InfluenceGroup]) -> Table:
    """Return influence groups by priority: importance times the larger of the good and the harm they can do.

    The rule is ours; the columns are what the audit of influence markets asks for.

    Raises:
        InvalidData: if there are no groups.

    Examples:
        >>> press = InfluenceGroup(
        ...     name="Press", market="six.influence.press_media", importance=0.5, positive=0.6, negative=0.4
        ... )
        >>> food = InfluenceGroup(
        ...     name="Food safety", market="six.influence.regulatory", importance=0.9, positive=0.1, negative=0.9
        ... )
        >>> influence_priorities([press, food]).column("group")
        ('Food safety', 'Press')

    Reference:
        Peck, H., Payne, A., Christopher, M. and Clark, M. (1999), Relationship Marketing: Strategy and Implementation,
        p. 245.

    """
    listed = list(groups)
    if not listed:
        message = "there are no influence groups to rank"
        raise InvalidData(message)
    priority = np.array([group.importance * max(group.positive, group.negative) for group in listed])
    order = np.argsort(-priority, kind="stable")
    ranked = [listed[place] for place in order]
    return Table(
        {
            "group": [group.name for group in ranked],
            "market": [group.market for group in ranked],
            "importance": [group.importance for group in ranked],
            "good": [group.positive for group in ranked],
            "harm": [group.negative for group in ranked],
            "priority": priority[order],
        }
    )
