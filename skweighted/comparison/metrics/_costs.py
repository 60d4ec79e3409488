"""What decisions cost, or bring."""

import numpy as np

from skweighted._base.checks import check_number
from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import DECISIONS, METRICS, PROBABILITIES, Metric
from skweighted.metrics import expected_cost, savings

__all__ = ["ExpectedCost", "NetBenefit", "Savings"]


@METRICS.register("expected_cost")
class ExpectedCost(Metric):
    """What the decisions cost, a row."""

    title = "Cost"
    greater_is_better = False
    needs = DECISIONS | {"cost_matrix"}

    def score(self, predictions: Predictions) -> float:
        """Return the mean over the rows, in the unit of the costs."""
        p, labels = predictions, np.arange(predictions.n_classes)
        costs = {"cost_matrix": p.cost_matrix, "labels": labels, "sample_weight": p.sample_weight}
        return expected_cost(p.truth, p.decisions, **costs)


@METRICS.register("savings")
class Savings(Metric):
    """What the decisions save against the cheapest single answer for every row, as a share of what that costs."""

    title = "Savings"
    needs = DECISIONS | {"cost_matrix"}

    def score(self, predictions: Predictions) -> float:
        """Return the share: 1 is perfect, below 0 is worse than one answer for all."""
        p, labels = predictions, np.arange(predictions.n_classes)
        costs = {"cost_matrix": p.cost_matrix, "labels": labels, "sample_weight": p.sample_weight}
        return savings(p.truth, p.decisions, **costs)


@METRICS.register("net_benefit")
class NetBenefit(Metric):
    r"""Net benefit of acting from a probability on, in true positives a row.

    .. math:: \frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1 - t}

    Parameters
    ----------
    threshold : float or None, default=None
        The probability :math:`t` from which acting is worth it; None is the share of positive rows of the fold.

    References
    ----------
    Vickers & Elkin (2006), Decision Curve Analysis, Medical Decision Making 26.
    """

    title = "Net benefit"
    judges = "the probabilities"
    rope = 0.002
    needs = PROBABILITIES | {"positive"}

    def __init__(self, threshold: float | None = None) -> None:
        self.threshold = threshold

    def check_parameters(self) -> None:
        """Raise if the threshold is not a probability from which a false alarm has a finite weight."""
        if self.threshold is not None:
            rule = "None or a number of at least 0 and below 1"
            check_number(self.threshold, "threshold", "NetBenefit", rule=rule, valid=lambda t: 0 <= t < 1)

    def score(self, predictions: Predictions) -> float:
        """Return the benefit."""
        y = predictions.is_positive
        weight = np.ones(len(y)) if predictions.sample_weight is None else predictions.sample_weight
        threshold = np.average(y, weights=weight) if self.threshold is None else self.threshold
        alarm = predictions.positive_probability >= threshold
        gained = np.average(y & alarm, weights=weight)
        return float(gained - np.average(~y & alarm, weights=weight) * threshold / (1 - threshold))
