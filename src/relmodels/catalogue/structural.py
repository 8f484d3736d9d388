"""What is said of variables that nobody observes: structural equations, measurement, partial least squares."""

from __future__ import annotations

from typing import Final

from relmodels.catalogue.entry import Entry
from relmodels.core.reference import Reference

__all__ = ["STRUCTURAL"]


def _cited(authors: str, year: int, title: str, venue: str, volume: str = "", pages: str = "") -> Reference:
    """Return a citation by its usual attribution; authors are parted by semicolons."""
    return Reference(tuple(authors.split("; ")), year, title, venue, volume, pages, standing="unconfirmed")


_BOLLEN: Final = _cited("Bollen, K. A.", 1989, "Structural Equations with Latent Variables", "Wiley")
_EFRON: Final = _cited(
    "Efron, B.",
    1987,
    "Better Bootstrap Confidence Intervals",
    "Journal of the American Statistical Association",
    "82(397)",
    "171-185",
)
_WOLD: Final = _cited(
    "Wold, H.", 1982, "Soft Modeling: The Basic Design and Some Extensions", "Systems under Indirect Observation"
)
_DIJKSTRA: Final = _cited(
    "Dijkstra, T. K.; Henseler, J.",
    2015,
    "Consistent Partial Least Squares Path Modeling",
    "MIS Quarterly",
    "39(2)",
    "297-316",
)
_LOHMOELLER: Final = _cited(
    "Lohmöller, J.-B.", 1989, "Latent Variable Path Modeling with Partial Least Squares", "Physica"
)
_HENSELER: Final = _cited(
    "Henseler, J.; Ringle, C. M.; Sarstedt, M.",
    2015,
    "A New Criterion for Assessing Discriminant Validity in Variance-Based Structural Equation Modeling",
    "Journal of the Academy of Marketing Science",
    "43(1)",
    "115-135",
)
_MUTHEN_MUTHEN: Final = _cited(
    "Muthén, L. K.; Muthén, B. O.",
    2002,
    "How to Use a Monte Carlo Study to Decide on Sample Size and Determine Power",
    "Structural Equation Modeling",
    "9(4)",
    "599-620",
)
_JAP: Final = "Journal of Applied Psychology"
_PSYCHOMETRIKA: Final = "Psychometrika"

_ROWS: Final[tuple[tuple[str, str, str, tuple[Reference, ...]], ...]] = (
    ("model", "PathModel", "structural equations in lavaan's syntax", (_BOLLEN,)),
    (
        "compare",
        "compare",
        "test of one structural model against another, scaled where it must be",
        (
            _cited(
                "Satorra, A.; Bentler, P. M.",
                2001,
                "A Scaled Difference Chi-Square Test Statistic for Moment Structure Analysis",
                _PSYCHOMETRIKA,
                "66(4)",
                "507-514",
            ),
        ),
    ),
    (
        "nonnested",
        "vuong",
        "test of structural models neither of which contains the other",
        (
            _cited(
                "Vuong, Q. H.",
                1989,
                "Likelihood Ratio Tests for Model Selection and Non-Nested Hypotheses",
                "Econometrica",
                "57(2)",
                "307-333",
            ),
        ),
    ),
    (
        "effects",
        "effects",
        "direct, indirect and total effects, mediation",
        (
            _cited(
                "MacKinnon, D. P.; Lockwood, C. M.; Williams, J.",
                2004,
                "Confidence Limits for the Indirect Effect",
                "Multivariate Behavioral Research",
                "39(1)",
                "99-128",
            ),
        ),
    ),
    (
        "modification",
        "modification_indices",
        "what freeing a parameter would gain",
        (_cited("Sörbom, D.", 1989, "Model Modification", _PSYCHOMETRIKA, "54(3)", "371-384"),),
    ),
    (
        "factor_scores",
        "factor_scores",
        "factor scores of respondents by regression",
        (_cited("Thurstone, L. L.", 1935, "The Vectors of Mind", "University of Chicago Press"),),
    ),
    ("resampling", "bootstrap_paths", "bootstrap of structural equations, BCa intervals", (_EFRON,)),
    (
        "resampling",
        "bollen_stine",
        "bootstrap test of a whole structural model",
        (
            _cited(
                "Bollen, K. A.; Stine, R. A.",
                1992,
                "Bootstrapping Goodness-of-Fit Measures in Structural Equation Models",
                "Sociological Methods & Research",
                "21(2)",
                "205-229",
            ),
        ),
    ),
    (
        "polychoric",
        "polychorics",
        "polychoric correlations of answers on a few steps",
        (
            _cited(
                "Olsson, U.",
                1979,
                "Maximum Likelihood Estimation of the Polychoric Correlation Coefficient",
                _PSYCHOMETRIKA,
                "44(4)",
                "443-460",
            ),
        ),
    ),
    (
        "power",
        "power_by_size",
        "how many respondents a structural model takes",
        (_MUTHEN_MUTHEN,),
    ),
    ("expected", "expected_moments", "correlations that a model with values implies", (_MUTHEN_MUTHEN,)),
    (
        "reliability",
        "reliability",
        "composite reliability (omega) and average variance extracted (AVE)",
        (
            _cited(
                "Fornell, C.; Larcker, D. F.",
                1981,
                "Evaluating Structural Equation Models with Unobservable Variables and Measurement Error",
                "Journal of Marketing Research",
                "18(1)",
                "39-50",
            ),
        ),
    ),
    (
        "reliability",
        "cronbach_alpha",
        "Cronbach's alpha of some items",
        (
            _cited(
                "Cronbach, L. J.",
                1951,
                "Coefficient Alpha and the Internal Structure of Tests",
                _PSYCHOMETRIKA,
                "16(3)",
                "297-334",
            ),
        ),
    ),
    (
        "reliability",
        "heterotrait_monotrait",
        "HTMT and HTMT2, whether two constructs are distinct",
        (_HENSELER,),
    ),
    (
        "items",
        "item_statistics",
        "questions one by one, with the correlation of each with its rest",
        (_cited("Nunnally, J. C.; Bernstein, I. H.", 1994, "Psychometric Theory", "McGraw-Hill"),),
    ),
    (
        "items",
        "first_component_share",
        "Harman's single factor, common method",
        (
            _cited(
                "Podsakoff, P. M.; MacKenzie, S. B.; Lee, J.-Y.; Podsakoff, N. P.",
                2003,
                "Common Method Biases in Behavioral Research",
                _JAP,
                "88(5)",
                "879-903",
            ),
        ),
    ),
    (
        "items",
        "marker_adjusted",
        "correlations less what a marker variable shows of the method",
        (
            _cited(
                "Lindell, M. K.; Whitney, D. J.",
                2001,
                "Accounting for Common Method Variance in Cross-Sectional Research Designs",
                _JAP,
                "86(1)",
                "114-121",
            ),
        ),
    ),
    (
        "measure_intervals",
        "heterotrait_monotrait_intervals",
        "intervals of HTMT and HTMT2",
        (_HENSELER, _EFRON),
    ),
    (
        "measure_intervals",
        "cronbach_alpha_intervals",
        "intervals of Cronbach's alpha, Feldt's and by bootstrap",
        (
            _cited(
                "Feldt, L. S.",
                1965,
                "The Approximate Sampling Distribution of Kuder-Richardson Reliability Coefficient Twenty",
                _PSYCHOMETRIKA,
                "30(3)",
                "357-370",
            ),
        ),
    ),
    (
        "parcels",
        "balanced_parcels",
        "questions dealt out to parcels by their loadings",
        (
            _cited(
                "Little, T. D.; Cunningham, W. A.; Shahar, G.; Widaman, K. F.",
                2002,
                "To Parcel or Not to Parcel: Exploring the Question, Weighing the Merits",
                "Structural Equation Modeling",
                "9(2)",
                "151-173",
            ),
        ),
    ),
    (
        "reliability",
        "reliability_of_difference",
        "reliability of a difference score",
        (
            _cited(
                "Johns, G.",
                1981,
                "Difference Score Measures of Organizational Behavior Variables: A Critique",
                "Organizational Behavior and Human Performance",
                "27(3)",
                "443-463",
            ),
        ),
    ),
    (
        "agreement",
        "within_group_agreement",
        "rwg(J), agreement of respondents of one group",
        (
            _cited(
                "James, L. R.; Demaree, R. G.; Wolf, G.",
                1984,
                "Estimating Within-Group Interrater Reliability With and Without Response Bias",
                _JAP,
                "69(1)",
                "85-98",
            ),
        ),
    ),
    (
        "agreement",
        "intraclass",
        "ICC(1) and ICC(2), how far groups differ",
        (
            _cited(
                "Shrout, P. E.; Fleiss, J. L.",
                1979,
                "Intraclass Correlations: Uses in Assessing Rater Reliability",
                "Psychological Bulletin",
                "86(2)",
                "420-428",
            ),
        ),
    ),
    ("pls.spec", "PLSSpec", "partial least squares path model (PLS-SEM, PLSc)", (_LOHMOELLER, _WOLD, _DIJKSTRA)),
    ("pls.resampling", "bootstrap_pls", "bootstrap of a partial least squares path model", (_EFRON,)),
    (
        "pls.prediction",
        "pls_predict",
        "PLSpredict, prediction of answers left out",
        (
            _cited(
                "Shmueli, G.; Ray, S.; Velasquez Estrada, J. M.; Chatla, S. B.",
                2016,
                "The Elephant in the Room: Predictive Performance of PLS Models",
                "Journal of Business Research",
                "69(10)",
                "4552-4564",
            ),
        ),
    ),
    (
        "pls.prediction",
        "stone_geisser",
        "Stone and Geisser's Q² by blindfolding",
        (
            _cited(
                "Geisser, S.",
                1974,
                "A Predictive Approach to the Random Effect Model",
                "Biometrika",
                "61(1)",
                "101-107",
            ),
        ),
    ),
)

STRUCTURAL: Final[tuple[Entry, ...]] = tuple(
    Entry(name if name == "PathModel" else f"sem.{name}", title, "sem", f"relmodels.sem.{module}:{name}", papers)
    for module, name, title, papers in _ROWS
)
