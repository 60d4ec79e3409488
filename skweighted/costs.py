"""Costs of mistakes: cost matrices, costs of single rows, and the decisions that cost least."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np

from skweighted._base.checks import is_finite, read_numbers
from skweighted._base.errors import parameter_error

__all__ = [
    "check_cost_matrix",
    "check_row_costs",
    "cost_vector",
    "is_labelled",
    "minimum_expected_cost",
    "row_cost_matrices",
]

_RULE = (
    "an array of shape (n_classes, n_classes), rows truth, columns prediction, a dict {truth: {prediction: cost}} or a "
    "DataFrame with the labels in index and columns"
)


def check_cost_matrix(cost_matrix: Any, classes: np.ndarray, owner: str) -> np.ndarray:
    """Return the costs as an array in the order of `classes`.

    Parameters
    ----------
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame
        What predicting class `j` (column) costs when the truth is `i` (row), in any one unit. A dict is keyed by truth,
        then by prediction; what it leaves out of the diagonal is 0, and labels that `classes` lacks are ignored. A
        DataFrame has exactly the labels in its index (truth) and in its columns (prediction), in any order.
    classes : ndarray of shape (n_classes,)
    owner : str
        The class named in errors.

    Returns
    -------
    ndarray of shape (n_classes, n_classes), float64

    Raises
    ------
    TypeError, ValueError
        If a cost is missing, negative, NaN or infinite, or being right costs more than a mistake; if the labels of a
        DataFrame are not those of `classes`.

    Examples
    --------
    >>> import numpy as np
    >>> check_cost_matrix({"bad": {"good": 5}, "good": {"bad": 1}}, np.array(["bad", "good"]), "docs").tolist()
    [[0.0, 5.0], [1.0, 0.0]]
    """
    labels = classes.tolist()
    if is_labelled(cost_matrix):
        _check_frame(cost_matrix, labels, owner)
        costs = _from_dict(cost_matrix.to_dict(orient="index"), labels, owner)
    elif isinstance(cost_matrix, Mapping):
        costs = _from_dict(cost_matrix, labels, owner)
    else:
        costs = read_numbers(cost_matrix, parameter_error("cost_matrix", owner, _RULE, cost_matrix))
    if costs.shape != (len(labels), len(labels)):
        cure = f"The classes are {labels}, so its shape must be {(len(labels),) * 2}, not {costs.shape}."
        raise ValueError(parameter_error("cost_matrix", owner, _RULE, cost_matrix, cure))
    if not np.isfinite(costs).all() or (costs < 0).any():
        i, j = np.argwhere(~(np.isfinite(costs) & (costs >= 0)))[0]
        cure = f"Predicting {labels[j]!r} for {labels[i]!r} has the offending cost; add a constant to a row of gains."
        raise ValueError(parameter_error("cost_matrix", owner, "of finite costs of at least 0", cost_matrix, cure))
    costly = np.argwhere(costs < costs.diagonal()[:, None])
    if len(costly):
        i, j = costly[0]
        cure = (
            f"Class {labels[i]!r} costs {costs[i, i]:g} when predicted rightly and {costs[i, j]:g} as {labels[j]!r}; "
            "rows are the truth, so transpose it if they are the predictions."
        )
        rule = "of costs that are lowest on the diagonal"
        raise ValueError(parameter_error("cost_matrix", owner, rule, cost_matrix, cure))
    return costs


def is_labelled(cost_matrix: Any) -> bool:
    """Return whether costs come as a DataFrame, whose rows and columns have names.

    Parameters
    ----------
    cost_matrix : object
        What a user passed.

    Returns
    -------
    bool
        Whether it is a DataFrame.
    """
    return hasattr(cost_matrix, "columns")


def _check_frame(cost_matrix: Any, labels: list[Any], owner: str) -> None:
    """Raise unless index and columns each hold every label once, and nothing else."""
    if not hasattr(cost_matrix, "index"):  # polars and pyarrow name columns only
        cure = "This table has names for its columns but not for its rows: pass a pandas DataFrame or a dict of dicts."
        raise ValueError(parameter_error("cost_matrix", owner, _RULE, cost_matrix, cure))
    for axis, found in (("index", cost_matrix.index.tolist()), ("columns", cost_matrix.columns.tolist())):
        faults = _label_faults(found, labels)
        if faults:
            cure = (
                f"Labels in its {axis}: {', '.join(faults)}. The classes are {labels}; pass cost_matrix.to_numpy() "
                "if its rows and columns are in that order."
            )
            raise ValueError(parameter_error("cost_matrix", owner, _RULE, cost_matrix, cure))


def _label_faults(found: Iterable[Hashable], labels: list[Any]) -> list[str]:
    """Return what keeps `found` from being the labels in some order, in words."""
    counts, known = Counter(found), set(labels)
    faults = {
        "missing": [label for label in labels if label not in counts],
        "unknown": [label for label in counts if label not in known],
        "repeated": [label for label, count in counts.items() if count > 1],
    }
    return [f"{fault} {names}" for fault, names in faults.items() if names]


def _from_dict(cost_matrix: Mapping[Any, Any], labels: list[Any], owner: str) -> np.ndarray:
    costs = np.zeros((len(labels), len(labels)))
    for i, truth in enumerate(labels):
        row = cost_matrix.get(truth, {})
        if not isinstance(row, Mapping):
            raise TypeError(parameter_error("cost_matrix", owner, _RULE, cost_matrix))
        for j, prediction in enumerate(labels):
            if prediction not in row and i != j:
                cure = f"It lacks the cost of predicting {prediction!r} for {truth!r}."
                raise ValueError(parameter_error("cost_matrix", owner, _RULE, cost_matrix, cure))
            cost = row.get(prediction, 0.0)
            cure = f"The cost of predicting {prediction!r} for {truth!r} is not a number."
            if not isinstance(cost, Real):
                raise TypeError(parameter_error("cost_matrix", owner, _RULE, cost_matrix, cure))
            costs[i, j] = cost if is_finite(cost) else np.inf
    return costs


def check_row_costs(costs: Any, n_samples: int, name: str) -> np.ndarray:
    """Return the costs of single rows as a float64 array of shape (n_samples,); a number serves every row.

    Parameters
    ----------
    costs : float or array-like of shape (n_samples,)
        What a mistake about each row costs.
    n_samples : int
        Rows.
    name : str
        The parameter that errors name.

    Returns
    -------
    ndarray of shape (n_samples,)
        The costs.

    Raises
    ------
    TypeError
        If a cost is not a real number.
    ValueError
        If the length differs from `n_samples`, or a cost is NaN, infinite or negative.
    """
    array = read_numbers(costs, f"{name} must hold real numbers. Give every row a cost of at least 0.")
    array = np.full(n_samples, array) if array.ndim == 0 else array
    if array.shape != (n_samples,):
        raise ValueError(f"{name} has shape {array.shape} for {n_samples} rows. Give one cost for each row.")
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} has costs that are negative, NaN or infinite. Give every row a cost of at least 0.")
    return array


def row_cost_matrices(
    n_samples: int, false_positive_cost: Any, false_negative_cost: Any, cost_matrix: np.ndarray | None = None
) -> np.ndarray:
    """Return the cost matrix of each row of a binary problem, shape (n_samples, 2, 2).

    Parameters
    ----------
    n_samples : int
    false_positive_cost, false_negative_cost : float or array-like of shape (n_samples,), or None
        Cost of predicting class 1 for a row of class 0, and the other way round; None takes that of `cost_matrix`.
    cost_matrix : ndarray of shape (2, 2), optional
        None: every mistake costs 1.

    Returns
    -------
    ndarray of shape (n_samples, 2, 2)
        Truth, then prediction.
    """
    costs = np.repeat(1 - np.eye(2)[None] if cost_matrix is None else cost_matrix[None], n_samples, axis=0)
    for i, j, cost, name in (
        (0, 1, false_positive_cost, "false_positive_cost"),
        (1, 0, false_negative_cost, "false_negative_cost"),
    ):
        if cost is not None:
            costs[:, i, j] = check_row_costs(cost, n_samples, name)
    return costs


def cost_vector(cost_matrix: np.ndarray, class_prior: np.ndarray) -> np.ndarray:
    r"""Return what a mistake about each class costs on average.

    .. math:: v_i = \frac{1}{1 - \pi_i} \sum_{j \ne i} \pi_j (C_{ij} - C_{ii})

    For two classes these are the two costs themselves.

    Parameters
    ----------
    cost_matrix : ndarray of shape (n_classes, n_classes)
    class_prior : ndarray of shape (n_classes,)
        Class shares, which sum to 1.

    Returns
    -------
    ndarray of shape (n_classes,)
        In the unit of the costs.

    References
    ----------
    Kukar & Kononenko (1998), Cost-Sensitive Learning with Neural Networks, ECAI. The paper's diagonal is 0; subtracting
    any other changes no decision: Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.

    Examples
    --------
    >>> import numpy as np
    >>> cost_vector(np.array([[0.0, 1.0], [5.0, 0.0]]), np.array([0.7, 0.3])).round(9).tolist()
    [1.0, 5.0]
    """
    extra = cost_matrix - cost_matrix.diagonal()[:, None]
    others = 1 - np.eye(len(class_prior))
    # If only one class has rows, the others have no shares; equal ones are then as good as any.
    shares = others * np.where(class_prior[:, None] < 1, class_prior, 1.0)
    return (shares * extra).sum(axis=1) / shares.sum(axis=1)


def minimum_expected_cost(probabilities: np.ndarray, cost_matrix: np.ndarray) -> np.ndarray:
    r"""Return the class code of the cheapest decision for each row.

    .. math:: \hat{y} = \arg\min_j \sum_i p_i C_{ij}

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    cost_matrix : ndarray of shape (n_classes, n_classes) or (n_samples, n_classes, n_classes)

    Returns
    -------
    ndarray of shape (n_samples,)
        The first of equally cheap classes.

    References
    ----------
    Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.

    Examples
    --------
    A decision that misses one in six is worth it when a miss costs five times as much as a false alarm:

    >>> import numpy as np
    >>> minimum_expected_cost(np.array([[0.84, 0.16], [0.83, 0.17]]), np.array([[0.0, 1.0], [5.0, 0.0]])).tolist()
    [0, 1]
    """
    each = np.broadcast_to(cost_matrix, (len(probabilities), *cost_matrix.shape[-2:]))
    return np.einsum("ni,nij->nj", probabilities, each).argmin(axis=1)
