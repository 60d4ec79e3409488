"""`CostSensitiveMLPClassifier` around a Keras model: what the library's own network can do, the user's can too."""

import copy
import pickle
import random
import threading

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV

from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BatchRule, Shuffled
from skweighted.losses import LOSSES, CrossEntropy, FocalLoss, Loss
from skweighted.optimizers import SGD

# Keras saves its variables through np.array, whose copy keyword they do not know yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def make_model(n_outputs=1, n_features=4, seed=0):
    """Return an unfitted model of eight hidden units, its first weights decided by `seed`."""
    import keras

    hidden, last = (keras.initializers.GlorotUniform(seed + k) for k in (0, 1))
    return keras.Sequential(
        [
            keras.Input((n_features,)),
            keras.layers.Dense(8, "relu", kernel_initializer=hidden),
            keras.layers.Dense(n_outputs, "sigmoid" if n_outputs == 1 else "softmax", kernel_initializer=last),
        ]
    )


def build(meta):
    """Build the model for the data at hand."""
    n_classes = meta["n_classes_"]
    return make_model(1 if n_classes == 2 else n_classes, meta["n_features_in_"], meta["seed"] % 1000)


MODELS = {"builder": lambda n_outputs=1: build, "model": make_model}


@pytest.fixture(params=MODELS)
def give_model(request):
    """Return a function that gives what `model=` takes, a builder or an unfitted model."""
    return MODELS[request.param]


# Fitting and predicting


def test_two_classes_train_and_have_a_row_of_two_probabilities(give_model, make_classifier, imbalanced):
    """The rare class is ranked first, and one row's probabilities are of shape (1, 2)."""
    X, y = imbalanced
    fitted = make_classifier(model=give_model(), class_weight="balanced", epochs=20).fit(X, y)
    assert fitted.predict_proba(X[:1]).shape == (1, 2)
    np.testing.assert_array_equal(fitted.predict(X), fitted.predict_proba(X).argmax(axis=1))
    assert roc_auc_score(y, fitted.decision_function(X)) > 0.9
    assert not hasattr(fitted, "coefs_")


def test_labels_of_three_classes_may_be_strings(give_model, make_classifier, three_classes):
    """One probability a class, in the order of `classes_`."""
    X, y = three_classes
    fitted = make_classifier(model=give_model(3), epochs=20).fit(X, y)
    assert fitted.classes_.tolist() == ["a", "b", "c"]
    assert fitted.predict_proba(X[:1]).shape == (1, 3)
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1)
    assert fitted.score(X, y) > 0.75


def test_class_weights_move_the_predictions(give_model, make_classifier, imbalanced):
    """A dict of the labels' own weights finds more of the rare class."""
    X, y = imbalanced
    y = np.where(y == 1, "rare", "common")
    plain, weighted = (
        make_classifier(model=give_model(), class_weight=weights, epochs=10).fit(X, y)
        for weights in (None, {"common": 1, "rare": 20})
    )
    assert weighted.predict_proba(X)[:, 1].mean() > 2 * plain.predict_proba(X)[:, 1].mean()


def test_the_model_given_is_never_trained(make_classifier, imbalanced):
    """A fit trains a copy, so that the parameter stays what it was."""
    model = make_model()
    before = model.get_weights()
    fitted = make_classifier(model=model).fit(*imbalanced)
    np.testing.assert_equal(model.get_weights(), before)
    assert fitted.model is model
    assert fitted.model_ is not model


def test_rows_passed_for_validation_are_watched(give_model, make_classifier, imbalanced):
    """`X_val` and `y_val` take the place of the split, and early stopping goes by them."""
    X, y = imbalanced
    stopping = make_classifier(model=give_model(), early_stopping=True, n_iter_no_change=1, tol=10.0, epochs=5)
    fitted = stopping.fit(X[:150], y[:150], X_val=X[150:], y_val=y[150:])
    assert fitted.n_iter_ < 5
    assert len(fitted.validation_curve_) == fitted.n_iter_
    np.testing.assert_allclose(fitted.history_["val_loss"], fitted.validation_curve_)


# Metrics and callbacks


def test_metrics_are_in_the_history(make_classifier, imbalanced):
    """Named and given as instances, of training and of validation rows, one value an epoch."""
    import keras

    # Keras numbers the names it makes up itself.
    metrics = [keras.metrics.Precision(name="precision"), "recall", keras.metrics.TruePositives(name="true_positives")]
    fitted = make_classifier(model=build, metrics=metrics, early_stopping=True).fit(*imbalanced)
    names = {"loss", "precision", "recall", "true_positives"}
    assert set(fitted.history_) == names | {f"val_{name}" for name in names}
    assert {len(values) for values in fitted.history_.values()} == {3}


def test_callbacks_stop_training_and_write_files(make_classifier, imbalanced, tmp_path):
    """EarlyStopping and ModelCheckpoint do what they do in Keras."""
    import keras

    callbacks = [
        keras.callbacks.EarlyStopping("loss", min_delta=10.0, patience=1),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"),
    ]
    fitted = make_classifier(model=build, callbacks=callbacks, epochs=5).fit(*imbalanced)
    assert fitted.n_iter_ == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras"]


def test_tensorboard_gets_its_logs(make_classifier, imbalanced, tmp_path):
    """The callback writes where it was told to, for training and validation rows."""
    import keras

    # TensorFlow no longer installs it, and its callback needs it.
    pytest.importorskip("tensorboard")
    board = keras.callbacks.TensorBoard(tmp_path)
    make_classifier(model=build, callbacks=[board], early_stopping=True, epochs=1).fit(*imbalanced)
    assert {path.name for path in tmp_path.iterdir()} == {"train", "validation"}


# Copies and files


def through_joblib(value, folder):
    joblib.dump(value, folder / "classifier.joblib")
    return joblib.load(folder / "classifier.joblib")


COPIES = {
    "pickle": lambda value, _: pickle.loads(pickle.dumps(value)),
    "joblib": through_joblib,
    "deepcopy": lambda value, _: copy.deepcopy(value),
}


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize(("kind", "n_networks"), [("model", 1), ("builder", 2)])
def test_a_copy_of_a_fit_predicts_the_same(kind, n_networks, name, make_classifier, imbalanced, tmp_path):
    """Every way to copy or store a fit keeps its predictions to the last bit."""
    X, y = imbalanced
    fitted = make_classifier(model=MODELS[kind](), n_networks=n_networks, epochs=1).fit(X, y)
    again = COPIES[name](fitted, tmp_path)
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert again.history_ == fitted.history_


@pytest.mark.parametrize("name", [*COPIES, "clone"])
def test_a_copy_of_an_unfitted_classifier_fits_the_same(name, make_classifier, imbalanced, tmp_path):
    """Models, metrics and callbacks survive as parameters, also after a fit that `clone` forgets."""
    import keras

    X, y = imbalanced
    asked = {"metrics": [keras.metrics.AUC(name="auc")], "callbacks": [keras.callbacks.TerminateOnNaN()]}
    classifier = make_classifier(model=make_model(), **asked, epochs=1)
    copies = COPIES | {"clone": lambda value, _: clone(value)}
    again = copies[name](classifier, tmp_path)
    expected = classifier.fit(X, y)
    assert again.fit(X, y).history_ == expected.history_
    assert not hasattr(clone(expected), "model_")


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_fit_of_any_loss_can_be_stored(loss, make_classifier, imbalanced):
    """The model is stored with the library's own losses."""
    X, y = imbalanced
    costs = {"cost_matrix": [[0, 1], [5, 0]]} if loss == "expected_cost" else {}
    fitted = make_classifier(model=build, loss=loss, epochs=1, **costs).fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_a_fit_under_a_schedule_can_be_stored_exported_and_continued(make_classifier, imbalanced):
    """The rates are stored with the model, also where the fit before ended."""
    X, y = imbalanced
    fitted = make_classifier(model=build, learning_rate="cosine", epochs=1, warm_start=True).fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    np.testing.assert_allclose(fitted.to_keras().predict(X, verbose=0), fitted.predict_proba(X)[:, 1:], rtol=1e-5)
    fitted.fit(X, y), again.fit(X, y)
    np.testing.assert_allclose(again.predict_proba(X), fitted.predict_proba(X), rtol=1e-6)
    third = pickle.loads(pickle.dumps(again))
    assert third.model_.optimizer._learning_rate.first_step == again.model_.optimizer._learning_rate.first_step == 4


# Training that goes on


@pytest.mark.parametrize(("n_networks", "stored"), [(1, False), (2, True)])
def test_a_warm_start_goes_on_from_the_trained_model(n_networks, stored, make_classifier, imbalanced):
    """Two fits of three epochs are one of six, optimizer state and history included, also from a pickle."""
    X, y = imbalanced
    warm = make_classifier(model=build, warm_start=True, n_networks=n_networks, metrics=["auc"]).fit(X, y)
    warm = pickle.loads(pickle.dumps(warm)) if stored else warm
    warm.fit(X, y)
    whole = make_classifier(model=build, epochs=6, n_networks=n_networks, metrics=["auc"]).fit(X, y)
    np.testing.assert_allclose(warm.predict_proba(X), whole.predict_proba(X), rtol=1e-5)
    np.testing.assert_allclose(warm.loss_curve_, whole.loss_curve_, rtol=1e-5)
    assert np.all(warm.n_iter_ == 6)
    for history, expected in zip(*(np.atleast_1d(fitted.history_) for fitted in (warm, whole)), strict=True):
        assert {name: pytest.approx(values, rel=1e-4) for name, values in history.items()} == expected


@pytest.mark.parametrize("changed", [{"learning_rate": 1e-12}, {"optimizer": SGD(), "learning_rate": 1e-12}])
def test_a_warm_start_goes_by_the_settings_of_the_day(changed, make_classifier, imbalanced):
    """A rate that hardly moves, asked for before the second fit, leaves the weights where they were."""
    X, y = imbalanced
    warm = make_classifier(model=build, warm_start=True).fit(X, y)
    before = warm.predict_proba(X)
    warm.set_params(metrics=["auc"], **changed).fit(X, y)
    np.testing.assert_allclose(warm.predict_proba(X), before, rtol=1e-5)
    assert np.isnan(warm.history_["auc"]).tolist() == [True] * 3 + [False] * 3


def test_a_warm_start_keeps_the_optimizer_of_a_compiled_model(make_classifier, imbalanced):
    import keras

    def build_compiled(meta):
        model = build(meta)
        model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9), loss="binary_crossentropy")
        return model

    X, y = imbalanced
    warm = make_classifier(model=build_compiled, warm_start=True).fit(X, y).set_params(learning_rate=1e-12).fit(X, y)
    whole = make_classifier(model=build_compiled, epochs=6).fit(X, y)
    np.testing.assert_allclose(warm.predict_proba(X), whole.predict_proba(X), rtol=1e-5)


def test_a_history_keeps_step_with_the_curves(make_classifier, imbalanced):
    """Epochs without validation rows have NaN for what was measured on them."""
    warm = make_classifier(engine="keras", metrics=["auc"], warm_start=True, epochs=1).fit(*imbalanced)
    history = warm.set_params(early_stopping=True, metrics=None).fit(*imbalanced).history_
    assert {name: np.isnan(values).tolist() for name, values in history.items()} == {
        "loss": [False, False],
        "auc": [False, True],
        "val_loss": [True, False],
    }
    np.testing.assert_array_equal(history["loss"], warm.loss_curve_)


# Committees


def test_a_committee_of_models_averages_their_probabilities(make_classifier, imbalanced):
    """Each member is what a single fit with its seed gives; models and histories come as lists."""
    X, y = imbalanced
    committee = make_classifier(model=build, n_networks=2).fit(X, y)
    singles = [make_classifier(model=build, random_state=s).fit(X, y) for s in committee.network_seeds_]
    expected = np.mean([single.predict_proba(X) for single in singles], axis=0)
    np.testing.assert_allclose(committee.predict_proba(X), expected, rtol=1e-5)
    assert len(committee.model_) == len(committee.history_) == 2
    assert committee.loss_curve_.shape == (2, 3)


def test_a_callback_that_cannot_be_copied_is_named_when_a_search_copies(make_classifier):
    """A search clones its estimator, and a lock cannot be cloned: the error says which parameter holds it."""
    import keras

    class Holder(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

    message = (
        "The 'callbacks' parameter of CostSensitiveMLPClassifier must be something that can be copied.*Pass a class"
    )
    with pytest.raises(TypeError, match=message):
        clone(make_classifier(callbacks=[Holder()]))
    assert clone(make_classifier(callbacks=[Holder])).callbacks == [Holder]


# One seed decides all, and no other is touched


def build_without_seeds():
    """Build a model whose layers draw from every global generator."""
    import keras

    layers = [keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.5)]
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    bias = random.random() + np.random.normal() + float(keras.random.normal((1,))[0])
    model.layers[-1].bias.assign([bias])
    return model


def build_and_fail():
    """Move every global generator, then fail."""
    import keras

    keras.utils.set_random_seed(0)
    np.random.normal()
    raise ValueError("no model today")


def global_states():
    """Return where the global generators of Python, NumPy, Keras and TensorFlow stand."""
    from keras.src.backend.common.global_state import GLOBAL_STATE_TRACKER
    from tensorflow.python.eager.context import context

    generator, rng = GLOBAL_STATE_TRACKER.global_seed_generator, context()._rng
    numpy_state = [value.tolist() if hasattr(value, "tolist") else value for value in np.random.get_state()]
    keras_state = generator.state.numpy().tolist()
    return random.getstate(), numpy_state, id(generator), keras_state, context()._seed, rng.getstate()


def move_global_generators(seed):
    """Seed the global generators and draw from each, so that Keras has one and NumPy keeps half a pair of normals."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    random.random(), np.random.normal(), keras.random.normal((1,)), tf.random.normal([1])


def test_random_state_alone_decides_what_a_builder_without_seeds_gives(make_classifier, imbalanced):
    """The layers and the builder draw from the seed of the network, wherever the process's generators stand."""
    X, y = imbalanced
    probabilities = []
    for seed in (1, 2):
        move_global_generators(seed)
        probabilities.append(make_classifier(model=build_without_seeds).fit(X, y).predict_proba(X))
    np.testing.assert_array_equal(probabilities[0], probabilities[1])
    other = make_classifier(model=build_without_seeds, random_state=1).fit(X, y)
    assert not np.allclose(other.predict_proba(X), probabilities[0], atol=1e-3)


def test_a_fit_leaves_every_global_generator_as_it_was(make_classifier, imbalanced):
    """Python's, NumPy's, Keras' and TensorFlow's, to the bit."""
    move_global_generators(1)
    before = global_states()
    make_classifier(model=build_without_seeds, epochs=1).fit(*imbalanced)
    assert global_states() == before


def test_a_fit_that_fails_leaves_every_global_generator_as_it_was(make_classifier, imbalanced):
    """A builder may have moved them all before its error."""
    move_global_generators(1)
    before = global_states()
    with pytest.raises(ValueError, match="no model today"):
        make_classifier(model=build_and_fail).fit(*imbalanced)
    assert global_states() == before


def test_fits_in_threads_draw_from_their_own_seeds(make_classifier, imbalanced):
    """Two fits at the same time give what each gives alone, and leave the global generators as they were."""
    X, y = imbalanced
    expected = make_classifier(model=build_without_seeds, epochs=1).fit(X, y).predict_proba(X)
    move_global_generators(1)
    before = global_states()
    classifiers = [make_classifier(model=build_without_seeds, epochs=1) for _ in range(2)]
    joblib.Parallel(n_jobs=2, backend="threading")(joblib.delayed(clf.fit)(X, y) for clf in classifiers)
    for clf in classifiers:
        np.testing.assert_array_equal(clf.predict_proba(X), expected)
    assert global_states() == before


def test_an_error_of_the_engine_names_the_users_subclass(imbalanced):
    """The engine knows no classifier; the one that called it says its name."""
    mine = type("Mine", (CostSensitiveMLPClassifier,), {"__init__": CostSensitiveMLPClassifier.__init__})
    with pytest.raises(ValueError, match=r"'model' parameter of Mine must be a keras\.Model"):
        mine(model=7).fit(*imbalanced)


def untaught():
    """Build a model that says one half of every row."""
    import keras

    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros")])


def test_a_model_of_another_number_of_inputs_is_an_error(make_classifier, imbalanced):
    """Keras would say so in the words of a matrix product."""
    with pytest.raises(ValueError, match=r"must be a keras\.Model of 4 inputs, one for each feature.* It has 7"):
        make_classifier(model=make_model(n_features=7)).fit(*imbalanced)


def test_a_committee_of_equals_is_a_committee(make_classifier, imbalanced):
    """Two histories that happen to be the same are still two."""
    committee = make_classifier(model=untaught, n_networks=2, batch_size=200, epochs=1).fit(*imbalanced)
    first, second = committee.history_
    assert first == second
    assert len(committee.model_) == 2


# Losses and batch rules of the user's own


class Unregistered(Loss):
    """Cross-entropy by another name."""

    row_losses = CrossEntropy.row_losses


class Inheriting(FocalLoss):
    """A loss that is not the focal one, although it has its key."""


class UnregisteredRule(BatchRule):
    """The shuffled rule by another name."""

    class_shares = Shuffled.class_shares


def test_a_loss_that_is_not_registered_trains_as_in_the_compiled_engine(make_classifier, imbalanced):
    """Registration makes a name for a loss; an instance trains without."""
    compiled, keras = (make_classifier(loss=Unregistered(), engine=e).fit(*imbalanced) for e in ("compiled", "keras"))
    np.testing.assert_allclose(keras.loss_curve_, compiled.loss_curve_, rtol=1e-4)


@pytest.mark.parametrize("loss", [Unregistered(), Inheriting()], ids=repr)
def test_a_model_with_a_loss_that_is_not_registered_cannot_be_stored(loss, make_classifier, imbalanced):
    """Another loss must not come back in its place."""
    fitted = make_classifier(model=build, loss=loss, epochs=1).fit(*imbalanced)
    with pytest.raises(TypeError, match=f"{type(loss).__name__}.*LOSSES.register"):
        pickle.dumps(fitted)


def test_a_batch_rule_that_is_not_registered_needs_the_compiled_engine(make_classifier, imbalanced):
    """As every rule but the shuffled one."""
    with pytest.raises(ValueError, match=r"'batches' .* Use engine='compiled'"):
        make_classifier(engine="keras", batches=UnregisteredRule()).fit(*imbalanced)


# Searches


def test_a_search_in_two_processes_takes_a_builder(make_classifier, imbalanced):
    """The builder, a function of a module, goes to the workers and the fits come back."""
    X, y = imbalanced
    weights = {"class_weight": [None, {1: 20}]}
    search = GridSearchCV(make_classifier(model=build, epochs=1), weights, cv=2, scoring="recall", n_jobs=2)
    search.fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict_proba(X[:1]).shape == (1, 2)


# Silence and progress


def test_progress_is_one_bar_of_all_epochs_and_networks(make_classifier, imbalanced, capsys):
    """As in the compiled engine: one line, with what early stopping goes by, closed where that stops."""
    stopping = {"early_stopping": True, "n_iter_no_change": 1, "tol": 10.0, "n_networks": 2}
    make_classifier(model=build, verbose=1, **stopping).fit(*imbalanced)
    shown = capsys.readouterr().out
    assert "2/3" in shown
    assert "validation: 0." in shown
    assert shown.count("\n") == 1
    assert shown.endswith("\n")


def test_a_fit_prints_nothing(make_classifier, imbalanced, capfd):
    """With `verbose=0` nothing comes out of a fit and its predictions, once TensorFlow is up."""
    X, y = imbalanced
    make_classifier(model=build, epochs=1).fit(X, y)
    capfd.readouterr()
    make_classifier(model=build, early_stopping=True).fit(X, y).predict(X)
    assert capfd.readouterr() == ("", "")


# Export


def two_units():
    """Build a model with a softmax for two classes."""
    return make_model(2)


def logits():
    """Build a model whose outputs are logits, as its loss says."""
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def logits_of_two():
    """Build one that has a logit for each of two classes."""
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


CORRECTED = {"probabilities": "corrected", "class_weight": "balanced"}


def assert_exported(exported, fitted, X):
    expected = fitted.predict_proba(X)
    outputs = np.asarray(exported(X.astype(np.float32)))
    assert outputs.shape == (len(X), fitted.n_outputs_)
    np.testing.assert_allclose(outputs, expected[:, -outputs.shape[1] :], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("data", "model", "parameters"),
    [
        ("imbalanced", build, {}),
        ("imbalanced", build, {"n_networks": 2, **CORRECTED}),
        ("imbalanced", two_units, CORRECTED),
        ("three_classes", build, {"n_networks": 2, **CORRECTED}),
    ],
)
def test_the_keras_model_predicts_the_same(data, model, parameters, make_classifier, request, tmp_path):
    """`to_keras` averages a committee and repairs probabilities as `predict_proba` does, also from a file."""
    import keras

    X, y = request.getfixturevalue(data)
    fitted = make_classifier(model=model, epochs=1, **parameters).fit(X, y)
    exported = fitted.to_keras()
    assert_exported(exported, fitted, X)
    exported.save(tmp_path / "exported.keras")
    assert_exported(keras.saving.load_model(tmp_path / "exported.keras"), fitted, X)


@pytest.mark.parametrize("model", [logits, logits_of_two])
def test_the_keras_model_gives_probabilities_where_the_users_gives_logits(model, make_classifier, imbalanced):
    """What a compiled loss says of the outputs is not asked of whoever uses the export."""
    X, y = imbalanced
    fitted = make_classifier(model=model, epochs=1).fit(X, y)
    assert_exported(fitted.to_keras(), fitted, X)


def test_training_the_exported_model_leaves_the_classifier_alone(make_classifier, imbalanced):
    """It is a copy, made without a draw from Python's global generator."""
    X, y = imbalanced
    fitted = make_classifier(model=make_model(), epochs=1).fit(X, y)
    expected, before = fitted.predict_proba(X), random.getstate()
    exported = fitted.to_keras()
    assert random.getstate() == before
    exported.compile(loss="binary_crossentropy")
    exported.fit(X, y, verbose=0)
    np.testing.assert_array_equal(fitted.predict_proba(X), expected)


def test_a_model_that_cannot_be_copied_cannot_be_exported(make_classifier, imbalanced):
    """The error says what its class lacks."""
    import keras

    class Uncopied(keras.Model):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def call(self, inputs):
            return self.layer(inputs)

    def build_uncopied():
        return Uncopied(keras.layers.Dense(1, "sigmoid"))

    X, y = imbalanced
    fitted = make_classifier(model=build_uncopied, epochs=1).fit(X, y)
    with pytest.raises(ValueError, match=r"Uncopied cannot be copied.* get_config"):
        fitted.to_keras()
