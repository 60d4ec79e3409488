"""Names for what goes in and comes out, where NumPy and scikit-learn have no type that says it.

Aliases of Any are for the reader: they say what a value is without importing the library that it comes from.
"""

from typing import Any, Protocol, Self, TypeAlias

import numpy as np

__all__ = [
    "Classifier",
    "Costs",
    "Estimator",
    "KerasModel",
    "KerasOptimizer",
    "KerasParts",
    "KerasSchedule",
    "Labels",
    "Matrix",
    "NetworkEstimator",
    "RandomState",
    "Table",
    "Tensor",
    "Weights",
]

Table: TypeAlias = Any
"""What a user passes for `X`: array-like, sparse matrix or data frame of shape (n_samples, n_features)."""

Labels: TypeAlias = Any
"""What a user passes for `y`: array-like of shape (n_samples,), labels of any type."""

Weights: TypeAlias = Any
"""What a user passes for row weights: array-like of shape (n_samples,), one number, or None for ones."""

Costs: TypeAlias = Any
"""A cost matrix as a user writes it: array-like, dict of dicts or data frame; None if there is none."""

RandomState: TypeAlias = int | np.random.RandomState | None
"""What scikit-learn takes for a seed."""

Matrix: TypeAlias = Any
"""Checked rows: ndarray or CSR matrix of shape (n_samples, n_features)."""

Tensor: TypeAlias = Any
"""A TensorFlow tensor."""

KerasModel: TypeAlias = Any
"""A ``keras.Model``."""

KerasParts: TypeAlias = Any
"""Keras callbacks or metrics: one, a class, a name, or a list of them; None if there are none."""

NetworkEstimator: TypeAlias = Any
"""A ``CostSensitiveMLPClassifier``: rooms below it read its parameters and fitted attributes by name."""

KerasSchedule: TypeAlias = Any
"""A ``keras.optimizers.schedules.LearningRateSchedule``."""

KerasOptimizer: TypeAlias = Any
"""A ``keras.optimizers.Optimizer``."""


class Estimator(Protocol):
    """What scikit-learn's functions ask of any estimator."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor parameters."""

    def set_params(self, **params: Any) -> Self:
        """Set constructor parameters."""

    def fit(self, X: Table, y: Labels, **params: Any) -> Self:
        """Learn from rows."""


class Classifier(Estimator, Protocol):
    """An estimator of class probabilities."""

    classes_: np.ndarray

    def predict(self, X: Table) -> np.ndarray:
        """Return labels, shape (n_samples,)."""

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return probabilities, shape (n_samples, n_classes)."""
