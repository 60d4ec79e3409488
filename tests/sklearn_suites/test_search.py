"""scikit-learn's own tests of its searches pass with the batched searches in the place of the originals.

They guard against a change of scikit-learn rather than of this library: hence slow.
"""

import pytest
from suites import Suite

from skweighted import BatchedGridSearchCV, BatchedRandomizedSearchCV

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.model_selection.tests.test_search",
    {
        "sklearn.model_selection.GridSearchCV": BatchedGridSearchCV,
        "sklearn.model_selection.RandomizedSearchCV": BatchedRandomizedSearchCV,
    },
    justified={},
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=50)
