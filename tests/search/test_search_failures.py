"""What can go wrong in a search, and what it says."""

import numpy as np
import pytest
from searches import CV, WEIGHTS
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    PredefinedSplit,
)
from sklearn.pipeline import Pipeline

from skweighted import BatchedGridSearchCV
from skweighted.engines import compiled


class Refusing(TransformerMixin, BaseEstimator):
    """A step that fails on request."""

    def __init__(self, refuse=False):
        self.refuse = refuse

    def fit(self, X, y=None):
        """Fail or do nothing."""
        if self.refuse:
            raise ValueError("this step refuses")
        return self

    def transform(self, X):
        """Return X."""
        return X


def test_a_diverging_candidate_scores_error_score_and_is_named(imbalanced, make_exact):
    """The rest of its stack is unharmed."""
    clf = make_exact(optimizer="sgd", normalize_weights=False)
    grid = {"learning_rate": [0.01, 1e200]}
    search = BatchedGridSearchCV(clf, grid, cv=CV, scoring="roc_auc", error_score=-1, refit=False)
    with pytest.warns(FitFailedWarning) as caught:
        search.fit(*imbalanced)
    (warning,) = caught
    assert "{'learning_rate': 1e+200} failed on 2 of 2 folds and scores -1" in str(warning.message)
    assert "Training diverged" in str(warning.message)
    assert warning.filename == __file__
    assert search.cv_results_["mean_test_score"][1] == -1
    rest = GridSearchCV(clf, {"learning_rate": [0.01]}, cv=CV, scoring="roc_auc", refit=False).fit(*imbalanced)
    assert search.cv_results_["mean_test_score"][0] == pytest.approx(rest.cv_results_["mean_test_score"][0], abs=1e-9)


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite:UserWarning")
def test_a_scorer_that_fails_in_training_costs_only_its_own_candidates(imbalanced, make_exact):
    """A stack that fails is trained network by network."""

    def fussy(model, X, y, sample_weight=None):
        # Logits of one size are those of the trial before training.
        trained = np.ptp(np.abs(model.decision_function(X))) > 0
        return np.nan if trained and len(y) < 20 else 1.0

    clf = make_exact(early_stopping=True, monitor=fussy, epochs=2)
    search = BatchedGridSearchCV(clf, {"validation_fraction": [0.1, 0.4]}, cv=CV, refit=False)
    with pytest.warns(FitFailedWarning, match=r"'validation_fraction': 0\.1.* failed on 2 of 2 folds"):
        search.fit(*imbalanced)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"clf__learning_rate": [0.01, -1.0]}, "learning_rate"),
        ({"step__refuse": [False, True]}, "refuses"),
        ({"clf__learning_rate": [0.01, 1e200]}, "diverged"),
    ],
)
def test_error_score_raise_raises_the_first_error_and_leaves_the_search_as_it_was(
    imbalanced, make_exact, grid, message
):
    """A wrong value, a failing step or a diverging training."""
    clf = make_exact(optimizer="sgd", normalize_weights=False)
    search = BatchedGridSearchCV(Pipeline([("step", Refusing()), ("clf", clf)]), grid, cv=CV, error_score="raise")
    before = dict(vars(search))
    with pytest.raises(ValueError, match=message):
        search.fit(*imbalanced)
    assert vars(search) == before


def test_a_search_in_which_everything_fails_says_why(imbalanced, make_exact):
    """One sentence instead of a warning for each fit."""
    with pytest.raises(ValueError, match=r"All 4 fits failed, the first of them for this reason: .*learning_rate"):
        BatchedGridSearchCV(make_exact(learning_rate=-1), {"alpha": [0, 1]}, cv=2).fit(*imbalanced)


def test_ctrl_c_leaves_the_search_as_it_was(imbalanced, make_exact, monkeypatch):
    """Nothing half-written, and the next fit works."""

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=CV).fit(*imbalanced)
    before = dict(vars(search))
    with monkeypatch.context() as patched:
        patched.setattr(compiled, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            search.set_params(cv=3).fit(*imbalanced)
    assert vars(search.set_params(cv=CV)) == before


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"param_grid": {}}, None),
        ({"param_grid": []}, "has no candidates to search"),
        ({"param_grid": {"alpha": []}}, "alpha"),
        ({"param_grid": {"class_wieght": [None]}}, r"'class_wieght'.*Did you mean 'class_weight'\?"),
        ({"max_bytes": 0}, "max_bytes.*at least 1.*Got 0"),
        ({"scoring": make_scorer(max, response_method=("predict_quantiles",))}, "needs predict_quantiles"),
        ({"scoring": "roc"}, "roc"),
        ({"scoring": ["roc_auc", "f1"]}, "refit"),
        ({"error_score": "warn"}, "error_score"),
        ({"cv": PredefinedSplit(np.repeat([0, 1], [180, 20]))}, "Class 0 has 180 rows, none of them"),
        ({"cv": 1}, "n_splits"),
    ],
)
def test_bad_input_is_one_sentence_before_any_training(imbalanced, make_exact, monkeypatch, parameters, message):
    """The parameter, its value and the cure."""
    X, y = imbalanced
    order = np.argsort(y, kind="stable")
    search = BatchedGridSearchCV(make_exact(), {"alpha": [0]}, cv=CV, refit=True).set_params(**parameters)
    if message is None:
        search.fit(X, y)
        assert search.best_params_ == {}
        return
    monkeypatch.setattr(compiled, "train", lambda *args, **kwargs: pytest.fail("trained"))
    with pytest.raises((ValueError, TypeError), match=message):
        search.fit(X[order], y[order])


def test_a_bar_is_shown_only_if_asked_for(imbalanced, make_exact, capsys):
    """It ends at candidates times folds."""
    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=KFold(2), refit=False)
    search.fit(*imbalanced)
    assert capsys.readouterr().out == ""
    search.set_params(verbose=1).fit(*imbalanced)
    assert "4/4" in capsys.readouterr().out
