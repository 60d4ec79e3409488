"""Neural networks with class weights for imbalanced tables, and an honest comparison of the alternatives."""

from skweighted import metrics, plots
from skweighted._version import __version__
from skweighted.class_weights import class_weight_grid
from skweighted.classifier import CostSensitiveMLPClassifier, TabularClassifier, make_tabular_classifier
from skweighted.meta import MinimumExpectedCostClassifier, PriorCorrectedClassifier
from skweighted.search import BatchedGridSearchCV, BatchedRandomizedSearchCV

__all__ = [
    "BatchedGridSearchCV",
    "BatchedRandomizedSearchCV",
    "CostSensitiveMLPClassifier",
    "MinimumExpectedCostClassifier",
    "PriorCorrectedClassifier",
    "TabularClassifier",
    "__version__",
    "class_weight_grid",
    "make_tabular_classifier",
    "metrics",
    "plots",
]
