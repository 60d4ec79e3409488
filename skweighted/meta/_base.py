"""What the meta-estimators share: a classifier that uses the probabilities of the one it holds."""

from typing import Any, Self

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skweighted._base.errors import parameter_error
from skweighted._base.types import Classifier, Labels, Table
from skweighted.meta._reported_prior import Observation, observe_fit

__all__ = ["ProbabilityClassifier"]


class ProbabilityClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Base class: a classifier that uses the probabilities of the one it holds.

    `fit` has two halves, so that others may fit the classifier inside in between: a search trains many of them at once.
    A subclass implements :meth:`finish_fit`.
    """

    estimator: Any

    @property
    def classes_(self) -> np.ndarray:
        """The labels, sorted."""
        classes: np.ndarray = self.estimator_.classes_
        return classes

    @property
    def n_features_in_(self) -> int:
        """Features seen in `fit`."""
        return int(self.estimator_.n_features_in_)

    @property
    def feature_names_in_(self) -> np.ndarray:
        """Their names, if `X` had any."""
        names: np.ndarray = self.estimator_.feature_names_in_
        return names

    def fit(self, X: Table, y: Labels, **params: Any) -> Self:
        """Fit the classifier inside, and learn what this one adds to it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            Passed on to the `fit` of the classifier inside; under metadata routing what it requests.

        Returns
        -------
        ProbabilityClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            If the classifier has no `predict_proba`, or a parameter does not fit the classes. See the class.
        """
        estimator, routed = self.begin_fit(params)
        with observe_fit(estimator) as (observed, observation):
            observed.fit(X, y, **routed)
        return self.finish_fit(estimator, y, routed, observation)

    def begin_fit(self, params: dict[str, Any]) -> tuple[Classifier, dict[str, Any]]:
        """Return an unfitted copy of the classifier inside, and which of `params` its ``fit`` gets."""
        return self._fresh_estimator(), self._routed(params)

    def finish_fit(self, estimator: Classifier, y: Labels, params: dict[str, Any], observation: Observation) -> Self:
        """Set the fitted attributes.

        Parameters
        ----------
        estimator : classifier
            The one of :meth:`begin_fit`, fitted.
        y : array-like of shape (n_samples,)
        params : dict
            What its ``fit`` got beside `X` and `y`.
        observation : Observation
            What reached its last step, if it is a pipeline, or the classifier itself.
        """
        raise NotImplementedError

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probabilities of the classifier inside, shape (n_samples, n_classes)."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X))

    def get_metadata_routing(self) -> Any:
        """Return the metadata that `fit` passes on to the classifier inside and `predict` takes."""
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=type(self).__name__).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = get_tags(self.estimator).input_tags.sparse
        return tags

    def _fresh_estimator(self) -> Any:
        if not hasattr(self.estimator, "predict_proba"):
            rule = "a classifier with predict_proba"
            cure = "Put a CalibratedClassifierCV around one without."
            raise TypeError(parameter_error("estimator", type(self).__name__, rule, self.estimator, cure))
        return clone(self.estimator)

    def _routed(self, params: dict[str, Any]) -> dict[str, Any]:
        if not get_config()["enable_metadata_routing"]:
            return params
        routed: dict[str, Any] = process_routing(self, "fit", **params).estimator.fit
        return routed
