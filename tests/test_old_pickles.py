"""Pickles of every release so far load and answer as they did; `data/keep_pickle.py` makes a release's."""

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skweighted import CostSensitiveMLPClassifier
from skweighted.losses import FocalLoss

PICKLES = sorted((Path(__file__).parent / "data").glob("classifiers-*.pkl"))
CONTINUED = [path for path in PICKLES if path.stem.endswith("-continued")]
X = np.linspace(-2, 2, 120).reshape(60, 2)
y = np.where(X[:, 0] > 1, "rare", "common")

if np.lib.NumpyVersion(np.__version__) < "2.0.0":
    pytest.skip("NumPy 1 reads no arrays that NumPy 2 pickled", allow_module_level=True)

# scikit-learn warns whenever its own version is another than the one that pickled.
pytestmark = pytest.mark.filterwarnings("ignore:Trying to unpickle estimator")


def test_there_is_a_pickle_to_load():
    """The first release kept one, and one of classifiers whose training can go on."""
    assert CONTINUED
    assert set(PICKLES) > set(CONTINUED)


@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_a_pickle_of_an_older_release_predicts_as_it_did(path):
    """Single networks, committees and one with corrected probabilities."""
    for clf, probabilities, *_ in pickle.loads(path.read_bytes()).values():
        np.testing.assert_allclose(clf.predict_proba(X), probabilities, atol=1e-12)
        np.testing.assert_array_equal(clf.predict(X), clf.classes_[probabilities.argmax(axis=1)])


@pytest.mark.parametrize("path", CONTINUED, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", ["warm start", "early stopping", "partial fit"])
def test_training_goes_on_from_a_pickle_of_an_older_release(path, name):
    """The memory of the optimizer, the epoch count and the validation rows are those of then."""
    clf, before, after = pickle.loads(path.read_bytes())[name]
    n_iter = np.array(clf.n_iter_)
    clf = clf.fit(X, y) if clf.warm_start else clf.partial_fit(X, y)
    assert (clf.n_iter_ > n_iter).all()
    assert not np.allclose(before, after, rtol=1e-3)
    np.testing.assert_allclose(clf.predict_proba(X), after, rtol=1e-4)


COMPONENTS = pickle.loads((Path(__file__).parent / "data" / "components-0.1.0.pkl").read_bytes())
FRAME = pd.DataFrame(X, columns=["a", "b"])


@pytest.mark.parametrize("name", sorted(COMPONENTS.keys() - {"comparison"}))
def test_what_surrounds_a_classifier_in_an_older_pickle_predicts_as_it_did(name):
    """Losses and rules given as instances, a search, meta-estimators and the pipelines of strategies."""
    model, probabilities = COMPONENTS[name]
    np.testing.assert_allclose(model.predict_proba(FRAME if "pipeline" in name else X), probabilities, atol=1e-12)


def test_a_comparison_of_an_older_release_still_has_its_summary():
    """Its class has moved since."""
    comparison, summary = COMPONENTS["comparison"]
    np.testing.assert_array_equal(comparison.summary().to_numpy(), summary)


def _older(clf, name):
    """Return the pickle of `clf` as a release without the parameter `name` would have made it."""
    del vars(clf)[name]
    return pickle.loads(pickle.dumps(clf))


@pytest.mark.parametrize("name", ["alpha", "verbose"])
def test_a_pickle_older_than_a_parameter_can_be_used_like_any(name):
    """The parameter has the value that does what that release did."""
    path = Path(__file__).parent / "data" / "classifiers-0.1.0.pkl"
    clf, probabilities = pickle.loads(path.read_bytes())["single"]
    default = CostSensitiveMLPClassifier().get_params()[name]
    clf = _older(clf, name)
    assert clf.get_params()[name] == default
    assert repr(clf) == repr(clone(clf))
    np.testing.assert_allclose(clf.predict_proba(X), probabilities, atol=1e-12)


def test_a_component_in_a_pickle_older_than_one_of_its_parameters_can_be_used_like_any():
    """Losses, optimizers, batch and weight rules alike."""
    assert _older(FocalLoss(gamma=3.0), "gamma").get_params() == FocalLoss().get_params()


def test_a_value_that_does_what_was_done_before_comes_before_the_default(monkeypatch):
    """A new default need not be what the old release did."""
    monkeypatch.setattr(FocalLoss, "values_before", {"gamma": 0.0})
    assert _older(FocalLoss(gamma=3.0), "gamma").gamma == 0.0


@pytest.mark.parametrize("path", CONTINUED, ids=lambda path: path.stem)
def test_the_memory_of_an_optimizer_survives_a_new_parameter_of_it(path):
    """The pickle knows nothing of `epsilon`: it is taken to have its default."""
    clf, _, after = pickle.loads(path.read_bytes())["warm start"]
    (state,) = clf._states
    state.slots_of = tuple(part for part in state.slots_of if not isinstance(part, tuple) or part[0] != "epsilon")
    assert len(state.slots_of) == 3
    np.testing.assert_allclose(clf.fit(X, y).predict_proba(X), after, rtol=1e-4)
