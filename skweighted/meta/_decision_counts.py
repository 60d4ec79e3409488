"""Counts of right and wrong decisions about a positive class, and the scores that follow from them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["DECISION_SCORES", "Counts"]

Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of decisions, or arrays of counts of one shape.

    Attributes
    ----------
    tp, fp, fn, tn : ndarray
        True and false positives, false and true negatives, in the weight of their rows.
    """

    tp: Numbers
    fp: Numbers
    fn: Numbers
    tn: Numbers

    @property
    def total(self) -> Numbers:
        """The weight of all rows."""
        return self.tp + self.fp + self.fn + self.tn

    def score(self, name: str) -> Numbers:
        """Return the score called `name`, a key of :data:`DECISION_SCORES`."""
        return DECISION_SCORES[name](self)


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    """Return `part` / `whole`, and 0 for 0 / 0, as scikit-learn's ``zero_division=0`` does."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)


def _recall(c: Counts) -> Numbers:
    return _ratio(c.tp, c.tp + c.fn)


def _precision(c: Counts) -> Numbers:
    return _ratio(c.tp, c.tp + c.fp)


def _specificity(c: Counts) -> Numbers:
    return _ratio(c.tn, c.tn + c.fp)


def _alerts(c: Counts) -> Numbers:
    return _ratio(c.tp + c.fp, c.total)


def _f1(c: Counts) -> Numbers:
    return _ratio(2 * c.tp, 2 * c.tp + c.fp + c.fn)


def _f2(c: Counts) -> Numbers:
    return _ratio(5 * c.tp, 5 * c.tp + c.fp + 4 * c.fn)


def _f_half(c: Counts) -> Numbers:
    return _ratio(5 * c.tp, 5 * c.tp + 4 * c.fp + c.fn)


def _g_mean(c: Counts) -> Numbers:
    return np.sqrt(_recall(c) * _specificity(c))


def _balanced_accuracy(c: Counts) -> Numbers:
    return (_recall(c) + _specificity(c)) / 2


def _mcc(c: Counts) -> Numbers:
    product = (c.tp + c.fp) * (c.tp + c.fn) * (c.tn + c.fp) * (c.tn + c.fn)
    return _ratio(c.tp * c.tn - c.fp * c.fn, np.sqrt(product))


def _kappa(c: Counts) -> Numbers:
    by_chance = (c.tp + c.fp) * (c.fp + c.tn) + (c.tp + c.fn) * (c.fn + c.tn)
    return _ratio(2 * (c.tp * c.tn - c.fp * c.fn), by_chance)


DECISION_SCORES: dict[str, Callable[[Counts], Numbers]] = {
    "precision": _precision,
    "recall": _recall,
    "specificity": _specificity,
    "f1": _f1,
    "f2": _f2,
    "f0.5": _f_half,
    "g_mean": _g_mean,
    "balanced_accuracy": _balanced_accuracy,
    "mcc": _mcc,
    "kappa": _kappa,
    "alerts": _alerts,
}
"""Scores of decisions by name; ``"alerts"`` is the share of rows that are called positive."""
