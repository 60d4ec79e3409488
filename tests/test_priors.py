"""Undoing class weights, batch rules and resampling: the arithmetic, and probabilities="corrected"."""

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skweighted import CostSensitiveMLPClassifier, PriorCorrectedClassifier
from skweighted.losses import LOSSES
from skweighted.priors import correct_probabilities, log_prior_factor, shift_logits

# Three groups of rows whose rates differ: a linear model on their indicators can fit any rates exactly.
GROUPS = np.eye(3)
X = np.repeat(GROUPS, [60, 40, 20], axis=0)
BINARY = np.concatenate([np.arange(60) < 6, np.arange(40) < 8, np.arange(20) < 10]).astype(int)
RATES = np.array([0.1, 0.2, 0.5])
CONVERGE = {
    "alpha": 0,
    "batch_size": 120,
    "epochs": 1500,
    "optimizer": "sgd",
    "learning_rate": 2.0,
    "dtype": "float64",
    "random_state": 0,
}


def test_correction_undoes_a_change_of_priors():
    generator = np.random.default_rng(0)
    p, old, new = (generator.dirichlet(np.ones(4), size=n) for n in (50, 1, 1))
    there = correct_probabilities(p, log_prior_factor(new[0], old[0]))
    np.testing.assert_allclose(there.sum(1), 1)
    np.testing.assert_allclose(correct_probabilities(there, log_prior_factor(old[0], new[0])), p)


def test_correction_divides_by_class_weights():
    prior, weight = np.array([0.7, 0.3]), np.array([1.0, 9.0])
    reported = prior * weight / (prior * weight).sum()
    np.testing.assert_allclose(np.diff(log_prior_factor(prior, reported)), -np.log(9))


def test_certain_probabilities_stay_certain():
    factor = log_prior_factor(np.array([0.999, 0.001]), np.array([0.5, 0.5]))
    np.testing.assert_array_equal(correct_probabilities(np.eye(2), factor), np.eye(2))


def test_a_class_that_does_not_occur_gets_no_probability():
    factor = log_prior_factor(np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.3, 0.5]))
    assert correct_probabilities(np.full((1, 3), 1 / 3), factor)[0, 2] == 0


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_shifted_logits_are_corrected_probabilities(n_outputs):
    z = np.random.default_rng(0).normal(size=(10, n_outputs))
    factor = np.log([0.2, 0.5, 0.3][: max(2, n_outputs)])

    def softmax(logits):
        logits = np.hstack([np.zeros_like(logits), logits]) if n_outputs == 1 else logits
        return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)

    np.testing.assert_allclose(softmax(shift_logits(z, factor)), correct_probabilities(softmax(z), factor))


@pytest.mark.parametrize(
    "settings",
    [
        {"class_weight": {0: 1, 1: 7}},
        {"class_weight": "balanced", "loss": "squared_error", "learning_rate": 10.0},
        {"class_weight": "sqrt_balanced", "loss": "logit_adjusted"},
    ],
    ids=["cross_entropy", "squared_error", "logit_adjusted"],
)
def test_corrected_probabilities_are_the_frequencies_of_the_rows(settings):
    clf = CostSensitiveMLPClassifier((), **CONVERGE | settings).fit(X, BINARY)
    assert (clf.predict_proba(GROUPS)[:, 1] > RATES + 0.05).all()
    clf.set_params(probabilities="corrected")
    np.testing.assert_allclose(clf.predict_proba(GROUPS)[:, 1], RATES, atol=2e-3)
    np.testing.assert_array_equal(clf.predict(GROUPS[:2]), [0, 0])


def test_corrected_probabilities_of_three_classes_are_their_frequencies():
    y = np.concatenate([np.arange(60) % 10 // 8 * 2, np.arange(40) % 5 // 4, np.arange(20) % 4 // 2 * 2])
    frequencies = np.array([np.bincount(y[X[:, g] == 1], minlength=3) for g in range(3)])
    clf = CostSensitiveMLPClassifier((), class_weight="balanced", probabilities="corrected", **CONVERGE).fit(X, y)
    expected = frequencies / frequencies.sum(1, keepdims=True)
    np.testing.assert_allclose(clf.predict_proba(GROUPS), expected, atol=0.03)


@pytest.mark.parametrize("batches", ["balanced", "undersampled", "stratified"])
def test_batch_rules_are_corrected_too(batches):
    settings = {"batches": batches, "batch_size": 24, "epochs": 400, "learning_rate": 0.1, "optimizer": "sgd"}
    clf = CostSensitiveMLPClassifier((), alpha=0, random_state=0, probabilities="corrected", **settings)
    np.testing.assert_allclose(clf.fit(X, BINARY).predict_proba(GROUPS)[:, 1], RATES, atol=0.05)


def test_everything_the_classifier_reports_is_corrected_alike(imbalanced, make_classifier):
    features, y = imbalanced
    clf = make_classifier(class_weight="balanced", n_networks=2, probabilities="corrected").fit(features, y)
    p = clf.predict_proba(features)
    np.testing.assert_allclose(clf.decision_function(features), np.log(p[:, 1] / p[:, 0]))
    np.testing.assert_array_equal(clf.predict(features), (p[:, 1] > 0.5).astype(int))
    np.testing.assert_allclose(clf.to_keras()(features.astype("float32"))[:, 0], p[:, 1], rtol=1e-4)
    members = [
        make_classifier(class_weight="balanced", random_state=seed, probabilities="corrected").fit(features, y)
        for seed in clf.network_seeds_.tolist()
    ]
    mean = np.mean([member.predict_proba(features) for member in members], axis=0)
    np.testing.assert_allclose(p, mean, atol=1e-6)


def test_partial_fit_is_corrected_also_where_a_call_lacks_a_class(imbalanced, make_classifier):
    features, y = imbalanced
    clf = make_classifier(class_weight={0: 1, 1: 10}, probabilities="corrected")
    clf.partial_fit(features, y, classes=[0, 1]).partial_fit(features[y == 0], y[y == 0])
    corrected = clf.decision_function(features)
    plain = clf.set_params(probabilities="weighted").decision_function(features)
    np.testing.assert_allclose(plain - corrected, np.log(10))


def test_early_stopping_goes_by_corrected_probabilities(imbalanced, make_classifier):
    features, y = imbalanced
    means = []

    def scorer(estimator, logits, labels):
        means.append(estimator.predict_proba(logits)[:, 1].mean())
        return 0.0

    seen = []
    for probabilities in ("weighted", "corrected"):
        make_classifier(
            class_weight="balanced", early_stopping=True, monitor=scorer, epochs=1, probabilities=probabilities
        ).fit(features, y)
        seen.append(means[-1])
    assert seen[1] < seen[0] / 2


@pytest.mark.parametrize("key", sorted(key for key, loss in LOSSES.items() if not loss.proper))
def test_a_loss_that_is_not_proper_cannot_be_corrected(key, imbalanced):
    clf = CostSensitiveMLPClassifier(loss=key, cost_matrix=[[0, 1], [5, 0]], probabilities="corrected")
    with pytest.raises(ValueError, match=f"must be 'weighted' with loss={key!r}.*the losses that can be repaired are"):
        clf.fit(*imbalanced)


def test_a_class_of_weight_zero_cannot_be_corrected(imbalanced, make_classifier):
    clf = make_classifier(class_weight={0: 1, 1: 0}, probabilities="corrected")
    with pytest.raises(ValueError, match=r"cannot repair classes of weight 0: \[1\]"):
        clf.fit(*imbalanced)


def test_asking_for_correction_after_a_fit_that_cannot_be_corrected(imbalanced, make_classifier):
    clf = make_classifier(loss="focal").fit(*imbalanced).set_params(probabilities="corrected")
    with pytest.raises(ValueError, match="was set after a fit that cannot be corrected"):
        clf.predict_proba(imbalanced[0])


def test_an_unknown_kind_of_probabilities_is_refused(imbalanced):
    with pytest.raises(ValueError, match="Did you mean 'corrected'"):
        CostSensitiveMLPClassifier(probabilities="correct").fit(*imbalanced)


@pytest.mark.parametrize("name", ["mammography", "phoneme"])
def test_correction_restores_the_brier_score_that_weights_spoil(name, real_data):
    features, target = real_data(name)
    y = (target == target.value_counts().index[-1]).to_numpy().astype(int)
    folds = StratifiedKFold(2, shuffle=True, random_state=0)

    def predict(**settings):
        clf = CostSensitiveMLPClassifier((16,), epochs=50, alpha=1e-3, random_state=0, **settings)
        model = make_pipeline(StandardScaler(), clf)
        return cross_val_predict(model, features, y, cv=folds, method="predict_proba")[:, 1]

    plain, weighted = predict(), predict(class_weight="balanced")
    corrected = predict(class_weight="balanced", probabilities="corrected")
    assert brier_score_loss(y, corrected) < 1.1 * brier_score_loss(y, plain)
    assert brier_score_loss(y, weighted) > 1.1 * brier_score_loss(y, plain)
    # In each fold the order of the rows is the same.
    test = next(folds.split(features, y))[1]
    assert roc_auc_score(y[test], corrected[test]) == pytest.approx(roc_auc_score(y[test], weighted[test]), abs=1e-9)


# Keras models with a loss of their own


def build_compiled(loss):
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss=loss)
    return model


@pytest.mark.parametrize("given", ["model", "builder"])
def test_a_compiled_model_is_corrected_if_its_loss_is_a_cross_entropy(given, imbalanced):
    X, y = imbalanced
    clf = CostSensitiveMLPClassifier(class_weight="balanced", epochs=1)
    clf.set_params(model=build_compiled("binary_crossentropy") if given == "model" else build_entropy).fit(X, y)
    weighted = clf.predict_proba(X)[:, 1]
    corrected = clf.set_params(probabilities="corrected").predict_proba(X)[:, 1]
    n_second, n_first = (y == 1).sum(), (y == 0).sum()
    np.testing.assert_allclose(logit(corrected) - logit(weighted), np.log(n_second / n_first), rtol=1e-5)


def build_entropy(meta):
    return build_compiled("binary_crossentropy")


def build_smoothed(meta):
    import keras

    return build_compiled(keras.losses.BinaryCrossentropy(label_smoothing=0.1))


def build_focal(meta):
    return build_compiled("binary_focal_crossentropy")


# Copying the classifier saves the model, through np.array, whose copy keyword Keras' variables do not know yet.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.parametrize("builder", [build_focal, build_smoothed])
def test_a_model_with_a_loss_of_its_own_cannot_be_corrected(builder, imbalanced):
    for model in (builder(None), builder):
        clf = CostSensitiveMLPClassifier(model=model, epochs=1, probabilities="corrected")
        with pytest.raises(ValueError, match=r"'weighted' with a compiled model.*Leave the model uncompiled"):
            clf.fit(*imbalanced)
    fitted = clf.set_params(probabilities="weighted").fit(*imbalanced)
    with pytest.raises(ValueError, match="set after a fit that cannot be corrected"):
        fitted.set_params(probabilities="corrected").predict_proba(imbalanced[0])
    with pytest.raises(ValueError, match=r"'weighted' with a compiled model.*Leave the model uncompiled"):
        PriorCorrectedClassifier(fitted.set_params(probabilities="weighted")).fit(*imbalanced)
