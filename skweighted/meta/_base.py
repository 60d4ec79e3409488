"""What the meta-estimators share: a classifier that goes by the probabilities of the one it holds."""

from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skweighted._base.errors import parameter_error

__all__ = ["ProbabilityClassifier"]


class ProbabilityClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Base class: a classifier that goes by the probabilities of the one it holds."""

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
        """Their names, where `X` had any."""
        names: np.ndarray = self.estimator_.feature_names_in_
        return names

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
