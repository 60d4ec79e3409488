"""Strategies against imbalance compared on a user's data.

The order: `_checks` the data, `_compare` the folds, `_run` trains and scores each, `_result` holds what was found.
"""

from skweighted._base.public import set_public_module
from skweighted.comparison._compare import DEFAULT_STRATEGIES, compare_strategies
from skweighted.comparison._result import Comparison
from skweighted.comparison._run import METRICS, FoldResult, Metric

__all__ = [
    "DEFAULT_STRATEGIES",
    "METRICS",
    "Comparison",
    "FoldResult",
    "Metric",
    "compare_strategies",
]

set_public_module(__name__, globals(), __all__)
