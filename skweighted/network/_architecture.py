"""The multilayer perceptron: its shape, first weights, forward pass in NumPy and TensorFlow.

Parameters are always the flat list ``[W1, b1, W2, b2, ...]`` with ``W`` of shape (n_in, n_out), as in scikit-learn, or
(K, n_in, n_out) for a stack of `K` networks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import erf, expit, log_expit, log_softmax, softmax

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

_CHUNK_VALUES = 2**17  # a chunk's widest layer, in values: it stays in the cache (1 MB)
_TINY_PRODUCT = 2**11  # up to this many multiplications XLA fuses them faster than it calls a matrix product


@dataclass(frozen=True)
class Activation:
    """A hidden activation: the function for NumPy arrays, Keras' name for it and how its layers start.

    `array` may write its result into its argument.
    `initializer` is ``"he"``, ``"glorot"`` or ``"lecun"``: uniform with variance ``2 / n_in``,
    ``2 / (n_in + n_out)`` or ``1 / n_in``.
    """

    array: Callable[[np.ndarray], np.ndarray]
    keras: str
    initializer: str


def _selu(x: np.ndarray) -> np.ndarray:
    # The constants for which activations of mean 0 and variance 1 stay so: Klambauer et al. (2017).
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(lambda x: np.maximum(x, 0, out=x), "relu", "he"),
    "tanh": Activation(lambda x: np.tanh(x, out=x), "tanh", "glorot"),
    "logistic": Activation(lambda x: expit(x, out=x), "sigmoid", "glorot"),
    "identity": Activation(lambda x: x, "linear", "glorot"),
    "gelu": Activation(lambda x: x * 0.5 * (1 + erf(x / np.sqrt(2))), "gelu", "he"),
    "silu": Activation(lambda x: x * expit(x), "silu", "he"),
    "elu": Activation(lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), "elu", "he"),
    "selu": Activation(_selu, "selu", "lecun"),
}


@dataclass(frozen=True)
class Architecture:
    """The shape of a network.

    Parameters
    ----------
    layer_sizes : tuple of int
        ``(n_features, *hidden, n_outputs)``; one output unit stands for two classes.
    activation : str
        A key of :data:`ACTIVATIONS`, used after each hidden layer.
    """

    layer_sizes: tuple[int, ...]
    activation: str

    @property
    def n_outputs(self) -> int:
        """Output units: 1 for two classes, else the number of classes."""
        return self.layer_sizes[-1]

    @property
    def n_classes(self) -> int:
        """Classes told apart."""
        return max(2, self.n_outputs)

    @property
    def out_activation(self) -> str:
        """``"logistic"`` for two classes, ``"softmax"`` for more."""
        return "logistic" if self.n_outputs == 1 else "softmax"

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shape of each parameter array in order, without the network axis."""
        return [shape for n_in, n_out in pairwise(self.layer_sizes) for shape in ((n_in, n_out), (n_out,))]

    @property
    def n_parameters(self) -> int:
        """Weights and biases in all."""
        return sum(int(np.prod(shape)) for shape in self.shapes)


def initial_params(
    architecture: Architecture, generator: np.random.Generator, prior: np.ndarray, dtype: str
) -> list[np.ndarray]:
    """Return the parameters training starts from.

    Parameters
    ----------
    architecture : Architecture
    generator : numpy.random.Generator
        Source of the weights; the output layer is Glorot uniform, the hidden ones go by their activation.
    prior : ndarray of shape (n_classes,)
        Class shares of the (weighted) batches, each above 0. The output bias starts at their logarithm, so that
        training does not spend its first epochs learning the base rate.
    dtype : {"float32", "float64"}

    Returns
    -------
    list of ndarray
        ``[W1, b1, ...]`` in `dtype`; `float32` arrays are the rounded `float64` ones.
    """
    sizes = architecture.layer_sizes
    params: list[np.ndarray] = []
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        hidden = layer < len(sizes) - 2
        rule = ACTIVATIONS[architecture.activation].initializer if hidden else "glorot"
        variance = {"he": 2 / n_in, "lecun": 1 / n_in, "glorot": 2 / (n_in + n_out)}[rule]
        limit = np.sqrt(3 * variance)
        params += [generator.uniform(-limit, limit, size=(n_in, n_out)), np.zeros(n_out)]
    log_prior = np.log(prior)
    params[-1] = log_prior[1:] - log_prior[:1] if architecture.n_outputs == 1 else log_prior
    return [param.astype(dtype) for param in params]


def forward(architecture: Architecture, params: Sequence[np.ndarray], X: Any) -> np.ndarray:
    """Return the logits of every row, computed in double precision and in chunks of rows.

    Parameters
    ----------
    architecture : Architecture
    params : list of ndarray
        ``[W1, b1, ...]`` of one network.
    X : ndarray or CSR matrix of shape (n_samples, n_features)

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64

    Notes
    -----
    Double precision makes the result for a row independent of the rows beside it to 1e-12. Memory beyond the result
    is bounded, whatever `n_samples` is.
    """
    activate = ACTIVATIONS[architecture.activation].array
    params = [np.asarray(param, dtype=np.float64) for param in params]
    n_rows = X.shape[0]
    chunk = max(1, _CHUNK_VALUES // max(architecture.layer_sizes))
    logits = np.empty((n_rows, architecture.n_outputs))
    for start in range(0, n_rows, chunk):
        hidden = X[start : start + chunk]
        for layer in range(0, len(params) - 2, 2):
            hidden = hidden @ params[layer]
            hidden += params[layer + 1]
            hidden = activate(hidden)
        logits[start : start + chunk] = hidden @ params[-2]
    logits += params[-1]
    return logits


def to_probabilities(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, shape (..., n_classes), from logits, shape (..., n_outputs)."""
    if logits.shape[-1] > 1:
        return softmax(logits, -1)
    probabilities = np.empty((*logits.shape[:-1], 2))
    # Of both signs, not one minus the other, so that the smaller one keeps its digits.
    expit(-logits[..., 0], out=probabilities[..., 0])
    expit(logits[..., 0], out=probabilities[..., 1])
    return probabilities


def to_log_probabilities(logits: np.ndarray) -> np.ndarray:
    """Return log probabilities, shape (..., n_classes), from logits, shape (..., n_outputs)."""
    return (
        np.concatenate([log_expit(-logits), log_expit(logits)], -1)
        if logits.shape[-1] == 1
        else log_softmax(logits, -1)
    )


def forward_tensors(architecture: Architecture, params: Sequence[Any], x: Any, drop: Callable[[Any, int], Any]) -> Any:
    """Return the logits of a batch as a tensor.

    Parameters
    ----------
    architecture : Architecture
    params : list of tensors
        ``[W1, b1, ...]``, with or without a leading network axis.
    x : tensor of shape (K, batch, n_features) or (batch, n_features)
    drop : callable (hidden, layer) -> hidden
        Dropout after each hidden layer.

    Returns
    -------
    tensor of shape (K, batch, n_outputs) or (batch, n_outputs)
    """
    import tensorflow as tf

    keras_name = ACTIVATIONS[architecture.activation].keras
    activate = {
        "relu": tf.nn.relu,
        "tanh": tf.tanh,
        "sigmoid": tf.sigmoid,
        "linear": tf.identity,
        # tf.nn.gelu rounds the root of 2 to single precision.
        "gelu": lambda h: h * 0.5 * (1 + tf.math.erf(h / np.sqrt(2))),
        "silu": lambda h: h * tf.sigmoid(h),
        "elu": tf.nn.elu,
        "selu": tf.nn.selu,
    }[keras_name]
    for layer in range(0, len(params) - 2, 2):
        x = drop(activate(_dense(x, params[layer], params[layer + 1])), layer // 2)
    return _dense(x, params[-2], params[-1])


def _dense(x: Any, weights: Any, bias: Any) -> Any:
    import tensorflow as tf

    if x.shape[-2] * weights.shape[-2] * weights.shape[-1] <= _TINY_PRODUCT:
        return tf.reduce_sum(x[..., :, None] * weights[..., None, :, :], -2) + bias[..., None, :]
    return tf.matmul(x, weights) + bias[..., None, :]
