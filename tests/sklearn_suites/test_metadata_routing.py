"""scikit-learn's own tests of metadata routing through meta-estimators pass with ours in their place."""

import pytest
from suites import Suite

from skweighted import BatchedGridSearchCV, BatchedRandomizedSearchCV
from skweighted.meta import PriorThresholdClassifier

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.tests.test_metaestimators_metadata_routing",
    {
        "sklearn.model_selection.GridSearchCV": BatchedGridSearchCV,
        "sklearn.model_selection.RandomizedSearchCV": BatchedRandomizedSearchCV,
        "sklearn.model_selection.FixedThresholdClassifier": PriorThresholdClassifier,
    },
    justified={},
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=5)
