"""A committee whose members see the same table through different encodings, trained all at once."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.validation import check_is_fitted, validate_data

from skweighted._base.checks import check_choice
from skweighted._base.errors import parameter_error
from skweighted._base.labels import encode_labels, read_labels
from skweighted._base.sklearn_private import EstimatorWithParts
from skweighted._base.types import Labels, Table, Weights
from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.classifier._recipe import Members, make_members
from skweighted.fitting import FitRequest, plan_fit, set_fitted_attributes, train, uses_keras
from skweighted.preprocessing import check_columns

__all__ = ["TabularClassifier"]

_LARGEST_SEED = np.iinfo(np.int32).max


class TabularClassifier(ClassifierMixin, EstimatorWithParts):
    """Committees of small networks that see a table as it comes through different encodings.

    Networks that read the same rows in different encodings err differently, and their mean errs less. Each member is a
    preprocessor and a small committee of networks; all networks of all members train at the same time. Probabilities
    are repaired, so that they are those of the training rows whatever `class_weight` says, and then averaged.

    Parameters
    ----------
    members : list of (str, Pipeline), optional
        Names and pipelines that end in a `CostSensitiveMLPClassifier` with the compiled engine. None is what
        :func:`make_tabular_classifier` takes.
    class_weight : dict, "balanced", "sqrt_balanced", "effective_number", ClassWeightRule or None, default=None
        Of every network, as in `CostSensitiveMLPClassifier`.
    probabilities : {"corrected", "weighted"}, default="corrected"
        Of every network. "corrected" reports probabilities of the training rows; "weighted" those that the class
        weights ask for, so that `predict` finds more of the rare classes.
    random_state : int, RandomState instance or None, default=None
        Decides the seeds of all members. An integer alone decides the result.
    verbose : int, default=0
        1 shows a progress bar; 0 prints nothing.

    Attributes
    ----------
    members_ : list of (str, Pipeline)
        The fitted members.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Columns seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if `X` had any.

    See Also
    --------
    make_tabular_classifier : Returns one with settings of your own for all networks.
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
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.members = members
        self.class_weight = class_weight
        self.probabilities = probabilities
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Table, y: Labels, sample_weight: Weights = None) -> Self:
        """Train all networks of all members.

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
        networks = [pipeline[-1] for _, pipeline in members]
        plans = [
            plan_fit(network, FitRequest(pipeline[:-1].fit_transform(table, y), y, sample_weight))
            for (_, pipeline), network in zip(members, networks, strict=True)
        ]
        # In one call, so that members whose networks differ train side by side.
        trained = iter(train(plans[0].parameters, [plan for member in plans for plan in member.networks]))
        for network, member in zip(networks, plans, strict=True):
            set_fitted_attributes(network, member, [next(trained) for _ in member.networks], resumable=False)
        self.members_, self.classes_ = members, classes
        return self

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the mean probability of each class, shape (n_samples, n_classes), in the order of `classes_`."""
        check_is_fitted(self)
        table = self._as_frame(X, reset=False)
        return np.mean([pipeline.predict_proba(table) for _, pipeline in self.members_], axis=0)

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
        members = make_members() if self.members is None else self.members
        _check_members(members, owner)
        generator = check_random_state(self.random_state)
        copies = []
        for name, pipeline in members:
            copied = clone(pipeline)
            copied[-1].set_params(
                class_weight=self.class_weight,
                probabilities=self.probabilities,
                random_state=int(generator.randint(_LARGEST_SEED)),
                verbose=self.verbose,
            )
            copies.append((name, copied))
        return copies

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


def _check_members(members: Any, owner: str) -> None:
    rule = "a list of (name, pipeline that ends in a CostSensitiveMLPClassifier)"
    cure = "make_tabular_classifier().members is an example."
    if not isinstance(members, Sequence) or isinstance(members, str) or not members:
        raise TypeError(parameter_error("members", owner, rule, members, cure))
    for member in members:
        is_pair = isinstance(member, tuple) and len(member) == 2 and isinstance(member[1], Pipeline)
        if not (is_pair and isinstance(member[1][-1], CostSensitiveMLPClassifier)):
            raise TypeError(parameter_error("members", owner, rule, member, cure))
        name, network = member[0], member[1][-1]
        if uses_keras(network) or network.warm_start:
            cure = f"Leave model, callbacks, metrics and warm_start of {name!r} as they are by default."
            raise ValueError(parameter_error("members", owner, "networks of the compiled engine", network, cure))
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        raise ValueError(parameter_error("members", owner, "a list of different names", names))
