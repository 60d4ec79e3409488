"""What a compiled program depends on."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from skweighted.losses import Loss
from skweighted.network import Architecture
from skweighted.optimizers import Optimizer

__all__ = ["ProgramKey"]


@dataclass(frozen=True)
class ProgramKey:
    """Everything a compiled program depends on; equal keys share one program.

    True counts of rows, steps, epochs and validation rows are run-time values: the sizes here only have to be large
    enough.

    Parameters
    ----------
    architecture : Architecture
    loss : Loss
    optimizer : Optimizer
    component_keys : tuple
        Equal for a loss and an optimizer that run the same arithmetic.
    dtype : {"float32", "float64"}
    n_networks, n_groups : int
        `K` networks draw batches from `G` groups; networks of a group see the same rows in the same order.
    n_rows, n_steps, batch_rows, n_validation : int
        Rows of data, steps of an epoch, rows of a batch and validation rows.
    n_epochs : int
        Most epochs of one call.
    validation_block : int
        Validation rows that go through a network at a time; divides `n_validation`.
    drops_units : bool
        Whether any network drops units.
    masked : bool
        Whether networks may sit out a step, having fewer batches or having stopped.
    sparse : bool
        Whether rows come as CSR and go dense a batch at a time.
    """

    architecture: Architecture
    loss: Loss = field(compare=False)
    optimizer: Optimizer = field(compare=False)
    component_keys: tuple[Hashable, ...]
    dtype: str
    n_networks: int
    n_groups: int
    n_rows: int
    n_steps: int
    batch_rows: int
    n_validation: int
    n_epochs: int
    validation_block: int
    drops_units: bool
    masked: bool
    sparse: bool

    @property
    def network_axis(self) -> list[int]:
        """The leading shape of a quantity inside the loop: ``[K]``, or nothing for one network.

        A two-dimensional product is faster than a stack of one.
        """
        return [self.n_networks] if self.n_networks > 1 else []
