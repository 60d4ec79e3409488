"""Folds inside the training rows, on which a strategy chooses a threshold or a weight."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.utils import check_consistent_length

__all__ = ["make_inner_folds"]


def make_inner_folds(
    codes: NDArray[np.intp], n_folds: int, random_state: int | np.random.RandomState | None, groups: ArrayLike | None
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return stratified folds; rows of a group stay on the same side of each.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        The class of each row. Not labels: scikit-learn takes 0.5 and 1.5 for a regression target.
    n_folds : int
    random_state : int, RandomState or None
    groups : array-like of shape (n_samples,) or None

    Raises
    ------
    ValueError
        If a fold leaves no training row of a class.
    """
    nothing = np.empty((len(codes), 0))
    if groups is None:
        return list(StratifiedKFold(n_folds, shuffle=True, random_state=random_state).split(nothing, codes))
    check_consistent_length(codes, groups)
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=random_state)
    splits = list(folds.split(nothing, codes, np.asarray(groups)))
    n_classes = len(np.unique(codes))
    if any(len(np.unique(codes[train])) < n_classes for train, _ in splits):
        raise ValueError(
            f"A class has rows in too few groups for {n_folds} inner folds: one leaves no training rows of it. Use a "
            "strategy without inner folds and no constraint, or coarser folds."
        )
    return splits
