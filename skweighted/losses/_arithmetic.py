"""The arithmetic that losses share: logits and targets of one output unit as those of two classes, and row losses.

All of it takes one network, shape (batch, n_out), and a stack of them, (K, batch, n_out), alike.
"""

from skweighted._base.types import Tensor

__all__ = ["class_logits", "class_target", "cross_entropies", "squared_errors"]


def class_logits(logits: Tensor) -> Tensor:
    """Return a logit for each class, (..., n_classes), from one for each output unit; a single one is class 1's.

    Parameters
    ----------
    logits : tensor of shape (..., n_outputs)
        Of one or more networks, (batch, n_outputs) or (K, batch, n_outputs).

    Returns
    -------
    tensor of shape (..., n_classes)
        That of class 0 is zero if there is a single output.
    """
    import tensorflow as tf

    return tf.concat([tf.zeros_like(logits), logits], -1) if logits.shape[-1] == 1 else logits


def class_target(target: Tensor) -> Tensor:
    """Return the one-hot target, (..., n_classes), from that of the output units.

    Parameters
    ----------
    target : tensor of shape (..., n_outputs)
        The class of each row, as the output units have it: 0 or 1 for a single one, else one-hot.

    Returns
    -------
    tensor of shape (..., n_classes)
        One for the class of a row, zero for the others.
    """
    import tensorflow as tf

    return tf.concat([1 - target, target], -1) if target.shape[-1] == 1 else target


def squared_errors(logits: Tensor, target: Tensor) -> Tensor:
    """Return the squared distance of each class's probability from its target, (..., n_classes).

    Parameters
    ----------
    logits : tensor of shape (..., n_outputs)
        Of one or more networks, (batch, n_outputs) or (K, batch, n_outputs).
    target : tensor of shape (..., n_outputs)
        The class of each row, as the output units have it: 0 or 1 for a single one, else one-hot.

    Returns
    -------
    tensor of shape (..., n_classes)
        In [0, 1].
    """
    import tensorflow as tf

    return tf.square(class_target(target) - tf.nn.softmax(class_logits(logits)))


def cross_entropies(logits: Tensor, target: Tensor) -> Tensor:
    """Return minus the log probability of each row's class, (K, batch).

    Parameters
    ----------
    logits : tensor of shape (..., n_outputs)
        Of one or more networks, (batch, n_outputs) or (K, batch, n_outputs).
    target : tensor of shape (..., n_outputs)
        The class of each row, as the output units have it: 0 or 1 for a single one, else one-hot.

    Returns
    -------
    tensor of shape (K, batch) or (batch,)
        At least 0.
    """
    import tensorflow as tf

    if logits.shape[-1] == 1:
        z, t = tf.squeeze(logits, -1), tf.squeeze(target, -1)
        return tf.nn.softplus(z) - z * t  # log(1 + exp(z)) - z t is -log p_y
    return tf.reduce_logsumexp(logits, -1) - tf.reduce_sum(logits * target, -1)
