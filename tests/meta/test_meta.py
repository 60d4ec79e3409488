"""MinimumExpectedCostClassifier and PriorCorrectedClassifier around anything with probabilities."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import (
    CostSensitiveMLPClassifier,
    MinimumExpectedCostClassifier,
    PriorCorrectedClassifier,
    TabularClassifier,
    make_tabular_classifier,
)
from skweighted.metrics import expected_cost

COSTS = [[0, 1], [5, 0]]
# A logistic model is right for these rows, one in ten of class 1, so that nothing but the priors is to be repaired.
X = np.random.default_rng(0).normal(size=(4000, 3))
y = (np.random.default_rng(1).uniform(size=4000) < 1 / (1 + np.exp(3 - X @ [1.5, 0.5, 0.0]))).astype(int)


def exact_logistic(**settings):
    """Return a logistic regression without a penalty, whose intercept a change of priors moves and nothing else."""
    return LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000, **settings)


@parametrize_with_checks(
    [MinimumExpectedCostClassifier(LogisticRegression()), PriorCorrectedClassifier(LogisticRegression())]
)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_the_least_cost_is_lower_than_that_of_the_most_probable_class():
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=COSTS).fit(X, y)
    plain = least.estimator_
    assert expected_cost(y, least.predict(X), cost_matrix=COSTS) < expected_cost(y, plain.predict(X), cost_matrix=COSTS)
    np.testing.assert_array_equal(least.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize("costs", [None, [[0, 1], [1, 0]]])
def test_equal_costs_give_the_most_probable_class(costs):
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=costs).fit(X, y)
    np.testing.assert_array_equal(least.predict(X), least.estimator_.predict(X))


def test_three_classes_and_costs_by_label():
    features, codes = make_classification(300, 6, n_informative=4, n_classes=3, random_state=0)
    labels = np.array(["fine", "ill", "very ill"])[codes]
    costs = {
        "fine": {"ill": 1, "very ill": 2},
        "ill": {"fine": 10, "very ill": 1},
        "very ill": {"fine": 50, "ill": 5},
    }
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=costs).fit(features, labels)
    p = least.predict_proba(features)
    np.testing.assert_array_equal(least.cost_matrix_[2], [50, 5, 0])
    expected = least.classes_[(p @ least.cost_matrix_).argmin(1)]
    np.testing.assert_array_equal(least.predict(features), expected)


def test_a_table_of_costs_decides_by_label():
    """A DataFrame in another order than the sorted labels gives each class its own costs."""
    words = np.array(["zebra", "ant"])[y]
    table = pd.DataFrame([[0, 1], [5, 0]], index=["zebra", "ant"], columns=["zebra", "ant"])
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=table).fit(X, words)
    assert least.cost_matrix_.tolist() == [[0, 5], [1, 0]]


def test_costs_of_single_rows_move_each_rows_threshold():
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=[[0, 3], [5, 0]]).fit(X, y)
    amount = np.random.default_rng(0).uniform(0, 30, len(y))
    p = least.predict_proba(X)[:, 1]
    np.testing.assert_array_equal(least.predict(X, false_negative_cost=amount), (p * amount > (1 - p) * 3).astype(int))
    np.testing.assert_array_equal(least.predict(X, 3.0, 5.0), least.predict(X))


def test_costs_of_single_rows_leave_the_rest_of_the_matrix_as_it_is():
    """What being right costs, a treatment or an examination, counts with costs of single rows too."""
    least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=[[1, 3], [9, 2]]).fit(X, y)
    np.testing.assert_array_equal(least.predict(X, 3.0, 9.0), least.predict(X))
    np.testing.assert_array_equal(least.predict(X, false_negative_cost=9.0), least.predict(X))


def test_costs_of_single_rows_are_routed_through_a_pipeline():
    amount = np.random.default_rng(0).uniform(0, 30, len(y))
    with sklearn.config_context(enable_metadata_routing=True):
        least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=COSTS).set_predict_request(
            false_negative_cost=True
        )
        model = make_pipeline(StandardScaler(), least).fit(X, y)
        routed = model.predict(X, false_negative_cost=amount)
    np.testing.assert_array_equal(routed, least.predict(StandardScaler().fit_transform(X), false_negative_cost=amount))


def test_sample_weight_reaches_the_classifier_inside():
    weight = np.where(y == 1, 9.0, 1.0)
    expected = LogisticRegression().fit(X, y, weight).coef_
    np.testing.assert_array_equal(
        MinimumExpectedCostClassifier(LogisticRegression()).fit(X, y, sample_weight=weight).estimator_.coef_, expected
    )
    with sklearn.config_context(enable_metadata_routing=True):
        inner = LogisticRegression().set_fit_request(sample_weight=True)
        routed = PriorCorrectedClassifier(inner).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(routed.estimator_.coef_, expected)


def test_costs_of_single_rows_need_two_classes():
    least = MinimumExpectedCostClassifier(GaussianNB()).fit(X, np.arange(len(y)) % 3)
    with pytest.raises(ValueError, match="are for two classes"):
        least.predict(X, false_negative_cost=3.0)


@pytest.mark.parametrize("wrapper", [MinimumExpectedCostClassifier, PriorCorrectedClassifier])
def test_a_classifier_without_probabilities_is_refused(wrapper):
    with pytest.raises(TypeError, match="must be a classifier with predict_proba"):
        wrapper(RidgeClassifier()).fit(X, y)


@pytest.mark.parametrize("wrapper", [MinimumExpectedCostClassifier, PriorCorrectedClassifier])
def test_wrappers_survive_clone_pickle_and_search(wrapper):
    model = wrapper(make_pipeline(StandardScaler(), LogisticRegression()))
    fitted = clone(model).fit(X, y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X))
    search = GridSearchCV(model, {"estimator__logisticregression__C": [0.1, 1.0]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.5


def test_prior_correction_undoes_class_weights_exactly():
    plain = exact_logistic().fit(X, y)
    for class_weight in ("balanced", {0: 1, 1: 30}):
        repaired = PriorCorrectedClassifier(exact_logistic(class_weight=class_weight)).fit(X, y)
        assert repaired.correction_ == "exact"
        weighted = repaired.estimator_.predict_proba(X)[:, 1]
        assert weighted.mean() > 2 * y.mean()
        p = repaired.predict_proba(X)[:, 1]
        assert p.mean() == pytest.approx(y.mean(), rel=0.05)
        assert abs(p - plain.predict_proba(X)[:, 1]).mean() < 0.005
        np.testing.assert_array_equal(np.argsort(p), np.argsort(weighted))


@pytest.mark.parametrize(
    ("sampler", "correction"),
    [
        (RandomUnderSampler(random_state=0), "exact"),
        (RandomOverSampler(random_state=0), "exact"),
        (RandomOverSampler(shrinkage=0.5, random_state=0), "approximate"),
        (SMOTE(random_state=0), "approximate"),
        (TomekLinks(), "approximate"),
    ],
    ids=repr,
)
def test_prior_correction_undoes_what_a_sampler_does(sampler, correction):
    model = PriorCorrectedClassifier(make_pipeline(StandardScaler(), sampler, exact_logistic())).fit(X, y)
    assert model.correction_ == correction
    np.testing.assert_allclose(model.target_prior_, np.bincount(y) / len(y))
    resampled = sampler.fit_resample(StandardScaler().fit_transform(X), y)[1]
    np.testing.assert_allclose(model.reported_prior_, np.bincount(resampled) / len(resampled))
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), rel=0.25)


def test_weights_passed_to_a_step_stay_in_the_target_as_weights_passed_by_name_do():
    """Weights that say how many rows a row stands for are the caller's prior, whichever way they are passed."""
    weight = np.where(y == 1, 9.0, 1.0)
    plain = PriorCorrectedClassifier(LogisticRegression()).fit(X, y, sample_weight=weight)
    pipeline = PriorCorrectedClassifier(make_pipeline(LogisticRegression()))
    pipeline.fit(X, y, logisticregression__sample_weight=weight)
    np.testing.assert_allclose(pipeline.target_prior_, plain.target_prior_)
    np.testing.assert_allclose(pipeline.predict_proba(X), plain.predict_proba(X))
    np.testing.assert_allclose(pipeline.predict_proba(X), pipeline.estimator_.predict_proba(X))


def test_weights_that_do_not_reach_the_classifier_do_not_count():
    with sklearn.config_context(enable_metadata_routing=True):
        inner = LogisticRegression().set_fit_request(sample_weight=False)
        scaler = StandardScaler().set_fit_request(sample_weight=True)
        model = PriorCorrectedClassifier(make_pipeline(scaler, inner)).fit(X, y, sample_weight=1.0 + 8 * y)
    np.testing.assert_allclose(model.target_prior_, np.bincount(y) / len(y))


def test_weights_next_to_a_sampler_are_refused():
    sampler = RandomUnderSampler(sampling_strategy={0: np.sum(y == 0), 1: y.sum()}, random_state=0)
    model = PriorCorrectedClassifier(make_pipeline(sampler, LogisticRegression()))
    with pytest.raises(ValueError, match="cannot take sample_weight through samplers"):
        model.fit(X, y, logisticregression__sample_weight=np.ones(len(y)))


def test_weights_and_samplers_are_undone_together():
    pipeline = make_pipeline(RandomUnderSampler(sampling_strategy=0.5, random_state=0), LogisticRegression())
    pipeline.set_params(logisticregression__class_weight={0: 1, 1: 4})
    model = PriorCorrectedClassifier(pipeline).fit(X, y)
    np.testing.assert_allclose(model.reported_prior_, [1 / 3, 2 / 3])


@pytest.mark.parametrize(
    "settings",
    [{"class_weight": {0: 1, 1: 9}}, {"batches": "balanced"}, {"class_weight": "balanced", "n_networks": 2}],
    ids=str,
)
def test_prior_correction_of_our_network_is_its_own_correction(settings):
    network = CostSensitiveMLPClassifier((4,), epochs=2, random_state=0, **settings)
    model = PriorCorrectedClassifier(network).fit(X, y)
    expected = clone(network).set_params(probabilities="corrected").fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(X), rtol=1e-6)
    again = PriorCorrectedClassifier(expected).fit(X, y)
    np.testing.assert_allclose(again.predict_proba(X), expected.predict_proba(X), rtol=1e-6)


def test_prior_correction_of_a_committee_for_tables_is_its_own_correction():
    members = make_tabular_classifier(hidden_layer_sizes=(4,), epochs=2, n_networks=1).members[:1]
    committee = TabularClassifier(members, class_weight="balanced", probabilities="weighted", random_state=0)
    model = PriorCorrectedClassifier(committee).fit(X, y)
    expected = clone(committee).set_params(probabilities="corrected").fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(X), rtol=1e-6)
    assert model.correction_ == "exact"


def test_prior_correction_trains_our_network_as_it_reports():
    """The fitted copy says by its parameters how it was fitted, and the network given stays as it is."""
    network = CostSensitiveMLPClassifier((), class_weight="balanced", epochs=1, random_state=0)
    model = PriorCorrectedClassifier(network).fit(X, y)
    assert (network.probabilities, model.estimator_.probabilities) == ("weighted", "corrected")
    again = clone(model.estimator_).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), model.estimator_.predict_proba(X))


def test_deferred_weights_are_undone_approximately():
    network = CostSensitiveMLPClassifier((), class_weight="balanced", weight_schedule="deferred", epochs=5)
    assert PriorCorrectedClassifier(network).fit(X, y).correction_ == "approximate"


def test_fixed_priors_of_a_classifier_are_what_it_reports():
    model = PriorCorrectedClassifier(GaussianNB(priors=[0.5, 0.5])).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), GaussianNB().fit(X, y).predict_proba(X))


@pytest.mark.parametrize("target_prior", [[0.8, 0.2], {"no": 8, "yes": 2}], ids=str)
def test_another_target_prior(target_prior):
    labels = np.array(["no", "yes"])[y]
    model = PriorCorrectedClassifier(GaussianNB(), target_prior=target_prior).fit(X, labels)
    np.testing.assert_allclose(model.predict_proba(X), GaussianNB(priors=[0.8, 0.2]).fit(X, labels).predict_proba(X))


@pytest.mark.parametrize(
    ("target_prior", "message"),
    [
        ([0.5, 0.3, 0.2], "must be 'train', 2 shares in the order of classes_"),
        ([-1, 2], "shares are at least 0"),
        ({0: 0.5}, "It lacks [1]"),
        ("trian", "'target_prior' parameter"),
    ],
    ids=str,
)
def test_a_target_prior_that_does_not_fit_is_refused(target_prior, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        PriorCorrectedClassifier(LogisticRegression(), target_prior=target_prior).fit(X, y)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (CostSensitiveMLPClassifier((), loss="focal", epochs=1), "cannot repair the probabilities of loss='focal'"),
        (BalancedRandomForestClassifier(n_estimators=2), "cannot see into BalancedRandomForestClassifier"),
        (
            CalibratedClassifierCV(LogisticRegression(class_weight="balanced"), cv=2),
            "estimator__class_weight may change",
        ),
        (CalibratedClassifierCV(make_pipeline(SMOTE(), LogisticRegression()), cv=2), "estimator__smote may change"),
        (FrozenEstimator(LogisticRegression(class_weight="balanced").fit(X, y)), "before it is fitted"),
    ],
    ids=["focal", "ensemble", "weights inside", "sampler inside", "frozen"],
)
def test_what_cannot_be_corrected_is_refused(estimator, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        PriorCorrectedClassifier(estimator).fit(X, y)


def test_a_class_that_got_no_weight_cannot_be_corrected():
    model = PriorCorrectedClassifier(GaussianNB(priors=[1.0, 0.0]))
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match=r"gave no weight: \[1\]"):
        model.fit(X, y)


def test_least_cost_after_prior_correction_equals_least_cost_of_an_unweighted_model():
    repaired = PriorCorrectedClassifier(exact_logistic(class_weight="balanced"))
    score = [
        cross_val_score(
            MinimumExpectedCostClassifier(model, cost_matrix=COSTS),
            X,
            y,
            scoring=lambda estimator, rows, truth: expected_cost(truth, estimator.predict(rows), cost_matrix=COSTS),
        ).mean()
        for model in (exact_logistic(), repaired, exact_logistic(class_weight="balanced"))
    ]
    assert score[1] == pytest.approx(score[0], rel=0.05)
    # Weights and costs together count the rare class twice.
    assert score[2] > 1.1 * score[0]
