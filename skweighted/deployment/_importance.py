"""How much worse a model ranks rows of test folds if the values of a column are shuffled."""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from skweighted._base.types import Classifier, Labels
from skweighted.comparison import Comparison

__all__ = ["permutation_importance"]

_N_SHUFFLES = 5


def permutation_importance(
    pipeline: Pipeline, X: pd.DataFrame, y: Labels, comparison: Comparison, seed: int
) -> list[dict[str, object]]:
    """Return the mean loss for each column, the greatest first.

    The score is average precision for two classes, ROC AUC of each class against the rest for more.

    Parameters
    ----------
    pipeline : Pipeline
        Unfitted; clones of it are trained on each fold.
    X : DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    comparison : Comparison
        Gives the number of folds and the positive class.
    seed : int
        Of folds and shuffles.

    Returns
    -------
    list of dict
        ``"column"``, ``"mean"`` and ``"sd"``, over folds and five shuffles in each.
    """
    labels, random = np.asarray(y), np.random.default_rng(seed)
    folds = StratifiedKFold(comparison.cv, shuffle=True, random_state=seed)
    losses = []
    for train, test in folds.split(X, labels):
        model = clone(pipeline).fit(X.iloc[train], labels[train])
        losses.append(_find_losses(model, X.iloc[test], labels[test], comparison, random))
    each = np.concatenate(losses)
    means, sds = each.mean(axis=0), each.std(axis=0, ddof=1)
    return [{"column": str(X.columns[i]), "mean": float(means[i]), "sd": float(sds[i])} for i in np.argsort(-means)]


def _find_losses(
    model: Classifier, X: pd.DataFrame, y: np.ndarray, comparison: Comparison, random: np.random.Generator
) -> np.ndarray:
    """Return the losses of each shuffle and column, shape (n_shuffles, n_features)."""
    whole = _score(model, X, y, comparison)
    losses = np.empty((_N_SHUFFLES, X.shape[1]))
    for shuffle, column in np.ndindex(losses.shape):
        shuffled = X.copy()
        shuffled.isetitem(column, X.iloc[random.permutation(len(X)), column].array)
        losses[shuffle, column] = whole - _score(model, shuffled, y, comparison)
    return losses


def _score(model: Classifier, X: pd.DataFrame, y: np.ndarray, comparison: Comparison) -> float:
    probabilities = model.predict_proba(X)
    if comparison.positive is None:
        return float(roc_auc_score(y, probabilities, multi_class="ovr", labels=model.classes_))
    code = model.classes_.tolist().index(comparison.positive)
    return float(average_precision_score(y == comparison.positive, probabilities[:, code]))
