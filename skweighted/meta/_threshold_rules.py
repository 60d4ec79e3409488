"""Rules that choose a threshold from predictions for rows that the model was not trained on.

To add one, subclass :class:`ThresholdRule`.
"""

import re

import numpy as np
from numpy.typing import NDArray

from skweighted._base.checks import check_choice, check_number
from skweighted._base.errors import did_you_mean, parameter_error
from skweighted.meta._decision_counts import DECISION_SCORES
from skweighted.meta._threshold_curve import ThresholdCurve

__all__ = ["BestScore", "Constraint", "FixedThreshold", "LeastCost", "PriorShare", "ThresholdRule"]


class ThresholdRule:
    """Base class: from a curve to a threshold."""

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the threshold from which on a row is called positive."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what the rule wants, in words that continue "The threshold ..."."""
        raise NotImplementedError


class FixedThreshold(ThresholdRule):
    """A threshold that is given.

    Parameters
    ----------
    value : float
        From 0 to 1.
    """

    def __init__(self, value: float) -> None:
        check_number(value, "value", "FixedThreshold", rule="a number from 0 to 1", valid=lambda v: 0 <= v <= 1)
        self.value = value

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the value."""
        return float(self.value)

    def describe(self) -> str:
        """Return what the rule wants."""
        return "is given"


class PriorShare(ThresholdRule):
    """The share of positive rows, which gives the least false rates of both kinds if the probabilities are right."""

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the share."""
        return curve.prevalence

    def describe(self) -> str:
        """Return what the rule wants."""
        return "is the share of positive rows"


class BestScore(ThresholdRule):
    """The threshold with the greatest score.

    Parameters
    ----------
    score : str
        A key of :data:`DECISION_SCORES`, such as ``"f1"``.
    """

    def __init__(self, score: str) -> None:
        check_choice(score, "score", "BestScore", DECISION_SCORES)
        self.score = score

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the highest of the thresholds with the greatest score."""
        return float(curve.thresholds[np.argmax(curve.score(self.score))])

    def describe(self) -> str:
        """Return what the rule wants."""
        return f"makes {self.score} greatest"


class LeastCost(ThresholdRule):
    """The threshold with the least mean cost.

    Parameters
    ----------
    false_positive_cost, false_negative_cost : float
        What a false alarm and a miss cost, at least 0 and not both 0.
    """

    def __init__(self, false_positive_cost: float, false_negative_cost: float) -> None:
        costs = {"false_positive_cost": false_positive_cost, "false_negative_cost": false_negative_cost}
        for name, cost in costs.items():
            check_number(cost, name, "LeastCost", rule="a number of at least 0", valid=lambda c: c >= 0)
        if not any(costs.values()):
            raise ValueError("LeastCost needs a cost above 0: with no cost at all every threshold is the best.")
        self.costs = (float(false_positive_cost), float(false_negative_cost))

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the highest of the thresholds with the least cost."""
        return float(curve.thresholds[np.argmin(curve.cost(*self.costs))])

    def describe(self) -> str:
        """Return what the rule wants."""
        return "makes the mean cost least, at {:g} for a false alarm and {:g} for a miss".format(*self.costs)


class Constraint(ThresholdRule):
    """The best decision among those that keep a bound.

    With a bound on recall the highest precision is the best; with any other bound the highest recall.

    Parameters
    ----------
    score : str
        A key of :data:`DECISION_SCORES`, such as ``"recall"``.
    bound : float
        From 0 to 1.
    at_most : bool, default=False
        Whether the score must be at most `bound`; else at least.

    Examples
    --------
    >>> rule = Constraint.parse("alerts<=25%")
    >>> rule.choose(ThresholdCurve([False, True, False, True], [0.1, 0.3, 0.4, 0.8]))
    0.8
    """

    _TEXT = re.compile(r"\s*([\w.]+)\s*(>=|<=)\s*(\d*\.?\d+(?:[eE]-?\d+)?)\s*(%?)\s*")

    def __init__(self, score: str, bound: float, *, at_most: bool = False) -> None:
        check_choice(score, "score", "Constraint", DECISION_SCORES)
        check_number(bound, "bound", "Constraint", rule="a number from 0 to 1", valid=lambda b: 0 <= b <= 1)
        self.score, self.bound, self.at_most = score, bound, at_most

    @classmethod
    def parse(cls, text: str) -> "Constraint":
        """Return the constraint that a text such as ``"recall>=0.8"`` or ``"alerts<=1%"`` says."""
        match = cls._TEXT.fullmatch(text)
        if not match:
            rule = "a score, >= or <=, and a number, such as recall>=0.8 or alerts<=1%"
            raise ValueError(parameter_error("text", "Constraint.parse", rule, text))
        score, sign, number, percent = match.groups()
        if score not in DECISION_SCORES:
            known = ", ".join(DECISION_SCORES)
            raise ValueError(f"No score {score!r} to bound. {did_you_mean(score, DECISION_SCORES)} Known are {known}.")
        return cls(score, float(number) / (100 if percent else 1), at_most=sign == "<=")

    def choose(self, curve: ThresholdCurve) -> float:
        """Return the highest of the best thresholds.

        Raises
        ------
        ValueError
            If no threshold keeps the bound.
        """
        values = curve.score(self.score)
        allowed = self._keeps(values)
        if not allowed.any():
            extreme = values.min() if self.at_most else values.max()
            raise ValueError(f"No threshold keeps {self}: the {self.score} that comes closest is {extreme:.3f}.")
        aim = curve.score("precision" if self.score == "recall" else "recall")
        return float(curve.thresholds[np.argmax(np.where(allowed, aim, -1.0))])

    def describe(self) -> str:
        """Return what the rule wants."""
        aim = "precision" if self.score == "recall" else "recall"
        return f"makes {aim} greatest under {self}"

    def __str__(self) -> str:
        return f"{self.score}{'<=' if self.at_most else '>='}{self.bound:g}"

    def _keeps(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        slack = 1e-12  # a share such as 12 / 15 may be rounded down
        return values <= self.bound + slack if self.at_most else values >= self.bound - slack
