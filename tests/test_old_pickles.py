"""Pickles of every release so far load and answer as they did; `data/keep_pickle.py` makes a release's."""

import pickle
from pathlib import Path

import numpy as np
import pytest

PICKLES = sorted((Path(__file__).parent / "data").glob("classifiers-*.pkl"))
X = np.linspace(-2, 2, 120).reshape(60, 2)


def test_there_is_a_pickle_to_load():
    """The first release kept one."""
    assert PICKLES


# scikit-learn warns whenever its own version is another than the one that pickled.
@pytest.mark.filterwarnings("ignore:Trying to unpickle estimator")
@pytest.mark.parametrize("path", PICKLES, ids=lambda path: path.stem)
def test_a_pickle_of_an_older_release_predicts_as_it_did(path):
    """A single network, a committee and one with corrected probabilities."""
    for clf, probabilities in pickle.loads(path.read_bytes()).values():
        np.testing.assert_allclose(clf.predict_proba(X), probabilities, atol=1e-12)
        np.testing.assert_array_equal(clf.predict(X), clf.classes_[probabilities.argmax(axis=1)])
