"""A committee whose members see the same table through different encodings, its networks trained all at once."""

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.utils import check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.validation import check_is_fitted, validate_data

from skweighted._base.checks import check_choice
from skweighted._base.labels import encode_labels, read_labels
from skweighted._base.sklearn_private import EstimatorWithParts
from skweighted._base.types import Labels, Table, Weights
from skweighted.classifier._member_weights import choose_member_weights, equal_weights
from skweighted.classifier._members import Members, check_members, copy_member, fit_members, is_network
from skweighted.classifier._recipe import make_members
from skweighted.preprocessing import check_columns

__all__ = ["TabularClassifier"]

_LARGEST_SEED = np.iinfo(np.int32).max


class TabularClassifier(ClassifierMixin, EstimatorWithParts):
    """A committee of small networks and trees for a table as it comes.

    Networks that read the same rows in different encodings err differently, trees differ from them more, and the mean
    of all errs less. Each member is a preprocessor and a classifier; all networks of all members train at the same
    time. Probabilities are those of the training rows whatever `class_weight` says, unless others are asked for, and
    are then averaged.

    Parameters
    ----------
    members : list of (str, Pipeline), optional
        Names and pipelines that end in a `CostSensitiveMLPClassifier` with the compiled engine, or in another
        classifier with `predict_proba` whose ``fit`` takes `sample_weight`. None is what
        :func:`make_tabular_classifier` takes.
    class_weight : dict, "balanced", "sqrt_balanced", "effective_number", ClassWeightRule or None, default=None
        Of every member, as in `CostSensitiveMLPClassifier`. Classifiers that are no networks train without it, because
        trees follow weights too little for a repair; it moves what they report if `probabilities` is "weighted". For
        them "cost" takes the `cost_matrix` of the first network.
    probabilities : {"corrected", "weighted"}, default="corrected"
        Of every member. "corrected" reports probabilities of the training rows; "weighted" those that the class
        weights ask for, so that `predict` finds more of the rare classes.
    member_weights : {"equal", "held_out"}, default="equal"
        How much each member counts in the mean. "held_out" first fits the members, without class weights, to 80 % of
        the rows, chooses the weights by the log loss of the rest, and then fits the members to all rows. Of many rows
        it takes a sample for that, of 1,000 or more with 100 of the rarest class; with fewer than 500 rows, or fewer
        than 5 of a class, members count equally.
    random_state : int, RandomState instance or None, default=None
        Decides the seeds of all members and which rows are held out. An integer alone decides the result.
    verbose : int, default=0
        1 shows a progress bar; 0 prints nothing.

    Attributes
    ----------
    members_ : list of (str, Pipeline)
        The fitted members. A classifier that is no network is the `classifier_` of the last step.
    member_weights_ : ndarray of shape (n_members,)
        What each member counts for; they sum to 1.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Columns seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if `X` had any.

    See Also
    --------
    make_tabular_classifier : Returns one with settings of your own for all networks, or without trees.
    skweighted.CostSensitiveMLPClassifier : One network or one committee, on numbers.

    Notes
    -----
    `class_weight`, `probabilities` and `random_state` replace those of the members. Preprocessors learn from all
    rows passed to `fit`, without weights. Predictions need no TensorFlow.

    Examples
    --------
    >>> import pandas as pd
    >>> from skweighted import make_tabular_classifier
    >>> X = pd.DataFrame({"amount": [1.0, 5.0, None, 80.0] * 25, "kind": ["a", "a", "b", "b"] * 25})
    >>> clf = make_tabular_classifier(epochs=5, n_networks=1, random_state=0).fit(X, [0, 0, 0, 1] * 25)
    >>> clf.predict_proba(X[:2]).shape
    (2, 2)
    """

    _parts = "members"

    def __init__(
        self,
        members: Members | None = None,
        *,
        class_weight: Any = None,
        probabilities: str = "corrected",
        member_weights: str = "equal",
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.members = members
        self.class_weight = class_weight
        self.probabilities = probabilities
        self.member_weights = member_weights
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Table, y: Labels, sample_weight: Weights = None) -> Self:
        """Train all networks of all members, and then fit the other classifiers.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            Numbers, dates, categories and missing values.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), optional
            Multiplies the class weight of each row.

        Returns
        -------
        TabularClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            For a member that is not a pipeline of the kind asked for, and for all that a network does not take.
        """
        members = self._copy_members()
        y = read_labels(y, type(self).__name__)
        table = self._as_frame(X, reset=True, y=y)
        y = column_or_1d(y, warn=True)
        check_consistent_length(table, y)
        classes, _ = encode_labels(y, None, type(self).__name__)
        self.member_weights_ = self._weigh(members, table, y, sample_weight)
        fit_members(members, table, y, sample_weight)
        self.members_, self.classes_ = members, classes
        return self

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the mean probability of each class, shape (n_samples, n_classes), in the order of `classes_`."""
        check_is_fitted(self)
        table = self._as_frame(X, reset=False)
        each = [pipeline.predict_proba(table) for _, pipeline in self.members_]
        return np.average(each, axis=0, weights=self.member_weights_)

    def predict_log_proba(self, X: Table) -> np.ndarray:
        """Return the logarithm of the mean probabilities, shape (n_samples, n_classes)."""
        return np.log(self.predict_proba(X))

    def predict(self, X: Table) -> np.ndarray:
        """Return the most probable label of each row, shape (n_samples,)."""
        probability = self.predict_proba(X)
        return self.classes_[probability.argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _copy_members(self) -> Members:
        """Return unfitted copies of the members, with the parameters that they share and seeds of their own."""
        owner = type(self).__name__
        check_choice(self.probabilities, "probabilities", owner, ("corrected", "weighted"))
        check_choice(self.member_weights, "member_weights", owner, ("equal", "held_out"))
        members = make_members() if self.members is None else self.members
        check_members(members, owner)
        generator = check_random_state(self.random_state)
        shared = {"class_weight": self.class_weight, "probabilities": self.probabilities}
        costs = next((pipeline[-1].cost_matrix for _, pipeline in members if is_network(pipeline)), None)
        return [
            (name, copy_member(pipeline, shared, costs, int(generator.randint(_LARGEST_SEED)), self.verbose))
            for name, pipeline in members
        ]

    def _weigh(self, members: Members, table: pd.DataFrame, y: Labels, sample_weight: Weights) -> np.ndarray:
        """Return what each member counts for."""
        if self.member_weights == "equal" or len(members) == 1:
            return equal_weights(len(members))
        seed = int(check_random_state(self.random_state).randint(_LARGEST_SEED))
        return choose_member_weights(members, table, y, sample_weight, seed)

    def _as_frame(self, X: Table, *, reset: bool, **labels: Labels) -> pd.DataFrame:
        """Return checked rows as a data frame, columns of an array in the dtypes of their values."""
        if not hasattr(X, "columns"):
            checked = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan", **labels)
            return pd.DataFrame(checked[0] if labels else checked).infer_objects()
        frame = check_columns(self, X, reset=reset)
        validate_data(self, frame, reset=False, skip_check_array=True, **labels)  # says so if there are no labels
        if frame.empty:
            shape = f"{len(frame)} sample(s) and {frame.shape[1]} feature(s)"
            raise ValueError(f"Found a table with {shape}. {type(self).__name__} needs at least 1 of each.")
        return frame
