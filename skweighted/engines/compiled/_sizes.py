"""Which sizes programs have: few, so that the fits of a day share them.

A program costs about half a second and some megabytes that TensorFlow never gives back. Padding costs little: the loop
runs to the true number of steps, so that padded rows are copied and never trained on. Only a padded batch costs
products.
`benchmarks/programs.py` prints both sides.
"""

from typing import NamedTuple

from skweighted.engines.stacking import VALIDATION_BLOCK

__all__ = ["Sizes", "choose_sizes"]

_FEWEST_ROWS = 1024  # no size of rows below, unless rows are wide
_WIDE_ROW = 256  # features
_FEWEST_BATCH_ROWS = 32
_DOUBLING_ROWS = 2**16  # up to here sizes double; above, eight to each doubling, since memory begins to count
_DOUBLING_BATCH_ROWS = 256  # up to here; above, four to each doubling, since products begin to count
_CALL_ROWS = 2**19  # rows of order handed to one call, at most (2 MB), unless a single epoch is longer
_CALL_NUMBERS = 2**18  # numbers of each kind, one a step and network, handed to one call, at most, likewise
_CALL_EPOCHS = 128


class Sizes(NamedTuple):
    """The sizes of a program; see :class:`~skweighted.engines.compiled._key.ProgramKey`."""

    n_rows: int
    n_steps: int
    batch_rows: int
    n_validation: int
    validation_block: int
    n_epochs: int
    n_groups: int


def choose_sizes(
    *,
    n_rows: int,
    n_drawn: int,
    n_validation: int,
    n_groups: int,
    n_networks: int,
    n_features: int,
    batch_size: int,
    one_epoch: bool,
    sparse: bool,
) -> Sizes:
    """Return the sizes of the program that trains a stack.

    Parameters
    ----------
    n_rows, n_drawn, n_validation : int
        Rows of all sources together; the most that an epoch of any group draws, and that any group holds out.
    n_groups, n_networks, n_features, batch_size : int
    one_epoch : bool
        Whether a call trains one epoch only, since rows held out are looked at after each.
    sparse : bool
    """
    fewest = _FEWEST_ROWS if n_features <= _WIDE_ROW else _FEWEST_BATCH_ROWS
    if n_drawn <= batch_size:
        batch_rows, n_steps = bucket(n_drawn, _FEWEST_BATCH_ROWS, _DOUBLING_BATCH_ROWS, 4), 1
    else:
        batch_rows = batch_size
        n_steps = _ceil_div(bucket(n_drawn, fewest, _DOUBLING_ROWS, 8), batch_rows)
    n_held_out = bucket(n_validation, _FEWEST_BATCH_ROWS, _DOUBLING_ROWS, 8) if n_validation else 0
    block = VALIDATION_BLOCK
    if sparse:  # rows go dense a block at a time, so a block is not larger than a batch
        block = min(block, max(_FEWEST_BATCH_ROWS, 1 << (batch_rows.bit_length() - 1)))
    # As many groups as networks need no look-up, so padding ends there.
    groups = min(1 << (n_groups - 1).bit_length(), n_networks)
    most_rows, most_numbers = _CALL_ROWS // (groups * n_steps * batch_rows), _CALL_NUMBERS // (n_networks * n_steps)
    most_epochs = min(_CALL_EPOCHS, most_rows, most_numbers)
    return Sizes(
        n_rows=bucket(n_rows, fewest, _DOUBLING_ROWS, 8),
        n_steps=n_steps,
        batch_rows=batch_rows,
        n_validation=n_held_out,
        validation_block=min(block, n_held_out),
        n_epochs=1 if one_epoch else max(1, most_epochs),
        n_groups=groups,
    )


def bucket(count: int, least: int, doubling_until: int, per_doubling: int) -> int:
    """Return the least size of at least `count` and `least` in use.

    Sizes are powers of two up to `doubling_until`, and above there are `per_doubling` (a power of two) of them from one
    power of two to the next.
    """
    count = max(count, least)
    power = 1 << (count - 1).bit_length()
    if power <= doubling_until:
        return power
    unit = power // 2 // per_doubling
    return _ceil_div(count, unit) * unit


def _ceil_div(a: int, b: int) -> int:
    return -(-a // b)
