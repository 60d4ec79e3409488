"""Keras models: made ready for one fit, asked for predictions, turned into bytes and back."""

import contextlib
import inspect
import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import expit, softmax

from skweighted._base.errors import parameter_error
from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.plan import TrainingPlan
from skweighted.network import to_keras

OWNER = "CostSensitiveMLPClassifier"
_PREDICT_ROWS = 256  # a model is called on this many rows at a time, whatever it predicts


def import_keras() -> Any:
    """Return the keras module, TensorFlow imported with due care first."""
    import_tensorflow()
    import keras

    return keras


@contextlib.contextmanager
def python_random_kept() -> Iterator[None]:
    """Leave Python's global generator as it was: Keras draws a seed from it for every unseeded layer it makes."""
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def make_own_network(plan: TrainingPlan) -> Any:
    """Return the library's network, with the plan's weights and dropout that draws by the plan's seed."""
    keras = import_keras()
    with python_random_kept():
        model = to_keras(plan.settings.architecture, [plan.state.params], plan.dropout, plan.alpha)
    for number, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.Dropout):
            seed = np.random.SeedSequence([plan.seed, number]).generate_state(1)[0]
            layer.seed_generator.state.assign(np.array([seed, 0], dtype=np.uint32))
    return model


def make_model(plan: TrainingPlan, model: Any, meta: dict[str, Any]) -> Any:
    """Return a copy of the user's model, or what the user's builder makes."""
    keras = import_keras()
    rule = "a keras.Model or a function model(meta) that returns one"
    if isinstance(model, keras.Model):
        return copy_model(model)
    if not callable(model):
        raise ValueError(parameter_error("model", OWNER, rule, model))
    n_classes = plan.settings.architecture.n_classes
    # The rows of a plan may lack a class; scikeras goes by the rows.
    meta = meta | {
        "classes_": np.arange(n_classes),
        "n_classes_": n_classes,
        "target_type_": "binary" if plan.settings.architecture.n_outputs == 1 else "multiclass",
        "seed": plan.seed,
    }
    built = _call_builder(model, meta)
    if not isinstance(built, keras.Model):
        raise ValueError(parameter_error("model", OWNER, rule, model, f"It returned {built!r}."))
    return built


def _call_builder(builder: Any, meta: dict[str, Any]) -> Any:
    parameters = inspect.signature(builder).parameters.values()
    if any((p.name == "meta" and p.kind is not p.POSITIONAL_ONLY) or p.kind is p.VAR_KEYWORD for p in parameters):
        return builder(meta=meta)
    takes_meta = any(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
    return builder(meta) if takes_meta else builder()


def copy_model(model: Any) -> Any:
    """Return a model that shares nothing with `model` and would train as it would.

    Raises
    ------
    ValueError
        If Keras cannot make a second one.
    """
    keras = import_keras()
    try:
        clone = keras.models.clone_model(model)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            f"The Keras model {type(model).__name__} cannot be copied. Give its class, and those of its layers, a "
            "get_config that returns the arguments of the constructor."
        ) from error
    if model.built:
        if not clone.built:
            clone.build_from_config(model.get_build_config())
        clone.set_weights(model.get_weights())
    if model.compiled:
        clone.compile_from_config(model.get_compile_config())
        if model.optimizer.built:
            clone.optimizer.build(clone.trainable_variables)
            for variable, value in zip(clone.optimizer.variables, model.optimizer.variables, strict=True):
                variable.assign(value)
    return clone


def check_outputs(plan: TrainingPlan, model: Any, rows: Any) -> int:
    """Return the number of output units, having called the model on some rows, which also builds it."""
    outputs = model_outputs(model, rows)
    n_units, n_classes = outputs.shape[1], plan.settings.architecture.n_classes
    fitting = [1, 2] if plan.settings.architecture.n_outputs == 1 else [n_classes]
    if n_units not in fitting:
        rule = f"a Keras model with {' or '.join(map(str, fitting))} output units for {n_classes} classes"
        raise ValueError(parameter_error("model", OWNER, rule, model, f"It has {n_units} output units."))
    outside = outputs[(outputs < 0) | (outputs > 1)]
    if len(outside) and not gives_logits(model):
        rule = "a Keras model whose outputs are probabilities"
        cure = f"One is {outside[0]:g}; end in a sigmoid or softmax, or compile with a loss of from_logits=True."
        raise ValueError(parameter_error("model", OWNER, rule, model, cure))
    return n_units


def compile_model(plan: TrainingPlan, model: Any, n_units: int, metrics: Any) -> None:
    """Compile `model` as the plan says, unless the user has."""
    if not model.compiled:
        from skweighted.engines.keras._losses import to_keras_loss

        optimizer = plan.settings.optimizer.to_keras(plan.learning_rate)
        loss = to_keras_loss(plan.settings.loss, n_units, plan.loss_values)
        model.compile(optimizer=optimizer, loss=loss, metrics=_copy_metrics(metrics))
    elif metrics is not None:
        cure = "Give the metrics to model.compile, or leave the model uncompiled."
        raise ValueError(parameter_error("metrics", OWNER, "None when the model is compiled", metrics, cure))


def go_on_from(model: Any, trained: Any) -> None:
    """Give a compiled `model` the weights of `trained` and, if it has the same optimizer, what that remembers.

    The learning rate stays the one `model` was compiled with.

    Parameters
    ----------
    model, trained : keras.Model
        Of the same layers.
    """
    model.set_weights(trained.get_weights())
    optimizer, memory = model.optimizer, trained.optimizer
    if _kind_of(optimizer) != _kind_of(memory):
        return
    optimizer.build(model.trainable_variables)
    for variable, value in zip(optimizer.variables, memory.variables, strict=True):
        if variable is not optimizer.learning_rate:
            variable.assign(value)


def _kind_of(optimizer: Any) -> tuple[type, dict[str, Any]]:
    """Return what must be the same of two Keras optimizers for one to go on with what the other remembers."""
    config = optimizer.get_config()
    return type(optimizer), {name: config[name] for name in config if name not in ("name", "learning_rate")}


def takes_class_codes(loss: Any) -> bool:
    """Return whether a compiled loss wants class codes for targets, as the sparse categorical ones do."""
    return _loss_name(loss).startswith("sparsecategorical")


def is_cross_entropy(loss: Any) -> bool:
    """Return whether the minimum of a compiled loss is the true probability, as far as one can know."""
    names = ("binarycrossentropy", "categoricalcrossentropy", "sparsecategoricalcrossentropy")
    return _loss_name(loss) in names and not getattr(loss, "label_smoothing", 0)


def _loss_name(loss: Any) -> str:
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return name.replace("_", "").lower()


def _copy_metrics(metrics: Any) -> list[Any]:
    """Return metrics that share no state with those of another fit; names and functions as they are."""
    keras = import_keras()
    copies = []
    for metric in as_list(metrics):
        made: Any = metric() if inspect.isclass(metric) else metric
        if isinstance(made, keras.metrics.Metric):
            config = made.get_config()
            if made is not metric:
                # Keras numbers the names of one class within a process: precision, precision_1, ...
                config["name"] = re.sub(r"_\d+$", "", config["name"])
            made = type(made).from_config(config)
        copies.append(made)
    return copies


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, None as an empty one and anything else as a list of it."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def predict_logits(keras_model: Any, X: Any, n_outputs: int) -> np.ndarray:
    """Return the logits of every row: log-odds of class 1 for two classes, else log probabilities.

    Parameters
    ----------
    keras_model : keras.Model
        A model with one probability for two classes or one for each class. With a loss ``from_logits=True`` its
        outputs are taken for logits.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    n_outputs : int
        1 for two classes, else the number of classes.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
        Finite: probabilities of 0 and 1 count as the closest number to them.

    Notes
    -----
    The model sees rows in batches of one size, so a row's result does not depend on how many are asked for, nothing is
    traced anew, and sparse rows go dense a batch at a time.
    """
    outputs = model_outputs(keras_model, X)
    if not gives_logits(keras_model):
        limits = np.finfo(outputs.dtype)
        p = np.clip(outputs, limits.tiny, None if outputs.shape[1] > 1 else 1 - limits.epsneg)
        outputs = np.log(p / p.sum(axis=1, keepdims=True)) if p.shape[1] > 1 else np.log(p) - np.log1p(-p)
    return outputs[:, 1:] - outputs[:, :1] if outputs.shape[1] > n_outputs else outputs


def predict_proba(keras_model: Any, X: Any, n_outputs: int) -> np.ndarray:
    """Return the probabilities of every row: that of class 1 for two classes, else one for each class, summing to 1.

    Parameters
    ----------
    keras_model, X, n_outputs
        As for :func:`predict_logits`.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
    """
    outputs = model_outputs(keras_model, X)
    if gives_logits(keras_model):
        outputs = softmax(outputs, axis=1) if outputs.shape[1] > 1 else expit(outputs)
    elif outputs.shape[1] > 1:
        p = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        outputs = p / p.sum(axis=1, keepdims=True)
    return outputs[:, 1:] if outputs.shape[1] > n_outputs else outputs


def gives_logits(keras_model: Any) -> bool:
    """Return whether the loss a model was compiled with takes its outputs for logits."""
    return bool(getattr(getattr(keras_model, "loss", None), "from_logits", False))


def model_outputs(keras_model: Any, X: Any) -> np.ndarray:
    """Return what `keras_model` makes of every row, shape (n_samples, n_units), float64.

    Raises
    ------
    ValueError
        If that is anything but one row of numbers for each row.
    """
    keras = import_keras()
    parts = []
    for start in range(0, X.shape[0], _PREDICT_ROWS):
        rows = X[start : start + _PREDICT_ROWS]
        batch = np.zeros((_PREDICT_ROWS, X.shape[1]), dtype=keras.config.floatx())
        batch[: rows.shape[0]] = rows.toarray() if sparse.issparse(rows) else rows
        outputs = keras_model(batch, training=False)
        if len(getattr(outputs, "shape", ())) != 2:  # rows and units
            rule = "a Keras model with one output of shape (n_samples, n_units)"
            raise ValueError(parameter_error("model", OWNER, rule, keras_model))
        parts.append(keras.ops.convert_to_numpy(outputs)[: rows.shape[0]])
    return np.concatenate(parts).astype(np.float64)


def model_to_bytes(keras_model: Any) -> bytes:
    """Return a Keras model, compilation and optimizer state included, as the bytes of a ``.keras`` file.

    Raises
    ------
    TypeError, ValueError
        From Keras, for an object it cannot serialize. The user's own layers, losses and metrics are stored by name:
        to load them they must be registered with ``keras.saving.register_keras_serializable`` in both processes.
    """
    keras = import_keras()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "model.keras")
        keras.saving.save_model(keras_model, path)
        return path.read_bytes()


def model_from_bytes(data: bytes) -> Any:
    """Return the Keras model that :func:`model_to_bytes` stored in `data`."""
    keras = import_keras()
    # Keras finds the library's own losses once they have been imported.
    import skweighted.engines.keras._losses  # noqa: F401

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "model.keras")
        path.write_bytes(data)
        return keras.saving.load_model(path)
