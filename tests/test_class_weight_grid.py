"""Grids of class weights from the class ratio."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skweighted import class_weight_grid


def test_a_grid_runs_from_no_weights_over_balanced_ones_to_more():
    """Exponents 0, 1 and 1.5 of the class ratio, for labels of any type."""
    y = np.repeat(["bad", "good", "middling"], [4, 64, 16])
    none, balanced, more = class_weight_grid(y, factors=(0, 1, 1.5))
    assert none == {"bad": 1, "good": 1, "middling": 1}
    assert balanced == {"bad": 16, "good": 1, "middling": 4}
    assert more == {"bad": 64, "good": 1, "middling": 8}


def test_the_default_grid_holds_the_balanced_weights():
    """Up to a scale, which normalisation takes away."""
    assert {0: 1.0, 1: 9.0} in class_weight_grid([0] * 90 + [1] * 10)


def test_a_grid_feeds_a_plain_grid_search(imbalanced):
    """The dicts are what any scikit-learn classifier takes."""
    grid = {"class_weight": class_weight_grid(imbalanced[1])}
    search = GridSearchCV(LogisticRegression(), grid, cv=2, scoring="f1").fit(*imbalanced)
    assert search.best_params_["class_weight"] in grid["class_weight"]


@pytest.mark.parametrize(
    ("y", "factors", "message"),
    [
        ([1, 1], (0, 1), r"two classes.*\[1\]"),
        ([[0, 1], [1, 0]], (0, 1), r"one-dimensional.*\(2, 2\)"),
        ([0, 1], (), "factors"),
        ([0, 1], 1.0, "factors.*1.0"),
        ([0, 1], (0, np.inf), "factors.*inf"),
        ([0, 1], ("a",), "factors.*'a'"),
    ],
)
def test_what_gives_no_grid_is_refused_in_one_sentence(y, factors, message):
    """Labels without a ratio and exponents that are not numbers."""
    with pytest.raises(ValueError, match=message):
        class_weight_grid(y, factors=factors)
