"""A decision threshold chosen on out-of-fold predictions of the training rows."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import cross_val_predict

from skweighted._base.checks import check_number
from skweighted.meta import DECISION_SCORES, BestScore, Constraint, ProbabilityClassifier, ThresholdCurve, ThresholdRule
from skweighted.strategies._inner_folds import make_inner_folds

__all__ = ["TunedThresholdClassifier", "make_rule"]


def make_rule(rule: str | ThresholdRule) -> ThresholdRule:
    """Return the rule that `rule` stands for: a score to make great, a constraint such as ``"recall>=0.8"``, or itself.

    Parameters
    ----------
    rule : str or ThresholdRule
        What a user passed.

    Returns
    -------
    ThresholdRule
        What chooses a threshold.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if isinstance(rule, ThresholdRule):
        return rule
    return BestScore(rule) if rule in DECISION_SCORES else Constraint.parse(rule)


class TunedThresholdClassifier(ProbabilityClassifier):
    """Predict positive from the probability on that was best for training rows while they were held out.

    Parameters
    ----------
    estimator : classifier
        Of two classes, with ``predict_proba``; cloned and fitted in ``fit``, once for each inner fold and once on all
        rows.
    rule : str or ThresholdRule, default="f1"
        A key of :data:`~skweighted.meta.DECISION_SCORES` to make as great as possible, or a constraint such as
        ``"recall>=0.8"``.
    positive : label, default=None
        None is the rarer class of the training rows.
    cv : int, default=5
        Stratified folds of the training rows, on whose out-of-fold probabilities the threshold is chosen.
    random_state : int or None, default=None
        Seed of these folds.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on all rows.
    classes_ : ndarray of shape (2,)
    positive_ : label
    threshold_ : float
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    See Also
    --------
    sklearn.model_selection.TunedThresholdClassifierCV : Averages the scores of the folds on a grid of thresholds.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        rule: str | ThresholdRule = "f1",
        positive: Any = None,
        cv: int = 5,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.rule = rule
        self.positive = positive
        self.cv = cv
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, *, groups: ArrayLike | None = None, **params: Any) -> Self:
        """Fit the classifier and choose the threshold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        groups : array-like of shape (n_samples,), default=None
            Rows of a group stay on the same side of each inner fold.
        **params : dict
            Passed on to the classifier's `fit`; under metadata routing what it requests.

        Returns
        -------
        TunedThresholdClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            If the classifier has no `predict_proba`, a parameter is out of its range, there are not two classes, or no
            threshold keeps the constraint.
        """
        self._check_cv()
        make_rule(self.rule)
        routed = self._routed(params)
        estimator = self._fresh_estimator().fit(X, y, **routed)
        classes, codes = estimator.classes_, np.searchsorted(estimator.classes_, np.asarray(y).ravel())
        if len(classes) != 2:
            raise ValueError(
                f"Only binary classification is supported by {type(self).__name__}; y has {len(classes)} classes."
            )
        rarer = int(np.bincount(codes, minlength=2).argmin())
        positive = rarer if self.positive is None else classes.tolist().index(self.positive)
        splits = self.cut(codes, groups)
        held_out = cross_val_predict(
            self._fresh_estimator(), X, y, cv=splits, method="predict_proba", params=routed or None
        )
        # behind pipelines its name begins with theirs
        weight = next((value for name, value in routed.items() if name.split("__")[-1] == "sample_weight"), None)
        self.estimator_, self.positive_ = estimator, classes[positive]
        self.threshold_ = self.choose(codes == positive, held_out[:, positive], weight)
        return self

    def cut(self, codes: NDArray[np.intp], groups: ArrayLike | None) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Return the inner folds of rows with such codes of classes."""
        self._check_cv()
        return make_inner_folds(codes, self.cv, self.random_state, groups)

    def choose(self, is_positive: NDArray[np.bool_], held_out: NDArray, sample_weight: NDArray | None) -> float:
        """Return the threshold for rows whose probabilities were predicted while they were held out."""
        return make_rule(self.rule).choose(ThresholdCurve(is_positive, held_out, sample_weight=sample_weight))

    def _check_cv(self) -> None:
        range_of_cv = "an integer of at least 2"
        check_number(self.cv, "cv", type(self).__name__, rule=range_of_cv, valid=lambda k: k >= 2, integer=True)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the positive label from a probability of `threshold_` on, else the other, shape (n_samples,)."""
        probabilities = self.predict_proba(X)
        code = self.classes_.tolist().index(self.positive_)
        alarm = probabilities[:, code] >= self.threshold_
        return self.classes_[np.where(alarm, code, 1 - code)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
