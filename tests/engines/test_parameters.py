"""How programs hold the parameters of a network."""

import numpy as np
import pytest

from skweighted.engines.compiled._parameters import OneVector, Separate
from skweighted.network import Architecture

ARCHITECTURES = [Architecture((5, 7, 3, 1), "relu"), Architecture((8, 4), "relu"), Architecture((3, 40, 5), "relu")]


def arrays_of(architecture):
    """Return a random array for each parameter."""
    generator = np.random.default_rng(0)
    return [generator.normal(size=shape) for shape in architecture.shapes]


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: str(each.layer_sizes))
@pytest.mark.parametrize("kind", [OneVector, Separate])
def test_what_is_packed_comes_out_again(kind, architecture):
    """In NumPy and as tensors, for one network and with an axis of networks."""
    import tensorflow as tf

    layout, arrays = kind(architecture), arrays_of(architecture)
    held = layout.pack(arrays)
    for array, out in zip(arrays, layout.unpack(held), strict=True):
        np.testing.assert_array_equal(array, out)
    for leading in ((), (1,)):
        tensors = [tf.constant(array.reshape(*leading, *array.shape)) for array in held]
        split = layout.split(tensors)
        for array, out in zip(arrays, split, strict=True):
            np.testing.assert_array_equal(array.reshape(*leading, *array.shape), out)
        for part, out in zip(tensors, layout.join(split), strict=True):
            np.testing.assert_array_equal(part, out)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda each: str(each.layer_sizes))
@pytest.mark.parametrize("kind", [OneVector, Separate])
def test_the_penalty_is_on_weights_only(kind, architecture):
    """Its value and its gradient; biases are left out."""
    import tensorflow as tf

    layout, arrays = kind(architecture), arrays_of(architecture)
    weights = architecture.select("weight", arrays)
    held = [tf.constant(array) for array in layout.pack(arrays)]
    assert float(layout.sum_squares(held)) == pytest.approx(sum((weight**2).sum() for weight in weights))
    decayed = layout.add_decay([tf.zeros_like(part) for part in held], held, tf.constant(0.5, tf.float64))
    decays = layout.split(decayed)
    for decay, weight in zip(architecture.select("weight", decays), weights, strict=True):
        np.testing.assert_allclose(decay, 0.5 * weight)
    assert not any(np.any(decay) for decay in architecture.select("bias", decays))
