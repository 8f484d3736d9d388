"""Where the formulas are tried: parameters, histories and questions all over the box, and its corners.

Everything is drawn evenly on a logarithmic scale with a fixed seed and written with few digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final, TypeAlias

import numpy as np

__all__ = ["Row", "contract_rows", "opportunity_rows", "phase_rows", "purchase_rows", "spend_rows"]

Generator: TypeAlias = np.random.Generator
Row: TypeAlias = Mapping[str, float]

_LOW: Final = 1e-3
_HIGH: Final = 1e3
_MOST: Final = 10_000
_LONGEST: Final = 1e4
_PHASES: Final = (1, 2, 3, 12)


def purchase_rows(names: tuple[str, ...], many: int, seed: int) -> list[Row]:
    """Return histories in continuous time with the corners of the box of parameters, then points all over it."""
    rng, found = np.random.default_rng(seed), list[Row]()
    for number in range(many):
        at = _parameters(rng, names, number)
        if number >= 2 ** len(names) and number % 8 == 0:
            at |= _next_to_a_pole(at, rng)
        x, t_x, age = _history(rng, number)
        pace = (at["alpha"] + age) / (at["r"] + x)
        found.append({**at, "x": x, "t_x": t_x, "T": age, **_asked(rng, number, pace)})
    return found


def phase_rows(many: int, seed: int) -> list[Row]:
    """Return the same with numbers of phases, and horizons within which no more than some thousand phases may end."""
    rng, found = np.random.default_rng(seed), list[Row]()
    for number, row in enumerate(purchase_rows(("r", "alpha", "a", "b"), many, seed)):
        size = _PHASES[(number + number // 4) % 4]
        x, pace = row["x"], (row["alpha"] + row["T"]) / (row["r"] + size * row["x"])
        longest = 1500 * min(pace, row["alpha"] / row["r"], 0.02 * row["alpha"])
        gaps = x * (np.log(row["t_x"] / x) - rng.uniform(0, 1)) if x else 0.0
        fewer = min(row["k_asked"], float(1000 // size))
        asked = {"horizon": _short(min(row["horizon"], longest)), "k_asked": fewer}
        found.append({"k": float(size), **row, **asked, "log_gaps": float(f"{gaps:.12g}")})
    return found


def opportunity_rows(many: int, seed: int) -> list[Row]:
    """Return histories in discrete time, up to 1,000 opportunities."""
    rng, found = np.random.default_rng(seed), list[Row]()
    for number in range(many):
        at = _parameters(rng, ("alpha", "beta", "gamma", "delta"), number)
        if number % 8 == 7:
            at["gamma"] = 1.0 + (0.0, 1e-9)[number % 16 == 15]
        n = 1000.0 if number % 5 == 0 else _whole(rng, 1000)
        t_x = (0.0, n, float(rng.integers(1, int(n) + 1)), _whole(rng, n))[number % 4]
        x = 0.0 if t_x == 0 else (1.0, t_x, float(rng.integers(1, int(t_x) + 1)))[number % 3]
        horizon = _whole(rng, 1000)
        k = (0.0, 1.0, horizon, float(rng.integers(0, int(horizon) + 1)))[number // 2 % 4]
        asked = {"horizon": horizon, "force": _log_uniform(rng, 1e-4, 1), "k_asked": k}
        found.append({**at, "x": x, "t_x": t_x, "T": n, **asked})
    return found


def contract_rows(names: tuple[str, ...], many: int, seed: int) -> list[Row]:
    """Return contracts of up to 10,000 periods; every second c lies between 0.1 and 10."""
    rng, found = np.random.default_rng(seed), list[Row]()
    for number in range(many):
        at = _parameters(rng, names, number)
        if number % 8 == 7:
            at["alpha"] = 1.0
        if "c" in at and number % 2 and number >= 2 ** len(names):
            at["c"] = _log_uniform(rng, 0.1, 10)
        t = (1.0, 2.0, _whole(rng, 1000), _whole(rng, 10_000))[number % 4]
        found.append({**at, "t": t, "horizon": _whole(rng, 1000), "force": _log_uniform(rng, 0.02, 1)})
    return found


def spend_rows(many: int, seed: int) -> list[Row]:
    """Return mean spends, and amounts that a number of coming purchases may cost."""
    rng, found = np.random.default_rng(seed), list[Row]()
    for number in range(many):
        at = _parameters(rng, ("p", "q", "gamma"), number)
        x = (1.0, 2.0, float(_MOST), _whole(rng, _MOST))[number % 4]
        m, k = _log_uniform(rng, 0.01, 1e4), (1.0, _whole(rng, 1000))[number % 2]
        usual = k * at["p"] * (at["gamma"] + x * m) / (at["p"] * x + at["q"])
        amount = _short(usual * float(np.exp(rng.uniform(-3, 3))))
        found.append({**at, "x": x, "m": m, "amount": amount, "k_asked": k})
    return found


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _log_uniform(rng: Generator, low: float, high: float) -> float:
    return _short(float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def _whole(rng: Generator, most: float) -> float:
    return float(np.floor(np.exp(rng.uniform(0, np.log(most + 0.5)))))


def _parameters(rng: Generator, names: tuple[str, ...], number: int) -> dict[str, float]:
    corners = list(product((_LOW, _HIGH), repeat=len(names)))
    drawn = tuple(_log_uniform(rng, _LOW, _HIGH) for _ in names)
    return dict(zip(names, corners[number] if number < len(corners) else drawn, strict=True))


def _next_to_a_pole(at: Row, rng: Generator) -> dict[str, float]:
    """Return parameters at which published formulas divide by zero or are separate cases, or next to these."""
    near = (0.0, 1e-12, -1e-9, 1e-5)[int(rng.integers(4))]
    if "a" in at:
        return {"a": 1.0 + near}
    if "b" in at:
        return {"beta": 1.0 + near}
    return {"s": 1.0 + near, "beta": at["alpha"]} if "s" in at else {}


def _history(rng: Generator, number: int) -> tuple[float, float, float]:
    """Return frequency, recency and age; each kind of frequency meets each kind of recency in turn."""
    age = _LONGEST if number % 5 == 0 else _log_uniform(rng, 0.1, _LONGEST)
    x = (0.0, 1.0, 2.0, _whole(rng, 100), 100 * _whole(rng, _MOST / 100), _whole(rng, _MOST), float(_MOST))[number % 7]
    silence = _log_uniform(rng, 0.03, 30) / (x + 1)
    share = (
        float(rng.uniform(0, 1)),
        max(1 - silence, 1e-3),
        10 ** -float(rng.uniform(1, 8)),
        1 - 10 ** -float(rng.uniform(1, 8)),
        max(1 - silence, 1e-3),
        1.0,
    )[number % 6]
    return x, (float(f"{age * share:.12g}") if x else 0.0), age


def _asked(rng: Generator, number: int, pace: float) -> dict[str, float]:
    """Return a horizon, a rate of discount and a count; ``pace`` is the time in which one purchase is expected."""
    horizon = _log_uniform(rng, 0.01, _LONGEST)
    usual = float(np.floor(min(horizon / pace, 1000.0) * rng.uniform(0, 3)))
    k = (0.0, 1.0, 2.0, usual, _whole(rng, 1000))[number % 5]
    return {"horizon": horizon, "force": _log_uniform(rng, 1e-5, 1), "k_asked": k}
