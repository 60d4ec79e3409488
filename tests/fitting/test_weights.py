"""What rows weigh in training, and that early stopping watches the loss that is trained."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BATCHES, Undersampled, draw_epoch
from skweighted.engines.randomness import SHUFFLES, random_generator
from skweighted.fitting import FitRequest, plan_fit
from skweighted.losses import LOSSES, HardExample

RULES = [*(cls() for cls in BATCHES.values()), Undersampled(ratio=0.5)]
EVERY_LOSS = [*(cls() for cls in LOSSES.values()), HardExample(keep_minority=True)]
COUNTS = {2: [18, 6], 3: [12, 6, 6]}


def plan_watched(loss, batches, n_classes):
    """Return the plan of a network that watches its own training rows, in batches of whole passes of any rule."""
    y = np.repeat(np.arange(n_classes), COUNTS[n_classes])
    X = np.random.default_rng(0).normal(size=(len(y), 2))
    clf = CostSensitiveMLPClassifier(
        (2,),
        loss=loss,
        batches=batches,
        class_weight={0: 1, 1: 3},
        cost_matrix=1 - np.eye(n_classes),
        batch_size=72,
        early_stopping=True,
        dtype="float64",
        random_state=0,
    )
    return plan_fit(clf, FitRequest(X, y, X_val=X, y_val=y)).networks[0]


def loss_of(plan, rows, class_weight):
    """Return the loss of a batch of rows, whose logits depend on their class only."""
    codes, loss = plan.data.y[rows], plan.settings.loss
    n_classes = len(plan.class_weight)
    n_outputs = 1 if n_classes == 2 else n_classes
    logits = np.random.default_rng(1).normal(size=(n_classes, n_outputs))[codes]
    target = np.eye(n_classes)[codes][:, -n_outputs:]
    values = {name: tf.constant(value, tf.float64)[None] for name, value in plan.loss_values.items()}
    weight = tf.constant(class_weight[codes] * plan.data.sample_weight[rows])
    return float(loss.batch_loss(tf.constant(logits), tf.constant(target), weight, weight >= 0, values))


@pytest.mark.parametrize("n_classes", COUNTS)
@pytest.mark.parametrize("batches", RULES, ids=repr)
@pytest.mark.parametrize("loss", EVERY_LOSS, ids=repr)
def test_the_loss_that_is_watched_is_the_loss_that_is_trained(loss, batches, n_classes):
    """Classes have the shares in it that the batch rule draws: for every loss, every rule and weighted classes."""
    plan = plan_watched(loss, batches, n_classes)
    generators = functools.partial(random_generator, plan.seed, SHUFFLES)
    drawn = draw_epoch(batches, plan.data.y[plan.rows], generators, 0, plan.settings.batch_size, 1)
    trained = loss_of(plan, plan.rows[drawn], plan.class_weight)
    watched_weight = plan.class_weight if plan.validation_class_weight is None else plan.validation_class_weight
    watched = loss_of(plan, plan.validation_rows, watched_weight)
    assert watched == pytest.approx(trained, rel=1e-9)


@pytest.mark.parametrize("batches", ["shuffled", "balanced", "undersampled"])
def test_the_engine_watches_what_it_trains(batches, make_exact):
    """Rows that are alike within a class, one step an epoch, hardly any learning: both curves tell the same loss."""
    y = np.repeat([0, 1], COUNTS[2])
    clf = make_exact(
        batches=batches, learning_rate=1e-9, alpha=0.0, epochs=1, batch_size=72, steps_per_epoch=1, early_stopping=True
    )
    clf.fit(y[:, None] - 0.5, y, X_val=y[:, None] - 0.5, y_val=y)
    np.testing.assert_allclose(clf.validation_curve_, clf.loss_curve_, rtol=1e-6)


def test_a_scorer_gets_each_validation_row_once(imbalanced, make_classifier):
    """Its score is one of the rows as they are, whatever the batches and the loss."""
    seen = []

    def score(estimator, X, y, **weights):
        seen.append(len(y))
        return 0.5

    clf = make_classifier(loss="hard_example", batches="balanced", early_stopping=True, monitor=score, epochs=1)
    clf.fit(*imbalanced)
    assert set(seen) == {20}


# Scale


@pytest.mark.parametrize("weight", [1e-310, 1e-300, 1e-50, 1e50, 1e305])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_constant_sample_weights_of_any_size_train_like_ones(weight, early_stopping, imbalanced, make_classifier):
    """Only their ratios matter, also to a rule and to the output bias."""
    X, y = imbalanced
    make = functools.partial(make_classifier, class_weight="balanced", early_stopping=early_stopping)
    expected = make().fit(X, y)
    fitted = make().fit(X, y, sample_weight=np.full(len(y), weight))
    np.testing.assert_allclose(fitted.predict_proba(X), expected.predict_proba(X), rtol=1e-4)
    np.testing.assert_allclose(fitted.loss_curve_, expected.loss_curve_, rtol=1e-5)


@pytest.mark.parametrize("weight", [1e-320, 1.7e308])
def test_equal_class_weights_of_any_size_train_like_ones(weight, imbalanced, make_classifier):
    """The largest of floats included."""
    X, y = imbalanced
    expected = make_classifier().fit(X, y).predict_proba(X)
    fitted = make_classifier(class_weight={0: weight, 1: weight}).fit(X, y)
    np.testing.assert_allclose(fitted.predict_proba(X), expected, rtol=1e-4)


def test_sample_weights_times_costs_of_any_size_train_like_ones(imbalanced, make_classifier):
    """The product of both would overflow."""
    X, y = imbalanced
    costs = {"false_positive_cost": 1e305, "false_negative_cost": 1e305}
    fitted = make_classifier().fit(X, y, np.full(len(y), 1e300), **costs)
    np.testing.assert_allclose(fitted.predict_proba(X), make_classifier().fit(X, y).predict_proba(X), rtol=1e-4)


def test_the_scale_of_the_first_of_many_passes_holds_for_all(imbalanced, make_classifier):
    """Rows of twice the weight in the second call count twice."""
    X, y = imbalanced

    def train(scale):
        clf = make_classifier()
        for factor in (1, 2):
            clf.partial_fit(X, y, classes=[0, 1], sample_weight=np.full(len(y), factor * scale))
        return clf.predict_proba(X)

    np.testing.assert_allclose(train(1e-300), train(1.0), rtol=1e-4)


@pytest.mark.parametrize(
    ("parameters", "weights"),
    [
        ({"class_weight": {0: 1.0, 1: 1e-320}}, {0: 1.0, 1: 1.0}),
        ({"class_weight": {0: 1.0, 1: 1e-50}}, {0: 1.0, 1: 1.0}),
        ({"class_weight": {0: 1.7e308, 1: 1e-320}}, {0: 1.0, 1: 1.0}),
        ({}, {0: 1e305, 1: 1e-310}),
        ({"class_weight": "balanced"}, {0: 1.0, 1: 1e-60}),
        ({"normalize_weights": False}, {0: 1.0, 1: 1e305}),
    ],
)
def test_a_ratio_beyond_the_dtype_of_training_is_named(parameters, weights, imbalanced, make_classifier):
    """Before training: a class would silently count for nothing, or for everything."""
    X, y = imbalanced
    sample_weight = np.array([weights[label] for label in y])
    with pytest.raises(ValueError, match=r"class 1 a weight that float32 cannot represent .* dtype='float64'"):
        make_classifier(**parameters).fit(X, y, sample_weight)


def test_a_single_row_whose_weight_rounds_to_nothing_is_no_error(imbalanced, make_classifier):
    """Boosting makes such weights."""
    X, y = imbalanced
    sample_weight = np.where(np.arange(len(y)) == 3, 1e-60, 1.0)
    make_classifier().fit(X, y, sample_weight)
