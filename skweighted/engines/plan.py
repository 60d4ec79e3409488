"""What an engine is asked for and what it gives back, as plain arrays and settings."""

import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

import numpy as np

from skweighted._base.types import KerasModel, Matrix
from skweighted.batches import BatchRule
from skweighted.losses import Loss
from skweighted.network import Architecture
from skweighted.optimizers import Optimizer
from skweighted.optimizers.schedules import Schedule

__all__ = [
    "EarlyStopping",
    "NetworkState",
    "Progress",
    "Settings",
    "TrainedNetwork",
    "TrainingData",
    "TrainingPlan",
    "component_key",
]

Component: TypeAlias = Loss | Optimizer | BatchRule

# Takes the epochs trained, the loss and the validation value, if there is one.
Progress = Callable[[int, float, float | None], None]


def component_key(component: Component, leave_out: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Return what is equal for a loss, optimizer or batch rule of the same class and parameters; it can be hashed."""
    parameters = component.get_params(deep=False).items()
    return (type(component), *sorted((name, _value_key(value)) for name, value in parameters if name not in leave_out))


def _value_key(value: Any) -> Any:
    """Return `value` if it can be hashed, else what is equal for a container of equal values."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        return component_key(value)
    if isinstance(value, np.ndarray):
        return np.ndarray, value.dtype.str, value.shape, _value_key(value.tolist())
    if isinstance(value, Mapping):
        return type(value), frozenset((key, _value_key(entry)) for key, entry in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_value_key, value))
    if isinstance(value, set):
        return set, frozenset(value)
    return value if isinstance(value, Hashable) else _ById(value)


@dataclass(frozen=True)
class _ById:
    """A value that is equal to itself only; held, so that no other value gets its id."""

    value: Any = field(compare=False)
    number: int = field(init=False)

    def __post_init__(self) -> None:
        """Note which object it is."""
        object.__setattr__(self, "number", id(self.value))


@dataclass(frozen=True)
class EarlyStopping:
    """When to stop, and by what.

    Parameters
    ----------
    patience : int
        Epochs without an improvement by more than `tol` after which a network stops.
    tol : float
    score : bool
        Whether each plan's `monitor` is asked for a score (higher is better), instead of the validation loss.
    """

    patience: int
    tol: float
    score: bool


@dataclass(frozen=True, eq=False)
class Settings:
    """All that the networks of one stack have in common.

    Settings are equal by value: two plans of equal settings may be trained in one stack.
    """

    architecture: Architecture
    loss: Loss
    optimizer: Optimizer
    batches: BatchRule
    batch_size: int
    steps_per_epoch: int | None
    epochs: int
    dtype: str
    early_stopping: EarlyStopping | None = None

    @functools.cached_property
    def _value(self) -> dict[str, Hashable]:
        """The fields, with a key in place of each component."""
        components = {
            "loss": component_key(self.loss, self.loss.runtime_parameters),
            "optimizer": component_key(self.optimizer),
            "batches": component_key(self.batches),
        }
        return {field.name: getattr(self, field.name) for field in fields(self)} | components

    def __eq__(self, other: object) -> bool:
        """Return whether `other` holds the same settings."""
        return isinstance(other, Settings) and self._value == other._value

    def __hash__(self) -> int:
        """Return a hash by value."""
        return hash(tuple(self._value.values()))


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Rows that any number of plans may point into; held once, however many networks train on them.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        In the dtype of training.
    y : ndarray of shape (n_samples,), int32
        Class codes.
    sample_weight : ndarray of shape (n_samples,)
    """

    X: Matrix
    y: np.ndarray
    sample_weight: np.ndarray


@dataclass(eq=False)
class NetworkState:
    """Where the training of one network stands.

    Parameters
    ----------
    params : list of ndarray
        In the order of ``Architecture.parameters``.
    slots : list of list of ndarray or None
        What the optimizer remembers of each parameter; None before the first step.
    step : int
        Gradient steps taken.
    epoch : int
        Epochs trained, which is the number of the next one.
    slots_of : tuple or None
        The key of the optimizer that `slots` and `step` belong to, as :func:`component_key` has it.
    keras_model : keras.Model or None
        The trained model to continue from, for the Keras engine only; it takes the place of `params`.
    """

    params: list[np.ndarray]
    slots: list[list[np.ndarray]] | None = None
    step: int = 0
    epoch: int = 0
    slots_of: tuple[Any, ...] | None = None
    keras_model: KerasModel | None = None


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """One network to train.

    Parameters
    ----------
    settings : Settings
        What it shares with the other networks of a stack.
    data : TrainingData
    rows, validation_rows : ndarray of int32
        Positions in `data`; `validation_rows` is empty when nothing is held out.
    seed : int
        Key of every random number of this network.
    state : NetworkState
        Where training starts.
    class_weight : ndarray of shape (n_classes,)
        Multiplies the sample weight of each row of a class, normalisation included.
    weight_scale : float
        The normalisation in it.
    learning_rate : float
        The highest one.
    alpha, dropout : float
    loss_values : dict of str to float or ndarray
        What the loss's ``runtime_values`` returned for the training rows.
    monitor : callable or None
        Maps validation logits of shape (n_validation, n_outputs) to a score, higher is better.
    log_prior_factor : ndarray of shape (n_classes,) or None
        What to add to the log probabilities reported to make them those of the training rows' own priors. No engine
        reads it.
    validation_class_weight : ndarray of shape (n_classes,) or None
        Takes the place of `class_weight` for the validation rows: batches may draw some classes more often than others.
    early_class_weight : ndarray of shape (n_classes,) or None
        Takes the place of `class_weight` in training before epoch `switch_epoch`.
    switch_epoch : int
        Counted from 0, earlier training included.
    schedule : Schedule or None
        How `learning_rate` changes over the epochs of this training; None if it does not.
    """

    settings: Settings
    data: TrainingData
    rows: np.ndarray
    validation_rows: np.ndarray
    seed: int
    state: NetworkState
    class_weight: np.ndarray
    weight_scale: float
    learning_rate: float
    alpha: float
    dropout: float
    loss_values: dict[str, Any]
    monitor: Callable[[np.ndarray], float] | None = None
    log_prior_factor: np.ndarray | None = None
    validation_class_weight: np.ndarray | None = None
    early_class_weight: np.ndarray | None = None
    switch_epoch: int = 0
    schedule: Schedule | None = None

    @functools.cached_property
    def n_steps(self) -> int:
        """Gradient steps of an epoch."""
        return -(-self.n_drawn // self.settings.batch_size)

    @functools.cached_property
    def n_drawn(self) -> int:
        """Rows that an epoch draws."""
        settings = self.settings
        if settings.steps_per_epoch:
            return settings.steps_per_epoch * settings.batch_size
        return settings.batches.epoch_length(self.data.y[self.rows])


@dataclass(eq=False)
class TrainedNetwork:
    """What became of a plan.

    Parameters
    ----------
    state : NetworkState
        The parameters to predict with (the best epoch's, under early stopping) and the optimizer's state.
    loss_curve : ndarray of shape (n_epochs,)
        Mean training loss of each epoch, penalty included.
    validation_curve : ndarray of shape (n_epochs,) or None
        Validation loss or score of each epoch.
    best_epoch : int
        The epoch, counted from 1, whose parameters are kept.
    diverged_at : int or None
        The first epoch, counted from 1, whose loss or parameters were not finite.
    keras_model : keras.Model or None
        The trained model, from the Keras engine only.
    history : dict of str to list or None
        Keras' own history, from the Keras engine only.
    correctable : bool
        Whether probabilities can be corrected as the plan's loss says. Not so if a Keras model came compiled with a
        loss of its own, whose minimum need not be the true probability.
    compile_seconds : float
        What its stack spent on compiling a program, or on waiting until another one had compiled it.
    """

    state: NetworkState
    loss_curve: np.ndarray
    validation_curve: np.ndarray | None
    best_epoch: int
    diverged_at: int | None = None
    keras_model: KerasModel | None = None
    history: dict[str, list[Any]] | None = None
    correctable: bool = True
    compile_seconds: float = 0.0
