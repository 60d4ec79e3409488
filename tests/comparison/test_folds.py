"""Which rows train, which are watched and which are tested, and what each row counts for."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_sampling_pipeline
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skweighted.comparison import compare_strategies, reading_guide
from skweighted.search import BatchedGridSearchCV
from skweighted.strategies import SearchedWeight, SearchedWeightClassifier, TunedThreshold, TunedThresholdClassifier


class Watching(ClassifierMixin, BaseEstimator):
    """A classifier that notes what it trained on and what it watched."""

    fits: list = []  # noqa: RUF012 - on the class, because comparisons clone

    def __init__(self, early_stopping=True, validation_fraction=0.2, class_weight=None, random_state=None):
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None):
        """Note the rows by their number, the first column."""
        self.classes_ = np.unique(y)
        self.loss_curve_, self.n_iter_ = [], len(y)
        trained, watched = ([] if rows is None else np.asarray(rows)[:, 0].tolist() for rows in (X, X_val))
        self.fits.append((trained, watched, None if y_val is None else y_val.tolist()))
        return self

    def predict(self, X):
        """Predict the first class."""
        return np.full(len(X), self.classes_[0])

    def predict_proba(self, X):
        """Be undecided."""
        return np.full((len(X), 2), 0.5)


@pytest.fixture
def rows():
    """Return 120 rows whose first column is their number, and labels of which a quarter is 1."""
    random = np.random.default_rng(0)
    X = np.column_stack([np.arange(120.0), random.normal(size=(120, 2))])
    return X, (np.arange(120) % 4 == 0).astype(int)


@pytest.fixture
def compare(rows):
    """Return a quick comparison."""

    def run(X=rows[0], y=rows[1], **options):
        quick = {"classifier": LogisticRegression(), "strategies": ["none", "threshold"], "cv": 2, "n_repeats": 1}
        return compare_strategies(X, y, **quick | options)

    return run


def test_watched_rows_are_real_and_the_same_for_every_strategy_of_a_fold(compare, rows):
    """They are split off before resampling, and nobody trains on them."""
    Watching.fits.clear()
    strategies = ["none", "class_weight", "smote", "undersample"]
    comparison = compare(classifier=Watching(), strategies=strategies, preprocessor="passthrough")
    for fold in (Watching.fits[:4], Watching.fits[4:]):
        (watched,) = {tuple(watched) for _, watched, _ in fold}
        assert len(watched) == 12
        assert set(watched) <= set(range(120))
        assert [rows[1][int(number)] for number in watched] == fold[0][2]
        assert not any(set(watched) & set(trained) for trained, _, _ in fold)
    assert "epochs until they stopped, medians: none 48, class_weight 48, smote 72" in comparison.describe()


def test_watched_rows_keep_their_weights(compare, rows):
    """What a row counts for in training it counts for in the watch."""
    weights = []

    class Weighing(Watching):
        def fit(self, X, y, sample_weight=None, X_val=None, y_val=None, sample_weight_val=None):
            numbers = np.concatenate([np.asarray(X)[:, 0], np.asarray(X_val)[:, 0]])
            weights.append((numbers, np.concatenate([sample_weight, sample_weight_val])))
            return super().fit(X, y, sample_weight, X_val, y_val)

    weight = np.random.default_rng(0).uniform(size=120)
    compare(classifier=Weighing(), strategies=["none"], preprocessor="passthrough", sample_weight=weight)
    assert len(weights) == 2
    assert all(weight[numbers.astype(int)].tolist() == of_rows.tolist() for numbers, of_rows in weights)


def test_a_classifier_that_does_not_stop_early_trains_on_all_rows(compare):
    """Nothing is held out for nobody."""
    Watching.fits.clear()
    compare(classifier=Watching(early_stopping=False), strategies=["none"])
    assert [(len(trained), watched) for trained, watched, _ in Watching.fits] == [(60, [])] * 2


def test_any_splitter_makes_the_folds(compare, rows):
    """A comparison over scikit-learn's own folds scores the rows that they test."""
    cv = StratifiedKFold(3)
    predictions = compare(cv=cv).predictions
    for number, (train, test) in enumerate(cv.split(*rows), start=1):
        assert predictions.results["none", 1, number].rows.tolist() == test.tolist()
        alone = LogisticRegression().fit(rows[0][train], rows[1][train])
        assert len(alone.predict(rows[0][test])) == len(test)
    repeated = compare(cv=RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0))
    assert (repeated.cv, repeated.n_repeats, repeated.n_finished) == (3, 2, 6)
    assert "4 folds of TimeSeriesSplit x 1" in compare(cv=TimeSeriesSplit(4)).describe()


def test_a_column_of_dates_is_no_trap_if_folds_are_in_the_order_of_time(compare, rows):
    """The column may be another than that of the order, such as a day of birth."""
    born = pd.Timestamp("1980-01-01") + pd.to_timedelta(np.arange(120) * 37 % 100, unit="D")
    X = pd.DataFrame({"x": rows[0][:, 1], "born": born})
    checks = [{alert.check for alert in compare(X=X, cv=cv).alerts} for cv in (2, TimeSeriesSplit(2))]
    assert ["no_time_split" in found for found in checks] == [True, False]


def test_a_row_that_several_folds_test_counts_once(compare):
    """The predictions of a repeat have a row of the table at most once, sorted."""
    comparison = compare(cv=StratifiedShuffleSplit(5, test_size=0.5, random_state=0), strategies=["none"])
    n_tested = len(set(np.concatenate([result.rows for result in comparison.predictions.results.values()])))
    repeat = comparison.predictions.repeat("none")
    assert len(repeat.truth) == len(repeat.probabilities) == len(repeat.decisions) == n_tested < 120


def test_a_splitter_that_keeps_groups_says_so(compare):
    """In what was compared, and in how to read it."""
    comparison = compare(cv=GroupKFold(3), groups=np.arange(120) // 6)
    assert "3 folds of GroupKFold, groups kept together, x 1" in comparison.describe()
    guide = " ".join(reading_guide(comparison))
    assert "Groups make folds of unequal size" in guide
    assert "cut them yourself" in guide


def test_rows_of_a_group_stay_on_one_side(compare, rows):
    """In every fold of every repeat."""
    groups = np.arange(120) // 6
    comparison = compare(groups=groups, cv=3, n_repeats=2)
    for result in comparison.predictions.results.values():
        assert not set(groups[result.rows]) & set(np.delete(groups, result.rows))
    assert "groups kept together" in comparison.describe()


class Remembering(ClassifierMixin, BaseEstimator):
    """Knows the label of each group that it was trained on, the second column, and no other."""

    def __init__(self, class_weight=None, random_state=None):
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X, y):
        """Learn the groups."""
        self.classes_ = np.unique(y)
        self.known_ = dict(zip(np.asarray(X)[:, 1], y, strict=True))
        return self

    def predict_proba(self, X):
        """Be certain of known groups."""
        positive = np.array([self.known_.get(group, 0.4) for group in np.asarray(X)[:, 1]])
        return np.column_stack([1 - positive, positive])

    def predict(self, X):
        """Predict the more probable."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.fixture
def grouped():
    """Return 180 rows of 45 groups, the labels the same within a group: enough for folds within folds within folds."""
    groups = np.repeat(np.arange(45), 4)
    X = np.column_stack([np.arange(180.0), groups])
    return X, (groups % 3 == 0).astype(int), groups


@pytest.mark.parametrize(
    "options",
    [
        {"strategies": ["none"], "constraint": "recall>=0.8"},
        {"strategies": [TunedThreshold(min_positives=1)]},
        {"strategies": [("mine", make_pipeline(TunedThresholdClassifier(Remembering())))]},
        {"strategies": [SearchedWeight(scoring="neg_brier_score")], "constraint": "recall>=0.8"},
    ],
    ids=["constraint", "tuned", "own", "both"],
)
def test_thresholds_are_chosen_on_groups_that_did_not_train(compare, grouped, options):
    """Else the threshold is that of rows whose copies the model has learnt by heart, and no new row reaches it."""
    X, y, groups = grouped
    comparison = compare(
        X, y, classifier=Remembering(), preprocessor="passthrough", groups=groups, metrics=["recall"], **options
    )
    assert comparison.summary()["recall", "mean"].tolist() == [1.0]


def test_weights_are_searched_on_groups_that_did_not_train(grouped):
    """Every inner fold tests groups that its training rows do not have."""
    X, y, groups = grouped
    search = SearchedWeightClassifier(LogisticRegression(), factors=(0, 1), random_state=0).fit(X, y, groups=groups)
    for train, test in search.estimator_.cv:
        assert not set(groups[train]) & set(groups[test])


class Noting(LogisticRegression):
    """A classifier that notes the rows of its fits by their first column."""

    fits: list = []  # noqa: RUF012 - on the class, because comparisons clone

    def fit(self, X, y, sample_weight=None):
        self.fits.append(np.asarray(X)[:, 0].astype(int).tolist())
        return super().fit(X, y, sample_weight)


@pytest.mark.parametrize("search", [GridSearchCV, BatchedGridSearchCV])
def test_a_search_of_ones_own_is_told_the_groups(compare, rows, search):
    """Each inner fold has whole groups; also inside a pipeline."""
    groups = np.arange(120) // 4
    Noting.fits.clear()
    mine = make_pipeline("passthrough", search(Noting(), {"C": [1.0]}, cv=GroupKFold(3)))
    found = compare(strategies=[("mine", mine)], groups=groups)
    assert found.table["value"].notna().all()
    assert len(Noting.fits) == 2 * 4
    for trained in Noting.fits:
        assert np.isin(np.bincount(groups[trained], minlength=30), [0, 4]).all()


@pytest.mark.parametrize(
    "mine",
    [CalibratedClassifierCV(GaussianNB(), cv=2), make_pipeline(GridSearchCV(GaussianNB(), {"priors": [None]}, cv=2))],
    ids=["calibration", "search"],
)
def test_inner_folds_that_may_part_groups_are_said(compare, mine):
    """Nothing tells them the groups."""
    with pytest.warns(UserWarning, match="The inner folds of 'mine' may part groups"):
        compare(strategies=["none", ("mine", mine)], groups=np.arange(120) // 4)


def test_weights_under_metadata_routing_are_refused_before_any_work(compare):
    """They have no place there, because strategies request nothing."""
    with sklearn.config_context(enable_metadata_routing=True):
        assert compare().table["value"].notna().all()
        with pytest.raises(ValueError, match=r"classify__sample_weight by name, .*metadata routing"):
            compare(sample_weight=np.ones(120))


@pytest.mark.parametrize("way", ["groups", "copies"])
def test_watched_rows_are_whole_groups(compare, grouped, way):
    """Early stopping watches groups that do not train, of all classes and near to the share asked for."""
    X, y, groups = grouped
    Watching.fits.clear()
    if way == "groups":
        compare(X, y, classifier=Watching(), strategies=["none"], preprocessor="passthrough", groups=groups)
    else:
        copies = np.column_stack([groups, groups])
        compare(copies, y, classifier=Watching(), strategies=["none"], preprocessor="passthrough", copies="together")
    for trained, watched, labels in Watching.fits:
        of = groups if way == "groups" else np.arange(45)
        assert not set(of[np.intp(trained)]) & set(of[np.intp(watched)])
        assert set(labels) == {0, 1}
        assert 12 <= len(watched) <= 24


def test_presets_leave_out_what_would_part_groups(compare, grouped):
    """A strategy that stops early inside is left out if only a preset names it."""
    X, y, groups = grouped
    comparison = compare(X, y, classifier=Watching(), strategies="decision", groups=groups, metrics=["recall"])
    assert comparison.strategies == ("none", "threshold", "dummy")
    tuned = [TunedThreshold(min_positives=1)]
    with pytest.raises(ValueError, match="groups cannot be used with strategies that draw the rows for early stopping"):
        compare(X, y, classifier=Watching(), strategies=tuned, groups=groups)


def test_sample_weights_count_in_fits_and_scores(compare, rows):
    """Rows of weight 0 do not matter, neither in training nor in the scores."""
    X, y = rows
    weight = np.where(np.arange(120) % 3 == 0, 0.0, 1.0)
    noisy = np.where(weight == 0, 1 - y, y)
    cv = StratifiedKFold(2)
    folds = list(cv.split(X, y))
    first, second = (
        compare(y=labels, cv=folds, sample_weight=weight, preprocessor="passthrough").summary()["roc_auc", "mean"]
        for labels in (y, noisy)
    )
    pd.testing.assert_series_equal(first, second)
    train, test = folds[0]
    clf = LogisticRegression().fit(X[train], y[train], weight[train])
    auc = roc_auc_score(y[test], clf.predict_proba(X[test])[:, 1], sample_weight=weight[test])
    table = compare(cv=folds, sample_weight=weight, preprocessor="passthrough").table
    found = table.query("strategy == 'none' and fold == 1 and metric == 'roc_auc'")["value"].item()
    assert found == pytest.approx(auc)


@pytest.mark.parametrize(
    "options",
    [
        {"strategies": ["none"], "constraint": "recall>=0.8"},
        {"strategies": [("mine", make_pipeline(StandardScaler(), GaussianNB()))]},
        {"strategies": [("mine", make_pipeline(StandardScaler(), GaussianNB()))], "constraint": "recall>=0.8"},
        {"strategies": ["class_weight"], "constraint": "recall>=0.8"},
    ],
    ids=["constraint", "pipeline", "both", "weighted"],
)
def test_sample_weights_pass_pipelines_in_pipelines_and_choose_thresholds(compare, rows, options):
    """Rows of weight 2 count as if they were there twice, and rows of weight 0 not at all."""
    X, y = rows
    weight = np.where(np.arange(120) % 3 == 0, 0.0, 1.0)
    scores = [
        compare(y=labels, cv=list(StratifiedKFold(2).split(X, y)), sample_weight=weight, **options).table
        for labels in (y, np.where((weight == 0) & (np.arange(120) % 2 == 0), 1 - y, y))
    ]
    # the inner folds of a constraint are stratified by labels, so only the fits without them are the same
    if "constraint" not in options:
        same = scores[0].query("metric != 'fit_seconds'")["value"], scores[1].query("metric != 'fit_seconds'")["value"]
        pd.testing.assert_series_equal(*same)
    assert scores[0].query("metric == 'recall' or metric == 'f1'")["value"].notna().all()


def test_a_threshold_is_chosen_by_weighted_rows(rows):
    """Behind a pipeline as without one."""
    X, y = rows
    weight = np.where(np.arange(120) % 3 == 0, 5.0, 0.1)
    plain = TunedThresholdClassifier(GaussianNB(), random_state=0).fit(X, y, sample_weight=weight)
    pipeline = TunedThresholdClassifier(make_pipeline(GaussianNB()), random_state=0)
    assert pipeline.fit(X, y, gaussiannb__sample_weight=weight).threshold_ == plain.threshold_
    assert TunedThresholdClassifier(GaussianNB(), random_state=0).fit(X, y).threshold_ != plain.threshold_


def test_presets_leave_out_what_cannot_use_sample_weights(compare):
    """Strategies that draw rows, or train a classifier without weights, unless they are named."""
    strategies = ["resampling", "none", "ensembles"]
    comparison = compare(sample_weight=np.ones(120), strategies=strategies, metrics=["recall"])
    assert "none" in comparison.strategies
    assert {"smote", "undersample_committee"} <= set(comparison.left_out)
    assert comparison.table["value"].notna().all()
    assert "left out" in comparison.describe()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cv": TimeSeriesSplit(2), "y": np.repeat([0, 1], 60)}, "Fold 1 of 2 has no training rows of class 1"),
        ({"cv": "five"}, "'cv' parameter .* must be an integer of at least 2, or a splitter"),
        ({"groups": np.zeros(3)}, "inconsistent numbers of samples"),
        ({"cv": StratifiedKFold(2), "groups": np.arange(120) % 30}, "Fold 1 of 2 has rows of a group on both sides"),
        (
            {"cv": StratifiedKFold(2), "X": np.arange(120.0)[:, None] % 30, "copies": "together"},
            "Fold 1 of 2 parts copies",
        ),
        ({"cv": [(np.arange(120), np.arange(60))]}, "Fold 1 of 1 tests rows that it trains on"),
        ({"sample_weight": np.ones(120), "strategies": ["none", "smote"]}, r"resample rows: 'smote'. Leave them out"),
        (
            {
                "sample_weight": np.ones(120),
                "strategies": ["none", ("own", make_sampling_pipeline(SMOTE(), GaussianNB()))],
            },
            "resample rows: 'own'. Leave them out",
        ),
        (
            {"sample_weight": np.ones(120), "strategies": ["none", ("own", KNeighborsClassifier())]},
            "whose fit does not take it: 'own'. Leave them out",
        ),
    ],
)
def test_folds_and_weights_that_cannot_be_used_are_named(compare, options, message):
    """One sentence, before any fit."""
    with pytest.raises((ValueError, TypeError), match=message):
        compare(**options, callback=lambda *_: pytest.fail("a fit was made"))
