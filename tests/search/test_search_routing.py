"""Metadata, nesting and the life of a search as an estimator."""

import pickle

import numpy as np
import pytest
import sklearn
from searches import CV, WEIGHTS, assert_same_results, search_both
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    cross_validate,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import BatchedGridSearchCV


@pytest.mark.parametrize("routing", [False, True])
def test_sample_weight_reaches_estimator_and_scorer(imbalanced, make_exact, routing):
    """With metadata routing and without."""
    X, y = imbalanced
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    clf, scorer = make_exact(), get_scorer("neg_brier_score")
    with sklearn.config_context(enable_metadata_routing=routing):
        if routing:
            clf, scorer = clf.set_fit_request(sample_weight=True), scorer.set_score_request(sample_weight=True)
        ours, theirs = search_both(clf, {"alpha": [0, 0.1]}, X, y, {"sample_weight": weight}, scoring=scorer)
        assert_same_results(ours, theirs)
    plain = BatchedGridSearchCV(make_exact(), {"alpha": [0, 0.1]}, cv=CV, scoring="neg_brier_score").fit(X, y)
    assert not np.allclose(plain.cv_results_["mean_test_score"], ours.cv_results_["mean_test_score"], atol=1e-6)


@pytest.mark.parametrize("routing", [False, True])
def test_groups_reach_the_splitter(imbalanced, make_exact, routing):
    """With metadata routing and without."""
    X, y = imbalanced
    groups = np.arange(len(y)) % 4
    with sklearn.config_context(enable_metadata_routing=routing):
        assert_same_results(
            *search_both(make_exact(), {"alpha": [0, 0.1]}, X, y, {"groups": groups}, cv=GroupKFold(2), refit=False)
        )


def test_weights_and_validation_rows_are_routed_through_a_pipeline(imbalanced, make_exact):
    """Parameters of one step, and rows that the pipeline transforms on the way."""
    X, y = imbalanced
    pipe = Pipeline([("scale", StandardScaler()), ("clf", make_exact())])
    ours, theirs = search_both(pipe, {"clf__alpha": [0, 0.1]}, X, y, {"clf__sample_weight": 1.0 + y}, refit=False)
    assert_same_results(ours, theirs)
    pipe.set_params(clf__early_stopping=True)
    with sklearn.config_context(enable_metadata_routing=True):
        pipe = Pipeline(pipe.steps, transform_input=["X_val"])
        pipe.steps[1][1].set_fit_request(X_val=True, y_val=True)
        held_out = {"X_val": X[:50] + 0.5, "y_val": y[:50]}
        assert_same_results(*search_both(pipe, {"clf__alpha": [0, 0.1]}, X, y, held_out, refit=False))


def test_a_splitter_of_ones_own_works_under_metadata_routing(imbalanced, make_exact):
    """A splitter need not know of routing, and one that draws anew at each call is asked once."""

    class Halves:
        def __init__(self):
            self.generator = np.random.default_rng(0)

        def split(self, X, y=None, groups=None):
            order = self.generator.permutation(len(X))
            yield order[:100], order[100:]

        def get_n_splits(self, X=None, y=None, groups=None):
            return 1

    with sklearn.config_context(enable_metadata_routing=True):
        assert_same_results(
            *(
                cls(make_exact(), {"alpha": [0, 0.1]}, cv=Halves(), refit=False).fit(*imbalanced)
                for cls in (BatchedGridSearchCV, GridSearchCV)
            )
        )


def test_the_search_works_inside_cross_validate(imbalanced, make_exact):
    """Nested cross-validation gives scikit-learn's scores."""
    scores = [
        cross_validate(cls(make_exact(), {"class_weight": WEIGHTS}, cv=2, scoring="roc_auc"), *imbalanced, cv=2)
        for cls in (BatchedGridSearchCV, GridSearchCV)
    ]
    np.testing.assert_allclose(scores[0]["test_score"], scores[1]["test_score"], atol=1e-9)


def test_a_fitted_search_can_be_cloned_pickled_and_fitted_again(imbalanced, make_exact):
    """Nothing of the stand-ins used in the search stays behind."""
    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=CV).fit(*imbalanced)
    before = set(vars(search.fit(*imbalanced)))
    assert set(vars(clone(search).fit(*imbalanced))) == before
    copied = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(copied.predict_proba(imbalanced[0]), search.predict_proba(imbalanced[0]))
    assert "coefs_" not in vars(search.estimator)
    assert not {"fit", "set_params", "__sklearn_clone__"} & (
        vars(search.best_estimator_).keys() | vars(search.estimator).keys()
    )
