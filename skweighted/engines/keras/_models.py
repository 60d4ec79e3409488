"""Keras models made ready for one fit: built or copied, checked, compiled, and set to the state of an earlier one."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from skweighted._base.errors import parameter_error
from skweighted._base.types import KerasModel, Matrix
from skweighted.engines.keras._globals import import_keras
from skweighted.engines.keras._predict import OutputShapeError, gives_logits, model_outputs
from skweighted.engines.plan import TrainingPlan

__all__ = ["as_list", "check_outputs", "compile_model", "copy_model", "make_model", "resume_from"]

_PROBED_ROWS = 256


def make_model(plan: TrainingPlan, model: Any, meta: dict[str, Any], owner: str) -> KerasModel:
    """Return a copy of the user's model, or what the user's builder makes; `owner` is named in errors."""
    keras = import_keras()
    rule = "a keras.Model or a function model(meta) that returns one"
    if isinstance(model, keras.Model):
        return copy_model(model)
    if not callable(model):
        raise ValueError(parameter_error("model", owner, rule, model))
    n_classes = plan.settings.architecture.n_classes
    # The rows of a plan may lack a class, and scikeras reads the classes from the rows.
    meta = meta | {
        "classes_": np.arange(n_classes),
        "n_classes_": n_classes,
        "target_type_": "binary" if plan.settings.architecture.n_outputs == 1 else "multiclass",
        "seed": plan.seed,
    }
    built = _call_builder(model, meta)
    if not isinstance(built, keras.Model):
        raise ValueError(parameter_error("model", owner, rule, model, f"It returned {built!r}."))
    return built


def _call_builder(builder: Callable[..., KerasModel], meta: dict[str, Any]) -> KerasModel:
    parameters = inspect.signature(builder).parameters.values()
    if any((p.name == "meta" and p.kind is not p.POSITIONAL_ONLY) or p.kind is p.VAR_KEYWORD for p in parameters):
        return builder(meta=meta)
    takes_meta = any(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
    return builder(meta) if takes_meta else builder()


def copy_model(model: KerasModel) -> KerasModel:
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
            f"The Keras model {type(model).__name__} cannot be copied. Give its class, and those of its layers, its "
            "loss and its learning rate schedule, a get_config that returns the arguments of the constructor."
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


def check_outputs(plan: TrainingPlan, model: KerasModel, X: Matrix, owner: str) -> int:
    """Return the number of output units, having called the model on a few rows of `X`, which also builds it."""
    outputs = _try_model(model, X[:_PROBED_ROWS], owner)
    n_units, n_classes = outputs.shape[1], plan.settings.architecture.n_classes
    fitting = [1, 2] if plan.settings.architecture.n_outputs == 1 else [n_classes]
    if n_units not in fitting:
        rule = f"a Keras model with {' or '.join(map(str, fitting))} output units for {n_classes} classes"
        raise ValueError(parameter_error("model", owner, rule, model, f"It has {n_units} output units."))
    outside = outputs[(outputs < 0) | (outputs > 1)]
    if len(outside) and not gives_logits(model):
        rule = "a Keras model whose outputs are probabilities"
        cure = f"One is {outside[0]:g}; end in a sigmoid or softmax, or compile with a loss of from_logits=True."
        raise ValueError(parameter_error("model", owner, rule, model, cure))
    return n_units


def _try_model(model: KerasModel, X: Matrix, owner: str) -> np.ndarray:
    """Return the outputs of `model` for `X`, or say what about its input or output does not fit."""
    width = getattr(model, "input_shape", None)  # a model of several inputs has a list of them
    if isinstance(width, tuple) and len(width) == 2 and width[1] not in (None, X.shape[1]):
        rule = f"a keras.Model of {X.shape[1]} inputs, one for each feature"
        cure = f"It has {width[1]}; a builder model(meta) reads their number from meta['n_features_in_']."
        raise ValueError(parameter_error("model", owner, rule, model, cure))
    try:
        return model_outputs(model, X)
    except OutputShapeError:
        rule = "a Keras model with one output of shape (n_samples, n_units)"
        raise ValueError(parameter_error("model", owner, rule, model)) from None


def compile_model(plan: TrainingPlan, model: KerasModel, n_units: int, metrics: Any, owner: str) -> None:
    """Compile `model` as the plan says, unless the user has."""
    if not model.compiled:
        from skweighted.engines.keras._losses import to_keras_loss
        from skweighted.engines.keras._schedules import to_keras_schedule

        scheduled = plan.schedule and to_keras_schedule(plan.schedule, plan.settings.epochs * plan.n_steps)
        optimizer = plan.settings.optimizer.to_keras(scheduled or plan.learning_rate)
        loss = to_keras_loss(plan.settings.loss, n_units, plan.loss_values)
        model.compile(optimizer=optimizer, loss=loss, metrics=_copy_metrics(metrics))
    elif metrics is not None:
        cure = "Give the metrics to model.compile, or leave the model uncompiled."
        raise ValueError(parameter_error("metrics", owner, "None when the model is compiled", metrics, cure))


def resume_from(model: KerasModel, trained: KerasModel) -> None:
    """Give a compiled `model` the weights of `trained` and, if it has the same optimizer, what that remembers.

    The learning rate stays the one `model` was compiled with.

    Parameters
    ----------
    model, trained : keras.Model
        Of the same layers.
    """
    model.set_weights(trained.get_weights())
    optimizer, memory = model.optimizer, trained.optimizer
    if _optimizer_key(optimizer) != _optimizer_key(memory):
        return
    optimizer.build(model.trainable_variables)
    for variable, value in zip(_memory_of(optimizer), _memory_of(memory), strict=True):
        variable.assign(value)
    schedule = optimizer._learning_rate
    if hasattr(schedule, "first_step"):  # one of ours, which begins anew with every fit
        schedule.first_step = int(optimizer.iterations.numpy())


def _memory_of(optimizer: Any) -> list[Any]:
    """Return the variables of a Keras optimizer without its learning rate, which is none under a schedule."""
    return [variable for variable in optimizer.variables if variable is not optimizer.learning_rate]


def _optimizer_key(optimizer: Any) -> tuple[type, dict[str, Any]]:
    """Return what must be the same of two Keras optimizers for one to continue with what the other remembers."""
    config = optimizer.get_config()
    return type(optimizer), {name: config[name] for name in config if name not in ("name", "learning_rate")}


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
