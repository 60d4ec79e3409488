"""The library's own network as a Keras model: the twin that Keras trains, stores and exports."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skweighted._base.types import KerasModel, Tensor
from skweighted.engines.keras._globals import import_keras
from skweighted.engines.plan import TrainingPlan
from skweighted.network import ACTIVATIONS, Architecture

__all__ = ["make_twin", "to_keras"]


def make_twin(plan: TrainingPlan) -> KerasModel:
    """Return the network of a plan: its weights, and dropout that draws by its seed."""
    keras = import_keras()
    model = to_keras(plan.settings.architecture, [plan.state.params], plan.dropout, plan.alpha)
    for number, layer in enumerate(model.layers):
        if isinstance(layer, keras.layers.Dropout):
            seed = np.random.SeedSequence([plan.seed, number]).generate_state(1)[0]
            layer.seed_generator.state.assign(np.array([seed, 0], dtype=np.uint32))
    return model


def to_keras(
    architecture: Architecture, networks: Sequence[Sequence[np.ndarray]], dropout: float, alpha: float
) -> KerasModel:
    """Return an uncompiled Keras model that outputs probabilities, averaged over the networks.

    Parameters
    ----------
    architecture : Architecture
    networks : list of lists of ndarray
        The parameters of each network.
    dropout : float
        Rate after each hidden layer, active in Keras' training only.
    alpha : float
        L2 penalty, as ``L2(alpha / 2)`` on every kernel.

    Returns
    -------
    keras.Model
        From (n_samples, n_features) to (n_samples, n_outputs).
    """
    keras = import_keras()
    inputs = keras.Input((architecture.layer_sizes[0],))
    outputs = [
        _keras_branch(keras, architecture, _embed(architecture, params, inputs), dropout, alpha) for params in networks
    ]
    model = keras.Model(inputs, outputs[0] if len(outputs) == 1 else keras.layers.Average()(outputs))
    # Layers are sorted by depth, so branches interleave; each branch's weights are set where it was built.
    for branch, params in zip(outputs, networks, strict=True):
        _set_branch(branch, params[len(architecture.select("embedding", params)) :])
    return model


def _embed(architecture: Architecture, params: Sequence[np.ndarray], inputs: Tensor) -> Tensor:
    """Return what enters the first layer of a network."""
    if architecture.embedding is None:
        return inputs
    return architecture.embedding.keras(architecture.select("embedding", params), inputs)


def _keras_branch(keras: Any, architecture: Architecture, inputs: Tensor, dropout: float, alpha: float) -> Tensor:
    hidden_activation = ACTIVATIONS[architecture.activation].keras
    # A layer without a seed or an initializer would make Keras draw from Python's global generator.
    common = {"kernel_regularizer": keras.regularizers.L2(alpha / 2) if alpha else None, "kernel_initializer": "zeros"}
    x = inputs
    for width in architecture.layer_sizes[1:-1]:
        x = keras.layers.Dense(width, activation=hidden_activation, **common)(x)
        x = keras.layers.Dropout(dropout, seed=0)(x) if dropout else x
    last = "sigmoid" if architecture.n_outputs == 1 else "softmax"
    return keras.layers.Dense(architecture.n_outputs, activation=last, **common)(x)


def _set_branch(output: Tensor, params: Sequence[np.ndarray]) -> None:
    """Give each layer from `output` back to the first its arrays of `params`."""
    tensor, layer = output, len(params)
    while layer:
        operation = tensor._keras_history.operation
        if operation.weights:
            operation.set_weights(params[layer - 2 : layer])
            layer -= 2
        tensor = operation.input
