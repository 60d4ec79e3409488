"""What deciding at every possible threshold would have meant, for rows whose truth is known."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length

from skweighted._base.checks import check_choice, check_sample_weight
from skweighted.meta._decision_counts import DECISION_SCORES, Counts

__all__ = ["ThresholdCurve"]


class ThresholdCurve:
    """Counts of right and wrong decisions at every threshold that makes a difference.

    A row is called positive if its probability is at least the threshold. The first threshold is above every
    probability, so no row is called positive; the last is the lowest probability, so every row is.

    Parameters
    ----------
    is_positive : array-like of bool of shape (n_samples,)
        The truth.
    probability : array-like of shape (n_samples,)
        Predicted for the positive class by a model that was not trained on the row.
    sample_weight : array-like of shape (n_samples,), optional
        Multiplies the count of each row.

    Attributes
    ----------
    thresholds : ndarray of shape (n_thresholds,)
        Descending.
    counts : Counts
        Arrays of shape (n_thresholds,).

    Raises
    ------
    ValueError
        If the truth has one class only, or a probability is not a number.

    See Also
    --------
    sklearn.metrics.roc_curve, sklearn.metrics.precision_recall_curve : Two scores each.

    Examples
    --------
    >>> curve = ThresholdCurve([False, True, False, True], [0.1, 0.3, 0.4, 0.8])
    >>> curve.thresholds.round(3).tolist()
    [0.8, 0.8, 0.4, 0.3, 0.1]
    >>> curve.score("recall").tolist()
    [0.0, 0.5, 0.5, 1.0, 1.0]
    """

    def __init__(
        self, is_positive: ArrayLike, probability: ArrayLike, *, sample_weight: ArrayLike | None = None
    ) -> None:
        truth, p = np.asarray(is_positive, dtype=bool), np.asarray(probability, dtype=np.float64)
        check_consistent_length(truth, p)
        if not np.isfinite(p).all():
            raise ValueError("The probabilities of a ThresholdCurve must be numbers; some are missing or infinite.")
        if truth.all() or not truth.any():
            raise ValueError("A ThresholdCurve needs rows of both classes; the truth has one only.")
        row_weight = check_sample_weight(sample_weight, len(truth))
        order = np.argsort(-p, kind="stable")
        last_of_each = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
        tp, fp = (np.append(0.0, np.cumsum((row_weight * hit)[order])[last_of_each]) for hit in (truth, ~truth))
        distinct = p[order][last_of_each]
        self.thresholds = np.append(np.nextafter(distinct[0], np.inf), distinct)
        self.counts = Counts(tp, fp, tp[-1] - tp, fp[-1] - fp)

    @property
    def prevalence(self) -> float:
        """The share of positive rows."""
        return float(self.counts.tp[-1] / self.counts.total[-1])

    def score(self, name: str) -> NDArray[np.float64]:
        """Return a score at each threshold.

        Parameters
        ----------
        name : str
            A key of :data:`DECISION_SCORES`, such as ``"recall"``.

        Returns
        -------
        ndarray of shape (n_thresholds,)
        """
        check_choice(name, "name", "ThresholdCurve.score", DECISION_SCORES)
        return self.counts.score(name)

    def cost(self, false_positive_cost: float, false_negative_cost: float) -> NDArray[np.float64]:
        """Return the mean cost of a row at each threshold, shape (n_thresholds,)."""
        counts = self.counts
        return (false_positive_cost * counts.fp + false_negative_cost * counts.fn) / counts.total

    def net_benefit(self) -> NDArray[np.float64]:
        r"""Return the net benefit at each threshold :math:`t`, shape (n_thresholds,); NaN if :math:`t \geq 1`.

        .. math:: \frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1 - t}

        References
        ----------
        Vickers & Elkin (2006), Decision Curve Analysis: A Novel Method for Evaluating Prediction Models, Medical
        Decision Making 26.
        """
        below_one = np.where(self.thresholds < 1, self.thresholds, np.nan)
        return (self.counts.tp - self.counts.fp * below_one / (1 - below_one)) / self.counts.total

    def index(self, threshold: float) -> int:
        """Return the position in `thresholds` of the one that decides every row as `threshold` does."""
        at_least = np.flatnonzero(self.thresholds >= threshold)
        return int(at_least[-1]) if len(at_least) else 0
