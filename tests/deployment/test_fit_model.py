"""From a table to a fitted model."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import RocCurveDisplay, f1_score

from skweighted.deployment import fit_model
from skweighted.meta import BestScore, Constraint, PriorShare, ThresholdRule


def test_decisions_are_those_of_the_threshold(model, table):
    X, _ = table
    probability = model.predict_proba(X)[:, model.classes_.tolist().index("bad")]
    assert (model.predict(X) == np.where(probability >= model.threshold, "bad", "good")).all()
    scored, _ = model.score_rows(X)
    np.testing.assert_array_equal(scored["probability"], probability)
    assert (scored["decision"] == model.predict(X)).all()


def test_the_threshold_is_the_best_for_out_of_fold_predictions(model):
    """It beats one half, and is not what the training rows alone would choose."""
    assert 0.05 < model.threshold < 0.5
    assert model.card.threshold["rule"] == "makes f1 greatest"
    assert 0.5 < model.card.scores["f1"]["mean"] < 1


def test_rows_exactly_at_the_chosen_threshold_are_positive(table):
    """Ten trees of whole leaves give tenths, one of which is the threshold, in the precision of the forest."""
    forest = RandomForestClassifier(10, random_state=0)
    model = fit_model(*table, strategies="none", threshold=BestScore("f1"), classifier=forest, cv=3, explain=False)
    assert model.threshold in (np.arange(11) / 10).tolist()


def test_scores_of_a_threshold_are_those_of_folds_that_did_not_choose_it(table, linear):
    """With a label that nothing predicts, an F1 chosen and scored on the same rows would be too good."""
    X, y = table
    y = pd.Series(np.random.default_rng(1).permutation(y))
    model = fit_model(X, y, strategies="none", classifier=linear, threshold=BestScore("precision"), cv=3)
    assert model.card.scores["precision"]["mean"] < 0.5


def test_the_better_strategy_is_taken(table, linear):
    model = fit_model(*table, strategies=["none", "undersample"], best="brier", classifier=linear, cv=3)
    assert model.card.strategy["name"] == "none"
    assert [name for name, _ in model.card.strategy["compared"]["scores"]] == ["none", "undersample"]
    assert model.threshold is None


def test_a_preset_is_a_choice_of_its_strategies(table, linear):
    model = fit_model(*table, strategies="decision", classifier=linear, cv=3)
    assert "threshold" in [name for name, _ in model.card.strategy["compared"]["scores"]]


def test_without_a_rule_the_strategy_decides(table, linear):
    X, _ = table
    model = fit_model(*table, strategies="threshold", classifier=linear, cv=3)
    assert (model.predict(X) == model.pipeline.predict(X)).all()
    half = model.predict_proba(X)[:, 0] > 0.5
    assert (model.predict(X) == "bad").sum() > half.sum()


def test_samplers_are_not_kept(table, linear):
    model = fit_model(*table, strategies="undersample", classifier=linear, cv=3)
    assert [name for name, _ in model.pipeline.steps] == ["preprocess", "classify"]


def test_doubts_about_the_threshold_are_said(table, linear):
    few = fit_model(*table, strategies="none", threshold=BestScore("f1"), classifier=linear, cv=3)
    assert "40 positive rows are few" in few.card.threshold["warnings"][0]
    distorted = fit_model(*table, strategies="undersample", threshold=PriorShare(), classifier=linear, cv=3)
    assert "distorts the probabilities" in distorted.card.threshold["warnings"][0]


def test_many_classes_have_no_threshold(three_classes, linear):
    X, y = three_classes
    X = pd.DataFrame(X + np.random.default_rng(1).normal(size=X.shape))  # else a column tells the class, and is named
    model = fit_model(X, y, strategies="none", classifier=linear, cv=3)
    assert model.score_rows(X)[0].columns.tolist() == ["probability_a", "probability_b", "probability_c", "decision"]
    with pytest.raises(ValueError, match="two classes; the target has 3"):
        fit_model(X, y, strategies="none", threshold=BestScore("f1"), classifier=linear, cv=3)


def test_a_bound_that_nothing_keeps_is_said(table, linear):
    with pytest.raises(ValueError, match="No threshold keeps mcc>=1: the mcc"):
        fit_model(*table, strategies="none", threshold=Constraint("mcc", 1), classifier=linear, cv=3)


def test_importance_names_the_columns_that_tell_the_class(table, linear):
    model = fit_model(*table, strategies="none", classifier=linear, cv=3, explain=True)
    assert {entry["column"] for entry in model.card.importance[:2]} == {"a", "job"}


def test_the_card_is_plain_and_readable(model):
    facts = json.loads(model.card.to_json())
    assert facts["data"]["classes"] == [["bad", 40], ["good", 200]]
    text = model.card.to_markdown()
    for part in ("`bad`: 40 rows (16.67%)", "| job | categories | 22 |", "scikit-learn ", "average_precision"):
        assert part in text


def test_scikit_learn_takes_it_for_a_fitted_classifier(model, table):
    X, y = table
    assert clone(model) is model
    assert model.score(X, y) == (model.predict(X) == y).mean()
    assert f1_score(y, model.predict(X), pos_label="bad") > 0.5
    assert RocCurveDisplay.from_estimator(model, X, y, pos_label="bad").roc_auc > 0.8


@pytest.mark.parametrize("dtype", ["boolean", "Int64", object])
def test_labels_of_any_type_come_back_as_the_comparison_read_them(table, linear, dtype):
    X, y = table
    model = fit_model(X[["a"]], (y == "bad").astype(dtype), strategies="none", classifier=linear, cv=2)
    assert [repr(label) for label in model.classes_.tolist()] == (["0", "1"] if dtype == "Int64" else ["False", "True"])
    assert repr(model.positive) == repr(model.classes_.tolist()[1])


def test_a_threshold_for_many_classes_is_refused_before_any_training(three_classes, linear):
    calls = []
    with pytest.raises(ValueError, match="two classes; the target has 3"):
        fit_model(
            *three_classes,
            strategies="none",
            threshold=BestScore("f1"),
            classifier=linear,
            cv=2,
            callback=lambda *call: calls.append(call),
        )
    assert calls == []


def test_strategies_may_come_one_by_one(table, linear):
    model = fit_model(table[0][["a"]], table[1], strategies=iter(["none"]), classifier=linear, cv=2)
    assert model.card.strategy["name"] == "none"


class _NeedsPositives(ThresholdRule):
    """Call every row positive, if there are enough positives to choose by."""

    def __init__(self, needed):
        self.needed = needed

    def choose(self, curve):
        if curve.counts.tp[-1] < self.needed:
            raise ValueError("No threshold keeps the bound.")
        return 0.0

    def describe(self):
        return "is the lowest"


@pytest.mark.parametrize(("needed", "n_lost"), [(27, 1), (30, 3)])
def test_a_fold_whose_others_keep_no_bound_has_no_scores_and_is_named(table, linear, needed, n_lost):
    """A threshold chosen on all rows would have seen the answers of the fold that it is scored on."""
    X, y = table
    model = fit_model(X[["a"]], y, strategies="none", threshold=_NeedsPositives(needed), classifier=linear, cv=3)
    assert f"for {n_lost} of 3 test folds" in model.card.threshold["warnings"][-1]
    assert model.card.scores["recall"]["mean"] == 1 if n_lost == 1 else np.isnan(model.card.scores["recall"]["mean"])
