"""scikit-learn's own tests of calibration pass with ours, without a hidden layer, inside."""

import pytest
from renamed import LogisticRegression
from suites import Suite

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.tests.test_calibration",
    {"sklearn.linear_model.LogisticRegression": LogisticRegression},
    justified={
        "test_temperature_scaling": "it asks for the exact optimum, which a hundred epochs come near to",
    },
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=5)
