"""The steps of a fit, from what the user passes to fitted attributes; the batched search takes the same steps.

`plan_fit` and `plan_partial_fit` check and plan, `train` runs an engine, `adopt` sets what was learnt.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from skweighted._base.errors import parameter_error
from skweighted._base.labels import encode_labels, read_labels
from skweighted.class_weights import ClassWeightRule
from skweighted.engines import make_engine
from skweighted.engines.plan import Progress, TrainedNetwork, TrainingData, TrainingPlan
from skweighted.engines.stacking import train_plans
from skweighted.fitting._monitor import try_monitor
from skweighted.fitting._parameters import Parameters, check_parameters, goes_on, wants_keras
from skweighted.fitting._plan import Planner, warn_of_single_rows
from skweighted.fitting._progress import Show, progress_bar
from skweighted.fitting._resume import keep_states, start
from skweighted.fitting._rows import (
    CheckedRows,
    all_rows,
    check_rows,
    check_training_data,
    hint_if_unscaled,
)

__all__ = ["adopt", "plan_fit", "plan_networks", "plan_partial_fit", "train"]


def plan_fit(estimator: Any, X: Any, y: Any, *arguments: Any) -> list[TrainingPlan]:
    """Check everything, set `classes_` and `network_seeds_`, and return the plan of each network."""
    parameters = check_parameters(estimator)
    return plan_networks(estimator, parameters, check_rows(estimator, parameters, X, y, *arguments))


def plan_networks(estimator: Any, parameters: Parameters, rows: CheckedRows) -> list[TrainingPlan]:
    """Set `classes_` and `network_seeds_`, and return the plan of each network on rows checked before."""
    if estimator.early_stopping and rows.given is None:
        warn_of_single_rows(rows.data, rows.classes)
    planner = Planner(estimator, parameters, rows.data, rows.classes)
    states = start(estimator, parameters, rows.classes, goes_on(estimator))
    plans = [
        planner.plan(rows.split(estimator, seed), seed, state)
        for seed, state in zip(estimator.network_seeds_.tolist(), states, strict=True)
    ]
    # The others hold out as many rows of each class.
    try_monitor(plans[0])
    return plans


def plan_partial_fit(estimator: Any, X: Any, y: Any, classes: Any, sample_weight: Any) -> list[TrainingPlan]:
    """Check everything and return the plan of one pass of each network."""
    parameters, owner = check_parameters(estimator), type(estimator).__name__
    _check_partial_fit(estimator, owner)
    continued = hasattr(estimator, "classes_")
    known = _known_classes(estimator, classes, owner)
    X, y, row_weight = check_training_data(estimator, X, y, sample_weight, parameters.dtype, reset=not continued)
    _, codes = encode_labels(y, known, owner, cure="List every class in the first call's classes=.")
    if not continued:
        hint_if_unscaled(X, owner)
    states = start(estimator, parameters, known, continued)
    scale = getattr(estimator, "_weight_scale", None) if continued else None
    planner = Planner(estimator, parameters, TrainingData(X, codes, row_weight), known, one_pass=True)
    return [
        planner.plan(all_rows(codes), seed, state, scale)
        for seed, state in zip(estimator.network_seeds_.tolist(), states, strict=True)
    ]


def _known_classes(estimator: Any, classes: Any, owner: str) -> np.ndarray:
    """Return the sorted classes of a call to ``partial_fit``, which lists them if it is the first."""
    known = getattr(estimator, "classes_", None)
    if classes is None:
        if known is None:
            raise ValueError("classes must be passed on the first call to partial_fit: later rows may hold new ones.")
        return known
    listed = np.unique(read_labels(classes, owner, "classes"))
    if known is not None and not np.array_equal(listed, known):
        raise ValueError(f"classes={classes!r} is not the same as on the last call, {known.tolist()}. Leave it out.")
    if len(listed) < 2:
        raise ValueError(f"{owner} needs at least two classes, and classes={listed.tolist()} lists one class only.")
    return listed


def _check_partial_fit(estimator: Any, owner: str) -> None:
    if estimator.weight_schedule is not None:
        raise ValueError(f"partial_fit of {owner} does not support weight_schedule. Use fit, or set it to None.")
    if estimator.early_stopping:
        raise ValueError(f"partial_fit of {owner} does not support early_stopping=True. Use fit, or set it to False.")
    if isinstance(estimator.class_weight, str | ClassWeightRule):
        raise ValueError(
            f"class_weight={estimator.class_weight!r} of {owner} is not supported by partial_fit: it needs all rows at "
            "once. Compute the weights and pass them as a dict."
        )


def train(estimator: Any, plans: list[TrainingPlan]) -> list[TrainedNetwork]:
    """Train `plans` with the engine that `estimator` asks for."""
    with progress_bar(estimator.verbose, plans) as show:
        return _train_keras(estimator, plans, show) if wants_keras(estimator) else _train_compiled(plans, show)


def _train_compiled(plans: list[TrainingPlan], show: Show | None) -> list[TrainedNetwork]:
    from skweighted._base.tensorflow import count_threads

    compiled = make_engine("compiled")

    def train_stack(stack: list[TrainingPlan], n_networks: int, report: Progress) -> list[TrainedNetwork]:
        return compiled.train(stack, n_networks=n_networks, progress=report)

    return train_plans(plans, train_stack, progress=show, n_threads=count_threads())


def _train_keras(estimator: Any, plans: list[TrainingPlan], show: Show | None) -> list[TrainedNetwork]:
    from skweighted.engines.keras import KerasArguments

    owner = type(estimator).__name__
    check_loss = _loss_checker(owner) if estimator.probabilities == "corrected" else None
    arguments = KerasArguments(estimator.model, estimator.callbacks, estimator.metrics, check_loss, owner)
    engine = make_engine("keras", arguments)
    return [engine.train([plan], progress=show and functools.partial(show, [plan]))[0] for plan in plans]


def _loss_checker(owner: str) -> Callable[[bool], None]:
    """Return a function that refuses a compiled Keras model whose probabilities cannot be corrected."""

    def check(correctable: bool) -> None:
        if not correctable:
            rule = "'weighted' with a compiled model, unless its loss is a cross-entropy without label smoothing"
            cure = "Leave the model uncompiled: nobody knows whether a loss of its own can be undone."
            raise ValueError(parameter_error("probabilities", owner, rule, "corrected", cure))

    return check


def adopt(estimator: Any, plans: list[TrainingPlan], results: list[TrainedNetwork], *, resumable: bool) -> None:
    """Set the fitted attributes of `estimator` from what training found.

    Raises
    ------
    ValueError
        If training diverged.
    """
    for plan, result in zip(plans, results, strict=True):
        if result.diverged_at is not None:
            raise ValueError(_divergence(plan, result.diverged_at))
    architecture = plans[0].settings.architecture
    states = [result.state for result in results]
    histories = _histories(estimator, results, continued=plans[0].state.epoch > 0)
    _set_curves(estimator, results, continued=plans[0].state.epoch > 0)
    estimator._architecture = architecture
    estimator._weight_scale = plans[0].weight_scale
    estimator._log_prior_factors = [
        plan.log_prior_factor if result.correctable else None for plan, result in zip(plans, results, strict=True)
    ]
    class_weights = [_by_label(estimator.classes_, plan.class_weight) for plan in plans]
    alike = all(weights == class_weights[0] for weights in class_weights)
    estimator.class_weight_ = class_weights[0] if alike else class_weights
    estimator.n_outputs_ = architecture.n_outputs
    estimator.out_activation_ = architecture.out_activation
    for name in ("_states", "_fitted_model", "model_", "history_", "coefs_", "intercepts_", "n_layers_"):
        vars(estimator).pop(name, None)
    if resumable:
        keep_states(estimator, states)
    if histories:
        estimator.history_ = _alone_or_all(histories)
    if estimator.model is not None:
        estimator.model_ = _alone_or_all([result.keras_model for result in results])
        return
    arrays = [
        params[0] if len(params) == 1 else np.stack(params) for params in zip(*(s.params for s in states), strict=True)
    ]
    estimator.coefs_ = architecture.select("weight", arrays)
    estimator.intercepts_ = architecture.select("bias", arrays)
    estimator.n_layers_ = len(architecture.layer_sizes)


def _alone_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _by_label(classes: np.ndarray, class_weight: np.ndarray) -> dict[Any, float]:
    return dict(zip(classes.tolist(), class_weight.tolist(), strict=True))


def _histories(estimator: Any, results: list[TrainedNetwork], *, continued: bool) -> list[dict[str, list[Any]]]:
    """Return Keras' history of each network, behind that of earlier training if any; none of the compiled engine."""
    histories = [result.history for result in results if result.history is not None]
    if not (continued and histories and hasattr(estimator, "history_")):
        return histories
    before = estimator.history_ if isinstance(estimator.history_, list) else [estimator.history_]
    return [_join_histories(*pair) for pair in zip(before, histories, strict=True)]


def _join_histories(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return one history of both, NaN where only the other one has a name."""
    absent = [[np.nan] * len(history["loss"]) for history in (first, second)]
    return {name: first.get(name, absent[0]) + second.get(name, absent[1]) for name in first | second}


def _set_curves(estimator: Any, results: list[TrainedNetwork], *, continued: bool) -> None:
    """Set `loss_curve_`, `validation_curve_`, `n_iter_` and `best_epoch_`, behind those of earlier training if any."""
    losses = _rectangle([result.loss_curve for result in results])
    held_out = results[0].validation_curve is not None
    validation = _rectangle([result.validation_curve for result in results]) if held_out else None
    n_iter = np.array([len(result.loss_curve) for result in results])
    best = np.array([result.best_epoch for result in results])
    if continued:
        before = np.atleast_1d(estimator.n_iter_)
        n_iter, best = n_iter + before, best + before
        losses_before, validation_before = np.atleast_2d(estimator.loss_curve_), estimator.validation_curve_
        if validation is not None or validation_before is not None:
            parts = _or_nan(validation_before, losses_before), _or_nan(validation, losses)
            validation = np.concatenate(parts, axis=1)
        losses = np.concatenate([losses_before, losses], axis=1)
    alone = len(results) == 1
    estimator.loss_curve_ = losses[0] if alone else losses
    estimator.validation_curve_ = validation if validation is None or not alone else validation[0]
    estimator.n_iter_ = int(n_iter[0]) if alone else n_iter
    estimator.best_epoch_ = int(best[0]) if alone else best


def _or_nan(curve: np.ndarray | None, like: np.ndarray) -> np.ndarray:
    """Return a curve with a network axis, or NaN for each epoch of `like`, shape (K, epochs)."""
    return np.full(like.shape, np.nan) if curve is None else np.atleast_2d(curve)


def _rectangle(curves: list[Any]) -> np.ndarray:
    """Return curves of different lengths as one array, (K, epochs), padded with NaN."""
    padded = np.full((len(curves), max(map(len, curves))), np.nan)
    for row, curve in zip(padded, curves, strict=True):
        row[: len(curve)] = curve
    return padded


def _divergence(plan: TrainingPlan, epoch: int) -> str:
    """Return the message for a loss that is no longer finite, with the likeliest cause."""
    largest = float(abs(plan.data.X).max())
    heaviest = float(plan.class_weight.max() * plan.data.sample_weight.max())
    if largest > 100:  # standardised inputs stay well below
        cause = f"inputs as large as {largest:.3g}: put a StandardScaler before the classifier"
    elif heaviest > 1000:  # one such row outweighs a batch of others
        cause = f"a row weight of {heaviest:.3g}: use smaller ratios or normalize_weights=True"
    else:
        cause = f"learning_rate={plan.learning_rate:g}: try a tenth of it"
    return f"Training diverged: the loss of epoch {epoch} is not finite. The likely cause is {cause}."
