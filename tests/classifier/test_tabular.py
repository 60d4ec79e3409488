"""The classifier for tables as they come: what it takes, what it averages, and scikit-learn's own checks."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import CostSensitiveMLPClassifier, TabularClassifier, make_tabular_classifier
from skweighted.preprocessing import make_preprocessor

TINY = {"hidden_layer_sizes": (8,), "batch_size": 50, "epochs": 3, "learning_rate": 0.01, "dropout": 0.0}


@pytest.fixture(scope="module")
def table():
    """Return 200 rows with a heavy-tailed number, gaps, a date and a category, and text labels, 20 of them rare."""
    generator = np.random.default_rng(0)
    amount = np.exp(2 * generator.normal(size=200))
    X = pd.DataFrame(
        {
            "amount": np.where(generator.random(200) < 0.1, np.nan, amount),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(generator.integers(0, 300, 200), "D"),
            "kind": pd.Series(generator.choice(["a", "b", "c"], 200)).where(generator.random(200) < 0.9),
        }
    )
    y = np.full(200, "good")
    y[np.argsort(amount)[-20:]] = "bad"
    return X, y


@pytest.fixture(scope="module")
def fitted(table):
    """Return the classifier fitted to the table."""
    return make_tabular_classifier(random_state=0, n_networks=2, **TINY | {"epochs": 20}).fit(*table)


@pytest.fixture
def make_small():
    """Return a factory of classifiers of two members."""

    def make(**parameters):
        network = CostSensitiveMLPClassifier(**TINY | {"n_networks": 2})
        members = [
            ("plain", make_pipeline(make_preprocessor(), network)),
            ("squashed", make_pipeline(make_preprocessor(scaling="squashing"), network)),
        ]
        return TabularClassifier(members, **{"random_state": 0} | parameters)

    return make


def test_a_table_as_it_comes_is_learnt_from(fitted, table):
    """Numbers, gaps, dates, categories and text labels need no preparation."""
    X, y = table
    probability = fitted.predict_proba(X)
    assert fitted.classes_.tolist() == ["bad", "good"]
    assert_allclose(probability.sum(axis=1), 1)
    assert probability[y == "bad", 0].mean() > 2 * probability[y == "good", 0].mean()
    assert fitted.feature_names_in_.tolist() == list(X)


def test_any_frame_with_the_same_columns_will_do(fitted, table):
    """A polars frame gives the same answers, and another order of columns is refused."""
    X, _ = table
    plain = X.astype({"kind": object})
    frame = pl.DataFrame({name: plain[name].astype(object).where(plain[name].notna(), None).tolist() for name in plain})
    assert_allclose(fitted.predict_proba(frame), fitted.predict_proba(X))
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict_proba(X[X.columns[::-1]])


def test_probabilities_are_the_mean_of_the_members(fitted, table):
    """Every member has the same say."""
    X, _ = table
    each = [pipeline.predict_proba(X) for _, pipeline in fitted.members_]
    assert_allclose(fitted.predict_proba(X), np.mean(each, axis=0))
    assert_allclose(fitted.predict_log_proba(X), np.log(np.mean(each, axis=0)))


def test_members_that_predict_held_out_rows_better_count_more():
    """Weights sum to 1, leave nobody out, and are equal unless they are asked for or rows are few."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(600, 2))
    y = (X[:, 0] * X[:, 1] + generator.normal(scale=0.3, size=600) > 0).astype(int)
    members = [("trees", make_pipeline(RandomForestClassifier(20))), ("linear", make_pipeline(LogisticRegression()))]
    classifier = TabularClassifier(members, member_weights="held_out", random_state=0).fit(X, y)
    assert classifier.member_weights_.sum() == pytest.approx(1)
    assert classifier.member_weights_[0] > 0.6
    each = [pipeline.predict_proba(X) for _, pipeline in classifier.members_]
    assert_allclose(classifier.predict_proba(X), np.average(each, axis=0, weights=classifier.member_weights_))
    assert_array_equal(TabularClassifier(members, random_state=0).fit(X, y).member_weights_, [0.5, 0.5])
    assert_array_equal(clone(classifier).fit(X[:400], y[:400]).member_weights_, [0.5, 0.5])


def test_rows_of_weight_0_choose_no_member_weights():
    """They are as if they were not there."""
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(700, 2)), np.tile([0, 1], 350)
    members = [("b", make_pipeline(GaussianNB())), ("linear", make_pipeline(LogisticRegression()))]
    weight = np.repeat([1, 0], [600, 100])
    first = TabularClassifier(members, member_weights="held_out", random_state=0).fit(X, y, sample_weight=weight)
    second = clone(first).fit(X[:600], y[:600])
    assert_allclose(first.member_weights_, second.member_weights_)


def test_unknown_member_weights_are_refused(make_small, table):
    """The error names the choices."""
    with pytest.raises(ValueError, match="'member_weights' parameter of TabularClassifier"):
        make_small(member_weights="stacked").fit(*table)


def test_a_member_is_the_pipeline_fitted_alone(fitted, table):
    """Training side by side changes no member."""
    X, y = table
    _, member = fitted.members_[0]
    assert_allclose(clone(member).fit(X, y).predict_proba(X), member.predict_proba(X), atol=1e-6)


def test_the_same_seed_gives_the_same_classifier_and_members_differ(make_small, table):
    """An integer decides the result, and no two members share a network."""
    X, y = table
    first, second = make_small().fit(X, y), make_small().fit(X, y)
    assert_array_equal(first.predict_proba(X), second.predict_proba(X))
    seeds = np.concatenate([pipeline[-1].network_seeds_ for _, pipeline in first.members_])
    assert len(set(seeds.tolist())) == 4


def test_probabilities_are_repaired_unless_weighted_ones_are_asked_for(make_small, table):
    """Balanced weights leave the mean probability near the share of the class, or raise it if asked."""
    X, y = table
    shares = {
        kind: make_small(class_weight="balanced", probabilities=kind).fit(X, y).predict_proba(X)[:, 0].mean()
        for kind in ("corrected", "weighted")
    }
    assert shares["corrected"] < 0.2
    assert shares["weighted"] > 0.3


def test_class_weight_is_searchable(make_small, table):
    """The weights of all networks are one parameter, dicts by label included."""
    grid = {"class_weight": [None, {"bad": 5, "good": 1}]}
    search = GridSearchCV(make_small(), grid, scoring="neg_log_loss", cv=2, error_score="raise").fit(*table)
    weights = [p[-1].class_weight for _, p in make_small(class_weight={"bad": 2})._copy_members()]
    assert search.best_params_["class_weight"] in grid["class_weight"]
    assert weights == [{"bad": 2}] * 2


def test_parameters_of_a_member_are_searchable(make_small):
    """They are reached by the member's name, and a member can be replaced by it."""
    classifier = clone(make_small()).set_params(squashed__costsensitivemlpclassifier__epochs=7)
    assert classifier.get_params()["squashed__costsensitivemlpclassifier__epochs"] == 7
    assert make_small().get_params()["squashed__costsensitivemlpclassifier__epochs"] == 3


def test_fitting_leaves_the_members_passed_as_they_were(make_small, table):
    """The constructor's members stay unfitted and keep their own parameters."""
    classifier = make_small().fit(*table)
    _, pipeline = classifier.members[0]
    assert pipeline[-1].class_weight is None
    assert not hasattr(pipeline[-1], "coefs_")


def test_a_pickle_predicts_without_tensorflow(fitted, table, tmp_path):
    """What is fitted is arrays of numbers: small, and enough to predict."""
    X, _ = table
    path = tmp_path / "classifier.pkl"
    path.write_bytes(pickle.dumps((fitted, X)))
    code = (
        "import pickle, sys; classifier, X = pickle.load(open(sys.argv[1], 'rb')); classifier.predict_proba(X);"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert path.stat().st_size < 2_000_000


def test_keywords_are_those_of_every_network():
    """The factory passes them on, and refuses what no network has."""
    classifier = make_tabular_classifier(trees=False, epochs=7, class_weight=None)
    assert {pipeline[-1].epochs for _, pipeline in classifier.members} == {7}
    assert classifier.class_weight is None
    with pytest.raises(TypeError, match="epoch"):
        make_tabular_classifier(epoch=7)


def test_what_is_set_on_one_classifier_does_not_reach_the_next():
    """The recipe is a recipe: a schedule among its parameters is made anew."""
    changed = {"deep__network__learning_rate__peak": 0.5, "extra_trees__trees__n_estimators": 7}
    make_tabular_classifier().set_params(**changed)
    parameters = make_tabular_classifier().get_params()
    assert parameters["deep__network__learning_rate__peak"] < 0.1
    assert parameters["extra_trees__trees__n_estimators"] > 7


def test_the_default_members_are_those_of_the_factory():
    """The class and the factory recommend the same."""
    default, factory = TabularClassifier(random_state=0), make_tabular_classifier(random_state=0)
    assert str(default._copy_members()) == str(factory._copy_members())


def test_networks_alone_are_the_first_members(make_small):
    """Leaving the trees out changes no seed of a network."""
    both, alone = (make_tabular_classifier(trees=trees, random_state=0)._copy_members() for trees in (True, False))
    assert str(both[: len(alone)]) == str(alone)
    assert [name for name, _ in both[len(alone) :]] == ["extra_trees", "boosted_trees"]


def test_any_classifier_with_sample_weights_can_be_a_member(table):
    """A committee without networks learns, and its parts have seeds and class weights of the committee."""
    X, y = table
    forest = RandomForestClassifier(5, min_samples_leaf=5)
    members = [
        (name, make_pipeline(make_preprocessor(), model)) for name, model in [("f", forest), ("n", GaussianNB())]
    ]
    classifier = TabularClassifier(members, class_weight="balanced", probabilities="weighted", random_state=0)
    first, second = (clone(classifier).fit(X, y) for _ in range(2))
    assert_array_equal(first.predict_proba(X), second.predict_proba(X))
    corrected = clone(classifier).set_params(probabilities="corrected").fit(X, y)
    weighted, plain = (model.members_[0][1].predict_proba(X)[:, 0] for model in (first, corrected))
    assert_allclose(weighted, 9 * plain / (1 + 8 * plain))
    assert corrected.predict_proba(X)[:, 0].mean() < 0.2


def test_sample_weights_reach_every_member(table):
    """A row of weight 2 counts as two rows do."""
    X, y = table
    members = [("n", make_pipeline(make_preprocessor(), GaussianNB()))]
    weight = np.where(y == "bad", 3, 1)
    first = TabularClassifier(members).fit(X, y, sample_weight=weight)
    assert_allclose(first.members_[0][1][-1].classifier_.class_prior_, [0.25, 0.75])


@pytest.mark.parametrize(
    "members",
    [
        [],
        "plain",
        [make_pipeline(StandardScaler(), CostSensitiveMLPClassifier())],
        [("plain", CostSensitiveMLPClassifier())],
        [("plain", make_pipeline(StandardScaler()))],
        [("plain", make_pipeline(StandardScaler(), KNeighborsClassifier()))],
        [("plain", make_pipeline(StandardScaler(), LinearSVC()))],
        [("plain", make_pipeline(StandardScaler(), CostSensitiveMLPClassifier(engine="keras")))],
        [("plain", make_pipeline(StandardScaler(), CostSensitiveMLPClassifier()))] * 2,
    ],
)
def test_what_cannot_be_a_member_is_refused(members, table):
    """The error names the parameter before any work."""
    with pytest.raises((TypeError, ValueError), match="'members' parameter of TabularClassifier"):
        TabularClassifier(members).fit(*table)


def test_rows_and_labels_of_different_lengths_are_refused(make_small, table):
    """Nothing is cut to fit."""
    X, y = table
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_small().fit(X, y[:-1])


def expected_failures(estimator):
    """Return the checks that may fail, each with the reason."""
    reason = "the preprocessors learn from rows without their weights"
    return {f"check_sample_weight_equivalence_on_{kind}_data": reason for kind in ("dense", "sparse")}


NETWORK = CostSensitiveMLPClassifier((8,), batch_size=50, epochs=60, learning_rate=0.02)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The inputs of CostSensitiveMLPClassifier look unscaled:UserWarning")
@parametrize_with_checks(
    [TabularClassifier([("plain", make_pipeline(make_preprocessor(), NETWORK))], probabilities="weighted")],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_takes_the_classifier_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)
