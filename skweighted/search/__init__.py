"""Searches over parameters, `_search`.

What the two share is in `_batched`: `_checks`, then `many_fits` trains, then `_replay` has scikit-learn score.
"""

from skweighted._base.public import set_public_module
from skweighted.search._search import BatchedGridSearchCV, BatchedRandomizedSearchCV

__all__ = [
    "BatchedGridSearchCV",
    "BatchedRandomizedSearchCV",
]

set_public_module(__name__, globals(), __all__)
