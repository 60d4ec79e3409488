"""The loss of members that share weights: the mean of the members' losses."""

from collections.abc import Callable

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor
from skweighted.losses import TensorValues

__all__ = ["mean_loss_and_slope"]

LossAndSlope = Callable[..., tuple[Tensor, Tensor]]
"""Loss (K,) and its slope for the logits, from loss values, logits, targets, row weights, valid rows and sizes."""


def mean_loss_and_slope(
    loss_and_slope: LossAndSlope, n_members: int, values: TensorValues, logits: Tensor, *of_rows: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the mean of the members' losses, (K,), and its slope for the logits of all their rows.

    Each member is to the loss what a network is: losses may compare the rows of a batch with each other.

    Parameters
    ----------
    loss_and_slope : callable
    n_members : int
    values : dict of str to tensor of shape (K, 1, ...)
    logits : tensor of shape (K, n_members * batch, n_outputs)
    *of_rows : tensor of shape (K, ...)
        What else the loss takes, the same for all members.
    """
    tf = import_tensorflow()
    *axis, n_rows, n_outputs = logits.shape

    def for_members(value: Tensor) -> Tensor:
        """Return what each network has for each of its members, (K * n_members, ...)."""
        return tf.repeat(value if axis else value[None], n_members, axis=0)

    losses, slope = loss_and_slope(
        {name: for_members(value) for name, value in values.items()},
        tf.reshape(logits, [-1, n_rows // n_members, n_outputs]),
        *map(for_members, of_rows),
    )
    mean = tf.reduce_mean(tf.reshape(losses, [*axis, n_members]), axis=-1)
    return mean, tf.reshape(slope, logits.shape) / n_members
