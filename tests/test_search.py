"""The batched searches give scikit-learn's answers, and say what they cannot do."""

import logging
import os
import pickle
import signal
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    PredefinedSplit,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_validate,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import BatchedGridSearchCV, BatchedRandomizedSearchCV, CostSensitiveMLPClassifier, _search_training
from skweighted.engines import compiled
from skweighted.losses import FocalLoss

# Two candidates on two folds everywhere, so that most tests share one compiled stack of four networks.
WEIGHTS = [None, "balanced"]
CV = StratifiedKFold(2, shuffle=True, random_state=0)


def search_both(estimator, grid, X, y, fit_params=None, **kwargs):
    """Return the batched search and scikit-learn's, fitted alike."""
    kwargs = {"cv": CV, "scoring": "roc_auc"} | kwargs
    return [cls(estimator, grid, **kwargs).fit(X, y, **fit_params or {}) for cls in (BatchedGridSearchCV, GridSearchCV)]


def assert_same_results(ours, theirs, atol=1e-9):
    """Two searches hold the same columns, candidates, scores and ranks, and choose the same."""
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    assert repr(ours.cv_results_["params"]) == repr(theirs.cv_results_["params"])
    for name, column in ours.cv_results_.items():
        if name.startswith(("split", "mean_test", "std_test", "mean_train", "std_train")):
            np.testing.assert_allclose(column, theirs.cv_results_[name], atol=atol, rtol=0, err_msg=name)
    assert getattr(ours, "best_index_", None) == getattr(theirs, "best_index_", None)


class CountingScaler(StandardScaler):
    """A scaler that counts its fits."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        """Count and fit."""
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


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


class OwnClassifier(CostSensitiveMLPClassifier):
    """A subclass, which may train in its own way."""


@pytest.fixture
def make_exact(make_classifier):
    """Return a factory of tiny classifiers in double precision."""
    return lambda **parameters: make_classifier(**{"dtype": "float64"} | parameters)


# Same answers as scikit-learn


def test_everything_equals_grid_search_cv(imbalanced, make_exact):
    """Columns, order, scores, ranks, several metrics, training scores and the refitted model are scikit-learn's."""
    grid = [{"class_weight": WEIGHTS}, {"hidden_layer_sizes": [(4,)], "learning_rate": [0.1, 0.2]}]
    ours, theirs = search_both(
        make_exact(),
        grid,
        *imbalanced,
        scoring=["roc_auc", "neg_brier_score"],
        refit="roc_auc",
        return_train_score=True,
    )
    assert_same_results(ours, theirs)
    np.testing.assert_array_equal(ours.cv_results_["rank_test_roc_auc"], theirs.cv_results_["rank_test_roc_auc"])
    np.testing.assert_allclose(ours.predict_proba(imbalanced[0]), theirs.predict_proba(imbalanced[0]), atol=1e-12)
    assert ours.best_params_ == theirs.best_params_
    assert ours.best_score_ == pytest.approx(theirs.best_score_, abs=1e-9)
    assert ours.score(*imbalanced) == pytest.approx(theirs.score(*imbalanced), abs=1e-9)


@pytest.mark.parametrize("with_sampler", [False, True])
@pytest.mark.parametrize("table", ["phoneme", "page_blocks"])
def test_real_tables_give_the_scores_of_grid_search_cv(real_data, make_exact, table, with_sampler):
    """Double precision to 1e-9, with and without SMOTE in the pipeline."""
    X, y = real_data(table)
    X, y = X[::2], y[::2]
    steps = [StandardScaler(), make_exact(epochs=2)]
    if with_sampler:
        steps.insert(1, SMOTE(random_state=0, k_neighbors=3))
    pipe = make_sampling_pipeline(*steps)
    last = dict.fromkeys(y.unique()[1:], 5)
    grid = {"costsensitivemlpclassifier__class_weight": ["balanced", last]}
    assert_same_results(*search_both(pipe, grid, X, y, scoring="roc_auc_ovr", refit=False))


def test_a_table_of_mixed_types_gives_the_scores_of_grid_search_cv(real_data, make_exact):
    """German credit with its ColumnTransformer, whose own parameters are searched too."""
    real_data("german_credit")
    table = pd.read_csv(Path(os.environ["SKWEIGHTED_DATA"], "german_credit.csv"))
    X, y = table.drop(columns="target"), table["target"]
    numbers = X.select_dtypes("number").columns
    others = X.columns.difference(numbers)
    columns = make_column_transformer(
        (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore", sparse_output=False), others)
    )
    pipe = make_pipeline(columns, make_exact(epochs=2))
    grid = {
        "costsensitivemlpclassifier__class_weight": [None, {1: 1, 2: 5}],
        "columntransformer__standardscaler__with_mean": [True],
    }
    assert_same_results(*search_both(pipe, grid, X, y, refit=False))


def test_single_precision_agrees_to_two_thousandths(real_data, make_classifier):
    """ROC AUC in single precision, where a stack rounds differently."""
    X, y = real_data("phoneme")
    pipe = make_pipeline(StandardScaler(), make_classifier(epochs=2))
    grid = {"costsensitivemlpclassifier__class_weight": [None, "balanced"]}
    ours, theirs = search_both(pipe, grid, X, y, refit=False)
    np.testing.assert_allclose(
        ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], atol=0.002, rtol=0
    )


def test_early_stopping_and_committees_equal_grid_search_cv(imbalanced, make_exact):
    """Validation rows, their scorer and the members of a committee are those of single fits."""
    clf = make_exact(early_stopping=True, monitor="average_precision", n_networks=2, n_iter_no_change=1)
    assert_same_results(*search_both(clf, {"class_weight": WEIGHTS}, *imbalanced, refit=False))


def test_numeric_parameters_of_a_loss_share_a_stack(imbalanced, make_exact):
    """Loss parameters and seeds are searched with the right answers."""
    grid = {"loss": [FocalLoss()], "loss__gamma": [0.5, 2.0]}
    assert_same_results(*search_both(make_exact(), grid, *imbalanced, refit=False))


@pytest.mark.parametrize("refit", [True, False, lambda results: 1])
def test_every_kind_of_refit_equals_grid_search_cv(imbalanced, make_exact, refit):
    """Refit by rank, not at all, or by a callable."""
    ours, theirs = search_both(make_exact(), {"class_weight": WEIGHTS}, *imbalanced, refit=refit)
    assert_same_results(ours, theirs)
    assert hasattr(ours, "best_estimator_") == hasattr(theirs, "best_estimator_")
    assert hasattr(ours, "best_score_") == hasattr(theirs, "best_score_")


def test_a_randomized_search_draws_what_scikit_learn_draws(imbalanced, make_exact):
    """A generator as random_state is used up alike, so that a second search differs alike."""
    searches = [
        cls(
            make_exact(),
            {"class_weight": WEIGHTS, "learning_rate": loguniform(1e-3, 1e-1)},
            n_iter=2,
            cv=2,
            random_state=np.random.RandomState(0),
        )
        for cls in (BatchedRandomizedSearchCV, RandomizedSearchCV)
    ]
    for _ in range(2):
        assert_same_results(*(search.fit(*imbalanced) for search in searches))


def test_a_scorer_is_given_the_model_itself(imbalanced, make_exact):
    """A callable scorer may take a pipeline apart, and may return several scores."""

    def score(model, X, y):
        assert isinstance(model, Pipeline)
        return {"layers": len(model[-1].coefs_), "accuracy": model.score(X, y)}

    pipe = make_pipeline(StandardScaler(), make_exact())
    grid = {"costsensitivemlpclassifier__class_weight": [None, "balanced"]}
    assert_same_results(*search_both(pipe, grid, *imbalanced, scoring=score, refit="accuracy"))


def test_data_frames_keep_their_names_through_set_output(imbalanced, make_exact):
    """Feature names reach the classifier, and numbers of another order are refused as ever."""
    X = pd.DataFrame(imbalanced[0], columns=list("abcd"))
    pipe = make_pipeline(StandardScaler(), make_exact()).set_output(transform="pandas")
    grid = {"costsensitivemlpclassifier__class_weight": [None, "balanced"]}
    ours, theirs = search_both(pipe, grid, X, imbalanced[1])
    assert_same_results(ours, theirs)
    assert ours.best_estimator_[-1].feature_names_in_.tolist() == list("abcd")
    assert ours.feature_names_in_.tolist() == list("abcd")


# What is fitted, and how often


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


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_keras_engine_is_fitted_the_ordinary_way(imbalanced, make_classifier, caplog):
    """A candidate for Keras stands beside a compiled one."""
    with caplog.at_level(logging.INFO, "skweighted"):
        search = BatchedGridSearchCV(
            make_classifier(epochs=1), {"engine": ["compiled", "keras"]}, cv=CV, scoring="roc_auc", refit=False
        ).fit(*imbalanced)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert "'keras'} cannot be stacked" in caplog.text


def test_splitting_stacks_by_memory_changes_nothing(imbalanced, make_exact):
    """One network at a time gives what one stack gives, whatever the seeds."""
    grid = {"random_state": [0, 1]}
    whole, split = (
        BatchedGridSearchCV(make_exact(), grid, cv=CV, refit=False, max_bytes=size).fit(*imbalanced)
        for size in (None, 1)
    )
    assert_same_results(whole, split)


def test_large_stacks_are_trained_in_threads_to_the_same_results(imbalanced, make_exact, monkeypatch, capsys):
    """Each thread has its part, and one bar counts them all."""
    grid = {"alpha": np.arange(16) / 100}
    found = []
    for n_threads in (1, 2):
        monkeypatch.setattr(_search_training, "_n_threads", lambda n_threads=n_threads: n_threads)
        search = BatchedGridSearchCV(make_exact(), grid, cv=CV, scoring="roc_auc", refit=False, verbose=1)
        found.append(search.fit(*imbalanced))
    assert_same_results(*found)
    assert "32/32" in capsys.readouterr().out


def test_ctrl_c_ends_every_thread(imbalanced, make_exact, monkeypatch):
    """A signal to the main thread stops training at the next slices."""
    started = threading.Event()

    def train(plans, progress):
        if not started.is_set():
            started.set()
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        while True:
            progress(1, 0.0, None)

    monkeypatch.setattr(compiled, "train", train)
    monkeypatch.setattr(_search_training, "_n_threads", lambda: 2)
    search = BatchedGridSearchCV(make_exact(), {"alpha": np.arange(16) / 100}, cv=CV)
    before = dict(vars(search))
    with pytest.raises(KeyboardInterrupt):
        search.fit(*imbalanced)
    assert vars(search) == before


def test_two_workers_give_what_one_gives(imbalanced, make_exact):
    """Stacks are handed out through joblib, a scorer-monitored one too, to the same results."""
    clf = make_exact(early_stopping=True, monitor="average_precision", n_networks=2, n_iter_no_change=1)
    alone, pair = (
        BatchedGridSearchCV(clf, {"class_weight": WEIGHTS}, cv=CV, refit=False, n_jobs=n_jobs).fit(*imbalanced)
        for n_jobs in (None, 2)
    )
    assert_same_results(alone, pair)


def test_time_is_shared_by_the_fits_of_a_stack(imbalanced, make_exact):
    """Every fit has a share, and all together take no longer than the search."""
    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=CV, refit=False).fit(*imbalanced)
    assert (search.cv_results_["mean_fit_time"] > 0).all()
    assert (search.cv_results_["mean_score_time"] > 0).all()


# Metadata, nesting and the estimator's own life


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


# Failures


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
        return np.nan if len(y) < 20 else 1.0

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


def test_progress_counts_candidates_times_folds(imbalanced, make_exact, capsys):
    """One bar up to the number of fits, and nothing without it."""
    search = BatchedGridSearchCV(make_exact(), {"class_weight": WEIGHTS}, cv=KFold(2), refit=False)
    search.fit(*imbalanced)
    assert capsys.readouterr().out == ""
    search.set_params(verbose=1).fit(*imbalanced)
    assert "4/4" in capsys.readouterr().out


# scikit-learn's own checks


CHECKED = CostSensitiveMLPClassifier((), batch_size=20, epochs=20, learning_rate=0.05, dtype="float64", random_state=0)
# Some checks plant a NaN or a dict in one fold only, and ask for numbers around 100.
harmless = pytest.mark.filterwarnings(
    *(f"ignore:{text}" for text in ("The inputs of CostSens", "Candidate", "Scoring failed", "One or more of the test"))
)


@harmless
@parametrize_with_checks(
    [
        BatchedGridSearchCV(CHECKED, {"class_weight": WEIGHTS}, cv=2),
        BatchedRandomizedSearchCV(CHECKED, {"class_weight": WEIGHTS}, n_iter=2, cv=2, random_state=0),
    ]
)
def test_scikit_learn_takes_the_searches_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)


@harmless
@pytest.mark.slow
@parametrize_with_checks(
    [BatchedGridSearchCV(make_pipeline(StandardScaler(), CHECKED), {"standardscaler__with_std": [True, False]}, cv=2)]
)
def test_scikit_learn_takes_the_search_over_a_pipeline_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)
