"""Differences, marks and the verdict, on results that are made so that the truth is known."""

import json

import numpy as np
import pandas as pd
import pytest

from skweighted.comparison import METRICS, Comparison, compare_paired, reading_guide

N_FOLDS, CV = 10, 5
BASE = {"roc_auc": 0.8, "average_precision": 0.5, "g_mean": 0.5, "f1": 0.4, "brier": 0.05,
        "precision": 0.5, "recall": 0.5, "fit_seconds": 0.1}  # fmt: skip


def make_comparison(shifts, *, noise=0.003, counts=None, **fields):
    """Return a comparison of strategies whose scores are `BASE`, the same luck for all in a fold, and a shift each."""
    random = np.random.default_rng(0)
    luck = random.normal(scale=0.03, size=N_FOLDS)
    rows = [
        (name, fold // CV + 1, fold % CV + 1, metric,
         base + (metric != "fit_seconds") * (luck[fold] + own[fold] * noise) + shift.get(metric, 0))
        for name, shift in shifts.items()
        for metric, base in BASE.items()
        for own in [random.normal(size=N_FOLDS)]
        for fold in range(N_FOLDS)
    ]  # fmt: skip
    return Comparison(
        table=pd.DataFrame(rows, columns=["strategy", "repeat", "fold", "metric", "value"]),
        strategies=tuple(shifts),
        class_counts=counts or {"no": 900, "yes": 100},
        column_kinds={"numeric": 3},
        n_copies=0,
        positive="yes",
        cv=CV,
        n_repeats=N_FOLDS // CV,
        **fields,
    )


MOVED = {"g_mean": 0.3}


@pytest.fixture
def no_winner():
    return make_comparison({"none": {}, "threshold": MOVED, "smote": MOVED, "class_weight": MOVED})


def test_where_nothing_wins_the_verdict_finds_nothing_and_recommends_the_threshold(no_winner):
    """It says that nothing was found, not that there is nothing."""
    ranking, decisions, probabilities = no_winner.verdict
    assert ranking.startswith("For ranking, no strategy was found to be better than threshold (Avg precision 0.")
    assert decisions.startswith("For decisions, moving the threshold is enough: G-mean 0.8")
    assert decisions.endswith("no strategy was found to be better.")
    assert probabilities.startswith("For probabilities, no strategy was found to be better than none")


def test_a_strategy_that_truly_wins_is_named_with_size_interval_p_and_cost():
    """And one that spoils the probabilities too."""
    shifts = {"average_precision": 0.08, "fit_seconds": 0.7}
    comparison = make_comparison(
        {"none": {}, "threshold": MOVED, "committee": MOVED | shifts, "smote": MOVED | {"brier": 0.03}}
    )
    ranking, decisions, probabilities = comparison.verdict
    assert ranking.startswith("For ranking, committee is better than threshold: Avg precision 0.5")
    assert "(+0.08" in ranking
    assert "95 % interval +0.07" in ranking
    assert "p < 0.001" in ranking
    assert ranking.endswith("; a fit takes 8 times as long.")
    assert "moving the threshold is enough" in decisions
    assert "; smote is worse (0.08" in probabilities


def test_boosted_trees_that_rank_better_than_every_network_come_first():
    """The reader should hear it before anything else; but only if it is so against each of them."""
    win = {"average_precision": 0.1}
    better = make_comparison({"none": {}, "threshold": {}, "smote": {}, "hist_gradient_boosting": win})
    assert better.verdict[0].startswith("hist_gradient_boosting ranks better than every strategy with the network: ")
    one = make_comparison({"none": {}, "threshold": {}, "smote": win, "hist_gradient_boosting": win})
    assert one.verdict[0].startswith("For ranking, ")


def test_own_classifiers_and_instances_are_no_strategies_with_the_network():
    """They may rank better than every one; an own network is one of those."""
    win, uses = {"average_precision": 0.1}, {"none": True, "smote": True, "mine": False}
    names = {"none": {}, "smote": {}, "mine": win}
    assert make_comparison(names, uses_classifier=uses).verdict[0].startswith("mine ranks better than every strategy")
    own_network = make_comparison(names, uses_classifier=uses, steps={"mine": 100, "none": 100, "smote": 100})
    assert own_network.verdict[0].startswith("For ranking, mine is better")
    names |= {"hist_gradient_boosting": win, "mine": {"average_precision": 0.099}}
    uses |= {"hist_gradient_boosting": False}
    assert "than every strategy with the network" in make_comparison(names, uses_classifier=uses).verdict[0]


def test_a_strategy_that_misses_the_bound_on_test_rows_is_not_called_better():
    """A higher precision at a lower recall is no better decision under a bound on recall."""
    metrics = {name: METRICS[name]() for name in ("average_precision", "precision", "recall")}
    shifts = {"none": {"recall": 0.35}, "smote": {"precision": 0.2}, "committee": {"precision": 0.1, "recall": 0.35}}
    verdict = make_comparison(shifts, metrics=metrics, constraint="recall>=0.8").verdict
    assert verdict[1].startswith("For decisions with recall>=0.8, committee is better than none: Precision 0.6")
    assert verdict[1].endswith("On test rows the recall of smote (0.501) does not keep the bound.")


def test_a_difference_that_is_real_but_of_no_practical_size_is_not_called_better():
    """0.004 of average precision is significant here, and within what counts as none."""
    comparison = make_comparison({"none": {}, "smote": {"average_precision": 0.004}}, noise=0.0005)
    row = comparison.differences("none").query("metric == 'average_precision'").iloc[0]
    assert row["p_holm"] < 0.05
    assert row["p_equal"] > 0.95
    assert "no strategy was found to be better" in comparison.verdict[0]


def test_few_positive_rows_are_a_warning():
    """Below fifty, nothing but large differences can be found."""
    assert make_comparison({"none": {}, "smote": {}}, counts={"no": 900, "yes": 31}).verdict[-1] == (
        "Only 31 rows have the label 'yes': too few to tell any but large differences from luck."
    )


def test_differences_are_those_of_the_test_on_common_folds(no_winner):
    """Strategy minus reference, adjusted over the three others of a metric."""
    table = no_winner.differences("none")
    assert len(table) == 5 * 3
    wide = no_winner.table.query("metric == 'brier'").pivot(
        index=["repeat", "fold"], columns="strategy", values="value"
    )
    row = table.query("metric == 'brier' and strategy == 'smote'").iloc[0]
    found = compare_paired(wide["smote"] - wide["none"], test_ratio=1 / 4, rope=0.002)
    assert (row["mean"], row["p_value"]) == (found.mean, found.p_value)
    assert row["p_better"] == found.p_below  # a low Brier score is good
    assert (table["p_holm"] >= table["p_value"] - 1e-12).all()
    with pytest.raises(ValueError, match=r"Did you mean 'threshold'\?"):
        no_winner.differences("treshold")


def test_a_mark_means_not_significantly_worse_than_the_best(no_winner):
    """Equals are marked together, and what is worse beyond doubt is not."""
    shown = no_winner.formatted()
    assert shown["G-mean"].str.endswith("*").tolist() == [False, True, True, True]
    assert shown["Avg precision"].str.endswith("*").all()


def test_a_score_that_is_not_defined_is_not_called_failed(no_winner):
    """A constant has no calibration slope, though its fit did not fail; a failed fit has no seconds either."""
    table = no_winner.table
    table.loc[(table["strategy"] == "none") & (table["metric"] == "f1") & (table["fold"] == 1), "value"] = np.nan
    table.loc[(table["strategy"] == "smote") & (table["fold"] == 1), "value"] = np.nan
    shown = no_winner.formatted()
    assert (shown.loc["none", "F1"].strip(), shown.loc["smote", "F1"].strip()) == ("undefined", "failed")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("stratified folds", ""), ("stratified folds, groups kept together,", "approximate"), ("folds of T", "not valid")],
)
def test_the_guide_says_what_of_the_test_is_not_valid(kind, said):
    """The test assumes folds cut at random."""
    lines = " ".join(reading_guide(make_comparison({"none": {}, "smote": {}}, fold_kind=kind)))
    assert said in lines
    assert ("p-values" in lines) == bool(said)


def test_the_overlap_of_training_sets_is_that_of_the_folds(no_winner):
    """A single split into halves has no `cv` to derive it from."""
    wider = make_comparison({"none": {}, "smote": {}}, test_ratio=1.0).differences()
    usual = make_comparison({"none": {}, "smote": {}}).differences()
    assert (wider["high"] - wider["low"] > usual["high"] - usual["low"]).all()


def test_json_holds_everything_but_predictions_and_csv_every_score(no_winner, tmp_path):
    """What is not a number is null."""
    facts = json.loads(no_winner.to_json(tmp_path / "found.json"))
    assert json.loads((tmp_path / "found.json").read_text()) == facts
    assert facts["classes"] == [{"label": "no", "rows": 900}, {"label": "yes", "rows": 100}]
    assert facts["verdict"] == no_winner.verdict
    assert len(facts["table"]) == len(no_winner.table)
    no_winner.to_csv(tmp_path / "scores.csv")
    assert len(pd.read_csv(tmp_path / "scores.csv")) == len(no_winner.table)
