"""Row losses of the probability of the true class: cross-entropy, focal and squared error."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from skweighted._base.checks import Interval, read_numbers
from skweighted._base.errors import parameter_error
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Tensor
from skweighted.losses._arithmetic import class_logits, class_target, cross_entropies, squared_errors
from skweighted.losses._base import LOSSES, Loss, LossValues, TensorValues
from skweighted.losses._facts import TrainingFacts

__all__ = ["CrossEntropy", "FocalLoss", "SquaredError"]


@LOSSES.register("cross_entropy")
class CrossEntropy(Loss):
    r"""Minus the log probability of the true class.

    .. math:: \ell = -\log p_y

    See Also
    --------
    sklearn.metrics.log_loss : The same quantity as a score.
    """

    proper = True

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return ``log(sum(exp(logits))) - logits[y]``, shape (K, batch)."""
        return cross_entropies(logits, target)

    def to_keras(self, n_outputs: int, values: Mapping[str, Any]) -> Any:
        """Return ``BinaryCrossentropy`` for one output unit and ``CategoricalCrossentropy`` for more."""
        import keras

        return keras.losses.BinaryCrossentropy() if n_outputs == 1 else keras.losses.CategoricalCrossentropy()


@LOSSES.register("focal")
class FocalLoss(Loss):
    r"""Down-weight the rows the network already gets right.

    .. math:: \ell = -\alpha_y (1 - p_y)^\gamma \log p_y

    Parameters
    ----------
    gamma : float, default=2.0
        Focusing exponent, dimensionless, >= 0. At 0 this is cross-entropy.
    alpha : float or sequence of float, optional
        For two classes a number in [0, 1]: class 1 is multiplied by it and class 0 by ``1 - alpha``, as in the paper
        (0.25 there). For any number of classes one factor of at least 0 for each, in the order of ``classes_``.
        `class_weight` does the same by label; None leaves it at that.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if `gamma` is negative, or `alpha` is out of its range or does not fit the classes.

    Notes
    -----
    The probabilities reported are pulled towards even odds: the loss is not proper, and they cannot be repaired.

    References
    ----------
    Lin et al. (2017), Focal Loss for Dense Object Detection, ICCV.

    Examples
    --------
    >>> from skweighted import CostSensitiveMLPClassifier
    >>> clf = CostSensitiveMLPClassifier(loss=FocalLoss())
    >>> clf.set_params(loss__gamma=1.0).loss
    FocalLoss(gamma=1.0)
    """

    runtime_parameters = ("gamma", "alpha")

    @keywords_after_first
    def __init__(self, gamma: float = 2.0, *, alpha: float | Sequence[float] | None = None) -> None:
        self.gamma = gamma
        self.alpha = alpha

    def check(self, owner: str) -> None:
        """Raise unless `gamma` is at least 0 and `alpha` None, a share or factors."""
        name = type(self).__name__
        cure = "0 is cross-entropy, 2 the paper's value."
        Interval(0).check(self.gamma, "gamma", name, cure=cure)
        if isinstance(self.alpha, Real):
            cure = "Use class_weight for factors above 1."
            Interval(0, 1, closed="both").check(self.alpha, "alpha", name, cure=cure)

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return `gamma` and the factor of each class, shape (n_classes,)."""
        n_classes = len(facts.class_counts)
        name, rule = type(self).__name__, f"None or a sequence of {n_classes} numbers of at least 0, one for each class"
        cure = "A single number is for two classes. class_weight takes a dict by label."
        message = parameter_error("alpha", name, rule, self.alpha, cure)
        alpha = np.ones(n_classes) if self.alpha is None else read_numbers(self.alpha, message)
        if alpha.ndim == 0 and n_classes == 2:  # the paper's form is for two classes
            alpha = np.array([1 - alpha, alpha])
        if alpha.shape != (n_classes,) or not np.isfinite(alpha).all() or (alpha < 0).any() or not alpha.any():
            raise ValueError(message)
        return {"gamma": float(self.gamma), "alpha": alpha}

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return cross-entropy times ``alpha[y] * (1 - p_y) ** gamma``, shape (K, batch)."""
        import tensorflow as tf

        z, t = class_logits(logits), class_target(target)
        # 1 - p_y as a sum over the other classes, on a log scale: its power has a finite slope even if p_y is 1.
        others = tf.where(t > 0.5, tf.cast(z.dtype.min / 2, z.dtype), z)  # one-hot
        log_wrong = tf.reduce_logsumexp(others, -1) - tf.reduce_logsumexp(z, -1)
        focus = tf.exp(values["gamma"] * tf.minimum(log_wrong, 0))
        return tf.reduce_sum(t * values["alpha"], -1) * focus * cross_entropies(logits, target)


@LOSSES.register("squared_error")
class SquaredError(Loss):
    r"""Half the squared distance between the probabilities and the one-hot target.

    .. math:: \ell = \frac{1}{2} \sum_c (d_c - p_c)^2

    Bounded, so that single wrong labels weigh less than under cross-entropy; for two classes this is
    :math:`(1 - p_y)^2`.

    See Also
    --------
    sklearn.metrics.brier_score_loss : The same quantity as a score, for two classes.

    References
    ----------
    Brier (1950), Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review.
    """

    proper = True

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return half the sum over classes of squared errors, shape (K, batch)."""
        import tensorflow as tf

        return tf.reduce_sum(squared_errors(logits, target), -1) / 2
