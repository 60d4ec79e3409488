"""The decision of least expected cost, from the probabilities of any classifier."""

from typing import Any, Self

import numpy as np

from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Classifier, Labels, Table, Weights
from skweighted.costs import check_cost_matrix, minimum_expected_cost, row_cost_matrices
from skweighted.meta._base import ProbabilityClassifier
from skweighted.meta._reported_prior import Observation

__all__ = ["MinimumExpectedCostClassifier"]


class MinimumExpectedCostClassifier(ProbabilityClassifier):
    r"""Predict the class whose expected cost is least, instead of the most probable one.

    .. math:: \hat{y} = \arg\min_j \sum_i p_i C_{ij}

    For two classes that is a threshold: the second one if its probability is at least
    :math:`C_{FP} / (C_{FP} + C_{FN})`.

    Parameters
    ----------
    estimator : classifier
        Anything with `predict_proba`, of two classes or more. Its probabilities must be honest: train it without class
        weights or resampling, or put `PriorCorrectedClassifier` in between, so that costs do not count twice.
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        What predicting class `j` (column) costs when the truth is `i` (row), in the order of `classes_`; or by label:
        ``{truth: {prediction: cost}}``, or a DataFrame with the labels in index and columns. None: every mistake costs
        1.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier.
    classes_ : ndarray of shape (n_classes,)
    cost_matrix_ : ndarray of shape (n_classes, n_classes)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    See Also
    --------
    sklearn.model_selection.TunedThresholdClassifierCV : Finds the threshold of two classes on held-out rows instead,
        which does not rely on honest probabilities, and needs enough rows of the rare class.

    References
    ----------
    Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = make_classification(n_samples=500, weights=[0.8], flip_y=0.2, random_state=0)
    >>> least = MinimumExpectedCostClassifier(LogisticRegression(), cost_matrix=[[0, 1], [5, 0]]).fit(X, y)
    >>> int(least.predict(X).sum()), int(least.estimator_.predict(X).sum())
    (243, 76)
    """

    @keywords_after_first
    def __init__(self, estimator: Classifier, *, cost_matrix: Any = None) -> None:
        self.estimator = estimator
        self.cost_matrix = cost_matrix

    def finish_fit(self, estimator: Classifier, y: Labels, params: dict[str, Any], observation: Observation) -> Self:
        """Set the fitted classifier and the costs, which must fit its classes."""
        costs = 1 - np.eye(len(estimator.classes_))
        if self.cost_matrix is not None:
            costs = check_cost_matrix(self.cost_matrix, estimator.classes_, type(self).__name__)
        self.estimator_, self.cost_matrix_ = estimator, costs
        return self

    def predict(self, X: Table, false_positive_cost: Weights = None, false_negative_cost: Weights = None) -> np.ndarray:
        """Return the label that costs least for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        false_positive_cost, false_negative_cost : float or array-like of shape (n_samples,), optional
            For two classes, what it costs to take this row of the first class for the second, and the other way round,
            such as the amount of a fraud that is missed. What is left out, the diagonal too, is taken from
            `cost_matrix`.

        Returns
        -------
        ndarray of shape (n_samples,)

        Raises
        ------
        ValueError
            For costs of single rows with more than two classes, or of another length.
        """
        probabilities = self.predict_proba(X)
        costs = self.cost_matrix_
        if false_positive_cost is not None or false_negative_cost is not None:
            if len(costs) != 2:
                raise ValueError(
                    "false_positive_cost and false_negative_cost are for two classes, and "
                    f"{type(self).__name__} knows {self.classes_.tolist()}. Use cost_matrix."
                )
            costs = row_cost_matrices(len(probabilities), false_positive_cost, false_negative_cost, costs)
        return self.classes_[minimum_expected_cost(probabilities, costs)]
