"""Groups, weights and the order of time in the choice of strategy and threshold, and in the last fit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import METRICS, compare_strategies
from skweighted.deployment import fit_model
from skweighted.deployment._threshold import decide_by_others
from skweighted.meta import BestScore, FixedThreshold

SETTINGS = {"classifier": LogisticRegression(solver="newton-cholesky"), "cv": 3}


@pytest.fixture(scope="module")
def patients():
    """Return rows of 60 patients with four equal rows each, whose label only the patient tells, and the patients."""
    random = np.random.default_rng(0)
    who = np.repeat(np.arange(60), 4)
    X = pd.DataFrame(random.normal(size=(60, 3))[who], columns=list("abc"))
    return X, random.permutation(np.arange(60) < 20)[who], who


def test_the_threshold_is_chosen_by_predictions_for_unknown_groups(patients):
    """A nearest neighbour knows every patient of whom it has seen a row, and none of the others."""

    X, y, who = patients
    options = {"strategies": "none", "classifier": KNeighborsClassifier(1), "cv": 3, "threshold": FixedThreshold(0.5)}
    assert fit_model(X, y, **options).card.scores["recall"]["mean"] > 0.9
    apart = fit_model(X, y, groups=who, **options)
    assert apart.card.scores["recall"]["mean"] < 0.7
    assert "groups kept together" in apart.card.protocol


def test_importance_is_measured_on_groups_that_were_not_trained_on(patients):
    X, y, who = patients
    options = {"strategies": "none", "classifier": KNeighborsClassifier(1), "cv": 3, "explain": True}
    known, apart = (fit_model(X, y, groups=g, **options).card.importance[0]["mean"] for g in (None, who))
    assert known > 0.3 > apart


def test_a_network_that_stops_early_and_groups_are_refused_before_any_training(patients):
    X, y, who = patients
    network = CostSensitiveMLPClassifier((4,), early_stopping=True)
    with pytest.raises(ValueError, match="With groups a network cannot stop early"):
        fit_model(X, y, groups=who, classifier=network, callback=lambda *_: pytest.fail("trained"))


def test_weights_act_as_repeated_rows_in_fit_and_threshold(table):
    """In the folds too, if the copies of a row stay together."""
    X, y = table
    X = X[["a", "b"]].fillna(0)
    weight = np.random.default_rng(0).integers(1, 4, len(X))
    again = np.repeat(np.arange(len(X)), weight)
    folds = [(np.flatnonzero(np.arange(len(X)) % 3 != k), np.flatnonzero(np.arange(len(X)) % 3 == k)) for k in range(3)]
    copies = [tuple(np.flatnonzero(np.isin(again, part)) for part in fold) for fold in folds]
    options = {"strategies": "none", "preprocessor": "passthrough", "threshold": BestScore("f1"), "explain": True}
    options["classifier"] = SETTINGS["classifier"]
    weighted = fit_model(X, y, sample_weight=weight, cv=folds, **options)
    repeated = fit_model(X.iloc[again], y.iloc[again], cv=copies, **options)
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-6)
    assert weighted.threshold == pytest.approx(repeated.threshold)
    for name, score in repeated.card.scores.items():
        assert weighted.card.scores[name]["mean"] == pytest.approx(score["mean"]), name
    assert "rows count for their weight" in weighted.card.protocol


def test_thresholds_of_folds_in_the_order_of_time_come_from_earlier_ones(table):
    """The first fold has none before it and no decisions; a later fold is decided the same without those after it."""
    X, y = table
    options = {"strategies": ["none"], "metrics": "f1", "classifier": SETTINGS["classifier"], "n_repeats": 1}
    comparison = compare_strategies(X, y, cv=TimeSeriesSplit(4), **options)
    decided = decide_by_others(comparison, "none", BestScore("f1"), only_earlier=True)
    shorter = decide_by_others(replace(comparison, cv=3), "none", BestScore("f1"), only_earlier=True)
    assert len(decided) == 3
    for before, after in zip(shorter, decided, strict=False):
        np.testing.assert_array_equal(before.decisions, after.decisions)
    model = fit_model(X, y, strategies="none", threshold=BestScore("f1"), **SETTINGS | {"cv": TimeSeriesSplit(4)})
    assert "the earlier folds choose" in model.card.protocol
    expected = np.mean([METRICS["f1"]().score(fold) for fold in decided])
    assert model.card.scores["f1"]["mean"] == pytest.approx(expected)


def test_the_best_by_a_score_of_decisions_is_the_best_at_the_chosen_threshold(table):
    """Class weights call too many rows positive at one half, and rank them as well at a threshold of their own."""
    options = {"strategies": ["class_weight", "threshold"], "best": "f1", **SETTINGS}
    own, moved = fit_model(*table, **options).card, fit_model(*table, threshold=BestScore("f1"), **options).card
    before, after = (dict(card.strategy["compared"]["scores"]) for card in (own, moved))
    assert after["class_weight"] > before["class_weight"]
    assert after[moved.strategy["name"]] == max(after.values())
    assert after[moved.strategy["name"]] == pytest.approx(moved.scores["f1"]["mean"])


@pytest.mark.parametrize("metric", ["log_loss", "precision_at_k", "expected_cost"])
def test_the_best_may_be_by_any_metric_of_a_comparison(table, metric):
    costs = [[0, 5], [1, 0]]
    model = fit_model(*table, strategies=["none", "undersample"], best=metric, cost_matrix=costs, **SETTINGS)
    assert model.card.strategy["compared"]["metric"] == metric
    assert metric in model.card.scores


def test_a_metric_of_costs_needs_them(table):
    with pytest.raises(ValueError, match="'expected_cost' needs costs"):
        fit_model(*table, strategies="none", best="expected_cost", **SETTINGS)
