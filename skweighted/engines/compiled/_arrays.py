"""What the compiled loop takes and gives, as typed containers; the shapes stand in one table.

`K` networks see the batches of `G` groups: networks of one group draw the same rows in the same order. `C` classes,
`R`, `V`, `E` and `B` are the sizes of :class:`~skweighted.engines.compiled._key.ProgramKey`: rows, validation rows,
epochs of a call and rows of a batch, each with padding. `T` are the steps of all `E` epochs. Floats are in the dtype of
training.

============  ======================  ======================  =========================================================
container     field                   shape                   meaning
============  ======================  ======================  =========================================================
`Rows`        X                       (R, n_features)         inputs, dense or as :class:`SparseRows`
..            targets                 (R, 2)                  class code and sample weight
`Groups`      validation              (G, V) int32            positions of the rows held out
..            n_validation            (G,) int32              how many of them are no padding
`Networks`    group                   (K,) int32              which batches a network sees
..            seed                    (K,) uint64             key of its random numbers
..            alpha, dropout          (K,)                    the penalty; the rate
..            validation_class_weight (K, C)                  ..
..            loss_values             (K, ...) each           by name, what the loss takes at run time
`State`       params                  (K, *shape) each        as `_parameters` holds them: one vector, or each its own
..            slots                   (K, *shape) each        for each of these, what the optimizer remembers of it
`Call`        order                   (T, G, B) int32         positions of the rows of each step, padding behind
..            count                   (T, K) int32            rows in the batch of a network, 0 if it sits the step out
..            size                    (T, K)                  what the loss of the batch is divided by: `count`, or 1
..            rate                    (T, K)                  learning rate
..            number                  (T, K)                  number of the step, counted from 1 over all training
..            class_weight            (K, C)                  that of the training rows, in the epochs of this call
..            first_epoch             (K,) int32              the number of the first epoch of this call
..            epoch_steps, n_steps    ()  int32               steps of an epoch, and steps to take in this call
..            losses                  (T, K)                  zeros, in place of which come the losses of the steps
..            ones                    (K, 1, B)               ones, given at run time so that XLA cannot fold them
============  ======================  ======================  =========================================================

Step `s` of epoch `e` of a call is at ``e * epoch_steps + s`` of `T`. The arrays of one network alone have no axes `K`
and `G`, here and inside the loop: a two-dimensional product is faster than a stack of one.
"""

from typing import NamedTuple

from skweighted._base.types import Tensor

__all__ = ["Call", "Groups", "Networks", "Rows", "SparseRows", "State"]


class SparseRows(NamedTuple):
    """A CSR matrix; the number of its entries is the only size that a program does not fix."""

    indptr: Tensor
    indices: Tensor
    values: Tensor


class Rows(NamedTuple):
    """Every row that any network trains on or holds out, once."""

    X: Tensor | SparseRows
    targets: Tensor


class Groups(NamedTuple):
    """Which rows the networks of a group hold out."""

    validation: Tensor
    n_validation: Tensor


class Networks(NamedTuple):
    """What may differ between the networks of a stack."""

    group: Tensor
    seed: Tensor
    alpha: Tensor
    dropout: Tensor
    validation_class_weight: Tensor
    loss_values: dict[str, Tensor]


class State(NamedTuple):
    """What training changes."""

    params: list[Tensor]
    slots: list[list[Tensor]]


class Call(NamedTuple):
    """What one call of the compiled function is to do."""

    order: Tensor
    count: Tensor
    size: Tensor
    rate: Tensor
    number: Tensor
    class_weight: Tensor
    first_epoch: Tensor
    epoch_steps: Tensor
    n_steps: Tensor
    losses: Tensor
    ones: Tensor
