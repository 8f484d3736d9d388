"""A clock of one process whose pace covariates change: purchases on one, leaving on the other.

A process whose rate is ``exp(γ'z(u))`` times a constant is an even one on the clock ``∫ exp(γ'z)``. The gamma mixture
adds its inverse scale, α or β, to the reading. What a likelihood needs are the readings at the last purchase, at the
end of observation and where the segments of the silence in between begin, with their derivatives by γ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relmodels.btyd.path_segments import Segments
from relmodels.core.arrays import FloatArray
from relmodels.core.errors import InvalidParameters
from relmodels.core.sums import gram

__all__ = ["Clock", "Slopes", "clock", "pace"]

# Products of two paces, a scale and a length stay far from what a floating-point number can hold.
_LARGEST_EXPONENT: Final = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The derivatives of ln(scale + reading) by the scale and by the coefficients.

    At a moment within a segment they are ``start + turn * (P/(P + v) - 1)``, with P the sum at its beginning and v what
    the clock has run since then.

    Attributes:
        start: ``(m, 1 + p)`` where each segment begins.
        turn: ``(m, 1 + p)`` how they change within it.
        end: ``(n, 1 + p)`` at the end of observation.

    """

    start: FloatArray
    turn: FloatArray
    end: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The clock of one process for given coefficients, of ``n`` customers with ``k`` past and ``m`` silent segments.

    Attributes:
        past: the segments up to the last purchase.
        silence: the segments from there to the end of observation.
        on_past: ``(k, p)`` the covariates on the past segments.
        on_silence: ``(m, p)`` the covariates on the silent ones.
        scale: the inverse scale of the gamma mixture.
        pace: ``(m,)`` how fast it runs on the silent segments.
        run_past: ``(k,)`` how much it runs on each past segment.
        run: ``(m,)`` how much it runs on each silent segment.
        last: ``(n,)`` its reading at the last purchase.
        to_start: ``(m,)`` how much it runs from then to the beginning of each silent segment.
        to_end: ``(n,)`` how much it runs from then to the end.

    """

    past: Segments
    silence: Segments
    on_past: FloatArray
    on_silence: FloatArray
    scale: float
    pace: FloatArray
    run_past: FloatArray
    run: FloatArray
    last: FloatArray
    to_start: FloatArray
    to_end: FloatArray

    @property
    def reading(self) -> FloatArray:
        """Return the reading at the end, ``(n,)``."""
        return self.last + self.to_end

    @property
    def start(self) -> FloatArray:
        """Return the sum of scale and reading where each silent segment begins, ``(m,)``."""
        return (self.scale + self.last)[self.silence.row] + self.to_start

    @property
    def end(self) -> FloatArray:
        """Return the sum of scale and reading at the end, ``(n,)``."""
        return self.scale + self.last + self.to_end

    def fall(self) -> FloatArray:
        """Return the logarithm of the growth of that sum from the last purchase to each silent segment, ``(m,)``."""
        return np.log1p(self.to_start / (self.scale + self.last)[self.silence.row])

    def whole_fall(self) -> FloatArray:
        """Return the logarithm of its growth from the last purchase to the end, ``(n,)``."""
        return np.log1p(self.to_end / (self.scale + self.last))

    def ahead(self) -> FloatArray:
        """Return the logarithm of its growth from each silent segment to the end, ``(m,)``."""
        return np.log1p((self.to_end[self.silence.row] - self.to_start) / self.start)

    def slopes(self) -> Slopes:
        """Return the derivatives of ln(scale + reading)."""
        row, run = self.silence.row, self.run[:, None] * self.on_silence
        at_last = self.past.total(self.run_past[:, None] * self.on_past)
        at_start = (at_last[row] + self.silence.before(run)) / self.start[:, None]
        at_end = (at_last + self.silence.total(run)) / self.end[:, None]
        by_scale, by_scale_at_end = 1.0 / self.start[:, None], 1.0 / self.end[:, None]
        return Slopes(
            start=np.hstack([by_scale, at_start]),
            turn=np.hstack([by_scale, at_start - self.on_silence]),
            end=np.hstack([by_scale_at_end, at_end]),
        )

    def bend(self, at_start: FloatArray, at_end: FloatArray) -> FloatArray:
        """Return the weighted sum of the second derivatives of readings by the coefficients, ``(p, p)``.

        Each segment adds to every later reading, so that it is counted with the weights of all of them.

        Args:
            at_start: ``(m,)`` weights of the readings where the silent segments begin.
            at_end: ``(n,)`` weights of those at the end.

        """
        later = self.silence.after(at_start) + at_end[self.silence.row]
        all_later = (self.silence.total(at_start) + at_end)[self.past.row]
        return gram(self.on_silence.T, later * self.run) + gram(self.on_past.T, all_later * self.run_past)


def clock(
    past: Segments,
    silence: Segments,
    covariates: FloatArray,
    coefficients: FloatArray,
    scale: float,
) -> Clock:
    """Return the clock of one process.

    Args:
        past: the segments up to the last purchase.
        silence: the segments from there to the end of observation.
        covariates: the covariates of all pieces of the paths, ``(pieces, p)``.
        coefficients: ``(p,)``.
        scale: the inverse scale of the gamma mixture.

    Raises:
        InvalidParameters: if a pace is beyond reason.

    """
    on_past, on_silence = covariates[past.piece], covariates[silence.piece]
    run_past = past.length * pace(on_past, coefficients)
    speed = pace(on_silence, coefficients)
    run = silence.length * speed
    return Clock(
        past=past,
        silence=silence,
        on_past=on_past,
        on_silence=on_silence,
        scale=scale,
        pace=speed,
        run_past=run_past,
        run=run,
        last=past.total(run_past),
        to_start=silence.before(run),
        to_end=silence.total(run),
    )


def pace(covariates: FloatArray, coefficients: FloatArray) -> FloatArray:
    """Return ``exp(γ'z)``, ``(m,)``.

    Args:
        covariates: ``(m, p)``.
        coefficients: ``(p,)``.

    Raises:
        InvalidParameters: if an exponent is so large that the pace is beyond reason.

    Examples:
        >>> pace(np.array([[0.0, 2.0]]), np.array([1.0, 0.5])).round(3)
        array([2.718])

    """
    exponent = np.einsum("mp,p->m", covariates, coefficients)
    largest = float(np.abs(exponent).max(initial=0.0))
    if not largest <= _LARGEST_EXPONENT:
        message = (
            f"covariates times their coefficients reach {largest:.4g}, which multiplies a rate by more than can be "
            f"computed with; {_LARGEST_EXPONENT:g} is the most: center and rescale the covariates"
        )
        raise InvalidParameters(message)
    speed: FloatArray = np.exp(exponent)
    return speed
