"""Losses that know what each mistake costs."""

import numpy as np

from skweighted._base.types import Tensor
from skweighted.costs import cost_vector
from skweighted.losses._arithmetic import class_target, squared_errors
from skweighted.losses._base import LOSSES, Loss, LossValues, TensorValues
from skweighted.losses._facts import TrainingFacts

__all__ = ["ExpectedCost"]


@LOSSES.register("expected_cost")
class ExpectedCost(Loss):
    r"""Squared error in which each output's error is multiplied by what it costs.

    .. math:: \ell = \frac{1}{2} \sum_i \big( (d_i - p_i) K_{y,i} \big)^2, \quad
        K_{y,i} = C_{y,i} \; (i \ne y), \quad K_{y,y} = v_y

    with the classifier's `cost_matrix` :math:`C`, its diagonal subtracted, and its cost vector :math:`v`
    (:func:`skweighted.costs.cost_vector`) at the priors of the training rows. This is Kukar and Kononenko's fourth
    method, minimisation of the misclassification costs, the best of the four in their experiments.

    Raises
    ------
    ValueError
        In ``fit``, if the classifier has no `cost_matrix`.

    Notes
    -----
    The reported probabilities lean towards cheap decisions and cannot be repaired: predict with their argmax.

    References
    ----------
    Kukar & Kononenko (1998), Cost-Sensitive Learning with Neural Networks, ECAI.
    """

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return `cost`, the matrix K of shape (n_classes, n_classes)."""
        if facts.cost_matrix is None:
            raise ValueError(
                "loss='expected_cost' needs to know the costs. Set cost_matrix, rows truth, columns prediction."
            )
        cost = facts.cost_matrix - facts.cost_matrix.diagonal()[:, None]
        np.fill_diagonal(cost, cost_vector(facts.cost_matrix, facts.class_counts / facts.class_counts.sum()))
        return {"cost": cost}

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return half the sum over outputs of squared errors times squared costs, shape (K, batch)."""
        import tensorflow as tf

        cost = tf.reduce_sum(class_target(target)[..., None] * values["cost"], -2)
        return tf.reduce_sum(squared_errors(logits, target) * tf.square(cost), -1) / 2
