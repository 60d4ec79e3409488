"""Matplotlib displays, one a file, with scikit-learn's conventions."""

from skweighted._base.public import set_public_module
from skweighted.plots._weight_curve import WeightCurveDisplay, plot_weight_curve

__all__ = [
    "WeightCurveDisplay",
    "plot_weight_curve",
]

set_public_module(__name__, globals(), __all__)
