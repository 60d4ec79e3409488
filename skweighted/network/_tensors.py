"""The forward pass in TensorFlow, and the gradients that training takes from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from skweighted._base.types import Tensor
from skweighted.network._activations import ACTIVATIONS
from skweighted.network._architecture import FRONT_SCALE, Architecture
from skweighted.network._members import FRONT_PACE
from skweighted.network._shared import join_logit_tensors, member_logits

__all__ = ["ForwardPass", "forward_pass", "forward_tensors", "is_tiny_product"]

_TINY_PRODUCT = 2**11  # up to this many multiplications XLA fuses them faster than it calls a matrix product
Drop = Callable[[Tensor, int], Tensor]


def _keep_all(hidden: Tensor, layer: int) -> Tensor:
    """Drop nothing."""
    return hidden


def forward_tensors(architecture: Architecture, params: Sequence[Tensor], x: Tensor, drop: Drop = _keep_all) -> Tensor:
    """Return the logits of a batch as a tensor.

    Parameters
    ----------
    architecture : Architecture
    params : list of tensors
        In the order of ``architecture.parameters``, with or without a leading network axis.
    x : tensor of shape (K, batch, n_features) or (batch, n_features)
    drop : callable (hidden, layer) -> hidden, optional
        Dropout after each hidden layer.

    Returns
    -------
    tensor of shape (K, batch, n_outputs) or (batch, n_outputs)
        Of members that share weights, those of their mean probabilities.
    """
    logits = forward_pass(architecture, params, x, drop).logits
    return join_logit_tensors(logits, architecture.n_members) if architecture.is_shared else logits


def forward_pass(
    architecture: Architecture, params: Sequence[Tensor], x: Tensor, drop: Drop = _keep_all
) -> "ForwardPass | TapedPass":
    """Return the forward pass of an architecture, which also gives gradients; as :func:`forward_tensors` otherwise."""
    return (ForwardPass if architecture.is_plain else TapedPass)(architecture, params, x, drop)


@dataclass(frozen=True)
class _Hidden:
    """What a hidden layer did: its output, and a tape of how that came from the sum of its inputs."""

    total: Tensor
    output: Tensor
    tape: Any


class ForwardPass:
    """A forward pass that remembers what its gradients need.

    The gradients of products are written out here: automatic differentiation gives the same, but of several times as
    many operations, which take time to trace and compile.

    Parameters
    ----------
    architecture, params, x, drop
        As for :func:`forward_tensors`.

    Attributes
    ----------
    logits : tensor of shape (K, batch, n_outputs) or (batch, n_outputs)
    """

    def __init__(self, architecture: Architecture, params: Sequence[Tensor], x: Tensor, drop: Drop = _keep_all) -> None:
        import tensorflow as tf

        activate = ACTIVATIONS[architecture.activation].tensor
        self._architecture = architecture
        self._layers = architecture.layers(params)
        self._x = x
        self._hidden: list[_Hidden] = []
        for number, (weight, bias) in enumerate(self._layers[:-1]):
            total = _product(x, weight) + _for_rows(bias)
            with tf.GradientTape() as tape:
                tape.watch(total)
                x = drop(activate(total), number)
            self._hidden.append(_Hidden(total, x, tape))
        weight, bias = self._layers[-1]
        self.logits = _product(x, weight) + _for_rows(bias)

    def gradients(self, slope: Tensor, ones: Tensor, *, fuse: bool) -> list[Tensor]:
        """Return the gradient for each parameter, in order, from that for the logits.

        Parameters
        ----------
        slope : tensor of shape (K, batch, n_outputs) or (batch, n_outputs)
        ones : tensor of shape (K, 1, batch) or (1, batch)
            Ones that are given at run time.
        fuse : bool
            Whether tiny sums over rows may become part of the kernels that use them.
        """
        import tensorflow as tf

        weights, biases = [], []
        inputs = [self._x, *(hidden.output for hidden in self._hidden)]
        for number in reversed(range(len(self._layers))):
            weights.append(_product(inputs[number], slope, transpose_a=True, fuse=fuse))
            biases.append(tf.reduce_sum(slope, -2) if fuse else tf.squeeze(tf.matmul(ones, slope), -2))
            if number:
                hidden = self._hidden[number - 1]
                back = _product(slope, self._layers[number][0], transpose_b=True)
                slope = hidden.tape.gradient(hidden.output, hidden.total, output_gradients=back)
        return self._architecture.join(weights[::-1], biases[::-1])


class TapedPass:
    """A forward pass with gradients by automatic differentiation: of networks that are more than plain layers.

    Parameters
    ----------
    architecture, params, x, drop
        As for :func:`forward_tensors`. If members share weights, `drop` has the rows of one member after the other.

    Attributes
    ----------
    logits : tensor of shape (K, n_members * batch, n_outputs) or (n_members * batch, n_outputs)
    """

    def __init__(self, architecture: Architecture, params: Sequence[Tensor], x: Tensor, drop: Drop = _keep_all) -> None:
        import tensorflow as tf

        self._params = list(params)
        with tf.GradientTape() as self._tape:
            self._tape.watch(self._params)
            by_name = dict(zip((parameter.name for parameter in architecture.parameters), self._params, strict=True))
            if architecture.embedding is not None:
                x = architecture.embedding.tensor(architecture.select("embedding", self._params), x)
            if FRONT_SCALE in by_name:
                x = x * (FRONT_PACE * tf.expand_dims(by_name[FRONT_SCALE], -2))
            if architecture.is_shared:
                self.logits = member_logits(architecture, by_name, x, drop)
            else:
                self.logits = ForwardPass(architecture, self._params, x, drop).logits

    def gradients(self, slope: Tensor, ones: Tensor, *, fuse: bool) -> list[Tensor]:
        """Return the gradient for each parameter, in order, from that for the logits; the rest is not used."""
        gradients: list[Tensor] = self._tape.gradient(
            self.logits, self._params, output_gradients=slope, unconnected_gradients="zero"
        )
        return gradients


def _for_rows(bias: Tensor) -> Tensor:
    """Return a bias that broadcasts over rows; one network's does so as it is."""
    import tensorflow as tf

    return bias if len(bias.shape) == 1 else tf.expand_dims(bias, -2)


def is_tiny_product(n_rows: int, n_summed: int, n_columns: int) -> bool:
    """Return whether a matrix product is so small that it is computed as a sum, which becomes part of other kernels."""
    return n_rows * n_summed * n_columns <= _TINY_PRODUCT


def _product(
    a: Tensor, b: Tensor, *, transpose_a: bool = False, transpose_b: bool = False, fuse: bool = True
) -> Tensor:
    """Return the matrix product of the last two axes, each transposed if asked."""
    import tensorflow as tf

    n_summed, n_columns = (b.shape[-1], b.shape[-2]) if transpose_b else (b.shape[-2], b.shape[-1])
    n_rows = a.shape[-1] if transpose_a else a.shape[-2]
    if not fuse or not is_tiny_product(n_rows, n_summed, n_columns):
        return tf.matmul(a, b, transpose_a=transpose_a, transpose_b=transpose_b)
    if transpose_a:  # (n_summed, n_rows, 1) * (n_summed, 1, n_columns)
        return tf.reduce_sum(tf.expand_dims(a, -1) * tf.expand_dims(b, -2), -3)
    if transpose_b:  # (n_rows, 1, n_summed) * (1, n_columns, n_summed)
        return tf.reduce_sum(tf.expand_dims(a, -2) * tf.expand_dims(b, -3), -1)
    return tf.reduce_sum(tf.expand_dims(a, -1) * tf.expand_dims(b, -3), -2)
