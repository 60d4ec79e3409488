"""The forward pass in TensorFlow, which training differentiates."""

from collections.abc import Callable, Sequence

from skweighted._base.types import Tensor
from skweighted.network._activations import ACTIVATIONS
from skweighted.network._architecture import Architecture

__all__ = ["forward_tensors"]

_TINY_PRODUCT = 2**11  # up to this many multiplications XLA fuses them faster than it calls a matrix product


def forward_tensors(
    architecture: Architecture, params: Sequence[Tensor], x: Tensor, drop: Callable[[Tensor, int], Tensor]
) -> Tensor:
    """Return the logits of a batch as a tensor.

    Parameters
    ----------
    architecture : Architecture
    params : list of tensors
        In the order of ``architecture.parameters``, with or without a leading network axis.
    x : tensor of shape (K, batch, n_features) or (batch, n_features)
    drop : callable (hidden, layer) -> hidden
        Dropout after each hidden layer.

    Returns
    -------
    tensor of shape (K, batch, n_outputs) or (batch, n_outputs)
    """
    activate = ACTIVATIONS[architecture.activation].tensor
    *hidden_layers, output = architecture.layers(params)
    for number, layer in enumerate(hidden_layers):
        x = drop(activate(_dense(x, *layer)), number)
    return _dense(x, *output)


def _dense(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    import tensorflow as tf

    # One network's bias broadcasts as it is; an axis for the rows would only add an operation and its gradient.
    bias = bias if len(bias.shape) == 1 else tf.expand_dims(bias, -2)
    if x.shape[-2] * weight.shape[-2] * weight.shape[-1] <= _TINY_PRODUCT:
        return tf.reduce_sum(tf.expand_dims(x, -1) * tf.expand_dims(weight, -3), -2) + bias
    return tf.matmul(x, weight) + bias
