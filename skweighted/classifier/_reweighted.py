"""Any scikit-learn classifier, its probabilities moved to what class weights ask for."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import _num_samples

from skweighted._base.labels import encode_labels
from skweighted._base.tensorflow import few_threads
from skweighted._base.types import Classifier, Costs, Labels, Table, Weights
from skweighted.class_weights import compute_class_weight
from skweighted.costs import check_cost_matrix
from skweighted.priors import correct_probabilities

__all__ = ["ReweightedClassifier"]


class ReweightedClassifier(ClassifierMixin, BaseEstimator):
    r"""Report the probabilities that class weights ask for, from a classifier that trains without them.

    .. math:: p'_c \propto w_c \, p_c

    A network that is trained with weights reports them, and a repair undoes that exactly. Trees whose leaves hold few
    rows do not: what they report hardly follows the weights, so that a repair would spoil it.

    Parameters
    ----------
    classifier : classifier
        With `predict_proba`, and `sample_weight` in its ``fit``.
    class_weight : dict, "balanced", "sqrt_balanced", "effective_number", "cost", ClassWeightRule or None, default=None
        As in `CostSensitiveMLPClassifier`.
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        For ``class_weight="cost"``.
    probabilities : {"weighted", "corrected"}, default="weighted"
        "corrected" reports probabilities of the training rows, whatever `class_weight` says.

    Attributes
    ----------
    classifier_ : classifier
        Fitted on the codes 0, 1, ... of the classes.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    log_weight_ : ndarray of shape (n_classes,)
        What is added to log probabilities.
    """

    def __init__(
        self,
        classifier: Classifier,
        *,
        class_weight: Any = None,
        cost_matrix: Costs = None,
        probabilities: str = "weighted",
    ) -> None:
        self.classifier = classifier
        self.class_weight = class_weight
        self.cost_matrix = cost_matrix
        self.probabilities = probabilities

    def fit(self, X: Table, y: Labels, sample_weight: Weights = None) -> Self:
        """Fit a copy of the classifier.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        ReweightedClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            For a class weight that cannot be used, and for all that the classifier does not take.
        """
        owner = type(self).__name__
        classes, codes = encode_labels(y, None, owner)
        mass = np.bincount(codes, weights=sample_weight, minlength=len(classes))
        costs = None if self.cost_matrix is None else check_cost_matrix(self.cost_matrix, classes, owner)
        class_weight = compute_class_weight(self.class_weight, classes, mass, owner, costs)
        with np.errstate(divide="ignore"):
            self.log_weight_ = np.log(np.ones(len(classes)) if self.probabilities == "corrected" else class_weight)
        given = {} if sample_weight is None else {"sample_weight": sample_weight}
        with few_threads(len(codes)):
            self.classifier_ = clone(self.classifier).fit(X, codes, **given)
        self.classes_ = classes
        return self

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the probability of each class, shape (n_samples, n_classes), in the order of `classes_`."""
        with few_threads(_num_samples(X)):
            return correct_probabilities(self.classifier_.predict_proba(X), self.log_weight_)

    def predict(self, X: Table) -> np.ndarray:
        """Return the most probable label of each row, shape (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
