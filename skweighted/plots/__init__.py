"""Matplotlib displays, one a file, with scikit-learn's conventions.

Each has ``from_predictions``, ``from_estimator`` or ``from_comparison``, takes `ax`, and keeps what it drew in
attributes that end in ``_``. `_folds` cuts predictions into folds, `_base` holds what the displays share, `_style` the
colours. matplotlib is imported only to draw.
"""

from skweighted._base.public import set_public_module
from skweighted.plots._benefit import NetBenefitDisplay
from skweighted.plots._comparison import plot_comparison
from skweighted.plots._differences import DifferencesDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._learning import LearningCurveDisplay
from skweighted.plots._ranking import PrecisionRecallDisplay, RocDisplay
from skweighted.plots._reliability import ReliabilityDisplay
from skweighted.plots._resampling import ClassCountsDisplay, ResamplingDisplay
from skweighted.plots._scores import ScoreDistributionDisplay
from skweighted.plots._thresholds import ThresholdDisplay
from skweighted.plots._weight_curve import WeightCurveDisplay, plot_weight_curve

__all__ = [
    "ClassCountsDisplay",
    "DifferencesDisplay",
    "Folds",
    "LearningCurveDisplay",
    "NetBenefitDisplay",
    "PrecisionRecallDisplay",
    "ReliabilityDisplay",
    "ResamplingDisplay",
    "RocDisplay",
    "ScoreDistributionDisplay",
    "ThresholdDisplay",
    "WeightCurveDisplay",
    "plot_comparison",
    "plot_weight_curve",
]

set_public_module(__name__, globals(), __all__)
