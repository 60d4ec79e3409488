"""Each column as itself and as sums of cosines of learned frequencies."""

from collections.abc import Sequence

import numpy as np

from skweighted._base.checks import Interval
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Matrix, Tensor
from skweighted.embeddings._base import EMBEDDINGS, Embedding
from skweighted.embeddings._cosine import cosines_of_turns

__all__ = ["Periodic"]


@EMBEDDINGS.register("periodic")
class Periodic(Embedding):
    r"""Each column as itself and as sums of cosines of learned frequencies, so that a network can bend at any scale.

    .. math:: x \mapsto \left(x, \; b + \sum_k v_k \cos(2 \pi f_k x + c_k)\right)

    with frequencies :math:`f`, phases :math:`c`, weights :math:`v` and `n_outputs` - 1 biases :math:`b` of each column.

    Parameters
    ----------
    n_frequencies : int, default=16
        Cosines of each column.
    n_outputs : int, default=4
        Numbers that a column becomes, itself included; at least 2.
    scale : float, default=0.1
        Standard deviation of the first frequencies. Larger ones overfit sooner.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if a parameter is out of its range.

    Notes
    -----
    Columns should be scaled; those behind ``SquashingScaler`` suit the default. `alpha` does not decay the parameters.

    References
    ----------
    Gorishniy et al. (2022), On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS. This form and its
    first values are those of RealMLP: Holzmueller et al. (2024), Better by Default, NeurIPS.
    """

    start_parameters = ("scale",)

    @keywords_after_first
    def __init__(self, n_frequencies: int = 16, *, n_outputs: int = 4, scale: float = 0.1) -> None:
        self.n_frequencies = n_frequencies
        self.n_outputs = n_outputs
        self.scale = scale

    def check(self, owner: str) -> None:
        """Raise unless the counts are integers and `scale` is above 0."""
        name = type(self).__name__
        Interval(1, integer=True).check(self.n_frequencies, "n_frequencies", name)
        Interval(2, integer=True).check(self.n_outputs, "n_outputs", name)
        Interval(0, closed="neither").check(self.scale, "scale", name)

    def width(self, n_features: int) -> int:
        """Return `n_outputs` a column."""
        return n_features * self.n_outputs

    def values_of_row(self, n_features: int) -> int:
        """Return `n_frequencies` a column."""
        return n_features * self.n_frequencies

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of frequencies, phases, weights and biases."""
        n_sums = self.n_outputs - 1
        return {
            "frequency": (n_features, self.n_frequencies),
            "phase": (n_features, self.n_frequencies),
            "embedding_weight": (n_features, self.n_frequencies, n_sums),
            "embedding_bias": (n_features, n_sums),
        }

    def initial(self, generator: np.random.Generator, X: Matrix) -> list[np.ndarray]:
        """Return normal frequencies, uniform phases, and weights and biases uniform within 1 / root of the cosines."""
        frequency, phase, weight, bias = self.shapes(X.shape[1]).values()
        limit = self.n_frequencies**-0.5
        return [
            generator.normal(0, self.scale, frequency),
            generator.uniform(-np.pi, np.pi, phase),
            generator.uniform(-limit, limit, weight),
            generator.uniform(-limit, limit, bias),
        ]

    def array(self, params: Sequence[np.ndarray], X: np.ndarray) -> np.ndarray:
        """Return the columns and their sums of cosines, a column after the other."""
        frequency, phase, weight, bias = params
        cosines = np.cos(2 * np.pi * X[:, :, None] * frequency + phase)
        sums = np.einsum("bfk,fko->bfo", cosines, weight) + bias
        return np.concatenate([X[:, :, None], sums], axis=-1).reshape(len(X), -1)

    def tensor(self, params: Sequence[Tensor], x: Tensor) -> Tensor:
        """Return the same for tensors."""
        import tensorflow as tf

        frequency, phase, weight, bias = params
        frequency, phase, bias = (tf.expand_dims(param, -3) for param in (frequency, phase, bias))
        cosines = cosines_of_turns(x[..., None] * frequency + phase / (2 * np.pi))
        sums = tf.einsum("...bfk,...fko->...bfo", cosines, weight) + bias
        return tf.reshape(tf.concat([x[..., None], sums], -1), [*x.shape[:-1], self.width(x.shape[-1])])

    def keras(self, params: Sequence[np.ndarray], x: Tensor) -> Tensor:
        """Return the same for tensors of Keras."""
        from keras import ops

        frequency, phase, weight, bias = (np.asarray(param, dtype=x.dtype) for param in params)
        column = ops.expand_dims(x, -1)
        cosines = ops.cos(column * (2 * np.pi * frequency) + phase)
        sums = ops.sum(ops.expand_dims(cosines, -1) * weight, axis=-2) + bias
        return ops.reshape(ops.concatenate([column, sums], axis=-1), (-1, self.width(x.shape[-1])))
