"""The publications the report leans on."""

from __future__ import annotations

from typing import Final

from relmodels.core.reference import Reference

__all__ = [
    "ABC",
    "ALIVE",
    "BG_NBD",
    "BOLLEN",
    "FORNELL_LARCKER",
    "GAMMA_GAMMA",
    "HTMT",
    "HU_BENTLER",
    "LORENZ",
    "PURCHASE_SOURCES",
    "SOURCES",
    "THURSTONE",
    "VALUE",
]

BG_NBD: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L."),
    year=2005,
    title="“Counting your customers” the easy way: An alternative to the Pareto/NBD model",
    venue="Marketing Science",
    volume="24(2)",
    pages="275-284",
    doi="10.1287/mksc.1040.0098",
)
ALIVE: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L."),
    year=2008,
    title="Computing P(alive) using the BG/NBD model",
    venue="Research note 021, brucehardie.com",
)
GAMMA_GAMMA: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S."),
    year=2013,
    title="The gamma-gamma model of monetary value",
    venue="Research note 025, brucehardie.com",
)
VALUE: Final = Reference(
    authors=("Fader, P. S.", "Hardie, B. G. S.", "Lee, K. L."),
    year=2005,
    title="RFM and CLV: Using iso-value curves for customer base analysis",
    venue="Journal of Marketing Research",
    volume="42(4)",
    pages="415-430",
    doi="10.1509/jmkr.2005.42.4.415",
)
LORENZ: Final = Reference(
    authors=("Lorenz, M. O.",),
    year=1905,
    title="Methods of measuring the concentration of wealth",
    venue="Publications of the American Statistical Association",
    volume="9(70)",
    pages="209-219",
    standing="unconfirmed",
)
ABC: Final = Reference(
    authors=("Dickie, H. F.",),
    year=1951,
    title="ABC inventory analysis shoots for dollars, not pennies",
    venue="Factory Management and Maintenance",
    volume="109(7)",
    pages="92-94",
    standing="unconfirmed",
)
PURCHASE_SOURCES: Final = (BG_NBD, ALIVE)
SOURCES: Final = (*PURCHASE_SOURCES, GAMMA_GAMMA, VALUE, LORENZ, ABC)
BOLLEN: Final = Reference(
    ("Bollen, K. A.",), 1989, "Structural Equations with Latent Variables", "Wiley", standing="unconfirmed"
)
HU_BENTLER: Final = Reference(
    ("Hu, L.", "Bentler, P. M."),
    1999,
    "Cutoff criteria for fit indexes in covariance structure analysis",
    "Structural Equation Modeling",
    "6(1)",
    "1-55",
    standing="unconfirmed",
)
FORNELL_LARCKER: Final = Reference(
    ("Fornell, C.", "Larcker, D. F."),
    1981,
    "Evaluating structural equation models with unobservable variables and measurement error",
    "Journal of Marketing Research",
    "18(1)",
    "39-50",
    standing="unconfirmed",
)
HTMT: Final = Reference(
    ("Henseler, J.", "Ringle, C. M.", "Sarstedt, M."),
    2015,
    "A new criterion for assessing discriminant validity in variance-based structural equation modeling",
    "Journal of the Academy of Marketing Science",
    "43(1)",
    "115-135",
    standing="unconfirmed",
)
THURSTONE: Final = Reference(
    ("Thurstone, L. L.",), 1935, "The Vectors of Mind", "University of Chicago Press", standing="unconfirmed"
)
