"""The compiled engine: a stack of networks trained by one compiled TensorFlow function.

Data passes in this order: `_slices` drives; `_layout` turns plans into the arrays of `_arrays`, those of `_shared`
without a further copy, and asks `_sizes` for the sizes of the program, which `_key` names and `_function` compiles;
`_calls` has what each slice of epochs takes; `_loop` is what is compiled (`_members` has its loss if members share
weights), and `_parameters` how it holds a network; `_watch` decides between slices which networks continue.
"""

from skweighted._base.public import set_public_module
from skweighted.engines.compiled._slices import train

__all__ = [
    "train",
]

set_public_module(__name__, globals(), __all__)
