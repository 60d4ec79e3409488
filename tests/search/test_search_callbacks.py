"""scikit-learn's callbacks are told of a batched search as of an ordinary one."""

import numpy as np
import pytest
from searches import CV, WEIGHTS
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import BatchedGridSearchCV


class Listener:
    """A callback that notes each task it is told of, and of which estimator."""

    def __init__(self):
        self.told = []

    def setup(self, estimator, context):
        """Note the start of the search."""
        self.told.append(("setup", context.task_name, estimator))

    def on_fit_task_begin(self, estimator, context):
        """Note the begin of a task."""
        self.told.append(("begin", context.task_name, estimator))

    def on_fit_task_end(self, estimator, context):
        """Note the end of a task."""
        self.told.append(("end", context.task_name, estimator))

    def teardown(self, estimator, context):
        """Note the end of the search."""
        self.told.append(("teardown", context.task_name, estimator))


@pytest.mark.parametrize("stacked", [True, False])
def test_callbacks_hear_what_they_hear_of_an_ordinary_search(imbalanced, make_exact, stacked):
    """Search, evaluations and refit are announced, and the estimator is the search itself, not a copy."""
    pytest.importorskip("sklearn.callback", reason="scikit-learn has no callbacks before 1.9")
    classifier = make_exact() if stacked else LogisticRegression()
    heard = []
    for cls in (GridSearchCV, BatchedGridSearchCV):
        search, listener = cls(classifier, {"class_weight": WEIGHTS}, cv=CV, scoring="roc_auc"), Listener()
        search.set_callbacks(listener).fit(*imbalanced)
        assert all(estimator is search for _, _, estimator in listener.told)
        heard.append([(what, task) for what, task, _ in listener.told])
    assert heard[0] == heard[1]
    assert ("begin", "search") in heard[1]


class Hidden(ClassifierMixin, BaseEstimator):
    """A classifier whose set_params knows names that its get_params does not list, as scikeras' has."""

    def __init__(self, shift=0.0):
        self.shift = shift

    def set_params(self, **params):
        """Take the shift by another name too."""
        if "model__shift" in params:
            params["shift"] = params.pop("model__shift")
        return super().set_params(**params)

    def fit(self, X, y):
        """Know the classes."""
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        """Cut the first column."""
        return self.classes_[(X[:, 0] > self.shift).astype(int)]


def test_a_candidate_may_have_names_that_only_set_params_knows(imbalanced, make_exact):
    """They are asked for by trying."""
    grid = [
        {"clf": [Hidden()], "clf__model__shift": [0.0, 1.0]},
        {"clf": [make_exact()]},
    ]
    pipe = Pipeline([("scale", StandardScaler()), ("clf", Hidden())])
    found = [cls(pipe, grid, cv=CV, refit=False).fit(*imbalanced) for cls in (GridSearchCV, BatchedGridSearchCV)]
    scores = [search.cv_results_["mean_test_score"] for search in found]
    assert scores[0][0] != scores[0][1]
    np.testing.assert_allclose(*scores)
