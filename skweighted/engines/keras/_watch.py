"""A Keras callback that watches one network as the compiled engine does; imported only once Keras runs."""

import keras
import numpy as np

from skweighted.engines._patience import Patience
from skweighted.engines.keras._predict import predict_logits
from skweighted.engines.plan import Progress, TrainingPlan
from skweighted.network import forward

__all__ = ["EpochWatcher"]


class EpochWatcher(keras.callbacks.Callback):
    """The validation curve, early stopping and divergence of one network, judged as the compiled engine does.

    Parameters
    ----------
    plan : TrainingPlan
    is_twin : bool
        Whether the network is the library's own.
    progress : callable (epoch, loss, validation value or None), optional
        Called after each epoch.
    """

    def __init__(self, plan: TrainingPlan, *, is_twin: bool, progress: Progress | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.is_twin = is_twin
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

    def _penalty(self, params: list[np.ndarray]) -> float:
        kernels = self.plan.settings.architecture.select("weight", params)
        return self.plan.alpha / 2 * sum(float(np.vdot(kernel, kernel)) for kernel in kernels)

    def _validation_value(self, logs: dict[str, float], params: list[np.ndarray]) -> float:
        plan = self.plan
        if self.stopping is None or not self.stopping.score or plan.monitor is None:
            return float(logs["val_loss"] - (self._penalty(params) if self.is_twin else 0.0))
        if self.diverged_at is not None:
            return np.nan
        X, architecture = plan.data.X[plan.validation_rows], plan.settings.architecture
        if self.is_twin:
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
