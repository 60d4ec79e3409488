"""Every constructor parameter of the classifier, once: its range, its check, and what training works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from sklearn.metrics import get_scorer, get_scorer_names

from skweighted._base.checks import Interval, check_boolean, check_choice, check_hidden_layer_sizes
from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.types import Costs, KerasModel, KerasParts, NetworkEstimator, RandomState
from skweighted.batches import BATCHES, BatchRule, Shuffled
from skweighted.class_weights import ClassWeightRule, resolve_rule
from skweighted.embeddings import EMBEDDINGS, Embedding
from skweighted.engines.plan import EarlyStopping
from skweighted.losses import LOSSES, Loss
from skweighted.network import ACTIVATIONS, COMMITTEES, Architecture
from skweighted.optimizers import OPTIMIZERS, Optimizer
from skweighted.optimizers.schedules import Constant, Schedule, resolve_schedule

__all__ = ["AUTO_BATCH", "Parameters", "auto_epochs", "read_parameters", "uses_keras"]

AUTO_BATCH = 200  # MLPClassifier's
_MOST_EPOCHS, _FEWEST_EPOCHS, _FEW_ROWS = 50, 10, 4000
_KERAS_ONLY = ("model", "callbacks", "metrics")

_COUNT = Interval(1, integer=True)
_NUMBERS = {
    "alpha": Interval(0),
    "dropout": Interval(0, 1),
    "validation_fraction": Interval(0, 1, closed="neither"),
    "n_iter_no_change": _COUNT,
    "tol": Interval(0),
    "n_networks": _COUNT,
}
_BOOLEANS = ("normalize_weights", "front_scale", "early_stopping", "warm_start")

Scorer = Callable[..., float]


@dataclass(frozen=True, eq=False)
class Parameters:
    """The checked parameters of a classifier. No step after :func:`read_parameters` asks the classifier for any.

    Parameters
    ----------
    owner : str
        The class named in errors.
    hidden_layer_sizes : tuple of int
    activation : str
    class_weight : mapping, ClassWeightRule or None
        Weights by label, or the rule that computes them.
    deferred : bool
        Whether class weights come late in training.
    cost_matrix : array-like, dict or None
        As it was given: it can be read only when the classes are known.
    loss, optimizer, batches : instances
        What the names stand for.
    normalize_weights : bool
    learning_rate : float
        The highest one.
    schedule : Schedule or None
        How it changes in the course of training; None if it does not.
    alpha, dropout : float
    batch_size : int or None
        None is automatic.
    epochs : int or None
        None is automatic.
    steps_per_epoch : int or None
    corrected : bool
        Whether probabilities are reported at the training rows' own priors.
    early_stopping : EarlyStopping or None
    monitor : str or callable
        As it was given; errors name it.
    scorer : callable or None
        The scorer of `monitor`; None watches the loss.
    validation_fraction : float
    n_networks : int
    committee : {"independent", "mini", "batch"}
    embedding : Embedding or None
    front_scale : bool
    engine : {"compiled", "keras"}
    model, callbacks, metrics : object
        As given; None for what the compiled engine trains.
    dtype : {"float32", "float64"}
    warm_start : bool
    random_state : int, RandomState instance or None
    verbose : bool or int
    """

    owner: str
    hidden_layer_sizes: tuple[int, ...]
    activation: str
    class_weight: Mapping[Any, float] | ClassWeightRule | None
    deferred: bool
    cost_matrix: Costs
    loss: Loss
    normalize_weights: bool
    optimizer: Optimizer
    learning_rate: float
    schedule: Schedule | None
    alpha: float
    dropout: float
    batch_size: int | None
    epochs: int | None
    steps_per_epoch: int | None
    batches: BatchRule
    corrected: bool
    early_stopping: EarlyStopping | None
    monitor: str | Scorer
    scorer: Scorer | None
    validation_fraction: float
    n_networks: int
    committee: str
    embedding: Embedding | None
    front_scale: bool
    engine: str
    model: KerasModel
    callbacks: KerasParts
    metrics: KerasParts
    dtype: str
    warm_start: bool
    random_state: RandomState
    verbose: bool | int

    @property
    def repeats_validation(self) -> bool:
        """Whether validation rows are repeated as batches repeat the training rows: the watched loss compares rows."""
        compares_rows = type(self.loss).batch_loss is not Loss.batch_loss
        return compares_rows and not self.watches_score and not isinstance(self.batches, Shuffled)

    @property
    def n_plans(self) -> int:
        """How many networks train on their own; members that share weights are one."""
        return self.n_networks if self.committee == "independent" else 1

    def architecture(self, n_features: int, n_classes: int) -> Architecture:
        """Return the shape of each network that trains on its own."""
        n_outputs, n_members = 1 if n_classes == 2 else n_classes, self.n_networks // self.n_plans
        layer_sizes = (n_features, *self.hidden_layer_sizes, n_outputs)
        return Architecture(layer_sizes, self.activation, self.committee, n_members, self.front_scale, self.embedding)

    @property
    def watches_score(self) -> bool:
        """Whether validation rows are judged by a scorer, instead of by their loss."""
        return self.early_stopping is not None and self.early_stopping.score


def read_parameters(estimator: NetworkEstimator) -> Parameters:
    """Return the checked parameters of `estimator`, a ``CostSensitiveMLPClassifier``.

    Raises
    ------
    TypeError, ValueError
        One sentence that names the parameter, its value and the cure.
    """
    owner = type(estimator).__name__
    numbers = {name: valid.read(getattr(estimator, name), name, owner) for name, valid in _NUMBERS.items()}
    n_iter_no_change, tol = numbers.pop("n_iter_no_change"), numbers.pop("tol")
    steps_per_epoch, batch_size = _read_steps(estimator, owner), _read_batch_size(estimator.batch_size, owner)
    _check_verbose(estimator.verbose, owner)
    check_choice(estimator.activation, "activation", owner, ACTIVATIONS)
    check_choice(estimator.committee, "committee", owner, COMMITTEES)
    for name in _BOOLEANS:
        check_boolean(getattr(estimator, name), name, owner)
    loss = LOSSES.resolve(estimator.loss, owner)
    optimizer = OPTIMIZERS.resolve(estimator.optimizer, owner)
    batches = BATCHES.resolve(estimator.batches, owner)
    embedding = None if estimator.embedding is None else EMBEDDINGS.resolve(estimator.embedding, owner)
    for component in (loss, optimizer, batches, *([] if embedding is None else [embedding])):
        component.check(owner)
    schedule = resolve_schedule(estimator.learning_rate, owner)
    class_weight = _read_class_weight(estimator.class_weight, owner)
    scorer = _read_monitor(estimator.monitor, owner)
    stopping = EarlyStopping(n_iter_no_change, tol, score=scorer is not None)
    return Parameters(
        owner=owner,
        hidden_layer_sizes=check_hidden_layer_sizes(estimator.hidden_layer_sizes, owner),
        activation=estimator.activation,
        class_weight=class_weight,
        deferred=_read_weight_schedule(estimator, owner),
        cost_matrix=estimator.cost_matrix,
        loss=loss,
        normalize_weights=bool(estimator.normalize_weights),
        optimizer=optimizer,
        learning_rate=schedule.highest_rate(),
        schedule=None if isinstance(schedule, Constant) else schedule,
        batch_size=batch_size,
        epochs=_read_epochs(estimator.epochs, owner),
        steps_per_epoch=steps_per_epoch,
        batches=batches,
        corrected=_read_probabilities(estimator, loss, owner),
        early_stopping=stopping if estimator.early_stopping else None,
        monitor=estimator.monitor,
        scorer=scorer,
        committee=estimator.committee,
        embedding=embedding,
        front_scale=bool(estimator.front_scale),
        engine=_read_engine(estimator, owner),
        model=estimator.model,
        callbacks=estimator.callbacks,
        metrics=estimator.metrics,
        dtype=_read_dtype(estimator.dtype, owner),
        warm_start=bool(estimator.warm_start),
        random_state=estimator.random_state,
        verbose=estimator.verbose,
        **numbers,
    )


def uses_keras(estimator: NetworkEstimator) -> bool:
    """Return whether `estimator` trains with Keras, asked for by name or by what only Keras can do."""
    needed = any(getattr(estimator, name) is not None for name in _KERAS_ONLY)
    return estimator.engine == "keras" or (estimator.engine == "auto" and needed)


def _read_steps(estimator: NetworkEstimator, owner: str) -> int | None:
    if estimator.steps_per_epoch is None:
        return None
    cure = "None makes an epoch one pass over the rows."
    steps: int = _COUNT.read(estimator.steps_per_epoch, "steps_per_epoch", owner, otherwise="None", cure=cure)
    return steps


def auto_epochs(n_rows: int) -> int:
    """Return the epochs of ``epochs="auto"``: 50 up to 4,000 rows, fewer by the root of the rows above, 10 at least.

    More rows make more steps of an epoch, and a network does not need so many more.
    """
    return max(_FEWEST_EPOCHS, round(_MOST_EPOCHS * min(1.0, (_FEW_ROWS / n_rows) ** 0.5)))


def _read_epochs(epochs: object, owner: str) -> int | None:
    if isinstance(epochs, str) and epochs == "auto":
        return None
    cure = f"'auto' takes {_MOST_EPOCHS}, and fewer for more than {_FEW_ROWS:,} rows."
    count: int = _COUNT.read(epochs, "epochs", owner, otherwise="'auto'", cure=cure)
    return count


def _read_batch_size(batch_size: object, owner: str) -> int | None:
    if isinstance(batch_size, str) and batch_size == "auto":
        return None
    cure = f"'auto' takes min({AUTO_BATCH}, n_samples)."
    size: int = _COUNT.read(batch_size, "batch_size", owner, otherwise="'auto'", cure=cure)
    return size


def _check_verbose(verbose: object, owner: str) -> None:
    if not isinstance(verbose, bool):
        Interval(0, integer=True).read(verbose, "verbose", owner, otherwise="a boolean")


def _read_class_weight(class_weight: object, owner: str) -> Mapping[Any, float] | ClassWeightRule | None:
    if class_weight is None or isinstance(class_weight, Mapping):
        return class_weight
    return resolve_rule(class_weight, owner)


def _read_engine(estimator: NetworkEstimator, owner: str) -> str:
    check_choice(estimator.engine, "engine", owner, ("auto", "compiled", "keras"))
    only_keras = [name for name in _KERAS_ONLY if getattr(estimator, name) is not None]
    if estimator.engine == "compiled" and only_keras:
        cure = f"Only Keras can train with {only_keras[0]!r}; leave it out to train compiled."
        raise ValueError(parameter_error("engine", owner, "'auto' or 'keras' here", estimator.engine, cure))
    return "keras" if uses_keras(estimator) else "compiled"


def _read_weight_schedule(estimator: NetworkEstimator, owner: str) -> bool:
    if estimator.weight_schedule is None:
        return False
    check_choice(estimator.weight_schedule, "weight_schedule", owner, ("deferred",))
    if estimator.early_stopping:
        rule = "None with early_stopping=True"
        cure = "Training might stop before the class weights come."
        raise ValueError(parameter_error("weight_schedule", owner, rule, estimator.weight_schedule, cure))
    return True


def _read_probabilities(estimator: NetworkEstimator, loss: Loss, owner: str) -> bool:
    check_choice(estimator.probabilities, "probabilities", owner, ("weighted", "corrected"))
    if estimator.probabilities == "corrected" and not loss.proper:
        proper = ", ".join(repr(key) for key, cls in sorted(LOSSES.items()) if cls.proper)
        cure = f"Its minimum is not the true probability; the losses that can be repaired are {proper}."
        rule = f"'weighted' with loss={estimator.loss!r}"
        raise ValueError(parameter_error("probabilities", owner, rule, "corrected", cure))
    return bool(estimator.probabilities == "corrected")


def _read_dtype(dtype: DTypeLike, owner: str) -> str:
    try:
        name = str(dtype) if dtype is None else np.dtype(dtype).name  # to NumPy None is float64
    except TypeError:
        name = str(dtype)
    if name not in ("float32", "float64"):
        raise ValueError(parameter_error("dtype", owner, "'float32' or 'float64'", dtype))
    return name


def _read_monitor(monitor: object, owner: str) -> Scorer | None:
    if callable(monitor):
        scorer: Scorer = monitor
        return scorer
    if isinstance(monitor, str) and monitor == "loss":
        return None
    names = get_scorer_names()
    if not (isinstance(monitor, str) and monitor in names):
        cure = did_you_mean(monitor, names) or "sklearn.metrics.get_scorer_names() lists them all."
        rule = "'loss', the name of a scikit-learn scorer, or a scorer"
        raise ValueError(parameter_error("monitor", owner, rule, monitor, cure))
    named: Scorer = get_scorer(monitor)
    return named
