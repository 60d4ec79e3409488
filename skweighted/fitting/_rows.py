"""The rows of a fit, checked and in the form that engines take."""

import contextlib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from sklearn.utils import assert_all_finite, column_or_1d, gen_batches
from sklearn.utils.sparsefuncs import mean_variance_axis
from sklearn.utils.validation import validate_data

from skweighted._base.checks import check_sample_weight
from skweighted._base.errors import hint_user
from skweighted._base.labels import encode_labels, read_labels
from skweighted._base.types import Labels, Matrix, NetworkEstimator, Table, Weights
from skweighted.costs import check_row_costs
from skweighted.engines.plan import TrainingData, component_key
from skweighted.fitting._holdout import Holdout, hold_out_none, hold_out_share, repeat_as_drawn
from skweighted.fitting._parameters import Parameters
from skweighted.fitting._scale import times_power_of_two, to_usual_size, usual_exponent

__all__ = ["FitRequest", "Rows", "check_rows", "check_training_data", "hint_if_unscaled"]

_UNSCALED = 100.0  # a mean or a spread beyond this slows down every gradient method
_CHUNK_VALUES = 2**18  # inputs in double precision at a time (2 MB), so that they stay in the cache


@dataclass(frozen=True, eq=False)
class FitRequest:
    """The arguments of ``fit``, as the user passed them.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,), optional
    X_val, y_val, sample_weight_val : array-like, optional
    false_positive_cost, false_negative_cost : float or array-like of shape (n_samples,), optional
    """

    X: Table
    y: Labels
    sample_weight: Weights = None
    X_val: Table = None
    y_val: Labels = None
    sample_weight_val: Weights = None
    false_positive_cost: Weights = None
    false_negative_cost: Weights = None

    @property
    def has_validation(self) -> bool:
        """Whether the user passed validation rows, or a part of them."""
        return any(part is not None for part in (self.X_val, self.y_val, self.sample_weight_val))

    @property
    def has_row_costs(self) -> bool:
        """Whether mistakes about single rows have their own costs."""
        return self.false_positive_cost is not None or self.false_negative_cost is not None


@dataclass(frozen=True, eq=False)
class Rows:
    """Checked rows that any number of candidates may train on: held once, split once.

    Parameters
    ----------
    data : TrainingData
        Validation rows that the user passed stand behind the training rows.
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    given : Holdout or None
        The split that the user's validation rows make; None leaves it to `hold_out`.
    weight_exponent : int
        The power of two in the sample weights of `data`, which brought them to a usual size.
    """

    data: TrainingData
    classes: np.ndarray
    given: Holdout | None = None
    weight_exponent: int = 0
    _known: dict[Hashable, Holdout] = field(default_factory=dict, repr=False)

    def hold_out(self, parameters: Parameters, seed: int) -> Holdout:
        """Return what the network of `seed` trains on and what it holds out; the same arrays if asked again."""
        split = None if parameters.early_stopping is None else (parameters.validation_fraction, seed)
        key = split, component_key(parameters.batches) if parameters.repeats_validation else None
        if key not in self._known:
            self._known[key] = self._hold_out(parameters, seed)
        return self._known[key]

    def _hold_out(self, parameters: Parameters, seed: int) -> Holdout:
        n_classes = len(self.classes)
        if self.given is not None:
            holdout = self.given
        elif parameters.early_stopping is None:
            return hold_out_none(self.data)
        else:
            holdout = hold_out_share(self.data, n_classes, parameters.validation_fraction, seed, parameters.owner)
        if not parameters.repeats_validation:
            return holdout
        return repeat_as_drawn(self.data, holdout, parameters.batches, n_classes)


def check_rows(
    estimator: NetworkEstimator, parameters: Parameters, request: FitRequest, classes: np.ndarray | None = None
) -> Rows:
    """Check the data of ``fit``.

    Parameters
    ----------
    estimator : CostSensitiveMLPClassifier
        What scikit-learn notes of the data stands on it afterwards (`n_features_in_`, `feature_names_in_`).
    parameters : Parameters
    request : FitRequest
    classes : ndarray of shape (n_classes,), optional
        The classes of an earlier fit that this one continues.

    Returns
    -------
    Rows
        What any number of networks may train on.
    """
    owner = parameters.owner
    X, y, sample_weight = check_training_data(estimator, parameters, request, reset=classes is None)
    classes, codes = encode_labels(y, classes, owner, cure="Set warm_start=False to start afresh.")
    hint_if_unscaled(X, owner)
    exponent = usual_exponent(sample_weight) if parameters.normalize_weights else 0
    if request.has_row_costs:
        costs = _mistake_costs(codes, classes, parameters, request)
        if parameters.normalize_weights:
            sample_weight, costs = times_power_of_two(sample_weight, exponent), to_usual_size(costs)
            exponent = 0  # the weights of later calls have no such costs, and no common scale with these
        sample_weight = sample_weight * costs
    data, given = TrainingData(X, codes, times_power_of_two(sample_weight, exponent)), None
    if request.has_validation:
        data, given = _append_validation(estimator, parameters, request, data, classes)
    return Rows(data, classes, given, exponent)


def check_training_data(
    estimator: NetworkEstimator, parameters: Parameters, request: FitRequest, *, reset: bool
) -> tuple[Matrix, np.ndarray, np.ndarray]:
    """Return `X` in the dtype of training (an array or a CSR matrix), `y` as it is and sample weights in float64.

    Raises
    ------
    TypeError, ValueError
        For data that cannot be trained on, in scikit-learn's words if it has any.
    """
    y = read_labels(request.y, parameters.owner)
    X, y = validate_data(estimator, request.X, y, accept_sparse="csr", dtype=parameters.dtype, order="C", reset=reset)
    return X, y, check_sample_weight(request.sample_weight, X.shape[0])


def _append_validation(
    estimator: NetworkEstimator, parameters: Parameters, request: FitRequest, data: TrainingData, classes: np.ndarray
) -> tuple[TrainingData, Holdout]:
    """Return data with the user's validation rows behind the training rows, and where each part is.

    Raises
    ------
    ValueError
        If `X_val` or `y_val` is missing, or they do not fit the training data.
    """
    _check_validation_is_whole(request)
    owner = parameters.owner
    y_val = read_labels(request.y_val, owner, "y_val")
    with _errors_of("X_val"):
        X_val = validate_data(estimator, request.X_val, accept_sparse="csr", dtype=data.X.dtype, order="C", reset=False)
    with _errors_of("y_val"):
        y_val = column_or_1d(y_val, warn=True)
        assert_all_finite(y_val, input_name="y_val")
    if len(y_val) != X_val.shape[0]:
        raise ValueError(f"X_val has {X_val.shape[0]} rows and y_val {len(y_val)} labels. Give each row one label.")
    _, codes = encode_labels(y_val, classes, owner, "y_val", cure="Leave their rows out of X_val and y_val.")
    sample_weight = check_sample_weight(request.sample_weight_val, len(codes), "sample_weight_val")
    if parameters.normalize_weights:
        sample_weight = to_usual_size(sample_weight)
    if sparse.issparse(data.X) != sparse.issparse(X_val):
        raise ValueError("X and X_val must both be sparse or both be dense. Convert one of them.")
    X = sparse.vstack([data.X, X_val], format="csr") if sparse.issparse(X_val) else np.vstack([data.X, X_val])
    joined = TrainingData(X, np.concatenate([data.y, codes]), np.concatenate([data.sample_weight, sample_weight]))
    positions, n_train = np.arange(len(joined.y), dtype=np.int32), len(data.y)
    return joined, Holdout(positions[:n_train], positions[n_train:])


def _check_validation_is_whole(request: FitRequest) -> None:
    if request.X_val is not None and request.y_val is not None:
        return
    missing, other = ("X_val", "y_val") if request.X_val is None else ("y_val", "X_val")
    given = "sample_weight_val" if request.X_val is None and request.y_val is None else other
    raise ValueError(f"fit got {given} without {missing}. Pass both, or none to let validation_fraction split.")


@contextlib.contextmanager
def _errors_of(name: str) -> Iterator[None]:
    """Name the argument in scikit-learn's errors, which call any X and y by these names."""
    try:
        yield
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name} cannot be used: {error}") from error


def hint_if_unscaled(X: Matrix, owner: str) -> None:
    """Hint, once a fit and once a search, that a column's mean or spread is far from 1."""
    if sparse.issparse(X):
        center, variance = mean_variance_axis(X, axis=0)
        spread, scaler = np.sqrt(variance), "MaxAbsScaler"
    else:
        center, spread = _center_and_spread(X)
        scaler = "StandardScaler"
    worst = np.maximum(np.abs(center), spread)
    column = int(worst.argmax())
    if worst[column] > _UNSCALED:
        hint_user(
            "unscaled",
            f"The inputs of {owner} look unscaled: column {column} has mean {center[column]:.3g} and standard "
            f"deviation {spread[column]:.3g}. Put a {scaler} before it in a Pipeline.",
        )


def _center_and_spread(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the standard deviation of each column in float64; no copy of `X` is made at once."""
    center = X.mean(axis=0, dtype=np.float64)
    squares = np.zeros_like(center)
    for rows in gen_batches(len(X), max(1, _CHUNK_VALUES // X.shape[1])):
        deviations = X[rows] - center
        squares += np.einsum("ij,ij->j", deviations, deviations)
    return center, np.sqrt(squares / len(X))


def _mistake_costs(codes: np.ndarray, classes: np.ndarray, parameters: Parameters, request: FitRequest) -> np.ndarray:
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
            f"probabilities='corrected' cannot undo {names}: what varies from row to row is not a change of class "
            "priors. Use 'weighted', or leave costs to MinimumExpectedCostClassifier at predict."
        )
    false_positive, false_negative = (
        np.ones(len(codes)) if costs is None else check_row_costs(costs, len(codes), name)
        for costs, name in (
            (request.false_positive_cost, "false_positive_cost"),
            (request.false_negative_cost, "false_negative_cost"),
        )
    )
    mistakes = np.where(codes == 1, false_negative, false_positive)
    if not mistakes.any():
        raise ValueError(f"{names} are zero for every row: nothing is left to learn from. Give some mistake a cost.")
    return mistakes
