"""What the tests of the searches share: both searches fitted alike, and their comparison."""

import numpy as np
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
)

from skweighted import BatchedGridSearchCV

# Two candidates on two folds everywhere, so that most tests share one compiled stack of four networks.
WEIGHTS = [None, "balanced"]
CV = StratifiedKFold(2, shuffle=True, random_state=0)


def search_both(estimator, grid, X, y, fit_params=None, **kwargs):
    """Return the batched search and scikit-learn's, fitted alike."""
    kwargs = {"cv": CV, "scoring": "roc_auc"} | kwargs
    return [cls(estimator, grid, **kwargs).fit(X, y, **fit_params or {}) for cls in (BatchedGridSearchCV, GridSearchCV)]


def assert_same_results(ours, theirs, atol=1e-9):
    """Two searches hold the same columns, candidates, scores and ranks, and choose the same."""
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    assert repr(ours.cv_results_["params"]) == repr(theirs.cv_results_["params"])
    for name, column in ours.cv_results_.items():
        if name.startswith(("split", "mean_test", "std_test", "mean_train", "std_train")):
            np.testing.assert_allclose(column, theirs.cv_results_[name], atol=atol, rtol=0, err_msg=name)
    assert getattr(ours, "best_index_", None) == getattr(theirs, "best_index_", None)
