"""What all strategies of a comparison share: the data, the folds, the classifier and its number of steps."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from skweighted._base.checks import check_choice
from skweighted._base.types import Classifier, Estimator, Table
from skweighted.classifier import CostSensitiveMLPClassifier, make_tabular_classifier
from skweighted.fitting import AUTO_BATCH, auto_epochs
from skweighted.strategies import Context

__all__ = ["NETWORKS", "Problem", "Split", "count_steps", "find_network", "fix_steps"]

NETWORKS = ("plain", "tabular")
"""The networks that a comparison knows by name."""


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


def find_network(classifier: Any, owner: str) -> Any:
    """Return the classifier that a name stands for, or itself; None is "plain".

    Parameters
    ----------
    classifier : {"plain", "tabular"}, classifier or None
        "plain" is ``CostSensitiveMLPClassifier()``; "tabular" is ``make_tabular_classifier(probabilities="weighted")``,
        so that class weights move its decisions, too.
    owner : str
        Named in errors.
    """
    if classifier is None:
        return CostSensitiveMLPClassifier()
    if not isinstance(classifier, str):
        return classifier
    check_choice(classifier, "classifier", owner, NETWORKS)
    tabular = classifier == "tabular"
    return make_tabular_classifier(probabilities="weighted") if tabular else CostSensitiveMLPClassifier()


def fix_steps(classifier: Classifier, n_rows: int, epochs: int | None) -> Classifier:
    """Return a copy of `classifier` that takes the same number of steps whatever the number of rows it trains on.

    Parameters
    ----------
    classifier : classifier
        A network, or a committee of them. Its own ``batch_size`` and ``steps_per_epoch`` stay, unless they are
        ``"auto"`` and None.
    n_rows : int
        Rows of the smallest training fold.
    epochs : int or None
        None leaves the classifier's own.
    """
    classifier = clone(classifier)
    for prefix in _find_networks(classifier):
        settings = {name: value for name, value in _settings_of(classifier, prefix).items() if name in _STEPS}
        if epochs is not None and "epochs" in settings:
            settings["epochs"] = epochs
        if settings.get("epochs") == "auto":
            settings["epochs"] = auto_epochs(n_rows)
        if settings.get("batch_size") == "auto":
            settings["batch_size"] = min(AUTO_BATCH, n_rows)
        if settings.get("steps_per_epoch", "not a parameter") is None:
            settings["steps_per_epoch"] = math.ceil(n_rows / settings["batch_size"])
        classifier.set_params(**{prefix + name: value for name, value in settings.items()})
    return classifier


def count_steps(model: Estimator) -> int | None:
    """Return the gradient steps of each network in a classifier or pipeline, None if they are not counted."""
    for prefix in _find_networks(model):
        settings = _settings_of(model, prefix)
        if settings.get("steps_per_epoch") is not None:
            return int(settings["steps_per_epoch"] * settings["epochs"])
    return None


_STEPS = ("epochs", "batch_size", "steps_per_epoch")


def _find_networks(model: Estimator) -> list[str]:
    """Return the prefixes of the parameters of a model, "", and of the networks in it, such as "network__"."""
    inner = [name.removesuffix("steps_per_epoch") for name in model.get_params() if name.endswith("__steps_per_epoch")]
    return ["", *inner]


def _settings_of(model: Estimator, prefix: str) -> dict[str, Any]:
    """Return the parameters with a prefix, by the names they have there."""
    named = {name.removeprefix(prefix): value for name, value in model.get_params().items() if name.startswith(prefix)}
    return {name: value for name, value in named.items() if "__" not in name}
