"""BG/NBD against arithmetic with eighty digits, over the two domains that docs/accuracy.md states.

The truth is the published closed form, which mpmath evaluates with as many digits as its cancellations need.
"""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.bg_nbd import BGNBD
from tests.strategies import one

POINTS = 150
# Worst relative errors; the table of docs/accuracy.md quotes them.
WIDE = {"log_likelihood": 2e-15, "p_alive": 2e-13, "expected": 2e-13, "ahead": 2e-13}
HOSTILE = {"log_likelihood": 5e-15, "p_alive": 5e-13, "expected": 5e-12, "ahead": 5e-13}


def draws(*, hostile: bool) -> list[tuple[float, ...]]:
    """Return (r, alpha, a, b, x, t_x, T, t), log-uniform; a tenth of the points have a next to 1."""
    rng = np.random.default_rng(7 if hostile else 11)
    ends = (
        [(1e-3, 1e3), (0.01, 1e3), (1e-3, 1e3), (1e-3, 1e3)]
        if hostile
        else [(0.03, 10), (0.1, 300), (0.05, 20), (0.05, 20)]
    )
    most = 5_000 if hostile else 10_000
    found: list[tuple[float, ...]] = []
    for number in range(POINTS):
        r, alpha, a, b = (float(np.exp(rng.uniform(np.log(low), np.log(high)))) for low, high in ends)
        if number % 10 == 0:
            a = 1.0 + float(10 ** rng.uniform(-12, -1))
        x = float(np.floor(np.exp(rng.uniform(0, np.log(most))) - 1))
        age = float(np.exp(rng.uniform(np.log(1), np.log(3650))))
        t_x = age * float(rng.uniform(0.01, 1)) if x else 0.0
        found.append((r, alpha, a, b, x, t_x, age, float(np.exp(rng.uniform(np.log(0.01), np.log(1000))))))
    return found


def truth(r, alpha, a, b, x, t_x, age, t):
    """Return the four quantities with eighty digits, and the size of the terms of the log-likelihood."""
    mp.mp.dps = 80
    r, alpha, a, b, x, t_x, age, t = map(mp.mpf, (r, alpha, a, b, x, t_x, age, t))
    R, A = r + x, alpha + age
    terms = [mp.loggamma(R) - mp.loggamma(r), r * mp.log(alpha), mp.log(mp.beta(a, b + x) / mp.beta(a, b))]
    alive = -R * mp.log(A)
    gone = mp.log(a / (b + x - 1)) - R * mp.log(alpha + t_x) if x else mp.mpf("-inf")
    mixed = alive + mp.log1p(mp.exp(gone - alive)) if x else alive
    p = 1 / (1 + mp.exp(gone - alive)) if x else mp.mpf(1)
    z = t / (A + t)
    growth = 1 - mp.power(A / (A + t), a - 1) * mp.hyp2f1(a - 1, a + b - r - 1, a + b + x - 1, z)
    ahead = p * mp.power(A / (A + t), a) * mp.hyp2f1(a, a + b - r, a + b + x, z)
    return (
        {
            "log_likelihood": sum(terms) + mixed,
            "p_alive": p,
            "expected": p * (a + b + x - 1) / (a - 1) * growth,
            "ahead": ahead,
        },
        max(map(abs, [*terms, mixed])),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("hostile", "bounds"), [(False, WIDE), (True, HOSTILE)], ids=["wide", "hostile"])
def test_every_quantity_keeps_its_stated_accuracy(hostile: bool, bounds: dict[str, float]) -> None:
    """Log-likelihood (relative to its largest term), P(alive), expectation and survival keep the stated bounds."""
    worst = dict.fromkeys(bounds, 0.0)
    for point in draws(hostile=hostile):
        r, alpha, a, b, x, t_x, age, t = point
        exact, size = truth(*point)
        model, customer = BGNBD(r, alpha, a, b), one(x, t_x, age)
        ours = {
            "log_likelihood": model.log_likelihood(customer)[0],
            "p_alive": model.p_alive(customer)[0],
            "expected": model.expected_purchases(customer, t)[0],
            "ahead": model.p_alive(customer, ahead=t)[0],
        }
        for name, value in ours.items():
            if name != "log_likelihood" and abs(exact[name]) < 1e-300:
                assert value <= 1e-290
                continue
            scale = size if name == "log_likelihood" else abs(exact[name])
            worst[name] = max(worst[name], float(abs(mp.mpf(float(value)) - exact[name]) / scale))
    assert all(worst[name] <= bound for name, bound in bounds.items()), worst
