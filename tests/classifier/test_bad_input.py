"""Bad input gets one sentence with the cure, before training starts."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone

from skweighted.batches import BATCHES
from skweighted.class_weights import CLASS_WEIGHTS, EffectiveNumber
from skweighted.losses import LOSSES
from skweighted.network import ACTIVATIONS
from skweighted.optimizers import OPTIMIZERS, SGD, Adam, AdamW

# What is wrong, the error, and the words its message must have: the parameter, the rule and the cure.
BAD_PARAMETERS = [
    ({"activation": "rely"}, ValueError, ["'activation'", "'rely'", *ACTIVATIONS, "Did you mean 'relu'?"]),
    ({"optimizer": "adm"}, ValueError, ["'optimizer'", "'adm'", *OPTIMIZERS, "Did you mean 'adam'?"]),
    ({"loss": "cross_entrpy"}, ValueError, ["'loss'", *LOSSES, "Did you mean 'cross_entropy'?"]),
    ({"batches": "shufled"}, ValueError, ["'batches'", *BATCHES, "Did you mean 'shuffled'?"]),
    ({"class_weight": "balnced"}, ValueError, ["'class_weight'", *CLASS_WEIGHTS, "Did you mean 'balanced'?"]),
    ({"class_weight": [1, 2]}, TypeError, ["'class_weight'", "dict {label: weight}", "[1, 2]"]),
    ({"class_weight": EffectiveNumber(beta=1.0)}, ValueError, ["'beta'", "[0, 1)", "0.999"]),
    ({"engine": "compield"}, ValueError, ["'engine'", "Did you mean 'compiled'?"]),
    ({"engine": "compiled", "metrics": ["auc"]}, ValueError, ["'engine'", "'metrics'", "leave it out"]),
    ({"monitor": "average_precison"}, ValueError, ["'monitor'", "Did you mean 'average_precision'?"]),
    ({"monitor": "qqq"}, ValueError, ["'monitor'", "get_scorer_names"]),
    ({"hidden_layer_sizes": (8, 0)}, ValueError, ["'hidden_layer_sizes'", "(8, 0)", "Leave a layer out"]),
    ({"hidden_layer_sizes": (8, -1)}, ValueError, ["'hidden_layer_sizes'", "at least 1"]),
    ({"hidden_layer_sizes": (8.0,)}, TypeError, ["'hidden_layer_sizes'", "integers"]),
    ({"hidden_layer_sizes": "8"}, TypeError, ["'hidden_layer_sizes'", "integers"]),
    ({"batch_size": 0}, ValueError, ["'batch_size'", "at least 1", "'auto'"]),
    ({"batch_size": "atuo"}, TypeError, ["'batch_size'", "'auto'"]),
    ({"epochs": 0}, ValueError, ["'epochs'", "at least 1"]),
    ({"epochs": 2.5}, TypeError, ["'epochs'", "integer"]),
    ({"epochs": True}, TypeError, ["'epochs'", "integer"]),
    ({"epochs": "automatic"}, TypeError, ["'epochs'", "'auto'"]),
    ({"steps_per_epoch": 0}, ValueError, ["'steps_per_epoch'", "None makes an epoch one pass"]),
    ({"learning_rate": 0}, ValueError, ["'learning_rate'", "above 0"]),
    ({"learning_rate": "constnt"}, ValueError, ["'learning_rate'", "Did you mean 'constant'?"]),
    ({"learning_rate": np.nan}, ValueError, ["'learning_rate'", "nan"]),
    ({"alpha": -1e-4}, ValueError, ["'alpha'", "at least 0"]),
    ({"alpha": 10**400}, ValueError, ["'alpha'", "at least 0"]),
    ({"alpha": np.inf}, ValueError, ["'alpha'", "inf"]),
    ({"dropout": 1.0}, ValueError, ["'dropout'", "[0, 1)"]),
    ({"validation_fraction": 1.0}, ValueError, ["'validation_fraction'", "(0, 1)"]),
    ({"n_iter_no_change": 0}, ValueError, ["'n_iter_no_change'", "at least 1"]),
    ({"tol": -1.0}, ValueError, ["'tol'", "at least 0"]),
    ({"n_networks": 0}, ValueError, ["'n_networks'", "at least 1"]),
    ({"normalize_weights": "yes"}, TypeError, ["'normalize_weights'", "True or False"]),
    ({"early_stopping": 1}, TypeError, ["'early_stopping'", "True or False"]),
    ({"warm_start": None}, TypeError, ["'warm_start'", "True or False"]),
    ({"verbose": "yes"}, TypeError, ["'verbose'", "integer"]),
    ({"dtype": "float16"}, ValueError, ["'dtype'", "'float32' or 'float64'"]),
    ({"dtype": None}, ValueError, ["'dtype'", "None"]),
    ({"optimizer": SGD(momentum=1.0)}, ValueError, ["'momentum'", "[0, 1)"]),
    ({"optimizer": SGD(global_clipnorm=0)}, ValueError, ["'global_clipnorm'", "above 0"]),
    ({"optimizer": Adam(ema_momentum=1)}, ValueError, ["'ema_momentum'", "(0, 1)"]),
    ({"optimizer": AdamW(decay_biases=1)}, TypeError, ["'decay_biases'", "True or False"]),
    ({"optimizer": SGD(nesterov="yes")}, TypeError, ["'nesterov'", "True or False"]),
    ({"optimizer": Adam(epsilon=0)}, ValueError, ["'epsilon'", "above 0"]),
]

BAD_CLASS_WEIGHTS = [
    ({"god": 1, "bad": 5}, ["'god'", "not in y", "['bad', 'good']", "['good'] have no weight", "Did you mean 'good'?"]),
    ({0: 1, 1: 5}, ["[0, 1]", "not in y", "['bad', 'good'] have no weight"]),
    ({"bad": -1}, ["'class_weight'", "at least 0", "'bad'"]),
    ({"bad": np.nan}, ["'class_weight'", "finite", "'bad'"]),
    ({"bad": np.inf}, ["'class_weight'", "finite", "'bad'"]),
    ({"bad": "5"}, ["'class_weight'", "finite", "'bad'"]),
    ({"bad": 10**400}, ["'class_weight'", "finite", "'bad'"]),
    ({"bad": 0, "good": 0}, ["'class_weight'", "above 0"]),
]


def changed(array, value, place=0):
    copy = array.astype(np.result_type(array, type(value)))
    copy.flat[place] = value
    return copy


# What is wrong, how X, y and the row weights come to be so, and the words the message must have.
BAD_DATA = {
    "NaN in X": (lambda X, y, w: (changed(X, np.nan), y, w), ["X contains NaN"]),
    "infinity in X": (lambda X, y, w: (changed(X, np.inf), y, w), ["X contains infinity"]),
    "too large for float32": (lambda X, y, w: (changed(X, 1e300), y, w), ["too large", "float32"]),
    "missing in a pandas table": (
        lambda X, y, w: (pd.DataFrame(X).astype("Float64").mask(X > 2), y, w),
        ["X contains NaN"],
    ),
    "complex X": (lambda X, y, w: (X + 1j, y, w), ["Complex data not supported"]),
    "3-D X": (lambda X, y, w: (X[None], y, w), ["dim 3"]),
    "1-D X": (lambda X, y, w: (X[:, 0], y, w), ["Expected 2D array, got 1D array", "reshape"]),
    "text in X": (lambda X, y, w: (np.full(X.shape, "cat"), y, w), ["could not convert string to float"]),
    "no columns": (lambda X, y, w: (X[:, :0], y, w), ["0 feature(s)"]),
    "fewer labels than rows": (lambda X, y, w: (X, y[:150], w), ["inconsistent numbers of samples", "[200, 150]"]),
    "no labels": (lambda X, y, w: (X, None, w), ["requires y"]),
    "NaN in y": (lambda X, y, w: (X, changed(y, np.nan), w), ["y contains NaN"]),
    "missing label among strings": (
        lambda X, y, w: (X, np.array(["a", None], dtype=object)[y], w),
        ["y", "NoneType", "Drop rows", "astype(str)"],
    ),
    "labels of two types": (
        lambda X, y, w: (X, np.array(["a", 1], dtype=object)[y], w),
        ["y", "int", "one type", "astype(str)"],
    ),
    "one class": (lambda X, y, w: (X, np.full(200, "a"), w), ["one class only: 'a'", "stratify"]),
    "a class for each row": (lambda X, y, w: (X, np.arange(200), w), ["200 classes in 200 rows", "identifier"]),
    "regression target": (lambda X, y, w: (X, X[:, 0] + 1e-3 * np.arange(200), w), ["continuous", "regression"]),
    "multilabel": (lambda X, y, w: (X, np.column_stack([y, 1 - y]), w), ["(200, 2)", "MultiOutputClassifier"]),
    "lists of labels": (lambda X, y, w: (X, [[1], [1, 2]] * 100, w), ["several labels", "MultiOutputClassifier"]),
    "sets of labels": (lambda X, y, w: (X, [{1}, {1, 2}] * 100, w), ["several labels", "MultiOutputClassifier"]),
    "NaN weight": (lambda X, y, w: (X, y, changed(w, np.nan)), ["sample_weight contains NaN", "0 leaves a row out"]),
    "infinite weight": (lambda X, y, w: (X, y, changed(w, np.inf)), ["sample_weight contains NaN or infinity"]),
    "negative weight": (lambda X, y, w: (X, y, changed(w, -2.0)), ["Negative values", "sample_weight", "-2"]),
    "weights of zero": (lambda X, y, w: (X, y, 0 * w), ["sample_weight is zero for every row"]),
    "too few weights": (lambda X, y, w: (X, y, w[:150]), ["150 weights for 200 rows", "class_weight"]),
    "2-D weights": (lambda X, y, w: (X, y, w[:, None]), ["1D", "(200, 1)"]),
}


# Weights that are not real numbers.
NO_NUMBERS = {
    "complex": lambda w: w + 1j,
    "text": lambda w: np.full(len(w), "heavy"),
    "digits as text": lambda w: w.astype(str),
    "digits as objects": lambda w: w.astype(str).astype(object),
    "missing": lambda w: pd.Series(w, dtype="Float64").mask(w > 0),
    "ragged": lambda w: [[1.0], [1.0, 2.0]] * 100,
}


def message_of(error):
    return " ".join(str(error.value).split())


@pytest.mark.parametrize(
    ("parameters", "error_type", "words"), BAD_PARAMETERS, ids=[str(p[0])[:60] for p in BAD_PARAMETERS]
)
def test_a_bad_parameter_is_named_with_the_rule(parameters, error_type, words, make_classifier, imbalanced):
    """The message has the parameter, its value, the rule and a suggestion where there is one."""
    with pytest.raises(error_type) as error:
        make_classifier(**parameters).fit(*imbalanced)
    assert not [word for word in words if word not in message_of(error)], message_of(error)


@pytest.mark.parametrize(("class_weight", "words"), BAD_CLASS_WEIGHTS, ids=[str(w[0])[:60] for w in BAD_CLASS_WEIGHTS])
def test_a_bad_class_dict_is_told_what_it_may_hold(class_weight, words, make_classifier, imbalanced):
    """The message has the wrong key or weight, the known classes and a suggestion where there is one."""
    X, y = imbalanced
    with pytest.raises(ValueError, match="class_weight") as error:
        make_classifier(class_weight=class_weight).fit(X, np.array(["good", "bad"])[y])
    assert not [word for word in words if word not in message_of(error)], message_of(error)


def test_a_key_of_another_type_gets_the_label_suggested(make_classifier, imbalanced):
    """`{"0": ...}` for the label 0 is told of 0, not of "0"."""
    with pytest.raises(ValueError, match=r"Did you mean 0\?"):
        make_classifier(class_weight={"0": 1, "1": 5}).fit(*imbalanced)


@pytest.mark.parametrize("name", BAD_DATA)
# scikit-learn's own hint that a class for each row may be a regression target comes before the error.
@pytest.mark.filterwarnings("ignore:The number of unique classes:UserWarning")
# NumPy's own word on 1e300 becoming infinite in float32 comes before the error.
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
def test_bad_data_are_refused(name, make_classifier, imbalanced):
    """The message says which argument is wrong and how."""
    spoil, words = BAD_DATA[name]
    X, y, sample_weight = spoil(*imbalanced, np.ones(200))
    with pytest.raises(ValueError, match=r".") as error:
        make_classifier().fit(X, y, sample_weight)
    assert not [word for word in words if word not in message_of(error)], message_of(error)


def test_every_bad_input_is_found_before_training(make_classifier, imbalanced, monkeypatch):
    """No engine is called, so nobody waits for an error."""

    def train(*args):
        raise AssertionError("training started")

    monkeypatch.setattr("skweighted.classifier._mlp.train", train)
    for parameters, error_type, _ in BAD_PARAMETERS:
        with pytest.raises(error_type):
            make_classifier(**parameters).fit(*imbalanced)
    for spoil, _ in BAD_DATA.values():
        X, y, sample_weight = spoil(*imbalanced, np.ones(200))
        with pytest.raises(ValueError, match=r"."), warnings.catch_warnings(action="ignore"):
            make_classifier().fit(X, y, sample_weight)


def test_nothing_is_checked_before_fit(make_classifier):
    """The constructor, `clone` and `set_params` take any value: a search may set parameters in any order."""
    for parameters, _, _ in BAD_PARAMETERS:
        clone(make_classifier(**parameters)).set_params(**parameters)


@pytest.mark.parametrize("name", NO_NUMBERS)
@pytest.mark.parametrize("parameter", ["sample_weight", "false_positive_cost"])
def test_weights_and_costs_of_rows_must_be_real_numbers(name, parameter, make_classifier, imbalanced):
    """The message names the argument and what to give; no imaginary part is dropped silently."""
    with pytest.raises(
        (TypeError, ValueError),
        match=f"{parameter} (must hold real numbers|contains NaN|has costs that are).*Give every",
    ):
        make_classifier().fit(*imbalanced, **{parameter: NO_NUMBERS[name](np.ones(200))})


def test_weights_that_cancel_out_are_refused(make_classifier, imbalanced):
    """A class of weight 0 whose rows are the only ones with a weight leaves nothing to learn from."""
    X, y = imbalanced
    with pytest.raises(ValueError, match=r"class_weight and sample_weight .* every training row with weight 0"):
        make_classifier(class_weight={1: 0}).fit(X, y, y)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predicting_with_other_features_is_refused(method, make_classifier, imbalanced):
    """The message has both numbers of features."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y)
    with pytest.raises(ValueError, match=r"X has 3 features, but .* is expecting 4"):
        getattr(fitted, method)(X[:, :3])


# Early stopping


def test_early_stopping_with_too_few_rows_is_refused(make_classifier, imbalanced):
    """Where no class has two rows nothing can be held out; the message has both ways out."""
    X, _ = imbalanced
    with pytest.raises(ValueError, match=r"at least 2 rows.*early_stopping=False, or pass X_val"):
        make_classifier(early_stopping=True).fit(X[:2], [0, 1])


@pytest.mark.parametrize("given", ["X_val", "y_val"])
def test_half_of_the_validation_data_is_refused(given, make_classifier, imbalanced):
    """`X_val` needs `y_val` and the other way round."""
    X, y = imbalanced
    with pytest.raises(ValueError, match=f"{given} without"):
        make_classifier().fit(X, y, **{given: X if given == "X_val" else y})


def test_validation_weights_without_validation_rows_are_refused(make_classifier, imbalanced):
    """Weights of rows that were not given mean a mistake."""
    X, y = imbalanced
    with pytest.raises(ValueError, match="sample_weight_val without X_val"):
        make_classifier().fit(X, y, sample_weight_val=np.ones(200))


def test_an_unknown_class_among_validation_rows_is_refused(make_classifier, imbalanced):
    """The message names the class, the known ones and the cure."""
    X, y = imbalanced
    with pytest.raises(ValueError, match=r"\[2\] in y_val.*\[0, 1\].*Leave their rows out"):
        make_classifier().fit(X, y, X_val=X, y_val=2 * y)


BAD_VALIDATION_DATA = {
    "features": (lambda X, y: (X[:, :3], y), ["X_val cannot be used", "3 features", "expecting 4"]),
    "NaN": (lambda X, y: (changed(X, np.nan), y), ["X_val cannot be used", "contains NaN"]),
    "text": (lambda X, y: (np.full(X.shape, "cat"), y), ["X_val cannot be used", "string to float"]),
    "1-D": (lambda X, y: (X[:, 0], y), ["X_val cannot be used", "Expected 2D array"]),
    "missing label": (lambda X, y: (X, changed(y, np.nan)), ["y_val contains NaN"]),
    "fewer labels": (lambda X, y: (X, y[:150]), ["X_val has 200 rows and y_val 150 labels"]),
    "several labels": (lambda X, y: (X, np.column_stack([y, y])), ["y_val of shape (200, 2)"]),
}


@pytest.mark.parametrize("name", BAD_VALIDATION_DATA)
def test_validation_rows_that_cannot_be_used_are_named(name, make_classifier, imbalanced):
    """The message says that it is `X_val` or `y_val`, where scikit-learn would say X or y."""
    X, y = imbalanced
    spoil, words = BAD_VALIDATION_DATA[name]
    X_val, y_val = spoil(X, y)
    with pytest.raises(ValueError, match="_val") as error:
        make_classifier().fit(X, y, X_val=X_val, y_val=y_val)
    assert not [word for word in words if word not in message_of(error)], message_of(error)


def test_dense_validation_rows_for_sparse_ones_are_refused(make_classifier, imbalanced):
    """`X` and `X_val` are both sparse or both dense."""
    X, y = imbalanced
    with pytest.raises(ValueError, match=r"both be sparse or both be dense"):
        make_classifier().fit(sparse.csr_array(X), y, X_val=X, y_val=y)


def test_negative_validation_weights_are_refused(make_classifier, imbalanced):
    """The message names `sample_weight_val`."""
    X, y = imbalanced
    with pytest.raises(ValueError, match="sample_weight_val"):
        make_classifier().fit(X, y, X_val=X, y_val=y, sample_weight_val=-np.ones(200))


def test_early_stopping_with_too_few_rows_of_weight_is_refused(make_classifier, imbalanced):
    """Rows of weight 0 cannot be watched."""
    X, y = imbalanced
    weight = np.zeros(200)
    weight[[np.flatnonzero(y == label)[0] for label in (0, 1)]] = 1
    with pytest.raises(ValueError, match=r"at least 2 rows of weight above 0.*early_stopping=False, or pass X_val"):
        make_classifier(early_stopping=True).fit(X, y, sample_weight=weight)


@pytest.mark.parametrize("early_stopping", [True, False])
def test_validation_rows_without_weight_are_refused(early_stopping, make_classifier, imbalanced):
    """Their loss is 0 from the first epoch on; a scorer does not go by class weights."""
    X, y = imbalanced
    rare = {"X_val": X[y == 1], "y_val": y[y == 1]}
    classifier = make_classifier(early_stopping=early_stopping, class_weight={1: 0})
    with pytest.raises(ValueError, match=r"all 20 validation rows, of classes \[1\], with weight 0.*Hold out rows"):
        classifier.fit(X, y, **rare)
    classifier.set_params(early_stopping=True, monitor="accuracy").fit(X, y, **rare)


def plain_accuracy(estimator, X, y):
    return (estimator.predict(X) == y).mean()


MISFITS = [
    ("roc_auc", {"X_val": True}, ["'roc_auc' gives nan", "classes are ['a']", "rows of every class"]),
    (lambda *_: np.nan, {}, ["gives nan on the 20 validation rows", "monitor='loss'"]),
    ("f1", {"three": True}, ["'monitor'", "fits 3 classes", "'f1'", "multiclass", "Use another scorer"]),
    (plain_accuracy, {"weighted": True}, ["'monitor'", "takes sample_weight", "plain_accuracy", "Use another scorer"]),
]


@pytest.mark.parametrize(("monitor", "data", "words"), MISFITS, ids=["one class", "nan", "three", "weights"])
def test_a_monitor_that_does_not_fit_is_refused_before_training(
    monitor, data, words, make_classifier, three_classes, monkeypatch
):
    """It is tried on the validation rows first; the message names it, what went wrong and the cure."""

    def train(*args):
        raise AssertionError("training started")

    monkeypatch.setattr("skweighted.classifier._mlp.train", train)
    X, y = three_classes
    labels = y if "three" in data else np.where(y == "a", "a", "b")
    only = X[labels == "a"][:20]
    given = {"X_val": only, "y_val": np.full(len(only), "a")} if "X_val" in data else {}
    weight = np.linspace(1, 2, 200) if "weighted" in data else None
    with pytest.raises(ValueError, match="monitor") as error:
        make_classifier(early_stopping=True, monitor=monitor).fit(X, labels, sample_weight=weight, **given)
    assert not [word for word in words if word not in message_of(error)], message_of(error)


# partial_fit and warm starts


def test_the_first_partial_fit_needs_the_classes(make_classifier, imbalanced):
    """Later rows may hold classes that the first lack."""
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        make_classifier().partial_fit(*imbalanced)


def test_partial_fit_with_a_new_class_is_refused(make_classifier, imbalanced):
    """The message names the class, the known ones and the cure."""
    X, y = imbalanced
    classifier = make_classifier().partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"\[2\] in y.*\[0, 1\].*first call's classes="):
        classifier.partial_fit(X, 2 * y)


def test_partial_fit_with_other_classes_than_before_is_refused(make_classifier, imbalanced):
    """The list of classes cannot change on the way."""
    X, y = imbalanced
    classifier = make_classifier().partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"not the same as on the last call, \[0, 1\]"):
        classifier.partial_fit(X, y, classes=[0, 1, 2])


def test_partial_fit_for_one_class_is_refused(make_classifier, imbalanced):
    """A classifier of one class has nothing to tell apart."""
    X, y = imbalanced
    with pytest.raises(ValueError, match=r"at least two classes.*classes=\[0\]"):
        make_classifier().partial_fit(X, 0 * y, classes=[0])


@pytest.mark.parametrize("class_weight", ["balanced", EffectiveNumber()], ids=["name", "instance"])
def test_partial_fit_refuses_rules_that_need_all_rows(class_weight, make_classifier, imbalanced):
    """The message offers a dict instead."""
    with pytest.raises(ValueError, match=r"not supported by partial_fit.*as a dict"):
        make_classifier(class_weight=class_weight).partial_fit(*imbalanced, classes=[0, 1])


@pytest.mark.parametrize("parameters", [{"engine": "keras"}, {"metrics": ["auc"]}], ids=str)
def test_partial_fit_is_absent_where_keras_trains(parameters, make_classifier):
    """Tools that look for `partial_fit` do not find it, and who calls it is told the cure."""
    classifier = make_classifier(**parameters)
    assert not hasattr(classifier, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit") as error:
        classifier.partial_fit(None, None)
    assert "compiled engine" in str(error.value.__cause__)


def test_partial_fit_refuses_early_stopping(make_classifier, imbalanced):
    """One pass has nothing to stop early."""
    with pytest.raises(ValueError, match=r"partial_fit .* early_stopping=True"):
        make_classifier(early_stopping=True).partial_fit(*imbalanced, classes=[0, 1])


def test_a_warm_start_with_a_new_class_is_refused(make_classifier, imbalanced):
    """The message names the class and the cure."""
    X, y = imbalanced
    classifier = make_classifier(warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"\[2\] in y.*warm_start=False"):
        classifier.fit(X, 2 * y)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"hidden_layer_sizes": (9,)}, ["(4, 8, 1)", "(4, 9, 1)"]),
        ({"n_networks": 2}, ["n_networks=1", "n_networks=2"]),
        ({"activation": "tanh"}, ["'relu'", "'tanh'"]),
        ({"engine": "keras"}, ["'compiled'", "'keras'"]),
        ({"metrics": ["auc"]}, ["'compiled'", "'keras'"]),
        ({"model": lambda meta: None}, ["model=None", "<function"]),
    ],
    ids=["layers", "n_networks", "activation", "engine", "metrics", "model"],
)
def test_a_warm_start_with_another_network_is_refused(parameters, words, make_classifier, imbalanced):
    """Weights of one network or engine cannot go on as those of another; the message has both and the cure."""
    classifier = make_classifier(warm_start=True).fit(*imbalanced).set_params(**parameters)
    with pytest.raises(ValueError, match=r"cannot continue training.*warm_start=False") as error:
        classifier.fit(*imbalanced)
    assert not [word for word in words if word not in message_of(error)], message_of(error)


def test_partial_fit_with_another_activation_is_refused(make_classifier, imbalanced):
    """A pass goes on from the network there is, so that the network must stay the same."""
    classifier = make_classifier().fit(*imbalanced).set_params(activation="tanh")
    with pytest.raises(ValueError, match=r"cannot continue training with activation='tanh'.*'relu'.*call fit"):
        classifier.partial_fit(*imbalanced)


# Divergence


def test_divergence_names_the_epoch_and_the_learning_rate(make_classifier, imbalanced):
    """With usual inputs and weights the learning rate is to blame."""
    classifier = make_classifier(activation="identity", optimizer="sgd", learning_rate=1e12)
    with pytest.raises(ValueError, match=r"loss of epoch \d.* learning_rate=1e\+12: try a tenth"):
        classifier.fit(*imbalanced)


# The hint comes first, and then what it warns of.
@pytest.mark.filterwarnings("ignore:The inputs of CostSensitiveMLPClassifier look unscaled:UserWarning")
def test_divergence_names_the_epoch_and_unscaled_inputs(make_classifier, imbalanced):
    """With huge inputs their scale is to blame."""
    X, y = imbalanced
    classifier = make_classifier(activation="identity", optimizer="sgd", learning_rate=1.0)
    with pytest.raises(ValueError, match=r"loss of epoch \d.* StandardScaler"):
        classifier.fit(X * 1e18, y)


def test_divergence_names_the_epoch_and_huge_weights(make_classifier, imbalanced):
    """With huge row weights these are to blame."""
    classifier = make_classifier(
        activation="identity", optimizer="sgd", class_weight={1: 1e20}, normalize_weights=False
    )
    with pytest.raises(ValueError, match=r"loss of epoch \d.* row weight .* normalize_weights=True"):
        classifier.fit(*imbalanced)


@pytest.mark.parametrize("spoil", [{"learning_rate": 1e12}, {"loss": "unknown"}], ids=["diverges", "refused"])
def test_a_failed_fit_leaves_the_classifier_as_it_was(spoil, make_classifier, imbalanced):
    """After an error the earlier fit still predicts, and no attribute has changed."""
    X, y = imbalanced
    fitted = make_classifier(activation="identity", optimizer="sgd").fit(X, y)
    before, attributes = fitted.predict_proba(X), set(vars(fitted))
    with pytest.raises(ValueError, match=r"."):
        fitted.set_params(**spoil).fit(X[:, :3], np.array(["a", "b"])[y])
    assert set(vars(fitted)) == attributes
    np.testing.assert_array_equal(fitted.predict_proba(X), before)


def test_an_interrupted_fit_leaves_the_classifier_as_it_was(make_classifier, imbalanced, monkeypatch):
    """After Ctrl-C the earlier fit still predicts."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y)
    before = fitted.predict_proba(X)

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("skweighted.classifier._mlp.train", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X[:, :3], np.array(["a", "b"])[y])
    np.testing.assert_array_equal(fitted.predict_proba(X), before)
