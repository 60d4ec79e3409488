"""What all strategies of a comparison share: the data, the folds, the classifier and its number of steps."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from skweighted._base.types import Classifier, Estimator, Table
from skweighted.fitting import AUTO_BATCH
from skweighted.strategies import Context

__all__ = ["Problem", "Split", "count_steps", "count_steps_of", "fix_steps"]


@dataclass(frozen=True)
class Split:
    """The rows of one fold, and the seed of everything random in it."""

    repeat: int
    fold: int
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    seed: int


@dataclass(frozen=True)
class Problem:
    """The data and the network that all strategies share.

    Attributes
    ----------
    X : DataFrame or sparse array of shape (n_samples, n_features)
    labels : ndarray of shape (n_classes,)
        Sorted.
    codes : ndarray of shape (n_samples,)
        Position in `labels` of each row's label.
    positive : int or None
        Code of the positive class; None with more than two classes.
    preprocessor, classifier : estimators
        Unfitted; the classifier as :func:`fix_steps` returns it.
    sample_weight : ndarray of shape (n_samples,) or None
    groups : ndarray of shape (n_samples,) or None
        Rows of a group are never on both sides of a split, neither of the folds nor inside of them.
    """

    X: Table
    labels: NDArray
    codes: NDArray[np.intp]
    positive: int | None
    preprocessor: Estimator | str
    classifier: Classifier
    sample_weight: NDArray[np.float64] | None = None
    groups: NDArray | None = None

    def rows(self, positions: NDArray[np.intp]) -> Table:
        """Return the rows of `X` at `positions`."""
        return self.X.iloc[positions] if isinstance(self.X, pd.DataFrame) else self.X[positions]

    def context(self, split: Split) -> Context:
        """Return what the strategies build the pipelines of a fold from."""
        return Context(self.preprocessor, self.classifier, seed=split.seed)


def fix_steps(classifier: Classifier, n_rows: int, epochs: int | None) -> Classifier:
    """Return a copy of `classifier` that takes the same number of steps whatever the number of rows it trains on.

    Parameters
    ----------
    classifier : classifier
        Its own ``batch_size`` and ``steps_per_epoch`` stay, unless they are ``"auto"`` and None.
    n_rows : int
        Rows of the smallest training fold.
    epochs : int or None
        None leaves the classifier's own.
    """
    classifier = clone(classifier).set_params(**{} if epochs is None else {"epochs": epochs})
    if classifier.get_params().get("batch_size") == "auto":
        classifier.set_params(batch_size=min(AUTO_BATCH, n_rows))
    settings = classifier.get_params()
    if settings.get("steps_per_epoch", "not a parameter") is None:
        classifier.set_params(steps_per_epoch=math.ceil(n_rows / settings["batch_size"]))
    return classifier


def count_steps(classifier: Classifier) -> int | None:
    """Return the gradient steps of a fit, None if the classifier does not count them."""
    settings = classifier.get_params()
    steps = settings.get("steps_per_epoch")
    return None if steps is None else steps * settings["epochs"]


def count_steps_of(model: Estimator) -> int | None:
    """Return the gradient steps of each network in a model that a strategy built; None if they are not counted."""
    params = model.get_params()
    for name, steps in params.items():
        before, _, parameter = name.rpartition("steps_per_epoch")
        if name.endswith("steps_per_epoch") and not parameter and steps is not None:
            return int(steps * params[f"{before}epochs"])
    return None
