"""Strategies against imbalance compared on a user's data.

In the order in which data passes:

`_checks` looks at table, strategies and classifier before any work;
`checks` look for traps in the table, such as a column that tells the answer: `comparison.alerts`;
`_compare` holds `compare_strategies`, which cuts the folds;
`_problem` is what all strategies share: data, folds, classifier, equal steps;
`_run` trains each strategy on each fold and collects the results;
`_predictions` is what a fold keeps: `FoldResult` (probabilities, decisions, seconds), all of them in
`OutOfFoldPredictions` (`comparison.predictions`), and `Predictions`, which is all that a metric may read;
`_scores` computes from that: `METRICS`, one registered `Metric` each. To add one::

    @METRICS.register("accuracy")
    class Accuracy(Metric):
        title = "Accuracy"
        needs = frozenset({"decisions"})

        def score(self, predictions):
            return np.mean(predictions.truth == predictions.decisions)

`_result` is the `Comparison`: the table of scores, its summary, and how both are shown.
"""

from skweighted._base.public import set_public_module
from skweighted.comparison._compare import DEFAULT_STRATEGIES, compare_strategies
from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions, Predictions
from skweighted.comparison._result import Comparison
from skweighted.comparison._scores import F1, METRICS, AveragePrecision, Brier, GMean, Metric, RocAuc
from skweighted.comparison.checks import Alert, find_alerts

__all__ = [
    "DEFAULT_STRATEGIES",
    "F1",
    "METRICS",
    "Alert",
    "AveragePrecision",
    "Brier",
    "Comparison",
    "FoldResult",
    "GMean",
    "Metric",
    "OutOfFoldPredictions",
    "Predictions",
    "RocAuc",
    "compare_strategies",
    "find_alerts",
]

set_public_module(__name__, globals(), __all__)
