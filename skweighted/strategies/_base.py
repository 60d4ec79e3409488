"""What a strategy is: a name, and the pipeline that it builds from what all strategies share."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar

from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator, clone

from skweighted._base.registry import Registry
from skweighted._base.types import Classifier, Estimator

__all__ = ["FAMILIES", "STRATEGIES", "Context", "Strategy"]


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
        """Return a copy of the preprocessor, seeded as the classifier is."""
        return self.preprocessor if isinstance(self.preprocessor, str) else self.seeded(clone(self.preprocessor))

    def make_classifier(self) -> Classifier:
        """Return a copy of the classifier, seeded unless it has a seed of its own."""
        return self.seeded(clone(self.classifier))

    def seeded(self, estimator: Any) -> Any:
        """Return `estimator` with each ``random_state`` in it, at any depth, set to the seed if it is None."""
        if not hasattr(estimator, "get_params"):
            return estimator
        unset = [
            name
            for name, value in estimator.get_params().items()
            if value is None and name.rpartition("__")[2] == "random_state"
        ]
        return estimator.set_params(**dict.fromkeys(unset, self.seed))


FAMILIES = {
    "decision": "the decision",
    "weights": "what a row counts for",
    "losses": "the loss",
    "resampling": "the training rows",
    "batches": "the rows of a batch",
    "ensembles": "the number of networks",
    "baselines": "the classifier",
}
"""What the strategies of each family change. The name of a family is a preset."""


class Strategy(BaseEstimator):
    """Base class: a name and the unfitted pipeline of a preprocessor, perhaps a sampler, and a classifier.

    A subclass overrides :meth:`make_sampler` or :meth:`adapt_classifier`, or :meth:`build` if its pipeline is another.
    Its docstring's first line is its description in the command line's help.
    """

    key: ClassVar[str]
    family: ClassVar[str]
    """A key of `FAMILIES`: what it changes."""
    probabilities: ClassVar[str] = "true"
    """What it does to them: leaves them ``"true"``, ``"rare too high"``, ``"repaired"``, ``"nearly repaired"``, or
    ``"spoilt"`` for good."""
    source: ClassVar[str] = ""
    """Author and year."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Parameters that the classifier must have."""
    packages: ClassVar[tuple[str, ...]] = ()
    """Packages beyond those of skweighted that must be installed."""
    takes_sparse: ClassVar[bool] = True
    """Whether it can be used on a sparse matrix."""
    uses_classifier: ClassVar[bool] = True
    """Whether it trains the comparison's classifier, not one of its own."""

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
            Seed of the sampler, and of each ``random_state`` in preprocessor and classifier that is None.

        Returns
        -------
        imblearn.pipeline.Pipeline
            Steps ``preprocess``, ``resample`` and ``classify``. The resampling takes place in ``fit`` only, so rows
            that are predicted are never resampled.

        Raises
        ------
        ValueError
            If the strategy needs a parameter that `classifier` does not have, or a package that is not installed.
        """
        return self.build(Context(preprocessor, classifier, seed=random_state))

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline made from `context`; see :meth:`make_pipeline`."""
        self.check_classifier(context.classifier)
        sampler = context.seeded(self.make_sampler(context.seed))
        steps = [("preprocess", context.make_preprocessor()), ("resample", sampler)]
        return Pipeline([*steps, ("classify", self.adapt_classifier(context.make_classifier()))])

    def make_sampler(self, random_state: int | None) -> Any:
        """Return the unfitted sampler seeded with `random_state`; ``"passthrough"`` keeps the rows as they are."""
        return "passthrough"

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier`, which is the strategy's to change, with every class weighted alike."""
        return classifier.set_params(class_weight=None) if "class_weight" in classifier.get_params() else classifier

    def check_classifier(self, classifier: Classifier) -> None:
        """Raise ValueError if `classifier` lacks a parameter of `needs`, or one of `packages` is not installed."""
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            raise ValueError(
                f"The strategy {self.key!r} needs {missing[0]}, which is not installed. Leave the strategy out, or "
                'install it: pip install "skweighted[boosting]".'
            )
        lacking = [name for name in self.needs if name not in classifier.get_params()]
        if lacking:
            raise ValueError(
                f"The strategy {self.key!r} needs a classifier with a {lacking[0]} parameter; "
                f"{type(classifier).__name__} has none. Leave the strategy out or use CostSensitiveMLPClassifier."
            )

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise ValueError if the strategy cannot train on `class_counts`, the training rows of each label."""

    def check_columns(self, column_kinds: dict[str, int]) -> None:
        """Raise ValueError if the strategy cannot use a table with `column_kinds`, the number of columns of a kind."""


STRATEGIES: Registry[Strategy] = Registry("strategies", Strategy)
