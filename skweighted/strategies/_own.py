"""A classifier or pipeline of the user's own beside the registered strategies."""

from typing import Any

from imblearn.pipeline import Pipeline
from sklearn.base import clone

from skweighted._base.pipelines import last_step
from skweighted._base.types import Estimator
from skweighted.strategies._base import Context, Strategy

__all__ = ["Own"]


class Own(Strategy):
    """A classifier or pipeline of one's own.

    Parameters
    ----------
    estimator : classifier or pipeline
        Has ``predict_proba``; cloned. A pipeline gets the table as it is; a classifier alone, what the comparison's
        preprocessor makes of it. Every ``random_state`` in it that is None is set to the seed of the fold.
    """

    family = "own"
    uses_classifier = False

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline made from `context`, without its classifier."""
        own: Any = context.seeded(clone(self.estimator))
        is_pipeline = last_step(own) is not own
        before = "passthrough" if is_pipeline else context.make_preprocessor()
        return Pipeline([("preprocess", before), ("resample", "passthrough"), ("classify", own)])
