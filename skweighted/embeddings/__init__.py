"""What a network learns to make of each column before its first layer, for ``embedding=``, as names or instances.

`_base` says what an embedding is; `_periodic` has the one with cosines, which `_cosine` computes in training, and
`_piecewise_linear` the one with bins. An embedding is arithmetic on arrays, on tensors and in Keras, with parameters in
a list; `network` puts it before a layer.
"""

from skweighted._base.public import set_public_module
from skweighted.embeddings._base import EMBEDDINGS, Embedding
from skweighted.embeddings._periodic import Periodic
from skweighted.embeddings._piecewise_linear import PiecewiseLinear

__all__ = ["EMBEDDINGS", "Embedding", "Periodic", "PiecewiseLinear"]

set_public_module(__name__, globals(), __all__)
