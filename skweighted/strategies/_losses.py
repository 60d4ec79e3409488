"""Strategies that minimise another loss."""

from typing import Any

from skweighted.losses import FocalLoss
from skweighted.strategies._base import STRATEGIES, Strategy

__all__ = ["Focal", "HardExample", "LdamMargins", "LogitAdjustment", "MeanFalseError"]


class LossStrategy(Strategy):
    """Base class: the classifier with a ``loss``."""

    family = "losses"
    probabilities = "spoilt"
    needs = ("loss", "weight_schedule")  # the loss parameters of scikit-learn's estimators mean other losses

    def make_loss(self) -> Any:
        """Return the loss: its key, or an instance."""
        return self.key

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the unweighted `classifier` with its loss set."""
        return super().adapt_classifier(classifier).set_params(loss=self.make_loss())


@STRATEGIES.register("focal")
class Focal(LossStrategy):
    """Focal loss: rows that the network already gets right count for less.

    Parameters
    ----------
    gamma : float, default=2.0
        Focusing exponent; at 0 the loss is cross-entropy.
    """

    source = "Lin et al. 2017"

    def __init__(self, gamma: float = 2.0) -> None:
        self.gamma = gamma

    def make_loss(self) -> FocalLoss:
        """Return the loss."""
        return FocalLoss(gamma=self.gamma)


@STRATEGIES.register("logit_adjusted")
class LogitAdjustment(LossStrategy):
    """Logit-adjusted loss: rare classes are asked for larger margins, by their log shares."""

    probabilities = "rare too high"
    source = "Menon et al. 2021"


@STRATEGIES.register("ldam")
class LdamMargins(LossStrategy):
    """Label-distribution-aware margins: the rarer a class, the larger the margin asked for."""

    source = "Cao et al. 2019"


@STRATEGIES.register("mean_false_error")
class MeanFalseError(LossStrategy):
    """Mean false error: every class counts the same in the squared error of a batch."""

    source = "Wang et al. 2016"


@STRATEGIES.register("hard_example")
class HardExample(LossStrategy):
    """Hard example mining: only the rows of a batch with the highest losses count."""

    source = "Shrivastava et al. 2016"
