"""Strategies that leave the training alone and move the decision, and the controls."""

from typing import Any

from imblearn.pipeline import Pipeline
from sklearn.dummy import DummyClassifier

from skweighted.meta import PriorThresholdClassifier, ThresholdRule
from skweighted.strategies._base import STRATEGIES, Context, Strategy
from skweighted.strategies._tuned_threshold import TunedThresholdClassifier

__all__ = ["Constrained", "Dummy", "PriorThresholdClassifier", "Threshold", "TunedThreshold", "Unweighted"]


@STRATEGIES.register("none")
class Unweighted(Strategy):
    """Nothing: every row counts alike, the most probable class is predicted."""

    family = "decision"


@STRATEGIES.register("threshold")
class Threshold(Strategy):
    """The network of `none`; predict the class whose probability most exceeds its share of the rows.

    The control that every re-weighting and resampling must beat: the probabilities stay as they are. Two classes:
    predict positive from a probability of the positive share on, not from 0.5 on.
    """

    family = "decision"
    source = "van den Goorbergh 2022"

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the unweighted `classifier` with its decision moved."""
        return PriorThresholdClassifier(super().adapt_classifier(classifier))


@STRATEGIES.register("tuned_threshold")
class TunedThreshold(Strategy):
    """The network of `none`; predict positive from the probability on that was best on held-out training rows.

    The rows are held out inside the training fold, from the preprocessing too. Two classes only.

    Parameters
    ----------
    rule : str or ThresholdRule, default="f1"
        A score to make as great as possible, such as "f1" or "mcc", or a constraint such as "recall>=0.8".
    cv : int, default=5
        Folds inside the training fold.
    min_positives : int, default=50
        Training rows of the rarer class below which a threshold is not tuned: it would be luck.
    """

    family = "decision"
    source = "scikit-learn"

    def __init__(self, rule: str | ThresholdRule = "f1", cv: int = 5, min_positives: int = 50) -> None:
        self.rule = rule
        self.cv = cv
        self.min_positives = min_positives

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline made from `context`, of a single step."""
        pipeline = super().build(context)
        tuned = TunedThresholdClassifier(pipeline, rule=self.rule, cv=self.cv, random_state=context.seed)
        return Pipeline([("classify", tuned)])

    def check_class_counts(self, class_counts: dict[Any, int]) -> None:
        """Raise if there are more than two classes, or too few rows of one."""
        if len(class_counts) > 2:
            raise ValueError(
                f"The strategy {self.key!r} is for two classes; the target has {len(class_counts)}. Use 'threshold', "
                "which takes any number."
            )
        label, count = min(class_counts.items(), key=lambda item: item[1])
        if count < self.min_positives:
            raise ValueError(
                f"The strategy {self.key!r} does not tune a threshold on {count} training rows of class {label!r}, "
                f"fewer than {self.min_positives}: it would be luck. Use 'threshold', which counts rows only, or lower "
                "min_positives."
            )


@STRATEGIES.register("dummy")
class Dummy(Strategy):
    """No model: the class shares are the probabilities of every row, the most frequent class is predicted."""

    family = "decision"
    uses_classifier = False

    def build(self, context: Context) -> Any:
        """Return the unfitted pipeline made from `context`."""
        return super().build(Context("passthrough", DummyClassifier(strategy="prior"), seed=context.seed))


class Constrained(Strategy):
    """Another strategy, with its decision at a threshold that keeps a constraint.

    The threshold is chosen on out-of-fold predictions of the training rows, for which all of the other strategy's
    pipeline is fitted anew in each inner fold. Two classes only.

    Parameters
    ----------
    strategy : Strategy
    rule : str or ThresholdRule
        A constraint such as ``"recall>=0.8"``; also a score to make as great as possible.
    positive : label, default=None
        None is the rarer class of the training rows.
    cv : int, default=5
        Inner folds.
    """

    family = "decision"

    def __init__(self, strategy: Strategy, rule: str | ThresholdRule, positive: Any = None, cv: int = 5) -> None:
        self.strategy = strategy
        self.rule = rule
        self.positive = positive
        self.cv = cv

    def build(self, context: Context) -> Pipeline:
        """Return the unfitted pipeline made from `context`, of a single step."""
        settings = {"positive": self.positive, "cv": self.cv, "random_state": context.seed}
        return Pipeline(
            [("classify", TunedThresholdClassifier(self.strategy.build(context), rule=self.rule, **settings))]
        )
