"""The wrapper of a member that is no network: what class weights do to its probabilities."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

from skweighted.classifier import ReweightedClassifier


@pytest.fixture(scope="module")
def rows():
    """Return 90 rows of three classes of 60, 20 and 10, with text labels."""
    y = np.repeat(["a", "b", "c"], [60, 20, 10])
    X = np.random.default_rng(0).normal(size=(90, 2)) + (y == "c")[:, None]
    return X, y


def test_weights_multiply_the_probabilities_of_an_unweighted_fit(rows):
    """A class weight moves the odds by itself, as training with it moves those of an exact model."""
    X, y = rows
    plain = LogisticRegression().fit(X, y).predict_proba(X)
    weighted = ReweightedClassifier(LogisticRegression(), class_weight={"c": 6}).fit(X, y).predict_proba(X)
    expected = plain * [1, 1, 6]
    assert_allclose(weighted, expected / expected.sum(axis=1, keepdims=True))


def test_corrected_probabilities_are_those_of_the_rows(rows):
    """Class weights leave no trace, not even a weight of 0."""
    X, y = rows
    classifier = ReweightedClassifier(LogisticRegression(), class_weight={"c": 0}, probabilities="corrected")
    assert_allclose(classifier.fit(X, y).predict_proba(X), LogisticRegression().fit(X, y).predict_proba(X))


def test_a_class_of_weight_0_is_never_predicted(rows):
    """Its weighted probability is 0."""
    X, y = rows
    classifier = ReweightedClassifier(LogisticRegression(), class_weight={"c": 0}).fit(X, y)
    assert_allclose(classifier.predict_proba(X)[:, 2], 0)
    assert set(classifier.predict(X)) <= {"a", "b"}


def test_costs_weigh_classes(rows):
    """The rule "cost" takes the matrix, as in the network."""
    X, y = rows
    costs = {"a": {"b": 1, "c": 1}, "b": {"a": 1, "c": 1}, "c": {"a": 9, "b": 9}}
    classifier = ReweightedClassifier(LogisticRegression(), class_weight="cost", cost_matrix=costs).fit(X, y)
    weight = np.exp(classifier.log_weight_)
    assert_allclose(weight / weight[0], [1, 1, 9])


def test_an_unknown_rule_is_refused(rows):
    """The error names the parameter."""
    with pytest.raises(ValueError, match="class_weight"):
        ReweightedClassifier(LogisticRegression(), class_weight="blanced").fit(*rows)


class CountsThreads(HistGradientBoostingClassifier):
    """Notes how many threads OpenMP may use in ``fit``."""

    def fit(self, X, y):
        self.threads_ = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp"}
        return super().fit(X, y)


def test_few_rows_are_fitted_in_one_thread(rows):
    """Threads that wait for each other at every split took 16 s on a busy machine, where one takes 0.4 s."""
    classifier = ReweightedClassifier(CountsThreads(max_iter=2)).fit(*rows)
    assert classifier.classifier_.threads_ == {1}
