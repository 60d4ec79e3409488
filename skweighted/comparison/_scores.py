"""The scores of a comparison: one registered class each, computed from kept predictions.

To add a metric, subclass :class:`Metric` under ``@METRICS.register("its_key")``.
"""

from typing import ClassVar

import numpy as np
from imblearn.metrics import geometric_mean_score
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from skweighted._base.registry import Registry
from skweighted.comparison._predictions import Predictions

__all__ = [
    "F1",
    "METRICS",
    "AveragePrecision",
    "Brier",
    "GMean",
    "Metric",
    "RocAuc",
]


class Metric:
    """Base class: a column of the comparison."""

    key: ClassVar[str]
    title: ClassVar[str]
    greater_is_better: ClassVar[bool] = True
    needs: ClassVar[frozenset[str]] = frozenset()
    """What it reads beside the truth: ``"probabilities"``, ``"decisions"``, ``"positive"``, ``"cost_matrix"``."""

    def score(self, predictions: Predictions) -> float:
        """Return the score of the predictions of one fold."""
        raise NotImplementedError


METRICS: Registry[Metric] = Registry("metrics", Metric)
"""The metrics by their key in a comparison's table, which also holds ``"fit_seconds"``."""

_PROBABILITIES, _DECISIONS = frozenset({"probabilities"}), frozenset({"decisions"})


@METRICS.register("roc_auc")
class RocAuc(Metric):
    """Area under the ROC curve; with many classes the mean over the classes, each against the rest."""

    title = "ROC AUC"
    needs = _PROBABILITIES

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
    needs = _PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean precision over the steps of recall."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is not None:
            return average_precision_score(p.is_positive, p.positive_probability, sample_weight=weight)
        truth = p.truth[:, None] == np.arange(p.n_classes)
        return average_precision_score(truth, p.probabilities, average="macro", sample_weight=weight)


@METRICS.register("g_mean")
class GMean(Metric):
    """Geometric mean of the recalls of the classes."""

    title = "G-mean"
    needs = _DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the root of the product of the recalls."""
        return geometric_mean_score(predictions.truth, predictions.decisions, sample_weight=predictions.sample_weight)


@METRICS.register("f1")
class F1(Metric):
    """F1 of the positive class; with many classes the mean over the classes."""

    title = "F1"
    needs = _DECISIONS

    def score(self, predictions: Predictions) -> float:
        """Return the harmonic mean of precision and recall, 0 if nothing is right."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is not None:
            return f1_score(p.is_positive, p.decided_positive, zero_division=0, sample_weight=weight)
        return f1_score(p.truth, p.decisions, average="macro", zero_division=0, sample_weight=weight)


@METRICS.register("brier")
class Brier(Metric):
    """Brier score, the mean square error of the probabilities: from 0 to 1, with many classes from 0 to 2."""

    title = "Brier"
    greater_is_better = False
    needs = _PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean over the rows."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is not None:
            return brier_score_loss(p.is_positive, p.positive_probability, sample_weight=weight)
        return brier_score_loss(p.truth, p.probabilities, labels=np.arange(p.n_classes), sample_weight=weight)
