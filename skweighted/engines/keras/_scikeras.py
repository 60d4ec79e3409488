"""One training plan through scikeras, with a way round each of its defects.

Only ``engines.keras.train`` imports this module, when it runs: importing scikeras patches Keras for the whole process.

scikeras sets up the callbacks, asks for a model and calls `fit`. It is not asked for anything it does wrongly. Row
weights and targets come from the plan: scikeras multiplies weights in place, drops rows of weight 0 and renumbers the
classes where some have no rows. So do validation rows (it takes the tail of the arrays) and seeds (it switches the
process to deterministic operations), and predictions never pass through it (it squeezes those for one row).
"""

import contextlib
import copy
import functools
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
from skweighted.batches import draw_epoch
from skweighted.engines._patience import Patience
from skweighted.engines.keras._models import (
    OWNER,
    as_list,
    check_outputs,
    compile_model,
    go_on_from,
    is_cross_entropy,
    make_model,
    make_own_network,
    predict_logits,
    takes_class_codes,
)
from skweighted.engines.plan import (
    SHUFFLES,
    NetworkState,
    Progress,
    TrainedNetwork,
    TrainingPlan,
    random_generator,
)
from skweighted.losses import Loss
from skweighted.network import forward

__all__ = ["train_plan"]

# There is no Python in them to convert, and on new versions of Python it warns that it cannot.
without_autograph = tf.autograph.experimental.do_not_convert

_PROBED_ROWS = 256
_VALIDATION_BATCH = 1024


def train_plan(
    plan: TrainingPlan,
    model: Any,
    trained: Any,
    *,
    callbacks: Any,
    metrics: Any,
    corrected: bool,
    progress: Progress | None,
) -> TrainedNetwork:
    """Train one plan, from the weights of `trained` if any; see ``engines.keras.train`` for the parameters."""
    x = plan.data.X[plan.rows]
    # scikeras makes Python lists of a sparse matrix, but leaves a sparse array alone.
    x = sparse.csr_array(x) if sparse.issparse(x) else x
    watch = Watch(plan, own=model is None, progress=progress)
    fit_callbacks = _copy_callbacks(callbacks)

    def build(meta: dict[str, Any]) -> PlannedModel:
        keras_model = make_own_network(plan) if model is None else make_model(plan, model, meta)
        n_units = check_outputs(plan, keras_model, x[:_PROBED_ROWS])
        unknown_loss = keras_model.compiled and not is_cross_entropy(keras_model.loss)
        if unknown_loss and corrected:
            rule = "'weighted' with a compiled model, unless its loss is a cross-entropy without label smoothing"
            cure = "Leave the model uncompiled: nobody knows whether a loss of its own can be undone."
            raise ValueError(parameter_error("probabilities", OWNER, rule, "corrected", cure))
        compile_model(plan, keras_model, n_units, metrics)
        if trained is not None:
            go_on_from(keras_model, trained)
        return PlannedModel(keras_model, plan, n_units, unknown_loss=unknown_loss)

    wrapper = KerasClassifier(model=build, callbacks=[*fit_callbacks, watch], epochs=plan.settings.epochs, verbose=0)
    with _no_tracing_warnings():
        wrapper.fit(x, plan.data.y[plan.rows])
    return _result(wrapper.model_, watch, fit_callbacks)


class PlannedModel:
    """A compiled Keras model as scikeras sees it, whose `fit` trains on the plan's batches.

    Parameters
    ----------
    model : keras.Model
    plan : TrainingPlan
    n_units : int
        Output units of `model`.
    unknown_loss : bool
        As in `TrainedNetwork`.
    """

    compiled = True

    def __init__(self, model: Any, plan: TrainingPlan, n_units: int, *, unknown_loss: bool) -> None:
        self.model = model
        self.plan = plan
        self.unknown_loss = unknown_loss
        self.loss, self.optimizer, self.outputs = model.loss, model.optimizer, [n_units]
        self._n_targets = 0 if takes_class_codes(model.loss) else n_units

    def fit(self, x: Any, y: Any, *, epochs: int, verbose: int, callbacks: list[Any], **scikeras_settings: Any) -> Any:
        """Train on the rows of `x`, with targets and weights from the plan."""
        settings = self.plan.settings
        n_steps = settings.steps_per_epoch or -(-self._epoch_length() // settings.batch_size)
        self.model.fit(
            self._training_batches(x),
            steps_per_epoch=n_steps,
            validation_data=self._validation_batches() if len(self.plan.validation_rows) else None,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            shuffle=False,
        )
        # scikeras renames metrics, and fails where a name belongs to a metric with required parameters; it gets none.
        return SimpleNamespace(history={})

    def _epoch_length(self) -> int:
        return self.plan.settings.batches.epoch_length(self.plan.data.y[self.plan.rows])

    def _training_batches(self, x: Any) -> Any:
        """Return the batches of all epochs, one after another, as the compiled engine draws them."""
        plan, settings = self.plan, self.plan.settings
        labels = plan.data.y[plan.rows]
        generators = functools.partial(random_generator, plan.seed, SHUFFLES)

        def order(epoch: np.ndarray) -> np.ndarray:
            drawn = draw_epoch(
                settings.batches, labels, generators, int(epoch), settings.batch_size, settings.steps_per_epoch
            )
            return drawn.astype(np.int64)

        @without_autograph  # type: ignore[untyped-decorator]
        def positions(epoch: Any) -> Any:
            drawn = tf.numpy_function(order, [epoch], tf.int64)
            drawn.set_shape([None])
            return tf.data.Dataset.from_tensor_slices(drawn).batch(settings.batch_size)

        # One call of Python an epoch; a keras.utils.PyDataset has one a batch, which costs 40 % on small batches.
        epochs = tf.data.Dataset.range(plan.state.epoch, plan.state.epoch + settings.epochs)
        return epochs.flat_map(positions).map(self._taker(x, plan.rows)).prefetch(tf.data.AUTOTUNE)

    def _validation_batches(self) -> Any:
        rows = self.plan.validation_rows
        # A loss that compares rows with each other is no average over pieces of them.
        by_rows = type(self.plan.settings.loss).batch_loss is Loss.batch_loss
        positions = tf.data.Dataset.range(len(rows)).batch(_VALIDATION_BATCH if by_rows else len(rows))
        return positions.map(self._taker(self.plan.data.X[rows], rows)).prefetch(tf.data.AUTOTUNE)

    def _taker(self, x: Any, rows: np.ndarray) -> Any:
        """Return the function from positions in `rows` to inputs, targets and row weights; `x` has the inputs."""
        data, dtype, n_targets = self.plan.data, self.plan.settings.dtype, self._n_targets
        codes = tf.constant(data.y[rows])
        row_weight = tf.constant((self.plan.class_weight[data.y[rows]] * data.sample_weight[rows]).astype(dtype))
        dense = None if sparse.issparse(x) else tf.constant(x)

        def densify(positions: np.ndarray) -> np.ndarray:
            return x[positions].toarray()

        @without_autograph  # type: ignore[untyped-decorator]
        def take(positions: Any) -> tuple[Any, Any, Any]:
            if dense is None:
                inputs = tf.numpy_function(densify, [positions], dtype)
                inputs.set_shape([None, x.shape[1]])
            else:
                inputs = tf.gather(dense, positions)
            targets = tf.gather(codes, positions)
            if n_targets == 1:
                targets = tf.cast(targets, dtype)[:, None]
            elif n_targets:
                targets = tf.one_hot(targets, n_targets, dtype=dtype)
            return inputs, targets, tf.gather(row_weight, positions)

        return take


class Watch(keras.callbacks.Callback):
    """The validation curve, early stopping and divergence of one network, judged as the compiled engine does.

    Parameters
    ----------
    plan : TrainingPlan
    own : bool
        Whether the network is the library's own.
    progress : callable (epoch, loss, validation value or None), optional
        Called after each epoch.
    """

    def __init__(self, plan: TrainingPlan, *, own: bool, progress: Progress | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.own = own
        self.progress = progress
        self.stopping = plan.settings.early_stopping
        self.validation_curve: list[float] = []
        self.diverged_at: int | None = None
        self._patience = None if self.stopping is None else Patience(self.stopping, n_networks=1)
        self._best_weights: list[np.ndarray] | None = None

    @property
    def best_epoch(self) -> int:
        """The epoch, counted from 1, of the best value; 0 without early stopping."""
        return 0 if self._patience is None else int(self._patience.best_epoch[0])

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the validation value and stop if training has diverged or waited long enough."""
        logs = logs or {}
        params = self.model.get_weights()
        if not (np.isfinite(logs["loss"]) and all(np.isfinite(param).all() for param in params)):
            self.diverged_at = epoch + 1
            self.model.stop_training = True
        value = self._validation_value(logs, params) if len(self.plan.validation_rows) else None
        if value is not None:
            self.validation_curve.append(value)
            self._judge(value, epoch + 1, params)
        if self.progress is not None:
            self.progress(epoch + 1, float(logs["loss"]), value)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Go back to the best epoch's weights."""
        if self._best_weights is not None:
            self.model.set_weights(self._best_weights)

    def _validation_value(self, logs: dict[str, float], params: list[np.ndarray]) -> float:
        plan = self.plan
        if self.stopping is None or not self.stopping.score or plan.monitor is None:
            penalty = plan.alpha / 2 * sum(np.vdot(kernel, kernel) for kernel in params[::2]) if self.own else 0.0
            return float(logs["val_loss"] - penalty)
        if self.diverged_at is not None:
            return np.nan
        X, architecture = plan.data.X[plan.validation_rows], plan.settings.architecture
        if self.own:
            return float(plan.monitor(forward(architecture, params, X)))
        return float(plan.monitor(predict_logits(self.model, X, architecture.n_outputs)))

    def _judge(self, value: float, number: int, params: list[np.ndarray]) -> None:
        """Note an improvement in epoch `number` and stop after waiting long enough."""
        if self._patience is None:
            return
        if self._patience.judge(np.array([value]), number)[0]:
            self._best_weights = params
        if self._patience.spent[0]:
            self.model.stop_training = True


def _copy_callbacks(callbacks: Any) -> list[Any]:
    """Return callbacks that share no state with those of another fit, where they can be copied."""
    copies = []
    for callback in as_list(callbacks):
        made = callback() if inspect.isclass(callback) else callback
        if not isinstance(made, keras.callbacks.Callback):
            rule = "a keras.callbacks.Callback or a list of them"
            raise TypeError(parameter_error("callbacks", OWNER, rule, callback))
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


def _result(planned: PlannedModel, watch: Watch, callbacks: list[Any]) -> TrainedNetwork:
    model, plan = planned.model, planned.plan
    history = {name: [_plain(value) for value in values] for name, values in model.history.history.items()}
    n_epochs = len(history["loss"])
    best_epoch = watch.best_epoch or n_epochs
    for callback in callbacks:
        restored = isinstance(callback, keras.callbacks.EarlyStopping) and callback.restore_best_weights
        if restored and watch.stopping is None and callback.best_weights is not None:
            best_epoch = callback.best_epoch + 1
    params = model.get_weights() if watch.own else []
    state = NetworkState(params, step=int(model.optimizer.iterations), epoch=plan.state.epoch + n_epochs)
    return TrainedNetwork(
        state=state,
        loss_curve=np.array(history["loss"]),
        validation_curve=np.array(watch.validation_curve) if watch.validation_curve else None,
        best_epoch=best_epoch,
        diverged_at=watch.diverged_at,
        keras_model=model,
        history=history,
        unknown_loss=planned.unknown_loss,
    )


def _plain(value: Any) -> Any:
    """Return what Keras logged as a number, or as a list where a metric has a value for each class."""
    array = keras.ops.convert_to_numpy(value)
    return array.tolist() if array.ndim else float(array)
