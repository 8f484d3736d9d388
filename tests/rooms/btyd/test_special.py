import mpmath as mp
import numpy as np
import pytest

from relmodels.btyd.special import digamma_rise, log_beta, log_rise, trigamma_rise

Z = (1e-9, 0.01, 0.243, 1.0, 7.3, 15.999, 16.0, 16.001, 120.0, 1e4, 1e8, 1e15)
X = (0.0, 1.0, 2.0, 15.0, 400.0, 1e5)
# In units of the largest term that enters, which is what rounding is proportional to.
ROUNDING = 2e-15


@pytest.mark.parametrize("z", Z)
@pytest.mark.parametrize("x", X)
def test_rises_have_their_digits(z, x):
    """The rises of ln Γ, ψ and ψ' from z to z + x agree with 60 digits, for large z too, where they are small."""
    mp.mp.dps = 60
    exact_z, exact = mp.mpf(z), mp.mpf(z) + mp.mpf(x)
    for found, function in (
        (log_rise(z, x), mp.loggamma),
        (digamma_rise(z, x), mp.digamma),
        (trigamma_rise(z, x), lambda at: mp.psi(1, at)),
    ):
        truth = function(exact) - function(exact_z)
        size = abs(truth) if z >= 16 else abs(function(exact)) + abs(function(exact_z))
        assert abs(mp.mpf(float(found)) - truth) <= ROUNDING * max(size, mp.mpf(1e-300))


@pytest.mark.parametrize("z", Z)
def test_rise_by_nothing_is_nothing(z):
    """The rises over x = 0 are exactly 0."""
    assert log_rise(z, 0.0) == digamma_rise(z, 0.0) == trigamma_rise(z, 0.0) == 0.0


@pytest.mark.parametrize("a", [1e-9, 0.3, 4.0, 250.0, 1e8])
@pytest.mark.parametrize("b", [1e-9, 0.3, 4.0, 250.0, 1e8])
def test_log_beta_has_its_digits(a, b):
    """The log beta function agrees with 60 digits, and is symmetric."""
    mp.mp.dps = 60
    truth = mp.log(mp.beta(mp.mpf(a), mp.mpf(b)))
    assert abs(mp.mpf(float(log_beta(a, b))) - truth) <= 4e-15 * (abs(truth) + abs(mp.loggamma(min(a, b))))
    assert log_beta(a, b) == log_beta(b, a)


def test_rises_broadcast():
    """A column of z and a row of x give a table."""
    table = log_rise(np.array([[0.5], [20.0]]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(table[:, 0], np.log([0.5, 20.0]), rtol=1e-14)
    assert table.shape == (2, 3)
