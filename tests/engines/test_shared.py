"""Rows reach TensorFlow without a copy if their memory allows it, and are right in any case."""

import numpy as np
import pytest

from skweighted.engines.compiled._shared import aligned_zeros, share


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_aligned_arrays_are_shared(dtype):
    """What NumPy writes is what TensorFlow reads."""
    array = aligned_zeros((7, 3), np.dtype(dtype))
    tensor = share(array)
    array[2, 1] = 5
    assert tensor.dtype.name == dtype
    np.testing.assert_array_equal(tensor.numpy(), array)


@pytest.mark.parametrize(
    "change", [lambda a: a.reshape(-1)[1:], lambda a: a[:, 1:], lambda a: a[:0]], ids=["shifted", "strided", "empty"]
)
def test_other_arrays_are_copied(change):
    """Shared, they would be read from the wrong place."""
    array = change(aligned_zeros((7, 3), np.dtype("float32")))
    array += np.arange(array.size, dtype=np.float32).reshape(array.shape)
    expected = array.copy()
    tensor = share(array)
    array += 1
    np.testing.assert_array_equal(tensor.numpy(), expected)


def test_arrays_that_may_not_be_written_are_copied():
    """Such as those of a memory map."""
    array = aligned_zeros((7, 3), np.dtype("float32"))
    array.flags.writeable = False
    np.testing.assert_array_equal(share(array).numpy(), array)
