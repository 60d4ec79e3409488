"""How well one column alone predicts the classes, on rows that it did not learn from."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

__all__ = ["can_be_judged", "predict_by_category", "score_in_sample", "score_order", "score_rates"]

_N_BINS = 64
_N_FOLDS = 5
_MAX_LEAVES = 4  # enough for "exactly zero", which is between two splits
_SEED = 0


def can_be_judged(target: NDArray[np.intp]) -> bool:
    """Tell whether every class has a row in each fold."""
    return int(np.bincount(target).min()) >= _N_FOLDS


def score_in_sample(codes: NDArray[np.intp], target: NDArray[np.intp]) -> float:
    """Return the mean ROC AUC of the shares of the classes among rows of a code, on the same rows: a quick upper bound.

    Parameters
    ----------
    codes : ndarray of int of shape (n_samples,)
        Values as numbers from 0 on, in their order. More than 64 are made fewer, of equally many rows.
    target : ndarray of int of shape (n_samples,)
    """
    if codes.max(initial=0) >= _N_BINS:
        ranks = np.argsort(np.argsort(codes, kind="stable"), kind="stable")
        last_rank = np.zeros(codes.max() + 1, dtype=np.intp)
        np.maximum.at(last_rank, codes, ranks)  # rows of one value stay together
        codes = last_rank[codes] * _N_BINS // len(codes)
    n_classes = target.max() + 1
    counts = np.zeros((codes.max() + 1, n_classes))
    np.add.at(counts, (codes, target), 1)
    return float(np.mean([_auc_of_counts(counts[:, c], counts.sum(axis=1) - counts[:, c]) for c in _one_of(n_classes)]))


def _one_of(n_classes: int) -> range:
    """Return the classes to tell from the rest; of two, one says it all."""
    return range(1, 2) if n_classes == 2 else range(n_classes)


def _auc_of_counts(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the ROC AUC of groups of rows, ranked by their share of positives."""
    order = np.argsort(positive / np.maximum(positive + negative, 1), kind="stable")
    positive, negative = positive[order], negative[order]
    below = np.cumsum(negative) - negative / 2
    return float((positive * below).sum() / (positive.sum() * negative.sum()))


def score_order(ranks: NDArray[np.float64], target: NDArray[np.intp]) -> float:
    """Return the mean ROC AUC of a column's order, or that of a tree of three splits if it is better.

    The order learns nothing but its direction; the tree is cross-validated.

    Parameters
    ----------
    ranks : ndarray of shape (n_samples,)
        Values as numbers from 0 on, in their order, NaN for missing; a tree in single precision keeps them apart.
    target : ndarray of int of shape (n_samples,)
    """
    tree = DecisionTreeClassifier(max_leaf_nodes=_MAX_LEAVES, class_weight="balanced", random_state=_SEED)
    rates = cross_val_predict(tree, ranks[:, None], target, cv=_folds(), method="predict_proba")
    order = np.nan_to_num(ranks, nan=-1.0)
    by_order = [roc_auc_score(target == c, order) for c in _one_of(rates.shape[1])]
    return max(score_rates(rates, target), float(np.mean([max(auc, 1 - auc) for auc in by_order])))


def predict_by_category(codes: NDArray[np.intp], target: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return for each row the shares of the classes among rows of its category in the other folds."""
    n_classes = target.max() + 1
    prior = np.bincount(target, minlength=n_classes) / len(target)
    rates = np.empty((len(target), n_classes))
    for train, test in _folds().split(codes, target):
        counts = np.zeros((codes.max() + 1, n_classes))
        np.add.at(counts, (codes[train], target[train]), 1)
        rates[test] = ((counts + prior) / (counts.sum(axis=1, keepdims=True) + 1))[codes[test]]
    return rates


def score_rates(rates: NDArray[np.float64], target: NDArray[np.intp]) -> float:
    """Return the mean over classes of the ROC AUC of predicted shares, each class against the rest."""
    return float(np.mean([roc_auc_score(target == c, rates[:, c]) for c in _one_of(rates.shape[1])]))


def _folds() -> StratifiedKFold:
    return StratifiedKFold(_N_FOLDS, shuffle=True, random_state=_SEED)
