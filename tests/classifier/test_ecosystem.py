"""The classifier inside what scikit-learn and imbalanced-learn build around classifiers, one test each."""

import numpy as np
import pandas as pd
import pytest
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn import config_context
from sklearn.base import is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - importing it is what enables the next line
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
    cross_validate,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

CLASS_WEIGHTS = [None, "balanced", {0: 1, 1: 10}, {0: 1, 1: 100}]


@pytest.fixture
def pipeline(make_classifier):
    """Return a scaler and a classifier named clf."""
    return Pipeline([("scale", StandardScaler()), ("clf", make_classifier())])


def minority_probability(estimator, X):
    return estimator.predict_proba(X)[:, 1].mean()


# Pipelines


def test_pipeline(pipeline, make_classifier, imbalanced):
    """A pipeline fits the classifier on what its scaler makes."""
    X, y = imbalanced
    scaled = StandardScaler().fit_transform(X)
    np.testing.assert_array_equal(
        pipeline.fit(X, y).predict_proba(X), make_classifier().fit(scaled, y).predict_proba(scaled)
    )


def test_column_transformer(make_classifier, imbalanced):
    """Numbers are scaled and categories encoded before the classifier, which learns from the category."""
    X, y = imbalanced
    table = pd.DataFrame(X, columns=list("abcd")).assign(kind=np.array(["usual", "odd"])[y])
    columns = make_column_transformer((StandardScaler(), list("bcd")), (OneHotEncoder(), ["kind"]))
    fitted = make_pipeline(columns, make_classifier(epochs=20, learning_rate=0.05)).fit(table, y)
    assert fitted.score(table, y) == 1


# Searches


def test_grid_search_over_class_weights(pipeline, imbalanced):
    """A list of dicts, names and None is a grid, and the best of them is refitted."""
    X, y = imbalanced
    search = GridSearchCV(pipeline, {"clf__class_weight": CLASS_WEIGHTS}, scoring="recall", cv=2).fit(X, y)
    recall = search.cv_results_["mean_test_score"]
    assert recall[3] > recall[0]
    assert search.best_index_ != 0
    assert search.best_estimator_["clf"].class_weight_[1] > search.best_estimator_["clf"].class_weight_[0]


def test_grid_search_in_two_processes(pipeline, imbalanced):
    """`n_jobs=2` gives the scores that one process gives."""
    X, y = imbalanced
    grid = {"clf__class_weight": CLASS_WEIGHTS[:2]}
    alone, shared = (
        GridSearchCV(pipeline, grid, scoring="neg_log_loss", cv=2, n_jobs=n_jobs, refit=False).fit(X, y)
        for n_jobs in (1, 2)
    )
    np.testing.assert_allclose(shared.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"], rtol=1e-6)


def test_randomized_search(pipeline, imbalanced):
    """Values are drawn for plain parameters of the classifier."""
    X, y = imbalanced
    values = {"clf__learning_rate": [1e-12, 0.01], "clf__alpha": [1e-4]}
    search = RandomizedSearchCV(pipeline, values, n_iter=2, scoring="roc_auc", cv=2, random_state=0).fit(X, y)
    assert search.best_params_["clf__learning_rate"] == 0.01


def test_halving_search_over_epochs(pipeline, imbalanced):
    """Epochs are the resource: survivors of a round train longer."""
    X, y = imbalanced
    search = HalvingGridSearchCV(
        pipeline,
        {"clf__learning_rate": [1e-12, 1e-3, 0.01]},
        resource="clf__epochs",
        max_resources=9,
        min_resources=3,
        scoring="roc_auc",
        cv=2,
        random_state=0,
    ).fit(X, y)
    assert search.n_resources_ == [3, 9]
    assert search.best_estimator_["clf"].n_iter_ == 9


def test_halving_search_over_rows(pipeline, imbalanced):
    """Rows are the resource by default: survivors of a round see more of them, and the winner is refitted on all."""
    X, y = imbalanced
    grid = {"clf__learning_rate": [1e-12, 1e-3, 0.01]}
    search = HalvingGridSearchCV(pipeline, grid, min_resources=60, scoring="roc_auc", cv=2, random_state=0).fit(X, y)
    assert search.n_resources_ == [60, 180]
    assert search.best_params_["clf__learning_rate"] > 1e-12
    pipeline.set_params(**search.best_params_).fit(X, y)
    np.testing.assert_array_equal(search.predict_proba(X), pipeline.predict_proba(X))


def test_cross_validation_is_stratified(make_classifier, imbalanced):
    """With `cv=2` each fold has half of the rare class, also where that comes last."""
    X, y = imbalanced
    order = np.argsort(y, kind="stable")
    result = cross_validate(make_classifier(), X[order], y[order], cv=2, return_indices=True)
    assert [y[order][test].sum() for test in result["indices"]["test"]] == [10, 10]


# Around the classifier


def test_calibrated_classifier(make_classifier, imbalanced):
    """Calibration undoes what class weights do to probabilities."""
    X, y = imbalanced
    weighted = make_classifier(class_weight="balanced")
    calibrated = CalibratedClassifierCV(weighted, cv=2).fit(X, y)
    assert minority_probability(weighted.fit(X, y), X) > 0.3
    assert minority_probability(calibrated, X) == pytest.approx(0.1, abs=0.03)


def test_tuned_threshold(make_classifier, imbalanced):
    """The threshold that suits the metric is well below a half on imbalanced data."""
    X, y = imbalanced
    tuned = TunedThresholdClassifierCV(make_classifier(), scoring="balanced_accuracy", cv=2, random_state=0).fit(X, y)
    assert 0 < tuned.best_threshold_ < 0.5


def test_fixed_threshold(make_classifier, imbalanced):
    """The decision follows the threshold given."""
    X, y = imbalanced
    fixed = FixedThresholdClassifier(make_classifier(), threshold=0.2, response_method="predict_proba").fit(X, y)
    np.testing.assert_array_equal(fixed.predict(X), fixed.predict_proba(X)[:, 1] >= 0.2)


def test_bagging(make_classifier, imbalanced):
    """Every bag gets a network of its own."""
    X, y = imbalanced
    bagging = BaggingClassifier(make_classifier(random_state=None), n_estimators=2, random_state=0).fit(X, y)
    one, other = (member.decision_function(X) for member in bagging.estimators_)
    assert not np.allclose(one, other)


def test_stacking(make_classifier, imbalanced):
    """A final estimator learns from out-of-fold probabilities."""
    X, y = imbalanced
    members = [("network", make_classifier()), ("linear", LogisticRegression())]
    stacked = StackingClassifier(members, LogisticRegression(), cv=2).fit(X, y)
    assert stacked.final_estimator_.coef_.shape == (1, 2)
    assert stacked.predict_proba(X).shape == (200, 2)


def test_voting(make_classifier, imbalanced):
    """Soft votes are means of probabilities."""
    X, y = imbalanced
    voting = VotingClassifier([("a", make_classifier()), ("b", LogisticRegression())], voting="soft").fit(X, y)
    expected = np.mean([member.predict_proba(X) for member in voting.estimators_], axis=0)
    np.testing.assert_allclose(voting.predict_proba(X), expected)


def test_one_versus_rest(make_classifier, three_classes):
    """One binary network for each class."""
    X, y = three_classes
    fitted = OneVsRestClassifier(make_classifier()).fit(X, y)
    assert [member.n_outputs_ for member in fitted.estimators_] == [1, 1, 1]
    assert fitted.predict_proba(X).shape == (200, 3)


def test_multi_output(make_classifier, imbalanced):
    """Several targets are one network each, as the error for multilabel targets says."""
    X, y = imbalanced
    targets = np.column_stack([y, X[:, 1] > 0])
    fitted = MultiOutputClassifier(make_classifier()).fit(X, targets)
    assert fitted.predict(X).shape == (200, 2)
    np.testing.assert_array_equal(fitted.predict(X)[:, 0], make_classifier().fit(X, y).predict(X))


def test_permutation_importance(make_classifier, imbalanced):
    """The feature that tells the classes apart is the one that matters."""
    X, y = imbalanced
    fitted = make_classifier(epochs=20).fit(X, y)
    importance = permutation_importance(fitted, X, y, scoring="roc_auc", n_repeats=3, random_state=0)
    assert importance.importances_mean.argmax() == 0


# Samplers


@pytest.mark.parametrize("sampler", [SMOTE, RandomUnderSampler, SMOTEENN, SMOTETomek])
def test_sampler_in_a_pipeline(sampler, make_classifier, imbalanced):
    """Rows resampled to even classes make the rare class likelier, and prediction keeps every row."""
    X, y = imbalanced
    sampled = make_sampling_pipeline(sampler(random_state=0), make_classifier()).fit(X, y)
    assert sampled.predict_proba(X).shape == (200, 2)
    assert minority_probability(sampled, X) > 2 * minority_probability(make_classifier().fit(X, y), X)


def test_balanced_bagging(make_classifier, imbalanced):
    """Every bag is undersampled to even classes, so that its network starts at even odds."""
    X, y = imbalanced
    untrained = make_classifier(epochs=1, learning_rate=1e-12)
    bagging = BalancedBaggingClassifier(estimator=untrained, n_estimators=2, random_state=0).fit(X, y)
    networks = [bag[-1] for bag in bagging.estimators_]
    assert [network.intercepts_[-1][0] for network in networks] == pytest.approx([0, 0], abs=1e-5)


def test_sample_weight_behind_a_sampler_is_refused_with_the_cure(make_classifier, imbalanced):
    """Samplers do not carry weights along: the error says so and names `class_weight`."""
    X, y = imbalanced
    sampled = make_sampling_pipeline(SMOTE(random_state=0), make_classifier())
    with pytest.raises(ValueError, match=r"200 weights for 360 rows.*[Ss]amplers.*constructor's class_weight"):
        sampled.fit(X, y, **{"costsensitivemlpclassifier__sample_weight": np.ones(200)})


# Metadata routing


def test_sample_weight_is_routed_through_a_pipeline(make_classifier, imbalanced):
    """Weights requested by the classifier pass the scaler by."""
    X, y = imbalanced
    weight = np.where(y == 1, 5.0, 1.0)
    with config_context(enable_metadata_routing=True):
        classifier = make_classifier().set_fit_request(sample_weight=True)
        routed = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), classifier)
        routed.fit(X, y, sample_weight=weight)
    expected = make_pipeline(StandardScaler(), make_classifier(class_weight={1: 5})).fit(X, y)
    np.testing.assert_allclose(routed.predict_proba(X), expected.predict_proba(X), rtol=1e-5)


def test_sample_weight_is_routed_through_a_search(make_classifier, imbalanced):
    """Every fold and the refit get the weights of their rows, in fits and scores."""
    X, y = imbalanced
    weight = np.where(y == 1, 5.0, 1.0)
    with config_context(enable_metadata_routing=True):
        classifier = make_classifier().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        search = GridSearchCV(classifier, {"alpha": [1e-4, 1e-3]}, cv=2).fit(X, y, sample_weight=weight)
    plain = GridSearchCV(make_classifier(), {"alpha": [1e-4, 1e-3]}, cv=2).fit(X, y)
    alpha = search.best_params_["alpha"]
    expected = make_classifier(alpha=alpha, class_weight={1: 5}).fit(X, y)
    np.testing.assert_allclose(search.predict_proba(X), expected.predict_proba(X), rtol=1e-5)
    assert not np.allclose(search.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"])


def test_validation_rows_are_transformed_by_a_pipeline(make_classifier, imbalanced):
    """With `transform_input` the scaler before the classifier also scales `X_val`."""
    X, y = imbalanced
    with config_context(enable_metadata_routing=True):
        classifier = make_classifier().set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline([("scale", StandardScaler()), ("clf", classifier)], transform_input=["X_val"])
        pipeline.fit(X[100:], y[100:], X_val=X[:100], y_val=y[:100])
    scaler = StandardScaler().fit(X[100:])
    expected = make_classifier().fit(scaler.transform(X[100:]), y[100:], X_val=scaler.transform(X[:100]), y_val=y[:100])
    np.testing.assert_array_equal(pipeline["clf"].validation_curve_, expected.validation_curve_)


def test_scikit_learn_takes_it_for_a_classifier(make_classifier):
    """This is what stratification hangs on."""
    assert is_classifier(make_classifier())
