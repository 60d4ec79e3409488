"""How good the decisions are that a strategy takes itself."""

from typing import ClassVar

import numpy as np
from imblearn.metrics import geometric_mean_score
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, matthews_corrcoef

from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import DECISIONS, METRICS, Metric, mean_over_classes
from skweighted.meta import DECISION_SCORES, Counts

__all__ = [
    "F1",
    "F2",
    "BalancedAccuracy",
    "FHalf",
    "GMean",
    "Kappa",
    "Mcc",
    "Precision",
    "Recall",
    "Specificity",
]


class CountedMetric(Metric):
    """Base class: a score of :data:`~skweighted.meta.DECISION_SCORES`, with many classes the mean over them."""

    needs: ClassVar[frozenset[str]] = DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the score."""
        weight = np.ones(len(predictions.truth)) if predictions.sample_weight is None else predictions.sample_weight

        def count(y: NDArray[np.bool_], d: NDArray[np.bool_]) -> float:
            cells = (y & d, ~y & d, y & ~d, ~y & ~d)
            return float(DECISION_SCORES[self.key](Counts(*(weight[cell].sum() for cell in cells))))

        return mean_over_classes(predictions, count, decisions=True)


@METRICS.register("g_mean")
class GMean(Metric):
    """Geometric mean of the recalls of the classes."""

    title = "G-mean"
    needs = DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the root of the product of the recalls."""
        return geometric_mean_score(predictions.truth, predictions.decisions, sample_weight=predictions.sample_weight)


@METRICS.register("f1")
class F1(CountedMetric):
    """F1 of the positive class; with many classes the mean over the classes."""

    title = "F1"


@METRICS.register("f2")
class F2(CountedMetric):
    """F2 of the positive class, in which recall counts for more; with many classes the mean over the classes."""

    title = "F2"


@METRICS.register("f0.5")
class FHalf(CountedMetric):
    """F0.5 of the positive class, in which precision counts for more; with many classes the mean over the classes."""

    title = "F0.5"


@METRICS.register("precision")
class Precision(CountedMetric):
    """The share of true positives among those predicted; with many classes the mean over the classes."""

    title = "Precision"


@METRICS.register("recall")
class Recall(CountedMetric):
    """The share of the positives that are found; with many classes the mean over the classes."""

    title = "Recall"


@METRICS.register("specificity")
class Specificity(CountedMetric):
    """The share of the negatives that are left alone; with many classes the mean over the classes."""

    title = "Specificity"


@METRICS.register("balanced_accuracy")
class BalancedAccuracy(Metric):
    """The mean of the recalls of the classes."""

    title = "Bal. accuracy"
    needs = DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the mean."""
        return balanced_accuracy_score(
            predictions.truth, predictions.decisions, sample_weight=predictions.sample_weight
        )


@METRICS.register("mcc")
class Mcc(Metric):
    """Matthews' correlation of truth and decision."""

    title = "MCC"
    needs = DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the correlation, 0 if one class only is predicted."""
        return matthews_corrcoef(predictions.truth, predictions.decisions, sample_weight=predictions.sample_weight)


@METRICS.register("kappa")
class Kappa(Metric):
    """Cohen's kappa, the agreement of truth and decision beyond chance."""

    title = "Kappa"
    needs = DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the agreement."""
        return cohen_kappa_score(predictions.truth, predictions.decisions, sample_weight=predictions.sample_weight)
