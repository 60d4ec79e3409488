"""Comparisons to report on."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted.comparison import compare_strategies


@pytest.fixture(scope="package")
def comparison():
    """Return a comparison of 300 rows, 45 of them of the class "<bad>", whose name is no HTML."""
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 3))
    score = X[:, 0] + random.normal(size=300)
    y = np.where(score >= np.sort(score)[-45], "<bad>", "good")
    strategies = ["none", "threshold", "undersample"]
    return compare_strategies(X, y, strategies=strategies, classifier=LogisticRegression(), cv=3)


@pytest.fixture(scope="package")
def of_many_classes():
    random = np.random.default_rng(0)
    X = random.normal(size=(150, 3))
    y = np.repeat(["a", "b", "c"], [100, 30, 20])[np.argsort(np.argsort(X[:, 0]))]
    linear = LogisticRegression()
    return compare_strategies(X, y, strategies=["none", "threshold"], classifier=linear, cv=3, n_repeats=1)
