"""The multilayer perceptron: its shape, first weights, and forward pass in NumPy and TensorFlow.

Parameters are the flat list ``[W1, b1, W2, b2, ...]``, ``W`` of shape (n_in, n_out), or (K, n_in, n_out) in a stack.
"""

from skweighted._base.public import set_public_module
from skweighted.network._architecture import (
    ACTIVATIONS,
    Activation,
    Architecture,
    forward,
    forward_tensors,
    initial_params,
    to_keras,
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
    "to_keras",
    "to_log_probabilities",
    "to_probabilities",
]

set_public_module(__name__, globals(), __all__)
