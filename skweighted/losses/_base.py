"""What every loss is: a class with a loss for each row, or for a whole batch."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

import numpy as np

from skweighted._base.registry import Component, Registry
from skweighted._base.types import Tensor
from skweighted.losses._facts import TrainingFacts, link_old_names

__all__ = ["LOSSES", "Loss", "LossValues", "TensorValues"]

LossValues: TypeAlias = dict[str, float | np.ndarray]
"""The numbers of a loss by name, as NumPy has them."""

TensorValues: TypeAlias = dict[str, Tensor]
"""The same numbers in the compiled program, one for each network: shape (K, 1, ...), or (1, ...) for one network."""


class Loss(Component):
    """Base class: the loss of each row from its logits and its target.

    The arithmetic is TensorFlow's and runs for one network and for a stack of `K` alike. A binary problem has one
    logit and a target of 0 or 1; a problem of ``C > 2`` classes has `C` logits and a one-hot target.

    Attributes
    ----------
    runtime_parameters : tuple of str
        Constructor parameters that may differ between the networks of one stack, since the compiled program reads them
        when it runs. The others are part of the program.
    proper : bool
        Whether the minimiser is the true probability but for a factor of each class, the one that
        :meth:`reported_prior` shows, so that reported probabilities can be repaired.

    Notes
    -----
    A loss written for 0.1.0 still works: `numeric` and ``network_values(class_counts, cost_matrix)`` were the names of
    `runtime_parameters` and of :meth:`runtime_values`.
    """

    runtime_parameters: ClassVar[tuple[str, ...]] = ()
    numeric: ClassVar[tuple[str, ...]] = ()
    proper: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        link_old_names(cls)

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return the numbers of one network that the compiled program takes when it runs.

        Parameters
        ----------
        facts : TrainingFacts
            The class counts of the training rows, and the cost matrix.

        Returns
        -------
        dict of str to float or ndarray
            By default the parameters named in `runtime_parameters`.

        Raises
        ------
        ValueError
            If a parameter does not fit the classes, or costs are needed and missing.
        """
        return {name: float(getattr(self, name)) for name in self.runtime_parameters}

    def network_values(self, class_counts: np.ndarray, cost_matrix: np.ndarray | None = None) -> LossValues:
        """Return :meth:`runtime_values`; the name of 0.1.0."""
        return Loss.runtime_values(self, TrainingFacts(class_counts, cost_matrix))

    def reported_prior(self, class_shares: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
        """Return the probabilities that minimise the loss if the inputs say nothing.

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

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return the loss of each row.

        Parameters
        ----------
        logits : tensor of shape (K, batch, n_out) or (batch, n_out)
        target : tensor of the shape of `logits` after broadcasting
        values : dict of str to tensor of shape (K, 1, ...) or (1, ...)
            What :meth:`runtime_values` returned for each network, with an axis for the rows of the batch.

        Returns
        -------
        tensor of shape (K, batch) or (batch,)
        """
        raise NotImplementedError

    def batch_loss(
        self, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor, values: TensorValues
    ) -> Tensor:
        """Return the loss of each network on a batch: the weighted sum of the row losses over the number of rows.

        Losses that compare the rows of a batch with each other override this.

        Parameters
        ----------
        logits, target, values
            As in :meth:`row_losses`.
        row_weight : tensor of shape (K, batch) or (batch,)
            Class weight times sample weight; 0 for padding.
        valid : tensor of bool of shape (K, batch) or (batch,)
            False for the padding behind a short batch.

        Returns
        -------
        tensor of shape (K,) or ()
        """
        import tensorflow as tf

        losses = self.row_losses(logits, target, values)
        n_rows = tf.reduce_sum(tf.cast(valid, losses.dtype), -1)
        return tf.reduce_sum(row_weight * losses, -1) / tf.maximum(n_rows, 1)

    def to_keras(self, n_outputs: int, values: Mapping[str, Any]) -> Any:
        """Return Keras' own loss of the same arithmetic on probabilities; None if Keras has none.

        Parameters
        ----------
        n_outputs : int
            Output units.
        values : mapping of str to float or ndarray
            What :meth:`runtime_values` returned.

        Returns
        -------
        keras.losses.Loss or None
            None lets the Keras engine call :meth:`batch_loss`.
        """
        return None


LOSSES: Registry[Loss] = Registry("loss", Loss)
