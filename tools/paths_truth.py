"""Write the truth about customers with covariates that change in time, to many digits and without the library.

The likelihood and the expectations are integrals over time, taken as they stand, on the time axis itself: in
Gauss-Legendre panels, none of them wider than half the distance to the nearest singularity or than a fall of the
integrand by exp(-4). Scores are central differences with a step of 1e-20.

    python -m tools.paths_truth tests/oracles/data/time_varying_accuracy.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np

ROWS, DIGITS, NODES = 48, 60, 36
NEGLIGIBLE = mp.mpf(10) ** -55
STEP = mp.mpf(10) ** -20
HORIZON_SHARE = 0.5


@dataclass(frozen=True)
class Segment:
    """A part of a silence or of the future, with the scales plus readings of both clocks where it begins."""

    begin: Any
    length: Any
    a: Any
    c: Any
    P: Any
    Q: Any


@dataclass(frozen=True)
class Customer:
    """One history with its path and the parameters, all as printed numbers."""

    base: tuple[Any, ...]
    purchase: tuple[Any, ...]
    attrition: tuple[Any, ...]
    begin: tuple[float, ...]
    z: tuple[tuple[float, ...], ...]
    w: tuple[tuple[float, ...], ...]
    history: tuple[float, float, float]
    bought_at: tuple[float, ...]
    horizon: float
    force: float

    def segments(self, low: Any, high: Any) -> Iterator[Segment]:
        """Yield the parts of the path between two moments."""
        P, Q = self.base[1], self.base[3]
        ends = [*self.begin[1:], mp.inf]
        for begin, end, z, w in zip(self.begin, ends, self.z, self.w, strict=True):
            a, c = _exp(self.purchase, z), _exp(self.attrition, w)
            before = min(mp.mpf(end), low) - mp.mpf(begin)
            if before > 0:
                P, Q = P + a * before, Q + c * before
            start, stop = max(mp.mpf(begin), low), min(mp.mpf(end), high)
            if start < stop:
                yield Segment(start, stop - start, a, c, P, Q)
                P, Q = P + a * (stop - start), Q + c * (stop - start)

    def clocks(self, time: Any) -> tuple[Any, Any]:
        """Return the scales plus the readings of the two clocks at a moment."""
        *_, last = [Segment(0, 0, 0, 0, *self.base[1::2]), *self.segments(mp.mpf(0), mp.mpf(time))]
        return last.P + last.a * last.length, last.Q + last.c * last.length

    def stories(self) -> tuple[Any, Any]:
        """Return the likelihoods of being there and of having left, but for what they share."""
        r, _, s, _ = self.base
        x, t_x, age = map(mp.mpf, self.history)
        end = self.clocks(age)
        gone = mp.fsum(_left(part, r + x, s) for part in self.segments(t_x, age))
        return mp.exp(-(r + x) * mp.log(end[0]) - s * mp.log(end[1])), gone

    def log_likelihood(self) -> Any:
        """Return the logarithm of the likelihood."""
        r, alpha, s, beta = self.base
        log_pace = mp.fsum(g * z for g, z in zip(self.purchase, self.bought_at, strict=True))
        shared = mp.loggamma(r + self.history[0]) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
        return shared + log_pace + mp.log(mp.fsum(self.stories()))

    def alive(self, ahead: float) -> Any:
        """Return the probability of being there, after ``ahead`` more units of time."""
        there, gone = self.stories()
        age = mp.mpf(self.history[2])
        stay = (self.clocks(age)[1] / self.clocks(age + ahead)[1]) ** self.base[2]
        return there / (there + gone) * stay

    def expected(self, force: Any) -> Any:
        """Return the purchases expected within the horizon, discounted at a continuous rate."""
        age = mp.mpf(self.history[2])
        P, Q = self.clocks(age)
        future = self.segments(age, age + self.horizon)
        total = mp.fsum(_bought(part, self.base[2], Q, force, part.begin - age) for part in future)
        return self.alive(0.0) * (self.base[0] + self.history[0]) / P * total

    def score(self) -> list[Any]:
        """Return the derivatives by the base and the coefficients."""
        return [
            (self._moved(part, place, STEP).log_likelihood() - self._moved(part, place, -STEP).log_likelihood())
            / (2 * STEP)
            for part in ("base", "purchase", "attrition")
            for place in range(len(getattr(self, part)))
        ]

    def _moved(self, part: str, place: int, move: Any) -> Customer:
        values = list(getattr(self, part))
        values[place] += move
        moved: dict[str, Any] = {part: tuple(values)}
        return replace(self, **moved)


def _left(part: Segment, R: Any, s: Any) -> Any:
    """Return the likelihood of having left within a segment."""
    return _integral(
        lambda v: s * part.c * mp.exp(-R * mp.log(part.P + part.a * v) - (s + 1) * mp.log(part.Q + part.c * v)),
        lambda v: R * part.a / (part.P + part.a * v) + (s + 1) * part.c / (part.Q + part.c * v),
        lambda v: min(part.P / part.a, part.Q / part.c) + v,
        part.length,
    )


def _bought(part: Segment, s: Any, now: Any, force: Any, wait: Any) -> Any:
    """Return the discounted pace of purchases within a segment, given being there at its end if still there."""
    return _integral(
        lambda v: part.a * mp.exp(s * mp.log(now / (part.Q + part.c * v)) - force * (wait + v)),
        lambda v: s * part.c / (part.Q + part.c * v) + force,
        lambda v: part.Q / part.c + v,
        part.length,
    )


def _exp(coefficients: tuple[Any, ...], values: tuple[float, ...]) -> Any:
    return mp.exp(mp.fsum(g * mp.mpf(z) for g, z in zip(coefficients, values, strict=True)))


def _rule() -> list[tuple[Any, Any]]:
    """Return Gauss-Legendre nodes on (0, 1) with their weights."""
    start, _ = np.polynomial.legendre.leggauss(NODES)
    found = []
    for guess in start:
        x = mp.findroot(lambda t: mp.legendre(NODES, t), mp.mpf(float(guess)))
        slope = NODES * (x * mp.legendre(NODES, x) - mp.legendre(NODES - 1, x)) / (x**2 - 1)
        found.append(((x + 1) / 2, 1 / ((1 - x**2) * slope**2)))
    return found


mp.mp.dps = DIGITS
RULE = _rule()


def _integral(
    density: Callable[[Any], Any], steepness: Callable[[Any], Any], distance: Callable[[Any], Any], length: Any
) -> Any:
    total, v = mp.mpf(0), mp.mpf(0)
    while v < length:
        width = min(distance(v) / 2, 4 / steepness(v), length - v)
        part = width * mp.fsum(weight * density(v + width * node) for node, weight in RULE)
        total, v = total + part, v + width
        # The densities fall, so that no later panel is worth more for its width.
        if part * (length - v) < NEGLIGIBLE * total * width:
            break
    return total


def customers() -> Iterator[Customer]:
    """Yield customers with parameters, paths and histories drawn from far and wide."""
    draw = np.random.default_rng(20210701)
    for row in range(ROWS):
        age, pieces = _short(_between(draw, 0.1, 1e4)), int(draw.integers(1, 9))
        x = 0.0 if row % 4 == 0 else float(round(_between(draw, 1, 1e4)))
        share = (draw.uniform(0.001, 1), _between(draw, 1e-4, 0.1), 1 - _between(draw, 1e-6, 0.1))[row % 3]
        base = tuple(mp.mpf(_short(_between(draw, 1e-3, 1e3))) for _ in range(4))
        gamma, delta = _normal(draw, 1.5, 2), _normal(draw, 1.5, 1)
        yield Customer(
            base=base,
            purchase=tuple(map(mp.mpf, gamma)),
            attrition=tuple(map(mp.mpf, delta)),
            begin=(0.0, *(_short(cut) for cut in np.sort(draw.uniform(0, 1.5 * age, pieces - 1)))),
            z=tuple(_normal(draw, 1.0, 2) for _ in range(pieces)),
            w=tuple(_normal(draw, 1.0, 1) for _ in range(pieces)),
            history=(x, _short(age * share) if x else 0.0, age),
            bought_at=_normal(draw, 1 + x / 10, 2) if x else (0.0, 0.0),
            horizon=_short(age * HORIZON_SHARE),
            force=_short(_between(draw, 1e-4, 1) / age),
        )


def _between(draw: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))


def _normal(draw: np.random.Generator, deviation: float, many: int) -> tuple[float, ...]:
    return tuple(_short(value) for value in draw.normal(0, deviation, many))


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _printed(value: Any) -> str:
    return str(mp.nstr(value, 22))


def rows() -> Iterator[dict[str, Any]]:
    """Yield each customer with the truth."""
    for number, customer in enumerate(customers()):
        print(f"{number + 1} of {ROWS}", flush=True)
        yield {
            "base": [float(value) for value in customer.base],
            "purchase": [float(value) for value in customer.purchase],
            "attrition": [float(value) for value in customer.attrition],
            "begin": customer.begin,
            "z": customer.z,
            "w": customer.w,
            "history": customer.history,
            "bought_at": customer.bought_at,
            "horizon": customer.horizon,
            "force": customer.force,
            "log_likelihood": _printed(customer.log_likelihood()),
            "p_alive": _printed(customer.alive(0.0)),
            "p_alive_ahead": _printed(customer.alive(customer.horizon)),
            "expected": _printed(customer.expected(mp.mpf(0))),
            "discounted": _printed(customer.expected(mp.mpf(customer.force))),
            "score": [_printed(value) for value in customer.score()] if number % 3 == 0 else None,
        }


def main(path: Path) -> None:
    """Write the rows with their source."""
    source = (
        "Customers, paths and parameters drawn far and wide; truth by mpmath at 60 digits, independent of the library, "
        "written by tools/paths_truth.py"
    )
    lines = ",\n  ".join(json.dumps(row) for row in rows())
    path.write_text(f'{{\n "source": {json.dumps(source)},\n "rows": [\n  {lines}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
