"""Losses that shift logits by class: logit adjustment and label-distribution-aware margins."""

import numpy as np

from skweighted._base.checks import Interval
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Tensor
from skweighted.losses._arithmetic import class_logits, class_target
from skweighted.losses._base import LOSSES, Loss, LossValues, TensorValues
from skweighted.losses._facts import TrainingFacts

__all__ = ["LDAMLoss", "LogitAdjusted"]


@LOSSES.register("logit_adjusted")
class LogitAdjusted(Loss):
    r"""Ask for larger margins on rare classes by adding the log prior to the logits in training.

    .. math:: \ell = -\log \operatorname{softmax}(z + \tau \log \pi)_y, \quad \pi_c = n_c / N

    Predictions use the raw logits `z`. At ``tau=1`` the best attainable `z` are the log odds under equal priors,
    those of cross-entropy with weights ``1 / n_c``, without their large gradients.

    Parameters
    ----------
    tau : float, default=1.0
        Strength, dimensionless, >= 0. At 0 this is cross-entropy; at 1 it is consistent for balanced accuracy.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if `tau` is negative.

    Notes
    -----
    The priors are those of the training rows, for any weights and batches; a class without rows counts as one row. In a
    network with a free output bias that starts at the prior, as here, each step is the one under cross-entropy, and the
    loss does what moving the decision afterwards does.

    References
    ----------
    Menon et al. (2021), Long-Tail Learning via Logit Adjustment, ICLR.

    Examples
    --------
    >>> import numpy as np
    >>> LogitAdjusted().runtime_values(TrainingFacts(np.array([90, 10])))["adjustment"].round(3).tolist()
    [-0.105, -2.303]
    """

    runtime_parameters = ("tau",)
    proper = True

    def __init__(self, tau: float = 1.0) -> None:
        self.tau = tau

    def check(self, owner: str) -> None:
        """Raise unless `tau` is at least 0."""
        cure = "0 is cross-entropy, 1 aims at balanced accuracy."
        Interval(0).check(self.tau, "tau", type(self).__name__, cure=cure)

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return ``tau * log(prior)`` as `adjustment`, shape (n_classes,)."""
        return {"adjustment": self._adjustment(facts.class_counts)}

    def reported_prior(self, class_shares: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
        """Return `class_shares` over the priors to the power of `tau`, shape (n_classes,)."""
        reported = class_shares * np.exp(-self._adjustment(class_counts))
        return reported / reported.sum()

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return the cross-entropy of the adjusted logits, shape (K, batch)."""
        return _class_cross_entropies(class_logits(logits) + values["adjustment"], class_target(target))

    def _adjustment(self, class_counts: np.ndarray) -> np.ndarray:
        counts = np.maximum(class_counts, 1)
        adjustment: np.ndarray = self.tau * np.log(counts / counts.sum())
        return adjustment


@LOSSES.register("ldam")
class LDAMLoss(Loss):
    r"""Label-distribution-aware margins: the rarer a class, the further its rows must be from the boundary.

    .. math:: \ell = -\log \operatorname{softmax}(s (z - m_y e_y))_y, \quad m_c \propto n_c^{-1/4}

    Parameters
    ----------
    max_margin : float, default=0.5
        Margin of the rarest class, in units of a logit, >= 0.
    scale : float, default=30.0
        The factor `s`, dimensionless, > 0.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if a parameter is out of its range.

    Notes
    -----
    The defaults are those of the authors' code, whose last layer has inputs and weights of length 1. Here it is an
    ordinary linear layer. Logits are read without `scale`, so the probabilities reported are far too timid; the loss is
    not proper and they cannot be repaired. The paper combines it with ``weight_schedule="deferred"`` and
    ``class_weight=EffectiveNumber(beta=0.9999)``.

    References
    ----------
    Cao et al. (2019), Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss, NeurIPS.

    Examples
    --------
    >>> import numpy as np
    >>> LDAMLoss().runtime_values(TrainingFacts(np.array([1600, 100])))["margin"].tolist()
    [0.25, 0.5]
    """

    runtime_parameters = ("max_margin", "scale")

    @keywords_after_first
    def __init__(self, max_margin: float = 0.5, *, scale: float = 30.0) -> None:
        self.max_margin = max_margin
        self.scale = scale

    def check(self, owner: str) -> None:
        """Raise unless `max_margin` is at least 0 and `scale` above 0."""
        name = type(self).__name__
        Interval(0).check(self.max_margin, "max_margin", name)
        Interval(0, closed="neither").check(self.scale, "scale", name)

    def runtime_values(self, facts: TrainingFacts) -> LossValues:
        """Return `margin`, shape (n_classes,), and `scale`."""
        counts = facts.class_counts
        rarest = counts[counts > 0].min()
        margin = self.max_margin * (np.maximum(counts, rarest) / rarest) ** -0.25
        return {"margin": margin, "scale": float(self.scale)}

    def reported_prior(self, class_shares: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
        """Return `class_shares` to the power of ``1 / scale``, since the logits are scaled in training only."""
        reported = class_shares ** (1 / self.scale)
        return reported / reported.sum()

    def row_losses(self, logits: Tensor, target: Tensor, values: TensorValues) -> Tensor:
        """Return the cross-entropy of the scaled logits less their margins, shape (K, batch)."""
        t = class_target(target)
        z = class_logits(logits) - t * values["margin"]
        return _class_cross_entropies(values["scale"][..., None] * z, t)


def _class_cross_entropies(z: Tensor, target: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.reduce_logsumexp(z, -1) - tf.reduce_sum(z * target, -1)
