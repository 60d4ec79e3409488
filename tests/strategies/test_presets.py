"""What `strategies=` may name, and what a preset leaves out."""

import numpy as np
import pytest
from imblearn.pipeline import Pipeline
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.preprocessing import StandardScaler

from skweighted.strategies import DEFAULT_STRATEGIES, FAMILIES, STRATEGIES, Own, choose_strategies, list_presets

COUNTS, KINDS = {"no": 900, "yes": 60}, {"numeric": 3, "categorical": 0, "dates": 0}


def choose(strategies):
    return choose_strategies(strategies, "compare_strategies")


def test_every_strategy_is_in_the_preset_of_its_family_and_in_all():
    """So a new class needs no list."""
    presets = list_presets()
    assert sorted(presets["all"]) == sorted(STRATEGIES) == sorted(key for f in FAMILIES for key in presets[f])
    assert presets["quick"] == DEFAULT_STRATEGIES


def test_names_presets_and_instances_mix_and_a_name_beside_its_preset_counts_once():
    """What is named itself is no longer optional."""
    choice = choose(["decision", "threshold", STRATEGIES["smote"](3)])
    assert list(choice.strategies) == ["none", "threshold", "tuned_threshold", "dummy", "Smote(k_neighbors=3)"]
    assert choice.optional == {"none", "tuned_threshold", "dummy"}
    assert next(iter(choose("weights").strategies)) == "class_weight"


def test_an_instance_can_be_given_a_name():
    """Its row says what its user calls it."""
    smote = STRATEGIES["smote"](3)
    assert choose(("few neighbours", smote)).strategies == {"few neighbours": smote}


def test_what_a_preset_names_in_vain_is_left_out_with_the_reason():
    """A linear model has no loss to change, and the table no categories."""
    choice = choose("all")
    choice.check(LogisticRegression(), COUNTS | {"yes": 20}, KINDS, sparse=True)
    assert {"none", "smote", "corrected_undersample", "random_forest"} <= set(choice.strategies)
    assert "needs a classifier with a loss parameter" in choice.left_out["focal"]
    assert "columns of categories and of numbers" in choice.left_out["smotenc"]
    assert "fewer than 50: it would be luck" in choice.left_out["tuned_threshold"]
    assert "needs a dense table" in choice.left_out["hist_gradient_boosting"]


def test_what_is_named_and_cannot_be_used_is_an_error():
    """It is asked for, so it is not quietly left out."""
    with pytest.raises(ValueError, match=r"'tuned_threshold' does not tune a threshold on 20 .* class 'yes'"):
        choose(["tuned_threshold"]).check(LogisticRegression(), COUNTS | {"yes": 20}, KINDS, sparse=False)


@pytest.mark.parametrize(
    ("strategies", "message"),
    [
        ("smot", r"Did you mean 'smote'\?"),
        (["none", "none"], "distinct"),
        ([], "at least one strategy"),
        ([("smote", LogisticRegression())], "names are no strategies'"),
        ([("mine", RidgeClassifier())], "with predict_proba"),
        (7, "names of strategies or presets"),
    ],
)
def test_what_cannot_be_read_is_named(strategies, message):
    """One sentence with the cure."""
    with pytest.raises(ValueError, match=message):
        choose(strategies)


def test_a_pipeline_of_ones_own_gets_the_table_and_a_classifier_the_preprocessed_one():
    """Both are cloned, and seeded if they have no seed."""
    forest, line = (
        RandomForestClassifier(3),
        Pipeline([("scale", StandardScaler()), ("fit", RandomForestClassifier(3))]),
    )
    alone, whole = (Own(own).make_pipeline(StandardScaler(), None, random_state=7) for own in (forest, line))
    assert isinstance(alone["preprocess"], StandardScaler)
    assert whole["preprocess"] == "passthrough"
    assert (alone["classify"].random_state, whole["classify"]["fit"].random_state) == (7, 7)
    assert forest.random_state is None
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 2
    np.testing.assert_array_equal(alone.fit(X, y).predict_proba(X), whole.fit(X, y).predict_proba(X))
