"""Piecewise-linear encoding: a number becomes one input for each bin of its column."""

from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import FLOAT_DTYPES, check_is_fitted, validate_data

from skweighted._base.checks import check_choice, check_number
from skweighted._base.sklearn_private import check_feature_names
from skweighted._base.types import Labels, Matrix, Table

__all__ = ["PiecewiseLinearEncoder"]

# A column whose range is within rounding of its size is a constant that single precision has blurred.
_CONSTANT = 1e-6


class PiecewiseLinearEncoder(TransformerMixin, BaseEstimator):
    r"""Turn each number into how far it has come through each bin of its column.

    .. math:: e_t = \min\left(1, \max\left(0, \frac{x - b_{t-1}}{b_t - b_{t-1}}\right)\right)

    for a column with the edges :math:`b_0 < \dots < b_T`. Bins below :math:`x` are 1, those above are 0, and that of
    :math:`x` is between. A network can so bend its answer at every edge. A value beyond the training rows' range is
    encoded as the nearest end.

    Parameters
    ----------
    n_bins : int, default=48
        Bins of a column, at most; a column with few values has fewer, a constant one has a single one, always 0.
    bins : {"quantile", "tree"}, default="quantile"
        How edges are chosen: so that bins hold equally many training rows, or where a decision tree on this column
        alone splits to tell the classes apart. A column that a tree does not split has one bin.
    min_samples_leaf : int, default=64
        Training rows that a bin of a tree must hold.
    min_impurity_decrease : float, default=1e-4
        Gain that a split of a tree must bring.
    class_weight : dict, "balanced" or None, default="balanced"
        For trees. Without weights, trees find few splits that concern a rare class.

    Attributes
    ----------
    bin_edges_ : list of ndarray
        The edges of each column, ascending.
    n_features_in_ : int
        Features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if `X` had any.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, for a parameter out of its range, for missing values, and for ``bins="tree"`` without `y`.

    Notes
    -----
    Each column of an encoded table is in [0, 1]; the table has as many columns as there are bins. Encode after
    SMOTE, not before: a row between two encoded rows is not the code of any number.

    References
    ----------
    Gorishniy, Rubachev & Babenko (2022), On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [2.0], [4.0], [8.0]])
    >>> PiecewiseLinearEncoder(n_bins=2).fit(X).transform([[1.0], [5.0]]).tolist()
    [[0.5, 0.0], [1.0, 0.5]]
    """

    def __init__(
        self,
        n_bins: int = 48,
        *,
        bins: str = "quantile",
        min_samples_leaf: int = 64,
        min_impurity_decrease: float = 1e-4,
        class_weight: Any = "balanced",
    ) -> None:
        self.n_bins = n_bins
        self.bins = bins
        self.min_samples_leaf = min_samples_leaf
        self.min_impurity_decrease = min_impurity_decrease
        self.class_weight = class_weight

    def fit(self, X: Table, y: Labels = None) -> Self:
        """Choose the edges of every column.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), optional
            Labels, which ``bins="tree"`` needs.

        Returns
        -------
        PiecewiseLinearEncoder
            This encoder.
        """
        self._check()
        if self.bins == "tree":
            X, y = validate_data(self, X, y, accept_sparse="csc", dtype=FLOAT_DTYPES)
        else:
            X = validate_data(self, X, accept_sparse="csc", dtype=FLOAT_DTYPES)
        self.bin_edges_ = [self._find_edges(_column(X, j), y) for j in range(X.shape[1])]
        return self

    def transform(self, X: Table) -> Matrix:
        """Return the codes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_bins of all columns), or CSR matrix if `X` is sparse
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csc", dtype=FLOAT_DTYPES, reset=False)
        codes = (_encode(_column(X, j), edges).astype(X.dtype) for j, edges in enumerate(self.bin_edges_))
        if sparse.issparse(X):
            return sparse.hstack([sparse.csc_array(code) for code in codes], format="csr")
        return np.hstack(list(codes))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return ``<column>_bin<t>``, `t` counted from 0, for every bin of every column."""
        check_is_fitted(self)
        names = check_feature_names(self, input_features)
        pairs = zip(names, self.bin_edges_, strict=True)
        return np.asarray([f"{name}_bin{t}" for name, edges in pairs for t in range(len(edges) - 1)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.required = self.bins == "tree"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _check(self) -> None:
        owner = type(self).__name__
        check_choice(self.bins, "bins", owner, ("quantile", "tree"))
        for name in ("n_bins", "min_samples_leaf"):
            rule = "an integer of at least 1"
            check_number(getattr(self, name), name, owner, rule=rule, valid=lambda v: v >= 1, integer=True)
        rule = "a number of at least 0"
        gain = self.min_impurity_decrease
        check_number(gain, "min_impurity_decrease", owner, rule=rule, valid=lambda v: v >= 0)

    def _find_edges(self, column: np.ndarray, y: Labels) -> np.ndarray:
        low, high = column.min(), column.max()
        if high - low <= _CONSTANT * max(abs(low), abs(high)):
            return np.array([low, np.inf])  # an endless bin, in which nothing gets anywhere
        if self.bins == "tree":
            return np.unique([low, *self._find_splits(column, y), high])
        # The nearest row, since a number between two values of a flag or a count is an edge that tells nothing apart.
        return np.unique(np.quantile(column, np.linspace(0, 1, self.n_bins + 1), method="nearest"))

    def _find_splits(self, column: np.ndarray, y: Labels) -> np.ndarray:
        if self.n_bins == 1:
            return np.empty(0)
        tree = DecisionTreeClassifier(
            max_leaf_nodes=self.n_bins,
            min_samples_leaf=self.min_samples_leaf,
            min_impurity_decrease=self.min_impurity_decrease,
            class_weight=self.class_weight,
            random_state=0,  # one column leaves nothing to chance but the order of equal splits
        ).fit(column[:, None], y)
        return tree.tree_.threshold[tree.tree_.feature >= 0]


def _column(X: Matrix, j: int) -> np.ndarray:
    """Return one column as a dense array in double precision."""
    column = X[:, [j]].toarray().ravel() if sparse.issparse(X) else X[:, j]
    return column.astype(np.float64)


def _encode(column: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how far each value has come through each bin, shape (n_samples, n_bins)."""
    with np.errstate(over="ignore"):  # a value many bins away ends at 0 or 1 whatever its distance
        return np.clip((column[:, None] - edges[:-1]) / np.diff(edges), 0, 1)
