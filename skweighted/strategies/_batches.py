"""Strategies that change which rows come into a batch."""

from typing import Any

from skweighted.strategies._base import STRATEGIES, Strategy

__all__ = ["BalancedBatches", "UndersampledBatches"]


class BatchStrategy(Strategy):
    """Base class: the classifier with a rule for its batches."""

    family = "batches"
    probabilities = "rare too high"
    needs = ("batches",)

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the unweighted `classifier` with its batch rule set."""
        return super().adapt_classifier(classifier).set_params(batches=self.key.removesuffix("_batches"))


@STRATEGIES.register("balanced_batches")
class BalancedBatches(BatchStrategy):
    """Every batch holds every class equally often; rows of rare classes come again and again."""


@STRATEGIES.register("undersampled_batches")
class UndersampledBatches(BatchStrategy):
    """Every pass draws afresh as many rows of each class as the smallest has."""
