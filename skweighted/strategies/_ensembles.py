"""Strategies that average several networks, trained as one stack."""

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.utils import check_random_state, indexable
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skweighted._base.checks import check_number
from skweighted.many_fits import Job, fit_many
from skweighted.meta import ProbabilityClassifier
from skweighted.strategies._base import STRATEGIES, Context, Strategy

__all__ = ["Committee", "UndersampleCommittee", "UndersampleCommitteeClassifier", "WeightedCommittee"]

_MAX_SEED = np.iinfo(np.int32).max


@STRATEGIES.register("committee")
class Committee(Strategy):
    """A committee: the mean of several networks that differ in their seeds, each with the steps of one.

    Parameters
    ----------
    n_networks : int, default=8
    """

    family = "ensembles"
    source = "Hansen & Salamon 1990"
    needs: ClassVar[tuple[str, ...]] = ("n_networks",)

    def __init__(self, n_networks: int = 8) -> None:
        self.n_networks = n_networks

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the unweighted `classifier` with more networks."""
        return super().adapt_classifier(classifier).set_params(n_networks=self.n_networks)


@STRATEGIES.register("weighted_committee")
class WeightedCommittee(Committee):
    """A committee of networks with class weights."""

    probabilities = "rare too high"
    needs = ("n_networks", "class_weight")

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with more networks and balanced class weights."""
        return super().adapt_classifier(classifier).set_params(class_weight="balanced")


@STRATEGIES.register("undersample_committee")
class UndersampleCommittee(Strategy):
    """A committee of networks that each keep their own random undersample, all classes of a size in it.

    Parameters
    ----------
    n_members : int, default=8
    """

    family = "ensembles"
    probabilities = "rare too high"
    source = "Liu et al. 2009"

    def __init__(self, n_members: int = 8) -> None:
        self.n_members = n_members

    def build(self, context: Context) -> Any:
        """Return the unfitted pipeline made from `context`, its draws seeded too."""
        return super().build(context).set_params(classify__random_state=context.seed)

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return a committee of unweighted copies of `classifier`."""
        return UndersampleCommitteeClassifier(super().adapt_classifier(classifier), n_members=self.n_members)


class UndersampleCommitteeClassifier(ProbabilityClassifier):
    """Average copies of a classifier, each fitted on a random undersample of its own.

    Parameters
    ----------
    estimator : classifier
        Has ``predict_proba``; cloned. Networks train as one stack.
    n_members : int, default=8
        Copies; each has its own seed.
    random_state : int, RandomState or None, default=None
        Decides the undersamples and the seeds of the members.

    Attributes
    ----------
    estimators_ : list of classifier
        The fitted members.
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    See Also
    --------
    imblearn.ensemble.EasyEnsembleClassifier : The same with AdaBoost for members.

    References
    ----------
    Liu, Wu & Zhou (2009), Exploratory Undersampling for Class-Imbalance Learning, IEEE Transactions on Systems, Man,
    and Cybernetics B 39.
    """

    draws_rows: ClassVar[bool] = True
    """It trains on rows that it draws, and with that loses their weights."""

    def __init__(self, estimator: Any, *, n_members: int = 8, random_state: Any = None) -> None:
        self.estimator = estimator
        self.n_members = n_members
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> Self:
        """Draw an undersample for each member and fit it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            Not supported: weights of rows would have to be drawn along.

        Returns
        -------
        UndersampleCommitteeClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            If the classifier has no `predict_proba`, `n_members` is below 1, or a member cannot be fitted.
        """
        rule = "an integer of at least 1"
        check_number(self.n_members, "n_members", type(self).__name__, rule=rule, valid=lambda n: n >= 1, integer=True)
        if params:
            raise TypeError(f"{type(self).__name__}.fit takes X and y only. Got {', '.join(params)} too.")
        labels = column_or_1d(y, warn=True)
        X, labels = indexable(X, labels)
        random = check_random_state(self.random_state)
        fresh, jobs = self._fresh_estimator(), []
        for _ in range(self.n_members):
            rows, member = _undersample(labels, random), clone(fresh)
            if "random_state" in member.get_params(deep=False):
                member.set_params(random_state=random.randint(_MAX_SEED))
            jobs.append(Job(member, rows))
        outcomes = sorted(fit_many(jobs, X, labels), key=lambda outcome: outcome.index)
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        self.estimators_ = [outcome.model for outcome in outcomes]
        self.estimator_ = self.estimators_[0]
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the mean probabilities of the members, shape (n_samples, n_classes)."""
        check_is_fitted(self)
        return np.mean([member.predict_proba(X) for member in self.estimators_], axis=0)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label, shape (n_samples,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]


def _undersample(y: NDArray[Any], random: np.random.RandomState) -> NDArray[np.intp]:
    """Return positions of as many rows of each class as the smallest has, in their order."""
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    drawn = [random.choice(np.flatnonzero(codes == c), counts.min(), replace=False) for c in range(len(counts))]
    return np.sort(np.concatenate(drawn))
