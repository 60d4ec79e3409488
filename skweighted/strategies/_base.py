"""What can be done about imbalance, one class each: re-weight, resample, move the decision, or nothing."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from imblearn import FunctionSampler
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone

from skweighted._base.registry import Registry
from skweighted._base.types import Classifier, Estimator
from skweighted.meta import PriorThresholdClassifier
from skweighted.preprocessing._table import make_preprocessor

__all__ = [
    "STRATEGIES",
    "ClassWeight",
    "Context",
    "PriorThresholdClassifier",
    "Smote",
    "Strategy",
    "Threshold",
    "Undersample",
    "Unweighted",
    "make_preprocessor",
]


@dataclass(frozen=True)
class Context:
    """What a strategy builds its pipeline from.

    Attributes
    ----------
    preprocessor : transformer or "passthrough"
        Unfitted, or frozen; turns the table into numbers.
    classifier : classifier
        Unfitted, or frozen.
    seed : int or None
        Seed of everything random in the pipeline.
    """

    preprocessor: Estimator | str
    classifier: Classifier
    seed: int | None = None

    def make_preprocessor(self) -> Estimator | str:
        """Return a copy of the preprocessor."""
        return self.preprocessor if isinstance(self.preprocessor, str) else clone(self.preprocessor)

    def make_classifier(self) -> Classifier:
        """Return a copy of the classifier, seeded unless it has a seed of its own."""
        return self.seeded(clone(self.classifier))

    def seeded(self, classifier: Classifier) -> Classifier:
        """Return `classifier` with its ``random_state`` set to the seed if it has that parameter at None."""
        unset = classifier.get_params(deep=False).get("random_state", 0) is None
        return classifier.set_params(random_state=self.seed) if unset else classifier


class Strategy(BaseEstimator):
    """Base class: a name and the unfitted pipeline of a preprocessor, perhaps a sampler, and a classifier.

    A subclass overrides :meth:`make_sampler` or :meth:`adapt_classifier`, or :meth:`build` if its pipeline is another.
    Its docstring's first line is its description in the command line's help.
    """

    key: ClassVar[str]

    def make_pipeline(
        self, preprocessor: Estimator | str, classifier: Classifier, *, random_state: int | None = None
    ) -> Pipeline:
        """Return the unfitted pipeline.

        Parameters
        ----------
        preprocessor : transformer or "passthrough"
            Turns the table into numbers; cloned.
        classifier : classifier
            Cloned; a ``class_weight`` it has is replaced by the strategy's.
        random_state : int or None, default=None
            Seed of the sampler, and of the classifier if its own ``random_state`` is None.

        Returns
        -------
        imblearn.pipeline.Pipeline
            Steps ``preprocess``, ``resample`` and ``classify``. The resampling takes place in ``fit`` only, so rows
            that are predicted are never resampled.

        Raises
        ------
        ValueError
            If the strategy needs a parameter that `classifier` does not have.
        """
        return self.build(Context(preprocessor, classifier, seed=random_state))

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline made from `context`; see :meth:`make_pipeline`."""
        steps = [("preprocess", context.make_preprocessor()), ("resample", self.make_sampler(context.seed))]
        return Pipeline([*steps, ("classify", self.adapt_classifier(context.make_classifier()))])

    def make_sampler(self, random_state: int | None) -> Any:
        """Return the unfitted sampler seeded with `random_state`; ``"passthrough"`` keeps the rows as they are."""
        return "passthrough"

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier`, which is the strategy's to change, with every class weighted alike."""
        return classifier.set_params(class_weight=None) if "class_weight" in classifier.get_params() else classifier

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise if the strategy cannot train on `class_counts`, the training rows of each label."""


STRATEGIES: Registry[Strategy] = Registry("strategies", Strategy)


@STRATEGIES.register("none")
class Unweighted(Strategy):
    """Nothing: every row counts alike, the most probable class is predicted."""


@STRATEGIES.register("threshold")
class Threshold(Strategy):
    """The network of `none`; predict the class whose probability most exceeds its share of the rows.

    The control that every re-weighting and resampling must beat: the probabilities stay as they are. Two classes:
    predict positive from a probability of the positive share on, not from 0.5 on.
    """

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the unweighted `classifier` with its decision moved."""
        return PriorThresholdClassifier(super().adapt_classifier(classifier))


@STRATEGIES.register("class_weight")
class ClassWeight(Strategy):
    """Class weights: a row of a rare class counts for more in the loss.

    Parameters
    ----------
    class_weight : "balanced", dict or what else the classifier accepts, default="balanced"
        A dict is keyed by the original labels.
    """

    def __init__(self, class_weight: Any = "balanced") -> None:
        self.class_weight = class_weight

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` with its ``class_weight`` set."""
        if "class_weight" not in classifier.get_params():
            raise ValueError(
                f"The strategy {self.key!r} needs a classifier with a class_weight parameter; "
                f"{type(classifier).__name__} has none. Leave the strategy out or use CostSensitiveMLPClassifier."
            )
        return classifier.set_params(class_weight=self.class_weight)


@STRATEGIES.register("smote")
class Smote(Strategy):
    """SMOTE: make rows of the rare classes between neighbours until all classes are of a size.

    The columns are encoded and scaled before, so a made row can have a share of a category. (``SMOTENC`` would pick
    whole categories, but wants the categorical columns unencoded and at least one numeric column beside them.)

    Parameters
    ----------
    k_neighbors : int, default=5
        Neighbours to choose from; a training fold with fewer rows of a class uses those there are.
    """

    def __init__(self, k_neighbors: int = 5) -> None:
        self.k_neighbors = k_neighbors

    def make_sampler(self, random_state: int | None) -> FunctionSampler:
        """Return a SMOTE that lowers `k_neighbors` where a class is too small for it."""
        options = {"k_neighbors": self.k_neighbors, "random_state": random_state}
        return FunctionSampler(func=_oversample, kw_args=options, validate=False)

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise if a class has a single row, which has no neighbour."""
        _check_neighbours(class_counts)


@STRATEGIES.register("undersample")
class Undersample(Strategy):
    """Random undersampling: drop rows of the frequent classes until all classes are of a size."""

    def make_sampler(self, random_state: int | None) -> FunctionSampler:
        """Return a random undersampler."""
        return FunctionSampler(func=_undersample, kw_args={"random_state": random_state}, validate=False)


def _check_neighbours(class_counts: dict[Any, int]) -> None:
    label, count = min(class_counts.items(), key=lambda item: item[1])
    if count < 2:  # a row and its neighbour
        raise ValueError(
            f"SMOTE cannot make rows of class {label!r}: it has {count} training row, and needs a second as its "
            "neighbour. Merge the class, drop its rows or leave the strategy out."
        )


def _oversample(X: Any, y: Any, *, k_neighbors: int, random_state: int | None) -> tuple[Any, NDArray[Any]]:
    labels, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    _check_neighbours(dict(zip(labels.tolist(), counts.tolist(), strict=True)))
    smote = SMOTE(k_neighbors=min(k_neighbors, int(counts.min()) - 1), random_state=random_state)
    X, codes = smote.fit_resample(X, codes)
    return X, labels[codes]


def _undersample(X: Any, y: Any, *, random_state: int | None) -> tuple[Any, NDArray[Any]]:
    # codes, because imbalanced-learn takes labels such as 0.5 and 1.5 for a regression target
    labels, codes = np.unique(y, return_inverse=True)
    X, codes = RandomUnderSampler(random_state=random_state).fit_resample(X, codes)
    return X, labels[codes]
