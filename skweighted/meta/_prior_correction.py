"""Probabilities at another class prior than training saw, from those of any classifier."""

from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skweighted._base.errors import parameter_error
from skweighted._base.keywords import keywords_after_first
from skweighted._base.types import Classifier, Labels, Table, Weights
from skweighted.meta._base import ProbabilityClassifier
from skweighted.meta._reported_prior import Observation, ask_for_correction, given_weight, reported_prior
from skweighted.priors import correct_probabilities, log_prior_factor

__all__ = ["PriorCorrectedClassifier"]


class PriorCorrectedClassifier(ProbabilityClassifier):
    r"""Report probabilities at another class prior than training saw: undo class weights and resampling.

    .. math:: p_c \propto p'_c \, \pi_c / \pi'_c

    with the prior :math:`\pi'` that training saw, in the weight of the rows that reached the classifier, and the prior
    :math:`\pi` asked for. A model trained on balanced rows reports rare events far too often; this repairs it. For two
    classes the ranking of rows stays as it is.

    Parameters
    ----------
    estimator : classifier or pipeline
        Anything with `predict_proba`. Looked into are the class weights of the last step and the rows before and after
        the samplers of a pipeline. A `CostSensitiveMLPClassifier` is fitted with ``probabilities="corrected"``.
    target_prior : "train", array-like of shape (n_classes,) or dict, default="train"
        The class shares of `y` as passed to `fit`, in the sample weights that reached the classifier if any did; or
        those where predictions will be made, in the order of `classes_` or by label.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier.
    classes_ : ndarray of shape (n_classes,)
    correction_ : {"exact", "approximate"}
        "exact" for class weights, batch rules and random resampling, given a classifier that minimises cross-entropy or
        counts rows; "approximate" for samplers that make or clean rows, and for deferred weights.
    reported_prior_, target_prior_ : ndarray of shape (n_classes,)
        The priors :math:`\pi'` and :math:`\pi`.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    References
    ----------
    Saerens, Latinne & Decaestecker (2002), Adjusting the Outputs of a Classifier to New a Priori Probabilities, Neural
    Computation; for weights Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> repaired = PriorCorrectedClassifier(LogisticRegression(class_weight="balanced")).fit(X, y)
    >>> means = [clf.predict_proba(X)[:, 1].mean() for clf in (repaired.estimator_, repaired)]
    >>> print(f"{y.mean():.3f} of the rows, {means[0]:.3f} reported, {means[1]:.3f} repaired")
    0.102 of the rows, 0.163 reported, 0.100 repaired
    """

    @keywords_after_first
    def __init__(self, estimator: Classifier, *, target_prior: Any = "train") -> None:
        self.estimator = estimator
        self.target_prior = target_prior

    def begin_fit(self, params: dict[str, Any]) -> tuple[Classifier, dict[str, Any]]:
        """Return an unfitted copy of the classifier inside, which corrects its own probabilities if it can."""
        estimator, routed = super().begin_fit(params)
        ask_for_correction(estimator, type(self).__name__)
        return estimator, routed

    def finish_fit(self, estimator: Classifier, y: Labels, params: dict[str, Any], observation: Observation) -> Self:
        """Measure the priors that the fitted classifier saw.

        Raises
        ------
        ValueError
            If resampling happens where it cannot be seen or meets sample weights, or if `target_prior` does not fit the
            classes. (A loss that is not proper, such as focal, LDAM or mining, is an error before training.)
        """
        classes = estimator.classes_
        reported, exact = reported_prior(estimator, observation, type(self).__name__)
        cure = "Use the constructor's class_weight, or give target_prior as shares."
        target = self._target(y, given_weight(estimator, observation, type(self).__name__, cure), classes)
        factor = log_prior_factor(target, reported)
        if not np.isfinite(factor[target > 0]).all():
            lost = classes[(target > 0) & ~np.isfinite(factor)].tolist()
            raise ValueError(
                f"{type(self).__name__} cannot repair classes that training gave no weight: {lost}. Give them a weight "
                "above 0, or a sampler that keeps some of their rows."
            )
        self.estimator_, self._log_factor = estimator, factor
        self.reported_prior_, self.target_prior_ = reported, target
        self.correction_ = "exact" if exact else "approximate"
        return self

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the probability of each class at the target prior, shape (n_samples, n_classes)."""
        check_is_fitted(self)
        return correct_probabilities(np.asarray(self.estimator_.predict_proba(X), dtype=np.float64), self._log_factor)

    def predict(self, X: Table) -> np.ndarray:
        """Return the label most probable at the target prior, shape (n_samples,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]

    def _target(self, y: Labels, sample_weight: Weights, classes: np.ndarray) -> np.ndarray:
        """Return the prior asked for, shape (n_classes,), summing to 1."""
        labels, name = classes.tolist(), type(self).__name__
        if isinstance(self.target_prior, str) and self.target_prior == "train":
            codes = np.searchsorted(classes, np.asarray(y).ravel())
            mass = np.bincount(codes, weights=sample_weight, minlength=len(labels))
            return mass / mass.sum()
        rule = f"'train', {len(labels)} shares in the order of classes_ or a dict {{label: share}}"
        if isinstance(self.target_prior, dict):
            missing = [label for label in labels if label not in self.target_prior]
            if missing:
                raise ValueError(parameter_error("target_prior", name, rule, self.target_prior, f"It lacks {missing}."))
            prior = np.array([self.target_prior[label] for label in labels], dtype=np.float64)
        else:
            try:
                prior = np.asarray(self.target_prior, dtype=np.float64)
            except (TypeError, ValueError):
                raise TypeError(parameter_error("target_prior", name, rule, self.target_prior)) from None
        if prior.shape != (len(labels),) or not np.isfinite(prior).all() or (prior < 0).any() or not prior.any():
            cure = f"The classes are {labels}; shares are at least 0 and need not sum to 1."
            raise ValueError(parameter_error("target_prior", name, rule, self.target_prior, cure))
        return prior / prior.sum()
