"""The few scores that scikit-learn and imbalanced-learn do not have: costs, savings and calibration error.

G-mean, sensitivity and specificity are in ``imblearn.metrics``; F-beta, average precision and the Brier score in
``sklearn.metrics``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import make_scorer
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import column_or_1d

from skweighted._base.checks import check_choice, check_number, check_sample_weight
from skweighted._base.errors import parameter_error, warn_user
from skweighted._base.types import Labels, Weights
from skweighted.costs import check_cost_matrix, is_labelled, row_cost_matrices

__all__ = [
    "expected_calibration_error",
    "expected_cost",
    "neg_expected_calibration_error_scorer",
    "neg_expected_cost_scorer",
    "savings",
    "savings_scorer",
]


def expected_cost(
    y_true: Labels,
    y_pred: Labels,
    *,
    cost_matrix: Any = None,
    labels: Labels | None = None,
    false_positive_cost: Weights = None,
    false_negative_cost: Weights = None,
    sample_weight: Weights = None,
) -> float:
    r"""Return what predictions cost, a row.

    .. math:: \frac{1}{n} \sum_i C_{y_i, \hat{y}_i}

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_samples,)
        Labels.
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        Rows truth, columns prediction, in the order of `labels`; or by label: ``{truth: {prediction: cost}}``, or a
        DataFrame with the labels in index and columns. None: every mistake costs 1.
    labels : array-like of shape (n_classes,), optional
        Every class, each once, in the order of `cost_matrix`. None takes the labels of a DataFrame, else those in
        `y_true` and `y_pred`, sorted, which in a small fold may lack one.
    false_positive_cost, false_negative_cost : float or array-like of shape (n_samples,), optional
        For two classes, the costs of each row instead of `cost_matrix`; the second label is the positive one. One left
        out is 1.
    sample_weight : array-like of shape (n_samples,), optional

    Returns
    -------
    float
        In the unit of the costs; lower is better.

    Raises
    ------
    ValueError
        If lengths, labels and costs do not fit each other.

    References
    ----------
    Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.

    Examples
    --------
    One false alarm at 1 and one miss at 5, in four rows:

    >>> expected_cost([0, 0, 1, 1], [0, 1, 0, 1], cost_matrix=[[0, 1], [5, 0]])
    1.5
    """
    costs = _Costs("expected_cost", cost_matrix, labels, false_positive_cost, false_negative_cost)
    rows = costs.of(y_true, y_pred, sample_weight)
    return float(np.average(rows.decided, weights=rows.weight))


def savings(
    y_true: Labels,
    y_pred: Labels,
    *,
    cost_matrix: Any = None,
    labels: Labels | None = None,
    false_positive_cost: Weights = None,
    false_negative_cost: Weights = None,
    sample_weight: Weights = None,
) -> float:
    r"""Return the share of the cost saved against the best constant decision.

    .. math:: 1 - \frac{\sum_i C_{y_i, \hat{y}_i}}{\min_j \sum_i C_{y_i, j}}

    Parameters
    ----------
    y_true, y_pred, cost_matrix, labels, false_positive_cost, false_negative_cost, sample_weight
        As in :func:`expected_cost`.

    Returns
    -------
    float
        1 saves everything, 0 is no better than one answer for every row; negative is worse. If one answer for every
        row costs nothing, as it does if `y_true` holds one class only, there is nothing to save: NaN, with a warning.

    Raises
    ------
    ValueError
        As in :func:`expected_cost`.

    Warns
    -----
    UndefinedMetricWarning
        If one answer for every row costs nothing.

    References
    ----------
    Bahnsen, Aouada & Ottersten (2015), Example-Dependent Cost-Sensitive Decision Trees, Expert Systems with
    Applications.

    Examples
    --------
    Every row called positive would cost 2:

    >>> savings([0, 0, 1, 1], [0, 1, 1, 1], cost_matrix=[[0, 1], [5, 0]])
    0.5
    """
    costs = _Costs("savings", cost_matrix, labels, false_positive_cost, false_negative_cost)
    rows = costs.of(y_true, y_pred, sample_weight)
    cheapest = (rows.weight[:, None] * rows.constant).sum(axis=0).min()
    if cheapest > 0:
        return float(1 - (rows.weight * rows.decided).sum() / cheapest)
    warn_user(
        "savings is undefined and set to NaN: one answer for every row costs nothing, so that nothing can be saved. "
        "This is so if y_true holds one class only; use larger or stratified folds, or expected_cost.",
        UndefinedMetricWarning,
    )
    return np.nan


@dataclass(frozen=True)
class _RowCosts:
    """What the decisions about some rows cost.

    Parameters
    ----------
    decided : ndarray of shape (n_samples,)
        The cost of the prediction for each row.
    constant : ndarray of shape (n_samples, n_classes)
        The cost of each label for each row.
    weight : ndarray of shape (n_samples,)
    """

    decided: np.ndarray
    constant: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class _Costs:
    """The arguments about costs, which the scores share; see :func:`expected_cost`."""

    owner: str
    cost_matrix: Any
    labels: Labels | None
    false_positive_cost: Weights
    false_negative_cost: Weights

    def of(self, y_true: Labels, y_pred: Labels, sample_weight: Weights) -> _RowCosts:
        """Return what `y_pred` costs, row by row."""
        y_true, y_pred = column_or_1d(y_true), column_or_1d(y_pred)
        check_consistent_length(y_true, y_pred)
        classes = self._read_classes(np.union1d(y_true, y_pred))
        costs = self._row_costs(classes, len(y_true))
        weight = check_sample_weight(sample_weight, len(y_true))
        order = np.argsort(classes)
        truth, prediction = (order[np.searchsorted(classes, y, sorter=order)] for y in (y_true, y_pred))
        rows = np.arange(len(truth))
        return _RowCosts(costs[rows, truth, prediction], costs[rows, truth], weight)

    def _read_classes(self, seen: np.ndarray) -> np.ndarray:
        """Return every label in the order of the costs, `seen` those in the data."""
        if self.labels is None:
            return _labels_of(self.cost_matrix, seen, self.owner) if is_labelled(self.cost_matrix) else seen
        classes = column_or_1d(self.labels)
        if len(np.unique(classes)) < len(classes):
            message = parameter_error("labels", self.owner, "distinct", classes.tolist(), "Name each class once.")
            raise ValueError(message)
        unknown = np.setdiff1d(seen, classes).tolist()
        if unknown:
            raise ValueError(
                f"y_true or y_pred holds {unknown}, which labels={classes.tolist()} lacks. List every class."
            )
        return classes

    def _row_costs(self, classes: np.ndarray, n_samples: int) -> np.ndarray:
        """Return the cost matrix of each row, shape (n_samples, n_classes, n_classes)."""
        if self.false_positive_cost is None and self.false_negative_cost is None:
            n_classes, costs = len(classes), self.cost_matrix
            one = 1 - np.eye(n_classes) if costs is None else check_cost_matrix(costs, classes, self.owner)
            return np.broadcast_to(one, (n_samples, n_classes, n_classes))
        if self.cost_matrix is not None:
            raise ValueError("Give either cost_matrix or the costs of single rows, not both.")
        if len(classes) != 2:
            raise ValueError(
                f"false_positive_cost and false_negative_cost are for two classes, and there are {classes.tolist()}. "
                "Use cost_matrix, or pass labels if a fold lacks a class."
            )
        return row_cost_matrices(n_samples, self.false_positive_cost, self.false_negative_cost)


def _labels_of(cost_matrix: pd.DataFrame, seen: np.ndarray, owner: str) -> np.ndarray:
    """Return the labels of a table of costs, in the order of its columns, once they are known to cover those seen."""
    labels = list(dict.fromkeys([*cost_matrix.columns, *seen.tolist()]))
    check_cost_matrix(cost_matrix, np.array(labels, dtype=object), owner)
    return np.array(labels)


def expected_calibration_error(
    y_true: Labels,
    y_proba: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "uniform",
    labels: Labels | None = None,
    sample_weight: Weights = None,
) -> float:
    r"""Return how far probabilities are from frequencies, on average over bins of rows with similar probabilities.

    .. math:: \sum_b \frac{n_b}{n} \, \lvert \bar{o}_b - \bar{p}_b \rvert

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Labels.
    y_proba : array-like of shape (n_samples,) or (n_samples, n_classes)
        Of two classes the probability of the second label in sorted order, alone or as a column: :math:`\bar{o}_b` is
        then its frequency in bin `b`. Of more classes one column each, in sorted order: the probability of the
        predicted label is binned, and :math:`\bar{o}_b` is the share of right predictions.
    n_bins : int, default=10
    strategy : {"uniform", "quantile"}, default="uniform"
        Bins of equal width, or of equally many rows. If positives are rare, nearly all rows fall into the first bin
        of equal width; "quantile" looks closer there.
    labels : array-like of shape (n_classes,), optional
        Every class; None takes those in `y_true`.
    sample_weight : array-like of shape (n_samples,), optional

    Returns
    -------
    float
        In [0, 1]; lower is better. It does not say how well rows are told apart; the Brier score measures both.

    Raises
    ------
    TypeError, ValueError
        For a parameter out of its range, or probabilities that do not fit the labels.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI; of the
    predicted label: Guo et al. (2017), On Calibration of Modern Neural Networks, ICML.

    Examples
    --------
    >>> expected_calibration_error([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])
    0.25
    """
    owner = "expected_calibration_error"
    check_number(n_bins, "n_bins", owner, rule="an integer of at least 1", valid=lambda v: v >= 1, integer=True)
    check_choice(strategy, "strategy", owner, ("uniform", "quantile"))
    y_true = column_or_1d(y_true)
    check_consistent_length(y_true, y_proba)
    confidence, outcome = _confidence(y_true, np.asarray(y_proba, dtype=np.float64), labels)
    weight = check_sample_weight(sample_weight, len(y_true))
    inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    edges = inner if strategy == "uniform" else np.quantile(confidence, inner)
    gaps = np.bincount(np.searchsorted(edges, confidence, side="right"), weights=weight * (outcome - confidence))
    return float(np.abs(gaps).sum() / weight.sum())


def _confidence(y_true: np.ndarray, y_proba: np.ndarray, labels: Labels | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability that is judged for each row, and 1 if its prediction came true, else 0."""
    classes = np.unique(y_true if labels is None else labels)
    if not np.isfinite(y_proba).all() or (y_proba < 0).any() or (y_proba > 1).any():
        raise ValueError("y_proba holds values outside [0, 1]. Pass what predict_proba returns.")
    n_classes = 2 if y_proba.ndim == 1 else y_proba.shape[1]
    if len(classes) != n_classes or not np.isin(y_true, classes).all():
        raise ValueError(
            f"y_proba is for {n_classes} classes, and the labels are {classes.tolist()}. Pass every class as labels."
        )
    if n_classes == 2:
        return (y_proba if y_proba.ndim == 1 else y_proba[:, 1]), (y_true == classes[1]).astype(float)
    return y_proba.max(axis=1), (y_true == classes[y_proba.argmax(axis=1)]).astype(float)


def neg_expected_cost_scorer(cost_matrix: Any = None, *, labels: Labels | None = None) -> Callable[..., float]:
    """Return a scorer of minus :func:`expected_cost`, for `scoring=` of searches and threshold tuning.

    A `cost_matrix` by label, a dict of dicts or a DataFrame, needs no `labels`. For costs of single rows leave it
    out and route them: ``neg_expected_cost_scorer().set_score_request(false_negative_cost=True)``.

    Parameters
    ----------
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        What each prediction costs, rows truth.
    labels : array-like of shape (n_classes,), optional
        The order of its rows and columns.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``; higher is better.
    """
    return make_scorer(expected_cost, greater_is_better=False, **_given(cost_matrix=cost_matrix, labels=labels))


def savings_scorer(cost_matrix: Any = None, *, labels: Labels | None = None) -> Callable[..., float]:
    """Return a scorer of :func:`savings`; see :func:`neg_expected_cost_scorer`.

    Parameters
    ----------
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        What each prediction costs, rows truth.
    labels : array-like of shape (n_classes,), optional
        The order of its rows and columns.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``; higher is better.
    """
    return make_scorer(savings, **_given(cost_matrix=cost_matrix, labels=labels))


def _given(**arguments: Any) -> dict[str, Any]:
    """Return the arguments that are not None; one left out of a scorer may be routed to it instead."""
    return {name: value for name, value in arguments.items() if value is not None}


neg_expected_calibration_error_scorer = make_scorer(
    expected_calibration_error, greater_is_better=False, response_method="predict_proba"
)
"""Scorer of minus :func:`expected_calibration_error`."""
