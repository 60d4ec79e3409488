"""Costs, savings and calibration error as scores."""

import re

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.datasets import make_classification
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import zero_one_loss
from sklearn.model_selection import TunedThresholdClassifierCV, cross_val_score, cross_validate

from skweighted.metrics import (
    expected_calibration_error,
    expected_cost,
    neg_expected_calibration_error_scorer,
    neg_expected_cost_scorer,
    savings,
    savings_scorer,
)

COSTS = [[0, 1], [5, 0]]
X, y = make_classification(300, 4, weights=[0.7], flip_y=0.2, random_state=0)


def test_without_costs_expected_cost_is_the_error_rate():
    truth, prediction = np.array(list("abcabc")), np.array(list("aaacbb"))
    assert expected_cost(truth, prediction) == pytest.approx(zero_one_loss(truth, prediction))


def test_expected_cost_by_label():
    by_label = {"good": {"bad": 1}, "bad": {"good": 5}}
    assert expected_cost(["bad", "good", "good", "bad"], ["good", "good", "bad", "bad"], cost_matrix=by_label) == 1.5


def test_expected_cost_of_single_rows():
    cost = expected_cost([0, 1, 1, 0], [1, 0, 1, 0], false_positive_cost=2.0, false_negative_cost=[9, 30, 9, 9])
    assert cost == pytest.approx(32 / 4)


def test_costs_are_in_the_order_of_the_labels_given():
    """Whoever names the labels in another order than the sorted one gets the costs of that order."""
    truth, prediction = ["good", "bad", "bad", "good"], ["good", "good", "good", "bad"]
    options = {"cost_matrix": [[0, 1], [5, 0]], "labels": ["good", "bad"]}  # a miss of "bad" costs 5
    assert expected_cost(truth, prediction, **options) == 11 / 4
    assert savings(truth, prediction, **options) == pytest.approx(1 - 11 / 2)
    assert expected_cost(truth, prediction, labels=["good", "bad"], false_negative_cost=5.0) == 11 / 4
    assert expected_cost(truth, prediction, labels=["bad", "good"], false_positive_cost=5.0) == 11 / 4
    three = expected_cost(list("abc"), list("bca"), cost_matrix=[[0, 1, 2], [3, 0, 4], [5, 6, 0]], labels=list("cab"))
    assert three == pytest.approx((4 + 5 + 1) / 3)


def test_scorers_keep_the_order_of_the_labels_given():
    """A cost matrix in the order of the labels scores a classifier as the same costs by label do."""
    words = np.array(["good", "bad"])[y]
    model = LogisticRegression().fit(X, words)
    by_label = {"good": {"bad": 1}, "bad": {"good": 5}}
    for make in (neg_expected_cost_scorer, savings_scorer):
        assert make(COSTS, labels=["good", "bad"])(model, X, words) == make(by_label)(model, X, words)


def test_sample_weight_counts_a_row_twice():
    once = expected_cost([0, 1, 1, 1], [1, 0, 0, 1], cost_matrix=COSTS)
    assert expected_cost([0, 1, 1], [1, 0, 1], cost_matrix=COSTS, sample_weight=[1, 2, 1]) == pytest.approx(once)


def test_savings_are_measured_against_the_best_constant_decision():
    truth = np.array([0] * 8 + [1] * 2)
    # All negative costs 10, all positive 8.
    assert savings(truth, truth, cost_matrix=COSTS) == 1
    assert savings(truth, np.ones(10, int), cost_matrix=COSTS) == 0
    assert savings(truth, np.zeros(10, int), cost_matrix=COSTS) == pytest.approx(1 - 10 / 8)
    assert savings(truth, 1 - truth, cost_matrix=COSTS) < 0


def test_savings_of_single_rows():
    kept = savings([0, 0, 1, 1], [0, 0, 0, 1], false_negative_cost=[1, 1, 1, 20], false_positive_cost=3.0)
    assert kept == pytest.approx(1 - 1 / 6)


def test_nothing_can_be_saved_where_a_constant_costs_nothing():
    """Truth of one class leaves nothing to save: neither minus infinity nor 0 would be an answer."""
    for prediction in ([0, 0], [0, 1]):
        with pytest.warns(UndefinedMetricWarning, match="savings is undefined and set to NaN"):
            assert np.isnan(savings([0, 0], prediction, cost_matrix=COSTS, labels=[0, 1]))


TABLE = pd.DataFrame(COSTS, index=["good", "bad"], columns=["good", "bad"])  # a miss of "bad" costs 5


@pytest.mark.parametrize("score", [expected_cost, savings])
@pytest.mark.parametrize("labels", [None, ["bad", "good"]], ids=str)
def test_a_table_of_costs_scores_by_label(score, labels):
    truth, prediction = ["good", "bad", "bad", "good"], ["good", "good", "good", "bad"]
    by_label = TABLE.to_dict(orient="index")
    expected = score(truth, prediction, cost_matrix=by_label)
    assert score(truth, prediction, cost_matrix=TABLE, labels=labels) == expected


@pytest.mark.parametrize("make", [neg_expected_cost_scorer, savings_scorer])
def test_scorers_read_a_table_of_costs_by_label(make):
    words = np.array(["good", "bad"])[y]
    model = LogisticRegression().fit(X, words)
    assert make(TABLE)(model, X, words) == make(TABLE.to_dict(orient="index"))(model, X, words)


def test_a_table_of_costs_serves_a_fold_that_lacks_a_class():
    assert expected_cost(["good", "good"], ["good", "good"], cost_matrix=TABLE) == 0


@pytest.mark.parametrize("truth", [["good", "worse"], [0, 1]], ids=str)
def test_a_label_that_a_table_of_costs_lacks_is_named(truth):
    with pytest.raises(ValueError, match=re.escape("Labels in its index: missing [")):
        expected_cost(truth, truth, cost_matrix=TABLE)


def test_calibration_error_is_the_mean_gap_of_the_calibration_curve():
    p = LogisticRegression().fit(X, y).predict_proba(X)
    observed, reported = calibration_curve(y, p[:, 1], n_bins=10)
    counts = np.histogram(p[:, 1], bins=10, range=(0, 1))[0]
    expected = np.average(np.abs(observed - reported), weights=counts[counts > 0])
    assert expected_calibration_error(y, p) == pytest.approx(expected)
    assert expected_calibration_error(y, p[:, 1]) == pytest.approx(expected)


def test_calibration_error_of_many_classes_judges_the_predicted_one():
    proba = np.array([[0.8, 0.1, 0.1], [0.8, 0.2, 0.0], [0.1, 0.1, 0.8], [0.0, 0.2, 0.8]])
    assert expected_calibration_error([0, 1, 2, 2], proba) == pytest.approx(0.05)


def test_quantile_bins_look_where_the_rows_are():
    p = np.concatenate([np.full(50, 0.01), np.full(50, 0.03)])
    truth = np.concatenate([np.arange(50) < 2, np.arange(50) < 0]).astype(int)
    assert expected_calibration_error(truth, p) == pytest.approx(0.0)
    assert expected_calibration_error(truth, p, n_bins=2, strategy="quantile") == pytest.approx(0.03)


def test_certain_and_right_is_calibrated():
    assert expected_calibration_error([0, 1, 1], [0.0, 1.0, 1.0]) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expected_cost([0, 1], [0, 1], cost_matrix=np.eye(3)), "its shape must be (2, 2)"),
        (lambda: expected_cost([0, 2], [0, 1], labels=[0, 1]), "holds [2], which labels=[0, 1] lacks"),
        (lambda: expected_cost([0, 1], [0, 1], labels=[1, 0, 1]), "expected_cost must be distinct"),
        (lambda: savings([0, 1], [0, 1], cost_matrix=np.eye(3)), "'cost_matrix' parameter of savings"),
        (lambda: expected_cost([0, 1, 2], [0, 1, 2], false_positive_cost=1.0), "are for two classes"),
        (lambda: savings([0, 1], [0, 1], cost_matrix=COSTS, false_positive_cost=1.0), "not both"),
        (lambda: expected_calibration_error([0, 1], [0.5, 1.5]), "outside [0, 1]"),
        (lambda: expected_calibration_error([0, 1, 2], [0.5, 0.5, 0.1]), "Pass every class as labels"),
        (lambda: expected_calibration_error([0, 1], [0.5, 0.5], n_bins=0), "'n_bins' parameter"),
        (lambda: expected_calibration_error([0, 1], [0.5, 0.5], strategy="quantil"), "Did you mean 'quantile'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_scorers_work_in_cross_validation():
    scoring = {
        "cost": neg_expected_cost_scorer(COSTS),
        "savings": savings_scorer(COSTS),
        "calibration": neg_expected_calibration_error_scorer,
    }
    scores = cross_validate(LogisticRegression(), X, y, cv=3, scoring=scoring)
    assert (scores["test_cost"] < 0).all()
    assert (scores["test_savings"] <= 1).all()
    assert (scores["test_calibration"] < 0).all()


def test_a_tuned_threshold_lowers_the_expected_cost():
    scorer = neg_expected_cost_scorer(COSTS)
    plain = LogisticRegression()
    tuned = TunedThresholdClassifierCV(plain, scoring=scorer, cv=3)
    assert cross_val_score(tuned, X, y, scoring=scorer).mean() > cross_val_score(plain, X, y, scoring=scorer).mean()


def test_costs_of_single_rows_are_routed_to_the_scorer():
    amount = np.random.default_rng(0).uniform(1, 100, len(y))
    scorer = neg_expected_cost_scorer()
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = scorer.set_score_request(false_negative_cost=True)
        routed = cross_val_score(
            LogisticRegression(), X, y, cv=3, scoring=scorer, params={"false_negative_cost": amount}
        )
    assert (routed < cross_val_score(LogisticRegression(), X, y, cv=3, scoring=neg_expected_cost_scorer())).all()
