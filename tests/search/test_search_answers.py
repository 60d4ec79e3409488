"""The batched searches give the answers of scikit-learn's."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from scipy.stats import loguniform
from searches import WEIGHTS, assert_same_results, search_both
from sklearn.compose import make_column_transformer
from sklearn.model_selection import (
    RandomizedSearchCV,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skweighted import BatchedRandomizedSearchCV
from skweighted.losses import FocalLoss


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
    """ROC AUC in single precision, where a stack rounds differently, and the choice but for ties within that."""
    X, y = real_data("phoneme")
    pipe = make_pipeline(StandardScaler(), make_classifier(epochs=2))
    grid = {"costsensitivemlpclassifier__class_weight": [None, "balanced"]}
    ours, theirs = search_both(pipe, grid, X, y, refit=False)
    np.testing.assert_allclose(
        ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], atol=0.002, rtol=0
    )
    best = theirs.cv_results_["mean_test_score"]
    assert best[theirs.best_index_] - best[ours.best_index_] < 0.002


def test_early_stopping_and_committees_equal_grid_search_cv(imbalanced, make_exact):
    """Validation rows, their scorer and the members of a committee are those of single fits."""
    clf = make_exact(early_stopping=True, monitor="average_precision", n_networks=2, n_iter_no_change=1)
    assert_same_results(*search_both(clf, {"class_weight": WEIGHTS}, *imbalanced, refit=False))


def test_numeric_parameters_of_a_loss_equal_grid_search_cv(imbalanced, make_exact):
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
