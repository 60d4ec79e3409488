"""Committees whose networks share weights, as a user sees them."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skweighted import CostSensitiveMLPClassifier
from skweighted.search import BatchedGridSearchCV

SHARED = ["mini", "batch"]


@pytest.mark.parametrize("committee", SHARED)
def test_a_shared_committee_is_kept_as_networks_of_its_own(committee, imbalanced, make_classifier):
    """NumPy, a pickle and Keras predict the same from `coefs_` and `intercepts_`, corrected probabilities included."""
    X, y = imbalanced
    settings = {"class_weight": "balanced", "probabilities": "corrected"}
    fitted = make_classifier(committee=committee, n_networks=3, **settings).fit(X, y)
    assert [coef.shape for coef in fitted.coefs_] == [(3, 4, 8), (3, 8, 1)]
    assert [intercept.shape for intercept in fitted.intercepts_] == [(3, 8), (3, 1)]
    assert fitted.network_seeds_.tolist() == [0]
    assert fitted.loss_curve_.shape == (3,)
    probability = fitted.predict_proba(X)
    np.testing.assert_allclose(fitted.to_keras()(X).numpy()[:, 0], probability[:, 1], atol=1e-6)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(X), probability)
    np.testing.assert_array_equal(clone(fitted).fit(X, y).predict_proba(X), probability)


@pytest.mark.parametrize("committee", SHARED)
def test_partial_fit_continues_a_shared_committee(committee, imbalanced, make_classifier):
    """Passes by `partial_fit` are the epochs of a fit, with what the optimizer remembers."""
    X, y = imbalanced
    settings = {"committee": committee, "n_networks": 3, "dtype": "float64"}
    passes = make_classifier(**settings)
    for _ in range(3):
        passes.partial_fit(X, y, classes=[0, 1])
    whole = make_classifier(**settings).fit(X, y)
    np.testing.assert_allclose(passes.predict_proba(X), whole.predict_proba(X), atol=1e-12)


def test_partial_fit_continues_after_a_plain_fit(imbalanced, make_classifier):
    """From the shared weights, not from those of each network; one more pass makes little difference."""
    X, y = imbalanced
    fitted = make_classifier(committee="batch", n_networks=3, front_scale=True, epochs=20, optimizer="sgd").fit(X, y)
    before = fitted.predict_proba(X)
    fitted.set_params(learning_rate=1e-30)
    np.testing.assert_allclose(fitted.partial_fit(X, y).predict_proba(X), before, atol=1e-7)
    assert fitted.n_iter_ == 21


def test_warm_start_refuses_another_kind_of_committee(imbalanced, make_classifier):
    """Weights that are shared cannot become weights that are not."""
    fitted = make_classifier(committee="mini", n_networks=3, warm_start=True).fit(*imbalanced)
    with pytest.raises(ValueError, match="committee='batch': it was fitted with committee='mini'"):
        fitted.set_params(committee="batch").fit(*imbalanced)


def test_a_shared_committee_stops_as_one(three_classes, make_classifier):
    """One curve, one best epoch, also with a scorer, which sees the mean prediction."""
    X, y = three_classes
    fitted = make_classifier(
        committee="mini", n_networks=3, early_stopping=True, monitor="balanced_accuracy", epochs=4
    ).fit(X, y)
    assert fitted.validation_curve_.shape == fitted.loss_curve_.shape == (fitted.n_iter_,)
    assert isinstance(fitted.best_epoch_, int)


def test_a_search_trains_shared_committees_in_stacks(imbalanced, make_classifier):
    """A batched search finds what single fits find."""
    X, y = imbalanced
    classifier = make_classifier(committee="mini", n_networks=3, dtype="float64")
    search = BatchedGridSearchCV(classifier, {"class_weight": [None, "balanced"]}, cv=2, scoring="neg_log_loss")
    best = search.fit(X, y).best_estimator_
    alone = clone(best).fit(X, y)
    np.testing.assert_allclose(best.predict_proba(X), alone.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"committee": "shared"}, "'committee' parameter of CostSensitiveMLPClassifier must be .*'mini'"),
        ({"committee": "mini", "engine": "keras"}, "must be 'independent' with engine='keras'. Got 'mini'"),
    ],
)
def test_a_committee_that_cannot_be_trained_is_refused(parameters, message, imbalanced):
    """By one sentence that names the parameter."""
    with pytest.raises(ValueError, match=message):
        CostSensitiveMLPClassifier(epochs=1, **parameters).fit(*imbalanced)
