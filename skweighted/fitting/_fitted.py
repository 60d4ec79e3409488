"""Fitted attributes: the one place that writes them, and reads them back."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from skweighted._base.types import KerasModel, NetworkEstimator
from skweighted.engines.plan import NetworkState, TrainedNetwork, TrainingPlan
from skweighted.fitting._plan import FitPlan
from skweighted.network import Architecture, split_members

__all__ = ["Fitted", "models_of", "networks_of", "read_fitted", "set_fitted_attributes"]

T = TypeVar("T")

_NETWORK = ("coefs_", "intercepts_", "embeddings_", "_trained_params", "n_layers_")
_REPLACED = ("_states", "_fitted_model", "model_", "history_", *_NETWORK)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a fitted classifier knows of its training, for a call that continues it.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
    network_seeds : list of int
    n_networks : int
    n_features : int
    architecture : Architecture
        Of the networks as they trained.
    states : list of NetworkState
    weight_scale : float or None
        None in a classifier that was pickled before it was kept.
    weight_exponent : int
        The power of two that brought its sample weights to a usual size.
    engine : {"compiled", "keras"}
    models : list of keras.Model or None
        What `model` became; None for the library's own network.
    given_model : keras.Model, callable or None
        The value of `model` in that fit, if `knows_model`.
    knows_model : bool
        Whether `given_model` was kept; a fit without `warm_start` does not keep it.
    """

    classes: np.ndarray
    network_seeds: list[int]
    n_networks: int
    n_features: int
    architecture: Architecture
    states: list[NetworkState]
    weight_scale: float | None
    weight_exponent: int
    engine: str
    models: list[KerasModel] | None
    given_model: KerasModel
    knows_model: bool


def read_fitted(estimator: NetworkEstimator) -> Fitted | None:
    """Return what `estimator` knows of its training; None if it was never fitted."""
    if not hasattr(estimator, "classes_"):
        return None
    models = models_of(estimator) if hasattr(estimator, "model_") else None
    return Fitted(
        classes=estimator.classes_,
        network_seeds=estimator.network_seeds_.tolist(),
        n_networks=len(models or networks_of(estimator)),
        n_features=estimator.n_features_in_,
        architecture=_trained_architecture(estimator),
        states=_states_of(estimator),
        weight_scale=getattr(estimator, "_weight_scale", None),
        weight_exponent=getattr(estimator, "_weight_exponent", 0),
        engine="keras" if hasattr(estimator, "history_") else "compiled",
        models=models,
        given_model=getattr(estimator, "_fitted_model", None),
        knows_model=models is None or hasattr(estimator, "_fitted_model"),
    )


def networks_of(estimator: NetworkEstimator) -> list[list[np.ndarray]]:
    """Return the parameters ``[W1, b1, ...]`` of each network of a fitted estimator."""
    embeddings = getattr(estimator, "embeddings_", [])  # an older pickle has none
    arrays = estimator._architecture.join(estimator.coefs_, estimator.intercepts_, embeddings)
    if estimator.coefs_[0].ndim == 2:  # without a network axis
        return [arrays]
    return [[array[k] for array in arrays] for k in range(len(arrays[0]))]


def models_of(estimator: NetworkEstimator) -> list[KerasModel]:
    """Return the Keras model of each network of an estimator that was fitted with `model`."""
    return estimator.model_ if isinstance(estimator.model_, list) else [estimator.model_]


def _trained_architecture(estimator: NetworkEstimator) -> Architecture:
    trained: Architecture = getattr(estimator, "_trained_architecture", estimator._architecture)  # not in older pickles
    return trained


def _states_of(estimator: NetworkEstimator) -> list[NetworkState]:
    if hasattr(estimator, "_states"):
        return list(estimator._states)
    epochs = np.broadcast_to(estimator.n_iter_, len(estimator.network_seeds_)).tolist()
    if hasattr(estimator, "model_"):
        models = models_of(estimator)
        return [NetworkState([], epoch=epoch, keras_model=m) for m, epoch in zip(models, epochs, strict=True)]
    # As they trained, if scales are multiplied into what is kept to predict.
    networks = getattr(estimator, "_trained_params", None) or networks_of(estimator)
    return [NetworkState(params, epoch=epoch) for params, epoch in zip(networks, epochs, strict=True)]


def set_fitted_attributes(
    estimator: NetworkEstimator, plan: FitPlan, results: list[TrainedNetwork], *, resumable: bool
) -> None:
    """Set the fitted attributes of `estimator` from what training found.

    Parameters
    ----------
    estimator : CostSensitiveMLPClassifier
    plan : FitPlan
    results : list of TrainedNetwork
        In the order of ``plan.networks``.
    resumable : bool
        Whether to keep what a later call needs to continue training, the optimizer's memory included.

    Raises
    ------
    ValueError
        If training diverged.
    """
    for network, result in zip(plan.networks, results, strict=True):
        if result.diverged_at is not None:
            raise ValueError(_divergence(network, result.diverged_at))
    # Everything is computed before anything is set: curves and histories continue those of earlier training.
    attributes = (
        _weights_and_classes(plan, results)
        | _curves(estimator, results, continued=plan.continues)
        | _history(estimator, results, continued=plan.continues)
        | _trained_networks(plan, results)
        | (_training_states(plan, results) if resumable else {})
    )
    for name in _REPLACED:
        estimator.__dict__.pop(name, None)
    estimator.__dict__ |= attributes


def _weights_and_classes(plan: FitPlan, results: list[TrainedNetwork]) -> dict[str, Any]:
    first, architecture = plan.networks[0], plan.networks[0].settings.architecture
    labels = plan.classes.tolist()
    class_weights = [dict(zip(labels, network.class_weight.tolist(), strict=True)) for network in plan.networks]
    alike = all(weights == class_weights[0] for weights in class_weights)
    return {
        "classes_": plan.classes,
        "network_seeds_": np.array([network.seed for network in plan.networks], dtype=np.int64),
        "class_weight_": class_weights[0] if alike else class_weights,
        "n_outputs_": architecture.n_outputs,
        "out_activation_": architecture.out_activation,
        "_architecture": architecture.member,
        "_trained_architecture": architecture,
        "_weight_scale": first.weight_scale,
        "_weight_exponent": plan.weight_exponent,
        "_log_prior_factors": [
            network.log_prior_factor if result.correctable else None
            for network, result in zip(plan.networks, results, strict=True)
        ],
    }


def _trained_networks(plan: FitPlan, results: list[TrainedNetwork]) -> dict[str, Any]:
    if plan.parameters.model is not None:
        return {"model_": _alone_or_all([result.keras_model for result in results])}
    architecture = plan.networks[0].settings.architecture
    networks = [network for result in results for network in split_members(architecture, result.state.params)]
    arrays = [params[0] if len(params) == 1 else np.stack(params) for params in zip(*networks, strict=True)]
    as_trained = {} if architecture == architecture.member else {"_trained_params": [r.state.params for r in results]}
    return as_trained | {
        "coefs_": architecture.member.select("weight", arrays),
        "intercepts_": architecture.member.select("bias", arrays),
        "embeddings_": architecture.member.select("embedding", arrays),
        "n_layers_": len(architecture.layer_sizes),
    }


def _training_states(plan: FitPlan, results: list[TrainedNetwork]) -> dict[str, Any]:
    kept = {"_fitted_model": plan.parameters.model}
    return kept if plan.parameters.model is not None else kept | {"_states": [result.state for result in results]}


def _alone_or_all(values: list[T]) -> T | list[T]:
    return values[0] if len(values) == 1 else values


def _history(estimator: NetworkEstimator, results: list[TrainedNetwork], *, continued: bool) -> dict[str, Any]:
    """Return Keras' history of each network, after that of earlier training; nothing of the compiled engine."""
    histories = [result.history for result in results if result.history is not None]
    if not histories:
        return {}
    if continued and hasattr(estimator, "history_"):
        before = estimator.history_ if isinstance(estimator.history_, list) else [estimator.history_]
        histories = [_join_histories(*pair) for pair in zip(before, histories, strict=True)]
    return {"history_": _alone_or_all(histories)}


def _join_histories(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return one history of both, NaN where only the other one has a name."""
    absent = [[np.nan] * len(history["loss"]) for history in (first, second)]
    return {name: first.get(name, absent[0]) + second.get(name, absent[1]) for name in first | second}


def _curves(estimator: NetworkEstimator, results: list[TrainedNetwork], *, continued: bool) -> dict[str, Any]:
    """Return `loss_curve_`, `validation_curve_`, `n_iter_` and `best_epoch_`, after those of earlier training."""
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
    return {
        "loss_curve_": losses[0] if alone else losses,
        "validation_curve_": validation if validation is None or not alone else validation[0],
        "n_iter_": int(n_iter[0]) if alone else n_iter,
        "best_epoch_": int(best[0]) if alone else best,
    }


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
