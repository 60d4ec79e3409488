"""How much each member counts: chosen on rows that a first fit of all members has not seen."""

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit

from skweighted._base.sklearn_private import index_rows
from skweighted._base.types import Labels, Table, Weights
from skweighted.classifier._members import Members, clone_members, fit_members

__all__ = ["choose_member_weights", "equal_weights", "select_greedily"]

_HELD_OUT = 0.2
_FEWEST_OF_A_CLASS = 5  # with fewer rows of a class, none would be held out
_ENOUGH_ROWS, _ENOUGH_OF_A_CLASS = 1000, 100  # more change the weights little
_FEWEST_ROWS = 500  # what fewer say of the members is luck
_STEPS = 10


def equal_weights(n_members: int) -> np.ndarray:
    """Return the weights of a plain mean, shape (n_members,)."""
    return np.full(n_members, 1 / n_members)


def choose_member_weights(members: Members, table: Table, y: Labels, sample_weight: Weights, seed: int) -> np.ndarray:
    """Return weights of unfitted members, chosen by the log loss of held-out rows, class weights left aside.

    Parameters
    ----------
    members : list of (str, Pipeline)
    table : DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,) or None
    seed : int
        Decides which rows are held out.

    Returns
    -------
    ndarray of shape (n_members,)
        They sum to 1. They are equal for fewer than 500 rows, or fewer than 5 of a class.
    """
    classes, codes = np.unique(y, return_inverse=True)
    row_weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    counted = np.flatnonzero(row_weight > 0)
    n_rarest = np.bincount(codes[counted], minlength=len(classes)).min()
    if len(counted) < _FEWEST_ROWS or n_rarest < _FEWEST_OF_A_CLASS:
        return equal_weights(len(members))
    n_rows = min(len(counted), max(_ENOUGH_ROWS, -(-_ENOUGH_OF_A_CLASS * len(counted) // n_rarest)))
    n_held_out = round(_HELD_OUT * n_rows)
    splitter = StratifiedShuffleSplit(1, train_size=n_rows - n_held_out, test_size=n_held_out, random_state=seed)
    train, held_out = (counted[rows] for rows in next(splitter.split(counted, codes[counted])))
    first = clone_members(members, class_weight=None)
    fit_members(
        first, index_rows(table, train), index_rows(y, train), None if sample_weight is None else row_weight[train]
    )
    rows = index_rows(table, held_out)
    probability = np.stack([pipeline.predict_proba(rows) for _, pipeline in first])
    truth = probability[:, np.arange(len(held_out)), codes[held_out]]
    return select_greedily(truth, row_weight[held_out])


def select_greedily(truth: np.ndarray, row_weight: np.ndarray) -> np.ndarray:
    """Return the weights of members after ten rounds, each of which adds the member that lowers the log loss most.

    Every member has one vote before the first round, so that none is left out and few rows decide little.

    Parameters
    ----------
    truth : ndarray of shape (n_members, n_samples)
        Probabilities of the true class.
    row_weight : ndarray of shape (n_samples,)

    Returns
    -------
    ndarray of shape (n_members,)

    References
    ----------
    Caruana et al. (2004), Ensemble Selection from Libraries of Models, ICML.
    """
    votes = np.ones(len(truth))
    for _ in range(_STEPS):
        mixed = (votes @ truth + truth) / (votes.sum() + 1)  # one row for each member that could be added
        loss = -np.log(np.clip(mixed, np.finfo(np.float32).eps, None)) @ row_weight
        votes[loss.argmin()] += 1
    return votes / votes.sum()
