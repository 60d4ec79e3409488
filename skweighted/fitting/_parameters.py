"""The constructor parameters of the classifier, checked and turned into what training works with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer, get_scorer_names

from skweighted._base.checks import check_boolean, check_choice, check_hidden_layer_sizes, check_number
from skweighted._base.errors import did_you_mean, parameter_error
from skweighted.batches import BATCHES, BatchRule
from skweighted.class_weights import resolve_rule
from skweighted.engines.plan import EarlyStopping
from skweighted.losses import LOSSES, Loss
from skweighted.network import ACTIVATIONS
from skweighted.optimizers import OPTIMIZERS, Optimizer

__all__ = ["Parameters", "check_parameters", "goes_on", "wants_keras"]

_KERAS_ONLY = ("model", "callbacks", "metrics")


@dataclass(frozen=True)
class Parameters:
    """The checked parameters that are not plain numbers; the numbers stay on the estimator.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int
    loss, optimizer, batches : instances
        What the names stand for.
    engine : {"compiled", "keras"}
    dtype : {"float32", "float64"}
    early_stopping : EarlyStopping or None
    scorer : callable or None
        The scorer of `monitor`, if early stopping goes by one.
    deferred : bool
        Whether class weights come late in training.
    corrected : bool
        Whether probabilities are reported at the training rows' own priors.
    """

    hidden_layer_sizes: tuple[int, ...]
    loss: Loss
    optimizer: Optimizer
    batches: BatchRule
    engine: str
    dtype: str
    early_stopping: EarlyStopping | None
    scorer: Any
    deferred: bool
    corrected: bool


def check_parameters(estimator: Any) -> Parameters:
    """Return the checked parameters of `estimator`, a ``CostSensitiveMLPClassifier``.

    Raises
    ------
    TypeError, ValueError
        One sentence that names the parameter, its value and the cure.
    """
    owner = type(estimator).__name__
    _check_numbers(estimator, owner)
    check_choice(estimator.activation, "activation", owner, ACTIVATIONS)
    for name in ("normalize_weights", "early_stopping", "warm_start"):
        check_boolean(getattr(estimator, name), name, owner)
    components = {
        registry.name: registry.resolve(getattr(estimator, registry.name), owner)
        for registry in (LOSSES, OPTIMIZERS, BATCHES)
    }
    for component in components.values():
        component.check(owner)
    if estimator.class_weight is not None and not hasattr(estimator.class_weight, "items"):
        resolve_rule(estimator.class_weight, owner)
    scorer = _check_monitor(estimator.monitor, owner)
    stopping = EarlyStopping(estimator.n_iter_no_change, estimator.tol, score=scorer is not None)
    return Parameters(
        hidden_layer_sizes=check_hidden_layer_sizes(estimator.hidden_layer_sizes, owner),
        engine=_check_engine(estimator, owner),
        dtype=_check_dtype(estimator.dtype, owner),
        early_stopping=stopping if estimator.early_stopping else None,
        scorer=scorer,
        deferred=_check_weight_schedule(estimator, owner),
        corrected=_check_probabilities(estimator, components["loss"], owner),
        **components,
    )


def wants_keras(estimator: Any) -> bool:
    """Return whether `estimator` trains with Keras, asked for by name or by what only Keras can do."""
    needed = any(getattr(estimator, name) is not None for name in _KERAS_ONLY)
    return estimator.engine == "keras" or (estimator.engine == "auto" and needed)


def goes_on(estimator: Any) -> bool:
    """Return whether `fit` goes on from where an earlier call stopped."""
    return bool(estimator.warm_start) and hasattr(estimator, "classes_")


def _check_numbers(estimator: Any, owner: str) -> None:
    def check(name: str, rule: str, valid: Any, *, integer: bool = False, cure: str = "") -> None:
        check_number(getattr(estimator, name), name, owner, rule=rule, valid=valid, integer=integer, cure=cure)

    check("learning_rate", "a number above 0", lambda v: v > 0)
    check("alpha", "a number of at least 0", lambda v: v >= 0)
    check("dropout", "a number in [0, 1)", lambda v: 0 <= v < 1)
    check("epochs", "an integer of at least 1", lambda v: v >= 1, integer=True)
    check("validation_fraction", "a number in (0, 1)", lambda v: 0 < v < 1)
    check("n_iter_no_change", "an integer of at least 1", lambda v: v >= 1, integer=True)
    check("tol", "a number of at least 0", lambda v: v >= 0)
    check("n_networks", "an integer of at least 1", lambda v: v >= 1, integer=True)
    if estimator.steps_per_epoch is not None:
        cure = "None makes an epoch one pass over the rows."
        check("steps_per_epoch", "None or an integer of at least 1", lambda v: v >= 1, integer=True, cure=cure)
    if not (isinstance(estimator.batch_size, str) and estimator.batch_size == "auto"):
        cure = "'auto' takes min(200, n_samples)."
        check("batch_size", "'auto' or an integer of at least 1", lambda v: v >= 1, integer=True, cure=cure)
    if not isinstance(estimator.verbose, bool):
        check("verbose", "a boolean or an integer of at least 0", lambda v: v >= 0, integer=True)


def _check_engine(estimator: Any, owner: str) -> str:
    check_choice(estimator.engine, "engine", owner, ("auto", "compiled", "keras"))
    asked = [name for name in _KERAS_ONLY if getattr(estimator, name) is not None]
    if estimator.engine == "compiled" and asked:
        cure = f"Only Keras can train with {asked[0]!r}; leave it out to train compiled."
        raise ValueError(parameter_error("engine", owner, "'auto' or 'keras' here", estimator.engine, cure))
    return "keras" if wants_keras(estimator) else "compiled"


def _check_weight_schedule(estimator: Any, owner: str) -> bool:
    if estimator.weight_schedule is None:
        return False
    check_choice(estimator.weight_schedule, "weight_schedule", owner, ("deferred",))
    if estimator.early_stopping:
        rule = "None with early_stopping=True"
        cure = "Training might stop before the class weights come."
        raise ValueError(parameter_error("weight_schedule", owner, rule, estimator.weight_schedule, cure))
    return True


def _check_probabilities(estimator: Any, loss: Loss, owner: str) -> bool:
    check_choice(estimator.probabilities, "probabilities", owner, ("weighted", "corrected"))
    if estimator.probabilities == "corrected" and not loss.proper:
        proper = ", ".join(repr(key) for key, cls in sorted(LOSSES.items()) if cls.proper)
        cure = f"Its minimum is not the true probability; the losses that can be repaired are {proper}."
        rule = f"'weighted' with loss={estimator.loss!r}"
        raise ValueError(parameter_error("probabilities", owner, rule, "corrected", cure))
    return estimator.probabilities == "corrected"


def _check_dtype(dtype: Any, owner: str) -> str:
    try:
        name = str(dtype) if dtype is None else np.dtype(dtype).name  # to NumPy None is float64
    except TypeError:
        name = str(dtype)
    if name not in ("float32", "float64"):
        raise ValueError(parameter_error("dtype", owner, "'float32' or 'float64'", dtype))
    return name


def _check_monitor(monitor: Any, owner: str) -> Any:
    if callable(monitor):
        return monitor
    if isinstance(monitor, str) and monitor == "loss":
        return None
    names = get_scorer_names()
    if not (isinstance(monitor, str) and monitor in names):
        cure = did_you_mean(monitor, names) or "sklearn.metrics.get_scorer_names() lists them all."
        rule = "'loss', the name of a scikit-learn scorer, or a scorer"
        raise ValueError(parameter_error("monitor", owner, rule, monitor, cure))
    return get_scorer(monitor)
