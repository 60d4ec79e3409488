"""The activations of hidden layers: for NumPy arrays, for tensors, in Keras' words, and how their layers start."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import erf, expit

from skweighted._base.types import Tensor

__all__ = ["ACTIVATIONS", "Activation"]


@dataclass(frozen=True)
class Activation:
    """A hidden activation.

    Parameters
    ----------
    array : callable
        The function for NumPy arrays; it may write its result into its argument.
    tensor : callable
        The same function for tensors.
    keras : str
        Keras' name for it.
    initializer : {"he", "glorot", "lecun"}
        How the weights of its layers start: uniform with variance ``2 / n_in``, ``2 / (n_in + n_out)`` or ``1 / n_in``.
    """

    array: Callable[[np.ndarray], np.ndarray]
    tensor: Callable[[Tensor], Tensor]
    keras: str
    initializer: str


def _of_tensorflow(name: str) -> Callable[[Tensor], Tensor]:
    """Return the function ``tf.nn.<name>``, which is looked up when it is called."""

    def activate(x: Tensor) -> Tensor:
        import tensorflow as tf

        return getattr(tf.nn, name)(x)

    return activate


def _gelu(x: Tensor) -> Tensor:
    import tensorflow as tf

    # tf.nn.gelu rounds the root of 2 to single precision.
    return x * 0.5 * (1 + tf.math.erf(x / np.sqrt(2)))


def _selu(x: np.ndarray) -> np.ndarray:
    # The constants for which activations of mean 0 and variance 1 stay so: Klambauer et al. (2017).
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


_ELU = Activation(lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), _of_tensorflow("elu"), "elu", "he")

ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(lambda x: np.maximum(x, 0, out=x), _of_tensorflow("relu"), "relu", "he"),
    "tanh": Activation(lambda x: np.tanh(x, out=x), _of_tensorflow("tanh"), "tanh", "glorot"),
    "logistic": Activation(lambda x: expit(x, out=x), _of_tensorflow("sigmoid"), "sigmoid", "glorot"),
    "identity": Activation(lambda x: x, lambda x: x, "linear", "glorot"),
    "gelu": Activation(lambda x: x * 0.5 * (1 + erf(x / np.sqrt(2))), _gelu, "gelu", "he"),
    "silu": Activation(lambda x: x * expit(x), lambda x: x * _of_tensorflow("sigmoid")(x), "silu", "he"),
    "elu": _ELU,
    "selu": Activation(_selu, _of_tensorflow("selu"), "selu", "lecun"),
}
