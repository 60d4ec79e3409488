"""Which rows train and which are held out to watch."""

from dataclasses import dataclass

import numpy as np

from skweighted._base.errors import hint_user
from skweighted.batches import BatchRule
from skweighted.engines.plan import TrainingData
from skweighted.engines.randomness import VALIDATION_ROWS, random_generator

__all__ = ["Holdout", "draws_per_row", "hint_of_single_rows", "hold_out_none", "hold_out_share", "repeat_as_drawn"]


@dataclass(frozen=True, eq=False)
class Holdout:
    """Rows of a `TrainingData` that train and rows that are held out to watch, both ascending positions.

    Parameters
    ----------
    train : ndarray of shape (n_train,), int32
    validation : ndarray of shape (n_validation,), int32
        Empty if nothing is held out.
    """

    train: np.ndarray
    validation: np.ndarray


def hold_out_none(data: TrainingData) -> Holdout:
    """Return the split by which every row trains."""
    rows = np.arange(len(data.y), dtype=np.int32)
    return Holdout(rows, rows[:0])


def hold_out_share(data: TrainingData, n_classes: int, fraction: float, seed: int, owner: str) -> Holdout:
    """Hold out a stratified sample: of each class its share of `fraction`, at least one row, never all.

    Rows of weight 0 stay in training: held out they would say nothing.

    Parameters
    ----------
    data : TrainingData
    n_classes : int
    fraction : float
    seed : int
        The network's seed.
    owner : str

    Raises
    ------
    ValueError
        If no class has two rows with a weight.
    """
    y, has_weight = data.y, data.sample_weight > 0
    generator = random_generator(seed, VALIDATION_ROWS)
    counts = np.bincount(y[has_weight], minlength=n_classes)
    if (counts < 2).all():  # one row to train on and one to hold out
        raise ValueError(
            f"early_stopping=True of {owner} needs a class with at least 2 rows of weight above 0 to hold some out, "
            f"and the {len(y)} rows have none. Set early_stopping=False, or pass X_val and y_val to fit."
        )
    parts = []
    for code, count in enumerate(counts):
        if count > 1:
            n_held = min(max(1, round(fraction * count)), count - 1)
            parts.append(generator.permutation(np.flatnonzero((y == code) & has_weight))[:n_held])
    held = np.zeros(len(y), dtype=bool)
    held[np.concatenate(parts)] = True
    return Holdout(np.flatnonzero(~held).astype(np.int32), np.flatnonzero(held).astype(np.int32))


def draws_per_row(batches: BatchRule, codes: np.ndarray, n_classes: int) -> np.ndarray:
    """Return how often a pass draws a row of each class, (n_classes,), in units of the mean over all rows.

    Shuffled batches draw every row equally often: all ones. A class without rows gets 1.
    """
    counts = np.bincount(codes, minlength=n_classes)
    drawn, there = batches.class_shares(codes, np.ones(len(codes)), n_classes), counts / len(codes)
    return np.divide(drawn, there, out=np.ones(n_classes), where=counts > 0)


def repeat_as_drawn(data: TrainingData, holdout: Holdout, batches: BatchRule, n_classes: int) -> Holdout:
    """Return the split with validation rows repeated in the shares in which `batches` draw the classes to train.

    A loss that compares the rows of a batch with each other is not an average over rows, which weights could shift.
    """
    draws = draws_per_row(batches, data.y[holdout.train], n_classes)
    codes = data.y[holdout.validation]
    present = np.unique(codes)
    repeats = draws / min(draws[present][draws[present] > 0], default=1.0)
    parts = []
    for code in present:
        rows = holdout.validation[codes == code]
        parts.append(np.resize(rows, round(repeats[code] * len(rows))))
    return Holdout(holdout.train, np.sort(np.concatenate(parts)))


def hint_of_single_rows(data: TrainingData, classes: np.ndarray) -> None:
    """Say, once a fit, which classes have one row only: `hold_out_share` leaves it in training."""
    counts = np.bincount(data.y[data.sample_weight > 0], minlength=len(classes))
    singles = classes[counts == 1].tolist()
    if singles and (counts > 1).any():
        hint_user(
            "single rows",
            f"Classes {singles} have one row each, which stays in training: early stopping does not see them.",
        )
