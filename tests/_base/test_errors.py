"""Warnings point at the line of the user's code that called the package."""

import contextvars
import threading
import warnings

import joblib
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skweighted import BatchedGridSearchCV
from skweighted._base.errors import hint_user, hints_once, remember_caller, warn_user
from skweighted.comparison import compare_strategies


def collect(function, *args):
    """Return the file names of the warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*args)
    return [warning.filename for warning in caught]


@pytest.fixture
def unscaled(imbalanced):
    X, y = imbalanced
    return X * [1, 1, 1000, 1], y


def test_a_warning_points_out_of_the_libraries_that_call_us():
    """Joblib's frames lie between the user's line and ours."""
    run = joblib.Parallel(n_jobs=1)
    assert collect(run, [joblib.delayed(warn_user)("careful")]) == [__file__]


def test_a_warning_from_a_thread_points_at_the_line_that_started_it():
    """A thread has no caller of its own, so it is remembered in the context that the thread runs in."""
    with remember_caller():
        context = contextvars.copy_context()
    with remember_caller():
        thread = threading.Thread(target=contextvars.copy_context().run, args=(warn_user, "careful"))
        assert collect(lambda: (thread.start(), thread.join())) == [__file__]
    thread = threading.Thread(target=context.run, args=(warn_user, "careful"))
    assert collect(lambda: (thread.start(), thread.join())) == [__file__]


def test_a_warning_without_any_caller_is_not_lost():
    """A bare thread of a library is the best line there is."""
    thread = threading.Thread(target=warn_user, args=("careful",))
    assert len(collect(lambda: (thread.start(), thread.join()))) == 1


def test_hints_are_given_once_a_block_and_again_after_it():
    """Blocks inside blocks count as one; another key is another hint."""

    def many():
        with hints_once():
            hint_user("scale", "unscaled")
            with hints_once():
                hint_user("scale", "unscaled, too")
                hint_user("rows", "few")
            hint_user("scale", "unscaled again")

    assert len(collect(many)) == 2
    assert len(collect(many)) == 2


@pytest.mark.parametrize("prefix", [[], [MinMaxScaler((0, 1000))]], ids=["alone", "pipeline"])
def test_a_search_hints_at_unscaled_inputs_once(prefix, unscaled, make_classifier):
    """Folds, candidates and the refit differ in mean and spread; the user called once, at this line."""
    grid = {("costsensitivemlpclassifier__" if prefix else "") + "dtype": ["float32", "float64"]}
    model = make_pipeline(*prefix, make_classifier(epochs=1)) if prefix else make_classifier(epochs=1)
    search = BatchedGridSearchCV(model, grid, cv=3, scoring="roc_auc")
    assert collect(search.fit, *unscaled) == [__file__]


def test_a_comparison_hints_at_unscaled_inputs_once(unscaled, make_classifier):
    """Its folds differ in mean and spread, its strategies in rows."""

    def compare():
        chosen = ["none", "class_weight", "undersample"]
        compare_strategies(
            *unscaled, strategies=chosen, classifier=make_classifier(), preprocessor="passthrough", cv=2, random_state=0
        )

    assert collect(compare) == [__file__]


def test_a_fit_inside_other_libraries_hints_at_the_users_line(unscaled, make_classifier):
    """scikit-learn's own search knows nothing of us, and Python shows each line of its caller once."""
    search = GridSearchCV(make_pipeline("passthrough", make_classifier(epochs=1)), {}, cv=2, scoring="roc_auc")
    assert set(collect(search.fit, *unscaled)) == {__file__}


def test_a_warning_of_training_that_runs_in_threads_points_at_the_users_line(imbalanced, make_classifier, monkeypatch):
    """Stacks train in threads of their own."""
    from skweighted.engines import stacking
    from skweighted.fitting import _steps

    monkeypatch.setattr(stacking, "_NETWORKS_PER_THREAD", 1)
    monkeypatch.setattr("skweighted._base.tensorflow.count_threads", lambda: 2)
    train_plans = _steps.train_plans

    def watched(plans, train, **options):
        def train_and_warn(*args):
            warn_user("careful")
            return train(*args)

        return train_plans(plans, train_and_warn, **options)

    monkeypatch.setattr(_steps, "train_plans", watched)
    files = collect(make_classifier(n_networks=2, epochs=1).fit, *imbalanced)
    assert files == [__file__] * 2
