"""The multilayer perceptron: its shape, first weights, and forward pass in NumPy and TensorFlow.

Parameters are the flat list ``[W1, b1, W2, b2, ...]``, ``W`` of shape (n_in, n_out), or (K, n_in, n_out) in a stack.
"""

import importlib
from typing import Any

from skweighted._base.public import set_public_module
from skweighted.network._architecture import (
    ACTIVATIONS,
    Activation,
    Architecture,
    forward,
    forward_tensors,
    initial_params,
    to_log_probabilities,
    to_probabilities,
)

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Architecture",
    "forward",
    "forward_tensors",
    "initial_params",
    "to_log_probabilities",
    "to_probabilities",
]

set_public_module(__name__, globals(), __all__)


def __getattr__(name: str) -> Any:
    # 0.1.0 had it here. It moved up to the engine that needs Keras, which this floor may not import; kept until 0.4.
    if name == "to_keras":
        return importlib.import_module("skweighted.engines.keras").to_keras
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
