"""What Keras shares with the whole process: its import, and the generators that unseeded layers draw from.

Three of the names below are private to Keras or TensorFlow, for neither tells the state of its global generators.
"""

import contextlib
import random
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from skweighted._base.tensorflow import import_tensorflow

__all__ = ["import_keras", "private_randomness"]

# Only one thread at a time may put its own seeds in the place of those of the process. Reentrant, for a callback that
# fits another model.
_ours = threading.RLock()
_KERAS_NAMES = ("global_seed_generator", "global_random_seed")
_TENSORFLOW_NAMES = ("_seed", "_rng")
_ABSENT = object()


def import_keras() -> Any:
    """Return the keras module, TensorFlow imported with due care first."""
    import_tensorflow()
    import keras

    return keras


@contextlib.contextmanager
def private_randomness(seed: int) -> Iterator[None]:
    """Let all that draws from a global generator draw from `seed`, and leave each generator as it was.

    The generators are those of Python's ``random``, of NumPy, of Keras (a seed for every unseeded layer comes from
    Python's, a draw without a layer from its own) and of TensorFlow. What stays undetermined are operations such as
    ``tf.random.normal`` that run outside of a model: TensorFlow keeps a counter for each of them that only a reset of
    all counters of the process would set back.

    Parameters
    ----------
    seed : int
        At least 0.
    """
    import_keras()
    from keras.src.backend.common.global_state import GLOBAL_STATE_TRACKER
    from tensorflow.python.eager.context import context

    # Numbers of any size fit: the seed of a network may have 64 bits.
    python_seed, numpy_seed, keras_seed, tensorflow_seed = np.random.SeedSequence(seed).generate_state(4).tolist()
    with (
        _ours,
        _attributes_kept(GLOBAL_STATE_TRACKER, _KERAS_NAMES),
        _attributes_kept(context(), _TENSORFLOW_NAMES),
        _python_and_numpy_kept(),
    ):
        random.seed(python_seed)
        np.random.set_bit_generator(np.random.MT19937(numpy_seed))  # type: ignore[attr-defined]
        # Keras makes its generator when it needs one, from a seed that Python's generator gives.
        GLOBAL_STATE_TRACKER.global_seed_generator = None
        GLOBAL_STATE_TRACKER.global_random_seed = keras_seed
        # Not tf.random.set_seed, which also resets the counters of the user's own operations.
        context()._seed, context()._rng = tensorflow_seed, random.Random(tensorflow_seed)
        yield


@contextlib.contextmanager
def _python_and_numpy_kept() -> Iterator[None]:
    """Restore the generators of Python's ``random`` and of NumPy."""
    python_state = random.getstate()
    generator = np.random.get_bit_generator()  # type: ignore[attr-defined]
    numpy_state = np.random.get_state(legacy=False)
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_bit_generator(generator)  # type: ignore[attr-defined]
        np.random.set_state(numpy_state)


@contextlib.contextmanager
def _attributes_kept(owner: Any, names: Sequence[str]) -> Iterator[None]:
    """Restore the attributes of `owner`; those it lacked are taken away again."""
    before = {name: vars(owner).get(name, _ABSENT) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _ABSENT:
                vars(owner).pop(name, None)
            else:
                setattr(owner, name, value)
