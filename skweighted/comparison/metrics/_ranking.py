"""How well the rows are ranked: whatever the threshold, and however wrong the probabilities."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from skweighted._base.checks import check_number
from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import METRICS, PROBABILITIES, Metric, mean_over_classes

__all__ = ["AveragePrecision", "Lift", "PrecisionAtK", "PrecisionAtRecall", "RecallAtK", "RecallAtPrecision", "RocAuc"]

_SHARE = "a number from 0 to 1"


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

    def check_parameters(self) -> None:
        """Raise if the precision is not a share."""
        check_number(self.precision, "precision", "RecallAtPrecision", rule=_SHARE, valid=lambda v: 0 <= v <= 1)

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

    def check_parameters(self) -> None:
        """Raise if the recall is not a share."""
        check_number(self.recall, "recall", "PrecisionAtRecall", rule=_SHARE, valid=lambda v: 0 <= v <= 1)

    def score(self, predictions: Predictions) -> float:
        """Return the precision."""

        def best(y: NDArray[np.bool_], q: NDArray[np.float64]) -> float:
            precision, recall, _ = precision_recall_curve(y, q, sample_weight=predictions.sample_weight)
            return float(precision[recall >= self.recall].max())

        return mean_over_classes(predictions, best)


def _find_taken(q: NDArray[np.float64], size: NDArray[np.float64], k: float) -> NDArray[np.float64]:
    """Return how much of each row is among the `k` of highest probability, ties alike; a row takes `size` of `k`."""
    order = np.argsort(-q, kind="stable")
    reached = np.cumsum(size[order])
    k = min(k, reached[-1])
    border = q[order[np.searchsorted(reached, k)]]
    tied = q == border
    return np.where(tied, (k - size[q > border].sum()) / size[tied].sum(), q > border)


class _Top(Metric):
    """Base class: a score of the rows of highest probability."""

    judges = "the ranking"
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the score, NaN without a positive row if it needs one."""
        weight = np.ones(len(predictions.truth)) if predictions.sample_weight is None else predictions.sample_weight
        real = weight > 0  # rows without weight are not there

        def score(y: NDArray[np.bool_], q: NDArray[np.float64]) -> float:
            return self._score_top(y[real], q[real], weight[real])

        return mean_over_classes(predictions, score)

    def _score_top(self, y: NDArray[np.bool_], q: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
        raise NotImplementedError


class _TopRows(_Top):
    """Base class: of a number of rows, whatever they weigh."""

    def __init__(self, k: int = 100) -> None:
        self.k = k

    def check_parameters(self) -> None:
        """Raise if `k` is not a number of rows."""
        rule = "an integer of at least 1"
        check_number(self.k, "k", type(self).__name__, rule=rule, valid=lambda k: k >= 1, integer=True)


@METRICS.register("precision_at_k")
class PrecisionAtK(_TopRows):
    """The share of positives among the `k` rows of highest probability, of all if there are fewer.

    Weights of rows count in the share, not in `k`.

    Parameters
    ----------
    k : int, default=100
    """

    title = "Precision at k"

    @property
    def heading(self) -> str:
        """The title with the number of rows."""
        return f"Precision at {self.k}"

    def _score_top(self, y: NDArray[np.bool_], q: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
        return float(np.average(y, weights=weight * _find_taken(q, np.ones(len(q)), self.k)))


@METRICS.register("recall_at_k")
class RecallAtK(_TopRows):
    """The share of the positives that are among the `k` rows of highest probability.

    Weights of rows count in the share, not in `k`.

    Parameters
    ----------
    k : int, default=100
    """

    title = "Recall at k"

    @property
    def heading(self) -> str:
        """The title with the number of rows."""
        return f"Recall at {self.k}"

    def _score_top(self, y: NDArray[np.bool_], q: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
        taken = _find_taken(q, np.ones(len(q)), self.k)
        return float(np.average(taken[y], weights=weight[y])) if y.any() else np.nan


@METRICS.register("lift")
class Lift(_Top):
    """How many times more positives the rows of highest probability hold than as many rows at random.

    Parameters
    ----------
    share : float, default=0.1
        Of the rows, by their weights; of one row at least.
    """

    title = "Lift"
    rope = 0.1

    def __init__(self, share: float = 0.1) -> None:
        self.share = share

    @property
    def heading(self) -> str:
        """The title with the share."""
        return f"Lift at {100 * self.share:g} %"

    def check_parameters(self) -> None:
        """Raise if the share is none."""
        rule = "a number above 0 and at most 1"
        check_number(self.share, "share", "Lift", rule=rule, valid=lambda share: 0 < share <= 1)

    def _score_top(self, y: NDArray[np.bool_], q: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
        if not y.any():
            return np.nan
        taken = _find_taken(q, weight, max(float(weight.mean()), self.share * float(weight.sum())))
        return float(np.average(y, weights=weight * taken) / np.average(y, weights=weight))
