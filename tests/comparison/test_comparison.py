"""The comparison: the same folds, network and steps for all, and nothing learned from test rows."""

import os
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import get_scorer, recall_score
from sklearn.neighbors import KNeighborsClassifier

from skweighted.comparison import (
    DEFAULT_METRICS,
    DEFAULT_STRATEGIES,
    METRICS,
    FoldResult,
    OutOfFoldPredictions,
    compare_strategies,
    reading_guide,
)
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison._row_arguments import row_arguments
from skweighted.comparison._run import Collector, run_folds
from skweighted.comparison._splits import make_folds
from skweighted.datasets import DATA_VARIABLE, load_dataset
from skweighted.strategies import STRATEGIES, ClassWeight, Constrained, Smote, TunedThreshold, make_preprocessor

FIVE = DEFAULT_STRATEGIES[:5]  # without boosted trees, which take longest
LABEL_PAIRS = [(0, 1), (1, 2), (-1.0, 1.0), ("no", "yes"), (False, True)]


class Recorder(TransformerMixin, BaseEstimator):
    """A transformer that keeps the first column, a row number, of what it saw, in order."""

    calls: ClassVar = []

    def fit(self, X, y=None):
        self.calls.append(("fit", X.iloc[:, 0].astype(int).tolist()))
        return self

    def transform(self, X):
        self.calls.append(("transform", X.iloc[:, 0].astype(int).tolist()))
        return X


class CountingClassifier(ClassifierMixin, BaseEstimator):
    """A network's training parameters without the network; it keeps them and the rows of each fit."""

    fits: ClassVar = []

    def __init__(self, epochs=10, batch_size="auto", steps_per_epoch=None, class_weight=None, random_state=None):
        self.epochs = epochs
        self.batch_size = batch_size
        self.steps_per_epoch = steps_per_epoch
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.fits.append({"rows": len(y), **self.get_params()})
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        return np.tile(np.eye(len(self.classes_))[0], (len(X), 1))


class FailingClassifier(LogisticRegression):
    """It cannot learn from weighted rows."""

    def fit(self, X, y, sample_weight=None):
        if self.class_weight is not None:
            raise ValueError("no weights, please")
        return super().fit(X, y, sample_weight)


@pytest.fixture(autouse=True)
def forget():
    Recorder.calls.clear()
    CountingClassifier.fits.clear()


@pytest.fixture
def data():
    X, y = make_classification(200, 6, weights=[0.85], flip_y=0.05, random_state=0)
    return pd.DataFrame(X), y


@pytest.fixture
def numbered(data):
    """The data with the row number for a first column."""
    X = data[0].set_axis([f"x{i}" for i in range(data[0].shape[1])], axis=1)
    X.insert(0, "row", np.arange(200))
    return X, data[1]


@pytest.fixture
def compare(data):
    def run(X=data[0], y=data[1], **options):
        quick = {"classifier": LogisticRegression(solver="newton-cholesky"), "cv": 2, "n_repeats": 1}
        quick["strategies"] = FIVE
        return compare_strategies(X, y, **quick | options)

    return run


def test_the_table_is_tidy_and_the_summary_wide(compare):
    comparison = compare(n_repeats=2)
    table, summary = comparison.table, comparison.summary()
    assert table.columns.tolist() == ["strategy", "repeat", "fold", "metric", "value"]
    assert len(table) == 5 * 2 * 2 * 6 == len(table.drop_duplicates(["strategy", "repeat", "fold", "metric"]))
    assert table["value"].notna().all()
    assert summary.index.tolist() == list(FIVE)
    values = table.query("strategy == 'smote' and metric == 'brier'")["value"]
    assert summary.loc["smote", ("brier", "mean")] == pytest.approx(values.mean())
    assert summary.loc["smote", ("brier", "sd")] == pytest.approx(values.std())


def test_scores_are_those_of_scikit_learn_on_the_same_rows(compare, numbered):
    X, y = numbered
    table = compare(X, strategies=["none"], preprocessor=Recorder()).table.pivot(
        index="fold", columns="metric", values="value"
    )
    folds = [call[1] for call in Recorder.calls if call[0] == "transform"]
    for fold, (train, test) in enumerate(zip(folds[::2], folds[1::2], strict=True), start=1):
        classifier = LogisticRegression(solver="newton-cholesky").fit(X.iloc[train], y[train])
        for metric, scorer in {"f1": "f1", "roc_auc": "roc_auc", "average_precision": "average_precision"}.items():
            assert table.loc[fold, metric] == get_scorer(scorer)(classifier, X.iloc[test], y[test])
        brier = np.mean((classifier.predict_proba(X.iloc[test])[:, 1] - y[test]) ** 2)
        recalls = recall_score(y[test], classifier.predict(X.iloc[test]), average=None)
        assert table.loc[fold, "brier"] == pytest.approx(brier)
        assert table.loc[fold, "g_mean"] == pytest.approx(np.sqrt(recalls.prod()))


@pytest.mark.parametrize("key", DEFAULT_METRICS)
def test_every_score_can_be_computed_again_from_the_kept_predictions(compare, key):
    """They are kept in single precision."""
    comparison = compare(strategies=["none", "smote"], n_repeats=2)
    for line in comparison.table.query("metric == @key").itertuples():
        kept = comparison.predictions.fold(line.strategy, line.repeat, line.fold)
        assert METRICS[key]().score(kept) == pytest.approx(line.value, abs=1e-6)


def test_predictions_are_kept_for_every_row_of_every_repeat(compare, data):
    """Each row is tested once a repeat, and the tidy frame holds the labels."""
    predictions = compare(y=np.array(["no", "yes"])[data[1]], strategies=["none"], n_repeats=2).predictions
    both = predictions.repeat("none", 2)
    np.testing.assert_array_equal(both.truth, data[1])
    np.testing.assert_array_equal(both.decisions, both.probabilities.argmax(axis=1))
    frame = predictions.to_frame()
    assert len(frame) == 2 * len(data[1])
    assert (frame["truth"] == np.array(["no", "yes"])[data[1][frame["row"]]]).all()
    np.testing.assert_allclose(frame["probability_no"] + frame["probability_yes"], 1, rtol=1e-6)


@pytest.mark.parametrize("strategy", [key for key, cls in STRATEGIES.items() if cls.needs in {(), ("class_weight",)}])
def test_no_strategy_learns_from_the_rows_it_is_scored_on(compare, numbered, strategy):
    if strategy in {"smotenc", "dummy"} or STRATEGIES[strategy].packages:
        pytest.skip("it does not look at the preprocessed table, or needs a package")
    small = {"tuned_threshold": TunedThreshold(min_positives=10, cv=2)}
    compare(numbered[0], strategies=[small.get(strategy, strategy)], preprocessor=Recorder())
    n_inner = 2 if strategy == "tuned_threshold" else 0
    assert [call for call, _ in Recorder.calls] == ["fit", "transform", "transform"] * 2 * (1 + n_inner)
    triples = [[rows for _, rows in Recorder.calls[i : i + 3]] for i in range(0, len(Recorder.calls), 3)]
    outer = [sorted(trained) for _, trained, tested in triples if sorted(trained + tested) == list(range(200))]
    inner = [sorted(trained + tested) for _, trained, tested in triples if len(trained + tested) < 200]
    assert all(fitted == trained for fitted, trained, _ in triples)
    assert (len(outer), len(inner)) == (2, 2 * n_inner)
    assert all(rows in outer for rows in inner)


def test_all_strategies_take_the_same_steps_whatever_resampling_does_to_the_rows(compare):
    comparison = compare(classifier=CountingClassifier(), epochs=7)
    assert {(fit["batch_size"], fit["steps_per_epoch"], fit["epochs"]) for fit in CountingClassifier.fits} == {
        (100, 1, 7)
    }
    assert len({fit["rows"] for fit in CountingClassifier.fits}) > 2
    assert comparison.n_steps == 7


def test_every_fold_takes_the_same_steps_though_its_rows_differ(compare):
    """Of 401 rows in two folds one trains on 200, a batch, and the other on 201, which would be two."""
    X, y = make_classification(401, random_state=0)
    comparison = compare(X, y, classifier=CountingClassifier(), strategies=["none"])
    assert sorted(fit["rows"] for fit in CountingClassifier.fits) == [200, 201]
    assert {(fit["batch_size"], fit["steps_per_epoch"]) for fit in CountingClassifier.fits} == {(200, 1)}
    assert comparison.n_steps == 10


def test_with_early_stopping_the_steps_are_said_to_be_the_most(compare):
    class Stopping(CountingClassifier):
        def __init__(self, early_stopping=True, epochs=10, batch_size="auto", steps_per_epoch=None):
            super().__init__(epochs, batch_size, steps_per_epoch)
            self.early_stopping = early_stopping

    described = [
        compare(classifier=Stopping(early_stopping=flag), strategies=["none"]).describe() for flag in (True, False)
    ]
    assert "; at most 10 gradient steps in every fit" in described[0]
    assert "; 10 gradient steps in every fit" in described[1]


def test_steps_are_counted_for_each_strategy(compare):
    """A baseline takes none, and a tuned threshold those of the network inside."""
    tuned = ("tuned", TunedThreshold(min_positives=5, cv=2))
    comparison = compare(classifier=CountingClassifier(), epochs=7, strategies=["none", "logistic", tuned])
    assert comparison.steps == {"none": 7, "logistic": None, "tuned": 7}
    assert "7 gradient steps in every fit of a network" in comparison.describe()


def test_batches_hold_two_hundred_rows_at_most_and_the_callers_own_size_stays(compare):
    X, y = make_classification(900, random_state=0)
    compare(X, y, classifier=CountingClassifier(), strategies=["none"])
    compare(X, y, classifier=CountingClassifier(batch_size=50), strategies=["none"])
    assert [(fit["batch_size"], fit["steps_per_epoch"]) for fit in CountingClassifier.fits[::2]] == [(200, 3), (50, 9)]


def test_the_threshold_control_trains_no_network_of_its_own(compare):
    comparison = compare(classifier=CountingClassifier(), strategies=["threshold", "none"])
    assert len(CountingClassifier.fits) == 2
    assert comparison.summary().index.tolist() == ["threshold", "none"]
    compare(classifier=CountingClassifier(), strategies=["threshold"])
    assert len(CountingClassifier.fits) == 4


def test_the_threshold_control_scores_as_if_trained_alone(compare):
    together = compare(strategies=["none", "threshold"]).summary().drop(columns="fit_seconds", level=0)
    alone = compare(strategies=["threshold"]).summary().drop(columns="fit_seconds", level=0)
    pd.testing.assert_frame_equal(together.loc[["threshold"]], alone)


@pytest.mark.parametrize("labels", LABEL_PAIRS)
def test_any_labels_give_the_same_scores(compare, data, labels):
    expected = compare().table.query("metric != 'fit_seconds'")
    comparison = compare(y=pd.Series(np.array(labels)[data[1]]))
    assert comparison.positive == labels[1]
    assert comparison.class_counts == {labels[0]: (data[1] == 0).sum(), labels[1]: (data[1] == 1).sum()}
    pd.testing.assert_frame_equal(comparison.table.query("metric != 'fit_seconds'"), expected)


def test_many_classes_are_scored_as_means_over_classes(compare):
    X, y = make_classification(300, n_classes=3, n_informative=4, weights=[0.7, 0.2], random_state=0)
    comparison = compare(X, np.array(["a", "b", "c"])[y])
    assert comparison.positive is None
    assert comparison.table["value"].notna().all()
    assert "'c'" in repr(comparison)


class Oracle(ClassifierMixin, BaseEstimator):
    """A classifier whose probabilities of three classes are the features."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[np.argmax(X, axis=1)]

    def predict_proba(self, X):
        return np.asarray(X)


def test_scores_of_three_classes_are_those_worked_out_by_hand():
    """Four test rows, of "a", "b", "c" and "c", of which the last is taken for an "a"."""
    X = pd.DataFrame([[0.5, 0.4, 0.1], [0.3, 0.6, 0.1], [0.1, 0.1, 0.8], [0.6, 0.35, 0.05]])
    rows = np.arange(4)
    problem = Problem(X, np.array(["a", "b", "c"]), np.array([0, 1, 2, 2]), None, "passthrough", Oracle())
    predictions = OutOfFoldPredictions(problem.labels, problem.codes, None)
    columns = {key: METRICS[key]() for key in DEFAULT_METRICS}
    collector = Collector(predictions, None, 0, n_total=1, n_strategies=1, metrics=columns)
    run_folds(problem, {"none": STRATEGIES["none"]()}, [Split(1, 1, rows, rows, seed=0)], None, collector)
    by_hand = {
        "roc_auc": (2 / 3 + 1 + 1 / 2) / 3,
        "average_precision": (1 / 2 + 1 + 3 / 4) / 3,
        "g_mean": (1 * 1 * 1 / 2) ** (1 / 3),
        "f1": (2 / 3 + 1 + 2 / 3) / 3,
        "brier": (0.42 + 0.26 + 0.06 + 1.385) / 4,  # squares summed over the classes
    }
    assert {key: collector.scores[0][key] for key in DEFAULT_METRICS} == pytest.approx(by_hand)


def test_the_rarer_class_is_positive_unless_another_is_named(compare, data):
    assert compare(strategies=["none"]).positive == 1
    named = compare(strategies=["none"], positive=0)
    assert named.positive == 0
    assert named.summary()["average_precision", "mean"]["none"] > data[1].mean() + 0.5


def test_the_same_seed_gives_the_same_scores_and_another_gives_others(compare):
    first, second, third = (compare(random_state=seed).summary()["roc_auc", "mean"] for seed in (1, 1, 2))
    pd.testing.assert_series_equal(first, second)
    assert (first != third).all()


def test_folds_in_parallel_score_as_one_after_another(compare):
    with parallel_config(backend="threading"):
        parallel = compare(n_jobs=2).table
    pd.testing.assert_frame_equal(
        parallel.query("metric != 'fit_seconds'"), compare().table.query("metric != 'fit_seconds'")
    )


def test_instances_and_settings_of_a_strategy_can_be_compared(compare):
    comparison = compare(strategies=["class_weight", ClassWeight({0: 1, 1: 3}), Smote(k_neighbors=2)])
    assert comparison.summary().index.tolist() == [
        "class_weight", "ClassWeight(class_weight={0: 1, 1: 3})", "Smote(k_neighbors=2)"
    ]  # fmt: skip


def test_categories_missing_values_and_arrays_are_taken_as_they_are(compare, data):
    X = data[0].assign(job=np.where(data[1] > 0, "cook", "clerk"))
    X.iloc[::7, 0] = np.nan
    X.iloc[::5, -1] = None
    assert compare(X).summary()["roc_auc", "mean"].min() > 0.9
    assert compare(X.to_numpy(dtype=object)).summary()["roc_auc", "mean"].min() > 0.9


def test_durations_are_compared_as_numbers(compare, data):
    X = pd.DataFrame({"since": pd.to_timedelta(data[0][0] + data[1], "D"), "of": data[0][1]})
    assert compare(X).summary()["roc_auc", "mean"].min() > 0.6


def test_numbers_of_several_types_are_labels_of_one_kind(compare, data):
    y = pd.Series([1 if label else 0.5 for label in data[1]], dtype=object)
    assert compare(y=pd.Series([np.int64(2) if label else 1.0 for label in data[1]], dtype=object)).positive == 2
    assert compare(y=y.map({1: np.str_("a"), 0.5: "b"}).astype(object)).positive == "a"


@pytest.mark.parametrize("copy", [{0: "no", 1: "yes"}, {0: 0, 1: 1}, {0: None, 1: 5.0}])
def test_a_feature_that_tells_the_answer_is_named(compare, data, copy):
    """A copy of the target, also by other names, makes every strategy look perfect."""
    X = data[0].assign(paid=[copy[label] for label in data[1]])
    with pytest.warns(UserWarning, match="Column 'paid' has one value for each class"):
        compare(X, strategies=["none"])


def test_sparse_features_stay_sparse(compare, data):
    class SparseOnly(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            assert not isinstance(X, np.ndarray)
            return super().fit(X, y, sample_weight)

    assert compare(csr_array(data[0]), classifier=SparseOnly()).table["value"].notna().all()


def test_each_finished_fit_is_reported(compare, capsys):
    seen = []
    compare(callback=lambda result, done, total: seen.append((result.strategy, result.fold, done, total)), verbose=1)
    assert seen[0] == ("none", 1, 1, 10)
    assert seen[-1] == ("undersample", 2, 10, 10)
    assert "[10/10] undersample, repeat 1, fold 2: ROC AUC 0." in capsys.readouterr().out


def test_nothing_is_printed_unless_asked(compare, capfd):
    compare()
    assert capfd.readouterr() == ("", "")


def test_an_interrupted_run_keeps_the_finished_folds(compare):
    def stop(result, done, total):
        if done == 8:
            raise KeyboardInterrupt

    comparison = compare(callback=stop)
    assert comparison.interrupted
    assert comparison.n_finished == 1
    assert "interrupted after 1 of 2" in repr(comparison)
    assert len(comparison.table) == 8 * 6
    first_fold = comparison.table.query("strategy == 'none' and fold == 1 and metric == 'f1'")["value"].item()
    assert comparison.summary()["f1", "mean"]["none"] == first_fold


def test_an_interruption_before_all_strategies_finished_a_fold_is_passed_on(compare):
    """There is nothing to compare, so there is no comparison."""

    def stop(result, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(callback=stop)


def test_an_interruption_before_the_first_result_is_passed_on(compare):
    class Interrupted(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(classifier=Interrupted())


def test_one_strategys_failure_does_not_lose_the_others(compare):
    with pytest.warns(FitFailedWarning, match="2 fits of 'class_weight' failed.*no weights, please"):
        comparison = compare(classifier=FailingClassifier())
    summary = comparison.summary()
    assert summary.loc["class_weight"].isna().all()
    assert summary.drop("class_weight").notna().all(axis=None)
    assert "failed" in repr(comparison)


def test_a_strategy_that_fails_faster_than_the_others_fit_does_not_lose_them():
    """Folds run in parallel bring as many failures of one as there are strategies before the others' first score."""
    predictions = OutOfFoldPredictions(np.array([0, 1]), np.array([0, 1]), 1)
    columns = {"roc_auc": METRICS["roc_auc"]()}
    collector, rows = Collector(predictions, None, 0, n_total=8, n_strategies=2, metrics=columns), np.arange(2)
    for fold in (1, 2, 3):
        collector.add(FoldResult("class_weight", 1, fold, rows, error=ValueError("no weights, please")))
    collector.add(FoldResult("none", 1, 1, rows, np.eye(2), rows))
    collector.add(FoldResult("class_weight", 1, 4, rows, error=ValueError("no weights, please")))


@pytest.mark.parametrize("kind", [ValueError, RuntimeError, TypeError])
def test_a_failure_of_every_strategy_is_raised_as_the_first_of_them(compare, kind):
    """One sentence, whatever the classifier raised; the error itself is its cause."""

    class Broken(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            raise kind(f"out of luck with {self.class_weight}\nand much more")

    with pytest.raises(ValueError, match=f"'none' with {kind.__name__}: out of luck with None$") as failure:
        compare(classifier=Broken(), strategies=["none", "class_weight"])
    assert type(failure.value.__cause__) is kind


def test_the_best_of_each_column_is_marked_and_brier_is_best_when_low(compare):
    """So are those that are not significantly worse, in text and in a notebook."""
    comparison = compare()
    marked = comparison.formatted()
    for key, metric in comparison.columns:
        means = comparison.summary()[key, "mean"]
        best = means.idxmax() if metric.greater_is_better else means.idxmin()
        assert marked.loc[best, metric.title].endswith("*")
    assert "<b>" in comparison._repr_html_()
    assert "positive 1" in comparison.describe()


def test_under_a_constraint_the_threshold_comes_from_training_rows_and_the_score_from_test_rows(compare, numbered):
    """Recall is near the bound, whatever the strategy did to the probabilities; no test row is fitted on."""
    options = {"strategies": ["none", "undersample"], "metrics": ["recall", "precision", "roc_auc"]}
    bound = compare(constraint="recall>=0.8", **options)
    assert bound.summary()["recall", "mean"].between(0.55, 1).all()
    free = compare(**options)
    pd.testing.assert_series_equal(bound.summary()["roc_auc", "mean"], free.summary()["roc_auc", "mean"])
    assert "threshold with recall>=0.8, chosen inside the training folds" in bound.describe()
    assert "For decisions with recall>=0.8, " in " ".join(bound.verdict)
    shares = compare(constraint="alerts<=1%", strategies=["none", "undersample"], metrics=["recall", "roc_auc"])
    assert "On test rows the alerts of " in " ".join(shares.verdict)  # which is no metric, but is counted
    compare(numbered[0], strategies=["none"], constraint="recall>=0.8", preprocessor=Recorder())
    tested = [set(rows) for call, rows in Recorder.calls if call == "transform"]
    whole = [set(rows) for call, rows in Recorder.calls if call == "fit" and len(rows) == 100]
    assert len(whole) == 2
    assert all(any(not rows & fitted for fitted in whole) for rows in tested if len(rows) == 100)


@pytest.mark.parametrize("options", [{}, {"sample_weight": np.arange(200) % 3 + 1.0}], ids=["alike", "weighted"])
def test_a_threshold_is_the_one_of_the_pipeline_fitted_alone(compare, data, options):
    """A comparison cuts the fit into jobs, which train in stacks with others."""
    X, y = data
    found = compare(strategies=["none", "class_weight"], constraint="recall>=0.7", **options)
    how = {"cv": 2, "n_repeats": 1, "groups": None, "random_state": 0}
    for split in make_folds(X, y, y, **how).splits:
        strategy = Constrained(STRATEGIES["none"](), "recall>=0.7", positive=1)
        classifier = LogisticRegression(solver="newton-cholesky")
        pipeline = strategy.make_pipeline(make_preprocessor(), classifier, random_state=split.seed)
        arguments = {name: value[split.train] for name, value in row_arguments(pipeline, **options).items()}
        pipeline.fit(X.iloc[split.train], y[split.train], **arguments)
        kept = found.predictions.fold("none", 1, split.fold)
        np.testing.assert_array_equal(kept.decisions, pipeline.predict(X.iloc[split.test]))


def test_seconds_are_columns_on_request(compare):
    """The median of the fits stays the last column; differences are tested like those of any metric."""
    found = compare(strategies=["none", "smote"], metrics=["fit_seconds", "predict_seconds", "brier"], n_repeats=2)
    assert found.formatted().columns.tolist() == ["Mean fit s", "Predict s", "Brier", "Fit s"]
    assert (found.summary()["predict_seconds", "mean"] > 0).all()
    assert set(found.differences()["metric"]) == {"fit_seconds", "predict_seconds", "brier"}
    assert "Mean fit s (lower is better) and Predict s (lower is better) judge the time" in " ".join(
        reading_guide(found)
    )


def test_copies_of_rows_are_counted(compare, data):
    X, y = pd.concat([data[0], data[0][:30]]), np.concatenate([data[1], data[1][:30]])
    comparison = compare(X, y, strategies=["none"])
    assert comparison.n_copies == 30
    assert "230 rows (30 copies of others)" in comparison.describe()


Y = np.repeat(["often", "rare"], [30, 10])


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        (["same"] * 40, {}, "one class only, 'same'"),
        (
            ["a"] * 37 + ["b"] * 3,
            {"cv": 5},
            "Class 'b' has 3 rows, fewer than the 5 stratified folds; set cv to 3, merge",
        ),
        (
            ["a"] * 39 + ["b"],
            {},
            "Class 'b' has 1 row, fewer than the 2 stratified folds; merge the class or drop its rows",
        ),
        (
            ["a"] * 36 + ["b"] * 2 + ["c"] * 2,
            {"cv": 3},
            "Class 'b' has 2 rows and class 'c' has 2 rows.*set cv to 2, merge such",
        ),
        (["a"] * 38 + ["b"] * 2, {}, "SMOTE cannot make rows of class 'b': it has 1 training row"),
        (np.arange(40.0), {}, "Of the 40 classes in 40 rows, 40 have fewer rows than the 2.*cut it into classes"),
        (["a"] * 30 + ["b"] * 9 + [None], {}, "y has 1 missing label"),
        (Y[:39], {}, "inconsistent numbers of samples"),
        (np.ones((40, 2)), {}, "one column of labels"),
        (
            Y,
            {"positive": "rara"},
            r"No row has the label 'rara'; the labels are 'often' and 'rare'. Did you mean 'rare'\?",
        ),
        (["a"] * 20 + ["b"] * 10 + ["c"] * 10, {"positive": "c"}, "two classes; the target has 3"),
        (Y, {"strategies": ["smot"]}, r"Did you mean 'smote'\?"),
        (Y, {"strategies": []}, "at least one strategy"),
        (Y, {"strategies": ["none", "none"]}, "distinct"),
        (Y, {"constraint": "recal>=0.8"}, r"Did you mean 'recall'\?"),
        (["a"] * 20 + ["b"] * 10 + ["c"] * 10, {"constraint": "recall>=0.8"}, "two classes; the target has 3"),
        (Y, {"metrics": "savings"}, "needs costs: give cost_matrix"),
        (Y, {"cv": 1}, "'cv' parameter .* at least 2"),
        (Y, {"n_repeats": 0}, "'n_repeats' parameter .* at least 1"),
        (Y, {"epochs": 3}, "LogisticRegression has no such parameter"),
        (Y, {"classifier": KNeighborsClassifier()}, "KNeighborsClassifier has none. Leave the strategy out"),
        (Y, {"X": np.full((40, 2), 3)}, "No column of X varies"),
        (Y, {"X": np.where(np.arange(40) == 3, np.inf, 1.0)[:, None]}, "'0' holds infinite values"),
        (Y, {"X": csr_array(np.where(np.eye(40)[:, 5:9] > 0, np.inf, 0.0))}, "'0' holds infinite values"),
        (Y, {"X": csr_array(np.full((40, 2), 3.0))}, "No column of X varies"),
        (Y, {"X": pd.DataFrame(np.eye(40)[:, :2], columns=["a", "a"])}, "more than one column 'a'"),
        (Y, {"X": pd.DataFrame({"a": [[1, 2]] * 40})}, "Column 'a' holds lists"),
        ([1] * 20 + ["1"] * 20, {}, "y holds labels of type int, str. Give all one type"),
        ([True] * 20 + [1] * 20, {}, "y holds labels of type bool, int"),
        (pd.Series([[1], [2]] * 20), {}, "y has several labels in a row"),
        (Y, {"classifier": RidgeClassifier()}, "'classifier' parameter .* with predict_proba"),
    ],
)
def test_unusable_input_is_named_before_any_work(compare, y, options, message):
    def fail(*_):
        pytest.fail("a fit was made")

    X = options.pop("X", np.random.default_rng(0).normal(size=(40, 3)))
    with pytest.raises(ValueError, match=message):
        compare(X, y, **{"callback": fail} | options)


def test_the_librarys_own_network_is_the_default(data):
    comparison = compare_strategies(*data, cv=2, n_repeats=1, epochs=30)
    assert comparison.strategies == DEFAULT_STRATEGIES
    assert comparison.n_steps == 30
    assert comparison.summary()["roc_auc", "mean"].min() > 0.5


@pytest.mark.skipif(DATA_VARIABLE not in os.environ, reason=f"{DATA_VARIABLE} is not set")
@pytest.mark.parametrize("name", ["german_credit", "thyroid_sick", "page_blocks", "oil_spill"])
def test_real_tables_are_compared_without_a_warning(compare, name):
    comparison = compare(*load_dataset(name), classifier=LogisticRegression(max_iter=3000), cv=2)
    assert comparison.table["value"].notna().all()
    assert comparison.summary()["g_mean", "mean"]["class_weight"] > comparison.summary()["g_mean", "mean"]["none"]


@pytest.mark.skipif(DATA_VARIABLE not in os.environ, reason=f"{DATA_VARIABLE} is not set")
def test_a_real_class_of_two_rows_is_named(compare):
    with pytest.raises(ValueError, match="Class 'imL' has 2 rows and class 'imS' has 2 rows"):
        compare(*load_dataset("ecoli"), cv=5)
