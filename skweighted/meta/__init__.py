"""Meta-estimators that move the decision or the probabilities of any classifier."""

from skweighted._base.public import set_public_module
from skweighted.meta._expected_cost import MinimumExpectedCostClassifier, PriorCorrectedClassifier

__all__ = [
    "MinimumExpectedCostClassifier",
    "PriorCorrectedClassifier",
]

set_public_module(__name__, globals(), __all__)
