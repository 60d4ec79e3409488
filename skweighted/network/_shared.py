"""The forward pass of members that share weights: a batch of rows for each member, through one body."""

import math
from collections.abc import Callable, Mapping

from skweighted._base.types import Tensor
from skweighted.network._activations import ACTIVATIONS
from skweighted.network._architecture import INPUT_SCALE, Architecture, layer_names

__all__ = ["join_logit_tensors", "member_logits"]


def member_logits(
    architecture: Architecture, by_name: Mapping[str, Tensor], x: Tensor, drop: Callable[[Tensor, int], Tensor]
) -> Tensor:
    """Return the logits of all members, (K, n_members * batch, n_outputs): the rows of one after those of the other.

    Parameters
    ----------
    architecture : Architecture
        Of members that share weights.
    by_name : mapping of str to tensor
        Its parameters, with or without a leading network axis.
    x : tensor of shape (K, batch, n_inputs) or (batch, n_inputs)
        What enters the first layer, before the scales of members.
    drop : callable (hidden, layer) -> hidden
        Dropout after each hidden layer.
    """
    import tensorflow as tf

    *leading, n_rows, _ = x.shape
    n_members = architecture.n_members
    activate = ACTIVATIONS[architecture.activation].tensor

    def apart(values: Tensor) -> Tensor:
        return tf.reshape(values, [*leading, n_members, n_rows, values.shape[-1]])

    def together(values: Tensor) -> Tensor:
        return tf.reshape(values, [*leading, n_members * n_rows, values.shape[-1]])

    def scale(values: Tensor, name: str) -> Tensor:
        """Multiply by the scales of this name, (K, n_members, width), if there are any."""
        return values * tf.expand_dims(by_name[name], -2) if name in by_name else values

    *hidden, output = layer_names(len(architecture.layer_sizes) - 1)
    x = together(scale(tf.expand_dims(x, -3), INPUT_SCALE))
    for number, layer in enumerate(hidden):
        bias = tf.expand_dims(by_name[f"{layer}_bias"], -2)
        x = together(scale(apart(x), f"{layer}_in_scale")) @ by_name[f"{layer}_weight"]
        x = scale(apart(x), f"{layer}_out_scale")
        x = together(x + bias) if architecture.committee == "batch" else together(x) + bias
        x = drop(activate(x), number)
    return together(apart(x) @ by_name[f"{output}_weight"] + tf.expand_dims(by_name[f"{output}_bias"], -2))


def join_logit_tensors(logits: Tensor, n_members: int) -> Tensor:
    """Return the logits of the members' mean probabilities, (K, batch, n_outputs), from those of all their rows."""
    import tensorflow as tf

    *leading, n_rows, n_outputs = logits.shape
    apart = tf.reshape(logits, [*leading, n_members, n_rows // n_members, n_outputs])
    if n_outputs > 1:
        return tf.reduce_logsumexp(tf.nn.log_softmax(apart), axis=-3) - math.log(n_members)
    second, first = (tf.reduce_logsumexp(tf.math.log_sigmoid(sign * apart), axis=-3) for sign in (1, -1))
    return second - first
