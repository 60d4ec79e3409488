"""Strategies that let rows of rare classes count for more in the loss."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skweighted.class_weights import EffectiveNumber as EffectiveNumberRule
from skweighted.class_weights import class_weight_grid
from skweighted.meta import PriorCorrectedClassifier, ProbabilityClassifier
from skweighted.search import BatchedGridSearchCV
from skweighted.strategies._base import STRATEGIES, Context, Strategy
from skweighted.strategies._inner_folds import make_inner_folds

__all__ = [
    "ClassWeight",
    "CorrectedWeight",
    "EffectiveNumber",
    "SearchedWeight",
    "SearchedWeightClassifier",
    "SqrtBalanced",
]

_FACTORS = (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)


@STRATEGIES.register("class_weight")
class ClassWeight(Strategy):
    """Class weights: a row of a rare class counts for more in the loss.

    Parameters
    ----------
    class_weight : "balanced", dict or what else the classifier accepts, default="balanced"
        A dict is keyed by the original labels.
    """

    family = "weights"
    probabilities = "rare too high"
    source = "King & Zeng 2001"
    needs = ("class_weight",)

    def __init__(self, class_weight: Any = "balanced") -> None:
        self.class_weight = class_weight

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with its ``class_weight`` set."""
        return classifier.set_params(class_weight=self.class_weight)


@STRATEGIES.register("sqrt_balanced")
class SqrtBalanced(Strategy):
    """Class weights half as far: the square root of balanced ones."""

    family = "weights"
    probabilities = "rare too high"
    needs = ("class_weight", "weight_schedule")  # the classifier knows weight rules by name

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with its ``class_weight`` set."""
        return classifier.set_params(class_weight="sqrt_balanced")


@STRATEGIES.register("effective_number")
class EffectiveNumber(Strategy):
    """Class weights by the effective number of rows, which saturates as rows begin to overlap.

    Parameters
    ----------
    beta : float, default=0.999
        In [0, 1); towards 1 the weights become balanced.
    """

    family = "weights"
    probabilities = "rare too high"
    source = "Cui et al. 2019"
    needs = ("class_weight", "weight_schedule")

    def __init__(self, beta: float = 0.999) -> None:
        self.beta = beta

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with its ``class_weight`` set."""
        return classifier.set_params(class_weight=EffectiveNumberRule(beta=self.beta))


@STRATEGIES.register("searched_weight")
class SearchedWeight(Strategy):
    """Class weights from none to more than balanced, the best of them found on inner folds of the training rows.

    Parameters
    ----------
    factors : sequence of float, default=(0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)
        Exponents of the class ratio: 0 is unweighted, 1 balanced.
    scoring : str or None, default=None
        A scorer; None is the area under the ROC curve.
    cv : int, default=3
        Inner folds.
    """

    family = "weights"
    probabilities = "rare too high"
    source = "skweighted"
    needs = ("class_weight",)

    def __init__(self, factors: Sequence[float] = _FACTORS, scoring: str | None = None, cv: int = 3) -> None:
        self.factors = factors
        self.scoring = scoring
        self.cv = cv

    def build(self, context: Context) -> Any:
        """Return the unfitted pipeline made from `context`, its inner folds seeded too."""
        pipeline = super().build(context)
        return pipeline.set_params(classify__random_state=context.seed)

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with its ``class_weight`` to be searched."""
        return SearchedWeightClassifier(
            super().adapt_classifier(classifier), factors=self.factors, scoring=self.scoring, cv=self.cv
        )

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise if a class has fewer rows than there are inner folds."""
        label, count = min(class_counts.items(), key=lambda item: item[1])
        if count < self.cv:
            raise ValueError(
                f"The strategy {self.key!r} cuts the training rows into {self.cv} folds, and class {label!r} has "
                f"{count}. Leave the strategy out, or merge the class."
            )


@STRATEGIES.register("corrected_weight")
class CorrectedWeight(Strategy):
    """Class weights, and probabilities repaired afterwards: as if the rows had counted alike."""

    family = "weights"
    probabilities = "repaired"
    source = "Elkan 2001"
    needs = ("class_weight",)

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the weighted `classifier` with its probabilities repaired."""
        weighted = classifier.set_params(class_weight="balanced")
        if "probabilities" in classifier.get_params():
            return weighted.set_params(probabilities="corrected")
        return PriorCorrectedClassifier(weighted)


class SearchedWeightClassifier(ProbabilityClassifier):
    """Search the class weight on folds of the training rows, and fit with the best on all of them.

    Parameters
    ----------
    estimator : classifier
        Has ``class_weight`` and ``predict_proba``; cloned. Networks train as one stack.
    factors : sequence of float, default=(0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)
        See :func:`~skweighted.class_weights.class_weight_grid`.
    scoring : str, callable or None, default=None
        A scorer; None is the area under the ROC curve, of many classes the mean of each against the rest.
    cv : int, default=3
        Stratified folds.
    random_state : int or None, default=None
        Seed of the folds.

    Attributes
    ----------
    estimator_ : BatchedGridSearchCV
        The fitted search.
    classes_ : ndarray of shape (n_classes,)
    class_weight_ : dict
        The best.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
    """

    def __init__(
        self,
        estimator: Any,
        *,
        factors: Sequence[float] = _FACTORS,
        scoring: Any = None,
        cv: int = 3,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.factors = factors
        self.scoring = scoring
        self.cv = cv
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, *, groups: ArrayLike | None = None, **params: Any) -> Self:
        """Search and fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        groups : array-like of shape (n_samples,), default=None
            Rows of a group stay on the same side of each fold.
        **params : dict
            Passed on to the search's `fit`.

        Returns
        -------
        SearchedWeightClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            If the classifier has no `predict_proba` or the search cannot be made.
        """
        grid = class_weight_grid(y, factors=self.factors)
        scoring = self.scoring or ("roc_auc" if len(grid[0]) == 2 else "roc_auc_ovr")
        codes = np.unique(np.asarray(y), return_inverse=True)[1]
        splits = make_inner_folds(codes, self.cv, self.random_state, groups)
        search = BatchedGridSearchCV(self._fresh_estimator(), {"class_weight": grid}, scoring=scoring, cv=splits)
        self.estimator_ = search.fit(X, y, **self._routed(params))
        self.class_weight_ = self.estimator_.best_params_["class_weight"]
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label, shape (n_samples,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]
