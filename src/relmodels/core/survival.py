"""Time until something ends, from cases of which some have not ended yet: Kaplan and Meier's product limit.

A case that is still going on when it is last seen says that its time is longer than what was seen, and no more. Leaving
such cases out, or counting their time as if it had ended, makes every time look short. The product limit multiplies, at
each time at which something ended, the share of those then at risk to whom it did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import BoolArray, FloatArray, by_fields, column, read_only
from relmodels.core.errors import InvalidParameters, Problems
from relmodels.core.numbers import finite

__all__ = ["ProductLimit", "product_limit"]


@dataclass(frozen=True, slots=True, eq=False)
class ProductLimit:
    """Survival as a falling step function, in the unit of the durations it was estimated from.

    Attributes:
        time: ``(m,)`` the times at which something ended, rising.
        share: ``(m,)`` the share that lasts longer than each.
        at_risk: ``(m,)`` cases that had lasted until then.
        ended: ``(m,)`` cases that ended then.
        longest: the longest duration seen, ended or not; beyond it nothing is known unless all had ended.

    Examples:
        >>> found = product_limit([2.0, 3.0, 3.0, 5.0, 8.0], [True, True, False, True, False])
        >>> found.share.round(3).tolist(), found.median, round(found.mean_until(8.0), 3)
        ([0.8, 0.6, 0.3], 5.0, 4.9)

    Reference:
        Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
        American Statistical Association 53(282), 457-481.

    """

    time: FloatArray
    share: FloatArray
    at_risk: FloatArray
    ended: FloatArray
    longest: float

    __reduce__ = by_fields

    def at(self, times: ArrayLike) -> FloatArray:
        """Return the share that lasts longer than each of ``times``; ``nan`` where nobody was watched for so long.

        Examples:
            >>> product_limit([2.0, 5.0], [True, False]).at([0.0, 2.0, 5.0, 6.0]).tolist()
            [1.0, 0.5, 0.5, nan]

        """
        asked = np.asarray(times, dtype=np.float64)
        steps = np.append(1.0, self.share)
        found = steps[np.searchsorted(self.time, asked, side="right")]
        return read_only(np.where((asked > self.longest) & (steps[-1] > 0.0), np.nan, found))

    @property
    def median(self) -> float:
        """Return the first time at which half have ended; infinite if fewer than half have."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """Return the first time by which at least ``share`` have ended; infinite if fewer have.

        Raises:
            InvalidParameters: if it is not between 0 and 1.

        """
        _check_share(share, "share")
        reached = np.flatnonzero(self.share <= 1.0 - share + 1e-12)
        return float(self.time[reached[0]]) if reached.size else float("inf")

    def mean_until(self, horizon: float) -> float:
        """Return the mean duration if each is cut at ``horizon``: the area under the curve up to there.

        Raises:
            InvalidParameters: if the horizon is below 0, or longer than anything seen while some go on.

        """
        end = finite(horizon, "horizon", "a duration of 0 or more")
        if end < 0.0 or np.isnan(self.at([end])[0]):
            message = f"horizon = {horizon!r} must lie between 0 and the longest duration seen, {self.longest:g}"
            raise InvalidParameters(message)
        inside = self.time[self.time < end]
        edges = np.concatenate(([0.0], inside, [end]))
        return float(np.diff(edges) @ np.append(1.0, self.share[: inside.size]))

    def interval(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return ``(m,)`` ends of intervals for each share, by Greenwood's variance on the log(-log) scale.

        They stay between 0 and 1; once nobody is left both ends are 0.

        Raises:
            InvalidParameters: if the level is not between 0 and 1.

        """
        from scipy.special import ndtri

        _check_share(level, "level")
        left = self.at_risk - self.ended
        inside = left > 0.0
        terms = np.divide(self.ended, self.at_risk * left, out=np.zeros(left.size), where=inside)
        logs = np.log(np.where(inside, self.share, 0.5))
        width = float(ndtri(0.5 + level / 2.0)) * np.sqrt(np.cumsum(terms)) / np.abs(logs)
        low, high = np.exp(logs * np.exp(width)), np.exp(logs * np.exp(-width))
        return read_only(np.where(inside, low, 0.0)), read_only(np.where(inside, high, 0.0))

    def median_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the times between which the median lies: where the ends of the intervals cross a half.

        Raises:
            InvalidParameters: if the level is not between 0 and 1.

        """
        return self._crossing(self.interval(level)[0]), self._crossing(self.interval(level)[1])

    def _crossing(self, share: FloatArray) -> float:
        reached = np.flatnonzero(share <= 0.5)
        return float(self.time[reached[0]]) if reached.size else float("inf")


def product_limit(duration: ArrayLike, ended: ArrayLike) -> ProductLimit:
    """Return the share of cases that lasts longer than each time at which one ended.

    Cases that were last seen at a time at which others ended were still at risk then.

    Args:
        duration: ``(n,)`` how long each lasted, or has been seen to last.
        ended: ``(n,)`` whether it ended then.

    Raises:
        InvalidData: if durations are no finite numbers of 0 or more, lengths differ, or there are none.

    Examples:
        >>> product_limit([1, 2, 2, 3], [True, True, False, False]).share.tolist()
        [0.75, 0.5]

    Reference:
        Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
        American Statistical Association 53(282), 457-481.

    """
    problems = Problems("durations")
    lasted = column(duration, "duration", problems)
    over = _yes_or_no(ended, problems)
    odd = ~(np.isfinite(lasted) & (lasted >= 0.0))
    if odd.any():
        row = int(np.argmax(odd))
        problems.add(
            f"duration[{row}] = {lasted[row]} is no finite number of 0 or more; {int(odd.sum())} rows are none"
        )
    if not problems and (over.shape != lasted.shape or not lasted.size):
        problems.add(f"duration has {lasted.size} rows and ended {over.size}; give both for each of at least one case")
    problems.raise_if_any()
    time, place = np.unique(lasted, return_inverse=True)
    happened = np.bincount(place, weights=over.astype(np.float64), minlength=time.size)
    watched = np.cumsum(np.bincount(place, minlength=time.size)[::-1])[::-1].astype(np.float64)
    seen = happened > 0.0
    share = np.cumprod(1.0 - happened[seen] / watched[seen])
    return ProductLimit(
        time=read_only(time[seen]),
        share=read_only(share),
        at_risk=read_only(watched[seen]),
        ended=read_only(happened[seen]),
        longest=float(time[-1]),
    )


def _yes_or_no(values: ArrayLike, problems: Problems) -> BoolArray:
    found = np.asarray(values)
    if found.dtype.kind == "b" or (found.dtype.kind in "iuf" and np.isin(found, (0, 1)).all()):
        return np.asarray(found, dtype=bool)
    problems.add("ended must be true or false, or 1 or 0, for each case")
    return np.zeros(found.shape, dtype=bool)


def _check_share(value: float, name: str) -> None:
    if not 0.0 < finite(value, name, "a share between 0 and 1") < 1.0:
        message = f"{name} = {value!r} is not between 0 and 1"
        raise InvalidParameters(message)
