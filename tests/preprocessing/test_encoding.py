"""The piecewise-linear encoding: its formula, where edges lie, and which columns it must survive."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted.preprocessing import PiecewiseLinearEncoder


@parametrize_with_checks([PiecewiseLinearEncoder(n_bins=4), PiecewiseLinearEncoder(bins="tree", min_samples_leaf=5)])
def test_scikit_learn_takes_the_encoder_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)


def test_a_number_fills_the_bins_below_it():
    """Bins below are 1, bins above are 0, and its own is between."""
    encoder = PiecewiseLinearEncoder(n_bins=3).fit([[0.0], [3.0], [6.0], [9.0]])
    assert_allclose(encoder.transform([[4.5], [0.0], [9.0]]), [[1, 0.5, 0], [0, 0, 0], [1, 1, 1]])


def test_values_beyond_the_training_range_are_those_of_its_ends():
    """Ends are clipped."""
    encoder = PiecewiseLinearEncoder(n_bins=2).fit([[0.0], [1.0], [2.0]])
    assert_allclose(encoder.transform([[-1e300], [1e300]]), [[0, 0], [1, 1]])


def test_quantile_bins_hold_equally_many_rows():
    """Edges follow the rows, not the range."""
    X = np.exp(np.arange(101.0) / 10)[:, None]
    edges = PiecewiseLinearEncoder(n_bins=4).fit(X).bin_edges_[0]
    assert_allclose(edges, X[[0, 25, 50, 75, 100], 0])


def test_tree_bins_split_where_the_classes_change():
    """The edge between the ends is where a tree on the column splits."""
    X = np.arange(100.0)[:, None]
    encoder = PiecewiseLinearEncoder(bins="tree", min_samples_leaf=5).fit(X, (X.ravel() >= 30).astype(int))
    assert encoder.bin_edges_[0].tolist() == [0, 29.5, 99]


def test_class_weights_let_trees_see_a_rare_class():
    """Without weights, a split for a few rows gains too little."""
    X = np.arange(1000.0)[:, None]
    y = np.where((X.ravel() >= 500) & (X.ravel() % 100 == 99), "rare", "usual")
    n_edges = {}
    for class_weight in (None, "balanced"):
        encoder = PiecewiseLinearEncoder(bins="tree", min_impurity_decrease=1e-3, class_weight=class_weight)
        n_edges[class_weight] = len(encoder.fit(X, y).bin_edges_[0])
    assert n_edges["balanced"] > n_edges[None] == 2


@pytest.mark.parametrize("constant", [0.0, 7.0, -3.0])
@pytest.mark.parametrize("bins", ["quantile", "tree"])
def test_a_constant_or_nearly_constant_column_says_nothing(constant, bins):
    """One column of zeros, also for a constant blurred by single precision and for values never seen."""
    X = np.array([[constant, 1.0], [constant * (1 + 1e-8), 2.0], [constant, 3.0], [constant, 4.0]])
    encoder = PiecewiseLinearEncoder(bins=bins).fit(X, [0, 1, 0, 1])
    assert_array_equal(encoder.transform([[constant + 5, 1.0]])[:, 0], [0])


def test_a_flag_stays_a_flag():
    """A column of 0 and 1 is encoded as itself."""
    X = np.array([[0.0], [1.0], [1.0], [0.0], [0.0]])
    assert_array_equal(PiecewiseLinearEncoder().fit_transform(X), X)


def test_names_tell_column_and_bin():
    """Output names come from a data frame's columns."""
    X = pd.DataFrame({"amount": [1.0, 2.0, 3.0], "flag": [0.0, 1.0, 0.0]})
    encoder = PiecewiseLinearEncoder(n_bins=2).set_output(transform="pandas")
    assert list(encoder.fit_transform(X)) == ["amount_bin0", "amount_bin1", "flag_bin0"]


def test_sparse_rows_get_the_codes_of_dense_ones():
    """A sparse matrix gives a sparse matrix of the same numbers."""
    X = np.array([[0.0, 2.0], [0.0, 0.0], [5.0, 1.0], [0.0, 0.0]])
    encoder = PiecewiseLinearEncoder(n_bins=3)
    codes = encoder.fit(sparse.csr_matrix(X)).transform(sparse.csr_matrix(X))
    assert sparse.issparse(codes)
    assert_array_equal(codes.toarray(), encoder.fit_transform(X))


@pytest.mark.parametrize(
    "parameters",
    [{"n_bins": 0}, {"bins": "trees"}, {"min_samples_leaf": 0.5}, {"min_impurity_decrease": -1.0}],
)
def test_a_parameter_out_of_its_range_is_named(parameters):
    """The error names the parameter."""
    with pytest.raises((TypeError, ValueError), match=next(iter(parameters))):
        PiecewiseLinearEncoder(**parameters).fit([[0.0], [1.0]], [0, 1])
