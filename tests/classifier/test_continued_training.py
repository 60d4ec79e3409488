"""Warm starts and `partial_fit`: training that goes on is the training that never stopped."""

import pickle

import numpy as np
import pandas as pd
import pytest

from skweighted.optimizers import OPTIMIZERS, SGD, Adam, AdamW, RMSprop


def assert_same(one, other, X):
    np.testing.assert_array_equal(one.decision_function(X), other.decision_function(X))


@pytest.mark.parametrize("parameters", [{}, {"dropout": 0.3}, {"n_networks": 2}, {"class_weight": {1: 5}}], ids=str)
def test_twenty_partial_fits_are_twenty_epochs(parameters, make_classifier, imbalanced):
    """Passes over the same rows, ten and another ten, are the epochs of one fit, bit for bit."""
    X, y = imbalanced
    whole = make_classifier(epochs=20, **parameters).fit(X, y)
    piecewise = make_classifier(**parameters)
    for _ in range(2):
        for _ in range(10):
            piecewise.partial_fit(X, y, classes=[0, 1])
        piecewise = pickle.loads(pickle.dumps(piecewise))
    assert_same(piecewise, whole, X)
    np.testing.assert_array_equal(piecewise.loss_curve_, whole.loss_curve_)
    np.testing.assert_array_equal(piecewise.n_iter_, whole.n_iter_)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_a_warm_start_keeps_the_state_of_the_optimizer(optimizer, make_classifier, imbalanced):
    """Two fits of three epochs are one of six, whatever the optimizer has to remember."""
    X, y = imbalanced
    warm = make_classifier(optimizer=optimizer, warm_start=True)
    assert_same(warm.fit(X, y).fit(X, y), make_classifier(optimizer=optimizer, epochs=6).fit(X, y), X)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SGD(), Adam()),
        (SGD(), SGD(momentum=0.9)),
        (SGD(momentum=0.9), SGD(momentum=0.9, nesterov=True)),
        (Adam(), RMSprop()),
        (Adam(), Adam(beta_2=0.9)),
        (RMSprop(momentum=0.9), AdamW()),
    ],
    ids=repr,
)
def test_a_changed_optimizer_starts_without_memory(before, after, make_classifier, imbalanced):
    """What the old one remembers means nothing to the new one, which goes on from the weights alone."""
    X, y = imbalanced
    warm = make_classifier(optimizer=before, warm_start=True).fit(X, y).set_params(optimizer=after).fit(X, y)
    # Without warm_start a fit keeps its weights, but nothing of its optimizer.
    cold = make_classifier(optimizer=before).fit(X, y).set_params(optimizer=after, warm_start=True).fit(X, y)
    assert np.isfinite(warm.decision_function(X)).all()
    assert_same(warm, cold, X)
    assert warm.n_iter_ == 6


def test_an_optimizer_changed_in_place_starts_without_memory(make_classifier, imbalanced):
    """`set_params(optimizer__...)` changes the instance that the fit before had, which is a change all the same."""
    X, y = imbalanced
    warm = make_classifier(optimizer=SGD(), warm_start=True).fit(X, y).set_params(optimizer__momentum=0.9).fit(X, y)
    cold = make_classifier(optimizer=SGD()).fit(X, y)
    assert_same(warm, cold.set_params(optimizer=SGD(momentum=0.9), warm_start=True).fit(X, y), X)


@pytest.mark.parametrize("dtypes", [("float32", "float64"), ("float64", "float32")], ids=str)
def test_a_warm_start_may_change_the_precision(dtypes, make_classifier, imbalanced):
    """Weights and what the optimizer remembers are cast: training goes on as it would have, to rounding."""
    X, y = imbalanced
    before, after = dtypes
    changed = make_classifier(dtype=before, warm_start=True).fit(X, y).set_params(dtype=after).fit(X, y)
    assert changed.coefs_[0].dtype == after
    unchanged = make_classifier(dtype=before, epochs=6).fit(X, y)
    np.testing.assert_allclose(changed.decision_function(X), unchanged.decision_function(X), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("parameters", [{"learning_rate": 1e-12}, {"alpha": 0.1}, {"loss": "focal"}], ids=str)
def test_a_warm_start_may_change_what_is_no_part_of_the_network(parameters, make_classifier, imbalanced):
    """Schedules by hand keep the memory of the optimizer."""
    X, y = imbalanced
    warm = make_classifier(warm_start=True).fit(X, y)
    steps = warm._states[0].step
    warm.set_params(**parameters).fit(X, y)
    assert warm._states[0].step == 2 * steps


@pytest.mark.parametrize("parameters", [{}, {"n_networks": 2}, {"optimizer": SGD(momentum=0.9)}], ids=str)
def test_a_warm_start_goes_on_after_pickling(parameters, make_classifier, imbalanced):
    """The state of the optimizer and the epoch count travel along."""
    X, y = imbalanced
    warm = make_classifier(warm_start=True, **parameters).fit(X, y)
    again = pickle.loads(pickle.dumps(warm))
    assert_same(warm.fit(X, y), again.fit(X, y), X)


def test_a_warm_start_adds_to_curves_and_counts(make_classifier, imbalanced):
    """Attributes tell of all epochs, not of the last call's."""
    warm = make_classifier(warm_start=True, early_stopping=True).fit(*imbalanced)
    first = warm.validation_curve_
    warm.fit(*imbalanced)
    assert warm.n_iter_ == 6
    assert warm.loss_curve_.shape == warm.validation_curve_.shape == (6,)
    np.testing.assert_array_equal(warm.validation_curve_[:3], first)
    assert warm.best_epoch_ > 3


def test_the_validation_curve_keeps_step_with_the_loss_curve(make_classifier, imbalanced):
    """Epochs in which nothing was held out count as NaN."""
    X, y = imbalanced
    warm = make_classifier(warm_start=True).fit(X, y)
    warm.fit(X, y, X_val=X[:100], y_val=y[:100])
    assert np.isnan(warm.validation_curve_).tolist() == [True] * 3 + [False] * 3
    warm.fit(X, y)
    assert np.isnan(warm.validation_curve_).tolist() == [True] * 3 + [False] * 3 + [True] * 3


def test_without_warm_start_a_fit_begins_afresh(make_classifier, imbalanced):
    """A second fit is the first one again."""
    X, y = imbalanced
    classifier = make_classifier()
    first = classifier.fit(X, y).decision_function(X)
    assert classifier.fit(X, y).n_iter_ == 3
    np.testing.assert_array_equal(classifier.decision_function(X), first)


def test_a_fit_after_partial_fits_begins_afresh(make_classifier, imbalanced):
    """`fit` forgets passes made before."""
    X, y = imbalanced
    assert_same(make_classifier().partial_fit(X, y, classes=[0, 1]).fit(X, y), make_classifier().fit(X, y), X)


def test_a_warm_start_may_lack_a_class(make_classifier, three_classes):
    """Later rows need not hold every class."""
    X, y = three_classes
    warm = make_classifier(warm_start=True, class_weight="balanced").fit(X, y)
    warm.fit(X[y != "c"], y[y != "c"])
    assert warm.predict_proba(X).shape == (200, 3)


def test_a_partial_fit_may_hold_one_class(make_classifier, imbalanced):
    """Rows that stream in may be of one class for a while."""
    X, y = imbalanced
    classifier = make_classifier().partial_fit(X[y == 0], y[y == 0], classes=[0, 1])
    assert classifier.predict_proba(X).shape == (200, 2)


def test_a_partial_fit_may_hold_a_numeric_label_once(make_classifier, imbalanced):
    """Where the classes are known, one row of 0.5 is a label and not a regression target."""
    X, y = imbalanced
    classifier = make_classifier().partial_fit(X, y + 0.5, classes=[0.5, 1.5]).partial_fit(X[:1], y[:1] + 0.5)
    assert classifier.classes_.tolist() == [0.5, 1.5]


@pytest.mark.parametrize("name", ["string", "boolean", "Int64", "category"])
def test_classes_come_in_any_container_that_labels_do(name, make_classifier, imbalanced):
    """The classes of the first call may be a column of a table."""
    X, y = imbalanced
    labels = pd.Series(y, dtype="boolean" if name == "boolean" else "Int64").astype(name)
    classifier = make_classifier().partial_fit(X, labels, classes=labels.unique())
    assert classifier.partial_fit(X, labels, classes=labels.unique()).predict_proba(X).shape == (200, 2)


def test_a_partial_fit_may_have_fewer_rows_than_classes(make_classifier, imbalanced):
    """Rows may come one at a time."""
    X, _ = imbalanced
    classifier = make_classifier().partial_fit(X[:1], ["b"], classes=["a", "b", "c"])
    assert classifier.predict_proba(X).shape == (200, 3)


def test_partial_fit_keeps_the_scale_of_the_first_call(make_classifier, imbalanced):
    """Weights of later rows are in the units of the first ones, so that heavier rows stay heavier."""
    X, y = imbalanced
    classifier = make_classifier().partial_fit(X, y, classes=[0, 1], sample_weight=np.full(200, 2.0))
    assert classifier.class_weight_ == {0: 0.5, 1: 0.5}
    classifier.partial_fit(X, y, sample_weight=np.full(200, 6.0))
    assert classifier.class_weight_ == {0: 0.5, 1: 0.5}


def test_partial_fit_goes_on_from_a_fit(make_classifier, imbalanced):
    """After a fit a pass starts from its weights and counts on."""
    X, y = imbalanced
    fitted = make_classifier(learning_rate=1e-12).fit(X, y)
    before = fitted.decision_function(X)
    fitted.partial_fit(X, y)
    assert fitted.n_iter_ == 4
    np.testing.assert_allclose(fitted.decision_function(X), before, rtol=1e-5)


def test_a_pass_is_one_whatever_epochs_and_steps_say(make_classifier, imbalanced):
    """`partial_fit` goes over its rows once."""
    X, y = imbalanced
    one, other = (
        make_classifier(**parameters).partial_fit(X, y, classes=[0, 1])
        for parameters in ({"epochs": 1}, {"epochs": 7, "steps_per_epoch": 3})
    )
    assert_same(one, other, X)


# Keras


def make_model(n_features=4):
    import keras

    inputs = keras.Input((n_features,))
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros")(inputs))


def test_the_keras_engine_goes_on_from_its_weights(make_classifier, imbalanced):
    """The library's own network continues under Keras, whose engine keeps no optimizer state."""
    X, y = imbalanced
    warm = make_classifier(engine="keras", warm_start=True, learning_rate=1e-12).fit(X, y)
    before = warm.decision_function(X)
    np.testing.assert_allclose(warm.fit(X, y).decision_function(X), before, rtol=1e-5, atol=1e-6)
    assert warm.n_iter_ == 6


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, saving a model
def test_a_model_goes_on_after_pickling(make_classifier, imbalanced):
    """The model that was given is still the same one, so that its trained copy continues."""
    X, y = imbalanced
    warm = make_classifier(model=make_model(), warm_start=True).fit(X, y)
    again = pickle.loads(pickle.dumps(warm)).fit(X, y)
    assert_same(again, warm.fit(X, y), X)
    assert again.n_iter_ == 6


@pytest.mark.parametrize("model", [None, lambda meta: make_model()], ids=["none", "another"])
def test_another_model_cannot_go_on(model, make_classifier, imbalanced):
    """A model taken away or replaced would go on as the old one; the message says so with the cure."""
    X, y = imbalanced
    warm = make_classifier(model=make_model, engine="keras", warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"cannot continue training with model=.*fitted with model=.*warm_start=False"):
        warm.set_params(model=model).fit(X, y)
    cold = warm.set_params(warm_start=False).fit(X, y)
    assert cold.n_iter_ == 3
    if model is not None:
        with pytest.raises(ValueError, match="cannot continue training with model=None"):
            cold.set_params(warm_start=True, model=None).fit(X, y)
