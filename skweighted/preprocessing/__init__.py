"""From any table to numbers of similar size."""

from skweighted._base.public import set_public_module
from skweighted.preprocessing._encoding import PiecewiseLinearEncoder
from skweighted.preprocessing._scaling import QuantileNormalScaler, SquashingScaler
from skweighted.preprocessing._table import count_kinds, make_preprocessor

__all__ = [
    "PiecewiseLinearEncoder",
    "QuantileNormalScaler",
    "SquashingScaler",
    "count_kinds",
    "make_preprocessor",
]

set_public_module(__name__, globals(), __all__)
