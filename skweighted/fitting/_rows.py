"""Training data, checked and in the form engines take."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.sparsefuncs import mean_variance_axis
from sklearn.utils.validation import validate_data

from skweighted._base.checks import check_sample_weight
from skweighted._base.errors import hint_user
from skweighted._base.labels import encode_labels, read_labels
from skweighted.costs import row_cost_matrices
from skweighted.engines.plan import TrainingData
from skweighted.fitting._parameters import Parameters, goes_on
from skweighted.fitting._plan import Held, split_validation

__all__ = [
    "CheckedRows",
    "all_rows",
    "check_rows",
    "check_training_data",
    "hint_if_unscaled",
]

_UNSCALED = 100.0  # a mean or a spread beyond this slows down every gradient method


@dataclass(frozen=True)
class CheckedRows:
    """Rows that any number of candidates may train on: held once, held out once.

    Parameters
    ----------
    data : TrainingData
    classes : ndarray of shape (n_classes,)
    given : Held or None
        The split that the caller's validation rows make; None leaves it to `split`.
    """

    data: TrainingData
    classes: np.ndarray
    given: Held | None = None
    _known: dict[Any, Held] = field(default_factory=dict, repr=False)

    def split(self, estimator: Any, seed: int) -> Held:
        """Return what the network of `seed` trains on and what it holds out; the very same arrays when asked again."""
        if self.given is not None:
            return self.given
        key = (estimator.validation_fraction, seed) if estimator.early_stopping else None
        if key not in self._known:
            owner = type(estimator).__name__
            self._known[key] = (
                split_validation(self.data, len(self.classes), estimator.validation_fraction, seed, owner)
                if estimator.early_stopping
                else all_rows(self.data.y)
            )
        return self._known[key]


def check_rows(
    estimator: Any,
    parameters: Parameters,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    X_val: Any = None,
    y_val: Any = None,
    sample_weight_val: Any = None,
    false_positive_cost: Any = None,
    false_negative_cost: Any = None,
) -> CheckedRows:
    """Check the data, and set on the estimator what scikit-learn keeps of them."""
    owner = type(estimator).__name__
    continued = goes_on(estimator)
    X, y, row_weight = check_training_data(estimator, X, y, sample_weight, parameters.dtype, reset=not continued)
    cure = "Set warm_start=False to start afresh."
    classes, codes = encode_labels(y, estimator.classes_ if continued else None, owner, cure=cure)
    hint_if_unscaled(X, owner)
    if false_positive_cost is not None or false_negative_cost is not None:
        row_weight = row_weight * _mistake_costs(codes, classes, parameters, false_positive_cost, false_negative_cost)
    data = TrainingData(X, codes, row_weight)
    if any(part is not None for part in (X_val, y_val, sample_weight_val)):
        joined, held = append_validation(estimator, data, X_val, y_val, sample_weight_val, classes)
        return CheckedRows(joined, classes, held)
    return CheckedRows(data, classes)


def check_training_data(
    estimator: Any, X: Any, y: Any, sample_weight: Any, dtype: str, *, reset: bool
) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return `X` in `dtype` (an array or a CSR matrix), `y` as it is and the row weights in float64.

    Raises
    ------
    TypeError, ValueError
        For data that cannot be trained on, in scikit-learn's words where it has any.
    """
    y = read_labels(y, type(estimator).__name__)
    X, y = validate_data(estimator, X, y, accept_sparse="csr", dtype=dtype, order="C", reset=reset)
    return X, y, check_sample_weight(sample_weight, X.shape[0])


def append_validation(
    estimator: Any, data: TrainingData, X_val: Any, y_val: Any, sample_weight_val: Any, classes: np.ndarray
) -> tuple[TrainingData, Held]:
    """Return data with the user's validation rows behind the training rows, and where each part is.

    Raises
    ------
    ValueError
        If `X_val` or `y_val` is missing, or they do not fit the training data.
    """
    if X_val is None or y_val is None:
        missing, other = ("X_val", "y_val") if X_val is None else ("y_val", "X_val")
        given = "sample_weight_val" if X_val is None and y_val is None else other
        raise ValueError(f"fit got {given} without {missing}. Pass both, or none to let validation_fraction split.")
    owner = type(estimator).__name__
    y_val = read_labels(y_val, owner, "y_val")
    with _errors_of("X_val"):
        X_val = validate_data(estimator, X_val, accept_sparse="csr", dtype=data.X.dtype, order="C", reset=False)
    with _errors_of("y_val"):
        y_val = column_or_1d(y_val, warn=True)
        assert_all_finite(y_val, input_name="y_val")
    if len(y_val) != X_val.shape[0]:
        raise ValueError(f"X_val has {X_val.shape[0]} rows and y_val {len(y_val)} labels. Give each row one label.")
    cure = "Leave their rows out of X_val and y_val."
    _, codes = encode_labels(y_val, classes, owner, "y_val", cure)
    weight = check_sample_weight(sample_weight_val, len(codes), "sample_weight_val")
    n_train = len(data.y)
    if sparse.issparse(data.X) != sparse.issparse(X_val):
        raise ValueError("X and X_val must both be sparse or both be dense. Convert one of them.")
    X = sparse.vstack([data.X, X_val], format="csr") if sparse.issparse(X_val) else np.vstack([data.X, X_val])
    joined = TrainingData(X, np.concatenate([data.y, codes]), np.concatenate([data.sample_weight, weight]))
    positions = np.arange(len(joined.y), dtype=np.int32)
    return joined, Held(positions[:n_train], positions[n_train:])


@contextlib.contextmanager
def _errors_of(name: str) -> Iterator[None]:
    """Name the argument in scikit-learn's errors, which call any X and y by these names."""
    try:
        yield
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name} cannot be used: {error}") from error


def hint_if_unscaled(X: Any, owner: str) -> None:
    """Hint, once a fit and once a search, that a column's mean or spread is far from 1."""
    if sparse.issparse(X):
        center, variance = mean_variance_axis(X, axis=0)
        spread, scaler = np.sqrt(variance), "MaxAbsScaler"
    else:
        center, spread = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
        scaler = "StandardScaler"
    worst = np.maximum(np.abs(center), spread)
    column = int(worst.argmax())
    if worst[column] > _UNSCALED:
        hint_user(
            "unscaled",
            f"The inputs of {owner} look unscaled: column {column} has mean {center[column]:.3g} and standard "
            f"deviation {spread[column]:.3g}. Put a {scaler} before it in a Pipeline.",
        )


def _mistake_costs(
    codes: np.ndarray, classes: np.ndarray, parameters: Parameters, false_positive_cost: Any, false_negative_cost: Any
) -> np.ndarray:
    """Return what a mistake about each row costs, shape (n_samples,).

    Raises
    ------
    ValueError
        For more than two classes, probabilities that are to be corrected, or costs that leave no row any weight.
    """
    names = "false_positive_cost and false_negative_cost"
    if len(classes) > 2:
        raise ValueError(
            f"{names} are for two classes, and y has {len(classes)}: {classes.tolist()}. Use cost_matrix or "
            "sample_weight."
        )
    if parameters.corrected:
        raise ValueError(
            f"probabilities='corrected' cannot undo {names}: what varies from row to row is no change of class priors. "
            "Use 'weighted', or leave costs to MinimumExpectedCostClassifier at predict."
        )
    costs = row_cost_matrices(len(codes), false_positive_cost, false_negative_cost)
    mistakes = costs[np.arange(len(codes)), codes, 1 - codes]
    if not mistakes.any():
        raise ValueError(f"{names} are zero for every row: nothing is left to learn from. Give some mistake a cost.")
    return mistakes


def all_rows(codes: np.ndarray) -> Held:
    """Return the split that holds nothing out."""
    rows = np.arange(len(codes), dtype=np.int32)
    return Held(rows, rows[:0])
