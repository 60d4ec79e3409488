"""One training plan through scikeras, with a way round each of its defects.

Only `KerasEngine.train` imports this module, when it runs: importing scikeras patches Keras for the whole process.

scikeras sets up the callbacks, asks for a model and calls `fit`. It is not asked for anything it does wrongly. Row
weights and targets come from the plan: scikeras multiplies weights in place, drops rows of weight 0 and renumbers the
classes if some have no rows. So do validation rows (it takes the tail of the arrays) and seeds (it switches the
process to deterministic operations), and predictions never pass through it (it squeezes those for one row).
"""

import contextlib
import copy
import inspect
import logging
import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scikeras.wrappers import KerasClassifier
from scipy import sparse

from skweighted._base.errors import parameter_error
from skweighted._base.types import KerasModel, Matrix
from skweighted.engines.keras._arguments import KerasArguments
from skweighted.engines.keras._batches import training_batches, validation_batches
from skweighted.engines.keras._losses import is_cross_entropy, takes_class_codes
from skweighted.engines.keras._models import as_list, check_outputs, compile_model, make_model, resume_from
from skweighted.engines.keras._twin import make_twin
from skweighted.engines.keras._watch import EpochWatcher
from skweighted.engines.plan import NetworkState, Progress, TrainedNetwork, TrainingPlan

__all__ = ["train_plan"]


def train_plan(plan: TrainingPlan, arguments: KerasArguments, progress: Progress | None) -> TrainedNetwork:
    """Train one plan, from the model in its state if there is one; see :class:`KerasEngine`."""
    X = plan.data.X[plan.rows]
    # scikeras makes Python lists of a sparse matrix, but leaves a sparse array alone.
    X = sparse.csr_array(X) if sparse.issparse(X) else X
    watcher = EpochWatcher(plan, is_twin=arguments.model is None, progress=progress)
    callbacks = _copy_callbacks(arguments.callbacks, arguments.owner)

    def build(meta: dict[str, Any]) -> PlannedModel:
        return _prepare_model(plan, arguments, X, meta)

    wrapper = KerasClassifier(model=build, callbacks=[*callbacks, watcher], epochs=plan.settings.epochs, verbose=0)
    with _no_tracing_warnings():
        wrapper.fit(X, plan.data.y[plan.rows])
    return _result(wrapper.model_, watcher, callbacks)


def _prepare_model(plan: TrainingPlan, arguments: KerasArguments, X: Matrix, meta: dict[str, Any]) -> "PlannedModel":
    """Return the model to train, checked and compiled; `meta` is what scikeras tells a builder."""
    owner = arguments.owner
    model = make_twin(plan) if arguments.model is None else make_model(plan, arguments.model, meta, owner)
    n_units = check_outputs(plan, model, X, owner)
    correctable = not model.compiled or is_cross_entropy(model.loss)
    if arguments.check_loss is not None:
        arguments.check_loss(correctable)
    compile_model(plan, model, n_units, arguments.metrics, owner)
    if plan.state.keras_model is not None:
        resume_from(model, plan.state.keras_model)
    return PlannedModel(model, plan, n_units, correctable=correctable)


class PlannedModel:
    """A compiled Keras model as scikeras sees it, whose `fit` trains on the plan's batches.

    Parameters
    ----------
    model : keras.Model
    plan : TrainingPlan
    n_units : int
        Output units of `model`.
    correctable : bool
        As in `TrainedNetwork`.
    """

    compiled = True

    def __init__(self, model: KerasModel, plan: TrainingPlan, n_units: int, *, correctable: bool) -> None:
        self.model = model
        self.plan = plan
        self.correctable = correctable
        self.loss, self.optimizer, self.outputs = model.loss, model.optimizer, [n_units]
        self._n_targets = 0 if takes_class_codes(model.loss) else n_units

    def fit(
        self, x: Matrix, y: np.ndarray, *, epochs: int, verbose: int, callbacks: list[Any], **scikeras_settings: Any
    ) -> SimpleNamespace:
        """Train on the rows of `x`, with targets and weights from the plan."""
        self.model.fit(
            training_batches(self.plan, x, self._n_targets),
            steps_per_epoch=-(-self.plan.n_drawn // self.plan.settings.batch_size),
            validation_data=validation_batches(self.plan, self._n_targets),
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            shuffle=False,
        )
        # scikeras renames metrics, and fails if a name belongs to a metric with required parameters; it gets none.
        return SimpleNamespace(history={})


def _copy_callbacks(callbacks: Any, owner: str) -> list[Any]:
    """Return callbacks that share no state with those of another fit, if they can be copied."""
    copies = []
    for callback in as_list(callbacks):
        made = callback() if inspect.isclass(callback) else callback
        if not isinstance(made, keras.callbacks.Callback):
            rule = "a keras.callbacks.Callback or a list of them"
            raise TypeError(parameter_error("callbacks", owner, rule, callback))
        # Files, locks and the like cannot be copied; such a callback serves every fit, and knows the last one's model.
        with contextlib.suppress(TypeError, NotImplementedError, pickle.PicklingError):
            made = copy.deepcopy(made, {id(made.model): made.model})
        copies.append(made)
    return copies


@contextlib.contextmanager
def _no_tracing_warnings() -> Iterator[None]:
    """Hold back TensorFlow's advice against tracing in a loop: every Keras model has to be traced once."""

    def keep(record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in record.getMessage()

    logger = tf.get_logger()
    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


def _result(planned: PlannedModel, watcher: EpochWatcher, callbacks: list[Any]) -> TrainedNetwork:
    model, plan = planned.model, planned.plan
    history = {name: [_plain(value) for value in values] for name, values in model.history.history.items()}
    n_epochs = len(history["loss"])
    best_epoch = watcher.best_epoch or n_epochs
    for callback in callbacks:
        restored = isinstance(callback, keras.callbacks.EarlyStopping) and callback.restore_best_weights
        if restored and watcher.stopping is None and callback.best_weights is not None:
            best_epoch = callback.best_epoch + 1
    params = model.get_weights() if watcher.is_twin else []
    state = NetworkState(params, step=int(model.optimizer.iterations), epoch=plan.state.epoch + n_epochs)
    return TrainedNetwork(
        state=state,
        loss_curve=np.array(history["loss"]),
        validation_curve=np.array(watcher.validation_curve) if watcher.validation_curve else None,
        best_epoch=best_epoch,
        diverged_at=watcher.diverged_at,
        keras_model=model,
        history=history,
        correctable=planned.correctable,
    )


def _plain(value: Any) -> Any:
    """Return what Keras logged as a number, or as a list if a metric has a value for each class."""
    array = keras.ops.convert_to_numpy(value)
    return array.tolist() if array.ndim else float(array)
