"""Gidaković, P. and Žabkar, V. (2021), on stereotypes and trust in services, Journal of Service Management.

The correlations of thirteen constructs are printed in the paper's table of validity, as are composite reliabilities and
the variance extracted; n is 476. The paths below are ours, the paper's own could not be obtained; without latent
variables they have a solution in closed form, which is what the fit is held against.
"""

import numpy as np
import pytest
from scipy import stats

import relmodels as rm

NAMES = ("loy", "val", "trust", "fleb", "flec", "mppb", "mppc", "osw", "osc", "isw", "isc", "invol", "sat")
LOWER = """
1
.65 1
.53 .66 1
.33 .49 .56 1
.32 .52 .57 .60 1
.39 .53 .67 .57 .65 1
.33 .51 .59 .61 .65 .65 1
.13 .21 .31 .28 .35 .36 .35 1
.15 .24 .36 .28 .34 .39 .32 .69 1
.17 .22 .35 .20 .34 .40 .32 .68 .65 1
.17 .23 .41 .23 .36 .41 .35 .59 .64 .67 1
.35 .21 .16 .01 .11 .08 -.03 -.13 .07 -.02 .02 1
.57 .69 .66 .56 .53 .58 .61 .31 .30 .31 .33 .15 1
"""
EXTRACTED = (0.60, 0.75, 0.90, 0.72, 0.78, 0.76, 0.65, 0.83, 0.77, 0.78, 0.69, 0.85, 0.86)
PATHS = {"trust": ("fleb", "flec", "mppb", "mppc", "sat"), "val": ("trust", "sat"), "loy": ("val", "trust", "invol")}
CAUSES = ("fleb", "flec", "mppb", "mppc", "sat", "invol")


def printed() -> np.ndarray:
    """Return the printed correlations, the upper triangle zero."""
    rows = [[float(one) for one in line.split()] for line in LOWER.strip().splitlines()]
    return np.array([row + [0.0] * (len(NAMES) - len(row)) for row in rows])


DATA = rm.SampleMoments.from_correlation(printed(), NAMES, n=476)
FIT = rm.fit(rm.PathModel.parse("\n".join(f"{effect} ~ {' + '.join(of)}" for effect, of in PATHS.items())), DATA)


SEEN = rm.fit(FIT.model, DATA, information="observed")


def part(first, second):
    """Return the correlations of some with others."""
    return DATA.covariance[0][np.ix_([NAMES.index(one) for one in first], [NAMES.index(one) for one in second])]


@pytest.mark.parametrize("effect", PATHS)
def test_paths_are_those_of_regressions(effect):
    """Each equation of a chain of observed constructs is a regression: paths, errors and what is left.

    Errors are the same with the observed information; the expected one takes causes as the model implies them.
    """
    causes = PATHS[effect]
    inner = np.linalg.inv(part(causes, causes))
    slopes = inner @ part(causes, [effect])[:, 0]
    rest = 1.0 - slopes @ part(causes, [effect])[:, 0]
    for place, cause in enumerate(causes):
        assert FIT.value(f"{effect} ~ {cause}") == pytest.approx(slopes[place], abs=1e-9)
        error = np.sqrt(rest * inner[place, place] / 476)
        assert SEEN.standard_error(f"{effect} ~ {cause}") == pytest.approx(error, rel=1e-6)
    assert FIT.value(f"{effect} ~~ {effect}") == pytest.approx(rest, abs=1e-9)
    place = FIT.names.index(effect)
    assert FIT.r_squared()[effect] == pytest.approx(1.0 - rest / FIT.implied[0, place, place], abs=1e-9)


def test_the_statistic_is_that_of_determinants():
    """It is n times the logarithm of residual variances and causes over the determinant of all, on 11 missing paths."""
    rest = sum(np.log(FIT.value(f"{effect} ~~ {effect}")) for effect in PATHS)
    everything = (*CAUSES, *PATHS)
    logs = [np.linalg.slogdet(part(some, some))[1] for some in (CAUSES, everything)]
    expected = 476 * (rest + logs[0] - logs[1])
    found = FIT.indices()
    assert found.chi_square == pytest.approx(expected, rel=1e-8)
    assert found.df == 11
    assert found.p_value == pytest.approx(stats.chi2.sf(expected, 11), rel=1e-6)


def test_the_report_says_that_it_is_of_correlations():
    """The text names the cases and tells that errors which depend on units are approximate."""
    text = str(FIT)
    assert "476 cases" in text
    assert "the table is one of correlations" in text


def test_the_printed_constructs_are_distinct():
    """Each root of the printed variance extracted exceeds every printed correlation: Fornell and Larcker's rule."""
    apart = np.abs(DATA.covariance[0] - np.eye(len(NAMES)))
    assert (np.sqrt(EXTRACTED) > apart.max(axis=1)).all()
