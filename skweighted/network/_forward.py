"""The forward pass in NumPy, which prediction needs."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skweighted._base.types import Matrix
from skweighted.network._activations import ACTIVATIONS
from skweighted.network._architecture import Architecture
from skweighted.network._members import join_logits, split_members

__all__ = ["forward"]

_CHUNK_VALUES = 2**17  # a chunk's widest layer, in values: it stays in the cache (1 MB)


def forward(architecture: Architecture, params: Sequence[np.ndarray], X: Matrix) -> np.ndarray:
    """Return the logits of every row, computed in double precision and in chunks of rows.

    Parameters
    ----------
    architecture : Architecture
    params : list of ndarray
        Of one network, in the order of ``architecture.parameters``.
    X : ndarray or CSR matrix of shape (n_samples, n_features)

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
        Of members that share weights, those of their mean probabilities.

    Notes
    -----
    Double precision makes the result for a row independent of the rows beside it to 1e-12. Memory beyond the result is
    bounded for any `n_samples`.
    """
    params = [np.asarray(param, dtype=np.float64) for param in params]
    if architecture.is_shared or architecture.front_scale:
        members = split_members(architecture, params)
        return join_logits([forward(architecture.member, member, X) for member in members])
    activate = ACTIVATIONS[architecture.activation].array
    *hidden_layers, output = architecture.layers(params)
    n_rows = X.shape[0]
    widest = max(architecture.layer_sizes) if architecture.embedding is None else architecture.values_of_row
    chunk = max(1, _CHUNK_VALUES // widest)
    logits = np.empty((n_rows, architecture.n_outputs))
    for start in range(0, n_rows, chunk):
        hidden = X[start : start + chunk]
        if architecture.embedding is not None:
            dense = hidden.toarray() if sparse.issparse(hidden) else hidden
            hidden = architecture.embedding.array(architecture.select("embedding", params), dense)
        for weight, bias in hidden_layers:
            hidden = hidden @ weight
            hidden += bias
            hidden = activate(hidden)
        logits[start : start + chunk] = hidden @ output[0]
    logits += output[1]
    return logits
