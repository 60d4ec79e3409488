"""The compiled engine: plans laid out as arrays (`_layout`), trained in slices (`_slices`) of one loop (`_loop`)."""

from skweighted._base.public import set_public_module
from skweighted.engines.compiled._slices import train

__all__ = [
    "train",
]

set_public_module(__name__, globals(), __all__)
