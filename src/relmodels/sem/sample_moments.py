"""Covariances of a sample, from a survey or typed in from a paper.

A paper prints one triangle, often with something else on the diagonal or above it: either triangle will do, empty, zero
or left out, and what is no correlation is named by its variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from relmodels.core.arrays import FloatArray, by_fields, column, read_only
from relmodels.core.errors import InvalidData, InvalidParameters, Problems
from relmodels.core.numbers import whole
from relmodels.sem.checks import (
    check_correlations,
    check_definite,
    distinct_names,
    name_list,
    places_of,
    same_order,
    square_table,
)

__all__ = ["Divisor", "SampleMoments"]

Divisor: TypeAlias = Literal["n", "n-1"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SampleMoments:
    """Covariances of ``p`` variables in ``G`` groups, and how many cases they are of.

    Attributes:
        names: the variables.
        sizes: the number of cases of each group.
        covariance: ``(G, p, p)`` with the divisor ``n``.
        mean: ``(G, p)``; ``None`` if they are not known.
        groups: the names of the groups.

    Examples:
        >>> table = SampleMoments.from_correlation([[1.0], [0.5, 1.0]], ["trust", "commitment"], n=204)
        >>> table.names, table.sizes
        (('trust', 'commitment'), (204,))

    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    covariance: FloatArray
    mean: FloatArray | None = None
    groups: tuple[str, ...] = ("all",)

    __reduce__ = by_fields

    def __post_init__(self) -> None:
        """Check that there is a table, a size and a name for each group."""
        counts, size = {len(self.sizes), len(self.groups), len(self.covariance)}, len(self.names)
        shapes = [(self.covariance, (len(self.sizes), size, size)), (self.mean, (len(self.sizes), size))]
        if len(counts) > 1 or any(one is not None and np.shape(one) != shape for one, shape in shapes):
            message = (
                f"{len(self.sizes)} sizes, {len(self.groups)} groups ({', '.join(self.groups)}) and covariances of the "
                f"shape {np.shape(self.covariance)} do not belong together; use SampleMoments.of_groups"
            )
            raise InvalidData(message)

    @classmethod
    def of_groups(cls, parts: Mapping[str, Self]) -> Self:
        """Return the moments of several groups, each from a table of its own.

        Args:
            parts: by the name of the group its moments, of the same variables in any order.

        Raises:
            InvalidData: naming groups that have other variables or several groups themselves, or of which some have
                means and some have none; and if there is no group.
            InvalidParameters: if it is no mapping of moments.

        Examples:
            >>> tables = {
            ...     "buyers": SampleMoments.from_correlation([[1.0], [0.5, 1.0]], ["trust", "loyalty"], n=204),
            ...     "sellers": SampleMoments.from_correlation([[1.0], [0.3, 1.0]], ["trust", "loyalty"], n=150),
            ... }
            >>> both = SampleMoments.of_groups(tables)
            >>> both.groups, both.sizes
            (('buyers', 'sellers'), (204, 150))

        """
        problems = Problems("groups")
        given: object = parts
        if not isinstance(given, Mapping) or not all(isinstance(one, SampleMoments) for one in given.values()):
            message = f"parts = {type(given).__name__} must be a mapping of groups to SampleMoments, one of each"
            raise InvalidParameters(message)
        names = next(iter(parts.values())).names if parts else ()
        if not parts:
            problems.add("there is none; give a table for each")
        if len({str(group) for group in parts}) < len(parts):
            problems.add(f"{', '.join(map(repr, parts))} look alike as text; give every group a name of its own")
        for group, own in parts.items():
            if set(own.names) != set(names):
                problems.add(f"{group} has {', '.join(own.names)}, and the first {', '.join(names)}; give all the same")
            if len(own.groups) != 1:
                problems.add(f"{group} has groups of its own: {', '.join(own.groups)}")
        if len({own.mean is None for own in parts.values()}) > 1:
            problems.add("some have means and some have none; give all of them, or none")
        problems.raise_if_any()
        ordered = [own.of(names) for own in parts.values()]
        means = [own.mean[0] for own in ordered if own.mean is not None]
        return cls(
            names=names,
            sizes=tuple(own.n for own in ordered),
            covariance=read_only(np.concatenate([own.covariance for own in ordered])),
            mean=read_only(np.array(means)) if means else None,
            groups=tuple(str(group) for group in parts),
        )

    @classmethod
    def from_covariance(
        cls,
        covariance: ArrayLike,
        names: Sequence[str],
        *,
        n: int,
        means: ArrayLike | None = None,
        divisor: Divisor = "n-1",
    ) -> Self:
        """Return the moments of one group, from a table of covariances.

        Args:
            covariance: ``(p, p)`` symmetric, or one triangle of it: the other is 0, ``nan`` or left out.
            names: of the variables.
            n: the number of cases.
            means: ``(p,)``.
            divisor: by which sums were divided; most programs print those of ``n - 1``.

        Raises:
            InvalidData: naming entries that are not finite or not symmetric, variances that are not above 0, names that
                stand twice, a table that no data can have, and fewer cases than it needs.
            InvalidParameters: if the names are one text, or the divisor is unknown.

        """
        cases = whole(n, "n", 2)
        problems = Problems("covariances")
        table = square_table(covariance, "covariance", name_list(names, "names"), problems)
        labels = distinct_names(names, len(table), problems)
        same_order(covariance, labels, problems)
        level = None if means is None else column(means, "means", problems)
        if level is not None and not problems and level.size != len(table):
            problems.add(f"means has {level.size} rows; give one for each of {len(table)} variables")
        if not problems and cases <= len(table):
            problems.add(f"n = {cases} cases have no table of {len(table)} variables that can be inverted; check n")
        problems.raise_if_any()
        check_definite(table, labels, "covariance")
        if divisor not in {"n", "n-1"}:
            message = f"divisor = {divisor!r} must be 'n' or 'n-1'"
            raise InvalidParameters(message)
        shrink = (cases - 1) / cases if divisor == "n-1" else 1.0
        return cls(
            names=labels,
            sizes=(cases,),
            covariance=read_only(table[None] * shrink),
            mean=None if level is None else read_only(level[None]),
        )

    @classmethod
    def from_correlation(
        cls,
        correlation: ArrayLike,
        names: Sequence[str],
        *,
        n: int,
        deviations: ArrayLike | None = None,
        means: ArrayLike | None = None,
    ) -> Self:
        """Return the moments of one group, from a published table of correlations.

        Without standard deviations the correlations stand for covariances: parameters come out in standard deviations,
        and errors of standardized parameters that are held by their units are approximate.

        Args:
            correlation: ``(p, p)`` symmetric with ones on the diagonal, or one triangle of it: the other is 0, ``nan``
                or left out, as in rows of 1, 2, 3 numbers.
            names: of the variables.
            n: the number of cases.
            deviations: ``(p,)`` standard deviations.
            means: ``(p,)``.

        Raises:
            InvalidData: as :meth:`from_covariance`, and naming what on the diagonal is not one, such as the roots of
                AVE that papers print there, and correlations outside -1 to 1.
            InvalidParameters: if the names are one text.

        """
        problems = Problems("correlations")
        table = square_table(correlation, "correlation", name_list(names, "names"), problems)
        same_order(correlation, names, problems)
        if not problems:
            check_correlations(table, "correlation", names, problems)
        spread = np.ones(len(table)) if deviations is None else column(deviations, "deviations", problems)
        if not problems and (spread.size != len(table) or not (spread > 0.0).all()):
            problems.add(f"deviations must be {len(table)} numbers above 0, one for each variable")
        problems.raise_if_any()
        divisor: Divisor = "n" if deviations is None else "n-1"
        return cls.from_covariance(table * np.outer(spread, spread), names, n=n, means=means, divisor=divisor)

    @property
    def n(self) -> int:
        """Return the number of cases of all groups."""
        return sum(self.sizes)

    def of(self, names: Sequence[str]) -> Self:
        """Return the moments of some of the variables, in another order.

        Raises:
            InvalidData: naming those that are not there.

        """
        chosen = places_of(names, self.names, "variable")
        return type(self)(
            names=tuple(names),
            sizes=self.sizes,
            covariance=read_only(self.covariance[:, chosen][:, :, chosen]),
            mean=None if self.mean is None else read_only(self.mean[:, chosen]),
            groups=self.groups,
        )
