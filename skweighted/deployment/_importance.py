"""How much worse a model ranks rows of test folds if the values of a column are shuffled."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import Pipeline

from skweighted._base.types import Classifier
from skweighted.deployment._training import TrainingRows

__all__ = ["permutation_importance"]

_N_SHUFFLES = 5

Splits = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def permutation_importance(
    pipeline: Pipeline, rows: TrainingRows, splits: Splits, *, positive: object, seed: int
) -> list[dict[str, object]]:
    """Return the mean loss for each column, the greatest first.

    The score is average precision for two classes, ROC AUC of each class against the rest for more.

    Parameters
    ----------
    pipeline : Pipeline
        Unfitted; clones of it are trained on each fold.
    rows : TrainingRows
    splits : list of (train, test)
        Positions of the rows of each fold.
    positive : label or None
        The positive one of two classes.
    seed : int
        Of the shuffles.

    Returns
    -------
    list of dict
        ``"column"``, ``"mean"`` and ``"sd"``, over folds and five shuffles in each.
    """
    random = np.random.default_rng(seed)
    losses = []
    for train, test in splits:
        model = rows.take(train).fit(clone(pipeline))
        losses.append(_find_losses(model, rows.take(test), positive, random))
    each = np.concatenate(losses)
    means, sds = each.mean(axis=0), each.std(axis=0, ddof=1)
    names = rows.X.columns
    return [{"column": str(names[i]), "mean": float(means[i]), "sd": float(sds[i])} for i in np.argsort(-means)]


def _find_losses(
    model: Classifier, rows: TrainingRows, positive: object, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return the losses of each shuffle and column, shape (n_shuffles, n_features)."""
    whole = _score(model, rows.X, rows, positive)
    losses = np.empty((_N_SHUFFLES, rows.X.shape[1]))
    for shuffle, column in np.ndindex(losses.shape):
        shuffled = rows.X.copy()
        shuffled.isetitem(column, rows.X.iloc[random.permutation(len(shuffled)), column].array)
        losses[shuffle, column] = whole - _score(model, shuffled, rows, positive)
    return losses


def _score(model: Classifier, X: pd.DataFrame, rows: TrainingRows, positive: object) -> float:
    """Return how well `model` ranks `X`, whose labels and weights are those of `rows`."""
    y, weight, probabilities = rows.y, rows.sample_weight, model.predict_proba(X)
    if positive is None:
        settings = {"multi_class": "ovr", "labels": model.classes_, "sample_weight": weight}
        return float(roc_auc_score(y, probabilities, **settings))
    code = model.classes_.tolist().index(positive)
    return float(average_precision_score(y == positive, probabilities[:, code], sample_weight=weight))
