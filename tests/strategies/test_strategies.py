"""What every strategy promises, and what each does."""

import pickle
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, SplineTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import compare_strategies
from skweighted.strategies import (
    FAMILIES,
    STRATEGIES,
    AnyLabelClassifier,
    ClassWeight,
    Oversample,
    PriorThresholdClassifier,
    Smote,
    Smote2To1,
    Smotenc,
    Threshold,
    TunedThresholdClassifier,
    Undersample,
    Undersample2To1,
    UndersampleCommitteeClassifier,
    Unweighted,
    make_preprocessor,
)

LABEL_PAIRS = [(0, 1), (1, 2), (-1.0, 1.0), (0.5, 1.5), ("no", "yes"), (False, True)]


class Recorder(TransformerMixin, BaseEstimator):
    """A transformer that keeps what it was fitted on and what it transformed."""

    fitted: ClassVar = []  # on the class, because pipelines clone
    transformed: ClassVar = []

    def fit(self, X, y=None):
        type(self).fitted.append(np.array(X))
        return self

    def transform(self, X):
        type(self).transformed.append(np.array(X))
        return X


class WeightRecorder(ClassifierMixin, BaseEstimator):
    """A classifier that keeps the rows and the class weight it was fitted with."""

    seen: ClassVar = []

    def __init__(self, class_weight="own"):
        self.class_weight = class_weight

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        type(self).seen.append((self.class_weight, counts.tolist()))
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture(autouse=True)
def forget():
    for kept in (Recorder.fitted, Recorder.transformed, WeightRecorder.seen):
        kept.clear()


@pytest.fixture
def data():
    X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    return X, y


SMALL = {
    "tuned_threshold": {"min_positives": 10, "cv": 2},
    "searched_weight": {"factors": (0, 1), "cv": 2},
    "undersample_committee": {"n_members": 2},
    "committee": {"n_networks": 2},
    "weighted_committee": {"n_networks": 2},
}
"""Settings under which the contract tests are quick and have rows enough."""


def make_strategy(key):
    try:
        strategy = STRATEGIES[key](**SMALL.get(key, {}))
        strategy.check_classifier(CostSensitiveMLPClassifier())
    except ValueError as error:
        pytest.skip(str(error))
    return strategy


def takes_any_classifier(cls):
    return cls.uses_classifier and set(cls.needs) <= {"class_weight"} and cls is not Smotenc


@pytest.fixture(params=[key for key, cls in STRATEGIES.items() if takes_any_classifier(cls)])
def strategy(request):
    """A strategy that works with every classifier and sees the encoded table."""
    return make_strategy(request.param)


@pytest.fixture(params=[key for key, cls in STRATEGIES.items() if not takes_any_classifier(cls)])
def other_strategy(request, monkeypatch):
    """A strategy that needs a network, or brings a classifier of its own, or sees the table as it is."""
    monkeypatch.setattr("skweighted.strategies._baselines._N_TREES", 5)
    return make_strategy(request.param)


def test_a_strategy_with_a_network_or_a_classifier_of_its_own_is_a_pipeline_like_any(other_strategy, make_classifier):
    """It knows the labels, keeps to its seed, is cloned and pickled, and leaves the caller's classifier alone."""
    X, y = make_classification(120, 5, weights=[0.8], class_sep=2, random_state=0)
    X, y = pd.DataFrame(X).add_prefix("x").assign(kind=np.where(X[:, 0] > 0, "u", "v")), np.array(["no", "yes"])[y]
    network = make_classifier(epochs=2)
    settings = str(network.get_params())
    pipeline = other_strategy.make_pipeline(make_preprocessor(), network, random_state=0)
    first = clone(pipeline).fit(X, y)
    restored = pickle.loads(pickle.dumps(pipeline.fit(X, y)))
    probabilities = restored.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(probabilities, first.predict_proba(X))
    assert restored.classes_.tolist() == ["no", "yes"]
    assert set(restored.predict(X)) <= {"no", "yes"}
    assert str(network.get_params()) == settings
    assert not hasattr(network, "coefs_")


@pytest.mark.parametrize("key", STRATEGIES)
def test_every_strategy_says_what_it_changes_and_what_it_does_to_probabilities(key):
    """The words that the list of strategies is made from."""
    cls = STRATEGIES[key]
    assert cls.__doc__.splitlines()[0].endswith(".")
    assert cls.family in FAMILIES
    assert cls.probabilities in {"true", "rare too high", "repaired", "nearly repaired", "spoilt"}
    assert clone(cls()).get_params() == cls().get_params()


@pytest.mark.parametrize("labels", LABEL_PAIRS)
def test_a_baseline_takes_labels_of_any_kind(data, labels):
    """Also those that scikit-learn takes for a regression target."""
    X, y = data
    pipeline = STRATEGIES["logistic"]().make_pipeline("passthrough", LogisticRegression()).fit(X, np.array(labels)[y])
    assert set(pipeline.predict(X).tolist()) == set(labels)


def test_fitting_sees_the_training_rows_only_and_predicting_leaves_rows_alone(strategy, data):
    X, y = data
    pipeline = strategy.make_pipeline(Recorder(), LogisticRegression(), random_state=0).fit(X[:150], y[:150])
    Recorder.transformed.clear()
    probabilities = pipeline.predict_proba(X[150:])
    predicted = pipeline.predict(X[150:])
    assert Recorder.fitted[0].tolist() == X[:150].tolist()
    inner = [row for rows in Recorder.fitted[1:] for row in rows.tolist()]
    assert all(row in X[:150].tolist() for row in inner)
    assert bool(inner) == (strategy.key == "tuned_threshold")
    assert all((rows == X[150:]).all() for rows in Recorder.transformed)
    assert (len(probabilities), len(predicted)) == (50, 50)


@pytest.mark.parametrize("labels", LABEL_PAIRS)
def test_any_labels_come_back_as_they_went_in(strategy, data, labels):
    if strategy.key == "searched_weight" and labels[0] == 0.5:
        pytest.skip("scikit-learn's scorers take such labels for a regression target")
    X, y = data
    labels = np.array(labels)
    classifier = WeightRecorder() if labels[0] == 0.5 else LogisticRegression()  # scikit-learn's refuse such labels
    pipeline = strategy.make_pipeline(make_preprocessor(), classifier, random_state=0).fit(pd.DataFrame(X), labels[y])
    assert pipeline.classes_.tolist() == labels.tolist()
    if not isinstance(classifier, WeightRecorder):
        assert set(pipeline.predict(pd.DataFrame(X)).tolist()) == set(labels.tolist())


def test_the_same_seed_gives_the_same_probabilities(strategy, data):
    fits = [strategy.make_pipeline(Recorder(), LogisticRegression(), random_state=3).fit(*data) for _ in range(2)]
    first, second = [fit.predict_proba(data[0]) for fit in fits]
    np.testing.assert_array_equal(first, second)


def test_the_seed_reaches_what_is_inside_of_classifier_and_preprocessor():
    """At any depth; a seed of one's own stays, and the caller's estimators are not changed."""
    network = CalibratedClassifierCV(make_pipeline(RandomForestClassifier(2)))
    before = make_pipeline(SplineTransformer(), QuantileTransformer(), QuantileTransformer(random_state=5))
    built = Unweighted().make_pipeline(before, network, random_state=3).get_params()
    seeds = {name.rpartition("__")[0]: value for name, value in built.items() if name.endswith("random_state")}
    assert list(seeds.values()) == [3, 5, 3]
    assert network.estimator[-1].random_state is None
    assert before[1].random_state is None


@pytest.mark.parametrize("strategy", ["none", "threshold", "smote", "own"])
def test_the_same_seed_gives_the_same_for_classifiers_in_classifiers(strategy):
    """Two comparisons with a calibrated forest are equal."""
    X, y = make_classification(60, weights=[0.7], random_state=0)
    forest = CalibratedClassifierCV(RandomForestClassifier(3), cv=2)
    options = {"cv": 2, "n_repeats": 1, "metrics": ["brier"], "classifier": forest}
    chosen = ("own", forest) if strategy == "own" else strategy
    tables = [compare_strategies(X, y, strategies=[chosen], **options).table for _ in range(2)]
    pd.testing.assert_frame_equal(*(table.query("metric == 'brier'") for table in tables))


def test_pipelines_are_cloned_and_pickled_like_any_estimator(strategy, data):
    pipeline = clone(strategy.make_pipeline(make_preprocessor(), LogisticRegression(), random_state=0))
    X, y = pd.DataFrame(data[0]), data[1]
    restored = pickle.loads(pickle.dumps(pipeline.fit(X, y)))
    np.testing.assert_array_equal(restored.predict(X), pipeline.predict(X))


def test_neither_preprocessor_nor_classifier_of_the_caller_is_changed(strategy, data):
    recorder, classifier = Recorder(), LogisticRegression(class_weight={0: 1, 1: 7})
    strategy.make_pipeline(recorder, classifier).fit(*data)
    assert classifier.class_weight == {0: 1, 1: 7}
    assert not hasattr(classifier, "coef_")


@pytest.mark.parametrize(
    ("strategy", "class_weight", "counts"),
    [
        (Unweighted(), None, [180, 20]),
        (Threshold(), None, [180, 20]),
        (ClassWeight(), "balanced", [180, 20]),
        (ClassWeight({0: 1, 1: 5}), {0: 1, 1: 5}, [180, 20]),
        (Smote(), None, [180, 180]),
        (Smote2To1(), None, [180, 90]),
        (Undersample(), None, [20, 20]),
        (Undersample2To1(), None, [40, 20]),
        (Oversample(), None, [180, 180]),
    ],
    ids=repr,
)
def test_each_strategy_changes_the_weights_or_the_rows_and_nothing_else(strategy, class_weight, counts):
    X, y = np.random.default_rng(0).normal(size=(200, 3)), np.repeat([0, 1], [180, 20])
    strategy.make_pipeline("passthrough", WeightRecorder(), random_state=0).fit(X, y)
    assert WeightRecorder.seen == [(class_weight, counts)]


def test_class_weights_ask_for_a_classifier_that_takes_them():
    with pytest.raises(ValueError, match=r"KNeighborsClassifier has none. Leave the strategy out"):
        ClassWeight().make_pipeline("passthrough", KNeighborsClassifier())


@pytest.mark.parametrize("n_rare", [2, 3, 6])
def test_smote_makes_do_with_few_rows(n_rare):
    X, y = np.random.default_rng(0).normal(size=(40, 3)), np.repeat(["often", "rare"], [40 - n_rare, n_rare])
    _, resampled = Smote().make_sampler(0).fit_resample(X, y)
    assert np.unique(resampled, return_counts=True)[1].tolist() == [40 - n_rare] * 2


def test_smote_names_the_class_of_a_single_row():
    X, y = np.eye(5), np.array(["often"] * 4 + ["rare"])
    with pytest.raises(ValueError, match=r"class 'rare': it has 1 training row.*Merge the class"):
        Smote().make_sampler(0).fit_resample(X, y)
    with pytest.raises(ValueError, match="class 'rare'"):
        Smote().check_class_counts({"often": 4, "rare": 1})


def test_a_moved_threshold_decides_at_the_class_shares_and_keeps_the_probabilities(data):
    X, y = data
    plain = LogisticRegression().fit(X, y)
    moved = PriorThresholdClassifier(LogisticRegression()).fit(X, y)
    np.testing.assert_array_equal(moved.predict_proba(X), plain.predict_proba(X))
    np.testing.assert_array_equal(moved.predict(X) == 1, plain.predict_proba(X)[:, 1] > y.mean())
    np.testing.assert_allclose(moved.class_prior_, [1 - y.mean(), y.mean()])


def _expected_failures(estimator):
    numbers = "labels of any kind are its purpose"
    return {"check_classifiers_regression_target": numbers} if isinstance(estimator, AnyLabelClassifier) else {}


@parametrize_with_checks(
    [
        PriorThresholdClassifier(LogisticRegression()),
        AnyLabelClassifier(LogisticRegression()),
        UndersampleCommitteeClassifier(LogisticRegression(), n_members=2, random_state=0),
    ],
    expected_failed_checks=_expected_failures,
)
def test_scikit_learn_takes_the_meta_classifiers_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)


def test_a_moved_threshold_goes_by_the_weights_that_the_classifier_was_given(data):
    """Weights reach the classifier inside and the shares alike, with and without metadata routing."""
    X, y = data
    weight = np.where(y == 1, 3.0, 1.0)
    moved = PriorThresholdClassifier(LogisticRegression()).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(moved.estimator_.coef_, LogisticRegression().fit(X, y, weight).coef_)
    np.testing.assert_allclose(moved.class_prior_, [np.sum(y == 0), 3 * y.sum()] / weight.sum())
    with config_context(enable_metadata_routing=True):
        inner = LogisticRegression().set_fit_request(sample_weight=True)
        routed = PriorThresholdClassifier(inner).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(routed.predict(X), moved.predict(X))


def test_weights_that_a_pipeline_passes_on_count_in_the_shares(data):
    """They count under the name of the step as they do under their own."""
    X, y = data
    weight = np.where(y == 1, 3.0, 1.0)
    direct = PriorThresholdClassifier(LogisticRegression()).fit(X, y, sample_weight=weight)
    pipeline = Pipeline([("clf", LogisticRegression())])
    through = PriorThresholdClassifier(pipeline).fit(X, y, clf__sample_weight=weight)
    np.testing.assert_allclose(through.class_prior_, direct.class_prior_)


def test_weights_that_a_pipeline_passes_on_count_in_a_tuned_threshold(data):
    """They count under the name of the step as they do under their own."""
    X, y = data
    weight = np.where(y == 1, 3.0, 1.0)
    direct = TunedThresholdClassifier(LogisticRegression(), random_state=0).fit(X, y, sample_weight=weight)
    pipeline = Pipeline([("clf", LogisticRegression())])
    through = TunedThresholdClassifier(pipeline, random_state=0).fit(X, y, clf__sample_weight=weight)
    assert through.threshold_ == direct.threshold_


def test_a_moved_threshold_knows_the_columns_and_wants_probabilities(data):
    X, y = pd.DataFrame(data[0]).add_prefix("x"), data[1]
    moved = PriorThresholdClassifier(LogisticRegression()).fit(X, y)
    assert moved.n_features_in_ == X.shape[1]
    assert moved.feature_names_in_.tolist() == X.columns.tolist()
    with pytest.raises(TypeError, match="must be a classifier with predict_proba"):
        PriorThresholdClassifier(RidgeClassifier()).fit(X, y)


def test_a_moved_threshold_works_for_many_classes():
    X, y = make_classification(600, n_classes=3, n_informative=4, weights=[0.9, 0.06], random_state=0)
    found = [
        np.mean(classifier.fit(X, y).predict(X)[y > 0] > 0)
        for classifier in (LogisticRegression(), PriorThresholdClassifier(LogisticRegression()))
    ]
    assert found[1] > found[0] + 0.2


@pytest.fixture
def table():
    """Every kind of column a file may bring, with holes."""
    random, n = np.random.default_rng(0), 60
    frame = pd.DataFrame(
        {
            "number": random.normal(size=n) * 1000,
            "nullable": pd.array(random.integers(0, 9, n), dtype="Int64"),
            "flag": random.random(n) > 0.5,
            "nullable flag": pd.array(random.random(n) > 0.5, dtype="boolean"),
            "text": random.choice(["a", "b", "c"], n),
            "category": pd.Categorical(random.choice(["u", "v"], n)),
            "mixed": pd.Series([1, "one"] * (n // 2), dtype=object),
            "name": [f"person {i}" for i in range(n)],
            "date": pd.date_range("2020-01-01", periods=n),
            "zoned": pd.date_range("2020-01-01", periods=n, tz="UTC"),
            "duration": pd.to_timedelta(np.arange(n), "h"),
            "constant": 1,
            "empty": np.nan,
            "none": None,
        }
    )
    frame.loc[3:9, ["number", "nullable", "nullable flag", "text", "category", "mixed", "date", "duration"]] = None
    return frame


def test_every_kind_of_column_becomes_numbers_of_similar_size(table):
    encoded = make_preprocessor().fit_transform(table)
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() < 10


def test_each_kind_of_column_has_its_encoding(table):
    names = make_preprocessor().fit(table).get_feature_names_out().tolist()
    kinds = {
        kind: [n.removeprefix(f"{kind}__") for n in names if n.startswith(kind)] for kind in ("numeric", "category")
    }
    assert {"number", "nullable", "flag", "nullable flag", "date", "zoned", "duration"} <= set(kinds["numeric"])
    assert {"text_a", "text_b", "text_c", "category_u", "category_v", "mixed_1", "mixed_one"} <= set(kinds["category"])
    assert [n for n in names if "name" in n] == ["category__name_infrequent_sklearn"]


def test_missing_values_and_new_categories_in_test_rows_are_no_trouble(table):
    preprocessor = make_preprocessor().fit(table.iloc[10:40].assign(empty=np.nan))
    other = table.iloc[40:].assign(text="new", category=None, number=np.nan, empty=5.0, none="something", mixed=7)
    assert np.isfinite(preprocessor.transform(other)).all()


def test_no_more_than_forty_columns_come_from_the_categories_of_one():
    """The thirty-nine most frequent categories have a column each; the rest share the fortieth."""
    names = make_preprocessor().fit(pd.DataFrame({"town": [f"t{i}" for i in range(50)] * 5})).get_feature_names_out()
    assert (len(names), names[-1]) == (40, "category__town_infrequent_sklearn")


def test_imputation_and_scale_come_from_the_training_rows():
    preprocessor = make_preprocessor().fit(pd.DataFrame({"x": [0.0, 2.0, 4.0]}))
    assert preprocessor.transform(pd.DataFrame({"x": [np.nan, 2.0, 1e9]}))[:2].tolist() == [[0.0], [0.0]]
