"""Which units to drop: a hash of a counter, in 32-bit operations that XLA fuses into the step.

A mask needs a bit with a probability, and needs it the same alone, in a stack, under XLA and in a plain graph. Each
draw is a function of (network seed, epoch, step, layer, row, unit) and of nothing else.
"""

from functools import reduce

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor

__all__ = ["DropoutKeys", "advance_keys", "drop_units", "start_keys"]

_GOLDEN = 0x9E3779B9  # 2**32 over the golden ratio: keeps words apart that are small numbers
_STREAMS = (0x243F6A88, 0x85A308D3)  # digits of pi: two independent words of key
_RATE_BITS = 24  # a rate is rounded to a multiple of 2**-24, which float32 holds exactly

DropoutKeys = list[Tensor]
"""Two words of key, (K,) uint32 each."""


def _shift_xor(x: Tensor, bits: int) -> Tensor:
    tf = import_tensorflow()
    return tf.bitwise.bitwise_xor(x, tf.bitwise.right_shift(x, tf.constant(bits, tf.uint32)))


def _multiply(x: Tensor, factor: int) -> Tensor:
    tf = import_tensorflow()
    return x * tf.constant(factor, tf.uint32)


def _scramble(x: Tensor, word: Tensor | None = None) -> Tensor:
    """Return a hash of 32-bit numbers, in which every bit of the input moves each bit of the output half of the time.

    The constants are those of Wellons' search for the least bias (hash-prospector, 2022). `word`, a second word of key,
    enters in the middle, so that the hashes under two keys are not shifts of each other.
    """
    tf = import_tensorflow()
    x = _multiply(_shift_xor(x, 16), 0x21F0AAAD)
    x = x if word is None else tf.bitwise.bitwise_xor(x, word)
    return _shift_xor(_multiply(_shift_xor(x, 15), 0xD35A2D97), 15)


def start_keys(seed: Tensor, epoch: Tensor) -> DropoutKeys:
    """Return the keys of an epoch from seeds, (K,) uint64, and numbers of epochs, (K,)."""
    tf = import_tensorflow()
    high = tf.bitwise.right_shift(seed, tf.constant(32, tf.uint64))
    starts = (tf.fill(tf.shape(seed), tf.constant(stream, tf.uint32)) for stream in _STREAMS)
    return [reduce(_absorb, (seed, high, epoch), start) for start in starts]


def advance_keys(keys: DropoutKeys, word: Tensor | int) -> DropoutKeys:
    """Return the keys of a part of what `keys` are for: of a step of the epoch, of a layer of the step."""
    return [_absorb(key, word) for key in keys]


def _absorb(key: Tensor, word: Tensor | int) -> Tensor:
    tf = import_tensorflow()
    return _scramble(tf.bitwise.bitwise_xor(key, _multiply(tf.cast(word, tf.uint32), _GOLDEN)) + _GOLDEN)


def drop_units(hidden: Tensor, rate: Tensor, keys: DropoutKeys) -> Tensor:
    """Return `hidden` with each unit of each row zero with probability `rate`, and the others scaled to the same mean.

    Parameters
    ----------
    hidden : tensor of shape (K, batch, width) or (batch, width)
    rate : tensor of shape (K,) or ()
        In [0, 1).
    keys : list of two uint32 tensors of shape (K,) or ()
    """
    tf = import_tensorflow()
    n_rows, width = hidden.shape[-2:]
    place = tf.range(n_rows)[:, None] * width + tf.range(width)
    first, second = (key[..., None, None] for key in keys)
    draw = _scramble(tf.cast(place, tf.uint32) + first, second)
    draw = tf.cast(tf.bitwise.right_shift(draw, tf.constant(32 - _RATE_BITS, tf.uint32)), tf.int32)
    threshold = tf.cast(tf.round(rate * 2**_RATE_BITS), tf.int32)
    kept = draw >= threshold[..., None, None]
    return tf.where(kept, hidden * (1 / (1 - rate))[..., None, None], tf.zeros_like(hidden))
