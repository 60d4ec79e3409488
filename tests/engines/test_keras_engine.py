"""The Keras engine: what it trains, what it hands back, and each defect of scikeras it works round."""

import dataclasses
import os
import random
import subprocess
import sys
import threading

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.metrics import roc_auc_score

from skweighted.batches import Shuffled
from skweighted.engines import compiled
from skweighted.engines import keras as engine
from skweighted.engines.plan import (
    EarlyStopping,
    NetworkState,
    Settings,
    TrainingData,
    TrainingPlan,
)
from skweighted.engines.randomness import INITIAL_WEIGHTS, random_generator
from skweighted.losses import CrossEntropy, FocalLoss, HardExample, MeanSquaredFalseError, TrainingFacts
from skweighted.network import Architecture, initial_params
from skweighted.optimizers import Adam
from skweighted.optimizers.schedules import Cosine, Warmup

# Keras saves its variables through np.array, whose copy keyword they do not know yet.
saves_a_model = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def make_plan(n_classes=2, *, early_stopping=None, epochs=2, steps_per_epoch=None, monitor=None, loss=None):
    """Return a plan for 200 rows, 50 of them held out, the classes of different weight and the last batch short."""
    generator, loss = np.random.default_rng(0), loss or CrossEntropy()
    X = generator.normal(size=(200, 4)).astype(np.float32)
    y = np.digitize(X[:, 0] + 0.3 * X[:, 1], [0.8, 1.5][: n_classes - 1]).astype(np.int32)
    architecture = Architecture((4, 8, 1 if n_classes == 2 else n_classes), "relu")
    settings = Settings(
        architecture=architecture,
        loss=loss,
        optimizer=Adam(),
        batches=Shuffled(),
        batch_size=32,
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        dtype="float32",
        early_stopping=early_stopping,
    )
    prior = np.full(n_classes, 1 / n_classes)
    state = NetworkState(initial_params(architecture, random_generator(0, INITIAL_WEIGHTS), prior, "float32"))
    order = generator.permutation(200).astype(np.int32)
    return TrainingPlan(
        settings=settings,
        data=TrainingData(X, y, generator.uniform(0.5, 1.5, size=200)),
        rows=np.sort(order[:150]),
        validation_rows=np.sort(order[150:]),
        seed=0,
        state=state,
        class_weight=np.linspace(0.5, 2, n_classes),
        weight_scale=1.0,
        learning_rate=0.01,
        alpha=0.01,
        dropout=0.0,
        loss_values=loss.runtime_values(TrainingFacts(np.bincount(y))),
        monitor=monitor,
    )


def train(plans, **arguments):
    """Train by the engine under test, which was told `arguments`."""
    return engine.KerasEngine(engine.KerasArguments(**arguments)).train(plans)


def without_validation(plan):
    """Return the plan with nothing held out, which Keras trains in half the time."""
    return dataclasses.replace(plan, validation_rows=plan.rows[:0])


def make_model(units=1, *, n_features=4, activation=None, compiled_with=None):
    import keras

    activation = activation or ("sigmoid" if units == 1 else "softmax")
    model = keras.Sequential(
        [keras.Input((n_features,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(units, activation)]
    )
    if compiled_with:
        model.compile(optimizer=keras.optimizers.Adam(0.01), loss=compiled_with, metrics=["accuracy"])
    return model


def validation_auc(logits):
    plan = make_plan()
    return roc_auc_score(plan.data.y[plan.validation_rows], logits[:, 0])


# The library's own network


@pytest.mark.parametrize(
    "plan",
    [
        make_plan(early_stopping=EarlyStopping(2, 1e-4, score=False)),
        dataclasses.replace(
            make_plan(3, steps_per_epoch=3, epochs=3, loss=FocalLoss()), schedule=Warmup(Cosine(0.01), share=0.4)
        ),
        make_plan(epochs=6, early_stopping=EarlyStopping(2, 0.2, score=True), monitor=validation_auc),
    ],
    ids=["validation loss", "steps per epoch, focal loss and a schedule", "score"],
)
def test_it_trains_the_same_network_on_the_same_batches_as_the_compiled_engine(plan):
    expected, result = compiled.train([plan])[0], train([plan])[0]
    for param, other in zip(result.state.params, expected.state.params, strict=True):
        np.testing.assert_allclose(param, other, atol=1e-5)
    np.testing.assert_allclose(result.loss_curve, expected.loss_curve, rtol=1e-5)
    np.testing.assert_allclose(result.validation_curve, expected.validation_curve, rtol=1e-5)
    assert (result.best_epoch, result.state.epoch) == (expected.best_epoch, expected.state.epoch)
    assert len(result.history["val_loss"]) == len(result.loss_curve)


@pytest.mark.parametrize("loss", [MeanSquaredFalseError(), HardExample(keep=20), FocalLoss()], ids=lambda v: v.key)
def test_the_validation_loss_is_that_of_all_validation_rows_at_once(loss):
    """Losses that compare rows with each other are not averages over pieces of them, however many rows there are."""
    plan = make_plan(loss=loss, epochs=1)
    plan = dataclasses.replace(plan, validation_rows=np.repeat(plan.validation_rows, 25))
    expected, result = compiled.train([plan])[0], train([plan])[0]
    np.testing.assert_allclose(result.validation_curve, expected.validation_curve, rtol=1e-5)


def test_sparse_rows_train_and_predict_as_dense_ones():
    plan = without_validation(make_plan(3))
    data = TrainingData(sparse.csr_matrix(plan.data.X), plan.data.y, plan.data.sample_weight)
    dense, from_sparse = train([plan, dataclasses.replace(plan, data=data)])
    logits = engine.predict_logits(from_sparse.keras_model, data.X, 3)
    np.testing.assert_array_equal(logits, engine.predict_logits(dense.keras_model, plan.data.X, 3))


def test_the_seed_alone_decides_dropout_and_no_global_state_moves():
    import keras

    plan, results = dataclasses.replace(without_validation(make_plan()), dropout=0.5), []
    for global_seed in (1, 2):
        keras.utils.set_random_seed(global_seed)
        before = random.getstate(), np.random.get_state()[1].tolist()
        results.append(train([plan])[0].state.params)
        assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    np.testing.assert_equal(results[0], results[1])
    other = train([dataclasses.replace(plan, seed=1)])[0].state.params
    assert not np.array_equal(other[0], results[0][0])


def test_divergence_is_found_and_ends_training():
    plan = dataclasses.replace(make_plan(epochs=5), learning_rate=1e38)
    result = train([plan])[0]
    assert result.diverged_at == len(result.loss_curve) < 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dtype": "float64"}, r"'dtype' .* must be Keras' floatx, 'float32', .* keras.config.set_floatx\('float64'\)"),
        ({"batches": type("Balanced", (Shuffled,), {"key": "balanced"})()}, "'batches' .* Use engine='compiled'"),
    ],
)
def test_a_setting_beyond_the_engine_is_an_error_with_the_cure(change, message):
    plan = make_plan()
    with pytest.raises(ValueError, match=message):
        train([dataclasses.replace(plan, settings=dataclasses.replace(plan.settings, **change))])


# Models of the user's own


class Builder:
    """A builder that is neither a function nor a partial, which are all that scikeras accepts."""

    def __call__(self, meta):
        units = 1 if meta["n_classes_"] == 2 else meta["n_classes_"]
        return make_model(units, n_features=meta["n_features_in_"])


def from_logits():
    import keras

    return make_model(2, activation="linear", compiled_with=keras.losses.CategoricalCrossentropy(from_logits=True))


@pytest.mark.parametrize(
    ("n_classes", "build"),
    [
        (2, Builder()),
        (3, Builder()),
        (2, lambda: make_model(2)),
        (2, lambda **scikeras: make_model(1, compiled_with="binary_crossentropy")),
        (2, lambda meta: make_model(2, compiled_with="sparse_categorical_crossentropy")),
        (2, lambda data: from_logits()),
        (3, lambda: make_model(3, compiled_with="categorical_crossentropy")),
    ],
)
def test_a_builder_of_any_signature_and_any_fitting_output_trains(n_classes, build):
    plan = make_plan(n_classes, epochs=20, early_stopping=EarlyStopping(20, 0.0, score=False))
    result = train([plan], model=build)[0]
    n_outputs = plan.settings.architecture.n_outputs
    proba = engine.predict_proba(result.keras_model, plan.data.X, n_outputs)
    logits = engine.predict_logits(result.keras_model, plan.data.X, n_outputs)
    assert proba.shape == logits.shape == (200, n_outputs)
    predicted = logits[:, 0] > 0 if n_classes == 2 else logits.argmax(axis=1)
    assert (predicted == plan.data.y).mean() > 0.75
    from_those = 1 / (1 + np.exp(-logits)) if n_classes == 2 else np.exp(logits)
    np.testing.assert_allclose(from_those, proba, rtol=1e-9)
    assert result.state.params == []
    assert min(result.validation_curve) == result.validation_curve[result.best_epoch - 1]


def test_one_probability_and_two_are_the_same_answer():
    """A sigmoid and a softmax over (0, z) are one model, whatever its number of output units."""
    plan, one, two = make_plan(), make_model(1), make_model(2)
    first, bias, kernel, offset = one.get_weights()
    two.set_weights([first, bias, np.hstack([0 * kernel, kernel]), np.append(0 * offset, offset)])
    np.testing.assert_allclose(
        engine.predict_logits(two, plan.data.X, 1), engine.predict_logits(one, plan.data.X, 1), atol=1e-5
    )


@pytest.mark.parametrize("loss", [None, "binary_crossentropy"])
def test_a_model_is_trained_in_copies_that_start_where_it_stands(loss):
    plan, model = without_validation(make_plan()), make_model(1, compiled_with=loss)
    before = model.get_weights()
    first, second = (train([plan], model=model)[0] for _ in range(2))
    np.testing.assert_equal(model.get_weights(), before)
    np.testing.assert_equal(first.keras_model.get_weights(), second.keras_model.get_weights())
    assert first.keras_model.optimizer is not second.keras_model.optimizer
    if loss:
        assert "accuracy" in first.history
        assert not model.optimizer.built


def test_training_goes_on_from_a_trained_model_and_its_optimizer():
    plan, twice = (without_validation(make_plan(epochs=epochs)) for epochs in (1, 2))
    model = make_model(1)
    both = train([twice], model=model)[0]
    first = train([plan], model=model)[0]
    later = dataclasses.replace(plan, state=NetworkState([], epoch=1))
    second = train([later], model=first.keras_model)[0]
    assert (second.state.epoch, second.state.step) == (2, both.state.step)
    np.testing.assert_equal(second.keras_model.get_weights(), both.keras_model.get_weights())


def two_outputs():
    import keras

    inputs = keras.Input((4,))
    return keras.Model(inputs, [keras.layers.Dense(1)(inputs), keras.layers.Dense(1)(inputs)])


@pytest.mark.parametrize(
    ("n_classes", "model", "message"),
    [
        (2, 7, r"'model' .* must be a keras.Model or a function model\(meta\)"),
        (2, lambda: "a string", r"function model\(meta\) that returns one\. .* It returned 'a string'"),
        (2, lambda: make_model(3), "with 1 or 2 output units for 2 classes.* It has 3 output units"),
        (3, lambda: make_model(1), "with 3 output units for 3 classes.* It has 1 output units"),
        (2, two_outputs, "one output of shape"),
        (2, lambda: make_model(1, activation="linear"), "outputs are probabilities.* end in a sigmoid or softmax"),
    ],
)
def test_a_model_that_does_not_fit_is_an_error_before_training(n_classes, model, message):
    with pytest.raises(ValueError, match=message):
        train([make_plan(n_classes)], model=model)


# Callbacks and metrics


def test_metrics_of_every_kind_are_named_alike_in_each_fit_and_share_no_state():
    import keras

    precision = keras.metrics.Precision(name="mine")
    metrics = ["accuracy", keras.metrics.AUC, precision, keras.metrics.mean_squared_error]
    first, second = train([make_plan(), make_plan()], metrics=metrics)
    assert {"accuracy", "auc", "mine", "mean_squared_error", "val_auc"} < set(first.history)
    assert first.history == second.history
    assert float(precision.result()) == 0


def test_a_metric_of_one_value_a_class_is_a_list_in_the_history():
    """F1Score without an average gives an array."""
    import keras

    result = train([make_plan(3)], metrics=[keras.metrics.F1Score(), "accuracy"])[0]
    assert np.shape(result.history["f1_score"]) == np.shape(result.history["val_f1_score"]) == (2, 3)
    assert {type(value) for value in result.history["f1_score"]} == {list}
    assert {type(value) for value in result.history["accuracy"]} == {float}


def test_metrics_beside_a_compiled_model_are_an_error():
    with pytest.raises(ValueError, match=r"'metrics' .* must be None when the model is compiled"):
        train([make_plan()], model=make_model(1, compiled_with="mse"), metrics=["accuracy"])


@saves_a_model
def test_callbacks_work_and_are_copied_for_each_fit(tmp_path):
    import keras

    plan = make_plan(epochs=6)
    stop = keras.callbacks.EarlyStopping("val_loss", min_delta=10.0, patience=2, restore_best_weights=True)
    callbacks = [stop, keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"), keras.callbacks.TerminateOnNaN]
    first, second = train([plan, plan], callbacks=callbacks)
    assert (first.best_epoch, len(first.loss_curve), len(list(tmp_path.iterdir()))) == (1, 3, 3)
    assert second.history == first.history
    assert stop.best_weights is None


def test_a_callback_that_cannot_be_copied_serves_every_fit():
    import keras

    class Holder(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.lock, self.epochs = threading.Lock(), 0

        def on_epoch_end(self, epoch, logs=None):
            self.epochs += 1

    holder = Holder()
    train([without_validation(make_plan())] * 2, callbacks=holder)
    assert holder.epochs == 4


def test_a_callback_of_another_kind_is_an_error():
    with pytest.raises(TypeError, match=r"'callbacks' .* must be a keras.callbacks.Callback or a list of them"):
        train([make_plan()], callbacks=[print])


# Predictions and bytes


def test_a_row_gets_the_same_answer_alone_and_among_others():
    model = make_model(3)
    X = np.random.default_rng(0).normal(size=(600, 4))
    together = engine.predict_proba(model, X, 3)
    alone = [engine.predict_proba(model, X[row : row + 1], 3)[0] for row in (0, 255, 256, 599)]
    np.testing.assert_array_equal(alone, together[[0, 255, 256, 599]])
    np.testing.assert_allclose(together.sum(axis=1), 1, rtol=1e-15)


def test_certain_probabilities_have_finite_logits():
    model = make_model(1)
    model.set_weights([100 * weight for weight in model.get_weights()])
    logits = engine.predict_logits(model, 100 * np.random.default_rng(0).normal(size=(50, 4)), 1)
    assert np.isfinite(logits).all()
    assert logits.min() < -20
    assert logits.max() > 20


def test_many_fits_and_predictions_print_nothing():
    """TensorFlow advises against tracing once five of the last ten calls have traced: so a fit is one call here."""
    code = """
import sys
import numpy as np
from skweighted import CostSensitiveMLPClassifier
X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
for number in range(8):
    CostSensitiveMLPClassifier(3, engine="keras", epochs=1).fit(X, y).predict(X)
    if number == 0:
        print("TensorFlow is up", file=sys.stderr, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == ""
    assert done.stderr.partition("TensorFlow is up\n")[2] == ""


@saves_a_model
def test_a_trained_model_survives_as_bytes_with_its_compilation():
    plan = without_validation(make_plan())
    model = train([plan], model=make_model(1, compiled_with="binary_crossentropy"))[0].keras_model
    loaded = engine.model_from_bytes(engine.model_to_bytes(model))
    np.testing.assert_array_equal(
        engine.predict_logits(loaded, plan.data.X, 1), engine.predict_logits(model, plan.data.X, 1)
    )
    assert loaded.loss == "binary_crossentropy"
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations) > 0


# The defects of scikeras, each shown and then shown to be absent here


def scikeras_classifier(**parameters):
    from scikeras.wrappers import KerasClassifier

    return KerasClassifier(**({"model": make_model(1, compiled_with="binary_crossentropy"), "verbose": 0} | parameters))


def test_scikeras_patches_keras_on_import_so_it_waits_for_a_fit():
    import keras
    import scikeras

    assert keras.Model.__reduce__.__module__.startswith(scikeras.__name__)
    show = (
        "import sys, skweighted.engines.keras; sys.exit(bool({'scikeras', 'keras', 'tensorflow'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", show], check=True)


def test_scikeras_is_no_classifier_to_scikit_learn_so_none_of_its_estimators_is_handed_out():
    assert not is_classifier(scikeras_classifier())
    result = train([without_validation(make_plan())])[0]
    assert not any("scikeras" in type(value).__module__ for value in vars(result).values())


def test_scikeras_squeezes_the_probabilities_of_one_row():
    plan = make_plan()
    wrapper = scikeras_classifier().fit(plan.data.X, plan.data.y)
    assert wrapper.predict_proba(plan.data.X[:1]).shape == (2,)
    assert engine.predict_proba(wrapper.model_, plan.data.X[:1], 1).shape == (1, 1)


def test_scikeras_multiplies_sample_weight_in_place():
    plan = without_validation(make_plan())
    sample_weight = np.ones(200)
    scikeras_classifier(class_weight={0: 1.0, 1: 9.0}).fit(plan.data.X, plan.data.y, sample_weight=sample_weight)
    assert sample_weight.max() == 9
    before = [plan.data.X.copy(), plan.data.y.copy(), plan.data.sample_weight.copy()]
    train([plan])
    np.testing.assert_equal([plan.data.X, plan.data.y, plan.data.sample_weight], before)


def test_scikeras_drops_rows_of_weight_0_and_with_them_batches():
    plan = without_validation(make_plan())
    sample_weight = (np.arange(200) % 2).astype(float)
    wrapper = scikeras_classifier(batch_size=50).fit(plan.data.X, plan.data.y, sample_weight=sample_weight)
    assert int(wrapper.model_.optimizer.iterations) == 2
    data = TrainingData(plan.data.X, plan.data.y, sample_weight)
    result = train([dataclasses.replace(plan, data=data)])[0]
    assert result.state.step == 2 * -(-150 // 32)


def test_scikeras_makes_the_process_deterministic_for_a_seed():
    plan, seen = without_validation(make_plan()), []

    def build():
        seen.append(os.environ.get("TF_DETERMINISTIC_OPS"))
        return make_model(1, compiled_with="binary_crossentropy")

    scikeras_classifier(model=build, random_state=0).fit(plan.data.X, plan.data.y)
    train([plan], model=build)
    assert seen == ["1", None]


def test_scikeras_validates_on_the_tail_of_the_rows():
    import keras

    def share_of_positives(y_true, y_pred):
        return keras.ops.mean(y_true)

    plan = make_plan()
    order = np.argsort(plan.data.y, kind="stable")
    model = make_model(1)
    model.compile(loss="binary_crossentropy", metrics=[share_of_positives])
    wrapper = scikeras_classifier(model=model, validation_split=0.1).fit(plan.data.X[order], plan.data.y[order])
    assert wrapper.history_["val_share_of_positives"] == [1.0]
    result = train([plan], metrics=[share_of_positives])[0]
    assert result.history["val_share_of_positives"][-1] == pytest.approx(plan.data.y[plan.validation_rows].mean())


def test_scikeras_renumbers_classes_where_rows_lack_one():
    plan, seen = make_plan(3), []
    rows = plan.rows[plan.data.y[plan.rows] != 1]

    def build(meta):
        seen.append(meta["n_classes_"])
        return make_model(3, compiled_with="sparse_categorical_crossentropy")

    wrapper = scikeras_classifier(model=build).fit(plan.data.X[rows], plan.data.y[rows])
    assert wrapper.target_encoder_.transform(np.array([2])) == 1
    result = train([dataclasses.replace(make_plan(3, epochs=20), rows=rows)], model=build)[0]
    assert seen == [2, 3]
    assert engine.predict_proba(result.keras_model, plan.data.X, 3)[plan.data.y == 2, 2].mean() > 0.5


def test_scikeras_fails_on_a_metric_named_after_one_with_required_parameters():
    import keras

    plan = make_plan()
    model = make_model(1)
    model.compile(
        loss="binary_crossentropy", metrics=[keras.metrics.PrecisionAtRecall(0.5, name="precision_at_recall")]
    )
    with pytest.raises(TypeError, match="recall"):
        scikeras_classifier(model=model).fit(plan.data.X, plan.data.y)
    assert "precision_at_recall" in train([plan], model=model)[0].history
