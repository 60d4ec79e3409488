"""Training data, checked and in the form engines take."""

import warnings
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import validate_data

from skweighted._planning import Held
from skweighted._registry import did_you_mean
from skweighted._validation import check_sample_weight
from skweighted.engines.plan import TrainingData

__all__ = ["append_validation", "check_training_data", "encode_labels", "warn_if_unscaled"]

_UNSCALED = 100.0  # a mean or a spread beyond this slows down every gradient method


def check_training_data(
    estimator: Any, X: Any, y: Any, sample_weight: Any, dtype: str, *, reset: bool
) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return `X` in `dtype` (an array or a CSR matrix), `y` as it is and the row weights in float64.

    Raises
    ------
    TypeError, ValueError
        For data that cannot be trained on, in scikit-learn's words where it has any.
    """
    shape = () if y is None else y.shape if sparse.issparse(y) else np.asarray(y).shape
    if len(shape) == 2 and shape[1] > 1:  # noqa: PLR2004 - two axes
        raise ValueError(
            f"y of shape {shape} has several outputs; {type(estimator).__name__} predicts one. Wrap it in "
            "sklearn.multioutput.MultiOutputClassifier to fit one classifier for each."
        )
    X, y = validate_data(estimator, X, y, accept_sparse="csr", dtype=dtype, order="C", reset=reset)
    return X, y, check_sample_weight(sample_weight, X.shape[0])


def encode_labels(
    y: np.ndarray, classes: np.ndarray | None, owner: str, name: str = "y"
) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes, sorted, and the class code of each row.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Labels of any one type. Numbers such as 0.5 are labels if each occurs at least twice.
    classes : ndarray or None
        The known classes; None to take those of `y`.
    owner, name : str
        Named in errors.

    Raises
    ------
    ValueError
        For a continuous target, a single class, or a label that is not among `classes`.
    """
    found, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    if type_of_target(y) != "continuous" or (counts == 1).any():
        check_classification_targets(y)
    if classes is None:
        if len(found) == 1:
            raise ValueError(
                f"{owner} needs at least two classes, and {name} holds one class only: {found.tolist()[0]!r}. Check "
                "the target column, or stratify the split that made this training set."
            )
        return found, codes.astype(np.int32)
    unknown = np.setdiff1d(found, classes).tolist()
    if unknown:
        hint = did_you_mean(unknown[0], [str(label) for label in classes.tolist()])
        raise ValueError(
            f"The classes {unknown} in {name} are not among the known classes {classes.tolist()} of {owner}. List "
            f"every class in the first call's classes=. {hint}".rstrip()
        )
    return classes, np.searchsorted(classes, y).astype(np.int32)


def append_validation(
    estimator: Any, data: TrainingData, X_val: Any, y_val: Any, sample_weight_val: Any, classes: np.ndarray
) -> tuple[TrainingData, Held]:
    """Return data with the user's validation rows behind the training rows, and where each part is.

    Raises
    ------
    ValueError
        If only one of `X_val` and `y_val` is given, or they do not fit the training data.
    """
    if X_val is None or y_val is None:
        missing, given = ("X_val", "y_val") if X_val is None else ("y_val", "X_val")
        raise ValueError(f"fit got {given} without {missing}. Pass both, or neither to let validation_fraction split.")
    X_val, y_val = validate_data(
        estimator, X_val, y_val, accept_sparse="csr", dtype=data.X.dtype, order="C", reset=False
    )
    _, codes = encode_labels(y_val, classes, type(estimator).__name__, "y_val")
    weight = check_sample_weight(sample_weight_val, len(codes), "sample_weight_val")
    n_train = len(data.y)
    if sparse.issparse(data.X) != sparse.issparse(X_val):
        raise ValueError("X and X_val must both be sparse or both be dense. Convert one of them.")
    X = sparse.vstack([data.X, X_val], format="csr") if sparse.issparse(X_val) else np.vstack([data.X, X_val])
    joined = TrainingData(X, np.concatenate([data.y, codes]), np.concatenate([data.sample_weight, weight]))
    positions = np.arange(len(joined.y), dtype=np.int32)
    return joined, Held(positions[:n_train], positions[n_train:])


def warn_if_unscaled(X: Any, owner: str) -> None:
    """Hint, once a fit, that a column's mean or spread is far from 1."""
    if sparse.issparse(X):
        return
    center = X.mean(axis=0, dtype=np.float64)
    spread = X.std(axis=0, dtype=np.float64)
    worst = np.maximum(np.abs(center), spread)
    column = int(worst.argmax())
    if worst[column] > _UNSCALED:
        warnings.warn(
            f"The inputs of {owner} look unscaled: column {column} has mean {center[column]:.3g} and standard "
            f"deviation {spread[column]:.3g}. Put a StandardScaler before it in a Pipeline.",
            UserWarning,
            stacklevel=4,
        )
