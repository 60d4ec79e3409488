"""scikit-learn's own tests of calibration pass with ours, without a hidden layer, inside."""

import pytest
from renamed import LogisticRegression
from suites import Suite

_ROUNDING = "it asks for 1e-7, and the search for a temperature magnifies what a hundred epochs round"

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.tests.test_calibration",
    {"sklearn.linear_model.LogisticRegression": LogisticRegression},
    justified={
        "test_calibrated_classifier_cv_double_sample_weights_equivalence[False-temperature]": _ROUNDING,
        "test_calibrated_classifier_cv_double_sample_weights_equivalence[True-temperature]": _ROUNDING,
        "test_temperature_scaling": "it asks for the exact optimum, which a hundred epochs come near to",
    },
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=5)
