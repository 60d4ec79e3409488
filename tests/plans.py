"""Tiny training plans for the tests of the engine."""

import numpy as np

from skweighted import CostSensitiveMLPClassifier
from skweighted.engines.plan import TrainingPlan
from skweighted.fitting import FitRequest, plan_fit
from skweighted.optimizers.schedules import Cosine, CosLog


def tiny_data(n_rows: int = 90, n_classes: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return scaled inputs and labels 0, 1, ... of which the last is the rarest."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 3))
    score = X[:, 0] + 0.5 * X[:, 1] ** 2 + 0.3 * rng.normal(size=n_rows)
    cuts = np.quantile(score, np.linspace(0.6, 0.85, n_classes - 1))
    return X, np.searchsorted(cuts, score)


def plan_tiny(X: np.ndarray, y: np.ndarray, **parameters: object) -> TrainingPlan:
    """Return the plan of one small network in double precision."""
    defaults = {"hidden_layer_sizes": (5,), "batch_size": 16, "epochs": 20, "dtype": "float64", "random_state": 0}
    return plan_fit(CostSensitiveMLPClassifier(**(defaults | parameters)), FitRequest(X, y)).networks[0]


def varied_plans(n_classes: int = 2, **shared: object) -> list[TrainingPlan]:
    """Return plans of one stack that differ in all that may differ inside one."""
    X, y = tiny_data(n_classes=n_classes)
    plans = []
    for k in range(4):
        fold = np.flatnonzero(np.arange(len(y)) % 5 != k)[: len(y) - 18 - 9 * (k % 2)]
        own = {
            "class_weight": [None, "balanced", {0: 1, 1: 10}, {0: 0.5}][k],
            "learning_rate": [0.01, Cosine(0.04), 0.03, CosLog(0.08)][k],
            "alpha": 0.01 * k,
            "dropout": 0.2 * (k % 2),
            "random_state": 7 * k,
        }
        plans.append(plan_tiny(X[fold], y[fold], **(own | shared)))
    return plans
