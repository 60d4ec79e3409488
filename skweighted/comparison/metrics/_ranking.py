"""How well the rows are ranked: whatever the threshold, and however wrong the probabilities."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import METRICS, PROBABILITIES, Metric, mean_over_classes

__all__ = ["AveragePrecision", "Lift", "PrecisionAtK", "PrecisionAtRecall", "RecallAtK", "RecallAtPrecision", "RocAuc"]


@METRICS.register("roc_auc")
class RocAuc(Metric):
    """Area under the ROC curve; with many classes the mean over the classes, each against the rest."""

    title = "ROC AUC"
    judges = "the ranking"
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the share of pairs of a positive and a negative row that are ranked right."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is not None:
            return roc_auc_score(p.is_positive, p.positive_probability, sample_weight=weight)
        labels = np.arange(p.n_classes)
        options = {"multi_class": "ovr", "average": "macro", "labels": labels}
        return roc_auc_score(p.truth, p.probabilities, sample_weight=weight, **options)


@METRICS.register("average_precision")
class AveragePrecision(Metric):
    """Average precision; with many classes the mean over the classes, each against the rest."""

    title = "Avg precision"
    judges = "the ranking"
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean precision over the steps of recall."""
        p, weight = predictions, predictions.sample_weight
        return mean_over_classes(p, lambda y, q: average_precision_score(y, q, sample_weight=weight))


@METRICS.register("recall_at_precision")
class RecallAtPrecision(Metric):
    """The highest recall of a threshold with at least a precision.

    Parameters
    ----------
    precision : float, default=0.5
    """

    title = "Recall at prec."
    judges = "the ranking"
    needs = PROBABILITIES

    def __init__(self, precision: float = 0.5) -> None:
        self.precision = precision

    def score(self, predictions: Predictions) -> float:
        """Return the recall, 0 if no threshold is so precise."""

        def best(y: NDArray[np.bool_], q: NDArray[np.float64]) -> float:
            precision, recall, _ = precision_recall_curve(y, q, sample_weight=predictions.sample_weight)
            return float(recall[precision >= self.precision].max(initial=0.0))

        return mean_over_classes(predictions, best)


@METRICS.register("precision_at_recall")
class PrecisionAtRecall(Metric):
    """The highest precision of a threshold with at least a recall.

    Parameters
    ----------
    recall : float, default=0.8
    """

    title = "Prec. at recall"
    judges = "the ranking"
    needs = PROBABILITIES

    def __init__(self, recall: float = 0.8) -> None:
        self.recall = recall

    def score(self, predictions: Predictions) -> float:
        """Return the precision."""

        def best(y: NDArray[np.bool_], q: NDArray[np.float64]) -> float:
            precision, recall, _ = precision_recall_curve(y, q, sample_weight=predictions.sample_weight)
            return float(precision[recall >= self.recall].max())

        return mean_over_classes(predictions, best)


def _hits(y: NDArray[np.bool_], q: NDArray[np.float64], k: float) -> float:
    """Return how many of the `k` rows of highest probability are positive, on average over the order of ties."""
    order = np.argsort(-q, kind="stable")
    border = q[order[int(np.ceil(k)) - 1]]
    above, tied = q > border, q == border
    return float(y[above].sum() + (k - above.sum()) * y[tied].mean())


@METRICS.register("precision_at_k")
class PrecisionAtK(Metric):
    """The share of positives among the `k` rows of highest probability, of all if there are fewer.

    Parameters
    ----------
    k : int, default=100
    """

    title = "Precision at k"
    judges = "the ranking"
    needs = PROBABILITIES

    def __init__(self, k: int = 100) -> None:
        self.k = k

    def score(self, predictions: Predictions) -> float:
        """Return the share."""
        k = min(self.k, len(predictions.truth))
        return mean_over_classes(predictions, lambda y, q: _hits(y, q, k) / k)


@METRICS.register("recall_at_k")
class RecallAtK(Metric):
    """The share of the positives that are among the `k` rows of highest probability.

    Parameters
    ----------
    k : int, default=100
    """

    title = "Recall at k"
    judges = "the ranking"
    needs = PROBABILITIES

    def __init__(self, k: int = 100) -> None:
        self.k = k

    def score(self, predictions: Predictions) -> float:
        """Return the share, NaN without a positive row."""
        k = min(self.k, len(predictions.truth))
        return mean_over_classes(predictions, lambda y, q: _hits(y, q, k) / y.sum() if y.any() else np.nan)


@METRICS.register("lift")
class Lift(Metric):
    """How many times more positives the rows of highest probability hold than as many rows at random.

    Parameters
    ----------
    share : float, default=0.1
        Of the rows.
    """

    title = "Lift at 10 %"
    judges = "the ranking"
    rope = 0.1
    needs = PROBABILITIES

    def __init__(self, share: float = 0.1) -> None:
        self.share = share

    def score(self, predictions: Predictions) -> float:
        """Return the ratio, NaN without a positive row."""
        k = max(1.0, self.share * len(predictions.truth))
        return mean_over_classes(predictions, lambda y, q: _hits(y, q, k) / (k * y.mean()) if y.any() else np.nan)
