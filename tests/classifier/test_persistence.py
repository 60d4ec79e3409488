"""Copies, files and processes: a classifier survives what tools do with it."""

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from skweighted.class_weights import EffectiveNumber
from skweighted.optimizers import SGD


def through_joblib(value, folder):
    joblib.dump(value, folder / "classifier.joblib")
    return joblib.load(folder / "classifier.joblib")


COPIES = {
    "pickle": lambda value, _: pickle.loads(pickle.dumps(value)),
    "joblib": through_joblib,
    "deepcopy": lambda value, _: copy.deepcopy(value),
}


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("parameters", [{}, {"n_networks": 2}, {"early_stopping": True}], ids=str)
def test_a_copy_of_a_fitted_classifier_predicts_the_same(parameters, name, make_classifier, imbalanced, tmp_path):
    """Every way to copy or store a fit keeps its predictions to the last bit."""
    X, y = imbalanced
    fitted = make_classifier(**parameters).fit(X, y)
    again = COPIES[name](fitted, tmp_path)
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_of_an_unfitted_classifier_fits_the_same(name, make_classifier, imbalanced, tmp_path):
    """Parameters survive, instances and generators among them."""
    X, y = imbalanced
    parameters = {"optimizer": SGD(momentum=0.5), "class_weight": EffectiveNumber(beta=0.9)}
    classifier = make_classifier(random_state=np.random.RandomState(1), **parameters)
    again = COPIES[name](classifier, tmp_path)
    np.testing.assert_array_equal(again.fit(X, y).decision_function(X), classifier.fit(X, y).decision_function(X))


def test_a_clone_is_unfitted_and_has_the_parameters(make_classifier, imbalanced):
    """`clone` copies what was set and nothing that was learnt."""
    fitted = make_classifier(class_weight={0: 1, 1: 9}, optimizer=SGD(momentum=0.5)).fit(*imbalanced)
    cloned = clone(fitted)
    assert repr(cloned) == repr(fitted)
    assert not [name for name in vars(cloned) if name not in cloned.get_params(deep=False)]


def test_a_pickle_is_small(make_classifier, imbalanced):
    """A fit keeps weights and curves: no rows, and the state of the optimizer for a warm start only."""
    X, y = imbalanced
    cold, warm = (len(pickle.dumps(make_classifier(warm_start=w).fit(X, y))) for w in (False, True))
    assert cold < X.astype(np.float32).nbytes
    assert cold < warm


def test_a_pickle_predicts_in_a_process_without_tensorflow(make_classifier, imbalanced, tmp_path):
    """Serving needs NumPy only: TensorFlow, Keras and scikeras are never imported."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y)
    (tmp_path / "classifier.pickle").write_bytes(pickle.dumps(fitted))
    np.save(tmp_path / "X.npy", X)
    code = """
import pickle, sys
import numpy as np
with open("classifier.pickle", "rb") as file:
    classifier = pickle.load(file)
np.save("probabilities.npy", classifier.predict_proba(np.load("X.npy")))
print(*{"tensorflow", "keras", "scikeras"} & set(sys.modules))
"""
    import skweighted

    # The child runs in another folder, so a checkout that is not installed must be findable by path.
    root = str(skweighted.__path__[0]).removesuffix("skweighted")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.append({root!r})\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == ""
    np.testing.assert_array_equal(np.load(tmp_path / "probabilities.npy"), fitted.predict_proba(X))


@pytest.mark.parametrize("verbose", [0, 1])
def test_a_worker_of_joblib_uses_its_share_of_the_cores(verbose):
    """Whatever comes first to import TensorFlow there, the fit or its progress bar."""
    code = f"""
import multiprocessing
import numpy as np
from skweighted import CostSensitiveMLPClassifier
multiprocessing.current_process().name = "LokyProcess-1"
CostSensitiveMLPClassifier(2, epochs=1, verbose={verbose}).fit([[0.0], [1.0]], [0, 1])
import tensorflow as tf
print(tf.config.threading.get_intra_op_parallelism_threads())
"""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "1"


def _in_fork(function, connection):
    try:
        connection.send(function())
    except BaseException as error:
        connection.send(error)


def run_in_fork(function):
    """Return what `function` returns or raises in a forked process; fail if it takes a minute."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_in_fork, args=(function, sending))
    child.start()
    try:
        assert receiving.poll(60), "the forked process hangs"
        return receiving.recv()
    finally:
        child.kill()
        child.join()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this platform cannot fork")
# Python's own warning that threads do not survive a fork is what these tests are about.
@pytest.mark.filterwarnings("ignore:.*use of fork.* may lead to deadlocks:DeprecationWarning")
class TestFork:
    """A process forked after TensorFlow was imported."""

    def test_a_fit_in_a_fork_is_an_error_and_does_not_hang(self, make_classifier, imbalanced):
        """The message has the cure."""
        X, y = imbalanced
        make_classifier().fit(X, y)
        error = run_in_fork(lambda: make_classifier().fit(X, y))
        assert isinstance(error, RuntimeError)
        assert "forked after TensorFlow was imported" in str(error)
        assert "loky" in str(error)

    def test_an_export_in_a_fork_is_an_error_and_does_not_hang(self, make_classifier, imbalanced):
        """`to_keras` needs TensorFlow as a fit does."""
        fitted = make_classifier().fit(*imbalanced)
        error = run_in_fork(fitted.to_keras)
        assert isinstance(error, RuntimeError)
        assert "forked after TensorFlow was imported" in str(error)

    def test_a_prediction_in_a_fork_works(self, make_classifier, imbalanced):
        """Predictions need no TensorFlow, so forks may serve."""
        X, y = imbalanced
        fitted = make_classifier().fit(X, y)
        np.testing.assert_array_equal(run_in_fork(lambda: fitted.predict_proba(X)), fitted.predict_proba(X))
