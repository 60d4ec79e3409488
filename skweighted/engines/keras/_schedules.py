"""Our learning rate schedules as Keras schedules; imported only once Keras runs."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from skweighted._base.types import Tensor
from skweighted.optimizers.schedules import Schedule

__all__ = ["RateTable", "to_keras_schedule"]


def to_keras_schedule(schedule: Schedule, n_steps: int) -> "RateTable":
    """Return the rates of a fit of `n_steps` gradient steps."""
    return RateTable((schedule.highest_rate() * schedule.factors(n_steps)).tolist())


@keras.saving.register_keras_serializable("skweighted")
class RateTable(keras.optimizers.schedules.LearningRateSchedule):
    """The rate of each step from `first_step` on, where an earlier fit may have ended.

    Parameters
    ----------
    rates : sequence of float
        Steps beyond have the last of them.
    first_step : int, default=0
    """

    def __init__(self, rates: Sequence[float], first_step: int = 0) -> None:
        self.rates = np.asarray(rates, dtype=keras.backend.floatx())
        self.first_step = first_step

    def __call__(self, step: Tensor) -> Tensor:
        """Return the rate of a step, counted from 0."""
        known = keras.ops.minimum(keras.ops.cast(step, "int32") - self.first_step, len(self.rates) - 1)
        return keras.ops.take(keras.ops.convert_to_tensor(self.rates), known)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"rates": self.rates.tolist(), "first_step": self.first_step}
