"""Neural networks with class weights for imbalanced tables, and an honest comparison of the alternatives."""

from skweighted._version import __version__
from skweighted.classifier import CostSensitiveMLPClassifier

__all__ = ["CostSensitiveMLPClassifier", "__version__"]
