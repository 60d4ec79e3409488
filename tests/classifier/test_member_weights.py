"""The choice of member weights on held-out rows."""

import numpy as np
from numpy.testing import assert_allclose

from skweighted.classifier._member_weights import select_greedily


def test_the_best_member_gets_all_votes_if_mixing_does_not_help():
    """One vote each at first, and ten rounds: 11 of 12 for the better of two members."""
    truth = np.array([[0.9, 0.9, 0.9], [0.6, 0.6, 0.6]])
    assert_allclose(select_greedily(truth, np.ones(3)), [11 / 12, 1 / 12])


def test_members_that_err_on_different_rows_share_the_votes():
    """A mean of both has the lowest log loss."""
    truth = np.array([[0.9, 0.1], [0.1, 0.9]])
    assert_allclose(select_greedily(truth, np.ones(2)), [0.5, 0.5])


def test_a_row_counts_by_its_weight():
    """The member that is right about the heavy row wins."""
    truth = np.array([[0.9, 0.1], [0.1, 0.9]])
    first, second = select_greedily(truth, np.array([9.0, 1.0]))
    assert first > second
