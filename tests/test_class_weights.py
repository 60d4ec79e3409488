"""Class weights: what each rule computes, what a dict may hold, and what they do to training."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import recall_score
from sklearn.utils.class_weight import compute_class_weight as sklearn_class_weight

from skweighted.class_weights import CLASS_WEIGHTS, EffectiveNumber, compute_class_weight

COUNTS = np.array([150.0, 40.0, 10.0])
OWNER = "CostSensitiveMLPClassifier"
COUNT_RULES = sorted(CLASS_WEIGHTS.keys() - {"cost"})  # that one goes by a cost matrix


@pytest.fixture(params=COUNT_RULES)
def rule(request):
    """Return an instance of each registered rule that goes by counts."""
    return CLASS_WEIGHTS[request.param]()


def mean_minority_probability(classifier, X):
    return classifier.predict_proba(X)[:, 1].mean()


# Every registered rule that goes by counts


def test_a_rarer_class_weighs_more(rule):
    """Weights go up as counts go down."""
    assert (np.diff(rule.compute(COUNTS)) > 0).all()


def test_classes_of_equal_size_weigh_the_same(rule):
    """A rule leaves a balanced problem alone."""
    weight = rule.compute(np.array([50.0, 50.0, 50.0]))
    np.testing.assert_allclose(weight, weight[0])


def test_weights_are_positive_and_finite_for_extreme_counts(rule):
    """One row against a million, and weighted counts below 1, give usable weights."""
    for counts in ([1e6, 1.0], [1e6, 1e-3]):
        weight = rule.compute(np.array(counts))
        assert np.isfinite(weight).all()
        assert (weight > 0).all()


def test_computing_leaves_the_counts_alone(rule):
    """A rule does not write into its argument."""
    counts = COUNTS.copy()
    rule.compute(counts)
    np.testing.assert_array_equal(counts, COUNTS)


@pytest.mark.parametrize("copy", [clone, lambda rule: pickle.loads(pickle.dumps(rule))], ids=["clone", "pickle"])
def test_a_copy_of_a_rule_computes_the_same(rule, copy):
    """Rules survive what searches and worker processes do to them."""
    np.testing.assert_array_equal(copy(rule).compute(COUNTS), rule.compute(COUNTS))


def test_a_class_without_rows_weighs_nothing(rule):
    """A class that a fold lacks gets weight 0, and the others what they get without it."""
    weight = compute_class_weight(rule, np.array(["a", "b", "c"]), np.array([150, 0, 10]), OWNER)
    assert weight[1] == 0
    np.testing.assert_array_equal(weight[[0, 2]], rule.compute(np.array([150.0, 10.0])))


def test_the_classifier_weighs_classes_by_the_rule(rule, make_classifier, three_classes):
    """`class_weight_` has the ratios that the rule computes from the rows of each class."""
    fitted = make_classifier(class_weight=rule.key).fit(*three_classes)
    given = np.array([fitted.class_weight_[label] for label in "abc"])
    np.testing.assert_allclose(given / given[0], rule.compute(COUNTS) / rule.compute(COUNTS)[0])


def test_a_name_and_an_instance_train_alike(rule, make_classifier, imbalanced):
    """A rule may be given as its name or as an instance."""
    X, y = imbalanced
    by_name, by_instance = (make_classifier(class_weight=w).fit(X, y).decision_function(X) for w in (rule.key, rule))
    np.testing.assert_array_equal(by_name, by_instance)


def test_sample_weights_count_in_a_rule(rule, make_classifier, imbalanced):
    """Rows of weight 3 count as three rows when the rule counts."""
    X, y = imbalanced
    sample_weight = np.where(y == 1, 3.0, 1.0)
    fitted = make_classifier(class_weight=rule).fit(X, y, sample_weight)
    expected = rule.compute(np.array([180.0, 60.0]))
    assert fitted.class_weight_[1] / fitted.class_weight_[0] == pytest.approx(expected[1] / expected[0])


# Single rules


def test_balanced_is_what_scikit_learn_computes():
    """`Balanced` is scikit-learn's formula."""
    y = np.repeat([0, 1, 2], COUNTS.astype(int))
    expected = sklearn_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(CLASS_WEIGHTS["balanced"]().compute(COUNTS), expected)


def test_sqrt_balanced_is_the_root_of_balanced():
    """`SqrtBalanced` halves balanced weights on a log scale."""
    root, balanced = (CLASS_WEIGHTS[key]().compute(COUNTS) for key in ("sqrt_balanced", "balanced"))
    np.testing.assert_allclose(root**2, balanced)


def test_effective_number_is_the_formula_of_its_paper():
    """`EffectiveNumber` weighs by (1 - beta) / (1 - beta ** n) and sums to the number of classes."""
    inverse = (1 - 0.99) / (1 - 0.99**COUNTS)
    np.testing.assert_allclose(EffectiveNumber(beta=0.99).compute(COUNTS), inverse * 3 / inverse.sum())


def test_effective_number_with_beta_zero_weighs_all_classes_alike():
    """At beta 0 a class has one effective row, however many it has."""
    np.testing.assert_allclose(EffectiveNumber(beta=0.0).compute(COUNTS), 1.0)


def test_effective_number_with_beta_near_one_is_balanced():
    """Towards beta 1 the weights go to 1 / n, without losing digits on the way."""
    weight = EffectiveNumber(beta=1 - 1e-12).compute(COUNTS)
    np.testing.assert_allclose(weight * COUNTS, weight[0] * COUNTS[0], rtol=1e-6)


def test_a_search_can_set_a_parameter_of_a_rule(make_classifier, imbalanced):
    """`class_weight__beta` reaches the instance."""
    classifier = make_classifier(class_weight=EffectiveNumber()).set_params(class_weight__beta=0.0)
    assert classifier.fit(*imbalanced).class_weight_ == pytest.approx({0: 1.0, 1: 1.0})


# Dicts


@pytest.mark.parametrize(
    ("labels", "other"),
    [
        (["good", "bad"], ["good", "worse"]),
        ([-3, -1], [-3, -2]),
        ([False, True], [False, 2]),
        (["0", "1"], ["0", "2"]),
        ([0.5, 1.5], [0.5, 2.5]),
    ],
    ids=["strings", "negative", "booleans", "digits as strings", "halves"],
)
class TestLabels:
    """Dicts keyed by the labels as they are, of every type."""

    def test_a_dict_is_keyed_by_the_original_labels(self, labels, other, make_classifier, imbalanced):
        """`class_weight_` has the labels for keys and the ratio asked for."""
        X, y = imbalanced
        weight = make_classifier(class_weight=dict(zip(labels, [1, 5], strict=True))).fit(X, np.array(labels)[y])
        assert set(weight.class_weight_) == set(labels)
        assert weight.class_weight_[labels[1]] / weight.class_weight_[labels[0]] == pytest.approx(5)

    def test_a_class_that_a_dict_lacks_weighs_one(self, labels, other, make_classifier, imbalanced):
        """A partial dict leaves the rest at 1."""
        X, y = imbalanced
        fitted = make_classifier(class_weight={labels[1]: 4}, normalize_weights=False).fit(X, np.array(labels)[y])
        assert fitted.class_weight_ == {labels[0]: 1.0, labels[1]: 4.0}

    def test_a_key_of_an_absent_class_is_accepted_where_all_present_ones_have_a_key(
        self, labels, other, make_classifier, imbalanced
    ):
        """A fold may lack a class that the dict names."""
        X, y = imbalanced
        class_weight = dict.fromkeys([*labels, other[1]], 2.0)
        fitted = make_classifier(class_weight=class_weight, normalize_weights=False).fit(X, np.array(labels)[y])
        assert fitted.class_weight_ == {labels[0]: 2.0, labels[1]: 2.0}

    def test_a_wrong_key_is_an_error_while_a_present_class_has_no_weight(
        self, labels, other, make_classifier, imbalanced
    ):
        """The error lists the wrong key, the classes there are and those without a weight."""
        X, y = imbalanced
        with pytest.raises(ValueError, match="not in y") as error:
            make_classifier(class_weight=dict.fromkeys(other, 2.0)).fit(X, np.array(labels)[y])
        for part in (f"[{other[1]!r}]", f"[{labels[1]!r}] have no weight"):
            assert part in str(error.value)


@pytest.mark.parametrize("empty", [{}, None], ids=repr)
def test_no_weights_are_weights_of_one(empty, make_classifier, imbalanced):
    """An empty dict is None."""
    assert make_classifier(class_weight=empty).fit(*imbalanced).class_weight_ == {0: 1.0, 1: 1.0}


def test_a_weight_of_zero_leaves_a_class_out(make_classifier, three_classes):
    """A class of weight 0 is not learnt: it ends less probable than it is frequent."""
    X, y = three_classes
    left_out = make_classifier(class_weight={"b": 0}, epochs=20).fit(X, y)
    assert left_out.predict_proba(X)[:, 1].mean() < 0.05


# What weights do to training


def test_class_weight_equals_the_same_sample_weights(make_classifier, imbalanced):
    """A class weight is a sample weight for every row of the class, bit for bit."""
    X, y = imbalanced
    by_class = make_classifier(class_weight={1: 4}).fit(X, y)
    by_row = make_classifier().fit(X, y, np.where(y == 1, 4.0, 1.0))
    np.testing.assert_array_equal(by_class.decision_function(X), by_row.decision_function(X))


def test_class_and_sample_weights_multiply(make_classifier, imbalanced):
    """A class of weight 2 whose rows have weight 4 trains as one of weight 8."""
    X, y = imbalanced
    both = make_classifier(class_weight={1: 2}).fit(X, y, np.where(y == 1, 4.0, 1.0))
    np.testing.assert_array_equal(
        both.decision_function(X), make_classifier(class_weight={1: 8}).fit(X, y).decision_function(X)
    )


@pytest.mark.parametrize("scale", [0.01, 7])
def test_only_ratios_matter_when_weights_are_normalised(scale, make_classifier, imbalanced):
    """`{0: 0.01, 1: 0.99}` trains as `{0: 1, 1: 99}` does."""
    X, y = imbalanced
    one, other = (make_classifier(class_weight={0: s, 1: 9 * s}).fit(X, y) for s in (1, scale))
    np.testing.assert_allclose(one.decision_function(X), other.decision_function(X), rtol=1e-4, atol=1e-5)


def test_normalised_weights_of_the_training_rows_have_mean_one(make_classifier, imbalanced):
    """Class weight times sample weight is 1 on average over the rows."""
    X, y = imbalanced
    sample_weight = np.random.default_rng(1).uniform(0.1, 9, size=len(y))
    fitted = make_classifier(class_weight={0: 3, 1: 50}).fit(X, y, sample_weight)
    row_weight = sample_weight * np.array([fitted.class_weight_[label] for label in y])
    assert row_weight.mean() == pytest.approx(1)


def test_weights_that_are_not_normalised_act_as_they_are(make_classifier, imbalanced):
    """With `normalize_weights=False` a class gets exactly the weight in the dict."""
    fitted = make_classifier(class_weight={0: 0.5, 1: 3}, normalize_weights=False).fit(*imbalanced)
    assert fitted.class_weight_ == {0: 0.5, 1: 3.0}


def test_weights_that_are_not_normalised_scale_the_loss(make_classifier, imbalanced):
    """Doubled weights double the loss of the first step where they are not normalised."""
    X, y = imbalanced
    still = {"normalize_weights": False, "alpha": 0.0, "learning_rate": 1e-12}
    one, two = (make_classifier(class_weight={0: w, 1: w}, **still).fit(X, y).loss_curve_[0] for w in (1, 2))
    assert two == pytest.approx(2 * one, rel=1e-5)


def test_a_heavier_class_is_found_more_probable(make_classifier, imbalanced):
    """Weights move probabilities towards the class that they favour."""
    X, y = imbalanced
    weights = [{1: 0.2}, None, {1: 5}, {1: 50}]
    means = [mean_minority_probability(make_classifier(class_weight=w).fit(X, y), X) for w in weights]
    assert (np.diff(means) > 0).all()


def test_weights_are_computed_anew_in_each_fit(make_classifier, imbalanced):
    """A second fit on other rows gets its own weights."""
    X, y = imbalanced
    classifier = make_classifier(class_weight="balanced")
    all_rows = classifier.fit(X, y).class_weight_
    fewer = np.r_[np.flatnonzero(y == 0)[:100], np.flatnonzero(y == 1)]
    again = classifier.fit(X[fewer], y[fewer]).class_weight_
    assert all_rows[1] / all_rows[0] == pytest.approx(9)
    assert again[1] / again[0] == pytest.approx(5)


def test_a_rule_counts_training_rows_only(make_classifier, imbalanced):
    """With early stopping the rows held out are not counted."""
    X, y = imbalanced
    kept = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:15]]
    fitted = make_classifier(class_weight="balanced", early_stopping=True).fit(X[kept], y[kept])
    # A tenth of 180 rows is 18 and of 15 rows, rounded, 2.
    assert fitted.class_weight_[1] / fitted.class_weight_[0] == pytest.approx((180 - 18) / (15 - 2))


def test_the_output_bias_starts_at_the_log_prior(make_classifier, imbalanced):
    """Before training the log-odds are those of the classes."""
    untrained = make_classifier(learning_rate=1e-12, epochs=1).fit(*imbalanced)
    assert untrained.intercepts_[-1] == pytest.approx(np.log(20 / 180), abs=1e-5)


def test_the_output_bias_starts_at_the_weighted_log_prior(make_classifier, imbalanced):
    """Balanced classes start at even odds."""
    untrained = make_classifier(class_weight="balanced", learning_rate=1e-12, epochs=1).fit(*imbalanced)
    assert untrained.intercepts_[-1] == pytest.approx(0, abs=1e-5)


def test_balanced_weights_find_the_rare_class_in_real_data(real_data, make_classifier):
    """On mammography, 42 to 1, balanced weights lift recall from a fraction of the cases to most."""
    X, y = real_data("mammography")
    plain, balanced = (
        recall_score(y, make_classifier(class_weight=w, batch_size=200, epochs=5).fit(X, y).predict(X))
        for w in (None, "balanced")
    )
    assert plain < 0.65
    assert balanced > 0.8
