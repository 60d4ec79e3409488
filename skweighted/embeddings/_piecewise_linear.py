"""Each column as learned combinations of the bins that its value has passed, and of the value itself."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skweighted._base.checks import Interval
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Matrix, Tensor
from skweighted.embeddings._base import EMBEDDINGS, Embedding

__all__ = ["PiecewiseLinear"]

_MOST_ROWS = 10_000
_NARROWEST = 1e-9  # of a bin, so that one between equal edges is a step


@EMBEDDINGS.register("piecewise_linear")
class PiecewiseLinear(Embedding):
    r"""Each column as numbers that bend at the edges of bins, and only there.

    .. math:: x \mapsto a x + b + \sum_t v_t \operatorname{clip}\!\left(\frac{x - e_{t-1}}{e_t - e_{t-1}}, 0, 1\right)

    with edges :math:`e` at quantiles of the training rows, which training does not move, and :math:`a`, :math:`b` and
    :math:`v` of each of the `n_outputs` numbers of each column. The :math:`v` start at 0: training starts with lines.

    Parameters
    ----------
    n_bins : int, default=16
        Bins of each column. Some are steps if a column has few values.
    n_outputs : int, default=4
        Numbers that a column becomes.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if a parameter is out of its range.

    See Also
    --------
    skweighted.preprocessing.PiecewiseLinearEncoder : The bins themselves as inputs, also of a tree that looks at `y`.

    Notes
    -----
    The quantiles are those of 10,000 rows if there are more, whatever the rows weigh. `alpha` decays none of this.

    References
    ----------
    Gorishniy et al. (2022), On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS; in this form, which
    starts with lines, in the code of Gorishniy et al. (2025), TabM, ICLR.
    """

    fixed_parameters = ("edges",)

    @keywords_after_first
    def __init__(self, n_bins: int = 16, *, n_outputs: int = 4) -> None:
        self.n_bins = n_bins
        self.n_outputs = n_outputs

    def check(self, owner: str) -> None:
        """Raise unless both parameters are counts."""
        for name in ("n_bins", "n_outputs"):
            Interval(1, integer=True).check(getattr(self, name), name, type(self).__name__)

    def width(self, n_features: int) -> int:
        """Return `n_outputs` a column."""
        return n_features * self.n_outputs

    def values_of_row(self, n_features: int) -> int:
        """Return `n_bins` a column."""
        return n_features * self.n_bins

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of edges, weights of bins, slopes and biases."""
        return {
            "edges": (n_features, self.n_bins + 1),
            "embedding_weight": (n_features, self.n_bins, self.n_outputs),
            "embedding_slope": (n_features, self.n_outputs),
            "embedding_bias": (n_features, self.n_outputs),
        }

    def initial(self, generator: np.random.Generator, X: Matrix) -> list[np.ndarray]:
        """Return quantiles, zeros, and slopes and biases uniform within 1 / root of `n_outputs`."""
        _, weight, slope, bias = self.shapes(X.shape[1]).values()
        limit = self.n_outputs**-0.5
        return [
            np.quantile(_sample_rows(X), np.linspace(0, 1, self.n_bins + 1), axis=0).T,
            np.zeros(weight),
            generator.uniform(-limit, limit, slope),
            generator.uniform(-limit, limit, bias),
        ]

    def array(self, params: Sequence[np.ndarray], X: np.ndarray) -> np.ndarray:
        """Return the numbers of each column, a column after the other."""
        edges, weight, slope, bias = params
        low, high = edges[:, :-1], edges[:, 1:]
        passed = np.clip((X[:, :, None] - low) / np.maximum(high - low, _NARROWEST), 0, 1)
        numbers = np.einsum("bft,fto->bfo", passed, weight) + X[:, :, None] * slope + bias
        return numbers.reshape(len(X), -1)

    def tensor(self, params: Sequence[Tensor], x: Tensor) -> Tensor:
        """Return the same for tensors; the edges get no gradient."""
        import tensorflow as tf

        edges, weight, slope, bias = params
        edges, slope, bias = (tf.expand_dims(param, -3) for param in (tf.stop_gradient(edges), slope, bias))
        low, high = edges[..., :-1], edges[..., 1:]
        passed = tf.clip_by_value((x[..., None] - low) / tf.maximum(high - low, _NARROWEST), 0, 1)
        numbers = tf.einsum("...bft,...fto->...bfo", passed, weight) + x[..., None] * slope + bias
        return tf.reshape(numbers, [*x.shape[:-1], self.width(x.shape[-1])])

    def keras(self, params: Sequence[np.ndarray], x: Tensor) -> Tensor:
        """Return the same for tensors of Keras."""
        from keras import ops

        edges, weight, slope, bias = (np.asarray(param, dtype=x.dtype) for param in params)
        low, high = edges[:, :-1], edges[:, 1:]
        column = ops.expand_dims(x, -1)
        passed = ops.clip((column - low) / np.maximum(high - low, _NARROWEST), 0, 1)
        numbers = ops.sum(ops.expand_dims(passed, -1) * weight, axis=-2) + column * slope + bias
        return ops.reshape(numbers, (-1, self.width(x.shape[-1])))


def _sample_rows(X: Matrix) -> np.ndarray:
    """Return every row of a matrix, or if it has many, 10,000 at equal distances; dense, in double precision."""
    n_rows = X.shape[0]
    rows = X if n_rows <= _MOST_ROWS else X[np.linspace(0, n_rows - 1, _MOST_ROWS).astype(int)]
    return np.asarray(rows.toarray() if sparse.issparse(rows) else rows, dtype=np.float64)
