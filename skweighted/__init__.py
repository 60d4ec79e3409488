"""Neural networks with class weights for imbalanced tables, and an honest comparison of the alternatives."""

import importlib
import importlib.util
from typing import TYPE_CHECKING

from skweighted._version import __version__

if TYPE_CHECKING:  # at run time each is imported at its first use, so that importing the package is cheap
    from skweighted import metrics, plots
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

_HOMES = {
    "BatchedGridSearchCV": "search",
    "BatchedRandomizedSearchCV": "search",
    "CostSensitiveMLPClassifier": "classifier",
    "MinimumExpectedCostClassifier": "meta",
    "PriorCorrectedClassifier": "meta",
    "TabularClassifier": "classifier",
    "class_weight_grid": "class_weights",
    "make_tabular_classifier": "classifier",
}
"""The room in which each public name of the package lives."""


def __getattr__(name: str) -> object:
    if name in _HOMES:
        found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    if importlib.util.find_spec(f"{__name__}.{name}"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *globals()})
