"""The score that decides when early stopping stops: a function of validation logits, tried once before training."""

import warnings
from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skweighted._base.errors import parameter_error
from skweighted.engines.plan import TrainingData, TrainingPlan
from skweighted.fitting._parameters import Parameters
from skweighted.network import to_log_probabilities, to_probabilities
from skweighted.priors import shift_logits

__all__ = ["make_monitor", "try_monitor"]


def make_monitor(
    parameters: Parameters,
    data: TrainingData,
    validation_rows: np.ndarray,
    classes: np.ndarray,
    log_prior_factor: np.ndarray | None,
) -> Callable[[np.ndarray], float] | None:
    """Return the function from validation logits to the score that early stopping watches; None if it watches none."""
    if parameters.early_stopping is None or parameters.scorer is None:
        return None
    monitor, owner = parameters.monitor, parameters.owner
    # scikit-learn's named scorers take label 1 for the positive class, which need not be the second one, and fail on
    # "good". Among codes 1 is the second class always.
    labels = np.arange(len(classes)) if isinstance(monitor, str) else classes
    scorer, reader = parameters.scorer, LogitReader(labels)
    codes, sample_weight = data.y[validation_rows], data.sample_weight[validation_rows]
    # Not every metric takes sample weights, so they are passed only if they say something.
    optional = {} if (sample_weight == sample_weight[:1]).all() else {"sample_weight": sample_weight}
    correction = log_prior_factor if parameters.corrected else None

    def score(logits: np.ndarray) -> float:
        reported = logits if correction is None else shift_logits(logits, correction)
        try:
            value = float(scorer(reader, reported, labels[codes], **optional))
        except Exception as error:  # whatever a user's scorer raises
            weighted = " and takes sample_weight, since validation rows differ in weight" if optional else ""
            rule = f"'loss' or a scorer that fits {len(classes)} classes{weighted}"
            reason = f"{type(error).__name__}: {error}".rstrip(". ")
            cure = f"It fails with {reason}. Use another scorer or monitor='loss'."
            raise ValueError(parameter_error("monitor", owner, rule, monitor, cure)) from error
        if not np.isfinite(value):
            raise ValueError(
                f"monitor={monitor!r} gives {value} on the {len(codes)} validation rows, whose classes are "
                f"{classes[np.unique(codes)].tolist()}. Hold out rows of every class, or use monitor='loss'."
            )
        return value

    return score


def try_monitor(plan: TrainingPlan) -> None:
    """Raise now, before TensorFlow is imported and compiles, if the monitor of `plan` cannot score its rows."""
    if plan.monitor is None:
        return
    n_outputs = plan.settings.architecture.n_outputs
    # Each class is predicted for some row: a score such as a likelihood ratio is undefined if one never is.
    in_turn = np.array([[-1.0], [1.0]]) if n_outputs == 1 else np.eye(n_outputs)
    with warnings.catch_warnings(action="ignore"):
        plan.monitor(np.resize(in_turn, (len(plan.validation_rows), n_outputs)))


class LogitReader(ClassifierMixin, BaseEstimator):
    """A classifier whose inputs are logits, shape (n_samples, n_outputs): what a scorer asks for its answers.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
    """

    def __init__(self, classes: np.ndarray) -> None:
        self.classes = classes
        self.classes_ = classes

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Return the logits, one-dimensional for two classes."""
        return X[:, 0] if X.shape[1] == 1 else X

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probabilities, shape (n_samples, n_classes)."""
        return to_probabilities(X)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the labels, shape (n_samples,)."""
        return self.classes_[to_log_probabilities(X).argmax(1)]
