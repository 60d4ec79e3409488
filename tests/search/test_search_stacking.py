"""What a search fits, and how often, in stacks, threads and workers."""

import contextlib
import logging
import signal
import threading
import time

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from searches import CV, WEIGHTS, assert_same_results, search_both
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import BatchedGridSearchCV, CostSensitiveMLPClassifier
from skweighted.engines import compiled, stacking
from skweighted.engines.compiled import _slices
from skweighted.losses import FocalLoss
from skweighted.many_fits import _training
from skweighted.search import _batched


class CountingScaler(StandardScaler):
    """A scaler that counts its fits."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        """Count and fit."""
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


class OwnClassifier(CostSensitiveMLPClassifier):
    """A subclass, which may train in its own way."""


def test_preprocessing_is_fitted_once_for_each_fold_and_setting(imbalanced, make_exact):
    """Candidates share a step with equal parameters; the refit comes on top."""
    pipe = Pipeline([("scale", CountingScaler()), ("clf", make_exact())])
    CountingScaler.n_fits = 0
    grid = {"clf__class_weight": WEIGHTS, "scale__with_mean": [True, False]}
    BatchedGridSearchCV(pipe, grid, cv=CV, scoring="roc_auc").fit(*imbalanced)
    assert CountingScaler.n_fits == 2 * 2 + 1


def test_steps_that_print_alike_are_told_apart(imbalanced, make_exact):
    """Long values whose text is shortened are different settings all the same."""
    X, y = imbalanced
    long = np.zeros(2000)
    other = long.copy()
    other[1000] = 1
    assert repr(long) == repr(other)
    pipe = Pipeline([("scale", Labelled()), ("clf", make_exact())])
    grid = {"scale__label": [long, other]}
    search = BatchedGridSearchCV(pipe, grid, cv=CV, scoring="roc_auc", refit=False).fit(X, y)
    theirs = GridSearchCV(pipe, grid, cv=CV, scoring="roc_auc", refit=False).fit(X, y)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], atol=1e-9)


class Labelled(TransformerMixin, BaseEstimator):
    """A step that multiplies by one more than the sum of its parameter."""

    def __init__(self, label=None):
        self.label = label

    def fit(self, X, y=None):
        """Do nothing."""
        return self

    def transform(self, X):
        """Scale X."""
        return X * (1 + self.label.sum())


@pytest.mark.parametrize("sampler", [False, True])
def test_pipelines_with_memory_and_idle_steps_equal_grid_search_cv(imbalanced, make_exact, tmp_path, sampler):
    """A cached pipeline, a step that may be passed through, and a whole step as a candidate."""
    extra = [("sample", RandomOverSampler(random_state=0))] if sampler else []
    make = make_sampling_pipeline if sampler else make_pipeline
    pipe = make("passthrough").set_params(
        steps=[("scale", StandardScaler()), *extra, ("clf", make_exact())], memory=str(tmp_path)
    )
    grid = [
        {"scale": ["passthrough"], "clf__class_weight": [None]},
        {"clf": [make_exact(learning_rate=0.1)], "clf__class_weight": ["balanced"]},
    ]
    assert_same_results(*search_both(pipe, grid, *imbalanced, refit=False))


def test_what_cannot_be_stacked_is_fitted_the_ordinary_way_with_a_log_line(imbalanced, make_exact, caplog):
    """Another estimator, a subclass or a warm start in place of the classifier."""
    own = OwnClassifier(**make_exact().get_params())
    pipe = Pipeline([("scale", StandardScaler()), ("clf", make_exact())])
    grid = {"clf": [LogisticRegression(), make_exact(), own, make_exact(warm_start=True)]}
    with caplog.at_level(logging.INFO, "skweighted"):
        ours, theirs = search_both(pipe, grid, *imbalanced, refit=False)
    assert_same_results(ours, theirs)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 3 * 2
    assert "LogisticRegression" in lines[0]


def test_another_estimator_is_searched_the_ordinary_way(imbalanced, caplog):
    """A search without the classifier is scikit-learn's, candidates drawn once."""
    with caplog.at_level(logging.INFO, "skweighted"):
        ours, theirs = search_both(LogisticRegression(), {"C": [0.1, 1.0]}, *imbalanced)
    assert_same_results(ours, theirs)
    assert "ordinary way" in caplog.text
    assert ours.n_features_in_ == 4


def test_an_idle_last_step_may_be_replaced_by_the_classifier(imbalanced, make_exact):
    """The classifier need not be in the pipeline that is searched."""
    pipe = Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression())])
    ours, theirs = search_both(pipe, {"clf": [make_exact(), make_exact(alpha=0.1)]}, *imbalanced)
    assert_same_results(ours, theirs)
    assert ours.class_counts_ == {0: 180, 1: 20}


def test_a_pipeline_in_a_pipeline_is_stacked(imbalanced, make_exact, caplog):
    """And steps of either that differ between candidates are told apart."""
    inner = Pipeline([("scale", StandardScaler()), ("clf", make_exact())])
    pipe = Pipeline([("first", StandardScaler()), ("inner", inner)])
    grid = {"inner__clf__alpha": [0.0, 1.0], "inner__scale__with_mean": [True, False], "first": ["passthrough"]}
    with caplog.at_level(logging.INFO, "skweighted"):
        ours, theirs = search_both(pipe, grid, *imbalanced)
    assert_same_results(ours, theirs)
    assert not caplog.records


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_keras_engine_is_fitted_the_ordinary_way(imbalanced, make_classifier, caplog):
    """A candidate for Keras stands beside a compiled one."""
    with caplog.at_level(logging.INFO, "skweighted"):
        search = BatchedGridSearchCV(
            make_classifier(epochs=1), {"engine": ["compiled", "keras"]}, cv=CV, scoring="roc_auc", refit=False
        ).fit(*imbalanced)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert "'keras'} cannot be stacked" in caplog.text


@pytest.fixture
def stack_sizes(monkeypatch):
    """Return the sizes of the stacks that are trained from now on."""
    sizes, real = [], compiled.train

    def noted(plans, **options):
        sizes.append(len(plans))
        return real(plans, **options)

    monkeypatch.setattr(compiled, "train", noted)
    return sizes


@pytest.mark.parametrize(
    "grid",
    [
        {"class_weight": [None, "balanced"]},
        {"learning_rate": [0.01, 0.1]},
        {"alpha": [0.0, 0.1]},
        {"random_state": [0, 1]},
        {"normalize_weights": [True, False], "class_weight": ["balanced"]},
        {"loss__gamma": [0.0, 2.0], "loss": [FocalLoss()]},
    ],
    ids=lambda grid: next(iter(grid)),
)
def test_candidates_that_share_a_program_are_one_stack(imbalanced, make_exact, stack_sizes, grid):
    """Two candidates on two folds make four networks."""
    BatchedGridSearchCV(make_exact(), grid, cv=CV, refit=False).fit(*imbalanced)
    assert stack_sizes == [4]


@pytest.mark.parametrize(
    "grid",
    [
        {"hidden_layer_sizes": [(3,), (4,)]},
        {"epochs": [1, 2]},
        {"batch_size": [16, 32]},
        {"optimizer": ["sgd", "adam"]},
    ],
)
def test_candidates_of_different_programs_are_a_stack_each(imbalanced, make_exact, stack_sizes, grid):
    """One candidate on two folds makes two networks."""
    BatchedGridSearchCV(make_exact(), grid, cv=CV, refit=False).fit(*imbalanced)
    assert stack_sizes == [2, 2]


def test_splitting_stacks_by_memory_changes_nothing(imbalanced, make_exact, stack_sizes):
    """One network at a time gives what one stack gives, whatever the seeds."""
    grid = {"random_state": [0, 1]}
    whole, split = (
        BatchedGridSearchCV(make_exact(), grid, cv=CV, refit=False, max_bytes=size).fit(*imbalanced)
        for size in (None, 1)
    )
    assert stack_sizes == [4, 1, 1, 1, 1]
    assert_same_results(whole, split)


def test_large_stacks_are_trained_in_threads_to_the_same_results(imbalanced, make_exact, monkeypatch, stack_sizes):
    """Each thread has its part."""
    grid = {"alpha": np.arange(16) / 100}
    found = []
    for n_threads in (1, 2):
        monkeypatch.setattr(_training, "count_threads", lambda n_threads=n_threads: n_threads)
        found.append(BatchedGridSearchCV(make_exact(), grid, cv=CV, scoring="roc_auc", refit=False).fit(*imbalanced))
    assert stack_sizes == [32, 16, 16]
    assert_same_results(*found)


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_progress_rises_to_candidates_times_folds(imbalanced, make_exact, monkeypatch, n_jobs):
    """Stacked fits and those made alone are counted as they are done, workers or not."""
    shown = []

    @contextlib.contextmanager
    def bar(total, unit):
        yield lambda n_done: shown.append((n_done, total, unit))

    monkeypatch.setattr(_batched, "open_bar", bar)
    monkeypatch.setattr(_slices, "_FIRST_SECONDS", 0.0)  # slices of an epoch
    monkeypatch.setattr(_slices, "_SLICE_SECONDS", 0.0)
    pipe = Pipeline([("scale", StandardScaler()), ("clf", make_exact(epochs=40))])
    grid = {"clf": [LogisticRegression(), make_exact(epochs=40), make_exact(alpha=0.1, epochs=40)]}
    BatchedGridSearchCV(pipe, grid, cv=CV, refit=False, verbose=1, n_jobs=n_jobs).fit(*imbalanced)
    counts = [n_done for n_done, total, unit in shown if (total, unit) == (6, "fit")]
    assert counts == sorted(counts)
    # Of two workers, each has a fold. Here the two made alone come first, and the stack of the others in slices.
    assert ({3, 6} if n_jobs else {1, 2, 6}) <= set(counts)
    assert n_jobs or {3, 4, 5} & set(counts)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_ends_every_thread(imbalanced, make_exact, monkeypatch):
    """A signal to the main thread stops training at the next slices, and stacks that wait do not start."""
    both, started = threading.Barrier(2), []

    def train(plans, n_networks, progress):
        started.append(len(plans))
        if both.wait(timeout=60) == 0:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        while True:
            progress(1, 0.0, None)

    monkeypatch.setattr(compiled, "train", train)
    monkeypatch.setattr(_training, "count_threads", lambda: 2)
    monkeypatch.setattr(stacking, "_CACHED_BYTES", 0)
    search = BatchedGridSearchCV(make_exact(), {"alpha": np.arange(16) / 100}, cv=CV)
    before = dict(vars(search))
    with pytest.raises(KeyboardInterrupt):
        search.fit(*imbalanced)
    assert vars(search) == before
    assert started == [4, 4]


def test_two_workers_give_what_one_gives(imbalanced, make_exact):
    """Stacks are handed out through joblib, a scorer-monitored one too, to the same results."""
    clf = make_exact(early_stopping=True, monitor="average_precision", n_networks=2, n_iter_no_change=1)
    alone, pair = (
        BatchedGridSearchCV(clf, {"class_weight": WEIGHTS}, cv=CV, refit=False, n_jobs=n_jobs).fit(*imbalanced)
        for n_jobs in (None, 2)
    )
    assert_same_results(alone, pair)


def test_time_is_shared_by_the_fits_of_a_stack(imbalanced, make_exact, monkeypatch):
    """If a stack takes a second for each of its networks, so does every fit."""
    clock, real = [0.0], compiled.train

    def train(plans, **options):
        networks = real(plans, **options)
        clock[0] += len(plans)
        return networks

    monkeypatch.setattr(compiled, "train", train)
    monkeypatch.setattr(_training, "count_threads", lambda: 1)  # two stacks would advance the clock of each other
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=CV, refit=False).fit(*imbalanced)
    np.testing.assert_array_equal(search.cv_results_["mean_fit_time"], 1)
    assert (search.cv_results_["mean_score_time"] > 0).all()


def test_class_counts_are_those_of_the_last_search_in_stacks(imbalanced, make_exact):
    """A search the ordinary way leaves none behind that a plot could take for its own."""
    search = BatchedGridSearchCV(make_exact(), {"alpha": [0.0]}, cv=CV).fit(*imbalanced)
    assert search.class_counts_ == {0: 180, 1: 20}
    search.set_params(estimator=LogisticRegression(), param_grid={"C": [1.0]}).fit(*imbalanced)
    assert not hasattr(search, "class_counts_")
