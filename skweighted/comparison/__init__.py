"""Strategies against imbalance compared on a user's data.

In the order in which data passes:

`_checks` looks at table, strategies and classifier before any work;
`checks` look for traps in the table, such as a column that tells the answer: `comparison.alerts`;
`_compare` holds `compare_strategies`, which cuts the folds;
`_problem` is what all strategies share: data, folds, classifier, equal steps;
`_run` trains each strategy on each fold and collects the results;
`store/` keeps results on disk, without pickle, and a run that was killed continues from them;
`_predictions` is what a fold keeps: `FoldResult` (probabilities, decisions, seconds), all of them in
`OutOfFoldPredictions` (`comparison.predictions`), and `Predictions`, which is all that a metric may read;
`metrics/` computes from that: `METRICS`, one registered `Metric` each;
`_statistics` tests paired differences, `_differences` every strategy against one;
`_cells`, `_guide` and `_verdict` put it into words: the table, what was compared and how to read it, what
to do;
`_result` is the `Comparison`: the table of scores, its summary, and how both are shown.
"""

from skweighted._base.public import set_public_module
from skweighted.comparison._cells import Cell, make_cells
from skweighted.comparison._checks import COPIES
from skweighted.comparison._compare import DEFAULT_STRATEGIES, compare_strategies
from skweighted.comparison._guide import reading_guide
from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions, Predictions
from skweighted.comparison._problem import NETWORKS
from skweighted.comparison._result import Comparison
from skweighted.comparison._statistics import PairedDifference, adjust_holm, compare_paired
from skweighted.comparison.checks import Alert, find_alerts
from skweighted.comparison.metrics import (
    DEFAULT_METRICS,
    F1,
    F2,
    METRICS,
    AveragePrecision,
    BalancedAccuracy,
    Brier,
    CalibrationError,
    CalibrationIntercept,
    CalibrationSlope,
    ExpectedCost,
    FHalf,
    FitSeconds,
    GMean,
    Kappa,
    Lift,
    LogLoss,
    Mcc,
    Metric,
    NetBenefit,
    Precision,
    PrecisionAtK,
    PrecisionAtRecall,
    PredictSeconds,
    Recall,
    RecallAtK,
    RecallAtPrecision,
    RocAuc,
    Savings,
    Specificity,
)

__all__ = [
    "COPIES",
    "DEFAULT_METRICS",
    "DEFAULT_STRATEGIES",
    "F1",
    "F2",
    "METRICS",
    "NETWORKS",
    "Alert",
    "AveragePrecision",
    "BalancedAccuracy",
    "Brier",
    "CalibrationError",
    "CalibrationIntercept",
    "CalibrationSlope",
    "Cell",
    "Comparison",
    "ExpectedCost",
    "FHalf",
    "FitSeconds",
    "FoldResult",
    "GMean",
    "Kappa",
    "Lift",
    "LogLoss",
    "Mcc",
    "Metric",
    "NetBenefit",
    "OutOfFoldPredictions",
    "PairedDifference",
    "Precision",
    "PrecisionAtK",
    "PrecisionAtRecall",
    "PredictSeconds",
    "Predictions",
    "Recall",
    "RecallAtK",
    "RecallAtPrecision",
    "RocAuc",
    "Savings",
    "Specificity",
    "adjust_holm",
    "compare_paired",
    "compare_strategies",
    "find_alerts",
    "make_cells",
    "reading_guide",
]

set_public_module(__name__, globals(), __all__)
