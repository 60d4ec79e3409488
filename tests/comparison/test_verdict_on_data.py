"""The verdict on made tables of which it is known what helps."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from skweighted.comparison import compare_strategies


def draw(odds, seed=0):
    """Return labels with such log odds."""
    return (np.random.default_rng(seed).random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(int)


@pytest.fixture
def rows():
    return np.random.default_rng(1).normal(size=(900, 2))


def test_where_a_model_of_the_right_form_is_all_that_counts_no_strategy_wins(rows):
    """The log odds are linear, and so is the classifier: nothing but the threshold is to be gained."""
    y = draw(2 * rows[:, 0] - 3)
    verdict = compare_strategies(
        rows, y, strategies=["none", "threshold", "class_weight", "oversample"], classifier=LogisticRegression()
    ).verdict
    assert verdict[0].startswith("For ranking, no strategy was found to be better than threshold")
    assert verdict[1].startswith("For decisions, moving the threshold is enough")
    assert verdict[1].endswith("no strategy was found to be better.")
    assert "no strategy was found to be better than none" in verdict[2]
    assert (
        "class_weight and oversample are worse" in verdict[2] or "oversample and class_weight are worse" in verdict[2]
    )


def test_where_one_strategy_truly_wins_it_is_named(rows):
    """The positive class lies in a ring, which a linear classifier cannot see and neighbours can."""
    y = draw(6 * (np.hypot(*rows.T) > 1.6) - 3.5)
    strategies = ["none", "threshold", "class_weight", ("neighbours", KNeighborsClassifier(15))]
    verdict = compare_strategies(rows, y, strategies=strategies, classifier=LogisticRegression()).verdict
    assert verdict[0].startswith("neighbours ranks better than every strategy with the network: Avg precision 0.")
    assert "and neighbours more: 0.8" in verdict[1]
    assert verdict[2].startswith("For probabilities, neighbours is better than none: Brier 0.")
