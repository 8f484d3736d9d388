import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.bg_nbd_predictions import expected_if_alive, survival
from relmodels.btyd.quadrature import Spread, integral_to, log_beta_mean
from relmodels.core.errors import InvalidParameters

NONE = np.zeros(1)


def hostile(many: int, seed: int, low: float, high: float) -> np.ndarray:
    """Return r, a and b from 10**low to 10**high, x from 0 to 5000, horizons from 1e-5 to 1e4 times the age."""
    rng = np.random.default_rng(seed)
    r, a, b = 10 ** rng.uniform(low, high, (3, many))
    x = np.floor(10 ** rng.uniform(0.0, np.log10(5001.0), many)) - 1.0
    return np.array([r, a, b, x, 10 ** rng.uniform(-5, 4, many)])


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-3.0, 3.0)])
def test_averages_over_the_dropout_probability_have_their_digits(low, high):
    """Expected purchases and survival agree with the closed forms at 80 digits where library functions overflow."""
    mp.mp.dps = 80
    r, a, b, x, z = hostile(60, 20050301, low, high)
    found = expected_if_alive(r, 1.0, a, b, x, np.zeros(60), z), survival(r, 1.0, a, b, x, np.zeros(60), z)
    for i in range(60):
        R, shape, other, reach = (mp.mpf(float(value)) for value in (r[i] + x[i], a[i], b[i] + x[i], z[i]))
        stay = mp.hyp2f1(R, shape, shape + other, -reach)
        less = mp.hyp2f1(R, shape - 1, shape + other - 1, -reach)
        expected = (shape + other - 1) / (shape - 1) * (1 - less)
        assert abs(mp.mpf(float(found[0][i])) / expected - 1) <= 1e-13
        assert abs(mp.mpf(float(found[1][i])) / stay - 1) <= 5e-12


@pytest.mark.parametrize("a", [1e-12, 1e-3, 1.0, 1e3, 1e9])
@pytest.mark.parametrize("b", [1e-12, 1e-3, 1.0, 1e3, 1e9])
def test_known_mean(a, b):
    """E[1 / (1 + P)] over Beta(a, b) agrees with its hypergeometric series for shapes of any size."""
    mp.mp.dps = 40
    unit = np.ones(1)
    found = log_beta_mean(
        lambda log_p, _: -np.log1p(np.exp(log_p)), unit * a, unit * b, Spread(unit, unit, unit * np.log(2.0))
    )
    truth = mp.log(mp.quad(lambda t: mp.exp(-t) * mp.hyp1f1(a, mp.mpf(a) + b, -t), [0, 1, 5, 20, 60]))
    assert float(found[0]) == pytest.approx(float(truth), abs=1e-13 + 1e-16 * np.sqrt(a + b))


def test_what_does_not_settle_is_refused():
    """A factor that jumps from node to node gives an error that names the parameters, never a number."""
    rng = np.random.default_rng(20050302)
    unit = np.ones(1)
    with pytest.raises(InvalidParameters, match=r"does not settle at a = 1\.0"):
        log_beta_mean(lambda log_p, _: rng.normal(size=log_p.shape) * 9.0, unit, unit, Spread(unit, unit, unit))


def test_an_integral_of_a_table_and_weights():
    """The integral of exp(v) exp(-2v) from 0 to each end is 1 - exp(-end), for each row its own kind."""
    ends = np.array([0.0, 0.5, 3.0, 30.0])
    found = integral_to(
        lambda v: np.stack([v, 2 * v], axis=1),
        lambda v, rows: -(2.0 + (rows == 3)[:, None]) * v,
        np.array([0, 0, 0, 1]),
        ends,
    )
    np.testing.assert_allclose(found, -np.expm1(-ends), rtol=1e-13)


def test_an_integral_that_does_not_settle_is_refused():
    """A weight that jumps between nodes, or a shape that does, is refused."""
    rng = np.random.default_rng(20050303)
    one = np.ones(1)
    with pytest.raises(InvalidParameters, match="discounted sum"):
        integral_to(lambda v: v[:, None], lambda v, _: rng.normal(size=v.shape), np.zeros(1, dtype=int), one)
    with pytest.raises(InvalidParameters, match="too rough"):
        integral_to(lambda v: rng.normal(size=(v.size, 1)), lambda v, _: -v, np.zeros(1, dtype=int), one)


def test_nothing_to_integrate():
    """No rows, or ends all at 0, cost nothing and give zeros."""
    empty = np.zeros(0)
    assert log_beta_mean(lambda log_p, _: log_p, empty, empty, Spread(empty, empty, empty)).size == 0
    none = integral_to(lambda v: v[:, None], lambda v, _: v, np.zeros(2, dtype=int), np.zeros(2))
    np.testing.assert_array_equal(none, [0.0, 0.0])
