"""Cost matrices: what they accept, what follows from them, and how the classifier trains by them."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import make_classification

from skweighted import CostSensitiveMLPClassifier
from skweighted.class_weights import CLASS_WEIGHTS, EffectiveNumber, compute_class_weight
from skweighted.costs import check_cost_matrix, cost_vector, minimum_expected_cost, row_cost_matrices

THREE = np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [6.0, 2.0, 0.0]])
X, y = make_classification(120, 4, weights=[0.8], random_state=0)
SETTINGS = {"epochs": 3, "batch_size": 40, "random_state": 0, "dtype": "float64"}


def check(cost_matrix, classes=(0, 1)):
    return check_cost_matrix(cost_matrix, np.array(classes), "Owner")


@pytest.mark.parametrize(
    ("cost_matrix", "message"),
    [
        ([[0, 1, 2], [1, 0, 2]], "its shape must be (2, 2), not (2, 3)"),
        ([0, 1], "its shape must be (2, 2), not (2,)"),
        ([[0, -1], [5, 0]], "Predicting 1 for 0 has the offending cost"),
        ([[0, np.nan], [5, 0]], "of finite costs of at least 0"),
        ([[0, np.inf], [5, 0]], "of finite costs of at least 0"),
        ([[0, 1], [0, 5]], "Class 1 costs 5 when predicted rightly and 0 as 0; rows are the truth, so transpose it"),
        ({0: {1: 1}}, "It lacks the cost of predicting 0 for 1"),
    ],
    ids=str,
)
def test_a_cost_matrix_that_makes_no_sense_is_refused_with_the_cure(cost_matrix, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        check(cost_matrix)


@pytest.mark.parametrize(
    "cost_matrix",
    ["balanced", [[0, 1], [5]], [["0", "1"], ["5", "0"]], {0: 3, 1: {0: 1}}, {0: {1: "dear"}, 1: {0: 1}}, 5j],
    ids=str,
)
def test_a_cost_matrix_of_another_kind_is_refused(cost_matrix):
    with pytest.raises((TypeError, ValueError), match="'cost_matrix' parameter of Owner must be an array of shape"):
        check(cost_matrix)


def test_a_dict_of_costs_goes_by_label_whatever_its_order():
    by_label = {"good": {"bad": 1}, "bad": {"good": 5, "bad": 0.5}, "absent": {"good": 9}}
    assert check(by_label, ("bad", "good")).tolist() == [[0.5, 5.0], [1.0, 0.0]]


FRAME = pd.DataFrame([[0.0, 1.0], [5.0, 0.5]], index=["good", "bad"], columns=["good", "bad"])


@pytest.mark.parametrize("frame", [FRAME, FRAME.iloc[::-1], FRAME[["bad", "good"]], FRAME.astype(object)], ids=str)
def test_a_table_of_costs_is_read_by_label_whatever_its_order(frame):
    """Index and columns say which cost is whose, each in an order of its own."""
    assert check(frame, ("bad", "good")).tolist() == [[0.5, 5.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (FRAME.rename(index={"bad": "bda"}), "Labels in its index: missing ['bad'], unknown ['bda']."),
        (FRAME.rename(columns={"bad": "bda"}), "Labels in its columns: missing ['bad'], unknown ['bda']."),
        (FRAME.loc[["good"]], "Labels in its index: missing ['bad']."),
        (FRAME.loc[["good", "bad", "bad"]], "Labels in its index: repeated ['bad']."),
        (pd.DataFrame([[0, 1], [5, 0]]), "Labels in its index: missing ['bad', 'good'], unknown [0, 1]."),
        (FRAME.where(FRAME < 5), "Predicting 'good' for 'bad' has the offending cost"),
        (pl.DataFrame({"good": [0, 5], "bad": [1, 0]}), "names for its columns but not for its rows"),
    ],
    ids=["row", "column", "missing", "twice", "unnamed", "nan", "polars"],
)
def test_a_table_of_costs_with_other_labels_is_refused_by_name(frame, message):
    """A label that is not a class, or a class without a label, is never matched by place."""
    with pytest.raises(ValueError, match=re.escape(message)):
        check(frame, ("bad", "good"))


def test_the_cost_vector_is_the_published_sum():
    prior = np.array([0.5, 0.3, 0.2])
    expected = [(0.3 * 1 + 0.2 * 2) / 0.5, (0.5 * 3 + 0.2 * 1) / 0.7, (0.5 * 6 + 0.3 * 2) / 0.8]
    np.testing.assert_allclose(cost_vector(THREE, prior), expected)


def test_what_being_right_costs_is_subtracted():
    prior = np.array([0.5, 0.3, 0.2])
    shifted = THREE + np.array([[10.0], [0.0], [3.0]])
    np.testing.assert_allclose(cost_vector(shifted, prior), cost_vector(THREE, prior))


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_with_equal_costs_the_cheapest_class_is_the_most_probable(n_classes):
    p = np.random.default_rng(0).dirichlet(np.ones(n_classes), size=200)
    np.testing.assert_array_equal(minimum_expected_cost(p, 1 - np.eye(n_classes)), p.argmax(1))


def test_the_threshold_of_two_classes_is_the_share_of_the_false_positive_cost():
    p = np.linspace(0, 1, 1002)
    decisions = minimum_expected_cost(np.column_stack([1 - p, p]), np.array([[0.0, 2.0], [7.0, 0.0]]))
    np.testing.assert_array_equal(decisions, (p >= 2 / 9).astype(int))


def test_costs_of_single_rows_decide_row_by_row():
    p = np.full((3, 2), 0.5)
    costs = row_cost_matrices(3, 10.0, [1.0, 100.0, 10.1])
    assert minimum_expected_cost(p, costs).tolist() == [0, 1, 1]


@pytest.mark.parametrize("costs", [[1, 2], [1, -1, 1], [1, np.nan, 1]], ids=str)
def test_costs_of_single_rows_must_fit_the_rows(costs):
    with pytest.raises(ValueError, match="false_positive_cost has"):
        row_cost_matrices(3, costs, None)


@pytest.mark.parametrize("key", sorted(CLASS_WEIGHTS))
def test_every_weight_rule_gives_each_class_a_finite_weight(key):
    classes = np.array(["a", "b", "c"])
    weight = compute_class_weight(key, classes, np.array([60.0, 25.0, 5.0]), "Owner", THREE)
    assert weight.shape == (3,)
    assert (weight > 0).all()
    assert np.isfinite(weight).all()
    absent = compute_class_weight(key, classes, np.array([60.0, 0.0, 5.0]), "Owner", THREE)
    assert absent[1] == 0
    assert (absent[[0, 2]] > 0).all()


@pytest.mark.parametrize("key", sorted(CLASS_WEIGHTS))
def test_every_weight_rule_works_in_a_fit(key):
    clf = CostSensitiveMLPClassifier((), class_weight=key, cost_matrix=[[0, 1], [5, 0]], **SETTINGS).fit(X, y)
    weight = np.array([clf.class_weight_[0], clf.class_weight_[1]])
    assert np.average(weight, weights=np.bincount(y)) == pytest.approx(1)


def test_effective_number_goes_from_unweighted_to_inverse_frequency():
    counts = np.array([90.0, 9.0, 1.0])
    np.testing.assert_allclose(EffectiveNumber(beta=0.0).compute(counts), 1)
    near_one = EffectiveNumber(beta=1 - 1e-12).compute(counts)
    np.testing.assert_allclose(near_one / near_one[0], counts[0] / counts, rtol=1e-4)


def test_class_weight_cost_is_the_two_costs():
    by_cost, by_hand = (
        CostSensitiveMLPClassifier((), cost_matrix=[[0, 1], [5, 0]], class_weight=weight, **SETTINGS).fit(X, y)
        for weight in ("cost", {0: 1, 1: 5})
    )
    np.testing.assert_array_equal(by_cost.coefs_[0], by_hand.coefs_[0])


@pytest.mark.parametrize("setting", [{"class_weight": "cost"}, {"loss": "expected_cost"}], ids=str)
def test_a_table_of_costs_trains_by_label(setting):
    """The weight rule and the loss of the classifier give the costs of a table to the classes it names."""
    words = np.array(["zebra", "ant"])[y]  # sorted, they change places
    table = pd.DataFrame([[0, 1], [5, 0]], index=["zebra", "ant"], columns=["zebra", "ant"])
    by_table, by_dict = (
        CostSensitiveMLPClassifier((), cost_matrix=costs, **setting, **SETTINGS).fit(X, words).coefs_[0]
        for costs in (table, table.to_dict(orient="index"))
    )
    np.testing.assert_array_equal(by_table, by_dict)


def test_class_weight_cost_without_costs_is_refused():
    with pytest.raises(ValueError, match=r"class_weight='cost' needs to know the costs\. Set cost_matrix"):
        CostSensitiveMLPClassifier(class_weight="cost").fit(X, y)


def test_a_cost_matrix_is_checked_even_where_nothing_uses_it():
    with pytest.raises(ValueError, match="'cost_matrix' parameter of CostSensitiveMLPClassifier"):
        CostSensitiveMLPClassifier(cost_matrix=np.zeros((3, 3))).fit(X, y)


def test_costs_of_single_rows_multiply_sample_weights():
    generator = np.random.default_rng(0)
    missed, alarm = generator.uniform(1, 50, len(y)), generator.uniform(0.5, 2, len(y))
    clf = CostSensitiveMLPClassifier((), **SETTINGS)
    coefs = clf.fit(X, y, false_positive_cost=alarm, false_negative_cost=missed).coefs_[0]
    np.testing.assert_array_equal(clf.fit(X, y, np.where(y == 1, missed, alarm)).coefs_[0], coefs)


@pytest.mark.parametrize(
    ("labels", "settings", "costs", "message"),
    [
        (np.arange(120) % 3, {}, 2.0, "are for two classes, and y has 3"),
        (y, {"probabilities": "corrected"}, 2.0, "cannot undo false_positive_cost and false_negative_cost"),
        (y, {}, np.ones(7), "false_negative_cost has shape (7,) for 120 rows"),
    ],
    ids=["multiclass", "corrected", "length"],
)
def test_costs_of_single_rows_that_cannot_be_used_are_refused(labels, settings, costs, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CostSensitiveMLPClassifier(**settings).fit(X, labels, false_negative_cost=costs)


def test_rows_whose_mistakes_cost_nothing_teach_nothing():
    costs = np.where(np.arange(len(y)) < 60, 1.0, 0.0)
    clf = CostSensitiveMLPClassifier((), **SETTINGS, batches="stratified")
    with pytest.raises(ValueError, match="are zero for every row"):
        clf.fit(X, y, false_positive_cost=0.0, false_negative_cost=0.0)
    assert clf.fit(X, y, false_positive_cost=costs, false_negative_cost=costs).n_iter_ == 3
