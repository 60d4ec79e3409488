"""Contracts that every registered loss keeps, and what each one promises."""

import pickle

import numpy as np
import pytest
import tensorflow as tf
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skweighted import CostSensitiveMLPClassifier
from skweighted.engines import compiled
from skweighted.engines.keras._losses import to_keras_loss
from skweighted.engines.stacking import train_plans
from skweighted.fitting import FitRequest, plan_fit
from skweighted.losses import (
    LOSSES,
    CrossEntropy,
    ExpectedCost,
    FocalLoss,
    HardExample,
    LDAMLoss,
    LogitAdjusted,
    Loss,
    MeanFalseError,
    SquaredError,
    TrainingFacts,
    cross_entropies,
)

ROWS = 12
COUNTS = {2: np.array([8, 4]), 3: np.array([6, 4, 2])}
WEIGHTS = {2: [0.7], 3: [0.6, 0.3]}
COSTS = {
    2: np.array([[0.0, 1.0], [5.0, 0.0]]),
    3: np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [6.0, 2.0, 0.0]]),
}
EVERY_LOSS = [*(cls() for cls in LOSSES.values()), HardExample(keep_minority=True), HardExample(keep=4)]
each_loss = pytest.mark.parametrize("loss", EVERY_LOSS, ids=repr)
each_number_of_classes = pytest.mark.parametrize("n_classes", [2, 3])


def make_batch(n_classes, scale=1.0, seed=0):
    """Return logits and targets of the output units, both (ROWS, n_out), rows in an order that mixes the classes."""
    generator = np.random.default_rng(seed)
    codes = generator.permutation(np.repeat(np.arange(n_classes), COUNTS[n_classes]))
    logits = scale * generator.normal(size=(ROWS, 1 if n_classes == 2 else n_classes))
    return logits, np.eye(n_classes)[codes][:, -logits.shape[1] :]


def values_of(loss, n_classes):
    values = loss.runtime_values(TrainingFacts(COUNTS[n_classes], COSTS[n_classes]))
    return {name: tf.constant(value, tf.float64)[None] for name, value in values.items()}


def value_and_gradient(loss, logits, target, row_weight=None):
    """Return the loss of a batch and its gradient by the logits."""
    n_classes = max(2, logits.shape[1])
    z, weight = tf.constant(logits, tf.float64), np.ones(len(logits)) if row_weight is None else row_weight
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss.batch_loss(
            z, tf.constant(target), tf.constant(weight), tf.constant(weight >= 0), values_of(loss, n_classes)
        )
    return float(value), tape.gradient(value, z).numpy()


@each_loss
@each_number_of_classes
def test_gradient_equals_finite_differences(loss, n_classes):
    logits, target = make_batch(n_classes)
    _, gradient = value_and_gradient(loss, logits, target)
    step, numeric = 1e-6, np.zeros_like(logits)
    for index in np.ndindex(logits.shape):
        up, down = logits.copy(), logits.copy()
        up[index] += step
        down[index] -= step
        numeric[index] = (value_and_gradient(loss, up, target)[0] - value_and_gradient(loss, down, target)[0]) / (
            2 * step
        )
    np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-8)


@each_loss
@each_number_of_classes
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_extreme_logits_give_finite_losses_and_gradients(loss, n_classes, dtype):
    _, target = make_batch(n_classes)
    for size in (0.0, 40.0, 1e3, 1e6):
        for signs in (2 * target - 1, 1 - 2 * target):
            z = tf.constant(size * signs, dtype)
            ones = tf.ones(ROWS, dtype)
            values = {name: tf.cast(value, dtype) for name, value in values_of(loss, n_classes).items()}
            with tf.GradientTape() as tape:
                tape.watch(z)
                value = loss.batch_loss(z, tf.constant(target, dtype), ones, ones > 0, values)
            assert np.isfinite(value.numpy())
            assert np.isfinite(tape.gradient(value, z).numpy()).all()


@each_loss
@each_number_of_classes
def test_padding_behind_a_short_batch_does_not_count(loss, n_classes):
    logits, target = make_batch(n_classes)
    alone, gradient = value_and_gradient(loss, logits, target)
    padded = [np.concatenate([part, part[:3]]) for part in (logits, target)]
    valid = np.arange(ROWS + 3) < ROWS
    values = values_of(loss, n_classes)
    z = tf.constant(padded[0])
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss.batch_loss(z, tf.constant(padded[1]), tf.constant(valid * 1.0), tf.constant(valid), values)
    assert float(value) == pytest.approx(alone, rel=1e-12)
    np.testing.assert_allclose(tape.gradient(value, z).numpy()[:ROWS], gradient, rtol=1e-12)


@each_loss
@each_number_of_classes
def test_a_stack_gives_what_its_networks_give_alone(loss, n_classes):
    batches = [make_batch(n_classes, seed=seed) for seed in (0, 1)]
    singles = [value_and_gradient(loss, *batch)[0] for batch in batches]
    values = {name: tf.stack([value, value]) for name, value in values_of(loss, n_classes).items()}
    logits, target = (tf.constant(np.stack(parts)) for parts in zip(*batches, strict=True))
    ones = tf.ones((2, ROWS), tf.float64)
    np.testing.assert_allclose(loss.batch_loss(logits, target, ones, ones > 0, values), singles, rtol=1e-12)


@pytest.mark.parametrize("loss", [loss for loss in EVERY_LOSS if type(loss).batch_loss is CrossEntropy.batch_loss])
@each_number_of_classes
def test_weight_two_equals_a_repeated_row(loss, n_classes):
    # Losses over a whole batch are excepted: there a weight multiplies a row's loss, but not the number of rows.
    logits, target = make_batch(n_classes)
    weight = np.where(np.arange(ROWS) < 3, 2.0, 1.0)
    repeated = np.repeat(np.arange(ROWS), weight.astype(int))
    value, _ = value_and_gradient(loss, logits, target, weight)
    doubled, _ = value_and_gradient(loss, logits[repeated], target[repeated])
    # A batch is divided by its rows, of which the second has three more.
    assert value * ROWS == pytest.approx(doubled * (ROWS + 3), rel=1e-12)


@each_loss
@pytest.mark.parametrize("copy", [lambda loss: pickle.loads(pickle.dumps(loss)), clone], ids=["pickle", "clone"])
def test_every_loss_survives_pickle_and_clone(loss, copy):
    copied = copy(loss)
    assert copied is not loss
    assert type(copied) is type(loss)
    assert copied.get_params() == loss.get_params()


@each_loss
@each_number_of_classes
def test_the_keras_loss_gives_the_same_value_on_probabilities(loss, n_classes):
    logits, target = make_batch(n_classes)
    weight = np.linspace(0.5, 2, ROWS)
    probabilities = tf.sigmoid(logits) if n_classes == 2 else tf.nn.softmax(logits)
    ours, _ = value_and_gradient(loss, logits, target, weight)
    values = loss.runtime_values(TrainingFacts(COUNTS[n_classes], COSTS[n_classes]))
    theirs = to_keras_loss(loss, logits.shape[1], values)(tf.constant(target), probabilities, sample_weight=weight)
    assert float(theirs) == pytest.approx(ours, rel=1e-5)


@pytest.mark.parametrize(("key", "n_classes"), [("mean_false_error", 2), *((key, 3) for key in sorted(LOSSES))])
def test_both_engines_train_alike(key, n_classes, data_of):
    X, y = data_of(n_classes)
    settings = {
        "loss": key,
        "cost_matrix": COSTS[n_classes],
        "class_weight": "balanced",
        "epochs": 2,
        "batch_size": 32,
        "optimizer": "sgd",
        "random_state": 0,
    }
    compiled = CostSensitiveMLPClassifier((), **settings).fit(X, y)
    keras = CostSensitiveMLPClassifier((), **settings, engine="keras").fit(X, y)
    for ours, theirs in zip(compiled.coefs_, keras.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("key", sorted(LOSSES))
def test_networks_with_numbers_of_their_own_train_in_one_stack_as_alone(key, data_of):
    X, y = data_of(3)
    cls, stacks = LOSSES[key], []
    halved = {name: value / 2 for name, value in cls().get_params().items() if name in cls.runtime_parameters and value}
    settings = {"epochs": 2, "batch_size": 32, "dtype": "float64", "random_state": 0}
    models = [
        CostSensitiveMLPClassifier((), loss=loss, cost_matrix=costs, learning_rate=rate, **settings)
        for loss, costs, rate in ((cls(), COSTS[3], 1e-3), (cls(**halved), 2 * COSTS[3], 2e-3))
    ]

    def train(plans, n_networks, report):
        stacks.append(len(plans))
        return compiled.train(plans)

    together = train_plans([plan for model in models for plan in plan_fit(model, FitRequest(X, y)).networks], train)
    assert stacks == [2]
    for model, network in zip(models, together, strict=True):
        np.testing.assert_allclose(network.state.params[0], model.fit(X, y).coefs_[0], rtol=1e-9, atol=1e-12)


@pytest.fixture(scope="module")
def data_of():
    def make(n_classes):
        return make_classification(
            120, 5, n_informative=4, n_redundant=0, n_classes=n_classes, weights=WEIGHTS[n_classes], random_state=0
        )

    return make


@each_number_of_classes
def test_focal_at_gamma_zero_is_cross_entropy(n_classes):
    batch = make_batch(n_classes, scale=5)
    focal, plain = (value_and_gradient(loss, *batch) for loss in (FocalLoss(gamma=0.0), CrossEntropy()))
    assert focal[0] == pytest.approx(plain[0], rel=1e-12)
    np.testing.assert_allclose(focal[1], plain[1], rtol=1e-10, atol=1e-15)


def test_focal_alpha_is_the_papers_factor_of_each_class():
    logits, target = make_batch(2)
    factor = np.where(target[:, 0] == 1, 0.25, 0.75)
    weighted = value_and_gradient(FocalLoss(), logits, target, factor)[0]
    assert value_and_gradient(FocalLoss(alpha=0.25), logits, target)[0] == pytest.approx(weighted, rel=1e-12)


def test_focal_on_two_softmax_outputs_equals_one_sigmoid_output():
    logits, target = make_batch(2)
    single = value_and_gradient(FocalLoss(alpha=0.25), logits, target)[0]
    wide = np.hstack([np.zeros_like(logits), logits]), np.hstack([1 - target, target])
    assert value_and_gradient(FocalLoss(alpha=0.25), *wide)[0] == pytest.approx(single, rel=1e-12)


@each_number_of_classes
def test_mean_false_error_is_squared_error_with_balanced_weights(n_classes):
    logits, target = make_batch(n_classes)
    codes = target[:, 0].astype(int) if n_classes == 2 else target.argmax(1)
    balanced = ROWS / COUNTS[n_classes][codes]
    squared = value_and_gradient(SquaredError(), logits, target, balanced)
    mean_false = value_and_gradient(MeanFalseError(), logits, target)
    assert mean_false[0] == pytest.approx(squared[0], rel=1e-12)
    np.testing.assert_allclose(mean_false[1], squared[1], rtol=1e-12)


def test_mean_false_error_of_the_papers_example():
    # 86 + 4 positives and 5 + 5 negatives: 4 / 90 + 5 / 10, and the sum of the squares.
    right = np.concatenate([np.ones(86), -np.ones(4), np.ones(5), -np.ones(5)])
    target = np.concatenate([np.ones(90), np.zeros(10)])[:, None]
    logits = 1e3 * right[:, None] * (2 * target - 1)
    for key, expected in (("mean_false_error", 4 / 90 + 0.5), ("mean_squared_false_error", (4 / 90) ** 2 + 0.25)):
        assert value_and_gradient(LOSSES[key](), logits, target)[0] == pytest.approx(expected, rel=1e-9)


def test_mean_false_error_counts_the_classes_present_only():
    logits, target = make_batch(3)
    present = target[:, 2] == 0
    values = values_of(MeanFalseError(), 3)
    ones = tf.ones(present.sum(), tf.float64)
    value = MeanFalseError().batch_loss(
        tf.constant(logits[present]), tf.constant(target[present]), ones, ones > 0, values
    )
    errors = ((tf.nn.softmax(logits).numpy() - target) ** 2).sum(1) / 2
    assert float(value) == pytest.approx(sum(errors[target[:, c] == 1].mean() for c in (0, 1)))


@each_number_of_classes
def test_logit_adjustment_shifts_logits_by_the_log_prior(n_classes):
    logits, target = make_batch(n_classes)
    adjustment = 0.5 * np.log(COUNTS[n_classes] / ROWS)
    shift = adjustment[1:] - adjustment[:1] if n_classes == 2 else adjustment
    adjusted = value_and_gradient(LogitAdjusted(tau=0.5), logits, target)[0]
    assert adjusted == pytest.approx(value_and_gradient(CrossEntropy(), logits + shift, target)[0], rel=1e-12)


def test_logit_adjustment_trains_as_cross_entropy_does_and_moves_the_decision(data_of):
    X, y = data_of(3)
    settings = {"epochs": 5, "batch_size": 32, "dtype": "float64", "random_state": 0}
    plain = CostSensitiveMLPClassifier((4,), **settings).fit(X, y)
    adjusted = CostSensitiveMLPClassifier((4,), loss="logit_adjusted", **settings).fit(X, y)
    shifted = plain.decision_function(X) - np.log(np.bincount(y) / len(y))
    difference = adjusted.decision_function(X) - shifted
    np.testing.assert_allclose(difference - difference[:, :1], 0, atol=1e-9)


def test_logit_adjustment_ends_where_weights_by_inverse_prior_do():
    # Three groups whose rates differ: a linear model on their indicators can fit the rates exactly.
    X = np.repeat(np.eye(3), [60, 40, 20], axis=0)
    y = np.concatenate([np.arange(60) < 6, np.arange(40) < 8, np.arange(20) < 10]).astype(int)
    settings = {
        "alpha": 0,
        "batch_size": 120,
        "epochs": 1500,
        "optimizer": "sgd",
        "learning_rate": 2.0,
        "dtype": "float64",
        "random_state": 0,
    }
    weighted = CostSensitiveMLPClassifier((), class_weight="balanced", **settings).fit(X, y)
    adjusted = CostSensitiveMLPClassifier((), loss="logit_adjusted", **settings).fit(X, y)
    groups = np.eye(3)
    np.testing.assert_allclose(weighted.predict_proba(groups), adjusted.predict_proba(groups), atol=1e-3)
    corrected = adjusted.set_params(probabilities="corrected").predict_proba(groups)[:, 1]
    np.testing.assert_allclose(corrected, [0.1, 0.2, 0.5], atol=1e-3)


@each_number_of_classes
def test_ldam_without_margin_is_cross_entropy_of_scaled_logits(n_classes):
    logits, target = make_batch(n_classes)
    value = value_and_gradient(LDAMLoss(max_margin=0.0, scale=3.0), logits, target)[0]
    assert value == pytest.approx(value_and_gradient(CrossEntropy(), 3 * logits, target)[0], rel=1e-12)


def test_ldam_margins_fall_with_the_fourth_root_of_the_class_count():
    np.testing.assert_allclose(
        LDAMLoss().runtime_values(TrainingFacts(np.array([10000, 625, 16])))["margin"], [0.1, 0.2, 0.5]
    )


def test_a_class_without_rows_gets_the_widest_margin():
    np.testing.assert_allclose(
        LDAMLoss().runtime_values(TrainingFacts(np.array([160, 10, 0])))["margin"], [0.25, 0.5, 0.5]
    )


def test_mining_keeps_the_hardest_share_of_a_batch():
    logits, target = make_batch(2)
    losses = np.logaddexp(0, np.where(target == 1, -logits, logits))[:, 0]
    for keep, expected in ((0.25, 3), (0.3, 4), (5, 5), (1.0, 12), (99, 12)):
        value, gradient = value_and_gradient(HardExample(keep=keep), logits, target)
        assert value == pytest.approx(np.sort(losses)[-expected:].mean(), rel=1e-9)
        assert np.count_nonzero(gradient) == expected


def test_hard_negative_mining_keeps_every_minority_row_and_a_multiple_of_the_hardest_others():
    logits, target = make_batch(2)
    _, gradient = value_and_gradient(HardExample(keep_minority=True, ratio=1.5), logits, target)
    assert (gradient[target == 1] != 0).all()
    kept = gradient[(target == 0) & (gradient != 0)]
    assert len(kept) == 6
    hardest = np.sort(logits[target == 0])[-6:]
    np.testing.assert_array_equal(np.sort(logits[(target == 0) & (gradient != 0)]), hardest)


def test_hard_negative_mining_learns_from_a_batch_without_minority_rows():
    logits, _ = make_batch(2)
    _, gradient = value_and_gradient(HardExample(keep_minority=True), logits, np.zeros_like(logits))
    assert np.count_nonzero(gradient) == 1


def test_expected_cost_with_unit_costs_is_squared_error():
    logits, target = make_batch(3)
    unit = ExpectedCost().runtime_values(TrainingFacts(COUNTS[3], 1 - np.eye(3)))
    values = {name: tf.constant(value)[None] for name, value in unit.items()}
    ours = ExpectedCost().row_losses(tf.constant(logits), tf.constant(target), values)
    theirs = SquaredError().row_losses(tf.constant(logits), tf.constant(target), {})
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_expected_cost_of_the_published_form():
    logits, target = np.log([[0.2, 0.5, 0.3]]), np.array([[0.0, 1.0, 0.0]])
    # Of the six rows of class 0 and two of class 2, a mistake about class 1 costs 3 and 1.
    v = (6 * 3 + 2 * 1) / 8
    expected = ((0.2 * 3) ** 2 + ((1 - 0.5) * v) ** 2 + (0.3 * 1) ** 2) / 2
    row = ExpectedCost().row_losses(tf.constant(logits), tf.constant(target), values_of(ExpectedCost(), 3))
    assert float(row[0]) == pytest.approx(expected, rel=1e-12)


class OfOld(Loss):
    """Cross-entropy times a number, written as losses were in 0.1.0."""

    numeric = ("factor",)

    def __init__(self, factor=2.0):
        self.factor = factor

    def network_values(self, class_counts, cost_matrix=None):
        return super().network_values(class_counts, cost_matrix) | {"rows": class_counts.sum()}

    def row_losses(self, logits, target, parameters):
        return parameters["factor"] * cross_entropies(logits, target)


class OfOldFocal(FocalLoss):
    """The focal loss of today, changed as in 0.1.0."""

    def network_values(self, class_counts, cost_matrix=None):
        return super().network_values(class_counts, cost_matrix) | {"gamma": 7.0}


@pytest.mark.parametrize(
    ("loss", "expected"),
    [(OfOld(factor=3), {"factor": 3.0, "rows": 12}), (OfOldFocal(), {"gamma": 7.0, "alpha": [1, 1]})],
    ids=repr,
)
def test_a_loss_written_for_0_1_0_answers_to_both_names(loss, expected):
    """Whoever wrote `numeric` and `network_values` need not change a line, nor whoever calls them."""
    assert loss.runtime_parameters == loss.numeric == (("factor",) if type(loss) is OfOld else ("gamma", "alpha"))
    for values in (loss.network_values(COUNTS[2]), loss.runtime_values(TrainingFacts(COUNTS[2]))):
        np.testing.assert_equal({name: np.asarray(value).tolist() for name, value in values.items()}, expected)


def test_a_loss_of_today_answers_to_the_names_of_0_1_0():
    """Code that called them keeps working."""
    assert LDAMLoss.numeric == LDAMLoss.runtime_parameters
    by_old, by_new = LDAMLoss().network_values(COUNTS[3]), LDAMLoss().runtime_values(TrainingFacts(COUNTS[3]))
    np.testing.assert_equal(by_old, by_new)


def test_a_loss_parameter_is_searchable(data_of):
    X, y = data_of(2)
    clf = CostSensitiveMLPClassifier((4,), loss=FocalLoss(), epochs=2, dtype="float64", random_state=0)
    search = GridSearchCV(clf, {"loss__gamma": [0.0, 2.0]}, cv=2, scoring="neg_log_loss").fit(X, y)
    plain = GridSearchCV(clf, {"loss": ["cross_entropy"]}, cv=2, scoring="neg_log_loss", refit=False).fit(X, y)
    cross_entropy = plain.cv_results_["mean_test_score"][0]
    at_0, at_2 = search.cv_results_["mean_test_score"]
    assert at_0 == pytest.approx(cross_entropy, rel=1e-9)
    assert at_2 != pytest.approx(cross_entropy, rel=1e-4)


@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 1, 1: 7}], ids=["none", "balanced", "dict"])
def test_a_network_without_hidden_layers_is_logistic_regression(class_weight, data_of):
    X, y = data_of(2)
    alpha = 0.02
    clf = CostSensitiveMLPClassifier(
        (),
        class_weight=class_weight,
        alpha=alpha,
        optimizer="sgd",
        learning_rate=0.5,
        batch_size=len(y),
        epochs=2000,
        dtype="float64",
        random_state=0,
    ).fit(X, y)
    raw = {None: np.ones(2), "balanced": len(y) / (2 * np.bincount(y))}
    weight = np.array([1, 7]) if isinstance(class_weight, dict) else raw[class_weight]
    C = 1 / (alpha * weight[y].sum())
    reference = LogisticRegression(class_weight=class_weight, C=C, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(clf.coefs_[0][:, 0], reference.coef_[0], rtol=1e-3)
    np.testing.assert_allclose(clf.intercepts_[0], reference.intercept_, rtol=1e-3)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (FocalLoss(gamma=-1), "'gamma' parameter of FocalLoss must be a number of at least 0"),
        (FocalLoss(alpha=1.5), "'alpha' parameter of FocalLoss"),
        (FocalLoss(alpha=[1, 2, 3]), "one for each class"),
        (FocalLoss(alpha="abc"), "'alpha' parameter of FocalLoss .*one for each class.*'abc'"),
        (LogitAdjusted(tau=-0.1), "'tau' parameter of LogitAdjusted"),
        (LDAMLoss(scale=0), "'scale' parameter of LDAMLoss must be a number above 0"),
        (LDAMLoss(max_margin=-1), "'max_margin' parameter of LDAMLoss"),
        (HardExample(keep=0.0), "'keep' parameter of HardExample"),
        (HardExample(keep=1.5), "'keep' parameter of HardExample"),
        (HardExample(ratio=0), "'ratio' parameter of HardExample"),
        ("expected_cost", "Set cost_matrix"),
        ("focall", "Did you mean 'focal'"),
    ],
    ids=repr,
)
def test_bad_parameters_are_one_sentence(loss, message, data_of):
    with pytest.raises((TypeError, ValueError), match=message):
        CostSensitiveMLPClassifier(loss=loss).fit(*data_of(2))
