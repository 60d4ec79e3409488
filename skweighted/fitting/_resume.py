"""Where the networks of a fit start: from a seed, or from where an earlier call ended."""

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from skweighted.engines.plan import NetworkState, component_key
from skweighted.fitting._parameters import Parameters

__all__ = ["keep_states", "models_of", "networks_of", "start"]


def start(estimator: Any, parameters: Parameters, classes: np.ndarray, continued: bool) -> list[NetworkState | None]:
    """Set `classes_` and `network_seeds_`, and return the state each network goes on from.

    Raises
    ------
    ValueError
        If another network is asked for than was trained before.
    """
    if not continued:
        estimator.classes_ = classes
        estimator.network_seeds_ = _network_seeds(estimator.random_state, estimator.n_networks)
        return [None] * estimator.n_networks
    _check_same_network(estimator, parameters)
    return [_go_on(state, parameters) for state in _fitted_states(estimator)]


def keep_states(estimator: Any, states: list[NetworkState]) -> None:
    """Keep on the estimator what a later call needs beside its fitted attributes to go on training."""
    estimator._fitted_model = estimator.model
    if estimator.model is None:
        estimator._states = states


def networks_of(estimator: Any) -> list[list[np.ndarray]]:
    """Return the parameters ``[W1, b1, ...]`` of each network of a fitted estimator."""
    arrays = estimator._architecture.join(estimator.coefs_, estimator.intercepts_)
    if arrays[0].ndim == 2:  # without a network axis
        return [arrays]
    return [[array[k] for array in arrays] for k in range(len(arrays[0]))]


def models_of(estimator: Any) -> list[Any]:
    """Return the Keras model of each network of an estimator that was fitted with `model`."""
    return estimator.model_ if isinstance(estimator.model_, list) else [estimator.model_]


def _network_seeds(random_state: Any, n_networks: int) -> np.ndarray:
    """Return the seed of each network; with an integer `random_state` the first is that integer."""
    generator = check_random_state(random_state)
    seeds = generator.randint(np.iinfo(np.int32).max, size=n_networks, dtype=np.int64)
    if isinstance(random_state, int | np.integer):
        seeds[0] = random_state
    return seeds


def _check_same_network(estimator: Any, parameters: Parameters) -> None:
    """Raise if the parameters describe another network, or another engine's, than the one that was fitted."""
    fitted, model = estimator._architecture, estimator.model
    pairs: dict[str, tuple[Any, Any]] = {
        "n_networks": (len(estimator.network_seeds_), estimator.n_networks),
        "engine": ("keras" if hasattr(estimator, "history_") else "compiled", parameters.engine),
    }
    if model is None:
        sizes = (estimator.n_features_in_, *parameters.hidden_layer_sizes, fitted.n_outputs)
        pairs |= {"layers": (fitted.layer_sizes, sizes), "activation": (fitted.activation, estimator.activation)}
    fitted_model = None
    if hasattr(estimator, "model_"):
        # Without warm_start it is not kept, and any model is taken for it.
        fitted_model = vars(estimator).get("_fitted_model", estimator.model_ if model is None else model)
    pairs["model"] = (fitted_model, model)
    changes = {name: pair for name, pair in pairs.items() if pair[0] is not pair[1] and pair[0] != pair[1]}
    if changes:
        before, now = (", ".join(f"{name}={pair[i]!r}" for name, pair in changes.items()) for i in (0, 1))
        raise ValueError(
            f"{type(estimator).__name__} cannot go on training with {now}: it was fitted with {before}. Set that back, "
            "or call fit with warm_start=False to start afresh."
        )


def _fitted_states(estimator: Any) -> list[NetworkState]:
    if hasattr(estimator, "_states"):
        return list(estimator._states)
    epochs = np.broadcast_to(estimator.n_iter_, len(estimator.network_seeds_)).tolist()
    if hasattr(estimator, "model_"):
        models = models_of(estimator)
        return [NetworkState([], epoch=epoch, keras_model=m) for m, epoch in zip(models, epochs, strict=True)]
    networks = networks_of(estimator)
    return [NetworkState(params, epoch=epoch) for params, epoch in zip(networks, epochs, strict=True)]


def _go_on(state: NetworkState, parameters: Parameters) -> NetworkState:
    """Return `state` in the dtype asked for, with what the optimizer remembers if it is still the same one."""
    dtype, kind = parameters.dtype, component_key(parameters.optimizer)
    params = [param.astype(dtype, copy=False) for param in state.params]
    if state.slots is None or state.slots_of != kind:
        # What one optimizer remembers means nothing to another, nor its count of steps without it.
        return NetworkState(params, epoch=state.epoch, keras_model=state.keras_model)
    slots = [[slot.astype(dtype, copy=False) for slot in each] for each in state.slots]
    return NetworkState(params, slots, state.step, state.epoch, kind)
