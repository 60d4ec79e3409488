"""The rows that a model is trained on, with what each belongs to and counts for."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skweighted._base.types import Classifier
from skweighted.comparison._row_arguments import row_arguments
from skweighted.many_fits import watches_rows

__all__ = ["TrainingRows"]


@dataclass(frozen=True)
class TrainingRows:
    """Rows with their labels.

    Attributes
    ----------
    X : DataFrame of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    groups : ndarray of shape (n_samples,) or None
        Rows of a group stay on one side where a fit chooses something on folds of its rows.
    sample_weight : ndarray of shape (n_samples,) or None
    """

    X: pd.DataFrame
    y: NDArray
    groups: NDArray | None = None
    sample_weight: NDArray[np.float64] | None = None

    def take(self, positions: NDArray[np.intp]) -> "TrainingRows":
        """Return the rows at `positions`."""
        groups, weight = (None if v is None else v[positions] for v in (self.groups, self.sample_weight))
        return replace(self, X=self.X.iloc[positions], y=self.y[positions], groups=groups, sample_weight=weight)

    def fit(self, model: Classifier) -> Classifier:
        """Fit `model` on the rows, and return it."""
        arguments = row_arguments(model, sample_weight=self.sample_weight, groups=self.groups)
        return model.fit(self.X, self.y, **arguments)

    def check(self, model: Classifier) -> None:
        """Raise ValueError if a network in `model` would stop early by rows that it draws without regard to groups."""
        if self.groups is not None and watches_rows(model):
            raise ValueError(
                "With groups a network cannot stop early when it is trained on all rows, because the rows that it "
                "watches would part them. Use a classifier with early_stopping=False."
            )
