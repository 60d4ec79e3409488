"""Arrays of rows that NumPy fills and TensorFlow reads: one copy where ``tf.constant`` would make three."""

import math

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor

__all__ = ["aligned_zeros", "share"]

_ALIGNMENT = 64  # bytes, of TensorFlow's own arrays


def aligned_zeros(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return zeros that begin where an array of TensorFlow may, which NumPy's own seldom do."""
    n_bytes = math.prod(shape) * dtype.itemsize
    raw = np.zeros(n_bytes + _ALIGNMENT, dtype=np.uint8)
    start = -raw.ctypes.data % _ALIGNMENT
    return raw[start : start + n_bytes].view(dtype).reshape(shape)


def share(array: np.ndarray) -> Tensor:
    """Return a tensor of the same memory, which nobody may change from then on; of a copy if that is not aligned.

    Even with a copy this is quicker than ``tf.constant``, whose first call for a type of numbers takes milliseconds.
    """
    tf = import_tensorflow()
    if not array.size:
        return tf.constant(array)
    if not (array.flags.c_contiguous and array.flags.writeable and array.ctypes.data % _ALIGNMENT == 0):
        copy = aligned_zeros(array.shape, array.dtype)
        copy[...] = array
        array = copy
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
