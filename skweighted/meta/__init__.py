"""Decisions and probabilities: meta-estimators that move those of any classifier, and rules that choose a threshold.

A meta-estimator fits the classifier inside (`_base`), while `_reported_prior` notes which rows reach it; then it learns
what it adds: costs (`_expected_cost`), class shares (`_prior_threshold`) or a change of priors (`_prior_correction`).
`_holdout_calibration` fits it twice: on some rows, to calibrate it on the others, and on all.
`_threshold_curve` counts the decisions at each threshold (`_decision_counts`), of which `_threshold_rules` choose one.
"""

from skweighted._base.public import set_public_module
from skweighted.meta._base import ProbabilityClassifier
from skweighted.meta._decision_counts import DECISION_SCORES, Counts
from skweighted.meta._expected_cost import MinimumExpectedCostClassifier
from skweighted.meta._holdout_calibration import HoldoutCalibratedClassifier
from skweighted.meta._prior_correction import PriorCorrectedClassifier
from skweighted.meta._prior_threshold import PriorThresholdClassifier
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
    "HoldoutCalibratedClassifier",
    "LeastCost",
    "MinimumExpectedCostClassifier",
    "Observation",
    "PriorCorrectedClassifier",
    "PriorShare",
    "PriorThresholdClassifier",
    "ProbabilityClassifier",
    "ThresholdCurve",
    "ThresholdRule",
]

set_public_module(__name__, globals(), __all__)
