"""scikit-learn takes the searches for its own."""

import pytest
from searches import WEIGHTS
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import BatchedGridSearchCV, BatchedRandomizedSearchCV, CostSensitiveMLPClassifier

CHECKED = CostSensitiveMLPClassifier((), batch_size=20, epochs=20, learning_rate=0.05, dtype="float64", random_state=0)
# Some checks plant a NaN or a dict in one fold only, and ask for numbers around 100.
harmless = pytest.mark.filterwarnings(
    *(f"ignore:{text}" for text in ("The inputs of CostSens", "Candidate", "Scoring failed", "One or more of the test"))
)


@harmless
@parametrize_with_checks(
    [
        BatchedGridSearchCV(CHECKED, {"class_weight": WEIGHTS}, cv=2),
        BatchedRandomizedSearchCV(CHECKED, {"class_weight": WEIGHTS}, n_iter=2, cv=2, random_state=0),
    ]
)
def test_scikit_learn_takes_the_searches_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)


@harmless
@pytest.mark.slow
@parametrize_with_checks(
    [BatchedGridSearchCV(make_pipeline(StandardScaler(), CHECKED), {"standardscaler__with_std": [True, False]}, cv=2)]
)
def test_scikit_learn_takes_the_search_over_a_pipeline_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)
