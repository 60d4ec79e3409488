"""Curves over the threshold, and the rules that choose one."""

import numpy as np
import pytest
from sklearn.metrics import (
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    fbeta_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from skweighted.meta import (
    DECISION_SCORES,
    BestScore,
    Constraint,
    FixedThreshold,
    LeastCost,
    PriorShare,
    ThresholdCurve,
)


@pytest.fixture
def rows():
    """Return the truth of 60 rows and probabilities with ties, in steps of 1/20."""
    random = np.random.default_rng(0)
    truth = random.random(60) < 0.3
    return truth, np.round(np.clip(0.3 * truth + 0.7 * random.random(60), 0, 1) * 20) / 20


@pytest.fixture
def curve(rows):
    return ThresholdCurve(*rows)


SKLEARN = {
    "precision": lambda y, d: precision_score(y, d, zero_division=0),
    "recall": recall_score,
    "specificity": lambda y, d: recall_score(~y, ~d),
    "f1": f1_score,
    "f2": lambda y, d: fbeta_score(y, d, beta=2),
    "f0.5": lambda y, d: fbeta_score(y, d, beta=0.5),
    "g_mean": lambda y, d: np.sqrt(recall_score(y, d) * recall_score(~y, ~d)),
    "balanced_accuracy": balanced_accuracy_score,
    "kappa": cohen_kappa_score,
    "mcc": matthews_corrcoef,
    "alerts": lambda y, d: d.mean(),
}


@pytest.mark.parametrize("name", DECISION_SCORES)
def test_a_score_at_each_threshold_is_that_of_scikit_learn(rows, curve, name):
    """Also at the first threshold, where no row is called positive, and the last, where every row is."""
    truth, probability = rows
    expected = [SKLEARN[name](truth, probability >= threshold) for threshold in curve.thresholds]
    np.testing.assert_allclose(curve.score(name), expected, atol=1e-12)


def test_weights_count_rows(rows):
    """A row of weight 2 counts as two rows."""
    truth, probability = rows
    twice = np.where(np.arange(60) < 20, 2, 1)
    weighted = ThresholdCurve(truth, probability, sample_weight=twice)
    repeated = ThresholdCurve(np.repeat(truth, twice), np.repeat(probability, twice))
    np.testing.assert_allclose(weighted.counts.tp, repeated.counts.tp)
    np.testing.assert_allclose(weighted.score("mcc"), repeated.score("mcc"))


@pytest.mark.parametrize("threshold", [0.0, 0.31, 0.5, 0.9999, 2.0])
def test_any_threshold_has_the_place_of_the_one_that_decides_alike(rows, curve, threshold):
    truth, probability = rows
    decided = probability >= max(threshold, probability.min())
    assert curve.counts.tp[curve.index(threshold)] == (decided & truth).sum()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(([True, True], [0.1, 0.2]), "one only"), (([True, False], [0.1, np.nan]), "must be numbers")],
)
def test_unusable_predictions_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ThresholdCurve(*arguments)


def test_net_benefit_is_that_of_treating_all_at_the_lowest_threshold(rows):
    """Everybody is treated, so it is prevalence minus odds times the share of negatives."""
    truth, probability = rows
    curve = ThresholdCurve(truth, np.clip(probability, 0.05, 0.95))
    share = truth.mean()
    lowest = curve.thresholds[-1]
    assert curve.net_benefit()[-1] == pytest.approx(share - (1 - share) * lowest / (1 - lowest))


@pytest.mark.parametrize("score", ["f1", "g_mean", "mcc"])
def test_the_best_score_is_reached(curve, score):
    threshold = BestScore(score).choose(curve)
    assert curve.score(score)[curve.index(threshold)] == curve.score(score).max()


def test_dear_misses_lower_the_threshold(curve):
    assert LeastCost(1, 20).choose(curve) < LeastCost(1, 1).choose(curve) <= LeastCost(20, 1).choose(curve)


@pytest.mark.parametrize(
    ("text", "score", "aim"),
    [
        ("recall>=0.8", "recall", "precision"),
        ("precision >= 60%", "precision", "recall"),
        ("alerts<=25%", "alerts", "recall"),
        *[(f"{score}>=0.3", score, "precision" if score == "recall" else "recall") for score in DECISION_SCORES],
    ],
)
def test_a_constraint_is_kept_by_the_best_decision(curve, text, score, aim):
    rule = Constraint.parse(text)
    place = curve.index(rule.choose(curve))
    values = curve.score(score)
    allowed = values <= rule.bound if rule.at_most else values >= rule.bound
    assert allowed[place]
    assert curve.score(aim)[place] == curve.score(aim)[allowed].max()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recal>=0.8", "Did you mean 'recall'?"),
        ("recall=0.8", "such as recall>=0.8"),
        ("recall>=1.2", "from 0 to 1"),
    ],
)
def test_a_constraint_that_cannot_be_read_is_explained(text, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        Constraint.parse(text)


def test_a_constraint_that_nothing_keeps_names_what_comes_closest():
    curve = ThresholdCurve([False, True, False, True], [0.9, 0.3, 0.4, 0.8])
    with pytest.raises(ValueError, match=r"keeps precision>=0\.9: the precision that comes closest is 0\.500"):
        Constraint("precision", 0.9).choose(curve)


def test_a_given_threshold_and_the_share_of_positives_are_what_they_say(rows, curve):
    assert FixedThreshold(0.37).choose(curve) == 0.37
    assert PriorShare().choose(curve) == pytest.approx(rows[0].mean())
    with pytest.raises(ValueError, match="from 0 to 1"):
        FixedThreshold(1.5)
