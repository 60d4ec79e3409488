"""What can be done about imbalance, one class each: re-weight, resample, move the decision, or nothing."""

from skweighted._base.public import set_public_module
from skweighted.preprocessing import make_preprocessor
from skweighted.strategies._base import (
    STRATEGIES,
    ClassWeight,
    Context,
    PriorThresholdClassifier,
    Smote,
    Strategy,
    Threshold,
    Undersample,
    Unweighted,
    _oversample,  # noqa: F401 - pickles of 0.1.0 name these two here
    _undersample,  # noqa: F401
)

__all__ = [
    "STRATEGIES",
    "ClassWeight",
    "Context",
    "PriorThresholdClassifier",
    "Smote",
    "Strategy",
    "Threshold",
    "Undersample",
    "Unweighted",
    "make_preprocessor",
]

set_public_module(__name__, globals(), __all__)
