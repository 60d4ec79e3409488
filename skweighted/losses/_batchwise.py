"""Losses that compare the rows of a batch with each other: mean false errors and mining of hard examples."""

from numbers import Integral

import numpy as np

from skweighted._base.checks import Interval, check_boolean, check_number
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Tensor
from skweighted.losses._arithmetic import class_target, cross_entropies, squared_errors
from skweighted.losses._base import LOSSES, Loss, LossValues, TensorValues
from skweighted.losses._facts import TrainingFacts

__all__ = ["HardExample", "MeanFalseError", "MeanSquaredFalseError"]


@LOSSES.register("mean_false_error")
class MeanFalseError(Loss):
    r"""The sum over classes of the mean squared error of their rows, so that each class counts the same.

    .. math:: L = \sum_c E_c, \quad E_c = \frac{1}{n_c} \sum_{i: y_i = c} w_i \, \frac{1}{2} \lVert d_i - p_i \rVert^2

    The sums go over the classes present in a batch; `n_c` are their rows in it of a weight above 0.

    Notes
    -----
    The paper is about two classes, false positive plus false negative error; more are summed likewise. On a full batch
    this is squared error with class weights ``N / n_c``. In small batches a class counts fully if it has a row,
    so a rare one weighs less than under such weights. A row's weight multiplies its error but not `n_c`: weight 2 is
    not the same as the row twice.

    References
    ----------
    Wang et al. (2016), Training Deep Neural Networks on Imbalanced Data Sets, IJCNN.
    """

    def reported_prior(self, class_shares: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
        """Return equal shares for the classes that have any."""
        present = (class_shares > 0).astype(np.float64)
        return present / present.sum()

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return half the squared error of each row, shape (K, batch)."""
        import tensorflow as tf

        return tf.reduce_sum(squared_errors(logits, target), -1) / 2

    def batch_loss(
        self, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor, values: TensorValues
    ) -> Tensor:
        """Return the sum of the classes' errors, shape (K,)."""
        import tensorflow as tf

        return tf.reduce_sum(self.class_errors(logits, target, row_weight, values), -1)

    def class_errors(self, logits: Tensor, target: Tensor, row_weight: Tensor, values: TensorValues) -> Tensor:
        """Return the weighted mean error of each class, shape (K, n_classes); 0 for a class without rows."""
        import tensorflow as tf

        losses = self.row_losses(logits, target, values)
        members = class_target(target) * tf.cast(row_weight > 0, losses.dtype)[..., None]
        totals = tf.reduce_sum(members * (row_weight * losses)[..., None], -2)
        return totals / tf.maximum(tf.reduce_sum(members, -2), 1)


@LOSSES.register("mean_squared_false_error")
class MeanSquaredFalseError(MeanFalseError):
    r"""The sum over classes of their squared mean error: the class that is worse off pulls harder.

    .. math:: L = \sum_c E_c^2, \quad E_c = \frac{1}{n_c} \sum_{i: y_i = c} w_i \, \frac{1}{2} \lVert d_i - p_i \rVert^2

    See Also
    --------
    MeanFalseError : The same without the square; its notes hold here.

    References
    ----------
    Wang et al. (2016), Training Deep Neural Networks on Imbalanced Data Sets, IJCNN.
    """

    def batch_loss(
        self, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor, values: TensorValues
    ) -> Tensor:
        """Return the sum of the classes' squared errors, shape (K,)."""
        import tensorflow as tf

        return tf.reduce_sum(tf.square(self.class_errors(logits, target, row_weight, values)), -1)


@LOSSES.register("hard_example")
class HardExample(Loss):
    r"""Online hard example mining: only the rows of a batch with the highest cross-entropy teach.

    .. math:: L = \frac{1}{|H|} \sum_{i \in H} w_i \ell_i

    where :math:`H` holds the rows with the largest :math:`w_i \ell_i`.

    Parameters
    ----------
    keep : float or int, default=0.5
        A share of the batch in (0, 1], or a number of rows of at least 1. Ignored with `keep_minority`.
    keep_minority : bool, default=False
        Hard negative mining: keep every row of a class other than the most frequent one, and the hardest of the most
        frequent.
    ratio : float, default=3.0
        With `keep_minority`, rows of the most frequent class kept for each of the others, at least one a batch.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if a parameter is out of its range.

    Notes
    -----
    Rows of equal loss are kept or dropped together. The loss is not proper: probabilities cannot be repaired. A row's
    weight decides with its loss whether it is kept, but it is one row in :math:`|H|`: weight 2 is not the same as the
    row twice.

    References
    ----------
    Shrivastava et al. (2016), Training Region-Based Object Detectors with Online Hard Example Mining, CVPR; hard
    negative mining at 3 to 1: Liu et al. (2016), SSD: Single Shot MultiBox Detector, ECCV.
    """

    runtime_parameters = ("keep", "ratio")

    @keywords_after_first
    def __init__(self, keep: float = 0.5, *, keep_minority: bool = False, ratio: float = 3.0) -> None:
        self.keep = keep
        self.keep_minority = keep_minority
        self.ratio = ratio

    def check(self, owner: str) -> None:
        """Raise unless `keep` is a share or a count and `ratio` above 0."""
        name = type(self).__name__
        rule = "a share in (0, 1] or an integer of at least 1"
        integer = isinstance(self.keep, Integral)
        check_number(self.keep, "keep", name, rule=rule, valid=lambda v: v >= 1 if integer else 0 < v <= 1)
        check_boolean(self.keep_minority, "keep_minority", name)
        Interval(0, closed="neither").check(self.ratio, "ratio", name)

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return `share` and `count`, one of them 0, `ratio`, and `majority`, 1 for the most frequent class."""
        count = isinstance(self.keep, Integral)
        return {
            "share": 0.0 if count else float(self.keep),
            "count": float(self.keep) if count else 0.0,
            "ratio": float(self.ratio),
            "majority": np.eye(len(facts.class_counts))[facts.class_counts.argmax()],
        }

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return the cross-entropy of each row, shape (K, batch)."""
        return cross_entropies(logits, target)

    def batch_loss(
        self, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor, values: TensorValues
    ) -> Tensor:
        """Return the mean weighted loss of the rows kept, shape (K,)."""
        import tensorflow as tf

        losses = row_weight * self.row_losses(logits, target, values)
        if self.keep_minority:
            majority = tf.reduce_sum(class_target(target) * values["majority"], -1) > 0.5
            always = valid & ~majority
            n_minority = tf.reduce_sum(tf.cast(always, losses.dtype), -1, keepdims=True)
            kept = always | _hardest(losses, valid & majority, values["ratio"] * n_minority)
        else:
            n_valid = tf.reduce_sum(tf.cast(valid, losses.dtype), -1, keepdims=True)
            # Without the margin 0.1 of 30 rows would be 4, or 3 in single precision.
            wanted = tf.maximum(tf.math.ceil(values["share"] * n_valid - 1e-3), values["count"])
            kept = _hardest(losses, valid, wanted)
        chosen = tf.cast(kept, losses.dtype)
        return tf.reduce_sum(chosen * losses, -1) / tf.maximum(tf.reduce_sum(chosen, -1), 1)


def _hardest(losses: Tensor, candidates: Tensor, wanted: Tensor) -> Tensor:
    """Return which of the candidates have the `wanted` highest losses, at least one; ties stay together."""
    import tensorflow as tf

    # Which rows are kept is a decision, not a function to differentiate.
    losses = tf.stop_gradient(tf.where(candidates, losses, -tf.ones_like(losses)))
    ranked = tf.sort(losses, -1, direction="DESCENDING")
    place = tf.cast(tf.range(losses.shape[-1] or tf.shape(losses)[-1]), losses.dtype)
    wanted = tf.maximum(tf.floor(wanted), 1)
    threshold = tf.reduce_max(tf.where(place >= wanted - 1, ranked, -tf.ones_like(ranked)), -1, keepdims=True)
    return candidates & (losses >= threshold)
