"""Classifiers that are not the comparison's: how well others do on the same numbers."""

from typing import Any, Self

import numpy as np
from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
from numpy.typing import ArrayLike, NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.utils.validation import _num_samples, column_or_1d

from skweighted._base.tensorflow import few_threads
from skweighted.meta import ProbabilityClassifier
from skweighted.strategies._base import STRATEGIES, Context, Strategy

__all__ = [
    "AnyLabelClassifier",
    "BalancedForest",
    "CatBoost",
    "EasyEnsemble",
    "Forest",
    "ForestBalanced",
    "HistGradientBoosting",
    "HistGradientBoostingBalanced",
    "LightGBM",
    "Logistic",
    "LogisticBalanced",
    "ScikitMLP",
    "XGBoost",
]

_N_TREES = 200


class AnyLabelClassifier(ProbabilityClassifier):
    """A classifier that sees class codes 0, 1, ... in place of the labels.

    Some want just these, and scikit-learn takes labels such as 0.5 and 1.5 for a regression target.

    Parameters
    ----------
    estimator : classifier
        Has ``predict_proba``; cloned and fitted in ``fit``.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone, of codes.
    labels_ : ndarray of shape (n_classes,)
        Sorted.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, sorted."""
        return self.labels_

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> Self:
        """Fit a clone of `estimator` on codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            Passed on to its `fit`; under metadata routing what it requests.

        Returns
        -------
        AnyLabelClassifier
            This classifier.

        Raises
        ------
        TypeError
            If the classifier has no `predict_proba`.
        """
        labels, codes = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        with few_threads(len(codes)):
            self.estimator_ = self._fresh_estimator().fit(X, codes, **self._routed(params))
        self.labels_ = labels
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probability of each class, shape (n_samples, n_classes)."""
        with few_threads(_num_samples(X)):
            return super().predict_proba(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label, shape (n_samples,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.labels_[most_probable]


class Baseline(Strategy):
    """Base class: a classifier of its own behind the comparison's preprocessor."""

    family = "baselines"
    uses_classifier = False

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        raise NotImplementedError

    def build(self, context: Context) -> Any:
        """Return the unfitted pipeline made from `context`, without its classifier."""
        self.check_classifier(context.classifier)  # for the packages
        own = AnyLabelClassifier(context.seeded(self.make_classifier()))
        return super().build(Context(context.preprocessor, own, seed=context.seed))

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` as it is."""
        return classifier


@STRATEGIES.register("logistic")
class Logistic(Baseline):
    """Logistic regression."""

    source = "scikit-learn"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return LogisticRegression(max_iter=2000)


@STRATEGIES.register("logistic_balanced")
class LogisticBalanced(Baseline):
    """Logistic regression with class weights."""

    probabilities = "rare too high"
    source = "King & Zeng 2001"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return LogisticRegression(max_iter=2000, class_weight="balanced")


@STRATEGIES.register("random_forest")
class Forest(Baseline):
    """Random forest of 200 trees."""

    source = "Breiman 2001"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return RandomForestClassifier(_N_TREES)


@STRATEGIES.register("random_forest_balanced")
class ForestBalanced(Baseline):
    """Random forest of 200 trees, the classes weighed in each tree's rows."""

    probabilities = "rare too high"
    source = "Chen et al. 2004"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return RandomForestClassifier(_N_TREES, class_weight="balanced_subsample")


@STRATEGIES.register("balanced_random_forest")
class BalancedForest(Baseline):
    """Random forest of 200 trees, each on its own random undersample."""

    probabilities = "rare too high"
    source = "Chen et al. 2004"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return BalancedRandomForestClassifier(_N_TREES, sampling_strategy="all", replacement=True, bootstrap=False)


@STRATEGIES.register("easy_ensemble")
class EasyEnsemble(Baseline):
    """Ten AdaBoosts, each on its own random undersample."""

    probabilities = "spoilt"
    source = "Liu et al. 2009"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return EasyEnsembleClassifier(10)


@STRATEGIES.register("hist_gradient_boosting")
class HistGradientBoosting(Baseline):
    """Boosted trees of scikit-learn: the mark from outside."""

    takes_sparse = False
    source = "Ke et al. 2017"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return HistGradientBoostingClassifier()


@STRATEGIES.register("hist_gradient_boosting_balanced")
class HistGradientBoostingBalanced(Baseline):
    """Boosted trees of scikit-learn with class weights."""

    probabilities = "rare too high"
    takes_sparse = False
    source = "Ke et al. 2017"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return HistGradientBoostingClassifier(class_weight="balanced")


@STRATEGIES.register("mlp_classifier")
class ScikitMLP(Baseline):
    """Multilayer perceptron of scikit-learn, which has no class weights."""

    source = "scikit-learn"

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        return MLPClassifier(max_iter=500)


@STRATEGIES.register("lightgbm")
class LightGBM(Baseline):
    """Boosted trees of LightGBM."""

    source = "Ke et al. 2017"
    packages = ("lightgbm",)

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        from lightgbm import LGBMClassifier

        return LGBMClassifier(verbose=-1, n_jobs=1)


@STRATEGIES.register("xgboost")
class XGBoost(Baseline):
    """Boosted trees of XGBoost."""

    source = "Chen & Guestrin 2016"
    packages = ("xgboost",)

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        from xgboost import XGBClassifier

        return XGBClassifier(n_jobs=1)


@STRATEGIES.register("catboost")
class CatBoost(Baseline):
    """Boosted trees of CatBoost."""

    source = "Prokhorenkova et al. 2018"
    packages = ("catboost",)

    def make_classifier(self) -> Any:
        """Return the unfitted classifier."""
        from catboost import CatBoostClassifier

        return CatBoostClassifier(verbose=0, thread_count=1, allow_writing_files=False)
