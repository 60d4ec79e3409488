"""What moves the decision or the probabilities of a classifier: meta-estimators, and rules that choose a threshold."""

from skweighted._base.public import set_public_module
from skweighted.meta._base import ProbabilityClassifier
from skweighted.meta._decision_counts import DECISION_SCORES, Counts
from skweighted.meta._expected_cost import MinimumExpectedCostClassifier, PriorCorrectedClassifier
from skweighted.meta._reported_prior import Observation
from skweighted.meta._threshold_curve import ThresholdCurve
from skweighted.meta._threshold_rules import (
    BestScore,
    Constraint,
    FixedThreshold,
    LeastCost,
    PriorShare,
    ThresholdRule,
)

__all__ = [
    "DECISION_SCORES",
    "BestScore",
    "Constraint",
    "Counts",
    "FixedThreshold",
    "LeastCost",
    "MinimumExpectedCostClassifier",
    "Observation",
    "PriorCorrectedClassifier",
    "PriorShare",
    "ProbabilityClassifier",
    "ThresholdCurve",
    "ThresholdRule",
]

set_public_module(__name__, globals(), __all__)
