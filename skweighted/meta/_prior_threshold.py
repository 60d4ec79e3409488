"""The decision by how far a probability exceeds the share of its class, from the probabilities of any classifier."""

from typing import Any, Self

import numpy as np

from skweighted._base.types import Classifier, Labels, Table
from skweighted.meta._base import ProbabilityClassifier
from skweighted.meta._reported_prior import Observation, given_weight

__all__ = ["PriorThresholdClassifier"]


class PriorThresholdClassifier(ProbabilityClassifier):
    r"""Predict the class whose probability is largest in proportion to its share of the training rows.

    .. math:: \hat y = \arg\max_c \; p_c / \pi_c

    The probabilities are those of `estimator`, unchanged.

    Parameters
    ----------
    estimator : classifier
        Has ``predict_proba``; cloned and fitted in ``fit``.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone.
    classes_ : ndarray of shape (n_classes,)
        The labels.
    class_prior_ : ndarray of shape (n_classes,)
        The share of each class of the training rows, in their weight if `fit` was given ``sample_weight``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    See Also
    --------
    sklearn.model_selection.TunedThresholdClassifierCV : A threshold tuned for a metric, two classes only.
    """

    def __init__(self, estimator: Classifier) -> None:
        self.estimator = estimator

    def finish_fit(self, estimator: Classifier, y: Labels, params: dict[str, Any], observation: Observation) -> Self:
        """Set the fitted classifier and measure the class shares of `y`.

        Raises
        ------
        ValueError
            If resampling meets sample weights.
        """
        codes = np.searchsorted(estimator.classes_, np.asarray(y).ravel())
        sample_weight = given_weight(estimator, observation, type(self).__name__)
        mass = np.bincount(codes, weights=sample_weight, minlength=len(estimator.classes_))
        self.estimator_, self.class_prior_ = estimator, mass / mass.sum()
        return self

    def predict(self, X: Table) -> np.ndarray:
        """Return the label with the largest ratio of probability to prior, shape (n_samples,)."""
        probabilities = self.predict_proba(X)
        # A class that got no weight has no share to exceed.
        prior = np.where(self.class_prior_ > 0, self.class_prior_, np.inf)
        likeliest = np.argmax(probabilities / prior, axis=1)
        return self.classes_[likeliest]
