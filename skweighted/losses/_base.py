"""What every loss is: a class with a loss for each row, or for a whole batch."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator

from skweighted._base.registry import Registry

__all__ = ["LOSSES", "Loss"]


class Loss(BaseEstimator):
    """Base class: the loss of each row from its logits and its target.

    The arithmetic is TensorFlow's and runs for one network and for a stack of `K` alike. A binary problem has one
    logit and a target of 0 or 1; a problem of ``C > 2`` classes has `C` logits and a one-hot target.

    Attributes
    ----------
    numeric : tuple of str
        Constructor parameters that may differ between the networks of one stack. The others are part of the compiled
        program.
    proper : bool
        Whether the minimiser is the true probability but for a factor of each class, the one that
        :meth:`reported_prior` shows, so that reported probabilities can be repaired.
    """

    key: ClassVar[str]
    numeric: ClassVar[tuple[str, ...]] = ()
    proper: ClassVar[bool] = False

    def check(self, owner: str) -> None:
        """Raise if a parameter is out of its range; called in ``fit``."""

    def network_values(self, class_counts: np.ndarray, cost_matrix: np.ndarray | None = None) -> dict[str, Any]:
        """Return the numbers of one network that the compiled program takes at run time.

        Parameters
        ----------
        class_counts : ndarray of shape (n_classes,)
            Training rows of each class.
        cost_matrix : ndarray of shape (n_classes, n_classes), optional
            Rows truth, columns prediction.

        Returns
        -------
        dict of str to float or ndarray
            By default the parameters named in `numeric`.

        Raises
        ------
        ValueError
            If a parameter does not fit the classes, or costs are needed and missing.
        """
        return {name: float(getattr(self, name)) for name in self.numeric}

    def reported_prior(self, class_shares: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
        """Return the probabilities that minimise the loss where the inputs say nothing.

        Parameters
        ----------
        class_shares : ndarray of shape (n_classes,)
            Share of each class in the weight of all rows drawn.
        class_counts : ndarray of shape (n_classes,)
            Training rows of each class.

        Returns
        -------
        ndarray of shape (n_classes,)
            The output bias starts here; for most losses at `class_shares` as they are.
        """
        return class_shares

    def row_losses(self, logits: Any, target: Any, parameters: dict[str, Any]) -> Any:
        """Return the loss of each row.

        Parameters
        ----------
        logits : tensor of shape (K, batch, n_out) or (batch, n_out)
        target : tensor of the shape of `logits` after broadcasting
        parameters : dict of str to tensor of shape (K, 1, ...) or (1, ...)
            What :meth:`network_values` returned for each network, with an axis for the rows of the batch.

        Returns
        -------
        tensor of shape (K, batch) or (batch,)
        """
        raise NotImplementedError

    def batch_loss(self, logits: Any, target: Any, row_weight: Any, valid: Any, parameters: dict[str, Any]) -> Any:
        """Return the loss of each network on a batch: the weighted sum of the row losses over the number of rows.

        Losses that compare the rows of a batch with each other override this.

        Parameters
        ----------
        logits, target, parameters
            As in :meth:`row_losses`.
        row_weight : tensor of shape (K, batch) or (batch,)
            Class weight times sample weight; 0 for padding.
        valid : boolean tensor of shape (K, batch) or (batch,)
            False for the padding behind a short batch.

        Returns
        -------
        tensor of shape (K,) or ()
        """
        import tensorflow as tf

        losses = self.row_losses(logits, target, parameters)
        n_rows = tf.reduce_sum(tf.cast(valid, losses.dtype), -1)
        return tf.reduce_sum(row_weight * losses, -1) / tf.maximum(n_rows, 1)

    def to_keras(self, n_outputs: int, values: Mapping[str, Any]) -> Any:
        """Return Keras' own loss of the same arithmetic on probabilities; None if Keras has none.

        Parameters
        ----------
        n_outputs : int
            Output units.
        values : mapping of str to float or ndarray
            What :meth:`network_values` returned.

        Returns
        -------
        keras.losses.Loss or None
            None lets the Keras engine call :meth:`batch_loss`.
        """
        return None


LOSSES: Registry[Loss] = Registry("loss", Loss)


def class_logits(logits: Any) -> Any:
    """Return a logit for each class, (..., n_classes), from one for each output unit; a single one is class 1's."""
    import tensorflow as tf

    return tf.concat([tf.zeros_like(logits), logits], -1) if logits.shape[-1] == 1 else logits


def class_target(target: Any) -> Any:
    """Return the one-hot target, (..., n_classes), from that of the output units."""
    import tensorflow as tf

    return tf.concat([1 - target, target], -1) if target.shape[-1] == 1 else target


def squared_errors(logits: Any, target: Any) -> Any:
    """Return the squared distance of each class's probability from its target, (..., n_classes)."""
    import tensorflow as tf

    return tf.square(class_target(target) - tf.nn.softmax(class_logits(logits)))


def cross_entropies(logits: Any, target: Any) -> Any:
    """Return minus the log probability of each row's class, (K, batch)."""
    import tensorflow as tf

    if logits.shape[-1] == 1:
        z, t = logits[..., 0], target[..., 0]
        # max(z, 0) - z t + log(1 + exp(-|z|)) is -log p_y without overflow at either end.
        return tf.maximum(z, 0) - z * t + tf.math.log1p(tf.exp(-tf.abs(z)))
    return tf.reduce_logsumexp(logits, -1) - tf.reduce_sum(logits * target, -1)
