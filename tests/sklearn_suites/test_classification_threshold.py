"""scikit-learn's own tests of threshold classifiers pass with ours, without a hidden layer, inside."""

import pytest
from renamed import LogisticRegression
from suites import Suite

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.model_selection.tests.test_classification_threshold",
    {"sklearn.linear_model.LogisticRegression": LogisticRegression},
    justified={},
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=5)
