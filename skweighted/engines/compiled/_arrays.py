"""What the compiled loop takes and gives, as typed containers; the shapes stand in one table.

`K` networks see the batches of `G` groups: networks of one group draw the same rows in the same order. `C` classes,
`R`, `V`, `E`, `S` and `B` are the sizes of :class:`~skweighted.engines.compiled._key.ProgramKey`: rows, validation
rows, epochs of a call, steps of an epoch and rows of a batch, each with padding. Floats are in the dtype of training.

============  ======================  ======================  =========================================================
container     field                   shape                   meaning
============  ======================  ======================  =========================================================
`Rows`        X                       (R, n_features)         inputs, dense or as :class:`SparseRows`
..            y                       (R,) int32              class codes
..            sample_weight           (R,)                    ..
`Groups`      n_drawn                 (G,) int32              rows that an epoch draws
..            validation              (G, V) int32            positions of the rows held out
..            n_validation            (G,) int32              how many of them are no padding
`Networks`    group                   (K,) int32              which batches a network sees
..            seed                    (K,) uint64             key of its random numbers
..            first_epoch             (K,) int32              the number of the first epoch of this training
..            switch_epoch            (K,) int32              the epoch from which `class_weight` acts
..            learning_rate, alpha    (K,)                    the highest rate; the penalty
..            dropout                 (K,)                    rate
..            class_weight            (K, C)                  ..
..            validation_class_weight (K, C)                  takes the place of `class_weight` for validation rows
..            early_class_weight      (K, C)                  takes the place of `class_weight` before `switch_epoch`
..            loss_values             (K, ...) each           by name, what the loss takes at run time
`State`       params                  (K, *shape) each        in the order of ``Architecture.parameters``
..            slots                   (K, *shape) each        for each parameter, what the optimizer remembers of it
..            step                    (K,) int32              gradient steps taken
`Call`        order                   (E, G, S, B) int32      positions of the rows drawn, in order, padding behind
..            active                  (K,) bool               networks that early stopping has not stopped
..            rate_factors            (E, S, K)               share of the highest learning rate, for each step
..            n_done, n_epochs        ()  int32               epochs of this training done, and to do in this call
..            opaque_one              ()                      the number 1, given at run time so that XLA cannot fold it
============  ======================  ======================  =========================================================

Inside the loop one network alone has no axis `K`; :meth:`Loop.run` takes it off and puts it back.
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
    y: Tensor
    sample_weight: Tensor


class Groups(NamedTuple):
    """Which rows the networks of a group draw and hold out."""

    n_drawn: Tensor
    validation: Tensor
    n_validation: Tensor


class Networks(NamedTuple):
    """What may differ between the networks of a stack."""

    group: Tensor
    seed: Tensor
    first_epoch: Tensor
    switch_epoch: Tensor
    learning_rate: Tensor
    alpha: Tensor
    dropout: Tensor
    class_weight: Tensor
    validation_class_weight: Tensor
    early_class_weight: Tensor
    loss_values: dict[str, Tensor]


class State(NamedTuple):
    """What training changes."""

    params: list[Tensor]
    slots: list[list[Tensor]]
    step: Tensor


class Call(NamedTuple):
    """What one call of the compiled function is to do."""

    order: Tensor
    active: Tensor
    rate_factors: Tensor
    n_done: Tensor
    n_epochs: Tensor
    opaque_one: Tensor
