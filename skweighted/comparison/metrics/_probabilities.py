"""How true the probabilities are."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss, log_loss

from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import METRICS, PROBABILITIES, Metric, mean_over_classes
from skweighted.metrics import expected_calibration_error

__all__ = ["Brier", "CalibrationError", "CalibrationIntercept", "CalibrationSlope", "LogLoss"]

_SMALLEST = 1e-6  # probability; single precision has exact zeros and ones
_MAX_ITERATIONS, _MAX_HALVINGS, _MAX_SIZE = 50, 60, 1e3


@METRICS.register("brier")
class Brier(Metric):
    """Brier score, the mean square error of the probabilities: from 0 to 1, with many classes from 0 to 2."""

    title = "Brier"
    judges = "the probabilities"
    greater_is_better = False
    rope = 0.002
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean over the rows."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is not None:
            return brier_score_loss(p.is_positive, p.positive_probability, sample_weight=weight)
        return brier_score_loss(p.truth, p.probabilities, labels=np.arange(p.n_classes), sample_weight=weight)


@METRICS.register("log_loss")
class LogLoss(Metric):
    """Minus the mean log probability of the true class; probabilities below one in a million count as that."""

    title = "Log loss"
    judges = "the probabilities"
    greater_is_better = False
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean over the rows, in nats."""
        p = np.clip(predictions.probabilities, _SMALLEST, 1)
        shares, labels = p / p.sum(axis=1, keepdims=True), np.arange(predictions.n_classes)
        return log_loss(predictions.truth, shares, labels=labels, sample_weight=predictions.sample_weight)


@METRICS.register("calibration_error")
class CalibrationError(Metric):
    """Expected calibration error in ten bins of as many rows each; with many classes of the predicted one."""

    title = "Calib. error"
    judges = "the probabilities"
    greater_is_better = False
    rope = 0.005
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the mean distance between probability and share."""
        p, weight = predictions, predictions.sample_weight
        if p.positive is None:
            labels = np.arange(p.n_classes)
            return expected_calibration_error(
                p.truth, p.probabilities, strategy="quantile", labels=labels, sample_weight=weight
            )
        return expected_calibration_error(
            p.is_positive, p.positive_probability, strategy="quantile", labels=[False, True], sample_weight=weight
        )


@METRICS.register("calibration_slope")
class CalibrationSlope(Metric):
    """Slope of the truth over the predicted log odds in a logistic regression: below 1 if probabilities are extreme."""

    title = "Calib. slope"
    judges = "the probabilities"
    target = 1.0
    rope = 0.1
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the slope, NaN if the classes are separated or the odds do not vary."""
        return mean_over_classes(predictions, lambda y, q: _recalibrate(y, q, predictions.sample_weight, free=True)[1])


@METRICS.register("calibration_intercept")
class CalibrationIntercept(Metric):
    """Calibration in the large: what must be added to the predicted log odds so that their mean is right."""

    title = "Calib. intercept"
    judges = "the probabilities"
    target = 0.0
    rope = 0.1
    needs = PROBABILITIES

    def score(self, predictions: Predictions) -> float:
        """Return the shift: below 0 if the class is predicted too often."""
        return mean_over_classes(predictions, lambda y, q: _recalibrate(y, q, predictions.sample_weight, free=False)[0])


def _recalibrate(
    y: NDArray[np.bool_], q: NDArray[np.float64], sample_weight: NDArray[np.float64] | None, *, free: bool
) -> tuple[float, float]:
    """Return intercept and slope of the logistic regression of `y` on the log odds of `q`; the slope is 1 if not free.

    By Newton's method, with steps halved until the likelihood rises: from far away a full step overshoots.
    """
    odds = logit(np.clip(q, _SMALLEST, 1 - _SMALLEST))
    weight = np.ones(len(y)) if sample_weight is None else sample_weight
    columns = np.column_stack([np.ones(len(y)), odds])[:, : 1 + free]
    beta = np.array([0.0, 0.0 if free else 1.0])  # from slope 0 every row counts, however extreme its odds are

    def loss(beta: NDArray[np.float64]) -> float:
        margin = beta[0] + beta[1] * odds
        return float(weight @ (np.logaddexp(0, margin) - y * margin))

    for _ in range(_MAX_ITERATIONS):
        p = expit(beta[0] + beta[1] * odds)
        gradient = columns.T @ (weight * (y - p))
        curvature = (columns * (weight * p * (1 - p))[:, None]).T @ columns
        if np.linalg.cond(curvature) > 1 / np.finfo(np.float64).eps or np.abs(beta).max() > _MAX_SIZE:
            return np.nan, np.nan
        step = np.zeros(2)
        step[: 1 + free] = np.linalg.solve(curvature, gradient)
        for _ in range(_MAX_HALVINGS):
            if loss(beta + step) <= loss(beta):
                break
            step /= 2
        beta += step
        if np.abs(step).max() < 1e-9:
            return float(beta[0]), float(beta[1])
    return np.nan, np.nan
