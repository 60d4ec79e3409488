"""What can be wrong with the data of a search before training, and with its fits after it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.utils import assert_all_finite

from skweighted._base.errors import warn_user
from skweighted._base.labels import encode_labels, read_labels
from skweighted.many_fits import Outcome

__all__ = ["check_folds", "read_classes", "report_failures"]


def read_classes(y: Any, owner: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes, sorted, and the class code of each row."""
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None. Pass the labels to fit.")
    labels = read_labels(y, owner)
    assert_all_finite(labels, input_name="y")
    classes, codes = encode_labels(labels, None, owner)
    return classes, codes.ravel()


def check_folds(classes: np.ndarray, codes: np.ndarray, splits: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Raise for the first fold whose training rows lack a class."""
    counts = np.bincount(codes)
    for fold, (train, _) in enumerate(splits):
        missing = np.bincount(codes[train], minlength=len(classes)) == 0
        if missing.any():
            label, n_rows = classes[missing].tolist()[0], int(counts[missing][0])
            raise ValueError(
                f"Class {label!r} has {n_rows} row{'s' * (n_rows > 1)}, none of them among the training rows of fold "
                f"{fold + 1}. Use a stratified cv with fewer folds, merge the class with another or drop its rows."
            )


def report_failures(fits: list[Outcome], candidates: list[dict[str, Any]], error_score: Any) -> None:
    """Warn of each candidate that failed, and raise if all did or `error_score` says so."""
    errors = [fit.error for fit in fits if fit.error is not None]
    if errors and error_score == "raise":
        raise errors[0]
    if len(errors) == len(fits):
        raise ValueError(f"All {len(fits)} fits failed, the first of them for this reason: {errors[0]}") from errors[0]
    n_folds = len(fits) // len(candidates)
    for index, candidate in enumerate(candidates):
        own = [fit.error for fit in fits[index * n_folds : (index + 1) * n_folds] if fit.error is not None]
        if own:
            message = f"Candidate {candidate} failed on {len(own)} of {n_folds} folds and scores {error_score} there: "
            warn_user(f"{message}{own[0]}", FitFailedWarning)
