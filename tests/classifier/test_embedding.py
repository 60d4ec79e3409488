"""Embeddings and the front scale, as a user of the classifier sees them."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skweighted.embeddings import EMBEDDINGS, Periodic, PiecewiseLinear
from skweighted.optimizers import AdamW
from skweighted.search import BatchedGridSearchCV


@pytest.mark.parametrize("name", sorted(EMBEDDINGS))
def test_an_embedding_is_learned_and_kept(name, imbalanced, make_classifier):
    """NumPy, a pickle and Keras predict the same from `embeddings_`, which training has moved."""
    X, y = imbalanced
    fitted = make_classifier(embedding=name, n_networks=2).fit(X, y)
    start = clone(fitted).set_params(learning_rate=1e-30).fit(X, y)
    moved = [(new != old).any() for new, old in zip(fitted.embeddings_, start.embeddings_, strict=True)]
    assert moved == [each != "edges" for each in EMBEDDINGS[name]().shapes(4)]
    assert {array.shape[:2] for array in fitted.embeddings_} == {(2, 4)}
    probability = fitted.predict_proba(X)
    np.testing.assert_allclose(fitted.to_keras()(X).numpy()[:, 0], probability[:, 1], atol=1e-5)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict_proba(X), probability)


@pytest.mark.parametrize("n_networks", [1, 2])
def test_edges_stay_whatever_the_optimizer_does_to_all_parameters(n_networks, imbalanced, make_classifier):
    """Decay and running means too, in a stack and alone."""
    X, y = imbalanced
    optimizer = AdamW(weight_decay=0.5, ema_momentum=0.5)
    embedding = PiecewiseLinear(4)
    fitted = make_classifier(embedding=embedding, optimizer=optimizer, n_networks=n_networks).fit(X, y)
    edges = np.quantile(X, np.linspace(0, 1, 5), axis=0).T
    for found in fitted.embeddings_[0].reshape(n_networks, 4, 5):
        np.testing.assert_allclose(found, edges, rtol=1e-6)


def test_training_continues_with_an_embedding_and_a_front_scale(imbalanced, make_classifier):
    """Passes by `partial_fit` are the epochs of a fit."""
    X, y = imbalanced
    settings = {"embedding": Periodic(4), "front_scale": True, "dtype": "float64"}
    passes = make_classifier(**settings)
    for _ in range(3):
        passes.partial_fit(X, y, classes=[0, 1])
    whole = make_classifier(**settings).fit(X, y)
    np.testing.assert_allclose(passes.predict_proba(X), whole.predict_proba(X), atol=1e-12)


def test_a_search_reaches_the_parameters_of_an_embedding(imbalanced, make_classifier):
    """By their names, and finds what single fits find."""
    X, y = imbalanced
    classifier = make_classifier(embedding=Periodic(4), dtype="float64")
    search = BatchedGridSearchCV(classifier, {"embedding__scale": [0.01, 1.0]}, cv=2, scoring="neg_log_loss").fit(X, y)
    alone = clone(search.best_estimator_).fit(X, y)
    np.testing.assert_allclose(search.predict_proba(X), alone.predict_proba(X), atol=1e-12)
    assert len(set(search.cv_results_["mean_test_score"])) == 2


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"embedding": "wavelet"},
            "'embedding' parameter of .* must be one of 'periodic', 'piecewise_linear'",
        ),
        ({"embedding": Periodic(0)}, "'n_frequencies' parameter of Periodic"),
        ({"embedding": Periodic(n_outputs=1)}, "'n_outputs' parameter of Periodic"),
        ({"embedding": Periodic(scale=0)}, "'scale' parameter of Periodic"),
        ({"embedding": "periodic", "engine": "keras"}, "'embedding' .* must be None with engine='keras'"),
        ({"front_scale": True, "engine": "keras"}, "'front_scale' .* must be False with engine='keras'"),
    ],
)
def test_what_cannot_be_trained_is_refused(parameters, message, imbalanced, make_classifier):
    """By one sentence that names the parameter."""
    with pytest.raises(ValueError, match=message):
        make_classifier(**parameters).fit(*imbalanced)


def test_a_network_of_another_embedding_is_not_continued(imbalanced, make_classifier):
    """Nor one without."""
    fitted = make_classifier(embedding=Periodic(4), warm_start=True).fit(*imbalanced)
    with pytest.raises(ValueError, match=r"embedding=None: it was fitted with embedding=Periodic\(n_frequencies=4\)"):
        fitted.set_params(embedding=None).fit(*imbalanced)
